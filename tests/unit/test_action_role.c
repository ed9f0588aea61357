#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action/action.h"
#include "tests/lib/runner.h"
#include "tests/unit/play_node.h"
#include "tests/unit/play_say.h"

/*
 * Every role asks for everything at a real node.  What it may is said by tests/case/role/expected, which is
 * read and not made from the table.
 */
#define WORDS_MAX 65536

enum served { SERVED_NO, SERVED_YES, SERVED_OWN };

static enum served expected[ACTION_ROLE__COUNT][REQUEST__COUNT];
static bool named[REQUEST__COUNT];

static int
kind_named(const char *name, size_t len)
{
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
		const char *have = request_shape((enum request_kind)k)->name;

		if (strlen(have) == len && memcmp(have, name, len) == 0)
			return k;
	}
	return REQUEST_NONE;
}

static bool
begins(char **word, const char *with)
{
	size_t n = strlen(with);

	if (strncmp(*word, with, n) != 0)
		return false;
	*word += n;
	return true;
}

static void
read_line(char *line)
{
	char *at = strstr(line, ": "), *word, *rest = NULL;
	enum action_role role, other;

	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	*at = '\0';
	role = action_role_find(line);
	CU_ASSERT_FATAL(role < ACTION_ROLE__COUNT);
	for (word = strtok_r(at + 2, ";", &rest); word != NULL; word = strtok_r(NULL, ";", &rest)) {
		enum served served = SERVED_YES;
		int k;

		word += strspn(word, " ");
		if (begins(&word, "as ")) {
			CU_ASSERT_FATAL((other = action_role_find(word)) < ACTION_ROLE__COUNT);
			memcpy(expected[role], expected[other], sizeof(expected[role]));
			continue;
		}
		if (begins(&word, "own "))
			served = SERVED_OWN;
		else if (begins(&word, "not "))
			served = SERVED_NO;
		if ((k = kind_named(word, strlen(word))) == REQUEST_NONE) {
			printf("     expected: no request '%s'\n", word);
			CU_FAIL("a request that does not exist");
			continue;
		}
		expected[role][k] = served;
		named[k] = true;
	}
}

