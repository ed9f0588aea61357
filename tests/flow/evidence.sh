#!/bin/bash
# What a third party needs years later: an exchange of three towns on real parts is asked, answered, refused, answered
# with nothing, and corrected; each side exports its evidence with two officers; watashi-verify and the public tools of
# the manual page check it, and every way to change it is found.
NAME=evidence
# shellcheck source=tests/flow/town_lib.sh
. "${top_srcdir:?}/tests/flow/town_lib.sh"
needs_root
exchange_of() { watashi "$1" inquiry list "$2" --format csv | last processNo; }

towns_make || { echo "the towns could not be made"; echo "0 passed, 1 failed"; exit 1; }
# The authority's list is asked: one certificate that nobody uses any more is on it.
crl() {
	certtool --generate-privkey --key-type=ecdsa --curve=secp256r1 --no-text --outfile "$story/old.key" 2>/dev/null &&
		printf 'cn = old\nexpiration_days = 30\n' >"$story/old.cfg" &&
		certtool --generate-certificate --load-privkey "$story/old.key" --template "$story/old.cfg" --no-text \
			--load-ca-certificate "$story/authority/authority.crt" --load-ca-privkey "$story/authority/authority.key" \
			--outfile "$story/old.crt" 2>/dev/null &&
		printf 'crl_next_update = 30\ncrl_number = 1\n' >"$story/crl.cfg" &&
		certtool --generate-crl --load-ca-certificate "$story/authority/authority.crt" --no-text \
			--load-ca-privkey "$story/authority/authority.key" --load-certificate "$story/old.crt" \
			--template "$story/crl.cfg" --outfile "$story/revocations.pem" 2>/dev/null
}
is "the authority takes a certificate back" crl
for town in $yokohama $sapporo; do
	cp "$story/revocations.pem" "$story/node-$town.keys/revoked.pem"
