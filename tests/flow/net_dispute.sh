# A day that a town has counted otherwise than the core: the core's records of it stay beyond their seven years until the
# counts agree, or somebody says that it is explained.
. "${top_srcdir:?}/tests/flow/net_lib.sh"
net_prepare
net_start
is "a code" acquire 141003 1001 123456789018
is "another" acquire 011002 2001 123456789018
copy 141003 1001 d1 1 0 2025-01-10 2026-02-01
inquire 011002 2001 141003 Q1
is "one exchange takes place" within 10 result_is 011002 "$reception" 09
# on DAY: the network's clock is turned
on() {
	net_stop
	sed -i "s/^clock = .*/clock = $1T09:00:00/" "$work/net.conf"
	net_start
}
# counts TOWN MADE-AT DIGEST: the town's letter to the other about that day
counts() {
	local other=141003
	[ "$1" = 011002 ] || other=011002
	echo "<Sender>$(institution "$1")</Sender><Recipient>$(institution $other)</Recipient><On>20261122</On><Inquirer>$(institution 011002)</Inquirer><Provider>$(institution 141003)</Provider><MadeAt>$2</MadeAt><Provided>1</Provided><NoData>0</NoData><Refused>0</Refused><Failed>0</Failed><Digest>$3</Digest><Entries/>" |
		ask "$1" TKM.DayCount && [ "$(field Result)" = 0000 ]
}
# What the core has told the asker of that day: its digest, in $digest.
told() {
	echo | ask 011002 COR.LetterFetch
	digest=$(field Letter | base64 -d | sed -n 's/.*<Digest>\([0-9a-f]*\)<\/Digest><Entries>.*/\1/p')
	[ -n "$digest" ]
}
open() { control disputes | cut -f 1,2,3,5 | tr '\t\n' ' ;'; }
the_day="2026-11-22 0110020000000001 1410030000000001 -;"
opens() { [ "$(open)" = "$the_day" ]; }
ends() { [ -z "$(open)" ]; }
core_old() { control records-old | sed -n 's/^core	\([0-9]*\)	.*/\1/p'; }
wrong=$(printf '%064d' 0)

on 2026-11-23
is "the night over, the core tells its count" within 20 told
is "nothing is in dispute" ends
is "the asker counts the same" counts 011002 20261123090000000 "$digest"
is "the provider counts otherwise" counts 141003 20261123090001000 "$wrong"
is "the core hears of it by the letter that passes" within 10 opens
is "an earlier count of the same town" counts 141003 20261123080000000 "$digest"
sleep 1
is "changes nothing" opens
on 2033-11-23
is "after seven years it is there still" opens
is "and the core's record is not old" test "$(core_old)" = 0
is "though the towns' are" test "$(control records-old | grep -c '^intermediary-[0-9]*	1	')" = 2
is "so nothing goes" test "$(control records-purge core)" = "core	0"
is "the exchange is there" test "$(control records | grep -c core)" -ge 1

is "of a day that is not in dispute nothing can be said" not control dispute-let 2026-11-21 0110020000000001 1410030000000001
is "nor of what is no day" not control dispute-let yesterday 0110020000000001 1410030000000001
is "it is explained" control dispute-let 2026-11-22 0110020000000001 1410030000000001
is "then it is old" test "$(core_old)" = 1
since() { control disputes | cut -f 5 | grep -q "^2033-11-23T09:0"; }
is "the list says since when" since
is "another difference" counts 141003 20331123090002000 "$(printf '%064d' 1)"
is "is in dispute anew" within 10 opens
is "and keeps it again" test "$(core_old)" = 0
is "the provider comes to count the same" counts 141003 20331123090003000 "$digest"
is "it is over" within 10 ends
is "and the record may go" test "$(control records-purge core)" = "core	1"
net_stop
net_report
