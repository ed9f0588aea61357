"""Messages of the reference profile, read and written from doc/WIRE and the schema alone."""

import base64
import hashlib
import os
import re
import secrets
import subprocess
import tempfile
import time
import xml.parsers.expat

NAMESPACE = 'urn:watashi:wire:1'
CORE = '0000000000000001'
REGISTRAR = '0000000000000002'
PORTAL = '0000000000000003'
CEILING = 1 << 20
COPY_CEILING = 256 << 20
DEPTH = 16

# doc/WIRE 5: who may sign what a node sends, and what a node is answered.
NODE_SENDS = {
    'JUKI.CodeRequest': 'Receipt', 'FGU.NumberRequest': 'Receipt', 'FGU.NumberFetch': 'FGU.NumberIssued',
    'FGU.CodeFetch': 'FGU.CodeStatus', 'DBM.CopyRegister': 'Receipt', 'DBM.CopyResultFetch': 'DBM.CopyResult',
    'DBM.CopyListFetch': 'DBM.CopyList', 'SKI.InquiryRequest': 'Receipt', 'SKI.ResultFetch': 'SKI.Result',
    'TKY.HeldFetch': 'TKY.HeldList', 'TKY.ProvisionDecision': 'Receipt', 'TKM.RecordFetch': 'TKM.RecordList',
    'TKM.ToldFetch': 'TKM.Told', 'TKM.EvidenceFetch': 'TKM.Evidence', 'TKY.Correction': 'Receipt', 'SKI.CorrectionReceipt': 'Receipt',
    'TKM.DayCount': 'Receipt', 'TKM.DayReceipt': 'Receipt', 'COR.LetterFetch': 'COR.Letter', 'OSR.Notice': 'Receipt', 'OSR.NoticeFetch': 'OSR.NoticeResult', 'JTK.SelfInfoFetch': 'JTK.SelfInfo',
}


class Unreadable(Exception):
    """A document that section 2 refuses; the text says which rule."""


class Node:
    def __init__(self, name):
        self.name = name
        self.children = []
        self.text = ''

    def find(self, path):
        node = self
        for name in path.split('/'):
            node = next((c for c in node.children if c.name == name), None)
            if node is None:
                return None
        return node

    def value(self, path):
        node = self.find(path)
        return None if node is None else node.text

    def all(self, path):
        parent, _, name = path.rpartition('/')
        node = self.find(parent) if parent else self
        return [] if node is None else [c for c in node.children if c.name == name]


class Message:
    """A document that was read: header values by name, kind, body."""

    def __init__(self, raw):
        self.raw = raw
        self.root = read(raw)
        self.header = {c.name: c.text for h in self.root.all('Header') for c in h.children}
        self.kind = self.header.get('MsgType', '')
        body = self.root.find('Body')
        self.body = body.children[0] if body is not None and body.children else Node('')

    def value(self, path):
        return self.body.value(path)

    def all(self, path):
        return self.body.all(path)


def read(raw):
    """The tree of a document; Unreadable for everything that section 2 forbids and a schema cannot see."""
    if raw.startswith(b'\xef\xbb\xbf'):
        raise Unreadable('a byte mark')
    try:
        raw.decode('utf-8')
    except UnicodeDecodeError:
        raise Unreadable('not UTF-8') from None
    parser = xml.parsers.expat.ParserCreate('UTF-8')
    top = Node('')
    stack = [top]

    def refuse(what):
        def handler(*_):
            raise Unreadable(what)
        return handler

    def start(name, attributes):
        rest = dict(zip(attributes[::2], attributes[1::2]))
        if len(stack) == 1 and rest.pop('xmlns', None) != NAMESPACE:
            raise Unreadable('another namespace')
        if rest:
            raise Unreadable('an attribute')
        if ':' in name:
            raise Unreadable('a prefix')
        if len(stack) > DEPTH:
            raise Unreadable('nested too deep')
        node = Node(name)
        stack[-1].children.append(node)
        stack.append(node)

    def end(_):
        node = stack.pop()
        if node.children:
            if node.text.strip():
                raise Unreadable('text between elements')
            node.text = ''

    def text(chars):
        stack[-1].text += chars

    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse('a DOCTYPE')
    parser.CommentHandler = refuse('a comment')
    parser.ProcessingInstructionHandler = refuse('a processing instruction')
    parser.StartCdataSectionHandler = refuse('a CDATA section')
    try:
        parser.Parse(raw, True)
    except xml.parsers.expat.ExpatError as e:
        raise Unreadable(str(e)) from None
    if len(top.children) != 1 or top.children[0].name != 'Message':
        raise Unreadable('no Message')
    return top.children[0]


def escape(text):
    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')


def elements(fields):
    """XML of [(name, text or fields)]; None leaves an element out."""
    out = []
    for name, value in fields:
        if value is None:
            continue
        inner = elements(value) if isinstance(value, list) else escape(str(value))
        out.append(f'<{name}>{inner}</{name}>')
    return ''.join(out)


def new_id():
    return secrets.token_hex(16)


def write(kind, source, destination, fields, msg_id=None, mode='0', reception=None, result='0000'):
    header = [('MsgID', msg_id or new_id()), ('MsgType', kind), ('Mode', mode), ('Source', source),
              ('Destination', destination), ('ReceptionNo', reception), ('Result', result)]
    return ('<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<Message xmlns="{NAMESPACE}"><Header>{elements(header)}</Header>'
            f'<Body><{kind}>{elements(fields)}</{kind}></Body></Message>\n').encode()


