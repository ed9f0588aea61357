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

# --- files of clinics: what is worth a second look, what is held, what is missing
residents <<'.' >"$work/more.csv"
7101,,沖 一郎,オキ イチロウ,,2026-05-10,male,中区7,2026-05-10,,,,,0
7102,,沖 二郎,オキ ジロウ,,2026-05-10,male,中区7,2026-05-10,,,,,0
7103,,沖 秘郎,オキ ヒロウ,,2026-05-10,male,中区7,2026-05-10,,,,,1
.
does "more residents" w import residents "$work/more.csv"
does "a clinic that sends files" w clinic add 1410000020 --name 沖小児科 --from 2026-06-01
does "one that sends none" w clinic add 1410000021 --name 凪診療所 --from 2026-09-01
# The later dose stands first: it is judged by the one below it.
doses <<'.' >"$work/sends.csv"
s2,1,7101,,2026-05-10,2026-08-05,DPT-IPV-Hib,L2,,0.5,,,1410000020,沖小児科,鈴木,given,,
s1,1,7101,,2026-05-10,2026-07-20,DPT-IPV-Hib,L1,,0.5,,,1410000020,沖小児科,鈴木,given,,
s3,1,7102,,2026-05-10,2026-07-21,PCV20,L3,2026-07-01,0.5,,,1410000020,沖小児科,鈴木,given,,
s4,1,7102,,2026-05-11,2026-08-21,PCV20,L3,,0.5,,,1410000020,沖小児科,鈴木,given,,
s5,1,7102,,2026-05-10,2026-08-22,RABIES?,L3,,0.5,,,1410000020,沖小児科,鈴木,given,,
s6,1,7103,,2026-05-10,2026-05-12,DPT-IPV-Hib,L1,,0.5,,,1410000020,沖小児科,鈴木,given,,
.
iconv -f UTF-8 -t CP932 "$work/sends.csv" >"$work/sends.sjis"
w import doses "$work/sends.sjis" --dry-run --format json >"$work/dry"
is "a dry run names what would be held" 1 $?
has "with counts" '"read":6,"new":4,"unchanged":0,"corrected":0,"withdrawn":0,"held":2,"warned":2' "$(cat "$work/dry")"
has "row by row" '{"row":5,"state":"held","column":"birth_date","reason":"birth-date-differs"}' "$(cat "$work/dry")"
has "with what is worth a second look and the lawful day" \
	'"row":2,"state":"warned","warnings":"dpt-1: too soon after the dose before, lawful from 2026-08-10' "$(cat "$work/dry")"
has "an expired lot too" '{"row":4,"state":"warned","warnings":"the lot had expired on that day"}' "$(cat "$work/dry")"
lacks "and nothing of a protected record" '"row":7' "$(cat "$work/dry")"
is "and did nothing" 0 "$(w show 7101 --format csv | tail -n +2 | grep -c L1)"
has "in Japanese, for people" "2026-08-10から接種できました" "$(lang=ja w import doses "$work/sends.sjis" --dry-run)"
text=$(w import doses "$work/sends.sjis" --format json)
is "the file comes in" '{"read":6,"new":4,"unchanged":0,"corrected":0,"withdrawn":0,"held":2,"warned":2}' "$text"
is "again it changes nothing" '{"read":6,"new":0,"unchanged":4,"corrected":0,"withdrawn":0,"held":2,"warned":0}' \
	"$(w import doses "$work/sends.csv" --format json)"
held=$(w held list --format json | tr '{' '\n' | grep birth-date-differs | sed -n 's/.*"heldId":"\([0-9a-f]*\)".*/\1/p')
does "an officer attaches what was held" w held attach "$held" --addressee 7102
is "and the same file asks no second time about it" \
	'{"read":6,"new":0,"unchanged":5,"corrected":0,"withdrawn":0,"held":1,"warned":0}' "$(w import doses "$work/sends.csv" --format json)"
