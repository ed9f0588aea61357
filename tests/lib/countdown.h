#ifndef TESTS_LIB_COUNTDOWN_H
#define TESTS_LIB_COUNTDOWN_H

/*
 * Makes the n-th allocation from now fail, once.  Works for the calls that our
 * own code makes, in a program linked with $(COUNTDOWN_LINK); what libc or
 * another library allocates inside itself is not seen (their own hooks are:
 * countdown_malloc and the others below can be handed to them).
 *
 *	for (long n = 0; ; n++) {
 *		fail_after(n);
 *		rc = thing_make(&p, &why);
 *		fail_never();
 *		if (rc == RC_OK)
 *			break;
 *		CU_ASSERT_EQUAL_FATAL(rc, RC_NOMEM);
 *	}
 */
#include <stddef.h>

void fail_after(long allocations);	/* 0: the very next one */
void fail_never(void);
/* How many more will succeed: what is left of the number given, before fail_never. */
long fail_left(void);
/* Whether the failure has been dealt since fail_after. */
int fail_happened(void);

/* For the hooks of libraries: counted like our own. */
void *countdown_malloc(size_t bytes);
void *countdown_calloc(size_t count, size_t bytes);
void *countdown_realloc(void *p, size_t bytes);
char *countdown_strdup(const char *text);
void countdown_free(void *p);

#endif
