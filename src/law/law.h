#ifndef LAW_LAW_H
#define LAW_LAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/day.h"

/*
 * The compiled law: read-only tables, mapped from one file, every offset, index
 * and enumeration checked by law_load before anybody sees them.  The tables are
 * what data/law says and nothing else; their meaning is stated here once, for the
 * compiler of the text (lawc), the calculator and its independent reader alike.
 *
 * "Product" is the word for vaccine and antibody.  Masks are bit sets over the
 * index of a table: products (64), programmes (32), antigens (32), conditions (32),
 * classes (32).  A zero product mask in a rule means "any that serves".
 *
 * Two dates govern every rule: from/to is the span in which it binds (both ends
 * included; DAY_NONE.n = open end), published the day from which it was known.
 * A dose is judged by the rules that bind on its day; a future day by the rules that
 * bind on that day and were published on or before the as-of day.
 */

typedef uint32_t law_text;	/* offset of a NUL-terminated UTF-8 string; law_string() */
#define LAW_NO_TEXT 0u		/* offset 0 holds the empty string */
#define LAW_NONE 0xffffu	/* "no index" in every 16-bit index */

/* How the day of publication is known. */
enum law_publication {
	LAW_PUBLISHED_DAY,		/* the text gives it */
	LAW_PUBLISHED_UNCONFIRMED,	/* no text read gives it; `from` is taken */
	LAW_PUBLISHED_UNSAID,		/* it binds when the history begins: nobody need know */
	LAW_PUBLISHED__COUNT
};

struct law_span {
	int32_t from, to;	/* days as in struct day; INT32_MIN = open */
	int32_t published;
	/* The day from which `to` was known; INT32_MIN = as long as the rule itself.  Asked on an
	 * as-of day before it, the rule has an open end: the amendment that ends it is not yet law. */
	int32_t end_published;
	uint32_t publication;		/* enum law_publication */
};

/* A point in a person's life. */
enum law_point_kind {
	LAW_POINT_NONE,		/* no bound */
	LAW_POINT_AGE_MONTHS,	/* day_age_months(birth, n) */
	LAW_POINT_AGE_DAYS,	/* birth + n days (weeks are written so) */
	LAW_POINT_FISCAL_FIRST,	/* first day of the fiscal year in which age n years is reached */
	LAW_POINT_FISCAL_LAST,	/* last day of it */
	LAW_POINT_SCHOOL,	/* day_school_start(birth) + n months (the same day; n may be negative) */
	LAW_POINT_DATE,		/* the civil day n */
	LAW_POINT_GESTATION,	/* day 0w0d of the pregnancy + n days */
	LAW_POINT_SEASON_FIRST,	/* first day of the season (per fiscal year, see law_season) */
	LAW_POINT_SEASON_LAST,
	LAW_POINT__COUNT
};

struct law_point {
	uint16_t kind;
	int16_t plus_days;	/* added to the point: "the day after" is +1, "the eve" -1 */
	int32_t n;
};

/* An interval.  "n days" means n full days between (day_after_days and so on). */
enum law_anchor {
	LAW_ANCHOR_NONE,	/* no interval */
	LAW_ANCHOR_PREVIOUS,	/* the previous counted dose of the course */
	LAW_ANCHOR_DOSE,	/* counted dose number `dose` of the course (1 = first) */
	LAW_ANCHOR_GROUP,	/* the last counted dose that filled a slot of slot group `dose` */
	LAW_ANCHOR_STAGES,	/* the last counted dose of any stage that shares this programme's doses */
	LAW_ANCHOR__COUNT
};
enum law_unit { LAW_UNIT_DAYS, LAW_UNIT_MONTHS, LAW_UNIT_HALF_MONTHS, LAW_UNIT__COUNT };

struct law_gap {
	uint8_t anchor;		/* enum law_anchor */
	uint8_t dose;
	uint8_t unit;		/* enum law_unit */
	uint8_t pad;
	int32_t n;
};

/* Who a rule speaks of.  All named parts must hold; zero/open parts say nothing. */
enum law_sex { LAW_SEX_FEMALE = 1, LAW_SEX_MALE = 2 };	/* bit set; 0 = any */

