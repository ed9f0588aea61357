#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checkdigit.h"
#include "store/store_audit.h"

static const char first_line[] = "watashi-audit-head 1\n";

enum rc
store_audit_head_write(const struct audit_head *head, const char *municipality,
    char text[AUDIT_HEAD_TEXT_MAX], struct fault *why)
{
	char hex[2 * VAULT_DIGEST_BYTES + 1];
	int n;

	for (size_t i = 0; i < VAULT_DIGEST_BYTES; i++)
		snprintf(hex + 2 * i, 3, "%02x", head->hash.b[i]);
	n = snprintf(text, AUDIT_HEAD_TEXT_MAX,
	    "%smunicipality %s\nsequence %lld\ntime-us %lld\nhash %s\n", first_line, municipality,
	    (long long)head->sequence, (long long)head->time_us, hex);
	if (n < 0 || n >= AUDIT_HEAD_TEXT_MAX)
		return fault_set(why, RC_BUG, "store/audit", "head too long");
	return RC_OK;
}

static enum rc
wrong(const char *what, struct fault *why)
{
	return fault_set(why, RC_INVALID, "audit head", "%s", what);
}

/* The value of "NAME value\n" at *at, which is moved past it; NULL when it is not that. */
static const char *
line(const char **at, const char *end, const char *name, size_t *ret_len)
{
	size_t n = strlen(name);
	const char *value, *stop;

	if ((size_t)(end - *at) < n + 1 || memcmp(*at, name, n) != 0 || (*at)[n] != ' ')
		return NULL;
	value = *at + n + 1;
	if ((stop = memchr(value, '\n', (size_t)(end - value))) == NULL)
		return NULL;
	*ret_len = (size_t)(stop - value);
	*at = stop + 1;
	return value;
}

static bool
number(const char *text, size_t len, int64_t *ret_n)
{
	int64_t n = 0;

	if (len == 0 || len > 18)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		n = n * 10 + (text[i] - '0');
	}
	*ret_n = n;
	return true;
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum rc
store_audit_head_parse(const char *text, size_t len, struct audit_head *ret_head,
    char ret_municipality[7], struct fault *why)
{
	const char *at = text, *end = text + len, *code, *value;
	struct audit_head head;
	size_t n, code_len;

	if (len < strlen(first_line) || memcmp(text, first_line, strlen(first_line)) != 0)
		return wrong("not an audit head of version 1", why);
	at += strlen(first_line);
	if ((code = line(&at, end, "municipality", &code_len)) == NULL ||
	    !checkdigit_municipality(code, code_len))
		return wrong("municipality: a code with its check digit", why);
	if ((value = line(&at, end, "sequence", &n)) == NULL || !number(value, n, &head.sequence))
		return wrong("sequence: a number", why);
	if ((value = line(&at, end, "time-us", &n)) == NULL || !number(value, n, &head.time_us))
		return wrong("time-us: a number", why);
	if ((value = line(&at, end, "hash", &n)) == NULL || n != 2 * VAULT_DIGEST_BYTES)
		return wrong("hash: 64 hexadecimal digits", why);
	for (size_t i = 0; i < VAULT_DIGEST_BYTES; i++) {
		int high = nibble(value[2 * i]), low = nibble(value[2 * i + 1]);

		if (high < 0 || low < 0)
			return wrong("hash: 64 hexadecimal digits", why);
		head.hash.b[i] = (unsigned char)(high << 4 | low);
	}
	if (at != end)
		return wrong("nothing may follow the hash", why);
	*ret_head = head;
	memcpy(ret_municipality, code, 6);
	ret_municipality[6] = '\0';
	return RC_OK;
}
