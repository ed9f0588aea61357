#!/bin/bash
# Records merged and parted, and doses told twice settled, while the processes are killed: reopened, everything or nothing
# of each is there, and done again it ends as undisturbed.
NAME=person-kill
. "$top_srcdir/tests/flow/node_lib.sh"
needs_users

rounds=6
[ -z "${WATASHI_LONG:-}" ] || rounds=60
RANDOM=11

everybody() { processes " --node $node "; }
nobody_left() { [ -z "$(everybody)" ]; }
# What the register holds of people and doses, but for what is random or a time.
told() {
	sql "SELECT a.addressee_no, b.addressee_no FROM person_part JOIN person AS a ON a.id = part JOIN person AS b ON b.id = whole
			ORDER BY 1, 2;
		SELECT a.addressee_no, b.addressee_no, is_whole FROM person_same AS s JOIN person AS a ON a.id = s.person
			JOIN person AS b ON b.id = other ORDER BY 1, 2;
		SELECT a.addressee_no, b.addressee_no, p.state FROM person_pair AS p JOIN person AS a ON a.id = first
			JOIN person AS b ON b.id = second ORDER BY 1, 2;
		SELECT addressee_no, d.rule, d.verdict, d.state FROM duplicate AS d JOIN person ON person.id = d.person
			ORDER BY 1, 2, 3, 4;
		SELECT addressee_no, count(*) FROM duplicate_counts_as AS c JOIN person ON person.id = c.person GROUP BY 1 ORDER BY 1;
		SELECT addressee_no, source_id, version FROM dose JOIN person ON person.id = dose.person ORDER BY 1, 2, 3;
		SELECT count(*) FROM duplicate_due; SELECT count(*) FROM person_due;"
}
whole() { # whole NAME
	is "$1: the database is whole" ok "$(sql 'PRAGMA integrity_check; PRAGMA foreign_key_check')"
	is "$1: the log is whole" yes "$(w audit verify | awk '$1 == "good" { print $2 }')"
}
# timed NAME COMMAND...: how long it takes undisturbed, in ms, into took[NAME]
declare -A took
timed() {
	local name=$1 from
	shift
	from=$(date +%s%N)
	"$@" || return
	took[$name]=$((($(date +%s%N) - from) / 1000000 + 1))
}
# killed NAME WORDS...: by the second officer where it waits for one, ended by killing all that takes part, at any
# moment of the time that it takes on this machine
killed() {
	local cli victims p ms=$((RANDOM % took[$1]))
	shift
	victims=$(everybody)	# before it begins: looking takes longer than what is to be cut off
	as 65534 "$@" >/dev/null 2>&1 &
	cli=$!
	sleep "$((ms / 1000)).$(printf '%03d' $((ms % 1000)))"
	for p in $victims; do kill -9 "$p" 2>/dev/null; done
	wait "$cli" $parent 2>/dev/null
	parent=
	within 20 nobody_left
}

w init --municipality 141003 >/dev/null
start || { bad "the node starts" "$(tail -3 "$log")"; finish; }
w officer add second --uid 65534 --role health-officer >/dev/null
residents <<-END >"$work/residents.csv"
	501,,渡瀬陽翔,ワタセ ハルト,,2025-01-10,male,みなと町1,2025-01-10,,,,,
	502,,渡瀬陽翔,わたせ はると,,2025-01-10,male,みなと町1,2025-01-10,,,,,
END
{
	for i in 1 2 3 4 5 6; do
		echo "a$i,1,501,,2025-01-10,2025-0$((i + 2))-1$i,PCV20,P$i,,0.5,,,1410000001,みなと小児科,,given,,"
		echo "b$i,1,502,,2025-01-10,2025-0$((i + 2))-1$i,PCV20,P$i,,0.5,,,1410000002,,,given,,"
	done
} | doses >"$work/doses.csv"
w import residents "$work/residents.csv" >/dev/null
w import doses "$work/doses.csv" >/dev/null
pair=$(w person duplicates --format json | sed -n 's/.*"duplicateNo":\([0-9]*\).*/\1/p')
w person merge "$pair" --keep 501 --reason same >"$work/proposed" 2>&1
n=$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$work/proposed" | tail -1)
is "a merge is proposed" 1 "$([ -n "$n" ] && echo 1)"
stop
cp -a "$node" "$work/apart"
told >"$work/told.apart"
start >/dev/null || bad "the node starts"
does "undisturbed it merges" timed merge as 65534 approval give "$n"
stop
cp -a "$node" "$work/merged"
told >"$work/told.merged"
start >/dev/null || bad "the node starts"
does "and parts" timed unmerge as 65534 person unmerge "$pair" --reason two
stop
told >"$work/told.parted"
not cmp -s "$work/told.apart" "$work/told.merged" && good || bad "a merge is seen in what is told"
not cmp -s "$work/told.merged" "$work/told.parted" && good || bad "a parting is seen in what is told"

cut=0
for what in merge unmerge settle; do
	for round in $(seq $rounds); do
		case $what in
		merge) before=apart after=merged words="approval give $n" ;;
		unmerge) before=merged after=parted words="person unmerge $pair --reason two" ;;
		settle) before=merged after=settled words="import doses $work/more.csv" ;;
		esac
		rm -rf "$node"
		cp -a "$work/$before" "$node"
		if [ "$what" = settle ] && [ ! -e "$work/told.settled" ]; then
			for i in 1 2 3 4 5 6; do
				echo "c$i,1,502,,2025-01-10,2025-0$((i + 2))-1$i,PCV20,,,,,,1410000003,,,given,,"
			done | doses >"$work/more.csv"
			chmod 0644 "$work/more.csv"
			start >/dev/null || bad "the node starts"
			does "undisturbed doses told twice are settled" timed settle as 65534 import doses "$work/more.csv"
			stop
			told >"$work/told.settled"
			rm -rf "$node"
			cp -a "$work/merged" "$node"
		fi
		start >/dev/null 2>&1 || bad "$what, round $round: the daemon starts" "$(tail -3 "$log")"
		killed "$what" $words
		whole "$what killed, round $round"
		told >"$work/found"
		if cmp -s "$work/found" "$work/told.$before"; then
			cut=$((cut + 1))
			good
			start >/dev/null 2>&1 || bad "$what, round $round: the daemon starts again"
			does "$what, round $round: done again" as 65534 $words
			stop
			told >"$work/found"
		fi
		does "$what, round $round: all of it or nothing" diff "$work/told.$after" "$work/found"
	done
done
[ "$cut" -gt 0 ] && good || bad "some were cut off before their end" "none of $((3 * rounds)), of ${took[*]} ms"
finish
