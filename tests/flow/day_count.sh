#!/bin/bash
# Three counts of one day, on real parts over TLS: two towns and the core that has recorded what they asked each other.
# A record that never reached the provider's intermediary is found by name, on both sides; processes are killed on the
# way; what is told carries no person and no MyNumber.
NAME=days
# shellcheck source=tests/flow/town_lib.sh
. "${top_srcdir:?}/tests/flow/town_lib.sh"
for tool in python3 certtool; do
	command -v $tool >/dev/null || { echo "SKIP $tool is not installed"; echo "0 passed, 0 failed"; exit 77; }
done

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

# ---- people with numbers beside it ----
"$top/scripts/make-town" --seed 12 --residents 6 --municipality $sapporo --out "$story/town" >/dev/null
is "people with numbers arrive at the asker" watashi $sapporo import residents "$story/town/residents.csv"
numbers_of "$story/town/residents.csv" >"$story/numbers"
coded() { [ "$(find "$story/capture" -name '*-registrar-in-JUKI.CodeRequest.xml' | wc -l)" -ge "$(wc -l <"$story/numbers")" ]; }
is "and get their codes" within 60 coded

# ---- what crossed the wires ----
crossed() { # how many letters it takes depends on who speaks first; each town has told the other
	find "$story/capture" -type f | xargs grep -l '<MsgType>TKM.DayCount' >"$story/counts" 2>/dev/null
	grep -q -- "-$sapporo-" "$story/counts" && grep -q -- "-$yokohama-" "$story/counts"
}
is "each town's count crossed" crossed
person() { xargs grep -lE '<AddresseeNo>|<PersonCode>|<Value>' <"$story/counts"; }
is "no person stands in one" test -z "$(person)"
scan() {
	mkdir -p "$story/logs" && cp "$story"/*.log "$story"/net/*.log "$story/logs"
	"$bin/tests/flow/scan_numbers" "$story/numbers" "$story/capture" "$story/logs" >"$story/scanned"
}
is "one number in each code request, none in a count or its receipt, nor anywhere else" scan
for kind in TKM.DayCount TKM.DayReceipt COR.LetterRelay COR.Letter JUKI.CodeRequest; do
	is "the scanner has read $kind" awk -v kind=$kind '$1 == kind && $2 != "sent" && $2 > 0 || $1 == kind && $2 == "sent" && $3 > 0 { seen = 1 } END { exit !seen }' "$story/scanned"
done
# A letter is carried in base64: a number in one, at each of its three places to a byte, is found where it crosses.
for at in 0 1 2; do
	mkdir -p "$story/planted$at"
	python3 - "$story/capture" "$(head -n 1 "$story/numbers")" $at "$story/planted$at/1-core-in-COR.LetterRelay.xml" <<'END'
import base64, glob, re, sys
folder, number, at, out = sys.argv[1:]
for name in sorted(glob.glob(folder + '/*COR.LetterRelay.xml')):
    raw = open(name, 'rb').read()
    m = re.search(rb'<Letter>([^<]*)<', raw)
    letter = base64.b64decode(m[1]) if m else b''
    if b'<TKM.DayCount>' in letter:
        where = letter.index(b'<Digest>') + 8
        where += (int(at) - where) % 3
        open(out, 'wb').write(raw.replace(m[1], base64.b64encode(letter[:where] + number.encode() + letter[where + 12:])))
        sys.exit(0)
sys.exit('no count was relayed')
END
	is "a number planted in a count on its way ($at) is found" sh -c \
		"test -s '$story'/planted$at/*.xml && ! '$bin/tests/flow/scan_numbers' '$story/numbers' '$story/planted$at'"
done
towns_stop
is "no process died of its own" sh -c "! grep -E 'AddressSanitizer|runtime error|assert' '$story'/*.log"
finish
