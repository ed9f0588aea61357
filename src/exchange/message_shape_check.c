#include <string.h>

#include "exchange/message_shape_check.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum rc
broken(const char *element, const char *rule, const char **ret_element, const char **ret_rule)
{
	*ret_element = element;
	*ret_rule = rule;
	return RC_INVALID;
}

enum rc
shape_check_item(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_item *i = value;

	if ((i->value == NULL) == (i->null_reason == MESSAGE_NULL_NONE))
		return broken("Value", "an item has either a value or a reason for having none",
		    ret_element, ret_rule);
	return RC_OK;
}

/* Whoever receives a record must be able to see whom it is about before anything else. */
static enum rc
check_identity_first(const struct message_item *items, size_t n, const char **ret_element,
    const char **ret_rule)
{
	static const char *const first[] = { "I000000001", "I000000002", "I000000003" };

	for (size_t i = 0; i < COUNT(first); i++)
		if (i >= n || strcmp(items[i].code, first[i]) != 0)
			return broken("Items", "the first items are birth date, sex and folded kana",
			    ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_record_items(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_record_items *r = value;

	return check_identity_first(r->items, r->n_items, ret_element, ret_rule);
}

enum rc
shape_check_copy(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_copy *r = value;

	if (day_known(r->publish_to) && day_before(r->publish_to, r->publish_from))
		return broken("PublishTo", "lies before PublishFrom", ret_element, ret_rule);
	if (r->n_items == 0)		/* only when deleting: shape_check_copy_register */
		return RC_OK;
	return check_identity_first(r->items, r->n_items, ret_element, ret_rule);
}

enum rc
shape_check_copy_register(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_copy_register *c = value;

	for (size_t i = 0; i < c->n_records; i++)
		if (c->segment == MESSAGE_SEGMENT_REGISTER && c->records[i].n_items == 0)
			return broken("Records", "a record to be registered has items", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_inquiry(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_inquiry_request *q = value;

	if ((q->addressee_no == NULL) == (q->code == NULL))
		return broken("AddresseeNo", "either an addressee number (north) or a code (south), never both",
		    ret_element, ret_rule);
	if (day_known(q->from) != day_known(q->to))
		return broken("From", "From and To stand together", ret_element, ret_rule);
	if (day_known(q->from) && day_after(q->from, q->to))
		return broken("To", "lies before From", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_permission(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_permission *p = value;

	if (day_known(p->from) != day_known(p->to))
		return broken("From", "From and To stand together", ret_element, ret_rule);
	if (p->expires_at_ms <= p->issued_at_ms)
		return broken("ExpiresAt", "does not lie after IssuedAt", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_result(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_result *r = value;
	bool done = r->progress == MESSAGE_PROGRESS_DONE;
	bool good = r->progress != MESSAGE_PROGRESS_FAILED &&
	    (!done || r->item_status == MESSAGE_ITEM_OK);

	if (done != (r->item_status != MESSAGE_ITEM_NONE))
		return broken("StatusTM", "stands with StatusDetail 09 and only then", ret_element, ret_rule);
	if (good != (r->error == MESSAGE_OK))
		return broken("ErrorCode", "stands with a failure and only then", ret_element, ret_rule);
	if (done != (r->response.bytes != NULL))
		return broken("Response", "stands with StatusDetail 09 and only then", ret_element, ret_rule);
	if (done != (r->signature.bytes != NULL))
		return broken("ResponseSignature", "stands with Response and only then", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_response(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_provision_response *r = value;
	char digest[MESSAGE_DIGEST_CHARS + 1];

	if ((r->status == MESSAGE_ITEM_OK) != (r->n_records > 0))
		return broken("Records", "there are records with Status2 01 and only then", ret_element, ret_rule);
	if (r->digest == NULL)		/* being written: the writer computes it */
		return RC_OK;
	message_records_digest(r->records, r->n_records, digest);
	if (strcmp(digest, r->digest) != 0)
		return broken("Digest", "is not that of the records", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_provision_record(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_provision_record *r = value;

	if ((r->outcome == MESSAGE_OUTCOME_PROVIDED) != (r->provided_at_ms != MESSAGE_NO_TIME))
		return broken("ProvidedAt", "stands with Outcome 01 and only then", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_copy_result(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_copy_result *r = value;

	if (r->refused_count < (int64_t)r->n_refused ||
	    (!r->done && (r->accepted != 0 || r->refused_count != 0)))
		return broken("RefusedCount", "does not fit the rest", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_error(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_error_body *e = value;

	if (e->error == MESSAGE_OK)
		return broken("Code", "an error has an error code", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_correction(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_correction *c = value;

	return check_identity_first(c->items, c->n_items, ret_element, ret_rule);
}

enum rc
shape_check_correction_receipt(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_correction_receipt *r = value;
	bool stands = r->taken == MESSAGE_TAKEN_APPLIED || r->taken == MESSAGE_TAKEN_KNOWN;

	if (stands != (r->local_version > 0))
		return broken("LocalVersion", "is a version with Outcome 01 and 02, and 0 without", ret_element, ret_rule);
	if (stands != (r->reason == NULL))
		return broken("Reason", "stands with Outcome 03 and 04 and only then", ret_element, ret_rule);
	return RC_OK;
}

/* All entries or none, each once, and then the counts and the digest follow from them. */
enum rc
shape_check_day_count(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_day_count *c = value;
	int64_t n[MESSAGE_OUTCOME_PENDING] = { 0 };
	char digest[MESSAGE_DIGEST_CHARS + 1];

	if (strcmp(c->inquirer, c->provider) == 0)
		return broken("Provider", "is the inquirer", ret_element, ret_rule);
	if (c->n_entries == 0 && c->provided + c->no_data + c->refused + c->failed > 0)
		return RC_OK;
	for (size_t i = 0; i < c->n_entries; i++) {
		if (c->entries[i].outcome >= MESSAGE_OUTCOME_PENDING)
			return broken("Entries", "what is pending has not ended", ret_element, ret_rule);
		if (i > 0 && strcmp(c->entries[i - 1].process_no, c->entries[i].process_no) >= 0)
			return broken("Entries", "are in byte order of ProcessNo, each once", ret_element, ret_rule);
		n[c->entries[i].outcome]++;
	}
	if (n[MESSAGE_OUTCOME_PROVIDED] != c->provided || n[MESSAGE_OUTCOME_NO_DATA] != c->no_data ||
	    n[MESSAGE_OUTCOME_REFUSED] != c->refused || n[MESSAGE_OUTCOME_FAILED] != c->failed)
		return broken("Entries", "are all that were counted, or none", ret_element, ret_rule);
	message_day_digest(c->entries, c->n_entries, digest);
	if (strcmp(digest, c->digest) != 0)
		return broken("Digest", "is not that of the entries", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_letter(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_letter *l = value;
	bool there = l->letter_no != NULL;

	if (there != (l->sender != NULL) || there != (l->letter.bytes != NULL) || there != (l->signature.bytes != NULL))
		return broken("Letter", "stands with its number, sender and signature", ret_element, ret_rule);
	if (!there && l->more)
		return broken("More", "stands with a letter and only then", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_evidence(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_evidence *e = value;

	if ((e->record.bytes != NULL) != (e->record_signature.bytes != NULL))
		return broken("RecordSignature", "stands with Record and only then", ret_element, ret_rule);
	if ((e->response.bytes != NULL) != (e->response_signature.bytes != NULL))
		return broken("ResponseSignature", "stands with Response and only then", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_self_info(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_self_info *s = value;
	bool there = s->status == MESSAGE_ITEM_OK;

	if (!there && s->status != MESSAGE_ITEM_NO_DATA)
		return broken("Status2", "is 01 or 02", ret_element, ret_rule);
	if (there != (s->n_records > 0))
		return broken("Records", "there are records with Status2 01 and only then", ret_element, ret_rule);
	if (there != (s->provided_at_ms != MESSAGE_NO_TIME))
		return broken("ProvidedAt", "stands with Status2 01 and only then", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_self_info_report(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_self_info_report *r = value;

	if (r->status == MESSAGE_ITEM_FAILED)
		return broken("Status2", "is 01, 02 or 03", ret_element, ret_rule);
	if ((r->status == MESSAGE_ITEM_OK) != (r->provided_at_ms != MESSAGE_NO_TIME))
		return broken("ProvidedAt", "stands with Status2 01 and only then", ret_element, ret_rule);
	return RC_OK;
}

enum rc
shape_check_notice_result(const void *value, const char **ret_element, const char **ret_rule)
{
	const struct message_notice_result *r = value;

	if ((r->state == MESSAGE_NOTICE_THERE) != (r->taken_at_ms != MESSAGE_NO_TIME))
		return broken("TakenAt", "stands with State 2 and only then", ret_element, ret_rule);
	return RC_OK;
}
