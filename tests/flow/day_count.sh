#!/bin/bash
# Three counts of one day, on real parts over TLS: two towns and the core that has recorded what they asked each other.
# A record that never reached the provider's intermediary is found by name, on both sides; processes are killed on the
# way; what is told carries no person and no MyNumber.
set -u
export LC_ALL=C.UTF-8
: "${top_srcdir:?}" "${top_builddir:?}"
top=$(cd "$top_srcdir" && pwd) bin=$(cd "$top_builddir" && pwd)
for tool in python3 certtool; do
	command -v $tool >/dev/null || { echo "SKIP $tool is not installed"; echo "0 passed, 0 failed"; exit 77; }
done
story=$(mktemp -d "${TMPDIR:-/tmp}/watashi-days.XXXXXX") || exit 99
. "$top/scripts/towns.sh"
passed=0 failed=0
trap 'towns_stop; rm -rf "$story"' EXIT
trap 'exit 1' INT TERM HUP
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

towns_make || { echo "the towns could not be made"; echo "0 passed, 1 failed"; exit 1; }
chmod 711 "$story" "$story/node-$sapporo" "$story/node-$yokohama"
network_start || { tail -n 5 "$story"/*.log; echo "0 passed, 1 failed"; exit 1; }
kill $network_pid && wait $network_pid
# Two days ago Sapporo asked Yokohama three times; the provider's intermediary never heard how the second ended.
cat >"$story/past.py" <<'END'
import sqlite3, sys, time
folder, part, lost = sys.argv[1:4]
day = int((time.time() + 9 * 3600) // 86400) - 2
asked = (day * 86400 + 3 * 3600) * 1000
db = sqlite3.connect(f'{folder}/{part}.db')
for n, outcome in ((1, 1), (2, 2), (3, 3)):
    number = time.strftime('%Y%m%d', time.gmtime(day * 86400)) + f'12000000{n}-0000000{n}'
    if str(n) == lost:
        continue
    db.execute('INSERT INTO record (process_no, inquirer, provider, requested_at, provided_at, affair_code, procedure_code, item_code, '
               'outcome, error, inquirer_non_disclosure, provider_non_disclosure, expires_on) VALUES (?,?,?,?,?,?,?,?,?,?,0,0,?)',
               (number, '0110020000000001', '1410030000000001', asked + n, asked + 60000 if outcome == 1 else None, 'DUMMYJM000000025',
                'DUMMYJT000002501', 'DUMMYTM002700001', outcome, 0 if outcome == 1 else 10, day + 7 * 365))
if part == 'core':
    db.execute('INSERT INTO day_count (on_day, inquirer, provider, is_due, told_at) VALUES (?, ?, ?, 1, 0)',
               (day, '0110020000000001', '1410030000000001'))
db.commit()
print(time.strftime('%Y-%m-%d', time.gmtime(day * 86400)))
END
past() { python3 "$story/past.py" "$story/net" "$@"; }
day=$(past core none) || { echo "FAIL the past can be written"; ls "$story/net"; echo "0 passed, 1 failed"; exit 1; }
is "the asker's intermediary has all three" past intermediary-$sapporo none
is "the provider's lacks one" past intermediary-$yokohama 2
network_start || { tail -n 5 "$story"/*.log; echo "0 passed, 1 failed"; exit 1; }
for town in $sapporo $yokohama; do
	sed -i 's/^look_every =.*//' "$story/node-$town/watashi.conf"
	echo 'look_every = 1' >>"$story/node-$town/watashi.conf"
	town_start $town || { tail -n 5 "$story"/*.log; echo "0 passed, 1 failed"; exit 1; }
done
# Killed while letters are on their way, on both sides and in between.
for town in $sapporo $yokohama $sapporo; do
	sleep 1.3
	pid=town_pid_$town
	kill -9 "${!pid}"
	wait "${!pid}" 2>/dev/null
	is "a node killed in between starts again" town_start $town
done
kill -9 $network_pid
wait $network_pid 2>/dev/null
is "so does the network" network_start

compare() { watashi "$1" records compare --on "$day" --format csv; }
counts() { # counts TOWN TEXT: the row of what found nothing has this
	compare "$1" | tr -d '\r' | grep -q -- "$2"
}
is "the asker counts one, the other none, the hub one" within 90 counts $sapporo "inquirer,,differs,no-data,1,0,1"
is "the provider counts none, the other one, the hub one" within 90 counts $yokohama "provider,,differs,no-data,0,1,1"
is "what both have recorded is the same" counts $sapporo "inquirer,,differs,provided,1,1,1"
calm() { watashi $sapporo doctor --format csv | tr -d '\r' | grep -q '^"*day-counts"*,"*\(true\|yes\|1\)'; }
is "a difference of today is named and no alarm yet" calm
quiet() { # nothing is said to and fro without end
	local before after
	before=$(ls "$story/capture" | wc -l)
	sleep 3
	after=$(find "$story/capture" -type f | xargs grep -l 'DayCount\|DayReceipt' 2>/dev/null | wc -l)
	sleep 3
	[ "$(find "$story/capture" -type f | xargs grep -l 'DayCount\|DayReceipt' 2>/dev/null | wc -l)" -eq "$after" ]
}
is "two towns that differ do not talk for ever" within 40 quiet

# Whom it concerns is named by who may see that: an officer of a role of its own.
if [ "$(id -u)" -eq 0 ]; then
	see() { # see TOWN COMMAND...
		local town=$1
		shift
		setpriv --reuid 65531 --regid 65531 --clear-groups "$bin/watashi" --node "$story/node-$town" --lang en "$@"
	}
	for town in $sapporo $yokohama; do
		is "an officer who may see it" watashi $town officer add seer --uid 65531 --role protecting-officer
	done
	named() { see "$1" records compare --on "$day" --format csv | tr -d '\r' | grep 120000002-00000002 | grep -q -- "$2"; }
	is "the asker learns which one the other lacks" within 60 named $sapporo ",town"
	is "the provider learns which one it lacks" within 60 named $yokohama ",here"
	is "and who asked" sh -c "$(declare -f see); bin='$bin' story='$story'; see $yokohama records compare --on $day | grep -q $sapporo"
fi
number() { compare "$1" | tr -d '\r' | last comparisonNo; }
is "an officer says why" watashi $sapporo records explain "$(number $sapporo)" --reason "their intermediary lost a record"
is "and it stands as explained" counts $sapporo explained
is "in Japanese too" sh -c "'$bin/watashi' --node '$story/node-$sapporo' --lang ja records compare --all | grep -q 照合番号"

# ---- what crossed the wires ----
crossed() { # how many letters it takes depends on who speaks first; each town has told the other
	find "$story/capture" -type f | xargs grep -l '<MsgType>TKM.DayCount' >"$story/counts" 2>/dev/null
	grep -q -- "-$sapporo-" "$story/counts" && grep -q -- "-$yokohama-" "$story/counts"
}
is "each town's count crossed" crossed
person() { xargs grep -lE '<AddresseeNo>|<PersonCode>|<Value>' <"$story/counts"; }
is "no person stands in one" test -z "$(person)"
towns_stop
is "no process died of its own" sh -c "! grep -E 'AddressSanitizer|runtime error|assert' '$story'/*.log"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
