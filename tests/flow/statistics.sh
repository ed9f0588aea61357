#!/bin/bash
# Statistics of an invented town, compared with a slow recount: doses from what was imported and from every record
# shown one by one, coverage from the forecasts of these records.
NAME=statistics
. "${top_srcdir:?}/tests/flow/node_lib.sh"
command -v jq >/dev/null || { echo "SKIP statistics: the program jq is missing"; exit 77; }
today=2026-11-22
people=60

"$top/scripts/make-town" --residents $people --out "$work/town" >/dev/null
w init --municipality 141003 >/dev/null
w import residents "$work/town/residents.csv" >/dev/null
w import doses "$work/town/doses.csv" >/dev/null
if start; then good; else bad "the node starts"; fi
rows=$(w statistics doses --from 2020-04-01 --until 2026-11-22 --by fiscal-year --format csv | tr -d '\r"' | tail -n +2)

# --- by vaccine: what was imported
awk -F, 'NR > 1 && $7 != "" {
	y = substr($6, 1, 4); if (substr($6, 6, 2) < "04") y--
	n[y "," $7]++
} END { for (k in n) print k "," n[k] }' "$work/town/doses.csv" | sort >"$work/imported"
printf '%s\n' "$rows" | awk -F, '$2 != "" && $3 == "" && $6 > 0 { print $1 "," $2 "," $6 }' | sort >"$work/counted"
[ -s "$work/counted" ] && good || bad "vaccines are counted"
is "doses by fiscal year and vaccine are those that were imported" "" "$(diff "$work/imported" "$work/counted" | head -5)"
is "vaccines add up to the year" "" "$(printf '%s\n' "$rows" | awk -F, '
	$2 == "" { total[$1] = $6 } $2 != "" && $3 == "" { sum[$1] += $6 }
	END { for (y in total) if (total[y] != sum[y]) print y, total[y], sum[y] }')"
months=$(w statistics doses --from 2020-04-01 --until 2026-11-22 --format csv | tr -d '\r"' | tail -n +2)
is "months add up to fiscal years" "" "$( (printf '%s\n' "$rows" | awk -F, '{ print "y," $0 }'; printf '%s\n' "$months" |
	awk -F, '{ print "m," $0 }') | awk -F, '
	$1 == "y" { y[$2 "," $3 "," $4 "," $5 "," $6] = $7 }
	$1 == "m" { fy = substr($2, 1, 4); if (substr($2, 6, 2) < "04") fy--; m[fy "," $3 "," $4 "," $5 "," $6] += $7 }
	END { for (k in y) if (y[k] != m[k]) print k, y[k], m[k]; for (k in m) if (!(k in y)) print k }')"

# --- by programme and number: every record shown
for no in $(sql 'SELECT addressee_no FROM person ORDER BY addressee_no'); do
	w show "$no" --as-of 2026-11-22 --format json
