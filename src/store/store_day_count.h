#ifndef STORE_DAY_COUNT_H
#define STORE_DAY_COUNT_H

#include <stdbool.h>

#include "store/store.h"
#include "store/store_record.h"
#include "vault/vault_digest.h"

/*
 * How many exchanges a day had, as this town, the other one and the hub have recorded them (My Number
 * Act, art. 23): one row a day, inquirer and provider of which anybody has recorded an exchange.  What we have
 * recorded ourselves is never stored here: it is counted anew whenever it is compared.
 */
enum day_teller { DAY_TELLER_TOWN, DAY_TELLER_HUB, DAY_TELLER__COUNT };

struct day_count_row {
	int64_t no;
	day on;
	enum provision_side side;
	const char *inquirer, *provider;	/* institution codes; "": not to be seen */
	bool is_due;			/* our records changed since we told the other */
	bool is_gone;			/* the other town has left the network */
	int64_t made_us;		/* time that our last count bears; 0 none */
	struct vault_digest digest;	/* of the exchanges it counted; zero: none */
	bool is_listed;
	int64_t next_us;		/* sent again then; INT64_MAX never */
	int64_t tries;
	int64_t receipt_us;		/* 0 none */
	int64_t receipt;		/* exchange's number, as in the receipt; 0 none */
	bool differs;
	int64_t since_us;
	int64_t explained_us;		/* 0 not */
	const char *explained_by, *explanation;
	struct vault_digest explained_of;
};

/* RC_ABSENT: there is none.  The node's own work names bodies; the eyes of others do not find by them. */
enum rc store_day_count_find(struct store *s, day on, const char *inquirer, const char *provider, struct arena *a,
    struct day_count_row *ret_row, struct fault *why) MUST_USE;
enum rc store_day_count_get(struct store *s, int64_t no, struct arena *a, struct day_count_row *ret_row,
    struct fault *why) MUST_USE;
/* Due, with nothing told; uses on, side, inquirer, provider, and sets no. */
enum rc store_day_count_add(struct store *s, struct day_count_row *row, struct fault *why) MUST_USE;
/* Everything but no, on, side, inquirer, provider. */
enum rc store_day_count_set(struct store *s, const struct day_count_row *row, struct fault *why) MUST_USE;
/* Due, of days before; oldest day first. */
enum rc store_day_count_due(struct store *s, day before, size_t cap, struct arena *a, struct day_count_row **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;
/* Sent, and next_us has come. */
enum rc store_day_count_again(struct store *s, int64_t now_us, size_t cap, struct arena *a,
    struct day_count_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;
/* Of these days, both included, newest first. */
enum rc store_day_count_list(struct store *s, day from, day to, size_t cap, struct arena *a,
    struct day_count_row **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

/* That differ, or that the other town never told though the day lies before silent; newest first. */
enum rc store_day_count_open(struct store *s, day silent, size_t cap, struct arena *a, struct day_count_row **ret_rows,
    size_t *ret_n, struct fault *why) MUST_USE;

/* Not explained: that differ, of those since before long_us; of days before silent that the other town never told
 * and which do not differ, of those before silent_long. */
struct day_count_trouble {
	int64_t differs, differs_long, silent, silent_long;
};
enum rc store_day_count_trouble(struct store *s, int64_t long_us, day silent, day silent_long,
    struct day_count_trouble *ret, struct fault *why) MUST_USE;

/* ---- what others counted ---- */

struct day_said {
	int64_t made_us, received_us;
	int64_t provided, no_data, refused, failed;
	struct vault_digest digest;
	int64_t n_listed;
};
enum rc store_day_said_get(struct store *s, int64_t no, enum day_teller teller, struct day_said *ret,
    struct fault *why) MUST_USE;			/* RC_ABSENT */
/* Replaces what the teller said before, with the list. */
enum rc store_day_said_put(struct store *s, int64_t no, enum day_teller teller, const struct day_said *said,
    struct fault *why) MUST_USE;

struct day_entry {
	const char *process_no;
	int64_t outcome;		/* exchange's number */
	struct vault_digest digest;
};
enum rc store_day_entry_add(struct store *s, int64_t no, enum day_teller teller, const struct day_entry *e,
    struct fault *why) MUST_USE;
/* In order of process number; none unless the transaction's eyes see who asked. */
enum rc store_day_entry_list(struct store *s, int64_t no, enum day_teller teller, struct arena *a,
    struct day_entry **ret_rows, size_t *ret_n, struct fault *why) MUST_USE;

#endif
