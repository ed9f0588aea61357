#ifndef SCHEDULE_ENGINE_H
#define SCHEDULE_ENGINE_H

#include "schedule/schedule.h"

/*
 * What the files of this folder share; nobody else includes it.  Days are bare
 * numbers here (days since 1970-01-01, as in struct day): every comparison of
 * the calculator runs on them.
 */
#define NEVER INT32_MIN		/* no such day, no bound below */
#define FOREVER INT32_MAX	/* no bound above */

#define ENGINE_COUNTED 16	/* doses one course can count */
#define ENGINE_GROUPS 8

/* Where in a course the counted doses leave a person. */
struct place {
	uint16_t shape;			/* of the course (outlook); LAW_NONE: not worked out */
	uint8_t n;			/* doses it takes account of */
	uint8_t slot;			/* number within the course; n_slots: nothing is left */
	bool jumped;			/* reached because of a cap or a dropped slot */
	bool passable;			/* the slot can be passed over */
	int32_t group_last[ENGINE_GROUPS];
};

/* The courses last found for a component.  They ask the same on the days named, for every product that adds
 * the same to what those counted say, until another dose counts. */
struct chosen {
	int32_t since, until;
	int32_t row_since, row_until;	/* days among these of the same versions; row_since > row_until: nothing is kept */
	uint32_t added;			/* by the product asked about */
	uint16_t course, counted;	/* with that product, by the counted doses alone */
};

/* The counted doses of one component (measles, rubella) of one programme. */
struct track {
	uint8_t n;
	bool first_in_extension;	/* the first counted dose was given on the strength of an extension */
	uint16_t forced;		/* course that a short interval led to; LAW_NONE */
	uint64_t used;			/* products counted */
	uint32_t says;			/* what they say to the choice of a course (outlook) */
	int32_t date[ENGINE_COUNTED];
	struct place place;
	struct chosen chosen;
};

/* What the doses judged so far leave behind in one programme. */
struct state {
	uint16_t valid;			/* valid credits */
	bool outside_review;		/* a dose that only a person can place */
	int32_t last_counted;
	int32_t last_uncounted;		/* last injection with the same antigen that did not count */
	int32_t season_filled;		/* first day of the last season with a dose */
	struct track track[LAW_COMPONENTS];
};

/* A dose as a programme sees it, given or not. */
struct filling {
	struct state *state;		/* of the programme */
	uint64_t bit;			/* of the product it serves as */
	uint32_t says;			/* to the choice of a course (outlook) */
	uint16_t programme, product;
	bool in_extension;		/* only an extension of the person's holds its day */
};

/*
 * The days around an asked day on which every question answered since would have had the
 * same answer.  Each comparison of the asked day narrows it; the forecast steps from one
 * such stretch to the next instead of from day to day.
 */
struct steady {
	int32_t since, until;
};

/* A target rule that holds for this person on some day.  Rules for the same products whose days follow on each other
 * are one window: the first of them says how far it reaches and how many they are. */
struct live_target {
	int32_t from, to;
	int32_t until;			/* of the window */
	uint16_t rules;			/* in the window, from this one on */
	uint16_t row;
	uint64_t products;
	bool given;			/* depends on the doses counted so far */
	bool by_sex;			/* speaks of one sex only */
	bool conditional;		/* on those or on a season */
};

/* What the live targets of a programme say together, but those that depend on the doses counted so far. */
struct eligible {
	int32_t first, last;		/* days; FOREVER, NEVER: none since the history begins */
	uint16_t target;		/* the row that ends last; LAW_NONE */
	bool by_sex;			/* each speaks of one sex only */
	bool given;			/* some depend on the doses: they must be asked one by one */
};

/* The doses of one day and family, for telling duplicates. */
struct same_day {
	int32_t day;
	uint32_t antigens;
	uint16_t programme;
	uint16_t product;
};

