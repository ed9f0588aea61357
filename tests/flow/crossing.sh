#!/bin/bash
# A crossing on real parts, told as checks: what must arrive, what must not, and what bad
# input gets.  Three nodes and the network, real TLS, real processes.
NAME=flow
# shellcheck source=tests/flow/town_lib.sh
. "${top_srcdir:?}/tests/flow/town_lib.sh"

register() { # every statement of a person, without what differs between runs
	watashi "$1" show "$2" --format json | tr ',{}' '\n\n\n' |
		grep -E '"(date|vaccine|originMunicipality|sourceMunicipality|lot)"' | sort
}

towns_make || { echo "the towns could not be made"; echo "0 passed, 1 failed"; exit 1; }
towns_start || { tail -n 5 "$story"/*.log; echo "0 passed, 1 failed"; exit 1; }
"$top/scripts/make-town" --seed 11 --residents 12 --municipality $yokohama --out "$story/town" >/dev/null
is "residents of the old town are taken in" watashi $yokohama import residents "$story/town/residents.csv"
is "their doses are taken in" watashi $yokohama import doses "$story/town/doses.csv"
count() { watashi "$1" import doses "$2" --format csv | last "$3"; }
unchanged() { [ "$(count $yokohama "$story/town/doses.csv" new)" = 0 ] && [ "$(count $yokohama "$story/town/doses.csv" corrected)" = 0 ]; }
is "the same file twice changes nothing" unchanged
is "the copies arrive at the intermediary server" within 120 copies_arrived $yokohama

# ---- bad input: one message that names place and reason, nothing lost ----

header=$(head -n 1 "$story/town/doses.csv")
birth=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } $c["addressee_no"] == 9001 { print $c["birth_date"] }' "$story/town/residents.csv")
row() { # row SOURCE_ID VERSION ADDRESSEE BIRTH DAY VACCINE LOT
	echo "$1,$2,$3,,$4,$5,$6,$7,,0.5,left-arm,subcutaneous,1410009,flow clinic,,given,,"
}
file() {
	echo "$header"
	cat
}
row b1 1 9001 "$birth" 2026-02-30 BCG L1 | file >"$story/day.csv"
is "an impossible day is held, not lost" ends 1 "held *1" watashi $yokohama import doses "$story/day.csv"
row b2 1 9001 "$birth" 2026-10-01 NOSUCH L1 | file >"$story/vaccine.csv"
is "an unknown vaccine is held" ends 1 "held *1" watashi $yokohama import doses "$story/vaccine.csv"
row b3 1 9001 2001-01-01 2026-10-01 BCG L1 | file >"$story/birth.csv"
is "a birth date that differs is held" ends 1 "held *1" watashi $yokohama import doses "$story/birth.csv"
row b4 1 9001 "$birth" 2026-10-01 BCG L1 | file >"$story/once.csv"
row b4 1 9001 "$birth" 2026-10-02 BCG L1 | file >"$story/twice.csv"
is "a dose is recorded" ends 0 "new *1" watashi $yokohama import doses "$story/once.csv"
is "the same id with other content is held" ends 1 "held *1" watashi $yokohama import doses "$story/twice.csv"
is "the held rows say why" ends 0 "given_on: not-a-day" watashi $yokohama held list
is "the held rows name the vaccine column" ends 0 "vaccine: unknown-code" watashi $yokohama held list
is "--strict refuses the file and names the row" ends 1 "row 2" watashi $yokohama import doses "$story/day.csv" --strict
head -c 400 "$story/town/doses.csv" >"$story/cut.csv"
is "a cut file is refused whole" ends 1 "line" watashi $yokohama import doses "$story/cut.csv"
iconv -f UTF-8 -t EUC-JP "$story/town/residents.csv" >"$story/eucjp.csv"
is "a file in another encoding is refused" ends 1 "CP932" watashi $yokohama import residents "$story/eucjp.csv"
iconv -f UTF-8 -t CP932 "$story/town/residents.csv" >"$story/cp932.csv"
is "a file in CP932 is read and changes nothing" ends 0 "new *0" watashi $yokohama import residents "$story/cp932.csv"
sed 's/^addressee_no,/addressee,/' "$story/town/residents.csv" >"$story/column.csv"
is "a misspelt column refuses the file" ends 1 "column 1" watashi $yokohama import residents "$story/column.csv"
bad_number() {
	awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; print; next }
	$c["addressee_no"] == 9001 { n = $c["my_number"]; d = substr(n, 12); $c["my_number"] = substr(n, 1, 11) (d + 1) % 10; print }' "$story/town/residents.csv"
}
bad_number >"$story/number.csv"
is "a wrong check digit is held" ends 1 "held *1" watashi $yokohama import residents "$story/number.csv"
is "init refuses a wrong municipality code" ends 1 "check digit" \
	"$bin/watashi" --lang en init --node "$story/nowhere" --municipality 141004
is "a ticket with a wrong digit is refused" ends 1 "check digit" watashi $yokohama check --ticket 111111111111 --birth-date 2020-01-01
is "nobody is found under an unknown number" ends 1 "nobody" watashi $yokohama show 4711

# ---- protection ----

watashi $yokohama copy verify >/dev/null
compared() { watashi $yokohama copy verify --format csv | grep -q '^.*intermediary,verified'; }
is "the intermediary's own list agrees with the register" within 60 compared
is "other destinations say that they are not connected" ends 0 "pmh *not-connected" watashi $yokohama copy verify
is "a resident is protected" watashi $yokohama resident protect 1003
is "a protected record shows only that" ends 0 "protected" watashi $yokohama show 1003
hidden() {
	local name
	name=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } $c["addressee_no"] == 1003 { print $c["name"] }' "$story/town/residents.csv")
	not grep -q "$name" <(watashi $yokohama show 1003; watashi $yokohama due; watashi $yokohama export 1003 --format html)
}
is "its name stands in no view, list or export" hidden
is "the copy of a protected resident is taken away" within 60 copies_arrived $yokohama

# ---- the crossing ----

arrive "$story/town/residents.csv" $yokohama 2026-11-16 札幌市中央区 9001=5101 9002=5102 9003=5103 9004=5104 1003=5105 1004=5106 >"$story/sapporo.csv"
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } $c["addressee_no"] == 5101 { print $c["my_number"] }' \
	"$story/sapporo.csv" >"$story/number"
is "somebody who is not in the register's file yet waits" ends 0 "waits-for-register" \
	watashi $sapporo move-in --my-number-from "$story/number" --name "渡瀬 空" --kana "ワタセ ソラ" \
	--birth-date "$birth" --sex female --from $yokohama --on 2026-11-16
is "nobody is asked on a clerk's word alone" ends 0 "nothing" watashi $sapporo queue
is "the register's file is taken in" watashi $sapporo import residents "$story/sapporo.csv"
is "who waited is asked about by itself" within 60 stands $sapporo 5101 applied
is "the others are asked about and answered" watashi $sapporo inquire 5102 5103 5104 --wait=60
same() { diff <(register $yokohama "$1" | sed 's/"sourceMunicipality.*//' | sort) <(register $sapporo "$2" | sed 's/"sourceMunicipality.*//' | sort); }
for pair in 9001:5101 9002:5102 9003:5103 9004:5104; do
	is "every dose of ${pair%:*} arrives with its origin" same "${pair%:*}" "${pair#*:}"
done
is "a protected person's copy is not to be had" ends 0 "no-data" watashi $sapporo inquire 5105 --wait=60
is "asking again changes nothing" watashi $sapporo inquire 5102 --wait=60
is "and doubles nothing" same 9002 5102
arrive "$story/sapporo.csv" $sapporo 2026-11-20 函館市 5101=301 5102=302 >"$story/hakodate.csv"
is "residents of the third town are taken in" watashi $hakodate import residents "$story/hakodate.csv"
is "Sapporo's copies arrive" within 60 copies_arrived $sapporo
# What came of the day's questions, by municipality: every question once, none under another word.
asked_on=$(TZ=Asia/Tokyo date +%F)
report=$(watashi $sapporo inquiry report --on "$asked_on" --format csv | tr -d '\r')
questions=$(sqlite3 "file:$story/node-$sapporo/watashi.db?mode=ro" "SELECT count(*) FROM inquiry")
column() { # column NAME: its place in the report
	head -1 <<<"$report" | sed 's/^\xef\xbb\xbf//' | tr , '\n' | grep -nx "$1" | cut -d: -f1
}
counted() { # counted WHICH: the sum of the rows with (1) or without (0) a municipality
	awk -F, -v c="$(column count)" -v p="$(column provider)" -v which="$1" 'NR > 1 && ($p != "") == which { n += $c } END { print n + 0 }' <<<"$report"
}
is "the day's report counts every question" [ "$questions $questions" = "$(counted 1) $(counted 0)" ]
is "those answered" grep -q "answered" <<<"$report"
is "and those of whom nothing is known, which is not no" grep -q "nothing-known" <<<"$report"
is "a day without questions has no rows" [ "$(watashi $sapporo inquiry report --on 2020-01-01 --format csv | grep -c .)" -eq 1 ]

is "the third town asks the second" watashi $hakodate inquire 301 302 --wait=60
relayed() { diff <(register $yokohama "$1" | sed 's/"sourceMunicipality.*//' | sort) <(register $hakodate "$2" | sed 's/"sourceMunicipality.*//' | sort); }
is "what was given in the first arrives with its true origin" relayed 9001 301

# ---- what is corrected after it was told ----

corrected() {
	awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; print $0, "product_name", "dose_no"; next }
	$c["addressee_no"] == 9001 && !n++ { $c["source_version"]++; $c["lot"] = "CORRECTED1"; print $0, "Name on the label", 2 }' "$story/town/doses.csv"
}
corrected >"$story/corrected.csv"
told() { watashi $yokohama records outdated --format csv | grep -q '^"*9001"*,'; }
lot_came() { watashi "$1" show "$2" --format json | grep -q CORRECTED1; }
corrections() { # corrections TOWN ADDRESSEE STATE N: so many corrections about the person stand so
	[ "$(watashi "$1" correction list "$2" --format csv | grep -c ",$3,")" = "$4" ]
}
ledger() { [ "$(watashi "$1" correction told "$2" --format csv | grep -c "^[^r]")" -gt 0 ]; }
# The three towns are a ring: Yokohama told Sapporo, Sapporo Hakodate, and Hakodate Yokohama, where 9001 is back.
arrive "$story/hakodate.csv" $hakodate 2026-11-21 横浜市 301=9001 >"$story/back.csv"
is "one comes back to the first town" watashi $yokohama import residents "$story/back.csv"
is "Hakodate's copies arrive" within 60 copies_arrived $hakodate
is "the first town asks the third" watashi $yokohama inquire 9001 --wait=60
is "nothing told is outdated" not told
is "the ledger says what Yokohama told" within 60 ledger $yokohama 9001
is "and what Sapporo passed on" within 60 ledger $sapporo 5101
is "and what Hakodate passed on" within 60 ledger $hakodate 301
is "a dose that was told on is corrected" ends 0 "corrected *1" watashi $yokohama import doses "$story/corrected.csv"
is "who was told the old is listed" within 30 told
is "the correction reaches who was told" within 90 lot_came $sapporo 5101
is "and whom that town told" within 90 lot_came $hakodate 301
said() { watashi "$1" show "$2" --format json | grep -q '"productName":"Name on the label".*"doseNumber":2'; }
is "with what the product was called and which dose it was" said $sapporo 5101
is "in the third town too" said $hakodate 301
is "its receipt names the version there" within 90 corrections $yokohama 9001 applied 1
is "and so does the receipt of the relayed one" within 90 corrections $sapporo 5101 applied 1
is "where it comes from nobody is told" corrections $hakodate 301 applied 0
withdrawn() {
	awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; print; next }
	$c["addressee_no"] == 9001 && !n++ { $c["source_version"] += 2; $c["status"] = "withdrawn"; $c["reason"] = "entered twice"; print }' "$story/town/doses.csv"
}
withdrawn >"$story/withdrawn.csv"
is "the dose is withdrawn" ends 0 "withdrawn *1" watashi $yokohama import doses "$story/withdrawn.csv"
is "the withdrawal goes the same way" within 90 corrections $yokohama 9001 applied 2
is "and further" within 90 corrections $sapporo 5101 applied 2
is "the corrected copy arrives" within 60 copies_arrived $yokohama
is "the asker asks again" watashi $sapporo inquire 5101 --wait=60
is "and that doubles nothing" corrections $yokohama 9001 applied 2
is "then nobody holds the old any more" within 60 not told

