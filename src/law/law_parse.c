#include "law/law_parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

bool
law_parse_once(struct law_reader *r, uint32_t *seen, unsigned bit)
{
	if ((*seen >> bit & 1) != 0)
		return law_read_fault(r, LAW_F_FIELD_TWICE);
	*seen |= UINT32_C(1) << bit;
	return true;
}

static enum law_field
result(bool good)
{
	return good ? LAW_FIELD_DONE : LAW_FIELD_FAULT;
}

enum law_field
law_parse_span(struct law_reader *r, struct law_span *span, uint32_t *seen)
{
	if (law_read_is(r, "in-force")) {
		if (!law_parse_once(r, seen, 0))
			return LAW_FIELD_FAULT;
		r->at++;
		return result(law_read_days(r, &span->from, &span->to));
	}
	if (law_read_is(r, "published")) {
		if (!law_parse_once(r, seen, 1))
			return LAW_FIELD_FAULT;
		r->at++;
		if (law_read_take(r, "unconfirmed")) {
			span->publication = LAW_PUBLISHED_UNCONFIRMED;
			return LAW_FIELD_DONE;
		}
		return result(law_read_day(r, &span->published));
	}
	if (law_read_is(r, "end-published")) {
		if (!law_parse_once(r, seen, 2))
			return LAW_FIELD_FAULT;
		r->at++;
		return result(law_read_day(r, &span->end_published));
	}
	return LAW_FIELD_OTHER;
}

void
law_parse_span_end(struct law_reader *r, struct law_place place, struct law_span *span, uint32_t seen)
{
	if ((seen & LAW_SEEN_IN_FORCE) == 0) {
		law_draft_find_fault(r->draft, place, LAW_F_MISSING_FIELD, "in-force");
		return;
	}
	if ((seen & LAW_SEEN_PUBLISHED) == 0)
		span->publication = LAW_PUBLISHED_UNSAID;
	if (span->publication != LAW_PUBLISHED_DAY)
		span->published = span->from;
	if ((seen & LAW_SEEN_END) == 0)
		span->end_published = INT32_MIN;
}

void
law_parse_who_init(struct law_who *who)
{
	who->birth_from = who->birth_to = INT32_MIN;
	who->antibody_by = INT32_MIN;
	who->given_from = who->given_to = INT32_MIN;
	who->given_max = 255;
}

static bool
conditions(struct law_reader *r, uint32_t *mask)
{
	uint64_t wide;

	if (!law_read_mask(r, LAW_TABLE_CONDITION, &wide))
		return false;
	*mask = (uint32_t)wide;
	return true;
}

static bool
given(struct law_reader *r, struct law_who *who)
{
	int32_t least, most = 255;

	if (!law_read_number(r, 0, 254, &least))
		return false;
	if (!law_read_take(r, ".."))
		return law_read_fault(r, LAW_F_UNKNOWN_WORD);
	if (!law_read_take(r, "-") && !law_read_number(r, least, 254, &most))
		return false;
	who->given_min = (uint8_t)least;
	who->given_max = (uint8_t)most;
	return !law_read_take(r, "in") || law_read_days(r, &who->given_from, &who->given_to);
}

enum law_field
law_parse_who(struct law_reader *r, struct law_who *who, uint32_t *seen)
{
	static const char *const word[] = {
		"born", "sex", "with", "without", "gestation", "antibody-low-by", "given",
	};
	unsigned k = 0;

	while (k < sizeof word / sizeof word[0] && !law_read_is(r, word[k]))
		k++;
	if (k == sizeof word / sizeof word[0])
		return LAW_FIELD_OTHER;
	if (!law_parse_once(r, seen, 8 + k))
		return LAW_FIELD_FAULT;
	r->at++;
	switch (k) {
	case 0:
		return result(law_read_days(r, &who->birth_from, &who->birth_to));
	case 1:
		if (law_read_take(r, "female"))
			who->sex = LAW_SEX_FEMALE;
		else if (law_read_take(r, "male"))
			who->sex = LAW_SEX_MALE;
		else
			return result(law_read_fault(r, LAW_F_UNKNOWN_WORD));
		return LAW_FIELD_DONE;
	case 2:
		return result(conditions(r, &who->conditions_any));
	case 3:
		return result(conditions(r, &who->conditions_none));
	case 4:
		who->gestation = 1;
		return result(law_read_take(r, "known") || law_read_fault(r, LAW_F_UNKNOWN_WORD));
	case 5:
		who->antibody_low = 1;
		return result(law_read_day(r, &who->antibody_by));
	default:
		return result(given(r, who));
	}
}

