#ifndef SERVE_LOG_H
#define SERVE_LOG_H

#include "base/fault.h"
#include "serve/role.h"

/*
 * One line each on standard error, beginning with the severity prefix of the journal
 * (<3> error, <5> notice) when the journal reads it, else with the name of the program.
 * Never personal data: callers hand in faults, which hold none, and words of their own.
 */
void log_open(enum serve_role role, bool quiet);	/* quiet: errors only */
void log_notice(const char *format, ...) PRINTF_LIKE(1, 2);
void log_error(const char *format, ...) PRINTF_LIKE(1, 2);
void log_fault(const char *doing, const struct fault *why);

#endif
