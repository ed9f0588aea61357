#!/bin/bash
# Keys and copies of a running node: new keys while it is used and killed, the recovery key, a backup
# and an empty machine.
set -u
export LC_ALL=C.UTF-8
: "${top_srcdir:?}" "${top_builddir:?}"
top=$(cd "$top_srcdir" && pwd) bin=$(cd "$top_builddir" && pwd)
story=$(mktemp -d "${TMPDIR:-/tmp}/watashi-keep.XXXXXX") || exit 99
passed=0 failed=0
node_pid=
trap '[ -z "$node_pid" ] || kill -9 $node_pid 2>/dev/null; rm -rf "$story"' EXIT
trap 'exit 1' INT TERM HUP
today=2026-11-22

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
not() { ! "$@"; }
within() { # within SECONDS COMMAND...
	local tries=$(($1 * 10))
	shift
	while [ $tries -gt 0 ]; do
		"$@" && return 0
		tries=$((tries - 1))
		sleep 0.1
	done
	return 1
}
# ends STATUS TEXT COMMAND...
ends() {
	local status=$1 text=$2 got
	shift 2
	"$@" >"$story/ends.out" 2>&1
	got=$?
	cat "$story/ends.out"
	[ "$got" -eq "$status" ] && grep -q -- "$text" "$story/ends.out"
}
node=$story/node
w() { "$bin/watashi" --node "$node" --lang en --today $today "$@"; }
start() {
	: >"$story/out"
	"$bin/watashid" --node "$node" --today $today >"$story/out" 2>>"$story/log" &
	node_pid=$!
	within 30 grep -q '^ready$' "$story/out"
}
stop() {
	kill "$node_pid"
	wait "$node_pid" 2>/dev/null
	node_pid=
}
sql() { sqlite3 "file:$node/watashi.db?mode=ro" "$@"; }
halves() { # halves FILE: the two halves of a recovery key, one a line
	tr ' \t' '\n\n' <"$1" | grep -E '^([0-9A-Z]{4}-){10,}[0-9A-Z]+$'
}
generations() { sql "SELECT count(DISTINCT key_id) FROM number"; }
key_id() { sql "SELECT DISTINCT key_id FROM number"; }
settled() { [ ! -e "$node.keys/seal.old" ] && [ "$(generations)" = 1 ]; }
# Every number is found again: the register's file changes nobody.
all_known() {
	w import residents "$story/town/residents.csv" --format csv >"$story/again.csv" || return 1
	awk -F, 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); sub(/\r$/, ""); for (i = 1; i <= NF; i++) c[$i] = i; next }
	{ sub(/\r$/, ""); print; exit !($c["read"] > 0 && $c["unchanged"] == $c["read"]) }' "$story/again.csv"
}

is "a node is made" sh -c "'$bin/watashi' --node '$node' --lang en init --municipality 141003 >'$story/init.txt'"
"$top/scripts/make-town" --seed 3 --residents 900 --municipality 141003 --out "$story/town" >/dev/null
is "the daemon starts" start
is "residents are taken in" w import residents "$story/town/residents.csv"
is "doses are taken in" w import doses "$story/town/doses.csv"
is "doctor knows that the recovery key was shown" ends 0 "the key process signs" w doctor

# ---- new keys ----
before=$(key_id)
halves "$story/init.txt" >"$story/first"
is "two halves were printed" [ "$(wc -l <"$story/first")" -eq 2 ]
is "new keys are made while the node runs" sh -c "'$bin/watashi' --node '$node' --lang en key rotate >'$story/rotate.txt'"
is "a second rotation waits for the first" sh -c "
	'$bin/watashi' --node '$node' --lang en key rotate >'$story/second.txt' 2>&1
	[ \$? -eq 1 ] && grep -q 'sealed anew' '$story/second.txt' || [ ! -e '$node.keys/seal.old' ]"
# Killed in the middle, it goes on where it was.
for _ in 1 2 3; do
	kill -9 "$node_pid" 2>/dev/null
	wait "$node_pid" 2>/dev/null
	within 10 sh -c "! pgrep -f -- '--node $node ' >/dev/null" || true
	start || { echo "FAIL the node does not start again"; failed=$((failed + 1)); }
done
is "residents are found by number in the middle of it" all_known
is "every value is sealed under the new key, and the old one dropped" within 60 settled
after=$(key_id)
is "and it is another key" [ "$before" != "$after" ]
is "everybody is found afterwards" all_known
is "the database is whole" ends 0 "whole: structure, references, audit chain" w doctor
is "the log names the rotation" sh -c "sqlite3 'file:$node/watashi.db?mode=ro' \"SELECT action FROM audit\" | grep -qx 'key rotated'"
halves "$story/rotate.txt" >"$story/now"
is "another recovery key was printed" sh -c "[ \$(wc -l <'$story/now') -eq 2 ] && ! cmp -s '$story/now' '$story/first'"

# ---- a recovery key that nobody saw ----
stop
cp "$node.keys/recovery.wrap" "$story/kept.wrap"
head -c 200 /dev/urandom >"$node.keys/recovery.wrap"
is "doctor says that nobody has seen the recovery key" ends 1 "nobody has seen" w doctor
is "a new one can be made" sh -c "'$bin/watashi' --node '$node' --lang en key recovery >'$story/renewed.txt'"
is "then doctor is content" not ends 1 "nobody has seen" w doctor
halves "$story/renewed.txt" >"$story/now"

