#!/bin/bash
# Another law for a node: signed with really made keys, shown, given by a second officer, used at once; what is
# unsigned, wrongly signed, damaged, older or of a publisher not named is refused; killed at any point.
NAME=law-install
. "$top_srcdir/tests/flow/node_lib.sh"
lawc=$top_builddir/lawc

needs_users
a() { as 65501 "$@"; }
b() { as 65502 "$@"; }

# --- publishers with keys of their own
publisher() {
	openssl ecparam -name "${2:-prime256v1}" -genkey -noout -out "$work/$1.key" 2>/dev/null
	openssl req -new -x509 -key "$work/$1.key" -subj "/CN=$1" -days 3650 -out "$work/$1.crt" 2>/dev/null
}
sign() {	# sign NAME FILE
	openssl dgst -sha256 -sign "$work/$1.key" -out "$2.sig" "$2"
}
publisher institute
publisher second
publisher stranger
publisher curve secp384r1

# --- laws: tomorrow's has another rule of spacing, and none has an older version
law() {		# law NAME VERSION SED
	mkdir -p "$work/$1"
	cp "$top_srcdir"/data/law/*.law "$work/$1"
	sed -i "s/^version .*/version $2/" "$work/$1/names.law"
	[ -z "$3" ] || sed -i "$3" "$work/$1"/*.law
	"$lawc" --output "$work/$1.law" "$work/$1"/*.law || bad "the law '$1' compiles"
}
law next 2027.04 's/age birth \.\. 12m/age birth .. 11m/'
law later 2027.04.1 's/age birth \.\. 12m/age birth .. 11m/'
law old 2026.10 ''
version=$(sed -n 's/^version //p' "$top_srcdir/data/law/names.law")
law same "$version" 's/"ジフテリア"/"ジフテリア菌"/'
chmod 0644 "$work"/*.law

# --- the town
w init --municipality 141003 >/dev/null
w officer add officer-a --uid 65501 --role health-officer >/dev/null
w officer add officer-b --uid 65502 --role health-officer >/dev/null
w officer add nurse-c --uid 65503 --role nurse >/dev/null
{
	echo "7001,,港 花子,ミナト ハナコ,,2026-03-10,female,中区1,2026-03-10,,,,,0"
	echo "7002,,港 太郎,ミナト タロウ,,2021-06-01,male,中区1,2021-06-01,,,,,0"
	echo "7003,,港 守,ミナト マモル,,2025-06-01,male,中区1,2025-06-01,,,,,1"
} | residents >"$work/residents.csv"
w import residents "$work/residents.csv" >/dev/null
start || bad "the daemon starts"
used() {
	w law list --format json | tr '{' '\n' | sed -n 's/.*"law":"\([^"]*\)".*"state":"in-use".*/\1/p'
}
is "the packaged law is in use" "$version" "$(used)"

# --- a word that begins commands says which
text=$(w law --help)
is "help for a word that begins commands" 0 $?
has "names each of them" "law install" "$text"
has "and the last" "law impact" "$text"
text=$(w law)
is "the word alone is wrong usage" 2 $?
has "and says what may follow" "law install" "$text"

