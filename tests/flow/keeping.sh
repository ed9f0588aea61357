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
is "doctor knows that the recovery key was shown" ends 1 "the key process signs" w doctor

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
is "the database is whole" ends 1 "whole: structure, references, audit chain" w doctor
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
