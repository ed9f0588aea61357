#!/bin/bash
# Notices to portals and a person's own look, on real parts over TLS: two officers send a run, processes are killed on the
# way, who dies or comes under protection before a notice leaves gets none; nothing that crosses names a vaccine, a place
# or somebody protected; a look is recorded at portal, town and hub, and proven years later by the hub's word.
NAME=portal
# shellcheck source=tests/flow/town_lib.sh
. "${top_srcdir:?}/tests/flow/town_lib.sh"
needs_root
# both MUNICIPALITY COMMAND...: proposed by the first officer, given by the second
both() {
	officer 1 "$@" >"$story/proposed" 2>&1
	officer 2 "$1" approval give "$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$story/proposed" | tail -n 1)"
}
csv() { watashi "$@" --format csv | tr -d '\r"'; }
restart() { # restart MUNICIPALITY: killed without warning, and started anew
	local pid=town_pid_$1
	kill -9 "${!pid}"
	wait "${!pid}" 2>/dev/null
	town_start "$1"
}

towns_make || { echo "the towns could not be made"; echo "0 passed, 1 failed"; exit 1; }
chmod 711 "$story" "$story/node-$yokohama" "$story/node-$sapporo"
for town in $yokohama $sapporo; do
	printf 'look_every = 1\nportal_arrivals = yes\n' >"$story/more"
	sed -i 's/^look_every =.*//' "$story/node-$town/watashi.conf"
	cat "$story/more" >>"$story/node-$town/watashi.conf"
