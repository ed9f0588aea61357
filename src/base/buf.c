#include "base/buf.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM_FIRST 64
#define READ_BYTES 65536

void
buf_init(struct buf *b, size_t max_bytes)
{
	*b = (struct buf)BUF_INIT(max_bytes);
}

void
buf_clear(struct buf *b)
{
	free(b->data);
	buf_init(b, b->max);
}

void
buf_wipe(struct buf *b)
{
	if (b->data != NULL)
		explicit_bzero(b->data, b->room + 1);
	buf_clear(b);
}

void
buf_truncate(struct buf *b, size_t len)
{
	assert(len <= b->len);
	b->len = len;
	if (b->data != NULL)
		b->data[len] = '\0';
}

enum rc
buf_grow(struct buf *b, size_t len)
{
	size_t room;
	char *data;

	if (b->len > b->max || len > b->max - b->len)
		return RC_TOO_BIG;
	room = b->room < ROOM_FIRST ? ROOM_FIRST : b->room;
	while (room < b->len + len)
		room = room > b->max / 2 ? b->max : room * 2;
	if (room > b->max)
		room = b->max;
	/* Not realloc: it may leave a copy behind that buf_wipe would never find. */
	if (room == SIZE_MAX || (data = malloc(room + 1)) == NULL)
		return RC_NOMEM;
	if (b->data != NULL) {
		memcpy(data, b->data, b->len);
		explicit_bzero(b->data, b->room + 1);
		free(b->data);
	}
	data[b->len] = '\0';
	b->data = data;
	b->room = room;
	return RC_OK;
}

enum rc
buf_add(struct buf *b, const void *bytes, size_t len)
{
	enum rc rc;

	if ((rc = buf_reserve(b, len)) != RC_OK)
		return rc;
	if (len > 0)
		memcpy(b->data + b->len, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
	return RC_OK;
}

enum rc
buf_add_text(struct buf *b, const char *text)
{
	return buf_add(b, text, strlen(text));
}

enum rc
buf_add_char(struct buf *b, char c)
{
	return buf_add(b, &c, 1);
}

enum rc
buf_printf(struct buf *b, const char *format, ...)
{
	va_list ap;
	int need, written;
	enum rc rc;

	va_start(ap, format);
	need = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (need < 0)
		return RC_NOMEM;
	if ((rc = buf_reserve(b, (size_t)need)) != RC_OK)
		return rc;
	va_start(ap, format);
	written = vsnprintf(b->data + b->len, (size_t)need + 1, format, ap);
	va_end(ap);
	if (written != need) {
		b->data[b->len] = '\0';
		return RC_NOMEM;
	}
	b->len += (size_t)need;
	return RC_OK;
}

enum rc
buf_read_fd(struct buf *b, int fd, struct fault *why)
{
	size_t before = b->len;
	enum rc rc;

	for (;;) {
		size_t room = b->max - b->len;
		char probe;
		ssize_t n;

		if (room > READ_BYTES)
			room = READ_BYTES;
		if ((rc = buf_reserve(b, room)) != RC_OK) {
			fault_set(why, rc, "reading", "no memory for %zu bytes", b->len + room);
			break;
		}
		/* At the ceiling one byte more is enough to know. */
		do
			n = read(fd, room > 0 ? b->data + b->len : &probe, room > 0 ? room : 1);
		while (n < 0 && errno == EINTR);
		if (n < 0) {
			rc = fault_set(why, RC_IO, "reading", "%s", strerror(errno));
			break;
		}
		if (n == 0) {
			b->data[b->len] = '\0';
			return RC_OK;
		}
		if (room == 0) {
			rc = fault_set(why, RC_TOO_BIG, "reading", "more than %zu bytes", b->max);
			break;
		}
		b->len += (size_t)n;
		b->data[b->len] = '\0';
	}
	buf_truncate(b, before);
	return rc;
}

enum rc
buf_read_file(struct buf *b, const char *path, struct fault *why)
{
	struct fault inner = { RC_OK, "", "" };
	enum rc rc;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return fault_set(why, errno == ENOENT || errno == ENOTDIR ? RC_ABSENT : RC_IO,
		    path, "%s", strerror(errno));
	if ((rc = buf_read_fd(b, fd, &inner)) != RC_OK)
		fault_set(why, rc, path, "%s", inner.text);
	close(fd);
	return rc;
}
