#include "base/fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int exit_status;
} table[RC__COUNT] = {
	[RC_OK]		= { "ok", 0 },
	[RC_ABSENT]	= { "absent", 1 },
	[RC_INVALID]	= { "invalid", 1 },
	[RC_REFUSED]	= { "refused", 1 },
	[RC_CONFLICT]	= { "conflict", 1 },
	[RC_TOO_BIG]	= { "too big", 1 },
	[RC_PENDING]	= { "pending", 1 },
	[RC_NOMEM]	= { "out of memory", 3 },
	[RC_IO]		= { "input or output", 3 },
	[RC_FULL]	= { "disk full", 3 },
	[RC_DB]		= { "database", 3 },
	[RC_NET]	= { "network", 3 },
	[RC_CRYPTO]	= { "cryptography", 3 },
	[RC_BUSY]	= { "busy", 3 },
	[RC_VERSION]	= { "version", 3 },
	[RC_BUG]	= { "bug", 4 },
};

/* A text that was cut may end within a character: take the torn one away. */
static void
mend_end(char *text, size_t size)
{
	size_t len = strlen(text), start = len;
	unsigned char lead;
	size_t need;

	if (len + 1 < size)
		return;
	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return;
	lead = (unsigned char)text[start - 1];
	need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	if (len - (start - 1) < need)
		text[start - 1] = '\0';
}

enum rc
fault_set(struct fault *why, enum rc rc, const char *place, const char *format, ...)
{
	va_list ap;

	if (why == NULL)
		return rc;
	why->rc = rc;
	snprintf(why->place, sizeof why->place, "%s", place != NULL ? place : "");
	mend_end(why->place, sizeof why->place);
	va_start(ap, format);
	if (vsnprintf(why->text, sizeof why->text, format, ap) < 0)
		why->text[0] = '\0';
	va_end(ap);
	mend_end(why->text, sizeof why->text);
	return rc;
}

enum rc
fault_rc_of_errno(int number)
{
	return number == ENOSPC || number == EDQUOT || number == EFBIG ? RC_FULL : RC_IO;
}

const char *
fault_name(enum rc rc)
{
	return (unsigned)rc < RC__COUNT ? table[rc].name : "unknown";
}

int
fault_exit_status(enum rc rc)
{
	return (unsigned)rc < RC__COUNT ? table[rc].exit_status : table[RC_BUG].exit_status;
}
