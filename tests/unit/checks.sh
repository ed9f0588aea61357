#!/bin/bash
# The checks of the source are worth something only if they find what they look for:
# each is run on a small tree that breaks one rule.
set -u
export LC_ALL=C.UTF-8
scripts=$(cd "${top_srcdir:-$(dirname "$0")/../..}/scripts" && pwd)
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
passed=0
failed=0

fresh() {
	rm -rf "${tree:?}"/*
	mkdir -p "$tree"/src/base "$tree"/src/store "$tree"/src/schedule "$tree"/src/web "$tree"/doc \
	    "$tree"/data/law "$tree"/scripts "$tree"/tests
	cat >"$tree/doc/LAYERS" <<-'END'
	room base:
	room store: base
	room schedule: base law/law.h
	room web: base
	header sqlite3.h: store/sqlite/
	base day the civil day
	END
	printf 'product DPT-IPV-Hib "x" "y"\nprogramme je-1 "x" "y"\n' >"$tree/data/law/names.law"
	printf 'int day_n(int x);\n' >"$tree/src/base/day.h"
	printf '#include "base/day.h"\n\nint\nday_n(int x)\n{\n\treturn x;\n}\n' >"$tree/src/base/day.c"
	printf '#include "base/day.h"\n\nint plan(int x);\nint\nplan(int x)\n{\n\treturn day_n(x);\n}\n' \
	    >"$tree/src/schedule/plan.c"
	: >"$tree/config.h"
}

# check SENTENCE STATUS PATTERN SCRIPT
check() {
	local out status

	out=$(top_srcdir=$tree top_builddir=$tree "$scripts/$4" 2>&1)
	status=$?
	if [ "$status" -eq "$2" ] && printf '%s\n' "$out" | grep -q -e "$3"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s (exit %s)\n%s\n' "$1" "$status" "$out"
	fi
}

fresh
check a_tree_that_keeps_the_layers_passes 0 '^3 passed, 0 failed$' check-layers
check a_tree_without_banned_calls_passes 0 '^3 passed, 0 failed$' check-banned
check small_files_pass 0 '^3 passed, 0 failed$' check-size
check a_pure_calculator_passes 0 ' 0 failed$' check-pure

fresh
echo '#include "store/store.h"' >>"$tree/src/schedule/plan.c"
check an_include_against_the_layers_is_found 1 'plan.c:9: schedule may not include "store/store.h"' check-layers
fresh
echo '#include "law/law_load.h"' >>"$tree/src/schedule/plan.c"
check an_include_of_another_header_than_the_one_allowed_is_found 1 'law_load.h' check-layers
fresh
echo '#include <sqlite3.h>' >>"$tree/src/store/store.c"
check a_library_included_outside_its_place_is_found 1 'store.c:1: <sqlite3.h>' check-layers
fresh
: >"$tree/src/base/helper.c"
echo >"$tree/src/base/helper.c"
check a_new_file_of_base_without_a_line_is_found 1 'closed list: helper' check-layers
fresh
mkdir "$tree/src/odd"
echo >"$tree/src/odd/odd.c"
check a_room_without_a_line_is_found 1 'the room odd' check-layers
fresh
echo '#include "day.h"' >>"$tree/src/base/day.c"
check an_include_that_does_not_begin_at_src_is_found 1 'written from src' check-layers

for call in 'sprintf(a, "x")' 'strcpy(a, b)' 'atoi(a)' 'rand()' 'localtime(&t)' 'system ("x")'; do
	fresh
	printf 'int f(void);\nint f(void) { return %s; }\n' "$call" >"$tree/src/store/store.c"
	check "a_call_of_${call%%[ (]*}_is_found" 1 'store.c:2: .* is banned' check-banned
done
fresh
printf '/* strcpy(a, b) "DPT-IPV-Hib"\n * gets(x) */\n// atoi(x)\nint snprintf(char *);\n' >"$tree/src/store/store.c"
check comments_are_not_looked_at 0 ' 0 failed$' check-banned
fresh
printf 'long f(void) { return time(0); }\n' >"$tree/src/store/store.c"
check the_clock_outside_the_doors_is_found 1 'the clock is read only' check-banned
fresh
printf 'long f(void) { return time(0); }\n' >"$tree/src/web/web.c"
check the_clock_at_a_door_is_allowed 0 ' 0 failed$' check-banned
fresh
printf 'const char *f(void) { return "DPT-IPV-Hib"; }\n' >"$tree/src/store/store.c"
check a_vaccine_named_in_c_is_found 1 'names a product' check-banned
fresh
printf 'const char *f(void) { return x == \x27"\x27 ? "je-1" : ""; }\n' >"$tree/src/store/store.c"
check a_programme_named_in_c_is_found 1 'names a programme' check-banned
fresh
printf 'const char *f(void) { return "since 2020-10-01"; }\n' >"$tree/src/store/store.c"
check a_date_in_c_is_found 1 'holds a date' check-banned
for call in 'day_age_months(d, 12)' 'day_after_days(last, 27)' 'day_make(2020, 10, 1, &d)' 'day_age_years(b, 12 * 5)'; do
	fresh
	printf 'int f(void) { return %s; }\n' "$call" >"$tree/src/store/store.c"
	check "an_age_or_interval_in_c_is_found:_$call" 1 'of the law in C' check-banned
done

fresh
yes 'int x;' | head -1001 >"$tree/src/store/store.c"
check a_file_over_a_thousand_lines_is_found 1 'store.c: 1001 lines' check-size
fresh
yes 'int x;' | head -700 >"$tree/src/store/store.c"
check a_file_over_six_hundred_lines_is_mentioned 0 'store.c: 700 lines' check-size

printf 'int f(void) { return fault_set(why, RC_INVALID, "x", "no room for %%d in %%s", 3, name); }\n' >"$tree/src/store/store.c"
mkdir -p "$tree/po"
printf 'msgid "no room"\nmsgstr "空きなし"\n' >"$tree/po/ja.po"
check a_reason_without_japanese_is_found 1 'store.c:1: .*no room for' check-words
printf '\nmsgid "no room for # in %%s"\nmsgstr "%%s に#件分の空きなし"\n' >>"$tree/po/ja.po"
check a_reason_with_japanese_is_not 0 '1 passed, 0 failed' check-words
printf '\nmsgid "no room for # in %%s"\nmsgstr ""\n' >"$tree/po/ja.po"
check an_empty_translation_is_none 1 'store.c:1: .*no room for' check-words

if command -v sqlite3 >/dev/null; then
	fresh
	mkdir -p "$tree/data/schema"
	printf 'CREATE TABLE p (m INTEGER, a TEXT, b TEXT);\nCREATE INDEX p_a ON p (m, a);\n' >"$tree/data/schema/1.sql"
	printf -- '-- name: x role: read   by: p_a   bare: y\nSELECT 1 FROM p WHERE m = :m AND a = :a;\n' >"$tree/src/store/queries.sql"
	check a_statement_that_goes_by_its_index_passes 0 '^1 passed, 0 failed$' check-queries
	sed -i 's/AND a = :a/AND b = :a/' "$tree/src/store/queries.sql"
	printf 'CREATE INDEX p_b ON p (m, b);\n' >>"$tree/data/schema/1.sql"
	check a_statement_that_goes_by_another_index_is_found 1 'x: goes by p_b' check-queries
	printf -- '-- name: x role: read   by: p_a p_c\nSELECT 1 FROM p WHERE m = :m AND a = :a;\n' >"$tree/src/store/queries.sql"
	check an_index_that_is_not_gone_by_is_found 1 'x: does not go by p_c' check-queries
	printf -- '-- name: x role: read\nSELECT 1 FROM p;\n' >"$tree/src/store/queries.sql"
	check a_scan_is_found 1 'x: .*SCAN p' check-queries
fi

fresh
mkdir -p "$tree/src/action"
printf 'enum rc store_x_list(struct store *s, size_t cap, struct fault *why) MUST_USE;\n' >"$tree/src/store/store.h"
printf 'x = store_x_list(c->a->store, node_most(c), why);\ny = store_x_list(s, LIST_CHUNK, why);\n' >"$tree/src/action/x.c"
check lists_that_say_where_they_end_pass 0 '^2 passed, 0 failed$' check-ends
printf 'x = store_x_list(c->a->store, 1000, why);\n' >>"$tree/src/action/x.c"
check a_list_that_ends_in_silence_is_found 1 "x.c:3: store_x_list takes '1000' rows" check-ends

fresh
printf '#include <stdlib.h>\nvoid *f(void);\nvoid *f(void) { return malloc(3); }\n' >"$tree/src/schedule/more.c"
check a_heap_in_the_calculator_is_found 1 'the calculator wants malloc' check-pure
fresh
printf '#include <stdio.h>\nvoid f(void);\nvoid f(void) { puts("x"); }\n' >"$tree/src/schedule/more.c"
check output_in_the_calculator_is_found 1 'the calculator wants puts' check-pure
fresh
printf '#include <time.h>\nlong day_n(int);\nlong f(void);\nlong f(void) { return time(0); }\n' >"$tree/src/schedule/more.c"
check a_clock_in_the_calculator_is_found 1 'the calculator wants time' check-pure
fresh
printf 'int f(void);\nint f(void) { static int n; return n++; }\n' >"$tree/src/schedule/more.c"
check memory_of_its_own_in_the_calculator_is_found 1 'more.c: memory that can change' check-pure
fresh
printf 'int n = 3;\n' >>"$tree/src/base/day.c"
check memory_of_what_the_calculator_uses_is_found 1 'day.c: memory that can change: n' check-pure
fresh
printf 'int f(int);\nint f(int i) { static const char *const t[] = { "a", "b" }; return t[i][0]; }\n' \
    >"$tree/src/schedule/more.c"
check constant_tables_are_allowed 0 ' 0 failed$' check-pure

# The table of municipalities: a row without a source, without a day, or with a wrong digit goes into no program.
# municipality SENTENCE STATUS PATTERN ROW: the columns with bars between them
municipality() {
	local out status

	printf '#source read  a table that was read\n%s\n' "$(printf %s "$4" | tr '|' '\t')" >"$tree/municipality.tsv"
	out=$("$scripts/gen-code" municipality "$tree/municipality.tsv" 2>&1)
	status=$?
	if [ "$status" -eq "$2" ] && printf '%s\n' "$out" | grep -q -e "$3"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL %s (exit %s)\n%s\n' "$1" "$status" "$out"
	fi
}
municipality a_row_with_source_and_day_is_taken 0 '"141003".*true, true' '141003|横浜市|Yokohama|||<2016-10-09||read|read'
municipality a_row_that_nobody_read_says_why 0 '"141003".*false, false' '141003|横浜市|Yokohama|||2016-10-09||unconfirmed: not read|unconfirmed: not read'
municipality a_row_without_a_source_is_refused 1 ':2: source names no source' '141003|横浜市|Yokohama|||<2016-10-09|||read'
municipality a_row_with_a_source_that_the_head_does_not_name_is_refused 1 ':2: source names no source' '141003|横浜市|Yokohama|||<2016-10-09||heard|read'
municipality a_row_unconfirmed_without_a_reason_is_refused 1 ':2: dated names no source' '141003|横浜市|Yokohama|||<2016-10-09||read|unconfirmed'
municipality a_row_without_a_day_is_refused 1 ':2: a day from which' '141003|横浜市|Yokohama|||||read|read'
municipality a_day_that_is_none_is_refused 1 ':2: a day is' '141003|横浜市|Yokohama|||<2016||read|read'
municipality a_wrong_check_digit_is_refused 1 ':2: wrong check digit' '141004|横浜市|Yokohama|||<2016-10-09||read|read'
municipality a_wrong_check_digit_of_a_city_is_refused 1 ':2: wrong check digit' '141011|横浜市鶴見区|Tsurumi-ku|141004||<2016-10-09||read|read'
municipality a_successor_without_a_row_is_refused 1 ':2: 141003 has no row' '142093|相模原市|Sagamihara||141003|<2010-03-31|2010-03-31|read|read'

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
