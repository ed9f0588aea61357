"""The kit as two towns' nodes before a network: every check asks what doc/WIRE says of intermediary and registrar."""

import os
import secrets
import ssl
import tempfile
import time

import caller
import pki
import wire
from report import Checks, Failed, Skipped, expect

checks = Checks()
check = checks.check

JM, JT, TM = 'DUMMYJM000000025', 'DUMMYJT000002501', 'DUMMYTM002700001'
WARD = '1410110000000001'
STRANGE = '0000000000000000'


class Net:
    """The network as the documents let a node see it, and what was seen of it so far."""

    def __init__(self, options):
        self.folder = options.certificates
        self.patience = options.patience
        self.authority = os.path.join(self.folder, 'authority.crt')
        self.keys = wire.Keys()
        self.schema = wire.Schema(options.schema, self.keys.folder)
        self.affair = (options.jm or JM, options.jt or JT, options.tm or TM)
        self.registrar = None
        self.towns = []
        self.facts = {}
        self.answers = []               # (who was asked, kind asked, Answer)
        self.oddities = {'signed': [], 'header': [], 'http': [], 'receipt': []}
        self.numbers = []
        self.certificates = {}
        for role, pems in caller.split_directory(os.path.join(self.folder, 'directory.pem')).items():
            self.certificates[role] = []
            for pem in pems:
                fd, path = tempfile.mkstemp(dir=self.keys.folder, suffix='.pem')
                with os.fdopen(fd, 'wb') as f:
                    f.write(pem)
                self.certificates[role].append(path)
        for url in options.url:
            role, _, code = caller.role_of(url, self.authority).partition(':')
            if role == 'registrar':
                self.registrar = url
            elif role == 'intermediary':
                town = caller.Identity(os.path.join(self.folder, 'node-' + code), code)
                town.url = url
                town.names = caller.name_of(open(os.path.join(self.folder, 'node-' + code, 'sign.crt'), 'rb').read())
                town.institution = next(n.rpartition(':')[2] for n in town.names if ':institution:' in n)
                self.towns.append(town)
            else:
                raise Failed(f'{url} is the {role}, whom no node speaks to')

    def close(self):
        self.keys.close()

    def need(self, name):
        if name not in self.facts:
            raise Skipped('needs what a check before did not reach')
        return self.facts[name]

    @property
    def asker(self):
        if not self.towns:
            raise Skipped('no intermediary was named')
        return self.towns[0]

    @property
    def provider(self):
        if len(self.towns) < 2:
            raise Skipped('needs a second town')
        return self.towns[1]

    # ---- saying something ----

    def post(self, url, town, raw, signature='own', extra=(), ctx=None):
        if signature == 'own':
            signature = caller.base64_of(self.keys.sign(town.sign, raw))
        headers = caller.plain_headers(raw, signature) + list(extra)
        return caller.send_raw(url, ctx or caller.context(self.authority, town), caller.request(raw, headers))

    def answer_of(self, url, town, raw, asked=None, **how):
        """A signed answer to a document; everything odd about it is kept for the checks at the end."""
        answer = self.post(url, town, raw, **how)
        who = 'registrar' if url == self.registrar else 'intermediary ' + next(t.municipality for t in self.towns if t.url == url)
        self.answers.append((who, asked or 'a document', answer))
        for name, value in answer.headers:
            if name.lower() in ('set-cookie', 'location'):
                self.oddities['http'].append(f'{who}: {name}: {value}')
        expect(f'HTTP {answer.status} for {asked or "a document"}, expected 200 with a message', answer.status == 200)
        der, why = answer.signature()
        role = 'registrar' if url == self.registrar else 'intermediary:' + town_of(self, url).municipality
        if der is None or not any(self.keys.holds(c, answer.body, der) for c in self.certificates.get(role, [])):
            self.oddities['signed'].append(f'{who}, {asked}: {why or "does not hold"}')
        answer.message = wire.Message(answer.body)
        return answer

    def ask(self, town, kind, fields, url=None, msg_id=None, destination=None, **how):
        """A message of a town's node to its intermediary (or the registrar): the message that answers it."""
        url = url or town.url
        destination = destination or (wire.REGISTRAR if url == self.registrar else town_of(self, url).institution)
        raw = wire.write(kind, town.institution, destination, fields, msg_id=msg_id, **how)
        answer = self.answer_of(url, town, raw, kind)
        m = answer.message
        sent = wire.Message(raw).header
        for what, seen, wanted in (('MsgID', m.header.get('MsgID'), sent['MsgID']), ('Source', m.header.get('Source'), destination),
                                   ('Destination', m.header.get('Destination'), town.institution), ('Mode', m.header.get('Mode'), '0'),
                                   ('Result', m.header.get('Result'), m.value('Code') if m.kind == 'Error' else '0000')):
            if seen != wanted:
                self.oddities['header'].append(f'{kind}: {what} is {seen}, expected {wanted}')
        if m.kind not in ('Error', wire.NODE_SENDS.get(kind)):
            self.oddities['header'].append(f'{kind} is answered by {m.kind}')
        if m.kind == 'Receipt' and not m.header.get('ReceptionNo'):
            self.oddities['receipt'].append(kind)
        return m

    def receipt(self, town, kind, fields, **how):
        m = self.ask(town, kind, fields, **how)
        if m.kind == 'Error':
            raise Failed(f"{kind} is refused: {m.value('Code')} {m.value('Place') or ''}")
        expect(f'{kind} is answered by {m.kind}, expected Receipt', m.kind == 'Receipt')
        return m.header.get('ReceptionNo')

    def refused(self, town, kind, fields, code, **how):
        m = self.ask(town, kind, fields, **how)
        expect(f"answered by {m.kind} {m.value('Code') or ''}, expected Error {code}", m.kind == 'Error' and m.value('Code') == code)

    def until(self, what, function):
        """Again and again until it gives something; a network may take its time."""
        end = time.monotonic() + self.patience
        while True:
            got = function()
            if got:
                return got
            if time.monotonic() > end:
                raise Failed(f'{what}: not within {self.patience} s')
            time.sleep(0.1)

    # ---- what several checks do ----

    def acquire(self, town, addressee, number):
        if self.registrar is None:
            raise Skipped('no registrar was named')
        reception = self.receipt(town, 'FGU.NumberRequest', [('AddresseeNo', addressee), ('InstitutionCode', town.institution)])

        def issued():
            m = self.ask(town, 'FGU.NumberFetch', [('ReceptionNo', reception)])
            expect(f"FGU.NumberIssued is for {m.value('AddresseeNo')}", m.value('AddresseeNo') == addressee)
            return m.value('AcquisitionNo')
        acquisition = self.until('FGU.NumberIssued with a number', issued)
        self.numbers.append(number)
        self.receipt(town, 'JUKI.CodeRequest', [('AcquisitionNo', acquisition), ('MyNumber', number)], url=self.registrar)
        self.until('FGU.CodeStatus 2', lambda: self.status(town, addressee) == '2')
        return acquisition

    def status(self, town, addressee):
        m = self.ask(town, 'FGU.CodeFetch', [('AddresseeNo', addressee)])
        expect(f"FGU.CodeStatus is for {m.value('AddresseeNo')}", m.value('AddresseeNo') == addressee)
        return m.value('Status')

    def copy(self, town, records, segment='1'):
        """Sends copies and fetches what became of them: {record number: error} of the refused, and how many were taken."""
        reception = self.receipt(town, 'DBM.CopyRegister', [('Segment', segment), ('Records', records)])

        def done():
            m = self.ask(town, 'DBM.CopyResultFetch', [('ReceptionNo', reception)])
            return m if m.value('Done') == '1' else None
        m = self.until('DBM.CopyResult, Done 1', done)
        named = [r.value('RecordNo') for r in m.all('Refused/Refusal')]
        expect(f"RefusedCount {m.value('RefusedCount')} with {len(named)} named", int(m.value('RefusedCount')) == len(named) == len(set(named)))
        expect(f"{m.value('Accepted')} accepted and {len(named)} refused of {len(records)}", int(m.value('Accepted')) + len(named) == len(records))
        return ({r.value('RecordNo'): r.value('ErrorCode') for r in m.all('Refused/Refusal')}, int(m.value('Accepted')), m)

    def list(self, town):
        entries, after = {}, None
        while True:
            m = self.ask(town, 'DBM.CopyListFetch', [('After', after)])
            order, last = [], after
            for e in m.all('Entries/Entry'):
                after = '/'.join(e.value(n) for n in ('AddresseeNo', 'TM', 'DataSetNo', 'RecordKey'))
                order.append(after)
                entries[after] = (e.value('RecordVersion'), e.value('Digest'))
            expect('entries are not in byte order of their names, each once, after the page before',
                   order == sorted(set(order)) and (last is None or not order or order[0] > last))
            if m.value('More') != '1':
                return entries
            expect('More after a page without an entry', order)

    def inquiry(self, addressee, provider=None, affair=None, extra=(), record_no=None):
        jm, jt, tm = affair or self.affair
        return [('RecordNo', record_no or 'K' + secrets.token_hex(6)), ('AddresseeNo', addressee), ('Dept', 'conformance'),
                ('User', 'kit'), ('Inquirer', self.asker.institution), ('Provider', provider or self.provider.institution),
                ('JM', jm), ('JT', jt), ('TM', tm)] + list(extra) + [
                    ('InquirerNonDisclosure', '0'), ('RequestedAt', wire.now()), ('Salt', wire.new_id())]

    def result(self, reception, ends=('09', '90')):
        def fetched():
            m = self.ask(self.asker, 'SKI.ResultFetch', [('ReceptionNo', reception)])
            return m if m.value('StatusDetail') in ends else None
        return self.until('SKI.Result with StatusDetail ' + ' or '.join(ends), fetched)

    def inquire(self, addressee, **how):
        fields = self.inquiry(addressee, **how)
        return fields, self.result(self.receipt(self.asker, 'SKI.InquiryRequest', fields))

    def held(self, town, with_inquirer='0'):
        return self.ask(town, 'TKY.HeldFetch', [('WithInquirer', with_inquirer)]).all('Entries/Entry')


