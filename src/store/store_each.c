#include "store/store_each.h"

enum rc
each_record_start(struct each_record *e, struct store *s, enum stmt_name name, int place_of_person,
    const struct id *person, struct fault *why)
{
	e->s = s;
	e->name = name;
	e->person = place_of_person;
	e->q = NULL;
	e->at = 0;
	return store_same_of(s, person, e->record, &e->n, why);
}

enum rc
each_record_next(struct each_record *e, struct fault *why)
{
	enum rc rc = RC_ABSENT;

	while (e->at < e->n) {
		if (e->q == NULL) {
			e->q = stmt_start(e->s, e->name);
			stmt_put_id(e->q, e->person, &e->record[e->at]);
		}
		if ((rc = stmt_next(e->q, why)) != RC_ABSENT)
			return rc;
		e->q = NULL;
		e->at++;
	}
	return rc;
}
