#include "tests/unit/exchange_sample.h"

#include <assert.h>
#include <string.h>

#define NOON_MS INT64_C(1795316400000)		/* 2026-11-22 12:00 in Japan */

static void fill(struct arena *a, const struct shape *s, void *value, enum sample size);

static const char *
text_of(struct arena *a, const struct shape_field *f, enum sample size)
{
	bool people = f->alphabet == SHAPE_LINE || f->alphabet == SHAPE_BLOCK;
	size_t n = (size_t)(size == SAMPLE_SHORTEST ? f->min : f->max), each = people ? 4 : 1;
	char *text = arena_new(a, n * each + 1);

	assert(text != NULL);
	for (size_t i = 0; i < n; i++) {
		if (people)
			memcpy(text + i * 4, "\xf0\xa0\xae\xb7", 4);	/* U+20BB7, a real family name's character */
		else
			text[i] = f->alphabet == SHAPE_UPPER ? "AZ09"[i % 4] : f->alphabet == SHAPE_HEX ? "0a9f"[i % 4] :
			    f->alphabet == SHAPE_DIGITS ? (char)('1' + i % 9) : f->alphabet == SHAPE_KEY ? "a.:_-Z9"[i % 7] :
			    "aZ-9"[i % 4];
	}
	if (people && size == SAMPLE_SHORTEST)
		memcpy(text, "&", 2);
	return text;
}

static void
fill_list(struct arena *a, const struct shape_field *f, void *value, enum sample size)
{
	/* Enough to have entries, few enough for a test: ceilings of lists have tests of their own. */
	size_t n = size == SAMPLE_SHORTEST ? (size_t)f->min : (size_t)f->min + 3;
	char *entries = NULL;

	if (n > 0) {
		entries = arena_array(a, n, f->of->size);
		assert(entries != NULL);
		for (size_t i = 0; i < n; i++)
			fill(a, f->of, entries + i * f->of->size, size);
	}
	memcpy((char *)value + f->offset, &entries, sizeof(entries));
	memcpy((char *)value + f->count_offset, &n, sizeof(n));
}

static void
fill_field(struct arena *a, const struct shape_field *f, void *value, enum sample size)
{
	char *at = (char *)value + f->offset;
	const char *text;
	struct message_bytes b;
	int64_t n;
	int small;
	bool flag = size == SAMPLE_LONGEST;
	day d;

	switch (f->type) {
	case SHAPE_TEXT:
		text = text_of(a, f, size);
		memcpy(at, &text, sizeof(text));
		break;
	case SHAPE_WORD:
		small = size == SAMPLE_SHORTEST ? 0 : (int)f->n_words - 1;
		while (f->words[small] == NULL)
			small++;
		memcpy(at, &small, sizeof(small));
		break;
	case SHAPE_FLAG:
		memcpy(at, &flag, sizeof(flag));
		break;
	case SHAPE_NUMBER:
		n = size == SAMPLE_SHORTEST ? f->min : f->max;
		memcpy(at, &n, sizeof(n));
		break;
	case SHAPE_SMALL:
		small = (int)(size == SAMPLE_SHORTEST ? f->min : f->max);
		memcpy(at, &small, sizeof(small));
		break;
	case SHAPE_DAY:
		assert(day_make(size == SAMPLE_SHORTEST ? 1868 : 2199, 12, 31, &d) == RC_OK);
		memcpy(at, &d, sizeof(d));
		break;
	case SHAPE_TIME:
		n = NOON_MS + 999;
		memcpy(at, &n, sizeof(n));
		break;
	case SHAPE_BYTES:
		b.bytes = "\0\xff<&";
		b.len = size == SAMPLE_SHORTEST ? 1 : 4;
		memcpy(at, &b, sizeof(b));
		break;
	case SHAPE_LIST:
		fill_list(a, f, value, size);
		break;
	}
}

void
sample_identity(struct message_item items[3], const char *birth_date)
{
	static const char *const code[] = { "I000000001", "I000000002", "I000000003" };

	for (int i = 0; i < 3; i++)
		items[i] = (struct message_item){ code[i], 1, i == 0 ? birth_date : i == 1 ? "female" :
		    "ワタシハナコ", MESSAGE_NULL_NONE };
}

/* Rules that span elements. */
static void
mend(struct arena *a, const struct shape *s, void *value, enum sample size)
{
	bool longest = size == SAMPLE_LONGEST;

	if (strcmp(s->name, "Item") == 0) {
		struct message_item *i = value;

		i->null_reason = MESSAGE_NULL_NONE;
		i->value = longest ? i->value : "1";
	} else if (s == &shape_copy_record) {
		struct message_copy *c = value;
		size_t n = longest ? 4 : 0;
		struct message_item *items = n == 0 ? NULL : arena_array(a, n, sizeof(*items));

		if (longest) {
			sample_identity(items, "2025-03-10");
			items[3] = (struct message_item){ "I000000112", 2, NULL, MESSAGE_NULL_WITHHELD };
			assert(day_make(1868, 1, 25, &c->publish_from) == RC_OK);
		}
		c->items = items;
		c->n_items = n;
	} else if (strcmp(s->name, "Record") == 0) {
		struct message_record_items *r = value;
		struct message_item *items = arena_array(a, 3, sizeof(*items));

		sample_identity(items, "1961");
		r->items = items;
		r->n_items = 3;
	}
}

