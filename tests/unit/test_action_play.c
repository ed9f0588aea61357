#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/checkdigit.h"
#include "exchange/wire_read.h"
#include "tests/lib/runner.h"
#include "tests/unit/play_count.h"
#include "tests/unit/play_network.h"
#include "tests/unit/play_node.h"

/*
 * The stories of tests/case/exchange: what happens at which time to one real node, and what must be
 * seen.  The clock is turned, nothing sleeps.  The node is Sapporo, 011002; all times count from its
 * start, 2026-11-22 09:00 in Japan.
 *
 *	# Sentence.
 *	begin DAY                          the story begins on another day; before anything else
 *	at 5m                              until then (ms s m h d); +5m: so much later
 *	resident NO [born D] [sex S] [kana K] [since D] [from TOWN] [protected 1] [died D]
 *	                                   as the register's file says; again: a further period
 *	residents LOW HIGH [from TOWN]...  one for each number, each born on another day
 *	officer NAME UID ROLE
 *	as UID                             who asks from here on (1: the administrator)
 *	do WORDS [NAME=VALUE]...           a request; `_` in a value is a blank
 *	ok | refused TEXT | conflict TEXT | invalid TEXT | absent TEXT |
 *	pending TEXT                       how it ended
 *	row NAME=VALUE...                  one of its rows has all these; `VALUE*` begins so
 *	no-row NAME=VALUE...               none has
 *	rows N                             so many rows
 *	keep NAME FIELD                    FIELD of the row last found is $NAME from here on
 *	holds TOWN NO ID VERSION DATE VACCINE [LOT] [origin TOWN] [withdrawn] [kana K]
 *	town TOWN DOES                     answers held silent no-data refuses forges E401...
 *	net KIND MOOD [TIMES]              KIND or all; answers gone loses closed garbles forges refuses
 *	                                   strange or an E-code
 *	asks PERMIT NO TOWN                somebody asks us; the answer waits for staff
 *	count KIND N                       so many different messages of a kind arrived
 *	knocks LOW HIGH                    so many connections were tried in vain
 *	said KIND TEXT                     the last of a kind holds the text; not-said
 *	corrections yes|no                 the node starts anew with that setting (no until told otherwise)
 *	provided PROCESS NO TOWN [ID VERSION]... | provided PROCESS NO TOWN pending
 *	                                   the town was told these of ours by that exchange ($NAME, or TOWN:ID)
 *	exchange PROCESS NO TOWN asked|provided OUTCOME [at TIME]
 *	                                   (asked now, or at TIME, and ended) the network has recorded it: we asked that town, or provided it with something;
 *	                                   OUTCOME as in records, or pending
 *	loses-exchange PROCESS             that record is lost there
 *	counts TOWN asked|provided DAY [hub] [without P] [with P] [changed P] [bare] [as M] [forged]
 *	                                   how many exchanges of a day the town (or the hub) has recorded: all that the
 *	                                   network has, but for one, with one more, one otherwise; as M: bearing the time of
 *	                                   now less M; the town's letter for us
 *	backup, restored                   the database as it is is put aside; it takes the place of what is there
 *	counted TOWN same|differs|not-yet [forged]
 *	                                   its receipt for the last count that we sent it
 *	corrects TOWN HEX NO ID VERSION DATE VACCINE [LOT] [origin TOWN] [withdrawn] [process P] [forged]
 *	                                   its letter for us, number HEX; of the last inquiry to it but for P
 *	receipt TOWN applied|known|held|refused [version N] [reason WORD] [of N] [forged]
 *	                                   for the nth correction we sent it (the first)
 *	letter double|turn|lose|spoil      the last one: twice, before the one before, never, unreadable
 *	twice KIND                         the next answer to one of a kind comes a second time with other bytes
 *	portal NO answers|closed|none|refuses
 *	                                   what the person's portal does with notices (answers until told otherwise)
 *	at-portal NO N                     so many notices have reached it
 *	copy NO KEY VERSION|none           what the intermediary holds
 *	lose-copy NO KEY                   it loses a record
 *	late KIND N                        the nth of a kind (copies) arrives once more, its message id forgotten
 *	when KIND key|disk                 once it has left, the key process dies; or always from here on
 *	                                   the next write finds the disk full
 *	restart | key dies | key starts | disk full [WRITES] | disk free | disk met
 */
