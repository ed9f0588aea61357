#include <string.h>

#include "net/net_part.h"

/*
 * The registrar stands for the resident-register network.  It alone sees a
 * MyNumber, and forgets it before it answers: a person is found again by HMAC
 * under its own key.
 */

#define PERSON_ID_CHARS 32

static enum rc
person_of(struct net_work *w, const char *number, const char **ret_id, struct fault *why)
{
	struct net_part *p = w->part;
	unsigned char digest[NET_DIGEST_BYTES];
	struct net_row row;
	enum rc rc;

	if (net_hmac(p->key, sizeof p->key, number, strlen(number), digest) != RC_OK)
		return fault_set(why, RC_CRYPTO, "person", "no digest");
	rc = net_book_row(p->book, NET_STMT_REGISTRAR_PERSON_FIND, &row, why, "b",
	    (const void *)digest, sizeof digest);
	if (rc == RC_OK) {
		*ret_id = net_row_text(&row, 0, w->arena);
		net_row_end(&row);
		return *ret_id != NULL ? RC_OK : fault_set(why, RC_NOMEM, "person", "out of memory");
	}
	if (rc != RC_ABSENT)
		return rc;
	if ((*ret_id = net_part_new_id(w->arena, PERSON_ID_CHARS, why)) == NULL)
		return RC_CRYPTO;
	return net_book_run(p->book, NET_STMT_REGISTRAR_PERSON_PUT, why, "bt",
	    (const void *)digest, sizeof digest, *ret_id);
}

static enum rc
take_code_request(struct net_work *w, struct fault *why)
{
	const struct message_code_request *request = &w->in->body.code_request;
	const struct net_part_conf *core = net_conf_part(w->part->net->conf, NET_CORE, "");
	struct message notice = { .kind = MESSAGE_PERSON_NOTICE };
	const char *person_id = NULL;
	enum rc rc;

	if ((rc = person_of(w, request->my_number, &person_id, why)) != RC_OK)
		return rc;
	notice.body.person_notice.acquisition_no = request->acquisition_no;
	notice.body.person_notice.person_id = person_id;
	if ((rc = net_task_put(w->part, core, &notice, NULL, w->arena, why)) != RC_OK)
		return rc;
	if ((w->out->header.reception_no = net_part_new_id(w->arena, 24, why)) == NULL)
		return RC_CRYPTO;
	return RC_OK;
}

/* Taken or refused, the acquisition number is done with: its last copy goes with the task. */
static enum rc
answered(struct net_part *p, const struct net_task *t, const struct message *answer,
    struct arena *a, bool *ret_again, struct fault *why)
{
	(void)t;
	(void)answer;
	(void)a;
	(void)why;
	*ret_again = false;
	net_book_scrub(p->book);
	return RC_OK;
}

static enum rc
no_fetch(struct net_part *p, const struct net_task *t, struct arena *a, struct message *ret_message,
    struct fault *why)
{
	(void)p;
	(void)a;
	(void)ret_message;
	return fault_set(why, RC_BUG, t->kind, "the registrar fetches nothing");
}

static const struct net_rule rules[] = {
	{ MESSAGE_CODE_REQUEST, NET_PEER_NODE, take_code_request },
};

const struct net_role_ops net_registrar_ops = {
	.rules = rules,
	.n_rules = sizeof rules / sizeof rules[0],
	.fetch = no_fetch,
	.answered = answered,
};
