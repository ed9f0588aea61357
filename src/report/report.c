#include "report/report.h"

#include <string.h>

static const struct report_format show_formats[] = {
	{ "text", "text/plain; charset=utf-8", "txt", REPORT_OFFICE, report_text },
	{ "json", "application/json", "json", REPORT_OFFICE, report_json },
	{ "csv", "text/csv; charset=utf-8", "csv", REPORT_OFFICE, report_show_csv },
};

static const struct report_format export_formats[] = {
	{ "html", "text/html; charset=utf-8", "html", REPORT_RESIDENT, report_html },
	{ "csv", "text/csv; charset=utf-8", "csv", REPORT_RESIDENT, report_csv },
	{ "fhir", "application/fhir+json", "fhir.json", REPORT_RESIDENT, report_fhir },
	{ "portal", "application/json", "portal.json", REPORT_RESIDENT, report_portal },
};

static const struct report_format check_formats[] = {
	{ "text", "text/plain; charset=utf-8", "txt", REPORT_CLINIC, report_check_text },
	{ "json", "application/json", "json", REPORT_CLINIC, report_check_json },
};

static const struct report_format *
find(const struct report_format *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}
#define FIND(list, name) find((list), sizeof (list) / sizeof (list)[0], (name))

const struct report_format *
report_show_find(const char *name)
{
	return FIND(show_formats, name);
}

const struct report_format *
report_export_find(const char *name)
{
	return FIND(export_formats, name);
}

const struct report_format *
report_check_find(const char *name)
{
	return FIND(check_formats, name);
}
