#!/bin/bash
# What need be kept no longer: listed, taken out by two officers, with a tombstone; everything else stays.
NAME=purge
. "$top_srcdir/tests/flow/node_lib.sh"
today=2030-06-01

w init --municipality 141003 >/dev/null
is "init makes a node" 0 $?
# 1: died long ago.  2: died long ago, special temporary vaccination.  3: died, five years are not over.
# 4: lives and moved away long ago.  5: died long ago, protected.  6: died long ago, acts for 4.
{
	echo '101,,港 一,ミナト イチ,,1940-03-10,female,中区1,1990-01-01,,,,2024-05-31,0'
	echo '102,,港 二,ミナト ニ,,1940-03-10,female,中区1,1990-01-01,,,,2023-01-01,0'
	echo '103,,港 三,ミナト サン,,1940-03-10,female,中区1,1990-01-01,,,,2025-06-01,0'
	echo '104,,港 四,ミナト ヨン,,2010-03-10,male,中区1,2010-03-10,2012-01-01,,011002,,0'
	echo '105,,港 五,ミナト ゴ,,1940-03-10,female,中区1,1990-01-01,,,,2020-01-01,1'
	echo '106,,港 六,ミナト ロク,,1980-03-10,female,中区1,1990-01-01,,,,2020-01-01,0'
} | residents >"$work/residents.csv"
{
	echo 'a1,1,101,,1940-03-10,2019-10-12,INF,X1,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
	echo 'a2,1,101,,1940-03-10,2020-10-12,INF,X2,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
	echo 'a3,1,102,,1940-03-10,2021-06-20,COVID19,X3,,0.3,,,1410000001,みなと小児科,鈴木,given,,'
	echo 'a4,1,103,,1940-03-10,2018-10-12,INF,X4,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
	echo 'a5,1,104,,2010-03-10,2011-04-12,MR,X5,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
	echo 'a6,1,106,,1980-03-10,2018-10-12,INF,X6,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
} | doses >"$work/doses.csv"
w import residents "$work/residents.csv" >/dev/null
w import doses "$work/doses.csv" >/dev/null
w show 101 >/dev/null
w guardian add 104 --guardian 106 --relation parent --basis register --from 2010-03-10 >/dev/null
# 1 has a report of an old dose and an old letter, which this machine's clock has written down today.
today=2021-02-01
dose=$(w show 101 --format json | tr '{' '\n' | grep '"date":"2020-10-12"' | sed -n 's/.*"id":"\([0-9a-f]*\)".*/\1/p' | head -1)
does "an old report" w reaction add "$dose" --symptom convulsion --onset-on 2020-10-13 --received-on 2020-10-20
today=2020-10-05
does "an old letter" w letter issue 101 --to 札幌市長 --municipality 011002 --for influenza --reason r --until 2021-03-31
today=2030-06-01
has "a report written down less than five years ago keeps the record" 文書管理規程 "$(w purge list --kept --format csv | grep ,101,)"
does "which is then not purged" refused "文書管理規程" w purge do 101 --reason old
sql "UPDATE dose_report SET recorded_us = 1610000000000000; UPDATE request_letter SET issued_us = 1610000000000000"
numbers() { awk -F, 'NR > 1 { print $2 }' | tr -d '\r"' | paste -sd' '; }

