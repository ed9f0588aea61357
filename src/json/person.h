#ifndef JSON_PERSON_H
#define JSON_PERSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/day.h"
#include "base/limits.h"
#include "json/code_table.h"
#include "json/scan.h"
#include "schedule/schedule.h"

/* What of a dose only goes back out.  JSON_PADDING bytes of each text can be read. */
struct json_dose {
	struct json_text id;
	struct json_text date;
	bool has_id;
};

/* One person as read: what the calculator takes, and what is echoed. */
struct json_person {
	struct schedule_person person;	/* points into this value: it must not be copied or moved */
	struct schedule_condition condition[LIMIT_PERSON_CONDITIONS];
	struct schedule_extension extension[LIMIT_PERSON_EXTENSIONS];
	struct schedule_dose dose[LIMIT_PERSON_DOSES];
	struct json_dose echo[LIMIT_PERSON_DOSES];
	size_t n_dose;
	struct json_text id;
	bool has_id;
	struct json_error error;	/* when reading failed */
};

/*
 * Reads one person (contracts, the person of `watashi schedule`), strictly.  text is overwritten and must stay
 * while the person is used; JSON_PADDING writable bytes follow text + len.
 * False: p->error says what and where; p->id is still filled when it could be read.
 */
bool json_person_read(const struct json_codes *codes, char *text, size_t len, day as_of,
    struct json_person *p);

#endif
