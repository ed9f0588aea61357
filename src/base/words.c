#include "base/words.h"

#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DOMAIN "watashi-ja"

/* Whether the catalogue can be read below directory. */
static int
holds_catalogue(const char *directory)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/ja/LC_MESSAGES/" DOMAIN ".mo", directory);

	return n > 0 && (size_t)n < sizeof path && access(path, R_OK) == 0;
}

/* The po/ folder of the build tree around the program: programs lie at its top, tests two below. */
static int
build_tree(const char *program_path, char directory[PATH_MAX])
{
	static const char *const ways[] = { "/po", "/../po", "/../../po" };
	char self[PATH_MAX], *slash;
	ssize_t n;

	if (program_path != NULL && strchr(program_path, '/') != NULL) {
		if (realpath(program_path, self) == NULL)
			return 0;
	} else {
		n = readlink("/proc/self/exe", self, sizeof self - 1);
		if (n <= 0)
			return 0;
		self[n] = '\0';
	}
	if ((slash = strrchr(self, '/')) == NULL)
		return 0;
	*slash = '\0';
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		int len = snprintf(directory, PATH_MAX, "%s%s", self, ways[i]);

		if (len > 0 && len < PATH_MAX && holds_catalogue(directory))
			return 1;
	}
	return 0;
}

void
words_open(const char *program_path, const char *directory)
{
	char found[PATH_MAX];
	const char *from_environment;

	/*
	 * gettext takes the language from LANGUAGE, and needs any locale but "C"
	 * to look at it; both languages then live in one process, because English
	 * is the message id itself.
	 */
	if (setenv("LANGUAGE", "ja", 1) != 0)
		return;
	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		setlocale(LC_ALL, "en_US.UTF-8");
	if (directory == NULL) {
		from_environment = secure_getenv("WATASHI_LOCALEDIR");
		if (from_environment != NULL && from_environment[0] != '\0')
			directory = from_environment;
		else if (build_tree(program_path, found))
			directory = found;
		else
			directory = WATASHI_LOCALEDIR;
	}
	bindtextdomain(DOMAIN, directory);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
}

const char *
words(enum lang lang, const char *message_id)
{
	/* The empty id would give the header of the catalogue. */
	if (lang != LANG_JA || message_id[0] == '\0')
		return message_id;
	return dgettext(DOMAIN, message_id);
}