does "the reason of the other stands in the list" says "vaccine: unknown-code" w held list --format json
# What a product was called and which dose it was: columns that may be missing.
{
	echo 'source_id,source_version,addressee_no,ticket_no,birth_date,given_on,vaccine,lot,expires_on,volume_ml,site,route,clinic_code,clinic_name,physician,status,reason,evidence,dose_no,product_name'
	echo 'n1,1,7002,,2024-06-01,2024-08-05,PCV13,L9,,0.5,,,1410000020,沖小児科,鈴木,given,,,1,プレベナー13'
	echo 'n2,1,7002,,2024-06-01,2024-09-05,PCV13,L9,,0.5,,,1410000020,沖小児科,鈴木,given,,,100,プレベナー13'
	echo "n3,1,7002,,2024-06-01,2024-10-05,PCV13,L9,,0.5,,,1410000020,沖小児科,鈴木,given,,,,=1+1"
} >"$work/named.csv"
is "a number that is none is held" 1 "$(w import doses "$work/named.csv" --rows --format json | grep -c '"column":"dose_no","reason":"out-of-range"')"
has "the product's name and the number are on record" '"productName":"プレベナー13"' "$(w show 7002 --format json)"
has "and come out again" 'プレベナー13,1' "$(w show 7002 --format csv | tr -d '"\r')"
w export 7002 --format csv -o "$work/named.out" >/dev/null
has "to the resident too" 'プレベナー13,1' "$(tr -d '"\r' <"$work/named.out")"
lacks "a name is no formula" ',=1+1' "$(tr -d '"' <"$work/named.out")"
is "the same file again changes nothing" 0 "$(w import doses "$work/named.csv" --format json | grep -c '"new":[1-9]')"
# A file of one source that names no clinic in its rows.
doses <<'.' >"$work/kokuho.csv"
k1,1,7102,,2026-05-11,2026-09-21,PCV20,L3,,0.5,,,,,鈴木,given,,
.
w import doses "$work/kokuho.csv" --source KOKUHO >/dev/null
held=$(w held list --format json | tr '{' '\n' | grep 'kokuho' | sed -n 's/.*"heldId":"\([0-9a-f]*\)".*/\1/p')
does "its held row is attached as that source's" w held attach "$held" --addressee 7102
has "whose name is kept" '"source":"KOKUHO"' "$(w show 7102 --format json)"

text=$(w import months --clinic-code 1410000020 --format csv)
has "June brought nothing" "1410000020,沖小児科,2026-06,outstanding" "$text"
has "July brought two" "1410000020,沖小児科,2026-07,received,2,0,0,sends.sjis," "$text"
has "August one, and two that were held" "1410000020,沖小児科,2026-08,received,1,0,2,sends.sjis," "$text"
has "this month has not ended" "2026-11,not-ended" "$text"
has "what came of before the contract is counted too" "2026-05,received,1,0,0" "$text"
is "what is missing" "1410000020 2026-06 1410000020 2026-09 1410000020 2026-10 1410000021 2026-09 1410000021 2026-10" \
	"$(w import months --missing --from 2026-06 --format csv | tail -n +2 | grep -E '^141000002[01]' | cut -d, -f1,3 | tr ',\n' '  ' | sed 's/ $//')"
does "a clinic says that it vaccinated nobody" says '"state":"zero"' w clinic zero 1410000020 --month 2026-06 --note fax --format json
lacks "then it is not missing" "1410000020,沖小児科,2026-06" "$(w import months --missing --format csv)"
does "not about a month that goes on" refused "has not ended" w clinic zero 1410000020 --month 2026-11
does "nor against doses that came" refused "doses of this clinic came" w clinic zero 1410000020 --month 2026-07
does "a dose typed from its paper comes from it too" w dose add 7102 --vaccine HepB --given-on 2026-06-30 --source clinic --clinic-code 1410000020
has "and contradicts what it said" "2026-06,received-against-zero,1" "$(w import months --clinic-code 1410000020 --format csv)"
does "which is taken back" says '"state":"received"' w clinic zero 1410000020 --month 2026-06 --undo --format json
does "a month is a month" refused "expected a month" w import months --from 2026
has "in Japanese too" "未着" "$(lang=ja w import months --missing)"

