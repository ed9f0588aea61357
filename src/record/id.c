#include "record/id.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

bool
id_known(const struct id *id)
{
	for (size_t i = 0; i < ID_BYTES; i++)
		if (id->b[i] != 0)
			return true;
	return false;
}

bool
id_equal(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, ID_BYTES) == 0;
}

int
id_compare(const struct id *a, const struct id *b)
{
	return memcmp(a->b, b->b, ID_BYTES);
}

void
id_write(const struct id *id, char text[ID_TEXT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < ID_BYTES; i++) {
		text[2 * i] = digits[id->b[i] >> 4];
		text[2 * i + 1] = digits[id->b[i] & 15];
	}
	text[2 * ID_BYTES] = '\0';
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum rc
id_parse(const char *text, size_t len, struct id *ret_id)
{
	struct id id;

	if (len != 2 * ID_BYTES)
		return RC_INVALID;
	for (size_t i = 0; i < ID_BYTES; i++) {
		int high = nibble(text[2 * i]), low = nibble(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return RC_INVALID;
		id.b[i] = (unsigned char)(high << 4 | low);
	}
	*ret_id = id;
	return RC_OK;
}

static enum rc
draw(unsigned char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = getrandom(bytes, len, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return RC_IO;
		bytes += n;
		len -= (size_t)n;
	}
	return RC_OK;
}

enum rc
id_make(struct id_maker *m, int64_t now_us, struct id *ret_id)
{
	int64_t ms = now_us / 1000;
	unsigned char tail[sizeof(m->tail)];

	/* A clock that stands or goes back must not make ids go back. */
	if (ms <= m->last_ms) {
		size_t i = sizeof(m->tail);

		while (i > 0 && ++m->tail[i - 1] == 0)
			i--;
		if (i == 0)
			m->last_ms++;
	} else {
		if (draw(tail, sizeof(tail)) != RC_OK)
			return RC_IO;
		tail[0] &= 0x7f;	/* room to count up */
		memcpy(m->tail, tail, sizeof(tail));
		m->last_ms = ms;
	}
	for (int i = 0; i < 6; i++)
		ret_id->b[i] = (unsigned char)((uint64_t)m->last_ms >> (8 * (5 - i)));
	memcpy(ret_id->b + 6, m->tail, sizeof(m->tail));
	return RC_OK;
}
