#!/bin/bash
# A backup of some size under way at a daemon: others read and write meanwhile and do not wait for its end, whoever asked for
# it and goes leaves nothing, two at once come one after the other, and what is restored is the node as it was at the
# beginning.
NAME=backup-served
. "$top_srcdir/tests/flow/node_lib.sh"

mib=${WATASHI_MIB:-48}
"$watashi" --node "$node" --lang en init --municipality 141003 >"$work/init.txt" || exit 1
tr ' \t' '\n\n' <"$work/init.txt" | grep -E '^([0-9A-Z]{4}-){10,}[0-9A-Z]+$' >"$work/halves"
w resident add 1001 --name 港 --kana ミナト --birth-date 2020-03-10 --sex female --from 2020-03-10 >/dev/null || exit 1
# Messages that were sent fill the most of it.
does "a node of $mib MiB" sql "WITH RECURSIVE row(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM row
	WHERE n < $((mib * 256))) INSERT INTO outbox (muni, id, message_id, endpoint, type, bytes, gap, state, attempts, due_us,
	deadline_us, retry_class, created_us) SELECT 1, randomblob(16), 'm' || n, 'x', 'x', randomblob(3900), -1, 2, 1, 0, 0, 0, 0
	FROM row"
is_copied() { [ -e "$node/watashi.db.copy" ]; }
head_of() { head -c 4096 "$1" | tr -d "\0" | sed -n 's/^audit-sequence //p' | head -1; }
seq_of() { sql "SELECT max(seq) FROM audit WHERE action = '$1'"; }

start
# A machine may be too quick for it once, not always.
served=
for try in 1 2 3 4 5; do
	rm -f "$work/b"
	w backup "$work/b" >"$work/told" &
	client=$!
	within 20 is_copied || { wait $client; continue; }
	before=$(seq_of "dose add")
	does "a dose is recorded while a backup is under way" w dose add 1001 --vaccine INF --given-on 2026-11-0$try
	does "and the record is shown" w show 1001
	kill -0 $client 2>/dev/null && served=yes
	does "the backup is made" wait $client
	[ -n "$served" ] && break
done
is "who asked meanwhile did not wait for the end" yes "$served"
# In the log its row comes after theirs, and its file ends before.
does "the dose came into the log before the backup" [ "$(seq_of "dose add")" -lt "$(seq_of backup)" ]
does "the file ends before the dose" [ "$(head_of "$work/b")" -lt "$(seq_of "dose add")" ]
is "its digest stands in the log" "sha256:$(sha256sum <"$work/b" | cut -d' ' -f1)" \
	"$(sql "SELECT detail FROM audit WHERE action = 'backup' ORDER BY seq DESC LIMIT 1")"

# Whoever asked for it goes.
w backup "$work/c" >/dev/null &
client=$!
does "another backup begins" within 20 is_copied
kill -9 $client $(pgrep -P $client) 2>/dev/null
wait $client 2>/dev/null
gone() { ! is_copied; }
does "whoever asked is gone: so is the copy" within 30 gone
does "the node serves" w show 1001
does "no backup stands" not test -e "$work/c"

# Two at once.
w backup "$work/d" >"$work/told.d" &
first=$!
w backup "$work/e" >"$work/told.e" &
second=$!
does "of two at once the one is made" wait $first
does "and the other" wait $second
for name in d e; do
	is "$name is whole" "$(sql "SELECT count(*) FROM audit WHERE action = 'backup' AND
		detail = 'sha256:$(sha256sum <"$work/$name" | cut -d' ' -f1)'")" 1
done
is "nothing is left in the folder" "" "$(find "$node" -name 'watashi.db.copy*')"
stop

# As it was at the beginning.
other=$work/other
does "it is restored" "$watashi" --node "$other" --lang en --today $today restore "$work/b" --recovery-from "$work/halves"
does "whole" "$watashi" --node "$other" --lang en audit verify
lacks "without the dose that came later" "2026-11-0$try" "$("$watashi" --node "$other" --lang en --today $today show 1001 --format csv 2>&1)"
has "which the node has" "2026-11-0$try" "$(w show 1001 --format csv)"
finish
