#!/bin/bash
# Copies of a node under what befalls a machine: no room, no right, kill -9 at any moment, two at once.  A file of the
# asked name is a whole backup or not there; a directory with settings is a whole node or still empty; and the next
# try works without anybody cleaning up.
NAME=backup-fault
. "$top_srcdir/tests/flow/node_lib.sh"

runs=${WATASHI_RUNS:-$([ -n "${WATASHI_LONG:-}" ] && echo 60 || echo 4)}
target=$work/target
mkdir "$target"

"$watashi" --node "$node" --lang en init --municipality 141003 >"$work/init.txt" || exit 1
"$top/scripts/make-town" --seed 5 --residents 120 --municipality 141003 --out "$work/town" >/dev/null
w import residents "$work/town/residents.csv" >/dev/null
tr ' \t' '\n\n' <"$work/init.txt" | grep -E '^([0-9A-Z]{4}-){10,}[0-9A-Z]+$' >"$work/halves"
first=$(sql "SELECT addressee_no FROM person ORDER BY addressee_no LIMIT 1")
show_one() { "$watashi" --node "$1" --lang en --today $today show "$first" --format json 2>&1; }
show_one "$node" >"$work/shown"

# Its digest stands in the log of the node: written to its end and not touched since.
is_backup() {
	[ "$(sql "SELECT count(*) FROM audit WHERE action = 'backup' AND detail = 'sha256:$(sha256sum <"$1" | cut -d' ' -f1)'")" -ge 1 ]
}
is_well() { ends 0 "whole: structure, references, audit chain" w doctor && [ "$(show_one "$node")" = "$(cat "$work/shown")" ]; }
left() { find "$node" -name 'watashi.db.copy*'; find "$target" -name '*.part'; }

# ---- backup: where it cannot be written ----
does "a backup in peace" w backup "$work/whole"
does "is whole" is_backup "$work/whole"
size=$(stat -c %s "$work/whole") db=$(stat -c %s "$node/watashi.db")
does "a folder that is not there is named" ends 3 "No such file" w backup "$work/no/b"
echo kept >"$target/old"
does "a file that exists is named" ends 3 "$target/old: File exists" w backup "$target/old"
does "and stays" grep -qx kept "$target/old"
ln -s "$target/old" "$target/link.part"
does "a link in the place of the unfinished file is not followed" not w backup "$target/link"
does "and what it names stays" grep -qx kept "$target/old"
rm "$target/link.part"
mkdir "$target/dir"
does "a folder of that name is named" ends 3 "File exists" w backup "$target/dir"
if has_users; then
	mkdir "$work/shut"
	chmod 0555 "$work/shut"
	"$watashi" --node "$node" --lang en officer add --name clerk --role administrator --uid 65534 >/dev/null 2>&1
	start
	does "a folder that may not be written is named" ends 3 "Permission denied" as 65534 backup "$work/shut/b"
	stop
fi

# ---- backup: two of one name at once ----
start
mkfifo "$work/hold"
: >"$target/b.part"
flock "$target/b.part" cat "$work/hold" >/dev/null &
holder=$!
exec 5>"$work/hold"
does "an unfinished file that somebody writes is left to him" within 10 ends 3 "written by another command" w backup "$target/b"
does "his stays" [ -e "$target/b.part" ]
exec 5>&-
wait $holder
does "one that nobody writes is taken over" w backup "$target/b"
does "and is whole" is_backup "$target/b"
does "nothing stays behind" [ -z "$(left)" ]
rm "$target/b"
for n in 1 2 3 4; do w backup "$target/b" >"$work/at-once.$n" 2>&1 & done
wait $(jobs -p | grep -v "^$parent$")
does "of four at once under one name the file is whole" is_backup "$target/b"
is "of four at once nothing unfinished is left" "" "$(left)"
stop

