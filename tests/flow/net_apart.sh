# Each part in a process of its own: the same exchange, over configured addresses.
. "${top_srcdir:?}/tests/flow/net_lib.sh"
net_prepare
net_start
sed -i 's/^listen.*//' "$work/net.conf"
parts="registrar core intermediary-141003 intermediary-011002 intermediary-012025"
for part in $parts; do
	section=$(echo "$part" | sed 's/-/ /')
	port=$(sed -n "s/^$part=//p" "$work/state/ports")
	sed -i "s|^\[$section\]|&\nlisten = 127.0.0.1:$port\nurl = https://127.0.0.1:$port|" "$work/net.conf"
done
is "one process with all parts stops cleanly" net_stop
pids=
for part in $parts; do
	"$net_program" --config "$work/net.conf" --only "$part" >>"$work/out" 2>>"$work/err" &
	pids="$pids $!"
done
trap 'kill $pids 2>/dev/null; wait; rm -rf "$work"' EXIT
for part in $parts; do
	is "$part runs alone" within 20 test -s "$work/state/ports.$part"
done
is "a code is acquired across processes" acquire 141003 1001 123456789018
is "and at the other municipality" acquire 011002 2001 123456789018
copy 141003 1001 d1 1 0 2025-01-10 2026-02-01
inquire 011002 2001 141003 Q1
is "an inquiry is answered across processes" within 10 result_is 011002 "$reception" 09
"$net_program" control --config "$work/net.conf" --only core stop >/dev/null
inquire 011002 2001 141003 Q2
is "without the core an inquiry is accepted" test -n "$reception"
sleep 0.5
result 011002 "$reception"
is "and waits" test "$(field StatusDetail)" = 01
"$net_program" --config "$work/net.conf" --only core >>"$work/out" 2>>"$work/err" &
pids="$pids $!"
is "until the core is back" within 10 result_is 011002 "$reception" 09
kill -TERM $pids 2>/dev/null
for pid in $pids; do
	is "a process stops cleanly" wait "$pid"
done
net_report
