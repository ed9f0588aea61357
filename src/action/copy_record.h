#ifndef ACTION_COPY_RECORD_H
#define ACTION_COPY_RECORD_H

#include "exchange/message.h"
#include "record/dose.h"
#include "record/person.h"

/*
 * A statement of the register as a record of the vaccination item, and back: what
 * a copy says to whoever asks (My Number Act, art. 19 no. 8; the items of the
 * Ordinance for Enforcement of the Immunization Act, art. 3 (1), without the number).
 * Every record begins with birth date, sex and folded kana, by which the asker
 * finds out whether it is about the right person.
 */
#define COPY_RECORD_LAYOUT "0001"
#define COPY_RECORD_DATA_SET "0001"
#define COPY_RECORD_IDENTITY "identity"	/* record key of "known here", also without any dose */

/* What names a record that is to be taken away; its strings are the caller's. */
void copy_record_nothing(const char *addressee_no, const char *record_key, int64_t version, day publish_from,
    struct message_copy *ret_record);
/* d NULL: the identity record.  Strings of *ret_record live in the arena, or are p's and d's. */
enum rc copy_record_write(const struct person *p, const struct dose *d, int64_t version,
    bool no_auto_reply, day publish_from, struct arena *arena, struct message_copy *ret_record,
    struct fault *why) MUST_USE;

struct copy_identity {
	struct day_span birth;
	enum sex sex;
	const char *kana;		/* folded */
};
/*
 * *ret_dose: everything but person, source, source_code, source_id and relayed_by; *ret_has_dose
 * false for the identity record.  RC_INVALID: an item is missing, twice or malformed.
 */
enum rc copy_record_read(const struct message_record_items *record, struct copy_identity *ret_identity,
    struct dose *ret_dose, bool *ret_has_dose, struct fault *why) MUST_USE;

/* Does the answer speak of this resident?  The folded forms are compared; a missing or unknown
 * value on either side is a difference. */
bool copy_identity_same(const struct copy_identity *said, const struct person *p);

#endif
