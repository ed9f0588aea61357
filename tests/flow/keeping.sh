#!/bin/bash
# Keys and copies of a running node: new keys while it is used and killed, the recovery key, a backup
# and an empty machine.
NAME=keeping
. "$top_srcdir/tests/flow/node_lib.sh"

halves() { # halves FILE: the two halves of a recovery key, one a line
	tr ' \t' '\n\n' <"$1" | grep -E '^([0-9A-Z]{4}-){10,}[0-9A-Z]+$'
}
generations() { sql "SELECT count(DISTINCT key_id) FROM number"; }
key_id() { sql "SELECT DISTINCT key_id FROM number"; }
settled() { [ ! -e "$node.keys/seal.old" ] && [ "$(generations)" = 1 ]; }
# Every number is found again: the register's file changes nobody.
all_known() {
	w import residents "$work/town/residents.csv" --format csv >"$work/again.csv" || return 1
	awk -F, 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); sub(/\r$/, ""); for (i = 1; i <= NF; i++) c[$i] = i; next }
	{ sub(/\r$/, ""); print; exit !($c["read"] > 0 && $c["unchanged"] == $c["read"]) }' "$work/again.csv"
}

does "a node is made" sh -c "'$bin/watashi' --node '$node' --lang en init --municipality 141003 >'$work/init.txt'"
"$top/scripts/make-town" --seed 3 --residents 900 --municipality 141003 --out "$work/town" >/dev/null
does "the daemon starts" start
does "residents are taken in" w import residents "$work/town/residents.csv"
does "doses are taken in" w import doses "$work/town/doses.csv"
does "doctor knows that the recovery key was shown" ends 0 "the key process signs" w doctor

# ---- new keys ----
before=$(key_id)
halves "$work/init.txt" >"$work/first"
does "two halves were printed" [ "$(wc -l <"$work/first")" -eq 2 ]
does "new keys are made while the node runs" sh -c "'$bin/watashi' --node '$node' --lang en key rotate >'$work/rotate.txt'"
# Refused while the first is at work; where that was done already, it is one more, with a recovery key of its own.
if w key rotate >"$work/second.txt"; then
	cp "$work/second.txt" "$work/rotate.txt"
	skip "a second rotation waits for the first: the first was done too soon"
else
	does "a second rotation waits for the first" grep -q 'sealed anew' "$work/second.txt"
fi
# Killed in the middle, it goes on where it was.
for _ in 1 2 3; do
	kill -9 "$parent" 2>/dev/null
	wait "$parent" 2>/dev/null
	within 10 is_left "$node" || true
	start || { echo "FAIL the node does not start again"; failed=$((failed + 1)); }
done
does "residents are found by number in the middle of it" all_known
does "every value is sealed under the new key, and the old one dropped" within 60 settled
after=$(key_id)
does "and it is another key" [ "$before" != "$after" ]
does "everybody is found afterwards" all_known
does "the database is whole" ends 0 "whole: structure, references, audit chain" w doctor
does "the log names the rotation" sh -c "sqlite3 'file:$node/watashi.db?mode=ro' \"SELECT action FROM audit\" | grep -qx 'key rotated'"
halves "$work/rotate.txt" >"$work/now"
does "another recovery key was printed" sh -c "[ \$(wc -l <'$work/now') -eq 2 ] && ! cmp -s '$work/now' '$work/first'"

# ---- a recovery key that nobody saw ----
stop
cp "$node.keys/recovery.wrap" "$work/kept.wrap"
head -c 200 /dev/urandom >"$node.keys/recovery.wrap"
does "doctor says that nobody has seen the recovery key" ends 1 "nobody has seen" w doctor
does "a new one can be made" sh -c "'$bin/watashi' --node '$node' --lang en key recovery >'$work/renewed.txt'"
does "then doctor is content" not ends 1 "nobody has seen" w doctor
halves "$work/renewed.txt" >"$work/now"

# ---- a backup, and an empty machine ----
start || exit 1
w show 1001 --format json >"$work/show.before" 2>/dev/null
first=$(sql "SELECT addressee_no FROM person ORDER BY addressee_no LIMIT 1")
show_one() { "$bin/watashi" --node "$1" --lang en --today $today show "$first" --as-of $today --format json; }
show_one "$node" >"$work/show.before"
does "a backup is written while the node runs" w backup "$work/b1"
does "and says so in the log, with its digest" sh -c "
	digest=\$(sha256sum <'$work/b1' | cut -d' ' -f1)
	sqlite3 'file:$node/watashi.db?mode=ro' \"SELECT detail FROM audit WHERE action = 'backup'\" | grep -qx \"sha256:\$digest\""
