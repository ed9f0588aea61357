#include "action/list_condition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "record/person.h"
#include "schedule/schedule.h"

#define MONTHS 12
#define PART_MAX 256

void
list_condition_init(struct list_condition *c)
{
	*c = (struct list_condition){ .age_from = LIST_OPEN, .age_to = LIST_OPEN, .born_from = DAY_NONE,
	    .born_to = DAY_NONE, .resident_on = DAY_NONE, .arrived_since = DAY_NONE, .on = DAY_NONE };
}

/* ---- small readers ---- */

static enum rc
number(const char *text, size_t len, int max, int *ret)
{
	int n = 0;

	if (len == 0 || len > 4)
		return RC_INVALID;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return RC_INVALID;
		n = n * 10 + (text[i] - '0');
	}
	if (n > max)
		return RC_INVALID;
	*ret = n;
	return RC_OK;
}

/* The next part between commas; false at the end.  An empty one is handed out, to be refused. */
static bool
next_part(const char **at, const char **ret_part, size_t *ret_len)
{
	if (*at == NULL)
		return false;
	*ret_part = *at;
	*ret_len = strcspn(*at, ",");
	*at = (*at)[*ret_len] == ',' ? *at + *ret_len + 1 : NULL;
	return true;
}

static enum rc
day_of(const char *text, size_t len, day *ret)
{
	return day_parse(text, len, ret);
}

/* "FROM..TO" of days, months or years, either end open; or one of them: its first to its last day. */
static enum rc
span_of(const char *text, size_t len, day *ret_from, day *ret_to)
{
	struct day_span a, b;
	const char *dots = memmem(text, len, "..", 2);
	size_t n;

	if (dots == NULL) {
		if (day_span_parse(text, len, &a) != RC_OK)
			return RC_INVALID;
		*ret_from = a.first;
		*ret_to = a.last;
		return RC_OK;
	}
	n = (size_t)(dots - text);
	a.first = b.last = DAY_NONE;
	if ((n > 0 && day_span_parse(text, n, &a) != RC_OK) ||
	    (len > n + 2 && day_span_parse(dots + 2, len - n - 2, &b) != RC_OK) ||
	    (n == 0 && len == 2) || (n > 0 && len > n + 2 && day_after(a.first, b.last)))
		return RC_INVALID;
	*ret_from = n > 0 ? a.first : DAY_NONE;
	*ret_to = len > n + 2 ? b.last : DAY_NONE;
	return RC_OK;
}

/* ---- the conditions ---- */

/* "6" or "18m"; both ends of a range are of one unit. */
static enum rc
age_end(const char *text, size_t len, int *ret_n, bool *ret_months)
{
	*ret_months = len > 0 && text[len - 1] == 'm';
	return number(text, len - (*ret_months ? 1 : 0), *ret_months ? LIST_AGE_MAX * MONTHS : LIST_AGE_MAX, ret_n);
}

static enum rc
put_age(struct list_condition *c, const char *value)
{
	size_t len = strlen(value), n;
	const char *dots = strstr(value, "..");
	int from = LIST_OPEN, to = LIST_OPEN;
	bool m = false, m_to = false;

	n = dots == NULL ? len : (size_t)(dots - value);
	if ((n > 0 && age_end(value, n, &from, &m) != RC_OK) || (n == 0 && (dots == NULL || len == 2)))
		return RC_INVALID;
	if (dots != NULL && len > n + 2) {
		if (age_end(dots + 2, len - n - 2, &to, &m_to) != RC_OK || (n > 0 && m != m_to))
			return RC_INVALID;
		m = m_to;
	} else if (dots == NULL)
		to = from;
	if (from != LIST_OPEN && to != LIST_OPEN && from > to)
		return RC_INVALID;
	c->age_is_months = m;
	c->age_from = from == LIST_OPEN || m ? from : from * MONTHS;
	/* Up to and with the age: until the next is reached. */
	c->age_to = to == LIST_OPEN ? to : m ? to : to * MONTHS + MONTHS - 1;
	return RC_OK;
}

