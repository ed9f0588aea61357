#!/bin/bash
# A dated line of preference speaks of the days it names, as published on the as-of day: the cap of four doses, told here
# (unlike the true one) a month before it binds and with its end, and another first choice from a coming day.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
mkdir "$work/law"
cp "$top_srcdir"/data/law/*.law "$work/law"
sed -e 's/in-force - \.\. 2025-02-26/in-force - .. 2025-03-31/' \
	-e 's/in-force 2025-02-27 \.\. 2025-07-24 published 2025-02-27/in-force 2025-04-01 .. 2025-06-30 published 2025-02-27/' \
	-e 's/in-force 2025-07-25 \.\. - published 2025-07-25/in-force 2025-07-01 .. - published 2025-02-27/' \
	-e 's/^choice pcv PCV20$/choice pcv PCV15\n\tin-force - .. 2025-05-31\nchoice pcv PCV20\n\tin-force 2025-06-01 .. - published 2025-02-27\n\tsource five-2025-02/' \
	"$top_srcdir/data/law/names.law" >"$work/law/names.law"
if ! "$top_builddir/lawc" --output "$work/watashi.law" "$work"/law/*.law; then
	echo "the invented text does not compile"
	echo "0 passed, 1 failed"
	exit 1
fi

# says SENTENCE AS-OF PROGRAMME LIST PERSON: the vaccines of the next dose, in order, each with its days.
says() {
	local is
	is=$(printf '%s' "$5" | "$top_builddir/watashi-schedule" --law "$work/watashi.law" --as-of "$2" --reasons codes |
		sed "s/.*\"programme\":\"$3\"//; s/\"programme\".*//; s/.*\"vaccines\":\[//; s/\].*//" |
		grep -o '"vaccine":"[^}]*' | sed 's/"vaccine":"\([^"]*\)","earliest":"\([^"]*\)","latest":"\([^"]*\)".*/\1:\2..\3/' | tr '\n' ' ')
	if [ "$is" = "$4 " ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1: is $is"
	fi
}

four='{"birthDate":"2024-05-10","doses":[{"date":"2024-07-10","vaccine":"Hib"},{"date":"2024-08-10","vaccine":"Hib"},
{"date":"2024-09-10","vaccine":"Hib"},{"date":"2025-01-20","vaccine":"DPT-IPV-Hib"}]}'
infant='{"birthDate":"2025-04-10"}'
rest='DPT-IPV:2025-02-10..2025-07-31 DPT:2025-02-10..2031-11-09'

says 'before it was told the cap binds on no day' 2025-02-26 dpt-1 "DPT-IPV-Hib:2025-02-10..2031-11-09 $rest" "$four"
says 'told, it ends the days of the vaccine on its eve' 2025-03-10 dpt-1 "DPT-IPV-Hib:2025-02-10..2025-03-31 $rest" "$four"
says 'while it binds the vaccine stands there from the day after its end' 2025-04-10 dpt-1 "DPT-IPV-Hib:2025-07-01..2031-11-09 $rest" "$four"
says 'after it, days in it count as those before' 2025-07-01 dpt-1 "DPT-IPV-Hib:2025-02-10..2031-11-09 $rest" "$four"
says 'the first choice is that of the day of the dose, not of asking' 2025-05-20 pcv \
	'PCV20:2025-06-09..2030-04-09 PCV15:2025-06-09..2030-04-09' "$infant"
says 'the first choice of days that have come is that of the as-of day' 2025-05-20 pcv \
	'PCV15:2025-05-09..2030-03-09 PCV20:2025-05-09..2030-03-09' '{"birthDate":"2025-03-10"}'
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