done
towns_start || { tail -n 5 "$story"/*.log; echo "0 passed, 1 failed"; exit 1; }
chmod 711 "$story" "$story/node-$sapporo" "$story/node-$yokohama"
for town in $yokohama $sapporo; do
	for n in 1 2 3; do
		role=protecting-officer
		[ $n = 1 ] && role=health-officer
		is "officer $n of $town" watashi $town officer add officer$n --uid $((65530 + n)) --role $role
	done
done
"$top/scripts/make-town" --seed 11 --residents 12 --municipality $yokohama --out "$story/town" >/dev/null
is "residents of the old town are taken in" watashi $yokohama import residents "$story/town/residents.csv"
is "their doses are taken in" watashi $yokohama import doses "$story/town/doses.csv"
is "answers about one wait for staff" watashi $yokohama resident answers 9002 --answers manual
is "one is protected" watashi $yokohama resident protect 1003
is "the copies arrive" within 120 copies_arrived $yokohama

arrive "$story/town/residents.csv" $yokohama 2026-11-16 札幌市中央区 9001=5101 9002=5102 1003=5105 >"$story/sapporo.csv"
is "they arrive in another town" watashi $sapporo import residents "$story/sapporo.csv"
asked() { watashi $sapporo inquire 5101 5102 5105; true; }
is "all are asked about" asked
is "one is answered" within 90 stands $sapporo 5101 applied
is "of one nothing is to be had" within 90 stands $sapporo 5105 no-data
held() { watashi $yokohama held list --kind answer --format csv | grep -q answer-waits; }
is "one waits for staff" within 90 held
held_no() { watashi $yokohama held list --kind answer --format json | grep -o '"heldId": *"[0-9a-f]*"' | grep -o '[0-9a-f]\{32\}'; }
is "and is refused" watashi $yokohama held refuse "$(held_no)" --reason "papers are missing"
is "the asker hears it" within 90 stands $sapporo 5102 refused
ledger() { [ "$(watashi $yokohama correction told 9001 --format csv | grep -c "^[^r]")" -gt 0 ]; }
is "the ledger says what was told" within 90 ledger
corrected() {
	awk -F, -v OFS=, 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; print; next }
	$c["addressee_no"] == 9001 && !n++ { $c["source_version"]++; $c["lot"] = "CORRECTED1"; print }' "$story/town/doses.csv"
}
corrected >"$story/corrected.csv"
is "a dose that was told is corrected" watashi $yokohama import doses "$story/corrected.csv"
applied() { watashi $yokohama correction list 9001 --format csv | grep -q ",applied,"; }
is "the receipt comes" within 90 applied

# ---- release and export ----

mkdir "$story/out" && chmod 777 "$story/out"
one=$(exchange_of $sapporo 5101) two=$(exchange_of $sapporo 5102) three=$(exchange_of $sapporo 5105)
recorded() { watashi "$1" records --format csv | grep -q "^\"*$2"; }
for exchange in $one $two $three; do
	is "the asker keeps its record of $exchange" within 90 recorded $sapporo "$exchange"
	[ "$exchange" = "$three" ] || is "the provider too" within 90 recorded $yokohama "$exchange"
done
is "one officer alone gets nothing" ends 1 "two officers release it first" officer 1 $sapporo evidence export "$story/out/none" --exchange "$one"
is "an exchange that is none" ends 1 "no exchange of this number" watashi $sapporo evidence export "$story/none2" --exchange X1
is "at the old town the asker's name is not everybody's" ends 1 "protecting officer alone" \
	officer 1 $yokohama evidence release "$one" --reason r
is "nor the evidence about somebody protected" ends 1 "no exchange\|protected" officer 1 $yokohama evidence release "$three" --reason r
release() { # release MUNICIPALITY EXCHANGE: proposed and given
	officer 2 "$1" evidence release "$2" --reason "asked for by the court" >"$story/release" 2>&1
	officer 3 "$1" approval give "$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$story/release" | tail -n 1)"
}
signed() { # the documents that are signed about an exchange are there
	officer 3 "$1" evidence release "$2" --reason look --format csv 2>/dev/null | grep -q "TKM.Record"
}
export_it() { officer 2 "$1" evidence export "$3" --exchange "$2"; }
verify() { "$bin/watashi-verify" evidence --authority "$story/authority/authority.crt" "$@"; }
for exchange in $one $two $three; do
	for town in $sapporo $yokohama; do
		is "what the hub signed of $exchange reaches $town" within 60 signed $town "$exchange"
		is "two officers of $town release it" release $town "$exchange"
		is "and it is exported" export_it $town "$exchange" "$story/out/$town-$exchange.tar"
		is "it is proven" ends 0 "proven" verify "$story/out/$town-$exchange.tar"
	done
done
is "what was given" ends 0 "provided: .* 1 corrections, proven" verify "$story/out/$sapporo-$one.tar"
is "and corrected, by the provider's file" ends 0 "provided: .* 1 corrections, proven" verify "$story/out/$yokohama-$one.tar"
is "what was refused" ends 0 "refused: .*proven" verify "$story/out/$sapporo-$two.tar" "$story/out/$yokohama-$two.tar"
is "the refusal has the officer's decision" test "$(tar -tf "$story/out/$yokohama-$two.tar" | grep -c ProvisionDecision.xml$)" = 1
is "what was not known" ends 0 "nothing known: .*proven" verify "$story/out/$sapporo-$three.tar" "$story/out/$yokohama-$three.tar"
is "the log has the export, before the bytes" ends 0 "evidence export" watashi $sapporo audit looks 5101
is "the revocation lists that were asked lie with it" test "$(tar -tf "$story/out/$sapporo-$one.tar" | grep -c '^revocations-')" = 1
is "by our own number too" ends 0 "inquirer" watashi $sapporo evidence export "$story/by-record.tar" --exchange \
	"$(tar -xOf "$story/out/$sapporo-$one.tar" MANIFEST | sed -n 's/^inquiry //p')"

# ---- what must not be in it ----

apart() { # no code, no number: neither side's file joins the two
	local file
	for file in "$story"/out/*.tar; do
		tar -xOf "$file" | grep -aq "PersonCode\|AcquisitionNo\|MyNumber" && return 1
		numbers_of "$story/town/residents.csv" | grep -qaF -f - "$file" && return 1
	done
	return 0
}
is "no code of a person and no MyNumber is in any file" apart
addressees() { not grep -aq "<AddresseeNo>" "$story/out/$yokohama-$one.tar"; }
is "the provider's file does not know the asker's number of the person" addressees

# ---- with public tools, as the manual page says ----

awk '/^\.Bd -literal/ { n++; inside = 1; next } /^\.Ed/ { inside = 0; next } inside && n == part' part=1 "$top/doc/watashi-verify.1" |
	sed 's/\\e/\\/g' >"$story/tools.sh"
awk '/^\.Bd -literal/ { n++; inside = 1; next } /^\.Ed/ { inside = 0; next } inside && n == part' part=2 "$top/doc/watashi-verify.1" |
	sed 's/\\e/\\/g' >"$story/digest.sh"
tools() { # tools FILE: every check of the page holds
	rm -rf "$story/apart"
	mkdir "$story/apart"
	(cd "$story/apart" && evidence=$1 authority=$story/authority/authority.crt bash "$story/tools.sh") >"$story/tools.out" 2>&1
	cat "$story/tools.out"
	local documents
	documents=$(grep -c '^document ' "$story/apart/MANIFEST")
	[ "$documents" -gt 0 ] && [ "$(grep -c ': OK$' "$story/tools.out")" = "$documents" ] &&
		[ "$(grep -c '^Verified OK$' "$story/tools.out")" = $((documents + 1)) ] &&
		not grep -qi 'fail\|error' "$story/tools.out"
}
for file in "$story/out/$sapporo-$one.tar" "$story/out/$yokohama-$one.tar" "$story/out/$sapporo-$two.tar" "$story/out/$yokohama-$three.tar"; do
	is "openssl, sha256sum and tar say the same of ${file##*/}" tools "$file"
