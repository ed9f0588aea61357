#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/net_intermediary.h"
#include "net/net_limits.h"

#define LAYOUT "0001"
#define LIST_PAGE 1500			/* entries of some 330 bytes, under the ceiling of a message */
#define RECEPTION_CHARS 24
/* One line per item: code, depth, sign, value. */
#define ITEMS_BYTES (MESSAGE_MAX_ITEMS * (LIMIT_NAME_CHARS * 4 + 32))

/* One registration while it is being read. */
struct copying {
	const char *reception_no;
	enum message_segment segment;
	int64_t accepted, refused;
};

enum rc
net_copy_begin(void *work, const struct message_header *header, enum message_segment segment,
    struct fault *why)
{
	struct net_work *w = work;
	struct copying *c = arena_new(w->arena, sizeof *c);

	/* Whose message it is, is judged before the first record is looked at. */
	if (strcmp(header->source, w->institution) != 0 ||
	    strcmp(header->destination, w->part->conf->institution) != 0)
		return fault_set(why, RC_REFUSED, "Header", "of another institution");
	if (c == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	if ((c->reception_no = net_part_new_id(w->arena, RECEPTION_CHARS, why)) == NULL)
		return RC_CRYPTO;
	c->segment = segment;
	w->copies = c;
	return RC_OK;
}

static enum rc
write_items(const struct message_copy *r, struct buf *out)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; rc == RC_OK && i < r->n_items; i++) {
		const struct message_item *item = &r->items[i];

		rc = item->value != NULL ?
		    buf_printf(out, "%s\t%d\t=%s\n", item->code, item->depth, item->value) :
		    buf_printf(out, "%s\t%d\t!%d\n", item->code, item->depth, (int)item->null_reason);
	}
	return rc;
}

static enum rc
refuse(struct net_work *w, const struct message_copy *r, enum message_error error,
    struct fault *why)
{
	struct copying *c = w->copies;

	if (c->refused++ >= MESSAGE_MAX_LIST)
		return RC_OK;
	return net_book_run(w->part->book, NET_STMT_INTERMEDIARY_REFUSAL_PUT, why, "titi",
	    c->reception_no, c->refused, r->record_no, (int64_t)error);
}

static enum rc
put(struct net_work *w, const struct message_copy *r, const char *digest, struct fault *why)
{
	struct buf items = BUF_INIT(ITEMS_BYTES);
	enum rc rc = write_items(r, &items);

	if (rc != RC_OK)
		rc = fault_set(why, rc, "copy", "items do not fit");
	else
		rc = net_book_run(w->part->book, NET_STMT_INTERMEDIARY_COPY_PUT, why, "ttttitddiibt",
		    r->addressee_no, r->item_code, r->data_set_no, r->record_key,
		    r->record_version, r->layout_version, r->publish_from, r->publish_to,
		    (int64_t)r->no_auto_reply, (int64_t)r->self_info_barred,
		    (const void *)items.data, items.len, digest);
	buf_wipe(&items);
	return rc;
}

enum rc
net_copy_record(void *work, const struct message_copy *r, struct fault *why)
{
	struct net_work *w = work;
	struct copying *c = w->copies;
	struct net_book *book = w->part->book;
	char digest[MESSAGE_DIGEST_CHARS + 1];
	enum message_error error = MESSAGE_OK;
	struct net_row row;
	enum rc rc;

	message_items_digest(r->items, r->n_items, digest);
	if (strcmp(r->layout_version, LAYOUT) != 0)
		return refuse(w, r, E404_LAYOUT_UNKNOWN, why);
	rc = net_book_row(book, NET_STMT_INTERMEDIARY_COPY_FIND, &row, why, "tttt", r->addressee_no,
	    r->item_code, r->data_set_no, r->record_key);
	if (rc == RC_OK) {
		/* An older record never replaces a newer one; one version means one content. */
		if (net_row_int(&row, 0) > r->record_version)
			error = E103_DUPLICATE;
		else if (c->segment == MESSAGE_SEGMENT_REGISTER &&
		    net_row_int(&row, 0) == r->record_version) {
			const char *old = net_row_text(&row, 1, w->arena);

			if (old == NULL || strcmp(old, digest) != 0)
				error = E103_DUPLICATE;
		}
		net_row_end(&row);
	} else if (rc != RC_ABSENT) {
		return rc;
	}
	if (error != MESSAGE_OK)
		return refuse(w, r, error, why);
	c->accepted++;
	if (c->segment == MESSAGE_SEGMENT_DELETE)
		return net_book_run(book, NET_STMT_INTERMEDIARY_COPY_DELETE, why, "tttt",
		    r->addressee_no, r->item_code, r->data_set_no, r->record_key);
	return put(w, r, digest, why);
}