# --- refused
text=$(a law install "$work/next.law" --reason April)
is "a file without a signature beside it" 3 $?
has "is not taken" "no signature beside the file" "$text"
sign institute "$work/next.law"
chmod 0644 "$work"/*.sig
text=$(a law install "$work/next.law" --reason April)
is "nor one where no publisher is named" 1 $?
has "and it is said" "no publisher of law files is named here" "$text"
cat "$work/institute.crt" "$work/second.crt" >"$node.keys/publishers.pem"
sign stranger "$work/next.law"
text=$(a law install "$work/next.law" --reason April)
has "a stranger's signature is none" "no publisher named here signed this file" "$text"
sign institute "$work/next.law"
cp "$work/next.law" "$work/cut.law"
cp "$work/next.law.sig" "$work/cut.law.sig"
printf x >>"$work/cut.law"
text=$(a law install "$work/cut.law" --reason April)
has "a file changed after it was signed" "no publisher named here signed this file" "$text"
head -c 1000 "$work/next.law" >"$work/half.law"
sign institute "$work/half.law"
text=$(a law install "$work/half.law" --reason April)
is "a damaged file is refused though it is signed" 1 $?
has "as damaged" "law file" "$text"
echo 'not a signature' >"$work/bad.sig"
text=$(a law install "$work/next.law" --signature "$work/bad.sig" --reason April)
has "what is no signature" "signed this file" "$text"
sign institute "$work/old.law"
text=$(a law install "$work/old.law" --reason back)
has "an older one" "is older than the one in use" "$text"
sign institute "$work/same.law"
text=$(a law install "$work/same.law" --reason quiet)
has "other content under the same version" "must give it a newer one" "$text"
cat "$work/curve.crt" >"$node.keys/publishers.pem"
text=$(a law install "$work/next.law" --reason April)
has "a publisher's key on another curve" "no key on the curve P-256" "$text"
printf 'cn = "institute"\nactivation_date = "2020-01-01 00:00:00"\nexpiration_date = "2021-01-01 00:00:00"\n' >"$work/old.cfg"
certtool --generate-self-signed --load-privkey "$work/institute.key" --template "$work/old.cfg" \
	--outfile "$node.keys/publishers.pem" 2>/dev/null
text=$(a law install "$work/next.law" --reason April)
has "a certificate that has run out" "not valid at this time" "$text"
cat "$work/institute.crt" "$work/second.crt" >"$node.keys/publishers.pem"
as 65503 law install "$work/next.law" --reason April >/dev/null
is "a nurse proposes no law" 1 $?
is "nothing of this is in use" "$version" "$(used)"
is "and nothing waits" "" "$(a approval list --format json | grep approval)"

# --- proposed, shown, given
text=$(a law install "$work/next.law" --reason 'published on 2027-03-30')
is "a good one is not installed by one officer" 1 $?
has "its version and publisher are shown" institute "$text"
has "and whom it touches" "persons-judged" "$text"
has "protected people are not judged" "protected-not-judged" "$text"
has "it waits" "approval 1" "$text"
is "and is not in use" "$version" "$(used)"
kill -9 "$parent"
wait "$parent" 2>/dev/null
sleep 0.3
start || bad "the daemon starts after it was killed"
text=$(b approval show 1)
has "the second officer sees what it would replace" "$version" "$text"
has "that it is what was proposed" "changed since it was proposed" "$text"
has "which is: no" "previewChanged,no" "$(b approval show 1 --format csv | tr -d '\r"')"
has "and whom it touches" "persons-judged" "$text"
text=$(a approval give 1)
is "the first cannot give it" 1 $?
# What a process killed between file and row left behind is no obstacle.
hex=$(sha256sum <"$work/next.law" | cut -c1-64)
echo rest >"$node/law/$hex.law.new"
echo rest >"$node/law/$hex.law"
b approval give 1 >"$work/given"
is "the second gives it" 0 $?
is "it is in use at once" 2027.04 "$(used)"
has "and answers carry it" '"version":"2027.04"' "$(w show 7001 --format json)"
has "the log names both" "officer:2+officer:3" "$(w law list)"
is "the older file is kept" 2 "$(ls "$node/law" | grep -c '\.law$')"
is "and nothing else lies there" 2 "$(ls "$node/law" | wc -l)"
is "each under its hash" "" "$(cd "$node/law" && for f in *.law; do [ "$(sha256sum <"$f" | cut -c1-64).law" = "$f" ] || echo "$f"; done)"
has "and can be named" "kept" "$(w law show "$version")"
"$lawc" --print 2026-11-22 "$(w law show "$version" --format json | sed -n 's/.*"file":"\([^"]*\)".*/\1/p')" >/dev/null
is "and read" 0 $?
text=$(a law install "$work/next.law" --reason again)
has "the same again is there already" "in use already" "$text"

# --- a newer one by the other publisher, which changes nothing but its number
sign second "$work/later.law"
text=$(a law install "$work/later.law" --reason 'names mended')
has "a later one waits" "approval 2" "$text"
stop
b approval give 2 >/dev/null
is "only whoever may open the node works without a daemon" 1 $?
start || bad "the daemon starts"
b approval give 2 >/dev/null
is "it is given" 0 $?
is "and in use" 2027.04.1 "$(used)"

# --- the file in use goes bad: records are kept, another can be installed
stop
hex=$(sha256sum <"$work/later.law" | cut -c1-64)
printf 'X' | dd of="$node/law/$hex.law" bs=1 seek=200 conv=notrunc 2>/dev/null
start || bad "the daemon starts with a damaged law file"
text=$(w doctor)
has "the doctor says so" "the content does not match its hash" "$text"
has "and what to do" "watashi law install FILE" "$text"
has "the list says which" damaged "$(w law list)"
w resident add 7009 --name '港 一' --kana 'ミナト ハジメ' --birth-date 2026-01-01 --sex male --from 2026-01-01 >/dev/null
is "people are registered meanwhile" 0 $?
text=$(a law install "$work/later.law" --reason 'file damaged on disk')
has "the same file mends it" "approval 3" "$text"
b approval give 3 >/dev/null
is "given" 0 $?
is "it is in use again" 2027.04.1 "$(used)"

