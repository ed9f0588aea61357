#!/bin/bash
# Where a protected person is comes out of nothing: a marker in every shielded column of every table that
# has a person, and every command asked, in every role, over a running node.  The incidents of towns whose
# suppression was forgotten in one place (users' list) are what this stands for.
NAME=protection
. "$top_srcdir/tests/flow/node_lib.sh"
shield=$top_srcdir/data/schema/shield.tsv
marker=XQZW

db=$node/watashi.db

# --- a town with a protected mother and child, and somebody else
w init --municipality 141003 --institution 1234567890123456 >/dev/null 2>&1
is "init" 0 $?
{
	echo 'addressee_no,my_number,name,kana,roman,birth_date,sex,address,resident_from,resident_until,previous_municipality,next_municipality,died_on,protected,protected_from'
	echo '9001,,港 花子,ミナト ハナコ,,2025-03-10,female,'$marker'-address,2025-03-10,,011002,,,1,2026-01-01'
	echo '9002,,港 太郎,ミナト タロウ,,2021-06-01,male,中区1,2021-06-01,,,,,0,'
	echo '9003,,港 母,ミナト ハハ,,1990-06-01,female,'$marker'-address,2021-06-01,,,,,1,'
} >"$work/residents.csv"
w import residents "$work/residents.csv" >/dev/null
is "residents come in" 0 $?
child=$(sql "SELECT hex(id) FROM person WHERE addressee_no = '9001'")
mother=$(sql "SELECT hex(id) FROM person WHERE addressee_no = '9003'")

# --- markers, by the schema itself
sql "INSERT INTO town (no, code) VALUES (777, '$marker-town');
	INSERT INTO source (muni, no, kind, code) VALUES (1, 777, 0, '$marker-source');
	INSERT INTO product (muni, no, code) VALUES (1, 777, 'MR');
	INSERT INTO clinic (muni, no, code, name) VALUES (1, 777, '$marker-code', '$marker-clinic');"
planted=0
for table in $(sql "SELECT m.name FROM sqlite_schema AS m WHERE m.type = 'table' AND EXISTS
	(SELECT 1 FROM pragma_table_info(m.name) WHERE name = 'person')"); do
	case $table in
	residence | officer) continue ;;	# the person's own periods, and whoever asks
	person_same) continue ;;		# which record answers for another: no such record is there
	esac
	names= values=
	while IFS='|' read -r column type; do
		verdict=$(awk -F '\t' -v t="$table" -v c="$column" '$1 == t && $2 == c { print $3 }' "$shield")
		[ -n "$verdict" ] || bad "$table.$column is decided on in shield.tsv"
		[ "$verdict" = shield ] && planted=$((planted + 1))
		case $column,$type,$verdict in
		person,*) value="x'$child'" ;;
		guardian,*) value="x'$mother'" ;;
		muni,* | version,* | seq,*) value=1 ;;
		provider,INTEGER,* | recipient,INTEGER,* | sender,INTEGER,* | relay,* | source,INTEGER,* | clinic,* | product,*) value=777 ;;
		given_first,* | given_last,* | *_on,INTEGER,shield) value=40000 ;;
		state,* | kind,* | status,* | side,* | is_ended,*) value=0 ;;
		until_on,*) value=NULL ;;
		*,TEXT,shield) value="'$marker-$column'" ;;
		*,BLOB,shield) value="CAST('$marker-$column' AS BLOB)" ;;
		*,TEXT,*) value="'1'" ;;
		*,BLOB,*) value="CAST('0123456789abcdef' AS BLOB)" ;;
		*) value=1 ;;
		esac
		names="$names${names:+, }$column"
		values="$values${values:+, }$value"
	done < <(sql "SELECT name, type FROM pragma_table_info('$table')")
	sql "PRAGMA foreign_keys = OFF; INSERT OR REPLACE INTO $table ($names) VALUES ($values)" ||
		bad "$table takes a row"
done
sql "UPDATE person SET registration_basis = '$marker-basis', household_no = '$marker-household',
	mailing_address = '$marker-mail', mailing_name = '$marker-mailname' WHERE is_protected = 1;
	UPDATE residence SET previous = 777, next = 777 WHERE person = x'$child';
	UPDATE outbox SET due_us = 9000000000000000, deadline_us = 9000000000000000, state = 0, gap = -1;
	UPDATE code SET is_ended = 1; UPDATE inquiry SET is_ended = 1; UPDATE copy_person SET is_due = 0;
	DELETE FROM number; DELETE FROM subject_secret; DELETE FROM evidence"
