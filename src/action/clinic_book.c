#include "action/clinic_book.h"

#include <string.h>

#include "action/entry_check.h"
#include "base/words.h"
#include "store/store_request_letter.h"

#define PARTS " ,"

enum rc
clinic_book_read(struct call *c, struct arena *a, struct clinic_book *ret_book, struct fault *why)
{
	struct clinic_book b;
	enum rc rc;

	if ((rc = store_clinic_card_list(c->a->store, NULL, a, &b.card, &b.n_card, why)) == RC_OK &&
	    (rc = store_clinic_contract_list(c->a->store, NULL, false, a, &b.contract, &b.n_contract, why)) == RC_OK)
		*ret_book = b;
	return rc;
}

const struct clinic_card *
clinic_book_find(const struct clinic_book *b, const char *code)
{
	size_t low = 0, high = b->n_card;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = strcmp(b->card[mid].code, code);

		if (order == 0)
			return &b->card[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

const struct clinic_contract *
clinic_book_contracts(const struct clinic_book *b, const char *code, size_t *ret_n)
{
	size_t low = 0, high = b->n_contract, end;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcmp(b->contract[mid].code, code) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (end = low; end < b->n_contract && strcmp(b->contract[end].code, code) == 0; end++)
		;
	*ret_n = end - low;
	return end > low ? &b->contract[low] : NULL;
}

/* The next code of a text parted by blanks and commas; NULL at the end. */
static const char *
next_code(const char **at, size_t *ret_len)
{
	const char *code = *at + strspn(*at, PARTS);

	*ret_len = strcspn(code, PARTS);
	*at = code + *ret_len;
	return *ret_len > 0 ? code : NULL;
}

bool
clinic_accepts(const struct law *law, const struct clinic_contract *c, const char *product)
{
	uint16_t p = law == NULL ? LAW_NONE : law_find_product(law, product, strlen(product)), programme;
	const char *at = c->accepts, *code;
	size_t len;

	if (*at == '\0')
		return true;
	while ((code = next_code(&at, &len)) != NULL) {
		if (strlen(product) == len && memcmp(code, product, len) == 0)
			return true;
		if (p != LAW_NONE && (programme = law_find_programme(law, code, len)) != LAW_NONE &&
		    (law->product[p].serves >> programme & 1u) != 0)
			return true;
	}
	return false;
}

/* What is to be said of the clinic; NULL nothing. */
static const char *
finding(const struct clinic_book *b, const struct law *law, const struct dose *d)
{
	const struct clinic_contract *c;
	bool had_contract = false;
	size_t n;

	if (b->n_card == 0 || d->status != DOSE_GIVEN || d->clinic_code == NULL || d->relayed_by != NULL ||
	    (d->source != DOSE_SOURCE_CLINIC && d->source != DOSE_SOURCE_OFFICE))
		return NULL;
	if (clinic_book_find(b, d->clinic_code) == NULL)
		return WORDS("the clinic is not in the register of clinics");
	c = clinic_book_contracts(b, d->clinic_code, &n);
	for (size_t i = 0; i < n; i++) {
		/* On some day it can mean: what is not known is no reproach. */
		if (day_after(c[i].from, d->given.last) ||
		    (day_known(c[i].until) && day_before(c[i].until, d->given.first)))
			continue;
		had_contract = true;
		if (clinic_accepts(law, &c[i], d->vaccine))
			return NULL;
	}
	return had_contract ? WORDS("the clinic's contract does not hold this vaccine") :
	    WORDS("the clinic had no contract on that day");
}

/* "hib:1 pcv:1": does a programme of it take the product? */
static bool
letter_holds(const struct law *law, const char *programmes, const char *product)
{
	uint16_t p = law_find_product(law, product, strlen(product)), programme;
	const char *at = programmes, *code;
	size_t len;

	while (p != LAW_NONE && (code = next_code(&at, &len)) != NULL)
		if ((programme = law_find_programme(law, code, strcspn(code, ":"))) != LAW_NONE &&
		    (law->product[p].serves >> programme & 1u) != 0)
			return true;
	return false;
}

/* Was it asked for by a request letter that served on that day?  Then whoever gave it needed no contract. */
static enum rc
was_asked_for(struct call *c, const struct dose *d, bool *ret_asked, struct fault *why)
{
	struct request_letter *l;
	size_t n;
	enum rc rc;

	*ret_asked = false;
	if (c->a->law == NULL)
		return RC_OK;
	if ((rc = store_request_letter_list(c->a->store, &d->person, 0, &c->arena, &l, &n, why)) != RC_OK)
		return rc;
	/* On some day it can mean: what is not known is no reproach. */
	for (size_t i = 0; i < n && !*ret_asked; i++)
		*ret_asked = l[i].voided_us == 0 && !day_after(l[i].issued_on, d->given.last) &&
		    !day_before(l[i].valid_until, d->given.first) && letter_holds(c->a->law, l[i].programmes, d->vaccine);
	return RC_OK;
}

enum rc
clinic_book_check(struct call *c, const struct clinic_book *b, const struct dose *d, struct buf *ret_warnings,
    struct fault *why)
{
	const char *text = finding(b, c->a->law, d);
	bool asked = false;
	enum rc rc;

	if (text == NULL)
		return RC_OK;
	if ((rc = was_asked_for(c, d, &asked, why)) != RC_OK || asked)
		return rc;
	rc = entry_warn(ret_warnings, NULL, text, DAY_NONE);
	return rc == RC_OK ? RC_OK : fault_set(why, rc, "dose", "too many warnings");
}


static bool
is_in(const char *list, const char *code, size_t n)
{
	const char *at = list, *have;
	size_t len;

	while ((have = next_code(&at, &len)) != NULL)
		if (len == n && memcmp(have, code, n) == 0)
			return true;
	return false;
}

enum rc
clinic_accepts_read(const struct law *law, const char *text, struct arena *a, const char **ret_accepts,
    struct fault *why)
{
	const char *at = text, *code;
	char *out;
	size_t len, n = 0;

	if (text == NULL || strcmp(text, CLINIC_ACCEPTS_ALL) == 0)
		text = at = "";
	if ((out = arena_array(a, strlen(text) + 2, 1)) == NULL)
		return fault_set(why, RC_NOMEM, "accepts", "out of memory");
	out[0] = '\0';
	while ((code = next_code(&at, &len)) != NULL) {
		if (law == NULL || (law_find_product(law, code, len) == LAW_NONE &&
		    law_find_programme(law, code, len) == LAW_NONE))
			return fault_set(why, RC_INVALID, "accepts", "neither a vaccine nor a programme: %.*s",
			    (int)(len > LIMIT_CODE_CHARS ? LIMIT_CODE_CHARS : len), code);
		if (is_in(out, code, len))
			continue;
		if (n > 0)
			out[n++] = ' ';
		memcpy(out + n, code, len);
		out[n += len] = '\0';
	}
	*ret_accepts = out;
	return RC_OK;
}
