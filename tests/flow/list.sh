#!/bin/bash
# A clerk's lists: a question written down, counted, released by a second officer, fetched as a file; and the
# incidents of towns that wrote to the wrong people (users' list 3.2), each by its name.
NAME=list
. "${top_srcdir:?}/tests/flow/node_lib.sh"
needs_users
today=2026-11-22
a() { as 65501 "$@"; }		# a clerk
b() { as 65502 "$@"; }		# a health officer

# Children who reach six before 2027-01-10 and around; 8001..: without a second dose of measles and rubella.
residents >"$work/residents.csv" <<'ROWS'
8001,,港 一,ミナト イチ,,2020-04-01,female,中区1,2020-04-01,,,,,0
8002,,港 二,ミナト ニ,,2020-04-02,male,中区2,2020-04-02,,,,,0
8003,,港 三,ミナト サン,,2021-04-01,female,西区1,2021-04-01,,,,,0
8004,,港 四,ミナト ヨン,,2021-04-02,male,西区2,2021-04-02,,,,,0
8005,,=cmd|' /C calc'!A0,ミナト ゴ,,2020-09-09,male,中区5,2020-09-09,,,,,0
8006,,港 六,ミナト ロク,,2020-10-10,female,中区6,2020-10-10,,,,2026-01-05,0
8007,,港 七,ミナト ナナ,,2020-11-11,male,中区7,2020-11-11,2026-03-31,,011002,,0
8008,,港 八,ミナト ハチ,,2020-12-12,female,XQZW-address,2020-12-12,,,,,1
8009,,港 九,ミナト キュウ,,2020-08-08,male,中区9,2025-04-01,,011002,,,0
8010,,𠮷田 十,ヨシダ トオ,,2020-07-07,female,中区10〜2,2020-07-07,,,,,0
8020,,港 祖父,ミナト ソフ,,1961-04-02,male,中区1,1990-01-01,,,,,0
8021,,港 祖母,ミナト ソボ,,1961-04-01,female,中区1,1990-01-01,,,,,0
8022,,港 叔父,ミナト オジ,,1962-04-01,male,中区1,1990-01-01,,,,,0
8023,,港 叔母,ミナト オバ,,1962-04-02,female,中区1,1990-01-01,,,,,0
8030,,港 新,ミナト シン,,2019-05-05,female,中区30,2026-11-01,,,,,0
ROWS
doses >"$work/doses.csv" <<'ROWS'
a1,1,8002,,2020-04-02,2021-05-12,MR,,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a2,1,8002,,2020-04-02,2026-05-12,MR,,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a3,1,8005,,2020-09-09,2021-10-12,MR,,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a4,1,8010,,2020-07-07,2021-10-12,MR,,,0.5,,,1410000001,みなと小児科,鈴木,given,,
a5,1,8003,,2021-04-01,2026-09-12,JE,,,0.5,,,1410000001,みなと小児科,鈴木,given,,
ROWS
w init --municipality 141003 >/dev/null
w officer add clerk-a --uid 65501 --role clerk >/dev/null
w officer add officer-b --uid 65502 --role health-officer >/dev/null
w officer add auditor-c --uid 65505 --role auditor >/dev/null
does "residents come in" w import residents "$work/residents.csv"
does "doses come in" w import doses "$work/doses.csv"
chmod 0711 "$node"
if start; then good; else bad "the node starts"; fi

# --- a question is written down
does "a clerk writes down a list" says "mr2" a list define mr2 --description '麻しん風しん2期の未接種者' --description-en 'MR stage 2, not given' --cohort 2020 --programme mr-2 --status due,overdue
has "as it can be typed again" "--cohort 2020 --programme mr-2 --status due,overdue" "$(cat "$work/out")"
does "a new list says what it is for" refused "what it is for" a list define other --age 6
does "and asks for somebody" refused "whole town" a list define other --description x
does "an age that is none is told" refused "expected an age" a list define other --description x --age six
does "a status needs its programme" refused "needs a programme" a list define other --description x --status due
does "a programme that is none is told" refused "no programme" a list define other --description x --programme mr-9 --status due
does "an auditor defines none" not as 65505 list define x --description x --age 6
does "but sees what is asked" as 65505 list names

# --- it is counted, and nobody is named
text=$(a list run mr2 --on 2027-01-10)
is "a run is done" 0 $?
csv=$(a list run mr2 --on 2027-01-10 --format csv | tr -d '\r')
count() { printf '%s\n' "$csv" | awk -F, -v p="$1" -v i="$2" '{ gsub(/"/, "") } $1 == p && $2 == i { print $4 }'; }
is "who needs the second dose" 3 "$(count list people)"
is "the dead are left out" 1 "$(count excluded dead)"
is "those who left too" 1 "$(count excluded departed)"
is "and who is protected" 1 "$(count excluded protected)"
is "whose town has not answered is apart" 1 "$(count apart incomplete)"
has "the reference day stands on it" "2027-01-10" "$text"
has "ages are drawn" "#" "$text"
has "in Japanese too" "基準日の年齢" "$(lang=ja a list run mr2 --on 2027-01-10)"
lacks "nobody is named" "ミナト" "$text"
lacks "nor numbered" 8005 "$text"
does "without a reference day there is no run" refused "names no reference day" a list run mr2
does "a list that is none" refused "no list is called so" a list run nobody --on 2027-01-10

