#!/bin/bash
# The daemon and the command line as real processes: with and without a daemon, killed, crowded,
# spoken to by strangers.
NAME=daemon
. "$top_srcdir/tests/flow/node_lib.sh"

everybody() {
	processes " --node $node " | wc -w
}
nobody_left() { [ "$(everybody)" -eq 0 ]; }
is_new() { local p; p=$(pid_of "$1"); [ -n "$p" ] && [ "$p" != "$2" ]; }

# Twelve digits of an invented individual number: eleven and their check digit.
number() {
	awk -v d="$1" 'BEGIN {
		for (n = 1; n <= 11; n++)
			s += substr(d, 12 - n, 1) * (n <= 6 ? n + 1 : n - 5)
		r = s % 11
		print d (r <= 1 ? 0 : 11 - r)
	}'
}
# A user who is nobody, where one can be played and reaches the programs.
strangers=no
has_users && strangers=yes

{
	echo "7001,$(number 30000000001),港 花子,ミナト ハナコ,,2025-03-10,female,中区1,2025-03-10,,,,,0"
	echo "7002,$(number 30000000002),港 太郎,ミナト タロウ,,2021-06-01,male,中区1,2021-06-01,,,,,0"
} | residents >"$work/residents.csv"
{
	echo 'a1,1,7001,,2025-03-10,2025-05-12,DPT-IPV-Hib,X12,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
	echo 'a2,1,7002,,2021-06-01,2022-06-20,MR,X13,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
} | doses >"$work/doses.csv"

# --- an empty node
is "an empty node says so" 'state  empty' "$(w status | tr -s ' ' | sed 's/^state /state  /')"
if timeout 20 "$watashid" --node "$node" 2>"$work/err" >&2; then bad "no daemon without a node"; else good; fi
has "and says what to do" "watashi init" "$(cat "$work/err")"
text=$(w show 7001 2>&1)
is "nothing can be asked of it" 1 $?
has "and it says why" "run watashi init first" "$text"

# --- made once
w init --municipality 141003 --institution 1234567890123456 >"$work/init" 2>&1
is "init makes a node" 0 $?
has "and shows both halves of the recovery key" "half B" "$(cat "$work/init")"
w init --municipality 141003 >/dev/null 2>&1
is "a node is made only once" 1 $?

# --- without a daemon
w import residents "$work/residents.csv" >/dev/null
is "residents come in" 0 $?
w import doses "$work/doses.csv" >/dev/null
is "doses come in" 0 $?
does "a command leaves no process behind" within 10 nobody_left
ask_all() {
	w show 7001 --format json
	w show 7002
	w due --format csv
	w resident show 7001 --format json
	w show 9999
	w held attach nonsense 7001
} >"$1" 2>&1
ask_all "$work/alone"
for _ in 1 2 3 4 5 6; do
	w status >/dev/null 2>>"$work/crowd" &
done
wait $(jobs -p)
is "commands without a daemon wait for each other" "" "$(cat "$work/crowd")"

# --- with a daemon
if start; then good; else bad "the daemon becomes ready" "$(cat "$log")"; fi
ask_all "$work/served"
if cmp -s "$work/alone" "$work/served"; then
	good
else
	bad "the answers are the same with and without a daemon" "$(diff "$work/alone" "$work/served" | head -5)"
fi
is "five processes make a node" 5 "$(everybody)"
timeout 20 "$watashid" --node "$node" >/dev/null 2>"$work/err"
is "a second daemon is refused" 3 $?
has "and says why" "another process has this node open" "$(cat "$work/err")"
is "the first is not disturbed" 0 "$(w status >/dev/null 2>&1; echo $?)"

# --- who has what
if [ "$(id -u)" -eq 0 ]; then
	fds() { ls -l "/proc/$(pid_of "$1")/fd" 2>/dev/null; }
	has "the store has the database open" watashi.db "$(fds store)"
	for role in key wire post; do
		case $(fds "$role") in
		*watashi.db* | *watashid.sock*) bad "$role has the database" "$(fds "$role")" ;;
		'') bad "$role runs" ;;
		*) good ;;
		esac
		has "$role cannot gain privileges" "NoNewPrivs:	1" "$(grep NoNewPrivs "/proc/$(pid_of "$role")/status")"
	done
	is "wire has one socket" 1 "$(fds wire | grep -c socket:)"
