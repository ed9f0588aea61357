"""A network of the kit's own, from doc/WIRE: what intermediary and registrar answer, and where they misbehave on purpose."""

import base64
import os
import threading

import pki
import wire
from listener import Listener, Reply

OTHER, THIRD = '141003', '012025'
OTHER_CODE, THIRD_CODE = OTHER + '0000000001', THIRD + '0000000001'


class Person:
    """Somebody of the node's town, with what shall happen when the node asks about them."""

    def __init__(self, name, addressee, number, birth, kana, previous=OTHER):
        self.name = name
        self.addressee = addressee
        self.number = number
        self.birth = birth
        self.kana = kana
        self.previous = previous
        self.meddle = {}                # kind: [what to do with the next such messages]
        self.states = ['09']            # StatusDetail of one result after the other; the last stays
        self.waits = 0                  # answers without the number, and with status 1, before the right one
        self.outcome = '01'             # StatusTM
        self.error = None
        self.records = []               # [(key, version, items)]
        self.forge = None               # changes the response: a function of its parts
        # what happened
        self.acquisition = None
        self.code = '0'
        self.requests = []              # inquiries about this person
        self.number_fetches = self.code_fetches = 0


class Inquiry:
    def __init__(self, person, message):
        self.person = person
        self.message = message
        self.process = wire.now() + '-' + wire.new_id()[:8]
        self.permit = 'T' + wire.new_id()[:24]
        self.fetches = 0
        self.is_told = False            # the last state went out, and rightly
        self.document = None