# --- impact over the register
packaged=$node/law/$(sha256sum <"$top_builddir/data/law/watashi.law" | cut -c1-64).law
cp "$top_builddir/data/law/watashi.law" "$work/packaged.law"
chmod 0644 "$work/packaged.law"
is "the packaged law lies there by its hash" yes "$([ -e "$packaged" ] && echo yes)"
text=$(a law impact "$work/packaged.law" "$work/next.law" --format csv | tr -d '\r')
is "the impact of one law on another is told" 0 $?
is "counts come first" "addresseeNo,programme,change,givenOn,before,after,count" "$(echo "$text" | head -1)"
has "by programme and kind" ",bcg,latest,,,,2" "$text"
has "then whose answer, and how" "7001,bcg,latest,,2027-03-09,2027-02-09," "$text"
has "who changes" ",,persons-changed,,,,2" "$text"
has "of whom" ",,persons-judged,,,,3" "$text"
has "protected people are not judged" ",,protected-not-judged,,,,1" "$text"
case $text in *7003*) bad "nor named" ;; *) good ;; esac
text=$(a law impact "$work/next.law" --counts-only)
has "against the law in use nothing changes" "       0  " "$text"
text=$(a law impact "$work/next.law" --old nothing)
is "compared with one that never was" 1 $?
text=$(a law impact "$work/cut.law")
is "a damaged file has no impact" 1 $?
as 65503 law impact "$work/next.law" >/dev/null
is "a nurse asks for none" 1 $?

# --- impact without a node
{
	echo '{"id":"a","birthDate":"2026-03-10"}'
	echo '{"id":"b","birthDate":"2021-06-01"}'
	echo '{"id":"c","birthDate":"2026-03-10","doses":[{"id":"x","date":"2027-03-01","vaccine":"BCG"}]}'
	echo '{"id":"d","birthDate":"2026-13-10"}'
	echo '{"id":"e","birthDate":"2026-05-10"}'
} >"$work/persons.ndjson"
impact() {
	"$watashi" --lang en law impact "$work/packaged.law" "$work/next.law" --ndjson "$work/persons.ndjson" "$@" 2>"$work/err"
}
text=$(impact --as-of 2026-11-22 --format csv | tr -d '\r')
has "one line after the other" "a,bcg,latest,,2027-03-09,2027-02-09," "$text"
has "each" "e,bcg,latest,,2027-05-09,2027-04-09," "$text"
has "counted" ",bcg,latest,,,,3" "$text"
has "together" ",,persons-changed,,,,3" "$text"
has "with what could not be judged" ",,unreadable,,,,1" "$text"
has "told by line and place" "4: birthDate" "$(cat "$work/err")"
text=$(impact --as-of 2027-04-01 --format json)
is "a line that cannot be judged is a no" 1 $?
printf '%s\n' "$text" >"$work/impact.json"
jq -e 'map(select(.id == "c" and .change == "credit")) | length >= 0' "$work/impact.json" >/dev/null
is "JSON is JSON" 0 $?
sed -i 4d "$work/persons.ndjson"
impact --as-of 2026-11-22 --counts-only >"$work/counts"
is "without one it is well" 0 $?
is "counts only are counts only" "" "$(grep '→' "$work/counts")"
impact --as-of 2026-11-22 -o "$work/sheet" --format csv
has "into a file" "persons-judged" "$(cat "$work/sheet")"
impact --as-of 2026-13-01 >/dev/null
is "a day that is none is wrong usage" 2 $?
"$watashi" law impact "$work/next.law" --ndjson "$work/persons.ndjson" >/dev/null 2>&1
is "one law file is too few" 2 $?
"$watashi" law impact "$work/packaged.law" "$work/cut.law" --ndjson "$work/persons.ndjson" >/dev/null 2>&1
is "a damaged one is refused" 1 $?
for _ in $(seq 3000); do cat "$work/persons.ndjson"; done >"$work/many.ndjson"
n=$("$watashi" law impact "$work/packaged.law" "$work/next.law" --ndjson "$work/many.ndjson" --as-of 2026-11-22 --format csv | grep -c ',bcg,latest,,2027')
is "of twelve thousand persons nine thousand are touched" 9000 "$n"

# --- the doctor in spring
stop
spring() {
	"$watashi" --node "$node" --lang "$2" --today "$1" doctor 2>&1
}
for day in 2031-03-01 2031-04-15; do
	has "between March and the middle of April an old law is asked about ($day)" "begins on 1 April" "$(spring $day en)"
done
for day in 2031-02-28 2031-04-16 2026-04-01 2026-03-15; do
	case $(spring $day en) in
	*"begins on 1 April"*) bad "not on $day" ;;
	*) good ;;
	esac
done
has "in Japanese too" "4月1日" "$(spring 2031-03-10 ja)"
spring 2031-03-10 en >/dev/null
is "it is a remark and no failure" 0 $?
w audit verify >/dev/null
is "the log is whole" 0 $?

finish
