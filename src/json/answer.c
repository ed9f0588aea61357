#include "json/answer.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Most bytes of the fixed parts of one thing, without reasons. */
#define HEAD_BYTES 64
#define DOSE_BYTES 128
#define CREDIT_BYTES 160
#define FORECAST_BYTES 512
#define CHOICE_BYTES 128

#define POOL_BYTES (1u << 20)	/* pieces of a law with every table full are under half of it */

/* Copies the parts, joined, into the pool; the middle one as JSON text. */
static enum rc
piece(struct buf *pool, struct json_piece *ret, const char *before, const char *text,
    const char *after)
{
	size_t start = pool->len, len = strlen(text);
	enum rc rc;
	char *p;

	if ((rc = buf_reserve(pool, strlen(before) + 2 * len + strlen(after) + JSON_SLACK)) != RC_OK)
		return rc;
	p = pool->data + start;
	p = (char *)memcpy(p, before, strlen(before)) + strlen(before);
	p = json_put_text(p, text, len);
	p = (char *)memcpy(p, after, strlen(after)) + strlen(after);
	/* The pool may move while it grows: keep the offset until it is whole. */
	ret->text = (const char *)(uintptr_t)start;
	ret->len = (uint32_t)((size_t)(p - pool->data) - start);
	memset(p, 0, JSON_SLACK);
	pool->len += ret->len + JSON_SLACK;
	return RC_OK;
}

static enum rc
pieces_of_programme(struct buf *pool, struct json_answer_words *w, uint16_t i)
{
	const char *code = law_string(w->law, w->law->programme[i].code);
	char after[64];
	enum rc rc;

	for (int s = 0; s < SCHEDULE_CREDIT__COUNT; s++) {
		snprintf(after, sizeof after, "\",\"status\":\"%s\"",
		    schedule_credit_name((enum schedule_credit_status)s));
		rc = piece(pool, &w->credit[i][s], "{\"programme\":\"", code, after);
		if (rc != RC_OK)
			return rc;
	}
	for (int s = 0; s < SCHEDULE_STATUS__COUNT; s++)
		for (int overdue = 0; overdue < 2; overdue++) {
			snprintf(after, sizeof after, "\",\"status\":\"%s\",\"overdue\":%s,\"given\":",
			    schedule_status_name((enum schedule_status)s), overdue ? "true" : "false");
			rc = piece(pool, &w->forecast[i][s][overdue], "{\"programme\":\"", code, after);
			if (rc != RC_OK)
				return rc;
		}
	return RC_OK;
}

static enum rc
pieces_of_law(struct buf *pool, struct json_answer_words *w)
{
	const struct law *law = w->law;
	char hash[LAW_HASH_TEXT_SIZE], after[LAW_HASH_TEXT_SIZE + 16];
	size_t longest = 0;
	enum rc rc;

	law_hash_write(law, hash);
	snprintf(after, sizeof after, "\",\"hash\":\"%s\"}", hash);
	rc = piece(pool, &w->law_part, "\",\"law\":{\"version\":\"", law_string(law, law->version),
	    after);
	for (uint16_t i = 0; i < law->n_programme && rc == RC_OK; i++)
		rc = pieces_of_programme(pool, w, i);
	for (uint16_t i = 0; i < law->n_product && rc == RC_OK; i++) {
		const char *code = law_string(law, law->product[i].code);

		rc = piece(pool, &w->dose_product[i], "\",\"vaccine\":\"", code, "\",\"credits\":[");
		if (rc == RC_OK)
			rc = piece(pool, &w->choice_product[i], "{\"vaccine\":\"", code,
			    "\",\"earliest\":\"");
	}
	for (int k = 0; k < LAW_DOSE__COUNT && rc == RC_OK; k++)
		rc = piece(pool, &w->next_kind[k], ",\"kind\":\"",
		    schedule_kind_name((enum law_dose_kind)k), "\",\"earliest\":\"");
	for (int c = 0; c < SCHEDULE_REASON__COUNT && rc == RC_OK; c++)
		rc = piece(pool, &w->reason[c], "{\"code\":\"",
		    schedule_reason_name((enum schedule_reason_code)c), "\"");
	for (uint16_t i = 0; i < law->n_source && rc == RC_OK; i++) {
		const char *citation = law_string(law, w->lang == LANG_EN &&
		    law->source[i].citation_en != LAW_NO_TEXT ? law->source[i].citation_en :
		    law->source[i].citation_ja);

		rc = piece(pool, &w->source[i], ",\"source\":\"", citation, "\"");
		if (rc == RC_OK && w->source[i].len > longest)
			longest = w->source[i].len;
	}
	w->max_reason = longest + 128;
	if (w->reasons == JSON_REASONS_TEXT)
		w->max_reason += 2 * REASON_TEXT_SIZE;
	return rc;
}