#define WORDS_MAX 40
#define NAMES_MAX 16
#define PEOPLE_MAX 256

struct story {
	char path[600];
	int line;
	int n_expects, failed;
	char sentence[300];
	struct play_node *node;
	uint32_t uid;
	int found;			/* row last found */
	struct { char name[20], value[200]; } kept[NAMES_MAX];
	int n_kept;
	struct { char no[16], kana[100], born[12], sex[8]; } person[PEOPLE_MAX];
	int n_person;
	struct arena arena;
	enum rc done;
};

static void
wrong(struct story *s, const char *what, const char *detail)
{
	char text[1200];

	(void)snprintf(text, sizeof(text), "%s:%d: %s: %s (%s)", s->path, s->line, what, detail, s->sentence);
	printf("     %s\n", text);
	s->failed++;
	CU_FAIL("a story does not hold");
}

static int64_t
time_of(const char *text)
{
	char *end;
	double v = strtod(text, &end);
	int64_t unit = strcmp(end, "ms") == 0 ? 0 : *end == 'm' ? 60 : *end == 'h' ? 3600 : *end == 'd' ? 86400 : 1;

	return unit == 0 ? (int64_t)(v * 1000) : (int64_t)(v * 1000000) * unit;
}

/* A word with its $NAME (all of it, or its end) replaced and `_` as blank. */
static const char *
value_of(struct story *s, const char *word)
{
	const char *name = strchr(word, '$');
	char text[400];
	size_t i;

	if (name != NULL) {
		for (int k = 0; k < s->n_kept; k++)
			if (strcmp(s->kept[k].name, name + 1) == 0) {
				(void)snprintf(text, sizeof(text), "%.*s%s", (int)(name - word), word, s->kept[k].value);
				return arena_text(&s->arena, text, strlen(text));
			}
		wrong(s, "no such name", word);
		return "";
	}
	(void)snprintf(text, sizeof(text), "%s", word);
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] == '_')
			text[i] = ' ';
	return arena_text(&s->arena, text, i);
}

static const char *
option(char *const *word, int n, const char *name, const char *absent)
{
	for (int i = 0; i + 1 < n; i++)
		if (strcmp(word[i], name) == 0)
			return word[i + 1];
	return absent;
}

static bool
flag(char *const *word, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(word[i], name) == 0)
			return true;
	return false;
}

static int
person_of(struct story *s, const char *no)
{
	int i;

	for (i = 0; i < s->n_person; i++)
		if (strcmp(s->person[i].no, no) == 0)
			break;
	if (i == s->n_person && i < PEOPLE_MAX) {
		s->n_person++;
		(void)snprintf(s->person[i].no, sizeof(s->person[i].no), "%s", no);
		(void)snprintf(s->person[i].born, sizeof(s->person[i].born), "2025-02-03");
		(void)snprintf(s->person[i].sex, sizeof(s->person[i].sex), "female");
		(void)snprintf(s->person[i].kana, sizeof(s->person[i].kana), "ワタセ ソラ");
	}
	return i;
}

