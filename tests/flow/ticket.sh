#!/bin/bash
# Tickets of a town: handed out, lost, issued again, taken back, and those of who moves away, dies, comes back.
NAME=ticket
. "$top_srcdir/tests/flow/node_lib.sh"

# w DAY WORDS...
w() {
	local day=$1
	shift
	"$watashi" --node "$node" --lang "$lang" --today "$day" "$@" 2>&1
}
# ticket numbers of an answer in JSON, a line each, of one programme or state when named
numbers() {
	tr '{' '\n' | grep "${1:-ticketNo}" | sed -n 's/.*"ticketNo":"\([0-9]*\)".*/\1/p'
}

residents <<'.' >"$work/residents.csv"
7001,,港 花子,ミナト ハナコ,,2026-08-20,female,中区1,2026-08-20,,,,,0
7002,,港 太郎,ミナト タロウ,,2026-08-20,male,中区2,2026-08-20,,,,,0
7003,,港 次郎,ミナト ジロウ,,2026-08-20,male,中区3,2026-08-20,,,,,0
7004,,港 秘子,ミナト ヒコ,,2026-08-20,female,中区4,2026-08-20,,,,,1
7005,,港 来子,ミナト ライコ,,2025-06-10,female,中区5,2026-11-01,,131016,,,0
.
w 2026-11-22 init --municipality 141003 >/dev/null
w 2026-11-22 import residents "$work/residents.csv" >/dev/null
is "five residents" 0 $?

# --- one number for whatever is due
first=$(w 2026-11-22 ticket issue 7001 --format json | numbers)
is "a ticket has twelve digits" 12 ${#first}
w 2026-11-22 check --ticket "$first" --birth-date 2026-08-20 >/dev/null
is "with the birth date it opens what a clinic may see" 0 $?
has "show names it" "$first" "$(w 2026-11-22 show 7001 --format json)"
text=$(w 2026-11-22 check --ticket "$first" --birth-date 2026-08-21)
is "with another birth date it does not" 1 $?
has "and says no more" "no valid ticket of this number and birth date" "$text"

# --- a ticket a programme
w 2026-11-22 ticket hand-out 7001 --format json >"$work/out"
is "a hand-out" 0 $?
w 2026-11-22 due --as-of 2026-11-22 --format json | tr '{' '\n' | grep '"7001"' |
	sed -n 's/.*"programme":"\([^"]*\)".*/\1/p' | sort -u >"$work/due"
tr '{' '\n' <"$work/out" | sed -n 's/.*"programme":"\([^"]*\)".*/\1/p' | sort >"$work/given"
is "something is due at three months" yes "$([ -s "$work/due" ] && echo yes)"
is "every programme that is due has its ticket" "" "$(comm -23 "$work/due" "$work/given")"
is "and only one" "" "$(uniq -d "$work/given")"
# What opens later: listed by programme, with the day.
w 2026-11-22 show 7001 --format json | tr '{' '\n' >"$work/show"
is "as many tickets as programmes" "$(wc -l <"$work/given")" "$(numbers <"$work/out" | sort -u | wc -l)"
is "each with its dose and first day" "$(wc -l <"$work/given")" \
	"$(tr '{' '\n' <"$work/out" | grep '"dose":[1-9]' | grep -c '"earliest":"20')"
late=$(tr '{' '\n' <"$work/out" | sed -n 's/.*"earliest":"\([^"]*\)".*/\1/p' | sort | tail -1)
is "nothing that opens after sixty days" yes "$([[ ! "$late" > 2027-01-21 ]] && echo yes)"
text=$(w 2026-11-22 check --ticket "$first" --birth-date 2026-08-20)
is "the number of before is void" 1 $?
has "and the clinic is told that a newer one must be shown" "another ticket has taken its place" "$text"
lacks "of somebody with the number alone nothing is said" "another ticket" \
	"$(w 2026-11-22 check --ticket "$first" --birth-date 2020-01-01)"
for t in $(numbers <"$work/out"); do
	w 2026-11-22 check --ticket "$t" --birth-date 2026-08-20 >/dev/null || bad "a handed-out ticket works"
done
lacks "a ticket of one programme is not shown as the person's" ticketNo "$(w 2026-11-22 show 7001 --format json | sed 's/"doses":.*//')"
has "no warning for who was born here" '"state":"live"' "$(cat "$work/out")"
lacks "none at all" warnings "$(cat "$work/out")"
has "but for who came and whose former town has not answered" "records of another place are still missing" \
	"$(w 2026-11-22 ticket hand-out 7005)"
has "a hand-out for a day to come" '"earliest":"2027-0' "$(w 2026-11-22 ticket hand-out 7002 --as-of 2026-12-25 --format json)"
has "in Japanese too" "有効" "$("$watashi" --node "$node" --lang ja --today 2026-11-22 ticket list 7002 2>&1)"

# --- Kashiba 2022: a ticket is lost and issued again, and both are used for one dose
w 2026-11-22 ticket hand-out 7001 --format json >"$work/out"
programme=$(head -1 "$work/due")
lost=$(numbers "\"programme\":\"$programme\"" <"$work/out")
other=$(numbers <"$work/out" | grep -vx "$lost" | head -1)
again=$(w 2026-11-22 ticket reissue 7001 --programme "$programme" --format json | numbers)
is "kashiba: a new number" yes "$([ -n "$again" ] && [ "$again" != "$lost" ] && echo yes)"
text=$(w 2026-11-22 check --ticket "$lost" --birth-date 2026-08-20)
is "kashiba: the lost ticket is refused before the dose" 1 $?
has "kashiba: and why" "another ticket has taken its place" "$text"
w 2026-11-22 check --ticket "$again" --birth-date 2026-08-20 >/dev/null
is "kashiba: the new one is good" 0 $?
w 2026-11-22 check --ticket "$other" --birth-date 2026-08-20 >/dev/null
is "kashiba: tickets of other programmes stay good" 0 $?
is "kashiba: one live ticket a programme" "" "$(w 2026-11-22 ticket list 7001 --format json | tr '{' '\n' |
	grep '"state":"live"' | sed -n 's/.*"programme":"\([^"]*\)".*/\1/p' | sort | uniq -d)"
{
	echo 'source_id,source_version,addressee_no,ticket_no,birth_date,given_on,vaccine,lot,expires_on,volume_ml,site,route,clinic_code,clinic_name,physician,status,reason,evidence'
	echo "k1,1,,$again,2026-08-20,2026-11-20,DPT-IPV-Hib,X1,,0.5,,,1410000001,みなと小児科,鈴木,given,,"
	echo "k2,1,,$lost,2026-08-20,2026-11-21,DPT-IPV-Hib,X2,,0.5,,,1410000002,しお小児科,佐藤,given,,"
} >"$work/doses.csv"
text=$(w 2026-11-22 import doses "$work/doses.csv" --format json)
has "kashiba: both doses that happened are on record" '"new":2' "$text"
has "kashiba: and the extra one counts for nothing" '"status":"not-valid"' \
	"$(w 2026-11-22 show 7001 --format json | tr -d '\n' | sed 's/.*"X2"//')"

