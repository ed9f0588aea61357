#!/bin/bash
# Dozens of clients at once with one daemon, who read, write, import and copy: each gets the answer that it would have
# got alone, nothing is lost or doubled, and the node is afterwards what it is when the same is done one after another.
NAME=many-at-once
. "$top_srcdir/tests/flow/node_lib.sh"

people=24
one=$work/one many=$work/many
at() { # at NODE WORDS...
	local of=$1
	shift
	"$watashi" --node "$of" --lang en --today $today "$@" 2>&1
}
# Six more get tickets and no doses: which tickets a dose finds depends on which comes first.
for n in $(seq $((people + 6))); do
	echo "$((1000 + n)),,港 花子,ミナト ハナコ,,2026-0$((n % 3 + 1))-10,female,中区$n,2026-04-01,,,,,0"
done | residents >"$work/residents.csv"
for file in 1 2 3; do
	for n in $(seq $people); do
		echo "F$file-$n,1,$((1000 + n)),,2026-0$((n % 3 + 1))-10,2026-0$((file + 5))-15,DPT-IPV-Hib,L$n,,0.5,left-arm,subcutaneous,141000000$file,みなと,港 医,given,,"
	done | doses >"$work/doses.$file.csv"
done
for of in "$one" "$many"; do
	at "$of" init --municipality 141003 >/dev/null
	at "$of" import residents "$work/residents.csv" >/dev/null
	at "$of" dose add 1001 --vaccine BCG --given-on 2026-08-20 >/dev/null
done

# What is done, a line each: what its answer holds, then the words.
{
	for n in $(seq $people); do
		echo "given|dose add $((1000 + n)) --vaccine HepB --given-on 2026-10-0$((n % 9 + 1)) --lot H$n"
		echo "$((1000 + n))|show $((1000 + n))"
	done
	for n in $(seq 6); do
		echo "DPT-IPV-Hib|due --format csv"
		echo "ticket|ticket hand-out $((1000 + people + n))"
		echo "港 花子|resident find --name 港"
	done
	for file in 1 2 3; do
		echo "24|import doses $work/doses.$file.csv"
	done
	# The same file twice at once: one of them brings everything, the other nothing.
	echo "24|import doses $work/doses.1.csv"
	echo "vaccine|statistics doses --from 2026-01-01 --until 2026-12-31 --format csv"
	echo "hash|backup $work/NODE.backup"
	echo "yes|audit verify"
} >"$work/deeds"
deeds=$(wc -l <"$work/deeds")

# do_one NUMBER NODE: its status and words into a file of its own
do_one() {
	local line words
	line=$(sed -n "$1p" "$work/deeds")
	read -ra words <<<"${line#*|}"
	at "$2" "${words[@]//NODE/${2##*/}}" >"$2.said.$1"
	echo $? >"$2.status.$1"
}
for n in $(seq "$deeds"); do do_one "$n" "$one"; done
node=$many
if start; then good; else bad "the daemon starts" "$(tail -5 "$log")"; fi
clients=()
for n in $(seq "$deeds" | sort -R --random-source=<(yes 7)); do
	do_one "$n" "$many" &
	clients+=($!)
done
wait "${clients[@]}"

wrong=
for n in $(seq "$deeds"); do
	line=$(sed -n "${n}p" "$work/deeds")
	[ "$(cat "$many.status.$n")" = "$(cat "$one.status.$n")" ] ||
		wrong="$wrong${line#*|}: status $(cat "$many.status.$n"), alone $(cat "$one.status.$n"): $(head -n 3 "$many.said.$n")
"
	for of in "$one" "$many"; do
		grep -qF -- "${line%%|*}" "$of.said.$n" || wrong="$wrong${line#*|} (${of##*/}): no ${line%%|*} in $(head -n 3 "$of.said.$n")
"
	done
done
is "each of $deeds clients at once ends as it does alone" "" "$wrong"
refused=$(cat "$one".status.* | grep -vc '^0$')
is "alone every one of them succeeds" 0 "$refused"
does "the daemon is well" ends 0 "whole: structure, references, audit chain" at "$many" doctor

# Every person as the register tells of them, but for what chance gives: ids, ticket numbers, when it was written down.
told() {
	local n
	for n in $(seq $((people + 6))); do
		at "$1" show $((1000 + n)) --format csv
	done | sed -E 's/[0-9a-f]{32}/ID/g; s/[0-9]{12}/TICKET/g; s/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z?/WHEN/g' | sort
}
told "$one" >"$work/told.one"
told "$many" >"$work/told.many"
does "everybody's record is what it is when all is done one after another" diff "$work/told.one" "$work/told.many"
of() { "$bin/tests/flow/sql" "$1/watashi.db" "$2"; }
for what in "dose" "ticket" "person" "clinic_month" "duplicate"; do
	is "as many rows of $what" "$(of "$one" "SELECT count(*) FROM $what")" "$(of "$many" "SELECT count(*) FROM $what")"
done
is "as many doses came from each clinic about each month" "$(of "$one" "SELECT code, month, n_new, n_changed FROM clinic_month ORDER BY 1, 2")" \
	"$(of "$many" "SELECT code, month, n_new, n_changed FROM clinic_month ORDER BY 1, 2")"
is "the log has a row of every deed" "$(of "$one" "SELECT action, count(*) FROM audit WHERE action NOT LIKE 'node%' GROUP BY 1 ORDER BY 1")" \
	"$(of "$many" "SELECT action, count(*) FROM audit WHERE action NOT LIKE 'node%' GROUP BY 1 ORDER BY 1")"
stop
is "and ends in order" 0 $?
finish
