# Sourced by the flow tests of the reference network: a network with three
# municipalities on free ports of the loopback, and words to speak to it.
set -u
export LC_ALL=C.UTF-8
: "${top_srcdir:?}" "${top_builddir:?}"

net_program=$top_builddir/src/net/watashi-net
net_say=$top_builddir/tests/flow/net_say
work=$(mktemp -d "${TMPDIR:-/tmp}/watashi-net.XXXXXX")
net_pid=
passed=0
failed=0
message_count=0

net_end() {
	[ -z "$net_pid" ] || kill "$net_pid" 2>/dev/null
	[ -z "$net_pid" ] || wait "$net_pid" 2>/dev/null
	rm -rf "$work"
}
trap net_end EXIT
trap 'exit 1' INT TERM HUP

# report: last line, exit status
net_report() {
	[ "$passed" -gt 0 ] || failed=$((failed + 1))
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}

# is SENTENCE COMMAND...: the command must succeed
is() {
	sentence=$1
	shift
	if "$@" >"$work/is.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $sentence"
		sed 's/^/     /' "$work/is.log" | head -20
	fi
}

not() {
	! "$@"
}

# within SECONDS COMMAND...: try until it succeeds
within() {
	until=$(($(date +%s) + $1))
	shift
	while ! "$@"; do
		[ "$(date +%s)" -lt "$until" ] || return 1
		sleep 0.05
	done
}

net_prepare() {
	"$top_srcdir/scripts/demo-authority" "$work/pki" || exit 99
	cat >"$work/net.conf" <<-END
		state = $work/state
		certificates = $work/pki
		wire = $top_srcdir/data/wire
		permission = $top_srcdir/data/net/permission.tsv
		capture = $work/capture
		clock = 2026-11-22T09:00:00
		retry_first_ms = 20
		retry_last_ms = 200
		[registrar]
		listen = 127.0.0.1:0
		[core]
		listen = 127.0.0.1:0
		[intermediary 141003]
		listen = 127.0.0.1:0
		[intermediary 011002]
		listen = 127.0.0.1:0
		[intermediary 012025]
		listen = 127.0.0.1:0
	END
}

net_start() {
	rm -f "$work/state/ports"
	"$net_program" --config "$work/net.conf" >"$work/out" 2>"$work/err" &
	net_pid=$!
	if ! within 20 test -s "$work/state/ports"; then
		echo "the network did not start" >&2
		cat "$work/err" >&2
		exit 99
	fi
}

net_kill() {
	kill -9 "$net_pid"
	wait "$net_pid" 2>/dev/null
	net_pid=
}

net_stop() {
	kill -TERM "$net_pid"
	wait "$net_pid"
	stopped=$?
	net_pid=
	return $stopped
}

control() {
	"$net_program" control --config "$work/net.conf" "$@"
}

# url PART
url() {
	echo "https://127.0.0.1:$(sed -n "s/^$1=//p" "$work/state/ports")"
}

institution() {
	case $1 in
	core) echo 0000000000000001 ;;
	registrar) echo 0000000000000002 ;;
	*) echo "${1}0000000001" ;;
	esac
}

new_id() {
	od -An -N16 -tx1 /dev/urandom | tr -d ' \n'
}

# message TYPE FROM TO [ID]: body fields on standard input; FROM and TO are
# municipality codes, "core" or "registrar"
message() {
	cat <<-END
		<?xml version="1.0" encoding="UTF-8"?>
		<Message xmlns="urn:watashi:wire:1"><Header><MsgID>${4:-$(new_id)}</MsgID><MsgType>$1</MsgType><Mode>0</Mode><Source>$(institution "$2")</Source><Destination>$(institution "$3")</Destination><Result>0000</Result></Header><Body><$1>$(cat)</$1></Body></Message>
	END
}

# say PART AS < document: the answer goes to standard output and $work/answer
say() {
	"$net_say" -a "$work/pki/authority.crt" -c "$work/pki/$2/tls.crt" -k "$work/pki/$2/tls.key" \
		-s "$work/pki/$2/sign.key" -v "$work/pki/$1/sign.crt" "$(url "$1")" \
		>"$work/answer" 2>"$work/status"
	said=$?
	cat "$work/answer"
	return $said
}