struct engine {
	const struct law *law;
	const struct outlook *outlook;	/* what of the law matters on as_of */
	const struct schedule_question *q;
	const struct schedule_person *person;
	uint32_t cohort;		/* programmes of which some rule may make the person a target */
	int32_t birth, as_of, death;	/* death: FOREVER while alive */
	struct day_apart birth_apart;
	int32_t age[OUTLOOK_AGES];	/* days on which the ages of the outlook are reached */
	int32_t known;			/* rules published later are not used; as_of but when looking ahead */
	int birth_fiscal_year;		/* in which age 0 is reached */
	uint8_t sexes;			/* enum law_sex bits the person may be of */
	bool sex_unknown;
	uint32_t conditions;		/* holding on as_of */
	int32_t condition_from[LAW_CONDITIONS_MAX];
	int32_t pregnancy;		/* NEVER: none given */
	int32_t antibody;		/* day of a low result, NEVER */
	bool antibody_enough;		/* a test by as_of found enough */

	uint32_t targets_ready, courses_ready;	/* programmes whose rows below are worked out */
	uint32_t courses_counting;	/* programmes of which some course depends on the number of counted doses */
	uint16_t first_live_target[LAW_PROGRAMMES_MAX], n_live_targets[LAW_PROGRAMMES_MAX];
	uint16_t first_live_course[LAW_PROGRAMMES_MAX], n_live_courses[LAW_PROGRAMMES_MAX];
	uint16_t n_targets, n_courses;
	uint32_t doubtful;		/* programmes with doses in doubt */
	enum { DOUBTFUL_AS_JUDGED, DOUBTFUL_MISS, DOUBTFUL_FULL } doubtful_as;	/* taken to miss a dose or not */
	uint32_t missing_ready;		/* programmes of which the next is known; dropped when doses are judged anew */
	uint8_t missing[LAW_PROGRAMMES_MAX];	/* components that miss a dose on as_of */
	struct live_target target[OUTLOOK_TARGETS];
	struct eligible eligible[LAW_PROGRAMMES_MAX];	/* ready with the targets */
	const uint64_t *cohort_target;	/* rules that may make the person a target, a bit each */
	struct live_course course[OUTLOOK_COURSES];
	struct steady *steady;
	struct state state[LAW_PROGRAMMES_MAX];
	struct same_day same_day[LAW_PROGRAMMES_MAX];	/* by family_first */

	const struct schedule_dose *dose;
	size_t n_dose;
	const struct schedule_credit *credit;	/* the answer's, n_credit of them */
	size_t n_credit;
	const uint16_t *order;		/* doses by day, product, id */
	const int32_t *given;		/* the day each dose is taken to have been given on */
	/* Recorded doses near which some rule of spacing forbids a day, those rules, and what they forbid. */
	uint32_t spacing_classes;
	int32_t spacing_days;		/* the longest interval */
	bool near_imprecise;		/* some of them have no known day */
	enum { NEAR_ANY_DAY, NEAR_FIRST, NEAR_LAST } near_days;	/* which days such a dose is taken to mean */
	uint16_t n_near;
	uint16_t near[LIMIT_PERSON_DOSES];
	uint32_t near_rules[LIMIT_PERSON_DOSES];
	uint32_t near_classes[LIMIT_PERSON_DOSES];	/* of products it may forbid */
};

/* `on` is the asked day: notes how far the answer reaches. */
static inline bool
steady_reached(const struct engine *e, int32_t on, int32_t at)
{
	if (on >= at) {
		if (at > e->steady->since)
			e->steady->since = at;
		return true;
	}
	if (at - 1 < e->steady->until)
		e->steady->until = at - 1;
	return false;
}

static inline bool
steady_within(const struct engine *e, int32_t on, int32_t from, int32_t to)
{
	return steady_reached(e, on, from) && (to == FOREVER || !steady_reached(e, on, to + 1));
}

static inline void
steady_narrow(const struct engine *e, int32_t since, int32_t until)
{
	if (since > e->steady->since)
		e->steady->since = since;
	if (until < e->steady->until)
		e->steady->until = until;
}

/* --- outlook.c: the law as known on a day --- */

/* Fills it, unless it is that of this law, day and setting already; RC_TOO_BIG: a ceiling is too small. */
enum rc outlook_take(struct outlook *outlook, const struct law *law, int32_t as_of,
    struct schedule_season setting) MUST_USE;
/* The season of a law and setting that begins in a fiscal year. */
void outlook_season(const struct outlook *o, uint16_t season, int fiscal_year, int32_t *ret_from, int32_t *ret_to);

