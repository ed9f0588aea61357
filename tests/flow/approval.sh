#!/bin/bash
# Two officers as two real users: proposed, looked at, given, refused, withdrawn, over its time, with
# processes killed in between.
NAME=approval
. "$top_srcdir/tests/flow/node_lib.sh"

needs_users
a() { as 65501 "$@"; }		# health officers, and whoever
b() { as 65502 "$@"; }
nurse() { as 65503 "$@"; }
clerk() { as 65504 "$@"; }
auditor() { as 65505 "$@"; }

{
	echo "7001,,港 花子,ミナト ハナコ,,2025-03-10,female,中区1,2025-03-10,,,,,0"
} | residents >"$work/residents.csv"
{
	echo 'a1,1,7001,,2025-03-10,2025-05-12,DPT-IPV-Hib,X12,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
	echo 'a2,1,7001,,2025-03-10,2025-06-12,DPT-IPV-Hib,X13,,0.5,,,1410000001,みなと小児科,鈴木,given,,'
} | doses >"$work/doses.csv"

w init --municipality 141003 >/dev/null
w officer add officer-a --uid 65501 --role health-officer >/dev/null
w officer add officer-b --uid 65502 --role health-officer >/dev/null
w officer add nurse-c --uid 65503 --role nurse >/dev/null
w officer add clerk-d --uid 65504 --role clerk >/dev/null
w officer add auditor-e --uid 65505 --role auditor >/dev/null
w import residents "$work/residents.csv" >/dev/null
w import doses "$work/doses.csv" >/dev/null
is "a town with five officers" 6 "$(w officer list | grep -c active)"
dose=$(w show 7001 --format json | grep -o '"id":"[^"]*"' | sed -n 's/.*:"\(.*\)"/\1/p' | head -1)
lot() {
	w show 7001 --format json | grep -o '"lot":"[^"]*"' | sort | tr -d '\n'
}

# --- nothing configured: at once
w dose correct "$dose" --lot X14 --reason typo >/dev/null
is "without a setting a correction is made at once" 0 $?
has "and is there" X14 "$(lot)"
before=$(lot)

# --- settings that cannot be
cp "$node/watashi.conf" "$work/conf"
echo 'second_officer = dose correct, sing' >>"$node/watashi.conf"
text=$(w status)
is "a request that nobody gives cannot be configured" 1 $?
has "and it is named" "'sing'" "$text"
cp "$work/conf" "$node/watashi.conf"
echo 'approval_days = 0' >>"$node/watashi.conf"
w status >/dev/null
is "nor days that are none" 1 $?
cp "$work/conf" "$node/watashi.conf"
echo 'second_officer = dose correct, dose withdraw ,officer add' >>"$node/watashi.conf"
if start; then good; else bad "the daemon starts"; fi

# --- proposed: shown, stored, not done
text=$(nurse dose correct "$dose" --lot X15 --reason 'wrong lot copied')
is "a correction waits for a second officer" 1 $?
has "it shows what would change" "version" "$text"
has "and says its number" "approval 1: nothing is done yet: it waits for a second officer" "$text"
is "nothing is done yet" "$before" "$(lot)"
text=$(nurse dose correct "$dose" --lot X15 --reason 'wrong lot copied')
has "the same again is the same proposal" "approval 1:" "$text"
is "and waits once" 1 "$(a approval list --format json | grep -c '"approval"')"
text=$(a dose correct "$dose" --lot X15 --reason 'wrong lot copied')
has "the same by another officer is told where it waits" "see approval 1" "$text"
text=$(a dose correct 00000000000000000000000000000000 --lot X15 --reason r)
is "what would be refused is refused at once" 1 $?
lacks "and does not wait" "approval" "$text"
text=$(a dose correct "$dose" --lot X15 --reason '123456789018')
is "a reason that looks like an individual number is not kept" 1 $?
has "and says so" "individual number" "$text"

# --- who sees it
has "a second officer sees what was asked" X15 "$(b approval show 1)"
has "which is a look at that person" "approval show" "$(w audit looks 7001)"
has "and that the preview is the proposer's" "no" "$(b approval show 1 --format csv | grep previewChanged)"
has "the auditor sees that it waits" nurse-c "$(auditor approval list)"
auditor approval show 1 >/dev/null
is "but not the record" 1 $?
lacks "a clerk sees what concerns others in no list" nurse-c "$(clerk approval list)"
clerk approval show 1 >/dev/null
is "nor one by one" 1 $?

# --- who cannot give it
text=$(nurse approval give 1)
is "the proposer cannot give it" 1 $?
a approval withdraw 1 >/dev/null
is "nor somebody else withdraw it" 1 $?
clerk approval give 1 >/dev/null
is "a clerk cannot give it" 1 $?
as 65510 approval give 1 >/dev/null
is "nor a stranger" 1 $?
is "still nothing is done" "$before" "$(lot)"

