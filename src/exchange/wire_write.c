#include <stdbool.h>
#include <string.h>

#include <libxml/xmlwriter.h>

#include "base/limits.h"
#include "exchange/message_shape.h"
#include "exchange/wire_write.h"

struct target {
	struct buf *out;
	size_t max;		/* out->len may not pass it */
	enum rc rc;
};

static int
target_write(void *context, const char *bytes, int len)
{
	struct target *t = context;

	if (t->rc == RC_OK && t->out->len + (size_t)len > t->max)
		t->rc = RC_TOO_BIG;
	if (t->rc == RC_OK)
		t->rc = buf_add(t->out, bytes, (size_t)len);
	return t->rc == RC_OK ? len : -1;
}

static int
target_close(void *context)
{
	(void)context;
	return 0;
}

#define X(name) ((const xmlChar *)(name))

static enum rc write_struct(xmlTextWriterPtr w, const struct shape *s, const void *value, struct buf *text);

static enum rc
write_field(xmlTextWriterPtr w, const struct shape_field *f, const void *value, struct buf *text)
{
	enum rc rc;

	if (!shape_present(f, value))
		return RC_OK;
	if (f->type != SHAPE_LIST) {
		buf_truncate(text, 0);
		if ((rc = shape_write(f, value, text)) != RC_OK)
			return rc;
		return xmlTextWriterWriteElement(w, X(f->name), X(text->data == NULL ? "" : text->data)) < 0 ?
		    RC_NOMEM : RC_OK;
	}
	if (xmlTextWriterStartElement(w, X(f->name)) < 0)
		return RC_NOMEM;
	for (size_t i = 0; i < shape_entries(f, value); i++) {
		if (xmlTextWriterStartElement(w, X(f->of->name)) < 0)
			return RC_NOMEM;
		if ((rc = write_struct(w, f->of, shape_entry(f, value, i), text)) != RC_OK)
			return rc;
		if (xmlTextWriterEndElement(w) < 0)
			return RC_NOMEM;
	}
	return xmlTextWriterEndElement(w) < 0 ? RC_NOMEM : RC_OK;
}

static enum rc
write_struct(xmlTextWriterPtr w, const struct shape *s, const void *value, struct buf *text)
{
	enum rc rc;

	for (size_t i = 0; i < s->n_field; i++) {
		if ((rc = write_field(w, &s->field[i], value, text)) != RC_OK)
			return rc;
		if (s == &shape_header && i == 0) {
			const struct message *m = (const void *)((const char *)value - offsetof(struct message, header));

			if (xmlTextWriterWriteElement(w, X("MsgType"), X(message_name(m->kind))) < 0)
				return RC_NOMEM;
		}
	}
	return RC_OK;
}

static const char gap[] = "            ";		/* MESSAGE_MYNUMBER_CHARS spaces */

static enum rc
write_message(xmlTextWriterPtr w, const struct message *m, struct target *t, struct buf *text, size_t *ret_gap)
{
	const struct shape *body = shape_of_body(m->kind);
	enum rc rc;

	if (xmlTextWriterStartDocument(w, NULL, "UTF-8", NULL) < 0 ||
	    xmlTextWriterStartElement(w, X("Message")) < 0 ||
	    xmlTextWriterWriteAttribute(w, X("xmlns"), X(WIRE_NAMESPACE)) < 0 ||
	    xmlTextWriterStartElement(w, X("Header")) < 0)
		return RC_NOMEM;
	if ((rc = write_struct(w, &shape_header, &m->header, text)) != RC_OK)
		return rc;
	if (xmlTextWriterEndElement(w) < 0 || xmlTextWriterStartElement(w, X("Body")) < 0 ||
	    xmlTextWriterStartElement(w, X(body->name)) < 0)
		return RC_NOMEM;
	if ((rc = write_struct(w, body, &m->body, text)) != RC_OK)
		return rc;
	if (m->kind == MESSAGE_CODE_REQUEST && m->body.code_request.my_number == NULL) {
		if (xmlTextWriterStartElement(w, X("MyNumber")) < 0 ||
		    xmlTextWriterWriteString(w, X(gap)) < 0 || xmlTextWriterFlush(w) < 0)
			return RC_NOMEM;
		*ret_gap = t->out->len - (sizeof(gap) - 1);
		if (xmlTextWriterEndElement(w) < 0)
			return RC_NOMEM;
	}
	return xmlTextWriterEndDocument(w) < 0 || xmlTextWriterFlush(w) < 0 ? RC_NOMEM : RC_OK;
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
	size_t start = out->len, gap_offset = WIRE_NO_GAP;
	struct target t = { out, 0, RC_OK };
	struct buf text = BUF_INIT(2 * LIMIT_WIRE_BYTES);
	xmlOutputBufferPtr stream = NULL;
	xmlTextWriterPtr w = NULL;
	struct message filled;
	enum rc rc;

	if ((rc = check(m, &filled, digest, why)) != RC_OK)
		return rc;
	t.max = start + message_max_bytes(m->kind);
	rc = RC_NOMEM;
	if ((stream = xmlOutputBufferCreateIO(target_write, target_close, &t, NULL)) == NULL)
		goto out;
	if ((w = xmlNewTextWriter(stream)) == NULL)
		goto out;
	stream = NULL;			/* the writer's */
	rc = write_message(w, &filled, &t, &text, &gap_offset);
	if (t.rc != RC_OK)
		rc = t.rc;
 out:
	xmlFreeTextWriter(w);
	if (stream != NULL)
		(void)xmlOutputBufferClose(stream);
	buf_wipe(&text);
	if (rc == RC_OK && t.rc != RC_OK)
		rc = t.rc;
	if (rc != RC_OK) {
		buf_truncate(out, start);
		return fault_set(why, rc, shape_of_body(m->kind)->name, rc == RC_TOO_BIG ?
		    "is over the ceiling of its type" : "could not be written");
	}
	if (ret_gap_offset != NULL)
		*ret_gap_offset = gap_offset == WIRE_NO_GAP ? WIRE_NO_GAP : gap_offset - start;
	return RC_OK;
}