def now(ahead_s=0):
    """A time of the wire: Japan time to the millisecond."""
    at = time.time() + ahead_s
    return time.strftime('%Y%m%d%H%M%S', time.gmtime(at + 9 * 3600)) + f'{int(at * 1000) % 1000:03d}'


def item(code, value=None, depth='2', null=None):
    return ('Item', [('Code', code), ('Depth', depth), ('Value', value), ('NullReason', null)])


def items_digest(items):
    """doc/WIRE 3, of a list of Item nodes."""
    lines = ''
    for i in items:
        value = i.value('Value')
        lines += f"{i.value('Code')}\t{i.value('Depth')}\t" + ('=' + value if value is not None else '!' + i.value('NullReason')) + '\n'
    return lines


def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()


def records_digest(records):
    return digest(''.join(f"{r.value('RecordKey')}\t{r.value('RecordVersion')}\n" + items_digest(r.all('Items/Item'))
                          for r in records))


def inquiry_digest(body):
    """doc/WIRE 3: what ties an answer to one question."""
    names = ('Salt', 'RecordNo', 'Inquirer', 'Provider', 'JM', 'JT', 'TM', 'From', 'To', 'RequestedAt')
    return digest(''.join((body.value(n) or '') + '\n' for n in names))


def as_nodes(fields):
    """Fields of write() as the tree that reading them would give."""
    return read(f'<Message xmlns="{NAMESPACE}">{elements(fields)}</Message>'.encode())


def my_number():
    """A number of nobody in particular whose check digit holds (Number Act rules, art. 5)."""
    digits = [secrets.randbelow(10) for _ in range(11)]
    left = sum(d * w for d, w in zip(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2))) % 11
    return ''.join(map(str, digits)) + str(0 if left <= 1 else 11 - left)


def forms_of(number):
    """Every form in which a number may not travel."""
    raw = number.encode()
    sha = hashlib.sha256(raw)
    return {'plain': raw, 'hexadecimal': raw.hex().encode(), 'base64': base64.b64encode(raw),
            'SHA-256': sha.hexdigest().encode(), 'SHA-256 in capitals': sha.hexdigest().upper().encode(),
            'SHA-256 in base64': base64.b64encode(sha.digest()).rstrip(b'='), 'backwards': raw[::-1]}


class Schema:
    """xmllint beside the normative schema."""

    def __init__(self, path, folder):
        self.path = path
        self.folder = folder

    def faults(self, documents):
        """{index: what the schema says} of those that are not valid."""
        if not documents:
            return {}
        names = []
        for i, raw in enumerate(documents):
            names.append(os.path.join(self.folder, f'valid-{i}.xml'))
            with open(names[-1], 'wb') as f:
                f.write(raw)
        faults = {}
        for first in range(0, len(names), 200):
            done = subprocess.run(['xmllint', '--nonet', '--noout', '--schema', self.path] + names[first:first + 200],
                                  capture_output=True, text=True, check=False)
            for line in done.stderr.splitlines():
                m = re.match(r'.*valid-(\d+)\.xml(?::\d+)?:? (.*)', line)
                if m and not m.group(2).endswith('validates') and int(m.group(1)) not in faults:
                    faults[int(m.group(1))] = re.sub(r"'[^']*'", '...', m.group(2))[:200]
        for name in names:
            os.unlink(name)
        return faults


class Keys:
    """ECDSA P-256 with SHA-256 by the openssl command."""

    def __init__(self):
        self.public = {}
        self.folder = tempfile.mkdtemp(prefix='conformance-')

    def close(self):
        subprocess.run(['rm', '-rf', self.folder], check=False)

    def _temporary(self, data):
        fd, name = tempfile.mkstemp(dir=self.folder)
        with os.fdopen(fd, 'wb') as f:
            f.write(data)
        return name

    def sign(self, key, raw):
        return subprocess.run(['openssl', 'dgst', '-sha256', '-sign', key], input=raw, capture_output=True, check=True).stdout

    def public_of(self, certificate):
        if certificate not in self.public:
            pem = subprocess.run(['openssl', 'x509', '-in', certificate, '-noout', '-pubkey'], capture_output=True, check=True).stdout
            self.public[certificate] = self._temporary(pem)
        return self.public[certificate]

    def holds(self, certificate, raw, der):
        signature = self._temporary(der)
        done = subprocess.run(['openssl', 'dgst', '-sha256', '-verify', self.public_of(certificate), '-signature', signature],
                              input=raw, capture_output=True, check=False)
        os.unlink(signature)
        return done.returncode == 0


def signature_of(headers):
    """DER of the one Watashi-Signature line, or None with the reason."""
    lines = [v for n, v in headers if n.lower() == 'watashi-signature']
    if len(lines) != 1:
        return None, f'{len(lines)} signature lines'
    if not re.fullmatch(r'[A-Za-z0-9+/]+={0,2}', lines[0]):
        return None, 'no plain base64'
    try:
        return base64.b64decode(lines[0], validate=True), ''
    except ValueError:
        return None, 'no base64'


def entry_digest(record):
    """doc/WIRE 4.8: of what was recorded of one exchange; record: Inquirer, Provider, RequestedAt, ProvidedAt or None, JM, JT, TM, flags."""
    return hashlib.sha256(''.join((v or '') + '\n' for v in record).encode()).hexdigest()


def day_digest(entries):
    """entries: (ProcessNo, Outcome, digest), in byte order of ProcessNo."""
    return hashlib.sha256(''.join('\t'.join(e) + '\n' for e in entries).encode()).hexdigest()
