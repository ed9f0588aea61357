#include <string.h>

#include "base/limits.h"
#include "exchange/message_shape.h"
#include "exchange/wire_write.h"

/*
 * Written without libxml2: the profile needs five escapes and no attribute, and xmlTextWriter of
 * 2.9.14 goes on silently when memory lacks: a document with a hole in it would be signed.
 */
struct writer {
	struct buf *out;
	struct buf text;	/* one value */
	enum rc rc;		/* the first failure; everything after it is a no-op */
};

static void
put(struct writer *w, const char *text, size_t len)
{
	if (w->rc == RC_OK && len > 0)
		w->rc = buf_add(w->out, text, len);
}

static void
put_tag(struct writer *w, const char *open, const char *name)
{
	put(w, open, strlen(open));
	put(w, name, strlen(name));
	put(w, ">", 1);
}

/* A carriage return would come back as a line feed, were it not written as a reference. */
static void
put_escaped(struct writer *w, const char *text, size_t len)
{
	static const char special[] = "<>&\"\r";
	static const char *const escape[] = { "&lt;", "&gt;", "&amp;", "&quot;", "&#13;" };

	while (len > 0) {
		size_t plain = 0;
		const char *c;

		while (plain < len && strchr(special, text[plain]) == NULL)
			plain++;
		put(w, text, plain);
		text += plain;
		len -= plain;
		if (len > 0) {
			c = escape[strchr(special, *text) - special];
			put(w, c, strlen(c));
			text++;
			len--;
		}
	}
}

static void write_struct(struct writer *w, const struct shape *s, const void *value);

static void
write_field(struct writer *w, const struct shape_field *f, const void *value)
{
	if (!shape_present(f, value))
		return;
	put_tag(w, "<", f->name);
	if (f->type == SHAPE_LIST) {
		for (size_t i = 0; w->rc == RC_OK && i < shape_entries(f, value); i++) {
			put_tag(w, "<", f->of->name);
			write_struct(w, f->of, shape_entry(f, value, i));
			put_tag(w, "</", f->of->name);
		}
	} else {
		buf_truncate(&w->text, 0);
		if (w->rc == RC_OK)
			w->rc = shape_write(f, value, &w->text);
		if (w->rc == RC_OK)
			put_escaped(w, w->text.data, w->text.len);
	}
	put_tag(w, "</", f->name);
}

static void
write_struct(struct writer *w, const struct shape *s, const void *value)
{
	for (size_t i = 0; w->rc == RC_OK && i < s->n_field; i++)
		write_field(w, &s->field[i], value);
}

static void
write_header(struct writer *w, const struct message *m)
{
	put_tag(w, "<", shape_header.name);
	for (size_t i = 0; w->rc == RC_OK && i < shape_header.n_field; i++) {
		write_field(w, &shape_header.field[i], &m->header);
		if (i == 0) {		/* MsgType is no field of the struct: it is the kind */
			put_tag(w, "<", "MsgType");
			put(w, message_name(m->kind), strlen(message_name(m->kind)));
			put_tag(w, "</", "MsgType");
		}
	}
	put_tag(w, "</", shape_header.name);
}

static void
write_message(struct writer *w, const struct message *m, size_t *ret_gap)
{
	static const char head[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<Message xmlns=\"" WIRE_NAMESPACE "\">";
	static const char gap[] = "            ";	/* MESSAGE_MYNUMBER_CHARS spaces */
	const struct shape *body = shape_of_body(m->kind);

	put(w, head, sizeof(head) - 1);
	write_header(w, m);
	put_tag(w, "<", "Body");
	put_tag(w, "<", body->name);
	write_struct(w, body, &m->body);
	if (m->kind == MESSAGE_CODE_REQUEST && m->body.code_request.my_number == NULL) {
		put_tag(w, "<", "MyNumber");
		*ret_gap = w->out->len;
		put(w, gap, sizeof(gap) - 1);
		put_tag(w, "</", "MyNumber");
	}
	put_tag(w, "</", body->name);
	put_tag(w, "</", "Body");
	put_tag(w, "</", "Message");
	put(w, "\n", 1);
}

/* The struct as it will be written: what the writer fills in itself must not fail the check. */
static enum rc
check(const struct message *m, struct message *ret_filled, char digest[MESSAGE_DIGEST_CHARS + 1],
    struct fault *why)
{
	struct message filled = *m;
	enum rc rc;

	if (m->kind == MESSAGE_PROVISION_RESPONSE && m->body.provision_response.digest == NULL) {
		struct message_provision_response *r = &filled.body.provision_response;

		r->digest = "0000000000000000000000000000000000000000000000000000000000000000";
		rc = shape_check(&shape_header, &filled.header, "Header", why);
		if (rc != RC_OK)
			return rc;
		/* The records must be whole before a digest is taken of them. */
		for (size_t i = 0; i < r->n_records; i++) {
			for (size_t k = 0; k < r->records[i].n_items; k++)
				if (r->records[i].items[k].code == NULL)
					return fault_set(why, RC_INVALID, "TKY.ProvisionResponse/Records", "an item has no code");
			if (r->records[i].record_key == NULL)
				return fault_set(why, RC_INVALID, "TKY.ProvisionResponse/Records", "a record has no key");
		}
		message_records_digest(r->records, r->n_records, digest);
		r->digest = digest;
	}
	if (m->kind == MESSAGE_CODE_REQUEST && m->body.code_request.my_number == NULL)
		filled.body.code_request.my_number = "000000000000";
	if ((rc = shape_check_message(&filled, why)) != RC_OK)
		return rc;
	if (m->kind == MESSAGE_CODE_REQUEST)
		filled.body.code_request.my_number = m->body.code_request.my_number;
	*ret_filled = filled;
	return RC_OK;
}

enum rc
wire_write(const struct message *m, struct buf *out, size_t *ret_gap_offset, struct fault *why)
{
	char digest[MESSAGE_DIGEST_CHARS + 1];
	struct writer w = { out, BUF_INIT(2 * LIMIT_WIRE_BYTES), RC_OK };
	size_t start = out->len, gap_offset = WIRE_NO_GAP;
	struct message filled;
	enum rc rc;

	if ((rc = check(m, &filled, digest, why)) != RC_OK)
		return rc;
	write_message(&w, &filled, &gap_offset);
	buf_wipe(&w.text);
	if (w.rc == RC_OK && out->len - start > message_max_bytes(m->kind))
		w.rc = RC_TOO_BIG;
	if (w.rc != RC_OK) {
		buf_truncate(out, start);
		return fault_set(why, w.rc, shape_of_body(m->kind)->name, w.rc == RC_TOO_BIG ?
		    "is over the ceiling of its type" : "could not be written");
	}
	if (ret_gap_offset != NULL)
		*ret_gap_offset = gap_offset == WIRE_NO_GAP ? WIRE_NO_GAP : gap_offset - start;
	return RC_OK;
}