/* A resident's row; MyNumbers are made from the addressee number. */
static void
do_resident(struct story *s, char *const *word, int n)
{
	int i = person_of(s, word[1]);
	const char *field = "file", *value, *from = option(word, n, "from", "");
	char digits[13], row[1600];

	if ((value = option(word, n, "born", NULL)) != NULL)
		(void)snprintf(s->person[i].born, sizeof(s->person[i].born), "%s", value);
	if ((value = option(word, n, "sex", NULL)) != NULL)
		(void)snprintf(s->person[i].sex, sizeof(s->person[i].sex), "%s", value);
	if ((value = option(word, n, "kana", NULL)) != NULL)
		(void)snprintf(s->person[i].kana, sizeof(s->person[i].kana), "%s", value_of(s, value));
	(void)snprintf(digits, sizeof(digits), "%011d", 20000000 + atoi(word[1]) * 7);
	digits[11] = checkdigit_mynumber_make(digits);
	digits[12] = '\0';
	(void)snprintf(row, sizeof(row), "addressee_no,my_number,name,kana,roman,birth_date,sex,address,"
	    "resident_from,resident_until,previous_municipality,next_municipality,died_on,protected\n"
	    "%s,%s,渡瀬 空,%s,,%s,%s,札幌市,%s,%s,%s,%s,%s,%s\n", word[1],
	    flag(word, n, "numberless") ? "" : digits, s->person[i].kana, s->person[i].born, s->person[i].sex,
	    option(word, n, "since", "2026-11-16"), option(word, n, "until", ""), from, option(word, n, "to", ""),
	    option(word, n, "died", ""), option(word, n, "protected", "0"));
	value = row;
	s->done = play_node_do(s->node, 1, "import residents", &field, &value, 1);
	if (s->done != RC_OK)
		wrong(s, "the resident is not taken in", play_node_text(s->node));
	else if (play_node_rows(s->node) > 0 && play_node_cell(s->node, 0, "held") != NULL &&
	    strcmp(play_node_cell(s->node, 0, "held"), "0") != 0) {
		(void)play_node_do(s->node, 1, "held list", NULL, NULL, 0);
		wrong(s, "the resident is held", play_node_rows(s->node) > 0 ? play_node_cell(s->node, 0, "reason") : "");
	}
}

static void
do_residents(struct story *s, char *const *word, int n)
{
	char no[16], born[16], is_born[] = "born", *one[WORDS_MAX + 2];

	for (int i = atoi(word[1]); i <= atoi(word[2]); i++) {
		(void)snprintf(no, sizeof(no), "%d", i);
		(void)snprintf(born, sizeof(born), "2024-%02d-%02d", i / 28 % 12 + 1, i % 28 + 1);
		one[0] = word[0];
		one[1] = no;
		for (int k = 3; k < n; k++)
			one[k - 1] = word[k];
		one[n - 1] = is_born;
		one[n] = born;
		do_resident(s, one, n + 1);
	}
}

/* TOWN NO ID VERSION DATE VACCINE [LOT] [origin TOWN] [withdrawn] [kana K] [reason WORD] */
static bool
dose_of_words(struct story *s, char *const *word, int n, struct person *ret_who, struct dose *ret_dose)
{
	int i = person_of(s, word[2]);
	struct person who = { .died_on = DAY_NONE };
	struct dose d = { .source = DOSE_SOURCE_CLINIC, .source_code = "1410009", .expires = DAY_NONE,
	    .volume_ul = DOSE_VOLUME_UNKNOWN };
	static const char *const not_lot[] = { "origin", "withdrawn", "kana", "process", "forged", "reason", NULL };
	bool has_lot = n > 7;

	who.addressee_no = s->person[i].no;
	who.kana = value_of(s, option(word, n, "kana", s->person[i].kana));
	if (day_span_parse(s->person[i].born, strlen(s->person[i].born), &who.birth) != RC_OK ||
	    person_sex_parse(s->person[i].sex, strlen(s->person[i].sex), &who.sex) != RC_OK ||
	    day_span_parse(word[5], strlen(word[5]), &d.given) != RC_OK) {
		wrong(s, "not understood", word[5]);
		return false;
	}
	for (int k = 0; has_lot && not_lot[k] != NULL; k++)
		has_lot = strcmp(word[7], not_lot[k]) != 0;
	d.origin_id = value_of(s, word[3]);
	d.origin_version = atoi(word[4]);
	d.origin_municipality = value_of(s, option(word, n, "origin", word[1]));
	d.vaccine = arena_text(&s->arena, word[6], strlen(word[6]));
	d.lot = has_lot ? arena_text(&s->arena, word[7], strlen(word[7])) : "L1";
	d.reason = option(word, n, "reason", NULL);
	d.status = flag(word, n, "withdrawn") ? DOSE_WITHDRAWN : DOSE_GIVEN;
	*ret_who = who;
	*ret_dose = d;
	return true;
}

