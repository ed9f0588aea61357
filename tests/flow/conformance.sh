#!/bin/bash
# The conformance kit before our network and around our node, where it must find nothing, and with a fault planted between
# them, one at a time, where it must find that.  WATASHI_LONG=1: everybody arrives, servers that a node must not speak to,
# and every fault instead of those that matter most.
NAME=conformance
# shellcheck source=tests/flow/node_lib.sh
. "${top_srcdir:?}/tests/flow/node_lib.sh"
kit=$top/scripts/conformance
here=$top/tests/conformance
for tool in python3 openssl xmllint; do
	command -v $tool >/dev/null || { echo "SKIP $tool is not installed"; exit 77; }
done
export PYTHONDONTWRITEBYTECODE=1 WATASHI_BIN="$bin" WATASHI_TODAY="$today"
pki=$work/pki
network=
trap 'kill $network 2>/dev/null; end' EXIT

# Adds what the kit counted to what is counted here.
counted() {
	local line
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -n 1)
	grep '^FAIL' "$1" | cut -c 1-300
	if [ -z "$line" ]; then
		bad "the kit came to its end" "$(tail -n 5 "$1")"
		return
	fi
	passed=$((passed + ${line%% *}))
	line=${line#*, }
	failed=$((failed + ${line%% *}))
}
failures() { sed -n 's/^FAIL \([^ ]*\) .*/\1/p' "$1" | sort | tr '\n' ' '; }
words() { [ $# -eq 0 ] || printf '%s\n' "$@" | sort | tr '\n' ' '; }
only() { printf -- '--only %s ' "$@"; }

# ---- a network ----

"$top/scripts/demo-authority" "$pki" >/dev/null || bad "the certificates can be made"
mkdir "$pki/revoked"
cp "$pki/node-141003/tls.key" "$pki/revoked/tls.key"
printf '%s\n' 'cn = revoked' 'uri = "urn:watashi:municipality:141003"' signing_key tls_www_client >"$work/revoked.cfg"
certtool --generate-certificate --load-privkey "$pki/revoked/tls.key" --load-ca-certificate "$pki/authority.crt" \
	--load-ca-privkey "$pki/authority.key" --template "$work/revoked.cfg" --no-text --outfile "$pki/revoked/tls.crt" 2>/dev/null
printf '%s\n' 'crl_next_update = 10' 'crl_number = 1' >"$work/crl.cfg"
certtool --generate-crl --load-ca-privkey "$pki/authority.key" --load-ca-certificate "$pki/authority.crt" \
	--load-certificate "$pki/revoked/tls.crt" --template "$work/crl.cfg" --outfile "$work/revoked.pem" 2>/dev/null
cat >"$work/net.conf" <<END
state = $work/net
certificates = $pki
revocations = $work/revoked.pem
wire = $top/data/wire
permission = $top/data/net/permission.tsv
retry_first_ms = 20
retry_last_ms = 200
[registrar]
[core]
[intermediary 141003]
[intermediary 011002]
[portal]
END
"$bin/src/net/watashi-net" --config "$work/net.conf" >"$work/net.out" 2>"$work/net.err" &
network=$!
does "the network starts" within 20 test -s "$work/net/ports"
url() { echo "https://127.0.0.1:$(sed -n "s/^$1=//p" "$work/net/ports")"; }
"$kit" --certificates "$pki" --junit "$work/junit.xml" "$(url registrar)" "$(url intermediary-141003)" "$(url intermediary-011002)" \
	>"$work/network" 2>&1
counted "$work/network"
does "the results are there as JUnit XML, too" xmllint --noout "$work/junit.xml"
is "nothing is skipped: this network has it all" "" "$(sed -n 's/^skip \([^ ]*\) .*/\1/p' "$work/network" | tr '\n' ' ' | sed 's/ $//')"
"$kit" --certificates "$pki" --only code "$(url intermediary-141003)" >"$work/one" 2>&1
does "with one town and no registrar the rest is skipped" grep -q '^skip code.acquired' "$work/one"
"$kit" --certificates "$pki" https://127.0.0.1:9 >"$work/nobody" 2>&1
is "where nobody listens it says so" 3 $?

# Before the same network, which has a past by now, and in haste: the kit's own exchanges are looked at, and no others.
# shellcheck disable=SC2046
"$kit" --certificates "$pki" --patience 4 $(only code.acquired copy.registered inquiry.answered held record) "$(url registrar)" \
	"$(url intermediary-141003)" "$(url intermediary-011002)" >"$work/again" 2>&1
counted "$work/again"

# planted SIDE WORDS...: the faults of the list, one at a time: each is noticed, or stands among the overlooked with its reason
planted() {
	if [ -n "${WATASHI_LONG:-}" ]; then set -- "$@" --all; fi
	"$here/mutate" "$@" >"$work/planted" 2>&1
	counted "$work/planted"
}
planted --certificates "$pki" --revocations "$work/revoked.pem" "$(url registrar)" "$(url intermediary-141003)" "$(url intermediary-011002)"
kill $network
wait $network 2>/dev/null
network=

# ---- a node ----

# around DRIVER WORDS...
around() {
	local driver=$1
	shift
	"$kit" --play network --patience 200 --driver "$here/$driver" --work "$work/around" "$@" >"$work/node-said" 2>&1
	cat "$work/around/node.log" >>"$log" 2>/dev/null
	does "no program broke" not grep -qE 'ERROR: |runtime error|[Aa]ssertion' "$work/around/node.log"
	rm -rf "$work/around"
}
if [ -n "${WATASHI_LONG:-}" ]; then
	around drive_watashi
else
	# shellcheck disable=SC2046
	around drive_watashi $(only http tls.version tls.other-municipality tls.revoked signature again lost.juki.coderequest lost.ski.inquiryrequest later.busy answer.unsigned \
		answer.other-signer answer.wrong-id document.schema document.form document.bomb document.utf16 header number code inquiry.arrives \
		inquiry.fields inquiry.ward inquiry.abroad inquiry.no-data inquiry.not-permitted response.forged-signature response.forged-question response.identity copy held crash record evidence letter day)
fi
counted "$work/node-said"
does "the driver can do all that is asked" not grep -q '^skip' "$work/node-said"
planted --driver "$here/drive_broken" --work "$work/around"
finish