# --- what is due, of some and of all; 8001 and 8030 are at school, of 8008 only that it is shut
due() { a due --as-of 2027-01-10 --programme mr-2 --format csv "$@" | tr -d '\r"' | tail -n +2 | cut -d , -f 1,6 | sort | tr '\n' ' '; }
is "to whom the second dose is due" "8003,mr-2 8004,mr-2 8005,mr-2 8008, 8009,mr-2 8010,mr-2 " "$(due)"
is "of a cohort" "8003,mr-2 8005,mr-2 8008, 8009,mr-2 8010,mr-2 " "$(due --cohort 2020)"
is "of an age" "8005,mr-2 8008, 8009,mr-2 8010,mr-2 " "$(due --age 6)"
is "girls of it" "8008, 8010,mr-2 " "$(due --sex female --age 6)"
is "of an age that nobody has" "" "$(due --age 140)"
does "an age that is none is told here too" refused "expected an age" a due --age six

# --- Aomori: April 2 to April 1, not April 1 to March 31
a list define school --description '就学前年' --cohort 2020 >/dev/null
csv=$(a list run school --on 2027-01-10 --format csv | tr -d '\r')
is "born on April 1 at either end" 5 "$(count list people)"	# 8002 8003 8005 8009 8010
a list define zoster --description '帯状疱疹' --turns 65 >/dev/null
csv=$(a list run zoster --on 2026-04-01 --format csv | tr -d '\r')
is "who turns 65 in the fiscal year" 2 "$(count list people)"	# 8020 8022

# --- Minato 2021: no lowest age.  Tachikawa 2023: a reference day of another year.  Yukuhashi 2021: a wrong era.
a list define newcomers --description '転入者' --arrived-since 2026-10-01 --on 04-01+1 >/dev/null
text=$(a list run newcomers)
has "a list without a lowest age says so" "no lowest age" "$text"
has "a reference day of another fiscal year too" "another fiscal year" "$text"
has "the day follows the fiscal year" "2027-04-01" "$text"
csv=$(a list run newcomers --format csv | tr -d '\r')
is "who came is on it" 1 "$(count list people)"
a list define wrong-era --description 'x' --born 2021-04-02..2026-12-31 >/dev/null
has "ages are shown before anything is released" " 5        1 #" "$(a list run wrong-era --on 2026-11-22)"

# --- a birth that is known to the year alone is neither on a list nor off it
w resident correct 8030 --birth-date 2026 --reason 'found without papers' >/dev/null
a list define babies --description x --age 0 >/dev/null
csv=$(a list run babies --on 2026-11-22 --format csv | tr -d '\r')
is "perhaps not even born is apart" 1 "$(count apart birth-date)"
is "and not on the list" 0 "$(count list people)"

# --- Hikone 2022: a month of a clinic is missing
sql "INSERT OR REPLACE INTO clinic_month (muni, code, month, n_new, n_changed, n_held) VALUES
	(1, '1410000001', 2026 * 12 + 6, 5, 0, 0), (1, '1410000001', 2026 * 12 + 7, 5, 0, 0),
	(1, '1410000001', 2026 * 12 + 8, 5, 0, 0), (1, '1410000002', 2026 * 12 + 9, 5, 0, 0)"
has "a month of a clinic of which nothing came is told" "1410000001 2026-10" "$(a list run mr2 --on 2027-01-10)"
lacks "one before the first is missed by nobody" "1410000002 2026-09" "$(a list run mr2 --on 2027-01-10)"

# --- category B is not urged
has "who urges is reminded of the Act" "art. 8" "$(a list run mr2 --on 2027-01-10 --purpose reminder)"
lacks "who informs is not" "art. 8" "$(a list run mr2 --on 2027-01-10)"

# --- a second officer releases it
text=$(a list release mr2 --on 2027-01-10 --purpose reminder --reason '11月の再勧奨')
is "a release waits" 1 $?
has "for a second officer" "approval 1" "$text"
is "nothing is released" 0 "$(sql 'SELECT count(*) FROM release')"
mkdir "$work/a" && chown 65501 "$work/a"
a list fetch "$work/a/none.csv" --release 1 >/dev/null
is "and nothing can be fetched" 1 $?
[ ! -e "$work/a/none.csv" ] && good || bad "no file is left"
does "the clerk cannot give it" not a approval give 1
has "the officer sees whom it is about in numbers" "2027-01-10" "$(b approval show 1)"
lacks "and nobody by name" "ミナト" "$(b approval show 1)"

