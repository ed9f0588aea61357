#!/bin/bash
# What a watchman's machine reads, certificates that end, and hours in which nothing is sent: one town and its
# network on loopback.
NAME=operations
. "$top_srcdir/tests/flow/node_lib.sh"
story=$work
. "$top_srcdir/scripts/towns.sh"
town=$yokohama
node=$story/node-$town
trap 'towns_stop; end' EXIT

# OpenMetrics 1.0: every sample belongs to a family that was declared just before, once; the last line is EOF.
parsed() {
	awk '
	done { print "after EOF: " $0; bad = 1 }
	$0 == "# EOF" { done = 1; next }
	/^# TYPE / { if (NF != 4 || seen[$3]++ || $4 !~ /^(gauge|counter|info)$/) { print "TYPE: " $0; bad = 1 }
		family = $3; type = $4; next }
	/^# (HELP|UNIT) / { if ($3 != family) { print "not of its family: " $0; bad = 1 }
		if ($2 == "UNIT" && family !~ ("_" $4 "$")) { print "UNIT: " $0; bad = 1 }
		next }
	/^[a-z_]+(\{[a-z]+="[^"\\]*"(,[a-z]+="[^"\\]*")*\})? -?[0-9]+$/ {
		name = $0
		sub(/[{ ].*/, "", name)
		want = family (type == "counter" ? "_total" : type == "info" ? "_info" : "")
		if (name != want) { print "not of its family: " $0; bad = 1 }
		if (series[$1]++) { print "twice: " $0; bad = 1 }
		n++
		next }
	{ print "no line of OpenMetrics: " $0; bad = 1 }
	END { if (!done) print "no EOF"; if (n < 10) print "few samples: " n; exit bad || !done || n < 10 }' "$1"
}
value() { # value SERIES: of the last look
	awk -v name="$1" '$1 == name { print $2 }' "$work/metrics"
}
look() {
	w metrics >"$work/metrics"
}

# leaf NAME DAYS [AUTHORITY]: a client certificate of the town, from the authority
leaf() {
	certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --no-text --outfile "$work/$1.key" 2>/dev/null
	printf '%s\n' "cn = town" signing_key tls_www_client "expiration_days = $2" \
		"uri = \"urn:watashi:municipality:$town\"" >"$work/$1.cfg"
	certtool --generate-certificate --load-privkey "$work/$1.key" --load-ca-certificate "${3:-$story/authority}/authority.crt" \
		--load-ca-privkey "${3:-$story/authority}/authority.key" --template "$work/$1.cfg" --no-text \
		--outfile "$work/$1.crt" 2>/dev/null
}
wear() { # wear NAME: the node's TLS certificate from now on
	cp "$work/$1.key" "$node.keys/tls.key.new" && mv "$node.keys/tls.key.new" "$node.keys/tls.key"
	cp "$work/$1.crt" "$node.keys/tls.crt.new" && mv "$node.keys/tls.crt.new" "$node.keys/tls.crt"
}
# take_back FILE...: a list of the authority with these certificates, good for a day
take_back() {
	local crt revoked=()
	printf 'crl_next_update = 1\ncrl_number = %s\n' "$((++lists))" >"$work/crl.cfg"
	for crt in "$@"; do revoked+=(--load-certificate "$crt"); done
	certtool --generate-crl --load-ca-privkey "$story/authority/authority.key" \
		--load-ca-certificate "$story/authority/authority.crt" --template "$work/crl.cfg" "${revoked[@]}" \
		--outfile "$work/list.pem" 2>/dev/null && mv "$work/list.pem" "$node.keys/revoked.pem"
}
lists=0
samples() { # samples SERIES VALUE: stands so now
	look && [ "$(value "$1")" = "$2" ]
}
waiting() { look && [ "$(value 'watashi_outbox_messages{state="due"}')" -gt 0 ]; }
nothing_waits() { look && [ "$(value 'watashi_outbox_messages{state="due"}')" = 0 ] && [ "$(value 'watashi_outbox_messages{state="sent"}')" = 0 ]; }

does "the towns are made" towns_make
does "a node alone gives its counts" look
does "which are OpenMetrics" parsed "$work/metrics"
is "it is joined to no network" 0 "$(value watashi_joined)"
is "and can sign" 1 "$(value watashi_can_sign)"