# --- what the register knows of people besides: optional columns, an empty cell takes nothing away
head=addressee_no,my_number,name,kana,roman,birth_date,sex,address,resident_from,resident_until,previous_municipality,next_municipality,died_on,protected
{
	echo "$head,other_kind,other_name,other_kana,household_no,mailing_address,language,guardian_no,guardian_name,guardian_relation,guardian_basis,guardian_from,guardian_until"
	echo '7201,,BINH NGUYEN,ビン グエン,,2026-02-01,male,中区8,2026-02-01,,,,,0,common,瓶 太郎,ビン タロウ,H77,中区8 気付,vi,7202,,parent,family register,2026-02-01,'
	echo '7202,,NGUYEN THI,グエン ティ,NGUYEN THI,1996-02-01,female,中区8,2025-02-01,,,,,0,,,,H77,,vi,,,,,,'
	echo '7203,,港 外子,ミナト ソトコ,,2026-02-01,female,中区8,2026-02-01,,,,,0,,,,,,,,おば,other,,2026-02-01,'
} >"$work/besides.csv"
text=$(w import residents "$work/besides.csv" --rows --format json)
has "three come in, and the link without its ground is held" '"read":3,"new":3,"unchanged":0,"corrected":0,"withdrawn":0,"held":1' "$text"
has "which is said of the row" '"row":4,"state":"held","column":"guardian_basis","reason":"missing"' "$text"
text=$(w resident show 7201 --format json)
has "another name" 瓶 "$text"
has "the household" '"householdNo":"H77"' "$text"
has "where letters go" 気付 "$text"
has "in which language" '"language":"vi"' "$text"
has "who acts, though she stood further down" '"guardianNo":"7202"' "$(w guardian list 7201 --format json)"
is "again: nothing new, and the link once" '{"read":3,"new":0,"unchanged":3,"corrected":0,"withdrawn":0,"held":1,"warned":0} 1' \
	"$(w import residents "$work/besides.csv" --format json) $(w guardian list 7201 --format json | grep -c '"guardianNo"')"
residents <<'.' >"$work/nightly.csv"
7201,,BINH NGUYEN,ビン グエン,,2026-02-01,male,中区9,2026-02-01,,,,,0
7202,,NGUYEN THI,グエン ティ,,1996-02-01,female,中区9,2025-02-01,,,,,0
.
does "the file of the next night knows none of it" says '"corrected":2' w import residents "$work/nightly.csv" --format json
text=$(w resident show 7201 --format json)$(w resident show 7202 --format json)
for part in 瓶 H77 気付 '"language":"vi"' '"roman":"NGUYEN THI"' 中区9; do has "and takes nothing away: $part" "$part" "$text"; done
{
	echo "$head,guardian_no,guardian_relation,guardian_basis,guardian_from,guardian_until"
	echo '7201,,BINH NGUYEN,ビン グエン,,2026-02-01,male,中区9,2026-02-01,,,,,0,7202,parent,family register,2026-02-01,2026-10-31'
} >"$work/link.csv"
does "a link ends by file" w import residents "$work/link.csv"
has "and stays on record" '"until":"2026-10-31"' "$(w guardian list 7201 --format json)"
{
	echo "$head,registration,registration_basis,registration_until"
	echo '7301,,里 帰子,サト カエコ,,1995-02-01,female,中区10,2026-10-01,,,,,0,birth-stay,実家で出産,2027-01-31'
	echo '7302,,里 無子,サト ナシコ,,1995-02-01,female,中区10,2026-10-01,,,,,0,birth-stay,,'
	echo '7303,,里 誤子,サト ゴコ,,1995-02-01,female,中区10,2026-10-01,,,,,0,holiday,x,'
} >"$work/stays.csv"
text=$(w import residents "$work/stays.csv" --rows --format json)
has "somebody on no register comes with a ground" '"registration":"birth-stay"' "$(w resident show 7301 --format json)"
has "not without" '"column":"registration_basis","reason":"missing"' "$text"
has "nor on a ground that is none" '"column":"registration","reason":"unknown-code"' "$text"

