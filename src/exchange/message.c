#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/checkdigit.h"
#include "base/limits.h"
#include "base/words.h"
#include "exchange/message.h"
#include "exchange/message_shape.h"

#define MS_PER_DAY INT64_C(86400000)
#define JAPAN_MS (INT64_C(9) * 3600 * 1000)

const char *
message_name(enum message_kind kind)
{
	const struct shape *s = shape_of_body(kind);

	return s == NULL ? NULL : s->name;
}

enum message_kind
message_kind_of(const char *name)
{
	for (int k = MESSAGE_NONE + 1; k < MESSAGE__COUNT; k++)
		if (strcmp(shape_of_body((enum message_kind)k)->name, name) == 0)
			return (enum message_kind)k;
	return MESSAGE_NONE;
}

size_t
message_max_bytes(enum message_kind kind)
{
	return kind == MESSAGE_COPY_REGISTER ? LIMIT_WIRE_COPY_BYTES : LIMIT_WIRE_BYTES;
}

enum message_kind
message_answer_of(enum message_kind kind)
{
	switch (kind) {
	case MESSAGE_NUMBER_REQUEST:
	case MESSAGE_CODE_REQUEST:
	case MESSAGE_PERSON_NOTICE:
	case MESSAGE_CODE_NOTICE:
	case MESSAGE_COPY_REGISTER:
	case MESSAGE_INQUIRY_REQUEST:
	case MESSAGE_PROVISION_NOTICE:
	case MESSAGE_PROVISION_DECISION:
	case MESSAGE_PROVISION_RESPONSE:
	case MESSAGE_RECORD:
	case MESSAGE_NOTICE:
	case MESSAGE_SELF_INFO_REPORT:
	case MESSAGE_CORRECTION:
	case MESSAGE_CORRECTION_RECEIPT:
	case MESSAGE_DAY_COUNT:
	case MESSAGE_DAY_RECEIPT:
	case MESSAGE_LETTER_RELAY:
		return MESSAGE_RECEIPT;
	case MESSAGE_NUMBER_FETCH:
		return MESSAGE_NUMBER_ISSUED;
	case MESSAGE_CODE_FETCH:
		return MESSAGE_CODE_STATUS;
	case MESSAGE_COPY_RESULT_FETCH:
		return MESSAGE_COPY_RESULT;
	case MESSAGE_COPY_LIST_FETCH:
		return MESSAGE_COPY_LIST;
	case MESSAGE_RESULT_FETCH:
		return MESSAGE_RESULT;
	case MESSAGE_HELD_FETCH:
		return MESSAGE_HELD_LIST;
	case MESSAGE_RECORD_FETCH:
		return MESSAGE_RECORD_LIST;
	case MESSAGE_TOLD_FETCH:
		return MESSAGE_TOLD;
	case MESSAGE_EVIDENCE_FETCH:
		return MESSAGE_EVIDENCE;
	case MESSAGE_LETTER_FETCH:
		return MESSAGE_LETTER;
	case MESSAGE_SELF_INFO_FETCH:
		return MESSAGE_SELF_INFO;
	case MESSAGE_NOTICE_FETCH:
		return MESSAGE_NOTICE_RESULT;
	case MESSAGE_NONE:
	case MESSAGE_RECEIPT:
	case MESSAGE_ERROR:
	case MESSAGE_NUMBER_ISSUED:
	case MESSAGE_CODE_STATUS:
	case MESSAGE_COPY_RESULT:
	case MESSAGE_COPY_LIST:
	case MESSAGE_RESULT:
	case MESSAGE_PERMISSION:
	case MESSAGE_HELD_LIST:
	case MESSAGE_RECORD_LIST:
	case MESSAGE_TOLD:
	case MESSAGE_EVIDENCE:
	case MESSAGE_LETTER:
	case MESSAGE_SELF_INFO:
	case MESSAGE_NOTICE_RESULT:
	case MESSAGE__COUNT:
		break;
	}
	return MESSAGE_NONE;
}

void
message_init(struct message *m, enum message_kind kind)
{
	memset(m, 0, sizeof(*m));
	m->kind = kind;
	shape_init(&shape_header, &m->header);
	if (shape_of_body(kind) != NULL)
		shape_init(shape_of_body(kind), &m->body);
}