def town_of(net, url):
    return next((t for t in net.towns if t.url == url), None)


def base_items(day, more=()):
    return [wire.item('I000000001', day, '1'), wire.item('I000000002', '2', '1'), wire.item('I000000003', 'ワタシハナコ', '1')] + list(more)


def record(net, addressee, key, version='1', hold='0', items=None, number='R1', layout='0001', barred='0', publish='20200101'):
    return ('Record', [('RecordNo', number), ('AddresseeNo', addressee), ('TM', net.affair[2]), ('DataSetNo', '0001'), ('RecordKey', key),
                       ('RecordVersion', version), ('LayoutVersion', layout), ('PublishFrom', publish), ('NoAutoReply', hold),
                       ('SelfInfoBarred', barred), ('Items', items if items is not None else dose('20260310'))])


def dose(day, lot=None):
    return base_items('20250401', [wire.item('I000000104', day), wire.item('I000000105', 'MR'),
                                   wire.item('I000000106', lot, null=None if lot else '1')])


def person():
    return str(secrets.randbelow(9 * 10 ** 13) + 10 ** 13)


# ---- 1 carriage: who is let in ----

@check('tls.good', 'WIRE 1', 'a right certificate is let in and answered')
def _(net):
    expect('', net.status(net.asker, person()) == '0')


def stranger(net, kind, identity=None, version=ssl.TLSVersion.TLSv1_3):
    """A connection that must not come to an answer of a message."""
    raw = wire.write('FGU.CodeFetch', net.asker.institution, net.asker.institution, [('AddresseeNo', '1')])
    try:
        answer = net.post(net.asker.url, net.asker, raw, ctx=caller.context(net.authority, identity, version))
    except (ssl.SSLError, OSError):
        return 'no connection'
    expect(f'{kind}: HTTP {answer.status} with {len(answer.body)} bytes, expected no connection or 403',
           answer.status == 403 and b'<Message' not in answer.body)
    return f'HTTP {answer.status}'


@check('tls.none', 'WIRE 1', 'no certificate is refused')
def _(net):
    return stranger(net, 'no certificate')


def shown(name):
    def of(net):
        if 'strangers' not in net.facts:
            key = os.path.join(net.folder, 'authority.key')
            if not os.path.exists(key):
                raise Skipped('needs the authority\'s key in the folder of certificates')
            ours = pki.Authority(os.path.join(net.keys.folder, 'ours'), key=key, cert=net.authority)
            theirs = pki.Authority(os.path.join(net.keys.folder, 'theirs'))
            net.facts['strangers'] = pki.strangers(
                ours, theirs, os.path.join(net.keys.folder, 'strangers'), 'urn:watashi:municipality:' + net.asker.municipality,
                'urn:watashi:municipality:' + ('472018' if net.asker.municipality != '472018' else '401307'), 'clientAuth', 'serverAuth')
        return stranger(net, name, caller.Identity(net.facts['strangers'][name]))
    return of


for kind, sentence in (('other-authority', 'one of another authority'), ('expired', 'an expired one'),
                       ('not-yet-valid', 'one not yet valid'), ('wrong-purpose', 'one for servers'),
                       ('other-municipality', 'one of a municipality without business here'), ('no-name', 'one without a name of the network'),
                       ('two-names', 'one with two names of the network')):
    check('tls.' + kind, 'WIRE 1', sentence + ' is refused')(shown(kind))


@check('tls.revoked', 'WIRE 1', 'a revoked one is refused')
def _(net):
    folder = os.path.join(net.folder, 'revoked')
    if not os.path.exists(os.path.join(folder, 'tls.crt')):
        raise Skipped('needs revoked/tls.crt and tls.key in the folder of certificates')
    return stranger(net, 'revoked', caller.Identity(folder))


@check('tls.older', 'WIRE 1', 'an older protocol is refused')
def _(net):
    return stranger(net, 'TLS 1.2', net.asker, ssl.TLSVersion.TLSv1_2)


@check('tls.other-town', 'WIRE 1', 'a town\'s node has no business at another town\'s intermediary')
def _(net):
    raw = wire.write('FGU.CodeFetch', net.asker.institution, net.provider.institution, [('AddresseeNo', '1')])
    try:
        answer = net.post(net.provider.url, net.asker, raw)
    except (ssl.SSLError, OSError):
        return
    expect(f'HTTP {answer.status}, expected 403', answer.status == 403)


# ---- 1 carriage: HTTP and signature ----

def http_is(net, status, target='/v1/message', method='POST', headers=None):
    raw = wire.write('FGU.CodeFetch', net.asker.institution, net.asker.institution, [('AddresseeNo', '1')])
    lines = headers if headers is not None else caller.plain_headers(raw, caller.base64_of(net.keys.sign(net.asker.sign, raw)))
    answer = caller.send_raw(net.asker.url, caller.context(net.authority, net.asker),
                             caller.request(raw if method == 'POST' else b'', lines, target, method))
    expect(f'HTTP {answer.status}, expected {status}', answer.status == status)
    expect('a message all the same', b'<Message' not in answer.body)


@check('http.method', 'WIRE 1', 'GET is refused with 405')
def _(net):
    http_is(net, 405, method='GET', headers=[('Host', 'conformance')])


@check('http.path', 'WIRE 1', 'another path is refused with 404')
def _(net):
    http_is(net, 404, target='/v1/other')


@check('http.argument', 'WIRE 1', 'an argument makes it another path')
def _(net):
    http_is(net, 404, target='/v1/message?a=b')


@check('http.type', 'WIRE 1', 'another Content-Type is refused with 415')
def _(net):
    raw = wire.write('FGU.CodeFetch', net.asker.institution, net.asker.institution, [('AddresseeNo', '1')])
    http_is(net, 415, headers=caller.plain_headers(raw, caller.base64_of(net.keys.sign(net.asker.sign, raw)), 'text/plain'))


def unsigned(net, signature, extra=()):
    """An FGU.NumberRequest that must be refused, and start nothing."""
    addressee = person()
    raw = wire.write('FGU.NumberRequest', net.asker.institution, net.asker.institution,
                     [('AddresseeNo', addressee), ('InstitutionCode', net.asker.institution)])
    answer = net.post(net.asker.url, net.asker, raw, signature=signature(raw), extra=extra and extra(raw))
    expect(f'HTTP {answer.status}, expected 403', answer.status == 403 or (extra and answer.status == 400))
    expect('a message all the same', b'<Message' not in answer.body)
    expect('it was acted upon', net.status(net.asker, addressee) == '0')


@check('signature.none', 'WIRE 1', 'no signature: 403, and nothing is done')
def _(net):
    unsigned(net, lambda raw: None)


@check('signature.garbage', 'WIRE 1', 'what is no signature is none')
def _(net):
    unsigned(net, lambda raw: 'AAAA')


@check('signature.other-bytes', 'WIRE 1', 'a signature over other bytes is none')
def _(net):
    unsigned(net, lambda raw: caller.base64_of(net.keys.sign(net.asker.sign, raw + b' ')))


@check('signature.other-signer', 'WIRE 5', 'another town\'s node does not sign for this one')
def _(net):
    unsigned(net, lambda raw: caller.base64_of(net.keys.sign(net.provider.sign, raw)))


@check('signature.twice', 'WIRE 1', 'two signature lines are none')
def _(net):
    def good(raw):
        return caller.base64_of(net.keys.sign(net.asker.sign, raw))
    unsigned(net, good, lambda raw: [('Watashi-Signature', good(raw))])


# ---- 1 carriage: the same message again ----

