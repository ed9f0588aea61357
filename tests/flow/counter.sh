#!/bin/bash
# A day at the counter: arrivals, departures and returns by hand, corrections that take something away, days in the
# calendar of the papers, and words that the officer on the other side of the desk can read.
NAME=counter
. "$top_srcdir/tests/flow/node_lib.sh"
needs_users

ja() { lang=ja w "$@"; }
value() { tr ',' '\n' | sed -n "s/.*\"$1\":\"\{0,1\}\([^\"}]*\).*/\1/p" | head -1; }
"$top/scripts/make-town" --seed 3 --residents 2 --municipality 141003 --out "$work/town" >/dev/null
does "a node" w init --municipality 141003
does "a clerk" w officer add haruka --uid 65501 --role clerk
does "a health officer" w officer add sensei --uid 65502 --role health-officer
does "somebody who lives here" w resident add 8001 --name '港 一' --kana 'ミナト イチ' --birth-date 2025-04-01 --sex male \
	--from 2025-04-01 --address 中区1

# --- periods of residence
does "a departure" w resident period 8001 --from 2025-04-01 --until 2026-03-31 --next 131016 --reason 転出届
does "a return" w resident period 8001 --from 2026-10-01 --previous 131016 --reason 転入届
text=$(w resident show 8001 --format json)
is "both periods are shown" 2 "$(grep -o '"from":"' <<<"$text" | wc -l)"
has "the present one first" '"from":"2026-10-01"' "$(tr '{' '\n' <<<"$text" | grep -m1 addresseeNo)"
has "the other with where it led" '"until":"2026-03-31","nextMunicipality":"131016"' "$text"
has "in the record too" '"from":"2026-10-01"' "$(w show 8001 --format json)"
does "periods do not overlap" refused "overlap" w resident period 8001 --from 2026-02-01 --until 2026-04-30 --reason r
does "nor begin before the birth" refused "before the birth" w resident period 8001 --from 2025-03-31 --reason r
does "nor end before they begin" refused "reversed" w resident period 8001 --from 2026-10-01 --until 2026-09-30 --reason r
does "who went somewhere has a last day" refused "state it" w resident period 8001 --from 2026-10-01 --next 011002 --reason r
does "a wrong municipality is none" refused "bad-check-digit" w resident period 8001 --from 2026-10-01 --until 2026-11-01 --next 011003 --reason r
does "a period needs a reason" ends 2 "--reason" w resident period 8001 --from 2026-10-01
ticket=$(w ticket issue 8001 --format json | value ticketNo)
does "a departure by hand" w resident period 8001 --from 2026-10-01 --until 2026-11-20 --next 011002 --reason 転出届
does "ends the ticket" refused "no longer a resident here" w check --ticket "$ticket" --birth-date 2025-04-01
does "a departure taken back" w resident period 8001 --from 2026-10-01 --reason 転出取消
lacks "leaves no end" 2026-11-20 "$(w resident show 8001 --format csv)"
does "and the ticket is good again" w check --ticket "$ticket" --birth-date 2025-04-01
does "a period of somebody else" w resident period 8001 --from 2026-04-05 --until 2026-05-05 --reason 誤入力
does "is taken away" w resident period 8001 --from 2026-04-05 --undo --reason 誤入力
does "only one that is there" refused "no period of residence begins" w resident period 8001 --from 2026-04-05 --undo --reason r
is "two are left" 2 "$(w resident show 8001 --format csv | grep -c '^8001')"
does "the same said again" w resident period 8001 --from 2026-10-01 --reason again
has "is written down as that" unchanged "$(w audit looks 8001)"
does "in Japanese" ends 1 "居住期間の開始が出生前です" ja resident period 8001 --from 2025-03-31 --reason r
does "nobody is born after coming here" refused "before the birth" w resident add 8002 --name 二 --kana ニ --birth-date 2026-02-01 --sex male --from 2026-01-01

# --- corrections that take something away
does "a mailing address" w resident correct 8001 --mailing-address 私書箱9 --mailing-name 祖母 --reason 申出
has "stands" 私書箱9 "$(w resident show 8001)"
does "an empty text takes it away" w resident correct 8001 --mailing-address '' --reason 申出
lacks "it is gone" 私書箱9 "$(w resident show 8001)"
has "and the other is not" 祖母 "$(w resident show 8001)"
does "a name cannot be taken away" ends 2 "a value is missing" w resident correct 8001 --name '' --reason r
does "a death told of somebody else" w resident correct 8001 --died-on 2026-11-01 --reason 死亡届
does "is taken back" w resident correct 8001 --alive --reason 別人
lacks "he lives" 2026-11-01 "$(w resident show 8001)"
does "not both at once" refused "not both" w resident correct 8001 --alive --died-on 2026-11-01 --reason r
w resident correct 8001 --other-name '港 旧' --other-kind former-family --reason r >/dev/null
w resident correct 8001 --other-name 'Minato I.' --other-kind common --reason r >/dev/null
has "every other name is shown" "former-family: 港 旧; common: Minato I." "$(w resident show 8001 --format json)"
has "with its kind" "旧氏: 港 旧; 通称: Minato I." "$(ja resident show 8001)"

