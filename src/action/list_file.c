#include "action/list_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "report/csv.h"

#define BYTE_MARK "\xef\xbb\xbf"
#define GETA "\xe3\x80\x93"		/* stands in Japanese print for a character that is not there */

static const char *const column[] = {
	"addressee_no", "name", "kana", "birth_date", "age", "reference_day", "sex", "language", "send_to",
	"send_name", "programme", "dose", "vaccine", "overdue", "earliest", "standard_to", "latest", "records",
	"apart", "list",
};

enum rc
list_file_head(struct buf *out)
{
	struct report_out o;
	bool first = true;

	report_out_init(&o, out, LANG_EN);
	report_put(&o, BYTE_MARK);
	for (size_t i = 0; i < sizeof(column) / sizeof(column[0]); i++)
		csv_cell(&o, &first, column[i]);
	csv_end(&o, &first);
	return report_out_end(&o);
}

static void
day_cell(struct report_out *o, bool *first, day d)
{
	char text[DAY_TEXT_SIZE];

	day_write(d, text);
	csv_cell(o, first, text);
}

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

enum rc
list_file_line(const struct law *law, const struct list_question *q, const struct list_match *m,
    const struct person *p, struct buf *out)
{
	char birth[DAY_TEXT_SIZE], number[24], list[LIMIT_NAME_CHARS * 4 + 32];
	struct report_out o;
	bool first = true;

	report_out_init(&o, out, LANG_EN);
	csv_cell(&o, &first, p->addressee_no);
	csv_cell(&o, &first, or_empty(p->name_display != NULL ? p->name_display : p->name));
	csv_cell(&o, &first, or_empty(p->kana));
	day_span_write(p->birth, birth);
	csv_cell(&o, &first, birth);
	number[0] = '\0';
	if (day_equal(p->birth.first, p->birth.last))
		(void)snprintf(number, sizeof(number), "%d", day_years_reached(p->birth.first, q->on));
	csv_cell(&o, &first, number);
	day_cell(&o, &first, q->on);
	csv_cell(&o, &first, person_sex_word(p->sex));
	csv_cell(&o, &first, or_empty(p->language));
	csv_cell(&o, &first, or_empty(p->mailing_address != NULL ? p->mailing_address : p->address));
	csv_cell(&o, &first, or_empty(p->mailing_name));
	csv_cell(&o, &first, q->condition.programme);
	number[0] = '\0';
	if (m->has_next)
		(void)snprintf(number, sizeof(number), "%u", m->dose);
	csv_cell(&o, &first, number);
	csv_cell(&o, &first, m->product == LAW_NONE ? "" : law_string(law, law->product[m->product].code));
	csv_cell(&o, &first, q->condition.programme[0] == '\0' ? "" : m->overdue ? "1" : "0");
	day_cell(&o, &first, m->earliest);
	day_cell(&o, &first, m->standard_to);
	day_cell(&o, &first, m->latest);
	csv_cell(&o, &first, m->is_incomplete ? "incomplete" : "");
	csv_cell(&o, &first, list_apart_word(m->apart));
	(void)snprintf(list, sizeof(list), "%s v%lld", q->row->name, (long long)q->row->version);
	csv_cell(&o, &first, list);
	csv_end(&o, &first);
	return report_out_end(&o);
}

/* ---- character sets ---- */

enum rc
list_encoder_open(struct list_encoder *e, const char *name, struct fault *why)
{
	*e = (struct list_encoder){ .conv = (iconv_t)-1 };
	buf_init(&e->bytes, 2 * LIST_FILE_LINE_BYTES);
	if (name == NULL || strcmp(name, "utf-8") == 0)
		return RC_OK;
	if (strcmp(name, "cp932") != 0)
		return fault_set(why, RC_INVALID, "encoding", "expected utf-8 or cp932");
	if ((e->conv = iconv_open("CP932", "UTF-8")) == (iconv_t)-1)
		return fault_set(why, RC_IO, "encoding", "this machine has no CP932");
	return RC_OK;
}

void
list_encoder_close(struct list_encoder *e)
{
	if (e->conv != (iconv_t)-1)
		(void)iconv_close(e->conv);
	e->conv = (iconv_t)-1;
	buf_wipe(&e->bytes);
}

const char *
list_encoder_name(const struct list_encoder *e)
{
	return e->conv == (iconv_t)-1 ? "utf-8" : "cp932";
}

/* Which of two like characters Windows has: the other one is what registers often hold. */
static uint32_t
of_windows(uint32_t c)
{
	static const struct { uint32_t jis, windows; } pair[] = {
		{ 0x301c, 0xff5e }, { 0x2016, 0x2225 }, { 0x2212, 0xff0d }, { 0x2014, 0x2015 },
	};

	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++)
		if (pair[i].jis == c)
			return pair[i].windows;
	return c;
}

/* One character, or what stands for it. */
static enum rc
convert(struct list_encoder *e, const char *text, size_t len)
{
	char room[8], *to = room, *from = (char *)(uintptr_t)text;
	size_t left = sizeof(room), n = len;

	if (iconv(e->conv, &from, &n, &to, &left) != 0 || n > 0) {
		(void)iconv(e->conv, NULL, NULL, NULL, NULL);
		from = (char *)(uintptr_t)GETA;
		n = strlen(GETA);
		to = room;
		left = sizeof(room);
		e->n_replaced++;
		if (iconv(e->conv, &from, &n, &to, &left) != 0)
			return RC_BUG;
	}
	return buf_add(&e->bytes, room, sizeof(room) - left);
}

enum rc
list_encode(struct list_encoder *e, const char *line, size_t len, const char **ret_bytes, size_t *ret_len)
{
	char room[4];
	uint32_t c;
	size_t n;
	enum rc rc;

	if (e->conv == (iconv_t)-1) {
		*ret_bytes = line;
		*ret_len = len;
		return RC_OK;
	}
	buf_truncate(&e->bytes, 0);
	for (size_t at = 0; at < len; at += n) {
		if ((n = utf8_next(line + at, len - at, &c)) == 0)
			return RC_INVALID;
		/* The byte mark has no place here; a variation selector only says which form was meant. */
		if (c == 0xfeff || (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef))
			continue;
		if ((rc = convert(e, room, utf8_put(of_windows(c), room))) != RC_OK)
			return rc;
	}
	*ret_bytes = e->bytes.data != NULL ? e->bytes.data : "";
	*ret_len = e->bytes.len;
	return RC_OK;
}

/* ---- the file ---- */

enum rc
list_out_put(struct list_out *o, const char *line, size_t len, struct fault *why)
{
	const char *bytes;
	size_t n;
	enum rc rc;

	if ((rc = list_encode(&o->encoder, line, len, &bytes, &n)) != RC_OK)
		return fault_set(why, rc, "encoding", "%s", fault_name(rc));
	sha256_add(&o->file, bytes, n);
	while (o->fd >= 0 && n > 0) {
		ssize_t done = write(o->fd, bytes, n);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "file", "%s", strerror(errno));
		bytes += done;
		n -= (size_t)done;
	}
	return RC_OK;
}

enum rc
list_out_sync(const struct list_out *o, struct fault *why)
{
	if (fsync(o->fd) != 0 && errno != EINVAL)
		return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "file", "%s", strerror(errno));
	return RC_OK;
}
