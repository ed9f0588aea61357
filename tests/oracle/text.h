#ifndef TESTS_ORACLE_TEXT_H
#define TESTS_ORACLE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The law as its text says it (law(5)), read by the second reader.  Names become places in
 * the tables below; sets are bits over those places.  Days are those of civil.h; an open
 * beginning or end is CIVIL_NEVER_BEFORE, CIVIL_NEVER_AFTER.
 */
enum text_point_kind { POINT_NONE, POINT_DATE, POINT_DAYS, POINT_MONTHS, POINT_FISCAL, POINT_SCHOOL, POINT_GESTATION, POINT_SEASON };
struct text_point { enum text_point_kind kind; int n, plus; };

enum text_anchor { ANCHOR_NONE, ANCHOR_PREVIOUS, ANCHOR_DOSE, ANCHOR_GROUP, ANCHOR_STAGES };
enum text_unit { UNIT_DAYS, UNIT_MONTHS, UNIT_HALF };
struct text_gap { enum text_anchor anchor; int of; enum text_unit unit; int n; };

struct text_who {
	int born_from, born_to;
	unsigned sex;			/* 0 any, 1 female, 2 male */
	uint32_t with, without;
	bool gestation, antibody;
	int antibody_by;
	bool given;
	int given_min, given_max, given_from, given_to;
};

struct text_span { int from, to, published, end_published, since; bool end_stated; };

struct text_product { char name[20]; uint32_t antigens, classes; int market_from, market_to; int deemed; uint32_t serves; };
struct text_season { char name[24]; int from_month, from_mday, to_month, to_mday; bool settable; };

#define TEXT_COMPONENTS 3
struct text_programme {
	char name[24];
	int n_components;
	uint32_t component[TEXT_COMPONENTS], history[TEXT_COMPONENTS];
	uint32_t antigens, exclusion, review_if;
	char stages[24];
	int group;			/* same number: shared doses */
	bool outside_review, per_pregnancy, any_age, child, antibody_exempts;
	int season;			/* -1: none */
	char season_name[24];
	struct text_point takes_from, takes_to;
};

struct text_target { int programme; char name[40]; struct text_span span; uint64_t products; struct text_who who; struct text_point open, close; };

struct text_way {
	uint64_t products;		/* 0: any */
	int n_gaps;
	struct text_gap gap[4];
	bool doctor;
	struct text_gap doctor_gap;
	uint32_t doctor_if;
	int when;			/* 0 always, 1 in order, 2 after a jump */
	struct text_point standard_from, standard_to;
	struct text_gap standard_after;	/* lower end; ANCHOR_NONE: none */
	bool standard_upper;
	enum text_unit upper_unit;
	int upper;
};

enum text_kind { KIND_INITIAL, KIND_BOOSTER, KIND_SINGLE, KIND_SEASONAL };
#define TEXT_WAYS 4
struct text_slot {
	enum text_kind kind;
	int group;
	struct text_point not_before, cap, drop_after;
	int jump;			/* place of a slot, -1 none; the number of slots: end */
	struct text_gap short_gap;
	char short_course[32];
	int n_ways;
	struct text_way way[TEXT_WAYS];
};

#define TEXT_SLOTS 8
struct text_course {
	int programme;
	char name[32];
	struct text_span span;
	struct text_who who;
	struct text_point first_from, first_to;
	uint64_t used_only, used_any, used_none;
	int component;			/* 0 all, else from 1 */
	int extension;			/* 0, 1 only, 2 never */
	int n_slots;
	struct text_slot slot[TEXT_SLOTS];
};

struct text_choice { int programme, product; struct text_span span; uint32_t while_missing, needs; uint64_t if_used, fewer_of; int fewer; };
struct text_extension { int programme; struct text_span span; uint64_t products; struct text_point until; bool early; };
struct text_spacing { char name[32]; struct text_span span; uint32_t earlier, later, except; int days; bool same_product, same_day; };

struct text {
	char antigen[32][24], klass[32][24], condition[32][40];
	int n_antigens, n_classes, n_conditions, died, pregnant;
	struct text_product product[64];
	int n_products;
	struct text_season season[8];
	int n_seasons;
	struct text_programme programme[32];
	int n_programmes;
	struct text_target target[256];
	int n_targets;
	int target_of[32][96], n_targets_of[32];	/* places of the targets of each programme */
	int course_of[32][48], n_courses_of[32];
	struct text_course course[256];
	int n_courses;
	struct text_choice choice[64];
	int n_choices;
	struct text_extension extension[64];
	int n_extensions;
	struct text_spacing spacing[32];
	int n_spacings;
	int history_from, eligible_from;	/* a window that ended before makes nobody a target */
};

/* Reads every *.law of the folder; ends the program with file and word when it meets what it does not know. */
void text_read(struct text *t, const char *folder);
int text_product(const struct text *t, const char *name);	/* -1: unknown */
int text_programme(const struct text *t, const char *name);
int text_condition(const struct text *t, const char *name);

#endif
