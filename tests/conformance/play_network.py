"""The kit as the network around a node: everybody arrives at once, each meets one thing, and then is looked at what came of it."""

import base64
import os
import re
import ssl
import tempfile
import time

import wire
from driver import Driver
from network import HOSTILE, OTHER, OTHER_CODE, THIRD_CODE, Network, Person
from report import Checks, Failed, Skipped, expect

checks = Checks()
check = checks.check

KANA = 'アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ'
WARD, OF_CITY = '141011', '141003'


class Stage:
    """Network, node and people; and the one story in which all of them meet."""

    def __init__(self, options):
        self.patience = options.patience
        self.folder = options.work or tempfile.mkdtemp(prefix='conformance-')
        self.kept = options.work is not None
        os.makedirs(self.folder, exist_ok=True)
        self.keys = wire.Keys()
        self.schema = wire.Schema(options.schema, self.keys.folder)
        self.network = Network(self.folder, options.municipality, self.keys)
        self.drive = Driver(options.driver)
        self.only = options.only
        self.people = {}
        self.facts = {}
        self.began = time.time()
        for name in ('jm', 'jt', 'tm'):
            if getattr(options, name):
                setattr(self.network, name, getattr(options, name))
        join = self.network.at('join')
        os.makedirs(join, exist_ok=True)
        made = self.drive('make', directory=self.folder, municipality=options.municipality, institution=self.network.institution)
        self.network.admit(join, (made or {}).get('public'))
        self.drive('join', directory=self.folder, certificates=join, registrar=self.network.registrar.url,
                   intermediary=self.network.intermediary.url)
        self._cast()
        if options.only:
            self._leave(set().union({'plain'}, *(checks.people[c[0]] for c in checks.chosen(options.only))))
        self._story()

    def close(self):
        try:
            self.drive('end', directory=self.folder)
        except Failed as e:
            print(e)
        self.network.close()
        self.keys.close()
        if not self.kept:
            import shutil
            shutil.rmtree(self.folder, ignore_errors=True)

    # ---- people ----

    def person(self, name, previous=OTHER, **how):
        n = len(self.people)
        p = Person(name, str(700001 + n), wire.my_number(), f'2025-{n % 12 + 1:02d}-{n % 27 + 1:02d}',
                   'ワタシ' + KANA[n % len(KANA)] + KANA[n // len(KANA)], previous)
        p.records = [self.record(p, 'k1', '2026-05-12', 'MR', 'LOT' + str(n))]
        for key, value in how.items():
            setattr(p, key, value)
        self.people[name] = p
        self.network.people[p.addressee] = p
        return p

    def record(self, p, key, day, vaccine, lot, version='1', status='given', more=()):
        return (f'{OTHER}:{p.addressee}-{key}', version, [
            wire.item('I000000001', p.birth, '1'), wire.item('I000000002', 'female', '1'), wire.item('I000000003', p.kana, '1'),
            wire.item('I000000101', f'{p.addressee}-{key}'), wire.item('I000000102', version), wire.item('I000000103', OTHER),
            wire.item('I000000104', day), wire.item('I000000105', vaccine), wire.item('I000000106', lot),
            wire.item('I000000107', null='1'), wire.item('I000000112', status)] + list(more))

    def _cast(self):
        def meets(kind, what):
            return {kind: [what]}

        p = self.person('plain', waits=1, states=['01', '02', '03', '04', '09'])
        p.records.append(self.record(p, 'k2', '2026-07-01', 'VAR', 'B2', more=[
            wire.item('I000000999', 'of a later layout'), wire.item('I000000111', null='3')]))
        for kind in ('FGU.NumberRequest', 'FGU.NumberFetch', 'JUKI.CodeRequest', 'FGU.CodeFetch', 'SKI.InquiryRequest', 'SKI.ResultFetch'):
            self.person('lost-' + kind, meddle=meets(kind, 'lost-answer'))
        self.person('lost-request', meddle=meets('SKI.InquiryRequest', 'lost-request'))
        for what in ('busy', 'proxy', 'closed', 'over', 'http-500', 'redirect'):
            self.person(what, meddle=meets('SKI.ResultFetch' if what != 'closed' else 'SKI.InquiryRequest', what))
        for what in ('unsigned', 'other-bytes', 'other-signer', 'foreign-role', 'two-signatures', 'wrong-id', 'wrong-source', 'wrong-mode', 'wrong-kind'):
            self.person(what, meddle=meets('SKI.ResultFetch', what))
        for what in HOSTILE:
            self.person('document-' + what, meddle=meets('SKI.ResultFetch', 'document-' + what))

        def part(**change):
            return lambda parts: parts.update(change)

        def other_birth(parts):
            who = self.people['identity']
            stranger = Person('', who.addressee, '', '1950-01-01', who.kana)
            parts['records'] = [self.record(stranger, 'k1', '2026-05-12', 'MR', 'X')]

        self.person('forged-signature', forge=part(after=lambda raw: raw.replace(b'2026-05-12', b'2026-05-13')))
        self.person('forged-signer', forge=part(signer='third'))
        self.person('forged-node', forge=part(signer='other-node'))
        self.person('forged-source', forge=part(source=THIRD_CODE))
        self.person('forged-destination', forge=part(destination=THIRD_CODE))
        self.person('forged-process', forge=part(process='P' + '0' * 24))
        self.person('forged-question', forge=part(digest='0' * 64))
        self.person('forged-digest', forge=part(total='0' * 64))
        self.person('identity', forge=other_birth)
        self.person('evidence', evidence='third')
        self.person('no-data', outcome='02', error='E401')
        self.person('refused', outcome='03', error='E403')
        self.person('not-permitted', states=['90'], error='E201')
        self.person('held', states=['05', '09'])
        self.person('ward', previous=WARD)
        self.person('abroad', previous='99999')
        self.person('crash')

    def _leave(self, names):
        for name in set(self.people) - names:
            del self.network.people[self.people.pop(name).addressee]

    # ---- the story ----

    def _story(self):
        self.arrive([p for p in self.people.values() if p.name != 'crash'])
        if 'crash' in self.people:
            self.crash()
        self.settle()

    def arrive(self, people):
        self.drive('arrive', directory=self.folder, people=[
            {'addressee': p.addressee, 'number': p.number, 'name': '渡瀬 ' + p.kana[3:], 'kana': p.kana, 'birth': p.birth, 'sex': 'female',
             'previous': p.previous, 'since': '2026-11-16'} for p in people])
        self.drive('ask', directory=self.folder, addressees=[p.addressee for p in people])

    def crash(self):
        """The node is killed while its inquiry about somebody waits for an answer."""
        p = self.people['crash']
        p.meddle = {'SKI.InquiryRequest': ['lost-answer']}
        before = len(self.network.heard)
        self.arrive([p])
        end = time.monotonic() + self.patience
        while not any(h.message is not None and h.message.kind == 'SKI.InquiryRequest' and h.message.value('AddresseeNo') == p.addressee
                      for h in self.network.heard[before:]):
            if time.monotonic() > end:
                self.facts['crash'] = 'its inquiry did not come'
                return
            time.sleep(0.005)
        if self.drive('crash', directory=self.folder) is None:
            self.facts['crash'] = 'the driver cannot crash the node'

    def ended(self, p):
        """Is there nothing more to come about somebody?"""
        if p.previous == '99999':
            return True
        return bool(p.requests) and all(q.is_told for q in p.requests) and not any(p.meddle.values())

    def settle(self):
        end = time.monotonic() + self.patience
        while time.monotonic() < end and not all(self.ended(p) for p in self.people.values()):
            time.sleep(0.2)
        late = [p.name for p in self.people.values() if not self.ended(p)]
        if late:
            print(f'after {self.patience} s there is more to come about: ' + ', '.join(late))
        time.sleep(3)           # what is attached in spite of everything is attached by now

    # ---- what checks ask ----

    def heard(self, kind=None, name=None):
        addressee = self.people[name].addressee if name else None
        return [h for h in self.network.heard if h.message is not None and (kind is None or h.message.kind == kind) and
                (addressee is None or h.message.value('AddresseeNo') == addressee)]

    def doses(self, name):
        got = self.drive('doses', directory=self.folder, addressee=self.people[name].addressee)
        return sorted((d['date'], d['vaccine'], d['lot'] or '') for d in got)

    def wanted(self, name):
        out = []
        for _, _, items in self.people[name].records:
            by = {dict(i[1])['Code']: dict(i[1])['Value'] for i in items}
            out.append((by['I000000104'], by['I000000105'], by['I000000106'] or ''))
        return sorted(out)

    def arrived(self, name):
        """Every dose, once."""
        end = time.monotonic() + 5      # the story is over: what is not there by now does not come
        while self.doses(name) != self.wanted(name) and time.monotonic() < end:
            time.sleep(0.5)
        seen = self.doses(name)
        expect(f'on record {seen}, expected {self.wanted(name)}', seen == self.wanted(name))

    def until(self, what, function, seconds=None):
        end = time.monotonic() + (seconds or self.patience)
        while True:
            got = function()
            if got:
                return got
            if time.monotonic() > end:
                raise Failed(f'{what}: not within {seconds or self.patience} s')
            time.sleep(0.1)


# ---- 1 carriage ----

@check('http.request', 'WIRE 1', 'every message is POST /v1/message, HTTP/1.1, application/xml, with one signature line and no cookie')
def _(s):
    expect('nothing was heard', s.network.heard)
    for h in s.network.heard:
        names = [n.lower() for n, _ in h.headers]
        expect(f'request line {h.line[:60]!r}', h.line == 'POST /v1/message HTTP/1.1')
        expect('Content-Type', [v for n, v in h.headers if n.lower() == 'content-type'] == ['application/xml'])
        expect('a cookie', 'cookie' not in names)
        expect(f"{names.count('watashi-signature')} signature lines", names.count('watashi-signature') == 1)
    return f'{len(s.network.heard)} messages'


@check('tls.version', 'WIRE 1', 'TLS 1.3, with the node\'s own name and no other')
def _(s):
    for h in s.network.heard:
        expect(h.version, h.version == 'TLSv1.3')
        expect(f'names {h.names}', h.names == ['urn:watashi:municipality:' + s.network.municipality])


@check('signature.holds', 'WIRE 1', 'every message is signed by the node over its exact bytes')
def _(s):
    seen = {}
    for h in s.network.heard:
        der, why = wire.signature_of(h.headers)
        key = (h.body, der)
        if key not in seen:
            seen[key] = der is not None and s.keys.holds(s.network.node_sign, h.body, der)
        expect(f'{h.message.kind if h.message else "a document"}: {why or "the signature does not hold"}', seen[key])


@check('again.same-bytes', 'WIRE 1', 'one MsgID, one message: nothing comes again under it with other bytes')
def _(s):
    expect(f'{s.network.changed[:3]}', not s.network.changed)


@check('again.msgid', 'WIRE 2', 'MsgIDs are random: no two of different messages begin alike')
def _(s):
    ids = {h.message.header['MsgID'] for h in s.heard()}
    expect('too few', len(ids) > 5)
    expect('two begin alike', len({i[:12] for i in ids}) == len(ids) and len({i[-12:] for i in ids}) == len(ids))


for one in ('FGU.NumberRequest', 'FGU.NumberFetch', 'JUKI.CodeRequest', 'FGU.CodeFetch', 'SKI.InquiryRequest', 'SKI.ResultFetch'):
    @check('lost.' + one.lower(), 'WIRE 1', f'the answer to {one} is lost: the same message comes again, and the doses arrive once', people=('lost-' + one,))
    def _(s, kind=one):
        p = s.people['lost-' + kind]
        expect('it was not met', not p.meddle[kind])
        s.arrived('lost-' + kind)
        lost = [h for h in s.network.heard if h.answered == 'lost-answer' and h.message.kind == kind]
        expect('no answer was lost', lost)
        for h in lost:
            if h.message.value('AddresseeNo') != p.addressee and kind in ('FGU.NumberRequest', 'SKI.InquiryRequest'):
                continue
            again = [x for x in s.network.heard if x.body == h.body and x is not h]
            if kind in ('FGU.NumberFetch', 'FGU.CodeFetch', 'SKI.ResultFetch'):
                continue                # a fetch may be asked anew
            expect('it did not come again with the same bytes', again)


@check('lost.request', 'WIRE 1', 'a request that is lost comes again', people=('lost-request',))
def _(s):
    s.arrived('lost-request')


for one, sentence in (('busy', '503 without a body'), ('proxy', '503 with an unsigned page'), ('closed', 'a signed E501'),
                      ('over', 'a signed E502'), ('http-500', 'HTTP 500')):
    @check('later.' + one, 'WIRE 1', sentence + ' means later: the node comes again by itself', people=(one,))
    def _(s, name=one):
        s.arrived(name)


@check('http.redirect', 'WIRE 1', 'a redirect is not followed', people=('redirect',))
def _(s):
    expect('it was not met', not s.people['redirect'].meddle['SKI.ResultFetch'])
    expect('it was followed', not any(h.place == 'registrar' and h.message is not None and h.message.kind != 'JUKI.CodeRequest'
                                      for h in s.network.heard))


for one, sentence in (('unsigned', 'an unsigned answer'), ('other-bytes', 'an answer with a signature over other bytes'),
                      ('other-signer', 'an answer that another town\'s intermediary signed'),
                      ('foreign-role', 'an answer that the registrar signed for the intermediary'),
                      ('two-signatures', 'an answer with two signature lines'), ('wrong-id', 'an answer with another MsgID'),
                      ('wrong-source', 'an answer from another institution'), ('wrong-mode', 'an answer in the other mode'),
                      ('wrong-kind', 'an answer to another message')):
    @check('answer.' + one, 'WIRE 1, 2', sentence + ' is not believed; the node asks again', people=(one,))
    def _(s, name=one):
        p = s.people[name]
        expect('it was not met', not p.meddle['SKI.ResultFetch'])
        expect(f'asked {p.requests[0].fetches} times: what was not to be believed ended it', asked_again(s, p, name))
        s.arrived(name)


def asked_again(s, p, name):
    """After the bad answer another one was fetched."""
    own = {r for r, q in s.network.asked.items() if q.person is p}
    fetched = [h for h in s.heard('SKI.ResultFetch') if h.message.value('ReceptionNo') in own]
    bad = next((i for i, h in enumerate(fetched) if h.answered == name), None)
    return bad is not None and len(fetched) > bad + 1


for one in HOSTILE:
    @check('document.' + one, 'WIRE 2', f'an answer that is malformed or hostile ({one}) is refused; the node lives and asks again', people=('document-' + one,))
    def _(s, name='document-' + one):
        expect('it was not met', not s.people[name].meddle['SKI.ResultFetch'])
        expect('it ended the inquiry', asked_again(s, s.people[name], name))
        s.arrived(name)


# ---- 2 the document ----

@check('document.schema', 'XSD', 'every message of the node is valid')
def _(s):
    bodies = list({h.body: h for h in s.network.heard}.values())
    faults = s.schema.faults([h.body for h in bodies])
    expect('; '.join(f'{bodies[i].message.kind if bodies[i].message else "?"}: {t}' for i, t in list(faults.items())[:3]), not faults)
    return f'{len(bodies)} messages'


@check('document.form', 'WIRE 2', 'no message has what section 2 refuses')
def _(s):
    bad = sorted({h.unreadable for h in s.network.heard if h.unreadable})
    expect('; '.join(bad), not bad)


@check('document.ceiling', 'WIRE 2', 'no message is over its ceiling')
def _(s):
    for h in s.heard():
        expect(f'{h.message.kind}: {len(h.body)} bytes', len(h.body) <= (wire.COPY_CEILING if h.message.kind == 'DBM.CopyRegister' else wire.CEILING))


@check('header.parties', 'WIRE 2', 'Source is the town, Destination whom it asks, Mode 0, Result 0000, no ReceptionNo')
def _(s):
    for h in s.heard():
        to = wire.REGISTRAR if h.place == 'registrar' else s.network.institution
        x = h.message.header
        expect(f'{h.message.kind}: {x}', (x['Source'], x['Destination'], x['Mode'], x['Result'], x.get('ReceptionNo')) ==
               (s.network.institution, to, '0', '0000', None))


@check('header.people', 'WIRE 4', 'whom a message is about is somebody of this town')
def _(s):
    for h in s.heard():
        for who in [h.message.value('AddresseeNo')] + [r.value('AddresseeNo') for r in h.message.all('Records/Record')]:
            expect(f'{h.message.kind} is about nobody who is here', who is None or who in s.network.people)


@check('header.reception', 'WIRE 4.1', 'what is fetched was promised by a Receipt')
def _(s):
    for h in s.heard():
        given = h.message.value('ReceptionNo')
        expect(f'{h.message.kind} of a reception that nobody gave', given is None or given in s.network.receptions)


@check('header.kinds', 'WIRE 5', 'a node sends what section 5 lets it sign, each where section 4 says')
def _(s):
    for h in s.heard():
        expect(f'{h.message.kind} to the {h.place}', h.message.kind in wire.NODE_SENDS and
               (h.place == 'registrar') == (h.message.kind == 'JUKI.CodeRequest'))


# ---- 4.2 codes ----

@check('number.only-there', 'WIRE 4.2', 'a MyNumber is in JUKI.CodeRequest, once, and in no other message, in no form')
def _(s):
    for p in s.people.values():
        forms = wire.forms_of(p.number)
        for h in s.network.heard:
            kind = h.message.kind if h.message is not None else '?'
            text = h.body + repr(h.headers).encode()
            for form, number in forms.items():
                if kind == 'JUKI.CodeRequest' and form == 'plain':
                    expect('twice in one message', text.count(number) <= 1)
                else:
                    expect(f'{kind}: {form}', number not in text)


@check('number.right', 'WIRE 4.2', 'each acquisition number goes to the registrar with its person\'s number, to nobody else, and once')
def _(s):
    asked = {}
    for h in s.heard('JUKI.CodeRequest'):
        p = s.network.acquisitions.get(h.message.value('AcquisitionNo'))
        expect('an acquisition number that nobody issued', p is not None)
        expect('with another person\'s number', h.message.value('MyNumber') == p.number)
        asked.setdefault(p.name, set()).add(h.message.header['MsgID'])
    expect('nobody was asked about', asked)
    expect('more than one message with one acquisition number', all(len(ids) == 1 for ids in asked.values()))
    for h in s.heard():
        if h.message.kind != 'JUKI.CodeRequest':
            for number in s.network.acquisitions:
                expect(f'an acquisition number in {h.message.kind}', number.encode() not in h.body)


@check('code.waits', 'WIRE 4.2', 'without the number, or with Status 1, the node asks again')
def _(s):
    p = s.people['plain']
    expect(f'{p.number_fetches} FGU.NumberFetch, {p.code_fetches} FGU.CodeFetch', p.number_fetches >= 2 and p.code_fetches >= 2)


@check('code.first', 'WIRE 4.2', 'nobody is asked about before the code is there')
def _(s):
    for h in s.heard('SKI.InquiryRequest'):
        p = s.network.people[h.message.value('AddresseeNo')]
        expect(f'{p.name}: {h.answered}', p.requests)


@check('code.own', 'WIRE 4.2', 'InstitutionCode is the node\'s own')
def _(s):
    expect('none was asked for', s.heard('FGU.NumberRequest'))
    for h in s.heard('FGU.NumberRequest'):
        expect(h.message.value('InstitutionCode'), h.message.value('InstitutionCode') == s.network.institution)


# ---- 4.4 asking ----

@check('inquiry.arrives', 'WIRE 4.4', 'the answer arrives, an unknown item is passed over, a null is no value')
def _(s):
    s.arrived('plain')


@check('inquiry.fields', 'WIRE 4.4', 'Inquirer is the town, Provider a city, From and To together, no code, the time of asking')
def _(s):
    asked = {h.body: h for h in s.heard('SKI.InquiryRequest')}.values()
    expect('nobody was asked about', asked)
    for h in asked:
        v = h.message.value
        expect('Inquirer', v('Inquirer') == s.network.institution)
        expect(f"Provider {v('Provider')}", re.fullmatch('[0-9]{6}[A-Z0-9]{10}', v('Provider')))
        expect('From and To', (v('From') is None) == (v('To') is None))
        expect('PersonCode', v('PersonCode') is None)
        expect('JM, JT, TM', (v('JM'), v('JT'), v('TM')) == (s.network.jm, s.network.jt, s.network.tm))
        at = time.mktime(time.strptime(v('RequestedAt')[:14], '%Y%m%d%H%M%S')) - time.mktime(time.strptime(wire.now()[:14], '%Y%m%d%H%M%S'))
        expect(f'RequestedAt is {at:.0f} s away', abs(at) < 900)


@check('inquiry.record-no', 'WIRE 4.4', 'a RecordNo is used once')
def _(s):
    used = {}
    for h in s.heard('SKI.InquiryRequest'):
        used.setdefault(h.message.value('RecordNo'), set()).add(h.message.header['MsgID'])
    expect('one is used twice', all(len(ids) == 1 for ids in used.values()))


@check('inquiry.salt', 'WIRE 3', 'the salt is drawn anew for each inquiry')
def _(s):
    asked = {h.message.header['MsgID']: h.message.value('Salt') for h in s.heard('SKI.InquiryRequest')}
    expect('two are one', len(set(asked.values())) == len(asked))


@check('inquiry.ward', 'WIRE 4.4', 'who came from a ward is asked about at its city', people=('ward',))
def _(s):
    asked = s.heard('SKI.InquiryRequest', 'ward')
    expect('nobody was asked', asked)
    for h in asked:
        expect(h.message.value('Provider'), h.message.value('Provider') == OF_CITY + '0000000001')


@check('inquiry.abroad', 'WIRE 4.4', 'about who came from abroad nobody is asked', people=('abroad',))
def _(s):
    expect('somebody was', not s.heard('SKI.InquiryRequest', 'abroad'))


@check('inquiry.no-data', 'WIRE 4.4', 'no data: nothing comes on record', people=('no-data',))
def _(s):
    expect('it was not asked', s.people['no-data'].requests)
    expect(f"{s.doses('no-data')}", s.doses('no-data') == [])


@check('inquiry.refused', 'WIRE 4.4', 'refused by the provider\'s staff: nothing comes on record', people=('refused',))
def _(s):
    expect('it was not asked', s.people['refused'].requests)
    expect(f"{s.doses('refused')}", s.doses('refused') == [])


@check('inquiry.not-permitted', 'WIRE 6', 'E201: what next is nothing; the node does not ask the same again', people=('not-permitted',))
def _(s):
    p = s.people['not-permitted']
    expect(f'{len(p.requests)} inquiries', len(p.requests) == 1)
    expect(f"{s.doses('not-permitted')}", s.doses('not-permitted') == [])


@check('inquiry.held', 'WIRE 4.4', 'held: the node polls until it is there', people=('held',))
def _(s):
    p = s.people['held']
    s.until('the second SKI.ResultFetch', lambda: p.requests and p.requests[0].fetches >= 2)
    s.arrived('held')


@check('inquiry.once', 'WIRE 4.4', 'everybody is asked about once')
def _(s):
    twice = [p.name for p in s.people.values() if len(p.requests) > 1]
    expect(f'twice: {twice}', not twice)


for one, sentence in (('forged-signature', 'whose signature does not hold'), ('forged-signer', 'that a third town signed'),
                      ('forged-node', 'that the provider\'s node signed, not its intermediary'),
                      ('forged-source', 'whose Source is a third town'), ('forged-destination', 'that is for another town'),
                      ('forged-process', 'of another exchange'), ('forged-question', 'to another question'),
                      ('forged-digest', 'whose Digest is not that of its records'), ('identity', 'about somebody born on another day')):
    @check('response.' + one, 'WIRE 4.4, 4.5', f'a response {sentence} attaches nothing', people=(one,))
    def _(s, name=one):
        p = s.people[name]
        expect('it was not fetched', p.requests and p.requests[0].document)
        expect(f'{s.doses(name)}', s.doses(name) == [])


@check('crash.again', 'WIRE 1', 'killed while an inquiry waited for its answer, the node sends the same message again, and the doses arrive once', people=('crash',))
def _(s):
    if 'crash' in s.facts:
        raise Skipped(s.facts['crash'])
    s.arrived('crash')
    asked = s.heard('SKI.InquiryRequest', 'crash')
    expect(f'{len(asked)} messages, {len({h.body for h in asked})} different', len(asked) >= 2 and len({h.body for h in asked}) == 1)


# ---- 4.3 copies ----

@check('copy.registered', 'WIRE 4.3', 'a dose of the town is registered with the intermediary', people=('no-data',))
def _(s):
    p = s.people['no-data']
    if s.drive('record', directory=s.folder, addressee=p.addressee, birth=p.birth, source='c1', version=1, day='2026-11-18', vaccine='MR', lot='OURS1') is None:
        raise Skipped('the driver records no doses')
    s.drive('copies', directory=s.folder)
    s.facts['copy'] = s.until('DBM.CopyRegister with the dose', lambda: next(
        ((n, c) for n, c in s.network.copies.items() if n[0] == p.addressee and value_of(c[1], 'I000000106') == 'OURS1'), None))


def value_of(items, code):
    return next((i.value('Value') for i in items if i.value('Code') == code), None)


def need(s, name):
    if name not in s.facts:
        raise Skipped('needs what a check before did not reach')
    return s.facts[name]


@check('copy.identity', 'WIRE 3', 'every record begins with birth date, sex and folded kana, at depth 1, as registered')
def _(s):
    seen = 0
    for h in s.heard('DBM.CopyRegister'):
        for r in h.message.all('Records/Record'):
            items = r.all('Items/Item')
            if h.message.value('Segment') == '2' and not items:
                continue
            seen += 1
            expect('the first three', [i.value('Code') for i in items[:3]] == ['I000000001', 'I000000002', 'I000000003'])
            p = s.network.people.get(r.value('AddresseeNo'))
            if p is not None:
                expect('birth date or kana', (items[0].value('Value'), items[2].value('Value')) == (p.birth, p.kana))
    expect('no record', seen)


@check('copy.dose', 'WIRE 3', 'a record of a dose has its origin, version, town, date, vaccine and status')
def _(s):
    _, (_, items, _) = need(s, 'copy')
    for code, wanted in (('I000000101', None), ('I000000102', '1'), ('I000000103', s.network.municipality), ('I000000104', '2026-11-18'),
                         ('I000000105', 'MR'), ('I000000112', 'given')):
        expect(f'{code}: {value_of(items, code)}', value_of(items, code) == wanted if wanted else value_of(items, code))


@check('copy.record-no', 'WIRE 4.3', 'RecordNo is unique in a send, TM the item\'s, layout 0001')
def _(s):
    expect('no copy was sent', s.heard('DBM.CopyRegister'))
    for h in s.heard('DBM.CopyRegister'):
        records = h.message.all('Records/Record')
        expect('RecordNo twice', len({r.value('RecordNo') for r in records}) == len(records))
        expect('TM or LayoutVersion', all((r.value('TM'), r.value('LayoutVersion')) == (s.network.tm, '0001') for r in records))


@check('copy.asked', 'WIRE 4.3', 'what became of a send is asked until Done is 1')
def _(s):
    need(s, 'copy')
    s.until('the second DBM.CopyResultFetch', lambda: all(n >= 2 for n in s.network.copy_fetches.values()))


@check('copy.corrected', 'WIRE 4.3', 'a corrected dose is registered under its name with a higher version', people=('no-data',))
def _(s):
    name, (version, _, _) = need(s, 'copy')
    s.drive('record', directory=s.folder, addressee=name[0], birth=s.people['no-data'].birth, source='c1', version=2, day='2026-11-18',
            vaccine='MR', lot='OURS2')
    s.drive('copies', directory=s.folder)
    got = s.until('the new version', lambda: s.network.copies[name] if int(s.network.copies[name][0]) > int(version) else None)
    expect(value_of(got[1], 'I000000106') or 'no lot', value_of(got[1], 'I000000106') == 'OURS2')


@check('copy.compared', 'WIRE 4.3', 'the list is read page by page, After the last of the page before')
def _(s):
    if s.drive('compare', directory=s.folder) is None:
        raise Skipped('the driver compares no copies')
    expect('fewer copies than a page', len(s.network.copies) > 2)
    names = sorted('/'.join(n) for n in s.network.copies)
    pages = [names[i] for i in range(1, len(names) - 1, 2)]
    s.until('every page', lambda: set(pages) <= {h.message.value('After') for h in s.heard('DBM.CopyListFetch')})


# ---- 4.5 held answers ----

def held_one(s, decision):
    p = s.people['refused']
    entry = {'permit': 'T' + wire.new_id()[:24], 'addressee': p.addressee, 'jm': s.network.jm, 'tm': s.network.tm}
    with s.network.lock:
        s.network.held.append(entry)
        s.network.permits.add(entry['permit'])
    if s.drive('held', directory=s.folder) is None:
        raise Skipped('the driver lists no held answers')
    s.until('TKY.HeldFetch', lambda: s.heard('TKY.HeldFetch'))
    mine = s.until('it is laid before the staff', lambda: next((h for h in s.drive('held', directory=s.folder)
                                                                if h['addressee'] == p.addressee), None))
    s.drive('decide', directory=s.folder, id=mine['id'], release=decision == '1', reason='conformance')
    m = s.until('TKY.ProvisionDecision', lambda: next((d for d in s.network.decisions if d.value('PermitID') == entry['permit']), None))
    expect(f"Decision {m.value('Decision')}", m.value('Decision') == decision)
    expect('User or Reason', m.value('User') and m.value('Reason'))


@check('held.released', 'WIRE 4.5', 'an answer that waits is laid before the staff; their release is sent with user and reason', people=('refused',))
def _(s):
    held_one(s, '1')


@check('held.refused', 'WIRE 4.5', 'their refusal likewise', people=('refused',))
def _(s):
    held_one(s, '2')


@check('held.once', 'WIRE 4.5', 'a permission is decided once')
def _(s):
    ids = {}
    for h in s.heard('TKY.ProvisionDecision'):
        ids.setdefault(h.message.value('PermitID'), set()).add(h.message.header['MsgID'])
    if not ids:
        raise Skipped('nothing was decided')
    expect('one is decided twice', all(len(x) == 1 for x in ids.values()))


# ---- 4.6 provision records ----

@check('record.pages', 'WIRE 4.6', 'provision records are read page by page, After the last of the page before')
def _(s):
    expect('too few records', len(s.network.records) > 4)

    def chained():
        fetches = s.heard('TKM.RecordFetch')
        return len({h.message.value('After') for h in fetches if h.message.value('After')}) >= 2
    s.until('TKM.RecordFetch with After', chained)
    known = {r['process'] for r in s.network.records}
    for h in s.heard('TKM.RecordFetch'):
        expect('After is no ProcessNo of a page', h.message.value('After') is None or h.message.value('After') in known)


@check('evidence.asked', 'WIRE 4.6', 'what others signed is asked for by the number of each exchange that has ended, and of no other', people=('no-data',))
def _(s):
    ended = {r['process'] for r in s.network.records}
    expect('nothing ended', ended)
    s.until('TKM.EvidenceFetch for each', lambda: ended <= {h.message.value('ProcessNo') for h in s.heard('TKM.EvidenceFetch')})
    known = {r['process'] for r in s.network.records}
    expect('it asks for what it was never told of', {h.message.value('ProcessNo') for h in s.heard('TKM.EvidenceFetch')} <= known)


@check('evidence.once', 'WIRE 1', 'each such question has a MsgID of its own, and what was answered is not asked for without end')
def _(s):
    asked = {}
    for h in s.heard('TKM.EvidenceFetch'):
        asked.setdefault(h.message.value('ProcessNo'), set()).add(h.message.header['MsgID'])
    if not asked:
        raise Skipped('nothing was asked for')
    ids = [i for those in asked.values() for i in those]
    expect('one MsgID for two exchanges', len(ids) == len(set(ids)))
    expect('one is asked for again and again', max(len(those) for those in asked.values()) <= 3)


@check('evidence.forged', 'WIRE 4.6', 'a record that the core did not sign takes nothing from the doses that came, and is not kept as its word',
       people=('evidence',))
def _(s):
    p = s.people['evidence']
    process = next((r['process'] for r in s.network.records if r['addressee'] == p.addressee), None)
    expect('the exchange did not end', process is not None)
    s.until('TKM.EvidenceFetch for it', lambda: any(h.message.value('ProcessNo') == process for h in s.heard('TKM.EvidenceFetch')))
    s.arrived('evidence')
    # What the node would hand out about an exchange, where the driver can say: the hub's word of another, not this one.
    other = next((r['process'] for r in s.network.records if r['addressee'] == s.people['plain'].addressee), None)

    def kept(number):
        return s.drive('evidence', directory=s.folder, exchange=number)
    if other is None or kept(other) is None:
        return 'the driver tells no evidence: that the forged record is not kept was not seen'
    s.until('the hub\'s word about another exchange', lambda: 'TKM.Record' in kept(other))
    time.sleep(1)
    expect('it is kept as the hub\'s word', 'TKM.Record' not in kept(process))


# ---- 4.7 letters ----

@check('letter.taken', 'WIRE 4.7', 'a correction from whoever told it is applied once, and its receipt names the local version')
def _(s):
    p = s.people['plain']
    q = p.requests[0]
    key, _, _ = p.records[0]
    new = s.record(p, 'k1', '2026-05-12', 'MR', 'CORRECTED', version='2')
    c = [('CorrectionID', wire.new_id()), ('ProcessNo', q.process), ('Sender', OTHER_CODE), ('Recipient', s.network.institution),
         ('MadeAt', wire.now()), ('RecordKey', key), ('RecordVersion', '2'), ('Items', new[2])]
    s.facts['letter'] = (p, c, new)
    s.facts['first'] = p.records[0]
    post(s, c)
    m = s.until('SKI.CorrectionReceipt', lambda: receipt_for(s, c))
    s.facts['receipt'] = m
    if m.value('Reason') is not None and m.value('Outcome') == '04':
        raise Failed(f"refused: {m.value('Reason')}")
    expect(f"Outcome {m.value('Outcome')}", m.value('Outcome') == '01')
    expect(f"LocalVersion {m.value('LocalVersion')}", int(m.value('LocalVersion')) >= 1)
    expect('it does not name the exchange', (m.value('ProcessNo'), m.value('RecordKey'), m.value('RecordVersion'), m.value('Recipient')) ==
           (q.process, key, '2', OTHER_CODE))
    p.records[0] = new
    s.arrived('plain')


def post(s, fields, signer='other-node'):
    raw = wire.write('TKY.Correction', OTHER_CODE, OTHER_CODE, fields)
    with s.network.lock:
        s.network.letters.append((OTHER_CODE, raw, s.keys.sign(s.network.at(signer, 'sign.key'), raw)))


def receipt_for(s, fields, n=1):
    got = [m for m in s.network.receipts if m.value('CorrectionID') == dict(fields)['CorrectionID']]
    return got[n - 1] if len(got) >= n else None


@check('letter.again', 'WIRE 4.7', 'the same CorrectionID again gets the same outcome again')
def _(s):
    p, c, _ = need(s, 'letter')
    first = need(s, 'receipt')
    post(s, c)
    m = s.until('the second receipt', lambda: receipt_for(s, c, 2))
    expect(f"{m.value('Outcome')}, {m.value('LocalVersion')}", (m.value('Outcome'), m.value('LocalVersion')) ==
           (first.value('Outcome'), first.value('LocalVersion')))
    s.arrived('plain')


@check('letter.earlier', 'WIRE 4.7', 'an earlier version than the one on record changes nothing')
def _(s):
    p, c, _ = need(s, 'letter')
    need(s, 'receipt')
    old = s.facts['first']
    fields = [(n, {'CorrectionID': wire.new_id(), 'RecordVersion': '1', 'Items': old[2]}.get(n, v)) for n, v in c]
    post(s, fields)
    m = s.until('its receipt', lambda: receipt_for(s, fields))
    expect(f"Outcome {m.value('Outcome')}, expected 02", m.value('Outcome') == '02')
    s.arrived('plain')


@check('letter.unknown', 'WIRE 4.7', 'a correction under an exchange that the node does not know is refused: 04, unknown-exchange, version 0')
def _(s):
    p, c, _ = need(s, 'letter')
    fields = [(n, {'CorrectionID': wire.new_id(), 'ProcessNo': 'P' + '1' * 24}.get(n, v)) for n, v in c]
    post(s, fields)
    m = s.until('its receipt', lambda: receipt_for(s, fields))
    expect(f"{m.value('Outcome')}, {m.value('Reason')}, {m.value('LocalVersion')}",
           (m.value('Outcome'), m.value('Reason'), m.value('LocalVersion')) == ('04', 'unknown-exchange', '0'))


@check('letter.forged', 'WIRE 4.7', 'a letter that its node did not sign changes nothing and is not answered as applied')
def _(s):
    p, c, _ = need(s, 'letter')
    forged = s.record(p, 'k1', '2026-05-20', 'MR', 'FORGED', version='9')
    fields = [(n, {'CorrectionID': wire.new_id(), 'RecordVersion': '9', 'Items': forged[2]}.get(n, v)) for n, v in c]
    post(s, fields, signer='other')
    before = len(s.network.letters)
    s.until('it is fetched', lambda: any(h.message.value('After') == f'{before:015d}' for h in s.heard('COR.LetterFetch')) or
            any(h.message.value('After') == f'{before - 1:015d}' for h in s.heard('COR.LetterFetch')))
    time.sleep(2)
    m = receipt_for(s, fields)
    expect('it is applied', m is None or m.value('Outcome') not in ('01', '02'))
    s.arrived('plain')


@check('letter.sent', 'WIRE 4.7', 'what the town told and corrected since is sent along that exchange, once, until a receipt', people=('no-data',))
def _(s):
    name, _ = need(s, 'copy')
    process = wire.now() + '-' + wire.new_id()[:8]
    version = s.network.copies[name][0]
    with s.network.lock:
        s.network.told[process] = [(name[3], version)]
        s.network.records.append({'process': process, 'addressee': name[0], 'inquirer': OTHER_CODE, 'provider': s.network.institution,
                                  'outcome': '01', 'error': None, 'requested': wire.now(-30)})
    s.until('TKM.ToldFetch', lambda: any(h.message.value('ProcessNo') == process for h in s.heard('TKM.ToldFetch')))
    time.sleep(2)
    s.drive('record', directory=s.folder, addressee=name[0], birth=s.people['no-data'].birth, source='c1', version=3, day='2026-11-18',
            vaccine='MR', lot='OURS3')
    m = s.until('TKY.Correction', lambda: next((c for c in s.network.corrections if c.value('ProcessNo') == process), None))
    expect('Sender or Recipient', (m.value('Sender'), m.value('Recipient')) == (s.network.institution, OTHER_CODE))
    expect('RecordKey', m.value('RecordKey') == name[3])
    expect(f"RecordVersion {m.value('RecordVersion')}, told {version}", int(m.value('RecordVersion')) > int(version))
    expect('the corrected lot', value_of(m.all('Items/Item'), 'I000000106') == 'OURS3')
    expect('an addressee number', name[0].encode() not in m.raw.replace(name[3].encode(), b''))
    time.sleep(3)
    ids = {c.value('CorrectionID') for c in s.network.corrections if c.value('ProcessNo') == process}
    expect('twice', len(ids) == 1)


def posted(s, kind):
    """What others wrote to this town."""
    return [m for m in (wire.Message(raw) for _, raw, _ in s.network.letters) if m.kind == kind]


@check('letter.names', 'WIRE 4.7', 'a letter of the node names itself, its recipient, an exchange and a record of it; a receipt what it is for')
def _(s):
    both = (s.network.institution, OTHER_CODE)
    for h in s.heard('TKY.Correction'):
        m = h.message
        expect('Sender or Recipient of a correction', (m.value('Sender'), m.value('Recipient')) == both)
        expect('an exchange in which nothing was told', m.value('ProcessNo') in s.network.told)
        expect('a record that was not told', m.value('RecordKey') in [k for k, _ in s.network.told[m.value('ProcessNo')]])
        copy = next((c for n, c in s.network.copies.items() if n[3] == m.value('RecordKey') and c[0] == m.value('RecordVersion')), None)
        if copy is not None:
            expect('other items than those of the copy', wire.items_digest(m.all('Items/Item')) == wire.items_digest(copy[1]))
        expect('items without an origin', value_of(m.all('Items/Item'), 'I000000101'))
    for h in s.heard('SKI.CorrectionReceipt'):
        m = h.message
        of = [c for c in posted(s, 'TKY.Correction') if c.value('CorrectionID') == m.value('CorrectionID')]
        expect('a receipt for what nobody wrote', of)
        expect('Sender or Recipient of a receipt', (m.value('Sender'), m.value('Recipient')) == both)
        expect('another exchange, record or version than that of the letter', any(all(c.value(n) == m.value(n) for n in (
            'ProcessNo', 'RecordKey', 'RecordVersion')) for c in of))
        expect('Reason stands with 03 and 04', (m.value('Reason') is not None) == (m.value('Outcome') in ('03', '04')))
        expect('LocalVersion is 0 with 03 and 04, and only then', (m.value('LocalVersion') == '0') == (m.value('Outcome') in ('03', '04')))
    given = {None} | {f'{n + 1:015d}' for n in range(len(s.network.letters))}
    expect('After is no number of a letter', {h.message.value('After') for h in s.heard('COR.LetterFetch')} <= given)


@check('held.names', 'WIRE 4.5, 4.6', 'what is decided, and what is asked about an exchange, was listed')
def _(s):
    for h in s.heard('TKY.ProvisionDecision'):
        expect('a permit that nobody gave', h.message.value('PermitID') in s.network.permits)
        expect(f"Reason {h.message.value('Reason')}, not the staff's", h.message.value('Reason') == 'conformance')
    known = {r['process'] for r in s.network.records} | set(s.network.told) | {q.process for q in s.network.asked.values()}
    for kind in ('TKM.RecordFetch', 'TKM.ToldFetch', 'TKM.EvidenceFetch'):
        expect(f'{kind} of an exchange that nobody named', all(h.message.value('ProcessNo') in known | {None} for h in s.heard(kind)))


# ---- 4.8 how many exchanges a day had ----

def past_day():
    """A day whose night is over everywhere, whatever the hour."""
    return wire.now(-2 * 86400)[:8]


def counted(s, made, entries, listed=True):
    """The other town's count of that day, of what it asked us."""
    n = {o: sum(e[1] == o for e in entries) for o in ('01', '02', '03', '04')}
    return [('Sender', OTHER_CODE), ('Recipient', s.network.institution), ('On', past_day()), ('Inquirer', OTHER_CODE),
            ('Provider', s.network.institution), ('MadeAt', made), ('Provided', n['01']), ('NoData', n['02']), ('Refused', n['03']),
            ('Failed', n['04']), ('Digest', wire.day_digest(entries)),
            ('Entries', [('Entry', list(zip(('ProcessNo', 'Outcome', 'Digest'), e))) for e in entries] if listed else [])]


def post_count(s, fields, signer='other-node', sender=OTHER_CODE):
    raw = wire.write('TKM.DayCount', sender, sender, fields)
    with s.network.lock:
        s.network.letters.append((sender, raw, s.keys.sign(s.network.at(signer, 'sign.key'), raw)))


def day_receipt(s, made):
    return next((m for m in s.network.day_receipts if m.value('MadeAt') == made), None)


@check('day.answered', 'WIRE 4.8', 'a town that told a day of which the node has nothing hears that it has nothing, and by receipt that it differs')
def _(s):
    made = wire.now()
    entries = [(past_day() + '120000000-00000001', '03', wire.entry_digest(
        [OTHER_CODE, s.network.institution, past_day() + '120000000', None, s.network.jm, s.network.jt, s.network.tm, '0', '0']))]
    s.facts['day'] = made, entries
    post_count(s, counted(s, made, entries))
    receipt = s.until('TKM.DayReceipt', lambda: day_receipt(s, made))
    expect('it does not name day, bodies and recipient', [receipt.value(n) for n in ('Sender', 'Recipient', 'On', 'Inquirer', 'Provider')] ==
           [s.network.institution, OTHER_CODE, past_day(), OTHER_CODE, s.network.institution])
    expect(f"Outcome {receipt.value('Outcome')}", receipt.value('Outcome') in ('02', '03'))
    m = s.until('TKM.DayCount', lambda: next((c for c in s.network.day_counts if c.value('On') == past_day()), None))
    expect('its Sender, Recipient, Inquirer or Provider', [m.value(n) for n in ('Sender', 'Recipient', 'Inquirer', 'Provider')] ==
           [s.network.institution, OTHER_CODE, OTHER_CODE, s.network.institution])
    expect('its counts', [m.value(n) for n in ('Provided', 'NoData', 'Refused', 'Failed')] == ['0'] * 4)
    expect('its Digest', m.value('Digest') == wire.day_digest([]))


@check('day.again', 'WIRE 4.8', 'the same count again gets a receipt again; one with other content at the same MadeAt gets none that says the same')
def _(s):
    made, entries = need(s, 'day')
    before = sum(m.value('MadeAt') == made for m in s.network.day_receipts)
    post_count(s, counted(s, made, entries))
    s.until('the second receipt', lambda: sum(m.value('MadeAt') == made for m in s.network.day_receipts) > before)
    post_count(s, counted(s, made, []))
    time.sleep(3)
    expect('the second content is taken', all(m.value('Outcome') != '01' for m in s.network.day_receipts if m.value('MadeAt') == made))


@check('day.same', 'WIRE 4.8', 'a later count replaces it, and where it is the same here the receipt says so')
def _(s):
    need(s, 'day')
    made = wire.now()
    post_count(s, counted(s, made, []))
    receipt = s.until('its receipt', lambda: day_receipt(s, made))
    expect(f"Outcome {receipt.value('Outcome')}", receipt.value('Outcome') == '01')


@check('day.forged', 'WIRE 4.8', 'a count that neither its node nor the core has signed is not answered')
def _(s):
    made = wire.now()
    post_count(s, counted(s, made, []), signer='third')
    time.sleep(4)
    expect('it is', day_receipt(s, made) is None)


@check('day.names', 'WIRE 4.8', 'a count names a day that is over, both bodies, and is as many as its entries; a receipt the count that it is for')
def _(s):
    both = (s.network.institution, OTHER_CODE)
    for h in s.heard('TKM.DayCount'):
        m = h.message
        entries = [tuple(e.value(n) for n in ('ProcessNo', 'Outcome', 'Digest')) for e in m.all('Entries/Entry')]
        n = [int(m.value(x)) for x in ('Provided', 'NoData', 'Refused', 'Failed')]
        expect('Sender or Recipient of a count', (m.value('Sender'), m.value('Recipient')) == both)
        expect('Inquirer or Provider of a count', {m.value('Inquirer'), m.value('Provider')} == set(both))
        expect('a day that is not over', m.value('On') < wire.now()[:8])
        expect('not one of the days that were told', m.value('On') == past_day())
        if entries or sum(n) == 0:
            expect('Digest is not that of the entries', m.value('Digest') == wire.day_digest(entries))
            expect('not as many as the entries', n == [sum(e[1] == x for e in entries) for x in ('01', '02', '03', '04')])
        else:
            expect('the Digest of nothing', m.value('Digest') != wire.day_digest([]))
    for h in s.heard('TKM.DayReceipt'):
        m = h.message
        expect('Sender or Recipient of a receipt', (m.value('Sender'), m.value('Recipient')) == both)
        expect('a receipt for a count that nobody wrote', any(all(c.value(n) == m.value(n) for n in ('On', 'Inquirer', 'Provider', 'MadeAt'))
                                                            for c in posted(s, 'TKM.DayCount')))


# ---- 4.10 the portal ----

@check('notice.asked', 'WIRE 4.10', 'what became of a notice is asked for until it is no more on its way, each time under a MsgID of its own')
def _(s):
    if not s.network.notices:
        raise Skipped('this node told no portal anything')
    s.until('OSR.NoticeFetch for each, three times', lambda: all(len(f) >= 3 for f in s.network.notices.values()))
    time.sleep(1)
    ids = [h.message.header['MsgID'] for f in s.network.notices.values() for h in f]
    expect('the same MsgID for news', len(ids) == len(set(ids)))
    expect('asked again though it is there', all(len(f) == 3 for f in s.network.notices.values()))


@check('notice.words', 'WIRE 4.10', 'a notice names no vaccine, no clinic, no other town, and nobody\'s name')
def _(s):
    notices = s.heard('OSR.Notice')
    if not notices:
        raise Skipped('this node told no portal anything')
    people = {p.addressee: p for p in s.people.values()}
    for h in notices:
        text = h.message.value('Title') + h.message.value('Text')
        expect('about nobody of this town', h.message.value('AddresseeNo') in people)
        for word in ('MR', 'BCG', 'ワクチン', '麻しん', '風しん', 'クリニック', '小児科', '横浜', OF_CITY, people[h.message.value('AddresseeNo')].kana):
            expect(f'names {word}', word not in text)


@check('notice.once', 'WIRE 1', 'each notice is one message, however often its answer was lost')
def _(s):
    bodies = {}
    for h in s.heard('OSR.Notice'):
        bodies.setdefault(h.message.header['MsgID'], set()).add(h.body)
    if not bodies:
        raise Skipped('this node told no portal anything')
    expect('a MsgID with two contents', all(len(b) == 1 for b in bodies.values()))
    told = [h.message.value('AddresseeNo') for h in {h.message.header['MsgID']: h for h in s.heard('OSR.Notice')}.values()]
    expect('somebody is told twice of one arrival', len(told) == len(set(told)))


# ---- 1 carriage: whom a node speaks to ----

def impostor(name, version=ssl.TLSVersion.TLSv1_3):
    """The intermediary shows this; the node must begin a connection and say nothing."""
    def of(s):
        listener = s.network.intermediary
        good = s.network.tls('intermediary')
        shown = good if name in ('older',) else (None, None) if name == 'none' else (
            os.path.join(s.network.strangers[name], 'tls.crt'), os.path.join(s.network.strangers[name], 'tls.key'))
        listener.show(*shown, version=version)
        listener.hang_up()
        time.sleep(0.3)
        before, attempts = len(s.network.heard), listener.attempts
        try:
            s.drive('poke', directory=s.folder)
            s.until('the node begins a connection', lambda: listener.attempts > attempts)
            time.sleep(1)
            said = [h for h in s.network.heard[before:] if h.place == 'intermediary']
            expect(f'it said {said[0].message.kind if said and said[0].message else "something"} all the same', not said)
        finally:
            listener.show(*good)
            before = len(s.network.heard)
            s.drive('poke', directory=s.folder)
            s.until('the node speaks again when it is right', lambda: len(s.network.heard) > before)
    return of


for one, sentence in (('none', 'no certificate'), ('other-authority', 'a certificate of another authority'), ('expired', 'an expired one'),
                      ('not-yet-valid', 'one not yet valid'), ('wrong-purpose', 'one for clients'), ('revoked', 'a revoked one'),
                      ('other-municipality', 'another town\'s'), ('no-name', 'one without a name of the network'),
                      ('two-names', 'one with two names')):
    check('tls.' + one, 'WIRE 1', f'a server that shows {sentence} hears nothing')(impostor(one))
check('tls.older', 'WIRE 1', 'a server that speaks TLS 1.2 alone hears nothing')(impostor('older', ssl.TLSVersion.TLSv1_2))
