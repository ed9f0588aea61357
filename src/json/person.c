#include "json/person.h"

#include <string.h>

/* Reading state: the scanner, and where things go. */
struct reading {
	struct json_scan s;
	const struct json_codes *codes;
	struct json_person *p;
	size_t n_condition, n_extension;
};

/* Names are compared eight bytes at a time: padded here, and JSON_PADDING follows every text. */
struct key {
	char name[16];
	size_t len;
	char member[24];	/* the name as it most often stands before a value */
};
#define KEY(name) { name, sizeof (name) - 1, "\"" name "\":" }

static inline bool
is_key(const struct key *key, const struct json_text *t)
{
	return key->len == t->len && same_bytes(key->name, t->text, key->len);
}

/* Index of the key among n, from `likely` on; -1 when it is unknown or was seen (noted). */
static int
find_key(struct json_scan *s, const struct json_text *key, const struct key *keys, int n, int likely,
    unsigned seen)
{
	for (int tried = 0, i = likely; tried < n; tried++, i++) {
		if (i >= n)
			i = 0;
		if (!is_key(&keys[i], key))
			continue;
		if (seen & 1u << i) {
			json_scan_note(s, JSON_DUPLICATE_KEY);
			return -1;
		}
		return i;
	}
	json_scan_note(s, JSON_UNKNOWN_KEY);
	return -1;
}

/* Goes to the value of the next member; false: the end, or the text is broken.  *ret: index of its key among n, marked
 * as seen; -1 when it is unknown or was seen (noted).  Most people's keys stand in the order of the list: looking begins
 * behind the last that was seen. */
static inline bool
next_key(struct json_scan *s, bool *first, const struct key *keys, int n, unsigned *seen, int *ret)
{
	int likely = *seen == 0 ? 0 : 32 - __builtin_clz(*seen);
	struct json_text key;

	if (likely < n && json_scan_member(s, first, keys[likely].name, keys[likely].len, keys[likely].member))
		*ret = likely;
	else {
		if (!json_scan_key(s, first, &key))
			return false;
		if ((*ret = find_key(s, &key, keys, n, likely, *seen)) < 0)
			return true;
	}
	*seen |= 1u << *ret;
	return true;
}

static bool
two_digits(const char *p)
{
	return p[0] >= '0' && p[0] <= '9' && p[1] >= '0' && p[1] <= '9';
}

/* A written date that cannot be read: is it the year, or no date at all? */
static enum json_error_code
why_no_day(const struct json_text *t)
{
	const char *p = t->text;
	bool shape = t->len == 4 || t->len == 7 || t->len == 10;
	int year;

	if (!shape || !two_digits(p) || !two_digits(p + 2))
		return JSON_NOT_A_DAY;
	if (t->len > 4 && (p[4] != '-' || !two_digits(p + 5)))
		return JSON_NOT_A_DAY;
	if (t->len > 7 && (p[7] != '-' || !two_digits(p + 8)))
		return JSON_NOT_A_DAY;
	year = (p[0] - '0') * 1000 + (p[1] - '0') * 100 + (p[2] - '0') * 10 + (p[3] - '0');
	return year < DAY_YEAR_FIRST || year > DAY_YEAR_LAST ? JSON_YEAR_OUT_OF_RANGE :
	    JSON_NOT_A_DAY;
}

static bool
read_day(struct json_scan *s, day *d)
{
	struct json_text t;
	bool here;

	if (!json_scan_text(s, &t, &here))
		return false;
	if (here && day_parse(t.text, t.len, d) != RC_OK)
		json_scan_note(s, why_no_day(&t));
	return true;
}

/* A code of a table of the law; LAW_NONE stays when it is unknown. */
static bool
read_code(struct json_scan *s, const struct json_code_table *table, uint16_t *index)
{
	struct json_text t;
	bool here;

	if (!json_scan_text(s, &t, &here))
		return false;
	if (!here)
		return true;
	*index = json_code_find(table, t.text, t.len);
	if (*index == LAW_NONE)
		json_scan_note(s, JSON_UNKNOWN_CODE);
	return true;
}

/* A word of a short closed list. */
static bool
read_word(struct json_scan *s, const struct key *list, int n, int *at)
{
	struct json_text t;
	bool here;

	if (!json_scan_text(s, &t, &here))
		return false;
	if (!here)
		return true;
	for (int i = 0; i < n; i++)
		if (is_key(&list[i], &t)) {
			*at = i;
			return true;
		}
	json_scan_note(s, JSON_UNKNOWN_CODE);
	return true;
}