done
towns_start || { tail -n 5 "$story"/*.log; echo "0 passed, 1 failed"; exit 1; }
for town in $yokohama $sapporo; do
	is "an officer of $town" watashi $town officer add one --uid 65531 --role health-officer
	is "a second one" watashi $town officer add two --uid 65532 --role health-officer
	is "and one who sees protected people" watashi $town officer add three --uid 65533 --role protecting-officer
done
"$top/scripts/make-town" --seed 11 --residents 12 --municipality $yokohama --out "$story/town" >/dev/null
is "residents are taken in" watashi $yokohama import residents "$story/town/residents.csv"
is "their doses are taken in" watashi $yokohama import doses "$story/town/doses.csv"
is "the copies arrive" within 120 copies_arrived $yokohama
birth() { awk -F, -v no="$1" 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } $c["addressee_no"] == no { print $c["birth_date"]; exit }' "$story/town/residents.csv"; }
for no in 1001 1003 1007; do
	is "$no ties a portal to the town" control portal-link "p$no" $yokohama $no "$(birth $no)"
done
show() { control portal-show "$1" >"$story/show-$1"; cat "$story/show-$1"; }
shows() { show "$1" | grep -q -- "$2"; }

# ---- a run of letters to portals ----

is "a list" officer 1 $yokohama list define all --description x --age 0..
is "is released" both $yokohama list release all --on 2026-11-22 --purpose reminder --reason r
is "a run" officer 1 $yokohama notice run --release 1 --programme mr-2
people=$(csv $yokohama notice count 1 | sed -n 's/^list,notices,,//p')
is "is counted for portals" test "${people:-0}" -gt 5
is "counting sends nothing" test -z "$(csv $yokohama notice sent 1 | tail -n +2)"
is "no officer alone sends it" ends 1 "approval" officer 1 $yokohama notice portal 1 --reason r
is "withdrawn" officer 1 $yokohama approval withdraw 2
is "the town's intermediary is outside hours" control close intermediary-$yokohama
is "two officers send it" both $yokohama notice portal 1 --reason "the season begins"
is "once" ends 1 "went to the portals before" officer 1 $yokohama notice portal 1 --reason again
state() { csv $yokohama notice sent 1 | awk -F, -v no="$1" '$2 == no { print $3 "," $4 }'; }
has_state() { [ "$(state "$1")" = "$2" ] || { state "$1"; false; }; }
is "messages wait" within 60 has_state 1001 "sent,"
is "one dies before it leaves" watashi $yokohama resident correct 1003 --died-on 2026-11-21 --reason register
is "one comes under protection" watashi $yokohama resident protect 1007
is "the node is killed" restart $yokohama
control open intermediary-$yokohama
is "the dead get none" within 60 has_state 1003 "not-sent,dead"
is "of the protected nothing is said" has_state 1007 ""
is "the others' portals are reached" within 90 has_state 1001 "delivered,"
none() { [ "$(csv $yokohama notice sent 1 | grep -c ',no-portal,')" = $((people - 3)) ] || csv $yokohama notice sent 1; }
is "who has none is told apart, for a letter on paper" within 90 none
is "it is read" shows p1001 "^notice.1410030000000001.予防接種のお知らせ / Notice about immunization.*health office"
is "once" test "$(grep -c ^notice "$story/show-p1001")" = 1
is "by the dead's and the protected's portals nothing" sh -c "cat '$story/show-p1001' >/dev/null; ! '$bin/src/net/watashi-net' control --config '$story/net.conf' portal-show p1003 | grep -q notice && ! '$bin/src/net/watashi-net' control --config '$story/net.conf' portal-show p1007 | grep -q notice"
is "the officer sees it with the person" sh -c "'$bin/watashi' --node '$story/node-$yokohama' --lang ja notice list 1001 | grep -q 'ポータル: 到達'"
is "what is at portals is not taken back" ends 1 "cannot be taken back" officer 1 $yokohama notice undo 1 --reason oops

# ---- killed on the way ----

is "another run" officer 1 $yokohama notice run --release 1 --programme mr-2 --again-after 0
is "the portal is closed" control close portal
is "goes out" both $yokohama notice portal 2 --reason r
state2() { csv $yokohama notice sent 2 | awk -F, -v no="$1" '$2 == no { print $3 }'; }
received() { [ "$(state2 1001)" = received ]; }
is "the intermediary has it" within 60 received
is "node and network are killed" restart $yokohama
kill -9 $network_pid
wait $network_pid 2>/dev/null
is "the network starts again" network_start
is "the portal opens" control open portal
delivered() { [ "$(state2 1001)" = delivered ]; }
is "it is delivered" within 120 delivered
is "once" test "$(show p1001 | grep -c ^notice)" = 2

# ---- one's own look ----

is "the person looks" control portal-ask p1001 DUMMYTM002700001
is "and sees the own doses" within 30 shows p1001 "^record"
recorded() { csv $yokohama records | grep -q "provider,0000000000000003,1410030000000001"; }
is "the town has a record of it" within 60 recorded
look=$(csv $yokohama records | grep ",0000000000000003," | cut -d, -f 1 | head -n 1)
is "for seven years, at all three" test "$(control records "$look" | grep -c '	2033-')" = 3
is "nobody is told a correction of it" test -z "$(csv $yokohama correction told 1001 | tail -n +2)"
is "nor is a day's count wanting" not grep -rq "TKM.DayCount.*0000000000000003" "$story/capture"
evidence() { # the hub's word has come
	officer 1 $yokohama evidence release "$look" --reason look --format csv 2>/dev/null | grep -q TKM.Record
}
is "the hub's word of it comes" within 60 evidence
is "two officers release it" both $yokohama evidence release "$look" --reason "asked by the person"
mkdir "$story/out" && chmod 777 "$story/out"
is "it is exported" officer 1 $yokohama evidence export "$story/out/look.tar" --exchange "$look"
is "and proven" ends 0 "provided: .*proven" "$bin/watashi-verify" evidence --authority "$story/authority/authority.crt" "$story/out/look.tar"
is "the person is barred from the portal" officer 1 $yokohama resident bar 1001
barred() { grep -rl SelfInfoBarred "$story/capture" | xargs grep -l '<AddresseeNo>1001<.*<SelfInfoBarred>1' >/dev/null; }
is "the intermediary is told" within 60 barred
is "the copies arrive again" within 60 copies_arrived $yokohama
looked() { control portal-ask p1001 DUMMYTM002700001 && within 20 shows p1001 "^look.*	$1\$"; }
is "then nothing is told" looked nothing
refused() { csv $yokohama records | grep "provider,0000000000000003," | grep -q ",refused,1"; }
is "which is recorded, not to be shown" within 60 refused
is "no officer alone lifts the bar" ends 1 "approval" officer 1 $yokohama resident unbar 1001 --reason r
is "nor does a notice go there: one is barred" sh -c "'$bin/watashi' --node '$story/node-$yokohama' --lang en notice run --release 1 --programme mr-2 --again-after 0 >/dev/null; '$bin/watashi' --node '$story/node-$yokohama' --lang en notice count 3 --format csv | tr -d '\"\r' | grep -q 'excluded,portal-barred,,1'"

# ---- records have arrived ----

arrive "$story/town/residents.csv" $yokohama 2026-11-16 札幌市中央区 9001=5101 >"$story/sapporo.csv"
is "somebody moves" watashi $sapporo import residents "$story/sapporo.csv"
is "and ties the portal to the new town" control portal-link p5101 $sapporo 5101 "$(birth 9001)"
asked() { watashi $sapporo inquire 5101; true; }
is "the old town is asked" asked
is "it answers" within 90 stands $sapporo 5101 applied
is "the portal says that records have arrived" within 60 shows p5101 "^notice.0110020000000001.*have arrived"

# ---- what crossed the wires ----

find "$story/capture" -name '*OSR.Notice.xml' | xargs cat >"$story/notices"
is "notices crossed" test -s "$story/notices"
is "none names a town, a clinic or a vaccine" not grep -Eiq '横浜|札幌|函館|小児科|クリニック|MR|麻|風しん|BCG|ワクチン|vaccine' "$story/notices"
find "$story/capture" -name '*-portal-in-OSR.Notice.xml' | xargs cat >"$story/told"
is "none reached the portal for the dead or the protected" not grep -Eq '<AddresseeNo>(1003|1007)<' "$story/told"
scan() {
	numbers_of "$story/town/residents.csv" >"$story/numbers"
	mkdir -p "$story/logs" && cp "$story"/*.log "$story"/net/*.log "$story/logs"
	"$bin/tests/flow/scan_numbers" "$story/numbers" "$story/capture" "$story/logs"
}
is "no MyNumber is in any message but the code request, nor in a log" scan

# ---- a network without a portal ----

kill $network_pid
wait $network_pid 2>/dev/null
sed -i '/^\[portal\]/,$d' "$story/net.conf"
is "a network without a portal" network_start
is "a run goes out" both $yokohama notice portal 3 --reason r
state3() { csv $yokohama notice sent 3 | grep -q ',not-connected,'; }
is "and is said to go nowhere" within 60 state3
towns_stop
is "no process died of its own" not grep -E 'AddressSanitizer|runtime error|assert' "$story"/*.log
finish
