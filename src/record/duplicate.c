#include "record/duplicate.h"

#include <string.h>

#include "base/sha256.h"
#include "base/words.h"

struct near {
	const char *product;
	int days;
};
#include "record/duplicate_near.h"

static const char *const verdict_words[DUPLICATE_VERDICT__COUNT] = {
	[DUPLICATE_NONE] = "none", [DUPLICATE_ONE] = "one", [DUPLICATE_CANDIDATE] = "candidate",
	[DUPLICATE_CONFLICT] = "conflict", [DUPLICATE_RESOLVABLE] = "resolvable",
	[DUPLICATE_UNRESOLVABLE] = "unresolvable", [DUPLICATE_IMPOSSIBLE] = "impossible",
};
static const char *const state_words[DUPLICATE_STATE__COUNT] = {
	[DUPLICATE_OPEN] = "open", [DUPLICATE_BY_RULE] = "by-rule", [DUPLICATE_DECIDED] = "decided",
	[DUPLICATE_GONE] = "gone",
};

const char *
duplicate_verdict_word(enum duplicate_verdict verdict)
{
	return (unsigned)verdict < DUPLICATE_VERDICT__COUNT ? verdict_words[verdict] : "unknown";
}

const char *
duplicate_state_word(enum duplicate_state state)
{
	return (unsigned)state < DUPLICATE_STATE__COUNT ? state_words[state] : "unknown";
}

const char *
duplicate_rule_text(const struct duplicate_finding *f)
{
	switch (f->rule) {
	case 3:
		return f->verdict == DUPLICATE_ONE ?
		    WORDS("the same antigens on the same day, and nothing contradicts: one dose, told more than once") :
		    WORDS("the same antigens on the same day, but place, amount or number of the dose differ");
	case 4:
		return WORDS("on the same day, and one product holds what the other holds and more");
	case 5:
		return WORDS("on the same day, but lots or places contradict each other");
	case 6:
		return WORDS("on days near each other, with the same lot or place");
	case 7:
		return WORDS("the same number of the dose in the same year, on days far apart: ask the sources");
	case 10:
		return WORDS("it cannot have been on that day: tell the source");
	case 11:
		return WORDS("a date that is not known to the day can mean the same day");
	default:
		return WORDS("an officer has decided on these two");
	}
}

static int
near_days(const char *vaccine)
{
	for (size_t i = 0; vaccine != NULL && i < sizeof(nears) / sizeof(nears[0]); i++)
		if (strcmp(nears[i].product, vaccine) == 0)
			return nears[i].days;
	return NEAR_OTHERS;
}

int
duplicate_near_days(const char *vaccine, const char *other)
{
	int a = near_days(vaccine), b = near_days(other);

	return a < b ? a : b;
}

/* ---- texts, as loosely as people write them ---- */

/*
 * The next character that says something, 0 at the end: capitals as small letters, the full-width forms of ASCII as
 * ASCII; spaces and hyphens are left out.
 */
static unsigned
next_sign(const unsigned char **at)
{
	const unsigned char *p = *at;
	unsigned c;

	for (;;) {
		if (*p == '\0')
			c = 0;
		else if (p[0] == 0xef && (p[1] == 0xbc || p[1] == 0xbd) && p[2] >= 0x80 &&
		    (p[1] == 0xbc || p[2] <= 0x9e)) {
			c = (p[1] == 0xbc ? p[2] - 0x80u : p[2] - 0x80u + 0x40u) + 0x20u;
			p += 3;
		} else if (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80) {
			c = ' ';
			p += 3;
		} else
			c = *p++;
		if (c == ' ' || c == '-' || c == '\t')
			continue;
		*at = p;
		return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
	}
}

static bool
is_stated(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	return text != NULL && next_sign(&p) != 0;
}

static bool
begins_with(const unsigned char *text, const unsigned char *part, bool whole)
{
	unsigned a, b;

	do {
		b = next_sign(&part);
		a = next_sign(&text);
	} while (b != 0 && a == b);
	return whole ? a == b : b == 0;
}

static bool
text_same(const char *a, const char *b)
{
	return begins_with((const unsigned char *)a, (const unsigned char *)b, true);
}

/* "みなと小児科" in "医療法人みなと小児科": two ways of naming one place. */
static bool
text_holds(const char *text, const char *part)
{
	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; (void)next_sign(&p))
		if (begins_with(p, (const unsigned char *)part, false))
			return true;
	return false;
}

/* ---- what two statements say of one thing ---- */

enum told { TOLD_NOTHING, TOLD_SAME, TOLD_OTHER };	/* one of them is silent; both agree; they differ */

static enum told
lots(const struct dose *a, const struct dose *b)
{
	if (!is_stated(a->lot) || !is_stated(b->lot))
		return TOLD_NOTHING;
	return text_same(a->lot, b->lot) ? TOLD_SAME : TOLD_OTHER;
}

