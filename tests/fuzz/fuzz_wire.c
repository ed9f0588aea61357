#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "exchange/wire_frame.h"
#include "exchange/wire_read.h"
#include "exchange/wire_write.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static void
check(bool holds)
{
	if (!holds)
		abort();
}

static enum rc
begin(void *context, const struct message_header *header, enum message_segment segment, struct fault *why)
{
	(void)context;
	(void)why;
	check(strlen(header->msg_id) == MESSAGE_ID_CHARS && segment != MESSAGE_SEGMENT_NONE);
	return RC_OK;
}

static enum rc
record(void *context, const struct message_copy *r, struct fault *why)
{
	size_t *n = context;

	(void)why;
	check(r->record_key != NULL && strlen(r->addressee_no) <= LIMIT_ADDRESSEE_CHARS);
	check(++*n <= LIMIT_WIRE_COPY_RECORDS);
	return RC_OK;
}

/* What was read is what the writer writes, and crosses in a frame. */
static void
check_again(const struct message *m)
{
	struct buf once = BUF_INIT(2 * LIMIT_WIRE_BYTES), twice = BUF_INIT(2 * LIMIT_WIRE_BYTES);
	struct frame_reader r, group;
	struct frame_field field;
	struct message *back;
	struct frame f;
	struct arena a;

	arena_init(&a, 64u << 20);
	/* References and white space may make the written document the longer one. */
	if (wire_write(m, &once, NULL, NULL) == RC_OK) {
		check(wire_read(once.data, once.len, &a, NULL, &back, NULL) == RC_OK);
		check(wire_write(back, &twice, NULL, NULL) == RC_OK);
		check(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
		frame_init(&f, 1);
		wire_frame_put(&f, 1, m);
		check(f.rc == RC_OK && frame_read_open(&r, 1, f.body.data, f.body.len, NULL) == RC_OK);
		check(frame_next(&r, &field));
		frame_enter(&r, &group);
		check(wire_frame_read(&group, &a, &back, NULL) == RC_OK);
		frame_clear(&f);
	}
	buf_clear(&once);
	buf_clear(&twice);
	arena_clear(&a);
}

/* Whatever comes: a whole message that can be written again, or one refusal with place and rule. */
int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	size_t records = 0;
	struct wire_copy_sink sink = { begin, record, &records };
	struct fault why = { .rc = RC_OK };
	struct message *m = NULL;
	struct arena a;
	enum rc rc;

	arena_init(&a, 64u << 20);
	rc = wire_read(bytes, len, &a, &sink, &m, &why);
	if (rc != RC_OK)
		check(m == NULL && why.rc == rc && why.place[0] != '\0' && why.text[0] != '\0');
	else if (m->kind != MESSAGE_COPY_REGISTER)
		check_again(m);
	else
		check(records > 0);
	arena_clear(&a);
	return 0;
}