else
	skip "descriptors of the processes can be seen by root only"
fi

# --- killed one by one
for role in wire key post; do
	old=$(pid_of "$role")
	[ -z "$old" ] || kill -9 "$old"
	does "$role is started anew" within 10 is_new "$role" "$old"
	w import doses "$work/doses.csv" >/dev/null
	is "files come in after $role was killed" 0 $?
	is "the key process knows its keys after $role was killed" 1 "$(number 30000000001 |
		w resident find --my-number-from - --format json | grep -c 7001)"
done
old=$(pid_of wire)
[ -z "$old" ] || kill -9 "$old"
w import doses "$work/doses.csv" >/dev/null
is "a command just after wire was killed waits for the new one" 0 $?
has "the log names the signal" "SIGKILL" "$(cat "$log")"

kill -9 "$(pid_of store)"
wait "$parent"
is "without the store the daemon ends as failed by the world" 3 $?
does "and everybody with it" within 10 nobody_left
if start; then good; else bad "the next start is clean" "$(tail -3 "$log")"; fi
w audit head >/dev/null
is "the head of the log is signed" 0 $?
w audit head >/dev/null
is "and signed again on the same day" 0 $?
is "nothing was lost" "yes" "$(w audit verify | awk '$1 == "good" { print $2 }')"

{
	kill -9 "$parent"
	wait "$parent"
} 2>/dev/null
does "without the parent everybody ends" within 10 nobody_left
if start; then good; else bad "the next start is clean again" "$(tail -3 "$log")"; fi

# --- rude peers
perl -e '
	use IO::Socket::UNIX;
	sub dial { IO::Socket::UNIX->new(Peer => "$ARGV[0]/watashid.sock") or die "dial: $!" }
	my $half = dial(); syswrite($half, "WFR1\x01");		# and no more
	my $http = dial(); syswrite($http, "GET / HTTP/1.1\r\n\r\n");
	my $huge = dial(); syswrite($huge, "WFR1" . pack("vvV", 1, 0, 0xfffffff));
	my @crowd = map { dial() } 1 .. 40;			# more than one peer may have
	print "there\n"; $| = 1; print ""; close(STDOUT);
	sleep 60;
' "$node" >"$work/rude" &
rude=$!
for _ in $(seq 100); do [ -s "$work/rude" ] && break; sleep 0.05; done
text=$(w status 2>&1)
case $? in
0) good ;;
3) has "a crowd is told to try again" "too many connections" "$text" ;;
*) bad "a crowd of one user" "$text" ;;
esac
if [ "$strangers" = yes ]; then
	chmod 0711 "$node"
	text=$(timeout 20 setpriv --reuid=65534 --clear-groups "$watashi" --node "$node" --lang en doctor 2>&1)
	has "another user is served meanwhile" "database" "$text"
else
	skip "another user can be played by root only, who must reach the programs"
fi
kill "$rude" 2>/dev/null
wait "$rude" 2>/dev/null
does "and the daemon serves on" within 10 w status

# --- strangers
if [ "$strangers" = yes ]; then
	stranger() { setpriv --reuid=65534 --clear-groups "$watashi" --node "$node" --lang en "$@" 2>&1; }
	text=$(stranger show 7001)
	is "a stranger sees no record" 1 $?
	has "and is told why" "may not do that" "$text"
	text=$(stranger officer add mallory --uid 65534 --role administrator)
	is "nor makes himself an officer" 1 $?
	w officer add auditor-a --uid 65534 --role auditor >/dev/null
	is "an officer is added" 0 $?
	stranger audit verify >/dev/null
	is "who may then read the log" 0 $?
	stranger show 7001 >/dev/null
	is "but no record" 1 $?
	w officer remove auditor-a >/dev/null
	stranger audit verify >/dev/null
	is "and no more once he is removed" 1 $?
else
	skip "strangers can be played by root only, who must reach the programs"
fi