static void
do_holds(struct story *s, char *const *word, int n)
{
	struct person who;
	struct dose d;

	if (dose_of_words(s, word, n, &who, &d))
		play_network_holds(word[1], &who, &d, d.origin_version);
}

static int64_t
now_ms(const struct story *s)
{
	return (play_start_us + play_node_now(s->node)) / 1000;
}

static void
do_corrects(struct story *s, char *const *word, int n)
{
	char id[33] = "";
	const char *process = option(word, n, "process", NULL);
	char *rest[WORDS_MAX];
	struct person who;
	struct dose d;

	/* The word after TOWN is the letter's own number; the rest is as in holds. */
	(void)snprintf(id, sizeof(id), "%032x", (unsigned)strtoul(word[2], NULL, 16));
	rest[0] = word[0];
	rest[1] = word[1];
	memcpy(rest + 2, word + 3, (size_t)(n - 3) * sizeof(*rest));
	if (dose_of_words(s, rest, n - 1, &who, &d))
		play_network_corrects(word[1], arena_text(&s->arena, id, 32), process != NULL ? value_of(s, process) : NULL,
		    &who, &d, d.origin_version, now_ms(s), flag(word, n, "forged"));
}

static void
do_receipt(struct story *s, char *const *word, int n)
{
	static const char *const taken[] = { "", "applied", "known", "held", "refused" };
	const char *reason = option(word, n, "reason", NULL);
	int k, version = atoi(option(word, n, "version", "0"));

	for (k = 1; k < 5; k++)
		if (strcmp(taken[k], word[2]) == 0)
			break;
	if (k == 5 || !play_network_receipt(word[1], atoi(option(word, n, "of", "1")), (enum message_taken)k, version,
	    k > 2 && reason == NULL ? "officer" : reason, now_ms(s), flag(word, n, "forged")))
		wrong(s, "no correction to give a receipt for", word[2]);
}

static void
do_provided(struct story *s, char *const *word, int n)
{
	const char *key[16];
	int64_t version[16];
	size_t k = 0;

	for (int i = 4; i + 1 < n && k < 16; i += 2, k++) {
		char text[100];

		/* A dose of our own by its id, or TOWN:ID. */
		(void)snprintf(text, sizeof(text), "%s%s", *word[i] == '$' ? PLAY_TOWN ":" : "", value_of(s, word[i]));
		key[k] = arena_text(&s->arena, text, strlen(text));
		version[k] = atoi(word[i + 1]);
	}
	play_network_provided(word[1], word[2], word[3], key, version, k,
	    flag(word, n, "pending") ? MESSAGE_NO_TIME : now_ms(s));
}

static void
do_exchange(struct story *s, char *const *word, int n)
{
	static const char *const outcome[] = { "", "provided", "no-data", "refused", "failed", "pending" };
	const char *at = option(word, n, "at", NULL);
	int k;

	for (k = 1; k < 6; k++)
		if (n > 5 && strcmp(outcome[k], word[5]) == 0)
			break;
	if (k == 6)
		wrong(s, "no such outcome", n > 5 ? word[5] : "");
	else
		play_network_exchange(word[1], word[2], word[3], strcmp(word[4], "asked") == 0, (enum message_outcome)k,
		    at != NULL ? (play_start_us + time_of(at)) / 1000 : now_ms(s));
}

static void
do_counts(struct story *s, char *const *word, int n)
{
	const char *ago = option(word, n, "as", NULL);
	struct play_count c = { .municipality = word[1], .we_asked = strcmp(word[2], "asked") == 0,
	    .by_hub = flag(word, n, "hub"), .without = option(word, n, "without", NULL), .with = option(word, n, "with", NULL),
	    .changed = option(word, n, "changed", NULL), .bare = flag(word, n, "bare"), .forged = flag(word, n, "forged"),
	    .made_at_ms = now_ms(s) - (ago != NULL ? time_of(ago) / 1000 : 0) };

	if (day_parse(word[3], strlen(word[3]), &c.on) != RC_OK)
		wrong(s, "no day", word[3]);
	else
		play_count_letter(&c);
}

