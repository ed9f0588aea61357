# Codes, copies, inquiries, held answers and records over real TLS on the loopback.
. "${top_srcdir:?}/tests/flow/net_lib.sh"
net_prepare
net_start

number=123456789018
other=100000000005

is "a code is acquired over two legs" acquire 141003 1001 $number
is "the same person gets a code at another municipality" acquire 011002 2001 $number
is "a second person gets one too" acquire 141003 1002 $other
is "acquiring again gives the same code" acquire 141003 1001 $number

copy 141003 1001 d1 1 0 2025-01-10 2026-02-01
sent=$(field ReceptionNo)
is "a copy is registered" test -n "$sent"
echo "<ReceptionNo>$sent</ReceptionNo>" | ask 141003 DBM.CopyResultFetch
is "one record was accepted" test "$(field Accepted)/$(field RefusedCount)" = 1/0
copy 141003 1001 d1 1 0 2025-01-10 2026-02-02
echo "<ReceptionNo>$(field ReceptionNo)</ReceptionNo>" | ask 141003 DBM.CopyResultFetch
is "the same version with other content is refused" test "$(field RefusedCount)/$(field ErrorCode)" = 1/E103
copy 141003 1001 d2 1 0 2025-01-10 2026-05-01
echo "" | ask 141003 DBM.CopyListFetch
is "the list names two records" test "$(grep -o '<RecordKey>' "$work/answer" | wc -l)" = 2
copy 141003 1002 d9 1 0 2011-03-04 2026-01-15

inquire 011002 2001 141003 Q1
is "an inquiry gets a reception number" test -n "$reception"
is "the answer comes by itself" within 10 result_is 011002 "$reception" 09
is "its item status is ok" test "$(field StatusTM)" = 01
is "it holds both doses" test "$(response | grep -o '<RecordKey>' | wc -l)" = 2
is "it begins with the birth date" sh -c "echo '$(response | tr -d "'")' | grep -q '<Value>2025-01-10</Value>'"
response >"$work/response"
field ResponseSignature | base64 -d >"$work/response.sig"
openssl x509 -in "$work/pki/intermediary-141003/sign.crt" -noout -pubkey >"$work/pub"
is "the provider's own signature passed unchanged" \
	openssl dgst -sha256 -verify "$work/pub" -signature "$work/response.sig" "$work/response"
process=$(field ProcessNo)
first=$(cat "$work/question")
cp "$work/answer" "$work/answer.first"
echo "$first" | say intermediary-011002 node-011002 >/dev/null
is "the same question again gets the same bytes" cmp "$work/answer" "$work/answer.first"

result_recorded() {
	[ "$(control records "$process" | grep -c provided)" = 4 ]
}
is "three records agree by process number" within 5 result_recorded
records=$(control records "$process" | tail -n +2 | cut -f 1,3- | sort -u | wc -l)
is "they say the same" test "$records" = 1
echo "<AddresseeNo>1001</AddresseeNo>" | ask 141003 TKM.RecordFetch
is "the provider finds its record by person" test "$(field ProcessNo)/$(field Outcome)" = "$process/01"
is "no record holds a value" not grep -rqa 2026-02-01 "$work/state/core.log"

inquire 011002 2001 012025 Q2
is "who has no copy says so" within 10 result_is 011002 "$reception" 09
is "nothing known is status 02 and E401" test "$(field StatusTM)/$(field ErrorCode)" = 02/E401
inquire 011002 2001 141003 Q3 1410200000000001
is "an institution that is none ends" within 10 result_is 011002 "$reception" 90
is "with E203" test "$(field ErrorCode)" = E203
inquire 011002 2001 141003 Q4 "" DUMMYTM002799999
is "what is not permitted ends" within 10 result_is 011002 "$reception" 90
is "with E201" test "$(field ErrorCode)" = E201
refused() {
	[ "$(control records | grep -c 'DUMMYTM002799999.refused.E201')" = 3 ]
}
is "a refusal is recorded three times too" within 5 refused
inquire 011002 2999 141003 Q5
is "no code yet is E101 at once" test "$(field Code)" = E101
inquire 011002 2001 141003 Q1
is "a record number is used once" test "$(field Code)" = E103

