#!/bin/bash
# The registers of the office, as a clerk keeps them: clinics and what came from them.
NAME=office
. "$top_srcdir/tests/flow/node_lib.sh"

residents <<'.' >"$work/residents.csv"
7001,,港 花子,ミナト ハナコ,,2026-03-10,female,中区1,2026-03-10,,,,,0
7002,,港 太郎,ミナト タロウ,,2024-06-01,male,中区2,2024-06-01,,,,,0
7004,,港 秘子,ミナト ヒコ,,2026-03-10,female,中区4,2026-03-10,,,,,1
.
does "a node" w init --municipality 141003
does "residents" w import residents "$work/residents.csv"

# --- clinics
given() { w dose add "$1" --vaccine "$2" --given-on "$3" --source clinic --clinic-code "$4" --lot L --format json; }
lacks "a town that keeps no register is warned of no clinic" "register of clinics" "$(given 7002 HepB 2026-04-01 1410000009)"
does "a clinic is registered with its contract" says '"state":"under-contract"' w clinic add 1410000001 --name みなと小児科 \
	--kana ミナトショウニカ --roman 'Minato Pediatrics' --address 中区10 --phone 045-000-0001 \
	--from 2026-04-01 --until 2027-03-31 --accepts 'hib pcv,HepB hib' --format json
has "what it accepts is kept once each" '"accepts":"hib pcv HepB"' "$(cat "$work/out")"
does "a second card of the same code is refused" refused "use clinic correct" w clinic add 1410000001 --name x
does "an unknown code is refused by name" refused "neither a vaccine nor a programme: MEASLES" \
	w clinic add 1410000003 --name x --from 2026-04-01 --accepts 'MR MEASLES'
does "nothing of it stays" refused "no clinic of this code" w clinic show 1410000003
does "a contract needs its first day" refused "first day" w clinic add 1410000003 --name x --accepts MR

# the list of the medical association: CP932, as a spreadsheet saves it
{
	echo 'name,clinic_code,phone,contract_from,contract_until,accepts'
	echo 'みなと小児科,1410000001,,2026-04-01,2027-03-31,'
	echo '汐診療所,1410000002,045-000-0002,2025-04-01,2026-03-31,*'
	echo '汐診療所,1410000002,,2026-04-01,,"MR VAR"'
	echo '逆医院,1410000004,,2026-04-01,2025-04-01,'
	echo '重医院,1410000005,,2026-04-01,,XYZ'
	echo ',1410000006,,,,'
	echo '汐診療所,1410000002,,2026-10-01,,'
} >"$work/clinics.utf8"
iconv -f UTF-8 -t CP932 "$work/clinics.utf8" >"$work/clinics.csv"
w import clinics "$work/clinics.csv" --dry-run >"$work/dry" 2>&1
is "a dry run says that rows would be held" 1 $?
does "and does nothing" refused "no clinic of this code" w clinic show 1410000002
text=$(w import clinics "$work/clinics.csv" --format json)
is "the list comes in, with rows held" 1 $?
has "seven read, one new, one changed, one as it was" '"read":7,"new":1,"unchanged":1,"corrected":1,"withdrawn":0,"held":4' "$text"
text=$(w held list --format json)
has "a reversed period is held" "contract_until: reversed" "$text"
has "an unknown code is held" "accepts: unknown-code" "$text"
has "a clinic without a name is held" "name: missing" "$text"
has "an overlap is held" "contract_until: overlap" "$text"
does "a held row whose clinic was not known made none" refused "no clinic of this code" w clinic show 1410000004
has "the same list again changes nothing" '"new":0,"unchanged":3,"corrected":0,"withdrawn":0,"held":4' \
	"$(w import clinics "$work/clinics.csv" --format json)"
is "and holds nothing twice" 4 "$(w held list --format json | grep -c heldId)"
has "an empty cell took nothing away" "045-000-0001" "$(w clinic show 1410000001)"
does "one bad row refuses the file where that is wanted" refused "row 5" w import clinics "$work/clinics.csv" --strict

# what a clinic may give
lacks "a dose under contract is not warned of" clinic "$(given 7001 HepB 2026-05-20 1410000001 | sed 's/clinicCode//')"
lacks "a product of a programme that it accepts is not either" contract "$(given 7001 DPT-IPV-Hib 2026-05-20 1410000001)"
text=$(given 7001 MR 2026-05-21 1410000001)
has "a vaccine that the contract does not hold is recorded" '"state":"given"' "$text"
has "and warned of" "the clinic's contract does not hold this vaccine" "$text"
has "before the contract too" "the clinic had no contract on that day" "$(given 7001 HepB 2026-03-20 1410000001)"
lacks "an old contract holds every vaccine" contract "$(given 7002 BCG 2025-06-01 1410000002)"
has "the new one does not" "does not hold this vaccine" "$(given 7002 HepB 2026-06-01 1410000002)"
lacks "nobody is warned of a year in which a contract held" "no contract" "$(given 7001 MR 2026 1410000002)"
has "nor is a clinic that nobody registered refused" "not in the register of clinics" "$(given 7002 JE 2027-01-01 1410000077)$(given 7002 MR 2025-08-01 1410000077)"
lacks "a handbook tells of clinics elsewhere" "register of clinics" \
	"$(w dose add 7002 --vaccine VAR --given-on 2025-09-01 --source handbook --clinic-code 9999 --format json)"
lacks "of a protected record nothing is said" contract "$(given 7004 MR 2026-05-21 1410000001)"
has "in Japanese" "契約にこのワクチンは含まれていません" "$(lang=ja w dose add 7001 --vaccine VAR --given-on 2026-05-22 --clinic-code 1410000001)"

# correct, end, list
does "a telephone number is corrected" w clinic correct 1410000001 --phone 045-000-1111 --reason moved
text=$(w clinic show 1410000001 --format json)
has "what was before stays on record" "045-000-0001" "$text"
has "with the reason of what is now" '"phone":"045-000-1111","at"' "$text"
does "a contract is ended" says '"until":"2026-09-30"' w clinic end 1410000001 --until 2026-09-30 --reason closes --format json
has "what it was before is replaced, not lost" '"until":"2027-03-31","accepts":"hib pcv HepB","state":"replaced"' \
	"$(w clinic show 1410000001 --format json)"
has "a dose of after it is warned of" "no contract on that day" "$(given 7002 HepB 2026-10-01 1410000001)"
does "no day of a contract, no end" refused "no contract of this clinic holds that day" \
	w clinic end 1410000001 --until 2026-12-01 --reason r
text=$(w clinic list --format csv)
has "the list names those whose contract has ended" "ended" "$text"
has "and those under contract" "汐診療所,,,,045-000-0002,2,2026-04-01,,MR VAR,under-contract" "$text"
is "who gives MR today" 1410000002 "$(w clinic list --vaccine MR --format csv | tail -n +2 | cut -d, -f1)"
is "who gave hepatitis B in May" 1410000001 "$(w clinic list --vaccine HepB --as-of 2026-05-01 --format csv | tail -n +2 | cut -d, -f1)"
has "in Japanese too" "契約中" "$(lang=ja w clinic list)"
is "nothing that was ever recorded is refused: the log says what the clerk did" 0 "$(w audit verify >/dev/null; echo $?)"

finish
