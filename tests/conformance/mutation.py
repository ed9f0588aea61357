"""One thing changed in one message: which there are, by the schema, and the changing.

A rule is OPERATOR:KIND:PATH.  PATH leads from the element in Body, or with a slash before it from Header.

	change   each value there is another of the same form      fewer   every second of a list, from the first on, is gone
	drop     what may be missing is missing                      twice   each of a list stands there twice
"""

import base64
import re
import xml.etree.ElementTree

import wire

XS = '{http://www.w3.org/2001/XMLSchema}'
OPERATORS = ('change', 'drop', 'fewer', 'twice')
# Documents within documents, each whole, with the element that has its signature.
INNER = {('SKI.Result', 'Response'): 'TKY.ProvisionResponse', ('TKM.Evidence', 'Record'): 'TKM.Record',
         ('TKM.Evidence', 'Response'): 'TKY.ProvisionResponse'}


class Shape:
    """What may stand in each message."""

    def __init__(self, schema):
        self.types = {t.get('name'): t for t in xml.etree.ElementTree.parse(schema).getroot() if t.tag == XS + 'complexType'}
        self.bodies = {e.get('name'): e.get('type') for e in self.types['Body'].iter(XS + 'element')}

    def elements(self, kind):
        """(path, may be missing, many) of each element of a message."""
        return self._elements(self.bodies[kind], '')

    def _elements(self, name, before):
        out = []

        def walk(node, optional):
            for child in node:
                loose = optional or child.get('minOccurs') == '0' or node.tag == XS + 'choice'
                if child.tag == XS + 'element':
                    path = before + child.get('name')
                    many = child.get('maxOccurs') not in (None, '1')
                    out.append((path, loose and not many, many, child.get('type') in self.types))
                    if child.get('type') in self.types:
                        out.extend(self._elements(child.get('type'), path + '/'))
                else:
                    walk(child, loose)
        walk(self.types[name], False)
        return out

    def rules(self, kind):
        """Every rule that concerns one message, but for its header."""
        out = []
        for path, optional, many, inner in self.elements(kind):
            if many:
                out += [f'fewer:{kind}:{path}', f'twice:{kind}:{path}']
            elif not inner:
                out.append(f'change:{kind}:{path}')
            if optional:
                out.append(f'drop:{kind}:{path}')
        return out

    def header(self, kind):
        return [f'change:{kind}:/{e.get("name")}' for e in self.types['Header'].iter(XS + 'element')
                if e.get('name') != 'ReceptionNo' or kind == 'Receipt']


# ---- changing ----

def another(text):
    """A value of the same form, and wrong."""
    two = {'01': '02', '02': '01', '03': '02', '04': '03', '05': '04', '09': '05', '90': '09'}
    if text in two:
        return two[text]
    if re.fullmatch('E[0-9]{3}', text):
        return 'E202' if text != 'E202' else 'E203'
    if len(text) > 64 and re.fullmatch('[A-Za-z0-9+/]+={0,2}', text):
        raw = bytearray(base64.b64decode(text))
        raw[len(raw) // 2] ^= 1
        return base64.b64encode(bytes(raw)).decode()
    if text[-1:] == '1' and len(text) == 1:
        return '0'
    last = text[-1:]
    return text[:-1] + chr(ord(last) - 1 if last in '9zZfn' else ord(last) + 1)


def _all(node, names):
    if len(names) == 1:
        return [(node, c) for c in node.children if c.name == names[0]]
    return [found for c in node.children if c.name == names[0] for found in _all(c, names[1:])]


def write(root):
    """The bytes of a tree."""
    def inner(node):
        return ''.join(f'<{c.name}>{inner(c)}</{c.name}>' for c in node.children) or wire.escape(node.text)
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<Message xmlns="{wire.NAMESPACE}">' + inner(root) + '</Message>\n').encode()


def apply(rule, raw, signer=None):
    """The bytes with the rule applied, or as they are when it does not concern them.  signer: signs an inner document of a
    kind anew, (kind, bytes) to DER."""
    operator, kind, path = rule.split(':', 2)
    try:
        m = wire.Message(raw)
    except wire.Unreadable:
        return raw
    for (outer, element), inner in INNER.items():
        if m.kind == outer and kind == inner and m.body.find(element) is not None:
            old = base64.b64decode(m.body.value(element))
            new = apply(rule, old)
            if new != old:
                m.body.find(element).text = base64.b64encode(new).decode()
                m.body.find(element + 'Signature').text = base64.b64encode(signer(inner, new)).decode()
                return write(m.root)
    if m.kind != kind:
        return raw
    start = m.root.find('Header') if path.startswith('/') else m.body
    found = _all(start, path.strip('/').split('/'))
    if not found:
        return raw
    for parent, node in {id(x[0]): x for x in found}.values() if operator in ('fewer', 'twice') else found:
        if operator == 'change':
            node.text = another(node.text)
        elif operator == 'drop':
            parent.children = [c for c in parent.children if c is not node]
        elif operator == 'fewer':
            mine = [c for c in parent.children if c.name == node.name][::2]
            parent.children = [c for c in parent.children if all(c is not m for m in mine)]
        else:
            parent.children = [x for c in parent.children for x in ([c, c] if c.name == node.name else [c])]
    return write(m.root)
