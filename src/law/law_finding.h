#ifndef LAW_LAW_FINDING_H
#define LAW_LAW_FINDING_H

#include <stddef.h>
#include <stdint.h>

/* What can be wrong with a law text. Each has a word (contracts: file:line: code: text) and a sentence. */
enum law_finding {
	LAW_F_NOT_UTF8,
	LAW_F_OPEN_QUOTE,
	LAW_F_STATEMENT_TOO_LONG,
	LAW_F_INDENTED_START,
	LAW_F_UNKNOWN_STATEMENT,
	LAW_F_UNKNOWN_FIELD,
	LAW_F_MISSING_FIELD,
	LAW_F_FIELD_TWICE,
	LAW_F_NAME_TWICE,
	LAW_F_BAD_NAME,
	LAW_F_NOT_A_DAY,
	LAW_F_NOT_A_POINT,
	LAW_F_NOT_AN_INTERVAL,
	LAW_F_NOT_A_NUMBER,
	LAW_F_UNKNOWN_WORD,
	LAW_F_UNKNOWN_SOURCE,
	LAW_F_UNKNOWN_ANTIGEN,
	LAW_F_UNKNOWN_CONDITION,
	LAW_F_UNKNOWN_CLASS,
	LAW_F_UNKNOWN_PRODUCT,
	LAW_F_UNKNOWN_PROGRAMME,
	LAW_F_UNKNOWN_SEASON,
	LAW_F_UNKNOWN_COURSE,
	LAW_F_TOO_MANY,
	LAW_F_MISSING_CITATION,
	LAW_F_UNUSED_SOURCE,
	LAW_F_SPAN_REVERSED,
	LAW_F_PUBLISHED_LATE,
	LAW_F_VERSION_GAP,
	LAW_F_VERSION_OVERLAP,
	LAW_F_WINDOW_REVERSED,
	LAW_F_COURSE_WITHOUT_SLOT,
	LAW_F_SLOT_WITHOUT_WAY,
	LAW_F_JUMP_OUT_OF_RANGE,
	LAW_F_DOSE_OUT_OF_RANGE,
	LAW_F_UNKNOWN_GROUP,
	LAW_F_SHORT_COURSE_TOO_SHORT,
	LAW_F_UNREACHABLE_COURSE,
	LAW_F_TWO_COURSES_ONE_CASE,
	LAW_F_COURSE_CANNOT_FINISH,
	LAW_F_PROGRAMME_WITHOUT_TARGET,
	LAW_F_PROGRAMME_WITHOUT_COURSE,
	LAW_F_COMPONENT_NOT_SERVED,
	LAW_F_PRODUCT_CANNOT_SERVE,
	LAW_F_DEEMED_CHAIN,
	LAW_F_NO_VERSION,
	LAW_F__COUNT
};

struct law_place {
	const char *file;	/* the caller's, alive as long as the draft */
	uint32_t line;
};

/* Called once for every finding; detail is the word it is about, or "". */
struct law_listener {
	void (*hear)(void *context, struct law_place place, enum law_finding finding, const char *detail);
	void *context;
};

const char *law_finding_word(enum law_finding finding);		/* "unknown-product" */
const char *law_finding_text(enum law_finding finding);

#endif
