#include "net/net_portal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/net_limits.h"

/*
 * The portal part.  A person who is signed in is an account; which number of which town that is, the portal has been
 * told.  It never learns a code or a MyNumber, and keeps what came only until it is shown.
 */
#define SUBJECT_SIZE 48
#define SHOWN_BYTES (16u << 20)

enum rc
net_portal_link(struct net_part *p, const char *account, const char *municipality, const char *addressee_no,
    const char *birth, struct fault *why)
{
	const struct net_part_conf *town = net_conf_part(p->net->conf, NET_INTERMEDIARY, municipality);
	day on;
	enum rc rc;

	if (town == NULL)
		return fault_set(why, RC_ABSENT, municipality, "is no town of this network");
	if (day_parse(birth, strlen(birth), &on) != RC_OK || addressee_no[0] == '\0' ||
	    strspn(addressee_no, "0123456789") != strlen(addressee_no) || strlen(addressee_no) > 15)
		return fault_set(why, RC_INVALID, "portal-link", "an addressee number and a birth date, YYYY-MM-DD");
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		return rc;
	if ((rc = net_book_run(p->book, NET_STMT_PORTAL_LINK_PUT, why, "tttd", town->institution, addressee_no, account,
	    on)) != RC_OK) {
		net_book_rollback(p->book);
		return rc;
	}
	return net_book_commit(p->book, why);
}

enum rc
net_portal_unlink(struct net_part *p, const char *account, struct fault *why)
{
	enum rc rc = net_book_begin(p->book, why);

	if (rc != RC_OK)
		return rc;
	if ((rc = net_book_run(p->book, NET_STMT_PORTAL_LINK_DROP, why, "t", account)) != RC_OK) {
		net_book_rollback(p->book);
		return rc;
	}
	return net_book_commit(p->book, why);
}

/* ---- looking ---- */

/* "INSTITUTION TIME": what a look is known by. */
static void
subject_write(const char *institution, int64_t at_ms, char ret[SUBJECT_SIZE])
{
	(void)snprintf(ret, SUBJECT_SIZE, "%s %lld", institution, (long long)at_ms);
}

static bool
subject_read(const char *subject, char ret_institution[MESSAGE_CODE16_CHARS + 1], int64_t *ret_at_ms)
{
	if (subject == NULL || strlen(subject) < MESSAGE_CODE16_CHARS + 2)
		return false;
	memcpy(ret_institution, subject, MESSAGE_CODE16_CHARS);
	ret_institution[MESSAGE_CODE16_CHARS] = '\0';
	*ret_at_ms = strtoll(subject + MESSAGE_CODE16_CHARS + 1, NULL, 10);
	return true;
}

/* No two looks at one town bear the same time: by it the hub's record of a look is found. */
static enum rc
free_time(struct net_part *p, const char *institution, int64_t *at_ms, struct fault *why)
{
	struct net_row row;
	enum rc rc;

	while ((rc = net_book_row(p->book, NET_STMT_PORTAL_LOOK_AT, &row, why, "ti", institution, *at_ms)) == RC_OK) {
		net_row_end(&row);
		++*at_ms;
	}
	return rc == RC_ABSENT ? RC_OK : rc;
}

static enum rc
ask_one(struct net_part *p, const char *account, const struct message_self_info_fetch *fetch, const char *institution,
    struct arena *a, struct fault *why)
{
	struct message m = { .kind = MESSAGE_SELF_INFO_FETCH };
	const struct net_part_conf *to = net_conf_part_of_institution(p->net->conf, institution);
	char subject[SUBJECT_SIZE];
	enum rc rc;

	m.body.self_info_fetch = *fetch;
	if (to == NULL)
		return RC_OK;			/* a town that has left the network */
	if ((rc = free_time(p, institution, &m.body.self_info_fetch.requested_at_ms, why)) != RC_OK ||
	    (rc = net_book_run(p->book, NET_STMT_PORTAL_LOOK_PUT, why, "titd", institution,
	    m.body.self_info_fetch.requested_at_ms, account, fetch->birth)) != RC_OK)
		return rc;
	subject_write(institution, m.body.self_info_fetch.requested_at_ms, subject);
	return net_task_put(p, to, &m, subject, a, why);
}

