#include "store/store_officer.h"

#include <string.h>

#include "store/store_room.h"

static const char *const role_words[OFFICER_ROLE__COUNT] = {
	[OFFICER_ADMINISTRATOR] = "administrator",
	[OFFICER_HEALTH_OFFICER] = "health-officer",
	[OFFICER_NURSE] = "nurse",
	[OFFICER_CLERK] = "clerk",
	[OFFICER_AUDITOR] = "auditor",
	[OFFICER_MACHINE] = "machine",
	[OFFICER_PROTECTING] = "protecting-officer",
	[OFFICER_CLINIC] = "clinic",
	[OFFICER_RESIDENT] = "resident",
	[OFFICER_GUARDIAN] = "guardian",
};

const char *
store_officer_role_word(enum officer_role role)
{
	return (unsigned)role < OFFICER_ROLE__COUNT ? role_words[role] : "unknown";
}

enum rc
store_officer_role_parse(const char *text, enum officer_role *ret_role)
{
	for (int i = 0; i < OFFICER_ROLE__COUNT; i++)
		if (strcmp(text, role_words[i]) == 0) {
			*ret_role = (enum officer_role)i;
			return RC_OK;
		}
	return RC_INVALID;
}

static void
take(struct stmt *q, struct arena *a, struct officer *o)
{
	o->no = stmt_int(q);
	o->name = stmt_text(q, a);
	o->role = (enum officer_role)stmt_int(q);
	o->uid = stmt_int_or(q, -1);
	o->is_active = stmt_int(q) != 0;
	o->person = stmt_id(q);
}

static enum rc
one(struct stmt *q, struct arena *a, struct officer *ret_officer, struct fault *why)
{
	struct officer o;
	enum rc rc;

	if ((rc = stmt_next(q, why)) != RC_OK)
		return rc;
	take(q, a, &o);
	if ((rc = stmt_end(q, why)) != RC_OK)
		return rc;
	*ret_officer = o;
	return RC_OK;
}

enum rc
store_officer_add(struct store *s, const char *name, enum officer_role role, int64_t uid,
    int64_t *ret_no, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OFFICER_LAST);
	int64_t no = 1;
	enum rc rc;

	rc = stmt_next(q, why);
	if (rc == RC_OK) {
		no = stmt_int(q) + 1;
		rc = stmt_end(q, why);
	} else if (rc == RC_ABSENT)
		rc = RC_OK;
	if (rc != RC_OK)
		return rc;
	q = stmt_start(s, STMT_OFFICER_ADD);
	stmt_put_int(q, STMT_OFFICER_ADD__NO, no);
	stmt_put_text(q, STMT_OFFICER_ADD__NAME, name);
	stmt_put_int(q, STMT_OFFICER_ADD__ROLE, (int64_t)role);
	if (uid >= 0)
		stmt_put_int(q, STMT_OFFICER_ADD__UID, uid);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc == RC_CONFLICT ? fault_set(why, rc, "officer", "name or user id is taken") : rc;
	*ret_no = no;
	return RC_OK;
}

enum rc
store_officer_list(struct store *s, struct arena *a, struct officer **ret_officers,
    size_t *ret_n, struct fault *why)
{
	struct rows rows = { a, sizeof(struct officer), NULL, 0, 0 };
	struct stmt *q = stmt_start(s, STMT_OFFICER_LIST);
	struct officer *o;
	enum rc rc;

	while ((rc = stmt_next(q, why)) == RC_OK) {
		if ((o = rows_add(&rows)) == NULL) {
			stmt_drop(q);
			return fault_set(why, RC_NOMEM, "store/officer", "no memory");
		}
		take(q, a, o);
	}
	if (rc != RC_ABSENT)
		return rc;
	*ret_officers = rows.at;
	*ret_n = rows.n;
	return RC_OK;
}

/* A node without an administrator could never get one again. */
static enum rc
check_administrator_stays(struct store *s, int64_t no, enum officer_role role, bool is_active,
    struct fault *why)
{
	struct officer *all;
	struct arena a;
	size_t n;
	bool was = false, another = false;
	enum rc rc;

	arena_init(&a, LIMIT_REQUEST_BYTES);
	if ((rc = store_officer_list(s, &a, &all, &n, why)) != RC_OK)
		goto out;
	for (size_t i = 0; i < n; i++)
		if (all[i].is_active && all[i].role == OFFICER_ADMINISTRATOR) {
			if (all[i].no == no)
				was = true;
			else
				another = true;
		}
	if (was && !another && (role != OFFICER_ADMINISTRATOR || !is_active))
		rc = fault_set(why, RC_REFUSED, "officer", "the last administrator must stay one");
 out:
	arena_clear(&a);
	return rc;
}

enum rc
store_officer_change(struct store *s, int64_t no, enum officer_role role, bool is_active,
    struct fault *why)
{
	struct stmt *q;
	enum rc rc;

	if ((rc = check_administrator_stays(s, no, role, is_active, why)) != RC_OK)
		return rc;
	q = stmt_start(s, STMT_OFFICER_SET);
	stmt_put_int(q, STMT_OFFICER_SET__NO, no);
	stmt_put_int(q, STMT_OFFICER_SET__ROLE, (int64_t)role);
	stmt_put_int(q, STMT_OFFICER_SET__IS_ACTIVE, is_active);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : RC_ABSENT;
}

enum rc
store_officer_find_uid(struct store *s, int64_t uid, struct arena *a, struct officer *ret_officer,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OFFICER_BY_UID);
	struct officer o;
	enum rc rc;

	stmt_put_int(q, STMT_OFFICER_BY_UID__UID, uid);
	if ((rc = one(q, a, &o, why)) != RC_OK)
		return rc;
	if (!o.is_active)
		return RC_ABSENT;
	*ret_officer = o;
	return RC_OK;
}

enum rc
store_officer_find_name(struct store *s, const char *name, struct arena *a,
    struct officer *ret_officer, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OFFICER_BY_NAME);

	stmt_put_text(q, STMT_OFFICER_BY_NAME__NAME, name);
	return one(q, a, ret_officer, why);
}

enum rc
store_officer_get(struct store *s, int64_t no, struct arena *a, struct officer *ret_officer,
    struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OFFICER_GET);

	stmt_put_int(q, STMT_OFFICER_GET__NO, no);
	return one(q, a, ret_officer, why);
}

enum rc
store_officer_set_person(struct store *s, int64_t no, const struct id *person, struct fault *why)
{
	struct stmt *q = stmt_start(s, STMT_OFFICER_SET_PERSON);
	enum rc rc;

	stmt_put_int(q, STMT_OFFICER_SET_PERSON__NO, no);
	stmt_put_id(q, STMT_OFFICER_SET_PERSON__PERSON, person);
	if ((rc = stmt_run(q, why)) != RC_OK)
		return rc;
	return stmt_changed(q) == 1 ? RC_OK : RC_ABSENT;
}