@check('again.same', 'WIRE 1', 'the same MsgID with the same bytes gets the same answer, byte for byte')
def _(net):
    raw = wire.write('FGU.NumberRequest', net.asker.institution, net.asker.institution,
                     [('AddresseeNo', person()), ('InstitutionCode', net.asker.institution)])
    first = net.answer_of(net.asker.url, net.asker, raw, 'FGU.NumberRequest')
    expect('the second answer differs', net.answer_of(net.asker.url, net.asker, raw, 'FGU.NumberRequest').body == first.body)


@check('again.other', 'WIRE 1', 'the same MsgID with other bytes is E103 and does nothing')
def _(net):
    msg_id, addressee = wire.new_id(), person()
    net.receipt(net.asker, 'FGU.NumberRequest', [('AddresseeNo', person()), ('InstitutionCode', net.asker.institution)], msg_id=msg_id)
    net.refused(net.asker, 'FGU.NumberRequest', [('AddresseeNo', addressee), ('InstitutionCode', net.asker.institution)], 'E103', msg_id=msg_id)
    expect('it was acted upon', net.status(net.asker, addressee) == '0')


@check('again.fetch', 'WIRE 1', 'the same MsgID with another message is E103')
def _(net):
    msg_id = wire.new_id()
    net.ask(net.asker, 'FGU.CodeFetch', [('AddresseeNo', '1')], msg_id=msg_id)
    net.refused(net.asker, 'TKY.HeldFetch', [('WithInquirer', '0')], 'E103', msg_id=msg_id)


# ---- 2 the document ----

def bad(name, sentence, change, place=None):
    """place: how the path ends that Place must be, where it is one element that is refused."""
    @check('document.' + name, 'WIRE 2', sentence)
    def _(net):
        addressee = person()
        raw = wire.write('FGU.NumberRequest', net.asker.institution, net.asker.institution,
                         [('AddresseeNo', addressee), ('InstitutionCode', net.asker.institution)])
        changed = change(raw, addressee.encode())
        expect('the kit changed nothing', changed != raw)
        m = net.answer_of(net.asker.url, net.asker, changed, 'a document: ' + name).message
        expect(f"answered by {m.kind} {m.value('Code') or ''}, expected Error E901", m.kind == 'Error' and m.value('Code') == 'E901')
        expect('Place has a value in it', addressee not in (m.value('Place') or ''))
        expect(f"Place is {m.value('Place')}, expected a path to {place}", place is None or (m.value('Place') or '').split('/')[-1] == place)
        expect('it was acted upon', net.status(net.asker, addressee) == '0')


def put(old, new):
    return lambda raw, _: raw.replace(old, new, 1)


bad('doctype', 'a DOCTYPE is refused', put(b'?>\n', b'?>\n<!DOCTYPE Message>\n'))
bad('bomb', 'entities are refused before they grow', lambda raw, a: raw.replace(
    b'?>\n', b'?>\n<!DOCTYPE Message [<!ENTITY a "' + b'9' * 50 + b'">' + b''.join(
        b'<!ENTITY %c "%s">' % (c, (b'&%c;' % (c - 1)) * 20) for c in range(98, 110)) + b']>\n', 1).replace(a, b'&m;', 1))
bad('external', 'an external entity is refused', lambda raw, a: raw.replace(
    b'?>\n', b'?>\n<!DOCTYPE Message [<!ENTITY a SYSTEM "file:///etc/hostname">]>\n', 1).replace(a, b'&a;', 1))
bad('entity', 'an entity that XML does not know is refused', lambda raw, a: raw.replace(a, b'&nbsp;', 1))
bad('comment', 'a comment is refused', put(b'<Header>', b'<Header><!-- a -->'))
bad('instruction', 'a processing instruction is refused', put(b'<Header>', b'<Header><?a b?>'))
bad('cdata', 'a CDATA section is refused', lambda raw, a: raw.replace(a, b'<![CDATA[' + a + b']]>', 1))
bad('attribute', 'an attribute is refused', put(b'<Body>', b'<Body a="b">'))
bad('namespace', 'another namespace is refused', put(b'wire:1', b'wire:2'))
bad('prefix', 'a prefix is refused', lambda raw, _: raw.replace(b'<', b'<w:').replace(b'<w:/', b'</w:').replace(b'<w:?', b'<?').replace(
    b'xmlns=', b'xmlns:w='))
bad('text', 'text between elements is refused', put(b'<Body>', b'<Body>a'))
bad('unknown', 'an unknown element is refused', put(b'<AddresseeNo>', b'<Name>a</Name><AddresseeNo>'))
bad('twice', 'an element twice is refused', lambda raw, a: raw.replace(b'</AddresseeNo>', b'</AddresseeNo><AddresseeNo>' + a + b'</AddresseeNo>', 1))
bad('order', 'elements out of their order are refused', put(b'<Mode>0</Mode>', b''))
bad('width', 'a value over its width is refused', lambda raw, a: raw.replace(a, b'1234567890123456', 1), 'AddresseeNo')
bad('alphabet', 'a value outside its alphabet is refused', lambda raw, a: raw.replace(a, b'A' + a[1:], 1), 'AddresseeNo')
bad('space', 'spaces around a value are refused', lambda raw, a: raw.replace(a, b' ' + a, 1), 'AddresseeNo')
bad('control', 'a control character is refused', lambda raw, a: raw.replace(a, b'&#1;', 1))
bad('noncharacter', 'a noncharacter is refused', lambda raw, a: raw.replace(a, b'\xef\xbf\xbf', 1))
bad('nul', 'a NUL is refused', lambda raw, a: raw.replace(a, b'\0', 1))
bad('utf8', 'bytes that are no UTF-8 are refused', lambda raw, a: raw.replace(a, b'\xff', 1))
bad('utf16', 'UTF-16 is refused', lambda raw, _: raw.decode().encode('utf-16'))
bad('mark', 'a byte mark is refused', lambda raw, _: b'\xef\xbb\xbf' + raw)
bad('cut', 'a document cut short is refused', lambda raw, _: raw[:-12])
bad('deep', 'elements nested over 16 deep are refused', put(b'<Body>', b'<Body>' + b'<a>' * 20 + b'</a>' * 20))
bad('empty', 'no document is refused', lambda raw, _: b'')
bad('two', 'two documents in one are refused', lambda raw, _: raw + raw.partition(b'\n')[2])
bad('msgid', 'a MsgID in capitals is refused', lambda raw, _: raw.replace(b'<MsgID>', b'<MsgID>ABCDEF', 1))
bad('exercise', 'the mode that is not its own is refused', put(b'<Mode>0', b'<Mode>1'))
bad('type', 'MsgType and the element in Body must be one', put(b'<MsgType>FGU.NumberRequest', b'<MsgType>FGU.NumberFetch'))


@check('document.ceiling', 'WIRE 2', 'a document over 1 MiB is refused')
def _(net):
    raw = wire.write('FGU.CodeFetch', net.asker.institution, net.asker.institution, [('AddresseeNo', '1')])
    raw = raw.replace(b'<Body>', b'<Body>' + b' ' * (wire.CEILING + 1))
    try:
        answer = net.post(net.asker.url, net.asker, raw)
    except OSError:
        return 'closed while it came'
    if answer.status == 413:
        return 'HTTP 413'
    expect(f'HTTP {answer.status} without E901', answer.status == 200 and wire.Message(answer.body).value('Code') == 'E901')
    return 'E901'


@check('document.references', 'WIRE 2', 'the five entities of XML and character references are read')
def _(net):
    raw = wire.write('FGU.CodeFetch', net.asker.institution, net.asker.institution, [('AddresseeNo', '12')])
    m = net.answer_of(net.asker.url, net.asker, raw.replace(b'>12<', b'>&#49;2<'), 'FGU.CodeFetch').message
    expect(f'answered by {m.kind}', m.kind == 'FGU.CodeStatus' and m.value('AddresseeNo') == '12')


@check('document.declaration', 'WIRE 2', 'it is UTF-8 whatever the declaration says')
def _(net):
    raw = wire.write('FGU.CodeFetch', net.asker.institution, net.asker.institution, [('AddresseeNo', '13')])
    m = net.answer_of(net.asker.url, net.asker, raw.replace(b'UTF-8', b'ISO-8859-1'), 'FGU.CodeFetch').message
    expect(f'answered by {m.kind}', m.kind == 'FGU.CodeStatus')


@check('header.source', 'WIRE 2', 'a Source other than the caller is E203')
def _(net):
    raw = wire.write('FGU.CodeFetch', net.provider.institution, net.asker.institution, [('AddresseeNo', '1')])
    m = net.answer_of(net.asker.url, net.asker, raw, 'FGU.CodeFetch').message
    expect(f"{m.kind} {m.value('Code')}, expected E203", m.value('Code') == 'E203')


@check('header.destination', 'WIRE 2', 'a Destination other than who is asked is E203')
def _(net):
    raw = wire.write('FGU.CodeFetch', net.asker.institution, STRANGE, [('AddresseeNo', '1')])
    m = net.answer_of(net.asker.url, net.asker, raw, 'FGU.CodeFetch').message
    expect(f"{m.kind} {m.value('Code')}, expected E203", m.value('Code') == 'E203')