static enum rc
put_turns(struct list_condition *c, const char *value)
{
	const char *part;
	size_t len;

	for (c->n_turns = 0; next_part(&value, &part, &len); c->n_turns++)
		if (c->n_turns == LIST_TURNS_MAX || number(part, len, LIST_AGE_MAX, &c->turns[c->n_turns]) != RC_OK)
			return RC_INVALID;
	return RC_OK;
}

static enum rc
put_sex(struct list_condition *c, const char *value)
{
	const char *part;
	enum sex sex;
	size_t len;

	for (c->sex = 0; next_part(&value, &part, &len); c->sex |= 1u << sex)
		if (person_sex_parse(part, len, &sex) != RC_OK)
			return RC_INVALID;
	return RC_OK;
}

static enum rc
put_code(char *room, const char *value)
{
	size_t len = strlen(value);

	if (len == 0 || len > LIMIT_CODE_CHARS || strpbrk(value, " '\",:@") != NULL)
		return RC_INVALID;
	memcpy(room, value, len + 1);
	return RC_OK;
}

static enum rc
put_status(struct list_condition *c, const char *value)
{
	const char *part;
	size_t len;

	for (c->status = 0; next_part(&value, &part, &len); ) {
		unsigned bit = SCHEDULE_STATUS__COUNT;

		if (len == strlen("overdue") && memcmp(part, "overdue", len) == 0)
			bit = LIST_STATUS_OVERDUE;
		else
			for (bit = 0; bit < SCHEDULE_STATUS__COUNT; bit++) {
				const char *name = schedule_status_name((enum schedule_status)bit);

				if (strlen(name) == len && memcmp(name, part, len) == 0)
					break;
			}
		if (bit == SCHEDULE_STATUS__COUNT)
			return RC_INVALID;
		c->status |= 1u << bit;
	}
	return RC_OK;
}

/* CODE[:DOSE][@FROM..TO] */
static enum rc
dose_of(const char *part, size_t len, struct list_dose *ret)
{
	const char *at = memchr(part, '@', len), *colon;
	size_t head = at == NULL ? len : (size_t)(at - part), code;
	struct list_dose d = { .from = DAY_NONE, .to = DAY_NONE };

	colon = memchr(part, ':', head);
	code = colon == NULL ? head : (size_t)(colon - part);
	if (code == 0 || code > LIMIT_CODE_CHARS || memchr(part, ' ', len) != NULL || memchr(part, '\'', len) != NULL ||
	    (colon != NULL && (number(colon + 1, head - code - 1, LIMIT_PERSON_DOSES, &d.dose) != RC_OK || d.dose == 0)) ||
	    (at != NULL && span_of(at + 1, len - head - 1, &d.from, &d.to) != RC_OK))
		return RC_INVALID;
	memcpy(d.code, part, code);
	*ret = d;
	return RC_OK;
}

static enum rc
put_doses(struct list_dose *dose, size_t *n, const char *value)
{
	const char *part;
	size_t len;

	for (*n = 0; next_part(&value, &part, &len); ++*n)
		if (*n == LIST_DOSES_MAX || dose_of(part, len, &dose[*n]) != RC_OK)
			return RC_INVALID;
	return RC_OK;
}

/* "2027-01-10", "01-10", "04-01+1" */
static enum rc
put_on(struct list_condition *c, const char *value)
{
	size_t len = strlen(value);
	int month, mday, years = 0;

	c->on_month = 0;
	c->on = DAY_NONE;
	if (day_of(value, len, &c->on) == RC_OK)
		return RC_OK;
	c->on = DAY_NONE;
	if ((len != 5 && len != 7) || value[2] != '-' || number(value, 2, 12, &month) != RC_OK ||
	    number(value + 3, 2, 31, &mday) != RC_OK || month == 0 || mday == 0 ||
	    mday > day_month_length(2023, month) ||	/* a day that every year has */
	    (len == 7 && (value[5] != '+' || number(value + 6, 1, 9, &years) != RC_OK)))
		return RC_INVALID;
	c->on_month = month;
	c->on_mday = mday;
	c->on_years = years;
	return RC_OK;
}

