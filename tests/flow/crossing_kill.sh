#!/bin/bash
# A crossing while processes die: any process of three towns and the network is killed with
# SIGKILL at random moments of imports, copies, inquiries and a released answer, and started
# anew as a service manager would.  The truth is what the old town's files give in peace:
# afterwards nothing of it is lost and nothing doubled, anywhere.
#
# WATASHI_SEED=N kills by that seed alone; WATASHI_LONG=1 by many, and runs once in peace.
NAME=kill
# shellcheck source=tests/flow/town_lib.sh
. "${top_srcdir:?}/tests/flow/town_lib.sh"
# A command whose node dies says so and ends; it never hangs.
watashi() {
	local town=$1
	shift
	timeout -k 5 60 "$bin/watashi" --node "$story/node-$town" --lang en "$@"
}
seeds=${WATASHI_SEED:-7} kills=10
if [ -n "${WATASHI_LONG:-}" ] && [ -z "${WATASHI_SEED:-}" ]; then
	seeds=$(seq 1 12)
	kills=30
fi
towns="$yokohama $sapporo $hakodate"
trap 'war_ends; rm -rf "$story"' EXIT

# ---- keepers: what a service manager does ----

# keep NAME COMMAND...: runs it, and again whenever it ends, until there is peace
keep() {
	local name=$1
	shift
	(
		trap - EXIT
		until [ -e "$story/peace" ]; do
			"$@" >>"$story/$name.out" 2>>"$story/$name.log" &
			echo $! >"$story/$name.pid"
			wait $!
			sleep 0.2
		done
	) 2>/dev/null &
	keepers="$keepers $!"
}
keepers=
war_starts() {
	local town
	rm -f "$story/peace"
	keep net "$bin/src/net/watashi-net" --config "$story/net.conf"
	for town in $towns; do
		keep "node-$town" "$bin/watashid" --node "$story/node-$town" --today $today
	done
}
war_ends() {
	local name
	: >"$story/peace"
	for name in net node-$yokohama node-$sapporo node-$hakodate; do
		[ -s "$story/$name.pid" ] && kill "$(cat "$story/$name.pid")" 2>/dev/null
	done
	# shellcheck disable=SC2086
	[ -z "$keepers" ] || wait $keepers 2>/dev/null
	keepers=
}
# Ids of the processes of one node, whichever they are; or of the network.
processes() {
	local p line
	for p in /proc/[0-9]*; do
		line=()
		{ mapfile -d '' -t line <"$p/cmdline"; } 2>/dev/null
		case "${line[*]} " in
		*watashid*"--node $story/$1 "*) echo "${p#/proc/}" ;;
		*watashi-net*"--config $story/$1.conf "*) echo "${p#/proc/}" ;;
		esac
	done
}
# killer SEED N: one process at a time, the network more seldom than a node
killer() {
	local n name pids
	RANDOM=$1
	for n in $(seq "$2"); do
		sleep "$((RANDOM % 2)).$((RANDOM % 9 + 1))"
		[ ! -e "$story/peace" ] || return 0
		case $((RANDOM % 9)) in
		0) name=net ;;
		[123]) name=node-$yokohama ;;
		4) name=node-$hakodate ;;
		*) name=node-$sapporo ;;
		esac
		# shellcheck disable=SC2207
		pids=($(processes $name))
		[ ${#pids[@]} -gt 0 ] || continue
		kill -9 "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null && echo "$n $name" >>"$story/killed"
	done
}

# ---- the story, every step of it repeated until it was done ----

# insist SECONDS COMMAND...: whatever became of it before
insist() {
	local until=$((SECONDS + $1)) status
	shift
	while :; do
		"$@" >"$story/insist.out" 2>&1
		status=$?
		[ $status -ne 0 ] || return 0
		[ $SECONDS -lt $until ] || { cat "$story/insist.out"; return 1; }
		sleep 0.2
	done
}
w() { watashi "$@" 2>/dev/null; }
released() { # the answer that waits in the old town's office goes out, or went out before
	local held
	held=$(w $yokohama held list --kind answer --format csv | last heldId)
	[ -n "$held" ] && [ "$held" != heldId ] && watashi $yokohama held release "$held" --reason flow
	w $sapporo inquiry list 5201 --format csv | last state | grep -qE 'applied'
}
# over TOWN NUMBER...: every inquiry about these persons has ended
over() {
	local town=$1 number
	shift
	for number; do
		w "$town" inquiry list "$number" --format csv | last state | grep -qE '^(applied|no-data)$' || return 1
	done
}
quiet() { # nothing is on its way
	local town
	for town in $towns; do
		copies_arrived $town || return 1
		[ -z "$(w $town inquiry list --format csv | tail -n +2)" ] || return 1
	done
}
records() { w "$1" records --format csv | tail -n +2 | cut -d, -f1; }
# Every inquiry's record comes to both sides: six of Sapporo, one of Hakodate.
records_settled() {
	[ "$(records $yokohama | wc -l)" -ge 6 ] && [ "$(records $sapporo | wc -l)" -ge 7 ] &&
		[ "$(records $hakodate | wc -l)" -ge 1 ]
}
cross() {
	insist 60 watashi $yokohama import residents "$story/town/residents.csv" &&
		insist 60 watashi $yokohama import doses "$story/town/doses.csv" &&
		insist 60 watashi $yokohama resident answers 1001 --answers manual &&
		insist 60 watashi $sapporo import residents "$story/sapporo.csv" &&
		insist 120 copies_arrived $yokohama &&
		insist 60 watashi $sapporo inquire &&
		insist 120 over $sapporo 5101 &&
		insist 120 copies_arrived $sapporo &&
		insist 60 watashi $hakodate import residents "$story/hakodate.csv" &&
		insist 60 watashi $hakodate inquire &&
		insist 180 released &&
		insist 180 over $sapporo 5101 5102 5103 5104 5201 5202 &&
		insist 180 over $hakodate 301
}
# statements TOWN NUMBER: what stands on record, without who handed it over and ids of a run
statements() {
	w "$1" show "$2" --format json | tr ',{}' '\n\n\n' |
		grep -E '"(status|date|vaccine|lot|clinicName|originMunicipality|originVersion|verification)"' | sort
}
as_in_peace() { # as_in_peace TOWN NUMBER OLD-NUMBER
	statements "$1" "$2" | diff "$story/truth/$3" -
}
poison() { # what no peaceful run would have laid before an officer
	w "$1" held list --format csv | tail -n +2
	w "$1" queue --format csv | grep stopped
}
whole() { watashi "$1" doctor | grep -q '^database *yes'; }
scan() {
	rm -rf "$story/logs"
	mkdir -p "$story/logs" && cp "$story"/*.log "$story"/net/*.log "$story/logs" 2>/dev/null
	"$bin/tests/flow/scan_numbers" "$story/numbers" "$story/capture" "$story/logs"
}
once_each() { # provision records of one town: each process once
	[ -n "$(records "$1")" ] && [ -z "$(records "$1" | sort | uniq -d)" ]
}
clean_logs() { # no sanitizer, no assertion spoke
	! grep -aE 'ERROR: |runtime error|[Aa]ssertion' "$story"/*.log
}

towns_make >"$story/is.out" 2>&1 || { cat "$story/is.out"; echo "0 passed, 1 failed"; exit 1; }
network_start || { echo "0 passed, 1 failed"; exit 1; }
for town in $towns; do
	sed -i "s|^registrar_url =.*|registrar_url = https://127.0.0.1:$(towns_port registrar)|
		s|^intermediary_url =.*|intermediary_url = https://127.0.0.1:$(towns_port "intermediary-$town")|" \
		"$story/node-$town/watashi.conf"
done
towns_stop
rm -rf "$story/net" "$story/capture"
"$top/scripts/make-town" --seed 11 --residents 10 --municipality $yokohama --out "$story/town" >/dev/null
arrive "$story/town/residents.csv" $yokohama 2026-11-16 札幌市中央区 \
	9001=5101 9002=5102 9003=5103 9004=5104 1001=5201 1002=5202 >"$story/sapporo.csv"
arrive "$story/sapporo.csv" $sapporo 2026-11-20 函館市若松町 5101=301 >"$story/hakodate.csv"
moved="9001:$sapporo:5101 9002:$sapporo:5102 9003:$sapporo:5103 9004:$sapporo:5104
	1001:$sapporo:5201 1002:$sapporo:5202 9001:$hakodate:301"
numbers_of "$story/town/residents.csv" >"$story/numbers"
mkdir "$story/fresh" "$story/truth"
for town in $towns; do
	cp -a "$story/node-$town" "$story/fresh"
done

# The truth: nothing but the imports, undisturbed, without daemon or network.
is "the old town's residents are taken in" watashi $yokohama import residents "$story/town/residents.csv"
is "and their doses" watashi $yokohama import doses "$story/town/doses.csv"
for number in 9001 9002 9003 9004 $(seq 1001 1010); do
	statements $yokohama "$number" >"$story/truth/$number"
done
is "the truth is worth looking at" test "$(cat "$story"/truth/* | grep -c '"date"')" -gt 60

# run NAME SEED KILLS
run() {
	local began=$SECONDS killer_pid= status number town
	for town in $towns; do
		rm -rf "$story/node-$town"
		cp -a "$story/fresh/node-$town" "$story"
	done
	rm -rf "$story/net" "$story/capture" "$story"/*.log
	: >"$story/killed"
	war_starts
	if [ "$3" -gt 0 ]; then
		killer "$2" "$3" &
		killer_pid=$!
	fi
	cross >"$story/cross.out" 2>&1
	status=$?
	[ -z "$killer_pid" ] || wait $killer_pid
	is "$1: everything comes to its end" test $status -eq 0
	[ $status -eq 0 ] || { tail -n 5 "$story/cross.out"; w $sapporo queue; w $sapporo inquiry list; tail -n 5 "$story"/*.log; }
	is "$1: and nothing is left on its way" insist 120 quiet
	is "$1: the provision records arrive" insist 60 records_settled
	for number in 9001 9002 9003 9004 $(seq 1001 1010); do
		is "$1: the old town still holds what was taken in about $number" as_in_peace $yokohama $number $number
	done
	for pair in $moved; do
		town=${pair#*:}
		is "$1: nothing of ${pair%%:*} is lost or doubled in ${town%:*}" \
			as_in_peace "${town%:*}" "${pair##*:}" "${pair%%:*}"
	done
	for town in $towns; do
		is "$1: the audit log of $town is whole" insist 10 watashi "$town" audit verify
		is "$1: the database of $town is whole" insist 10 whole "$town"
		is "$1: each provision record stands once in $town" once_each "$town"
		is "$1: nothing new waits for an officer of $town" test -z "$(poison "$town")"
	done
	war_ends
	is "$1: one number in each code request, none anywhere else" scan
	is "$1: no program broke" clean_logs
	echo "$1: $(wc -l <"$story/killed") killed, $((SECONDS - began)) s"
}
[ -z "${WATASHI_LONG:-}" ] || run peace 0 0
for seed in $seeds; do
	run "seed-$seed" "$seed" "$kills"
done

finish
