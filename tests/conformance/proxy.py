"""Stands between two sides and breaks rules of doc/WIRE on purpose, to see which check notices.

Settings: {"listen": {"cert", "key"}, "url": whom it passes on to, "authority", "revocations": a file or nothing,
"callers": {name in a certificate: {"cert", "key", "sign"} as which it passes on what comes from there}, "answer": key that
signs what comes back, "keys": {kind: key} of documents within documents}.  Who runs it owns all the keys.
"""

import base64
import hashlib
import re
import sys
import threading

import caller
import mutation
import wire
from listener import Listener, Reply

# Rules about who is let in, by the listener.
DOORS = {'open': 'everybody is let in', 'unrevoked': 'revocation lists are not asked', 'older': 'an older protocol is spoken'}
RULES = {
    # what a node would do wrong
    'new-id': 'an inquiry comes again under another MsgID', 'other-bytes': 'a message comes again with other bytes',
    'number': 'a MyNumber is in an inquiry', 'comment': 'a comment is in a message', 'shape': 'an unknown element is in a message',
    'cookie': 'a request has a cookie', 'credulous': 'whatever is answered is believed', 'gives-up': 'nothing is sent twice',
    'follows': 'a redirect is followed', 'unsigned': 'a request has no signature', 'mends': 'whatever response comes is believed',
    # what a network would do wrong
    'tidy': 'comments are passed over', 'forgetful': 'what came before is done again', 'names': 'whose certificate it is does not matter',
    'believes': 'whatever is asked is believed', 'cookies': 'an answer has a cookie', 'bare': 'an answer has no signature',
    'lines': 'any method, path and type will do', 'inquirer': 'the asker is told unasked', 'values': 'a record has a value in it',
    'retention': 'a record is kept for two years',
    'other-number': 'a record has the other town\'s addressee number', 'own-page': 'After is passed over', 'mixes': 'another town\'s ReceptionNo will do',
}


