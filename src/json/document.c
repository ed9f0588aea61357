#include "json/document.h"

#include <assert.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/utf8.h"

void
json_document_init(struct json_document *d, bool array)
{
	memset(d, 0, sizeof *d);
	d->open[0] = array ? cJSON_CreateArray() : cJSON_CreateObject();
	d->rc = d->open[0] == NULL ? RC_NOMEM : RC_OK;
}

void
json_document_clear(struct json_document *d)
{
	cJSON_Delete(d->open[0]);
	memset(d, 0, sizeof *d);
}

/* Takes item over, whatever happens. */
static bool
add(struct json_document *d, const char *key, cJSON *item)
{
	cJSON *parent = d->open[d->depth];
	bool done;

	if (d->rc != RC_OK) {
		cJSON_Delete(item);
		return false;
	}
	if (item == NULL) {
		d->rc = RC_NOMEM;
		return false;
	}
	assert((key == NULL) == (bool)cJSON_IsArray(parent));
	done = key == NULL ? cJSON_AddItemToArray(parent, item) :
	    cJSON_AddItemToObject(parent, key, item);
	if (!done) {
		cJSON_Delete(item);
		d->rc = RC_NOMEM;
	}
	return done;
}

static void
open_one(struct json_document *d, const char *key, cJSON *item)
{
	if (add(d, key, item)) {
		assert(d->depth + 1 < JSON_DOCUMENT_DEPTH);
		d->open[++d->depth] = item;
	}
}

void
json_document_object(struct json_document *d, const char *key)
{
	if (d->rc == RC_OK)
		open_one(d, key, cJSON_CreateObject());
}

void
json_document_array(struct json_document *d, const char *key)
{
	if (d->rc == RC_OK)
		open_one(d, key, cJSON_CreateArray());
}

void
json_document_close(struct json_document *d)
{
	if (d->rc != RC_OK)
		return;
	assert(d->depth > 0);
	d->depth--;
}

void
json_document_text(struct json_document *d, const char *key, const char *text)
{
	if (d->rc == RC_OK && utf8_check(text, strlen(text), UTF8_BLOCK, NULL) != RC_OK)
		d->rc = RC_INVALID;
	if (d->rc == RC_OK)
		add(d, key, cJSON_CreateString(text));
}

void
json_document_integer(struct json_document *d, const char *key, int64_t n)
{
	if (d->rc == RC_OK)
		add(d, key, cJSON_CreateNumber((double)n));
}

void
json_document_thousandths(struct json_document *d, const char *key, int64_t n)
{
	if (d->rc == RC_OK)
		add(d, key, cJSON_CreateNumber((double)n / 1000.0));
}

void
json_document_bool(struct json_document *d, const char *key, bool value)
{
	if (d->rc == RC_OK)
		add(d, key, cJSON_CreateBool(value));
}

void
json_document_day(struct json_document *d, const char *key, day value)
{
	char text[DAY_TEXT_SIZE];

	if (!day_known(value))
		return;
	day_write(value, text);
	json_document_text(d, key, text);
}

void
json_document_text_if(struct json_document *d, const char *key, const char *text)
{
	if (text[0] != '\0')
		json_document_text(d, key, text);
}

enum rc
json_document_write(struct json_document *d, bool indented, struct buf *out)
{
	char *text;
	enum rc rc;

	if (d->rc != RC_OK)
		return d->rc;
	assert(d->depth == 0);
	text = indented ? cJSON_Print(d->open[0]) : cJSON_PrintUnformatted(d->open[0]);
	if (text == NULL)
		return RC_NOMEM;
	rc = buf_add_text(out, text);
	cJSON_free(text);
	if (rc == RC_OK)
		rc = buf_add_char(out, '\n');
	return rc;
}
