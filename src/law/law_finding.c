#include "law/law_finding.h"

#include <assert.h>

static const struct { const char *word, *text; } finding_table[LAW_F__COUNT] = {
	[LAW_F_NOT_UTF8] = { "not-utf8", "the text is not clean UTF-8" },
	[LAW_F_OPEN_QUOTE] = { "open-quote", "a quoted text does not end on its line" },
	[LAW_F_STATEMENT_TOO_LONG] = { "statement-too-long", "a statement has too many words" },
	[LAW_F_INDENTED_START] = { "indented-start", "an indented line continues nothing" },
	[LAW_F_UNKNOWN_STATEMENT] = { "unknown-statement", "no statement begins with this word" },
	[LAW_F_UNKNOWN_FIELD] = { "unknown-field", "this statement has no such field" },
	[LAW_F_MISSING_FIELD] = { "missing-field", "a field that this statement needs is missing" },
	[LAW_F_FIELD_TWICE] = { "field-twice", "the field was already given" },
	[LAW_F_NAME_TWICE] = { "name-twice", "the name is already taken" },
	[LAW_F_BAD_NAME] = { "bad-name", "a name is letters, digits and hyphens" },
	[LAW_F_NOT_A_DAY] = { "not-a-day", "expected a day YYYY-MM-DD, or - for no end" },
	[LAW_F_NOT_A_POINT] = { "not-a-point", "expected a point in a life, such as 24m, 65y, fiscal:12y" },
	[LAW_F_NOT_AN_INTERVAL] = { "not-an-interval", "expected an interval, such as previous 27d" },
	[LAW_F_NOT_A_NUMBER] = { "not-a-number", "expected a whole number within bounds" },
	[LAW_F_UNKNOWN_WORD] = { "unknown-word", "the field does not take this word" },
	[LAW_F_UNKNOWN_SOURCE] = { "unknown-source", "no source of this name" },
	[LAW_F_UNKNOWN_ANTIGEN] = { "unknown-antigen", "no antigen of this name" },
	[LAW_F_UNKNOWN_CONDITION] = { "unknown-condition", "no condition of this name" },
	[LAW_F_UNKNOWN_CLASS] = { "unknown-class", "no class of this name" },
	[LAW_F_UNKNOWN_PRODUCT] = { "unknown-product", "no product of this name" },
	[LAW_F_UNKNOWN_PROGRAMME] = { "unknown-programme", "no programme of this name" },
	[LAW_F_UNKNOWN_SEASON] = { "unknown-season", "no season of this name" },
	[LAW_F_UNKNOWN_COURSE] = { "unknown-course", "the programme has no course of this name" },
	[LAW_F_TOO_MANY] = { "too-many", "more rows than the table can hold" },
	[LAW_F_MISSING_CITATION] = { "missing-citation", "a rule names no source, or a source cites no text" },
	[LAW_F_UNUSED_SOURCE] = { "unused-source", "no rule rests on this source" },
	[LAW_F_SPAN_REVERSED] = { "span-reversed", "the last day in force lies before the first" },
	[LAW_F_PUBLISHED_LATE] = { "published-late", "a rule is published after its first day in force, or its end after its last" },
	[LAW_F_MISSING_PUBLICATION] = { "missing-publication", "the rule says not when it was published: a day, or unconfirmed" },
	[LAW_F_VERSION_GAP] = { "version-gap", "days without a version between two versions of one rule" },
	[LAW_F_VERSION_OVERLAP] = { "version-overlap", "two versions of one rule bind on one day, or are known to on some day asked about" },
	[LAW_F_WINDOW_REVERSED] = { "window-reversed", "the window ends before it begins" },
	[LAW_F_COURSE_WITHOUT_SLOT] = { "course-without-slot", "the course wants no dose" },
	[LAW_F_SLOT_WITHOUT_WAY] = { "slot-without-way", "no dose can fill this slot" },
	[LAW_F_JUMP_OUT_OF_RANGE] = { "jump-out-of-range", "a jump leads to a later slot of its course, or to the end" },
	[LAW_F_DOSE_OUT_OF_RANGE] = { "dose-out-of-range", "an interval runs from an earlier dose of its course" },
	[LAW_F_UNKNOWN_GROUP] = { "unknown-group", "no earlier slot of the course is in this group" },
	[LAW_F_SHORT_COURSE_TOO_SHORT] = { "short-course-too-short", "the other course has no slot of this number" },
	[LAW_F_UNREACHABLE_TARGET] = { "unreachable-target", "nobody has a lawful day by this rule that another does not give" },
	[LAW_F_UNREACHABLE_COURSE] = { "unreachable-course", "no case is left for this course by those before it" },
	[LAW_F_UNREACHABLE_SLOT] = { "unreachable-slot", "its last day lies before the first on which it can be reached" },
	[LAW_F_UNREACHABLE_WAY] = { "unreachable-way", "no dose can go this way, or another way is always open first" },
	[LAW_F_UNREACHABLE_CHOICE] = { "unreachable-choice", "the programme never offers the product, or an earlier line has it" },
	[LAW_F_UNREACHABLE_EXTENSION] = { "unreachable-extension", "it gives nobody a day that the age or another extension does not" },
	[LAW_F_UNREACHABLE_SPACING] = { "unreachable-spacing", "it keeps no products apart, or another rule keeps them further apart" },
	[LAW_F_TWO_TARGETS_ONE_CASE] = { "two-targets-one-case", "two rules give one person the same day and cite different texts for it" },
	[LAW_F_TWO_COURSES_ONE_CASE] = { "two-courses-one-case", "two courses have the same conditions on the same days" },
	[LAW_F_COURSE_CANNOT_FINISH] = { "course-cannot-finish", "nobody can have every dose of it lawfully and in time" },
	[LAW_F_START_WITHOUT_COURSE] = { "start-without-course", "no course speaks of a first dose of this product on some lawful day" },
	[LAW_F_PRODUCT_WITHOUT_WAY] = { "product-without-way", "the rule allows a product that no slot of any course takes" },
	[LAW_F_PROGRAMME_WITHOUT_TARGET] = { "programme-without-target", "nobody is a target of this programme" },
	[LAW_F_PROGRAMME_WITHOUT_COURSE] = { "programme-without-course", "the programme has no course" },
	[LAW_F_COMPONENT_NOT_SERVED] = { "component-not-served", "no product named holds all antigens of the component" },
	[LAW_F_PRODUCT_CANNOT_SERVE] = { "product-cannot-serve", "the product serves no component of the programme" },
	[LAW_F_DEEMED_CHAIN] = { "deemed-chain", "a product is deemed as one that is itself deemed" },
	[LAW_F_NO_VERSION] = { "no-version", "the text names no version, or no first day of its history" },
};

const char *
law_finding_word(enum law_finding finding)
{
	assert((unsigned)finding < LAW_F__COUNT);
	return finding_table[finding].word;
}

const char *
law_finding_text(enum law_finding finding)
{
	assert((unsigned)finding < LAW_F__COUNT);
	return finding_table[finding].text;
}
