#ifndef ACTION_DOSE_REPORT_H
#define ACTION_DOSE_REPORT_H

#include "action/node.h"
#include "store/store_dose_report.h"

/* What wrong vaccinations and suspected adverse reactions have in common: reports that are attached to doses. */

/* The row of a report: of its kind alone what only that has.  Inside a transaction; person: whose it is. */
typedef enum rc dose_report_reply(struct call *c, const struct dose_report *r, const struct person *p, struct fault *why);

/* The words that a request names over what stands; an empty text takes one away. */
void dose_report_take_text(const struct request *r, enum request_tag tag, const char **to);
/* To whom and when it was sent on, note, and who says so; noticed_on must stand.  RC_INVALID names the field. */
enum rc dose_report_take(struct call *c, struct dose_report *r, struct fault *why) MUST_USE;

/* Begins; the dose named by the request, into r and d.  RC_INVALID also where r was noticed before the dose. */
enum rc dose_report_begin_add(struct call *c, struct dose_report *r, struct dose *d, struct fault *why) MUST_USE;
/* Begins; the report named by a field of the request, as it stands. */
enum rc dose_report_begin_correct(struct call *c, enum dose_report_kind kind, enum request_tag number,
    struct dose_report *ret, struct fault *why) MUST_USE;
/* "not-reported" "reported" of a mistake, "received" "sent-on" of a reaction, "withdrawn" of both. */
const char *dose_report_state(const struct dose_report *r);
/* Writes it down, commits and replies. */
enum rc dose_report_finish(struct call *c, const struct dose_report *r, dose_report_reply *reply, struct fault *why) MUST_USE;

int dose_report_year(const struct call *c);
/* Of the person named (by who may see), else of a fiscal year: without protected people, whoever asks, since lists
 * of them are not to be had. */
enum rc dose_report_list(struct call *c, enum dose_report_kind kind, dose_report_reply *reply, struct fault *why) MUST_USE;
/* The counts of the year, their look written down: into c's arena. */
enum rc dose_report_counts(struct call *c, enum dose_report_kind kind, struct dose_report_count **ret_rows, size_t *ret_n,
    struct fault *why) MUST_USE;

#endif