# ---- backup: no room ----
# As the shell counts, in KiB, the largest file that the command may write; the signal is ignored, so that writes fail.
short() { # short KIB COMMAND...
	local limit=$1
	shift
	(trap '' XFSZ; ulimit -f "$limit"; "$@")
}
for limit in 0 $((db / 2048)) $((db / 1024 - 1)); do
	rm -f "$target/b"
	short "$limit" w backup "$target/b" >"$work/out" 2>&1
	is "no file larger than $limit KiB: status" 3 $?
	does "no file larger than $limit KiB: no backup stands" not test -e "$target/b"
	is "no file larger than $limit KiB: nothing unfinished is left" "" "$(left)"
done
does "the node is as it was" is_well
room=
mkdir "$work/room"
# room KIB COMMAND...: with a disk of this size at $work/room
in_room() {
	local kib=$1
	shift
	top_srcdir=$top_srcdir unshare -m sh -c 'mount -t tmpfs -o size='"$kib"'k,mode=0755 none "$1" && shift && "$@"' sh "$work/room" "$@"
}
[ "$(id -u)" -eq 0 ] && in_room 64 true 2>/dev/null && room=1
if [ -n "$room" ]; then
	for kib in 4 $((size / 2048)); do
		does "a full disk ($kib KiB) is told" in_room "$kib" sh -c '
			"$1" --node "$2" --lang en backup "$3/b" >"$4" 2>&1
			[ $? -eq 3 ] && grep -q "No space left" "$4" && [ -z "$(ls -A "$3")" ]' \
			sh "$watashi" "$node" "$work/room" "$work/out"
	done
	does "the node is as it was after full disks" is_well
else
	skip "full disks of a size: root that may mount is needed; largest files of a size were tried"
fi

# ---- backup: killed ----
# A command on a node, and what it started, which leads a life of its own.
kill_after() { # kill_after SECONDS NODE WORDS...
	local after=$1 of=$2 group
	shift 2
	"$watashi" --node "$of" --lang en "$@" >"$work/killed" 2>&1 &
	group=$!
	sleep "$after"
	kill -9 $group $(pgrep -f -- "--node $of ") 2>/dev/null
	wait $group 2>/dev/null
	within 10 is_left "$of"
}
took() { local from=$(date +%s%N); "$@" >/dev/null 2>&1; echo $((($(date +%s%N) - from) / 1000000)); }
rm -f "$target/b"
ms=$(took "$watashi" --node "$node" --lang en backup "$target/b")
finished=0
for run in $(seq "$runs"); do
	rm -f "$target/b"
	kill_after "$(awk -v n="$run" -v of="$runs" -v ms="$ms" 'BEGIN { printf "%.3f", n * ms / of / 1000 }')" \
		"$node" backup "$target/b"
	[ -e "$target/b" ] || continue
	finished=$((finished + 1))
	does "killed (run $run), and yet the file is there: it is whole" is_backup "$target/b"
done
does "after $runs kills the node is whole" is_well
rm -f "$target/b"
does "and a backup is made without cleaning up" w backup "$target/b"
does "a whole one" is_backup "$target/b"
is "nothing unfinished is left of the killed ones" "" "$(left)"

# The daemon dies, its client lives.
for run in 1 2; do
	rm -f "$target/b"
	start
	w backup "$target/b" >"$work/out" 2>&1 &
	client=$!
	sleep 0.0$((run * 3))
	kill -9 $(pid_of store) "$parent" 2>/dev/null
	wait $client
	status=$?
	wait "$parent" 2>/dev/null
	parent=
	if [ $status -eq 0 ]; then
		does "told as made though the store died: it is whole" is_backup "$target/b"
	else
		does "the store died: no backup stands" not test -e "$target/b"
	fi
	within 20 is_left "$node"
done
does "a node whose backup died with it starts" start
is "and removes the copy that lay in its folder" "" "$(find "$node" -name 'watashi.db.copy*')"
stop

