#!/bin/bash
# A crossing during which processes of the nodes and the network are killed at random
# moments: when it is over nothing is lost and nothing is doubled.  WATASHI_LONG=1 kills
# for longer; WATASHI_SEED=N repeats one run.
set -u
export LC_ALL=C.UTF-8
: "${top_srcdir:?}" "${top_builddir:?}"
top=$(cd "$top_srcdir" && pwd) bin=$(cd "$top_builddir" && pwd)
story=$(mktemp -d "${TMPDIR:-/tmp}/watashi-kill.XXXXXX") || exit 99
. "$top/scripts/towns.sh"
passed=0 failed=0
trap 'towns_stop; rm -rf "$story"' EXIT
trap 'exit 1' INT TERM HUP
kills=14
[ -z "${WATASHI_LONG:-}" ] || kills=200
seed=${WATASHI_SEED:-$(date +%N | sed 's/^0*//')}
echo "seed $seed"
RANDOM=$((seed % 32768))

is() { # is SENTENCE COMMAND...
	local sentence=$1
	shift
	if "$@" >"$story/is.out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $sentence"
		sed 's/^/     /' "$story/is.out" | head -n 20
	fi
}
# Every statement of a person, without who handed it over.
register() {
	watashi "$1" show "$2" --format json | tr ',{}' '\n\n\n' |
		grep -E '"(date|vaccine|originMunicipality|originId|version|lot)"' | sort
}
same() { diff <(register $yokohama "$1") <(register "$2" "$3"); }

towns_make && towns_start || { tail -n 5 "$story"/*.log; echo "0 passed, 1 failed"; exit 1; }
"$top/scripts/make-town" --seed 13 --residents 6 --municipality $yokohama --out "$story/town" >/dev/null
arrive "$story/town/residents.csv" $yokohama 2026-11-16 札幌市中央区 9001=5101 9002=5102 9003=5103 9004=5104 1001=5105 >"$story/sapporo.csv"
arrive "$story/sapporo.csv" $sapporo 2026-11-20 函館市若松町 5101=301 5102=302 >"$story/hakodate.csv"

# What clerks do, again and again until it has worked: each step may be cut anywhere.
work() {
	within 120 watashi $yokohama import residents "$story/town/residents.csv" &&
	within 120 watashi $yokohama import doses "$story/town/doses.csv" &&
	within 180 copies_arrived $yokohama &&
	within 120 watashi $sapporo import residents "$story/sapporo.csv" &&
	within 120 watashi $sapporo inquire || return 1
	for number in 5101 5102 5103 5104 5105; do
		within 180 stands $sapporo $number applied || return 1
	done
	within 180 copies_arrived $sapporo &&
	within 120 watashi $hakodate import residents "$story/hakodate.csv" &&
	within 120 watashi $hakodate inquire || return 1
	for number in 301 302; do
		within 180 stands $hakodate $number applied || return 1
	done
}
work >"$story/work.out" 2>&1 &
work_pid=$!

alive() { kill -0 "$1" 2>/dev/null; }
# What died is started again, as the machine's service manager would.
revive() {
	local town pid
	alive "$network_pid" || network_start || return 1
	for town in $yokohama $sapporo $hakodate; do
		eval "pid=\$town_pid_$town"
		alive "$pid" || within 20 town_start "$town" || return 1
	done
}
victim() { # one of the nodes' processes, or the network
	local town pid
	town=$(printf '%s\n' $yokohama $sapporo $hakodate | sed -n "$((RANDOM % 3 + 1))p")
	eval "pid=\$town_pid_$town"
	case $((RANDOM % 4)) in
	0) echo "$network_pid" ;;
	1) echo "$pid" ;;
	*) cat "/proc/$pid/task/$pid/children" 2>/dev/null | tr ' ' '\n' | grep . | sed -n "$((RANDOM % 4 + 1))p" ;;
	esac
}
killed=0
while alive $work_pid; do
	sleep "0.$((RANDOM % 8 + 1))"
	if [ $killed -lt $kills ]; then
		who=$(victim)
		[ -n "$who" ] && kill -9 "$who" 2>/dev/null && killed=$((killed + 1))
		sleep 0.1
	fi
	revive || { echo "FAIL a process did not come back"; failed=$((failed + 1)); break; }
done
wait $work_pid
ended=$?
echo "$killed killed"

is "every step was done in the end" test $ended -eq 0
is "something was killed" test $killed -gt 0
for pair in 9001:5101 9002:5102 9003:5103 9004:5104 1001:5105; do
	is "nothing of ${pair%:*} is lost or doubled in the second town" same "${pair%:*}" $sapporo "${pair#*:}"
done
is "nothing of 9001 is lost or doubled in the third town" same 9001 $hakodate 301
is "nothing of 9002 is lost or doubled in the third town" same 9002 $hakodate 302
for town in $yokohama $sapporo $hakodate; do
	is "the audit log of $town is whole" watashi "$town" audit verify
	is "the database of $town is whole" eval "watashi $town doctor | grep -q '^database *yes'"
done
numbers_of "$story/town/residents.csv" >"$story/numbers"
# A file that the killed network was writing is no message.
scan() {
	mkdir -p "$story/logs" && cp "$story"/*.log "$story"/net/*.log "$story/logs" &&
		find "$story/capture" -size 0 -delete &&
		"$bin/tests/flow/scan_numbers" "$story/numbers" "$story/capture" "$story/logs"
}
is "no number is where none belongs" scan

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