# --- void, and nothing to issue anew
w 2026-11-22 ticket void 7001 --programme "$programme" >/dev/null
is "one programme's ticket is taken back" 0 $?
has "which the clinic is told" "took this ticket back" "$(w 2026-11-22 check --ticket "$again" --birth-date 2026-08-20)"
text=$(w 2026-11-22 ticket reissue 7001 --programme "$programme")
is "what is not live is not issued anew" 1 $?
has "and it says so" "no live ticket of this programme" "$text"
before=$(w 2026-11-22 ticket list 7001 --format json | numbers '"state":"live"' | sort)
after=$(w 2026-11-22 ticket reissue 7001 --format json | numbers | sort)
is "all live ones anew: as many" "$(wc -l <<<"$before")" "$(wc -l <<<"$after")"
is "none of them the same" "" "$(comm -12 <(echo "$before") <(echo "$after"))"
w 2026-11-22 ticket void 7001 >/dev/null
is "all are taken back" "" "$(w 2026-11-22 ticket list 7001 --format json | numbers '"state":"live"')"

# --- away: announced for the last day of the year
away=$(w 2026-11-22 ticket issue 7002 --format json | numbers)
leaves() {
	echo "7002,,港 太郎,ミナト タロウ,,2026-08-20,male,中区2,2026-08-20,$1,,$2,,0" | residents >"$work/leaves.csv"
	w 2026-11-23 import residents "$work/leaves.csv" >/dev/null
}
leaves 2026-12-31 131016
w 2026-12-31 check --ticket "$away" --birth-date 2026-08-20 >/dev/null
is "a ticket is good until the last day here" 0 $?
text=$(w 2027-01-01 check --ticket "$away" --birth-date 2026-08-20)
is "and no day longer" 1 $?
has "with the reason" "no longer a resident here" "$text"
lacks "not with the place" 131016 "$text"
text=$(w 2027-01-01 ticket issue 7002)
is "who is gone gets no ticket" 1 $?
has "and it says why" "no longer a resident here" "$text"
w 2027-01-01 ticket hand-out 7002 >/dev/null
is "nor a hand-out" 1 $?
w 2027-01-01 ticket reissue 7002 >/dev/null
is "nor another one for the old one" 1 $?
has "the list says departed" departed "$(w 2027-01-01 ticket list 7002 --format json)"
# back after half a year
{
	echo '7002,,港 太郎,ミナト タロウ,,2026-08-20,male,中区9,2026-08-20,2026-12-31,,131016,,0'
	echo '7002,,港 太郎,ミナト タロウ,,2026-08-20,male,中区9,2027-06-01,,131016,,,0'
} | residents >"$work/back.csv"
w 2027-06-02 import residents "$work/back.csv" >/dev/null
is "and back" 0 $?
w 2027-06-02 check --ticket "$away" --birth-date 2026-08-20 >/dev/null
is "no return brings an old ticket back" 1 $?
new=$(w 2027-06-02 ticket issue 7002 --format json | numbers)
w 2027-06-02 check --ticket "$new" --birth-date 2026-08-20 >/dev/null
is "a new one is good" 0 $?

