#ifndef STORE_NUMBER_H
#define STORE_NUMBER_H

#include "store/store.h"
#include "vault/vault.h"

/*
 * MyNumbers, sealed, in a table of their own (Ordinance for Enforcement of the
 * Immunization Act, art. 3 (1) no. 7).  The store never sees one in the clear
 * after import; it keeps what the key process made.
 */

/* RC_CONFLICT when the index belongs to another person; nothing is written. */
enum rc store_number_put(struct store *s, const struct id *person,
    const struct vault_sealed *sealed, const struct vault_index *index, struct fault *why) MUST_USE;
/* Of this record by itself.  RC_ABSENT when none is kept.  bytes of *ret_sealed are in the arena. */
enum rc store_number_get(struct store *s, const struct id *person, struct arena *a,
    struct vault_sealed *ret_sealed, struct fault *why) MUST_USE;
/* The one that is used for the person, and the record that it lies with (store_number_place): of two that merged
 * records have, the one that was chosen. */
enum rc store_number_used(struct store *s, const struct id *person, struct arena *a,
    struct vault_sealed *ret_sealed, struct id *ret_record, struct fault *why) MUST_USE;
/*
 * The record by whose addressee number the network knows the person: the one whose MyNumber is used, since a code is
 * one a person; without a number the one that answers.
 */
enum rc store_number_record(struct store *s, const struct id *person, struct id *ret_record, struct fault *why) MUST_USE;
enum rc store_number_find(struct store *s, const struct vault_index *index,
    struct id *ret_person, struct fault *why) MUST_USE;			/* RC_ABSENT */
/* The place to seal a person's number for, or to open it from. */
void store_number_place(const struct store *s, const struct id *person,
    struct vault_place *ret_place);

#endif