/* --- outlook_versions.c: versions of a rule --- */

/* But for their days the courses ask the same, of everybody. */
bool outlook_same_course(const struct law *law, const struct law_course *a, const struct law_course *b);

/* --- outlook_first.c: the first dose of a programme --- */

void outlook_know_first(struct outlook *o, uint16_t programme);

/* --- select.c: which rules bind this person on this day --- */

/* e->outlook is set. */
enum rc select_open(struct engine *e, const struct schedule_question *q);
/* Once the doses are in order: fills near and what belongs to it, latest first. */
void select_near(struct engine *e);

static inline int32_t
select_span_end(const struct engine *e, const struct law_span *s)
{
	return s->to == NEVER || (s->end_published != NEVER && e->known < s->end_published) ?
	    FOREVER : s->to;
}

static inline bool
select_binds(const struct engine *e, const struct law_span *s, int32_t on)
{
	return s->published <= e->known && steady_within(e, on, s->from, select_span_end(e, s));
}

/* The product a dose serves as, as a mask of one bit (0 for an unknown product). */
static inline uint64_t
select_product_bit(const struct engine *e, uint16_t product)
{
	return product == LAW_NONE ? 0 : e->outlook->serves_as[product];
}

/* A dose of a known product, for a programme; in no extension as yet. */
static inline struct filling
select_filling(struct engine *e, uint16_t programme, uint16_t product)
{
	struct filling filling = { .state = &e->state[programme], .programme = programme, .product = product,
		.bit = e->outlook->serves_as[product], .says = e->outlook->says[programme][product] };

	return filling;
}

/* NEVER when the point says nothing, or rests on a pregnancy that is not known. */
int32_t select_point(const struct engine *e, const struct law_point *point, int32_t on,
    uint16_t season);
static inline int32_t
select_known_point(const struct engine *e, const struct known_point *k, const struct law_point *point,
    uint16_t season)
{
	return k->how == KNOWN_AGE ? e->age[k->age] + k->plus_days :
	    k->how == KNOWN_NOTHING ? NEVER : select_point(e, point, e->as_of, season);
}
/* The days on which a person has been known to be one of whom `who` speaks; false: none.
 * Leaves out given_min/max, which select_given answers. */
bool select_who(const struct engine *e, const struct law_who *who, int32_t *ret_from,
    int32_t *ret_to);
/* One of the conditions holds on the day. */
bool select_condition(const struct engine *e, uint32_t any, int32_t on);
bool select_given(const struct engine *e, uint16_t programme, const struct law_who *who);
/* No counted dose of the person can lie in the days of the rule: what it says of them is decided (*ret_holds). */
static inline bool
select_given_decided(const struct engine *e, const struct law_who *who, bool *ret_holds)
{
	*ret_holds = who->given_min == 0;
	return who->given_to != NEVER && who->given_to < e->birth;
}
/* The season that holds the day or, when none does, the next one; says which. */
bool select_season(const struct engine *e, uint16_t season, int32_t on, int32_t *ret_from,
    int32_t *ret_to);
void select_find_targets(struct engine *e, uint16_t programme);
static inline void
select_targets(struct engine *e, uint16_t programme)
{
	if ((e->targets_ready >> programme & 1) == 0)
		select_find_targets(e, programme);
}
/* What those of the targets say together that hold by the doses counted as yet. */
struct eligible select_eligible(struct engine *e, uint16_t programme);
bool select_holds(struct engine *e, uint16_t programme, const struct live_target *t, int32_t on);
/* The window in which the product is lawful on the day, its first rule; NULL. */
static inline const struct live_target *
select_held(struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	const struct live_target *t, *end;

	select_targets(e, programme);
	t = &e->target[e->first_live_target[programme]];
	for (end = t + e->n_live_targets[programme]; t < end; t += t->rules)
		if ((t->products & bit) != 0 && steady_within(e, on, t->from, t->until) &&
		    (!t->conditional || select_holds(e, programme, t, on)))
			return t;
	return NULL;
}
/* The target rule by which it is; NULL. */
static inline const struct live_target *
select_target(struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	const struct live_target *t = select_held(e, programme, bit, on);

	while (t != NULL && (on < t->from || on > t->to))
		t++;
	return t;
}
/* Its row; LAW_NONE. */
static inline uint16_t
select_window(struct engine *e, uint16_t programme, uint64_t bit, int32_t on)
{
	const struct live_target *t = select_target(e, programme, bit, on);

	return t == NULL ? LAW_NONE : t->row;
}
/* The live form of a row; NULL when it holds for the person on no day. */
const struct live_target *select_live(const struct engine *e, uint16_t programme, uint16_t row);
/* The same by the person's extensions: row of law->extension; LAW_NONE. */
uint16_t select_extension(struct engine *e, uint16_t programme, uint64_t bit, int32_t on);
/* The days of one extension entry by one row of the law; false: none. */
bool select_extension_days(struct engine *e, const struct law_extension *row,
    const struct schedule_extension *entry, int32_t *ret_from, int32_t *ret_to);
