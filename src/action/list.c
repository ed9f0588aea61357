#include <stdio.h>
#include <string.h>

#include "action/list_run.h"
#include "base/utf8.h"

/*
 * Lists by name: what is asked of the register is written down once, read by a second pair of eyes, and run
 * again every month, instead of being typed anew each time.
 */
#define NAME_CHARS_MAX 64

static const struct condition { enum request_tag tag; const char *name; } condition_who[] = {
	{ TAG_AGE, "age" }, { TAG_BORN, "born" }, { TAG_COHORT, "cohort" }, { TAG_TURNS, "turns" },
	{ TAG_SEX, "sex" },
}, condition_more[] = {
	{ TAG_LANGUAGE, "language" }, { TAG_RESIDENT_ON, "resident-on" },
	{ TAG_ARRIVED_SINCE, "arrived-since" }, { TAG_DISTRICT, "district" }, { TAG_HAS, "has" },
	{ TAG_HAS_NOT, "has-not" }, { TAG_PROGRAMME, "programme" }, { TAG_STATUS, "status" }, { TAG_DOSE, "dose" },
	{ TAG_RECORDS, "records" }, { TAG_ON, "on" },
};

static enum rc
put_conditions(const struct request *r, const struct condition *which, size_t n, struct list_condition *k, struct fault *why)
{
	const char *value;
	enum rc rc;

	for (size_t i = 0; i < n; i++)
		if ((value = request_text(r, which[i].tag)) != NULL &&
		    (rc = list_condition_put(k, which[i].name, value, why)) != RC_OK)
			return rc;
	return RC_OK;
}

enum rc
list_condition_who(const struct request *r, struct list_condition *ret_condition, struct fault *why)
{
	list_condition_init(ret_condition);
	return put_conditions(r, condition_who, sizeof(condition_who) / sizeof(condition_who[0]), ret_condition, why);
}

static enum rc
take_conditions(const struct call *c, struct list_condition *ret_condition, struct fault *why)
{
	struct list_condition k;
	enum rc rc;

	if ((rc = list_condition_who(c->r, &k, why)) != RC_OK ||
	    (rc = put_conditions(c->r, condition_more, sizeof(condition_more) / sizeof(condition_more[0]), &k, why)) != RC_OK)
		return rc;
	*ret_condition = k;
	return RC_OK;
}

/* A word for the command line and for file names. */
static bool
is_name(const char *text)
{
	size_t len = strlen(text);

	return text[0] != '-' && utf8_length(text, len) <= NAME_CHARS_MAX && strpbrk(text, " /'\",\\") == NULL;
}

static enum rc
reply_list(struct call *c, const struct list_row *row, struct fault *why)
{
	struct frame f;
	enum rc rc;

	frame_init(&f, RESULT_ROW);
	frame_put_text(&f, TAG_LIST, row->name);
	frame_put_int(&f, TAG_VERSION, row->version);
	frame_put_text(&f, TAG_CONDITIONS, row->condition);
	frame_put_text(&f, TAG_DESCRIPTION, row->description);
	frame_put_text(&f, TAG_DESCRIPTION_EN, row->description_en);
	frame_put_text(&f, TAG_STATE, row->is_closed ? "closed" : "open");
	node_put_officer(c, &f, TAG_OFFICER, row->made_by);
	frame_put_int(&f, TAG_AT, row->made_us);
	rc = node_reply(c, &f, why);
	frame_clear(&f);
	return rc;
}

