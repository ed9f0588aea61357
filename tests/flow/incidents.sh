#!/bin/bash
# Incidents that happened to municipalities, each by its kind: what other tests do not hold already (doc/INCIDENTS
# says which test holds which).
NAME=incidents
. "$top_srcdir/tests/flow/node_lib.sh"

residents >"$work/residents.csv" <<'ROWS'
601,,鷲巣 一,ワシズ イチ,,2025-03-10,female,中区一丁目,2025-03-10,,,,,0
602,,獺越 二,オソゴエ ニ,,2025-03-11,male,西区二丁目,2025-03-11,,,,,0
603,,榎並 三,エナミ サン,,2024-05-01,female,南区三丁目,2024-05-01,,,,,0
604,,鰐淵 四,ワニブチ ヨン,,2024-05-01,male,北区四丁目,2024-05-01,,,,,0
ROWS
doses >"$work/doses.csv" <<'ROWS'
a1,1,601,,2025-03-10,2025-05-12,DPT-IPV-Hib,X1,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a2,1,602,,2025-03-11,2025-05-13,DPT-IPV-Hib,X2,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a3,1,603,,2024-05-01,2025-05-14,MR,X3,,0.5,,,1410000001,みなと小児科,鈴木,given,,
ROWS
w init --municipality 141003 >/dev/null
does "residents come in" w import residents "$work/residents.csv"
does "doses come in" w import doses "$work/doses.csv"
chmod 0711 "$node"
if start; then good; else bad "the node starts" "$(tail -3 "$log")"; fi
field() { tr -d '\r"' | awk -F, -v n="$1" 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); for (i = 1; i <= NF; i++) if ($i == n) c = i; next } { print $c }'; }
doses_of() { sql "SELECT count(*) FROM dose JOIN person ON person.id = dose.person WHERE addressee_no = '$1'"; }

# --- a part of a file that was not taken in (Hikone 2022)
doses >"$work/month.csv" <<'ROWS'
a1,1,601,,2025-03-10,2025-05-12,DPT-IPV-Hib,X1,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a3,2,603,,2024-05-01,2025-05-14,MR,X3-b,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a2,2,602,,2025-03-11,2025-05-13,DPT-IPV-Hib,X2,,0.5,,,1410000001,みなと小児科,鈴木,withdrawn,another child,
a4,1,604,,2024-05-01,2025-06-01,MR,X4,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a5,1,699,,2024-05-01,2025-06-01,MR,X5,,0.5,,,1410000001,みなと小児科,鈴木,given,,
ROWS
w import doses "$work/month.csv" --format csv >"$work/report"
sum=0
for part in new unchanged corrected withdrawn held; do
	n=$(field $part <"$work/report" | head -1)
	is "partial import: $part is counted" 1 "$n"
	sum=$((sum + n))
done
is "partial import: what went in came out" "$(field read <"$work/report" | head -1)" $sum
head -c $(($(wc -c <"$work/month.csv") - 40)) "$work/month.csv" >"$work/cut.csv"
before=$(sql 'SELECT count(*) FROM dose')
w import doses "$work/cut.csv" >"$work/out" 2>&1
is "partial import: a file that was cut is refused whole" 1 $?
is "partial import: nothing of it is there" "$before" "$(sql 'SELECT count(*) FROM dose')"
is "partial import: again, nothing is new" 0 "$(w import doses "$work/month.csv" --format csv | field new | head -1)"

# --- a number misread at the clinic, and a dose that becomes somebody else's (vaccination record system 2021)
ticket=$(w ticket issue 601 --format json | sed -n 's/.*"ticketNo":"\([0-9]*\)".*/\1/p')
other=$(w ticket issue 602 --format json | sed -n 's/.*"ticketNo":"\([0-9]*\)".*/\1/p')
misread=$(echo "$ticket" | awk '{ d = substr($0, 5, 1); print substr($0, 1, 4) (d + 1) % 10 substr($0, 6) }')
swapped=$(echo "$ticket" | awk '{ for (i = 1; i < length($0); i++) { a = substr($0, i, 1); b = substr($0, i + 1, 1)
	if (a != b) { print substr($0, 1, i - 1) b a substr($0, i + 2); exit } } }')