static void
place_piece(struct json_piece *p, const char *pool)
{
	if (p->len > 0)
		p->text = pool + (uintptr_t)p->text;
}

enum rc
json_answer_words_init(struct json_answer_words *w, const struct law *law, enum lang lang,
    enum json_reasons reasons, struct fault *why)
{
	struct buf pool = BUF_INIT(POOL_BYTES);
	enum rc rc = RC_NOMEM;

	memset(w, 0, sizeof *w);
	w->law = law;
	w->lang = lang;
	w->reasons = reasons;
	reason_words_init(&w->words, lang, REASON_DAYS_ISO);
	w->source = calloc((size_t)law->n_source + 1, sizeof *w->source);
	if (w->source == NULL || (rc = pieces_of_law(&pool, w)) != RC_OK) {
		buf_clear(&pool);
		free(w->source);
		w->source = NULL;
		return fault_set(why, rc, "law", "its codes and citations do not fit");
	}
	w->pool = pool.data;	/* ours now */
	place_piece(&w->law_part, w->pool);
	for (int i = 0; i < LAW_PROGRAMMES_MAX; i++) {
		for (int s = 0; s < SCHEDULE_CREDIT__COUNT; s++)
			place_piece(&w->credit[i][s], w->pool);
		for (int s = 0; s < SCHEDULE_STATUS__COUNT; s++) {
			place_piece(&w->forecast[i][s][0], w->pool);
			place_piece(&w->forecast[i][s][1], w->pool);
		}
	}
	for (int i = 0; i < LAW_PRODUCTS_MAX; i++) {
		place_piece(&w->dose_product[i], w->pool);
		place_piece(&w->choice_product[i], w->pool);
	}
	for (int k = 0; k < LAW_DOSE__COUNT; k++)
		place_piece(&w->next_kind[k], w->pool);
	for (int c = 0; c < SCHEDULE_REASON__COUNT; c++)
		place_piece(&w->reason[c], w->pool);
	for (uint16_t i = 0; i < law->n_source; i++)
		place_piece(&w->source[i], w->pool);
	return RC_OK;
}

void
json_answer_words_clear(struct json_answer_words *w)
{
	free(w->pool);
	free(w->source);
	w->pool = NULL;
	w->source = NULL;
}

static char *
put_reason_text(char *p, const struct json_answer_words *w, enum reason_of of,
    const struct schedule_reason *r)
{
	const struct law *law = w->law;
	struct reason_values v = { (enum schedule_reason_code)r->code, r->day_a, r->day_b, r->gap, NULL };
	char text[REASON_TEXT_SIZE];
	size_t len;

	if (r->product != LAW_NONE)
		v.product = law_string(law, w->lang == LANG_JA ? law->product[r->product].name_ja :
		    law->product[r->product].name_en);
	len = reason_words_write(&w->words, of, &v, text);
	p = json_put_literal(p, ",\"text\":\"");
	p = json_put_text(p, text, len);
	*p++ = '"';
	return p;
}

static char *
put_reasons(char *p, const struct json_answer_words *w, enum reason_of of,
    const struct schedule_reason *reason, unsigned n)
{
	p = json_put_literal(p, ",\"reasons\":[");
	for (unsigned i = 0; i < n; i++) {
		const struct schedule_reason *r = &reason[i];

		if (i > 0)
			*p++ = ',';
		p = json_put_piece(p, &w->reason[r->code]);
		if (w->reasons == JSON_REASONS_TEXT)
			p = put_reason_text(p, w, of, r);
		if (r->source != LAW_NONE)
			p = json_put_piece(p, &w->source[r->source]);
		if (day_known(r->in_force)) {
			p = json_put_literal(p, ",\"inForce\":\"");
			p = json_put_day(p, r->in_force);
			*p++ = '"';
		}
		*p++ = '}';
	}
	*p++ = ']';
	return p;
}

