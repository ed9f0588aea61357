#include "cli/help.h"

#include <string.h>

#include "cli/width.h"

#define OPTION_COLUMNS 30
#define COMMAND_COLUMNS 22

/* Where a command stands in the whole list, by its first word. */
static const struct chapter {
	const char *title;
	const char *of; /* words with a space before and after each */
} chapters[] = {
	{ WORDS("People"), " resident guardian person move-in " },
	{ WORDS("Records and what is due"), " show due check export dose circumstance duplicate schedule " },
	{ WORDS("Files and clinics"), " import held clinic " },
	{ WORDS("Tickets, lists, notices"), " ticket list notice letter " },
	{ WORDS("Reports and figures"), " mistake reaction statistics " },
	{ WORDS("Other municipalities"), " inquire inquiry correction copy records evidence queue " },
	{ WORDS("Second officer, audit, retention"), " approval audit purge " },
	{ WORDS("The node"), " init status doctor officer key backup restore law migrate maintenance peer metrics " },
};

static void
column(FILE *to, const char *text, size_t columns)
{
	size_t have = width_of(text);

	(void)fprintf(to, "  %s%*s", text, (int)(have < columns ? columns - have : 1), "");
}

static void
help_line(FILE *to, const char *name, const char *summary)
{
	column(to, name, COMMAND_COLUMNS);
	(void)fprintf(to, "%s\n", summary);
}

void
help_use(FILE *to, const struct command *c, enum lang lang)
{
	const struct request_shape *shape = request_shape(c->kind);
	const char *bare = command_positional_word(c);
	bool is_repeated = false, has_more = false;

	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].tag == c->positional && shape->field[i].repeated)
			is_repeated = true;
	(void)fprintf(to, "%s watashi %s", words(lang, WORDS("usage:")), c->name);
	if (bare != NULL)
		(void)fprintf(to, is_repeated ? " [%s…]" : " %s", words(lang, bare));
	for (size_t i = 0; i < shape->n_field; i++) {
		const struct command_option *o = command_option_of(c, shape->field[i].tag);

		if (o != NULL && shape->field[i].required)
			(void)fprintf(to, " --%s %s", o->name, words(lang, o->value));
		else if (o != NULL)
			has_more = true;
	}
	(void)fprintf(to, "%s\n", has_more ? words(lang, WORDS(" [options]")) : "");
}

static const char *
formats(const struct command *c)
{
	switch (c->answer) {
	case ANSWER_EXPORT:
		return "html csv fhir portal";
	case ANSWER_LINES:
		return "text";
	case ANSWER_CHECK:
		return "text json";
	case ANSWER_LIST:
	case ANSWER_ONE:
	case ANSWER_ONE_AND_ROWS:
	case ANSWER_SHOW:
	case ANSWER_COUNTS:
	case ANSWER_IMPACT:
	case ANSWER_DUE:
	case ANSWER_APPROVAL:
		break;
	}
	return "text json csv";
}

static void
help_general(FILE *to, enum lang lang, const char *format_words)
{
	char text[96];

	(void)fprintf(to, "%s\n", words(lang, WORDS("Every command:")));
	(void)snprintf(text, sizeof(text), "--node %s", words(lang, WORDS("DIR")));
	column(to, text, OPTION_COLUMNS);
	(void)fprintf(to, "%s\n", words(lang, WORDS("directory of the node (or WATASHI_NODE)")));
	column(to, "--lang ja|en", OPTION_COLUMNS);
	(void)fprintf(to, "%s\n", words(lang, WORDS("language (default: of the locale, else Japanese)")));
	(void)snprintf(text, sizeof(text), "--format %s", words(lang, WORDS("FORMAT")));
	column(to, text, OPTION_COLUMNS);
	(void)fprintf(to, "%s\n", format_words);
	(void)snprintf(text, sizeof(text), "-o, --output %s", words(lang, WORDS("FILE")));
	column(to, text, OPTION_COLUMNS);
	(void)fprintf(to, "%s\n", words(lang, WORDS("write to this file, readable by you alone")));
	(void)snprintf(text, sizeof(text), "--today %s", words(lang, WORDS("DAY")));
	column(to, text, OPTION_COLUMNS);
	(void)fprintf(to, "%s\n", words(lang, WORDS("work as if it were this day: training only")));
	column(to, "-h, --help", OPTION_COLUMNS);
	(void)fprintf(to, "%s\n", words(lang, WORDS("this text")));
}

void
help_command(FILE *to, const struct command *c, enum lang lang)
{
	const struct request_shape *shape = request_shape(c->kind);
	bool is_first = true;
	char text[96];

	help_use(to, c, lang);
	(void)fprintf(to, "\n%s\n", words(lang, c->summary));
	for (size_t i = 0; i < shape->n_field; i++) {
		const struct command_option *o = command_option_of(c, shape->field[i].tag);

		if (o == NULL)
			continue;
		if (is_first)
			(void)fputc('\n', to);
		is_first = false;
		if (o->value == NULL)
			(void)snprintf(text, sizeof(text), "--%s", o->name);
		else if (o->tag == TAG_WAIT)
			(void)snprintf(text, sizeof(text), "--%s[=%s]", o->name, words(lang, o->value));
		else
			(void)snprintf(text, sizeof(text), "--%s %s", o->name, words(lang, o->value));
		column(to, text, OPTION_COLUMNS);
		(void)fprintf(to, "%s\n", words(lang, o->help));
	}
	(void)fputc('\n', to);
	help_general(to, lang, formats(c));
}

void
help_group(FILE *to, const char *word, enum lang lang)
{
	size_t n = strlen(word);

	for (const struct command *c = command_table; c->name != NULL; c++) {
		if (strncmp(c->name, word, n) != 0 || c->name[n] != ' ')
			continue;
		help_line(to, c->name, words(lang, c->summary));
	}
}

static void
help_chapter(FILE *to, const struct chapter *chapter, enum lang lang)
{
	(void)fprintf(to, "%s\n", words(lang, chapter->title));
	for (const char *word = chapter->of + 1; *word != '\0';) {
		size_t n = strcspn(word, " ");

		for (const struct command *c = command_table; c->name != NULL; c++)
			if (strncmp(c->name, word, n) == 0 && (c->name[n] == ' ' || c->name[n] == '\0'))
				help_line(to, c->name, words(lang, c->summary));
		if (n == strlen("schedule") && strncmp(word, "schedule", n) == 0)
			help_line(to, "schedule", words(lang,
			    WORDS("judge doses and work out what is due, from JSON, without a node")));
		word += n + 1;
	}
	(void)fputc('\n', to);
}

void
help_all(FILE *to, enum lang lang)
{
	(void)fprintf(to, "%s watashi %s\n\n", words(lang, WORDS("usage:")),
	    words(lang, WORDS("COMMAND … [options]    (watashi COMMAND --help says more)")));
	for (size_t i = 0; i < sizeof(chapters) / sizeof(chapters[0]); i++)
		help_chapter(to, &chapters[i], lang);
	help_general(to, lang, "text json csv");
	(void)fprintf(to, "\n%s\n", words(lang, WORDS(
	    "Exit status: 0 done, 1 done but the answer is no, 2 wrong usage, 3 the machine or\n"
	    "network failed, 4 a defect: please report it.")));
}
