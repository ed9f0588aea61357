#include "report/report_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/era.h"

void
report_out_init(struct report_out *o, struct buf *out, enum lang lang)
{
	o->out = out;
	o->lang = lang;
	o->rc = RC_OK;
	o->start = out->len;
	o->days = REASON_DAYS_ERA;
	o->reason_made[LANG_JA] = o->reason_made[LANG_EN] = false;
}

enum rc
report_out_end(struct report_out *o)
{
	if (o->rc != RC_OK)
		buf_truncate(o->out, o->start);
	return o->rc;
}

void
report_put_n(struct report_out *o, const char *text, size_t len)
{
	if (o->rc == RC_OK)
		o->rc = buf_add(o->out, text, len);
}

void
report_put(struct report_out *o, const char *text)
{
	report_put_n(o, text, strlen(text));
}

void
report_printf(struct report_out *o, const char *format, ...)
{
	char text[2048];
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(text, sizeof text, format, ap);
	va_end(ap);
	if (o->rc == RC_OK && (n < 0 || (size_t)n >= sizeof text))
		o->rc = RC_TOO_BIG;
	else
		report_put_n(o, text, (size_t)n);
}

void
report_say(struct report_out *o, enum lang lang, const char *message_id, const char *v1,
    const char *v2, const char *v3)
{
	const char *value[] = { v1, v2, v3 };
	const char *text = words(lang, message_id), *open;

	while ((open = strchr(text, '{')) != NULL && open[1] >= '1' && open[1] <= '3' &&
	    open[2] == '}') {
		report_put_n(o, text, (size_t)(open - text));
		report_put(o, value[open[1] - '1']);
		text = open + 3;
	}
	report_put(o, text);
}

void
report_dose(enum lang lang, unsigned n, char text[REPORT_DOSE_SIZE])
{
	const char *message = words(lang, WORDS("dose {1}")), *open = strstr(message, "{1}");

	if (open == NULL)
		snprintf(text, REPORT_DOSE_SIZE, "%u", n);
	else
		snprintf(text, REPORT_DOSE_SIZE, "%.*s%u%s", (int)(open - message), message, n, open + 3);
}

const char *
report_number(size_t n, char text[REPORT_NUMBER_SIZE])
{
	snprintf(text, REPORT_NUMBER_SIZE, "%zu", n);
	return text;
}

const char *
report_name(enum lang lang, const struct history_name *name)
{
	const char *first = lang == LANG_JA ? name->ja : name->en;
	const char *second = lang == LANG_JA ? name->en : name->ja;

	return first[0] != '\0' ? first : second[0] != '\0' ? second : name->code;
}

const char *
report_status(enum lang lang, enum schedule_status status)
{
	static const char *const text[SCHEDULE_STATUS__COUNT] = {
		[SCHEDULE_DUE] = WORDS("may be given now"),
		[SCHEDULE_UPCOMING] = WORDS("later"),
		[SCHEDULE_COMPLETE] = WORDS("complete"),
		[SCHEDULE_EXEMPT] = WORDS("not needed (exempt)"),
		[SCHEDULE_CLOSED] = WORDS("period has ended"),
		[SCHEDULE_NOT_ELIGIBLE] = WORDS("not in the target group"),
		[SCHEDULE_REVIEW] = WORDS("a person must decide"),
	};

	return words(lang, text[status]);
}

const char *
report_credit(enum lang lang, enum schedule_credit_status status)
{
	static const char *const text[SCHEDULE_CREDIT__COUNT] = {
		[SCHEDULE_VALID] = WORDS("counts"),
		[SCHEDULE_NOT_VALID] = WORDS("does not count"),
		[SCHEDULE_EXTRA] = WORDS("extra dose"),
		[SCHEDULE_CREDIT_REVIEW] = WORDS("a person must decide"),
	};

	return words(lang, text[status]);
}

const char *
report_statement(enum lang lang, enum history_status status)
{
	static const char *const text[HISTORY_STATUS__COUNT] = {
		[HISTORY_GIVEN] = WORDS("given"),
		[HISTORY_NOT_GIVEN] = WORDS("not given"),
		[HISTORY_WITHDRAWN] = WORDS("entry withdrawn"),
	};

	return words(lang, text[status]);
}

const char *
report_kind(enum lang lang, enum law_dose_kind kind)
{
	static const char *const text[LAW_DOSE__COUNT] = {
		[LAW_DOSE_INITIAL] = WORDS("initial"),
		[LAW_DOSE_BOOSTER] = WORDS("booster"),
		[LAW_DOSE_SINGLE] = WORDS("single dose"),
		[LAW_DOSE_SEASONAL] = WORDS("seasonal"),
	};

	return words(lang, text[kind]);
}