class Proxy:
    number = None                       # a MyNumber that went by, whichever way
    result = None                       # a SKI.Result, likewise

    def __init__(self, settings, rules=()):
        self.o = settings
        self.keys = wire.Keys()
        self.lock = threading.Lock()
        self.contexts = {}
        self.listener = Listener('proxy', self.answer, settings['authority'], settings['listen']['cert'], settings['listen']['key'])
        self.url = self.listener.url
        self.begin(rules)

    def begin(self, rules):
        """From now on these rules; what went by is forgotten."""
        self.rules = set(rules)
        self.seen = {}
        self.first = {}
        self.met = False                # something was changed
        self.listener.show(self.o['listen']['cert'], self.o['listen']['key'], older='older' in self.rules, trusting='open' in self.rules,
                           revocations=None if 'unrevoked' in self.rules else self.o.get('revocations'))

    def close(self):
        self.listener.close()
        self.keys.close()

    def _caller(self, heard):
        """As whom it is passed on."""
        names = [n for n in heard.names if n in self.o['callers']]
        if len(heard.names) == 1 and names:
            return self.o['callers'][names[0]]
        if 'names' in self.rules or 'open' in self.rules:
            self.met = True
            return next(iter(self.o['callers'].values()))
        return None

    def answer(self, heard):
        try:
            return self._answer(heard)
        except (OSError, ValueError) as e:
            print(f'{type(e).__name__}: {e}', file=sys.stderr)
            return None

    def _sign(self, key, raw):
        return base64.b64encode(self.keys.sign(key, raw)).decode()

    def _answer(self, heard):
        who = self._caller(heard)
        if who is None:
            return Reply(403)
        body, m, back = heard.body, heard.message, None
        msg_id = (re.search(rb'<MsgID>([0-9a-f]{32})<', body) or [None, b''])[1]
        with self.lock:
            again = self.seen.get(msg_id, 0)
            self.seen[msg_id] = again + 1
        kind = m.kind if m is not None else ''
        headers = list(heard.headers)
        method, target, _ = (heard.line + '  ').split(' ', 2)

        # ---- what a node would do wrong ----
        if 'gives-up' in self.rules and again:
            self.met = True
            return None
        if 'new-id' in self.rules and again and kind == 'SKI.InquiryRequest':
            back = msg_id
        if 'other-bytes' in self.rules and again:
            body = body.rstrip() + b'\n' * (1 + again)
        if kind == 'JUKI.CodeRequest':
            Proxy.number = m.value('MyNumber')
        if 'number' in self.rules and kind == 'SKI.InquiryRequest' and self.number:
            body = re.sub(rb'<Dept>[^<]*<', b'<Dept>' + self.number.encode() + b'<', body)
        if 'comment' in self.rules and kind == 'TKM.RecordFetch':
            body = body.replace(b'<Header>', b'<Header><!-- hello -->', 1)
        if 'shape' in self.rules and kind == 'COR.LetterFetch':
            body = body.replace(b'<COR.LetterFetch>', b'<COR.LetterFetch><Please>1</Please>', 1).replace(
                b'<COR.LetterFetch/>', b'<COR.LetterFetch><Please>1</Please></COR.LetterFetch>', 1)
        if 'cookie' in self.rules:
            headers.append(('Cookie', 'a=b'))

        # ---- what a network would do wrong ----
        if 'tidy' in self.rules:
            body = re.sub(rb'<!--.*?-->', b'', body)
        if 'forgetful' in self.rules and again:
            back = msg_id
        if 'lines' in self.rules:
            method, target = 'POST', '/v1/message'
            headers = [(n, 'application/xml' if n.lower() == 'content-type' else v) for n, v in headers]
        if 'own-page' in self.rules:
            body = re.sub(rb'<After>[^<]*</After>', b'', body)
        if back is not None:
            body = body.replace(msg_id, hashlib.sha256(msg_id + str(again).encode()).hexdigest()[:32].encode())

        # ---- what either would ----
        for rule in self.rules:
            word, _, rest = rule.partition(':')
            if word in mutation.OPERATORS:
                body = mutation.apply(rule, body)
            if word == 'swallow' and rest == kind:
                self.met = True
                return self._receipt(heard)
            if word == 'repeat' and rest == kind and not again:
                self.met = True
                more = body.replace(msg_id, hashlib.sha256(msg_id + b'once more').hexdigest()[:32].encode())
                self._pass_on(who, 'POST', '/v1/message', self._lines(headers, more, self._sign(who['sign'], more)), more)
        changed = body != heard.body
        self.met = self.met or changed
        if ('unsigned' in self.rules and kind == 'TKY.HeldFetch'):
            signature = None
        elif changed or 'believes' in self.rules:
            signature = self._sign(who['sign'], body)
        else:
            signature = ...                 # as it came, be it missing or there twice
        got = self._pass_on(who, method, target, self._lines(headers, body, signature), body)
        if 'follows' in self.rules and got.status == 307:
            self.met = True
            to = next(v for n, v in got.headers if n.lower() == 'location')
            caller.send_raw(to.rsplit('/v1/', 1)[0], self._context(who), caller.request(body, self._lines(headers, body, signature)))
        return self._changed(heard, kind, got, back)

    def _lines(self, headers, body, signature):
        gone = ('content-length', 'expect') + (() if signature is ... else ('watashi-signature',))
        return [(n, v) for n, v in headers if n.lower() not in gone] + [('Content-Length', str(len(body)))] + (
            [('Watashi-Signature', signature)] if isinstance(signature, str) else [])

    def _context(self, who):
        if who['cert'] not in self.contexts:
            me = caller.Identity('')
            me.cert, me.key = who['cert'], who['key']
            self.contexts[who['cert']] = caller.context(self.o['authority'], me)
        return self.contexts[who['cert']]

    def _pass_on(self, who, method, target, lines, body):
        return caller.send_raw(self.o['url'], self._context(who), caller.request(body, lines, target, method))

    def _receipt(self, heard):
        """Taken, it says, and does nothing."""
        h = heard.message.header
        raw = wire.write('Receipt', h['Destination'], h['Source'], [], msg_id=h['MsgID'], mode=h['Mode'], reception='S' + h['MsgID'][:20])
        return Reply(200, [('Content-Type', 'application/xml'), ('Watashi-Signature', self._sign(self.o['answer'], raw))], raw)

    def _inner(self, kind, raw):
        return self.keys.sign(self.o['keys'][kind], raw)

    def _changed(self, heard, kind, got, back):
        body = got.body
        headers = [(n, v) for n, v in got.headers if n.lower() in ('content-type', 'watashi-signature', 'location')]
        if back is not None:
            body = re.sub(rb'<MsgID>[0-9a-f]{32}<', b'<MsgID>' + back + b'<', body, count=1)
        if 'inquirer' in self.rules and kind == 'TKY.HeldFetch':
            body = re.sub(rb'(</TM>)(<HeldAt>)', rb'\1<Inquirer>0110020000000001</Inquirer>\2', body)
        if 'values' in self.rules and kind == 'TKM.RecordFetch':
            body = re.sub(rb'<JM>[^<]*<', b'<JM>L100000000000000<', body)
        if 'retention' in self.rules and kind == 'TKM.RecordFetch':
            body = re.sub(rb'<ExpiresOn>20..', b'<ExpiresOn>2028', body)
        if 'other-number' in self.rules and kind == 'TKM.RecordFetch':
            body = re.sub(rb'<AddresseeNo>[0-9]*<', b'<AddresseeNo>1<', body)
        if 'mixes' in self.rules and kind == 'SKI.ResultFetch' and b'<Code>E301<' in body and Proxy.result is not None:
            h = heard.message.header
            body = re.sub(rb'<MsgID>[0-9a-f]{32}<', b'<MsgID>' + h['MsgID'].encode() + b'<', Proxy.result)
        if kind == 'SKI.ResultFetch' and b'<SKI.Result>' in body:
            Proxy.result = body
        if 'mends' in self.rules and b'<ResponseSignature>' in body:
            body = self._mended(body)
        for rule in self.rules:
            word, _, rest = rule.partition(':')
            if word in mutation.OPERATORS:
                body = mutation.apply(rule, body, self._inner)
            elif word == 'pardon' and rest == kind and b'<Error>' in body:
                self.met = True
                return self._receipt(heard)
            elif word == 'stale' and rest == kind and got.status == 200:
                key = re.sub(rb'<(MsgID|After)>[^<]*</\1>', b'', heard.body)
                body = re.sub(rb'<MsgID>[0-9a-f]{32}<', b'<MsgID>' + heard.message.header['MsgID'].encode() + b'<',
                              self.first.setdefault(key, body), count=1)
        if 'cookies' in self.rules:
            self.met = True
            headers.append(('Set-Cookie', 'a=b'))
        if body != got.body or ('credulous' in self.rules and got.status == 200 and body):
            self.met = True
            headers = [(n, v) for n, v in headers if n.lower() != 'watashi-signature'] + [
                ('Watashi-Signature', self._sign(self.o['answer'], body))]
        if 'bare' in self.rules and kind == 'FGU.CodeFetch':
            self.met = True
            headers = [(n, v) for n, v in headers if n.lower() != 'watashi-signature']
        return Reply(got.status, headers, body)

    def _mended(self, body):
        """A response that must not be believed, made such that it would be."""
        m = wire.Message(body)
        inner = wire.Message(base64.b64decode(m.value('Response')))
        inner.root.find('Header/Source').text = m.value('Provider')
        inner.root.find('Header/Destination').text = m.header['Destination']
        inner.body.find('ProcessNo').text = m.value('ProcessNo')
        inner.body.find('Digest').text = wire.records_digest(inner.all('Records/Record'))
        raw = mutation.write(inner.root)
        m.body.find('Response').text = base64.b64encode(raw).decode()
        m.body.find('ResponseSignature').text = base64.b64encode(self._inner('TKY.ProvisionResponse', raw)).decode()
        return mutation.write(m.root)