static char *
put_text(char *p, const struct json_text *t)
{
	if (!t->plain)
		return json_put_text(p, t->text, t->len);
	if (t->len <= JSON_PADDING) {
		memcpy(p, t->text, JSON_PADDING);
		return p + t->len;
	}
	return (char *)memcpy(p, t->text, t->len) + t->len;
}

static enum rc
write_dose(const struct json_answer_words *w, const struct json_person *person, size_t i,
    const struct schedule_credit *credit, size_t n_credit, struct buf *out)
{
	const struct json_dose *echo = &person->echo[i];
	size_t id_len = echo->has_id ? echo->id.len : 0;
	enum rc rc;
	char *p;

	rc = buf_reserve(out, DOSE_BYTES + 2 * id_len + JSON_SLACK +
	    n_credit * (CREDIT_BYTES + SCHEDULE_REASONS * w->max_reason));
	if (rc != RC_OK)
		return rc;
	p = out->data + out->len;
	if (i > 0)
		*p++ = ',';
	if (echo->has_id) {
		p = json_put_literal(p, "{\"id\":\"");
		p = put_text(p, &echo->id);
		p = json_put_literal(p, "\",\"date\":\"");
	} else
		p = json_put_literal(p, "{\"date\":\"");
	p = put_text(p, &echo->date);
	p = json_put_piece(p, &w->dose_product[person->dose[i].product]);
	for (size_t c = 0; c < n_credit; c++) {
		if (c > 0)
			*p++ = ',';
		p = json_put_piece(p, &w->credit[credit[c].programme][credit[c].status]);
		if (credit[c].status == SCHEDULE_VALID) {
			p = json_put_literal(p, ",\"dose\":");
			p = json_put_small(p, credit[c].dose);
		}
		p = put_reasons(p, w, REASON_OF_CREDIT, credit[c].reason, credit[c].n_reasons);
		*p++ = '}';
	}
	p = json_put_literal(p, "]}");
	out->len = (size_t)(p - out->data);
	return RC_OK;
}

static char *
put_named_day(char *p, const char *name, size_t len, day d)
{
	if (!day_known(d))
		return p;
	p = (char *)memcpy(p, name, len) + len;
	p = json_put_day(p, d);
	*p++ = '"';
	return p;
}
#define put_if_known(p, name, d) put_named_day((p), (name), sizeof (name) - 1, (d))

static enum rc
write_forecast(const struct json_answer_words *w, const struct schedule_forecast *f, bool first,
    struct buf *out)
{
	const struct schedule_next *n = &f->next;
	enum rc rc;
	char *p;

	rc = buf_reserve(out, FORECAST_BYTES + SCHEDULE_CHOICES * CHOICE_BYTES + JSON_SLACK +
	    f->n_reasons * w->max_reason);
	if (rc != RC_OK)
		return rc;
	p = out->data + out->len;
	if (!first)
		*p++ = ',';
	p = json_put_piece(p, &w->forecast[f->programme][f->status][f->overdue]);
	p = json_put_small(p, f->given);
	p = json_put_literal(p, ",\"remaining\":");
	p = json_put_small(p, f->remaining);
	if (f->has_next) {
		p = json_put_literal(p, ",\"next\":{\"dose\":");
		p = json_put_small(p, n->dose);
		p = json_put_piece(p, &w->next_kind[n->kind]);
		p = json_put_day(p, n->earliest);
		*p++ = '"';
		p = put_if_known(p, ",\"standardFrom\":\"", n->standard_from);
		p = put_if_known(p, ",\"standardTo\":\"", n->standard_to);
		p = put_if_known(p, ",\"latest\":\"", n->latest);
		p = json_put_literal(p, ",\"vaccines\":[");
		for (unsigned c = 0; c < n->n_choices; c++) {
			if (c > 0)
				*p++ = ',';
			p = json_put_piece(p, &w->choice_product[n->choice[c].product]);
			p = json_put_day(p, n->choice[c].earliest);
			*p++ = '"';
			p = put_if_known(p, ",\"latest\":\"", n->choice[c].latest);
			*p++ = '}';
		}
		p = json_put_literal(p, "]}");
	}
	p = put_reasons(p, w, REASON_OF_FORECAST, f->reason, f->n_reasons);
	*p++ = '}';
	out->len = (size_t)(p - out->data);
	return RC_OK;
}