# --- doses
text=$("$watashi" --node "$node" --today "$today" --lang en dose add 8001 --vaccine MR --given-on R8.11.3 --lot A1 --format json 2>"$work/echo")
dose=$(value doseId <<<"$text")
is "a day of the papers is said back in both calendars" "watashi: --given-on: R8.11.3 = 2026-11-03 (令和8年11月3日)" "$(cat "$work/echo")"
has "and stands as it is" 2026-11-03 "$(w dose versions "$dose")"
does "one that is in no era is refused" ends 1 "not a day, month or year" w dose add 8001 --vaccine MR --given-on 平成35年1月1日
does "also where a day is wanted" ends 2 "not a day (YYYY-MM-DD)" w due --as-of 昭和64年1月8日
does "and a good one is taken" w due --as-of 2026/11/22
has "the record names its doses" "dose id $dose" "$(w show 8001)"
does "a correction that changes nothing is none" refused "nothing would change" w dose correct "$dose" --lot A1 --reason r
is "no version came of it" 1 "$(w dose versions "$dose" --format csv | grep -c '^[0-9]')"
does "seen in the papers" w dose correct "$dose" --verification verified --evidence 母子健康手帳 --reason 確認
has "it is verified" '"verification":"verified"' "$(w show 8001 --format json)"
has "and was not" "unverified" "$(w dose versions "$dose" --format csv | sed -n 2p)"
does "a word that is none" refused "expected unverified, verified or disputed" w dose correct "$dose" --verification maybe --reason r
does "the lot was read wrongly: nothing is known" w dose correct "$dose" --lot '' --reason 判読不能
lacks "it is gone" A1 "$(w show 8001)"
has "before and after" A1 "$(w dose versions "$dose")"
has "versions in Japanese" 接種済み "$(ja dose versions "$dose")"
does "an id that is none is called so" ends 1 "接種記録番号: 番号ではありません" ja dose correct 12 --lot x --reason r

# --- what waits says what it is about, and not where
number=$(tail -n +2 "$work/town/residents.csv" 2>/dev/null | cut -d, -f2 | head -1)
does "somebody protected" w resident add 8100 --name 秘 --kana ヒ --birth-date 2025-05-05 --sex female --from 2025-05-05
ticket=$(w ticket issue 8100 --format json | value ticketNo)
w resident protect 8100 >/dev/null
doses >"$work/held.csv" <<ROWS
H1,1,8001,,2025-04-02,2026-11-04,MR,L1,,0.5,,,XQZW-clinic,XQZW-name,XQZW-doctor,given,,
H2,1,8100,,2025-05-06,2026-11-05,VAR,L1,,0.5,,,XQZW-clinic,XQZW-name,XQZW-doctor,given,,
H4,1,8999,$ticket,2025-05-06,2026-11-07,VAR,L1,,0.5,,,XQZW-clinic,XQZW-name,XQZW-doctor,given,,
H3,1,$number,,2025-05-06,2026-11-06,BCG,L1,,0.5,,,XQZW-clinic,XQZW-name,XQZW-doctor,given,,
ROWS
does "rows that fit nobody are held" ends 1 "held" w import doses "$work/held.csv"
text=$(w held list --format json)
has "the officer reads what is told" "addressee_no=8001, birth_date=2025-04-02, given_on=2026-11-04, vaccine=MR, status=given" "$text"
lacks "of a protected person nothing" 2026-11-05 "$text"
does "who has a ticket" test -n "$ticket"
lacks "nor where the ticket names the person and the number is a slip" 2026-11-07 "$text"
has "of the third too" "given_on=2026-11-06, vaccine=BCG" "$text"
lacks "but no MyNumber" "$number" "$text"
lacks "and nothing of where" XQZW "$text"
is "four wait" 4 "$(grep -o heldId <<<"$text" | wc -l)"
held=$(tr '{' '\n' <<<"$text" | grep given_on=2026-11-04 | value heldId)
does "whose it is: the birth date was a slip" w held attach "$held" --addressee 8001
has "it stands" 2026-11-04 "$(w show 8001)"

# --- the second officer reads what the first one read
start || bad "the daemon starts" "$(tail -3 "$log")"
a() { as 65501 "$@"; }
b() { as 65502 "$@"; }
a list define all --description 全員 --age 0.. >/dev/null
asked=$(a list release all --on 2026-11-22 --purpose reminder --reason 勧奨)
text=$(b approval show 1)
has "who asks" "haruka" "$text"
has "for what" "list release (" "$text"
has "on what" "2026-11-22" "$text"
has "the ages as bars" "$(grep -A2 'Age on the reference day' <<<"$asked")" "$text"
has "who is left out" "$(grep -A4 '^Left out' <<<"$asked")" "$text"
text=$(lang=ja b approval show 1)
has "in Japanese, too" "$(lang=ja a list run all --on 2026-11-22 --purpose reminder | grep -A2 基準日の年齢)" "$text"
for word in 求められていること 今承認した場合の内容 再勧奨 支援措置対象; do has "with the word $word" $word "$text"; done
for code in no-lowest-age on-the-list referenceDay previewChanged; do lacks "and no code $code" $code "$text"; done
has "the items for machines are as before" 'preview,9,item,fileHash' "$(b approval show 1 --format csv | tr -d '\r"')"
text=$(lang=ja b approval give 1)
has "what was done is the same sheet" "基準日の年齢" "$text"
has "under its heading" "行われたこと" "$text"
has "who released it, by name" "haruka, sensei" "$(a list released)"
has "and as the log has it" '"officer":"officer:2+officer:3","officerName":"haruka, sensei"' "$(a list released --format json)"
w officer add ko --uid 65521 --role resident --addressee 8001 >/dev/null
text=$(as 65521 audit looks 8001)
has "a resident is told in which role" "clerk" "$(a show 8001 >/dev/null; as 65521 audit looks 8001)"
lacks "but nobody's name" haruka "$(as 65521 audit looks 8001)"
has "the health officer is told the name" haruka "$(b audit looks 8001)"
does "somebody without a role is told so" ends 1 "no officer of this node" as 65534 show 8001
stop
finish
