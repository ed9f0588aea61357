#ifndef STORE_SETTING_H
#define STORE_SETTING_H

#include "store/store.h"

/* Small facts about the node that must commit with an effect: counters, cursors, switches. */
enum rc store_setting_get(struct store *s, const char *key, struct arena *a, const char **ret_value,
    struct fault *why) MUST_USE;		/* RC_ABSENT */
enum rc store_setting_set(struct store *s, const char *key, const char *value,
    struct fault *why) MUST_USE;
/* How many facts whose key begins so have a value. */
enum rc store_setting_count(struct store *s, const char *prefix, int64_t *ret_n, struct fault *why) MUST_USE;
/* The next number of a named row of numbers, from 1; never given twice once committed. */
enum rc store_setting_next(struct store *s, const char *key, int64_t *ret_n, struct fault *why) MUST_USE;

#endif