static void
read_expected(void)
{
	const char *top = getenv("top_srcdir");
	char path[512], *text = malloc(WORDS_MAX), *line, *rest = NULL;
	FILE *f;
	size_t n;

	(void)snprintf(path, sizeof(path), "%s/tests/case/role/expected", top != NULL ? top : ".");
	f = fopen(path, "r");
	CU_ASSERT_PTR_NOT_NULL_FATAL(f);
	n = fread(text, 1, WORDS_MAX - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	for (line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
		if (line[0] != '#')
			read_line(line);
	free(text);
}

/* A frame that is read; what is in it need not make sense, nor harm anybody. */
static enum rc
ask(struct play_node *n, uint32_t uid, enum request_kind kind, const char *addressee_no)
{
	const struct request_shape *s = request_shape(kind);
	const char *field[32], *value[32];
	int k = 0;

	for (size_t i = 0; i < s->n_field; i++) {
		const struct request_field *d = &s->field[i];

		if (!d->required)
			continue;
		field[k] = request_tag_name(d->tag);
		value[k++] = d->type == FRAME_DAY ? "2026-11-22" : d->type == FRAME_INT ? "1" :
		    d->tag == TAG_ADDRESSEE ? addressee_no : "x";
	}
	if (s->file) {
		field[k] = "file";
		value[k++] = "x";
	}
	return play_node_do(n, uid, s->name, field, value, k);
}

static void
add_resident(struct play_node *n, const char *addressee_no)
{
	const char *const pair[] = { "addresseeNo", addressee_no, "name", "港", "kana", "ミナト", "birthDate",
	    "2026-03-10", "sex", "female", "from", "2026-03-10" };

	play_must(n, "resident add", pair, 6);
}

/* One account of each role, uid 100 + role; that of nobody is not there. */
static void
add_accounts(struct play_node *n)
{
	for (int r = ACTION_NOBODY + 1; r < ACTION_ROLE__COUNT; r++) {
		bool is_person = r == ACTION_RESIDENT || r == ACTION_GUARDIAN;
		char uid[8];
		const char *pair[] = { "officer", action_role_name((enum action_role)r), "role",
		    action_role_name((enum action_role)r), "uid", uid, "addresseeNo", "7001" };

		(void)snprintf(uid, sizeof(uid), "%d", 100 + r);
		play_must(n, "officer add", pair, is_person ? 4 : 3);
	}
}

static bool
is_refused_to_role(struct play_node *n, enum rc rc)
{
	return rc == RC_REFUSED && strstr(play_node_text(n), "this role may not do that") != NULL;
}

static void
check_cell(struct play_node *n, enum action_role role, enum request_kind kind)
{
	const uint32_t uid = 100 + (uint32_t)role;
	enum rc rc = ask(n, uid, kind, "7001");
	bool served = !is_refused_to_role(n, rc), good = served == (expected[role][kind] != SERVED_NO);

	if (good && expected[role][kind] == SERVED_OWN) {
		good = rc == RC_OK;
		/* Somebody else's, and nobody's, in the same words. */
		for (int i = 0; i < 2 && good; i++) {
			rc = ask(n, uid, kind, i == 0 ? "7002" : "9999");
			good = rc == RC_REFUSED && strstr(play_node_text(n), "not yours to see") != NULL &&
			    play_node_rows(n) == 0;
		}
	} else if (good && served)
		good = strstr(play_node_text(n), "not yours to see") == NULL;
	if (!good)
		printf("     %s asks for '%s': %s\n", action_role_name(role), request_shape(kind)->name, play_node_text(n));
	CU_ASSERT(good);
}

static void
every_role_is_served_what_it_is_there_for_and_nothing_else(void)
{
	struct play_node *n;

	read_expected();
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
		if (!named[k]) {
			printf("     tests/case/role/expected says nothing of '%s'\n",
			    request_shape((enum request_kind)k)->name);
			CU_FAIL("a request of which nobody said whom it is for");
		}
	n = play_node_new();
	add_resident(n, "7001");
	add_resident(n, "7002");
	add_accounts(n);
	/* The administrator last: it may change what others look at. */
	for (int r = ACTION_ROLE__COUNT - 1; r >= ACTION_NOBODY; r--)
		for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
			if (r != ACTION_ADMINISTRATOR)
				check_cell(n, (enum action_role)r, (enum request_kind)k);
	for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++)
		check_cell(n, ACTION_ADMINISTRATOR, (enum request_kind)k);
	play_node_free(n);
}

static void
what_is_permitted_for_oneself_names_exactly_one_person(void)
{
	for (int r = 0; r < ACTION_ROLE__COUNT; r++)
		for (int k = REQUEST_NONE + 1; k < REQUEST__COUNT; k++) {
			const struct request_shape *s = request_shape((enum request_kind)k);
			bool names_one = false;

			if (!action_own_only((enum action_role)r, (enum request_kind)k))
				continue;
			CU_ASSERT_FALSE(s->writes);
			for (size_t i = 0; i < s->n_field; i++)
				if (s->field[i].tag == TAG_ADDRESSEE)
					names_one = s->field[i].required && !s->field[i].repeated;
			CU_ASSERT(names_one);
		}
}

static void
an_account_says_whose_it_is_and_an_officers_does_not(void)
{
	struct play_node *n = play_node_new();
	const char *const field[] = { "officer", "role", "uid", "addresseeNo" };
	const char *value[] = { "x", "resident", "500", "7001" };

	add_resident(n, "7001");
	CU_ASSERT_EQUAL(play_node_do(n, 1, "officer add", field, value, 3), RC_INVALID);
	value[3] = "7009";
	CU_ASSERT_EQUAL(play_node_do(n, 1, "officer add", field, value, 4), RC_ABSENT);
	value[1] = "nurse";
	value[3] = "7001";
	CU_ASSERT_EQUAL(play_node_do(n, 1, "officer add", field, value, 4), RC_INVALID);
	value[1] = "guardian";
	CU_ASSERT_EQUAL(play_node_do(n, 1, "officer add", field, value, 4), RC_OK);
	play_node_free(n);
}

static enum rc
looks_at(struct play_node *n, uint32_t uid, const char *addressee_no)
{
	const char *const field[] = { "addresseeNo" }, *value[] = { addressee_no };

	return play_node_do(n, uid, "show", field, value, 1);
}

/* uid 110 guardian and uid 109 resident are accounts of 7001, the mother; 7002 is her child, 7005 is not. */
static void
a_guardian_sees_whom_she_acts_for_today_and_nobody_else(void)
{
	const char *const link[] = { "addresseeNo", "7002", "guardianNo", "7001", "relation", "parent", "basis",
	    "family register", "from", "2026-03-10" };
	const char *const later[] = { "addresseeNo", "7003", "guardianNo", "7001", "relation", "parent", "basis",
	    "family register", "from", "2026-11-23" };
	const char *const gone[] = { "addresseeNo", "7004", "guardianNo", "7001", "relation", "parent", "basis",
	    "family register", "from", "2026-03-10", "until", "2026-11-21" };
	const char *const child[] = { "addresseeNo", "7002" };
	const uint32_t guardian = 100 + ACTION_GUARDIAN, resident = 100 + ACTION_RESIDENT;
	const char *const name[] = { "addresseeNo", "sequence" }, *const first[] = { "7002", "1" };
	struct play_node *n = play_node_new();

	for (const char *who = "7001\0007002\0007003\0007004\0007005\0"; *who != '\0'; who += 5)
		add_resident(n, who);
	add_accounts(n);
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7002"), RC_REFUSED);
	play_must(n, "guardian add", link, 5);
	play_must(n, "guardian add", later, 5);
	play_must(n, "guardian add", gone, 6);
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7001"), RC_OK);
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7002"), RC_OK);
	/* Another account of the same person, without the role, acts for nobody. */
	CU_ASSERT_EQUAL(looks_at(n, resident, "7002"), RC_REFUSED);
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7003"), RC_REFUSED);	/* from tomorrow */
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7004"), RC_REFUSED);	/* until yesterday */
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7005"), RC_REFUSED);
	/* Protection closes the link in the words of every refusal, until the protecting officer names it (D9). */
	play_must(n, "resident protect", child, 1);
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7002"), RC_REFUSED);
	CU_ASSERT_PTR_NOT_NULL(strstr(play_node_text(n), "not yours to see"));
	CU_ASSERT_EQUAL(play_node_do(n, 100 + ACTION_PROTECTING_OFFICER, "guardian name", name, first, 2), RC_OK);
	CU_ASSERT_EQUAL(looks_at(n, guardian, "7002"), RC_OK);
	play_node_free(n);
}

RUNNER_SUITE(action_role,
    RUNNER_TEST(every_role_is_served_what_it_is_there_for_and_nothing_else),
    RUNNER_TEST(what_is_permitted_for_oneself_names_exactly_one_person),
    RUNNER_TEST(an_account_says_whose_it_is_and_an_officers_does_not),
    RUNNER_TEST(a_guardian_sees_whom_she_acts_for_today_and_nobody_else));
