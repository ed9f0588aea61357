#!/bin/bash
# What watashi-schedule says to people: --explain, --what-if-given, --plan, the examples of its
# help and its manual page; and what it says to input that is none.
set -u
schedule=$top_builddir/watashi-schedule
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

hold() {
	local what=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what"
	fi
}
# run STATUS SENTENCE OPTIONS...: on $work/in.
run() {
	local want=$1 what=$2 got
	shift 2
	"$schedule" "$@" <"$work/in" >"$work/out" 2>"$work/err"
	got=$?
	hold "$what: status $got, expected $want" test "$got" = "$want"
}
says() { hold "$1" grep -qF -- "$2" "$work/out"; }
as_of="--as-of 2026-11-22"

# --- in words ---
cat >"$work/in" <<'END'
{"id":"a","birthDate":"2026-03-10","sex":"female","doses":[
 {"id":"d1","date":"2026-05-12","vaccine":"DPT-IPV-Hib"},{"id":"d2","date":"2026-05-30","vaccine":"DPT-IPV-Hib"},
 {"id":"d3","date":"2026-09","vaccine":"PCV20"},{"id":"d4","date":"2026-08-01","vaccine":"MUMPS"}]}
END
run 0 "an answer is told in English" $as_of --lang en --explain
says "the day it is told for" "As of 22 November 2026, by the law data"
says "the age" "Born on 10 March 2026; age on that day: 8 months."
says "a dose that counts" "Poliomyelitis: counts as dose 1."
says "one that does not" "Poliomyelitis: does not count."
says "why" "an interval of 20 days or more after the previous dose is required (lawful from 2 June 2026)"
says "the window asked" "Period laid down by age: from 9 May 2026 to "
says "the course" "Course: 4 doses."
says "its choice by the first dose" "It is for those whose first dose is given "
says "the place" "Place in the course: dose 2 of 4 (initial dose)."
says "an article in force" "; in force since 1 April 2024]"
says "a date that is no day" "2026-09 (no exact day)"
says "a vaccine of no programme" "Belongs to no programme of the Act"
says "what comes" "So it may lawfully be given from "
says "the standard period" "The standard period is from "
says "what is nothing" "Programmes of which nothing is to be given"
hold "no placeholder stays" test -z "$(grep '[{}]' "$work/out")"
hold "every programme is told of" test "$(grep -cE '^  [A-Z].*: (dose|complete|not needed|no lawful|this person|a person|once a season|the dose)' "$work/out")" = 22
run 0 "and in Japanese" $as_of --explain
says "the day in Japanese" "2026年11月22日現在。"
says "a Japanese count" "急性灰白髄炎（ポリオ）: 1回目として数えます。"
says "a Japanese article" "年4月1日施行〕"
hold "no English sentence stays" test -z "$(grep -E '[a-z]{4,} [a-z]{2,} [a-z]' "$work/out")"
hold "no placeholder stays in Japanese" test -z "$(grep '[{}]' "$work/out")"
echo '{"birthDate":"1900-01-01"}' >"$work/in"
run 0 "somebody without records is told" $as_of --lang en --explain
says "that no record is not no dose" "That does not mean that none was ever given."
echo '{"birthDate":"x"}' >"$work/in"
run 1 "an error is no story" $as_of --explain
hold "but the same object" grep -q '"code":"not-a-day"' "$work/err"

# Unconfirmed law is named as that.
echo '{"birthDate":"2026-03-10","doses":[{"date":"2026-05-12","vaccine":"RV1"},{"date":"2026-06-22","vaccine":"RV5"}]}' >"$work/in"
run 0 "two products are told" $as_of --lang en --explain
says "what is not confirmed is said" "could not be confirmed; please check"

# --- supposed doses ---
echo '{"id":"a","birthDate":"2025-09-10","doses":[{"id":"x","date":"2026-10-01","vaccine":"MR"}]}' >"$work/in"
run 0 "a dose is supposed" $as_of --lang en --explain --what-if-given VAR:2026-11-20
says "what it counts for" "If varicella vaccine were given on 20 November 2026:"
says "what was" "without: dose 1 from "
says "what is" "with:    dose 2 from "
run 0 "in the answer it stands as a dose" $as_of --reasons codes --what-if-given VAR:2026-11-20 --what-if-given PCV20:2026-11-21
says "the first" '{"id":"what-if-1","date":"2026-11-20","vaccine":"VAR","credits":[{"programme":"varicella","status":"valid","dose":1,'
says "the second" '{"id":"what-if-2","date":"2026-11-21","vaccine":"PCV20"'
run 0 "one that changes nothing" $as_of --lang en --explain --what-if-given OTHER:2026-11-20
says "is said to" "No forecast changes."
many=$(for i in $(seq 1 17); do printf -- '--what-if-given MR:2026-11-20 '; done)
run 2 "no more than sixteen" $as_of $many
{
	printf '{"birthDate":"2020-01-01","doses":['
	for i in $(seq 1 1000); do printf '%s{"date":"2021-01-01","vaccine":"OTHER"}' "$([ "$i" = 1 ] || echo ,)"; done
	echo ']}'
} >"$work/in"
run 0 "a thousand doses are answered" $as_of --reasons codes
run 1 "one more is not supposed" $as_of --what-if-given MR:2026-11-20
hold "and that is said" grep -q '"code":"too-many"' "$work/err"