struct law_who {
	int32_t birth_from, birth_to;	/* cohort, both ends included; INT32_MIN = open */
	uint32_t conditions_any;	/* at least one of these holds on the day */
	uint32_t conditions_none;	/* none of these holds on the day */
	uint8_t sex;
	uint8_t gestation;		/* 1: a pregnancy with a known date */
	uint8_t antibody_low;		/* 1: a low result dated antibody_by or before */
	uint8_t given_min;		/* counted doses of the programme's stages given in given_from..given_to: */
	uint8_t given_max;		/* at least given_min and at most given_max (255 = no upper bound) */
	uint8_t pad[3];
	int32_t antibody_by;		/* INT32_MIN = any date */
	int32_t given_from, given_to;	/* INT32_MIN = open */
};

/* Where a rule comes from. */
struct law_source {
	law_text key;		/* name in the law text, unique */
	law_text citation_ja;	/* "予防接種実施規則 第10条第1項" */
	law_text citation_en;
	law_text url;
	int32_t published;
	uint16_t unconfirmed;	/* 1: best knowledge; answers carry the reason unconfirmed */
	uint16_t pad;
	law_text note_ja, note_en;	/* why unconfirmed, for people */
};

struct law_antigen { law_text code, name_ja, name_en; };

/* Conditions of contracts 1.1; their role is what the calculator must know of them. */
enum law_condition_role { LAW_CONDITION_PLAIN, LAW_CONDITION_DIED, LAW_CONDITION_PREGNANT, LAW_CONDITION__COUNT };
struct law_condition { law_text code, name_ja, name_en; uint32_t role; };

/* Classes for spacing, named in the law text; LAW_NO_TEXT where it gives no name for people. */
struct law_class { law_text code, name_ja, name_en; };

enum law_product_kind { LAW_PRODUCT_VACCINE, LAW_PRODUCT_ANTIBODY, LAW_PRODUCT__COUNT };

struct law_product {
	law_text code, name_ja, name_en;
	uint32_t antigens;	/* mask */
	uint32_t classes;	/* mask, for spacing */
	uint32_t serves;	/* mask of programmes that ever named it (lawc derives it from targets and deemed rules) */
	int32_t market_from, market_to;	/* INT32_MIN = open */
	uint16_t kind;		/* enum law_product_kind */
	uint16_t oral;		/* 1: not counted as an injection of a visit */
	uint16_t deemed_as;	/* serves as that product does (MMR as MR): reasons deemed, unconfirmed; LAW_NONE */
	uint16_t source;
};

enum law_outside {
	LAW_OUTSIDE_VALID,	/* a dose outside every window fills its slot (contracts 1.4) */
	LAW_OUTSIDE_REVIEW,	/* a person must decide, and the forecast is `review` while its window is open */
};

/* A component is a set of antigens that is followed on its own (measles, rubella). */
#define LAW_COMPONENTS 3
struct law_component {
	uint32_t antigens;	/* a product serves the component when it holds all of them */
	uint32_t history;	/* conditions (any) that exempt the component: reason disease-history */
};

struct law_programme {
	law_text code, name_ja, name_en;
	uint32_t antigens;	/* all, for "last injection containing the same antigen" */
	uint16_t stages;	/* programmes with the same number here share doses; order = table order; LAW_NONE alone */
	uint16_t n_components;	/* 1..LAW_COMPONENTS; complete when every component is complete or exempt */
	struct law_component component[LAW_COMPONENTS];
	uint32_t exclusion;	/* conditions (any): exempt, reason exclusion */
	uint32_t review_if;	/* conditions (any) that make the status review when no target binds for want of data (pregnant) */
	uint16_t outside;	/* enum law_outside */
	uint16_t child;		/* 1: part of the visit plan of contracts --plan */
	uint16_t season;	/* index into seasons, LAW_NONE when not seasonal */
	uint16_t per_pregnancy;	/* 1: doses before day 0w0d fill nothing now */
	uint16_t first_target, n_targets;	/* its rows in the tables below */
	uint16_t first_course, n_courses;
	uint16_t first_choice, n_choices;
	uint16_t first_extension, n_extensions;
	uint16_t exclusion_source, history_source;
	uint16_t any_age;		/* 1: no lowest age; a dose before every window is judged as one outside it */
	uint16_t young_source;		/* what says that a dose too young does not count; LAW_NONE: the law is silent, */
	uint16_t short_source;		/* the credit then carries the reason unconfirmed; the same for a dose too soon */
	uint16_t pad;
	/* A test that found enough antibody exempts, by this source; LAW_NONE: it says nothing. */
	uint16_t antibody_source;
	uint16_t pad2;
	/* A dose in no window of the shared stages may fall to this stage on these days only; NONE = no bound. */
	struct law_point takes_from, takes_to;
};

