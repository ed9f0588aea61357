"""Certificates by the openssl command: an authority of the kit's own, and strangers of every kind."""

import os
import subprocess


def openssl(*words, stdin=None):
    done = subprocess.run(('openssl',) + words, input=stdin, capture_output=True, check=False)
    if done.returncode != 0:
        raise OSError('openssl ' + words[0] + ': ' + done.stderr.decode(errors='replace').strip().splitlines()[-1])
    return done.stdout


def new_key(path):
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', path)


class Authority:
    def __init__(self, folder, name='conformance authority', key=None, cert=None):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        self.key = key or os.path.join(folder, 'authority.key')
        self.cert = cert or os.path.join(folder, 'authority.crt')
        self.serial = 0
        self.revoked = []
        if key is None:
            new_key(self.key)
            openssl('req', '-x509', '-new', '-key', self.key, '-subj', f'/CN={name}', '-days', '30', '-out', self.cert,
                    '-addext', 'keyUsage=critical,keyCertSign,cRLSign')

    def issue(self, folder, name, uris, purposes=(), public=None, hosts=True, days=20, dates=None):
        """folder/name.crt, with folder/name.key unless the public half is given.  purposes: clientAuth, serverAuth."""
        os.makedirs(folder, exist_ok=True)
        self.serial += 1
        out = os.path.join(folder, name + '.crt')
        names = [f'URI:{u}' for u in uris]
        if hosts and 'serverAuth' in purposes:
            names += ['DNS:localhost', 'IP:127.0.0.1']
        extensions = os.path.join(folder, name + '.ext')
        with open(extensions, 'w', encoding='ascii') as f:
            f.write('basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n')
            if names:
                f.write('subjectAltName=' + ','.join(names) + '\n')
            if purposes:
                f.write('extendedKeyUsage=' + ','.join(purposes) + '\n')
        if public is None:
            key = os.path.join(folder, name + '.key')
            new_key(key)
            request = openssl('req', '-new', '-key', key, '-subj', '/CN=conformance')
        else:
            request = None
        serial = str(int.from_bytes(os.urandom(15), 'big'))
        if dates is None:
            words = ['x509', '-CA', self.cert, '-CAkey', self.key, '-set_serial', serial, '-days', str(days),
                     '-extfile', extensions, '-out', out]
            if public is None:
                openssl(*words, '-req', stdin=request)
            else:
                openssl(*words, '-new', '-force_pubkey', public, '-subj', '/CN=conformance')
        else:
            # The one command that takes a first and a last moment.
            self._ca(request, extensions, serial, dates, out)
        os.unlink(extensions)
        return out

    def _settings(self):
        conf = os.path.join(self.folder, 'ca.conf')
        index = os.path.join(self.folder, 'index.txt')
        if not os.path.exists(index):
            open(index, 'w', encoding='ascii').close()
        with open(conf, 'w', encoding='ascii') as f:
            f.write(f'[ca]\ndefault_ca=it\n[it]\ndatabase={index}\nnew_certs_dir={self.folder}\nserial={self.folder}/serial\n'
                    'default_md=sha256\npolicy=any\nunique_subject=no\n[any]\ncommonName=supplied\n')
        return conf

    def _ca(self, request, extensions, serial, dates, out):
        conf = self._settings()
        with open(os.path.join(self.folder, 'serial'), 'w', encoding='ascii') as f:
            f.write(f'{int(serial):030X}\n')
        csr = os.path.join(self.folder, 'request.csr')
        with open(csr, 'wb') as f:
            f.write(request)
        openssl('ca', '-batch', '-notext', '-config', conf, '-keyfile', self.key, '-cert', self.cert, '-startdate', dates[0],
                '-enddate', dates[1], '-extfile', extensions, '-in', csr, '-out', out)

    def revocations(self, path, certificates, hours=240):
        """A list that takes these back; good for so many hours."""
        conf = self._settings()
        for certificate in certificates:
            openssl('ca', '-batch', '-config', conf, '-keyfile', self.key, '-cert', self.cert, '-revoke', certificate)
        openssl('ca', '-config', conf, '-keyfile', self.key, '-cert', self.cert, '-gencrl', '-crlhours', str(hours), '-out', path)


def strangers(authority, foreign, folder, urn, other_urn, purpose, wrong):
    """Certificates that must be refused: {kind: folder}; each folder has tls.crt and tls.key."""
    made = {}
    for kind, issuer, names, use, dates in (
            ('other-authority', foreign, [urn], purpose, None),
            ('expired', authority, [urn], purpose, ('20200101000000Z', '20200201000000Z')),
            ('not-yet-valid', authority, [urn], purpose, ('20900101000000Z', '20910101000000Z')),
            ('wrong-purpose', authority, [urn], wrong, None),
            ('other-municipality', authority, [other_urn], purpose, None),
            ('no-name', authority, [], purpose, None),
            ('two-names', authority, [urn, other_urn], purpose, None)):
        made[kind] = os.path.join(folder, kind)
        issuer.issue(made[kind], 'tls', names, (use,), dates=dates)
    return made
