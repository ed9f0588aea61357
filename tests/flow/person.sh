#!/bin/bash
# One person under two numbers: found by rule or by an officer, compared, merged by two officers, parted again; nothing
# is moved, so that each record stands after it as before.
NAME=person
. "${top_srcdir:?}/tests/flow/node_lib.sh"
needs_users

# Everything that is on record about somebody, as the program says it.
record() {
	w show "$1" --format json
	w export "$1" --format csv
	w export "$1" --format fhir
	w ticket list "$1" --format json
	w guardian list "$1" --format json
}
doses_of() {
	w show "$1" --format json | tr '{' '\n' | grep -c '"status":"given"'
}
pair_of() { # pair_of ADDRESSEE [OTHER]
	w person duplicates "$1" --all --format json | tr '{' '\n' | grep "\"$1\".*\"${2:-}\|\"${2:-}.*\"$1\"" | sed -n 's/.*"duplicateNo":\([0-9]*\).*/\1/p' | tail -1
}
merge() { # merge PAIR WORDS...: by two officers
	w person merge "$@" --reason "the same child" >"$work/proposed" 2>&1
	local n
	n=$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$work/proposed" | tail -1)
	[ -n "$n" ] || { cat "$work/proposed"; return 1; }
	as 65534 approval give "$n"
}

w init --municipality 141003 >/dev/null
start || { bad "the node starts" "$(tail -3 "$log")"; finish; }
w officer add second --uid 65534 --role health-officer >/dev/null
w officer add protecting --uid 65533 --role protecting-officer >/dev/null
w officer add protecting2 --uid 65532 --role protecting-officer >/dev/null
w officer add clinic --uid 65531 --role clinic >/dev/null

resident() { # resident NUMBER NAME KANA BIRTH SEX WORDS...
	local n=$1 name=$2 kana=$3 birth=$4 sex=$5
	shift 5
	w resident add "$n" --name "$name" --kana "$kana" --birth-date "$birth" --sex "$sex" --from "$birth" "$@" >/dev/null
}

# --- found
resident 101 渡瀬陽翔 'ワタセ ハルト' 2025-01-10 male --address 'みなと町1'
resident 102 渡瀬陽翔 'わたせ はると' 2025-01-10 male --address 'みなと町1' --registration birth-stay --basis 里帰り
has "the same name and birth date is found" '"foundBy":"name"' "$(w person duplicates --format json)"
has "said in Japanese" "氏名と生年月日が同じです" "$(lang=ja; w person duplicates)"
resident 103 渡瀬優斗 'ワタセ ユウト' 2025-01-10 male --address 'みなと町1'
is "a twin is not" 1 "$(w person duplicates --format json | grep -o '"duplicateNo"' | wc -l)"
resident 104 港花 'ミナト ハナ' 2025-02-01 female --address 'さくら町2'
resident 105 川花 'カワ ハナ' 2025-02-01 female --address 'さくら町2'
has "another family name at one address is" '"foundBy":"given-name"' "$(w person duplicates 104 --format json)"
resident 106 森空 'モリ ソラ' 2025-03-12 male
resident 107 林空 'ハヤシ ソラ' 2025-03-12 male
is "without the address nothing speaks for it" "" "$(w person duplicates 107 --format csv | tail -n +2)"
w resident correct 107 --other-name 森空 --other-kana 'モリ ソラ' --other-kind earlier --reason 改姓 >/dev/null
has "a name of before does" '"foundBy":"other-name"' "$(w person duplicates 107 --format json)"
resident 108 谷海 'タニ ウミ' 2025-04-12 female --address 'うみ町3'
resident 109 谷海 'タニ ウミ' 2025-12-04 female --address 'うみ町3'
has "day and month changed places" '"foundBy":"birth-slip"' "$(w person duplicates 109 --format json)"
resident 113 峰雲 'ミネ クモ' 2025-04-05 female --household 7001 --address 'みね町1'
resident 114 峰雲 'ミネ クモ' 2025-05-04 female --household 7001 --address 'みね町8'
has "in one household at two addresses" '"foundBy":"birth-slip"' "$(w person duplicates 114 --format json)"
resident 115 峰雲 'ミネ クモ' 2025-04-15 female --address 'たに町1'
is "read alike alone says nothing" "" "$(w person duplicates 115 --format csv | tail -n +2)"
resident 110 岸月 'キシ ツキ' 2025-05-05 unknown
resident 111 岡星 'オカ ホシ' 2025-06-06 unknown
does "an officer flags two" says officer w person flag 110 --other 111 --reason "the mother says so" --format json
does "twice is none" refused "listed already" w person flag 111 --other 110 --reason x
does "nor one record" refused "one record cannot be two" w person flag 110 --other 110 --reason x
does "nor nobody" refused "nobody is registered" w person flag 110 --other 999 --reason x
two=$(pair_of 110)
does "two people, an officer says" says two-people w person distinct "$two" --reason "both were seen" --format json
is "listed no more" "" "$(w person duplicates 110 --format csv | tail -n +2)"
six=$(pair_of 106)
w person distinct "$six" --reason cousins >/dev/null
w resident correct 107 --address 'もり町9' --reason moved >/dev/null
is "and no rule lists it anew" "" "$(w person duplicates 107 --format csv | tail -n +2)"
does "no merge against that" refused "two people: flag them anew" w person merge "$six" --keep A --reason x
does "flagged anew it may be" says undecided w person flag 106 --other 107 --reason "seen again" --format json