enum rc
net_copy_taken(struct net_work *w, struct fault *why)
{
	const struct copying *c = w->copies;

	if (c == NULL)
		return fault_set(why, RC_BUG, "copy", "registration without a beginning");
	w->out->header.reception_no = c->reception_no;
	return net_book_run(w->part->book, NET_STMT_INTERMEDIARY_SENDING_PUT, why, "tii",
	    c->reception_no, c->accepted, c->refused);
}

static enum rc
read_refusals(struct net_work *w, struct message_copy_result *out, struct fault *why)
{
	struct message_copy_refusal *list = arena_array(w->arena, MESSAGE_MAX_LIST, sizeof *list);
	struct net_row row;
	size_t n = 0;
	enum rc rc;

	if (list == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_REFUSALS_OF, &row, why, "t",
	    w->in->body.fetch.reception_no);
	while (rc == RC_OK && n < MESSAGE_MAX_LIST) {
		list[n].record_no = net_row_text(&row, 0, w->arena);
		list[n].error = (enum message_error)net_row_int(&row, 1);
		n++;
		rc = net_row_next(w->part->book, &row, why);
	}
	net_row_end(&row);
	out->refused = list;
	out->n_refused = n;
	return rc == RC_ABSENT ? RC_OK : rc;
}

enum rc
net_copy_give_result(struct net_work *w, struct fault *why)
{
	struct message_copy_result *out = &w->out->body.copy_result;
	struct net_row row;
	enum rc rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_SENDING_FIND, &row, why, "t",
	    w->in->body.fetch.reception_no);

	if (rc == RC_ABSENT) {
		net_work_refuse(w, E301_PERMIT_INVALID, "DBM.CopyResultFetch/ReceptionNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	w->out->kind = MESSAGE_COPY_RESULT;
	out->done = true;
	out->accepted = net_row_int(&row, 0);
	out->refused_count = net_row_int(&row, 1);
	net_row_end(&row);
	return read_refusals(w, out, why);
}

/* "AddresseeNo/TM/DataSetNo/RecordKey" cut in place; absent: before the first. */
static bool
split_after(struct net_work *w, const char *after, const char *ret_parts[4])
{
	char *text = arena_text(w->arena, after != NULL ? after : "///", after != NULL ? strlen(after) : 3);

	if (text == NULL)
		return false;
	for (int i = 0; i < 4; i++) {
		ret_parts[i] = text;
		if (i == 3)
			return true;
		if ((text = strchr(text, '/')) == NULL)
			return false;
		*text++ = '\0';
	}
	return false;
}

enum rc
net_copy_give_list(struct net_work *w, struct fault *why)
{
	struct message_copy_list *out = &w->out->body.copy_list;
	struct message_copy_key *list = arena_array(w->arena, LIST_PAGE, sizeof *list);
	const char *after[4];
	struct net_row row;
	size_t n = 0;
	enum rc rc;

	if (list == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	if (!split_after(w, w->in->body.copy_list_fetch.after, after)) {
		net_work_refuse(w, E901_MALFORMED, "DBM.CopyListFetch/After");
		return RC_OK;
	}
	rc = net_book_row(w->part->book, NET_STMT_INTERMEDIARY_COPY_LIST, &row, why, "tttti",
	    after[0], after[1], after[2], after[3], (int64_t)LIST_PAGE + 1);
	w->out->kind = MESSAGE_COPY_LIST;
	out->more = false;
	while (rc == RC_OK) {
		if (n == LIST_PAGE) {
			out->more = true;
			break;
		}
		list[n].addressee_no = net_row_text(&row, 0, w->arena);
		list[n].item_code = net_row_text(&row, 1, w->arena);
		list[n].data_set_no = net_row_text(&row, 2, w->arena);
		list[n].record_key = net_row_text(&row, 3, w->arena);
		list[n].record_version = net_row_int(&row, 4);
		list[n].digest = net_row_text(&row, 5, w->arena);
		n++;
		rc = net_row_next(w->part->book, &row, why);
	}
	net_row_end(&row);
	out->entries = list;
	out->n_entries = n;
	return rc == RC_ABSENT ? RC_OK : rc;
}

/* ---- answering from the copy ---- */

/* The lines of write_items back into items; text is cut in place. */
static enum rc
read_items(char *text, struct arena *a, struct message_record_items *r, struct fault *why)
{
	struct message_item *items = arena_array(a, MESSAGE_MAX_ITEMS, sizeof *items);
	size_t n = 0;

	if (items == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	while (*text != '\0') {
		char *depth = strchr(text, '\t'), *value, *end;

		if (n == MESSAGE_MAX_ITEMS || depth == NULL ||
		    (value = strchr(depth + 1, '\t')) == NULL || (end = strchr(value + 1, '\n')) == NULL)
			return fault_set(why, RC_DB, "copy", "items are damaged");
		*depth++ = *value++ = *end++ = '\0';
		items[n].code = text;
		items[n].depth = (int)strtol(depth, NULL, 10);
		if (*value == '=')
			items[n].value = value + 1;
		else
			items[n].null_reason = (enum message_null)strtol(value + 1, NULL, 10);
		n++;
		text = end;
	}
	r->items = items;
	r->n_items = n;
	return RC_OK;
}

static enum rc
read_record(const struct net_row *row, struct arena *a, struct message_record_items *r,
    struct fault *why)
{
	size_t len;
	const void *bytes = net_row_bytes(row, 2, a, &len);
	char *text;

	r->record_key = net_row_text(row, 0, a);
	r->record_version = net_row_int(row, 1);
	if (r->record_key == NULL || bytes == NULL || (text = arena_text(a, bytes, len)) == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	return read_items(text, a, r, why);
}

enum rc
net_copy_answer(struct net_part *p, const struct net_copy_asked *asked, struct arena *a,
    const struct message_record_items **ret_records, size_t *ret_n, struct fault *why)
{
	struct message_record_items *list = arena_array(a, MESSAGE_MAX_RECORDS, sizeof *list);
	struct net_row row;
	size_t n = 0;
	enum rc rc;

	if (list == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	rc = net_book_row(p->book, NET_STMT_INTERMEDIARY_COPY_OF, &row, why, "ttddd",
	    asked->addressee_no, asked->item_code, asked->today, asked->from, asked->to);
	while (rc == RC_OK) {
		if (n == MESSAGE_MAX_RECORDS)
			rc = fault_set(why, RC_TOO_BIG, "copy", "more records than an answer may hold");
		else if ((rc = read_record(&row, a, &list[n], why)) == RC_OK) {
			n++;
			rc = net_row_next(p->book, &row, why);
		}
	}
	net_row_end(&row);
	if (rc != RC_ABSENT)
		return rc;
	*ret_records = list;
	*ret_n = n;
	return RC_OK;
}

enum rc
net_copy_held(struct net_part *p, const char *addressee_no, bool *ret_held, struct fault *why)
{
	struct net_row row;
	char all[8];
	enum rc rc;

	if ((rc = net_book_setting(p->book, "hold-all", all, sizeof all, why)) != RC_OK)
		return rc;
	if ((rc = net_book_row(p->book, NET_STMT_INTERMEDIARY_COPY_HOLD, &row, why, "t",
	    addressee_no)) != RC_OK)
		return rc;
	/* No copy at all: there is nothing to look at, "nothing known" goes out at once. */
	*ret_held = !net_row_null(&row, 0) && (net_row_int(&row, 0) != 0 || strcmp(all, "1") == 0);
	net_row_end(&row);
	return RC_OK;
}
