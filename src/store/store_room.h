#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include "base/limits.h"
#include "record/dose.h"
#include "store/engine.h"
#include "vault/vault_digest.h"

/* The store's own memory.  Inside src/store only. */

/* One schema step, embedded from data/schema. */
struct embedded {
	const char *name;
	const char *text;
};
extern const struct embedded store_schema_steps[];
/* Run after the last step, in its transaction. */
extern const struct embedded store_schema_estimates[];
/* "table.column" that lead to a protected person's whereabouts (data/schema/shield.tsv); NULL ends. */
extern const char *const store_shielded_columns[];

/* Words known by a small number: municipalities, sources, products, clinics. */
struct dict_entry {
	int64_t no;
	size_t next;		/* in its bucket; SIZE_MAX ends */
	char *key;		/* as the dictionary's owner writes it */
};

struct dict {
	struct dict_entry *entries;
	size_t n, room;
	size_t *buckets;
	size_t n_buckets;
};

const struct dict_entry *dict_find_no(const struct dict *d, int64_t no);
/* RC_NOMEM leaves the dictionary as it was: it is a cache. */
enum rc dict_add(struct dict *d, const char *key, int64_t no) MUST_USE;
void dict_clear(struct dict *d);

struct store {
	char *path;
	enum store_role role;
	struct engine *engine;		/* shut after an unknown commit */
	char municipality[7];
	int64_t muni;
	int64_t now_us;			/* of the transaction */
	bool is_open;			/* a transaction is open, or a step of joined ones */
	bool looks_only;		/* nothing but readings and the audit log */
	bool is_joined;			/* steps are parts of one transaction */
	enum store_eyes eyes;
	struct id_maker ids;
	struct id owner;		/* of the lease, ID_NONE none */
	int64_t epoch;

	struct dict towns, sources, products, clinics;

	struct id marked;		/* whose statements were last marked as changed in this transaction; ID_NONE */

	/* Is any record merged with another, as of this transaction? */
	enum { SAME_UNKNOWN, SAME_NOBODY, SAME_SOMEBODY } same;

	/* Last audit row as of this transaction. */
	bool head_known;
	int64_t head_seq, head_time_us;
	struct vault_digest head_hash;
};

/* A number for each word, made when missing.  NULL text gives 0. */
enum rc store_town(struct store *s, const char *code, int64_t *ret_no, struct fault *why) MUST_USE;
enum rc store_source(struct store *s, enum dose_source kind, const char *code, int64_t *ret_no,
    struct fault *why) MUST_USE;
enum rc store_product(struct store *s, const char *code, int64_t *ret_no, struct fault *why) MUST_USE;
enum rc store_clinic(struct store *s, const char *code, const char *name, int64_t *ret_no,
    struct fault *why) MUST_USE;
/* RC_ABSENT when there is none yet. */
enum rc store_source_find(struct store *s, enum dose_source kind, const char *code,
    int64_t *ret_no, struct fault *why) MUST_USE;
enum rc store_town_find(struct store *s, const char *code, int64_t *ret_no, struct fault *why) MUST_USE;
/* And back; 0 gives NULL. */
enum rc store_town_text(struct store *s, int64_t no, struct arena *a, const char **ret_code,
    struct fault *why) MUST_USE;
enum rc store_source_text(struct store *s, int64_t no, struct arena *a, enum dose_source *ret_kind,
    const char **ret_code, struct fault *why) MUST_USE;
enum rc store_product_text(struct store *s, int64_t no, struct arena *a, const char **ret_code,
    struct fault *why) MUST_USE;
enum rc store_clinic_text(struct store *s, int64_t no, struct arena *a, const char **ret_code,
    const char **ret_name, struct fault *why) MUST_USE;

/* Array that grows in an arena by doubling; what it outgrew stays until the arena goes. */
struct rows {
	struct arena *arena;
	size_t each;
	void *at;
	size_t n, room;
};
/* A zeroed row more; NULL when the arena has no room. */
void *rows_add(struct rows *r);

#endif