# --- compared
w dose add 101 --vaccine BCG --given-on 2025-06-10 --source clinic --clinic-code 1410000001 --lot B1 >/dev/null
w dose add 102 --vaccine BCG --given-on 2025-06-10 --source handbook >/dev/null
w dose add 101 --vaccine HepB --given-on 2025-03-10 --source clinic --clinic-code 1410000001 >/dev/null
w dose add 102 --vaccine HepB --given-on 2025-04-14 --source handbook >/dev/null
w guardian add 102 --name 母 --relation parent --basis 戸籍 --from 2025-01-10 >/dev/null
ticket=$(w ticket issue 102 --format json | sed -n 's/.*"ticketNo":"\([0-9]*\)".*/\1/p')
one=$(pair_of 101)
w person compare "$one" --format json >"$work/compare"
has "the dose told by both" '"item":"2025-06-10"' "$(cat "$work/compare")"
has "and that they may be one" '"state":"one"' "$(cat "$work/compare")"
has "what only one knows" '"item":"2025-04-14"' "$(cat "$work/compare")"
has "what differs" '"item":"registration","text":"registered as","a":"resident","b":"birth-stay","state":"differs"' "$(cat "$work/compare")"
has "in Japanese" "生年月日" "$(lang=ja; w person compare "$one")"
does "of no pair" refused "no pair of this number" w person compare 999
is "two looks, a row for each record" 2 "$(w audit looks 102 --format json | grep -c 'person compare')"

# --- merged
record 101 >"$work/101"
record 102 >"$work/102"
does "which one answers is wanted" refused keep w person merge "$one" --reason x
does "and of the two" refused "expected A, B" w person merge "$one" --keep 103 --reason x
does "and a reason" refused reason w person merge "$one" --keep A
w person merge "$one" --keep 101 --reason "the same child" >"$work/proposed"
has "a second officer is wanted" approval "$(cat "$work/proposed")"
is "until then nothing changes" 2 "$(doses_of 101)"
n=$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$work/proposed" | tail -1)
does "not by the same one" refused "" w approval give "$n"
does "the second gives it" says merged as 65534 approval give "$n" --format json
is "the doses of both" 4 "$(doses_of 101)"
is "by either number" 4 "$(doses_of 102)"
has "by the one kept" '"addresseeNo":"101"' "$(w show 102 --format json)"
has "BCG told twice counts once" '"merged":true' "$(w show 101 --format json)"
has "found by the other number" '"addresseeNo":"101"' "$(w resident find --addressee-no 102 --format json 2>&1 || w resident show 102 --format json)"
has "which is shown beside" '"otherNo":"102"' "$(w resident show 101 --format json)"
is "found once by name" 1 "$(w resident find --name 渡瀬陽翔 --format json | grep -o '"addresseeNo":"10[12]"' | wc -l)"
does "by the ticket of the other" says BCG w check --ticket "$ticket" --birth-date 2025-01-10
has "its guardian acts" 母 "$(w guardian list 101 --format json)"
has "its ticket is listed" "$ticket" "$(w ticket list 101 --format json)"
is "one row in what is due" 0 "$(w due --format csv | grep -c '^"\{0,1\}102')"
does "merged twice is refused" refused "merged already" w person merge "$one" --keep A --reason x
does "nor said to be two" refused "part them first" w person distinct "$one" --reason x
has "the pair says who answers" '"keptNo":"101"' "$(w person duplicates 101 --all --format json)"
is "a chain: a third record" 0 "$(resident 112 渡瀬陽翔 'ワタセ ハルト' 2025-01-10 male; echo $?)"
third=$(pair_of 112 102)
does "is merged with the part" says merged merge "$third" --keep 102 --format json
has "and the first still answers" '"addresseeNo":"101"' "$(w show 112 --format json)"
does "and parted again" says parted w person unmerge "$third" --reason slip --format json
has "alone" '"addresseeNo":"112"' "$(w show 112 --format json)"
is "the others are still one" 4 "$(doses_of 102)"

# --- parted
does "parted" says parted w person unmerge "$one" --reason "two children after all" --format json
record 101 >"$work/101.after"
record 102 >"$work/102.after"
does "the one is as before, byte for byte" cmp "$work/101" "$work/101.after"
does "and the other" cmp "$work/102" "$work/102.after"
is "listed no more" "" "$(w person duplicates 101 --format csv | grep -c ',102,' | grep -v 0)"
does "parted twice is refused" refused "they are not merged" w person unmerge "$one" --reason x
has "who looked meanwhile is on record for both" show "$(w audit looks 102 --format json)"

# --- what comes while they are one
w person flag 101 --other 102 --reason again >/dev/null
does "merged again" says merged merge "$one" --keep A --format json
does "a dose by the number of the part" says given w dose add 102 --vaccine HepB --given-on 2025-05-19 --source handbook
doses <<-END >"$work/doses.csv"
	r1,1,102,,2025-01-10,2025-09-10,PCV20,P1,,0.5,,,1410000001,港小児科,,given,,
	r2,1,,$ticket,2025-01-10,2025-10-10,PCV20,P1,,0.5,,,1410000001,港小児科,,given,,
	r3,1,101,$ticket,2025-01-10,2025-11-10,PCV20,P1,,0.5,,,1410000001,港小児科,,given,,
END
does "rows by number and ticket of either" says '"new":3' w import doses "$work/doses.csv" --format json
is "all of them are one person's" 8 "$(doses_of 101)"
does "parted again, each dose waits for a look" says "came while they were merged" w person unmerge "$one" --reason "two" --lang en
is "each stands under the number by which it came" "2 6" "$(doses_of 101) $(doses_of 102)"
is "and waits on the holding list" 4 "$(w held list --format json | grep -o told-while-merged | wc -l)"

# --- death, numbers, protection
resident 211 砂一 'スナ イチ' 2025-07-01 male
resident 212 砂一 'スナ イチ' 2025-07-01 male
w resident correct 212 --died-on 2026-01-01 --reason r >/dev/null
dead=$(pair_of 211 212)
does "who has died by one record and lives by the other is not merged" refused "lives on" w person merge "$dead" --keep A --reason x
w resident correct 211 --died-on 2026-01-02 --reason r >/dev/null
does "nor with two days of death" refused "days of death differ" w person merge "$dead" --keep A --reason x
w resident correct 211 --died-on 2026-01-01 --reason r >/dev/null
does "with one day of death" says merged merge "$dead" --keep A --format json
resident 221 雪二 'ユキ ニ' 2025-08-01 female --address '秘密町1'
resident 222 雪二 'ユキ ニ' 2025-08-01 female --address '秘密町2'
hidden=$(pair_of 221 222)
w resident protect 222 >/dev/null
lacks "no pair with a protected record is listed" '"otherNo":"222"' "$(w person duplicates --all --format json)"
does "nor compared" refused "no pair of this number" w person compare "$hidden"
does "nor merged" refused "no pair of this number" w person merge "$hidden" --keep A --reason x
has "who may see them compares" 秘密町2 "$(as 65533 person compare "$hidden" --format json)"
as 65533 person merge "$hidden" --keep A --reason same >"$work/proposed"
n=$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$work/proposed" | tail -1)
does "two of them merge" says "one is protected" as 65532 approval give "$n" --lang en
lacks "both are protected now" 秘密町 "$(w show 221 --format json; w resident show 221 --format json; w export 221 --format csv)"
does "parted" says "both stay protected" as 65533 person unmerge "$hidden" --reason two --lang en
lacks "and both stay so" 秘密町 "$(w resident show 221 --format json; w resident show 222 --format json)"
slip=$(pair_of 108 109)
paper=$(w ticket issue 109 --format json | sed -n 's/.*"ticketNo":"\([0-9]*\)".*/\1/p')
does "birth dates that one slip tells apart are merged" says "the birth dates differ" merge "$slip" --keep 108 --lang en
does "paper bears the date of its own record" says "Hib vaccine" w check --ticket "$paper" --birth-date 2025-12-04
does "the right one serves, too" says "Hib vaccine" w check --ticket "$paper" --birth-date 2025-04-12
does "no other" refused "no valid ticket" w check --ticket "$paper" --birth-date 2025-04-13