/* What is not said again stays as it was in the version before. */
static enum rc
fill_from_before(struct call *c, struct list_row *row, bool has_conditions, struct fault *why)
{
	struct list_row before;
	enum rc rc;

	if ((rc = store_list_get(c->a->store, row->name, 0, &c->arena, &before, why)) == RC_ABSENT) {
		if (!has_conditions)
			return fault_set(why, RC_INVALID, "conditions", "a list without any condition would be the whole town");
		if (row->description == NULL)
			return fault_set(why, RC_INVALID, "description", "a new list says what it is for");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	if (!has_conditions)
		row->condition = before.condition;
	if (row->description == NULL)
		row->description = before.description;
	if (row->description_en == NULL)
		row->description_en = before.description_en;
	return RC_OK;
}

enum rc
do_list_define(struct call *c, struct fault *why)
{
	struct list_row row = { .name = request_text(c->r, TAG_LIST),
	    .description = request_text(c->r, TAG_DESCRIPTION), .description_en = request_text(c->r, TAG_DESCRIPTION_EN),
	    .made_by = c->actor, .made_us = c->now_us, .is_closed = request_int(c->r, TAG_CLOSED, 0) != 0 };
	struct buf text = BUF_INIT(LIST_TEXT_MAX);
	struct list_condition k;
	char detail[160];
	enum rc rc;

	if (c->a->law == NULL)
		return fault_set(why, RC_REFUSED, "law", "no law file is installed: see watashi doctor");
	if (!is_name(row.name))
		return fault_set(why, RC_INVALID, "list", "a name is one word of at most %d characters", NAME_CHARS_MAX);
	if ((rc = take_conditions(c, &k, why)) != RC_OK)
		return rc;
	if ((rc = list_condition_write(&k, &text)) != RC_OK) {
		rc = fault_set(why, rc, "conditions", "too long to be read by anybody");
		goto out;
	}
	if ((text.len > 0 && (rc = list_condition_check(&k, c->a->law, why)) != RC_OK) ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK)
		goto out;
	row.condition = text.data;
	if ((rc = fill_from_before(c, &row, text.len > 0, why)) != RC_OK ||
	    (rc = store_list_add(c->a->store, &row, &row.version, why)) != RC_OK)
		goto out;
	(void)snprintf(detail, sizeof(detail), "%.100s v%lld%s", row.name, (long long)row.version,
	    row.is_closed ? ", closed" : "");
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) == RC_OK &&
	    (rc = store_commit(c->a->store, why)) == RC_OK)
		rc = reply_list(c, &row, why);
 out:
	buf_clear(&text);
	return rc;
}

static enum rc
reply_all(struct call *c, const char *name, struct fault *why)
{
	struct list_row *row;
	size_t n;
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = store_list_all(c->a->store, name, node_most(c), &c->arena, &row, &n, why)) != RC_OK)
		return rc;
	if (name != NULL && n == 0)
		return fault_set(why, RC_ABSENT, "list", "no list is called so: see watashi list names");
	if ((rc = node_audit(c, NULL, AUDIT_DONE, NULL, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK)
		return rc;
	n = node_cut(c, n);
	for (size_t i = 0; i < n && rc == RC_OK; i++)
		rc = reply_list(c, &row[i], why);
	return rc;
}

enum rc
do_list_names(struct call *c, struct fault *why)
{
	return reply_all(c, NULL, why);
}

enum rc
do_list_show(struct call *c, struct fault *why)
{
	return reply_all(c, request_text(c->r, TAG_LIST), why);
}

/* Counts alone: nobody is named before two officers have released it. */
enum rc
do_list_run(struct call *c, struct fault *why)
{
	struct list_result result = { .match = NULL };
	struct list_question q;
	char detail[160], on[DAY_TEXT_SIZE];
	enum rc rc;

	if ((rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = list_question_read(c, &q, why)) != RC_OK)
		return rc;
	day_write(q.on, on);
	(void)snprintf(detail, sizeof(detail), "%.100s v%lld, %s", q.row->name, (long long)q.row->version, on);
	if ((rc = node_audit(c, NULL, AUDIT_DONE, detail, why)) != RC_OK ||
	    (rc = store_commit(c->a->store, why)) != RC_OK ||
	    (rc = store_begin(c->a->store, c->now_us, why)) != RC_OK ||
	    (rc = list_run(c, &q, &result, why)) != RC_OK)
		return rc;
	store_rollback(c->a->store);
	rc = list_reply(c, &q, &result, NULL, 0, why);
	list_result_clear(&result);
	return rc;
}