done >"$work/shown" 2>&1
jq -rs '.[] | .schedule.doses[] | select(.date >= "2020-04-01") | . as $d | .credits[] |
	[(if ($d.date[5:7] | tonumber) < 4 then ($d.date[0:4] | tonumber) - 1 else $d.date[0:4] | tonumber end),
	$d.vaccine, .programme, .status, (.dose // 0)] | join(",")' "$work/shown" | sort | uniq -c |
	awk '{ print $2 "," $1 }' | sort >"$work/recount"
printf '%s\n' "$rows" | awk -F, '$3 != "" && $6 > 0 { print $1 "," $2 "," $3 "," $4 "," ($5 == "" ? 0 : $5) "," $6 }' |
	sort >"$work/credits"
[ "$(wc -l <"$work/credits")" -gt 50 ] && good || bad "programmes and numbers are counted" "$(head -3 "$work/credits")"
is "credits are those of the records one by one" "" "$(diff "$work/recount" "$work/credits" | head -5)"

# --- coverage: the forecasts of the same records
cover=$(w statistics coverage --on 2026-11-22 --format csv | tr -d '\r"' | tail -n +2)
jq -rs '.[] | select(.person.diedOn == null) | select([.person.residences[] | select(.until == null)] | length > 0) |
	([.knownFrom[] | select(.state != "answered")] | length > 0) as $missing |
	(.person.birthDate[0:4] | tonumber) as $y |
	(if .person.birthDate[5:10] < "04-02" then $y - 1 else $y end) as $cohort |
	.schedule.forecasts[] | [$cohort, .programme,
	(if .status == "complete" then "complete" elif .status == "exempt" then "exempt"
	elif .status == "not-eligible" then "never" elif $missing then "incomplete"
	elif .status == "closed" then "closed" elif .status == "review" then "review" else "open" end)] | join(",")' \
	"$work/shown" | sort | uniq -c | awk '{ print $2 "," $1 }' | sort >"$work/statuses"
printf '%s\n' "$cover" | awk -F, '{ split("complete,open,closed,incomplete,exempt,review,never", name, ",")
	for (i = 1; i <= 7; i++) if ($(4 + i) > 0) print $1 "," $2 "," name[i] "," $(4 + i) }' | sort >"$work/coverage"
[ "$(wc -l <"$work/coverage")" -gt 50 ] && good || bad "coverage is counted" "$(head -3 "$work/coverage")"
# A programme that never was for anybody of a cohort has no row.
awk -F, 'FNR == NR { if ($3 != "never") has[$1 "," $2]; next } ($1 "," $2) in has' "$work/statuses" "$work/statuses" |
	sort >"$work/expected"
is "coverage is that of the records one by one" "" "$(diff "$work/expected" "$work/coverage" | head -5)"
is "columns add up to the total, and the denominator leaves out whom it never was for" "" "$(printf '%s\n' "$cover" |
	awk -F, '$4 != $5 + $6 + $7 + $8 + $9 + $10 + $11 || $12 != $4 - $11 { print }' | head -3)"
is "the percentage is of the denominator" "" "$(printf '%s\n' "$cover" | awk -F, '$12 > 0 {
	p = int($5 * 1000 / $12 + 0.5) / 10; if (sprintf("%.1f", p) != $13) print }' | head -3)"

# --- protected people are counted; small counts do not leave the office
no=$(sql 'SELECT addressee_no FROM person WHERE died_on IS NULL AND id IN (SELECT person FROM dose) LIMIT 1')
w resident protect "$no" >/dev/null
is "who is protected is counted like everybody" "$rows" "$(w statistics doses --from 2020-04-01 --until 2026-11-22 --by fiscal-year --format csv | tr -d '\r"' | tail -n +2)"
is "in coverage too" "$cover" "$(w statistics coverage --on 2026-11-22 --format csv | tr -d '\r"' | tail -n +2)"
out=$(w statistics doses --from 2020-04-01 --until 2026-11-22 --by fiscal-year --publish --format csv | tr -d '\r"' | tail -n +2)
is "no small count is published" "" "$(printf '%s\n' "$out" | awk -F, '$6 != "" && $6 > 0 && $6 < 5 { print }' | head -3)"
has "but said to be hidden" "hidden" "$out"
is "and no sum tells the one that is hidden" "" "$(printf '%s\n' "$out" | awk -F, '
	$2 != "" && $3 == "" { if ($8 == "hidden") h[$1]++; n[$1]++ } $2 == "" { t[$1] = $6 }
	END { for (y in h) if (h[y] == 1 && n[y] > 1 && t[y] != "") print y }')"
out=$(w statistics coverage --on 2026-11-22 --publish --format csv | tr -d '\r"' | tail -n +2)
is "nor in coverage" "" "$(printf '%s\n' "$out" | awk -F, '{ for (i = 5; i <= 11; i++) if ($i != "" && $i > 0 && $i < 5) print }' | head -3)"
does "a day is needed" not w statistics coverage
stop
finish
