#!/bin/bash
# Whom neither side of a connection lets in: eight certificates and protocols, each shown by a stranger to the
# network's listener and by a server to a node.  Each is refused before a byte of a message passes, and each is
# in the log with its reason.
NAME=tls
# shellcheck source=tests/flow/node_lib.sh
. "${top_srcdir:?}/tests/flow/node_lib.sh"
story=$work
. "$top/scripts/towns.sh"
town=$sapporo
pki=$story/authority
server=
trap 'kill $server 2>/dev/null; towns_stop; end' EXIT

towns_make >"$log" 2>&1 || { cat "$log"; bad "the towns can be made"; finish; }
"$top/scripts/demo-authority" "$story/foreign" >/dev/null

# certificate NAME AUTHORITY WHO LINES...: tls certificate and key in $story/NAME; WHO is a town's node or server
certificate() {
	local name=$1 authority=$2 who=$3
	shift 3
	mkdir "$story/$name"
	certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --no-text --outfile "$story/$name/tls.key" 2>/dev/null
	{
		printf '%s\n' 'cn = test' 'signing_key' "uri = \"urn:watashi:$who\"" 'dns_name = "localhost"' \
			'ip_address = "127.0.0.1"' "$@"
	} >"$story/$name/tls.cfg"
	certtool --generate-certificate --load-privkey "$story/$name/tls.key" --load-ca-certificate "$authority/authority.crt" \
		--load-ca-privkey "$authority/authority.key" --template "$story/$name/tls.cfg" --no-text \
		--outfile "$story/$name/tls.crt" 2>/dev/null || bad "the certificate $name can be made"
}
both() { # both NAME AUTHORITY LINES...: of the town's node for the network, of its server for the node
	local name=$1 authority=$2
	shift 2
	certificate "client-$name" "$authority" "municipality:$town" tls_www_client "$@"
	certificate "server-$name" "$authority" "intermediary:$town" tls_www_server "$@"
}
both right "$pki"
both foreign "$story/foreign"
both expired "$pki" 'activation_date = "2020-01-01 00:00:00"' 'expiration_date = "2020-02-01 00:00:00"'
both early "$pki" 'activation_date = "2090-01-01 00:00:00"' 'expiration_date = "2091-02-01 00:00:00"'
both revoked "$pki"
certificate client-purpose "$pki" "municipality:$town" tls_www_server
certificate server-purpose "$pki" "intermediary:$town" tls_www_client
certificate client-other "$pki" "municipality:$hakodate" tls_www_client
certificate server-other "$pki" "intermediary:$hakodate" tls_www_server
cat "$story"/{client,server}-revoked/tls.crt >"$story/revoked.crt"
printf '%s\n' 'crl_next_update = 10' 'crl_number = 1' >"$story/crl.cfg"
certtool --generate-crl --load-ca-privkey "$pki/authority.key" --load-ca-certificate "$pki/authority.crt" \
	--load-certificate "$story/revoked.crt" --template "$story/crl.cfg" --outfile "$story/revoked.pem" 2>/dev/null
cp "$story/revoked.pem" "$story/node-$town.keys/revoked.pem"
sed -i "1i revocations = $story/revoked.pem" "$story/net.conf"

# ---- the network's listener, asked by a stranger ----

does "the network starts" network_start
here=127.0.0.1:$(towns_port "intermediary-$town")
{
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<Message xmlns="urn:watashi:wire:1"><Header>'
	printf '<MsgID>%032d</MsgID><MsgType>FGU.CodeFetch</MsgType><Mode>0</Mode>' 1
	printf '<Source>%s0000000001</Source><Destination>%s0000000001</Destination><Result>0000</Result></Header>' $town $town
	printf '<Body><FGU.CodeFetch><AddresseeNo>1</AddresseeNo></FGU.CodeFetch></Body></Message>\n'
} >"$story/doc"
# asks NAME OPTIONS...: the message with this certificate; what is answered comes to $story/answer
asks() {
	local name=$1
	shift
	{
		printf 'POST /v1/message HTTP/1.1\r\nHost: a\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n' \
			"$(stat -c %s "$story/doc")"
		printf 'Watashi-Signature: %s\r\n\r\n' \
			"$(openssl dgst -sha256 -sign "$story/node-$town.keys/sign.key" "$story/doc" | base64 -w 0)"
		cat "$story/doc"
		sleep 0.5
	} | timeout 10 openssl s_client -quiet -no_ign_eof -connect "$here" -CAfile "$pki/authority.crt" \
		${name:+-cert "$story/client-$name/tls.crt" -key "$story/client-$name/tls.key"} "$@" >"$story/answer" 2>"$story/said"
	return 0
}
lines() { grep -c . "$story/net/intermediary-$town.log"; }
# stranger SENTENCE REASON NAME OPTIONS...: is refused without an answer, and the new lines of the log say why
stranger() {
	local sentence=$1 reason=$2 before
	shift 2
	before=$(lines)
	asks "$@"
	does "the network refuses $sentence" not grep -q 'HTTP/1.1 200' "$story/answer"
	does "and reads nothing of it: $sentence" not grep -q '<' "$story/answer"
	tail -n "+$((before + 1))" "$story/net/intermediary-$town.log" >"$story/new"
	does "the network's log says so: $sentence" grep -q -- "$reason" "$story/new"
}
asks right
does "the network answers the right one" grep -q 'HTTP/1.1 200' "$story/answer"
stranger "no certificate" "refused handshake: certificate: none was shown" ""
stranger "one of another authority" "refused handshake: certificate: .*issuer is unknown" foreign
stranger "an expired one" "refused handshake: certificate: .*expired" expired
stranger "one not yet valid" "refused handshake: certificate: .*not yet valid" early
stranger "one of the wrong purpose" "refused handshake: certificate: .*purpose" purpose
stranger "a revoked one" "refused handshake: certificate: .*revoked" revoked
stranger "another municipality's" "from node-$hakodate: this certificate has no business here" other
stranger "an older protocol" "refused handshake" right -tls1_2
asks right
does "and after all of them the right one" grep -q 'HTTP/1.1 200' "$story/answer"