done
same_digest() {
	tools "$story/out/$sapporo-$one.tar" >/dev/null
	(cd "$story/apart" && bash "$story/digest.sh") | sed 's/ .*//' >"$story/digests"
	cat "$story/digests"
	[ "$(wc -l <"$story/digests")" = 3 ] && [ "$(sort -u "$story/digests" | wc -l)" = 1 ]
}
is "question, answer and the hub's record have one digest by xmllint and sha256sum" same_digest

# ---- what is changed is found ----

# Every byte of a file is changed in tests/unit/test_exchange_evidence.c; here the one that somebody would change.
sed 's/CORRECTED1/CORRECTED2/' "$story/out/$sapporo-$one.tar" >"$story/swapped.tar"
is "another lot in a correction is found" ends 1 "Correction.xml: has other bytes" verify "$story/swapped.tar"
head -c 20000 "$story/out/$sapporo-$one.tar" >"$story/cut.tar"
is "a file that was cut is found" ends 1 "cut short" verify "$story/cut.tar"
is "another authority proves nothing" ends 1 "not issued by the authority" \
	"$bin/watashi-verify" evidence --authority "$story/old.crt" "$story/out/$sapporo-$one.tar"
is "the authority must be named" ends 2 "usage" "$bin/watashi-verify" evidence "$story/out/$sapporo-$one.tar"
is "a file that is none" ends 1 "NOT PROVEN" verify "$story/town/doses.csv"

# ---- two records turn out to be one person ----

exchanges() { watashi $sapporo records --addressee "$1" --format csv | grep -c "$one\|$two"; }
both() { [ "$(exchanges 5101)" -eq 2 ] && [ "$(exchanges 5102)" -eq 2 ]; }
own() { [ "$(exchanges 5101)" -eq 1 ] && [ "$(exchanges 5102)" -eq 1 ]; }
is "before, each has its own exchange" own
is "an officer flags two" watashi $sapporo person flag 5101 --other 5102 --reason "found at the counter"
pair=$(watashi $sapporo person duplicates 5101 --format csv | last duplicateNo)
merge() {
	officer 2 $sapporo person merge "$pair" --keep 5101 --number 5101 --reason "one child" >"$story/merge" 2>&1
	officer 3 $sapporo approval give "$(sed -n 's/.*approval \([0-9]*\).*/\1/p' "$story/merge" | tail -n 1)"
}
is "two officers merge them" merge
is "then either number lists the exchanges of both" both
for exchange in $one $two; do
	is "the evidence of $exchange is exported as before" export_it $sapporo "$exchange" "$story/out/merged-$exchange.tar"
	is "and proven" ends 0 "proven" verify "$story/out/merged-$exchange.tar"
	is "with the papers it had" cmp <(tar -tf "$story/out/$sapporo-$exchange.tar" | sort) <(tar -tf "$story/out/merged-$exchange.tar" | sort)
done
is "the look is on record for either number" ends 0 "evidence export" watashi $sapporo audit looks 5102
is "they are parted again" watashi $sapporo person unmerge "$pair" --reason "two children after all"
is "and each has its own exchange" own
is "whose evidence is still to be had" export_it $sapporo "$two" "$story/out/parted.tar"
is "and proven still" ends 0 "refused: .*proven" verify "$story/out/parted.tar"

# ---- protection ----

is "the asker's side protects the person" watashi $sapporo resident protect 5101
is "then nobody in the office gets the evidence" ends 1 "no exchange\|protected" watashi $sapporo evidence export "$story/shut.tar" --exchange "$one"

finish
