# Sourced by the flow tests of a node: a folder of one's own, the programs, a daemon to start and stop, users to
# play, and words to say what is expected.  The test sets NAME=... first, and ends with `finish`.
set -u
export LC_ALL=C.UTF-8
: "${top_srcdir:?}" "${top_builddir:?}" "${NAME:?}"
top=$(cd "$top_srcdir" && pwd) bin=$(cd "$top_builddir" && pwd)
watashi=$bin/watashi
watashid=$bin/watashid
passed=0
failed=0
skipped=0
today=2026-11-22
lang=en

work=$(mktemp -d "${TMPDIR:-/tmp}/watashi-$NAME-XXXXXX") || exit 1
chmod 0711 "$work"
node=$work/node
log=$work/log
parent=
: >"$log"
end() {
	[ -n "$parent" ] && kill -9 "$parent" 2>/dev/null
	rm -rf "$work"
}
trap end EXIT
trap 'exit 1' INT TERM HUP

# --- what is expected
good() {
	passed=$((passed + 1))
}
# bad NAME LINE...
bad() {
	failed=$((failed + 1))
	echo "FAIL $1"
	shift
	[ $# -eq 0 ] || printf '     %s\n' "$@" | head -n 20
}
skip() {
	skipped=$((skipped + 1))
	echo "SKIP $1"
}
# is NAME EXPECTED FOUND
is() {
	if [ "$2" = "$3" ]; then good; else bad "$1" "expected: $2" "found:    $3"; fi
}
# has NAME PART TEXT, lacks NAME PART TEXT
has() {
	case $3 in
	*"$2"*) good ;;
	*) bad "$1" "expected: $2" "found:    $3" ;;
	esac
}
lacks() {
	case $3 in
	*"$2"*) bad "$1" "not wanted: $2" "found:      $3" ;;
	*) good ;;
	esac
}
# does NAME COMMAND...: it succeeds
does() {
	local name=$1
	shift
	if "$@" >"$work/does" 2>&1; then good; else bad "$name" "$(cat "$work/does")"; fi
}
# For behind does: says TEXT COMMAND...: it is done, and says so; its words are in $work/out afterwards.
says() {
	ends 0 "$@"
}
# refused TEXT COMMAND...: it is not done, and says why
refused() {
	local text=$1
	shift
	"$@" >"$work/out" 2>&1 && { cat "$work/out"; return 1; }
	cat "$work/out"
	grep -qF -- "$text" "$work/out"
}
# ends STATUS TEXT COMMAND...
ends() {
	local status=$1 text=$2 got
	shift 2
	"$@" >"$work/out" 2>&1
	got=$?
	cat "$work/out"
	[ "$got" -eq "$status" ] && grep -qF -- "$text" "$work/out"
}
not() { ! "$@"; }
# within SECONDS COMMAND...: tried until it succeeds
within() {
	local tries=$(($1 * 20))
	shift
	while [ $tries -gt 0 ]; do
		"$@" >/dev/null 2>&1 && return 0
		tries=$((tries - 1))
		sleep 0.05
	done
	return 1
}
# The last lines and the exit status.
finish() {
	[ "$failed" -eq 0 ] || tail -5 "$log"
	[ "$skipped" -eq 0 ] || echo "$skipped skipped"
	echo "$passed passed, $failed failed"
	[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
	exit
}

# --- the node: without a daemon until start
w() {
	"$watashi" --node "$node" --lang "$lang" --today "$today" "$@" 2>&1
}
# Whether other users can be played: by root only, and they must reach the programs.
has_users() {
	[ "$(id -u)" -eq 0 ] &&
		setpriv --reuid=65534 --clear-groups "$watashi" --version >/dev/null 2>&1 &&
		setpriv --reuid=65534 --clear-groups test -x "$watashid"
}
needs_users() {
	has_users && return
	echo "SKIP other users can be played by root only, who must reach the programs"
	exit 77
}
# as UID WORDS...: the command line in the hands of another user (with a daemon)
as() {
	local uid=$1
	shift
	setpriv --reuid="$uid" --clear-groups "$watashi" --node "$node" --lang "$lang" --today "$today" "$@" 2>&1
}
start() {
	: >"$work/daemon"
	"$watashid" --node "$node" --today "$today" >"$work/daemon" 2>>"$log" &
	parent=$!
	for _ in $(seq 1200); do
		grep -q '^ready$' "$work/daemon" && return 0
		kill -0 "$parent" 2>/dev/null || return 1
		sleep 0.05
	done
	return 1
}
stop() {
	local status
	kill -TERM "$parent"
	wait "$parent" 2>/dev/null
	status=$?
	parent=
	return $status
}
# Ids of our daemon's processes whose words contain this.
processes() {
	local p line
	for p in /proc/[0-9]*; do
		line=()
		{ mapfile -d '' -t line <"$p/cmdline"; } 2>/dev/null
		case "${line[*]} " in
		*watashid*"$1"*) echo "${p#/proc/}" ;;
		esac
	done
}
# Whether no process of a node is left, which outlive a killed parent by a moment.
is_left() { # is_left NODE
	! pgrep -f -- "--node $1 " >/dev/null
}
pid_of() { # pid_of ROLE
	processes "--role $1 --node $node "
}
sql() {
	"$bin/tests/flow/sql" "$node/watashi.db" "$@"
}

# --- files of the resident register and of clinics: the heading, then the rows from standard input
residents() {
	echo 'addressee_no,my_number,name,kana,roman,birth_date,sex,address,resident_from,resident_until,previous_municipality,next_municipality,died_on,protected'
	cat
}
doses() {
	echo 'source_id,source_version,addressee_no,ticket_no,birth_date,given_on,vaccine,lot,expires_on,volume_ml,site,route,clinic_code,clinic_name,physician,status,reason,evidence'
	cat
}