static bool
read_whole(struct json_scan *s, uint32_t most, uint32_t *ret_n)
{
	uint32_t n;
	bool whole, here;

	if (!json_scan_number(s, &n, &whole, &here))
		return false;
	if (!here)
		return true;
	if (!whole)
		json_scan_note(s, JSON_WRONG_TYPE);
	else if (n > most)
		json_scan_note(s, JSON_OUT_OF_RANGE);
	else
		*ret_n = n;
	return true;
}

static bool
read_dose(struct reading *r)
{
	enum { ID, DATE, VACCINE, LOT, VOLUME, N };
	static const struct key keys[N] = {
		[ID] = KEY("id"), [DATE] = KEY("date"), [VACCINE] = KEY("vaccine"),
		[LOT] = KEY("lot"), [VOLUME] = KEY("volumeMl"),
	};
	struct json_scan *s = &r->s;
	struct json_person *p = r->p;
	struct schedule_dose *dose;
	struct json_dose *echo;
	struct json_text t;
	unsigned seen = 0;
	int at;
	bool first = true, here, whole;
	uint32_t volume;

	/* A dose too many is read into the last one: the error is noted, nothing is answered. */
	if (p->n_dose == LIMIT_PERSON_DOSES) {
		s->depth--;
		json_scan_note(s, JSON_TOO_MANY);
		s->depth++;
		p->n_dose--;
	}
	dose = &p->dose[p->n_dose];
	echo = &p->echo[p->n_dose];
	p->n_dose++;
	dose->given = (struct day_span){ DAY_NONE, DAY_NONE };
	dose->product = LAW_NONE;
	dose->id = "";
	echo->has_id = false;
	if (!json_scan_open(s, '{', &here) || !here)
		return !json_scan_broken(s);
	while (next_key(s, &first, keys, N, &seen, &at)) {
		switch (at) {
		case ID:
			if (!json_scan_text(s, &echo->id, &echo->has_id))
				return false;
			if (echo->has_id)
				dose->id = echo->id.text;
			break;
		case DATE:
			if (!json_scan_text(s, &echo->date, &here))
				return false;
			if (here && day_span_parse(echo->date.text, echo->date.len,
			    &dose->given) != RC_OK)
				json_scan_note(s, why_no_day(&echo->date));
			break;
		case VACCINE:
			if (!read_code(s, &r->codes->product, &dose->product))
				return false;
			break;
		case LOT:
			if (!json_scan_text(s, &t, &here))
				return false;
			break;
		case VOLUME:
			if (!json_scan_number(s, &volume, &whole, &here))
				return false;
			if (here && volume > 999)
				json_scan_note(s, JSON_OUT_OF_RANGE);
			break;
		default:
			if (!json_scan_skip(s))
				return false;
		}
	}
	if (json_scan_broken(s))
		return false;
	if (!(seen & 1u << DATE))
		json_scan_note_at(s, "date", JSON_MISSING);
	if (!(seen & 1u << VACCINE))
		json_scan_note_at(s, "vaccine", JSON_MISSING);
	return true;
}

static bool
read_condition(struct reading *r)
{
	enum { CODE, DATE, N };
	static const struct key keys[N] = { [CODE] = KEY("code"), [DATE] = KEY("date") };
	struct json_scan *s = &r->s;
	struct schedule_condition *c;
	unsigned seen = 0;
	int at;
	bool first = true, here;

	if (r->n_condition == LIMIT_PERSON_CONDITIONS) {
		s->depth--;
		json_scan_note(s, JSON_TOO_MANY);
		s->depth++;
		r->n_condition--;
	}
	c = &r->p->condition[r->n_condition++];
	c->condition = LAW_NONE;
	c->from = DAY_NONE;
	if (!json_scan_open(s, '{', &here) || !here)
		return !json_scan_broken(s);
	while (next_key(s, &first, keys, N, &seen, &at)) {
		switch (at) {
		case CODE:
			if (!read_code(s, &r->codes->condition, &c->condition))
				return false;
			break;
		case DATE:
			if (!read_day(s, &c->from))
				return false;
			break;
		default:
			if (!json_scan_skip(s))
				return false;
		}
	}
	if (json_scan_broken(s))
		return false;
	if (!(seen & 1u << CODE))
		json_scan_note_at(s, "code", JSON_MISSING);
	else if (c->condition != LAW_NONE && c->condition == r->codes->died &&
	    !(seen & 1u << DATE))
		json_scan_note_at(s, "date", JSON_MISSING);
	return true;
}

