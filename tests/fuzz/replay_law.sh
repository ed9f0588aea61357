#!/bin/bash
# The kept corpora of the law's readers, replayed; every bad law is one of them.
set -u
passed=0
failed=0
replay() {
	local last
	last=$("$@" | tail -n 1)
	case $last in
	*" passed, 0 failed") passed=$((passed + ${last%% *})) ;;
	*) failed=$((failed + 1)); echo "$1: $last" ;;
	esac
}
fuzz=$top_builddir/tests/fuzz
replay "$fuzz/fuzz_law_text" "$top_srcdir/tests/fuzz/corpus/law_text" "$top_srcdir/tests/case/law-bad" "$top_srcdir/tests/case/law-good"
replay "$fuzz/fuzz_law_file" "$top_srcdir/tests/fuzz/corpus/law_file"
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