# --- a certificate that the network does not know is put right without a restart
"$top/scripts/demo-authority" "$work/foreign" 141003=1410030000000001 >/dev/null 2>&1
leaf stranger 700 "$work/foreign"
cp "$node.keys/tls.key" "$work/first.key"
cp "$node.keys/tls.crt" "$work/first.crt"
wear stranger
does "the network starts" network_start
does "and the town" town_start $town
"$top/scripts/make-town" --seed 11 --residents 12 --municipality $town --out "$work/town" >/dev/null
does "residents are taken in" w import residents "$work/town/residents.csv"
does "and doses" w import doses "$work/town/doses.csv"
refuses() { w doctor | grep -qE "refuses our|broke off"; }
does "with a foreign certificate nothing gets through" within 60 refuses
does "what is to be sent waits" waiting
does "the counts are still OpenMetrics" parsed "$work/metrics"
wear first
does "with the right one all goes out, without a restart" within 90 nothing_waits
does "both peers answer a test, with certificates and signatures" sh -c "'$bin/watashi' --node '$node' --lang en peer test >'$work/peers' &&
	grep -q '^intermediary *yes *answers; TLS and signatures hold' '$work/peers' && grep -q '^registrar *yes *answers; TLS holds' '$work/peers'"
does "in Japanese" sh -c "sleep 1; '$bin/watashi' --node '$node' --lang ja peer test | grep -q '署名は双方とも有効です（'"
days=$(value 'watashi_certificate_days_left{certificate="tls"}')
does "the days of its certificate are counted" [ "$days" -gt 800 ]

# --- the same counts by HTTP, on this machine alone
mkfifo "$work/url"
"$bin/watashi-metrics" --node "$node" --listen 0 >"$work/url" 2>>"$work/door.log" &
door=$!
read -r url <"$work/url"
http() { curl -s -o "$work/got" -w '%{http_code} %{content_type}' "$@"; }
is "the door answers" "200 application/openmetrics-text; version=1.0.0; charset=utf-8" "$(http "$url")"
does "with OpenMetrics" parsed "$work/got"
is "the same families as on the socket" "$(grep '^# TYPE' "$work/metrics")" "$(grep '^# TYPE' "$work/got")"
is "nothing else is there" "404 405 403" "$(http "${url%metrics}" | cut -c1-3) $(http -d x "$url" | cut -c1-3) $(http -H 'Host: evil.example' "$url" | cut -c1-3)"
does "it listens on no other address" sh -c "! '$bin/watashi-metrics' --node '$node' --listen 0.0.0.0:0"
does "nor on a port that is taken" ends 3 "cannot listen" "$bin/watashi-metrics" --node "$node" --listen "$(echo "$url" | tr -dc '0-9:/' | sed 's|.*:\([0-9]*\)/.*|\1|')"

# --- hours in which nothing is sent
does "maintenance begins" says maintenance w maintenance on --hours 2 --reason 'the line is laid anew'
is "the counts say so" "0 1" "$(value watashi_maintenance) $(look; value watashi_maintenance)"
has "and status" "nothing is sent" "$(w status)"
has "in Japanese" "保守中のため送信していません" "$(lang=ja w status)"
sed 's/,MR,/,JE,/' "$work/town/doses.csv" | sed '1!s/^\([^,]*\),1,/\1,2,/' >"$work/later.csv"
w import doses "$work/later.csv" >/dev/null
sent=$(find "$story/capture" -type f | wc -l)
sleep 2
kill "$(eval echo "\$town_pid_$town")"
wait "$(eval echo "\$town_pid_$town")" 2>/dev/null
is "without the daemon the door says so" 503 "$(http "$url" | cut -c1-3)"
kill "$door"
does "it ends when told to" wait "$door"
does "the town starts again" town_start $town
sleep 1
is "nothing was sent meanwhile, restart or not" "$sent" "$(find "$story/capture" -type f | wc -l)"
does "maintenance goes on after the restart" samples watashi_maintenance 1
does "it is ended" says open w maintenance off
more() { [ "$(find "$story/capture" -type f | wc -l)" -gt "$sent" ]; }
does "and messages leave again" within 60 more
does "all of them" within 90 nothing_waits
does "73 hours are refused" refused "1 to 72" w maintenance on --hours 73 --reason x
does "and so is a reason left out" refused "reason" w maintenance on --hours 1