static void
do_counted(struct story *s, char *const *word, int n)
{
	static const char *const said[] = { "", "same", "differs", "not-yet" };
	int k;

	for (k = 1; k < 4; k++)
		if (strcmp(said[k], word[2]) == 0)
			break;
	if (k == 4 || !play_count_receipt(word[1], (enum message_compared)k, now_ms(s), flag(word, n, "forged")))
		wrong(s, "no count to give a receipt for", word[2]);
}

static bool
row_fits(struct story *s, int row, char *const *word, int n)
{
	char name[64];

	for (int i = 1; i < n; i++) {
		const char *equals = strchr(word[i], '='), *want, *got;
		size_t len;

		if (equals == NULL)
			return false;
		(void)snprintf(name, sizeof(name), "%.*s", (int)(equals - word[i]), word[i]);
		want = value_of(s, equals + 1);
		got = play_node_cell(s->node, row, name);
		len = strlen(want);
		if (got == NULL)
			got = "";
		if (len > 0 && want[len - 1] == '*' ? strncmp(got, want, len - 1) != 0 : strcmp(got, want) != 0)
			return false;
	}
	return true;
}

static void
show_rows(struct story *s)
{
	static const char *const name[] = { "state", "outcome", "addresseeNo", "provider", "reason", "kind", "action",
	    "endpoint", "retryClass", "attempts", "owner", "version", "localVersion", "recipient", "overdue", "check", "ok", "text", "date", "count", "status", "destination", "on", "heldBy", "here", "there", "atHub", "processNo", "lacks", "cause", "comparisonNo", "municipality" };

	for (int i = 0; i < play_node_rows(s->node) && i < 12; i++) {
		printf("       row");
		for (size_t k = 0; k < sizeof(name) / sizeof(name[0]); k++)
			if (play_node_cell(s->node, i, name[k]) != NULL)
				printf(" %s=%s", name[k], play_node_cell(s->node, i, name[k]));
		printf("\n");
	}
}

static void
do_row(struct story *s, char *const *word, int n, bool wanted)
{
	int i;

	s->n_expects++;
	for (i = 0; i < play_node_rows(s->node); i++)
		if (row_fits(s, i, word, n))
			break;
	if ((i < play_node_rows(s->node)) != wanted) {
		wrong(s, wanted ? "no row has" : "a row has", n > 1 ? word[n - 1] : "");
		show_rows(s);
	}
	s->found = i;
}

static void
do_request(struct story *s, char *const *word, int n)
{
	const char *field[WORDS_MAX], *value[WORDS_MAX];
	char words[80] = "", *equals;
	int n_fields = 0;

	for (int i = 1; i < n; i++) {
		if ((equals = strchr(word[i], '=')) == NULL) {
			size_t len = strlen(words);

			(void)snprintf(words + len, sizeof(words) - len, "%s%s", len > 0 ? " " : "", word[i]);
			continue;
		}
		*equals = '\0';
		field[n_fields] = word[i];
		value[n_fields++] = value_of(s, equals + 1);
	}
	s->done = play_node_do(s->node, s->uid, words, field, value, n_fields);
}

static void
do_ended(struct story *s, char *const *word, int n, enum rc want)
{
	char text[300] = "";

	s->n_expects++;
	for (int i = 1; i < n; i++) {
		size_t len = strlen(text);

		(void)snprintf(text + len, sizeof(text) - len, "%s%s", i > 1 ? " " : "", word[i]);
	}
	if (s->done != want || (*text != '\0' && strstr(play_node_text(s->node), text) == NULL)) {
		(void)snprintf(text, sizeof(text), "%s, %.200s", fault_name(s->done), play_node_text(s->node));
		wrong(s, "it ended otherwise", text);
	}
}

