#!/bin/bash
# Letters as a clerk sends them: a run of a release, who is left out and why, nobody twice, what came back, what
# is taken back, and who wishes none.
NAME=notice
. "${top_srcdir:?}/tests/flow/node_lib.sh"
needs_users
today=2026-11-22
a() { as 65501 "$@"; }		# a clerk
b() { as 65502 "$@"; }		# a health officer

residents >"$work/residents.csv" <<'ROWS'
8001,,港 一,ミナト イチ,,2020-06-01,female,中区1,2020-06-01,,,,,0
8002,,港 二,ミナト ニ,,2020-06-02,male,中区2,2020-06-02,,,,,0
8003,,港 三,ミナト サン,,2020-06-03,female,中区3,2020-06-03,,,,,0
8004,,港 四,ミナト ヨン,,2020-06-04,male,中区4,2020-06-04,,,,,0
8005,,港 五,ミナト ゴ,,2020-06-05,male,中区5,2020-06-05,,,,,0
8006,,港 六,ミナト ロク,,2020-06-06,male,中区6,2020-06-06,,,,,0
ROWS
w init --municipality 141003 >/dev/null
w officer add clerk-a --uid 65501 --role clerk >/dev/null
w officer add officer-b --uid 65502 --role health-officer >/dev/null
does "residents come in" w import residents "$work/residents.csv"
chmod 0711 "$node"
if start; then good; else bad "the node starts"; fi
release() { # release PURPOSE...: its number
	a list release mr2 --on 2027-01-10 --reason r "$@" >/dev/null
	b approval give "$(sql 'SELECT max(no) FROM approval')" >"$work/out" 2>&1 || cat "$work/out"
	sql 'SELECT max(no) FROM release'
}
a list define mr2 --description x --cohort 2020 --programme mr-2 --status due,overdue >/dev/null
does "somebody wishes no letters" a notice refuse 8006 --reason 'asked at the counter'
does "it is on record once" refused "on record already" a notice refuse 8006 --reason again
csv=$(a list run mr2 --on 2027-01-10 --format csv | tr -d '\r"')
has "who wishes none is left out of the list" "excluded,refused,,1" "$csv"
has "unless it is work in the office" "people,on-the-list,6" "$(a list run mr2 --on 2027-01-10 --purpose work --format csv | tr -d '\r"')"
is "released" 1 "$(release --purpose reminder)"

# --- what changes between release and run
w resident protect 8001 >/dev/null
w resident correct 8002 --died-on 2026-11-20 --reason 'register' >/dev/null
a notice refuse 8003 --programme mr-2 --reason 'done elsewhere, does not want letters' >/dev/null
text=$(a notice run --release 1 --on 2026-11-25 --format csv | tr -d '\r"')
has "two letters" "list,letters,,2" "$text"
has "not to the dead" "excluded,dead,,1" "$text"
has "not to the protected" "excluded,protected,,1" "$text"
has "not to who wishes none" "excluded,refused,,1" "$text"
mkdir "$work/a" && chown 65501 "$work/a"
does "the file of the run" a list fetch "$work/a/letters.csv" --release 1 --run 1 --leave-out
has "has who gets a letter" '"8004"' "$(cat "$work/a/letters.csv")"
lacks "and not who wishes none" '"8003"' "$(cat "$work/a/letters.csv")"
lacks "nor the dead" '"8002"' "$(cat "$work/a/letters.csv")"

# --- taken back before it is mailed, never after
does "a run is taken back" says undone a notice undo 1 --reason 'wrong text'
does "and not mailed then" refused "already" a notice mail 1
does "nor fetched" refused "taken back" a list fetch "$work/a/x.csv" --release 1 --run 1 --leave-out
does "another is made" says "letters" a notice run --release 1
does "a day in the future is none on which it was mailed" refused "future" a notice mail 2 --on 2026-12-01
does "it is mailed" says mailed a notice mail 2
does "what is in the post is not taken back" refused "cannot be taken back" a notice undo 2 --reason oops
does "nobody is written to twice" refused "nobody is left" a notice run --release 1
does "unless the clerk says so" says "letters" a notice run --release 1 --again-after 0
a notice undo 3 --reason test >/dev/null
does "a day in the past is none" refused "past" a notice run --release 1 --on 2026-11-01

# --- what came back
does "a letter came back" says returned a notice return 8004 --run 2 --reason '転居先不明'
does "once" refused "already" a notice return 8004 --run 2 --reason again
has "it lies in the office" '転居先不明' "$(a notice returned)"
text=$(a notice run --release 1 --again-after 0 --format csv | tr -d '\r"')
has "it is not written to again unseen" "excluded,came-back,,1" "$text"
a notice undo 4 --reason test >/dev/null
w resident correct 8004 --address 南区1 --reason moved >/dev/null
text=$(a notice run --release 1 --format csv | tr -d '\r"')
has "a new address is written to, whatever came back" "list,letters,,1" "$text"
a notice undo 5 --reason test >/dev/null
does "it is sent again" says resent a notice resend 8004 --run 2
does "and lies there no more" not grep -q 8004 <(a notice returned)
does "what did not come back is not sent again" refused "has not come back" a notice resend 8005 --run 2
does "after that the span holds again" refused "nobody is left" a notice run --release 1
text=$(a notice list 8004 --format csv | tr -d '\r"')
has "the history has the mailing" "2,8004,mr-2,1,reminder,mailed,2026-11-22" "$text"
has "the return" "2,8004,mr-2,1,reminder,returned,2026-11-22,転居先不明" "$text"
has "and the second mailing" "resent" "$text"
has "also why there was none" "left-out" "$(a notice list 8003)"
has "show tells officers" "reminder: came back - 転居先不明" "$(b show 8004)"

# --- protected: nothing of it
does "letters of a protected person are shown to nobody" refused "protected" a notice list 8001
lacks "nor in show" "mr-2 " "$(b show 8001)"

# --- who wishes letters again
does "letters again" a notice accept 8006
does "what was not refused cannot be taken back" refused "no wish" a notice accept 8006
is "released once more, for work" 2 "$(release --purpose work)"
does "no letters of that" refused "not for letters" a notice run --release 2
a list define old --description x --age 6 >/dev/null
a list release old --on 2026-11-22 --reason r >/dev/null
b approval give "$(sql 'SELECT max(no) FROM approval')" >/dev/null
does "letters are about something" refused "what the letters are about" a notice run --release 3
does "said, it is done" says letters a notice run --release 3 --programme mr-2 --again-after 0
has "the runs are listed" "undone" "$(a notice runs)"
stop
does "the log is whole" w audit verify
finish
