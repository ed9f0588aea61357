#ifndef CLI_SCHEDULE_ANSWERS_H
#define CLI_SCHEDULE_ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/fault.h"
#include "json/answer.h"
#include "json/person.h"
#include "schedule/schedule.h"

/* Doses that can be supposed in one run (--what-if-given): a few visits' worth. */
#define SCHEDULE_SUPPOSED 16

/* How `watashi-schedule` answers: one person, or a stream of lines. */
struct schedule_setting {	/* shared by threads, const */
	const struct law *law;
	struct json_codes codes;
	struct json_answer_words words;
	enum lang lang;
	day as_of;
	struct schedule_season season;
	bool explain;			/* answers are told in words, not written as JSON */
	bool plan;
	day plan_until;			/* DAY_NONE: two years from as_of */
	unsigned per_visit;
	struct schedule_supposed { uint16_t product; day on; } supposed[SCHEDULE_SUPPOSED];
	unsigned n_supposed;
};

/* The memory of one thread: nothing else is allocated while people are answered. */
struct schedule_desk;
struct schedule_desk *schedule_desk_new(void);
void schedule_desk_free(struct schedule_desk *desk);

/*
 * Answers one person: appends the answer, or the error object, to out, without a line
 * end, and says which in *ret_answered.  text is overwritten; JSON_PADDING writable bytes
 * follow it.  Not RC_OK: out is full or memory is out.
 */
enum rc schedule_answers_one(const struct schedule_setting *setting, struct schedule_desk *desk,
    char *text, size_t len, struct buf *out, bool *ret_answered) MUST_USE;

/*
 * Answers every line of fd_in on fd_out, in order, in constant memory, with `jobs`
 * threads.  *ret_all_answered is false when a line was answered with an error object.
 */
enum rc schedule_answers_lines(const struct schedule_setting *setting, int fd_in, int fd_out,
    unsigned jobs, bool *ret_all_answered, struct fault *why) MUST_USE;

#endif