# ---- what a stranger gets ----

chmod 711 "$story" "$story/node-$sapporo"
if [ "$(id -u)" -eq 0 ]; then
	is "an unmapped user is refused" ends 1 "role" \
		setpriv --reuid 65534 --regid 65534 --clear-groups "$bin/watashi" --lang en --node "$story/node-$sapporo" show 5101
else
	echo "SKIP an unmapped user can be played by root only"
fi
control stop >/dev/null 2>&1
wait "$network_pid" 2>/dev/null
waits() { watashi $sapporo inquire 5106 >/dev/null; sleep 3; watashi $sapporo doctor | grep -q "^network *no"; }
is "without its network the node says so and waits" waits
is "and still shows what it holds" ends 0 "渡瀬" watashi $sapporo show 5101
is "the network comes back" network_start
is "and what waited completes by itself" within 90 stands $sapporo 5106 applied
scan() {
	numbers_of "$story/town/residents.csv" >"$story/numbers"
	mkdir -p "$story/logs" && cp "$story"/*.log "$story"/net/*.log "$story/logs"
	"$bin/tests/flow/scan_numbers" "$story/numbers" "$story/capture" "$story/logs"
}
is "one number in each code request, none anywhere else" scan
is "the scanner sees every form it looks for" "$bin/tests/flow/scan_numbers" --plant "$story/numbers"
sealed() { not grep -aqF -f "$story/numbers" "$story"/node-*/watashi.db*; }
is "no database holds a number in the clear" sealed
for town in $yokohama $sapporo $hakodate; do
	is "the audit log of $town is whole" watashi "$town" audit verify
done

finish
