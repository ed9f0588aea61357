#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "exchange/message.h"

/*
 * SHA-256 needs no memory but the state that GnuTLS allocates; when even that
 * cannot be had the digest is all zeros, which matches nothing.
 */
struct digest {
	gnutls_hash_hd_t hash;
	bool failed;
};

static void
digest_begin(struct digest *d)
{
	d->failed = gnutls_hash_init(&d->hash, GNUTLS_DIG_SHA256) < 0;
}

static void
digest_add(struct digest *d, const char *text)
{
	if (!d->failed && *text != '\0' && gnutls_hash(d->hash, text, strlen(text)) < 0) {
		d->failed = true;
		gnutls_hash_deinit(d->hash, NULL);
	}
}

static void
digest_end(struct digest *d, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char raw[32] = { 0 };

	if (!d->failed)
		gnutls_hash_deinit(d->hash, raw);
	for (size_t i = 0; i < sizeof(raw); i++) {
		ret_digest[2 * i] = hex[raw[i] >> 4];
		ret_digest[2 * i + 1] = hex[raw[i] & 15];
	}
	ret_digest[MESSAGE_DIGEST_CHARS] = '\0';
}

static void
digest_items(struct digest *d, const struct message_item *items, size_t n_items)
{
	char text[32];

	for (size_t i = 0; i < n_items; i++) {
		digest_add(d, items[i].code);
		(void)snprintf(text, sizeof(text), "\t%d\t", items[i].depth);
		digest_add(d, text);
		if (items[i].value != NULL) {
			digest_add(d, "=");
			digest_add(d, items[i].value);
			digest_add(d, "\n");
		} else {
			(void)snprintf(text, sizeof(text), "!%d\n", (int)items[i].null_reason);
			digest_add(d, text);
		}
	}
}

void
message_items_digest(const struct message_item *items, size_t n_items,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	struct digest d;

	digest_begin(&d);
	digest_items(&d, items, n_items);
	digest_end(&d, ret_digest);
}

void
message_records_digest(const struct message_record_items *records, size_t n_records,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	struct digest d;
	char text[32];

	digest_begin(&d);
	for (size_t i = 0; i < n_records; i++) {
		digest_add(&d, records[i].record_key);
		(void)snprintf(text, sizeof(text), "\t%lld\n", (long long)records[i].record_version);
		digest_add(&d, text);
		digest_items(&d, records[i].items, records[i].n_items);
	}
	digest_end(&d, ret_digest);
}

void
message_inquiry_digest(const struct message_inquiry_request *q, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	const char *const part[] = { q->salt, q->record_no, q->inquirer, q->provider, q->affair_code,
	    q->procedure_code, q->item_code };
	char text[MESSAGE_TIME_CHARS + 1];
	day span[2];
	struct digest d;
	int y, m, md;

	span[0] = q->from;
	span[1] = q->to;
	digest_begin(&d);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		digest_add(&d, part[i]);
		digest_add(&d, "\n");
	}
	for (size_t i = 0; i < 2; i++) {
		if (day_known(span[i])) {
			day_split(span[i], &y, &m, &md);
			(void)snprintf(text, sizeof(text), "%04d%02d%02d", y % 10000, m % 100, md % 100);
			digest_add(&d, text);
		}
		digest_add(&d, "\n");
	}
	message_time_write(q->requested_at_ms, text);
	digest_add(&d, text);
	digest_add(&d, "\n");
	digest_end(&d, ret_digest);
}