# field NAME: of the last answer
field() {
	sed -n "s/.*<$1>\([^<]*\)<\/$1>.*/\1/p" "$work/answer" | head -1
}

# ask MUNICIPALITY TYPE < body fields: the node speaks to its intermediary
ask() {
	message "$2" "$1" "$1" >"$work/question"
	say "intermediary-$1" "node-$1" <"$work/question" >/dev/null
}

# acquire MUNICIPALITY ADDRESSEE NUMBER: both legs, until the code is there
acquire() {
	echo "<AddresseeNo>$2</AddresseeNo><InstitutionCode>$(institution "$1")</InstitutionCode>" |
		ask "$1" FGU.NumberRequest || return 1
	reception=$(field ReceptionNo)
	within 10 number_issued "$1" "$reception" || return 1
	acquisition=$(field AcquisitionNo)
	echo "<AcquisitionNo>$acquisition</AcquisitionNo><MyNumber>$3</MyNumber>" |
		message JUKI.CodeRequest "$1" registrar >"$work/question"
	say registrar "node-$1" <"$work/question" >/dev/null || return 1
	[ "$(field Result)" = 0000 ] || return 1
	within 10 code_issued "$1" "$2"
}

number_issued() {
	echo "<ReceptionNo>$2</ReceptionNo>" | ask "$1" FGU.NumberFetch
	[ -n "$(field AcquisitionNo)" ]
}

code_issued() {
	echo "<AddresseeNo>$2</AddresseeNo>" | ask "$1" FGU.CodeFetch
	[ "$(field Status)" = 2 ]
}

JM=DUMMYJM000000025
JT=DUMMYJT000002501
TM=DUMMYTM002700001

# items BIRTH KANA DOSE
items() {
	echo "<Item><Code>I000000001</Code><Depth>1</Depth><Value>$1</Value></Item><Item><Code>I000000002</Code><Depth>1</Depth><Value>2</Value></Item><Item><Code>I000000003</Code><Depth>1</Depth><Value>$2</Value></Item><Item><Code>I000000104</Code><Depth>1</Depth><Value>$3</Value></Item><Item><Code>I000000106</Code><Depth>1</Depth><NullReason>1</NullReason></Item>"
}

# copy MUNICIPALITY ADDRESSEE KEY VERSION HOLD BIRTH DOSE
copy() {
	echo "<Segment>1</Segment><Records><Record><RecordNo>R1</RecordNo><AddresseeNo>$2</AddresseeNo><TM>$TM</TM><DataSetNo>0001</DataSetNo><RecordKey>$3</RecordKey><RecordVersion>$4</RecordVersion><LayoutVersion>0001</LayoutVersion><PublishFrom>20200101</PublishFrom><NoAutoReply>$5</NoAutoReply><SelfInfoBarred>0</SelfInfoBarred><Items>$(items "$6" ワタシハナコ "$7")</Items></Record></Records>" |
		ask "$1" DBM.CopyRegister
}

# inquire MUNICIPALITY ADDRESSEE PROVIDER RECORD-NO: leaves $reception
inquire() {
	echo "<RecordNo>$4</RecordNo><AddresseeNo>$2</AddresseeNo><Dept>health</Dept><User>u1</User><Inquirer>$(institution "$1")</Inquirer><Provider>${5:-$(institution "$3")}</Provider><JM>$JM</JM><JT>$JT</JT><TM>${6:-$TM}</TM><InquirerNonDisclosure>0</InquirerNonDisclosure><RequestedAt>20261122100000000</RequestedAt><Salt>$(new_id)</Salt>" |
		ask "$1" SKI.InquiryRequest
	reception=$(field ReceptionNo)
}

# result MUNICIPALITY RECEPTION: fetches once
result() {
	echo "<ReceptionNo>$2</ReceptionNo>" | ask "$1" SKI.ResultFetch
}

result_is() {
	result "$1" "$2"
	[ "$(field StatusDetail)" = "$3" ]
}

response() {
	field Response | base64 -d
}