/* The row of a course with the dose asked about, and by the counted doses alone; LAW_NONE where none speaks. */
struct two_courses {
	uint16_t course, counted;
};
struct two_courses select_find_course(struct engine *e, uint16_t programme, unsigned component, struct track *track,
    uint32_t says, int32_t on, bool in_extension);
/* Of so many versions from this row on the one that binds on the day. */
static inline uint16_t
select_version(const struct engine *e, uint16_t row, unsigned versions, int32_t on)
{
	while (versions > 1 && e->law->course[row + versions - 1].span.from > on)
		versions--;
	return (uint16_t)(row + versions - 1);
}
/* The same of a first dose, where the outlook knows its course; false: it must be looked for. */
bool select_first_course(const struct engine *e, const struct filling *filling, unsigned component, struct track *track,
    int32_t on);
/* What was found last is said of such a dose, too. */
static inline bool
select_chosen(const struct track *track, uint32_t says, int32_t on, bool in_extension)
{
	const struct chosen *c = &track->chosen;

	return on >= c->row_since && on <= c->row_until && (says & ~track->says) == c->added &&
	    (!in_extension || track->n > 0);
}
/* The course of a person who has counted track and receives the dose on the day. */
static inline struct two_courses
select_course(struct engine *e, const struct filling *filling, unsigned component, struct track *track, int32_t on)
{
	const struct chosen *c = &track->chosen;

	if (!select_chosen(track, filling->says, on, filling->in_extension) &&
	    (track->n > 0 || !select_first_course(e, filling, component, track, on)))
		return select_find_course(e, filling->programme, component, track, filling->says, on, filling->in_extension);
	steady_narrow(e, c->since, c->until);
	return (struct two_courses){ c->course, c->counted };
}
/* The course by the counted doses alone, of which there are some. */
static inline uint16_t
select_counted_course(struct engine *e, uint16_t programme, unsigned component, struct track *track, int32_t on)
{
	const struct chosen *c = &track->chosen;

	if (on < c->row_since || on > c->row_until)
		return select_find_course(e, programme, component, track, 0, on, false).counted;
	steady_narrow(e, c->since, c->until);
	return c->counted;
}
/* The dose counts on the day: what was found with it is that of the counted doses now. */
static inline void
select_keep_course(struct track *track, const struct filling *filling, int32_t on)
{
	struct chosen *c = &track->chosen;

	if (!select_chosen(track, filling->says, on, filling->in_extension)) {
		c->row_since = FOREVER;
		c->row_until = NEVER;
		return;
	}
	c->added = 0;
	c->counted = c->course;
}

/* --- window.c: may this dose fill the next slot on this day --- */

enum verdict { VERDICT_VALID, VERDICT_YOUNG, VERDICT_SHORT, VERDICT_WRONG, VERDICT_COMPLETE };

struct judgement {
	enum verdict verdict;
	bool doctor;			/* lawful only by a doctor's judgement */
	bool doctor_opens;		/* ... which the person's condition is */
	bool late;			/* the last day for this slot has passed */
	uint16_t course, slot, way;	/* slot: index in law->slot; LAW_NONE */
	uint16_t change_to;		/* a short interval leads to this course; LAW_NONE */
	int32_t lawful_from;		/* bare law; for VERDICT_YOUNG the age */
	int32_t cautious_from;		/* counting from the last injection */
	struct law_gap gap;		/* interval that decides lawful_from; anchor NONE */
};

