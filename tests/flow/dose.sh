#!/bin/bash
# Doses entered by hand: what is worth a second look is said and never refused; corrected, withdrawn, undone.
NAME=dose
. "$top_srcdir/tests/flow/node_lib.sh"

silent() { # done, with nothing worth a second look
	"$@" --format json >"$work/out" 2>&1 || return 1
	cat "$work/out"
	! grep -q '"warnings"' "$work/out"
}
id() { grep -o '"doseId":"[0-9a-f]*"' "$work/out" | cut -d'"' -f4; }

w init --municipality 141003 >"$work/init"
does "a child is registered" w resident add 11 --name 渡 --kana ワタシ --birth-date 2026-01-10 --sex female --from 2026-01-10
does "a lawful dose is silent" silent w dose add 11 --vaccine DPT-IPV-Hib --given-on 2026-03-10
first=$(id)
does "20 days after it: too soon, with the lawful day" says "too soon after the dose before, lawful from 2026-03-31" \
	w dose add 11 --vaccine DPT-IPV-Hib --given-on 2026-03-30
does "and on the last lawful day's eve for each disease" says "polio: too soon" \
	w dose add 11 --vaccine DPT-IPV --given-on 2026-03-29
does "a live vaccine below its age: the day it would have been lawful" says "below the lowest age, lawful from 2027-01-09" \
	w dose add 11 --vaccine MR --given-on 2026-11-01
does "an expired lot" says "the lot had expired on that day" \
	w dose add 11 --vaccine HepB --given-on 2026-03-10 --lot H1 --expires-on 2026-02-28
does "before the residence began" says "not resident here on that day" \
	sh -c "'$bin/watashi' --node '$work/node' --lang en --today $today resident add 12 --name 渡 --kana ワタシ --birth-date 2025-01-10 --sex male --from 2026-06-01 >/dev/null &&
	'$bin/watashi' --node '$work/node' --lang en --today $today dose add 12 --vaccine BCG --given-on 2025-06-10"
does "the same vaccine told twice for a day" says "the same vaccine is on record for the same day" \
	w dose add 12 --vaccine BCG --given-on 2025-06-10 --source handbook
does "and that it is taken for one dose" says "one dose, told more than once" \
	w dose add 12 --vaccine BCG --given-on 2025-06-10 --source certificate
does "in Japanese" env lang=ja bash -c "'$bin/watashi' --node '$work/node' --lang ja --today $today dose add 11 --vaccine DPT-IPV-Hib --given-on 2026-03-28 | grep -qF '前回の接種からの間隔が足りません（2026-03-31から'"
does "a dose that was not given is silent" silent w dose add 11 --vaccine BCG --given-on 2026-06-10 --status not-given --reason fever
does "a day that nobody knows is not guessed at" says "a person must decide" w dose add 11 --vaccine PCV20 --given-on 2026-03
does "a day to come is refused, by name" refused "in-future" w dose add 11 --vaccine BCG --given-on 2027-01-01

does "a correction" says '"version":2' w dose correct "$first" --given-on 2026-03-11 --reason slip --format json
does "a withdrawal" says '"state":"withdrawn"' w dose withdraw "$first" --reason "another child" --format json
does "taken back: what stood before stands" says '"state":"given"' w dose undo "$first" --reason "it was this child" --format json
does "every version is listed, with its reason" [ "$(w dose versions "$first" --format csv | grep -c .)" -eq 5 ]
does "the day of the correction stands again" says '"givenOn":"2026-03-11"' w dose versions "$first" --format json
does "the last version says why" says 'it was this child' w dose versions "$first"
does "what was never corrected cannot be undone" refused "nothing to undo" w dose undo "$(w show 12 --format json | grep -o '"id":"[0-9a-f]\{32\}"' | head -n 1 | cut -d'"' -f4)" --reason none
# ---- what the law asks besides doses ----
status() { # status ADDRESSEE PROGRAMME: as the register answers
	w show "$1" --as-of $today --format json | tr '{' '\n' | sed -n "s/.*\"programme\":\"$2\",\"status\":\"\([a-z-]*\)\".*/\1/p" | tail -n 1
}
stands() { [ "$(status "$1" "$2")" = "$3" ] || { status "$1" "$2"; false; }; }
w resident add 13 --name 渡 --kana ワタシ --birth-date 2025-06-10 --sex male --from 2025-06-10 >/dev/null
w resident add 14 --name 渡 --kana ワタシ --birth-date 1990-06-10 --sex female --from 2025-06-10 >/dev/null
w resident add 15 --name 渡 --kana ワタシ --birth-date 2019-02-10 --sex male --from 2025-06-10 >/dev/null
does "varicella is due" stands 13 varicella due
does "a disease that was had is recorded" says '"state":"stands"' w circumstance add 13 --condition history-varicella --on 2026-05-01 --evidence chart --format json
had=$(grep -o '"circumstanceId":"[0-9a-f]*"' "$work/out" | cut -d'"' -f4)
does "and exempts" stands 13 varicella exempt
does "it is listed" says history-varicella w circumstance list 13
does "taken back with a reason" says ended w circumstance end "$had" --reason "another child"
does "it exempts no more" stands 13 varicella due
does "twice is refused" refused "none that stands" w circumstance end "$had" --reason again
does "28 weeks are recorded" says gestation w circumstance add 14 --weeks 28 --days 0 --on $today
does "and RSV is due" stands 14 rsv-maternal due
does "an expired window is closed" stands 15 mr-1 closed
does "an extension is recorded" says long-illness w circumstance add 15 --programme mr-1 --basis long-illness --from 2026-01-01 --until 2027-12-31
does "and opens it" stands 15 mr-1 due
does "an unknown condition is refused, by name" refused "unknown code" w circumstance add 15 --condition no-such
does "an extension without days is refused" refused "first and a last day" w circumstance add 15 --programme mr-1 --basis disaster
does "two things at once are refused" refused "say one" w circumstance add 15 --condition keloid --weeks 3
does "a day before the birth is refused" refused "before the birth" w circumstance add 15 --condition keloid --on 2010-01-01
finish
