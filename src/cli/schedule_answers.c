#include "cli/schedule_answers.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/schedule_explain.h"
#include "schedule/visits.h"

/* A plan looks two years ahead (contracts, plan). */
#define PLAN_MONTHS 24
/* What one read takes, and the longest line that is still held whole (to be refused as too big). */
#define BATCH_BYTES (64u << 10)
#define LINE_BYTES (LIMIT_PERSON_JSON_BYTES + 1)
/* Lines of one batch: the answers of short lines are many times as long, and are held until their turn. */
#define BATCH_LINES 100
/* Answers of one batch: an answer is under forty times its question but for tiny questions. */
#define OUT_BYTES (256u << 20)
/* Answers are passed on when so much has gathered, also within a batch. */
#define FLUSH_BYTES (1u << 20)

struct schedule_desk {
	struct json_person person;
	struct schedule_work work;
	struct schedule_answer answer;
	struct schedule_credit credit[SCHEDULE_CREDITS_PER_DOSE * LIMIT_PERSON_DOSES];
	/* For telling, and for plans. */
	struct schedule_step step[SCHEDULE_CREDITS_PER_DOSE * LIMIT_PERSON_DOSES];
	struct schedule_trail trail;
	struct schedule_answer before;
	struct visits_plan plan;
	struct visits_work *visits_work;	/* NULL until a plan is asked for */
	char id[SCHEDULE_SUPPOSED][JSON_PADDING];
	char date[SCHEDULE_SUPPOSED][JSON_PADDING];
};

struct schedule_desk *
schedule_desk_new(void)
{
	/* Most of it is never touched: the pages stay with the kernel. */
	return calloc(1, sizeof(struct schedule_desk));
}

void
schedule_desk_free(struct schedule_desk *desk)
{
	if (desk != NULL)
		free(desk->visits_work);
	free(desk);
}

static enum rc
refuse(const struct schedule_setting *setting, struct schedule_desk *desk,
    enum json_error_code code, struct buf *out)
{
	desk->person.error.code = code;
	desk->person.error.place[0] = '\0';
	return json_error_write(setting->lang, &desk->person, &desk->person.error, out);
}

/* Adds the supposed doses to the person; false: there is no room for them. */
static bool
suppose(const struct schedule_setting *setting, struct schedule_desk *desk)
{
	struct json_person *person = &desk->person;

	if (person->n_dose + setting->n_supposed > LIMIT_PERSON_DOSES)
		return false;
	for (unsigned i = 0; i < setting->n_supposed; i++) {
		struct json_dose *echo = &person->echo[person->n_dose];
		int len = snprintf(desk->id[i], sizeof desk->id[i], "what-if-%u", i + 1);

		day_write(setting->supposed[i].on, desk->date[i]);
		echo->id = (struct json_text){ .text = desk->id[i], .len = (size_t)len, .plain = true };
		echo->date = (struct json_text){ .text = desk->date[i], .len = DAY_TEXT_SIZE - 1,
			.plain = true };
		echo->has_id = true;
		person->dose[person->n_dose++] = (struct schedule_dose){ .id = desk->id[i],
			.given = { setting->supposed[i].on, setting->supposed[i].on },
			.product = setting->supposed[i].product };
	}
	return true;
}

static enum rc
make_plan(const struct schedule_setting *setting, struct schedule_desk *desk,
    const struct schedule_question *question)
{
	struct visits_question asked = {
		.question = question, .per_visit = setting->per_visit,
		.until = day_known(setting->plan_until) ? setting->plan_until :
		    day_same_day(setting->as_of, PLAN_MONTHS),
	};

	if (desk->visits_work == NULL && (desk->visits_work = calloc(1, visits_work_size())) == NULL)
		return RC_NOMEM;
	return visits_plan(&asked, desk->visits_work, &desk->plan);
}

static enum rc
explain(const struct schedule_setting *setting, struct schedule_desk *desk, struct buf *out)
{
	const struct schedule_telling telling = {
		.law = setting->law, .lang = setting->lang, .as_of = setting->as_of,
		.person = &desk->person, .answer = &desk->answer, .trail = &desk->trail,
	};
	enum rc rc = RC_OK;

	if (setting->n_supposed > 0)
		rc = schedule_changes_write(&telling, &desk->before, setting->n_supposed, out);
	if (rc == RC_OK)
		rc = schedule_explain_write(&telling, out);
	if (rc == RC_OK && setting->plan)
		rc = schedule_plan_write(&telling, &desk->plan, out);
	return rc;
}

