#include "cli/impact_sheet.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/outfile.h"
#include "cli/say.h"

enum rc
impact_sheet_open(struct impact_sheet *s, enum render_format format, enum lang lang, const char *who_key,
    struct fault *why)
{
	*s = (struct impact_sheet){ .format = format, .lang = lang, .who_key = who_key };
	return (s->spool = tmpfile()) != NULL ? RC_OK :
	    fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "law impact", "%s", strerrordesc_np(errno));
}

void
impact_sheet_close(struct impact_sheet *s)
{
	if (s->spool != NULL)
		(void)fclose(s->spool);
	s->spool = NULL;
}

static const char *
or_empty(const char *text)
{
	return text != NULL ? text : "";
}

static void
put_json(FILE *to, bool *first, const char *key, const char *text)
{
	if (or_empty(text)[0] == '\0')
		return;
	(void)fprintf(to, "%s\"%s\":\"", *first ? "" : ",", key);
	*first = false;
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			(void)fputc('\\', to);
		if ((unsigned char)*c < ' ')
			(void)fprintf(to, "\\u%04x", (unsigned)(unsigned char)*c);
		else
			(void)fputc(*c, to);
	}
	(void)fputc('"', to);
}

/* RFC 4180; what a spreadsheet would take for a formula is made text. */
static void
put_csv(FILE *to, const char *text, const char *end)
{
	bool is_formula = text[0] != '\0' && strchr("=+-@\t\r", text[0]) != NULL;

	if (!is_formula && strpbrk(text, "\",\r\n") == NULL) {
		(void)fprintf(to, "%s%s", text, end);
		return;
	}
	(void)fputs(is_formula ? "\"'" : "\"", to);
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"')
			(void)fputc('"', to);
		(void)fputc(*c, to);
	}
	(void)fprintf(to, "\"%s", end);
}

static enum rc
failed(struct fault *why)
{
	return fault_set(why, errno == ENOSPC ? RC_FULL : RC_IO, "law impact", "%s", strerrordesc_np(errno));
}

enum rc
impact_sheet_row(struct impact_sheet *s, const struct impact_sheet_row *r, struct fault *why)
{
	struct arena arena;
	bool first = true;

	switch (s->format) {
	case RENDER_JSON:
		(void)fputs("{", s->spool);
		put_json(s->spool, &first, s->who_key, r->who);
		put_json(s->spool, &first, "programme", r->programme);
		put_json(s->spool, &first, "change", r->change);
		put_json(s->spool, &first, "givenOn", r->given_on);
		put_json(s->spool, &first, "before", r->before);
		put_json(s->spool, &first, "after", r->after);
		(void)fputs("}\n", s->spool);
		break;
	case RENDER_CSV:
		put_csv(s->spool, or_empty(r->who), ",");
		put_csv(s->spool, or_empty(r->programme), ",");
		put_csv(s->spool, or_empty(r->change), ",");
		put_csv(s->spool, or_empty(r->given_on), ",");
		put_csv(s->spool, or_empty(r->before), ",");
		put_csv(s->spool, or_empty(r->after), ",\r\n");
		break;
	case RENDER_TEXT:
	case RENDER__COUNT:
		arena_init(&arena, LIMIT_TEXT_BYTES * 4);
		(void)fprintf(s->spool, "%s  %s  %s%s%s: %s → %s\n", or_empty(r->who), or_empty(r->programme),
		    say(s->lang, or_empty(r->change), &arena), or_empty(r->given_on)[0] != '\0' ? " " : "",
		    or_empty(r->given_on), or_empty(r->before)[0] != '\0' ? r->before : "-",
		    or_empty(r->after)[0] != '\0' ? r->after : "-");
		arena_clear(&arena);
		break;
	}
	s->n_rows++;
	return ferror(s->spool) ? failed(why) : RC_OK;
}

enum rc
impact_sheet_count(struct impact_sheet *s, const char *programme, const char *change, int64_t n,
    struct fault *why)
{
	size_t i;

