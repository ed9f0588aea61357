# shellcheck shell=bash disable=SC2154
# Sourced by the flow tests of towns and their network: a folder, three towns of scripts/towns.sh, and words to say what is
# expected.  The test sets NAME=... first, and ends with `finish`.
set -u
export LC_ALL=C.UTF-8
: "${top_srcdir:?}" "${top_builddir:?}" "${NAME:?}"
top=$(cd "$top_srcdir" && pwd) bin=$(cd "$top_builddir" && pwd)
story=$(mktemp -d "${TMPDIR:-/tmp}/watashi-$NAME.XXXXXX") || exit 99
# shellcheck source=scripts/towns.sh
. "$top/scripts/towns.sh"
passed=0 failed=0
trap 'towns_stop; rm -rf "$story"' EXIT
trap 'exit 1' INT TERM HUP

# is SENTENCE COMMAND...: the command must succeed
is() {
	local sentence=$1
	shift
	if "$@" >"$story/is.out" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $sentence"
		sed 's/^/     /' "$story/is.out" | head -n 20
	fi
}
not() { ! "$@"; }
# ends STATUS TEXT COMMAND...: the command ends so, and says so
ends() {
	local status=$1 text=$2 got
	shift 2
	"$@" >"$story/ends.out" 2>&1
	got=$?
	cat "$story/ends.out"
	[ "$got" -eq "$status" ] && grep -q -- "$text" "$story/ends.out"
}
# officer N MUNICIPALITY COMMAND...: of another officer than who runs the test; by root only
officer() {
	local uid=$((65530 + $1)) town=$2
	shift 2
	setpriv --reuid $uid --regid $uid --clear-groups "$bin/watashi" --node "$story/node-$town" --lang en "$@"
}
# Without root nobody else can be played: the test is skipped.
needs_root() {
	[ "$(id -u)" -eq 0 ] && return
	echo "SKIP $NAME: a second officer can be played by root only"
	echo "0 passed, 0 failed"
	exit 77
}
# Last line and exit status.
finish() {
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ]
}
