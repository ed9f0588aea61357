#ifndef CLI_WIDTH_H
#define CLI_WIDTH_H

#include <stddef.h>

/* Columns that text takes on a terminal: East Asian wide and full-width characters take two,
 * combining marks none.  Malformed bytes count one each. */
size_t width_of(const char *text);

#endif