copy 141003 1001 d3 1 1 2025-01-10 2026-06-01
inquire 011002 2001 141003 Q6
is "an answer is held for staff" within 10 result_is 011002 "$reception" 05
echo "<WithInquirer>0</WithInquirer>" | ask 141003 TKY.HeldFetch
permit=$(field PermitID)
is "the provider sees it by addressee number" test "$(field AddresseeNo)" = 1001
is "without the asker's name" test -z "$(field Inquirer)"
echo "<PermitID>$permit</PermitID><Decision>1</Decision><User>u2</User><Reason>looked at</Reason>" |
	ask 141003 TKY.ProvisionDecision
is "staff release it" test "$(field Result)" = 0000
is "then it is answered" within 10 result_is 011002 "$reception" 09
is "with three doses" test "$(response | grep -o '<RecordKey>' | wc -l)" = 3
echo "<PermitID>$permit</PermitID><Decision>1</Decision><User>u2</User><Reason>again</Reason>" |
	ask 141003 TKY.ProvisionDecision
is "a permission is used once" test "$(field Code)" = E302
inquire 011002 2001 141003 Q7
is "another is held" within 10 result_is 011002 "$reception" 05
echo "<WithInquirer>1</WithInquirer>" | ask 141003 TKY.HeldFetch
is "the deciding role sees who asks" test "$(field Inquirer)" = 0110020000000001
echo "<PermitID>$(field PermitID)</PermitID><Decision>2</Decision><User>u2</User><Reason>barred</Reason>" |
	ask 141003 TKY.ProvisionDecision
is "staff refuse it" within 10 result_is 011002 "$reception" 09
is "the asker hears E403" test "$(field StatusTM)/$(field ErrorCode)" = 03/E403

is "a code is linked wrongly on purpose" control link-wrong 011002 2001 141003 1002
inquire 011002 2001 141003 Q8
is "then another person's answer comes" within 10 result_is 011002 "$reception" 09
is "and its birth date gives it away" sh -c "echo '$(response | tr -d "'")' | grep -q '<Value>2011-03-04</Value>'"

is "the hub is closed" control close-hub
inquire 011002 2001 141003 Q9
is "closed is E501" test "$(field Code)" = E501
is "with HTTP 503" grep -q 'HTTP 503' "$work/status"
is "and opened again" control open-hub
say intermediary-011002 node-011002 <"$work/question" >/dev/null
is "the very same message is then accepted" test -n "$(field ReceptionNo)"

is "each code request carries one number" sh -c "
	for f in '$work'/capture/*JUKI.CodeRequest.xml; do
		[ \$(grep -o -e $number -e $other \$f | wc -l) = 1 ] || exit 1
	done"
is "there were four of them" test "$(ls "$work"/capture/*JUKI.CodeRequest.xml | wc -l)" = 4
is "and no other message one" sh -c "! grep -l -e $number -e $other \$(ls '$work'/capture/*.xml | grep -v CodeRequest)"
is "nor any database or log" not grep -rla -e $number -e $other "$work/state"
is "nor a hash of it" not grep -rlia -e "$(printf %s $number | sha256sum | cut -c 1-64)" \
	-e "$(printf %s $number | base64)" -e "$(printf %s $number | od -An -tx1 | tr -d ' \n')" "$work/state"
is "no acquisition number stays anywhere" sh -c "
	for n in \$(grep -ho '<AcquisitionNo>[^<]*' '$work'/capture/*JUKI.CodeRequest.xml | cut -d '>' -f 2); do
		! grep -rqa \$n '$work/state' || exit 1
	done"

is "no message holds the codes of two institutions" sh -c "
	sqlite3 '$work/state/core.db' 'SELECT code FROM code' >'$work/codes'
	for f in '$work'/capture/*.xml; do
		[ \$(grep -o -F -f '$work/codes' \$f | sort -u | wc -l) -le 1 ] || exit 1
	done"
is "no intermediary knows another's code" sh -c "
	for m in 141003 011002 012025; do
		sqlite3 '$work/state/core.db' \"SELECT code FROM code WHERE institution NOT LIKE '\$m%'\" >'$work/codes'
		! grep -qa -F -f '$work/codes' '$work/state/intermediary-'\$m.db* || exit 1
	done"
is "it stops cleanly" net_stop
net_report