	for (i = 0; i < s->n_count; i++)
		if (strcmp(s->count[i].programme, or_empty(programme)) == 0 &&
		    strcmp(s->count[i].change, change) == 0)
			break;
	if (i == s->n_count) {
		if (i == IMPACT_SHEET_COUNTS || strlen(or_empty(programme)) > LIMIT_CODE_CHARS ||
		    strlen(change) > LIMIT_CODE_CHARS)
			return fault_set(why, RC_TOO_BIG, "law impact", "too many kinds of change");
		memcpy(s->count[i].programme, or_empty(programme), strlen(or_empty(programme)) + 1);
		memcpy(s->count[i].change, change, strlen(change) + 1);
		s->n_count++;
	}
	s->count[i].n += n;
	return RC_OK;
}

static void
write_count(const struct impact_sheet *s, size_t i, FILE *to)
{
	struct arena arena;
	bool first = true;

	switch (s->format) {
	case RENDER_JSON:
		(void)fputs(i > 0 ? ",\n{" : "\n{", to);
		put_json(to, &first, "programme", s->count[i].programme);
		put_json(to, &first, "change", s->count[i].change);
		(void)fprintf(to, ",\"count\":%" PRId64 "}", s->count[i].n);
		break;
	case RENDER_CSV:
		(void)fprintf(to, ",%s,%s,,,,%" PRId64 "\r\n", s->count[i].programme, s->count[i].change, s->count[i].n);
		break;
	case RENDER_TEXT:
	case RENDER__COUNT:
		arena_init(&arena, LIMIT_TEXT_BYTES * 4);
		(void)fprintf(to, "%8" PRId64 "  %s%s%s\n", s->count[i].n, s->count[i].programme,
		    s->count[i].programme[0] != '\0' ? "  " : "", say(s->lang, s->count[i].change, &arena));
		arena_clear(&arena);
		break;
	}
}

static enum rc
write_all(struct impact_sheet *s, FILE *to, struct fault *why)
{
	bool starts_line = true;
	int c;

	if (s->format == RENDER_JSON)
		(void)fputc('[', to);
	if (s->format == RENDER_CSV)
		(void)fprintf(to, "%s,programme,change,givenOn,before,after,count\r\n", s->who_key);
	for (size_t i = 0; i < s->n_count; i++)
		write_count(s, i, to);
	if (s->format == RENDER_TEXT && s->n_rows > 0)
		(void)fputc('\n', to);
	if (fflush(s->spool) != 0 || fseek(s->spool, 0, SEEK_SET) != 0)
		return failed(why);
	while ((c = getc_unlocked(s->spool)) != EOF) {
		if (s->format == RENDER_JSON && starts_line)
			(void)fputs(s->n_count > 0 || ftell(s->spool) > 1 ? ",\n" : "\n", to);
		starts_line = c == '\n';
		if (s->format != RENDER_JSON || !starts_line)
			(void)putc_unlocked(c, to);
	}
	if (s->format == RENDER_JSON)
		(void)fputs("\n]\n", to);
	return ferror(s->spool) || fflush(to) != 0 || ferror(to) ? failed(why) : RC_OK;
}

enum rc
impact_sheet_write(struct impact_sheet *s, const char *path, struct fault *why)
{
	struct outfile o;
	FILE *to;
	int fd;
	enum rc rc;

	if (path == NULL)
		return write_all(s, stdout, why);
	if ((rc = outfile_begin(&o, path, 0600, why)) != RC_OK)
		return rc;
	if ((fd = fcntl(o.fd, F_DUPFD_CLOEXEC, 0)) < 0)
		return outfile_end(&o, failed(why), why);
	if ((to = fdopen(fd, "w")) == NULL) {
		(void)close(fd);
		return outfile_end(&o, failed(why), why);
	}
	rc = write_all(s, to, why);
	if (fclose(to) != 0 && rc == RC_OK)
		rc = failed(why);
	return outfile_end(&o, rc, why);
}