# --- killed between proposing and giving
kill -9 "$(pid_of store)"
wait "$parent" 2>/dev/null
start || bad "the daemon starts after it"
has "what waits outlives the processes" waiting "$(b approval list)"

# --- given
text=$(b approval give 1 --reason 'seen in the clinic log')
is "a second officer gives it" 0 $?
has "its effect is shown" effect "$text"
has "and it is done" X15 "$(lot)"
text=$(b approval give 1)
is "only once" 1 $?
has "and says that it was" "given already" "$text"
text=$(w approval list --all --format json)
has "the list keeps who gave it" '"decidedBy":"officer-b"' "$text"
has "and why" "seen in the clinic log" "$text"
text=$(w audit looks 7001)
has "the trace of the effect names both officers" "officer:4+officer:3" "$text"
has "that of the approval too" "1, dose correct, proposed by officer:4" "$text"
lacks "a decided request is not kept" X15 "$(w approval show 1)"

# --- what changed meanwhile is told
text=$(a dose withdraw "$dose" --reason 'given to a sister')
has "a withdrawal waits" "approval 2:" "$text"
stop
cp "$work/conf" "$node/watashi.conf"
w dose correct "$dose" --lot X16 --reason meanwhile >/dev/null
is "meanwhile somebody corrects it" 0 $?
echo 'second_officer = dose correct, dose withdraw ,officer add' >>"$node/watashi.conf"
start || bad "the daemon starts again"
text=$(b approval show 2 --format csv | tr -d '\r')
has "the second officer is told that it is no longer the same" "previewChanged,yes" "$text"
seen=$(printf '%s\n' "$text" | sed -n 's/^approval,,preview,//p')
text=$(b approval give 2)
is "and cannot give it unseen" 1 $?
has "and is told why" "no longer what was proposed" "$text"
b approval give 2 --preview 0000000000000000 >/dev/null
is "nor with another preview than the one there is" 1 $?
b approval give 2 --preview "$seen" >/dev/null
is "but having seen it" 0 $?
has "it is done" '"status":"withdrawn"' "$(w show 7001 --format json)"

# --- refused, withdrawn
a officer add nurse-f --uid 65506 --role nurse --reason new >/dev/null
is "a health officer adds no officers" 1 $?
text=$(w officer add nurse-f --uid 65506 --role nurse)
is "a proposal without a reason is none" 1 $?
w officer add nurse-f --uid 65506 --role nurse --reason new >/dev/null
b approval give 3 >/dev/null
is "only who may give this" 1 $?
w approval refuse 3 --reason mine >/dev/null
is "nobody refuses his own" 1 $?
w approval withdraw 3 >/dev/null
is "but withdraws it" 0 $?
has "a withdrawn one is over" "withdrawn" "$(w approval give 3)"
nurse dose correct "$dose" --lot X17 --reason again >/dev/null
nurse dose add 7001 --vaccine MR --given-on 2026-05-01 >/dev/null
second=$(w show 7001 --format json | grep -o '"id":"[^"]*"' | sed -n 's/.*:"\(.*\)"/\1/p' | tail -1)
nurse dose correct "$second" --lot Y1 --reason again >/dev/null
text=$(a approval list)
no=$(printf '%s\n' "$text" | awk '/waiting/ { print $1 }' | tail -1)
a approval refuse "$no" --reason 'not in the log' >/dev/null
is "another officer refuses" 0 $?
has "and it is over" "refused" "$(b approval give "$no")"

# --- who left proposes nothing
nurse dose correct "$second" --lot Y2 --reason leaving >/dev/null
no=$(a approval list --format json | sed -n 's/.*"approval":\([0-9]*\).*/\1/p' | tail -1)
w officer remove nurse-c >/dev/null
text=$(a approval give "$no")
is "what somebody proposed who may no longer is not given" 1 $?
has "and it is said" "may no longer ask for it" "$text"

# --- its time
stop
sql "UPDATE approval SET expires_us = proposed_us WHERE state = 0"
start || bad "the daemon starts again"
text=$(a approval give "$no")
is "what nobody gave in its time is over" 1 $?
has "and says so" "in its time" "$text"
has "the list says so too" expired "$(w approval list --all)"
stop
is "frames and files of what is decided are gone" 0 \
	"$(sql "SELECT count(*) FROM approval WHERE state <> 0 AND (body IS NOT NULL OR file IS NOT NULL)")"
w audit verify >/dev/null
is "the log is whole" 0 $?

finish