doses >"$work/misread.csv" <<ROWS
m1,1,,$misread,2025-03-10,2025-07-01,PCV20,X6,,0.5,,,1410000001,みなと小児科,鈴木,given,,
m2,1,,$swapped,2025-03-10,2025-07-01,PCV20,X6,,0.5,,,1410000001,みなと小児科,鈴木,given,,
m3,1,,$other,2025-03-10,2025-07-01,PCV20,X6,,0.5,,,1410000001,みなと小児科,鈴木,given,,
m4,1,602,$ticket,2025-03-11,2025-07-01,PCV20,X6,,0.5,,,1410000001,みなと小児科,鈴木,given,,
ROWS
one=$(doses_of 601) two=$(doses_of 602)
is "misread number: every such row is held" 4 "$(w import doses "$work/misread.csv" --format csv | field held | head -1)"
is "misread number: the child has no dose of it" "$one" "$(doses_of 601)"
is "misread number: nor has another" "$two" "$(doses_of 602)"
text=$(w held list --format csv)
has "misread number: a digit or two in the wrong place is told" bad-check-digit "$text"
has "misread number: another child's number with this birth date too" birth-date-differs "$text"
has "misread number: and two numbers that disagree" ticket-of-another "$text"

# --- a date in the future, a second dose before the first (160,000 records in 2021)
doses >"$work/dates.csv" <<'ROWS'
f1,1,601,,2025-03-10,2027-05-12,HepB,X7,,0.25,,,1410000001,みなと小児科,鈴木,given,,
f2,1,601,,2025-03-10,2024-05-12,HepB,X7,,0.25,,,1410000001,みなと小児科,鈴木,given,,
f3,1,601,,2025-03-10,2025-02-30,HepB,X7,,0.25,,,1410000001,みなと小児科,鈴木,given,,
f4,1,601,,2025-03-10,2025-05-20,DPT-IPV-Hib,X8,,0.5,,,1410000001,みなと小児科,鈴木,given,,
ROWS
w import doses "$work/dates.csv" >/dev/null
is "impossible dates: future, before birth and no day at all are held" 0 "$(sql "SELECT count(*) FROM dose WHERE source_id IN ('f1', 'f2', 'f3')")"
is "impossible dates: a dose given too soon happened, and is recorded" 1 "$(sql "SELECT count(*) FROM dose WHERE source_id = 'f4'")"
has "impossible dates: and explained" '"status":"not-valid"' "$(w show 601 --format json)"

# --- another person's papers in the envelope (Kamakura 2024)
for no in 601 602 603 604; do
	for format in csv html fhir portal json; do
		text=$(w export "$no" --format $format)
		for stranger in 601:鷲巣 602:獺越 603:榎並 604:鰐淵; do
			[ "${stranger%%:*}" = "$no" ] && continue
			lacks "mixed-up papers: $no as $format names nobody else" "${stranger##*:}" "$text"
		done
	done
done

# --- no record taken for "not vaccinated" (several cities)
text=$(w export 604 --format html)
has "unknown is not no: what a resident takes home says so" "does not mean" "$(echo "$text" | tr '\n' ' ')"

# --- who looked at me, and at nobody else (fear of misuse, 2022)
if has_users; then
	w officer add mother --uid 65521 --role resident --addressee 601 >/dev/null
	w show 601 >/dev/null
	text=$(as 65521 audit looks 601)
	is "who looked: a resident sees who looked at the own record" 0 $?
	has "who looked: the look is there" show "$text"
	has "who looked: with the officer" officer:1 "$text"
	as 65521 audit looks 602 >"$work/out"
	is "who looked: of nobody else" 1 $?
	lacks "who looked: not even that something is there" officer:1 "$(cat "$work/out")"
	as 65521 audit verify >/dev/null
	is "who looked: nor the log itself" 1 $?
	w resident protect 601 >/dev/null
	lacks "who looked: of a protected record the looks lead nowhere" officer:1 "$(as 65521 audit looks 601)"
else
	skip "a resident's account can be played by root only"
fi
stop
is "the node ends in order" 0 $?
finish