static bool
read_extension(struct reading *r)
{
	enum { PROGRAMME, FROM, UNTIL, BASIS, N };
	static const struct key keys[N] = {
		[PROGRAMME] = KEY("programme"), [FROM] = KEY("from"), [UNTIL] = KEY("until"),
		[BASIS] = KEY("basis"),
	};
	static const struct key bases[SCHEDULE_BASIS__COUNT] = {
		[SCHEDULE_LONG_ILLNESS] = KEY("long-illness"), [SCHEDULE_DISASTER] = KEY("disaster"),
		[SCHEDULE_SHORTAGE] = KEY("shortage"),
	};
	struct json_scan *s = &r->s;
	struct schedule_extension *e;
	unsigned seen = 0;
	int basis = 0, at;
	bool first = true, here;

	if (r->n_extension == LIMIT_PERSON_EXTENSIONS) {
		s->depth--;
		json_scan_note(s, JSON_TOO_MANY);
		s->depth++;
		r->n_extension--;
	}
	e = &r->p->extension[r->n_extension++];
	*e = (struct schedule_extension){ LAW_NONE, DAY_NONE, DAY_NONE, SCHEDULE_LONG_ILLNESS };
	if (!json_scan_open(s, '{', &here) || !here)
		return !json_scan_broken(s);
	while (next_key(s, &first, keys, N, &seen, &at)) {
		switch (at) {
		case PROGRAMME:
			if (!read_code(s, &r->codes->programme, &e->programme))
				return false;
			break;
		case FROM:
			if (!read_day(s, &e->from))
				return false;
			break;
		case UNTIL:
			if (!read_day(s, &e->until))
				return false;
			break;
		case BASIS:
			if (!read_word(s, bases, SCHEDULE_BASIS__COUNT, &basis))
				return false;
			e->basis = (enum schedule_basis)basis;
			break;
		default:
			if (!json_scan_skip(s))
				return false;
		}
	}
	if (json_scan_broken(s))
		return false;
	for (int i = 0; i < N; i++)
		if (!(seen & 1u << i))
			json_scan_note_at(s, keys[i].name, JSON_MISSING);
	if (day_known(e->from) && day_known(e->until) && day_before(e->until, e->from))
		json_scan_note_at(s, "until", JSON_UNTIL_BEFORE_FROM);
	return true;
}

static bool
read_gestation(struct reading *r)
{
	enum { DATE, WEEKS, DAYS, N };
	static const struct key keys[N] = {
		[DATE] = KEY("date"), [WEEKS] = KEY("weeks"), [DAYS] = KEY("days"),
	};
	struct json_scan *s = &r->s;
	unsigned seen = 0;
	int at;
	bool first = true, here;
	uint32_t weeks = 0, days = 0;
	day on = DAY_NONE;

	if (!json_scan_open(s, '{', &here) || !here)
		return !json_scan_broken(s);
	while (next_key(s, &first, keys, N, &seen, &at)) {
		switch (at) {
		case DATE:
			if (!read_day(s, &on))
				return false;
			break;
		case WEEKS:
			if (!read_whole(s, 50, &weeks))
				return false;
			break;
		case DAYS:
			if (!read_whole(s, 6, &days))
				return false;
			break;
		default:
			if (!json_scan_skip(s))
				return false;
		}
	}
	if (json_scan_broken(s))
		return false;
	for (int i = 0; i < N; i++)
		if (!(seen & 1u << i))
			json_scan_note_at(s, keys[i].name, JSON_MISSING);
	if (day_known(on))
		r->p->person.pregnancy_start = day_add(on, -(int)(weeks * 7 + days));
	return true;
}

static bool
read_antibody(struct reading *r)
{
	enum { DATE, RESULT, N };
	enum { LOW, SUFFICIENT };
	static const struct key keys[N] = { [DATE] = KEY("date"), [RESULT] = KEY("result") };
	static const struct key results[] = { [LOW] = KEY("low"), [SUFFICIENT] = KEY("sufficient") };
	struct json_scan *s = &r->s;
	unsigned seen = 0;
	int result = SUFFICIENT, at;
	bool first = true, here;

	if (!json_scan_open(s, '{', &here) || !here)
		return !json_scan_broken(s);
	while (next_key(s, &first, keys, N, &seen, &at)) {
		switch (at) {
		case DATE:
			if (!read_day(s, &r->p->person.antibody_date))
				return false;
			break;
		case RESULT:
			if (!read_word(s, results, 2, &result))
				return false;
			r->p->person.antibody_low = result == LOW;
			break;
		default:
			if (!json_scan_skip(s))
				return false;
		}
	}
	if (json_scan_broken(s))
		return false;
	for (int i = 0; i < N; i++)
		if (!(seen & 1u << i))
			json_scan_note_at(s, keys[i].name, JSON_MISSING);
	return true;
}

