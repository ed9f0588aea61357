# Seven years: records of what was provided, refused, and looked at through the portal are there on the last day at asker,
# provider, hub and portal, and may go the day after, on somebody's word alone.
. "${top_srcdir:?}/tests/flow/net_lib.sh"
net_prepare
printf '[portal]\nlisten = 127.0.0.1:0\n' >>"$work/net.conf"
net_start
is "a code" acquire 141003 1001 123456789018
is "another" acquire 011002 2001 123456789018
copy 141003 1001 d1 1 0 2025-01-10 2026-02-01
inquire 011002 2001 141003 Q1
is "one is provided" within 10 result_is 011002 "$reception" 09
provided=$(field ProcessNo)
inquire 011002 2001 141003 Q2 "" DUMMYTM002799999
is "one is refused" within 10 result_is 011002 "$reception" 90
is "somebody looks" control portal-link p 141003 1001 2025-01-10
control portal-ask p $TM
recorded() { [ "$(control records | cut -f 2,10 | grep -Ec '	(provided|refused)$')" = 9 ]; }
is "nine records: three of each" within 20 recorded
refused=$(control records | grep '	refused	' | head -n 1 | cut -f 1)
old() { control records-old | cut -f 1,2 | tr '\t\n' '= '; }
# on DAY: the network's clock is turned
on() {
	net_stop
	sed -i "s/^clock = .*/clock = $1T09:00:00/" "$work/net.conf"
	net_start
}
none="core=0 intermediary-141003=0 intermediary-011002=0 intermediary-012025=0 portal=0 "
is "today nothing is old" test "$(old)" = "$none"
on 2033-11-22
is "nor on the last day of seven years" test "$(old)" = "$none"
is "then nothing can be taken out" test "$(control records-purge core)" = "core	0"
is "all are there" recorded
on 2033-11-23
is "the day after they may go, refused ones too" test "$(old)" = \
	"core=3 intermediary-141003=3 intermediary-011002=2 intermediary-012025=0 portal=1 "
sleep 2
is "by themselves they stay" recorded
is "the list says until when they had to be kept" test "$(control records-old | head -n 1 | cut -f 3)" = 2033-11-22
is "one is disputed" control records-keep "$provided"
is "and does not count" test "$(old)" = "core=2 intermediary-141003=2 intermediary-011002=1 intermediary-012025=0 portal=1 "
is "the hub's go on somebody's word" test "$(control records-purge core)" = "core	2"
is "the towns' do not go with them" test "$(old)" = \
	"core=0 intermediary-141003=2 intermediary-011002=1 intermediary-012025=0 portal=1 "
for part in intermediary-141003 intermediary-011002 portal; do
	is "those of $part go" control records-purge $part
done
is "the disputed one is there, at all three" test "$(control records | grep -c "^$provided")" = 3
is "the refused one nowhere" test "$(control records "$refused" | tail -n +2 | wc -l)" = 0
echo "<ProcessNo>$provided</ProcessNo>" | ask 141003 TKM.EvidenceFetch
is "its evidence is there" test -n "$(field Record)"
is "what went is written down" test "$(control records-purged | cut -f 1,4,5 | tr '\t\n' '= ')" = \
	"core=2=2033-11-22 intermediary-141003=2=2033-11-22 intermediary-011002=1=2033-11-22 portal=1=2033-11-22 "
is "explained, it may go" control records-let "$provided"
is "and goes" test "$(control records-purge intermediary-141003)" = "intermediary-141003	1"
echo "<ProcessNo>$provided</ProcessNo>" | ask 141003 TKM.EvidenceFetch
is "with its evidence" test -z "$(field Record)"
is "the registrar keeps none" not control records-purge registrar
net_stop
net_report
