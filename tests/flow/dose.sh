#!/bin/bash
# Doses entered by hand: what is worth a second look is said and never refused; corrected, withdrawn, undone.
set -u
export LC_ALL=C.UTF-8
: "${top_srcdir:?}" "${top_builddir:?}"
bin=$(cd "$top_builddir" && pwd)
story=$(mktemp -d "${TMPDIR:-/tmp}/watashi-dose.XXXXXX") || exit 99
passed=0 failed=0
trap 'rm -rf "$story"' EXIT
today=2026-11-22

is() { # is SENTENCE COMMAND...
	local sentence=$1
	shift
	if "$@" >"$story/is.out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $sentence"
		sed 's/^/     /' "$story/is.out" | head -n 20
	fi
}
w() { "$bin/watashi" --node "$story/node" --lang "${lang:-en}" --today $today "$@"; }
# says TEXT COMMAND...: it is done, and says so
says() {
	local text=$1
	shift
	"$@" >"$story/says.out" 2>&1 || { cat "$story/says.out"; return 1; }
	cat "$story/says.out"
	grep -qF -- "$text" "$story/says.out"
}
silent() { # done, with nothing worth a second look
	"$@" --format json >"$story/says.out" 2>&1 || return 1
	cat "$story/says.out"
	! grep -q '"warnings"' "$story/says.out"
}
refused() { # refused TEXT COMMAND...
	local text=$1
	shift
	"$@" >"$story/says.out" 2>&1 && return 1
	cat "$story/says.out"
	grep -qF -- "$text" "$story/says.out"
}
id() { grep -o '"doseId":"[0-9a-f]*"' "$story/says.out" | cut -d'"' -f4; }

w init --municipality 141003 >"$story/init"
is "a child is registered" w resident add 11 --name 渡 --kana ワタシ --birth-date 2026-01-10 --sex female --from 2026-01-10
is "a lawful dose is silent" silent w dose add 11 --vaccine DPT-IPV-Hib --given-on 2026-03-10
first=$(id)
is "20 days after it: too soon, with the lawful day" says "too soon after the dose before, lawful from 2026-03-31" \
	w dose add 11 --vaccine DPT-IPV-Hib --given-on 2026-03-30
is "and on the last lawful day's eve for each disease" says "polio: too soon" \
	w dose add 11 --vaccine DPT-IPV --given-on 2026-03-29
is "a live vaccine below its age: the day it would have been lawful" says "below the lowest age, lawful from 2027-01-09" \
	w dose add 11 --vaccine MR --given-on 2026-11-01
is "an expired lot" says "the lot had expired on that day" \
	w dose add 11 --vaccine HepB --given-on 2026-03-10 --lot H1 --expires-on 2026-02-28
is "before the residence began" says "not resident here on that day" \
	sh -c "'$bin/watashi' --node '$story/node' --lang en --today $today resident add 12 --name 渡 --kana ワタシ --birth-date 2025-01-10 --sex male --from 2026-06-01 >/dev/null &&
	'$bin/watashi' --node '$story/node' --lang en --today $today dose add 12 --vaccine BCG --given-on 2025-06-10"
is "the same vaccine told twice for a day" says "the same vaccine is on record for the same day" \
	w dose add 12 --vaccine BCG --given-on 2025-06-10 --source handbook
is "and that nothing was left" says "bcg: the same antigen was given on the same day" \
	w dose add 12 --vaccine BCG --given-on 2025-06-10 --source certificate
is "in Japanese" env lang=ja bash -c "'$bin/watashi' --node '$story/node' --lang ja --today $today dose add 11 --vaccine DPT-IPV-Hib --given-on 2026-03-28 | grep -qF '前回の接種からの間隔が足りません（2026-03-31から'"
is "a dose that was not given is silent" silent w dose add 11 --vaccine BCG --given-on 2026-06-10 --status not-given --reason fever
is "a day that nobody knows is not guessed at" says "a person must decide" w dose add 11 --vaccine PCV20 --given-on 2026-03
is "a day to come is refused, by name" refused "in-future" w dose add 11 --vaccine BCG --given-on 2027-01-01

is "a correction" says '"version":2' w dose correct "$first" --given-on 2026-03-11 --reason slip --format json
is "a withdrawal" says '"state":"withdrawn"' w dose withdraw "$first" --reason "another child" --format json
is "taken back: what stood before stands" says '"state":"given"' w dose undo "$first" --reason "it was this child" --format json
is "every version is listed, with its reason" [ "$(w dose versions "$first" --format csv | grep -c .)" -eq 5 ]
is "the day of the correction stands again" says '"givenOn":"2026-03-11"' w dose versions "$first" --format json
is "the last version says why" says 'it was this child' w dose versions "$first"
is "what was never corrected cannot be undone" refused "nothing to undo" w dose undo "$(w show 12 --format json | grep -o '"id":"[0-9a-f]\{32\}"' | head -n 1 | cut -d'"' -f4)" --reason none
# ---- what the law asks besides doses ----
status() { # status ADDRESSEE PROGRAMME: as the register answers
	w show "$1" --as-of $today --format json | tr '{' '\n' | sed -n "s/.*\"programme\":\"$2\",\"status\":\"\([a-z-]*\)\".*/\1/p" | tail -n 1
}
stands() { [ "$(status "$1" "$2")" = "$3" ] || { status "$1" "$2"; false; }; }
w resident add 13 --name 渡 --kana ワタシ --birth-date 2025-06-10 --sex male --from 2025-06-10 >/dev/null
w resident add 14 --name 渡 --kana ワタシ --birth-date 1990-06-10 --sex female --from 2025-06-10 >/dev/null
w resident add 15 --name 渡 --kana ワタシ --birth-date 2019-02-10 --sex male --from 2025-06-10 >/dev/null
is "varicella is due" stands 13 varicella due
is "a disease that was had is recorded" says '"state":"stands"' w circumstance add 13 --condition history-varicella --on 2026-05-01 --evidence chart --format json
had=$(grep -o '"circumstanceId":"[0-9a-f]*"' "$story/says.out" | cut -d'"' -f4)
is "and exempts" stands 13 varicella exempt
is "it is listed" says history-varicella w circumstance list 13
is "taken back with a reason" says ended w circumstance end "$had" --reason "another child"
is "it exempts no more" stands 13 varicella due
is "twice is refused" refused "none that stands" w circumstance end "$had" --reason again
is "28 weeks are recorded" says gestation w circumstance add 14 --weeks 28 --days 0 --on $today
is "and RSV is due" stands 14 rsv-maternal due
is "an expired window is closed" stands 15 mr-1 closed
is "an extension is recorded" says long-illness w circumstance add 15 --programme mr-1 --basis long-illness --from 2026-01-01 --until 2027-12-31
is "and opens it" stands 15 mr-1 due
is "an unknown condition is refused, by name" refused "unknown code" w circumstance add 15 --condition no-such
is "an extension without days is refused" refused "first and a last day" w circumstance add 15 --programme mr-1 --basis disaster
is "two things at once are refused" refused "say one" w circumstance add 15 --condition keloid --weeks 3
is "a day before the birth is refused" refused "before the birth" w circumstance add 15 --condition keloid --on 2010-01-01
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
