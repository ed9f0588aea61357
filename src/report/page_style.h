#ifndef REPORT_PAGE_STYLE_H
#define REPORT_PAGE_STYLE_H

#include <stddef.h>

/* data/page/record.css, put into the program by scripts/embed. */
struct embedded {
	const char *name, *text;
};
extern const struct embedded report_page_styles[];

#endif