class Network:
    def __init__(self, folder, municipality, keys):
        self.folder = folder
        self.keys = keys
        self.municipality = municipality
        self.institution = municipality + '0000000001'
        self.lock = threading.RLock()
        self.heard = []
        self.answers = {}               # MsgID: (bytes, answer)
        self.changed = []               # MsgIDs that came with other bytes
        self.people = {}                # addressee: Person
        self.receptions = {}            # what a ReceptionNo stands for
        self.asked = {}                 # ReceptionNo: Inquiry
        self.acquisitions = {}          # AcquisitionNo: Person
        self.copies = {}                # (addressee, TM, set, key): (version, items nodes, record)
        self.copy_fetches = {}
        self.held = []                  # entries that wait
        self.permits = set()            # of all that ever waited
        self.decisions = []
        self.records = []               # provision records, fields
        self.told = {}                  # ProcessNo: [(key, version)]
        self.letters = []               # (sender, bytes, signature)
        self.corrections = []           # messages
        self.receipts = []
        self.day_counts = []            # messages
        self.notices = {}               # reception: fetches of it
        self.day_receipts = []
        self._certificates()
        self.intermediary = Listener('intermediary', self.answer, self.authority.cert, *self.tls('intermediary'))
        self.registrar = Listener('registrar', self.answer, self.authority.cert, *self.tls('registrar'))

    def close(self):
        self.intermediary.close()
        self.registrar.close()

    # ---- certificates ----

    def _certificates(self):
        at = self.at
        self.authority = pki.Authority(at('authority'))
        self.foreign = pki.Authority(at('foreign'))
        both = ('clientAuth', 'serverAuth')
        for name, urn, code in (('registrar', 'registrar', None), ('core', 'core', None),
                                ('intermediary', 'intermediary:' + self.municipality, self.institution),
                                ('other', 'intermediary:' + OTHER, OTHER_CODE), ('other-node', 'municipality:' + OTHER, OTHER_CODE),
                                ('third', 'intermediary:' + THIRD, THIRD_CODE)):
            self.authority.issue(at(name), 'tls', ['urn:watashi:' + urn], both)
            self.authority.issue(at(name), 'sign', ['urn:watashi:' + urn] + (['urn:watashi:institution:' + code] if code else []))
        self.authority.issue(at('revoked'), 'tls', ['urn:watashi:intermediary:' + self.municipality], both)
        self.strangers = pki.strangers(self.authority, self.foreign, at('strangers'), 'urn:watashi:intermediary:' + self.municipality,
                                       'urn:watashi:intermediary:' + OTHER, 'serverAuth', 'clientAuth')
        self.strangers['revoked'] = at('revoked')

    def at(self, *names):
        return os.path.join(self.folder, *names)

    def tls(self, name):
        return self.at(name, 'tls.crt'), self.at(name, 'tls.key')

    def admit(self, join, public=None):
        """Into join: what the network gives a node."""
        urns = ['urn:watashi:municipality:' + self.municipality]
        self.authority.issue(join, 'tls', urns, ('clientAuth',))
        self.authority.issue(join, 'sign', urns + ['urn:watashi:institution:' + self.institution], public=public)
        self.node_sign = os.path.join(join, 'sign.crt')
        parts = [self.at(n, 'sign.crt') for n in ('registrar', 'core', 'intermediary', 'other', 'other-node', 'third')]
        with open(os.path.join(join, 'directory.pem'), 'wb') as f:
            for part in parts + [self.node_sign]:
                f.write(open(part, 'rb').read())
        with open(os.path.join(join, 'authority.crt'), 'wb') as f:
            f.write(open(self.authority.cert, 'rb').read())
        self.authority.revocations(os.path.join(join, 'revoked.pem'), [self.at('revoked', 'tls.crt')])

    # ---- answering ----

    def signed(self, raw, signer='intermediary', status=200):
        signature = base64.b64encode(self.keys.sign(self.at(signer, 'sign.key'), raw)).decode()
        return Reply(status, [('Content-Type', 'application/xml'), ('Watashi-Signature', signature)], raw)

    def write(self, heard, kind, fields, reception=None, result='0000', **how):
        source = wire.REGISTRAR if heard.place == 'registrar' else self.institution
        return wire.write(kind, how.pop('source', source), self.institution, fields,
                          msg_id=how.pop('msg_id', heard.message.header.get('MsgID')), reception=reception, result=result, **how)

    def error(self, heard, code, status=200):
        raw = self.write(heard, 'Error', [('Code', code)], result=code)
        return self.signed(raw, 'registrar' if heard.place == 'registrar' else 'intermediary', status)

    def answer(self, heard):
        with self.lock:
            self.heard.append(heard)
        if heard.message is None:
            heard.answered = 'refused'
            return Reply(400)
        msg_id = heard.message.header.get('MsgID')
        with self.lock:
            before = self.answers.get(msg_id)
            if before is not None and before[0] != heard.body:
                self.changed.append((heard.message.kind, msg_id))
                heard.answered = 'E103'
                return self.error(heard, 'E103')
            what = self._meddling(heard)
            if what is not None:
                reply = self._meddle(heard, what)
                if reply is not False:
                    heard.answered = what
                    return reply
            heard.answered = 'answer'
            if before is None:
                before = self.answers[msg_id] = (heard.body, self._act(heard))
            q = self.asked.get(heard.message.value('ReceptionNo'))
            if q is not None and q.fetches >= len(q.person.states):
                q.is_told = True
            return before[1]

    def _person(self, heard):
        m = heard.message
        if m.value('AddresseeNo') in self.people:
            return self.people[m.value('AddresseeNo')]
        if m.value('AcquisitionNo') in self.acquisitions:
            return self.acquisitions[m.value('AcquisitionNo')]
        of = self.receptions.get(m.value('ReceptionNo'))
        return of if isinstance(of, Person) else None

    def _meddling(self, heard):
        person = self._person(heard)
        rest = person.meddle.get(heard.message.kind) if person is not None else None
        return rest.pop(0) if rest else None

    def _meddle(self, heard, what):
        """What is done instead of the answer; False: nothing, answer."""
        signer = 'registrar' if heard.place == 'registrar' else 'intermediary'
        msg_id = heard.message.header['MsgID']
        if what == 'lost-request':
            return None
        if what == 'busy':
            return Reply(503)
        if what == 'proxy':
            return Reply(503, [('Content-Type', 'text/html')], b'<html>maintenance</html>')
        if what == 'closed':
            return self.error(heard, 'E501', 503)
        if what == 'over':
            return self.error(heard, 'E502')
        if what == 'redirect':
            return Reply(307, [('Location', self.registrar.url + '/v1/message')])
        if what.startswith('http-'):
            return Reply(int(what[5:]))
        if msg_id not in self.answers:
            self.answers[msg_id] = (heard.body, self._act(heard))
        good = self.answers[msg_id][1]
        if what == 'lost-answer':
            return None
        if what == 'unsigned':
            return Reply(200, [('Content-Type', 'application/xml')], good.body)
        if what == 'other-bytes':
            return Reply(200, self.signed(good.body + b' ', signer).headers, good.body)
        if what == 'other-signer':
            return self.signed(good.body, 'other')
        if what == 'foreign-role':
            return self.signed(good.body, 'registrar' if signer == 'intermediary' else 'core')
        if what == 'two-signatures':
            return Reply(200, good.headers + [good.headers[-1]], good.body)
        if what == 'wrong-id':
            return self.signed(good.body.replace(msg_id.encode(), wire.new_id().encode()), signer)
        if what == 'wrong-source':
            raw = good.body.replace(f'<Source>{self.institution}'.encode(), f'<Source>{OTHER_CODE}'.encode())
            return self.signed(raw, signer)
        if what == 'wrong-mode':
            return self.signed(good.body.replace(b'<Mode>0', b'<Mode>1'), signer)
        if what == 'wrong-kind':
            return self.signed(self.write(heard, 'FGU.CodeStatus', [('AddresseeNo', '1'), ('Status', '2')]), signer)
        if what.startswith('document-'):
            return self.signed(HOSTILE[what[9:]](good.body), signer)
        raise ValueError(what)

    def _act(self, heard):
        m = heard.message
        if heard.place == 'registrar':
            if m.kind != 'JUKI.CodeRequest':
                return self.error(heard, 'E901')
            person = self.acquisitions.get(m.value('AcquisitionNo'))
            if person is not None and m.value('MyNumber') == person.number:
                person.code = '1'
            return self.signed(self.write(heard, 'Receipt', [], reception='J' + wire.new_id()[:20]), 'registrar')
        act = getattr(self, '_' + m.kind.replace('.', '_'), None)
        if act is None:
            return self.error(heard, 'E901')
        return act(heard, m)

    def receipt(self, heard, of=None):
        reception = 'R' + wire.new_id()[:20]
        self.receptions[reception] = of
        return self.signed(self.write(heard, 'Receipt', [], reception=reception)), reception

    def _FGU_NumberRequest(self, heard, m):
        person = self.people.get(m.value('AddresseeNo'))
        return self.receipt(heard, person)[0]

    def _FGU_NumberFetch(self, heard, m):
        person = self.receptions.get(m.value('ReceptionNo'))
        if not isinstance(person, Person):
            return self.error(heard, 'E301')
        person.number_fetches += 1
        number = None
        if person.number_fetches > person.waits:
            if person.acquisition is None:
                person.acquisition = 'A' + wire.new_id()[:24]
                self.acquisitions[person.acquisition] = person
            number = person.acquisition
        return self.signed(self.write(heard, 'FGU.NumberIssued', [('AddresseeNo', person.addressee), ('AcquisitionNo', number)]))

    def _FGU_CodeFetch(self, heard, m):
        person = self.people.get(m.value('AddresseeNo'))
        status = '0'
        if person is not None:
            person.code_fetches += 1
            if person.code == '1' and person.code_fetches > person.waits:
                person.code = '2'
            status = person.code
        return self.signed(self.write(heard, 'FGU.CodeStatus', [('AddresseeNo', m.value('AddresseeNo')), ('Status', status)]))

    def _SKI_InquiryRequest(self, heard, m):
        person = self.people.get(m.value('AddresseeNo'))
        if person is None or person.code != '2':
            return self.error(heard, 'E101')
        inquiry = Inquiry(person, m)
        person.requests.append(inquiry)
        reply, reception = self.receipt(heard, person)
        self.asked[reception] = inquiry
        return reply

    def _SKI_ResultFetch(self, heard, m):
        q = self.asked.get(m.value('ReceptionNo'))
        if q is None:
            return self.error(heard, 'E301')
        p = q.person
        state = p.states[min(q.fetches, len(p.states) - 1)]
        q.fetches += 1
        done = state == '09'
        fields = [('RecordNo', q.message.value('RecordNo')), ('StatusDetail', state), ('StatusTM', p.outcome if done else None),
                  ('ErrorCode', p.error if state == '90' or (done and p.outcome != '01') else None),
                  ('ProcessNo', q.process if state != '01' else None), ('Provider', q.message.value('Provider'))]
        if done:
            raw, signature = self.response(q)
            fields += [('Response', base64.b64encode(raw).decode()), ('ResponseSignature', base64.b64encode(signature).decode())]
            if not any(r['process'] == q.process for r in self.records):
                self.records.append({'process': q.process, 'addressee': p.addressee, 'inquirer': self.institution,
                                     'provider': q.message.value('Provider'), 'outcome': p.outcome, 'error': p.error,
                                     'requested': q.message.value('RequestedAt')})
        return self.signed(self.write(heard, 'SKI.Result', fields))

    def response(self, q):
        """The provider's TKY.ProvisionResponse, made once, and its signature."""
        if q.document is None:
            p = q.person
            part = {'signer': 'other', 'source': OTHER_CODE, 'destination': self.institution, 'process': q.process, 'permit': q.permit,
                    'digest': wire.inquiry_digest(q.message.body), 'status': p.outcome, 'records': list(p.records) if p.outcome == '01' else [],
                    'total': None, 'after': lambda raw: raw, 'kind': 'TKY.ProvisionResponse'}
            if p.forge is not None:
                p.forge(part)
            records = [('Record', [('RecordKey', k), ('RecordVersion', v), ('Items', items)]) for k, v, items in part['records']]
            total = part['total'] or wire.records_digest(wire.as_nodes(records).children)
            raw = wire.write(part['kind'], part['source'], part['destination'], [
                ('PermitID', part['permit']), ('ProcessNo', part['process']), ('InquiryDigest', part['digest']), ('ProvidedAt', wire.now()),
                ('Status2', part['status']), ('Records', records), ('Digest', total)])
            signature = self.keys.sign(self.at(part['signer'], 'sign.key'), raw)
            q.document = (part['after'](raw), signature)
        return q.document

    def _DBM_CopyRegister(self, heard, m):
        for r in m.all('Records/Record'):
            name = tuple(r.value(n) for n in ('AddresseeNo', 'TM', 'DataSetNo', 'RecordKey'))
            if m.value('Segment') == '2':
                self.copies.pop(name, None)
            elif name not in self.copies or int(self.copies[name][0]) < int(r.value('RecordVersion')):
                self.copies[name] = (r.value('RecordVersion'), r.all('Items/Item'), r)
        reply, reception = self.receipt(heard, len(m.all('Records/Record')))
        self.copy_fetches[reception] = 0
        return reply

    def _DBM_CopyResultFetch(self, heard, m):
        reception = m.value('ReceptionNo')
        if reception not in self.copy_fetches:
            return self.error(heard, 'E301')
        self.copy_fetches[reception] += 1
        done = self.copy_fetches[reception] > 1
        return self.signed(self.write(heard, 'DBM.CopyResult', [
            ('Done', '1' if done else '0'), ('Accepted', self.receptions[reception] if done else 0), ('RefusedCount', '0'), ('Refused', [])]))

    def _DBM_CopyListFetch(self, heard, m):
        """Pages of two, so that a node must ask on."""
        names = sorted(self.copies, key='/'.join)
        after = m.value('After')
        rest = [n for n in names if after is None or '/'.join(n) > after]
        entries = [('Entry', list(zip(('AddresseeNo', 'TM', 'DataSetNo', 'RecordKey'), n)) + [
            ('RecordVersion', self.copies[n][0]), ('Digest', wire.digest(wire.items_digest(self.copies[n][1])))]) for n in rest[:2]]
        return self.signed(self.write(heard, 'DBM.CopyList', [('Entries', entries), ('More', '1' if len(rest) > 2 else '0')]))

    def _TKY_HeldFetch(self, heard, m):
        entries = [('Entry', [('PermitID', h['permit']), ('AddresseeNo', h['addressee']), ('JM', h['jm']), ('TM', h['tm']),
                              ('Inquirer', OTHER_CODE if m.value('WithInquirer') == '1' else None), ('HeldAt', wire.now(-60)),
                              ('DueAt', wire.now(86400))]) for h in self.held]
        return self.signed(self.write(heard, 'TKY.HeldList', [('Entries', entries)]))

    def _TKY_ProvisionDecision(self, heard, m):
        known = next((h for h in self.held if h['permit'] == m.value('PermitID')), None)
        if known is None:
            return self.error(heard, 'E301')
        self.held.remove(known)
        self.decisions.append(m)
        return self.receipt(heard)[0]

    def _TKM_RecordFetch(self, heard, m):
        """Pages of two."""
        rest = sorted((r for r in self.records if (m.value('After') is None or r['process'] > m.value('After')) and
                       m.value('ProcessNo') in (None, r['process']) and m.value('AddresseeNo') in (None, r['addressee'])),
                      key=lambda r: r['process'])
        entries = [('Entry', self.record_fields(r)) for r in rest[:2]]
        return self.signed(self.write(heard, 'TKM.RecordList', [('Entries', entries), ('More', '1' if len(rest) > 2 else '0')]))

    def record_fields(self, r):
        r.setdefault('provided', wire.now() if r['outcome'] == '01' else None)
        return [('ProcessNo', r['process']), ('AddresseeNo', r['addressee']), ('Inquirer', r['inquirer']), ('Provider', r['provider']),
                ('RequestedAt', r['requested']), ('ProvidedAt', r['provided']), ('JM', self.jm), ('JT', self.jt), ('TM', self.tm),
                ('Outcome', r['outcome']), ('ErrorCode', r['error']), ('InquirerNonDisclosure', '0'), ('ProviderNonDisclosure', '0'),
                ('ExpiresOn', str(int(wire.now()[:4]) + 7) + wire.now()[4:6] + '28')]

    jm, jt, tm = 'DUMMYJM000000025', 'DUMMYJT000002501', 'DUMMYTM002700001'

    def _TKM_EvidenceFetch(self, heard, m):
        """The core's record, whole and signed by it; by somebody else of a person who meets that."""
        r = next((r for r in self.records if r['process'] == m.value('ProcessNo')), None)
        fields = [('ProcessNo', m.value('ProcessNo'))]
        if r is not None:
            raw = wire.write('TKM.Record', wire.CORE, self.institution, self.record_fields(r))
            signer = getattr(self.people.get(r['addressee']), 'evidence', 'core')
            fields += [('Record', base64.b64encode(raw).decode()),
                       ('RecordSignature', base64.b64encode(self.keys.sign(self.at(signer, 'sign.key'), raw)).decode())]
        return self.signed(self.write(heard, 'TKM.Evidence', fields))

    def _TKM_ToldFetch(self, heard, m):
        entries = [('Entry', [('RecordKey', k), ('RecordVersion', v)]) for k, v in self.told.get(m.value('ProcessNo'), [])]
        return self.signed(self.write(heard, 'TKM.Told', [('ProcessNo', m.value('ProcessNo')), ('Entries', entries)]))

    def _TKY_Correction(self, heard, m):
        self.corrections.append(m)
        return self.receipt(heard)[0]

    def _SKI_CorrectionReceipt(self, heard, m):
        self.receipts.append(m)
        return self.receipt(heard)[0]

    def _TKM_DayCount(self, heard, m):
        self.day_counts.append(m)
        return self.receipt(heard)[0]

    def _TKM_DayReceipt(self, heard, m):
        self.day_receipts.append(m)
        return self.receipt(heard)[0]

    def _OSR_Notice(self, heard, m):
        answer, reception = self.receipt(heard, m)
        self.notices[reception] = []
        return answer

    def _OSR_NoticeFetch(self, heard, m):
        """On its way the first two times, then in the person's portal."""
        fetches = self.notices.get(m.value('ReceptionNo'))
        if fetches is None:
            return self.error(heard, 'E301')
        fetches.append(heard)
        fields = [('State', '1')] if len(fetches) < 3 else [('State', '2'), ('TakenAt', wire.now())]
        return self.signed(self.write(heard, 'OSR.NoticeResult', fields))

    def _COR_LetterFetch(self, heard, m):
        after = int(m.value('After') or 0)
        if after >= len(self.letters):
            return self.signed(self.write(heard, 'COR.Letter', [('More', '0')]))
        sender, raw, signature = self.letters[after]
        return self.signed(self.write(heard, 'COR.Letter', [
            ('LetterNo', f'{after + 1:015d}'), ('Sender', sender), ('Letter', base64.b64encode(raw).decode()),
            ('LetterSignature', base64.b64encode(signature).decode()), ('More', '1' if after + 1 < len(self.letters) else '0')]))