static void
do_net(struct story *s, char *const *word, int n)
{
	static const char *const mood_word[PLAY_MOOD__COUNT] = { "answers", "gone", "loses", "closed", "garbles",
	    "forges", "refuses", "strange" };
	enum message_kind kind = strcmp(word[1], "all") == 0 ? MESSAGE_NONE : message_kind_of(word[1]);
	enum message_error error = MESSAGE_OK;
	int m, e;

	for (m = 0; m < PLAY_ERROR; m++)
		if (strcmp(mood_word[m], word[2]) == 0)
			break;
	if (m == PLAY_ERROR) {
		for (e = 1; e < MESSAGE_ERROR__COUNT; e++)
			if (strcmp(message_error_name((enum message_error)e), word[2]) == 0)
				break;
		if (e == MESSAGE_ERROR__COUNT)
			wrong(s, "no such mood", word[2]);
		error = (enum message_error)e;
	}
	play_network_mood(kind, (enum play_mood)m, error, n > 3 ? atoi(word[3]) : -1);
}

static void
do_count(struct story *s, const char *kind, const char *want)
{
	char text[80];
	int n = play_network_count(strcmp(kind, "all") == 0 ? MESSAGE_NONE : message_kind_of(kind));

	s->n_expects++;
	(void)snprintf(text, sizeof(text), "%s: %d instead of %s", kind, n, want);
	if (n != atoi(want))
		wrong(s, "so many messages arrived", text);
}

static void
do_copy(struct story *s, const char *no, const char *key, const char *want)
{
	int64_t version = 0;
	char text[40] = "none";

	s->n_expects++;
	if (play_network_copy(no, key, &version))
		(void)snprintf(text, sizeof(text), "%lld", (long long)version);
	if (strcmp(text, want) != 0 && !(strcmp(want, "there") == 0 && version > 0))
		wrong(s, "the copy there is", text);
}

static void
do_said(struct story *s, const char *kind, const char *text, bool wanted)
{
	const char *last = play_network_last(message_kind_of(kind));

	s->n_expects++;
	if ((last != NULL && strstr(last, value_of(s, text)) != NULL) != wanted)
		wrong(s, wanted ? "the last one does not say" : "the last one says", text);
}

static void
fills_up(struct play_node *n)
{
	play_node_disk(1);
	play_node_when(n, "ResultFetch", fills_up);
}