# Two numbers are two people, or one whose number was changed: an officer must know which.
number() { # number ELEVEN_DIGITS: with its check digit
	echo "$1" | awk '{ for (i = 1; i <= 11; i++) { q = 12 - i; sum += substr($0, i, 1) * (q <= 6 ? q + 1 : q - 5) }
		r = sum % 11; print $0 (r <= 1 ? 0 : 11 - r) }'
}
one_number=$(number 31415926535) two_number=$(number 27182818284)
residents <<-END >"$work/numbers.csv"
	231,$one_number,星三,ホシ サン,,2025-08-02,male,ほし町1,2025-08-02,,,,,
	232,$two_number,星三,ホシ サン,,2025-08-02,male,ほし町2,2025-08-02,,,,,
	233,,星四,ホシ ヨン,,2025-08-03,male,ほし町3,2025-08-03,,,,,
END
does "two numbers come in" says '"new":3' w import residents "$work/numbers.csv" --format json
both=$(pair_of 231 232)
has "both have one" '"item":"myNumber","text":"has a MyNumber","a":"1","b":"1"' "$(w person compare "$both" --format json)"
does "no merge until somebody says whose is used" refused "each has a MyNumber" w person merge "$both" --keep A --reason x
does "in Japanese, too" refused "双方に個人番号があります" "$watashi" --node "$node" --lang ja --today "$today" person merge "$both" --keep A --reason x
does "one is chosen" says merged merge "$both" --keep A --number 232 --format json
is "its record speaks for the person on the network" 232 "$(sql "SELECT addressee_no FROM person_part JOIN person ON person.id = number")"
lacks "no number is told" "$one_number" "$(w person compare "$both"; w person duplicates --all; w resident show 231 --format json; w audit looks 231)"
does "nothing to choose where one has none" refused "nothing to choose" w person merge "$(pair_of 104 105)" --keep A --number B --reason x
residents <<-END >"$work/numbers.csv"
	233,$one_number,星四,ホシ ヨン,,2025-08-03,male,ほし町3,2025-08-03,,,,,
END
does "a file gives the number of one to another" ends 1 '"held":1' w import residents "$work/numbers.csv" --format json
has "which is told" '"foundBy":"number"' "$(w person duplicates 233 --format json)"
does "a clinic does none of it" refused "may not do that" as 65531 person duplicates
does "the log is whole" says '"ok":true' w audit verify --format json
stop

# --- what need be kept no longer
today=2032-01-01
start || bad "the node starts" "$(tail -3 "$log")"
has "who died may go, once" 1 "$(w purge list --format csv | grep -c ',21[12],')"
w purge do 211 --reason old >"$work/proposed" 2>&1
n=$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$work/proposed" | tail -1)
does "by two officers" says 211 as 65534 approval give "$n"
is "with every record of the person, and the pair" 0 "$(sql "SELECT (SELECT count(*) FROM person WHERE addressee_no IN ('211', '212')) +
	(SELECT count(*) FROM person_part AS w WHERE NOT EXISTS (SELECT 1 FROM person WHERE id = w.part)) +
	(SELECT count(*) FROM person_pair WHERE no = $dead)")"
does "the log is whole" says '"ok":true' w audit verify --format json
stop
does "the database is whole" says "whole" w doctor
finish