void
message_institution_of(const char municipality[6], char ret_institution[MESSAGE_CODE16_CHARS + 1])
{
	memcpy(ret_institution, municipality, 6);
	memcpy(ret_institution + 6, "0000000001", 11);
}

enum rc
message_municipality_of(const char *institution, char ret_municipality[7])
{
	if (strlen(institution) != MESSAGE_CODE16_CHARS || !checkdigit_municipality(institution, 6))
		return RC_INVALID;
	memcpy(ret_municipality, institution, 6);
	ret_municipality[6] = '\0';
	return RC_OK;
}

enum message_retry
message_error_retry(enum message_error code)
{
	switch (code) {
	case E101_NO_CODE_YET:
		return MESSAGE_RETRY_AFTER_CODE;
	case E203_BAD_INSTITUTION:
	case E404_LAYOUT_UNKNOWN:
	case E901_MALFORMED:
		return MESSAGE_RETRY_FIX;
	case E301_PERMIT_INVALID:
	case E302_PERMIT_REUSED:
	case E303_PERMIT_EXPIRED:
		return MESSAGE_RETRY_NEW_INQUIRY;
	case E401_NO_COPY:
		return MESSAGE_RETRY_LATER;
	case E402_HELD:
		return MESSAGE_RETRY_POLL;
	case E501_CLOSED:
	case E502_OVER_CAPACITY:
	case E503_UNREACHABLE:
		return MESSAGE_RETRY_BACKOFF;
	case MESSAGE_OK:
	case E102_CODE_REVOKED:
	case E103_DUPLICATE:
	case E201_NOT_PERMITTED:
	case E202_NO_ASSESSMENT:
	case E403_REFUSED_BY_STAFF:
	case MESSAGE_ERROR__COUNT:
		break;
	}
	return MESSAGE_RETRY_NO;
}

const char *
message_error_text(enum message_error code)
{
	static const char *const text[MESSAGE_ERROR__COUNT] = {
		[MESSAGE_OK] = WORDS("no error"),
		[E101_NO_CODE_YET] = WORDS("the person has no code yet"),
		[E102_CODE_REVOKED] = WORDS("the person's code has been revoked"),
		[E103_DUPLICATE] = WORDS("this number was already used with other content"),
		[E201_NOT_PERMITTED] = WORDS("this body may not ask that body for this item"),
		[E202_NO_ASSESSMENT] = WORDS("the impact assessment of one of the bodies is missing"),
		[E203_BAD_INSTITUTION] = WORDS("no such institution, or a ward instead of its city"),
		[E301_PERMIT_INVALID] = WORDS("the permission does not hold"),
		[E302_PERMIT_REUSED] = WORDS("the permission was already used"),
		[E303_PERMIT_EXPIRED] = WORDS("the permission has expired"),
		[E401_NO_COPY] = WORDS("the other municipality has nothing to show; this does not mean not vaccinated"),
		[E402_HELD] = WORDS("the other municipality's staff must decide first"),
		[E403_REFUSED_BY_STAFF] = WORDS("the other municipality's staff refused"),
		[E404_LAYOUT_UNKNOWN] = WORDS("the layout of the data set is not known"),
		[E501_CLOSED] = WORDS("the network is closed at this hour"),
		[E502_OVER_CAPACITY] = WORDS("the network is over its capacity"),
		[E503_UNREACHABLE] = WORDS("the other side cannot be reached"),
		[E901_MALFORMED] = WORDS("the message breaks a rule of shape, size or characters"),
	};

	return (unsigned)code < MESSAGE_ERROR__COUNT ? text[code] : text[E901_MALFORMED];
}

enum rc
message_time_parse(const char *text, size_t len, int64_t *ret_ms)
{
	static const int width[] = { 4, 2, 2, 2, 2, 2, 3 };
	int part[7];
	day d;

	if (len != MESSAGE_TIME_CHARS)
		return RC_INVALID;
	for (size_t i = 0; i < 7; i++) {
		part[i] = 0;
		for (int k = 0; k < width[i]; k++, text++) {
			if (*text < '0' || *text > '9')
				return RC_INVALID;
			part[i] = part[i] * 10 + (*text - '0');
		}
	}
	if (part[0] < DAY_YEAR_FIRST || part[0] > DAY_YEAR_LAST || part[3] > 23 || part[4] > 59 || part[5] > 59)
		return RC_INVALID;
	if (day_make(part[0], part[1], part[2], &d) != RC_OK)
		return RC_INVALID;
	*ret_ms = d.n * MS_PER_DAY + ((part[3] * 60 + part[4]) * 60 + part[5]) * INT64_C(1000) + part[6] - JAPAN_MS;
	return RC_OK;
}