# --- request letters: asked before the dose, numbered within the year, answered, paid
letter() { w letter issue "$@" --to 札幌市長 --municipality 011002 --reason 里帰り出産 --until 2027-02-28; }
does "a letter is issued" says '"letterNo":"2026-1"' letter 7101 --for 'hib,pcv' --applicant '沖 母' --format json
has "for the next dose of each" '"programme":"hib:2 pcv:1"' "$(w letter list 7101 --format json)"
text=$(w letter show 2026-1)
for part in '第2026-1号' '札幌市長　様' '横浜市長' '予防接種実施依頼書' '氏名　　　　　沖 一郎' 'オキ イチロウ' '令和8年5月10日' '性別　　　　　男' '住所　　　　　中区7' '沖 母' '里帰り出産' '令和9年2月28日' '1回目'; do
	has "its text says $part" "$part" "$text"
done
lacks "and no place of it stays open" '{' "$text"
is "it stands by itself, as it is printed" 1 "$(grep -c '^ *予防接種実施依頼書$' <<<"$text")"
is "and begins at the margin" 1 "$(grep -c '^札幌市長　様$' <<<"$text")"
does "the numbers go on" says '"letterNo":"2026-2"' letter 7102 --for bcg --format json
does "what is closed cannot be asked for" refused "can be given any more" letter 7002 --for rota
does "nor what is not lawful before it runs out" refused "not lawful before the letter runs out" letter 7101 --for dt-2
does "nor what is no programme" refused "unknown code" letter 7101 --for hip
does "nor for somebody of another register" refused "not on the resident register here" letter 7301 --for rubella-5
residents <<'.' >"$work/gone.csv"
7401,,去 太郎,サル タロウ,,2026-05-10,male,中区7,2026-05-10,2026-10-31,,131016,,0
7402,,逝 太郎,ユク タロウ,,2026-05-10,male,中区7,2026-05-10,2026-10-31,,,2026-10-31,0
.
w import residents "$work/gone.csv" >/dev/null
does "nor for who has left" refused "not a resident here today" letter 7401 --for hib
does "nor for who died" refused "has died" letter 7402 --for hib
does "nor of a protected record by anybody" refused "the record is protected" letter 7103 --for hib
does "nor to oneself" refused "no letter is needed here" w letter issue 7101 --to x --municipality 141003 --for hib --reason r --until 2027-01-01
is "a refusal takes no number" 2 "$(w letter list --format json | grep -c letterNo)"
dose=$(w dose add 7101 --vaccine PCV20 --given-on 2026-11-20 --source certificate --format json | sed -n 's/.*"doseId":"\([0-9a-f]*\)".*/\1/p')
does "the dose comes back" says '"state":"answered"' w letter result 2026-1 --dose "$dose" --format json
lacks "a clinic elsewhere that a letter asked for needs no contract" clinic \
	"$(w dose add 7101 --vaccine Hib --given-on 2026-11-22 --source clinic --clinic-code 0110000009 --format json | sed 's/clinicCode//')"
has "for what the letter asked" "register of clinics" "$(given 7101 HepB 2026-11-22 0110000009)"
has "and while it serves" "register of clinics" "$(today=2027-03-02 given 7101 PCV20 2027-03-01 0110000009)"
does "and is paid for" says '"paidYen":11800' w letter result 2026-1 --paid 11800 --on 2026-11-22 --format json
does "somebody else's dose is not linked" refused "stands on this person's record" w letter result 2026-2 --dose "$dose"
does "a letter is made void" says '"state":"void"' w letter void 2026-2 --reason 取下げ --format json
has "and asks for nothing any more" "register of clinics" "$(given 7102 BCG 2026-11-22 0110000009)"
does "once" refused "void already" w letter void 2026-2 --reason r
has "one that has run out says so" '"state":"run-out"' "$(letter 7102 --for hib >/dev/null; today=2027-03-01 w letter list 7102 --format json)"
has "in Japanese" "回答あり" "$(lang=ja w letter list 7101)"
# of a protected person: only who may see, in no list of a year, without the address
sql "UPDATE officer SET role = 6"
text=$(letter 7103 --for hib)
has "the officer who may see issues it" '第2026-4号' "$text"
lacks "without the address" '中区7' "$text"
lacks "and without where she stays" '里帰り' "$(echo "$text" | sed -n '/第2026-4号/,$p')"
lacks "no list of a year names it" 2026-4 "$(w letter list --format json)"
sql "UPDATE officer SET role = 0"
lacks "nobody else lists it" 2026-4 "$(w letter list 7103 --format json)"
does "nor shows it" refused "no letter of this number" w letter show 2026-4