static enum rc
put_records(struct list_condition *c, const char *value)
{
	static const char *const name[] = { "apart", "along", "only" };

	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		if (strcmp(name[i], value) == 0) {
			c->records = (enum list_records)i;
			return RC_OK;
		}
	return RC_INVALID;
}

static enum rc
put_district(struct list_condition *c, const char *value)
{
	size_t len = strlen(value);

	if (len == 0 || len >= sizeof(c->district) || strchr(value, '\'') != NULL ||
	    utf8_check(value, len, UTF8_LINE, NULL) != RC_OK || value[0] == ',' || value[len - 1] == ',' ||
	    strstr(value, ",,") != NULL)
		return RC_INVALID;
	memcpy(c->district, value, len + 1);
	return RC_OK;
}

enum which {
	AGE, BORN, COHORT, TURNS, SEX, LANGUAGE, RESIDENT_ON, ARRIVED_SINCE, DISTRICT, HAS, HAS_NOT, PROGRAMME,
	STATUS, DOSE, RECORDS, ON, WHICH__COUNT
};
static const struct { const char *name, *expected; } known[WHICH__COUNT] = {
	[AGE] = { "age", "expected an age or a range of ages: 6, 6..11, 12m..23m, 65.." },
	[BORN] = { "born", "expected a day, month or year, or a range of these: FROM..TO" },
	[COHORT] = { "cohort", "expected the year whose April 2 the cohort begins on" },
	[TURNS] = { "turns", "expected ages in years with commas: 65,70,75" },
	[SEX] = { "sex", "expected female, male, other or unknown, with commas" },
	[LANGUAGE] = { "language", "expected a code such as en" },
	[RESIDENT_ON] = { "resident-on", "expected a day" },
	[ARRIVED_SINCE] = { "arrived-since", "expected a day" },
	[DISTRICT] = { "district", "expected how the address begins; several with commas" },
	[HAS] = { "has", "expected CODE[:DOSE][@FROM..TO], several with commas" },
	[HAS_NOT] = { "has-not", "expected CODE[:DOSE][@FROM..TO], several with commas" },
	[PROGRAMME] = { "programme", "expected a code such as mr-2" },
	[STATUS] = { "status", "expected words of the calculator with commas: due, overdue, upcoming, complete, ..." },
	[DOSE] = { "dose", "expected the number of the next dose" },
	[RECORDS] = { "records", "expected apart, along or only" },
	[ON] = { "on", "expected a day, or MM-DD of the fiscal year of the run, or MM-DD+1 of the next" },
};

enum rc
list_condition_put(struct list_condition *c, const char *name, const char *value, struct fault *why)
{
	size_t len = strlen(value);
	enum rc rc = RC_INVALID;
	int which;

	for (which = 0; which < WHICH__COUNT && strcmp(known[which].name, name) != 0; which++)
		;
	switch ((enum which)which) {
	case AGE:
		rc = put_age(c, value);
		break;
	case BORN:
		rc = span_of(value, len, &c->born_from, &c->born_to);
		break;
	case COHORT:
		rc = number(value, len, DAY_YEAR_LAST, &c->cohort);
		if (rc == RC_OK && c->cohort < DAY_YEAR_FIRST)
			rc = RC_INVALID;
		break;
	case TURNS:
		rc = put_turns(c, value);
		break;
	case SEX:
		rc = put_sex(c, value);
		break;
	case LANGUAGE:
		rc = put_code(c->language, value);
		break;
	case RESIDENT_ON:
		rc = day_of(value, len, &c->resident_on);
		break;
	case ARRIVED_SINCE:
		rc = day_of(value, len, &c->arrived_since);
		break;
	case DISTRICT:
		rc = put_district(c, value);
		break;
	case HAS:
		rc = put_doses(c->has, &c->n_has, value);
		break;
	case HAS_NOT:
		rc = put_doses(c->has_not, &c->n_has_not, value);
		break;
	case PROGRAMME:
		rc = put_code(c->programme, value);
		break;
	case STATUS:
		rc = put_status(c, value);
		break;
	case DOSE:
		rc = number(value, len, LIMIT_PERSON_DOSES, &c->dose);
		if (rc == RC_OK && c->dose == 0)
			rc = RC_INVALID;
		break;
	case RECORDS:
		rc = put_records(c, value);
		break;
	case ON:
		rc = put_on(c, value);
		break;
	case WHICH__COUNT:
		return fault_set(why, RC_INVALID, "conditions", "there is no such condition");
	}
	return rc == RC_OK ? RC_OK : fault_set(why, RC_INVALID, name, "%s", known[which].expected);
}

