#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/frame.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

/* Everything handed out is well formed, and written again gives the same bytes. */
static void
walk(struct frame_reader *r, struct frame *again)
{
	struct frame_field x;
	struct frame_reader inner;

	while (frame_next(r, &x))
		switch (x.type) {
		case FRAME_INT:
			frame_put_int(again, x.tag, x.number);
			break;
		case FRAME_DAY:
			frame_put_day(again, x.tag, x.date);
			break;
		case FRAME_TEXT:
			if (strlen(x.text) != x.len)
				abort();
			frame_put_text_n(again, x.tag, x.text, x.len);
			break;
		case FRAME_BYTES:
			frame_put_bytes(again, x.tag, x.text, x.len);
			break;
		case FRAME_OPEN:
			frame_open(again, x.tag);
			frame_enter(r, &inner);
			walk(&inner, again);
			frame_close(again);
			break;
		case FRAME_CLOSE:
			abort();
		}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct frame_reader r;
	struct frame again;

	if (frame_read_open(&r, 1, bytes, len, NULL) != RC_OK)
		return 0;
	frame_init(&again, 1);
	walk(&r, &again);
	if (again.rc != RC_OK || again.body.len != len ||
	    (len > 0 && memcmp(again.body.data, bytes, len) != 0))
		abort();
	frame_clear(&again);
	return 0;
}