enum rc
schedule_answers_one(const struct schedule_setting *setting, struct schedule_desk *desk,
    char *text, size_t len, struct buf *out, bool *ret_answered)
{
	struct json_person *person = &desk->person;
	struct schedule_question question = {
		.law = setting->law, .person = &person->person, .dose = person->dose,
		.as_of = setting->as_of, .season = setting->season,
		.reasons = setting->words.reasons == JSON_REASONS_TEXT,
	};
	enum rc rc;

	if (len > LIMIT_PERSON_JSON_BYTES) {
		person->has_id = false;
		*ret_answered = false;
		return refuse(setting, desk, JSON_TOO_BIG, out);
	}
	if (!json_person_read(&setting->codes, text, len, setting->as_of, person)) {
		*ret_answered = false;
		return json_error_write(setting->lang, person, &person->error, out);
	}
	question.n_dose = person->n_dose;
	desk->answer.credit = desk->credit;
	desk->answer.room_credit = sizeof desk->credit / sizeof desk->credit[0];
	if (setting->n_supposed > 0) {
		if (setting->explain) {
			desk->before.credit = desk->credit;
			desk->before.room_credit = desk->answer.room_credit;
			if (schedule_answer(&question, &desk->work, &desk->before) != RC_OK) {
				*ret_answered = false;
				return refuse(setting, desk, JSON_CANNOT_ANSWER, out);
			}
		}
		if (!suppose(setting, desk)) {
			*ret_answered = false;
			return refuse(setting, desk, JSON_TOO_MANY, out);
		}
		question.n_dose = person->n_dose;
	}
	if (setting->explain) {
		desk->trail.credit = desk->step;
		desk->trail.room_credit = sizeof desk->step / sizeof desk->step[0];
		question.trail = &desk->trail;
	}
	if (schedule_answer(&question, &desk->work, &desk->answer) != RC_OK) {
		*ret_answered = false;
		return refuse(setting, desk, JSON_CANNOT_ANSWER, out);
	}
	if (setting->plan && (rc = make_plan(setting, desk, &question)) != RC_OK) {
		if (rc == RC_NOMEM)
			return rc;
		*ret_answered = false;
		return refuse(setting, desk, JSON_CANNOT_ANSWER, out);
	}
	rc = setting->explain ? explain(setting, desk, out) :
	    json_answer_write(&setting->words, person, setting->as_of, &desk->answer,
	    setting->plan ? &desk->plan : NULL, out);
	if (rc == RC_OK)
		*ret_answered = true;
	return rc;
}

static enum rc
write_out(int fd, struct buf *out, struct fault *why)
{
	size_t done = 0;

	while (done < out->len) {
		ssize_t n = write(fd, out->data + done, out->len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "standard output",
			    "%s", strerror(errno));
		done += (size_t)n;
	}
	buf_truncate(out, 0);
	return RC_OK;
}

/* Whole lines: text[0..len), every one ending in a line feed but perhaps the last. */
struct batch {
	char *text;		/* BATCH_BYTES + LINE_BYTES + JSON_PADDING + 1 bytes */
	size_t len;
	struct buf out;
	bool all_answered;
	enum rc rc;
	enum { BATCH_FREE, BATCH_READ, BATCH_TAKEN, BATCH_ANSWERED } state;
};
#define BATCH_ROOM (BATCH_BYTES + LINE_BYTES)

/* The reader's place between two reads. */
struct source {
	int fd;
	bool skipping;		/* the rest of a line over the ceiling is being passed over */
	bool ended;
	size_t n_rest;		/* the beginning of a line, kept for the next batch */
	char rest[LINE_BYTES + BATCH_BYTES];
};

