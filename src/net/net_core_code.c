#include "net/net_core.h"

#include <string.h>

#define CODE_CHARS 48
#define ACQUISITION_CHARS 32

/*
 * Acquisition numbers, and the codes that the core gives for them: another one to every
 * institution for the same person.
 */

enum rc
net_core_take_number_request(struct net_work *w, struct fault *why)
{
	const struct message_number_request *request = &w->in->body.number_request;
	const char *number, *reception;
	enum rc rc;

	if (strcmp(request->institution, w->institution) != 0) {
		net_work_refuse(w, E203_BAD_INSTITUTION, "FGU.NumberRequest/InstitutionCode");
		return RC_OK;
	}
	if ((number = net_part_new_id(w->arena, ACQUISITION_CHARS, why)) == NULL ||
	    (reception = net_part_new_id(w->arena, 24, why)) == NULL)
		return RC_CRYPTO;
	if ((rc = net_book_run(w->part->book, NET_STMT_CORE_ACQUISITION_PUT, why, "tttti", number,
	    w->institution, request->addressee_no, reception, w->now_ms)) != RC_OK)
		return rc;
	w->out->header.reception_no = reception;
	return RC_OK;
}

enum rc
net_core_give_number(struct net_work *w, struct fault *why)
{
	const char *reception = w->in->body.fetch.reception_no;
	struct net_row row;
	const char *institution, *number, *addressee;
	enum rc rc;

	rc = net_book_row(w->part->book, NET_STMT_CORE_ACQUISITION_OF_RECEPTION, &row, why, "t",
	    reception);
	if (rc == RC_ABSENT) {
		net_work_refuse(w, E301_PERMIT_INVALID, "FGU.NumberFetch/ReceptionNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	number = net_row_text(&row, 0, w->arena);
	institution = net_row_text(&row, 1, w->arena);
	addressee = net_row_text(&row, 2, w->arena);
	net_row_end(&row);
	if (institution == NULL || number == NULL || addressee == NULL)
		return fault_set(why, RC_NOMEM, "acquisition", "out of memory");
	if (strcmp(institution, w->institution) != 0) {
		net_work_refuse(w, E301_PERMIT_INVALID, "FGU.NumberFetch/ReceptionNo");
		return RC_OK;
	}
	w->out->kind = MESSAGE_NUMBER_ISSUED;
	w->out->body.number_issued.addressee_no = addressee;
	w->out->body.number_issued.acquisition_no = number;
	w->erase_with = reception;
	return RC_OK;
}

enum rc
net_core_code_for(struct net_part *p, const char *person_id, const char *institution, struct arena *a,
    const char **ret_code, struct fault *why)
{
	struct net_row row;
	enum rc rc;

	rc = net_book_row(p->book, NET_STMT_CORE_CODE_OF_PERSON, &row, why, "tt", person_id,
	    institution);
	if (rc == RC_OK) {
		*ret_code = net_row_text(&row, 0, a);
		net_row_end(&row);
		return *ret_code != NULL ? RC_OK : fault_set(why, RC_NOMEM, "code", "out of memory");
	}
	if (rc != RC_ABSENT)
		return rc;
	if ((*ret_code = net_part_new_id(a, CODE_CHARS, why)) == NULL)
		return RC_CRYPTO;
	return net_book_run(p->book, NET_STMT_CORE_CODE_PUT, why, "ttt", *ret_code, institution,
	    person_id);
}

/* For training and tests: a new code that leads to anybody else.  RC_ABSENT: there is nobody else. */
static enum rc
wrong_code_for(struct net_part *p, const char *person_id, const char *institution, struct arena *a,
    const char **ret_code, struct fault *why)
{
	const char *other;
	struct net_row row;
	enum rc rc;

	if ((rc = net_book_row(p->book, NET_STMT_CORE_PERSON_OTHER, &row, why, "t", person_id)) != RC_OK)
		return rc;
	other = net_row_text(&row, 0, a);
	net_row_end(&row);
	if (other == NULL)
		return fault_set(why, RC_NOMEM, "code", "out of memory");
	if ((*ret_code = net_part_new_id(a, CODE_CHARS, why)) == NULL)
		return RC_CRYPTO;
	net_log_line(&p->log, "fault wrong-link: a code leads to another person");
	return net_book_run(p->book, NET_STMT_CORE_CODE_PUT_WRONG, why, "ttt", *ret_code, institution, other);
}

static enum rc
code_to_give(struct net_part *p, const char *person_id, const char *institution, struct arena *a,
    const char **ret_code, struct fault *why)
{
	enum rc rc = RC_ABSENT;

	if (net_faults_next(p->faults, NET_FAULT_AT_CODE, MESSAGE_NONE, institution).kind == NET_FAULT_LINK)
		rc = wrong_code_for(p, person_id, institution, a, ret_code, why);
	return rc == RC_ABSENT ? net_core_code_for(p, person_id, institution, a, ret_code, why) : rc;
}

enum rc
net_core_take_person(struct net_work *w, struct fault *why)
{
	const struct message_person_notice *notice = &w->in->body.person_notice;
	struct net_part *p = w->part;
	struct message code = { .kind = MESSAGE_CODE_NOTICE };
	const struct net_part_conf *to;
	const char *institution, *addressee, *reception;
	struct net_row row;
	enum rc rc;

	rc = net_book_row(p->book, NET_STMT_CORE_ACQUISITION_FIND, &row, why, "t",
	    notice->acquisition_no);
	if (rc == RC_ABSENT) {
		net_work_refuse(w, E301_PERMIT_INVALID, "JUKI.PersonNotice/AcquisitionNo");
		return RC_OK;
	}
	if (rc != RC_OK)
		return rc;
	institution = net_row_text(&row, 0, w->arena);
	addressee = net_row_text(&row, 1, w->arena);
	reception = net_row_text(&row, 2, w->arena);
	net_row_end(&row);
	if (institution == NULL || addressee == NULL || reception == NULL)
		return fault_set(why, RC_NOMEM, "acquisition", "out of memory");
	if ((to = net_conf_part_of_institution(p->net->conf, institution)) == NULL)
		return fault_set(why, RC_INVALID, "acquisition", "institution left the network");
	code.body.code_notice.addressee_no = addressee;
	code.body.code_notice.institution = institution;
	if ((rc = code_to_give(p, notice->person_id, institution, w->arena,
	    &code.body.code_notice.code, why)) != RC_OK ||
	    (rc = net_task_put(p, to, &code, NULL, w->arena, why)) != RC_OK ||
	    /* Number Act art. 21-2 (3): nobody keeps the acquisition number beyond this. */
	    (rc = net_book_run(p->book, NET_STMT_CORE_ACQUISITION_ERASE, why, "t",
	    notice->acquisition_no)) != RC_OK ||
	    (rc = net_book_run(p->book, NET_STMT_ANY_INBOX_ERASE_SUBJECT, why, "t",
	    reception)) != RC_OK)
		return rc;
	net_book_scrub(p->book);
	return RC_OK;
}