enum rc
net_portal_ask(struct net_part *p, const char *account, const char *item_code, struct arena *a, struct fault *why)
{
	struct message_self_info_fetch fetch = { .item_code = item_code };
	struct net_row row;
	size_t n = 0;
	enum rc rc;

	if (strlen(item_code) != MESSAGE_CODE16_CHARS)
		return fault_set(why, RC_INVALID, "portal-ask", "an item code has 16 characters");
	if ((rc = net_book_begin(p->book, why)) != RC_OK)
		return rc;
	rc = net_book_row(p->book, NET_STMT_PORTAL_LINKS_OF, &row, why, "t", account);
	while (rc == RC_OK) {
		const char *institution = net_row_text(&row, 0, a);

		fetch.addressee_no = net_row_text(&row, 1, a);
		fetch.birth = net_row_day(&row, 2);
		fetch.requested_at_ms = net_clock_ms(&p->net->clock);
		if (institution == NULL || fetch.addressee_no == NULL)
			rc = fault_set(why, RC_NOMEM, "portal", "out of memory");
		else if ((rc = ask_one(p, account, &fetch, institution, a, why)) == RC_OK) {
			n++;
			rc = net_row_next(p->book, &row, why);
		}
	}
	net_row_end(&row);
	if (rc == RC_ABSENT)
		rc = n > 0 ? RC_OK : fault_set(why, RC_ABSENT, account, "is tied to no town");
	if (rc != RC_OK) {
		net_book_rollback(p->book);
		return rc;
	}
	if ((rc = net_book_commit(p->book, why)) == RC_OK)
		net_part_wake(p);
	return rc;
}

/* What came as lines; *ret_same: every record is about somebody of that birth date. */
static enum rc
write_records(const struct message_self_info *s, day birth, struct buf *out, bool *ret_same)
{
	char on[DAY_TEXT_SIZE];
	enum rc rc = RC_OK;

	day_write(birth, on);
	*ret_same = true;
	for (size_t i = 0; rc == RC_OK && i < s->n_records; i++) {
		const struct message_record_items *r = &s->records[i];

		*ret_same = *ret_same && r->n_items > 0 && r->items[0].value != NULL && strcmp(r->items[0].value, on) == 0;
		rc = buf_printf(out, "record\t%s\t%lld", r->record_key, (long long)r->record_version);
		for (size_t k = 0; rc == RC_OK && k < r->n_items; k++)
			if (r->items[k].value != NULL)
				rc = buf_printf(out, "\t%s=%s", r->items[k].code, r->items[k].value);
		if (rc == RC_OK)
			rc = buf_add_text(out, "\n");
	}
	return rc;
}

static enum rc
answered(struct net_part *p, const struct net_task *t, const struct message *answer, struct arena *a, bool *ret_again,
    struct fault *why)
{
	struct buf lines = BUF_INIT(SHOWN_BYTES);
	char institution[MESSAGE_CODE16_CHARS + 1];
	const char *state = "failed";
	struct net_row row;
	bool is_same = true;
	int64_t at_ms;
	day birth;
	enum rc rc;

	(void)a;
	*ret_again = false;
	if (!subject_read(t->subject, institution, &at_ms))
		return fault_set(why, RC_BUG, t->kind, "of no look");
	if ((rc = net_book_row(p->book, NET_STMT_PORTAL_LOOK_AT, &row, why, "ti", institution, at_ms)) != RC_OK)
		return rc;
	birth = net_row_day(&row, 0);
	net_row_end(&row);
	if (answer->kind == MESSAGE_SELF_INFO) {
		const struct message_self_info *s = &answer->body.self_info;

		state = s->status == MESSAGE_ITEM_OK ? "answered" : "nothing";
		if ((rc = write_records(s, birth, &lines, &is_same)) != RC_OK) {
			rc = fault_set(why, rc, "portal", "what came does not fit");
			goto out;
		}
		if (!is_same) {			/* somebody else's: nothing of it is shown */
			state = "in-doubt";
			buf_wipe(&lines);
		}
	}
	rc = net_book_run(p->book, NET_STMT_PORTAL_LOOK_CAME, why, "titt", institution, at_ms, state,
	    lines.len > 0 ? lines.data : NULL);
 out:
	buf_wipe(&lines);
	return rc;
}

/* ---- what towns and the hub send ---- */