# ---- restore ----
other=$work/there/node
mkdir "$work/there"
restore() { "$watashi" --node "$other" --lang en --today $today restore "$work/whole" --recovery-from "$work/halves" "$@" 2>&1; }
is_empty_node() { ends 1 "no node here yet" "$watashi" --node "$other" --lang en show 1; }
# What must hold after a failure that had time to clean up.
nothing_there() { [ -z "$(find "$work/there" -mindepth 1 -not -path "$other" -not -path "$other/lock")" ]; }
is_restored() {
	[ "$(show_one "$other")" = "$(cat "$work/shown")" ] &&
		"$watashi" --node "$other" --lang en audit verify >/dev/null 2>&1 &&
		[ ! -e "$other/restoring" ] && [ ! -e "$other.keys/restoring" ]
}
again() { rm -rf "$other" "$other.keys"; }
for limit in 0 1 8 $((db / 2048)) $((db / 1024 - 1)); do
	short "$limit" restore >"$work/out" 2>&1
	is "restoring, no file larger than $limit KiB: status" 3 $?
	does "restoring, no file larger than $limit KiB: nothing is left" nothing_there
done
if [ -n "$room" ]; then
	for kib in 4 64 $((db / 2048)) $((db / 1024 + 24)); do
		does "restoring onto a full disk ($kib KiB) is told, and nothing is left" in_room "$kib" sh -c '
			"$1" --node "$2/n" --lang en restore "$5" --recovery-from "$3" >"$4" 2>&1
			[ $? -eq 3 ] && grep -q "No space left\|disk is full\|no room" "$4" &&
			[ -z "$(find "$2" -mindepth 2 -not -name lock)" ] && [ ! -e "$2/n.keys" ] || { cat "$4"; find "$2"; false; }' \
			sh "$watashi" "$work/room" "$work/halves" "$work/out" "$work/whole"
	done
fi
mkdir -p "$other.keys"
does "keys of somebody else are named" ends 1 "exists already" restore
echo his >"$other.keys/seal.key"
does "and never taken" ends 1 "exists already" restore
does "nor touched" grep -qx his "$other.keys/seal.key"
again
mkdir -p "$other/restoring"
echo "$(head -c 32 /dev/zero | tr '\0' a)$other.keys" >"$other/restoring/keys"
mkdir "$other.keys"
echo "$(head -c 32 /dev/zero | tr '\0' b)" >"$other.keys/restoring"
does "nor keys of another restoring" ends 1 "exists already" restore
again
mkdir -p "$other/restoring"
echo register >"$other/watashi.db"
echo register >"$other/restoring/watashi.db"
does "a database that is not the one of a killed restoring is not written over" ends 1 "move it away" restore
does "it stays" grep -qx register "$other/watashi.db"
again
if has_users; then
	chmod 0755 "$work"
	cp "$work/whole" "$work/halves" "$target/"
	chmod 0644 "$target/whole" "$target/halves"
	does "a folder that may not be written is named" ends 3 "Permission denied" \
		setpriv --reuid=65534 --clear-groups "$watashi" --node "$work/shut/n" --lang en restore "$target/whole" --recovery-from "$target/halves"
fi

ms=$(took restore)
does "in peace the node comes back" is_restored

# ---- into one folder that is not there yet: several at once ----
# at_once COMMAND...: how many of three succeed; what they said is in $work/both.N
at_once() {
	local won=0 pids=() p n
	for n in 1 2 3; do
		"$@" >"$work/both.$n" 2>&1 &
		pids+=($!)
	done
	for p in "${pids[@]}"; do wait "$p" && won=$((won + 1)); done
	echo $won
}
for n in 1 2 3; do
	again
	is "of three restorings at once one makes the node ($n)" 1 "$(at_once restore)"
	does "and it is whole ($n)" is_restored
	is "the others say why ($n)" 2 "$(grep -lE 'moment ago|already|has this node open' "$work"/both.* | wc -l)"
done
made() { "$watashi" --node "$work/made" --lang en init --municipality 141003; }
is "of three makings at once one makes the node" 1 "$(at_once made)"
does "and it is well" ends 0 "whole: structure" "$watashi" --node "$work/made" --lang en doctor
does "its settings are under their name alone" [ -z "$(find "$work/made" -name 'watashi.conf.*')" ]
# What a making left that was killed before its settings had their name is no obstacle and no node.
rm -rf "$work/made" "$work/made.keys"
mkdir "$work/made"
printf 'municipality = 1410' >"$work/made/watashi.conf.new"
does "settings cut short are no node" ends 1 "no node here yet" "$watashi" --node "$work/made" --lang en show 1
does "and no obstacle" made

