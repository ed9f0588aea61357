#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/words.h"
#include "report/history.h"

/*
 * Records out.  A format renders one history into bytes; which reader it is for decides
 * what it may show (design D5, D9): only REPORT_OFFICE shows addressee number or address,
 * none ever shows a MyNumber, and of a protected person all say only that.
 */
enum report_reader { REPORT_OFFICE, REPORT_CLINIC, REPORT_RESIDENT, REPORT_READER__COUNT };

struct report_format {
	const char *name;		/* as in --format */
	const char *media_type;
	const char *suffix;		/* of a file: "html" */
	enum report_reader reader;
	/* Appends to out; RC_TOO_BIG, RC_NOMEM: out is as long as before. */
	enum rc (*write)(struct buf *out, const struct history *h, enum lang lang, struct fault *why);
};

/* show: text json csv; export: html csv fhir portal; check: text json.  NULL when unknown. */
const struct report_format *report_show_find(const char *name);
const struct report_format *report_export_find(const char *name);
const struct report_format *report_check_find(const char *name);

enum rc report_text(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_json(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_show_csv(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_html(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_csv(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_fhir(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_portal(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_check_text(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;
enum rc report_check_json(struct buf *out, const struct history *h, enum lang lang, struct fault *why) MUST_USE;

/*
 * due: one row per person and programme.  begin, then a row for each, then end.
 * A row of a protected person says only that the record is protected.
 */
enum report_due_format { REPORT_DUE_TEXT, REPORT_DUE_CSV, REPORT_DUE_JSON, REPORT_DUE__COUNT };
struct report_due_row {
	const struct history_person *person;	/* only addressee_no when protected */
	bool protected;
	const struct history_forecast *forecast;	/* NULL when protected */
};
struct report_due {			/* a list being written */
	enum report_due_format format;
	enum lang lang;
	day as_of;
	size_t n_rows;
};
/* RC_ABSENT when no format is called so. */
enum rc report_due_find(const char *name, enum report_due_format *ret_format) MUST_USE;
enum rc report_due_begin(struct report_due *d, struct buf *out, enum report_due_format format,
    enum lang lang, day as_of) MUST_USE;
enum rc report_due_row(struct report_due *d, struct buf *out, const struct report_due_row *row) MUST_USE;
enum rc report_due_end(struct report_due *d, struct buf *out) MUST_USE;

/* A due row as a frame's fields, as history_frame_write and _read do. */
void report_due_frame_write(struct frame *f, const struct report_due_row *row);
enum rc report_due_frame_read(struct frame_reader *r, struct arena *arena,
    struct report_due_row *ret_row, struct fault *why) MUST_USE;

#endif
