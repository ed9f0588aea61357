#ifndef BASE_WORDS_H
#define BASE_WORDS_H

/*
 * Words in two languages.  The message id is the English text; Japanese comes
 * from the gettext catalogue watashi-ja.mo.  Both languages may be asked for in
 * one process (bilingual papers).
 */
enum lang { LANG_JA, LANG_EN, LANG__COUNT };

/*
 * Once, before the first word: directory that holds ja/LC_MESSAGES/watashi-ja.mo.
 * NULL takes WATASHI_LOCALEDIR from the environment, else the build tree the
 * program runs from, else the installed place.
 */
void words_open(const char *program_path, const char *directory);
/* Never NULL; the message id itself where no translation is known. Not to be freed. */
const char *words(enum lang lang, const char *message_id);
/* Marks a message id for extraction without translating it. */
#define WORDS(message_id) (message_id)

#endif