# --- death
dead=$(w 2026-11-22 ticket issue 7003 --format json | numbers)
echo '7003,,港 次郎,ミナト ジロウ,,2026-08-20,male,中区3,2026-08-20,2026-11-22,,,2026-11-22,0' | residents >"$work/dies.csv"
w 2026-11-23 import residents "$work/dies.csv" >/dev/null
w 2026-11-23 check --ticket "$dead" --birth-date 2026-08-20 >/dev/null
is "no ticket of the dead" 1 $?
has "the list says died" died "$(w 2026-11-23 ticket list 7003 --format json)"
w 2026-11-23 ticket issue 7003 >/dev/null
is "and none is issued" 1 $?

# --- protection: neither numbers nor that a stay has ended
for verb in issue reissue void list hand-out; do
	text=$(w 2026-11-22 ticket $verb 7004)
	is "ticket $verb of a protected record is refused" 1 $?
	has "and says why ($verb)" "the record is protected" "$text"
done
hidden=$(w 2026-11-22 ticket issue 7005 --format json | numbers)
w 2026-11-22 resident protect 7005 >/dev/null
w 2026-11-22 check --ticket "$hidden" --birth-date 2025-06-10 >/dev/null
is "a protected child's ticket goes on being good" 0 $?
echo '7005,,港 来子,ミナト ライコ,,2025-06-10,female,中区5,2026-11-01,2026-11-22,131016,271004,,1' | residents >"$work/flees.csv"
w 2026-11-23 import residents "$work/flees.csv" >/dev/null
text=$(w 2026-11-23 check --ticket "$hidden" --birth-date 2025-06-10)
is "until it leaves" 1 $?
has "which is not said" "no valid ticket of this number and birth date" "$text"
lacks "in no words" resident "$text"


# --- spent: the dose that it is for is on record, whoever told of it
echo '7006,,港 使子,ミナト ツカコ,,2026-08-20,female,中区6,2026-08-20,,,,,0' | residents >"$work/spent.csv"
w 2026-11-22 import residents "$work/spent.csv" >/dev/null
w 2026-11-22 ticket hand-out 7006 --format json >"$work/out"
hib=$(numbers '"programme":"hib"' <"$work/out")
dpt=$(numbers '"programme":"dpt-1"' <"$work/out")
pcv=$(numbers '"programme":"pcv"' <"$work/out")
[ -n "$hib" ] && [ -n "$dpt" ] && [ -n "$pcv" ] && good || bad "three tickets" "$(cat "$work/out")"
dose=$(w 2026-11-25 dose add 7006 --vaccine DPT-IPV-Hib --given-on 2026-11-24 --format json | sed -n 's/.*"doseId":"\([0-9a-f]*\)".*/\1/p')
text=$(w 2026-11-25 ticket list 7006 --format json | tr '{' '\n')
has "the ticket of what was given is spent, with the day" '"state":"spent"' "$(grep "$hib" <<<"$text")"
has "on that day" '"spentOn":"2026-11-24"' "$(grep "$hib" <<<"$text")"
has "so is that of another programme of the same injection" '"state":"spent"' "$(grep "$dpt" <<<"$text")"
has "one of another is live" '"state":"live"' "$(grep "$pcv" <<<"$text")"
has "the record says so too" '"ticketNo":"'"$hib"'","programme":"hib","dose":1,"state":"spent","issuedOn":"2026-11-22","spentOn":"2026-11-24"' \
	"$(w 2026-11-25 show 7006 --format json)"
text=$(w 2026-11-25 check --ticket "$hib" --birth-date 2026-08-20)
is "it is not valid again" 1 $?
has "and the clinic is told why" "a dose for this ticket is on record already" "$text"
w 2026-11-25 check --ticket "$pcv" --birth-date 2026-08-20 >/dev/null
is "the other one is" 0 $?
has "it is not issued anew" "no live ticket of this programme" "$(w 2026-11-25 ticket reissue 7006 --programme hib)"
lacks "nor with the others" '"hib"' "$(w 2026-11-25 ticket reissue 7006 --format json)"
w 2026-11-26 dose withdraw "$dose" --reason "another child" >/dev/null
has "the dose was somebody else's: it is good again" '"state":"live"' \
	"$(w 2026-11-26 ticket list 7006 --format json | tr '{' '\n' | grep "$hib")"
# told late: given before the ticket was printed
w 2026-11-26 dose add 7006 --vaccine DPT-IPV-Hib --given-on 2026-11-01 >/dev/null
has "the very dose, told late, spends it too" '"spentOn":"2026-11-01"' "$(w 2026-11-26 ticket list 7006 --format json | tr '{' '\n' | grep "$hib")"
has "in Japanese" 使用済み "$("$watashi" --node "$node" --lang ja --today 2026-11-26 ticket list 7006 2>&1)"

finish