static bool
is_code(const struct law *law, const char *code)
{
	size_t len = strlen(code);

	return law_find_product(law, code, len) != LAW_NONE || law_find_programme(law, code, len) != LAW_NONE;
}

bool
list_asks_record(const struct list_condition *c)
{
	return c->n_has > 0 || c->n_has_not > 0 || c->programme[0] != '\0';
}

enum rc
list_condition_check(const struct list_condition *c, const struct law *law, struct fault *why)
{
	if (c->programme[0] == '\0' && (c->status != 0 || c->dose != 0))
		return fault_set(why, RC_INVALID, c->status != 0 ? "status" : "dose", "needs a programme");
	if (c->programme[0] != '\0' && c->status == 0)
		return fault_set(why, RC_INVALID, "programme", "say which status: due, overdue, upcoming, complete, ...");
	if (c->programme[0] != '\0' && law_find_programme(law, c->programme, strlen(c->programme)) == LAW_NONE)
		return fault_set(why, RC_INVALID, "programme", "no programme is called so");
	for (size_t i = 0; i < c->n_has + c->n_has_not; i++) {
		const struct list_dose *d = i < c->n_has ? &c->has[i] : &c->has_not[i - c->n_has];

		if (!is_code(law, d->code))
			return fault_set(why, RC_INVALID, i < c->n_has ? "has" : "has-not",
			    "neither a vaccine nor a programme is called so");
	}
	if (c->age_from == LIST_OPEN && c->age_to == LIST_OPEN && !day_known(c->born_from) && !day_known(c->born_to) &&
	    c->cohort == 0 && c->n_turns == 0 && !day_known(c->arrived_since) && c->district[0] == '\0' &&
	    c->sex == 0 && c->language[0] == '\0' && !list_asks_record(c))
		return fault_set(why, RC_INVALID, "conditions", "a list without any condition would be the whole town");
	return RC_OK;
}

enum rc
list_condition_read(const char *text, struct list_condition *ret_condition, struct fault *why)
{
	char name[32], value[LIST_TEXT_MAX];
	struct list_condition c;
	size_t n;
	enum rc rc;

	list_condition_init(&c);
	while (*text != '\0') {
		const char *from;

		n = strcspn(text, " ");
		if (n <= 2 || n - 2 >= sizeof(name) || text[n] != ' ')
			return fault_set(why, RC_INVALID, "conditions", "they cannot be read");
		memcpy(name, text + 2, n - 2);
		name[n - 2] = '\0';
		from = text + n + 1;
		if (*from == '\'') {
			from++;
			n = strcspn(from, "'");
			text = from + n + (from[n] == '\'');
		} else {
			n = strcspn(from, " ");
			text = from + n;
		}
		if (n >= sizeof(value))
			return fault_set(why, RC_INVALID, "conditions", "they are too long");
		memcpy(value, from, n);
		value[n] = '\0';
		if ((rc = list_condition_put(&c, name, value, why)) != RC_OK)
			return rc;
		text += *text == ' ';
	}
	*ret_condition = c;
	return RC_OK;
}

day
list_condition_day(const struct list_condition *c, day today)
{
	day on = DAY_NONE;
	int year;

	if (day_known(c->on) || c->on_month == 0)
		return c->on;
	year = day_fiscal_year(today) + c->on_years + (c->on_month < 4);
	if (day_make(year, c->on_month, c->on_mday, &on) != RC_OK)
		return DAY_NONE;
	return on;
}