static enum rc
write_plan(const struct json_answer_words *w, const struct visits_plan *plan, struct buf *out)
{
	const struct law *law = w->law;
	enum rc rc = buf_add_text(out, "],\"plan\":[");

	for (unsigned v = 0; v < plan->n_visits && rc == RC_OK; v++) {
		const struct visits_visit *visit = &plan->visit[v];
		char on[DAY_TEXT_SIZE];
		bool first = true;

		day_write(visit->on, on);
		rc = buf_printf(out, "%s{\"date\":\"%s\",\"vaccines\":[", v == 0 ? "" : ",", on);
		for (unsigned i = 0; i < visit->n_products && rc == RC_OK; i++)
			rc = buf_printf(out, "%s\"%s\"", i == 0 ? "" : ",",
			    law_string(law, law->product[visit->product[i]].code));
		if (rc == RC_OK)
			rc = buf_add_text(out, "],\"programmes\":[");
		for (uint16_t p = 0; p < law->n_programme && rc == RC_OK; p++) {
			if ((visit->programmes >> p & 1) == 0)
				continue;
			rc = buf_printf(out, "%s\"%s\"", first ? "" : ",",
			    law_string(law, law->programme[p].code));
			first = false;
		}
		if (rc == RC_OK)
			rc = buf_add_text(out, "]}");
	}
	if (rc == RC_OK)
		rc = buf_add_text(out, plan->proven ? "]}" : "],\"planProven\":false}");
	return rc;
}

enum rc
json_answer_write(const struct json_answer_words *w, const struct json_person *person, day as_of,
    const struct schedule_answer *answer, const struct visits_plan *plan, struct buf *out)
{
	size_t start = out->len, c = 0;
	enum rc rc;
	char *p;

	rc = buf_reserve(out, HEAD_BYTES + (person->has_id ? 2 * person->id.len : 0) +
	    w->law_part.len + HEAD_BYTES + JSON_SLACK);
	if (rc != RC_OK)
		goto out;
	p = out->data + out->len;
	if (person->has_id) {
		p = json_put_literal(p, "{\"id\":\"");
		p = put_text(p, &person->id);
		p = json_put_literal(p, "\",\"asOf\":\"");
	} else
		p = json_put_literal(p, "{\"asOf\":\"");
	p = json_put_day(p, as_of);
	p = json_put_piece(p, &w->law_part);
	p = json_put_literal(p, ",\"doses\":[");
	out->len = (size_t)(p - out->data);

	for (size_t i = 0; i < person->n_dose; i++) {
		size_t n = 0;

		while (c + n < answer->n_credit && answer->credit[c + n].dose_index == i)
			n++;
		if ((rc = write_dose(w, person, i, answer->credit + c, n, out)) != RC_OK)
			goto out;
		c += n;
	}
	assert(c == answer->n_credit);
	if ((rc = buf_add(out, "],\"forecasts\":[", 15)) != RC_OK)
		goto out;
	for (size_t i = 0; i < answer->n_forecast; i++)
		if ((rc = write_forecast(w, &answer->forecast[i], i == 0, out)) != RC_OK)
			goto out;
	rc = plan == NULL ? buf_add(out, "]}", 2) : write_plan(w, plan, out);
 out:
	if (rc != RC_OK)
		buf_truncate(out, start);
	return rc;
}

enum rc
json_error_write(enum lang lang, const struct json_person *person, const struct json_error *error,
    struct buf *out)
{
	const char *name = json_error_name(error->code);
	const char *text = words(lang, json_error_words(error->code));
	size_t start = out->len;
	enum rc rc = RC_OK;

	if (person != NULL && person->has_id) {
		if ((rc = buf_add_text(out, "{\"id\":")) == RC_OK)
			rc = json_add_string(out, person->id.text, person->id.len);
		if (rc == RC_OK)
			rc = buf_add_char(out, ',');
	} else
		rc = buf_add_char(out, '{');
	if (rc == RC_OK)
		rc = buf_add_text(out, "\"error\":{\"place\":");
	if (rc == RC_OK)
		rc = json_add_string(out, error->place, strlen(error->place));
	if (rc == RC_OK)
		rc = buf_add_text(out, ",\"code\":");
	if (rc == RC_OK)
		rc = json_add_string(out, name, strlen(name));
	if (rc == RC_OK)
		rc = buf_add_text(out, ",\"text\":");
	if (rc == RC_OK)
		rc = json_add_string(out, text, strlen(text));
	if (rc == RC_OK)
		rc = buf_add_text(out, "}}");
	if (rc != RC_OK)
		buf_truncate(out, start);
	return rc;
}