static bool
read_list(struct reading *r, bool (*element)(struct reading *))
{
	bool first = true, here;

	if (!json_scan_open(&r->s, '[', &here))
		return false;
	while (here && json_scan_element(&r->s, &first))
		if (!element(r))
			return false;
	return !json_scan_broken(&r->s);
}

static bool
read_person(struct reading *r, day as_of)
{
	enum { ID, BIRTH, SEX, DOSES, CONDITIONS, EXTENSIONS, GESTATION, ANTIBODY, N };
	static const struct key keys[N] = {
		[ID] = KEY("id"), [BIRTH] = KEY("birthDate"), [SEX] = KEY("sex"),
		[DOSES] = KEY("doses"), [CONDITIONS] = KEY("conditions"),
		[EXTENSIONS] = KEY("extensions"), [GESTATION] = KEY("gestation"),
		[ANTIBODY] = KEY("rubellaAntibody"),
	};
	static const struct key sexes[SCHEDULE_SEX__COUNT] = {
		[SCHEDULE_SEX_UNKNOWN] = KEY("unknown"), [SCHEDULE_SEX_FEMALE] = KEY("female"),
		[SCHEDULE_SEX_MALE] = KEY("male"), [SCHEDULE_SEX_OTHER] = KEY("other"),
	};
	struct json_scan *s = &r->s;
	struct schedule_person *person = &r->p->person;
	unsigned seen = 0;
	int sex = SCHEDULE_SEX_UNKNOWN, at;
	bool first = true, here;

	if (!json_scan_open(s, '{', &here) || !here)
		return !json_scan_broken(s) && json_scan_done(s);
	while (next_key(s, &first, keys, N, &seen, &at)) {
		bool ok;

		switch (at) {
		case ID:
			ok = json_scan_text(s, &r->p->id, &r->p->has_id);
			break;
		case BIRTH:
			ok = read_day(s, &person->birth);
			if (ok && day_known(person->birth) && day_after(person->birth, as_of))
				json_scan_note(s, JSON_BIRTH_AFTER_AS_OF);
			break;
		case SEX:
			ok = read_word(s, sexes, SCHEDULE_SEX__COUNT, &sex);
			break;
		case DOSES:
			ok = read_list(r, read_dose);
			break;
		case CONDITIONS:
			ok = read_list(r, read_condition);
			break;
		case EXTENSIONS:
			ok = read_list(r, read_extension);
			break;
		case GESTATION:
			ok = read_gestation(r);
			break;
		case ANTIBODY:
			ok = read_antibody(r);
			break;
		default:
			ok = json_scan_skip(s);
		}
		if (!ok)
			return false;
	}
	if (json_scan_broken(s) || !json_scan_done(s))
		return false;
	if (!(seen & 1u << BIRTH))
		json_scan_note_at(s, "birthDate", JSON_MISSING);
	person->sex = (enum schedule_sex)sex;
	return true;
}

bool
json_person_read(const struct json_codes *codes, char *text, size_t len, day as_of,
    struct json_person *p)
{
	struct reading r;
	bool read;

	r.codes = codes;
	r.p = p;
	r.n_condition = r.n_extension = 0;
	p->n_dose = 0;
	p->has_id = false;
	p->person = (struct schedule_person){
		.birth = DAY_NONE, .sex = SCHEDULE_SEX_UNKNOWN, .condition = p->condition,
		.extension = p->extension, .pregnancy_start = DAY_NONE, .antibody_date = DAY_NONE,
	};
	json_scan_init(&r.s, text, len);
	read = read_person(&r, as_of);
	p->person.n_condition = r.n_condition;
	p->person.n_extension = r.n_extension;
	if (!read && r.s.error.code == JSON_FINE)
		json_scan_note(&r.s, JSON_NOT_JSON);
	if (r.s.error.code == JSON_FINE)
		return true;
	p->error = r.s.error;
	return false;
}