# --- it changed meanwhile: refused
w dose add 8010 --vaccine MR --given-on 2026-11-20 >/dev/null
does "what is no longer what was proposed is not released" refused "no longer" b approval give 1
does "the clerk takes it back" a approval withdraw 1
a list release mr2 --on 2027-01-10 --purpose reminder --reason '11月の再勧奨' >/dev/null
does "and it is given" b approval give 2
is "two are on it" 2 "$(sql 'SELECT count FROM release')"
does "the clerk fetches the file" a list fetch "$work/a/mr2.csv" --release 1
file=$(cat "$work/a/mr2.csv")
has "who needs it is on it" '"8003"' "$file"
has "with the address" '西区1' "$file"
has "the age on the day" '"2021-04-01","5","2027-01-10"' "$file"
lacks "and nobody else" '"8002"' "$file"
lacks "no protected address" XQZW "$file"
lacks "a name is no formula" '"=cmd' "$file"
hash=$(sha256sum "$work/a/mr2.csv" | cut -d' ' -f1)
is "the file is the one that was approved" "$hash" "$(sql 'SELECT lower(hex(hash)) FROM release')"
sql "SELECT detail FROM audit WHERE action IN ('list release', 'list fetch')" >"$work/log.txt"
has "the log names list, version, day, law, count and hash" "release 1: mr2 v1, 2027-01-10, law" "$(cat "$work/log.txt")"
has "of the file" "reminder, 2, sha256:$hash" "$(cat "$work/log.txt")"
has "and each person has the trace" "list fetch" "$(w audit looks 8003)"
does "CP932 too" a list fetch "$work/a/sjis.csv" --release 1 --encoding cp932
has "which Windows reads" '西区1' "$(iconv -f CP932 -t UTF-8 "$work/a/sjis.csv")"
does "a file that is there is not written over" not a list fetch "$work/a/mr2.csv" --release 1

# --- what is frozen stays frozen; who died or is protected since is not written to
w resident correct 8005 --address 南区99 --reason moved >/dev/null
does "again" a list fetch "$work/a/again.csv" --release 1
is "the same bytes" "$hash" "$(sha256sum "$work/a/again.csv" | cut -d' ' -f1)"
w resident protect 8003 >/dev/null
does "a file with somebody protected since is not written" refused "come under protection since" a list fetch "$work/a/x.csv" --release 1
does "without them it is" says "left out" a list fetch "$work/a/y.csv" --release 1 --leave-out
lacks "without the address" '西区1' "$(cat "$work/a/y.csv")"
has "the list of releases" mr2 "$(a list released)"

# --- unknown is never no: those apart are a list of their own
a list release mr2 --on 2027-01-10 --purpose work --apart --reason '照会の催促' >/dev/null
b approval give 3 >/dev/null
does "the people apart" a list fetch "$work/a/apart.csv" --release 2
has "with why" '"8009"' "$(cat "$work/a/apart.csv")"
has "they are apart" '"incomplete"' "$(cat "$work/a/apart.csv")"

# --- a list grows versions, and a closed one is not run
a list define mr2 --description-en 'MR 2' >/dev/null
is "two versions" 2 "$(a list show mr2 --format csv | grep -c '"mr2"\|^mr2')"
a list define mr2 --closed >/dev/null
does "closed" refused closed a list run mr2 --on 2027-01-10
does "an older version still runs" a list run mr2 --on 2027-01-10 --version 1

# --- a list that ends at a ceiling is not taken for all there is
find() { # find LANG FORMAT: rows into $work/rows, the rest into $work/beside
	"$watashi" --node "$node" --lang "$1" --today "$today" resident find --birth-date 2021-07-07 --format "$2" \
		>"$work/rows" 2>"$work/beside"
}
for n in $(seq 50); do echo "$((8100 + n)),,港 子,ミナト コ,,2021-07-07,female,中区1,2021-07-07,,,,,0"; done |
	residents >"$work/many.csv"
w import residents "$work/many.csv" >/dev/null
find en text
is "fifty are all" "" "$(grep more "$work/rows")"
echo "8199,,港 子,ミナト コ,,2021-07-07,female,中区1,2021-07-07,,,,,0" | residents >"$work/one.csv"
w import residents "$work/one.csv" >/dev/null
find en text
is "of fifty-one people are told that there are more" "… and more: say more of the name, or the birth date" "$(tail -1 "$work/rows")"
find ja text
is "in Japanese" "… ほかにもあります：氏名をより詳しく、または生年月日を指定してください" "$(tail -1 "$work/rows")"
find en csv
is "the file of rows holds rows alone" 51 "$(grep -c . "$work/rows")"
is "its reader is told beside it" "watashi: … and more: say more of the name, or the birth date" "$(cat "$work/beside")"
find en json
is "the last object of JSON says so" "50 true" "$(jq -r '"\(length) \(.[-1].more)"' "$work/rows")"
is "and no other" 1 "$(grep -c '"more":true' "$work/rows")"
stop
does "the log is whole" w audit verify
finish
