#!/bin/bash
# A register that is written to while its processes are killed, and by many at once: nothing is half, nothing that
# was reported is lost, and the same file again ends where an undisturbed import ends.
NAME=import-kill
. "$top_srcdir/tests/flow/node_lib.sh"

rounds=5
[ -z "${WATASHI_LONG:-}" ] || rounds=60
RANDOM=7

"$top/scripts/make-town" --seed 5 --residents 250 --municipality 141003 --out "$work/town" >/dev/null
w init --municipality 141003 >/dev/null
is "init makes a node" 0 $?
cp -a "$node" "$work/empty"

# What a register holds, but for what is random or a time.
told() {
	sql "SELECT addressee_no, name, kana_folded, birth_first, birth_last, sex, address, died_on, is_protected FROM person
			ORDER BY addressee_no;
		SELECT addressee_no, seq, from_on, until_on, town.code FROM residence JOIN person ON person.id = residence.person
			LEFT JOIN town ON town.no = residence.previous ORDER BY addressee_no, seq;
		SELECT addressee_no, source.code, source_id, source_version, version, given_first, given_last, product.code, lot,
			clinic.code, clinic.name, physician, status, verification FROM dose
			JOIN person ON person.id = dose.person JOIN source ON source.no = dose.source
			JOIN product ON product.no = dose.product LEFT JOIN clinic ON clinic.no = dose.clinic
			ORDER BY addressee_no, source.code, source_id, version;
		SELECT kind, reason, source, state FROM held ORDER BY kind, reason, source;
		SELECT count(*) FROM name_gram; SELECT count(*) FROM number;"
}
whole() { # whole NAME
	is "$1: the database is whole" ok "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
	is "$1: the log is whole" yes "$(w audit verify | awk '$1 == "good" { print $2 }')"
}
everybody() { processes " --node $node "; }
# killed FILE KIND LONGEST: an import ended by killing all that takes part, after at most so many milliseconds
killed() {
	local cli victims p ms=$((RANDOM % $3 + 1))
	"$watashi" --node "$node" --lang en --today "$today" import "$2" "$1" >/dev/null 2>&1 &
	cli=$!
	sleep "$(printf '0.%03d' $((ms % 1000)))"
	[ $ms -lt 1000 ] || sleep $((ms / 1000))
	victims=$(everybody)
	[ $((RANDOM % 2)) -eq 0 ] || victims="$victims $cli"
	for p in $victims; do kill -9 "$p" 2>/dev/null; done
	wait "$cli" $parent 2>/dev/null
	parent=
	within 20 nobody_left
}
nobody_left() { [ -z "$(everybody)" ]; }

# --- undisturbed
began=$(date +%s%3N)
w import residents "$work/town/residents.csv" >/dev/null
took_residents=$(($(date +%s%3N) - began))
cp -a "$node" "$work/peopled"
began=$(date +%s%3N)
w import doses "$work/town/doses.csv" >"$work/report"
took_doses=$(($(date +%s%3N) - began))
told >"$work/undisturbed"
people=$(sql 'SELECT count(*) FROM person')
given=$(sql 'SELECT count(*) FROM dose')
[ "$people" -ge 250 ] && [ "$given" -ge 1000 ] && good || bad "a town came in" "$people people, $given doses"

# --- killed again and again, with and without a daemon
cut=0
for kind in residents doses; do
	[ $kind = residents ] && longest=$took_residents || longest=$took_doses
	for round in $(seq $rounds); do
		rm -rf "$node"
		[ $kind = residents ] && cp -a "$work/empty" "$node" || cp -a "$work/peopled" "$node"
		if [ $((round % 2)) -eq 0 ]; then
			start >/dev/null 2>&1 || bad "round $round: the daemon starts" "$(tail -3 "$log")"
		fi
		killed "$work/town/$kind.csv" $kind "$longest" 2>/dev/null
		whole "$kind killed, round $round"
		if [ $kind = residents ]; then
			found=$(sql 'SELECT count(*) FROM person') all=$people
		else
			found=$(sql 'SELECT count(*) FROM dose') all=$given
		fi
		case $found in
		0) cut=$((cut + 1)); good ;;
		"$all") good ;;
		*) bad "round $round: all of $kind or nothing" "$found of $all" ;;
		esac
	done
	does "the same file of $kind goes in afterwards" w import $kind "$work/town/$kind.csv"
	[ $kind = residents ] && w import doses "$work/town/doses.csv" >/dev/null
	told >"$work/again"
	does "and ends where an undisturbed import of $kind ends" diff "$work/undisturbed" "$work/again"
