# Everything a stranger may try at a listener: each is refused, and nothing comes of it.
. "${top_srcdir:?}/tests/flow/net_lib.sh"
net_prepare
net_start

pki=$work/pki
bad=$work/bad
mkdir "$bad"

# bad_cert NAME CA-FOLDER TEMPLATE-LINES
bad_cert() {
	certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --no-text --outfile "$bad/$1.key" 2>/dev/null
	printf '%s\n' "cn = test" "signing_key" "$3" >"$bad/$1.cfg"
	certtool --generate-certificate --load-privkey "$bad/$1.key" --load-ca-certificate "$2/authority.crt" \
		--load-ca-privkey "$2/authority.key" --template "$bad/$1.cfg" --no-text --outfile "$bad/$1.crt" 2>/dev/null
}
urn='uri = "urn:watashi:municipality:141003"'
"$top_srcdir/scripts/demo-authority" "$work/foreign" || exit 99
bad_cert good "$pki" "tls_www_client
$urn"
bad_cert expired "$pki" "tls_www_client
activation_date = \"2020-01-01 00:00:00\"
expiration_date = \"2020-02-01 00:00:00\"
$urn"
bad_cert future "$pki" "tls_www_client
activation_date = \"2090-01-01 00:00:00\"
expiration_date = \"2091-02-01 00:00:00\"
$urn"
bad_cert purpose "$pki" "tls_www_server
$urn"
bad_cert nameless "$pki" "tls_www_client"
bad_cert cnonly "$pki" "tls_www_client
dns_name = \"urn:watashi:municipality:141003\""
bad_cert twonames "$pki" "tls_www_client
$urn
uri = \"urn:watashi:core\""
bad_cert badcode "$pki" 'tls_www_client
uri = "urn:watashi:municipality:141004"'

here=$(url intermediary-141003)
message FGU.CodeFetch 141003 141003 >"$work/doc" <<END
<AddresseeNo>1001</AddresseeNo>
END

# with CERT KEY [MORE]: say the document; status of net_say
with() {
	cert=$1
	key=$2
	shift 2
	"$net_say" -a "$pki/authority.crt" -c "$cert" -k "$key" -s "$pki/node-141003/sign.key" "$@" "$here" \
		<"$work/doc" >"$work/answer" 2>"$work/status"
}
no_answer() {
	with "$@"
	[ $? -eq 3 ]
}
http() {
	grep -q "HTTP $1" "$work/status"
}

with "$bad/good.crt" "$bad/good.key"
is "a good certificate is let in" http 200
is "no certificate is refused in the handshake" sh -c "
	'$net_say' -a '$pki/authority.crt' -s '$pki/node-141003/sign.key' '$here' <'$work/doc'
	[ \$? -eq 3 ]"
is "another authority is refused" no_answer "$work/foreign/node-141003/tls.crt" "$work/foreign/node-141003/tls.key"
is "an expired certificate is refused" no_answer "$bad/expired.crt" "$bad/expired.key"
is "one not yet valid is refused" no_answer "$bad/future.crt" "$bad/future.key"
is "one for servers is refused" no_answer "$bad/purpose.crt" "$bad/purpose.key"
is "one without our name is refused" no_answer "$bad/nameless.crt" "$bad/nameless.key"
is "a name elsewhere than in a URI is none" no_answer "$bad/cnonly.crt" "$bad/cnonly.key"
is "two of our names are refused" no_answer "$bad/twonames.crt" "$bad/twonames.key"
is "a municipality that cannot be is refused" no_answer "$bad/badcode.crt" "$bad/badcode.key"
is "a client does not talk to a foreign server" sh -c "
	'$net_say' -a '$work/foreign/authority.crt' -c '$bad/good.crt' -k '$bad/good.key' '$here' <'$work/doc'
	[ \$? -eq 3 ]"
is "TLS 1.2 is refused" sh -c "
	! echo | timeout 5 openssl s_client -connect '${here#https://}' -tls1_2 -CAfile '$pki/authority.crt' \
		-cert '$bad/good.crt' -key '$bad/good.key' 2>/dev/null | grep -q 'Cipher is [A-Z]'"

with "$pki/node-011002/tls.crt" "$pki/node-011002/tls.key"
is "the certificate of another municipality has no business here" http 403
is "and that is in the log" grep -q 'from node-011002: this certificate has no business here' "$work/state/intermediary-141003.log"
here=$(url core)
with "$pki/node-141003/tls.crt" "$pki/node-141003/tls.key"
is "no node speaks to the core" http 403
here=$(url registrar)
with "$pki/core/tls.crt" "$pki/core/tls.key"
is "nor the core to the registrar" http 403
here=$(url intermediary-141003)

node() {
	with "$pki/node-141003/tls.crt" "$pki/node-141003/tls.key" "$@"
}
node -S ""
is "no signature is refused" http 403
node -S "AAAA"
is "nor does any signature do" http 403
node -s "$pki/node-011002/sign.key"
is "nor that of another node" http 403
node
is "the right one does" http 200
cp "$work/answer" "$work/first"
node
is "the same message again gets the same bytes" cmp -s "$work/answer" "$work/first"
sed -i 's/1001/1002/' "$work/doc"
node
is "its MsgID with other bytes is refused" grep -q '<Code>E103</Code>' "$work/answer"
is "and alarmed" grep -q 'alarm: FGU.CodeFetch' "$work/state/intermediary-141003.log"

