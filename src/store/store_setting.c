#include "store/store_setting.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/store_room.h"

enum rc
store_setting_get(struct store *s, const char *key, struct arena *a, const char **ret_value,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_SETTING_GET);
	const char *value;
	enum rc rc;

	stmt_put_text(q, STMT_SETTING_GET__KEY, key);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	value = stmt_text(q, a);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_value = value;
	return RC_OK;
}

enum rc
store_setting_count(struct store *s, const char *prefix, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_SETTING_COUNT);
	int64_t n;
	enum rc rc;

	stmt_put_text(q, STMT_SETTING_COUNT__PREFIX, prefix);
	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	n = stmt_int(q);
	if ((rc = stmt_end(q, why)) == RC_OK)
		*ret_n = n;
	return rc;
}

enum rc
store_setting_set(struct store *s, const char *key, const char *value, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_SETTING_PUT);

	stmt_put_text(q, STMT_SETTING_PUT__KEY, key);
	stmt_put_text(q, STMT_SETTING_PUT__VALUE, value);
	return stmt_run(q, why);
}

void
store_setting_key(enum setting_of_person which, const struct id *person, char ret_key[SETTING_KEY_SIZE])
{
	static const char *const about[SETTING_OF_PERSON__COUNT] = {
		[SETTING_ANSWERS] = "answers", [SETTING_PORTAL] = "portal",
	};
	char text[ID_TEXT_SIZE];

	id_write(person, text);
	(void)snprintf(ret_key, SETTING_KEY_SIZE, "%s:%s", about[which], text);
}

enum rc
store_setting_next(struct store *s, const char *key, int64_t *ret_n, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_SETTING_GET);
	const char *value;
	int64_t n = 0;
	char text[24];
	enum rc rc;

	stmt_put_text(q, STMT_SETTING_GET__KEY, key);
	rc = stmt_next(q, why);
	if (rc == RC_OK) {
		if ((value = stmt_text_peek(q)) != NULL)
			n = strtoll(value, NULL, 10);
		rc = stmt_end(q, why);
	} else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc != RC_OK)
		return rc;
	snprintf(text, sizeof(text), "%lld", (long long)++n);
	if ((rc = store_setting_set(s, key, text, why)) == RC_OK)
		*ret_n = n;
	return rc;
}