done
[ "$cut" -gt 0 ] && good || bad "some imports were cut off before their end" "none of $((2 * rounds))"

# --- many at once
start || bad "the daemon starts" "$(tail -3 "$log")"
before=$(sql 'SELECT count(*) FROM audit')
mapfile -t numbers < <(sql 'SELECT addressee_no FROM person WHERE is_protected = 0 AND died_on IS NULL ORDER BY addressee_no LIMIT 24')
ask() { # ask I: five commands of one clerk; how many were served
	local i=$1 no=${numbers[$1 % ${#numbers[@]}]} served=0 birth
	birth=$(sql "SELECT date(birth_first * 86400, 'unixepoch') FROM person WHERE addressee_no = '$no'")
	{
		head -n 1 "$work/town/doses.csv"
		echo "many-$i,1,$no,,$birth,2026-11-20,INF,M$i,,0.5,,,1410000009,みなと小児科,鈴木,given,,"
	} >"$work/many-$i.csv"
	w show "$no" >/dev/null && served=$((served + 1))
	w import doses "$work/many-$i.csv" >/dev/null && served=$((served + 1))
	w resident show "$no" >/dev/null && served=$((served + 1))
	w ticket issue "$no" >/dev/null && served=$((served + 1))
	w show "$no" --format json >"$work/many-$i.json" && served=$((served + 1))
	grep -q "\"M$i\"" "$work/many-$i.json" || served=-100
	echo "$served" >"$work/many-$i"
}
clerks=()
for i in $(seq 0 15); do
	ask "$i" &
	clerks+=($!)
done
wait "${clerks[@]}"
is "every request of sixteen clerks at once is served, and shows the dose just recorded" 80 "$(cat "$work"/many-[0-9] "$work"/many-[0-9][0-9] | awk '{ n += $1 } END { print n }')"
is "each left exactly one row in the log" 80 "$(($(sql 'SELECT count(*) FROM audit') - before))"
is "each dose is there once" 16 "$(sql "SELECT count(*) FROM dose WHERE source_id LIKE 'many-%'")"
is "of the tickets issued one a person is live" 16 "$(sql 'SELECT count(*) FROM ticket WHERE voided_us IS NULL')"
whole "after many at once"

# The same clerks while the store is killed under them: an answer means that it is kept.
for i in $(seq 16 27); do
	no=${numbers[$((i % ${#numbers[@]}))]}
	birth=$(sql "SELECT date(birth_first * 86400, 'unixepoch') FROM person WHERE addressee_no = '$no'")
	{
		head -n 1 "$work/town/doses.csv"
		echo "many-$i,1,$no,,$birth,2026-11-21,INF,M$i,,0.5,,,1410000009,みなと小児科,鈴木,given,,"
	} >"$work/many-$i.csv"
	{ w import doses "$work/many-$i.csv" >/dev/null && echo "many-$i" >>"$work/kept"; } &
	clerks+=($!)
done
sleep 0.1
kill -9 "$(pid_of store)" 2>/dev/null
wait "${clerks[@]}" 2>/dev/null
lost=0
if [ -e "$work/kept" ]; then
	while read -r one; do
		[ "$(sql "SELECT count(*) FROM dose WHERE source_id = '$one'")" = 1 ] || lost=$((lost + 1))
	done <"$work/kept"
fi
is "of what was reported while the store died nothing is lost" 0 "$lost"
stop 2>/dev/null
whole "after a store that died under them"
for i in $(seq 16 27); do
	w import doses "$work/many-$i.csv" >/dev/null || bad "what was not reported goes in again" "$i"
done
is "then each is there once" 28 "$(sql "SELECT count(*) FROM dose WHERE source_id LIKE 'many-%'")"
finish