half=0 empty=0 whole=0
for run in $(seq $((runs * 2))); do
	again
	kill_after "$(awk -v n="$run" -v of=$((runs * 2)) -v ms="$ms" 'BEGIN { printf "%.3f", n * ms / of / 1000 }')" \
		"$other" restore "$work/whole" --recovery-from "$work/halves"
	if [ -e "$other/watashi.conf" ]; then
		whole=$((whole + 1))
		"$watashi" --node "$other" --lang en doctor >/dev/null 2>&1
		does "killed with its settings in place (run $run): a whole node" is_restored
		continue
	fi
	empty=$((empty + 1))
	[ ! -e "$other/watashi.db" ] || half=$((half + 1))
	[ ! -d "$other" ] || does "killed (run $run): still an empty node" is_empty_node
	does "killed (run $run): the next try works" restore
	does "killed (run $run): and the node is whole" is_restored
done
echo "     restore killed $((runs * 2)) times: $empty empty ($half with a database in place), $whole whole; backup: $finished of $runs finished"

# A kill between the names, which chance seldom hits: the rest of it as it would lie there.
again
restore >/dev/null
mkdir -p "$other/restoring"
mark=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
printf %s "$mark$other.keys" >"$other/restoring/keys"
printf %s "$mark" >"$other.keys/restoring"
ln "$other/watashi.db" "$other/restoring/watashi.db"
cp -r "$other" "$work/kept-node" && mv "$other/watashi.conf" "$other/watashi.conf.new"
does "killed just before the last name: still an empty node" is_empty_node
does "killed just before the last name: the next try works" restore
does "killed just before the last name: and the node is whole" is_restored
printf %s "$mark" >"$other.keys/restoring"
mkdir "$other/restoring"
ln "$other/watashi.db" "$other/restoring/watashi.db"
"$watashi" --node "$other" --lang en doctor >/dev/null 2>&1
does "killed just after the last name: the node is whole, and tidied when it opens" is_restored

# ---- restore: what is no backup ----
again
does "the unfinished file of a backup is refused" sh -c "
	head -c $((size * 2 / 3)) '$work/whole' >'$target/x.part'
	'$watashi' --node '$other' --lang en restore '$target/x.part' --recovery-from '$work/halves'
	[ \$? -ne 0 ]"
does "and nothing of it is left" nothing_there
for file in /dev/null "$node/watashi.db" "$work/town/residents.csv"; do
	does "$(basename "$file") is no backup" ends 1 "not a backup" "$watashi" --node "$other" --lang en restore "$file" --recovery-from "$work/halves"
done
# A bit in turn, every cut in turn: in steps over the whole file.
step=$((size / ($([ -n "${WATASHI_LONG:-}" ] && echo 400 || echo 4))))
bad=0
for at in $(seq 0 "$step" $((size - 1))); do
	cp "$work/whole" "$work/hurt"
	byte=$(od -An -tu1 -j "$at" -N 1 "$work/whole" | tr -d ' ')
	printf "\\$(printf %03o $((byte ^ (1 << (at % 8)))))" | dd of="$work/hurt" bs=1 seek="$at" conv=notrunc 2>/dev/null
	"$watashi" --node "$other" --lang en restore "$work/hurt" --recovery-from "$work/halves" >/dev/null 2>&1 && bad=$((bad + 1))
	nothing_there || bad=$((bad + 1))
	head -c "$at" "$work/whole" >"$work/hurt"
	"$watashi" --node "$other" --lang en restore "$work/hurt" --recovery-from "$work/halves" >/dev/null 2>&1 && bad=$((bad + 1))
	nothing_there || bad=$((bad + 1))
done
is "flipped bits and cut files that were taken, or left something" 0 "$bad"
finish