static void
mend_count(struct arena *a, struct message_day_count *c, bool longest)
{
	static const char *const no[] = { "20260101000000000-00000001", "20260101000000000-00000002", "Z" };
	char digest[MESSAGE_DIGEST_CHARS + 1];
	struct message_day_entry *e = arena_array(a, 3, sizeof(*e));

	c->provider = "Z000000000000000";
	c->provided = c->failed = longest ? 1 : 0;
	c->no_data = 0;
	c->refused = longest ? 1 : 0;
	for (size_t i = 0; i < 3; i++)
		e[i] = (struct message_day_entry){ no[i], i == 0 ? MESSAGE_OUTCOME_PROVIDED : i == 1 ? MESSAGE_OUTCOME_REFUSED :
		    MESSAGE_OUTCOME_FAILED, c->digest };
	c->entries = longest ? e : NULL;
	c->n_entries = longest ? 3 : 0;
	message_day_digest(c->entries, c->n_entries, digest);
	c->digest = arena_text(a, digest, MESSAGE_DIGEST_CHARS);
}

static void
mend_body(struct arena *a, struct message *m, enum sample size)
{
	struct message_item *items;
	bool longest = size == SAMPLE_LONGEST;

	switch ((unsigned)m->kind) {
	case MESSAGE_ERROR:
		m->body.error.error = longest ? E901_MALFORMED : E101_NO_CODE_YET;
		m->header.result = m->body.error.error;
		break;
	case MESSAGE_COPY_REGISTER:
		m->body.copy_register.segment = longest ? MESSAGE_SEGMENT_REGISTER : MESSAGE_SEGMENT_DELETE;
		break;
	case MESSAGE_COPY_RESULT:
		m->body.copy_result.done = longest;
		break;
	case MESSAGE_INQUIRY_REQUEST:
		if (longest)
			m->body.inquiry_request.addressee_no = NULL;
		else
			m->body.inquiry_request.addressee_no = "1";
		break;
	case MESSAGE_RESULT:
		m->body.result.progress = longest ? MESSAGE_PROGRESS_DONE : MESSAGE_PROGRESS_ACCEPTED;
		m->body.result.item_status = longest ? MESSAGE_ITEM_REFUSED : MESSAGE_ITEM_NONE;
		m->body.result.error = longest ? E403_REFUSED_BY_STAFF : MESSAGE_OK;
		break;
	case MESSAGE_PERMISSION:
		m->body.permission.expires_at_ms = m->body.permission.issued_at_ms + 1;
		break;
	case MESSAGE_PROVISION_RESPONSE:
		m->body.provision_response.status = longest ? MESSAGE_ITEM_OK : MESSAGE_ITEM_NO_DATA;
		m->body.provision_response.digest = NULL;
		break;
	case MESSAGE_EVIDENCE:
		if (longest)
			m->body.evidence.response = m->body.evidence.response_signature = m->body.evidence.record;
		break;
	case MESSAGE_CORRECTION:
		items = arena_array(a, 3, sizeof(*items));
		sample_identity(items, "1961");
		m->body.correction.items = items;
		m->body.correction.n_items = 3;
		break;
	case MESSAGE_DAY_COUNT:
		mend_count(a, &m->body.day_count, longest);
		break;
	case MESSAGE_CORRECTION_RECEIPT:
		m->body.correction_receipt.taken = longest ? MESSAGE_TAKEN_REFUSED : MESSAGE_TAKEN_APPLIED;
		m->body.correction_receipt.local_version = longest ? 0 : 1;
		break;
	case MESSAGE_SELF_INFO:
		m->body.self_info.status = longest ? MESSAGE_ITEM_OK : MESSAGE_ITEM_NO_DATA;
		break;
	case MESSAGE_SELF_INFO_REPORT:
		m->body.self_info_report.status = longest ? MESSAGE_ITEM_OK : MESSAGE_ITEM_REFUSED;
		break;
	case MESSAGE_NOTICE_RESULT:
		m->body.notice_result.state = longest ? MESSAGE_NOTICE_THERE : MESSAGE_NOTICE_NO_PORTAL;
		break;
	default:
		break;
	}
}

static void
mend_record(struct message_provision_record *r, enum sample size)
{
	r->outcome = size == SAMPLE_LONGEST ? MESSAGE_OUTCOME_PROVIDED : MESSAGE_OUTCOME_PENDING;
}

static void
fill(struct arena *a, const struct shape *s, void *value, enum sample size)
{
	shape_init(s, value);
	for (size_t i = 0; i < s->n_field; i++)
		if (size == SAMPLE_LONGEST || !s->field[i].optional)
			fill_field(a, &s->field[i], value, size);
	mend(a, s, value, size);
	if (s->n_field > 0 && strcmp(s->field[0].name, "ProcessNo") == 0 && s->size == sizeof(struct message_provision_record))
		mend_record(value, size);
}

struct message *
sample_message(struct arena *a, enum message_kind kind, enum sample size)
{
	struct message *m = arena_new(a, sizeof(*m));

	assert(m != NULL);
	message_init(m, kind);
	fill(a, &shape_header, &m->header, size);
	m->header.result = MESSAGE_OK;
	m->header.reception_no = "R-1";
	fill(a, shape_of_body(kind), &m->body, size);
	mend_body(a, m, size);
	return m;
}