/* Codes say it exactly, but do not travel between towns; names do. */
static enum told
places(const struct dose *a, const struct dose *b)
{
	if (is_stated(a->clinic_code) && is_stated(b->clinic_code))
		return text_same(a->clinic_code, b->clinic_code) ? TOLD_SAME : TOLD_OTHER;
	if (!is_stated(a->clinic_name) || !is_stated(b->clinic_name))
		return TOLD_NOTHING;
	return text_holds(a->clinic_name, b->clinic_name) || text_holds(b->clinic_name, a->clinic_name) ?
	    TOLD_SAME : TOLD_OTHER;
}

static enum told
amounts(const struct dose *a, const struct dose *b)
{
	if (a->volume_ul == DOSE_VOLUME_UNKNOWN || b->volume_ul == DOSE_VOLUME_UNKNOWN)
		return TOLD_NOTHING;
	return a->volume_ul == b->volume_ul ? TOLD_SAME : TOLD_OTHER;
}

static enum told
numbers(const struct dose *a, const struct dose *b)
{
	if (a->told_no == 0 || b->told_no == 0)
		return TOLD_NOTHING;
	return a->told_no == b->told_no ? TOLD_SAME : TOLD_OTHER;
}

static const char *
or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

/* Products that protect against nothing that the law knows are the same when they are called so. */
static bool
same_antigens(const struct duplicate_side *a, const struct duplicate_side *b)
{
	if (a->antigens != 0 || b->antigens != 0)
		return a->antigens == b->antigens;
	return text_same(or_empty(a->dose->vaccine), or_empty(b->dose->vaccine)) &&
	    text_same(or_empty(a->dose->product_text), or_empty(b->dose->product_text));
}

static bool
one_holds_the_other(const struct duplicate_side *a, const struct duplicate_side *b)
{
	uint32_t both = a->antigens & b->antigens;

	return both != 0 && a->antigens != b->antigens && (both == a->antigens || both == b->antigens);
}

static bool
is_exact(const struct day_span *s)
{
	return day_equal(s->first, s->last);
}

static bool
same_year(const struct day_span *a, const struct day_span *b)
{
	const day days[4] = { a->first, a->last, b->first, b->last };
	int year, first_year, month, mday;

	day_split(days[0], &first_year, &month, &mday);
	for (int i = 1; i < 4; i++) {
		day_split(days[i], &year, &month, &mday);
		if (year != first_year)
			return false;
	}
	return true;
}

/* Rule 8, who tells it: whoever gave it, or the office that had it given; paper; the person.  The origin's own word
 * for its source travels with what is relayed. */
static int
rank_of_teller(const struct dose *d)
{
	enum dose_source source = d->source;

	if (d->relayed_by != NULL &&
	    (d->asserted_by == NULL || dose_source_parse(d->asserted_by, strlen(d->asserted_by), &source) != RC_OK))
		source = DOSE_SOURCE_MUNICIPALITY;
	switch (source) {
	case DOSE_SOURCE_CLINIC:
	case DOSE_SOURCE_OFFICE:
		return 2;
	case DOSE_SOURCE_MUNICIPALITY:
	case DOSE_SOURCE_HANDBOOK:
	case DOSE_SOURCE_CERTIFICATE:
		return 1;
	case DOSE_SOURCE_PERSON:
	case DOSE_SOURCE__COUNT:
		break;
	}
	return 0;
}

/* Both given in the charge of one town: it knows of each that it was there. */
static bool
both_given_for_one_town(const struct dose *a, const struct dose *b)
{
	return rank_of_teller(a) == 2 && rank_of_teller(b) == 2 &&
	    strcmp(or_empty(a->origin_municipality), or_empty(b->origin_municipality)) == 0;
}

static bool
same_teller(const struct dose *a, const struct dose *b)
{
	return a->source == b->source && strcmp(or_empty(a->source_code), or_empty(b->source_code)) == 0;
}

static struct duplicate_finding
finding(enum duplicate_verdict verdict, int rule)
{
	return (struct duplicate_finding){ verdict, rule };
}

static struct duplicate_finding
on_one_day(const struct dose *a, const struct dose *b)
{
	if (lots(a, b) == TOLD_OTHER || (places(a, b) == TOLD_OTHER && both_given_for_one_town(a, b)))
		return finding(DUPLICATE_CONFLICT, 5);
	if (places(a, b) == TOLD_OTHER || amounts(a, b) == TOLD_OTHER || numbers(a, b) == TOLD_OTHER)
		return finding(DUPLICATE_CANDIDATE, 3);
	return finding(DUPLICATE_ONE, 3);
}