# --- the plan ---
echo '{"birthDate":"2026-09-23","sex":"female"}' >"$work/in"
run 0 "a plan is made" $as_of --reasons codes --plan
says "with its first visit" '"plan":[{"date":"2026-11-22","vaccines":["DPT-IPV-Hib","PCV20","HepB","RV1"],"programmes":["dpt-1","polio","hib","pcv","hepb","rota"]}'
hold "and no word of a bound" test -z "$(grep planProven "$work/out")"
hold "no visit has more than four injections" test -z "$(grep -oE '"vaccines":\[[^]]*\],"programmes"' "$work/out" | sed 's/"RV[15]"//g' | awk -F'"' '{ if ((NF - 7) / 2 + 1 > 4) print }')"
run 0 "a smaller visit" $as_of --reasons codes --plan --per-visit 1 --plan-until 2026-12-31
hold "has one injection" test -z "$(grep -oE '"vaccines":\[[^]]*\],"programmes"' "$work/out" | grep -vE '\["[^"]*"(,"RV[15]")?\]')"
run 0 "a plan in words" $as_of --lang en --plan --explain
says "numbers its visits" "Visit 1: 22 November 2026"
echo '{"birthDate":"1950-09-23"}' >"$work/in"
run 0 "who is no child has none" $as_of --reasons codes --plan
says "and it is empty" '"plan":[]}'

# What is open on record is said as such, not as a doubt about the law.
echo '{"birthDate":"1975-01-01","sex":"unknown","rubellaAntibody":{"date":"2024-05-01","result":"low"}}' >"$work/in"
run 0 "a programme of one sex" $as_of --lang en --explain
says "asks for the sex" "the sex on record does not tell whether it is this person's"
hold "and doubts no law" test -z "$(grep 'law behind this' "$work/out")"
run 0 "in Japanese too" $as_of --explain
says "asks for it" "記録されている性別からは対象かどうか分かりません"
echo '{"birthDate":"1950-01-01","sex":"male","conditions":[{"code":"died","date":"2026-01-02"}]}' >"$work/in"
run 0 "of somebody who died" $as_of --lang en --explain
says "it is said" "The person has died"
hold "once" test "$(grep -c died "$work/out")" = 1
echo '{"birthDate":"2024-02-29","doses":[{"date":"2024","vaccine":"PCV20"}]}' >"$work/in"
run 0 "of a year that is all that is known" $as_of --lang en --explain
grep -A1 '^  Pneumococcal disease, children' "$work/out" | tail -n 1 >"$work/pcv"
hold "it is said before the steps" grep -q 'told for one of the days that it can mean' "$work/pcv"
echo '{"birthDate":"2008-05-05","sex":"female","doses":[{"date":"2023-05-05","vaccine":"HPV2"},{"date":"2023-06-05","vaccine":"HPV4"}]}' >"$work/in"
run 0 "one month" $as_of --lang en --explain
says "is no plural" "An interval of 1 month or more"

# An extension that holds for nothing on the list is not the last day on which something was lawful.
echo '{"birthDate":"2013-07-10","extensions":[{"programme":"hib","from":"2025-07-18","until":"2028-04-30","basis":"long-illness"}],
"doses":[{"date":"2015-08-10","vaccine":"DPT-IPV-Hib"},{"date":"2015-12-10","vaccine":"DPT-IPV"},
{"date":"2016-03-10","vaccine":"DPT-IPV-Hib"},{"date":"2021-01-10","vaccine":"DPT-IPV"}]}' | tr -d '\n' >"$work/in"
run 0 "a window that an extension does not lengthen" --as-of 2026-07-14 --lang en --explain
grep -A1 '^  Haemophilus influenzae type b: no lawful day' "$work/out" >"$work/hib"
hold "ends with the window of what is on the list" grep -q 'lawful until 9 July 2018' "$work/hib"

