"""The caller's side of doc/WIRE 1: TLS with certificates, one POST, one signed answer."""

import base64
import os
import socket
import ssl
import subprocess
import urllib.parse

import wire
from report import Failed, expect


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body
        self.message = None

    def signature(self):
        return wire.signature_of(self.headers)


class Identity:
    """Files of one who calls: tls.crt, tls.key, sign.key in a folder."""

    def __init__(self, folder, municipality=None):
        self.cert = os.path.join(folder, 'tls.crt')
        self.key = os.path.join(folder, 'tls.key')
        self.sign = os.path.join(folder, 'sign.key')
        self.municipality = municipality
        self.institution = municipality + '0000000001' if municipality else None


def context(authority, identity=None, version=ssl.TLSVersion.TLSv1_3):
    c = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    c.minimum_version = c.maximum_version = version
    c.load_verify_locations(authority)
    if identity is not None:
        c.load_cert_chain(identity.cert, identity.key)
    return c


def address(url):
    u = urllib.parse.urlsplit(url)
    if u.scheme != 'https' or u.hostname is None or u.path not in ('', '/'):
        raise Failed(f'{url}: expected https://host:port')
    return u.hostname, u.port or 443


def connect(url, ctx, timeout=40):
    host, port = address(url)
    plain = socket.create_connection((host, port), timeout)
    try:
        return ctx.wrap_socket(plain, server_hostname=host)
    except (OSError, ssl.SSLError):
        plain.close()
        raise


def receive(tls):
    """One HTTP answer."""
    data = b''
    while b'\r\n\r\n' not in data:
        more = tls.recv(65536)
        if not more:
            raise ConnectionError('closed before an answer')
        data += more
    head, _, body = data.partition(b'\r\n\r\n')
    lines = head.decode('latin-1').split('\r\n')
    headers = [(n.strip(), v.strip()) for n, _, v in (line.partition(':') for line in lines[1:])]
    status = int(lines[0].split()[1])
    length = next((int(v) for n, v in headers if n.lower() == 'content-length'), None)
    if status == 100:
        return receive(tls)
    while length is None or len(body) < length:
        more = tls.recv(1 << 20)
        if not more:
            break
        body += more
    if length is not None and len(body) != length:
        raise ConnectionError('cut')
    return Answer(status, headers, body)


def send_raw(url, ctx, raw):
    with connect(url, ctx) as tls:
        try:
            tls.sendall(raw)
        except (ConnectionError, ssl.SSLError):
            pass                        # the answer may be there although not all was taken
        return receive(tls)


def request(body, headers, target='/v1/message', method='POST'):
    lines = [f'{method} {target} HTTP/1.1'] + [f'{n}: {v}' for n, v in headers]
    return '\r\n'.join(lines).encode('latin-1') + b'\r\n\r\n' + body


def plain_headers(body, signature, kind='application/xml'):
    headers = [('Host', 'conformance'), ('Content-Type', kind), ('Content-Length', str(len(body)))]
    if signature is not None:
        headers.append(('Watashi-Signature', signature))
    return headers


def base64_of(der):
    return base64.b64encode(der).decode()


def name_of(certificate_pem):
    """The urn:watashi: names of a certificate."""
    done = subprocess.run(['openssl', 'x509', '-noout', '-ext', 'subjectAltName'], input=certificate_pem,
                          capture_output=True, check=True)
    return [part.strip()[4:] for part in done.stdout.decode().replace('\n', ',').split(',')
            if part.strip().startswith('URI:urn:watashi:')]


def role_of(url, authority):
    """Who listens there, as its certificate says; asked without one of our own."""
    ctx = context(authority)
    with connect(url, ctx) as tls:
        names = [v for k, v in tls.getpeercert().get('subjectAltName', ()) if k == 'URI' and v.startswith('urn:watashi:')]
    expect(f'{url}: its certificate has {len(names)} names of the network, not one', len(names) == 1)
    return names[0][len('urn:watashi:'):]


def split_directory(path):
    """{name: [PEM file]} of the bundle of signing certificates; files stand beside the first use."""
    with open(path, encoding='ascii') as f:
        text = f.read()
    out = {}
    begin, end = '-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----'
    for part in text.split(begin)[1:]:
        pem = (begin + part.split(end)[0] + end + '\n').encode()
        for name in name_of(pem):
            out.setdefault(name[len('urn:watashi:'):], []).append(pem)
    return out