void
message_time_write(int64_t ms, char ret_text[MESSAGE_TIME_CHARS + 1])
{
	int64_t local, n, rest;
	int y = 0, m = 0, d = 0;
	char text[64];

	/* Out of range: clamped, and refused by every check. */
	if (ms < DAY_MIN.n * MS_PER_DAY + MS_PER_DAY)
		ms = DAY_MIN.n * MS_PER_DAY + MS_PER_DAY;
	if (ms > DAY_MAX.n * MS_PER_DAY - MS_PER_DAY)
		ms = DAY_MAX.n * MS_PER_DAY - MS_PER_DAY;
	local = ms + JAPAN_MS;
	n = local / MS_PER_DAY;
	rest = local % MS_PER_DAY;
	if (rest < 0) {
		rest += MS_PER_DAY;
		n--;
	}
	day_split((day){ (int32_t)n }, &y, &m, &d);
	(void)snprintf(text, sizeof(text), "%04d%02d%02d%02d%02d%02d%03d", y, m, d, (int)(rest / 3600000),
	    (int)(rest / 60000 % 60), (int)(rest / 1000 % 60), (int)(rest % 1000));
	memcpy(ret_text, text, MESSAGE_TIME_CHARS);
	ret_text[MESSAGE_TIME_CHARS] = '\0';
}

day
message_day_of(int64_t ms)
{
	int64_t local = ms + JAPAN_MS, n = local / MS_PER_DAY;

	if (local % MS_PER_DAY < 0)
		n--;
	if (n < DAY_MIN.n || n > DAY_MAX.n)
		return DAY_NONE;
	return (day){ (int32_t)n };
}

/* ---- copy ---- */

static bool
copy_struct(struct arena *a, const struct shape *s, void *to)
{
	for (size_t i = 0; i < s->n_field; i++) {
		const struct shape_field *f = &s->field[i];
		char *at = (char *)to + f->offset;
		const char *text;
		struct message_bytes b;
		char *copy;
		size_t n;

		switch (f->type) {
		case SHAPE_TEXT:
			memcpy(&text, at, sizeof(text));
			if (text == NULL)
				break;
			if ((copy = arena_text(a, text, strlen(text))) == NULL)
				return false;
			memcpy(at, &copy, sizeof(copy));
			break;
		case SHAPE_BYTES:
			memcpy(&b, at, sizeof(b));
			if (b.bytes == NULL)
				break;
			if ((copy = arena_new(a, b.len + 1)) == NULL)
				return false;
			memcpy(copy, b.bytes, b.len);
			b.bytes = copy;
			memcpy(at, &b, sizeof(b));
			break;
		case SHAPE_LIST:
			n = shape_entries(f, to);
			if (n == 0)
				break;
			if ((copy = arena_array(a, n, f->of->size)) == NULL)
				return false;
			memcpy(copy, shape_entry(f, to, 0), n * f->of->size);
			memcpy(at, &copy, sizeof(copy));
			for (size_t k = 0; k < n; k++)
				if (!copy_struct(a, f->of, copy + k * f->of->size))
					return false;
			break;
		case SHAPE_WORD:
		case SHAPE_FLAG:
		case SHAPE_NUMBER:
		case SHAPE_SMALL:
		case SHAPE_DAY:
		case SHAPE_TIME:
			break;
		}
	}
	return true;
}

enum rc
message_copy_into(struct arena *a, const struct message *from, struct message **ret_message,
    struct fault *why)
{
	struct message *m = arena_new(a, sizeof(*m));

	assert(shape_of_body(from->kind) != NULL);
	if (m == NULL)
		return fault_set(why, RC_NOMEM, "message", "no memory for a copy");
	*m = *from;
	if (!copy_struct(a, &shape_header, &m->header) ||
	    !copy_struct(a, shape_of_body(m->kind), &m->body))
		return fault_set(why, RC_NOMEM, "message", "no memory for a copy");
	*ret_message = m;
	return RC_OK;
}