static void
parse_version(struct law_reader *r)
{
	law_text version;

	if (r->draft->version != LAW_NO_TEXT)
		law_read_fault(r, LAW_F_FIELD_TWICE);
	else if (law_read_name(r, &version))
		r->draft->version = version;
}

static void
parse_history_from(struct law_reader *r)
{
	if (r->draft->has_history)
		law_read_fault(r, LAW_F_FIELD_TWICE);
	else if (law_read_day(r, &r->draft->history_from))
		r->draft->has_history = true;
}

static const struct rule {
	const char *word;
	void (*parse)(struct law_reader *r);
} rule[] = {
	{ "version", parse_version },
	{ "history-from", parse_history_from },
	{ "target", law_parse_target },
	{ "course", law_parse_course },
	{ "choice", law_parse_choice },
	{ "extension", law_parse_extension },
	{ "spacing", law_parse_spacing },
};

static void
statement(struct law_reader *r, enum law_pass pass)
{
	if (law_parse_declaration(r, pass) || pass == LAW_PASS_NAMES)
		return;
	for (size_t i = 0; i < sizeof rule / sizeof rule[0]; i++) {
		if (law_read_take(r, rule[i].word)) {
			rule[i].parse(r);
			return;
		}
	}
	law_read_fault(r, LAW_F_UNKNOWN_STATEMENT);
}

/* Words of one line, up to its comment.  Shape is judged in the first pass only. */
static void
split_line(struct law_reader *r, const char *line, size_t len, uint32_t number, bool tell)
{
	struct law_place place = { r->file, number };
	size_t i = 0;

	while (i < len) {
		size_t from = i;
		bool quoted = line[i] == '"';

		if (line[i] == ' ' || line[i] == '\t' || line[i] == '\r') {
			i++;
			continue;
		}
		if (line[i] == '#')
			return;
		if (quoted) {
			from = ++i;
			while (i < len && line[i] != '"')
				i++;
			if (i == len) {
				if (tell)
					law_draft_find_fault(r->draft, place, LAW_F_OPEN_QUOTE, "");
				return;
			}
		} else {
			while (i < len && line[i] != ' ' && line[i] != '\t' && line[i] != '\r' &&
			    line[i] != '#' && line[i] != '"')
				i++;
		}
		if (r->n == LAW_STATEMENT_WORDS) {
			if (tell && !r->full)
				law_draft_find_fault(r->draft, place, LAW_F_STATEMENT_TOO_LONG, "");
			r->full = true;
			return;
		}
		r->word[r->n++] = (struct law_word){ line + from, (uint32_t)(i - from), number, quoted };
		if (quoted)
			i++;
	}
}

enum rc
law_parse(struct law_draft *d, const char *file, const char *text, size_t len, enum law_pass pass)
{
	struct law_reader *r;
	bool tell = pass == LAW_PASS_NAMES;
	uint32_t number = 0;
	size_t at = 0, bad;

	if (utf8_check(text, len, UTF8_BLOCK, &bad) != RC_OK) {
		uint32_t line = 1;

		for (size_t i = 0; i < bad && i < len; i++)
			line += text[i] == '\n';
		if (tell)
			law_draft_find_fault(d, (struct law_place){ file, line }, LAW_F_NOT_UTF8, "");
		return RC_OK;
	}
	if ((r = calloc(1, sizeof *r)) == NULL)
		return RC_NOMEM;
	r->draft = d;
	r->file = file;
	while (at < len && !d->no_memory) {
		const char *end = memchr(text + at, '\n', len - at);
		size_t line_len = end == NULL ? len - at : (size_t)(end - text) - at;
		bool indented = line_len > 0 && (text[at] == ' ' || text[at] == '\t');
		size_t n_before;

		number++;
		if (!indented && r->n > 0 && line_len > 0 && text[at] != '#') {
			r->at = 0;
			statement(r, pass);
			r->n = 0;
			r->full = false;
		}
		n_before = r->n;
		split_line(r, text + at, line_len, number, tell);
		if (indented && n_before == 0 && r->n > 0) {
			if (tell)
				law_draft_find_fault(d, (struct law_place){ file, number },
				    LAW_F_INDENTED_START, "");
			r->n = 0;
		}
		at += line_len + 1;
	}
	if (r->n > 0) {
		r->at = 0;
		statement(r, pass);
	}
	free(r);
	return d->no_memory ? RC_NOMEM : RC_OK;
}