# --- the end
stop
is "SIGTERM ends the daemon in order" 0 $?
does "nobody is left" within 10 nobody_left
if [ -e "$node/watashid.sock" ]; then bad "the socket is taken away"; else good; fi
if [ "$strangers" = yes ]; then
	text=$(stranger show 7001)
	is "without a daemon a stranger cannot open the node" 1 $?
	has "and is told so" "may not open the node" "$text"
fi
ask_all "$work/after"
if cmp -s "$work/alone" "$work/after"; then good; else bad "the register is as before"; fi

# --- a network that does not answer
node=$work/joined
log=$work/joined.log
w init --municipality 011002 --institution 2345678901234567 --registrar https://127.0.0.1:9 \
	--intermediary https://127.0.0.1:9 >/dev/null 2>&1
is "a node is made that belongs to a network" 0 $?
{
	head -n 1 "$work/residents.csv"
	echo "8001,$(number 30000000001),港 花子,ミナト ハナコ,,2025-03-10,female,北1,2026-10-01,,141003,,,0"
} >"$work/moved.csv"
w import residents "$work/moved.csv" >/dev/null
is "somebody has moved in" 0 $?
for daemon in without with; do
	if [ "$daemon" = with ]; then
		if start; then good; else bad "the daemon of a silent network becomes ready" "$(tail -3 "$log")"; fi
	fi
	began=$SECONDS
	text=$(w inquire 8001 --wait=3 2>&1)
	is "an inquiry that nobody answers says so $daemon a daemon" 1 $?
	has "in plain words $daemon a daemon" "not everything is answered yet" "$text"
	has "and shows where it stands $daemon a daemon" 141003 "$text"
	if [ $((SECONDS - began)) -ge 3 ]; then good; else bad "it waited $daemon a daemon"; fi
	"$watashi" --node "$node" inquire 8001 --wait=60 >/dev/null 2>&1 &
	waiting=$!
	sleep 1
	is "others are served while one waits $daemon a daemon" 0 "$(
		[ "$daemon" = without ] || w queue >"$work/queue" 2>&1
		echo $?
	)"
	kill -9 "$waiting"
	wait "$waiting" 2>/dev/null
	if [ "$daemon" = without ]; then
		does "a command that was killed leaves no process behind" within 10 nobody_left
	fi
done
has "the queue names what waits" FGU.NumberRequest "$(cat "$work/queue")"
has "and the doctor comforts" "nothing is lost" "$(w doctor)"
old=$(pid_of post)
kill -9 "$old"
does "post is started anew while messages wait" within 10 is_new post "$old"
does "and they go on waiting" within 10 sh -c "$watashi --node $node queue --format csv | grep -q FGU.NumberRequest"
stop
is "and the daemon ends in order" 0 $?

node=$work/node
log=$work/log

# --- a disk without room
if [ "$(id -u)" -eq 0 ] && mkdir "$work/small" &&
	mount -t tmpfs -o size=$(($(du -sk "$node" "$node.keys" | awk '{ k += $1 } END { print k }') + 256))k tmpfs "$work/small" 2>/dev/null; then
	cp -r "$node" "$node.keys" "$work/small/" 2>/dev/null
	sed -i "s|^keys = .*|keys = $work/small/node.keys|" "$work/small/node/watashi.conf"
	dd if=/dev/zero of="$work/small/fill" bs=1k 2>/dev/null
	text=$("$watashi" --node "$work/small/node" --lang en import doses "$work/doses.csv" 2>&1)
	status=$?
	rm -f "$work/small/fill"
	if [ "$status" -eq 3 ]; then good; else bad "a full disk is the world's failure" "status $status: $text"; fi
	text=$("$watashi" --node "$work/small/node" --lang en audit verify 2>&1)
	has "and loses nothing" yes "$text"
	umount "$work/small"
else
	skip "a small disk can be made by root only"
fi

# Numbers never come out again.
if grep -rlE "$(number 30000000001)|$(number 30000000002)" "$work"/*log "$work/alone" "$work/served" "$work/init" "$work/queue" "$node" "$work/joined" 2>/dev/null; then
	bad "an individual number stands where none may"
else
	good
fi
finish