@check('header.not-taken', 'WIRE 5', 'a message that is not a node\'s to send is refused')
def _(net):
    net.refused(net.asker, 'FGU.CodeStatus', [('AddresseeNo', '1'), ('Status', '2')], 'E901')


@check('header.registrar', 'WIRE 4.2', 'the registrar takes nothing but JUKI.CodeRequest')
def _(net):
    if net.registrar is None:
        raise Skipped('no registrar was named')
    net.refused(net.asker, 'FGU.CodeFetch', [('AddresseeNo', '1')], 'E901', url=net.registrar)


# ---- 4.2 codes ----

@check('code.institution', 'WIRE 4.2', 'a code for another institution is E203')
def _(net):
    net.refused(net.asker, 'FGU.NumberRequest', [('AddresseeNo', person()), ('InstitutionCode', STRANGE)], 'E203')


@check('code.unknown-reception', 'WIRE 6', 'an unknown ReceptionNo is E301')
def _(net):
    net.refused(net.asker, 'FGU.NumberFetch', [('ReceptionNo', 'nobody-ever-gave-this')], 'E301')


@check('code.before', 'WIRE 4.2', 'before it is asked for there is no code: Status 0, and an inquiry is E101')
def _(net):
    addressee = person()
    expect('Status is not 0', net.status(net.asker, addressee) == '0')
    m = net.ask(net.asker, 'SKI.InquiryRequest', net.inquiry(addressee))
    expect(f"{m.kind} {m.value('Code') or ''}, expected E101", m.value('Code') == 'E101')


@check('code.acquired', 'WIRE 4.2', 'both legs lead to a code in both towns')
def _(net):
    number, ours, theirs, unasked = wire.my_number(), person(), person(), person()
    expect('Status is not 0 before', net.status(net.asker, ours) == '0')
    first = net.acquire(net.asker, ours, number)
    second = net.acquire(net.provider, theirs, number)
    expect('two acquisition numbers are one', first != second)
    expect('Status of who was never asked for is not 0', net.status(net.asker, unasked) == '0')
    net.facts['person'] = (ours, theirs, number)
    net.facts['acquisition'] = first


@check('code.erased', 'WIRE 4.2', 'an acquisition number is erased when the code is there')
def _(net):
    used = net.need('acquisition')
    ours = net.need('person')[0]
    for who, kind, answer in net.answers:
        if kind == 'FGU.NumberFetch' and answer.message.value('AcquisitionNo') == used:
            reception = answer.message
    expect('no answer with it', reception is not None)
    reception = net.receipt(net.asker, 'FGU.NumberRequest', [('AddresseeNo', ours), ('InstitutionCode', net.asker.institution)])
    m = net.ask(net.asker, 'FGU.NumberFetch', [('ReceptionNo', reception)])
    expect('the used number is given again', m.value('AcquisitionNo') != used)


@check('code.once', 'WIRE 4.2', 'an acquisition number serves once: another MyNumber under it changes nobody\'s code')
def _(net):
    used, other = net.need('acquisition'), wire.my_number()
    net.numbers.append(other)
    m = net.ask(net.asker, 'JUKI.CodeRequest', [('AcquisitionNo', used), ('MyNumber', other)], url=net.registrar)
    net.facts['used-again'] = m.kind
    return f"answered by {m.kind} {m.value('Code') or ''}"      # what it did is seen in inquiry.answered


# ---- 4.3 copies ----

@check('copy.registered', 'WIRE 4.3', 'copies are taken, and listed with version and digest')
def _(net):
    theirs = net.need('person')[1]
    items = {'k1': dose('20260310', 'L1'), 'k2': dose('20260410')}
    refused, accepted, m = net.copy(net.provider, [record(net, theirs, 'k1', items=items['k1']), record(net, theirs, 'k2', items=items['k2'], number='R2')])
    expect(f'refused: {refused}', refused == {} and m.value('RefusedCount') == '0')
    expect(f'{accepted} accepted of 2', accepted == 2)
    listed = net.list(net.provider)
    for key, fields in items.items():
        name = f'{theirs}/{net.affair[2]}/0001/{key}'
        expect(f'{key} is not listed', name in listed)
        expect(f'{key}: the digest is not that of section 3', listed[name] == ('1', wire.digest(wire.items_digest(wire.as_nodes(fields).children))))
    net.facts['copies'] = items


@check('copy.unknown-reception', 'WIRE 6', 'the result of an unknown ReceptionNo is E301')
def _(net):
    net.refused(net.provider, 'DBM.CopyResultFetch', [('ReceptionNo', 'nobody-ever-gave-this')], 'E301')


@check('copy.same', 'WIRE 4.3', 'the same version with the same items changes nothing and is no fault')
def _(net):
    who, items = person(), dose('20260310')
    net.copy(net.provider, [record(net, who, 'k', '3', items=items)])
    before = net.list(net.provider)
    refused, _, _ = net.copy(net.provider, [record(net, who, 'k', '3', items=items)])
    expect(f'refused: {refused}', refused == {})
    expect('the list changed', net.list(net.provider) == before)
    net.facts['versioned'] = (who, items)


@check('copy.other-content', 'WIRE 4.3', 'the same version with other items is E103 and changes nothing')
def _(net):
    who, _ = net.need('versioned')
    before = net.list(net.provider)
    refused, accepted, _ = net.copy(net.provider, [record(net, who, 'k', '3', items=dose('20260311'))])
    expect(f'{accepted} accepted, refused {refused}, expected E103', refused == {'R1': 'E103'} and accepted == 0)
    expect('the list changed', net.list(net.provider) == before)


@check('copy.lower', 'WIRE 4.3', 'a lower version changes nothing')
def _(net):
    who, _ = net.need('versioned')
    before = net.list(net.provider)
    net.copy(net.provider, [record(net, who, 'k', '2', items=dose('20260312'))])
    expect('the list changed', net.list(net.provider) == before)


@check('copy.higher', 'WIRE 4.3', 'a higher version replaces')
def _(net):
    who, _ = net.need('versioned')
    fields = dose('20260313')
    net.copy(net.provider, [record(net, who, 'k', '4', items=fields)])
    expect('it does not stand in the list', net.list(net.provider)[f'{who}/{net.affair[2]}/0001/k'] ==
           ('4', wire.digest(wire.items_digest(wire.as_nodes(fields).children))))


@check('copy.others', 'WIRE 4.3', 'a refused record does not hold back the others')
def _(net):
    who = person()
    refused, accepted, _ = net.copy(net.provider, [record(net, who, 'a', number='R1', layout='0999'), record(net, who, 'b', number='R2')])
    expect(f'refused {refused}, expected R1 for E404', refused == {'R1': 'E404'})
    expect(f'{accepted} accepted, expected 1', accepted == 1)
    expect('the good one is not there', f'{who}/{net.affair[2]}/0001/b' in net.list(net.provider))


@check('copy.deleted', 'WIRE 4.3', 'a deletion needs no items and takes the record out of the list')
def _(net):
    who, _ = net.need('versioned')
    refused, _, _ = net.copy(net.provider, [record(net, who, 'k', '5', items=[])], segment='2')
    expect(f'refused: {refused}', refused == {})
    expect('it is still listed', f'{who}/{net.affair[2]}/0001/k' not in net.list(net.provider))


@check('copy.malformed', 'WIRE 2', 'a send with a record that is none is refused whole: E901, and nothing is registered')
def _(net):
    who, before = person(), net.list(net.provider)
    bad_one = ('Record', [(n, 'x' if n == 'RecordVersion' else v) for n, v in record(net, who, 'z', number='R2')[1]])
    net.refused(net.provider, 'DBM.CopyRegister', [('Segment', '1'), ('Records', [record(net, who, 'y'), bad_one])], 'E901')
    expect('the list changed', net.list(net.provider) == before)


@check('copy.own', 'WIRE 4.3', 'what one town registered is not in another town\'s list')
def _(net):
    net.need('copies')
    theirs = net.need('person')[1]
    expect('it is', not any(name.startswith(theirs + '/') for name in net.list(net.asker)))


# ---- 4.4 and 4.5 asking and answering ----

