#ifndef STORE_LIST_H
#define STORE_LIST_H

#include "store/store.h"
#include "vault/vault_digest.h"

/* Questions kept by name, and what was released of them. */

struct list_row {
	const char *name;
	int64_t version;		/* 1, 2, ...; given out by store_list_add */
	const char *description;	/* Japanese */
	const char *description_en;	/* NULL: not said */
	const char *condition;		/* words of the command line */
	const char *made_by;		/* actor */
	int64_t made_us;
	bool is_closed;			/* not to be run any more */
};
/* The next version of this name. */
enum rc store_list_add(struct store *s, const struct list_row *row, int64_t *ret_version,
    struct fault *why) MUST_USE;
/* version 0: the latest.  RC_ABSENT. */
enum rc store_list_get(struct store *s, const char *name, int64_t version, struct arena *a,
    struct list_row *ret_row, struct fault *why) MUST_USE;
/* name NULL: the latest version of each, by name; else every version, latest first. */
enum rc store_list_all(struct store *s, const char *name, size_t cap, struct arena *a,
    struct list_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

enum release_purpose {
	RELEASE_NOTICE,			/* before or when a window opens */
	RELEASE_REMINDER,		/* to who has not come */
	RELEASE_RECOMMENDATION,		/* to one by one (Act, art. 8) */
	RELEASE_WORK,			/* no letter follows */
	RELEASE_PURPOSE__COUNT
};
const char *release_purpose_word(enum release_purpose purpose);	/* "notice" */
enum rc release_purpose_parse(const char *word, enum release_purpose *ret_purpose) MUST_USE;

struct release {
	int64_t no;			/* given out by store_release_add */
	const char *list;
	int64_t version;
	day on;				/* reference day */
	bool is_apart;			/* those who could not be decided */
	enum release_purpose purpose;
	const char *programme;		/* "" without one */
	const char *law_version, *law_hash;
	int64_t count;
	struct vault_digest hash;	/* of the file in UTF-8 */
	const char *released_by;	/* actor: both officers */
	int64_t released_us;
};
struct release_row {
	int64_t seq;			/* from 1 */
	struct id person;
	int64_t dose;			/* 0: none */
	bool is_shielded;		/* protected since: line is NULL */
	const char *line;		/* of the file, with its line end */
};
enum rc store_release_add(struct store *s, const struct release *r, int64_t *ret_no, struct fault *why) MUST_USE;
enum rc store_release_row_add(struct store *s, int64_t release, const struct release_row *row,
    struct fault *why) MUST_USE;
enum rc store_release_get(struct store *s, int64_t no, struct arena *a, struct release *ret_release,
    struct fault *why) MUST_USE;			/* RC_ABSENT */
/* Newest first. */
enum rc store_release_list(struct store *s, size_t cap, struct arena *a, struct release **ret_releases,
    size_t *ret_n, struct fault *why) MUST_USE;
/* After a seq, at most cap, in order. */
enum rc store_release_rows(struct store *s, int64_t no, int64_t after, size_t cap, struct arena *a,
    struct release_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif
