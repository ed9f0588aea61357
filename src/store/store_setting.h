#ifndef STORE_SETTING_H
#define STORE_SETTING_H

#include "record/id.h"
#include "store/store.h"

/* Small facts about the node that must commit with an effect: counters, cursors, switches. */
enum rc store_setting_get(struct store *s, const char *key, struct arena *a, const char **ret_value,
    struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_setting_set(struct store *s, const char *key, const char *value,
    struct fault *why) MUST_USE;

/* Facts about one person, each under a key of that record: with the person they are purged. */
enum setting_of_person {
	SETTING_ANSWERS,	/* whether answers about the person go out by themselves: "auto" or "manual" */
	SETTING_PORTAL,		/* "portal-barred": the person is told nothing through the portal */
	SETTING_OF_PERSON__COUNT
};
#define SETTING_KEY_SIZE (16 + ID_TEXT_SIZE)
void store_setting_key(enum setting_of_person which, const struct id *person, char ret_key[SETTING_KEY_SIZE]);
/* Of an inquiry, by our number of it, and of an arrival, by the index of the MyNumber in hexadecimal: purged, too. */
#define SETTING_INQUIRY_SALT "inquiry-salt:"
#define SETTING_ARRIVAL "arrival:"
/* How many facts whose key begins so have a value. */
enum rc store_setting_count(struct store *s, const char *prefix, int64_t *ret_n, struct fault *why) MUST_USE;
/* The next number of a named row of numbers, from 1; never given twice once committed. */
enum rc store_setting_next(struct store *s, const char *key, int64_t *ret_n, struct fault *why) MUST_USE;

#endif