# --- what the authority took back
has "without a list the doctor says so" "is not noticed" "$(w doctor)"
take_back
does "with a list it is content" says "the list is good for" w doctor
does "the counts too" samples watashi_revocations_state 1
take_back "$story/authority/intermediary-$town/tls.crt"
kill "$network_pid"
wait "$network_pid" 2>/dev/null
network_start
sed 's/,MR,/,MR,/' "$work/town/doses.csv" | sed '1!s/^\([^,]*\),1,/\1,3,/' >"$work/third.csv"
w import doses "$work/third.csv" >/dev/null
taken_back() { w doctor | grep -q "the certificate was taken back"; }
does "a server whose certificate was taken back gets nothing" within 60 taken_back
does "the test of the peers says so" ends 1 "was taken back" w peer test
does "and all waits" waiting
take_back
does "until the authority takes that back" within 120 nothing_waits

# --- another signing key, while the node goes on
more_doses() { # more_doses N: a dose more for everybody of the file
	sed '1!s/^\([^,]*\),1,/\1,'"$1"',/' "$work/town/doses.csv" >"$work/more.csv" && w import doses "$work/more.csv" >/dev/null
}
does "a new signing key waits for its certificate" w key request "$work/request.pem"
does "the request names the town" sh -c "openssl req -in '$work/request.pem' -noout -verify -text 2>/dev/null |
	grep -q 'URI:urn:watashi:municipality:$town'"
does "the file is not written over" refused "exists" w key request "$work/request.pem"
rm "$work/request.pem"
does "asked again, it is of the same key" w key request "$work/request.pem"
does "what the directory does not know is not used" ends 1 "holds no valid certificate" w key adopt
is "and doctor is content with the key in use" 0 "$(w doctor | grep -c 'our own signer')"
printf '%s\n' "cn = town" signing_key "expiration_days = 700" "uri = \"urn:watashi:municipality:$town\"" \
	"uri = \"urn:watashi:institution:${town}0000000001\"" >"$work/sign.cfg"
does "the authority certifies it" certtool --generate-certificate --load-request "$work/request.pem" \
	--load-ca-certificate "$story/authority/authority.crt" --load-ca-privkey "$story/authority/authority.key" \
	--template "$work/sign.cfg" --no-text --outfile "$work/sign.crt"
cp "$story/authority/node-$town/sign.crt" "$work/sign.before"
renew_network() { # renew_network FILE...: the authority's certificates of the town's signer, told to the network
	cat "$@" >"$story/authority/node-$town/sign.crt"
	kill "$network_pid"
	wait "$network_pid" 2>/dev/null
	network_start
}
does "the network knows both" renew_network "$work/sign.before" "$work/sign.crt"
cat "$node.keys/directory.pem" "$work/sign.crt" >"$node.keys/directory.new"
mv "$node.keys/directory.new" "$node.keys/directory.pem"
more_doses 4
w key adopt >"$work/adopt.txt"
is "from now on the new key signs, with two new halves of a recovery key" 2 \
	"$(tr ' \t' '\n\n' <"$work/adopt.txt" | grep -cE '^([0-9A-Z]{4}-){10,}[0-9A-Z]+$')"
does "the certificate of before stays" sh -c "ls '$node.keys'/sign-*.crt"
does "what was under way and what comes arrives" within 90 nothing_waits
does "doctor is content" says "the key process signs" w doctor
renewed() { w doctor | grep -qE "signing certificate is good for (699|700) more days"; }
does "and counts the days of the new certificate" renewed
does "the network forgets the certificate of before" renew_network "$work/sign.crt"
more_doses 5
does "and still believes the town" within 90 nothing_waits
head=$(w audit head --format csv)
does "a head of the log is signed with it" [ -n "$head" ]
kill "$(eval echo "\$town_pid_$town")"
wait "$(eval echo "\$town_pid_$town")" 2>/dev/null
does "started anew it signs with it" town_start $town
more_doses 6
does "and is believed" within 90 nothing_waits

# --- certificates that end
leaf soon 20
wear soon
does "doctor asks for a new one" ends 1 "renew it" w doctor
kill "$(eval echo "\$town_pid_$town")"
wait "$(eval echo "\$town_pid_$town")" 2>/dev/null
does "the town starts with a certificate of twenty days" town_start $town
warned() { grep -qE "tls certificate: (19|20) days left" "$story/node-$town.log"; }
does "and its log speaks of it" within 60 warned
finish
