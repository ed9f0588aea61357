# A person's portal over real TLS: notices of a town, the person's own records, and who is told nothing.
. "${top_srcdir:?}/tests/flow/net_lib.sh"
net_prepare
printf '[portal]\nlisten = 127.0.0.1:0\n' >>"$work/net.conf"
net_start
sed -i "/^\[portal\]/{n;s/.*/listen = 127.0.0.1:$(sed -n 's/^portal=//p' "$work/state/ports")/}" "$work/net.conf"

# record MUNICIPALITY ADDRESSEE KEY HOLD BARRED BIRTH DOSE
record() {
	echo "<Segment>1</Segment><Records><Record><RecordNo>R1</RecordNo><AddresseeNo>$2</AddresseeNo><TM>$TM</TM><DataSetNo>0001</DataSetNo><RecordKey>$3</RecordKey><RecordVersion>1</RecordVersion><LayoutVersion>0001</LayoutVersion><PublishFrom>20200101</PublishFrom><NoAutoReply>$4</NoAutoReply><SelfInfoBarred>$5</SelfInfoBarred><Items>$(items "$6" ワタシハナコ "$7")</Items></Record></Records>" |
		ask "$1" DBM.CopyRegister
}
notice() { # notice MUNICIPALITY ADDRESSEE TITLE: leaves $reception
	echo "<AddresseeNo>$2</AddresseeNo><Title>$3</Title><Text>one line
another</Text>" | ask "$1" OSR.Notice
	reception=$(field ReceptionNo)
}
notice_is() { # notice_is MUNICIPALITY RECEPTION STATE
	echo "<ReceptionNo>$2</ReceptionNo>" | ask "$1" OSR.NoticeFetch
	[ "$(field State)" = "$3" ]
}
show() { control portal-show "$1" >"$work/show-$1"; cat "$work/show-$1"; }
shows() { show "$1" | grep -q "$2"; }

for n in 1 2 3 4; do
	record 141003 100$n d1 $((n == 3)) $((n == 2)) 2025-01-10 2026-02-01
	is "a copy of person $n is there" test -n "$(field ReceptionNo)"
done
record 011002 2001 s1 0 0 2025-01-10 2026-05-05

# ---- notices ----

is "an account is tied to a person" control portal-link hanako 141003 1001 2025-01-10
is "to a person of another town, too" control portal-link hanako 011002 2001 2025-01-10
is "to no town of none" not control portal-link hanako 999999 1001 2025-01-10
is "to no number that is none" not control portal-link hanako 141003 10x1 2025-01-10
notice 141003 1001 お知らせ
is "a notice is received" test -n "$reception"
is "and reaches the portal" within 10 notice_is 141003 "$reception" 2
is "which says when" test "$(field TakenAt | wc -c)" = 18
is "the person reads it" shows hanako "^notice.1410030000000001.お知らせ.one line / another"
cp "$work/question" "$work/last"
message OSR.Notice 141003 141003 0123456789abcdef0123456789abcdef >"$work/twice" <<END
<AddresseeNo>1001</AddresseeNo><Title>twice</Title><Text>t</Text>
END
say intermediary-141003 node-141003 <"$work/twice" >"$work/first"
say intermediary-141003 node-141003 <"$work/twice" >"$work/second"
is "the same notice again gets the same answer" cmp "$work/first" "$work/second"
is "and is there" within 10 shows hanako twice
is "once" test "$(grep -c twice "$work/show-hanako")" = 1
notice 141003 1002 x
is "who has tied no portal is not reached, and the town learns it" within 10 notice_is 141003 "$reception" 3
echo "<ReceptionNo>none</ReceptionNo>" | ask 141003 OSR.NoticeFetch
is "of a notice that is none nothing is known" test "$(field Code)" = E301
echo "<ReceptionNo>$reception</ReceptionNo>" | ask 011002 OSR.NoticeFetch
is "nor of another town's" test "$(field Code)" = E301

is "the portal is closed" control close portal
notice 141003 1001 late
is "a notice waits" notice_is 141003 "$reception" 1
net_kill
net_start
is "after a kill it waits still" notice_is 141003 "$reception" 1
is "the portal opens" control open portal
is "then it arrives" within 20 notice_is 141003 "$reception" 2
is "once" test "$(show hanako | grep -c late)" = 1
is "what it said is gone from the intermediary" not sh -c "strings -e S '$work/state/intermediary-141003.db' | grep -q late"