[ "$planted" -gt 25 ] && good || bad "markers are planted" "$planted"
statement=$(sql "SELECT lower(hex(statement)) FROM dose LIMIT 1")
inquiry=$(sql "SELECT record_no FROM inquiry LIMIT 1")
held=$(sql "SELECT lower(hex(id)) FROM held LIMIT 1")
circumstance=$(sql "SELECT lower(hex(id)) FROM circumstance LIMIT 1")
ticket=$(sql "SELECT number FROM ticket LIMIT 1")

if start; then good; else bad "the node starts" "$(tail -3 "$log")"; fi

# What to ask of each command; a new one must be given its words here.
words() {
	case $1 in
	'officer add') echo 'officer add x --uid 4000000 --role nurse' ;;
	'officer remove') echo 'officer remove nobody' ;;
	'approval show' | 'approval give' | 'approval refuse' | 'approval withdraw') echo "$1 1 --reason r" ;;
	'import residents') echo "import residents $work/residents.csv --dry-run" ;;
	'import doses') echo "import doses $work/residents.csv --dry-run" ;;
	'resident add') echo 'resident add 9001 --name a --kana a --birth-date 2025-03-10 --sex female --from 2025-03-10' ;;
	'resident find') echo 'resident find --name 港花子' ;;
	'resident protect') echo 'resident protect 9001' ;;
	'resident unprotect') echo 'resident unprotect 9001 --reason r' ;;
	'resident correct') echo 'resident correct 9001 --kana ミナト --reason r' ;;
	'resident period') echo 'resident period 9001 --from 2020-01-01 --until 2020-02-01 --reason r' ;;
	'guardian add') echo 'guardian add 9001 --name a --relation other --basis b --from 2026-01-01' ;;
	'guardian end') echo 'guardian end 9001 --sequence 1 --until 2026-12-31' ;;
	'guardian name') echo 'guardian name 9001 --sequence 1' ;;
	'resident answers') echo 'resident answers 9001 --answers manual' ;;
	'dose add') echo 'dose add 9001 --vaccine MR --given-on 2026-05-05' ;;
	'dose correct') echo "dose correct $statement --lot L --reason r" ;;
	'dose withdraw') echo "dose withdraw $statement --reason r" ;;
	'person duplicates') echo 'person duplicates --all' ;;
	'person flag') echo 'person flag 9001 --other 9002 --reason r' ;;
	'person compare') echo 'person compare 1' ;;
	'person merge') echo 'person merge 1 --keep A --reason r' ;;
	'person unmerge' | 'person distinct') echo "$1 1 --reason r" ;;
	'duplicate list') echo 'duplicate list --all' ;;
	'duplicate show') echo 'duplicate show 1' ;;
	'duplicate decide') echo 'duplicate decide 1 --both --reason r' ;;
	'duplicate undo') echo 'duplicate undo 1 --reason r' ;;
	'dose undo') echo "dose undo $statement --reason r" ;;
	'dose versions') echo "dose versions $statement" ;;
	'circumstance add') echo 'circumstance add 9001 --condition keloid' ;;
	'circumstance end') echo "circumstance end $circumstance --reason r" ;;
	'clinic add') echo 'clinic add C1 --name a' ;;
	'clinic correct') echo 'clinic correct C1 --name b --reason r' ;;
	'notice run') echo 'notice run --release 1' ;;
	'notice mail') echo 'notice mail 1' ;;
	'notice undo') echo 'notice undo 1 --reason r' ;;
	'notice count' | 'notice sent') echo "$1 1" ;;
	'notice portal') echo 'notice portal 1 --reason r' ;;
	'resident bar') echo 'resident bar 9001' ;;
	'resident unbar') echo 'resident unbar 9001 --reason r' ;;
	'notice return' | 'notice resend') echo "$1 9001 --run 1 --reason r" ;;
	'notice refuse') echo 'notice refuse 9001 --reason r' ;;
	'statistics coverage') echo 'statistics coverage --on 2026-11-22' ;;
	'list define') echo 'list define all --description d --age 0..' ;;
	'list show' | 'list run') echo "$1 all --on 2026-11-22" ;;
	'list release') echo 'list release all --on 2026-11-22 --reason r' ;;
	'ticket count') echo 'ticket count --release 1' ;;
	'ticket run') echo 'ticket run --release 1 --reason r' ;;
	'ticket runs') echo 'ticket runs' ;;
	'ticket fetch') echo "ticket fetch $work/tickets --run 1" ;;
	'list fetch') echo "list fetch $work/released --release 1" ;;
	'clinic contract') echo 'clinic contract C1 --from 2026-04-01' ;;
	'clinic end') echo 'clinic end C1 --until 2027-03-31 --reason r' ;;
	'clinic show') echo 'clinic show C1' ;;
	'mistake add') echo "mistake add $statement --kind interval" ;;
	'mistake correct') echo 'mistake correct 2026-1 --reason r' ;;
	'mistake list' | 'mistake table' | 'mistake suggest') echo "$1" ;;
	'reaction add') echo "reaction add $statement --symptom convulsion --onset-on 2026-11-01" ;;
	'reaction correct') echo 'reaction correct 2026-1 --note n --reason r' ;;
	'reaction list') echo 'reaction list 9001' ;;
	'reaction table' | 'reaction symptoms') echo "$1" ;;
	'letter issue') echo 'letter issue 9001 --to a --for mr-1 --reason r --until 2027-01-31' ;;
	'letter list') echo 'letter list 9001' ;;
	'letter show') echo 'letter show 1-1' ;;
	'letter void') echo 'letter void 2026-1 --reason r' ;;
	'letter result') echo 'letter result 2026-1 --paid 100 --on 2026-11-01' ;;
	'clinic list' | 'import months') echo "$1" ;;
	'clinic zero') echo 'clinic zero C1 --month 2026-04' ;;
	'import clinics') echo "import clinics $work/residents.csv --dry-run" ;;
	'records compare') echo 'records compare --all' ;;
	'records explain') echo 'records explain 1 --reason r' ;;
	'evidence release') echo "evidence release $inquiry --reason r" ;;
	'evidence export') echo "evidence export $work/evidence.$RANDOM --exchange $inquiry" ;;
	'inquire urgent') echo 'inquire urgent 9001 --from 011002 --reason r' ;;
	'move-in') echo "move-in --my-number-from /dev/null --name a --kana a --birth-date 2025-03-10 --sex female --from 011002 --on 2026-01-01" ;;
	'held attach') echo "held attach $held 9002" ;;
	'held release' | 'held refuse') echo "$1 $held --reason r" ;;
	'check') echo "check --ticket $ticket --birth-date 2025-03-10" ;;
	'law show') echo 'law show 0' ;;
	'purge list') echo 'purge list --kept' ;;
	'purge do') echo 'purge do 9001 9002 --reason r' ;;
	'law install' | 'law impact') echo "$1 $work/residents.csv" ;;
	'notice list' | 'notice accept' | 'inquire' | 'inquiry list' | 'audit looks' | 'resident show' | 'guardian list' | 'circumstance list' | 'show' | 'export' | 'ticket issue' | 'ticket reissue' | 'ticket void' | 'ticket list' | 'ticket hand-out' | 'correction told')
		echo "$1 9001" ;;
	'correction list') echo 'correction list' ;;
	'maintenance on') echo 'maintenance on --reason r' ;;
	'metrics' | 'maintenance off' | 'statistics doses' | 'notice runs' | 'notice returned' | 'list names' | 'list released' | 'doctor' | 'status' | 'officer list' | 'approval list' | 'held list' | 'due' | 'copy send' | 'records' | \
	'queue' | 'inquiry report' | 'inquiry urgent' | 'copy verify' | 'records outdated' | 'law list' | 'audit verify' | 'audit head') echo "$1" ;;
	# They change the whole node, or make it; what they write is sealed and has its own tests.
	'init' | 'migrate' | 'key rotate' | 'key recovery' | 'key request' | 'key adopt' | 'peer test' | 'backup' | 'restore' | 'restore accept' | 'schedule') echo - ;;
	esac
}
mapfile -t commands < <(w --help | awk '/^  [a-z]/ && !/^  -/ { sub(/^  /, ""); sub(/  .*/, ""); print }')
[ ${#commands[@]} -gt 40 ] && good || bad "the commands are known from the help" "${#commands[@]}"

ask_all() { # FORMAT: every command, into $work/answers
	: >"$work/answers"
	local name line
	for name in "${commands[@]}"; do
		line=$(words "$name")
		[ "$line" = - ] && continue
		[ -n "$line" ] || bad "tests/flow/protection.sh has words for '$name'"
		echo "== ${line/$ticket/TICKET}" >>"$work/answers"
		# shellcheck disable=SC2086
		w $line --format "$1" </dev/null >>"$work/answers" 2>&1
	done
	for name in 'records 9001' 'correction list 9001' 'correction list --overdue' 'inquiry list' 'due --overdue' 'resident find --birth-date 2025-03' \
		"resident find --ticket $ticket" 'resident find --addressee 9001' 'export 9001 --format html' \
		'export 9001 --format fhir' 'export 9001 --format portal' 'export 9001 --format csv' 'export 9001 --format json'; do
		echo "== ${name/$ticket/TICKET}" >>"$work/answers"
		# shellcheck disable=SC2086
		w $name >>"$work/answers" 2>&1
	done
}
leaks() { grep -a -n -e "$marker" -e '2079-07' "$work/answers" | head -5; }

# administrator health-officer nurse clerk auditor machine
for role in 0 1 2 3 4 5; do
	sql "UPDATE officer SET role = $role WHERE no = 1"
	formats=json
	[ "$role" -le 1 ] && formats="text json csv"
	for format in $formats; do
		ask_all "$format"
		# Who watches the watchers sees which officer looked, and no more (the log's own words are the marker).
		[ "$role" = 4 ] && sed -i '/^== audit looks/,/^== /{/^== /!d}' "$work/answers"
		is "role $role is told nothing in $format" "" "$(leaks)"
	done
done
kill -0 "$parent" 2>/dev/null && good || bad "the node lives" "$(tail -3 "$log")"
has "the record is said to be protected" '"protected":true' "$(sql "UPDATE officer SET role = 1 WHERE no = 1"; w resident show 9001 --format json)"

# --- who may see it sees it, one at a time, and it is written down
sql "UPDATE officer SET role = 6 WHERE no = 1"
before=$(w audit looks 9001 --format csv | grep -c protected-seen)
has "the protecting officer sees the address" "$marker-address" "$(w resident show 9001 --format json)"
has "and the doses" "$marker-clinic" "$(w show 9001 --format json)"
has "and who acts" 9003 "$(w guardian list 9001 --format json)"
after=$(w audit looks 9001 --format csv | grep -c protected-seen)
[ "$after" -gt "$before" ] && good || bad "each look is in the log" "$before, then $after"
for line in due 'due --overdue' 'resident find --name 港' 'records' 'inquiry list' 'export 9001 --format csv' \
	'export 9001 --format html' 'held list'; do
	# shellcheck disable=SC2086
	w $line >"$work/answers" 2>&1
	is "no list or file for anybody: $line" "" "$(leaks)"
done

# --- ending it takes two
w resident unprotect 9003 --reason "the measures have ended" >"$work/answers" 2>&1
is "one officer does not end protection" 1 "$(sql "SELECT is_protected FROM person WHERE addressee_no = '9003'")"
has "it waits for a second" approval "$(cat "$work/answers")"
is "and shows nothing by it" "" "$(leaks)"
no=$(sql "SELECT max(no) FROM approval")
w approval give "$no" >/dev/null 2>&1
is "nor with himself" 1 "$(sql "SELECT is_protected FROM person WHERE addressee_no = '9003'")"
# Another user of this machine cannot be played by everybody: the proposal becomes another officer's.
sql "INSERT INTO officer (muni, no, name, role, uid, is_active) VALUES (1, 50, 'second', 6, 4100000, 1);
	UPDATE approval SET proposed_by = 50, proposed_uid = 4100000 WHERE no = $no;
	UPDATE officer SET role = 1 WHERE no = 1"
w approval show "$no" >"$work/answers" 2>&1
is "the second is shown no whereabouts before it is ended" "" "$(leaks)"
w approval give "$no" >"$work/answers" 2>&1
is "another officer ends it" 0 "$(sql "SELECT is_protected FROM person WHERE addressee_no = '9003'")"
is "and the child stays protected" 1 "$(sql "SELECT is_protected FROM person WHERE addressee_no = '9001'")"

# --- a file may set protection, never end it, and a bad row does not delay it
sql "UPDATE officer SET role = 0 WHERE no = 1"
{
	head -n 1 "$work/residents.csv"
	echo '9001,,港 花子,ミナト ハナコ,,2025-03-10,female,中区2,2025-03-10,,,,,0,'
} >"$work/again.csv"
w import residents "$work/again.csv" >/dev/null
is "a file without the mark ends nothing" 1 "$(sql "SELECT is_protected FROM person WHERE addressee_no = '9001'")"
{
	head -n 1 "$work/residents.csv"
	echo '9002,,港 太郎,ミナト タロウ,,2021-06-01,MALE?,中区1,2021-06-01,,,,,1,'
} >"$work/bad.csv"
w import residents "$work/bad.csv" >"$work/answers"
has "a row with another fault is held" 1 "$(awk '/held/ { print $2 }' "$work/answers")"
is "and protects all the same" 1 "$(sql "SELECT is_protected FROM person WHERE addressee_no = '9002'")"
stop
is "the node ends in order" 0 $?
is "the log tells nothing" "" "$(grep -a -n -e "$marker" "$log" | head -3)"

finish