# bad_document SENTENCE SED-SCRIPT: E901 for a changed document
fresh() {
	message FGU.CodeFetch "${1:-141003}" "${2:-141003}" >"$work/doc" <<-END
		<AddresseeNo>1001</AddresseeNo>
	END
}
malformed() {
	fresh
	sed -i "$2" "$work/doc"
	node
	is "$1" grep -q '<Code>E901</Code>' "$work/answer"
}
malformed "a DOCTYPE is refused" '1a<!DOCTYPE Message [<!ENTITY a "b">]>'
malformed "an entity is refused" 's/1001/\&lt;/'
malformed "an unknown element is refused" 's/<AddresseeNo>/<Name>x<\/Name><AddresseeNo>/'
malformed "an element twice is refused" 's/<AddresseeNo>1001<\/AddresseeNo>/&&/'
malformed "too many digits are refused" 's/1001/1234567890123456/'
malformed "letters for digits are refused" 's/1001/x/'
malformed "a document cut short is refused" 's/<\/Message>//'
malformed "an attribute is refused" 's/<Body>/<Body a="b">/'
malformed "the exercise mode is refused" 's/<Mode>0/<Mode>1/'
malformed "a control character is refused" 's/1001/\&#1;/'
malformed "a message not taken here is refused" 's/FGU.CodeFetch/FGU.CodeStatus/g;s/<.AddresseeNo>/\&<Status>2<\/Status>/'
fresh
iconv -f UTF-8 -t UTF-16 "$work/doc" >"$work/doc16"
cp "$work/doc16" "$work/doc"
node
is "UTF-16 is refused" grep -q '<Code>E901</Code>' "$work/answer"
: >"$work/doc"
node
is "an empty body is refused" grep -q '<Code>E901</Code>' "$work/answer"
fresh 141003 011002
node
is "a message for another institution is refused" grep -q '<Code>E203</Code>' "$work/answer"
fresh 011002 141003
node
is "one from another institution too" grep -q '<Code>E203</Code>' "$work/answer"
is "and that is in the log" grep -q 'Header/Source is another institution' "$work/state/intermediary-141003.log"
{
	fresh
	sed 's/<AddresseeNo>.*//' "$work/doc"
	head -c 1100000 /dev/zero | tr '\0' ' '
	sed 's/.*<AddresseeNo>/<AddresseeNo>/' "$work/doc" | tail -n +2
} >"$work/doc2"
mv "$work/doc2" "$work/doc"
node
is "over the ceiling of its type is refused" grep -q '<Code>E901</Code>' "$work/answer"
here=$(url registrar)
node
# The listener answers and closes while the client still sends: the answer may be lost on the way.
turned_away() { http 413 || ! grep -q HTTP "$work/status"; }
is "over the ceiling of the listener too" turned_away
here=$(url intermediary-141003)

# raw REQUEST-LINES: bytes on a good TLS connection, answer's first line
raw() {
	{
		printf "$1"
		sleep 0.3
	} | timeout 5 openssl s_client -quiet -no_ign_eof -connect "${here#https://}" -CAfile "$pki/authority.crt" \
		-cert "$bad/good.crt" -key "$bad/good.key" 2>/dev/null | head -1
}
answers() {
	raw "$1" | grep -q " $2 "
}
xml='Content-Type: application/xml\r\n'
is "GET is refused" answers "GET /v1/message HTTP/1.1\r\nHost: a\r\n\r\n" 405
is "another path is refused" answers "POST /v1/other HTTP/1.1\r\nHost: a\r\n${xml}Content-Length: 0\r\n\r\n" 404
is "a NUL in the path is refused" answers "POST /v1/message%%00x HTTP/1.1\r\nHost: a\r\n${xml}Content-Length: 0\r\n\r\n" 404
is "an argument is refused" answers "POST /v1/message?a=b HTTP/1.1\r\nHost: a\r\n${xml}Content-Length: 0\r\n\r\n" 404
is "two hosts are refused" answers "POST /v1/message HTTP/1.1\r\nHost: a\r\nHost: b\r\n${xml}Content-Length: 0\r\n\r\n" 400
is "two lengths are refused" answers "POST /v1/message HTTP/1.1\r\nHost: a\r\n${xml}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" 400
is "no type is refused" answers "POST /v1/message HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" 415
is "a length over the ceiling is refused at once" answers "POST /v1/message HTTP/1.1\r\nHost: a\r\n${xml}Content-Length: 99999999999\r\n\r\n" 413

fresh
node
is "after all of it a good message is answered" http 200
is "no code and no person came of it" test "$(sqlite3 "$work/state/intermediary-141003.db" 'SELECT count(*) FROM subject')" = 0
is "the control socket is the owner's alone" test "$(stat -c %a "$work/state/control.sock")" = 600
is "a second network on the same state is refused" sh -c "! '$net_program' --config '$work/net.conf'"
is "it stops cleanly" net_stop
net_report