# --- the examples of the help and of the manual page ---
echo '{"id":"a","birthDate":"2025-09-10","sex":"male","doses":[{"id":"d1","date":"2025-11-12","vaccine":"DPT-IPV-Hib"}]}' >"$work/person.json"
for i in 1 2 3; do cat "$work/person.json"; done >"$work/persons.ndjson"
example() {
	(cd "$work" && PATH=$(cd "$top_builddir" && pwd):$PATH WATASHI_LAW=$(cd "$top_builddir" && pwd)/data/law/watashi.law \
	    DAY=2026-12-01 VACCINE=MR bash -c "$1" >"$work/example" 2>&1)
	hold "the example fails: $1" test $? = 0
	hold "the example says nothing: $1" test -s "$work/example" -o -s "$work/answers.ndjson"
	examples=$((examples + 1))
}
top_builddir=$(cd "$top_builddir" && pwd)
examples=0
"$schedule" --help --lang en | sed -n '/^Examples:/,$p' | sed -n 's/^  //p' >"$work/help"
while IFS= read -r line; do example "$line"; done <"$work/help"
hold "the help has its examples" test "$examples" = 4
sed -n 's/^\$ //p' "$top_srcdir/doc/watashi-schedule.1" | sed 's/\\\\/\\/g; s/\\e/\\/g; s/\\-/-/g' >"$work/manual"
while IFS= read -r line; do example "$line"; done <"$work/manual"
hold "the manual page has more" test "$examples" -ge 9

# --- what is no person ---
# error CODE PLACE TEXT: on standard error, one line, and nothing else.
error() {
	printf '%b' "$3" >"$work/in"
	"$schedule" $as_of <"$work/in" >"$work/out" 2>"$work/err"
	hold "$1 at '$2': status" test $? = 1
	hold "$1 at '$2' of $(head -c 60 "$work/in" | tr -cd ' -~'): $(head -c 200 "$work/err")" \
	    grep -qF "\"error\":{\"place\":\"$2\",\"code\":\"$1\"" "$work/err"
	hold "$1: nothing on standard output" test ! -s "$work/out"
	hold "$1: one line" test "$(wc -l <"$work/err")" = 1
}
error unknown-key born '{"birthDate":"2025-03-10","born":1}'
error unknown-key 'doses[0].day' '{"birthDate":"2025-03-10","doses":[{"date":"2025-05-01","vaccine":"MR","day":1}]}'
error duplicate-key birthDate '{"birthDate":"2025-03-10","birthDate":"2025-03-10"}'
error duplicate-key 'doses[1].date' '{"birthDate":"2025-03-10","doses":[{"date":"2025-05-01","vaccine":"MR"},{"date":"2025-05-01","date":"2025-05-01","vaccine":"MR"}]}'
error missing birthDate '{}'
error missing 'doses[0].vaccine' '{"birthDate":"2025-03-10","doses":[{"date":"2025-05-01"}]}'
error year-out-of-range birthDate '{"birthDate":"0001-01-01"}'
error year-out-of-range birthDate '{"birthDate":"9999-12-31"}'
error year-out-of-range 'doses[0].date' '{"birthDate":"2025-03-10","doses":[{"date":"9999-12-31","vaccine":"MR"}]}'
error year-out-of-range 'doses[0].date' '{"birthDate":"2025-03-10","doses":[{"date":"0001","vaccine":"MR"}]}'
error birth-after-as-of birthDate '{"birthDate":"2026-11-23"}'
error unknown-code 'doses[0].vaccine' '{"birthDate":"2025-03-10","doses":[{"date":"2025-05-01","vaccine":"mr"}]}'
error wrong-type doses '{"birthDate":"2025-03-10","doses":{}}'
error wrong-type birthDate '{"birthDate":20250310}'
error not-utf8 id '{"id":"a\xff","birthDate":"2025-03-10"}'
error not-utf8 id '{"id":"\xed\xa0\x80","birthDate":"2025-03-10"}'
error control-character id '{"id":"a\\u0000","birthDate":"2025-03-10"}'
error control-character id '{"id":"a\0b","birthDate":"2025-03-10"}'
error trailing-text '' '{"birthDate":"2025-03-10"} {}'
error not-json '' ''
error not-json '' 'nonsense'
error until-before-from 'extensions[0].until' '{"birthDate":"2025-03-10","extensions":[{"programme":"mr-1","from":"2026-01-02","until":"2026-01-01","basis":"shortage"}]}'
{
	printf '{"birthDate":"2020-01-01","doses":['
	for i in $(seq 1 10000); do printf '%s{"date":"2021-01-01","vaccine":"MR"}' "$([ "$i" = 1 ] || echo ,)"; done
	echo ']}'
} >"$work/in"
run 1 "ten thousand doses are too many" $as_of
hold "and that is the place" grep -qF '"place":"doses","code":"too-many"' "$work/err"
{ printf '{"id":'; head -c 100000 /dev/zero | tr '\0' '['; } >"$work/in"
run 1 "a deep text is no person" $as_of
hold "and says why" grep -qE '"code":"(too-deep|wrong-type)"' "$work/err"
{ printf '{"x":'; head -c 100000 /dev/zero | tr '\0' '['; } >"$work/in"
run 1 "nor one under an unknown key" $as_of
{ printf '{"birthDate":"2025-03-10","id":"'; head -c 900000 /dev/zero | tr '\0' '"' | sed 's/"/\\"/g' | head -c 1000000; printf '"}'; } >"$work/in"
run 0 "a huge name is echoed" $as_of --reasons codes
{ printf '{"birthDate":"2025-03-10","id":"'; head -c 2000000 /dev/zero | tr '\0' 'x'; printf '"}'; } >"$work/in"
run 1 "one over the ceiling is refused" $as_of
hold "as too big" grep -q '"code":"too-big"' "$work/err"

