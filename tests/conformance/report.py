"""Checks, each with a name, the place in the documents that it comes from, and what was seen."""

import sys
import time
import xml.sax.saxutils


class Failed(Exception):
    pass


class Skipped(Exception):
    pass


def expect(what, seen):
    """seen: the text for a failure, or a true value."""
    if not seen:
        raise Failed(what)


class Checks:
    def __init__(self):
        self.all = []
        self.people = {}

    def check(self, name, source, sentence, people=()):
        """people: who must have arrived for it, when not everybody has."""
        def keep(function):
            self.all.append((name, source, sentence, function))
            self.people[name] = set(people)
            return function
        return keep

    def chosen(self, only):
        return [c for c in self.all if not only or any(c[0] == o or c[0].startswith(o + '.') for o in only)]

    def list(self):
        for name, source, sentence, _ in self.all:
            print(f'{name:34} {source:10} {sentence}')


def judge(checks, context, only):
    """Makes the checks, one by one: (name, source, sentence, 'pass' or 'skip' or 'FAIL', what was seen, seconds)."""
    for name, source, sentence, function in checks.chosen(only):
        began = time.monotonic()
        try:
            word, seen = 'pass', function(context)
        except Skipped as e:
            word, seen = 'skip', str(e)
        except Failed as e:
            word, seen = 'FAIL', str(e)
        except (OSError, ValueError, KeyError, AttributeError, TypeError, IndexError, StopIteration) as e:
            # Whatever the other side sent made the check itself stumble: that is no pass.
            word, seen = 'FAIL', f'could not be judged: {type(e).__name__}: {e}'
        yield name, source, sentence, word, seen, time.monotonic() - began


def run(checks, context, only, junit=None):
    """Exit status; a line for each check."""
    rows = []
    for name, source, sentence, word, seen, took in judge(checks, context, only):
        rows.append((name, word, seen, took))
        print(f'{word} {name} ({source}): {sentence}' + (f': {seen}' if seen and word != 'pass' else ''))
        sys.stdout.flush()
    if junit:
        write_junit(junit, rows)
    passed, failed, skipped = (sum(r[1] == word for r in rows) for word in ('pass', 'FAIL', 'skip'))
    if skipped:
        print(f'{skipped} skipped')
    print(f'{passed} passed, {failed} failed')
    return 0 if failed == 0 and passed > 0 else 1


def write_junit(path, rows):
    quote = xml.sax.saxutils.quoteattr
    with open(path, 'w', encoding='utf-8') as f:
        f.write(f'<testsuite name="conformance" tests="{len(rows)}" failures="{sum(r[1] == "FAIL" for r in rows)}" '
                f'skipped="{sum(r[1] == "skip" for r in rows)}">\n')
        for name, word, seen, took in rows:
            f.write(f'<testcase name={quote(name)} time="{took:.3f}">')
            if word == 'FAIL':
                f.write(f'<failure message={quote(seen or "")}/>')
            elif word == 'skip':
                f.write(f'<skipped message={quote(seen or "")}/>')
            f.write('</testcase>\n')
        f.write('</testsuite>\n')