# --- wrong vaccinations: suggested by the law, reported by a person, counted in the year
text=$(w mistake suggest --format csv)
soon=$(echo "$text" | grep '^7101,.*,2026-08-05,DPT-IPV-Hib,dpt-1,interval' | cut -d, -f2)
is "the interval that was too short is suggested, by its dose" 32 "${#soon}"
lacks "a dose that was lawful is not" ",2026-07-20," "$text"
lacks "nor anything of a protected record" "7103," "$text"
is "nothing is reported by itself" "0" "$(w mistake table --format csv | tail -1 | tr -d '\r' | cut -d, -f3)"
does "a person reports it" says '"mistakeNo":"2026-1","version":1' w mistake add "$soon" --kind interval --noticed-on 2026-08-20 \
	--noticed-by clinic --note 'nothing came of it' --format json
has "it is not reported to the prefecture yet" '"state":"not-reported"' "$(cat "$work/out")"
lacks "and suggested no more" "$soon" "$(w mistake suggest --format csv)"
does "told to the prefecture" says '"state":"reported"' w mistake correct 2026-1 --reported-to 神奈川県 --reported-on 2026-08-25 --reason sent --format json
does "not before it was noticed" refused "nor the report before its cause" w mistake correct 2026-1 --reported-on 2026-08-19 --reason x
does "nor without saying to whom" refused "belong together" w mistake add "$dose" --kind other --reported-on 2026-11-21
does "nor before the dose" refused "lies before the dose" w mistake add "$dose" --kind other --noticed-on 2026-11-01
does "a kind is one of the list" refused "expected interval" w mistake add "$dose" --kind sad
does "an expired lot" w mistake add "$dose" --kind expired
does "which was none after all" says '"state":"withdrawn"' w mistake correct 2026-2 --undo --reason "lot misread" --format json
does "a corrected kind counts once" w mistake correct 2026-1 --kind amount --reason "also 0.25 mL"
is "the yearly table holds every kind" "2026,interval,0 2026,age,0 2026,product,0 2026,unneeded,0 2026,person,0 2026,amount,1 2026,route,0 2026,expired,0 2026,other,0 2026,all,1" \
	"$(w mistake table --format csv | tail -n +2 | tr -d '\r' | tr '\n' ' ' | sed 's/ $//')"
is "by the year of the dose" 0 "$(w mistake table --fiscal-year 2025 --format csv | tail -1 | tr -d '\r' | cut -d, -f3)"
has "in Japanese" "接種間隔" "$(lang=ja w mistake table)"
has "of one person" '"mistakeNo":"2026-1"' "$(w mistake list 7101 --format json)"
is "and of nobody else" "" "$(w mistake list 7102 --format json | tr -d '[]\n\r ')"

# --- suspected adverse reactions: what is told, the time of the ordinance beside it, where it went, the table of the year
has "the symptoms have codes" "guillain-barre" "$(w reaction symptoms --format csv)"
is "of a vaccine those that the ordinance names, with the time" "anaphylaxis,4h convulsion,21d thrombocytopenic-purpura,28d encephalitis,28d adem,28d other,doctor" \
	"$(w reaction symptoms --vaccine MR --format csv | tail -n +2 | tr -d '\r' | cut -d, -f1,3 | tr '\n' ' ' | sed 's/ $//')"