/* Keeps so many whole lines of what was read as a batch takes, and the rest for the next; false: there is none. */
static bool
cut(struct source *src, struct batch *b)
{
	char *at = b->text, *end = b->text + b->len, *nl;
	unsigned n = 0;

	while (n < BATCH_LINES && (nl = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at = nl + 1;
		n++;
	}
	if (n == 0)
		return false;
	src->n_rest = (size_t)(end - at);
	memcpy(src->rest, at, src->n_rest);
	b->len = (size_t)(at - b->text);
	return true;
}

/*
 * Fills a batch with at least one whole line, or what is left at the end; RC_ABSENT when
 * nothing is.  Of a line over the ceiling one byte more than the ceiling is kept.
 */
static enum rc
fill(struct source *src, struct batch *b, struct fault *why)
{
	char *nl;
	ssize_t n;

	memcpy(b->text, src->rest, src->n_rest);
	b->len = src->n_rest;
	src->n_rest = 0;
	if (cut(src, b))
		return RC_OK;
	while (!src->ended) {
		n = read(src->fd, b->text + b->len, BATCH_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_set(why, RC_IO, "standard input", "%s", strerror(errno));
		if (n == 0) {
			src->ended = true;
			break;
		}
		if (src->skipping) {
			char *from = b->text + b->len;

			nl = memchr(from, '\n', (size_t)n);
			if (nl == NULL)
				continue;
			n -= nl - from;
			memmove(from, nl, (size_t)n);
			src->skipping = false;
		}
		b->len += (size_t)n;
		if (cut(src, b))
			return RC_OK;
		if (b->len > LIMIT_PERSON_JSON_BYTES) {
			b->len = LINE_BYTES;
			src->skipping = true;
		}
	}
	return b->len > 0 ? RC_OK : RC_ABSENT;
}

/* Answers the lines of a batch; with fd >= 0 answers leave in between, so that memory stays small. */
static void
answer_batch(const struct schedule_setting *setting, struct schedule_desk *desk, struct batch *b,
    int fd, struct fault *why)
{
	char *at = b->text, *end = b->text + b->len;

	b->all_answered = true;
	b->rc = RC_OK;
	while (at < end) {
		char *nl = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((nl != NULL ? nl : end) - at);
		bool answered = false;

		/* Reading overwrites the byte after the line: it is the line feed or padding. */
		b->rc = schedule_answers_one(setting, desk, at, len, &b->out, &answered);
		if (b->rc == RC_OK)
			b->rc = buf_add_char(&b->out, '\n');
		if (b->rc == RC_OK && fd >= 0 && b->out.len > FLUSH_BYTES)
			b->rc = write_out(fd, &b->out, why);
		if (b->rc != RC_OK)
			return;
		if (!answered)
			b->all_answered = false;
		at += len + 1;
	}
}

static enum rc
batch_init(struct batch *b)
{
	memset(b, 0, sizeof *b);
	buf_init(&b->out, OUT_BYTES);
	b->text = malloc(BATCH_ROOM + JSON_PADDING + 1);
	return b->text == NULL ? RC_NOMEM : RC_OK;
}

static void
batch_clear(struct batch *b)
{
	free(b->text);
	buf_clear(&b->out);
}

static enum rc
lines_alone(const struct schedule_setting *setting, struct source *src, int fd_out,
    bool *ret_all_answered, struct fault *why)
{
	struct schedule_desk *desk = schedule_desk_new();
	struct batch b = { 0 };
	bool all = true;
	enum rc rc;

	rc = batch_init(&b);
	if (desk == NULL)
		rc = RC_NOMEM;
	while (rc == RC_OK && (rc = fill(src, &b, why)) == RC_OK) {
		answer_batch(setting, desk, &b, fd_out, why);
		all = all && b.all_answered;
		rc = b.rc == RC_OK ? write_out(fd_out, &b.out, why) : b.rc;
	}
	if (rc == RC_ABSENT) {
		*ret_all_answered = all;
		rc = RC_OK;
	}
	batch_clear(&b);
	schedule_desk_free(desk);
	return rc;
}

/* Batches go round: the reader fills them in turn, any worker answers, the writer empties them in turn. */
struct round {
	const struct schedule_setting *setting;
	struct batch *batch;
	unsigned n_batch;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	unsigned next_work;
	bool no_more;		/* the reader has ended */
	bool stop;		/* something failed */
	int fd_out;
	bool all_answered;
	enum rc write_rc;
	struct fault write_why;
};

static void
set_state(struct round *r, struct batch *b, int state)
{
	pthread_mutex_lock(&r->lock);
	b->state = state;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void
stop_round(struct round *r)
{
	pthread_mutex_lock(&r->lock);
	r->stop = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void *
work(void *given)
{
	struct round *r = given;
	struct schedule_desk *desk = schedule_desk_new();

	for (;;) {
		struct batch *b;

		pthread_mutex_lock(&r->lock);
		while (r->batch[r->next_work].state != BATCH_READ && !r->no_more && !r->stop)
			pthread_cond_wait(&r->changed, &r->lock);
		b = &r->batch[r->next_work];
		if (r->stop || b->state != BATCH_READ) {
			pthread_mutex_unlock(&r->lock);
			break;
		}
		b->state = BATCH_TAKEN;
		r->next_work = (r->next_work + 1) % r->n_batch;
		pthread_mutex_unlock(&r->lock);
		if (desk == NULL)
			b->rc = RC_NOMEM;
		else
			answer_batch(r->setting, desk, b, -1, NULL);
		set_state(r, b, BATCH_ANSWERED);
	}
	schedule_desk_free(desk);
	return NULL;
}

static void *
write_round(void *given)
{
	struct round *r = given;

	for (unsigned i = 0;; i = (i + 1) % r->n_batch) {
		struct batch *b = &r->batch[i];

		pthread_mutex_lock(&r->lock);
		while (b->state != BATCH_ANSWERED && !r->stop &&
		    !(r->no_more && b->state == BATCH_FREE))
			pthread_cond_wait(&r->changed, &r->lock);
		if (b->state != BATCH_ANSWERED) {
			pthread_mutex_unlock(&r->lock);
			return NULL;
		}
		pthread_mutex_unlock(&r->lock);
		r->all_answered = r->all_answered && b->all_answered;
		r->write_rc = b->rc;
		if (b->rc == RC_OK)
			r->write_rc = write_out(r->fd_out, &b->out, &r->write_why);
		if (r->write_rc != RC_OK) {
			stop_round(r);
			return NULL;
		}
		set_state(r, b, BATCH_FREE);
	}
}

/* The reader: gives batches out until the input ends or somebody failed. */
static enum rc
read_round(struct round *r, struct source *src, struct fault *why)
{
	enum rc rc = RC_OK;

	for (unsigned i = 0; rc == RC_OK; i = (i + 1) % r->n_batch) {
		struct batch *b = &r->batch[i];
		bool stop;

		pthread_mutex_lock(&r->lock);
		while (b->state != BATCH_FREE && !r->stop)
			pthread_cond_wait(&r->changed, &r->lock);
		stop = r->stop;
		pthread_mutex_unlock(&r->lock);
		if (stop)
			break;
		if ((rc = fill(src, b, why)) == RC_OK)
			set_state(r, b, BATCH_READ);
	}
	pthread_mutex_lock(&r->lock);
	r->no_more = true;
	if (rc != RC_OK && rc != RC_ABSENT)
		r->stop = true;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
lines_together(const struct schedule_setting *setting, struct source *src, int fd_out,
    unsigned jobs, bool *ret_all_answered, struct fault *why)
{
	struct round r = {
		.setting = setting, .n_batch = 2 * jobs + 2, .lock = PTHREAD_MUTEX_INITIALIZER,
		.changed = PTHREAD_COND_INITIALIZER, .fd_out = fd_out, .all_answered = true,
	};
	pthread_t *thread = calloc(jobs + 1, sizeof *thread);
	unsigned n_thread = 0;
	enum rc rc = RC_OK;

	r.batch = calloc(r.n_batch, sizeof *r.batch);
	if (thread == NULL || r.batch == NULL)
		rc = RC_NOMEM;
	for (unsigned i = 0; i < r.n_batch && rc == RC_OK; i++)
		rc = batch_init(&r.batch[i]);
	for (unsigned i = 0; i <= jobs && rc == RC_OK; i++) {
		if (pthread_create(&thread[i], NULL, i == 0 ? write_round : work, &r) != 0)
			rc = fault_set(why, RC_NOMEM, "--jobs", "cannot start %u threads", jobs);
		else
			n_thread++;
	}
	if (rc == RC_OK)
		rc = read_round(&r, src, why);
	else
		stop_round(&r);
	for (unsigned i = 0; i < n_thread; i++)
		pthread_join(thread[i], NULL);
	if (rc == RC_OK && r.write_rc != RC_OK) {
		rc = r.write_rc;
		if (why != NULL)
			*why = r.write_why;
	}
	if (rc == RC_OK)
		*ret_all_answered = r.all_answered;
	if (r.batch != NULL)
		for (unsigned i = 0; i < r.n_batch; i++)
			batch_clear(&r.batch[i]);
	free(r.batch);
	free(thread);
	return rc;
}

enum rc
schedule_answers_lines(const struct schedule_setting *setting, int fd_in, int fd_out,
    unsigned jobs, bool *ret_all_answered, struct fault *why)
{
	struct source *src = calloc(1, sizeof *src);
	enum rc rc;

	if (src == NULL)
		return RC_NOMEM;
	src->fd = fd_in;
	if (jobs <= 1)
		rc = lines_alone(setting, src, fd_out, ret_all_answered, why);
	else
		rc = lines_together(setting, src, fd_out, jobs, ret_all_answered, why);
	free(src);
	return rc;
}