def response_of(net, result, fields, codes=True):
    """The provider's response in a result, judged by sections 1, 3 and 4.5."""
    expect('no Response', result.value('Response') and result.value('ResponseSignature'))
    import base64
    raw, der = base64.b64decode(result.value('Response')), base64.b64decode(result.value('ResponseSignature'))
    expect('the provider\'s signature does not hold', any(net.keys.holds(c, raw, der)
           for c in net.certificates['intermediary:' + net.provider.municipality]))
    faults = net.schema.faults([raw])
    expect(f'the schema refuses it: {faults.get(0)}', not faults)
    m = wire.Message(raw)
    expect('it is a ' + m.kind, m.kind == 'TKY.ProvisionResponse')
    question = wire.as_nodes(fields)
    for what, seen, wanted in (('Source', m.header['Source'], net.provider.institution), ('Destination', m.header['Destination'], net.asker.institution),
                               ('ProcessNo', m.value('ProcessNo'), result.value('ProcessNo')),
                               ('InquiryDigest', m.value('InquiryDigest'), wire.inquiry_digest(question)),
                               ('Status2', m.value('Status2'), result.value('StatusTM')),
                               ('Digest', m.value('Digest'), wire.records_digest(m.all('Records/Record')))):
        expect(f'{what} is {seen}, expected {wanted}', seen == wanted)
    expect('records without Status2 01', (m.value('Status2') == '01') == bool(m.all('Records/Record')))
    for r in m.all('Records/Record'):
        expect('the first three items are not birth date, sex and kana',
               [i.value('Code') for i in r.all('Items/Item')[:3]] == ['I000000001', 'I000000002', 'I000000003'])
    return m


@check('inquiry.answered', 'WIRE 4.4', 'an inquiry is answered from the copy: both levels normal, the response signed, tied to the question')
def _(net):
    ours, theirs, _ = net.need('person')
    copies = net.need('copies')
    fields, result = net.inquire(ours)
    expect(f"StatusDetail {result.value('StatusDetail')}, StatusTM {result.value('StatusTM')}, {result.value('ErrorCode')}",
           (result.value('StatusDetail'), result.value('StatusTM'), result.value('ErrorCode')) == ('09', '01', None))
    expect('RecordNo is another', result.value('RecordNo') == dict(f for f in fields if f[0] == 'RecordNo')['RecordNo'])
    expect('Provider is another', result.value('Provider') == dict(f for f in fields if f[0] == 'Provider')['Provider'])
    m = response_of(net, result, fields)
    got = {r.value('RecordKey'): wire.items_digest(r.all('Items/Item')) for r in m.all('Records/Record')}
    expect(f'records {sorted(got)}, expected {sorted(copies)}', sorted(got) == sorted(copies))
    for key, value in copies.items():
        expect(f'{key} is not as it was registered', got[key] == wire.items_digest(wire.as_nodes(value).children))
    text = net.answers[-1][2].body + m.raw
    expect('the provider\'s addressee number reached the asker', theirs.encode() not in text)
    net.facts['answered'] = (fields, result, m)


@check('inquiry.again', 'WIRE 1', 'the result can be fetched again and is the same')
def _(net):
    fields, result, _ = net.need('answered')
    reception = next(a.message.header['ReceptionNo'] for _, k, a in reversed(net.answers)
                     if k == 'SKI.InquiryRequest' and a.message.kind == 'Receipt')
    m = net.ask(net.asker, 'SKI.ResultFetch', [('ReceptionNo', reception)])
    expect('it differs', m.value('Response') == result.value('Response'))


@check('inquiry.unknown-reception', 'WIRE 6', 'the result of an unknown ReceptionNo is E301')
def _(net):
    net.refused(net.asker, 'SKI.ResultFetch', [('ReceptionNo', 'nobody-ever-gave-this')], 'E301')


@check('inquiry.other-towns-reception', 'WIRE 6', 'another town\'s ReceptionNo is unknown here')
def _(net):
    net.need('answered')
    reception = next(a.message.header['ReceptionNo'] for _, k, a in reversed(net.answers)
                     if k == 'SKI.InquiryRequest' and a.message.kind == 'Receipt')
    net.refused(net.provider, 'SKI.ResultFetch', [('ReceptionNo', reception)], 'E301')


@check('inquiry.record-no', 'WIRE 4.4', 'a RecordNo serves once: E103')
def _(net):
    ours = net.need('person')[0]
    used = dict(f for f in net.need('answered')[0] if f[0] == 'RecordNo')['RecordNo']
    net.refused(net.asker, 'SKI.InquiryRequest', net.inquiry(ours, record_no=used), 'E103')


@check('inquiry.span', 'WIRE 4.4', 'From and To stand together or not at all: E901')
def _(net):
    net.refused(net.asker, 'SKI.InquiryRequest', net.inquiry(net.need('person')[0], extra=[('From', '20200101')]), 'E901')


@check('inquiry.code', 'WIRE 4', 'a node asks by addressee number, never by code: E901')
def _(net):
    fields = [('PersonCode', 'A' * 32) if f[0] == 'AddresseeNo' else f for f in net.inquiry('1')]
    net.refused(net.asker, 'SKI.InquiryRequest', fields, 'E901')


@check('inquiry.inquirer', 'WIRE 4.4', 'nobody asks in another institution\'s name: E203')
def _(net):
    fields = [('Inquirer', net.provider.institution) if f[0] == 'Inquirer' else f for f in net.inquiry(net.need('person')[0])]
    net.refused(net.asker, 'SKI.InquiryRequest', fields, 'E203')


def ends(net, error, **how):
    """An inquiry that is refused, at once or as a result."""
    m = net.ask(net.asker, 'SKI.InquiryRequest', net.inquiry(net.need('person')[0], **how))
    if m.kind == 'Receipt':
        m = net.result(m.header['ReceptionNo'])
        expect(f"StatusDetail {m.value('StatusDetail')}, expected 90", m.value('StatusDetail') == '90')
        expect('a Response all the same', m.value('Response') is None and m.value('StatusTM') is None)
        seen = m.value('ErrorCode')
    else:
        seen = m.value('Code')
    expect(f'{seen}, expected {error}', seen == error)


@check('inquiry.not-permitted', 'WIRE 6', 'an affair without permission is E201')
def _(net):
    ends(net, 'E201', affair=('ZZZZZZZZZZZZZZZZ', net.affair[1], net.affair[2]))


@check('inquiry.ward', 'WIRE 4.4', 'a ward is never asked: E203')
def _(net):
    ends(net, 'E203', provider=WARD)


@check('inquiry.nobody', 'WIRE 4.4', 'an institution that does not exist is E203')
def _(net):
    ends(net, 'E203', provider=STRANGE)


@check('inquiry.no-data', 'WIRE 4.4', 'somebody of whom nothing is registered: 09, 02, signed, without records')
def _(net):
    number, ours = wire.my_number(), person()
    net.acquire(net.asker, ours, number)
    fields, result = net.inquire(ours)
    expect(f"StatusDetail {result.value('StatusDetail')}, StatusTM {result.value('StatusTM')}",
           (result.value('StatusDetail'), result.value('StatusTM')) == ('09', '02'))
    expect('no ErrorCode', result.value('ErrorCode') is not None)
    response_of(net, result, fields)
    net.facts['no-data'] = result


@check('inquiry.from-future', 'WIRE 4.3', 'what is published from a later day is not told yet')
def _(net):
    number, ours, theirs = wire.my_number(), person(), person()
    net.acquire(net.asker, ours, number)
    net.acquire(net.provider, theirs, number)
    net.copy(net.provider, [record(net, theirs, 'later', publish='21990101')])
    _, result = net.inquire(ours)
    expect(f"StatusTM {result.value('StatusTM')}, expected 02", result.value('StatusTM') == '02')


# ---- held answers ----

def hold(net):
    """Somebody whose answer waits for the provider's staff."""
    number, ours, theirs = wire.my_number(), person(), person()
    net.acquire(net.asker, ours, number)
    net.acquire(net.provider, theirs, number)
    net.copy(net.provider, [record(net, theirs, 'open', number='R1'), record(net, theirs, 'kept', hold='1', number='R2')])
    fields = net.inquiry(ours)
    reception = net.receipt(net.asker, 'SKI.InquiryRequest', fields)
    m = net.result(reception, ('05', '09', '90'))
    expect(f"StatusDetail {m.value('StatusDetail')}, expected 05", m.value('StatusDetail') == '05')
    expect('a Response leaked', m.value('Response') is None and m.value('StatusTM') is None)
    listed = net.held(net.provider)
    permits = [e.value('PermitID') for e in listed]
    expect('a permit is listed twice', len(permits) == len(set(permits)))
    entry = next((e for e in listed if e.value('AddresseeNo') == theirs), None)
    expect('the provider\'s list does not name it', entry is not None)
    expect('JM or TM is not that of the question', (entry.value('JM'), entry.value('TM')) == (net.affair[0], net.affair[2]))
    expect('DueAt is before HeldAt', entry.value('DueAt') > entry.value('HeldAt'))
    return fields, reception, entry


def decide(net, permit, decision):
    return net.ask(net.provider, 'TKY.ProvisionDecision',
                   [('PermitID', permit), ('Decision', decision), ('User', 'kit'), ('Reason', 'conformance')])


@check('held.held', 'WIRE 4.3', 'NoAutoReply on any record makes every answer about the person wait; nothing leaks')
def _(net):
    net.facts['held'] = hold(net)
    net.facts['held-beside'] = hold(net)
    listed = [e.value('PermitID') for e in net.held(net.provider)]
    expect('two wait, and one of them is not listed', all(net.facts[n][2].value('PermitID') in listed for n in ('held', 'held-beside')))