has "in Japanese by its name and the time" "急性散在性脳脊髄炎 28日" "$(lang=ja w reaction symptoms --vaccine MR | tr -s " ")"
does "what is none of the Act's has none" refused "has no reactions to this product" w reaction symptoms --vaccine YF
does "a notice comes in" says '"reactionNo":"2026-1","version":1' w reaction add "$soon" --symptom convulsion --onset-on 2026-08-12 \
	--received-on 2026-08-20 --reported-by '鈴木医師 沖小児科 中区 045-000-0001' --note 'fever 39, recovered' --format json
has "a convulsion on the seventh day lies within" '"limit":"7d","within":"within"' "$(cat "$work/out")"
has "under the ordinance" '"basis":"予防接種法施行規則第5条"' "$(cat "$work/out")"
has "it is here and not sent on" '"state":"received"' "$(cat "$work/out")"
does "on the eighth it does not, and is taken all the same" says '"within":"outside"' w reaction correct 2026-1 --onset-on 2026-08-13 --reason "telephone" --format json
does "sent on" says '"state":"sent-on"' w reaction correct 2026-1 --reported-to PMDA --reported-on 2026-08-21 --reason sent --format json
has "the words of before stand" "fever 39" "$(cat "$work/out")"
does "an anaphylaxis of the same day may lie within four hours or not" says '"within":"unknown"' \
	w reaction add "$soon" --symptom anaphylaxis --onset-on 2026-08-05 --format json
does "until its hour is told" says '"onsetAfter":"20min","limit":"4h","within":"within"' \
	w reaction correct 2026-2 --onset-after 20min --reason asked --format json
does "what the ordinance does not name is taken too" says '"within":"not-listed"' w reaction add "$soon" --symptom intussusception --format json
does "and what a doctor judges" says '"limit":"doctor","within":"doctor"' w reaction add "$soon" --symptom other --note fever --format json
does "no such symptom" refused "see reaction symptoms" w reaction add "$soon" --symptom cold
does "it does not begin before the dose" refused "lies before the dose" w reaction add "$soon" --symptom other --onset-on 2026-08-04
does "nor after it was told" refused "lies after the notice" w reaction add "$soon" --symptom other --onset-on 2026-09-01 --received-on 2026-08-20
does "nor at an hour that its day denies" refused "does not fit the days" w reaction add "$soon" --symptom other --onset-on 2026-08-12 --onset-after 3h
does "a month is told as one" says '"onsetOn":"2026-08","limit":"7d","within":"unknown"' w reaction add "$soon" --symptom convulsion --onset-on 2026-08 --format json
does "one was none after all" says '"state":"withdrawn"' w reaction correct 2026-3 --undo --reason "another child" --format json
is "the table of the year counts what stands" "2026,DPT-IPV-Hib,anaphylaxis,1 2026,DPT-IPV-Hib,convulsion,2 2026,DPT-IPV-Hib,other,1 2026,,all,4" \
	"$(w reaction table --format csv | tail -n +2 | tr -d '\r' | tr '\n' ' ' | sed 's/ $//')"
has "in Japanese" "アナフィラキシー" "$(lang=ja w reaction table)"
is "of one person all five" 5 "$(w reaction list 7101 --format json | grep -c '"reactionNo"')"
text=$(w show 7101)
has "who opens the record sees it" "suspected adverse reaction 2026-1: convulsion (5-in-1" "$(echo "$text" | sed 's/(DPT-IPV-Hib[^)]*/(5-in-1/')"
has "and the wrong vaccination" "wrong vaccination 2026-1: amount" "$text"
lacks "not what was none after all" "intussusception" "$text"
has "programs read all of it" '"kind":"reaction","no":"2026-3","dose":"'$soon'","what":"intussusception","state":"withdrawn"' "$(w show 7101 --format json)"
has "in Japanese" "副反応疑い 2026-1: けいれん" "$(lang=ja w show 7101)"
lacks "a file that leaves the office has none of it" "convulsion" "$(w export 7101 --format csv -o "$work/x.csv"; cat "$work/x.csv")"
is "mistakes have numbers of their own" 1 "$(w mistake list --format json | grep -c '"mistakeNo":"2026-1"')"

finish
