#include <stdio.h>
#include <string.h>

#include "base/sha256.h"
#include "exchange/message.h"

static void
add(struct sha256 *d, const char *text)
{
	sha256_add(d, text, strlen(text));
}

static void
end(const struct sha256 *d, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	static const char hex[] = "0123456789abcdef";
	unsigned char raw[SHA256_BYTES];

	sha256_digest(d, raw);
	for (size_t i = 0; i < sizeof(raw); i++) {
		ret_digest[2 * i] = hex[raw[i] >> 4];
		ret_digest[2 * i + 1] = hex[raw[i] & 15];
	}
	ret_digest[MESSAGE_DIGEST_CHARS] = '\0';
}

static void
digest_items(struct sha256 *d, const struct message_item *items, size_t n_items)
{
	char text[32];

	for (size_t i = 0; i < n_items; i++) {
		add(d, items[i].code);
		(void)snprintf(text, sizeof(text), "\t%d\t", items[i].depth);
		add(d, text);
		if (items[i].value != NULL) {
			add(d, "=");
			add(d, items[i].value);
			add(d, "\n");
		} else {
			(void)snprintf(text, sizeof(text), "!%d\n", (int)items[i].null_reason);
			add(d, text);
		}
	}
}

void
message_items_digest(const struct message_item *items, size_t n_items,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	struct sha256 d;

	sha256_init(&d);
	digest_items(&d, items, n_items);
	end(&d, ret_digest);
}

void
message_records_digest(const struct message_record_items *records, size_t n_records,
    char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	struct sha256 d;
	char text[32];

	sha256_init(&d);
	for (size_t i = 0; i < n_records; i++) {
		add(&d, records[i].record_key);
		(void)snprintf(text, sizeof(text), "\t%lld\n", (long long)records[i].record_version);
		add(&d, text);
		digest_items(&d, records[i].items, records[i].n_items);
	}
	end(&d, ret_digest);
}

void
message_inquiry_digest(const struct message_inquiry_request *q, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	const char *const part[] = { q->salt, q->record_no, q->inquirer, q->provider, q->affair_code,
	    q->procedure_code, q->item_code };
	char text[MESSAGE_TIME_CHARS + 1];
	day span[2];
	struct sha256 d;
	int y, m, md;

	span[0] = q->from;
	span[1] = q->to;
	sha256_init(&d);
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++) {
		add(&d, part[i]);
		add(&d, "\n");
	}
	for (size_t i = 0; i < 2; i++) {
		if (day_known(span[i])) {
			day_split(span[i], &y, &m, &md);
			(void)snprintf(text, sizeof(text), "%04d%02d%02d", y % 10000, m % 100, md % 100);
			add(&d, text);
		}
		add(&d, "\n");
	}
	message_time_write(q->requested_at_ms, text);
	add(&d, text);
	add(&d, "\n");
	end(&d, ret_digest);
}

static void
add_time(struct sha256 *d, int64_t ms)
{
	char text[MESSAGE_TIME_CHARS + 1];

	if (ms != MESSAGE_NO_TIME) {
		message_time_write(ms, text);
		add(d, text);
	}
	add(d, "\n");
}

void
message_day_entry_digest(const struct message_provision_record *r, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	const char *const town[] = { r->inquirer, r->provider };
	const char *const what[] = { r->affair_code, r->procedure_code, r->item_code,
	    r->inquirer_non_disclosure ? "1" : "0", r->provider_non_disclosure ? "1" : "0" };
	struct sha256 d;

	sha256_init(&d);
	for (size_t i = 0; i < sizeof(town) / sizeof(town[0]); i++) {
		add(&d, town[i]);
		add(&d, "\n");
	}
	add_time(&d, r->requested_at_ms);
	add_time(&d, r->provided_at_ms);
	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
		add(&d, what[i]);
		add(&d, "\n");
	}
	end(&d, ret_digest);
}

void
message_day_digest(const struct message_day_entry *e, size_t n_entries, char ret_digest[MESSAGE_DIGEST_CHARS + 1])
{
	struct sha256 d;
	char text[16];

	sha256_init(&d);
	for (size_t i = 0; i < n_entries; i++) {
		(void)snprintf(text, sizeof(text), "\t%02d\t", (int)e[i].outcome);
		add(&d, e[i].process_no);
		add(&d, text);
		add(&d, e[i].digest);
		add(&d, "\n");
	}
	end(&d, ret_digest);
}