# ---- one's own records ----

is "the person looks" control portal-ask hanako $TM
is "and sees what the one town knows" within 10 shows hanako "^record.d1.*=2026-02-01"
is "what the other knows, too" within 10 sh -c "grep -q '^record.s1.*=2026-05-05' '$work/show-hanako' || { '$net_program' control --config '$work/net.conf' portal-show hanako | tee -a '$work/show-hanako' | grep -q '^record.s1'; }"
is "once: the portal keeps nothing of it" not shows hanako "^record"
both() { [ "$(show hanako | grep -c '^exchange')" = 2 ]; }
is "the person sees these exchanges" within 10 both
process=$(grep '^exchange.*1410030000000001' "$work/show-hanako" | cut -f 2)
recorded() { [ "$(control records "$1" | cut -f 10 | grep -cx "$2")" = 3 ]; }
is "recorded at portal, town and hub" within 10 recorded "$process" provided
is "alike" test "$(control records "$process" | tail -n +2 | cut -f 1,3- | sort -u | wc -l)" = 1
is "for seven years" test "$(control records "$process" | tail -n 1 | cut -f 14)" = 2033-11-22
echo "<AddresseeNo>1001</AddresseeNo>" | ask 141003 TKM.RecordFetch
is "the town finds it by its person" test "$(field ProcessNo)/$(field Inquirer)" = "$process/0000000000000003"
echo "<ProcessNo>$process</ProcessNo>" | ask 141003 TKM.EvidenceFetch
is "and has it as the hub signed it" sh -c "echo '$(field Record)' | base64 -d | grep -q '<Outcome>01</Outcome>'"
is "there is no day's count of it: nobody has counted with us" not sh -c "strings '$work/state/core.db' | grep -q 0000000000000003.TKM.DayCount"

# ---- nothing ----

# nothing ACCOUNT ADDRESSEE BIRTH: looks and is told nothing
nothing() {
	control portal-link "$1" 141003 "$2" "$3" && control portal-ask "$1" $TM && within 10 shows "$1" "^look.*	nothing$" &&
		! grep -q '^record' "$work/show-$1"
}
is "who is barred is told nothing" nothing barred 1002 2025-01-10
is "whom staff must look at first is told nothing" nothing waiting 1003 2025-01-10
is "whose card says another birth date is told nothing" nothing wrong 1004 2025-01-11
is "of whom nothing is known is told the same" nothing nobody 1099 2025-01-10
for who in barred waiting wrong; do
	is "$who and unknown are told alike" test "$(cut -f 1,2,4 "$work/show-$who")" = "$(cut -f 1,2,4 "$work/show-nobody")"
	show $who >/dev/null
	is "nor does the list of exchanges say more" test "$(grep -c '^exchange' "$work/show-$who")" = 0
done
refused() { [ "$(control records | grep -c '0000000000000003.*refused.*	0	1	')" = 9 ]; }
is "three refusals are recorded by three each, none to be shown" within 10 refused
unknown() { [ "$(control records | grep -c '0000000000000003.*no-data')" = 3 ]; }
is "so is that nothing was known" within 10 unknown

# ---- who may not ----

look="<AddresseeNo>1001</AddresseeNo><TM>$TM</TM><BirthDate>20250110</BirthDate><RequestedAt>20261122100000000</RequestedAt>"
echo "$look" | ask 141003 JTK.SelfInfoFetch
is "a node does not look through the portal's door" test "$(field Code)" = E901
echo "$look" | message JTK.SelfInfoFetch 011002 141003 >"$work/question"
is "nor another town's node" not say intermediary-141003 node-011002 <"$work/question"
sed 's/<Source>[^<]*/<Source>0000000000000003/' "$work/question" >"$work/forged"
is "nor whoever says it is the portal" not say intermediary-141003 node-011002 <"$work/forged"
grep -v portal "$work/net.conf" | sed '$d' >"$work/net.conf.new"
net_stop
mv "$work/net.conf.new" "$work/net.conf"
net_start
notice 141003 1001 x
is "where there is no portal a notice is not taken" test "$(field Code)" = E901
net_stop
net_report
