#!/bin/bash
# One dose told by two: found on entry and on import, kept beside each other, decided by rule or by an officer, taken
# back; what counts follows in every answer, and nothing is lost.
NAME=duplicate
. "${top_srcdir:?}/tests/flow/node_lib.sh"

w init --municipality 141003 >/dev/null
for n in 11 12 13 14 15 16; do
	w resident add $n --name 渡$n --kana ワタシ --birth-date 2025-01-10 --sex female --from 2025-01-10 >/dev/null
done
# Ids of the doses of one person, a line each: ID MERGED
doses_of() {
	w show "$1" --format json | tr '{' '\n' | sed -n 's/^"id":"\([0-9a-f]*\)","version":.*"status":"given",\("merged":true\)\{0,1\}.*/\1 \2/p'
}
given() { # given ADDRESSEE PROGRAMME: what the register counts
	w show "$1" --format json | tr '{' '\n' | sed -n "s/.*\"programme\":\"$2\",\"status\":\"[a-z-]*\",\"overdue\":[a-z]*,\"given\":\([0-9]*\).*/\1/p" | tail -n 1
}
status() {
	w show "$1" --format json | tr '{' '\n' | sed -n "s/.*\"programme\":\"$2\",\"status\":\"\([a-z-]*\)\".*/\1/p" | tail -n 1
}
pair_of() { # pair_of ADDRESSEE: the numbers of its pairs
	w duplicate list "$1" --all --format json | grep -o '"duplicateNo":[0-9]*' | cut -d: -f2
}

# --- by rule
does "a dose of a clinic" says given w dose add 11 --vaccine BCG --given-on 2025-06-10 --source clinic --clinic-code 1410000001 --lot B1
does "the handbook tells it too: recorded, with the rule" \
	says "the same antigens on the same day, and nothing contradicts" w dose add 11 --vaccine BCG --given-on 2025-06-10 --source handbook
is "both stand, one counts" 2 "$(doses_of 11 | wc -l)"
is "the handbook's is the one that does not" 1 "$(doses_of 11 | grep -c merged)"
is "it counts once" 1 "$(given 11 bcg)"
has "the text says so" "told by another source too; counted once" "$(w show 11)"
has "in Japanese" "別の情報源からも伝えられたため、1回として数えます" "$(lang=ja; w show 11)"
is "nothing waits for anybody" "" "$(w duplicate list --format csv | tail -n +2)"
one=$(pair_of 11)
has "the pair is told with its rule" '"rule":3' "$(w duplicate show "$one" --format json)"
has "and both sides" '"part":"B"' "$(w duplicate show "$one" --format json)"
has "in Japanese too" "同じ日の同じ抗原で、矛盾する点がありません" "$(lang=ja; w duplicate show "$one")"
merged=$(doses_of 11 | sed -n 's/ .*merged.*//p')
has "what does not count stays readable" '"status":"given"' "$(w dose versions "$merged" --format json)"
lacks "a file for the resident holds it once" "$(printf 'BCG.*\nBCG')" "$(w export 11 --format csv)"
is "once in the file" 1 "$(w export 11 --format csv | grep -c 'BCG.*2025-06-10\|2025-06-10.*BCG')"
does "no officer decided it: nothing to take back" refused "say that both count" w duplicate undo "$one" --reason slip
does "an officer says that they are two" says decided w duplicate decide "$one" --both --reason "two children of one name"
is "both count now" 0 "$(doses_of 11 | grep -c merged)"
does "taken back: the rule holds again" says by-rule w duplicate undo "$one" --reason "it was one"
is "one counts again" 1 "$(doses_of 11 | grep -c merged)"
has "both steps are on record" taken-back "$(w duplicate show "$one" --format json)"

# --- by an officer: two lots
w dose add 12 --vaccine PCV20 --given-on 2025-03-10 --source clinic --clinic-code 1410000001 --lot P1 >/dev/null
does "another lot on the same day: a conflict, recorded all the same" \
	says "lots or places contradict each other" w dose add 12 --vaccine PCV20 --given-on 2025-03-10 --source handbook --lot P2
