#!/bin/bash
# Tickets for everybody of a release at once: counted first, by two officers, all or nothing, with a file for the printer.
NAME=hand-out
. "$top_srcdir/tests/flow/node_lib.sh"
needs_users

residents >"$work/residents.csv" <<'ROWS'
8001,,港 一,ミナト イチ,,2026-08-20,female,中区1,2026-08-20,,,,,0
8002,,=cmd|' /C calc'!A0,ミナト ニ,,2026-08-21,male,中区〜2,2026-08-21,,,,,0
8003,,港 三,ミナト サン,,2026-08-22,female,中区3,2026-08-22,,,,,0
8004,,港 四,ミナト ヨン,,2026-08-23,male,中区4,2026-08-23,,,,,0
8005,,港 五,ミナト ゴ,,2026-08-24,male,中区5,2026-08-24,,,,,0
8006,,港 秘,ミナト ヒ,,2026-08-25,female,XQZW-address,2026-08-25,,,,,1
8007,,港 成人,ミナト セイジン,,1986-08-25,female,中区7,1986-08-25,,,,,0
8008,,港 来,ミナト ライ,,2025-06-10,female,中区8,2026-11-01,,131016,,,0
ROWS
does "a node" w init --municipality 141003
does "residents" w import residents "$work/residents.csv"
does "a clerk" w officer add clerk --uid 65501 --role clerk
does "a health officer" w officer add doctor --uid 65502 --role health-officer
start || bad "the daemon starts" "$(tail -3 "$log")"
chmod a+x "$work"
mkdir "$work/a" && chown 65501 "$work/a"
a() { as 65501 "$@"; }
b() { as 65502 "$@"; }
# part,item,value,count as CSV: the count of an item
count() { tr -d '\r"' | awk -F, -v part="$1" -v item="$2" '$1 == part && $2 == item { print $4 }'; }
give() { b approval give "$(sql 'SELECT max(no) FROM approval')" "$@"; }

does "a list" a list define all --description 全員 --age 0..
a list release all --on 2026-11-22 --purpose notice --reason r >/dev/null
does "is released by another officer" give
before=$(w ticket hand-out 8001 --format json | tr '{' '\n' | grep -c '"state":"live"')
lone=$(w ticket issue 8003 --format json | sed -n 's/.*"ticketNo":"\([0-9]*\)".*/\1/p')

# --- counted first
text=$(a ticket count --release 1 --format csv)
is "six children get tickets" 6 "$(count list people <<<"$text")"
is "the adult does not" 1 "$(count excluded nothing-due <<<"$text")"
is "as many as one by one" "$before" "$(sql "SELECT count(*) FROM ticket WHERE voided_us IS NULL AND programme <> ''")"
is "each programme is counted" "$(count list tickets <<<"$text")" "$(tr -d '\r"' <<<"$text" | awk -F, '$1 == "programme" { n += $4 } END { print n }')"
is "whose records are missing is said" 1 "$(count warning incomplete <<<"$text")"
is "and nothing is handed out" 0 "$(sql 'SELECT count(*) FROM ticket_run')"
has "in Japanese" 接種の種類ごとの接種券 "$(lang=ja a ticket count --release 1)"
does "no release, no hand-out" refused "nothing was released under this number" a ticket count --release 9

# --- two officers
text=$(a ticket run --release 1 --reason '11月の交付')
has "it waits for a second officer" approval "$text"
is "nothing is handed out" 0 "$(sql 'SELECT count(*) FROM ticket_run')"
does "not by who proposed it" not a approval give 2
lacks "who gives it sees counts and no names" ミナト "$(b approval show 2)"
residents >"$work/since.csv" <<'ROWS'
8004,,港 四,ミナト ヨン,,2026-08-23,male,中区4,2026-08-23,,,,2026-11-21,0
ROWS
w import residents "$work/since.csv" >/dev/null
does "what is no longer what was proposed is not done" refused "no longer" b approval give 2
a approval withdraw 2 >/dev/null
a ticket run --release 1 --reason '11月の交付' >/dev/null
text=$(give --format json | tr '{' '\n')
has "and given" '"item":"count","value":"5"' "$(grep -A2 '"value":"people"' <<<"$text")"
has "the dead child got none" '"item":"count","value":"1"' "$(grep -A2 '"value":"dead"' <<<"$text")"
is "it has a number" "1 1 5" "$(sql "SELECT no || ' ' || release || ' ' || n_people FROM ticket_run")"
is "its tickets are there" "$(sql 'SELECT n_tickets FROM ticket_run')" "$(sql 'SELECT count(*) FROM ticket WHERE run = 1')"
is "in order without a gap" "$(sql 'SELECT n_tickets FROM ticket_run')" "$(sql 'SELECT max(run_seq) FROM ticket WHERE run = 1')"
is "the ones of before are void" 0 "$(sql 'SELECT count(*) FROM ticket WHERE run IS NULL AND voided_us IS NULL')"
has "which the clinic is told" "another ticket has taken its place" "$(w check --ticket "$lone" --birth-date 2026-08-22)"
is "one live one a programme" 0 "$(sql "SELECT count(*) FROM (SELECT 1 FROM ticket WHERE voided_us IS NULL
	GROUP BY person, programme HAVING count(*) > 1)")"
