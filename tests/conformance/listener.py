"""The answering side of doc/WIRE 1: a listener that hears every byte, and can misbehave where a check wants it."""

import queue
import socket
import ssl
import threading
import time

import wire


class Heard:
    """One request."""

    def __init__(self, place, names, version):
        self.place = place              # 'intermediary' or 'registrar'
        self.names = names              # of the caller's certificate
        self.version = version          # of TLS
        self.line = ''
        self.headers = []
        self.body = b''
        self.at = time.monotonic()
        self.message = None
        self.unreadable = ''
        self.answered = None            # kind answered, or what was done instead


class Reply:
    """What goes back: HTTP status, header lines, bytes; None as the whole: the connection is closed."""

    def __init__(self, status=200, headers=(), body=b''):
        self.status = status
        self.headers = list(headers)
        self.body = body


class Listener:
    def __init__(self, place, answer, authority, cert, key):
        self.place = place
        self.answer = answer            # Heard to Reply or None; called from threads
        self.authority = authority
        self.attempts = 0               # connections begun
        self.failures = queue.Queue()   # what became of handshakes that failed
        self.context = None
        self.show(cert, key)
        self.socket = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        self.url = f'https://127.0.0.1:{self.port}'
        self.open = set()
        self.lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def show(self, cert, key, version=ssl.TLSVersion.TLSv1_3, older=False, trusting=False, revocations=None):
        """From the next connection on: this certificate, this protocol, older ones too; everybody is let in, or nobody whom a
        list takes back.  Without a certificate: none."""
        c = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        c.maximum_version = version
        c.minimum_version = ssl.TLSVersion.TLSv1_2 if older else version
        c.load_verify_locations(self.authority)
        c.verify_mode = ssl.CERT_NONE if trusting else ssl.CERT_REQUIRED
        if revocations is not None:
            c.load_verify_locations(revocations)
            c.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
        if cert is not None:
            c.load_cert_chain(cert, key)
        self.context = c

    def hang_up(self):
        """Ends every connection that is kept."""
        with self.lock:
            for s in list(self.open):
                try:
                    s.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self.socket.close()

    def _accept(self):
        while True:
            try:
                plain, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(plain, self.context), daemon=True).start()

    def _serve(self, plain, context):
        self.attempts += 1
        plain.settimeout(60)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            tls = context.wrap_socket(plain, server_side=True)
        except (ssl.SSLError, OSError) as e:
            self.failures.put(str(e))
            plain.close()
            return
        with self.lock:
            self.open.add(tls)
        try:
            names = [v for k, v in (tls.getpeercert() or {}).get('subjectAltName', ()) if k == 'URI']
            while self._one(tls, names, context):
                pass
            self.failures.put('')
        except (ssl.SSLError, OSError) as e:
            self.failures.put(str(e))
        finally:
            with self.lock:
                self.open.discard(tls)
            tls.close()

    def _one(self, tls, names, context):
        data = b''
        while b'\r\n\r\n' not in data:
            more = tls.recv(65536)
            if not more:
                return False
            data += more
        if context is not self.context:
            return False                # greeted under another certificate: whoever speaks must greet anew
        heard = Heard(self.place, names, tls.version())
        head, _, heard.body = data.partition(b'\r\n\r\n')
        lines = head.decode('latin-1').split('\r\n')
        heard.line = lines[0]
        heard.headers = [(n.strip(), v.strip()) for n, _, v in (line.partition(':') for line in lines[1:])]
        length = int(next((v for n, v in heard.headers if n.lower() == 'content-length'), '0'))
        while len(heard.body) < length:
            more = tls.recv(1 << 20)
            if not more:
                return False
            heard.body += more
        try:
            heard.message = wire.Message(heard.body)
        except wire.Unreadable as e:
            heard.unreadable = str(e)
        reply = self.answer(heard)
        if reply is None:
            tls.shutdown(socket.SHUT_RDWR)
            return False
        lines = [f'HTTP/1.1 {reply.status} -', f'Content-Length: {len(reply.body)}'] + [f'{n}: {v}' for n, v in reply.headers]
        tls.sendall('\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n' + reply.body)
        return True