has "it waits for somebody" "conflict" "$(w duplicate list --format json)"
two=$(pair_of 12)
does "one of them is wanted" refused "say one" w duplicate decide "$two" --reason x
does "and not both answers" refused "say one" w duplicate decide "$two" --keep A --both --reason x
does "nor somebody else's" refused "expected A, B" w duplicate decide "$two" --keep C --reason x
does "nor a pair that is none" refused "no pair of this number" w duplicate decide 999 --both --reason x
does "a reason is wanted" refused reason w duplicate decide "$two" --keep A
does "decided" says '"keep":"B"' w duplicate decide "$two" --keep B --reason "the handbook was seen" --format json
is "one counts" 1 "$(doses_of 12 | grep -c merged)"
does "twice is refused" refused "decided already" w duplicate decide "$two" --keep A --reason x
kept=$(doses_of 12 | sed -n '/merged/!s/ .*//p')
does "when the kept one is corrected" says '"version":2' w dose correct "$kept" --lot P3 --reason slip --format json
has "the question is open again" "what was told has changed since" "$(w duplicate list 12)"
is "and both count until somebody decides" 0 "$(doses_of 12 | grep -c merged)"
does "decided anew" says decided w duplicate decide "$two" --keep "$kept" --reason "seen again"
does "when the kept one is withdrawn" says withdrawn w dose withdraw "$kept" --reason "another child"
is "the other one counts" 0 "$(doses_of 12 | grep -c merged)"
is "and the pair is gone" gone "$(w duplicate list 12 --all --format json | grep -o '"state":"[a-z-]*"' | cut -d'"' -f4)"
does "nothing is left to decide" refused "no pair any more" w duplicate decide "$two" --both --reason x

# --- rules 4, 6, 7, 11
w dose add 13 --vaccine MR --given-on 2026-01-20 --source clinic --clinic-code 1410000001 >/dev/null
does "one product holds the other" says "one product holds what the other holds" w dose add 13 --vaccine MMR --given-on 2026-01-20 --source certificate
w dose add 14 --vaccine MR --given-on 2026-01-20 --source clinic --clinic-code 1410000001 --lot M1 >/dev/null
does "two days later with the same lot" says "on days near each other" w dose add 14 --vaccine MR --given-on 2026-01-22 --source handbook --lot m-1
does "a month that can be that day" says "not known to the day can mean the same day" w dose add 14 --vaccine MR --given-on 2026-01 --source person
w dose add 15 --vaccine PCV20 --given-on 2025-03-10 --source clinic --clinic-code 1410000001 --dose-number 1 >/dev/null
is "one dose on record" 1 "$(given 15 pcv)"
does "the same number half a year later: ask the sources" says "ask the sources" \
	w dose add 15 --vaccine PCV20 --given-on 2025-08-20 --source handbook --dose-number 1
is "both are shown and neither is sure" 2 "$(w show 15 --format json | tr '{' '\n' | grep -c '"programme":"pcv","status":"review"')"
is "due is worked out as if one was given" 1 "$(given 15 pcv)"
has "and says why" "counted as one until a person decides" "$(w show 15 --format json --lang en)"
seven=$(pair_of 15)
w duplicate decide "$seven" --both --reason "the clinic counted wrongly" >/dev/null
is "two once somebody says so" 2 "$(given 15 pcv)"

# --- from a file, in whatever order
{
	doses <<-END
		r1,1,16,,2025-01-10,2025-03-10,PCV20,P1,,0.5,,,1410000001,港小児科,,given,,
		r2,1,16,,2025-01-10,2025-03-10,PCV20,P1,,0.5,,,1410000001,港小児科,,given,,
		r3,1,16,,2025-01-10,2025-03-10,PCV20,P9,,0.5,,,1410000002,西小児科,,given,,
	END
} >"$work/doses.csv"
does "every row is kept" says '"new":3' w import doses "$work/doses.csv" --format json
is "what one clinic sent twice counts once" 1 "$(doses_of 16 | grep -c merged)"
is "and both contradict the other clinic" 2 "$(w duplicate list 16 --format json | grep -o '"duplicateNo"' | wc -l)"
does "the same file again changes nothing" says '"unchanged":3' w import doses "$work/doses.csv" --format json
is "nor the pairs" 3 "$(w duplicate list 16 --all --format json | grep -o '"duplicateNo"' | wc -l)"

# --- what was given abroad
does "an unknown product is refused by its code alone" refused "unknown code" w dose add 13 --vaccine J07CA09 --given-on 2025-05-10
does "and recorded with its name" says "the law file knows no such product" \
	w dose add 13 --vaccine J07CA09 --product-name "Infanrix hexa" --given-on 2025-05-10 --source certificate
has "shown by its name" "Infanrix hexa" "$(w show 13)"
has "in JSON too" '"productName":"Infanrix hexa"' "$(w show 13 --format json)"
has "in the file for the resident" "Infanrix hexa" "$(w export 13 --format html)"
has "and as a list" "Infanrix hexa" "$(w export 13 --format csv)"
is "what else there is counts" 1 "$(given 13 mr-1)"

# --- protected people
w duplicate list --all >"$work/before"
w resident protect 14 >/dev/null
lacks "no pair of a protected person is listed" 14 "$(w duplicate list --all --format json | grep -o '"addresseeNo":"14"')"
does "nor shown" refused "no pair of this number" w duplicate show "$(grep -m1 -o '^ *[0-9]*' <(sql "SELECT no FROM duplicate WHERE person = (SELECT id FROM person WHERE addressee_no = '14')"))"
does "the log is whole" says '"ok":true' w audit verify --format json
finish