# ---- a part of the network, that asks another ----

# acquires NO: a node's first message about somebody, which its intermediary takes on to the core
acquires() {
	{
		printf '<?xml version="1.0" encoding="UTF-8"?>\n<Message xmlns="urn:watashi:wire:1"><Header>'
		printf '<MsgID>%032d</MsgID><MsgType>FGU.NumberRequest</MsgType><Mode>0</Mode>' "$1"
		printf '<Source>%s0000000001</Source><Destination>%s0000000001</Destination><Result>0000</Result></Header>' $town $town
		printf '<Body><FGU.NumberRequest><AddresseeNo>%d</AddresseeNo>' "$1"
		printf '<InstitutionCode>%s0000000001</InstitutionCode></FGU.NumberRequest></Body></Message>\n' $town
	} >"$story/doc"
	asks right
	does "the intermediary takes it" grep -q 'HTTP/1.1 200' "$story/answer"
}
reaches_core() { [ "$(grep -c FGU.NumberRequest "$story/net/core.log")" -ge "$1" ]; }
refused_core() { grep -q "core: .*certificate" "$story/net/intermediary-$town.log"; }
network_again() {
	control stop >/dev/null 2>&1
	wait "$network_pid" 2>/dev/null
	does "the network starts again" network_start
	here=127.0.0.1:$(towns_port "intermediary-$town")
}
acquires 51
does "the core hears of it" within 10 reaches_core 1
known=$(grep -c FGU.NumberRequest "$story/net/core.log")
# The core's certificate is taken back: as a caller, too, so what it hears is asked of its log alone.
cat "$pki/core/tls.crt" >>"$story/revoked.crt"
printf '%s\n' 'crl_next_update = 10' 'crl_number = 2' >"$story/crl.cfg"
certtool --generate-crl --load-ca-privkey "$pki/authority.key" --load-ca-certificate "$pki/authority.crt" \
	--load-certificate "$story/revoked.crt" --template "$story/crl.cfg" --outfile "$story/revoked-core.pem" 2>/dev/null
cp "$story/revoked.pem" "$story/revoked-first.pem"
cp "$story/revoked-core.pem" "$story/revoked.pem"
network_again
acquires 52
does "the log of whoever called says that a certificate was taken back" within 30 refused_core
does "and the part was told nothing" not reaches_core $((known + 1))
cp "$story/revoked-first.pem" "$story/revoked.pem"
network_again
does "and is told what waited when it is right again" within 30 reaches_core $((known + 1))

# ---- a node, that asks a stranger ----

# Nothing to read, and no end of it.
mkfifo "$story/nothing"
exec 8<>"$story/nothing"
# A server that never answers, and keeps what it hears.
impostor() { # impostor NAME OPTIONS...
	local name=$1
	shift
	kill $server 2>/dev/null
	wait $server 2>/dev/null
	: >"$story/heard"
	# shellcheck disable=SC2086
	openssl s_server -quiet -accept "127.0.0.1:$port" -CAfile "$pki/authority.crt" -Verify 1 \
		${name:+-cert "$story/server-$name/tls.crt" -key "$story/server-$name/tls.key"} "$@" <&8 >"$story/heard" 2>"$story/server" &
	server=$!
	within 10 listens
}
listens() { grep -q ":$(printf %04X "$port") .* 0A " /proc/net/tcp; }
control stop >/dev/null 2>&1
wait "$network_pid" 2>/dev/null
port=$(towns_port "intermediary-$town")
"$top/scripts/make-town" --seed 11 --residents 2 --municipality $yokohama --out "$story/town" >/dev/null
arrive "$story/town/residents.csv" $yokohama 2026-11-16 札幌市中央区 1001=5001 >"$story/sapporo.csv"
# server SENTENCE REASON NAME OPTIONS...: a fresh daemon has something to say to it, says nothing, and logs why
server() {
	local sentence=$1 reason=$2
	shift 2
	impostor "$@"
	: >"$story/node-$town.log"
	town_start $town
	does "the node's log says why: $sentence" within 30 grep -q -- "network: intermediary: $reason" "$story/node-$town.log"
	kill "$(eval echo "\$town_pid_$town")" 2>/dev/null
	wait "$(eval echo "\$town_pid_$town")" 2>/dev/null
	does "the node says nothing to it: $sentence" not grep -q . "$story/heard"
}
does "a resident is taken in" watashi $town import residents "$story/sapporo.csv"
impostor right
town_start $town
does "the node speaks to the right one" within 30 grep -q 'POST /v1/message' "$story/heard"
kill "$(eval echo "\$town_pid_$town")" 2>/dev/null
wait "$(eval echo "\$town_pid_$town")" 2>/dev/null
server "no certificate" "tls-refused: no TLS 1.3 with this peer" "" -nocert
server "another authority" "tls-refused: the peer's certificate is of another authority" foreign
server "an expired one" "tls-refused: the peer's certificate has expired" expired
server "one not yet valid" "tls-refused: the peer's certificate is not valid yet" early
server "the wrong purpose" "tls-refused: the peer's certificate is not one of a server" purpose
server "a revoked one" "tls-refused: the certificate was taken back" revoked
server "another municipality's server" "tls-refused: the peer's certificate is that of another institution" other
server "an older protocol" "tls-refused: no TLS 1.3 with this peer" right -tls1_2
finish