static void
do_line(struct story *s, char **word, int n)
{
	const char *w = word[0];

	if (strcmp(w, "begin") == 0) {
		day start;

		if (n != 2 || day_parse(word[1], strlen(word[1]), &start) != RC_OK) {
			wrong(s, "no day", n > 1 ? word[1] : "");
			return;
		}
		play_node_free(s->node);
		s->node = play_node_new_on(start);
	} else if (strcmp(w, "at") == 0)
		play_node_run(s->node, word[1][0] == '+' ? play_node_now(s->node) + time_of(word[1] + 1) : time_of(word[1]));
	else if (strcmp(w, "resident") == 0)
		do_resident(s, word, n);
	else if (strcmp(w, "residents") == 0)
		do_residents(s, word, n);
	else if (strcmp(w, "officer") == 0) {
		const char *field[] = { "officer", "uid", "role" };
		const char *value[] = { word[1], word[2], word[3] };

		if (play_node_do(s->node, 1, "officer add", field, value, 3) != RC_OK)
			wrong(s, "the officer is not added", play_node_text(s->node));
	} else if (strcmp(w, "as") == 0)
		s->uid = (uint32_t)atoi(word[1]);
	else if (strcmp(w, "do") == 0)
		do_request(s, word, n);
	else if (strcmp(w, "ok") == 0)
		do_ended(s, word, n, RC_OK);
	else if (strcmp(w, "refused") == 0)
		do_ended(s, word, n, RC_REFUSED);
	else if (strcmp(w, "conflict") == 0)
		do_ended(s, word, n, RC_CONFLICT);
	else if (strcmp(w, "invalid") == 0)
		do_ended(s, word, n, RC_INVALID);
	else if (strcmp(w, "absent") == 0)
		do_ended(s, word, n, RC_ABSENT);
	else if (strcmp(w, "pending") == 0)
		do_ended(s, word, n, RC_PENDING);
	else if (strcmp(w, "full") == 0)
		do_ended(s, word, n, RC_FULL);
	else if (strcmp(w, "row") == 0)
		do_row(s, word, n, true);
	else if (strcmp(w, "no-row") == 0)
		do_row(s, word, n, false);
	else if (strcmp(w, "rows") == 0) {
		s->n_expects++;
		if (play_node_rows(s->node) != atoi(word[1])) {
			wrong(s, "so many rows were expected", word[1]);
			show_rows(s);
		}
	} else if (strcmp(w, "keep") == 0 && s->n_kept < NAMES_MAX) {
		const char *v = s->found < play_node_rows(s->node) ? play_node_cell(s->node, s->found, word[2]) : NULL;

		(void)snprintf(s->kept[s->n_kept].name, sizeof(s->kept[0].name), "%s", word[1]);
		(void)snprintf(s->kept[s->n_kept++].value, sizeof(s->kept[0].value), "%s", v != NULL ? v : "");
	} else if (strcmp(w, "holds") == 0 && n >= 7)
		do_holds(s, word, n);
	else if (strcmp(w, "corrects") == 0 && n >= 8)
		do_corrects(s, word, n);
	else if (strcmp(w, "receipt") == 0 && n >= 3)
		do_receipt(s, word, n);
	else if (strcmp(w, "provided") == 0 && n >= 4)
		do_provided(s, word, n);
	else if (strcmp(w, "exchange") == 0 && n >= 6)
		do_exchange(s, word, n);
	else if (strcmp(w, "loses-exchange") == 0 && n == 2) {
		if (!play_network_exchange_lose(word[1]))
			wrong(s, "no such exchange", word[1]);
	} else if (strcmp(w, "counts") == 0 && n >= 4)
		do_counts(s, word, n);
	else if (strcmp(w, "counted") == 0 && n >= 3)
		do_counted(s, word, n);
	else if (strcmp(w, "letter") == 0 && n == 2) {
		if (!play_network_letters(word[1]))
			wrong(s, "no letter to do that with", word[1]);
	} else if (strcmp(w, "corrections") == 0 && n == 2)
		play_node_set(s->node, "corrections", word[1]);
	else if (strcmp(w, "backup") == 0)
		play_node_backup(s->node);
	else if (strcmp(w, "restored") == 0)
		play_node_restored(s->node);
	else if (strcmp(w, "twice") == 0 && n == 2)
		play_node_twice(s->node, word[1]);
	else if (strcmp(w, "town") == 0)
		play_network_town(word[1], word[2]);
	else if (strcmp(w, "net") == 0 && n >= 3)
		do_net(s, word, n);
	else if (strcmp(w, "asks") == 0)
		play_network_asks(word[1], word[2], word[3]);
	else if (strcmp(w, "count") == 0)
		do_count(s, word[1], word[2]);
	else if (strcmp(w, "knocks") == 0) {
		char text[40];

		s->n_expects++;
		(void)snprintf(text, sizeof(text), "%d", play_network_knocks());
		if (play_network_knocks() < atoi(word[1]) || play_network_knocks() > atoi(word[2]))
			wrong(s, "connections tried in vain", text);
	} else if (strcmp(w, "said") == 0 || strcmp(w, "not-said") == 0)
		do_said(s, word[1], word[2], *w == 's');
	else if (strcmp(w, "portal") == 0 && n == 3)
		play_network_portal(word[1], word[2]);
	else if (strcmp(w, "at-portal") == 0 && n == 3) {
		s->n_expects++;
		if (play_network_at_portal(word[1]) != atoi(word[2]))
			wrong(s, "notices at the portal of", word[1]);
	} else if (strcmp(w, "copy") == 0)
		do_copy(s, word[1], value_of(s, word[2]), word[3]);
	else if (strcmp(w, "lose-copy") == 0)
		play_network_copy_lose(word[1], value_of(s, word[2]));
	else if (strcmp(w, "late") == 0 && n == 3) {
		if (!play_network_late(message_kind_of(word[1]), atoi(word[2])))
			wrong(s, "no such message to be late", word[1]);
	} else if (strcmp(w, "restart") == 0)
		play_node_restart(s->node);
	else if (strcmp(w, "key") == 0 && strcmp(word[1], "dies") == 0)
		play_node_key_dies(s->node);
	else if (strcmp(w, "key") == 0)
		play_node_key_starts(s->node);
	else if (strcmp(w, "disk") == 0 && strcmp(word[1], "met") == 0) {
		s->n_expects++;
		if (!play_node_disk_met())
			wrong(s, "nothing was written", "while the disk was full");
	} else if (strcmp(w, "disk") == 0 && strcmp(word[1], "free") == 0) {
		play_node_disk(0);
		play_node_when(s->node, "", NULL);
	} else if (strcmp(w, "disk") == 0)
		play_node_disk(n > 2 ? atoi(word[2]) : -1);
	else if (strcmp(w, "when") == 0)
		play_node_when(s->node, word[1], strcmp(word[2], "key") == 0 ? play_node_key_dies : fills_up);
	else
		wrong(s, "not understood", w);
}