@check('held.inquirer', 'WIRE 4.5', 'who asks is told only when asked for')
def _(net):
    _, _, entry = net.need('held')
    expect('Inquirer is told unasked', entry.value('Inquirer') is None)
    with_it = next(e for e in net.held(net.provider, '1') if e.value('PermitID') == entry.value('PermitID'))
    expect(f"Inquirer is {with_it.value('Inquirer')}", with_it.value('Inquirer') == net.asker.institution)


@check('held.own', 'WIRE 4.5', 'what waits at one town is in no other town\'s list, and not another town\'s to decide')
def _(net):
    permit = net.need('held')[2].value('PermitID')
    expect('it is listed', all(e.value('PermitID') != permit for e in net.held(net.asker)))
    m = net.ask(net.asker, 'TKY.ProvisionDecision', [('PermitID', permit), ('Decision', '1'), ('User', 'kit'), ('Reason', 'not mine')])
    expect(f"{m.kind} {m.value('Code') or ''}, expected E301", m.value('Code') == 'E301')


@check('held.released', 'WIRE 4.5', 'released, the answer goes out')
def _(net):
    fields, reception, entry = net.need('held')
    m = decide(net, entry.value('PermitID'), '1')
    expect(f"{m.kind} {m.value('Code') or ''}", m.kind == 'Receipt')
    result = net.result(reception)
    expect(f"StatusTM {result.value('StatusTM')}, expected 01", result.value('StatusTM') == '01')
    m = response_of(net, result, fields)
    expect(f"PermitID is {m.value('PermitID')}, not that of the list", m.value('PermitID') == entry.value('PermitID'))
    net.facts['released'] = entry.value('PermitID')
    net.facts['later'] = result.value('ProcessNo')


@check('held.once', 'WIRE 4.5', 'a permission serves once: deciding again is E302')
def _(net):
    m = decide(net, net.need('released'), '2')
    expect(f"{m.kind} {m.value('Code') or ''}, expected E302", m.value('Code') == 'E302')


@check('held.unknown', 'WIRE 6', 'an unknown PermitID is E301')
def _(net):
    m = decide(net, 'nobody-ever-gave-this', '1')
    expect(f"{m.kind} {m.value('Code') or ''}, expected E301", m.value('Code') == 'E301')


@check('held.refused', 'WIRE 4.5', 'refused by staff: 09, 03, E403, without records')
def _(net):
    fields, reception, entry = net.facts.pop('held-beside', None) or hold(net)
    expect('not taken', decide(net, entry.value('PermitID'), '2').kind == 'Receipt')
    result = net.result(reception)
    expect(f"{result.value('StatusDetail')}, {result.value('StatusTM')}, {result.value('ErrorCode')}",
           (result.value('StatusDetail'), result.value('StatusTM'), result.value('ErrorCode')) == ('09', '03', 'E403'))
    response_of(net, result, fields)
    net.facts['refused'] = result


# ---- 4.6 provision records ----

def record_of(net, town, process):
    entries = net.ask(town, 'TKM.RecordFetch', [('ProcessNo', process)]).all('Entries/Entry')
    return entries[0] if len(entries) == 1 else None


@check('record.both', 'WIRE 4.6', 'both towns keep a record of the exchange, alike but for the addressee number')
def _(net):
    fields, result, m = net.need('answered')
    asked = dict(f for f in fields if isinstance(f[1], str))
    ours, theirs, _ = net.need('person')
    process = result.value('ProcessNo')
    got = {}
    for town, who in ((net.asker, ours), (net.provider, theirs)):
        e = net.until(f'a record with Outcome 01 at {town.municipality}', lambda t=town: (
            lambda r: r if r is not None and r.value('Outcome') == '01' else None)(record_of(net, t, process)))
        expect(f"AddresseeNo at {town.municipality}: {e.value('AddresseeNo')}", e.value('AddresseeNo') == who)
        for name in ('RequestedAt', 'JM', 'JT', 'TM', 'Inquirer', 'Provider'):
            expect(f'{name} is not that of the question', e.value(name) == asked[name])
        expect('a flag of non-disclosure', (e.value('InquirerNonDisclosure'), e.value('ProviderNonDisclosure')) == ('0', '0'))
        expect('ErrorCode of what was provided', e.value('ErrorCode') is None)
        expect('ProvidedAt is not that of the answer', e.value('ProvidedAt') == m.value('ProvidedAt'))
        expect('kept for seven years', e.value('ExpiresOn') is not None and int(e.value('ExpiresOn')[:4]) - int(e.value('RequestedAt')[:4]) in (7, 8))
        got[town.municipality] = [(c.name, c.text) for c in e.children if c.name != 'AddresseeNo']
    one, two = got.values()
    expect('they differ', one == two)
    expect('a value is in it', 'L1' not in str(got))


@check('record.refusals', 'WIRE 4.6', 'a refusal by staff is recorded, too')
def _(net):
    net.need('released')
    entries = page_all(net, net.asker)
    expect('no record with Outcome 03', any(e.value('Outcome') == '03' for e in entries))
    expect('no record with Outcome 02', any(e.value('Outcome') == '02' for e in entries))
    for name in ('no-data', 'refused'):
        if name in net.facts:
            r = net.facts[name]
            e = next((e for e in entries if e.value('ProcessNo') == r.value('ProcessNo')), None)
            expect(f'no record of the exchange that ended with {name}', e is not None)
            expect(f"ErrorCode {e.value('ErrorCode')}, that of the result is {r.value('ErrorCode')}", e.value('ErrorCode') == r.value('ErrorCode'))
            expect('ProvidedAt of what was not provided', e.value('ProvidedAt') is None)


def page_all(net, town):
    entries, after = [], None
    while True:
        m = net.ask(town, 'TKM.RecordFetch', [('After', after)])
        page = m.all('Entries/Entry')
        names = [e.value('ProcessNo') for e in page]
        expect('not in byte order of ProcessNo', names == sorted(names) and (after is None or not names or names[0] > after))
        entries += page
        if m.value('More') != '1':
            return entries
        expect('More after a page without an entry', names)
        after = names[-1]


@check('record.after', 'WIRE 4.6', 'After leaves out what came before')
def _(net):
    names = [e.value('ProcessNo') for e in page_all(net, net.asker)]
    expect('too few', len(names) >= 2)
    rest = [e.value('ProcessNo') for e in net.ask(net.asker, 'TKM.RecordFetch', [('After', names[0])]).all('Entries/Entry')]
    expect('it does not', rest[:1] == names[1:2] and names[0] not in rest)


@check('record.grows', 'WIRE 4.6', 'a later exchange has a higher ProcessNo')
def _(net):
    first = net.need('answered')[1].value('ProcessNo')
    later = net.need('later')
    names = [e.value('ProcessNo') for e in page_all(net, net.asker)]
    expect('one of the two is not listed', first in names and later in names)
    expect('an exchange that came later stands before it', names.index(first) < names.index(later))


@check('told.provider', 'WIRE 4.6', 'the provider learns which records the answer carried, and no value')
def _(net):
    _, result, _ = net.need('answered')
    m = net.ask(net.provider, 'TKM.ToldFetch', [('ProcessNo', result.value('ProcessNo'))])
    expect('of another exchange', m.value('ProcessNo') == result.value('ProcessNo'))
    told = sorted((e.value('RecordKey'), e.value('RecordVersion')) for e in m.all('Entries/Entry'))
    expect(f'told {told}', told == [('k1', '1'), ('k2', '1')])


@check('told.asker', 'WIRE 4.6', 'the asker does not')
def _(net):
    m = net.ask(net.asker, 'TKM.ToldFetch', [('ProcessNo', net.need('answered')[1].value('ProcessNo'))])
    expect('it does', m.kind == 'Error' or not m.all('Entries/Entry'))


def evidence(net, town, process):
    """What others signed about an exchange: the four values, decoded; each document with its signature and only then."""
    import base64
    m = net.ask(town, 'TKM.EvidenceFetch', [('ProcessNo', process)])
    expect(f"{m.kind} {m.value('Code') or ''}", m.kind == 'TKM.Evidence')
    expect('of another exchange', m.value('ProcessNo') == process)
    four = [m.value(n) for n in ('Record', 'RecordSignature', 'Response', 'ResponseSignature')]
    expect('a document without its signature, or one without a document', (four[0] is None) == (four[1] is None) and
           (four[2] is None) == (four[3] is None))
    return [base64.b64decode(v) if v is not None else None for v in four]


def like_list(m, entry):
    """The signed record says what the list says."""
    for name in ('Inquirer', 'Provider', 'RequestedAt', 'ProvidedAt', 'JM', 'JT', 'TM', 'Outcome', 'ErrorCode', 'InquirerNonDisclosure',
                 'ProviderNonDisclosure', 'ExpiresOn'):
        expect(f'{name} is {m.value(name)}, in the list of records {entry.value(name)}', m.value(name) == entry.value(name))


