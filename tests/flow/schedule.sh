#!/bin/bash
# watashi-schedule as other people's tools call it: statuses, streams, order, libraries.
set -u
schedule=$top_builddir/watashi-schedule
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# expect STATUS SENTENCE COMMAND...: runs the command on $work/in, its words in $work/out and err.
expect() {
	local want=$1 what=$2 got
	shift 2
	"$@" <"$work/in" >"$work/out" 2>"$work/err"
	got=$?
	if [ "$got" = "$want" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$what: status $got, expected $want"
		head -5 "$work/err"
	fi
}
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

person='{"id":"a","birthDate":"2026-03-10","doses":[{"id":"d","date":"2026-05-12","vaccine":"HepB"}]}'
as_of="--as-of 2026-11-22"

echo "$person" >"$work/in"
expect 0 "a person is answered" "$schedule" $as_of
hold "the answer names its day and law" grep -q '^{"id":"a","asOf":"2026-11-22","law":{"version":"[^"]*","hash":"sha256:[0-9a-f]*"},"doses":\[{"id":"d","date":"2026-05-12","vaccine":"HepB","credits":\[{"programme":"hepb","status":"valid","dose":1,"reasons":\[\]}\]}\],"forecasts":\[' "$work/out"
hold "an answer is one line" test "$(wc -l <"$work/out")" = 1
hold "nothing is said beside it" test ! -s "$work/err"
cp "$work/out" "$work/whole"
expect 0 "English is spoken" "$schedule" $as_of --lang en
hold "reasons are in English" grep -q '"text":"The period for this by age' "$work/out"
expect 0 "codes are given alone" "$schedule" $as_of --reasons codes
hold "no words then" test -z "$(grep '"text"' "$work/out")"
expect 0 "without a day, today in Japan is taken" "$schedule"
hold "and named" grep -q "\"asOf\":\"$(TZ=UTC-9 date +%Y-%m-%d)\"" "$work/out"
expect 0 "a season can be set" "$schedule" $as_of --influenza-season 10-15..02-28

echo '{"id":"b","birthDate":"2025-02-29"}' >"$work/in"
expect 1 "an impossible day is refused" "$schedule" $as_of --lang en
hold "on standard error" grep -q '^{"id":"b","error":{"place":"birthDate","code":"not-a-day","text":"there is no such day"}}$' "$work/err"
hold "never a partial answer" test ! -s "$work/out"
: >"$work/in"
expect 1 "nothing is no person" "$schedule" $as_of
head -c 1100000 /dev/zero | tr '\0' ' ' >"$work/in"
expect 1 "what is too big is refused" "$schedule" $as_of
hold "as that" grep -q '"code":"too-big"' "$work/err"

echo "$person" >"$work/in"
expect 2 "the days of a plan go with a plan" "$schedule" --plan-until 2027-01-01
expect 2 "so does the number of injections" "$schedule" --per-visit 3
expect 2 "a visit has an injection" "$schedule" --plan --per-visit 0
expect 2 "and no more than twelve" "$schedule" --plan --per-visit 13
expect 2 "a plan ends on a day" "$schedule" --plan --plan-until 2027-02-30
expect 2 "that is not past" "$schedule" $as_of --plan --plan-until 2026-11-21
expect 2 "one person is explained" "$schedule" --ndjson --explain
echo '{"birthDate":"1945-06-01","doses":[{"date":"2026-10-10","vaccine":"INF-HD"}]}' >"$work/in"
expect 0 "a dose by a rule that is not confirmed is answered" "$schedule" $as_of --reasons codes
hold "its credit says so" grep -q '"vaccine":"INF-HD","credits":\[{"programme":"influenza","status":"valid","dose":1,"reasons":\[{"code":"unconfirmed"' "$work/out"
expect 0 "it is explained in Japanese" "$schedule" $as_of --explain --lang ja
hold "with the reason of the doubt" grep -q '公布された条文は確認できていない' "$work/out"
expect 0 "and in English" "$schedule" $as_of --explain --lang en
hold "with it as well" grep -q 'the promulgated text was not read' "$work/out"
echo "$person" >"$work/in"
expect 2 "a supposed dose has a day" "$schedule" $as_of --what-if-given MR
expect 2 "that there is" "$schedule" $as_of --what-if-given MR:2026-02-30
expect 2 "that is not to come" "$schedule" $as_of --what-if-given MR:2026-11-23
expect 2 "and a vaccine that there is" "$schedule" $as_of --what-if-given XY:2026-11-20
expect 2 "a day must be one" "$schedule" --as-of 2026-02-30
expect 2 "a language must be known" "$schedule" --lang fr
expect 2 "reasons must be known" "$schedule" --reasons long
expect 2 "a season must be one" "$schedule" --influenza-season 13-01..03-31
expect 2 "a leap day is in no season" "$schedule" --influenza-season 10-01..02-29
expect 2 "jobs are a number" "$schedule" --ndjson --jobs many
expect 2 "jobs go with lines" "$schedule" --jobs 2
expect 2 "an option must exist" "$schedule" --colour
expect 2 "an option must have its value" "$schedule" --as-of
expect 2 "files are not named" "$schedule" person.json
expect 3 "the law must be there" "$schedule" --law "$work/none"
expect 3 "the law must be one" "$schedule" --law "$work/in"
cp "$schedule" "$work/watashi-schedule"
(unset WATASHI_LAW; "$work/watashi-schedule" --law /nonexistent/law <"$work/in" >"$work/out" 2>"$work/err")
hold "a law file that is missing is the world failing" test $? = 3
head -c 5000 "$top_builddir/data/law/watashi.law" >"$work/short.law"
expect 3 "so is one cut short" "$schedule" --law "$work/short.law"
{ head -c 4000 "$top_builddir/data/law/watashi.law"; printf X; tail -c +4002 "$top_builddir/data/law/watashi.law"; } >"$work/changed.law"
expect 3 "so is one with a changed byte" "$schedule" --law "$work/changed.law"
hold "and it is named" grep -q changed.law "$work/err"
echo "$person" >"$work/in"
law=$top_builddir/data/law/watashi.law
# Behind the magic stands the layout.
{ head -c 8 "$law"; printf '\376'; tail -c +10 "$law"; } >"$work/newer.law"
expect 3 "a law for another version is refused" "$schedule" --law "$work/newer.law" --lang en
hold "as that" grep -q "another version" "$work/err"
hold "and nothing is answered" test ! -s "$work/out"
cp "$schedule" "$work/alone"
if [ ! -r /usr/local/share/watashi/law/watashi.law ] && [ ! -r /usr/share/watashi/law/watashi.law ]; then
	expect 3 "without any law nothing can be answered" env -u WATASHI_LAW "$work/alone" --lang en
	hold "and it is said how to name one" grep -q -- "--law" "$work/err"
fi
expect 0 "help is an answer" "$schedule" --help --lang en
hold "help names its options" grep -q -- "--influenza-season" "$work/out"
expect 0 "so is the version" "$schedule" --version
if [ -c /dev/full ]; then
	"$schedule" $as_of <"$work/in" >/dev/full 2>"$work/err"
	hold "a full disk is the world failing" test $? = 3
	"$schedule" --ndjson $as_of <"$work/in" >/dev/full 2>"$work/err"
	hold "also for lines" test $? = 3
fi

# Lines: good ones, broken ones, one over the ceiling, the last without its line end.
{
	for i in $(seq 1 3000); do
		echo "{\"id\":\"p$i\",\"birthDate\":\"2026-03-10\"}"
	done
	echo nonsense
	echo
	head -c 1200000 /dev/zero | tr '\0' 'x'
	echo
	echo "{\"id\":\"late\",\"birthDate\":\"2027-03-10\"}"
	printf '%s' "$person"
} >"$work/in"
expect 1 "lines are answered one by one" "$schedule" --ndjson $as_of --reasons codes
hold "every line has an answer" test "$(wc -l <"$work/out")" = 3005
hold "in order" test "$(sed -n 2999p "$work/out" | cut -c1-13)" = '{"id":"p2999"'
hold "errors among them" test "$(grep -c '"error"' "$work/out")" = 4
hold "with the id" grep -q '^{"id":"late","error":{"place":"birthDate","code":"birth-after-as-of"' "$work/out"
hold "the last one too" test "$(tail -n 1 "$work/out" | cut -c1-9)" = '{"id":"a"'
cp "$work/out" "$work/alone"
for jobs in 1 2 7; do
	expect 1 "several threads answer" "$schedule" --ndjson --jobs $jobs $as_of --reasons codes
	hold "the same with $jobs" cmp -s "$work/alone" "$work/out"
done
: >"$work/in"
expect 0 "no lines, no answers" "$schedule" --ndjson $as_of

# One line is answered before the next is written: nobody must fill a buffer first.
mkfifo "$work/question" "$work/answer"
"$schedule" --ndjson $as_of --reasons codes <"$work/question" >"$work/answer" &
exec 3>"$work/question" 4<"$work/answer"
echo "$person" >&3
read -r -t 20 first <&4
hold "a line is answered at once" test "${first:0:9}" = '{"id":"a"'
exec 3>&-
wait
exec 4<&-

if command -v ldd >"$work/ldd" 2>&1 && ldd "$schedule" >"$work/libraries" 2>&1 &&
    ! grep -q -e asan -e ubsan "$work/libraries"; then
	hold "linked with the C library only" \
		test -z "$(grep -v -e linux-vdso -e libc.so -e ld-linux -e libgcov "$work/libraries")"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