# ---- a backup, and an empty machine ----
start || exit 1
w show 1001 --format json >"$story/show.before" 2>/dev/null
first=$(sql "SELECT addressee_no FROM person ORDER BY addressee_no LIMIT 1")
show_one() { "$bin/watashi" --node "$1" --lang en --today $today show "$first" --as-of $today --format json; }
show_one "$node" >"$story/show.before"
is "a backup is written while the node runs" w backup "$story/b1"
is "and says so in the log, with its digest" sh -c "
	digest=\$(sha256sum <'$story/b1' | cut -d' ' -f1)
	sqlite3 'file:$node/watashi.db?mode=ro' \"SELECT detail FROM audit WHERE action = 'backup'\" | grep -qx \"sha256:\$digest\""
is "nobody else may read it" [ "$(stat -c %a "$story/b1")" = 600 ]
is "a file that exists is not written over" ends 3 "exists" w backup "$story/b1"
is "nothing of a copy stays behind" not ls "$node/watashi.db.copy" "$story/b1.part"
is "no name of anybody is in it" sh -c "! grep -aqF \"\$(sqlite3 'file:$node/watashi.db?mode=ro' 'SELECT name FROM person LIMIT 1')\" '$story/b1'"
w audit head --format csv >"$story/head"
kept_sequence=$(last_of() { awk -F, -v n="$1" 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); sub(/\r$/, ""); for (i = 1; i <= NF; i++) if ($i == n) c = i; next } NR == 2 { print $c }' "$story/head"; }; last_of sequence)
kept_hash=$(awk -F, 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); for (i = 1; i <= NF; i++) if ($i == "hash") c = i; next } NR == 2 { print $c }' "$story/head")
"$top/scripts/make-town" --seed 4 --residents 3 --municipality 141003 --out "$story/later" >/dev/null
sed -E '2,$s/^([0-9]+),/7\1,/' "$story/later/residents.csv" >"$story/later.csv"
w import residents "$story/later.csv" >/dev/null 2>&1
stop

restored=$story/other/node
mkdir "$story/other"
r() { "$bin/watashi" --node "$restored" --lang en --today $today "$@"; }
is "the wrong halves open nothing" ends 3 "not sealed by this key" r restore "$story/b1" --recovery-from "$story/first"
is "and leave nothing behind" not ls "$restored.keys" "$restored/watashi.db" "$restored/restoring"
sed 's/^..../0000/' "$story/now" >"$story/slip"
is "a slip of the pen is named" ends 1 "mistyped" r restore "$story/b1" --recovery-from "$story/slip"
size=$(stat -c %s "$story/b1")
for cut in 100 2000 $((size / 2)) $((size - 1)); do
	head -c "$cut" "$story/b1" >"$story/cut"
	is "a backup cut at $cut is refused" not r restore "$story/cut" --recovery-from "$story/now"
	is "and leaves nothing behind (cut at $cut)" not ls "$restored.keys" "$restored/watashi.db" "$restored/restoring"
done
for at in 30 300 3000 $((size / 3)) $((size - 20)); do
	cp "$story/b1" "$story/flip"
	byte=$(od -An -tu1 -j "$at" -N 1 "$story/b1" | tr -d ' ')
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$story/flip" bs=1 seek="$at" conv=notrunc 2>/dev/null
	is "a flipped bit at $at is found" not r restore "$story/flip" --recovery-from "$story/now"
done
mkdir -p "$restored/law"
echo register >"$restored/watashi.db"
is "a database that lost its settings is not written over" ends 1 "move it away" \
	r restore "$story/b1" --recovery-from "$story/now"
is "and stays as it was" grep -qx register "$restored/watashi.db"
rm -f "$restored/watashi.db"
echo half >"$restored/law/left-by-a-power-cut"
is "the node comes back on an empty machine, and the world has moved on" ends 0 "moved-on" \
	r restore "$story/b1" --recovery-from "$story/now" --sequence "$kept_sequence" --hash "$kept_hash"
show_one "$restored" >"$story/show.after"
is "a person's record is what it was" cmp "$story/show.before" "$story/show.after"
is "doctor says that it is a restored node" ends 1 "apart from the network" r doctor
is "a second restore touches nothing" ends 1 "node here already" r restore "$story/b1" --recovery-from "$story/now"
is "numbers are found with the restored keys" sh -c "
	'$bin/watashi' --node '$restored' --lang en --today $today import residents '$story/town/residents.csv' --format csv |
	tail -n 1 | awk -F, '{ exit !(\$1 > 0 && \$3 == \$1) }'"
is "an officer accepts it" r restore accept
is "once" ends 1 "accepted already" r restore accept
is "then doctor speaks of it no more" not ends 1 "apart from the network" r doctor
is "the log is whole, and says restore" sh -c "
	'$bin/watashi' --node '$restored' --lang en --today $today audit verify >/dev/null &&
	sqlite3 'file:$restored/watashi.db?mode=ro' \"SELECT action FROM audit\" | grep -qx restore"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
