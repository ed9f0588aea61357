#!/bin/bash
# Tickets for a town: handed out in portions, others served between, and whoever is killed in the middle goes on where
# it was: nobody has two good tickets for one programme, and nobody is left out.
NAME=ticket-run
. "$top_srcdir/tests/flow/node_lib.sh"
needs_users

residents_n=520
rounds=6
[ -z "${WATASHI_LONG:-}" ] || rounds=60 residents_n=2000
"$top/scripts/make-town" --seed 5 --residents $residents_n --municipality 141003 --out "$work/town" >/dev/null
does "a node" w init --municipality 141003
w import residents "$work/town/residents.csv" >/dev/null
does "a clerk" w officer add clerk --uid 65501 --role clerk
does "a health officer" w officer add doctor --uid 65502 --role health-officer
start || bad "the daemon starts" "$(tail -3 "$log")"
a() { as 65501 "$@"; }
b() { as 65502 "$@"; }
everybody() { processes " --node $node "; }
nobody_left() { [ -z "$(everybody)" ]; }
count() { tr -d '\r"' | awk -F, -v part="$1" -v item="$2" '$1 == part && $2 == item { print $4 }'; }
propose() { a ticket run --release 1 --reason r >/dev/null; no=$(sql 'SELECT max(no) FROM approval'); }
finished() { [ "$(sql "SELECT count(*) FROM ticket_run WHERE finished_us IS NULL")" -eq 0 ]; }
# What holds of the latest run once it is over, and of everybody.
holds() {
	local run
	run=$(sql 'SELECT max(no) FROM ticket_run')
	is "$1: everybody was looked at" "$people_all" "$(sql "SELECT n_people + n_left FROM ticket_run WHERE no = $run")"
	is "$1: as many people as were counted" "$people" "$(sql "SELECT n_people FROM ticket_run WHERE no = $run")"
	is "$1: as many tickets" "$tickets" "$(sql "SELECT n_tickets FROM ticket_run WHERE no = $run")"
	is "$1: they are there, in order without a gap" "$tickets $tickets 1" \
		"$(sql "SELECT count(*) || ' ' || max(run_seq) || ' ' || min(run_seq) FROM ticket WHERE run = $run")"
	is "$1: all of them are good" "$tickets" "$(sql "SELECT count(*) FROM ticket WHERE run = $run AND voided_us IS NULL")"
	is "$1: one good one a programme" 0 "$(sql "SELECT count(*) FROM (SELECT 1 FROM ticket WHERE voided_us IS NULL
		GROUP BY person, programme HAVING count(*) > 1)")"
	is "$1: each once in the log" "$people $people" "$(sql "SELECT count(*) || ' ' || count(DISTINCT subject) FROM audit
		WHERE action = 'ticket run' AND detail = 'run $run'")"
}

a list define all --description 全員 --age 0.. >/dev/null
a list release all --on 2026-11-22 --purpose notice --reason r >/dev/null
does "a release" b approval give 1
text=$(a ticket count --release 1 --format csv)
people=$(count list people <<<"$text")
tickets=$(count list tickets <<<"$text")
people_all=$(sql 'SELECT count FROM release WHERE no = 1')
if [ "$people_all" -gt 400 ]; then good; else bad "the release is more than two portions" "$people_all"; fi

# --- in portions
propose
text=$(b approval give "$no")
has "the answer says what is still to do" "still to be looked at; the node goes on by itself $((people_all - 200))" "$(tr -s ' ' <<<"$text")"
has "in Japanese too" 支援措置対象 "$(lang=ja b approval show "$no"; lang=ja a ticket count --release 1)"
does "it goes on by itself" within 120 finished
holds "in peace"
has "it is listed as finished" '"state":"finished","total":'"$people_all" "$(a ticket runs --format json)"
mkdir "$work/a" && chown 65501 "$work/a"
does "the file for the printer" a ticket fetch "$work/a/print.csv" --run 1
is "has a row a ticket" "$tickets" "$(tail -n +2 "$work/a/print.csv" | wc -l)"

# --- not yet finished: told, and no file; the clockwork of a node that stands still is that of a stopped one
stop
sql "UPDATE ticket_run SET finished_us = NULL WHERE no = 1" >/dev/null 2>&1
does "a run that is under way gives no file" refused "still under way, at person $people_all of $people_all" w ticket fetch "$work/none.csv" --run 1
does "the process that said so finished it" finished
does "and now there is one" w ticket fetch "$work/again.csv" --run 1
cmp -s "$work/a/print.csv" "$work/again.csv" && good || bad "the same file"

# --- killed in a loop, wherever it is
start || bad "the daemon starts"
RANDOM=17
b_gives() { b approval give "$no" >/dev/null 2>&1; }
propose
killed=0 partly=0
b_gives &
asked=$!
for n in $(seq $rounds); do
	sleep "0.$((RANDOM % 700 + 150))"
	for p in $(everybody); do kill -9 "$p" 2>/dev/null; done
	killed=$((killed + 1))
	wait "$asked" $parent 2>/dev/null
	parent=
	within 20 nobody_left
	runs=$(sql 'SELECT count(*) FROM ticket_run')
	done_n=$(sql 'SELECT n_people + n_left FROM ticket_run WHERE no = 2')
	is "round $n: what is written is whole" "$(sql 'SELECT coalesce(sum(n_tickets), 0) FROM ticket_run WHERE no = 2')" \
		"$(sql 'SELECT count(*) FROM ticket WHERE run = 2')"
	is "round $n: one good ticket a programme" 0 "$(sql "SELECT count(*) FROM (SELECT 1 FROM ticket WHERE voided_us IS NULL
		GROUP BY person, programme HAVING count(*) > 1)")"
	is "round $n: nobody is without" "$tickets" "$(sql 'SELECT count(*) FROM ticket WHERE voided_us IS NULL')"
	[ "${done_n:-0}" -gt 0 ] && [ "${done_n:-0}" -lt "$people_all" ] && partly=$((partly + 1))
	start || bad "the daemon starts again" "$(tail -3 "$log")"
	if [ "$runs" -lt 2 ]; then
		b_gives &
		asked=$!
	fi
done
wait "$asked"
[ "$(sql 'SELECT count(*) FROM ticket_run')" -eq 2 ] || does "given at last" b approval give "$no"
echo "     killed $killed times, $partly of them between two portions"
does "it comes to its end" within 120 finished
holds "after kills"
is "the database is whole" ok "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
is "the log too" yes "$(w audit verify | awk '$1 == "good" { print $2 }')"

# --- whoever is served between the portions
propose
b approval give "$no" >/dev/null
served=0
for _ in 1 2 3; do a resident show 1001 >/dev/null && served=$((served + 1)); done
is "others are served meanwhile" 3 $served
does "it comes to its end" within 120 finished
stop
finish
