# The network is killed at random moments of codes, copies and inquiries, again and
# again: nothing is lost, nothing is doubled, and a repeated message gets its stored answer.
. "${top_srcdir:?}/tests/flow/net_lib.sh"
net_prepare
# The same addresses after each start, as a node would find them.
net_start
sed -i 's/^listen.*//' "$work/net.conf"
for part in registrar core intermediary-141003 intermediary-011002 intermediary-012025; do
	section=$(echo "$part" | sed 's/-/ /')
	sed -i "s/^\[$section\]/&\nlisten = 127.0.0.1:$(sed -n "s/^$part=//p" "$work/state/ports")/" "$work/net.conf"
done
net_stop

rounds=4
[ -z "${WATASHI_LONG:-}" ] || rounds=60

# A message sent until it is answered, through whatever happens: as an outbox does.
insist() {
	insist_until=$(($(date +%s) + 60))
	while ! say "$1" "$2" <"$3" >/dev/null 2>&1 || ! grep -q '<MsgType>' "$work/answer"; do
		[ "$(date +%s)" -lt "$insist_until" ] || return 1
		sleep 0.05
	done
}

# a life of its own in the background: kills and starts the network until told to stop
killer() {
	while [ ! -e "$work/peace" ]; do
		sleep "0.$((RANDOM % 6 + 2))"
		kill_once
		start_once
	done
}
# and waits until it is gone, with its lock
kill_once() {
	victim=$(cat "$work/pid")
	kill -9 "$victim" 2>/dev/null
	while kill -0 "$victim" 2>/dev/null; do
		sleep 0.01
	done
}
start_once() {
	"$net_program" --config "$work/net.conf" >>"$work/out" 2>>"$work/err" &
	echo $! >"$work/pid"
	disown $!
}
start_once
killer &
killer_pid=$!

steady() {
	echo "$3" | message "$2" "$1" "$1" >"$work/question"
	insist "intermediary-$1" "node-$1" "$work/question"
}
ready=0
for round in $(seq 1 $rounds); do
	# invented numbers; the check digit is worked out by the rule of the ordinance
	number=$(awk -v n="$((98765430000 + round))" 'BEGIN {
		for (i = 1; i <= 11; i++) { p = substr(n, 12 - i, 1); s += p * (i <= 6 ? i + 1 : i - 5) }
		r = s % 11; print n (r <= 1 ? 0 : 11 - r) }')
	good=yes
	for place in "141003 1$round" "011002 2$round"; do
		set -- $place
		steady "$1" FGU.NumberRequest "<AddresseeNo>$2</AddresseeNo><InstitutionCode>$(institution "$1")</InstitutionCode>" || good=no
		reception=$(field ReceptionNo)
		acquisition=
		for try in $(seq 1 200); do
			steady "$1" FGU.NumberFetch "<ReceptionNo>$reception</ReceptionNo>"
			acquisition=$(field AcquisitionNo)
			[ -z "$acquisition" ] || break
			sleep 0.05
		done
		echo "<AcquisitionNo>$acquisition</AcquisitionNo><MyNumber>$number</MyNumber>" |
			message JUKI.CodeRequest "$1" registrar >"$work/code.$1"
		insist registrar "node-$1" "$work/code.$1" || good=no
		for try in $(seq 1 200); do
			steady "$1" FGU.CodeFetch "<AddresseeNo>$2</AddresseeNo>"
			[ "$(field Status)" != 2 ] || break
			sleep 0.05
		done
		[ "$(field Status)" = 2 ] || good=no
	done
	copy_body="<Segment>1</Segment><Records><Record><RecordNo>R1</RecordNo><AddresseeNo>1$round</AddresseeNo><TM>$TM</TM><DataSetNo>0001</DataSetNo><RecordKey>d1</RecordKey><RecordVersion>1</RecordVersion><LayoutVersion>0001</LayoutVersion><PublishFrom>20200101</PublishFrom><NoAutoReply>0</NoAutoReply><SelfInfoBarred>0</SelfInfoBarred><Items>$(items 2025-01-10 ワタシ 2026-02-01)</Items></Record></Records>"
	steady 141003 DBM.CopyRegister "$copy_body" || good=no
	steady 011002 SKI.InquiryRequest "<RecordNo>K$round</RecordNo><AddresseeNo>2$round</AddresseeNo><Dept>d</Dept><User>u</User><Inquirer>$(institution 011002)</Inquirer><Provider>$(institution 141003)</Provider><JM>$JM</JM><JT>$JT</JT><TM>$TM</TM><InquirerNonDisclosure>0</InquirerNonDisclosure><RequestedAt>20261122100000000</RequestedAt><Salt>$(new_id)</Salt>" || good=no
	cp "$work/question" "$work/inquiry"
	cp "$work/answer" "$work/receipt"
	reception=$(field ReceptionNo)
	for try in $(seq 1 400); do
		steady 011002 SKI.ResultFetch "<ReceptionNo>$reception</ReceptionNo>"
		[ "$(field StatusDetail)" != 09 ] || break
		sleep 0.05
	done
	[ "$(field StatusDetail)/$(field StatusTM)" = 09/01 ] || good=no
	insist intermediary-011002 node-011002 "$work/inquiry"
	cmp -s "$work/answer" "$work/receipt" || good=no
	[ "$good" = no ] || ready=$((ready + 1))
done
touch "$work/peace"
wait "$killer_pid"
net_pid=$(cat "$work/pid")
rm -f "$work/state/ports"
is "every round came to its end through the kills" test "$ready" = "$rounds"
sleep 0.3
kill_once
start_once
net_pid=$(cat "$work/pid")
within 10 control status >/dev/null 2>&1
settled() {
	! control status | grep -v '	0 waiting' | grep -q .
}
is "nothing is left to be sent" within 20 settled
count() {
	sqlite3 "$work/state/$1.db" "$2"
}
is "one person for each number" test "$(count registrar 'SELECT count(*) FROM person')" = "$rounds"
is "one code for each person and place" test "$(count core 'SELECT count(*), count(DISTINCT person_id || institution) FROM code')" = "$((2 * rounds))|$((2 * rounds))"
is "one process for each inquiry" test "$(count core 'SELECT count(*) FROM process')" = "$rounds"
is "each with two rows of record at the hub" test "$(count core 'SELECT count(*) FROM record')" = "$((2 * rounds))"
is "and at the asker" test "$(count intermediary-011002 'SELECT count(*) FROM record')" = "$((2 * rounds))"
is "and at the provider" test "$(count intermediary-141003 'SELECT count(*) FROM record')" = "$((2 * rounds))"
is "no acquisition number is left" test "$(count core 'SELECT count(*) FROM acquisition')" = 0
is "the program reported nothing" sh -c "! grep . '$work/err'"
is "it stops cleanly" control stop
net_pid=
net_report