/*
 * A target rule: on the days it binds, a person of whom `who` holds may lawfully
 * receive any of `products` from `open` to `close`, both days included.  The lawful
 * days of a product are the union over the rules; the lowest age for a dose is the
 * earliest `open` among the rules that bind on its day (a dose before it is not-valid,
 * too-young); a dose on a day in no window is outside-target (or not-in-force when no
 * rule that binds on the day names its product).
 */
struct law_target {
	struct law_span span;
	law_text code;			/* name of the rule; versions of one rule share it */
	/* Doses of its products from this day (INT32_MIN: any) to the eve of span.from are deemed given
	 * under it, by the source deemed_by - 1; deemed_by 0: none are. */
	int32_t deemed_from;
	uint64_t products;
	struct law_who who;
	struct law_point open, close;
	uint16_t programme;
	uint16_t source;
	uint16_t cohort;	/* 1: shown with reason cohort rather than age */
	uint16_t deemed_by;
};

/*
 * A way in which a dose may fill a slot: the products it holds for, the situation,
 * intervals that must all have passed, and what a doctor may shorten.
 */
enum law_way_when {
	LAW_WAY_ALWAYS,
	LAW_WAY_IN_ORDER,	/* only when the slot was reached with its group complete */
	LAW_WAY_AFTER_JUMP,	/* only when it was reached because of a cap or a dropped slot */
	LAW_WAY__COUNT
};
#define LAW_GAPS 3
struct law_way {
	uint64_t products;		/* products the dose may be; 0 = any */
	struct law_gap gap[LAW_GAPS];	/* all hold */
	struct law_gap doctor;		/* replaces gap[0] on a doctor's judgement; anchor NONE = no shortening */
	uint32_t doctor_conditions;	/* person's conditions (any) that are that judgement; 0: `doctor` never opens a
					 * forecast day but a dose that kept it is valid (reason doctor-judgement) */
	uint16_t when;			/* enum law_way_when */
	uint16_t source;
	uint16_t doctor_source;
	uint16_t pad;
	/* Standard window, advisory: from = latest of the named parts, to = earliest; NONE parts say nothing. */
	struct law_point standard_from, standard_to;
	struct law_gap standard_gap_from, standard_gap_to;
};

/*
 * A slot is a dose that a course wants.  not_before: lowest age of this slot beyond the
 * target's.  cap: last day on which a dose can fill it; when cap has passed, or the
 * previous counted dose was given after drop_after, the course goes on at slot `jump`.
 * short_gap: a dose that is too soon by every way but keeps short_gap fills the slot and
 * the person goes on in course `short_course` (as its slot of the same number),
 * reason course-changed.
 */
enum law_dose_kind { LAW_DOSE_INITIAL, LAW_DOSE_BOOSTER, LAW_DOSE_SINGLE, LAW_DOSE_SEASONAL, LAW_DOSE__COUNT };

struct law_slot {
	uint8_t kind;		/* enum law_dose_kind */
	uint8_t group;		/* slot group, for LAW_ANCHOR_GROUP; numbers from 1 */
	uint16_t jump;		/* slot number within the course (0-based), n_slots = course ends; LAW_NONE = no jump */
	struct law_point not_before, cap, drop_after;
	struct law_gap short_gap;
	uint16_t short_course;	/* index into courses; LAW_NONE */
	uint16_t first_way, n_ways;
	uint16_t source;	/* of cap and drop */
};

/*
 * A course: its slots in order, and when it is the person's course.  Of the courses of a
 * programme that bind on the day of the dose being judged (or forecast), the first in
 * table order whose conditions hold is the person's.  The conditions look at the counted
 * doses including the one being judged or proposed:
 * the day of the first counted dose lies in first_from..first_to, and the set of
 * products counted is within used_only, has one of used_any, has none of used_none
 * (each zero = says nothing).  components: mask of the programme's components it is for.
 * extension: 1 = only when the first counted dose (or the proposed one, when none is counted) lies
 * in an extension window and in no ordinary one; 2 = only when it does not; 0 = both.
 * A dose that comes when the course of the counted doses alone is already complete is extra: it
 * is not added to them to look for another course.
 */
struct law_course {
	struct law_span span;
	law_text code;
	struct law_who who;
	struct law_point first_from, first_to;
	uint64_t used_only, used_any, used_none;
	uint16_t programme;
	uint16_t components;
	uint16_t extension;
	uint16_t first_slot, n_slots;
	uint16_t source;
	/* The day it became law and that of its publication, for answers: span.from is open where earlier doses are
	 * judged by it too, span.published where it judges on as-of days before it was known. */
	int32_t since, published;
};

