#ifndef RECORD_DOSE_H
#define RECORD_DOSE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/day.h"
#include "record/id.h"

/*
 * A statement about one dose: immutable, with its source.  A correction is a
 * further version of the same statement; a withdrawal is a version too.
 * Items after Ordinance for Enforcement of the Immunization Act, art. 3 (1).
 * Text is UTF-8, borrowed, NULL when not stated.
 */
enum dose_status { DOSE_GIVEN, DOSE_NOT_GIVEN, DOSE_WITHDRAWN, DOSE_STATUS__COUNT };

/* Who says so. */
enum dose_source {
	DOSE_SOURCE_CLINIC,		/* source_code: clinic code */
	DOSE_SOURCE_MUNICIPALITY,	/* source_code: municipality code; came over the network */
	DOSE_SOURCE_OFFICE,		/* entered at this office */
	DOSE_SOURCE_HANDBOOK,		/* mother and child handbook */
	DOSE_SOURCE_CERTIFICATE,	/* foreign or other certificate */
	DOSE_SOURCE_PERSON,		/* said by the person or guardian */
	DOSE_SOURCE__COUNT
};

enum dose_verification {
	DOSE_UNVERIFIED, DOSE_VERIFIED, DOSE_DISPUTED, DOSE_VERIFICATION__COUNT
};

#define DOSE_VOLUME_UNKNOWN (-1)
#define DOSE_TOLD_MAX 99		/* no course has more doses; seasons are counted anew */

struct dose {
	struct id id;			/* this version */
	struct id person;
	struct id statement;		/* same for every version; the id of the first */
	int64_t version;		/* ours: 1, 2, ...; 0 and below: came after the one that overtook it */
	bool is_latest;			/* no later version exists */

	enum dose_source source;
	const char *source_code;	/* "" where the kind has none */
	const char *source_id;		/* unique within (source, source_code) */
	int64_t source_version;

	/* Where it was first recorded.  For what was recorded here: our own municipality,
	 * the statement in hexadecimal, and version.  However many hands relayed it, the
	 * three stay. */
	const char *origin_municipality;
	const char *origin_id;
	int64_t origin_version;
	const char *relayed_by;		/* municipality that answered us, NULL when recorded here */
	const char *asserted_by;	/* the origin's own words for its source, NULL when recorded here */

	/* Which dose of its course it was, as its source counts; 0 where it did not say. */
	int32_t told_no;
	struct day_span given;		/* a day, month or year; never completed by guessing */
	const char *vaccine;		/* product code */
	/* What was given as it is called where it was given (foreign certificates), beside the code; NULL: the
	 * code says it all. */
	const char *product_text;
	const char *lot;
	day expires;
	int32_t volume_ul;		/* thousandths of a millilitre */
	const char *site;
	const char *route;
	const char *clinic_code;
	const char *clinic_name;
	const char *physician;
	enum dose_status status;
	const char *reason;		/* why not given, corrected or withdrawn */
	const char *evidence;
	enum dose_verification verification;
	int64_t recorded_us;		/* when this version entered the register */
};

/* "given" "not-given" "withdrawn" */
const char *dose_status_word(enum dose_status status);
enum rc dose_status_parse(const char *text, size_t len, enum dose_status *ret_status) MUST_USE;
/* "clinic" "municipality" "office" "handbook" "certificate" "person" */
const char *dose_source_word(enum dose_source source);
enum rc dose_source_parse(const char *text, size_t len, enum dose_source *ret_source) MUST_USE;
/* "unverified" "verified" "disputed" */
const char *dose_verification_word(enum dose_verification v);
enum rc dose_verification_parse(const char *text, size_t len,
    enum dose_verification *ret_v) MUST_USE;
/* "0.5" to 500: at most three decimals, below 1000 mL. */
enum rc dose_volume_parse(const char *text, size_t len, int32_t *ret_volume_ul) MUST_USE;
#define DOSE_VOLUME_TEXT_SIZE 16
void dose_volume_write(int32_t volume_ul, char text[DOSE_VOLUME_TEXT_SIZE]);

#endif