# A person cut short at every byte: each is an error, and the whole is answered.
whole='{"id":"ａ\"b","birthDate":"2025-03-10","sex":"female","doses":[{"id":"d1","date":"2025-05","vaccine":"DPT-IPV-Hib","lot":"X","volumeMl":0.5}],"conditions":[{"code":"died","date":"2026-01-05"}],"extensions":[{"programme":"mr-1","from":"2025-04-01","until":"2027-03-31","basis":"shortage"}],"gestation":{"date":"2026-11-22","weeks":30,"days":2},"rubellaAntibody":{"date":"2024-05-01","result":"low"}}'
size=$(printf %s "$whole" | wc -c)
for i in $(seq 1 $((size - 1))); do printf %s "$whole" | head -c "$i"; echo; done >"$work/in"
printf '%s\n' "$whole" >>"$work/in"
run 1 "a person cut short is refused" --ndjson $as_of --reasons codes
hold "at every byte" test "$(grep -c '"error":{"place":"' "$work/out")" = $((size - 1))
hold "and answered whole" test "$(grep -c '"forecasts"' "$work/out")" = 1
# Every byte changed to a quote, and to a NUL.
for i in $(seq 0 $((size - 1))); do
	printf %s "$whole" | head -c "$i"; printf '"'; printf %s "$whole" | tail -c +$((i + 2)); echo
	printf %s "$whole" | head -c "$i"; printf '\0'; printf %s "$whole" | tail -c +$((i + 2)); echo
done >"$work/in"
run 1 "changed bytes are answered one by one" --ndjson $as_of --reasons codes
hold "every line of them" test "$(wc -l <"$work/out")" = $((2 * size))

# --- memory does not grow with the input, nor with slow lines; order is kept ---
peak() {	# lines jobs: KiB
	for i in $(seq 1 "$1"); do
		[ $((i % 500)) = 0 ] && cat "$work/slow" || echo "{\"id\":\"p$i\",\"birthDate\":\"2026-03-10\"}"
	done | "$work/measure" "$schedule" --ndjson --jobs "$2" $as_of --reasons codes 2>"$work/peak" |
	    sed 's/^{"id":"\([^"]*\)".*/\1/' >"$work/ids"
	cat "$work/peak"
}
{
	printf '{"id":"slow","birthDate":"2026-06-01","doses":['
	for i in $(seq 1 900); do printf '%s{"date":"2026-08","vaccine":"OTHER"}' "$([ "$i" = 1 ] || echo ,)"; done
	echo ']}'
} >"$work/slow"
cat >"$work/measure" <<'END'
#!/bin/bash
exec 3<&0
"$@" <&3 3<&- &
pid=$!
most=0
while [ -r /proc/$pid/status ]; do
	now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' /proc/$pid/status 2>/dev/null)
	[ "${now:-0}" -gt "$most" ] && most=$now
	sleep 0.05
done
echo "$most" >&2
END
chmod +x "$work/measure"
few=$(peak 2000 2)
expected=$(for i in $(seq 1 2000); do [ $((i % 500)) = 0 ] && echo slow || echo "p$i"; done | cksum)
hold "order is kept with slow lines among them" test "$(cksum <"$work/ids")" = "$expected"
many=$(peak 8000 2)
hold "four times the lines take no more memory ($few and $many KiB)" test "$many" -lt $((few * 3 / 2))

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