/* First choice and presence in `vaccines`: rows in order of preference; products of the
 * programme without a row follow in product order.  A row speaks of coming doses on the days of its span, when it is
 * known on the as-of day; of a day that has passed speak the rows of the as-of day. */
struct law_choice {
	struct law_span span;
	uint16_t programme, product;
	uint32_t only_while;	/* programmes: stands in the list only while one of them misses a dose; 0 = always */
	uint32_t needs_condition;	/* conditions (any) without which it is not listed; 0 = none needed */
	uint64_t if_used;	/* this preference only when one of these was given before; 0 = always */
	uint64_t fewer_of;	/* stands in the list only while fewer than fewer_than doses of these are on record; */
	uint16_t fewer_than;	/* 0: however many */
	uint16_t source;	/* LAW_NONE: a preference that no dated text states */
	uint16_t pad[2];
};

/* Extension for long illness, disaster, shortage (contracts 1.1): capped by `cap`
 * with these products; several rows: the most favourable for the product. */
struct law_extension {
	struct law_span span;
	law_text code;
	uint32_t early;		/* 1: opens days before the window of the person, too */
	uint64_t products;
	struct law_point cap;	/* NONE = no upper age */
	uint16_t programme;
	uint16_t source;
};

/* Spacing between different products: the rule is that of the later dose's day. */
#define LAW_SPACING_SAME_PRODUCT 1	/* also between two doses of one product where its course states no interval */
#define LAW_SPACING_SAME_DAY 2		/* nor on one day */
struct law_spacing {
	struct law_span span;
	uint32_t earlier, later;	/* classes; the rule binds when each product has one of them */
	uint32_t except;		/* classes: the rule does not bind when either product has one of them */
	int32_t days;			/* full days between */
	law_text code;
	uint16_t same_product;		/* LAW_SPACING_ flags */
	uint16_t source;
};

struct law_season {
	int16_t from_month, from_day, to_month, to_day;	/* to may lie in the next calendar year */
	uint16_t settable;	/* 1: the municipality fixes it (--influenza-season) */
	uint16_t source;
	law_text code;
};

struct law {
	const char *strings;
	size_t n_strings;	/* bytes */
	const struct law_source *source;
	const struct law_antigen *antigen;
	const struct law_condition *condition;
	const struct law_class *class_;
	const struct law_product *product;
	const struct law_programme *programme;
	const struct law_target *target;
	const struct law_course *course;
	const struct law_slot *slot;
	const struct law_way *way;
	const struct law_choice *choice;
	const struct law_extension *extension;
	const struct law_spacing *spacing;
	const struct law_season *season;
	uint16_t n_source, n_antigen, n_condition, n_class, n_product, n_programme, n_target,
	    n_course, n_slot, n_way, n_choice, n_extension, n_spacing, n_season;
	/* The text answers for days from this one.  A window that ended before it makes nobody a target; a dose
	 * before it is judged by the rules of its day as far as they stand here, with the reason unconfirmed. */
	day history_from;
	law_text version;	/* "2026.11" */
	unsigned char hash[32];	/* SHA-256 of the file's content */
	law_text hash_text;	/* LAW_NO_TEXT; the text form is law_hash_write's */
};

#define LAW_PRODUCTS_MAX 64
#define LAW_PROGRAMMES_MAX 32
#define LAW_ANTIGENS_MAX 32
#define LAW_CONDITIONS_MAX 32
#define LAW_CLASSES_MAX 32
#define LAW_SLOTS_MAX 16	/* doses of one course */

static inline const char *
law_string(const struct law *law, law_text text)
{
	return law->strings + text;
}

#define LAW_HASH_TEXT_SIZE 72	/* "sha256:" and 64 hexadecimal digits and NUL */
void law_hash_write(const struct law *law, char text[LAW_HASH_TEXT_SIZE]);

/* Index of a code, LAW_NONE when unknown. len = strlen unless part of a longer text. */
uint16_t law_find_product(const struct law *law, const char *code, size_t len);
/* Does anything of the law begin to bind on d, or end on the eve of it? */
bool law_begins_on(const struct law *law, day d);
uint16_t law_find_programme(const struct law *law, const char *code, size_t len);
uint16_t law_find_condition(const struct law *law, const char *code, size_t len);

#endif