@check('evidence.record', 'WIRE 4.6', 'both towns get the core\'s record, whole, as the core signed it, and it names the question')
def _(net):
    fields, result, _ = net.need('answered')
    ours, theirs, _ = net.need('person')
    process, got = result.value('ProcessNo'), []
    for town, who, other in ((net.asker, ours, theirs), (net.provider, theirs, ours)):
        raw, der = net.until(f'a record at {town.municipality}', lambda t=town: (
            lambda four: four[:2] if four[0] is not None else None)(evidence(net, t, process)))
        expect('the core\'s signature does not hold', any(net.keys.holds(c, raw, der) for c in net.certificates['core']))
        faults = net.schema.faults([raw])
        expect(f'the schema refuses it: {faults.get(0)}', not faults)
        m = wire.Message(raw)
        for what, seen, wanted in (('the message', m.kind, 'TKM.Record'), ('Source', m.header['Source'], wire.CORE), ('ProcessNo', m.value('ProcessNo'), process),
                                   ('Outcome', m.value('Outcome'), '01'),
                                   ('InquiryDigest', m.value('InquiryDigest'), wire.inquiry_digest(wire.as_nodes(fields)))):
            expect(f'{what} is {seen}, expected {wanted}', seen == wanted)
        like_list(m, record_of(net, town, process))
        expect('the other town\'s addressee number', other.encode() not in raw)
        expect('a value is in it', b'L1' not in raw)
        got.append(m)
    expect('they tell of two times', got[0].value('ProvidedAt') == got[1].value('ProvidedAt') is not None)


@check('evidence.response', 'WIRE 4.6', 'the provider gets the response of its intermediary, to the byte as the asker got it; the asker has it already')
def _(net):
    import base64
    _, result, _ = net.need('answered')
    process = result.value('ProcessNo')
    _, _, raw, der = evidence(net, net.provider, process)
    expect('it is not there', raw is not None)
    expect('other bytes', raw == base64.b64decode(result.value('Response')))
    expect('its signature does not hold', any(net.keys.holds(c, raw, der) for c in net.certificates['intermediary:' + net.provider.municipality]))
    expect('the asker is told it as a provider', evidence(net, net.asker, process)[2] is None)


@check('evidence.refused', 'WIRE 4.6', 'of a refusal the core\'s record is there, too')
def _(net):
    net.need('released')
    process = next((e.value('ProcessNo') for e in page_all(net, net.asker) if e.value('Outcome') == '03'), None)
    expect('no refusal', process is not None)
    raw, der = evidence(net, net.asker, process)[:2]
    expect('no record', raw is not None and any(net.keys.holds(c, raw, der) for c in net.certificates['core']))
    expect('Outcome', wire.Message(raw).value('Outcome') == '03')
    like_list(wire.Message(raw), record_of(net, net.asker, process))


@check('evidence.unknown', 'WIRE 4.6', 'about what never was, nothing is there')
def _(net):
    expect('something is', evidence(net, net.asker, 'P' + '0' * 20) == [None] * 4)


# ---- 4.7 letters ----

def correction(net, process, sender, recipient, letter=None):
    return [('CorrectionID', letter or wire.new_id()), ('ProcessNo', process), ('Sender', sender.institution), ('Recipient', recipient.institution),
            ('MadeAt', wire.now()), ('RecordKey', 'k1'), ('RecordVersion', '2'), ('Items', dose('20260312', 'L9'))]


def letters(net, town, after=None):
    out = []
    while True:
        m = net.ask(town, 'COR.LetterFetch', [('After', after)])
        four = [m.value(n) is not None for n in ('LetterNo', 'Sender', 'Letter', 'LetterSignature')]
        expect('LetterNo, Sender, Letter and LetterSignature do not stand together', all(four) or not any(four))
        if not any(four):
            expect('More without a letter', m.value('More') == '0')
            return out
        expect('the same letter again after it', after is None or m.value('LetterNo') != after)
        out.append(m)
        after = m.value('LetterNo')
        if m.value('More') == '0':
            return out


def arrives(net, town, raw, signer):
    """The letter whose bytes these are, as it comes to a town."""
    import base64
    m = net.until('the letter', lambda: next((x for x in letters(net, town) if base64.b64decode(x.value('Letter')) == raw), None))
    expect('its signature is not the node\'s', any(net.keys.holds(c, raw, base64.b64decode(m.value('LetterSignature')))
           for c in net.certificates['municipality:' + signer.municipality]))
    expect(f"Sender is {m.value('Sender')}", m.value('Sender') == signer.institution)
    return m


def send_letter(net, town, kind, fields):
    raw = wire.write(kind, town.institution, town.institution, fields)
    answer = net.answer_of(town.url, town, raw, kind)
    return raw, answer.message


@check('letter.correction', 'WIRE 4.7', 'a correction reaches whoever was told, unchanged, with its node\'s signature')
def _(net):
    process = net.need('answered')[1].value('ProcessNo')
    record_of(net, net.asker, process)
    raw, m = send_letter(net, net.provider, 'TKY.Correction', correction(net, process, net.provider, net.asker))
    expect(f"{m.kind} {m.value('Code') or ''}", m.kind == 'Receipt')
    arrives(net, net.asker, raw, net.provider)
    net.facts['correction'] = wire.Message(raw)


@check('letter.receipt', 'WIRE 4.7', 'its receipt reaches the provider likewise')
def _(net):
    c = net.need('correction')
    raw, m = send_letter(net, net.asker, 'SKI.CorrectionReceipt', [
        ('CorrectionID', c.value('CorrectionID')), ('ProcessNo', c.value('ProcessNo')), ('Sender', net.asker.institution),
        ('Recipient', net.provider.institution), ('RecordKey', 'k1'), ('RecordVersion', '2'), ('Outcome', '01'), ('LocalVersion', '2'),
        ('TakenAt', wire.now())])
    expect(f"{m.kind} {m.value('Code') or ''}", m.kind == 'Receipt')
    arrives(net, net.provider, raw, net.asker)


@check('letter.direction', 'WIRE 4.7', 'the asker of an exchange corrects nothing along it: E201')
def _(net):
    process = net.need('answered')[1].value('ProcessNo')
    _, m = send_letter(net, net.asker, 'TKY.Correction', correction(net, process, net.asker, net.provider))
    expect(f"{m.kind} {m.value('Code') or ''}, expected E201", m.value('Code') == 'E201')


@check('letter.no-exchange', 'WIRE 4.7', 'a letter about no exchange is E201')
def _(net):
    _, m = send_letter(net, net.provider, 'TKY.Correction', correction(net, 'nobody-ever-gave-this', net.provider, net.asker))
    expect(f"{m.kind} {m.value('Code') or ''}, expected E201", m.value('Code') == 'E201')


@check('letter.sender', 'WIRE 4.7', 'nobody writes in another\'s name: E203')
def _(net):
    process = net.need('answered')[1].value('ProcessNo')
    _, m = send_letter(net, net.asker, 'TKY.Correction', correction(net, process, net.provider, net.asker))
    expect(f"{m.kind} {m.value('Code') or ''}, expected E203", m.value('Code') == 'E203')
    _, m = send_letter(net, net.asker, 'SKI.CorrectionReceipt', [
        ('CorrectionID', wire.new_id()), ('ProcessNo', process), ('Sender', net.provider.institution), ('Recipient', net.asker.institution),
        ('RecordKey', 'k1'), ('RecordVersion', '2'), ('Outcome', '01'), ('LocalVersion', '2'), ('TakenAt', wire.now())])
    expect(f"a receipt: {m.kind} {m.value('Code') or ''}, expected E203", m.value('Code') == 'E203')


@check('letter.order', 'WIRE 4.7', 'letters come in the order of their coming, After leaves out what came before')
def _(net):
    c = net.need('correction')
    first, _ = send_letter(net, net.provider, 'TKY.Correction', correction(net, c.value('ProcessNo'), net.provider, net.asker))
    arrives(net, net.asker, first, net.provider)
    second, _ = send_letter(net, net.provider, 'TKY.Correction', correction(net, c.value('ProcessNo'), net.provider, net.asker))
    arrives(net, net.asker, second, net.provider)
    got = letters(net, net.asker)
    expect('fewer than three', len(got) >= 3)
    rest = letters(net, net.asker, got[-2].value('LetterNo'))
    expect('After does not', [m.value('LetterNo') for m in rest] == [got[-1].value('LetterNo')])


# ---- 4.8 how many exchanges a day had ----

def day_count(net, sender, recipient, inquirer, provider, entries=()):
    n = {o: sum(e[1] == o for e in entries) for o in ('01', '02', '03', '04')}
    return [('Sender', sender.institution), ('Recipient', recipient.institution), ('On', wire.now(-86400)[:8]), ('Inquirer', inquirer.institution),
            ('Provider', provider.institution), ('MadeAt', wire.now()), ('Provided', n['01']), ('NoData', n['02']), ('Refused', n['03']),
            ('Failed', n['04']), ('Digest', wire.day_digest(entries)),
            ('Entries', [('Entry', list(zip(('ProcessNo', 'Outcome', 'Digest'), e))) for e in entries])]