static enum rc
take_notice(struct net_work *w, struct fault *why)
{
	const struct message_notice *n = &w->in->body.notice;
	struct net_row row;
	const char *account;
	enum rc rc;

	rc = net_book_row(w->part->book, NET_STMT_PORTAL_LINK_FIND, &row, why, "tt", w->institution, n->addressee_no);
	if (rc == RC_ABSENT) {
		net_work_refuse(w, E401_NO_COPY, "OSR.Notice/AddresseeNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	account = net_row_text(&row, 0, w->arena);
	net_row_end(&row);
	if (account == NULL)
		return fault_set(why, RC_NOMEM, "portal", "out of memory");
	return net_book_run(w->part->book, NET_STMT_PORTAL_NOTICE_PUT, why, "tttti", account, w->institution, n->title,
	    n->text, w->now_ms);
}

static enum rc
take_record(struct net_work *w, struct fault *why)
{
	const struct message_provision_record *r = &w->in->body.record;

	if (strcmp(r->inquirer, w->part->conf->institution) != 0) {
		net_work_refuse(w, E203_BAD_INSTITUTION, "TKM.Record/Inquirer");
		return RC_OK;
	}
	return net_record_put(w->part, r, why);
}

/* ---- what the person sees ---- */

/* Text on one line. */
static enum rc
print_line(struct buf *out, const char *text)
{
	enum rc rc = RC_OK;

	for (; rc == RC_OK && *text != '\0'; text++)
		rc = *text == '\n' ? buf_add_text(out, " / ") : buf_add(out, text, 1);
	return rc;
}

static enum rc
show_notices(struct net_part *p, const char *account, struct arena *a, struct buf *out, struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_PORTAL_NOTICES_OF, &row, why, "t", account);

	while (rc == RC_OK) {
		const char *institution = net_row_text(&row, 0, a), *title = net_row_text(&row, 1, a),
		    *text = net_row_text(&row, 2, a);

		if (institution == NULL || title == NULL || text == NULL)
			rc = RC_NOMEM;
		else if ((rc = buf_printf(out, "notice\t%s\t%s\t", institution, title)) == RC_OK &&
		    (rc = print_line(out, text)) == RC_OK && (rc = buf_add_text(out, "\n")) == RC_OK)
			rc = net_row_next(p->book, &row, why);
	}
	net_row_end(&row);
	return rc;
}

static enum rc
show_looks(struct net_part *p, const char *account, struct arena *a, struct buf *out, struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_PORTAL_LOOKS_OF, &row, why, "t", account);

	while (rc == RC_OK) {
		const char *institution = net_row_text(&row, 0, a), *state = net_row_text(&row, 2, a);
		const char *shown = net_row_text(&row, 3, a);
		char at[NET_TIME_TEXT_SIZE];

		net_clock_write(net_row_int(&row, 1), at);
		if (institution == NULL || state == NULL)
			rc = RC_NOMEM;
		else if ((rc = buf_printf(out, "look\t%s\t%s\t%s\n%s", institution, at, state,
		    shown != NULL ? shown : "")) == RC_OK)
			rc = net_row_next(p->book, &row, why);
	}
	net_row_end(&row);
	return rc;
}

static enum rc
show_exchanges(struct net_part *p, const char *account, struct arena *a, struct buf *out, struct fault *why)
{
	struct net_row row;
	enum rc rc = net_book_row(p->book, NET_STMT_PORTAL_EXCHANGES_OF, &row, why, "tti", account,
	    p->conf->institution, (int64_t)MESSAGE_OUTCOME_PROVIDED);

	while (rc == RC_OK) {
		const char *no = net_row_text(&row, 0, a), *provider = net_row_text(&row, 1, a);

		if (no == NULL || provider == NULL)
			rc = RC_NOMEM;
		else if ((rc = buf_printf(out, "exchange\t%s\t%s\t%02d\n", no, provider, (int)net_row_int(&row, 2))) == RC_OK)
			rc = net_row_next(p->book, &row, why);
	}
	net_row_end(&row);
	return rc;
}

enum rc
net_portal_show(struct net_part *p, const char *account, struct arena *a, struct buf *out, struct fault *why)
{
	enum rc rc = net_book_begin(p->book, why);

	if (rc != RC_OK)
		return rc;
	if ((rc = show_notices(p, account, a, out, why)) == RC_ABSENT &&
	    (rc = show_looks(p, account, a, out, why)) == RC_ABSENT &&
	    (rc = show_exchanges(p, account, a, out, why)) == RC_ABSENT)
		rc = net_book_run(p->book, NET_STMT_PORTAL_LOOK_SHOWN, why, "t", account);
	if (rc != RC_OK) {
		net_book_rollback(p->book);
		return rc == RC_NOMEM ? fault_set(why, rc, "portal", "out of memory") : rc;
	}
	net_book_scrub(p->book);
	return net_book_commit(p->book, why);
}

static const struct net_rule rules[] = {
	{ MESSAGE_NOTICE, NET_PEER_INTERMEDIARY, take_notice },
	{ MESSAGE_RECORD, NET_PEER_CORE, take_record },
};

const struct net_role_ops net_portal_ops = {
	.rules = rules,
	.n_rules = sizeof rules / sizeof rules[0],
	.answered = answered,
};
