#!/bin/bash
# What doc/ADD-A-VACCINE promises: next April's change, and an antibody for infants, are law text and
# nothing else.  Invented text is added to a copy of data/law; no program is built.
set -u
lawc=$top_builddir/lawc
schedule=$top_builddir/watashi-schedule
good=$top_srcdir/tests/case/law-good
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# hold SENTENCE COMMAND...: the command must succeed.
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

# overlay NAME PRODUCT VERSION FILE...: the law of this tree with the text of tests/case/law-good/NAME, the
# product behind PRODUCT, as $work/NAME.
overlay() {
	local name=$1 behind=$2 version=$3 folder=$work/$1.text f
	shift 3
	mkdir "$folder"
	cp "$top_srcdir"/data/law/*.law "$folder"
	awk -v behind="$behind" -v version="$version" -v add="$good/$name/names.law" '
		/^version / { print "version " version; next }
		here && !/^[ \t]/ { while ((getline line < add) > 0) print line; here = 0 }
		$1 == "product" && $2 == behind { here = 1 }
		{ print }' "$top_srcdir/data/law/names.law" >"$folder/names.law"
	cat "$good/$name/names-end.law" >>"$folder/names.law"
	for f in "$@"; do
		cat "$good/$name/$f" >>"$folder/$f"
	done
	"$lawc" --check "$folder"/*.law && "$lawc" --output "$work/$name" "$folder"/*.law
}

# says SENTENCE LAW AS-OF PERSON PROGRAMME WANT: status, days and products of a programme's forecast.
says() {
	local what=$1 law=$2 as_of=$3 person=$4 programme=$5 want=$6 line got
	line=$(echo "$person" | "$schedule" --law "$law" --as-of "$as_of" --reasons codes 2>&1 |
	    grep -o "{\"programme\":\"$programme\",\"status\":\"[^\"]*\",\"overdue.*" | head -1)
	# Up to the next programme.
	line=${line%%,\{\"programme\":*}
	got=$(printf '%s' "$line" | sed 's/^{"programme":"[^"]*","status":"\([^"]*\)".*/\1/')
	case $line in
	*'"next":'*)
		got="$got $(printf '%s' "$line" | sed 's/.*"next":{"dose":[0-9]*,"kind":"[a-z]*","earliest":"\([^"]*\)".*/\1/')"
		got="$got $(printf '%s' "$line" | grep -o '"vaccine":"[^"]*","earliest":"[^"]*","latest":"[^"]*"' |
		    sed 's/"vaccine":"\([^"]*\)","earliest":"\([^"]*\)","latest":"\([^"]*\)"/\1=\2..\3/' | tr '\n' ' ' | sed 's/ $//')"
		;;
	esac
	if [ "$got" = "$want" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf '%s\n  is   %s\n  want %s\n' "$what" "$got" "$want"
	fi
}

now=$top_builddir/data/law/watashi.law

# added OLD NEW DAY1 DAY2: what the difference between two days has more, signs and names only.
added() {
	"$lawc" --diff "$3" "$4" --lang en "$1" | grep '^[+-]' | sort >"$work/old"
	"$lawc" --diff "$3" "$4" --lang en "$2" | grep '^[+-]' | sort >"$work/new"
	comm -13 "$work/old" "$work/new" | sed 's/): .*/)/'
}

# unmoved LAW: the answers of today do not move for anybody of the invented cohort.
unmoved() {
	local law
	for law in "$now" "$1"; do
		"$schedule" --ndjson --law "$law" --as-of 2026-11-22 --reasons codes <"$work/people" |
		    sed 's/"law":{[^}]*},//;s/,{"programme":"rsv-infant".*/]}/'
	done >"$work/answers"
	[ -s "$work/answers" ] && [ "$(head -n "$n_people" "$work/answers" | cksum)" = "$(tail -n "$n_people" "$work/answers" | cksum)" ]
}

# People of every age, some vaccinated.
for year in 1930 1945 1958 1961 1975 1990 2005 2010 2014 2019 2022 2023 2024 2025 2026; do
	for month in 01 04 09; do
		echo "{\"id\":\"$year$month\",\"birthDate\":\"$year-$month-01\",\"sex\":\"female\",\"doses\":[
		    {\"date\":\"2026-10-05\",\"vaccine\":\"PCV20\"},{\"date\":\"2026-10-05\",\"vaccine\":\"MR\"}]}" | tr -d '\n\t'
		echo
	done
done >"$work/people"
n_people=$(wc -l <"$work/people")

# --- a product in an existing programme, and a year later a change of the rule ---

hold "next April's text is sound" overlay next-april PCV20 2027.04 pneumococcal.law
new=$work/next-april
hold "the first day brings one rule" test "$(added "$now" "$new" 2027-03-31 2027-04-01)" = "+ target (twenty-one)"
hold "the change ends one version and begins the next" \
	test "$(added "$now" "$new" 2028-03-31 2028-04-01 | tr '\n' ' ')" = "+ target (twenty-one) - target (twenty-one) "
hold "nothing that was told today moves" unmoved "$new"

baby='{"birthDate":"2027-01-15"}'
says "before it is published nobody is told of it" "$new" 2027-02-09 "$baby" pcv \
	"upcoming 2027-03-14 PCV20=2027-03-14..2032-01-14 PCV15=2027-03-14..2032-01-14"
says "from its publication on it is promised from its first day" "$new" 2027-02-10 "$baby" pcv \
	"upcoming 2027-03-14 PCV20=2027-03-14..2032-01-14 PCV21=2027-04-01..2032-01-14 PCV15=2027-03-14..2032-01-14"
says "a dose of the eve fills its place all the same" "$new" 2027-03-31 '{"birthDate":"2027-01-15","doses":[{"date":"2027-03-31","vaccine":"PCV21"}]}' pcv \
	"upcoming 2027-04-28 PCV20=2027-04-28..2029-01-14 PCV21=2027-04-28..2029-01-14 PCV15=2027-04-28..2029-01-14"
hold "such a dose is shown with its reason" test 1 = "$(echo '{"birthDate":"2027-01-15","doses":[{"date":"2027-03-31","vaccine":"PCV21"}]}' |
	"$schedule" --law "$new" --as-of 2027-04-01 --reasons codes | grep -c '"status":"valid","dose":1,"reasons":\[{"code":"not-in-force"')"
hold "on the first day it is lawful" test 1 = "$(echo '{"birthDate":"2027-01-15","doses":[{"date":"2027-04-01","vaccine":"PCV21"}]}' |
	"$schedule" --law "$new" --as-of 2027-04-01 --reasons codes | grep -c '"programme":"pcv","status":"valid","dose":1,"reasons":\[\]')"
says "the old product followed by the new: one day too soon" "$new" 2027-06-01 \
	'{"birthDate":"2027-01-15","doses":[{"date":"2027-03-20","vaccine":"PCV20"},{"date":"2027-04-16","vaccine":"PCV21"}]}' pcv \
	"due 2027-05-14 PCV20=2027-05-14..2029-01-14 PCV21=2027-05-14..2029-01-14 PCV15=2027-05-14..2029-01-14"
says "and on the day" "$new" 2027-06-01 \
	'{"birthDate":"2027-01-15","doses":[{"date":"2027-03-20","vaccine":"PCV20"},{"date":"2027-04-17","vaccine":"PCV21"}]}' pcv \
	"due 2027-05-15 PCV20=2027-05-15..2029-01-14 PCV21=2027-05-15..2029-01-14 PCV15=2027-05-15..2029-01-14"
says "the wider window is not told before it is published" "$new" 2028-01-31 '{"birthDate":"2023-05-01"}' pcv \
	"due 2023-06-30 PCV20=2024-10-01..2028-04-30 PCV21=2027-04-01..2028-04-30 PCV15=2024-04-01..2028-04-30"
says "and is from then on" "$new" 2028-02-01 '{"birthDate":"2023-05-01"}' pcv \
	"due 2023-06-30 PCV20=2024-10-01..2028-04-30 PCV21=2027-04-01..2029-04-30 PCV15=2024-04-01..2028-04-30"

# What the document shows is what was added here.
shown=0
while IFS= read -r line; do
	shown=$((shown + 1))
	hold "doc/ADD-A-VACCINE shows: $line" grep -Fxq -- "$line" "$good/next-april/names.law" "$good/next-april/names-end.law" \
		"$good/next-april/pneumococcal.law"
done < <(awk '/^ 4\./ { skip = 1 } /^A CHANGE/ { skip = 0 } /^A NEW PROGRAMME/ { exit }
	/^\t/ && !skip && !/^\tversion |in-force 2027-04-01 .. - / { print substr($0, 2) }' "$top_srcdir/doc/ADD-A-VACCINE")
hold "the document shows both examples" test "$shown" -ge 18

# --- an antibody for infants, a programme of its own ---

hold "the text of an antibody is sound" overlay antibody RSV-M 2028.04 rsv-infant.law
new=$work/antibody
hold "its first day brings two targets, two courses and an extension" test "$(added "$now" "$new" 2028-03-31 2028-04-01 | tr '\n' ' ')" = \
	"+ course (once) + course (twice) + extension for special circumstances (special) + target (first-year) + target (second-year) "
hold "nothing that was told today moves" unmoved "$new"
hold "the programme comes last in the answers" test 1 = "$(echo '{"birthDate":"2028-05-10"}' | "$schedule" --law "$new" --as-of 2028-05-10 --reasons codes |
	grep -c '"programme":"rubella-5".*"programme":"rsv-infant"')"
says "a newborn may have it on the day of birth" "$new" 2028-05-10 '{"birthDate":"2028-05-10"}' rsv-infant \
	"due 2028-05-10 RSV-AB=2028-05-10..2029-05-09"
says "an infant of before from the first day of the law" "$new" 2028-02-01 '{"birthDate":"2027-11-20"}' rsv-infant \
	"upcoming 2028-04-01 RSV-AB=2028-04-01..2028-11-19"
says "nobody is told of it before it is published" "$new" 2028-01-19 '{"birthDate":"2027-11-20"}' rsv-infant "not-eligible"
says "one is all" "$new" 2028-06-01 '{"birthDate":"2028-05-10","doses":[{"date":"2028-05-11","vaccine":"RSV-AB"}]}' rsv-infant "complete"
says "who has a disorder of the heart has another in the second year" "$new" 2028-06-01 \
	'{"birthDate":"2028-05-10","doses":[{"date":"2028-05-11","vaccine":"RSV-AB"}],"conditions":[{"code":"heart-kidney-respiratory-disorder"}]}' rsv-infant \
	"upcoming 2029-05-09 RSV-AB=2029-05-09..2030-05-09"
says "and not within the interval" "$new" 2029-06-01 \
	'{"birthDate":"2028-05-10","doses":[{"date":"2029-03-01","vaccine":"RSV-AB"}],"conditions":[{"code":"heart-kidney-respiratory-disorder"}]}' rsv-infant \
	"upcoming 2029-07-30 RSV-AB=2029-07-30..2030-05-09"
says "after the first birthday it is too late" "$new" 2029-05-10 '{"birthDate":"2028-05-10"}' rsv-infant "closed"
says "an antibody keeps no distance from a live vaccine" "$new" 2029-05-09 \
	'{"birthDate":"2028-05-10","doses":[{"date":"2029-05-08","vaccine":"RSV-AB"}]}' mr-1 \
	"due 2029-05-09 MR=2029-05-09..2030-05-09 M=2029-05-09..2030-05-09 R=2029-05-09..2030-05-09"
hold "the vaccine of a mother is none of the child's" test 0 = "$(echo '{"birthDate":"2028-05-10","doses":[{"date":"2028-05-12","vaccine":"RSV-M"}]}' |
	"$schedule" --law "$new" --as-of 2028-06-01 --reasons codes | grep -c '"programme":"rsv-infant","status":"complete"')"
hold "the law is printed with it" test 1 = "$("$lawc" --print 2028-04-01 --lang en "$new" | grep -c 'target (first-year): RSV-AB')"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