@check('day.count', 'WIRE 4.8', 'a day\'s count reaches the other town unchanged, with its node\'s signature, whatever the core has recorded')
def _(net):
    entries = [('nobody-ever-gave-this', '01', '0' * 64)]
    raw, m = send_letter(net, net.asker, 'TKM.DayCount', day_count(net, net.asker, net.provider, net.asker, net.provider, entries))
    expect(f"{m.kind} {m.value('Code') or ''}", m.kind == 'Receipt')
    arrives(net, net.provider, raw, net.asker)
    net.facts['day'] = wire.Message(raw)


@check('day.receipt', 'WIRE 4.8', 'so does its receipt')
def _(net):
    c = net.need('day')
    raw, m = send_letter(net, net.provider, 'TKM.DayReceipt', [
        ('Sender', net.provider.institution), ('Recipient', net.asker.institution), ('On', c.value('On')), ('Inquirer', c.value('Inquirer')),
        ('Provider', c.value('Provider')), ('MadeAt', c.value('MadeAt')), ('Outcome', '02'), ('TakenAt', wire.now())])
    expect(f"{m.kind} {m.value('Code') or ''}", m.kind == 'Receipt')
    arrives(net, net.asker, raw, net.provider)


@check('day.others', 'WIRE 4.8', 'nobody counts for others, nor in the core\'s name: E203')
def _(net):
    class Core:
        institution = wire.CORE
    for fields in (day_count(net, net.provider, net.asker, net.asker, net.provider), day_count(net, Core, net.provider, net.asker, net.provider)):
        _, m = send_letter(net, net.asker, 'TKM.DayCount', fields)
        expect(f"{m.kind} {m.value('Code') or ''}, expected E203", m.value('Code') == 'E203')
    _, m = send_letter(net, net.asker, 'TKM.DayReceipt', [
        ('Sender', net.provider.institution), ('Recipient', net.asker.institution), ('On', wire.now(-86400)[:8]), ('Inquirer', net.asker.institution),
        ('Provider', net.provider.institution), ('MadeAt', wire.now()), ('Outcome', '01'), ('TakenAt', wire.now())])
    expect(f"a receipt: {m.kind} {m.value('Code') or ''}, expected E203", m.value('Code') == 'E203')


# ---- 4.10 the portal ----

@check('portal.notice', 'WIRE 4.10', 'a notice to a person\'s portal is taken, and what became of it is told')
def _(net):
    m = net.ask(net.asker, 'OSR.Notice', [('AddresseeNo', '1'), ('Title', 'お知らせ'), ('Text', '一行目\n二行目')])
    if m.value('Code') == 'E901':
        raise Skipped('this intermediary has no portal')
    expect(f"{m.kind} {m.value('Code') or ''}", m.kind == 'Receipt')
    reception = m.header.get('ReceptionNo')

    def ended():
        r = net.ask(net.asker, 'OSR.NoticeFetch', [('ReceptionNo', reception)])
        return r if r.value('State') != '1' else None
    r = net.until('the portal answers', ended)
    expect(f"State {r.value('State')}", r.value('State') in ('2', '3'))
    expect('TakenAt stands with State 2 and only then', (r.value('TakenAt') is not None) == (r.value('State') == '2'))
    net.refused(net.asker, 'OSR.Notice', [('AddresseeNo', '1'), ('Title', '二行の\n題名'), ('Text', '一行目')], 'E901')
    net.facts['notice'] = reception


@check('portal.notice-others', 'WIRE 4.10, 6', 'what became of a notice is told to its town alone: E301')
def _(net):
    net.refused(net.provider, 'OSR.NoticeFetch', [('ReceptionNo', net.need('notice'))], 'E301')


BIRTH = '20250401'


def portal_of(net):
    """The portal's own keys, where the kit was given them."""
    folder = os.path.join(net.folder, 'portal')
    if not os.path.exists(os.path.join(folder, 'tls.key')):
        raise Skipped('the certificates hold no portal')
    who = caller.Identity(folder, '')
    who.institution = wire.PORTAL
    return who


def look(net, portal, who, birth=BIRTH):
    m = net.ask(portal, 'JTK.SelfInfoFetch', [('AddresseeNo', who), ('TM', net.affair[2]), ('BirthDate', birth), ('RequestedAt', wire.now())],
                url=net.provider.url)
    if m.value('Code') == 'E901':
        raise Skipped('this intermediary has no portal')
    return m


@check('portal.self-info', 'WIRE 4.10', 'a person\'s own records come from the copy; nothing when barred, waiting for staff, or of another birth date')
def _(net):
    portal = portal_of(net)
    who, barred, waiting = person(), person(), person()
    items = base_items(f'{BIRTH[:4]}-{BIRTH[4:6]}-{BIRTH[6:]}', [wire.item('I000000104', '2026-03-10'), wire.item('I000000106', null='1')])
    net.copy(net.provider, [record(net, who, 'a', number='R1', items=items), record(net, barred, 'b', number='R2', barred='1', items=items),
                            record(net, waiting, 'c', number='R3', hold='1', items=items)])
    m = look(net, portal, who)
    expect(f"{m.kind} {m.value('Code') or ''}, not the person's", [r.value('RecordKey') for r in m.all('Records/Record')] == ['a'])
    expect('one of the two levels is not normal', m.header.get('Result') == '0000' and m.value('Status2') == '01' and m.value('ProvidedAt'))
    expect('its items are not as they were registered', wire.items_digest(m.all('Records/Record')[0].all('Items/Item')) ==
           wire.items_digest(wire.as_nodes(items).children))
    net.facts['look'] = m
    vain = [look(net, portal, n, b) for n, b in ((barred, BIRTH), (waiting, BIRTH), (who, '19010101'), (person(), BIRTH))]
    for m in vain:
        expect('told although it must not be', not m.all('Records/Record') and m.value('Status2') == '02')
    expect('what is withheld is told otherwise than what is not known', len({(m.value('Status2'), m.value('ProvidedAt')) for m in vain}) == 1)
    net.facts['looked'] = (who, barred)


@check('portal.recorded', 'WIRE 4.10', 'each look is recorded for the town, refusals too, and these are not to be shown')
def _(net):
    who, barred = net.need('looked')

    def of(number):
        m = net.ask(net.provider, 'TKM.RecordFetch', [('AddresseeNo', number)])
        return [(e.value('Outcome'), e.value('ProviderNonDisclosure'), e.value('ProvidedAt')) for e in m.all('Entries/Entry')
                if e.value('Inquirer') == wire.PORTAL]
    net.until('the record of a look, with the time of the answer', lambda: ('01', '0', net.need('look').value('ProvidedAt')) in of(who))
    net.until('the record of a refusal', lambda: of(barred) == [('03', '1', None)])


@check('portal.door', 'WIRE 5', 'a node cannot look as the portal does')
def _(net):
    net.refused(net.provider, 'JTK.SelfInfoFetch', [('AddresseeNo', '1'), ('TM', net.affair[2]), ('BirthDate', BIRTH),
                                                    ('RequestedAt', wire.now())], 'E901')


# ---- everything that was answered ----

@check('answers.schema', 'XSD', 'every answer is valid')
def _(net):
    good = [(who, kind, a) for who, kind, a in net.answers if a.status == 200]
    faults = net.schema.faults([a.body for _, _, a in good])
    expect('; '.join(f'{good[i][1]}: {text}' for i, text in list(faults.items())[:3]), not faults)
    return f'{len(good)} answers'


@check('answers.signed', 'WIRE 1', 'every answer is signed by who was asked')
def _(net):
    expect('; '.join(net.oddities['signed'][:3]), not net.oddities['signed'])


@check('answers.header', 'WIRE 2', 'every answer repeats the MsgID, exchanges Source and Destination, and is the one that section 4 names')
def _(net):
    expect('; '.join(net.oddities['header'][:3]), not net.oddities['header'])


@check('answers.receipt', 'WIRE 4.1', 'every Receipt has a ReceptionNo')
def _(net):
    expect(', '.join(net.oddities['receipt'][:3]), not net.oddities['receipt'])


@check('answers.http', 'WIRE 1', 'no redirects and no cookies')
def _(net):
    expect('; '.join(net.oddities['http'][:3]), not net.oddities['http'])


@check('answers.number', 'WIRE 4.2', 'no answer has a MyNumber in it, in no form')
def _(net):
    for number in net.numbers:
        for form, text in wire.forms_of(number).items():
            for who, kind, answer in net.answers:
                expect(f'{who}, answering {kind}: {form}', text not in answer.body)
    return f'{len(net.numbers)} numbers, {len(net.answers)} answers'