int32_t window_after(int32_t anchor, const struct law_gap *gap);
/* The product holds all antigens of the component. */
static inline bool
window_served(const struct engine *e, uint16_t programme, unsigned component, uint16_t product)
{
	return (e->outlook->served[programme][product] >> component & 1) != 0;
}

bool window_fills(struct engine *e, uint16_t programme, unsigned component, int32_t on);
/* The course is complete by the counted doses. */
static inline bool
window_complete(struct engine *e, uint16_t programme, unsigned component, int32_t on)
{
	unsigned n = e->state[programme].track[component].n;

	return n > 0 && n >= e->outlook->fewest[programme] && window_fills(e, programme, component, on);
}
/* Judges one component; the day lies after every counted dose of it. */
void window_judge(struct engine *e, const struct filling *filling, unsigned component, int32_t on, struct judgement *ret);
/* Which slot the dose would fill, and from which day on (lawful_from, cautious_from) as long as nobody shortens an
 * interval: VERDICT_VALID whatever the day asked about.  The same on all days to which it narrows the stretch. */
void window_open(struct engine *e, const struct filling *filling, unsigned component, int32_t on, struct judgement *ret);
/* The same of a first dose, where the outlook knows it; false: it must be asked.  For a person without conditions. */
bool window_first(const struct engine *e, const struct filling *filling, unsigned component, int32_t on,
    struct judgement *ret);
/* Counts a dose. */
void window_count(struct engine *e, const struct filling *filling, unsigned component, int32_t on, uint16_t change_to);
/* The standard days of the slot and way a judgement found. */
void window_standard(struct engine *e, uint16_t programme, unsigned component,
    const struct judgement *j, int32_t on, int32_t *ret_from, int32_t *ret_to);

/* --- window_spacing.c: the distance to other vaccines --- */

/* Some recorded dose may forbid days to the product. */
static inline bool
window_spaced(const struct engine *e, uint16_t product)
{
	return (e->law->product[product].classes & e->spacing_classes) != 0;
}
/* Index into e->dose of a recorded dose of another product too near to `product` on the day, by
 * law; -1: none.  before_only looks at earlier doses only.  ret_spacing may be NULL. */
int window_too_near(const struct engine *e, uint16_t product, int32_t on, bool before_only,
    bool no_interval, uint16_t *ret_spacing);
/* --- credit.c: the walk of the doses --- */

enum dose_mode { DOSE_JUDGED, DOSE_SKIPPED, DOSE_COUNTED };

/* By day, product, id: never by the caller's order. */
void credit_sort(const struct engine *e, uint16_t *order);
/* Empties the programmes of the mask. */
void credit_reset(struct engine *e, uint32_t programmes);
/*
 * Judges one dose for the family whose first programme is `family` and lets it count.
 * DOSE_SKIPPED leaves nothing behind but an injection; DOSE_COUNTED fills a slot unasked.
 */
void credit_dose(struct engine *e, size_t index, uint16_t family, enum dose_mode mode,
    struct schedule_credit *ret);
/* The stage among the family to which such a dose falls; LAW_NONE when every stage refuses its day.
 * *ret_held: a window holds it; *ret_open, where none does: it misses a dose. */
uint16_t credit_stage(struct engine *e, uint32_t family, uint16_t product, uint64_t bit, int32_t on,
    bool *ret_held, bool *ret_open);
bool credit_open(struct engine *e, uint16_t programme, uint16_t product, int32_t on);

/* --- reasons --- */

struct schedule_reason *reason_add(const struct engine *e, struct schedule_reason *list,
    uint8_t *n, enum schedule_reason_code code, uint16_t source, int32_t in_force);
/* Says so where the source is unconfirmed. */
static inline void
reason_source(const struct engine *e, struct schedule_reason *list, uint8_t *n, uint16_t source,
    int32_t in_force)
{
	if (source != LAW_NONE && e->law->source[source].unconfirmed)
		reason_add(e, list, n, SCHEDULE_UNCONFIRMED, source, in_force);
}

