#!/bin/bash
# lawc as people and makefiles call it: statuses, places of findings, whole files or none.
set -u
lawc=$top_builddir/lawc
cases=$top_srcdir/tests/case
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# expect STATUS SENTENCE COMMAND...: runs the command, its words in $work/out and $work/err.
expect() {
	local want=$1 what=$2 got
	shift 2
	"$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	if [ "$got" = "$want" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what: status $got, expected $want"
		head -5 "$work/err"
	fi
}

# hold SENTENCE COMMAND...: the command must succeed.
hold() {
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what"
	fi
}

good=$cases/law-good/small.law
expect 0 "help is an answer" "$lawc" --help
hold "help names every mode" grep -q -- "--diff" "$work/out"
expect 2 "nothing asked" "$lawc"
expect 2 "no file" "$lawc" --check
expect 2 "no text to compile" "$lawc" --output "$work/x"
expect 2 "not a day" "$lawc" --print 2026-02-30 "$work/x"
hold "it is named before the usage" grep -q "^lawc: 2026-02-30: no such day" "$work/err"
expect 2 "one day is no difference" "$lawc" --diff 2026-01-01 "$work/x"
expect 2 "no such language" "$lawc" --print 2026-01-01 --lang fr "$work/x"
expect 2 "two modes at once" "$lawc" --check --print 2026-01-01 "$good"
expect 2 "no such option" "$lawc" --frobnicate
expect 3 "a missing text" "$lawc" --check "$work/missing.law"
expect 3 "a missing law" "$lawc" --print 2026-01-01 "$work/missing"
expect 0 "a good text" "$lawc" --check "$good"
hold "a good text is silent" test ! -s "$work/err"
expect 1 "a bad text" "$lawc" --check "$cases/law-bad/version-gap.law"
hold "a finding has file, line, code and text" \
	grep -Eq '^[^:]+/version-gap\.law:[0-9]+: version-gap: days without a version' "$work/err"
expect 1 "a bad text is not compiled" "$lawc" --output "$work/bad" "$cases/law-bad/version-gap.law"
hold "no file stands under the name" test ! -e "$work/bad"
expect 0 "a good text is compiled" "$lawc" --output "$work/one" "$good"
expect 0 "and compiled again" "$lawc" --output "$work/two" "$good"
hold "the same text gives the same file" cmp -s "$work/one" "$work/two"
mkfifo "$work/pipe"
cat "$work/pipe" >"$work/piped" &
expect 0 "a pipe is written into" timeout 20 "$lawc" --output "$work/pipe" "$good"
wait
hold "and stays" test -p "$work/pipe"
hold "what came through it is the law" cmp -s "$work/one" "$work/piped"
ln -s "$work/two" "$work/link"
expect 3 "a link to a file is not put out of its place" "$lawc" --output "$work/link" "$good"
expect 3 "a folder that is not there" "$lawc" --output "$work/none/law" "$good"
expect 1 "text is no compiled law" "$lawc" --print 2026-01-01 "$good"
hold "the file is named, and what makes one" grep -qF "$good: not a compiled law; law text is compiled with lawc --output" "$work/err"
head -c 1000 "$work/one" >"$work/cut"
expect 1 "a law cut short" "$lawc" --print 2026-01-01 "$work/cut"
hold "says so in one line" test "$(wc -l <"$work/err")" = 1
expect 0 "a law is printed" "$lawc" --print 2010-01-01 --lang en "$work/one"
hold "with its citation" grep -q "in force from 2010-01-01; published 2009-10-01; Order" "$work/out"
expect 0 "a law is compared with itself" "$lawc" --diff 2009-12-31 2010-01-01 --lang en "$work/one"
hold "the older window ends" grep -q "^- target (infants): M, the day of 12 months to the day of 24 months" "$work/out"
hold "the newer begins" grep -q "^+ target (infants): M, the day of 12 months to the day of 3 years" "$work/out"
expect 0 "the packaged law is named in answers by the hash that sha256sum prints" \
	bash -c 'echo "{\"birthDate\":\"2020-10-01\"}" | "$1/watashi-schedule" --law "$2" --as-of 2021-01-01 |
		grep -q "sha256:$(sha256sum "$2" | cut -c 1-64)"' - "$top_builddir" "$top_builddir/data/law/watashi.law"
if [ -c /dev/full ]; then
	expect 3 "a full disk" bash -c '"$1" --print 2010-01-01 "$2" >/dev/full' - "$lawc" "$work/one"
fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