const char *
report_known(enum lang lang, enum history_known known)
{
	static const char *const text[HISTORY_KNOWN__COUNT] = {
		[HISTORY_ANSWERED] = WORDS("answered"),
		[HISTORY_NOTHING_HELD] = WORDS("answered: holds no record (this does not mean \"not vaccinated\")"),
		[HISTORY_WAITING] = WORDS("asked, no answer yet"),
		[HISTORY_REFUSED] = WORDS("no answer could be had"),
		[HISTORY_SET_ASIDE] = WORDS("answered, but the identity is in doubt: set aside, nothing of it is counted"),
		[HISTORY_NOT_ASKED] = WORDS("not asked"),
	};

	return words(lang, text[known]);
}

const char *
report_sex(enum lang lang, enum schedule_sex sex)
{
	static const char *const text[SCHEDULE_SEX__COUNT] = {
		[SCHEDULE_SEX_UNKNOWN] = WORDS("sex not known"), [SCHEDULE_SEX_FEMALE] = WORDS("female"),
		[SCHEDULE_SEX_MALE] = WORDS("male"), [SCHEDULE_SEX_OTHER] = WORDS("other"),
	};

	return words(lang, text[sex]);
}

struct word {
	const char *word, *text;
};

static const char *
find_word(enum lang lang, const struct word *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].word, word) == 0)
			return words(lang, list[i].text);
	return word;
}

const char *
report_source_kind(enum lang lang, const char *kind)
{
	static const struct word list[] = {
		{ "clinic", WORDS("clinic's report") },
		{ "municipality", WORDS("another municipality") },
		{ "office", WORDS("entered at this office") },
		{ "handbook", WORDS("mother and child handbook") },
		{ "certificate", WORDS("certificate") },
		{ "person", WORDS("told by the person or guardian") },
	};

	return find_word(lang, list, sizeof list / sizeof list[0], kind);
}

const char *
report_verification(enum lang lang, const char *verification)
{
	static const struct word list[] = {
		{ "verified", WORDS("verified") },
		{ "unverified", WORDS("not verified") },
		{ "disputed", WORDS("in doubt") },
	};

	return find_word(lang, list, sizeof list / sizeof list[0], verification);
}

void
report_day(enum lang lang, day d, char text[REPORT_DAY_SIZE])
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
	};
	char iso[DAY_TEXT_SIZE], era[ERA_TEXT_SIZE];
	int year, month, mday;

	if (!day_known(d)) {
		text[0] = '\0';
		return;
	}
	day_write(d, iso);
	if (lang == LANG_EN) {
		day_split(d, &year, &month, &mday);
		snprintf(text, REPORT_DAY_SIZE, "%s (%d %s %d)", iso, mday, months[month - 1], year);
		return;
	}
	era_write(d, era);
	if (strcmp(era, iso) == 0)
		snprintf(text, REPORT_DAY_SIZE, "%s", iso);
	else
		snprintf(text, REPORT_DAY_SIZE, "%s（%s）", iso, era);
}

void
report_span(enum lang lang, struct day_span span, char text[REPORT_SPAN_SIZE])
{
	char part[DAY_TEXT_SIZE];

	if (!day_known(span.first)) {
		snprintf(text, REPORT_SPAN_SIZE, "%s", words(lang, WORDS("date not known")));
		return;
	}
	if (day_equal(span.first, span.last)) {
		report_day(lang, span.first, text);
		return;
	}
	day_span_write(span, part);
	if (strlen(part) == 7)
		snprintf(text, REPORT_SPAN_SIZE, "%s %s", part, words(lang, WORDS("(day not known)")));
	else
		snprintf(text, REPORT_SPAN_SIZE, "%s %s", part,
		    words(lang, WORDS("(month and day not known)")));
}

void
report_reason(struct report_out *o, enum lang lang, enum reason_of of,
    const struct history_reason *r, char text[REASON_TEXT_SIZE])
{
	struct reason_values v = { r->code, r->day_a, r->day_b, r->gap, NULL };

	if (!o->reason_made[lang]) {
		reason_words_init(&o->reason[lang], lang, o->days);
		o->reason_made[lang] = true;
	}
	v.product = report_name(lang, &r->product);
	reason_words_write(&o->reason[lang], of, &v, text);
}

const char *
report_citation(enum lang lang, const struct history_reason *r)
{
	const char *first = lang == LANG_JA ? r->source_ja : r->source_en;

	return first[0] != '\0' ? first : r->source_ja;
}

bool
report_is_far(const struct history_forecast *f, day as_of)
{
	return f->status == SCHEDULE_UPCOMING && f->has_next &&
	    day_after(f->earliest, day_same_day(as_of, REPORT_FAR_YEARS * 12));
}

void
report_volume(int64_t volume_ul, char text[REPORT_VOLUME_SIZE])
{
	size_t n;

	if (volume_ul < 0) {
		text[0] = '\0';
		return;
	}
	n = (size_t)snprintf(text, REPORT_VOLUME_SIZE, "%lld.%03lld",
	    (long long)(volume_ul / 1000), (long long)(volume_ul % 1000));
	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[--n] = '\0';
}
