#include "report/csv.h"

#include <string.h>

static bool
looks_like_formula(const char *text)
{
	static const char *const wide[] = { "＝", "＋", "－", "＠" };

	if (text[0] != '\0' && strchr("=+-@\t\r\n|%", text[0]) != NULL)
		return true;
	for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
		if (strncmp(text, wide[i], strlen(wide[i])) == 0)
			return true;
	return false;
}

void
csv_cell(struct report_out *o, bool *first, const char *text)
{
	const char *at = text;

	report_put(o, *first ? "\"" : ",\"");
	*first = false;
	if (looks_like_formula(text))
		report_put(o, "'");
	for (; *at != '\0'; at++) {
		size_t n = strcspn(at, "\"\r\n\t");

		report_put_n(o, at, n);
		at += n;
		if (*at == '\0')
			break;
		report_put(o, *at == '"' ? "\"\"" : " ");
	}
	report_put(o, "\"");
}

void
csv_end(struct report_out *o, bool *first)
{
	report_put(o, "\r\n");
	*first = true;
}
