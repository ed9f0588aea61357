#include "serve/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE_MAX_BYTES 900

/* Set once at the start of a process, before anything is logged. */
static struct {
	const char *role;
	bool quiet, journal;
} how = { "parent", false, false };

void
log_open(enum serve_role role, bool quiet)
{
	how.role = serve_role_name(role);
	how.quiet = quiet;
	how.journal = getenv("JOURNAL_STREAM") != NULL;
}

static void
line(int severity, const char *format, va_list ap) __attribute__((format(printf, 2, 0)));

static void
line(int severity, const char *format, va_list ap)
{
	char text[LINE_MAX_BYTES];
	int n;

	n = how.journal ? snprintf(text, sizeof(text), "<%d>%s: ", severity, how.role) :
	    snprintf(text, sizeof(text), "watashid: %s: ", how.role);
	if (n < 0 || (size_t)n >= sizeof(text) - 1)
		return;
	(void)vsnprintf(text + n, sizeof(text) - 1 - (size_t)n, format, ap);
	for (char *c = text; *c != '\0'; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	n = (int)strlen(text);
	text[n] = '\n';
	while (write(STDERR_FILENO, text, (size_t)n + 1) < 0)
		break;		/* nobody to tell */
}

void
log_notice(const char *format, ...)
{
	va_list ap;

	if (how.quiet)
		return;
	va_start(ap, format);
	line(5, format, ap);
	va_end(ap);
}

void
log_error(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	line(3, format, ap);
	va_end(ap);
}

void
log_fault(const char *doing, const struct fault *why)
{
	if (why->place[0] != '\0')
		log_error("%s: %s: %s (%s)", doing, why->place, why->text, fault_name(why->rc));
	else
		log_error("%s: %s (%s)", doing, why->text, fault_name(why->rc));
}
