#include "record/dose.h"

#include <stdio.h>
#include <string.h>

static const char *const status_words[DOSE_STATUS__COUNT] = {
	[DOSE_GIVEN] = "given",
	[DOSE_NOT_GIVEN] = "not-given",
	[DOSE_WITHDRAWN] = "withdrawn",
};
static const char *const source_words[DOSE_SOURCE__COUNT] = {
	[DOSE_SOURCE_CLINIC] = "clinic",
	[DOSE_SOURCE_MUNICIPALITY] = "municipality",
	[DOSE_SOURCE_OFFICE] = "office",
	[DOSE_SOURCE_HANDBOOK] = "handbook",
	[DOSE_SOURCE_CERTIFICATE] = "certificate",
	[DOSE_SOURCE_PERSON] = "person",
};
static const char *const verification_words[DOSE_VERIFICATION__COUNT] = {
	[DOSE_UNVERIFIED] = "unverified",
	[DOSE_VERIFIED] = "verified",
	[DOSE_DISPUTED] = "disputed",
};

/* The place of a word in a table, -1 when it has none. */
static int
find(const char *const *words, int n, const char *text, size_t len)
{
	for (int i = 0; i < n; i++)
		if (strlen(words[i]) == len && memcmp(words[i], text, len) == 0)
			return i;
	return -1;
}

const char *
dose_status_word(enum dose_status status)
{
	return (unsigned)status < DOSE_STATUS__COUNT ? status_words[status] : "unknown";
}

enum rc
dose_status_parse(const char *text, size_t len, enum dose_status *ret_status)
{
	int i = find(status_words, DOSE_STATUS__COUNT, text, len);

	if (i < 0)
		return RC_INVALID;
	*ret_status = (enum dose_status)i;
	return RC_OK;
}

const char *
dose_source_word(enum dose_source source)
{
	return (unsigned)source < DOSE_SOURCE__COUNT ? source_words[source] : "unknown";
}

enum rc
dose_source_parse(const char *text, size_t len, enum dose_source *ret_source)
{
	int i = find(source_words, DOSE_SOURCE__COUNT, text, len);

	if (i < 0)
		return RC_INVALID;
	*ret_source = (enum dose_source)i;
	return RC_OK;
}

const char *
dose_verification_word(enum dose_verification v)
{
	return (unsigned)v < DOSE_VERIFICATION__COUNT ? verification_words[v] : "unknown";
}

enum rc
dose_verification_parse(const char *text, size_t len, enum dose_verification *ret_v)
{
	int i = find(verification_words, DOSE_VERIFICATION__COUNT, text, len);

	if (i < 0)
		return RC_INVALID;
	*ret_v = (enum dose_verification)i;
	return RC_OK;
}

enum rc
dose_volume_parse(const char *text, size_t len, int32_t *ret_volume_ul)
{
	int32_t whole = 0, part = 0, scale = 1000;
	size_t i = 0;

	for (; i < len && text[i] >= '0' && text[i] <= '9'; i++) {
		if (i >= 3)
			return RC_INVALID;
		whole = whole * 10 + (text[i] - '0');
	}
	if (i == 0)
		return RC_INVALID;
	if (i < len) {
		if (text[i++] != '.' || i == len)
			return RC_INVALID;
		for (; i < len; i++) {
			if (text[i] < '0' || text[i] > '9' || scale == 1)
				return RC_INVALID;
			scale /= 10;
			part += (text[i] - '0') * scale;
		}
	}
	*ret_volume_ul = whole * 1000 + part;
	return RC_OK;
}

void
dose_volume_write(int32_t volume_ul, char text[DOSE_VOLUME_TEXT_SIZE])
{
	int n;

	if (volume_ul < 0) {
		text[0] = '\0';
		return;
	}
	n = snprintf(text, DOSE_VOLUME_TEXT_SIZE, "%d.%03d", volume_ul / 1000, volume_ul % 1000);
	while (text[n - 1] == '0')
		text[--n] = '\0';
	if (text[n - 1] == '.')
		text[n - 1] = '\0';
}