/* How many lines of "at t, event, expect" there are, by what they are about. */
static int n_lines[3];
static const char *const about[3] = { "copies", "corrections and receipts", "inquiries, outbox and breaker" };

static void
count_line(const char *name)
{
	n_lines[strncmp(name, "copy", 4) == 0 ? 0 : strncmp(name, "correct", 7) == 0 ? 1 : 2]++;
}

static void
play(const char *folder, const char *name)
{
	static struct story s;
	char line[1000], *word[WORDS_MAX], *at, *rest;
	FILE *f;
	int n;

	memset(&s, 0, sizeof(s));
	(void)snprintf(s.path, sizeof(s.path), "%.300s/%.200s", folder, name);
	if ((f = fopen(s.path, "r")) == NULL) {
		CU_FAIL("a story cannot be read");
		return;
	}
	arena_init(&s.arena, 16u << 20);
	s.uid = 1;
	s.node = play_node_new();
	while (fgets(line, sizeof(line), f) != NULL && s.failed == 0) {
		s.line++;
		if (line[0] == '#') {
			(void)snprintf(s.sentence, sizeof(s.sentence), "%.*s", (int)strcspn(line + 1, "\n"), line + 1);
			continue;
		}
		for (n = 0, at = line; n < WORDS_MAX && (word[n] = strtok_r(at, " \t\n", &rest)) != NULL; at = NULL)
			n++;
		if (n > 0) {
			count_line(name);
			do_line(&s, word, n);
		}
	}
	if (s.n_expects == 0)
		wrong(&s, "a story that expects nothing", "");
	if (play_network_broken_promises() != 0)
		wrong(&s, "a message id came with two contents", "");
	play_node_disk(0);
	play_node_free(s.node);
	arena_clear(&s.arena);
	(void)fclose(f);
}

static int
is_story(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 5 && strcmp(e->d_name + len - 5, ".play") == 0;
}

static void
every_story_holds(void)
{
	const char *top = getenv("top_srcdir"), *only = getenv("STORY");
	struct dirent **list = NULL;
	char folder[400];
	int n;

	wire_read_open();
	(void)snprintf(folder, sizeof(folder), "%s/tests/case/exchange", top != NULL ? top : "..");
	n = scandir(folder, &list, is_story, alphasort);
	CU_ASSERT_FATAL(n > 0);
	for (int i = 0; i < n; i++) {
		if (only == NULL || strstr(list[i]->d_name, only) != NULL)
			play(folder, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	for (int k = 0; k < 3; k++)
		printf("     %s: %d lines\n", about[k], n_lines[k]);
}

RUNNER_SUITE(action_play,
    RUNNER_TEST(every_story_holds));