static struct duplicate_finding
on_other_days(const struct dose *a, const struct dose *b)
{
	int apart = day_gap(a->given.first, b->given.first);
	bool exact = is_exact(&a->given) && is_exact(&b->given);

	if (apart < 0)
		apart = -apart;
	if (exact && apart > 0 && apart <= duplicate_near_days(a->vaccine, b->vaccine) &&
	    (lots(a, b) == TOLD_SAME || places(a, b) == TOLD_SAME))
		return finding(DUPLICATE_RESOLVABLE, 6);
	if (!exact && !day_after(a->given.first, b->given.last) && !day_after(b->given.first, a->given.last))
		return same_teller(a, b) || lots(a, b) == TOLD_OTHER || numbers(a, b) == TOLD_OTHER ?
		    finding(DUPLICATE_NONE, 0) : finding(DUPLICATE_CANDIDATE, 11);
	if (numbers(a, b) == TOLD_SAME && same_year(&a->given, &b->given))
		return finding(DUPLICATE_UNRESOLVABLE, 7);
	return finding(DUPLICATE_NONE, 0);
}

struct duplicate_finding
duplicate_compare(const struct duplicate_side *a, const struct duplicate_side *b)
{
	bool one_day = is_exact(&a->dose->given) && is_exact(&b->dose->given) &&
	    day_equal(a->dose->given.first, b->dose->given.first);

	if (one_day && one_holds_the_other(a, b))
		return finding(DUPLICATE_CANDIDATE, 4);
	if (!same_antigens(a, b))
		return finding(DUPLICATE_NONE, 0);
	return one_day ? on_one_day(a->dose, b->dose) : on_other_days(a->dose, b->dose);
}

struct duplicate_finding
duplicate_alone(const struct dose *d, day born_first, day died, day today)
{
	if ((day_known(born_first) && day_before(d->given.last, born_first)) ||
	    (day_known(died) && day_after(d->given.first, died)) ||
	    (day_known(today) && day_after(d->given.first, today)))
		return finding(DUPLICATE_IMPOSSIBLE, 10);
	return finding(DUPLICATE_NONE, 0);
}

static int
completeness(const struct dose *d)
{
	return is_stated(d->lot) + (is_stated(d->clinic_code) || is_stated(d->clinic_name)) + is_stated(d->physician) +
	    is_stated(d->site) + is_stated(d->route) + (d->volume_ul != DOSE_VOLUME_UNKNOWN) + day_known(d->expires) +
	    (d->told_no != 0) + is_exact(&d->given);
}

/* The source's name for the statement: the same in whatever order things came, which our own ids are not. */
static int
compare_names(const struct dose *a, const struct dose *b)
{
	int c = (a->source > b->source) - (a->source < b->source);

	if (c == 0)
		c = strcmp(or_empty(a->source_code), or_empty(b->source_code));
	if (c == 0)
		c = strcmp(or_empty(a->source_id), or_empty(b->source_id));
	return c != 0 ? c : id_compare(&a->statement, &b->statement);
}

bool
duplicate_better(const struct dose *a, const struct dose *b, enum duplicate_ground *ret_ground)
{
	int more;

	if ((more = rank_of_teller(a) - rank_of_teller(b)) != 0)
		*ret_ground = DUPLICATE_BY_TELLER;
	else if ((more = completeness(a) - completeness(b)) != 0)
		*ret_ground = DUPLICATE_BY_COMPLETENESS;
	else if ((more = (a->source_version > b->source_version) - (a->source_version < b->source_version)) != 0)
		*ret_ground = DUPLICATE_BY_VERSION;
	else {
		more = -compare_names(a, b);
		*ret_ground = DUPLICATE_BY_ID;
	}
	return more > 0;
}

static void
add_text(struct sha256 *h, const char *text)
{
	sha256_add(h, or_empty(text), strlen(or_empty(text)) + 1);
}

static void
add_number(struct sha256 *h, int64_t n)
{
	unsigned char b[8];

	for (int i = 0; i < 8; i++)
		b[i] = (unsigned char)((uint64_t)n >> (8 * i));
	sha256_add(h, b, sizeof(b));
}

/* What the rules look at, and nothing that a relay changes. */
static void
add_dose(struct sha256 *h, const struct dose *d)
{
	sha256_add(h, d->statement.b, ID_BYTES);
	add_number(h, d->given.first.n);
	add_number(h, d->given.last.n);
	add_number(h, d->volume_ul);
	add_number(h, d->told_no);
	add_text(h, d->vaccine);
	add_text(h, d->product_text);
	add_text(h, d->lot);
	add_text(h, d->clinic_code);
	add_text(h, d->clinic_name);
}

void
duplicate_digest(const struct dose *a, const struct dose *b, unsigned char ret_digest[DUPLICATE_DIGEST])
{
	bool in_order = id_compare(&a->statement, &b->statement) < 0;
	struct sha256 h;

	sha256_init(&h);
	add_dose(&h, in_order ? a : b);
	add_dose(&h, in_order ? b : a);
	sha256_digest(&h, ret_digest);
}