def _put(old, new):
    return lambda raw: raw.replace(old, new, 1)


# doc/WIRE 2: what is refused, always.
HOSTILE = {
    'cut': lambda raw: raw[:-20],
    'doctype': _put(b'?>\n', b'?>\n<!DOCTYPE Message>\n'),
    'bomb': lambda raw: raw.replace(b'?>\n', b'?>\n<!DOCTYPE Message [<!ENTITY a "' + b'9' * 50 + b'">' + b''.join(
        b'<!ENTITY %c "%s">' % (c, (b'&%c;' % (c - 1)) * 20) for c in range(98, 112)) + b']>\n', 1).replace(b'<Mode>0', b'<Mode>&n;', 1),
    'external': lambda raw: raw.replace(b'?>\n', b'?>\n<!DOCTYPE Message [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n', 1).replace(
        b'<Mode>0', b'<Mode>&a;', 1),
    'comment': _put(b'<Header>', b'<Header><!-- a -->'),
    'instruction': _put(b'<Header>', b'<Header><?a b?>'),
    'cdata': _put(b'<Mode>0', b'<Mode><![CDATA[0]]>'),
    'attribute': _put(b'<Body>', b'<Body a="b">'),
    'namespace': _put(b'wire:1', b'wire:2'),
    'unknown': _put(b'<Mode>', b'<Name>a</Name><Mode>'),
    'twice': _put(b'<Mode>0</Mode>', b'<Mode>0</Mode><Mode>0</Mode>'),
    'control': _put(b'<Mode>0', b'<Mode>&#1;0'),
    'nul': _put(b'<Mode>0', b'<Mode>\0'),
    'utf16': lambda raw: raw.decode().encode('utf-16'),
    'mark': lambda raw: b'\xef\xbb\xbf' + raw,
    'deep': _put(b'<Body>', b'<Body>' + b'<a>' * 40 + b'</a>' * 40),
    'huge': _put(b'<Body>', b'<Body>' + b' ' * (2 << 20)),
    'empty': lambda raw: b'',
    'html': lambda raw: b'<html><body>Service unavailable</body></html>',
}
