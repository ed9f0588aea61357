"""The program that moves the node under test: one verb a run, a JSON object in, a JSON value out (doc/CONFORMANCE)."""

import json
import shlex
import subprocess

from report import Failed


class Driver:
    def __init__(self, command):
        self.command = shlex.split(command)

    def __call__(self, verb, **what):
        done = subprocess.run(self.command + [verb], input=json.dumps(what), capture_output=True, text=True, check=False, timeout=300)
        if done.returncode == 77:
            return None                 # this node has no such thing
        if done.returncode != 0:
            raise Failed(f'the driver could not {verb}: {(done.stderr or done.stdout).strip()[-300:]}')
        return json.loads(done.stdout) if done.stdout.strip() else {}