today=2029-05-31
is "on the last day it is kept" "" "$(w purge list --format csv | numbers)"
today=2029-06-01
is "and on the next it may go" 101 "$(w purge list --format csv | numbers)"
today=2030-06-01
start || bad "the daemon starts" "$(tail -3 "$log")"
is "nothing goes by itself" 6 "$(sql 'SELECT count(*) FROM person')"
is "who died five years ago may go" 101 "$(w purge list --format csv | numbers)"
kept=$(w purge list --kept --format csv)
is "who has died and stays is listed with the reason" "106 102 103" "$(echo "$kept" | numbers)"
has "an act for a child" guardian "$kept"
has "the law, with its citation" 令和8年厚生労働省令第6号 "$kept"
lacks "nobody protected stands in a list" 105 "$kept"
has "five years to the day" '"keptUntil":"2029-05-31"' "$(w purge list --format json)"
does "on the last day of the one who died next it stays" refused "the law has the record kept longer" w purge do 103 --reason old
does "somebody alive stays" refused "lives" w purge do 104 --reason old
does "a protected record stays" refused "protect" w purge do 105 --reason old
does "a guardian stays" refused "guardian" w purge do 106 --reason old
does "one that may not go keeps all that were named" refused "the law has" w purge do 101 103 --reason old
does "all or some, not neither" refused "say whom" w purge do --reason old
is "still nothing is gone" 6 "$(sql 'SELECT count(*) FROM person')"

text=$(w purge do --all --reason "time is over")
has "one officer proposes" approval "$text"
has "and sees whom it is about" 101 "$text"
is "and nothing is gone" 6 "$(sql 'SELECT count(*) FROM person')"
no=$(sql 'SELECT max(no) FROM approval')
w approval give "$no" >/dev/null
is "nor by the same officer again" 6 "$(sql 'SELECT count(*) FROM person')"
# Another user of this machine cannot be played by everybody: the proposal becomes another officer's.
sql "INSERT INTO officer (muni, no, name, role, uid, is_active) VALUES (1, 50, 'second', 1, 4100000, 1);
	UPDATE approval SET proposed_by = 50, proposed_uid = 4100000 WHERE no = $no"
id=$(sql "SELECT hex(id) FROM person WHERE addressee_no = '101'")
rows=$(sql 'SELECT count(*) FROM audit')
does "another officer gives it" w approval give "$no"
is "that person is gone" 0 "$(sql "SELECT count(*) FROM person WHERE addressee_no = '101'")"
is "with the doses" "a3 a4 a5 a6" "$(sql 'SELECT source_id FROM dose ORDER BY source_id' | paste -sd' ')"
is "the letter and the report" "0 0" "$(sql "SELECT (SELECT count(*) FROM request_letter) || ' ' || (SELECT count(*) FROM dose_report)")"
is "and nobody else" "102 103 104 105 106" "$(sql 'SELECT addressee_no FROM person ORDER BY addressee_no' | paste -sd' ')"
is "nothing is found by the name" 0 "$(sql "SELECT count(*) FROM name_gram WHERE hex(person) = '$id'")"
is "a tombstone says what was taken out" "person|2|officer:50+officer:1" \
	"$(sql "SELECT CASE what WHEN 0 THEN 'person' END, rows, purged_by FROM tombstone")"
has "and is listed" '"tombstone":1' "$(w purge list --purged --format json)"
[ "$(sql 'SELECT count(*) FROM audit')" -gt "$rows" ] && good || bad "the log says so" "$rows"
is "with who did it" 1 "$(sql "SELECT count(*) FROM audit WHERE action = 'purge do' AND actor = 'officer:50+officer:1' AND detail = 'purged'")"
is "the tombstone bears the log's name of the person" 1 \
	"$(sql "SELECT count(*) FROM tombstone WHERE subject IN (SELECT subject FROM audit WHERE action = 'show')")"
is "whom nobody can name any more" 0 "$(sql "SELECT count(*) FROM audit_salt WHERE hex(person) = '$id'")"
is "the chain holds" yes "$(w audit verify | awk '$1 == "good" { print $2 }')"
does "doctor finds the database whole" grep -q "whole: structure, references, audit chain" <(w doctor)
does "there is nothing more" refused "nothing that may go" w purge do --all --reason again
stop
is "the node ends in order" 0 $?
cp "$node/watashi.db" "$work/copy.db"
does "a stranger's verifier says so too" "$bin/watashi-verify" "$work/copy.db"
does "the register's file of before brings the person back without the doses" w import residents "$work/residents.csv"
is "as somebody new" 0 "$(sql "SELECT count(*) FROM dose JOIN person ON person.id = dose.person WHERE addressee_no = '101'")"
finish