/* --- trail.c: how it was judged, for whoever asked to know --- */

/* Only while e->q->trail is not NULL.  Credits outside e->credit (tried, not answered) leave no trail. */
void trail_credit(struct engine *e, const struct schedule_credit *credit, uint64_t bit, int32_t on,
    const struct judgement *j);
void trail_forecast(struct engine *e, uint16_t programme, uint64_t bit, int32_t on,
    const struct judgement *j);

/* --- offer.c: what may still be given, and when --- */

#define OFFERS 16
#define OFFER_FOUND 8
#define OFFER_BARRED 4

/* What the judgement of a dose says of one not yet given, and the asked days for which it says the same. */
struct ruling {
	int32_t since, until;
	int32_t opens;			/* on earlier days among these it would not count */
	bool known, in_extension;
	uint8_t kind;			/* of the dose it would be; KIND_NONE: it would not count */
	struct judgement judgement;	/* of the component it would count for */
};

/* A product that may stand in the forecast. */
struct offer {
	struct filling filling;
	uint8_t like;			/* first offer that is judged by the same ways */
	struct ruling ruling;		/* the last judgement of all that are like this */
	/* Days on which it does not stand in the list of vaccines. */
	uint8_t n_barred;
	struct { int32_t from, to; } barred[OFFER_BARRED];
	/* What was found with window and spacing, first of all of the first day of the stretch that still counts. */
	uint8_t n_found;
	struct found { int32_t since, until; uint8_t kind; } found[OFFER_FOUND];
	struct judgement judgement;	/* of the last asked day on which it was lawful */
	struct judgement first;		/* of the first found */
};
#define KIND_NONE 0xff

struct asking {
	struct engine *e;
	const struct law_programme *p;
	struct state *state;
	uint16_t programme;
	uint32_t missing;		/* components without a full course */
	struct offer offer[OFFERS];
	unsigned n_offers;
	uint8_t kind;			/* of the dose that the stretch is of; KIND_NONE */
	bool stages;			/* earlier stages may take the dose */
	bool cautious;			/* count from the last injection */
	int32_t first, last;		/* the days asked about */
	int32_t counted;		/* day of the family's last counted dose where it is the last injection too, or NEVER */
};

/* Would this product, given on this day, be lawful and counted here?  The kind of dose, or KIND_NONE. */
uint8_t offer_lawful(struct asking *a, struct offer *o, int32_t on, struct judgement *ret);
/* The products that may stand in the forecast, first choice first. */
void offer_find(struct asking *a);
/* The stretch of lawful days that holds as_of, else the next one; false: none. */
bool offer_stretch(struct asking *a, int32_t *ret_from, int32_t *ret_to);
/* One product's own days in it, and the judgement of the first that still counts. */
bool offer_days(struct asking *a, struct offer *o, int32_t from, int32_t to,
    struct schedule_choice *ret, struct judgement *ret_judgement);
/* Doses still missing when the next is given on `on` or the first lawful day after it; the day of the last. */
unsigned offer_missing_on(const struct asking *a, const struct offer *o, int32_t on, int32_t *ret_last);
/* The same where the programme has closed. */
unsigned offer_missing_closed(const struct asking *a, const struct offer *o, int32_t on);
/* The same for the dose that `j` judged. */
unsigned offer_missing(const struct asking *a, const struct offer *o, const struct judgement *j,
    int32_t on);

/* --- forecast.c --- */

/* The programme misses a dose on as_of (only_while). */
bool forecast_complete(struct engine *e, uint16_t programme);
enum rc forecast_programme(struct engine *e, uint16_t programme, struct schedule_forecast *ret);

/* --- doubt.c: doses whose day or weight is not known --- */

/*
 * The forecast of a programme by doses of its own that are taken as they stand, whatever
 * is in doubt elsewhere: the unknown day of a dose it must keep its distance from, or
 * whether a programme that decides on its products misses a dose.
 */
enum rc doubt_forecast(struct engine *e, uint16_t programme, struct schedule_forecast *ret_forecast);
enum rc doubt_family(struct engine *e, uint16_t family, struct schedule_work *work,
    const uint16_t *first_credit, struct schedule_answer *answer);

#endif