is "nobody protected has one" 0 "$(sql "SELECT count(*) FROM ticket JOIN person ON person.id = ticket.person WHERE is_protected = 1")"
is "each person has a row of the log" 5 "$(sql "SELECT count(*) FROM audit WHERE action = 'ticket run' AND detail = 'run 1' AND subject IS NOT NULL")"
has "it is listed" '"run":1,"release":1,"asOf":"2026-11-22","count":5' "$(a ticket runs --format json)"
a list release all --on 2026-11-22 --apart --purpose notice --reason r >/dev/null 2>&1 && give >/dev/null

# --- the file for the printer
does "the clerk writes it" a ticket fetch "$work/a/print.csv" --run 1
file=$(cat "$work/a/print.csv")
is "a row a ticket" "$(sql 'SELECT n_tickets FROM ticket_run')" "$(tail -n +2 <<<"$file" | wc -l)"
has "with name, address, programme in words" '"港 一","ミナト イチ","2026-08-20","","中区1"' "$file"
is "every number is in it" "" "$(comm -3 <(sql 'SELECT number FROM ticket WHERE run = 1' | sort) <(tail -n +2 <<<"$file" | tr -d '"' | cut -d, -f8 | sort))"
lacks "a name is no formula" '"=cmd' "$file"
lacks "no protected address" XQZW "$file"
has "its hash stands in the log" "$(sha256sum "$work/a/print.csv" | cut -d' ' -f1)" "$(sql "SELECT detail FROM audit WHERE action = 'ticket fetch'")"
does "in the characters of Windows" a ticket fetch "$work/a/sjis.csv" --run 1 --encoding cp932
has "which it has" 中区～2 "$(iconv -f CP932 -t UTF-8 "$work/a/sjis.csv")"
does "no run, no file" refused "no hand-out of this number" a ticket fetch "$work/a/none.csv" --run 7
# later: one is protected, one has left, one was vaccinated, one lost a ticket
does "protected since" w resident protect 8001
residents >"$work/left.csv" <<'ROWS'
8005,,港 五,ミナト ゴ,,2026-08-24,male,中区5,2026-08-24,2026-11-21,,131016,,0
ROWS
w import residents "$work/left.csv" >/dev/null
w dose add 8003 --vaccine HepB --given-on 2026-11-22 >/dev/null
lost=$(sql "SELECT number FROM ticket JOIN person ON person.id = ticket.person WHERE addressee_no = '8002' AND run = 1 AND programme = 'bcg'")
w ticket reissue 8002 --programme bcg >/dev/null
does "the file of a later day" a ticket fetch "$work/a/later.csv" --run 1
file=$(cat "$work/a/later.csv")
for who in 8001 8005; do lacks "has nothing of $who" "\"$who\"" "$file"; done
lacks "nor a spent ticket" '"hepb"' "$(grep '"8003"' <<<"$file")"
has "but the others of that child" '"hib"' "$(grep '"8003"' <<<"$file")"
lacks "nor the one that was lost" "$lost" "$file"
has "what is left out is counted" "\"leftOut\":$(($(sql 'SELECT n_tickets FROM ticket_run') - $(tail -n +2 <<<"$file" | wc -l)))" \
	"$(a ticket fetch "$work/a/again.csv" --run 1 --format json)"
is "the chain holds" yes "$(w audit verify | awk '$1 == "good" { print $2 }')"
stop

# --- killed in the middle: all of it or nothing
"$top/scripts/make-town" --seed 5 --residents 150 --municipality 141003 --out "$work/town" >/dev/null
w import residents "$work/town/residents.csv" >/dev/null
everybody() { processes " --node $node "; }
nobody_left() { [ -z "$(everybody)" ]; }
start || bad "the daemon starts"
a list release all --on 2026-11-22 --purpose notice --reason r >/dev/null
give >/dev/null
release=$(sql 'SELECT max(no) FROM release')
a ticket run --release "$release" --reason r >/dev/null
no=$(sql 'SELECT max(no) FROM approval')
live=$(sql 'SELECT count(*) FROM ticket WHERE voided_us IS NULL')
RANDOM=11
rounds=3
[ -z "${WATASHI_LONG:-}" ] || rounds=30
for n in $(seq $rounds); do
	b approval give "$no" >/dev/null 2>&1 &
	asked=$!
	sleep "0.$((RANDOM % 900 + 100))"
	for p in $(everybody); do kill -9 "$p" 2>/dev/null; done
	wait "$asked" $parent 2>/dev/null
	parent=
	within 20 nobody_left
	runs=$(sql "SELECT count(*) FROM ticket_run WHERE release = $release")
	if [ "$runs" -eq 0 ]; then
		is "round $n: nothing of it" "$live 0" "$(sql "SELECT (SELECT count(*) FROM ticket WHERE voided_us IS NULL) || ' ' ||
			(SELECT count(*) FROM ticket WHERE run > 1)")"
	else
		is "round $n: all of it" "$(sql "SELECT n_tickets FROM ticket_run WHERE release = $release")" \
			"$(sql "SELECT count(*) FROM ticket WHERE run = (SELECT no FROM ticket_run WHERE release = $release)")"
		break
	fi
	start || bad "the daemon starts again" "$(tail -3 "$log")"
done
[ -n "$parent" ] || start || bad "the daemon starts again"
[ "$(sql "SELECT count(*) FROM ticket_run WHERE release = $release")" -gt 0 ] || does "and at last in peace" b approval give "$no"
is "once" 1 "$(sql "SELECT count(*) FROM ticket_run WHERE release = $release")"
is "the database is whole" ok "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
is "the log too" yes "$(w audit verify | awk '$1 == "good" { print $2 }')"
stop
finish
