#include "tests/unit/play_count.h"

#include <stdlib.h>
#include <string.h>

#include "exchange/wire_read.h"

#define COUNTED_MAX 32

struct counted {
	struct message_day_count body;
	struct message_day_entry entry[COUNTED_MAX];
	char digest[COUNTED_MAX][MESSAGE_DIGEST_CHARS + 1];
	struct message_provision_record record[COUNTED_MAX];
};

static void
add(struct counted *c, const struct message_provision_record *r)
{
	size_t i = c->body.n_entries++;

	if (i == COUNTED_MAX)
		abort();
	c->record[i] = *r;
	message_day_entry_digest(r, c->digest[i]);
	c->entry[i] = (struct message_day_entry){ r->process_no, r->outcome, c->digest[i] };
	c->body.provided += r->outcome == MESSAGE_OUTCOME_PROVIDED;
	c->body.no_data += r->outcome == MESSAGE_OUTCOME_NO_DATA;
	c->body.refused += r->outcome == MESSAGE_OUTCOME_REFUSED;
	c->body.failed += r->outcome == MESSAGE_OUTCOME_FAILED;
}

static int
by_number(const void *x, const void *y)
{
	const struct message_day_entry *a = x, *b = y;

	return strcmp(a->process_no, b->process_no);
}

static void
fill(struct counted *c, const struct play_count *k, const char *inquirer, const char *provider)
{
	struct message_provision_record r;

	for (int i = 0; play_network_record(i, &r); i++) {
		if (r.outcome == MESSAGE_OUTCOME_PENDING || strcmp(r.inquirer, inquirer) != 0 ||
		    strcmp(r.provider, provider) != 0 || !day_equal(message_day_of(r.requested_at_ms), k->on) ||
		    (k->without != NULL && strcmp(k->without, r.process_no) == 0))
			continue;
		if (k->changed != NULL && strcmp(k->changed, r.process_no) == 0)
			r.requested_at_ms++;
		add(c, &r);
	}
	if (k->with != NULL) {
		r = (struct message_provision_record){ .process_no = k->with, .inquirer = inquirer, .provider = provider,
		    .requested_at_ms = k->on.n * INT64_C(86400000), .provided_at_ms = MESSAGE_NO_TIME,
		    .affair_code = "DUMMYJM000000025", .procedure_code = "DUMMYJT000000001", .item_code = "DUMMYTM002700001",
		    .outcome = MESSAGE_OUTCOME_REFUSED };
		add(c, &r);
	}
	qsort(c->entry, c->body.n_entries, sizeof(c->entry[0]), by_number);
}

void
play_count_letter(const struct play_count *k)
{
	char town[MESSAGE_CODE16_CHARS + 1], self[MESSAGE_CODE16_CHARS + 1], digest[MESSAGE_DIGEST_CHARS + 1];
	struct counted c = { .body = { .on = k->on, .made_at_ms = k->made_at_ms } };
	struct message m;

	message_institution_of(k->municipality, town);
	message_institution_of(PLAY_TOWN, self);
	c.body.sender = k->by_hub ? MESSAGE_INSTITUTION_CORE : town;
	c.body.recipient = self;
	c.body.inquirer = k->we_asked ? self : town;
	c.body.provider = k->we_asked ? town : self;
	fill(&c, k, c.body.inquirer, c.body.provider);
	message_day_digest(c.entry, c.body.n_entries, digest);
	c.body.digest = digest;
	c.body.entries = c.entry;
	if (k->bare)
		c.body.n_entries = 0;
	message_init(&m, MESSAGE_DAY_COUNT);
	m.body.day_count = c.body;
	play_network_put_letter(c.body.sender, k->forged ? "int-s" : k->by_hub ? "core" :
	    play_network_node_of(k->municipality), &m);
}

bool
play_count_receipt(const char *municipality, enum message_compared compared, int64_t now_ms, bool forged)
{
	char town[MESSAGE_CODE16_CHARS + 1], self[MESSAGE_CODE16_CHARS + 1];
	struct message m, *sent = NULL;
	const char *bytes;
	struct arena a;
	struct fault why;
	size_t len;
	bool found = false;

	arena_init(&a, 16u << 20);
	message_institution_of(municipality, town);
	message_institution_of(PLAY_TOWN, self);
	for (int back = 0; !found && play_network_sent(MESSAGE_DAY_COUNT, back, &bytes, &len); back++) {
		if (wire_read(bytes, len, &a, NULL, &sent, &why) != RC_OK)
			abort();
		found = strcmp(sent->body.day_count.recipient, town) == 0;
	}
	if (found) {
		const struct message_day_count *c = &sent->body.day_count;

		message_init(&m, MESSAGE_DAY_RECEIPT);
		m.body.day_receipt = (struct message_day_receipt){ town, self, c->on, c->inquirer, c->provider, c->made_at_ms,
		    compared, now_ms };
		play_network_put_letter(town, forged ? "int-s" : play_network_node_of(municipality), &m);
	}
	arena_clear(&a);
	return found;
}
