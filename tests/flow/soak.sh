#!/bin/bash
# The scanner sees a number in every form that it looks for, made by other tools than its own; then the short version
# of scripts/soak.  WATASHI_LONG=1: the long one.
set -u
export LC_ALL=C.UTF-8
# What stands behind a pipe counts too.
shopt -s lastpipe
: "${top_srcdir:?}" "${top_builddir:?}"
top=$(cd "$top_srcdir" && pwd) bin=$(cd "$top_builddir" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/watashi-scan.XXXXXX") || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
passed=0 failed=0
n=123456789018
echo $n >"$work/numbers"
scan() { "$bin/tests/flow/scan_numbers" "$work/numbers" "$work/$1" >"$work/out"; }
# planted NAME [FILE-NAME] < bytes that hold the number: the scanner must say so
planted() {
	local file=${2:-message}
	mkdir "$work/$1" && { printf '<a>xx'; cat; printf 'yy</a>'; } >"$work/$1/$file"
	if scan "$1"; then
		failed=$((failed + 1))
		echo "FAIL the scanner does not see a number written as: $1"
	else
		passed=$((passed + 1))
	fi
}
each() { printf '%s' $n | sed "s/[0-9]/$1/g"; }
hash() { printf '%s' $n | sha256sum | cut -d' ' -f1; }
printf '%s' $n | planted plain
each '&' | sed 'y/0123456789/０１２３４５６７８９/' | planted full-width
printf '1234-5678-9018' | planted hyphens
printf '1234 5678 9018' | planted spaces
printf '%s' $n | base64 | planted base64
printf 'a%s' $n | base64 | planted base64-second
printf 'ab%s' $n | base64 | planted base64-third
printf '%s' $n | od -An -tx1 | tr -d ' \n' | planted hex
each '\&#x3&;' | planted entities-hex
printf '%s' $n | od -An -tu1 | tr -d '\n' | sed 's/ *\([0-9][0-9]*\)/\&#\1;/g' | planted entities
each '%3&' | planted percent
each '\\u003&' | planted json
printf '%s' $n | iconv -f ASCII -t UTF-16LE | planted utf16-little
printf '%s' $n | iconv -f ASCII -t UTF-16BE | planted utf16-big
printf '\x12\x34\x56\x78\x90\x18' | planted packed
hash | tr -d '\n' | planted sha256
hash | tr -d '\n' | tr a-f A-F | planted sha256-capitals
printf '%s' $n | openssl dgst -sha256 -binary | planted sha256-bytes
printf '%s' $n | openssl dgst -sha256 -binary | base64 -w0 | planted sha256-base64
printf '%s' $n | planted an-answer 000001-intermediary-141003-out-SKI.Result.xml
printf '%s %s' $n $n | planted two-in-a-code-request 000001-registrar-in-JUKI.CodeRequest.xml
mkdir "$work/good" && printf '<a>%s</a>' $n >"$work/good/000001-registrar-in-JUKI.CodeRequest.xml" &&
	printf '<a>%s</a>' 123456789019 >"$work/good/log"
if scan good; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAIL a run without fault is called one"; fi

short="--crossings 24 --kill-every 2"
[ -z "${WATASHI_LONG:-}" ] || short=
# shellcheck disable=SC2086
"$top/scripts/soak" --build "$bin" $short >"$work/soak" 2>&1
soaked=$?
cat "$work/soak"
last=$(tail -n 1 "$work/soak")
case $last in *' passed, '*' failed') passed=$((passed + ${last%% *})) ;; esac
[ $soaked -eq 0 ] || failed=$((failed + 1))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