does "nobody else may read it" [ "$(stat -c %a "$work/b1")" = 600 ]
does "a file that exists is not written over" ends 3 "exists" w backup "$work/b1"
does "nothing of a copy stays behind" not ls "$node/watashi.db.copy" "$work/b1.part"
does "no name of anybody is in it" sh -c "! grep -aqF \"\$(sqlite3 'file:$node/watashi.db?mode=ro' 'SELECT name FROM person LIMIT 1')\" '$work/b1'"
w audit head --format csv >"$work/head"
kept_sequence=$(last_of() { awk -F, -v n="$1" 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); sub(/\r$/, ""); for (i = 1; i <= NF; i++) if ($i == n) c = i; next } NR == 2 { print $c }' "$work/head"; }; last_of sequence)
kept_hash=$(awk -F, 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); for (i = 1; i <= NF; i++) if ($i == "hash") c = i; next } NR == 2 { print $c }' "$work/head")
"$top/scripts/make-town" --seed 4 --residents 3 --municipality 141003 --out "$work/later" >/dev/null
sed -E '2,$s/^([0-9]+),/7\1,/' "$work/later/residents.csv" >"$work/later.csv"
w import residents "$work/later.csv" >/dev/null 2>&1
stop

restored=$work/other/node
mkdir "$work/other"
r() { "$bin/watashi" --node "$restored" --lang en --today $today "$@"; }
does "the wrong halves open nothing" ends 3 "not sealed by this key" r restore "$work/b1" --recovery-from "$work/first"
does "and leave nothing behind" not ls "$restored.keys" "$restored/watashi.db" "$restored/restoring"
sed 's/^..../0000/' "$work/now" >"$work/slip"
does "a slip of the pen is named" ends 1 "mistyped" r restore "$work/b1" --recovery-from "$work/slip"
size=$(stat -c %s "$work/b1")
for cut in 100 2000 $((size / 2)) $((size - 1)); do
	head -c "$cut" "$work/b1" >"$work/cut"
	does "a backup cut at $cut is refused" not r restore "$work/cut" --recovery-from "$work/now"
	does "and leaves nothing behind (cut at $cut)" not ls "$restored.keys" "$restored/watashi.db" "$restored/restoring"
done
for at in 30 300 3000 $((size / 3)) $((size - 20)); do
	cp "$work/b1" "$work/flip"
	byte=$(od -An -tu1 -j "$at" -N 1 "$work/b1" | tr -d ' ')
	printf "\\$(printf %03o $((byte ^ 1)))" | dd of="$work/flip" bs=1 seek="$at" conv=notrunc 2>/dev/null
	does "a flipped bit at $at is found" not r restore "$work/flip" --recovery-from "$work/now"
done
mkdir -p "$restored/law"
echo register >"$restored/watashi.db"
does "a database that lost its settings is not written over" ends 1 "move it away" \
	r restore "$work/b1" --recovery-from "$work/now"
does "and stays as it was" grep -qx register "$restored/watashi.db"
rm -f "$restored/watashi.db"
echo half >"$restored/law/left-by-a-power-cut"
does "the node comes back on an empty machine, and the world has moved on" ends 0 "moved-on" \
	r restore "$work/b1" --recovery-from "$work/now" --sequence "$kept_sequence" --hash "$kept_hash"
show_one "$restored" >"$work/show.after"
does "a person's record is what it was" cmp "$work/show.before" "$work/show.after"
does "doctor says that it is a restored node" ends 1 "apart from the network" r doctor
does "a second restore touches nothing" ends 1 "node here already" r restore "$work/b1" --recovery-from "$work/now"
does "numbers are found with the restored keys" sh -c "
	'$bin/watashi' --node '$restored' --lang en --today $today import residents '$work/town/residents.csv' --format csv |
	tail -n 1 | awk -F, '{ exit !(\$1 > 0 && \$3 == \$1) }'"
does "an officer accepts it" r restore accept
is "from when it is stays known, for differences of the days since" 1 \
	"$("$bin/tests/flow/sql" "$restored/watashi.db" 'SELECT count(*) FROM restored WHERE restored_us >= backup_us AND backup_us > 0')"
does "once" ends 1 "accepted already" r restore accept
does "then doctor speaks of it no more" not ends 1 "apart from the network" r doctor
does "the log is whole, and says restore" sh -c "
	'$bin/watashi' --node '$restored' --lang en --today $today audit verify >/dev/null &&
	sqlite3 'file:$restored/watashi.db?mode=ro' \"SELECT action FROM audit\" | grep -qx restore"
finish
