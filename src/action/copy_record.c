#include "action/copy_record.h"

#include <stdio.h>
#include <string.h>

#include "action/affair_code.h"
#include "action/item_code.h"
#include "record/kana.h"

#define COPY_ITEMS 21
#define FOLDED_KANA_BYTES 2400

struct item_writer {
	struct message_item *item;
	size_t n;
};

/* A value, or the reason why there is none: an empty item is sent, never left out. */
static void
put(struct item_writer *w, const char *code, int depth, const char *value)
{
	struct message_item *item = &w->item[w->n++];

	item->code = code;
	item->depth = depth;
	item->value = value == NULL || *value == '\0' ? NULL : value;
	item->null_reason = item->value == NULL ? MESSAGE_NULL_UNKNOWN : MESSAGE_NULL_NONE;
}

static const char *
text_of_span(struct day_span span, struct arena *arena)
{
	char text[DAY_TEXT_SIZE];

	day_span_write(span, text);
	return arena_text(arena, text, strlen(text));
}

static const char *
text_of_version(int64_t version, struct arena *arena)
{
	char text[24];
	int n = snprintf(text, sizeof(text), "%lld", (long long)version);

	return arena_text(arena, text, (size_t)n);
}

static enum rc
put_dose(struct item_writer *w, const struct dose *d, struct arena *arena)
{
	char volume[DOSE_VOLUME_TEXT_SIZE];
	const char *version, *given, *amount = NULL;

	if ((version = text_of_version(d->origin_version, arena)) == NULL ||
	    (given = text_of_span(d->given, arena)) == NULL)
		return RC_NOMEM;
	if (d->volume_ul != DOSE_VOLUME_UNKNOWN) {
		dose_volume_write(d->volume_ul, volume);
		if ((amount = arena_text(arena, volume, strlen(volume))) == NULL)
			return RC_NOMEM;
	}
	put(w, ITEM_ORIGIN_ID, 2, d->origin_id);
	put(w, ITEM_ORIGIN_VERSION, 2, version);
	put(w, ITEM_ORIGIN_MUNICIPALITY, 2, d->origin_municipality);
	put(w, ITEM_GIVEN_ON, 2, given);
	put(w, ITEM_VACCINE, 2, d->vaccine);
	put(w, ITEM_LOT, 2, d->lot);
	put(w, ITEM_VOLUME, 2, amount);
	put(w, ITEM_SITE, 2, d->site);
	put(w, ITEM_ROUTE, 2, d->route);
	put(w, ITEM_CLINIC_NAME, 2, d->clinic_name);
	put(w, ITEM_PHYSICIAN, 2, d->physician);
	put(w, ITEM_STATUS, 2, dose_status_word(d->status));
	put(w, ITEM_REASON, 2, d->reason);
	put(w, ITEM_EVIDENCE, 2, d->evidence);
	put(w, ITEM_VERIFICATION, 2, dose_verification_word(d->verification));
	put(w, ITEM_ASSERTED_BY, 2, d->asserted_by != NULL ? d->asserted_by : dose_source_word(d->source));
	/* These two only where they are stated: records of before they were carried keep their digest. */
	if (d->product_text != NULL)
		put(w, ITEM_PRODUCT_NAME, 2, d->product_text);
	if (d->told_no != 0) {
		if ((version = text_of_version(d->told_no, arena)) == NULL)
			return RC_NOMEM;
		put(w, ITEM_DOSE_NO, 2, version);
	}
	return RC_OK;
}

enum rc
copy_record_write(const struct person *p, const struct dose *d, int64_t version,
    bool no_auto_reply, day publish_from, struct arena *arena, struct message_copy *ret_record,
    struct fault *why)
{
	struct buf folded = BUF_INIT(FOLDED_KANA_BYTES);
	struct message_copy record = { .item_code = AFFAIR_RECORD,
	    .data_set_no = COPY_RECORD_DATA_SET, .layout_version = COPY_RECORD_LAYOUT,
	    .publish_to = DAY_NONE };
	struct item_writer w = { NULL, 0 };
	const char *birth, *kana = NULL;
	char key[MESSAGE_RECORD_KEY_CHARS + 1];
	enum rc rc;

	if (p->kana != NULL && kana_fold(p->kana, &folded) == RC_OK && folded.len > 0)
		kana = arena_text(arena, folded.data, folded.len);
	buf_clear(&folded);
	if ((w.item = arena_array(arena, COPY_ITEMS, sizeof(*w.item))) == NULL ||
	    (birth = text_of_span(p->birth, arena)) == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	put(&w, ITEM_BIRTH_DATE, 1, birth);
	put(&w, ITEM_SEX, 1, p->sex == SEX_UNKNOWN ? NULL : person_sex_word(p->sex));
	put(&w, ITEM_KANA, 1, kana);
	if (d != NULL) {
		if ((rc = put_dose(&w, d, arena)) != RC_OK)
			return fault_set(why, rc, "copy", "out of memory");
		(void)snprintf(key, sizeof(key), "%s:%s", d->origin_municipality, d->origin_id);
	} else
		(void)snprintf(key, sizeof(key), "%s", COPY_RECORD_IDENTITY);
	if ((record.record_key = arena_text(arena, key, strlen(key))) == NULL)
		return fault_set(why, RC_NOMEM, "copy", "out of memory");
	record.addressee_no = p->addressee_no;
	record.record_version = version;
	record.publish_from = publish_from;
	record.no_auto_reply = no_auto_reply;
	record.items = w.item;
	record.n_items = w.n;
	*ret_record = record;
	return RC_OK;
}

void
copy_record_nothing(const char *addressee_no, const char *record_key, int64_t version, day publish_from,
    struct message_copy *ret_record)
{
	*ret_record = (struct message_copy){ .item_code = AFFAIR_RECORD, .data_set_no = COPY_RECORD_DATA_SET,
	    .layout_version = COPY_RECORD_LAYOUT, .publish_from = publish_from, .publish_to = DAY_NONE,
	    .addressee_no = addressee_no, .record_key = record_key, .record_version = version };
}

enum item_name {
	IN_BIRTH, IN_SEX, IN_KANA, IN_ORIGIN_ID, IN_ORIGIN_VERSION, IN_ORIGIN_MUNICIPALITY,
	IN_GIVEN_ON, IN_VACCINE, IN_LOT, IN_VOLUME, IN_SITE, IN_ROUTE, IN_CLINIC, IN_PHYSICIAN,
	IN_STATUS, IN_REASON, IN_EVIDENCE, IN_VERIFICATION, IN_ASSERTED_BY,
	IN_PRODUCT_NAME, IN_DOSE_NO, IN__COUNT
};
static const char *const item_code[IN__COUNT] = {
	ITEM_BIRTH_DATE, ITEM_SEX, ITEM_KANA, ITEM_ORIGIN_ID, ITEM_ORIGIN_VERSION,
	ITEM_ORIGIN_MUNICIPALITY, ITEM_GIVEN_ON, ITEM_VACCINE, ITEM_LOT, ITEM_VOLUME, ITEM_SITE,
	ITEM_ROUTE, ITEM_CLINIC_NAME, ITEM_PHYSICIAN, ITEM_STATUS, ITEM_REASON, ITEM_EVIDENCE,
	ITEM_VERIFICATION, ITEM_ASSERTED_BY, ITEM_PRODUCT_NAME, ITEM_DOSE_NO,
};

static enum rc
wrong(const char *code, const char *rule, struct fault *why)
{
	char place[FAULT_PLACE_MAX];

	(void)snprintf(place, sizeof(place), "item %s", code);
	return fault_set(why, RC_INVALID, place, "%s", rule);
}

static enum rc
read_identity(const char *const *value, struct copy_identity *identity, struct fault *why)
{
	identity->birth.first = identity->birth.last = DAY_NONE;
	identity->sex = SEX_UNKNOWN;
	identity->kana = value[IN_KANA];
	if (value[IN_BIRTH] != NULL &&
	    day_span_parse(value[IN_BIRTH], strlen(value[IN_BIRTH]), &identity->birth) != RC_OK)
		return wrong(ITEM_BIRTH_DATE, "not a day", why);
	if (value[IN_SEX] != NULL &&
	    person_sex_parse(value[IN_SEX], strlen(value[IN_SEX]), &identity->sex) != RC_OK)
		return wrong(ITEM_SEX, "unknown word", why);
	return RC_OK;
}

static enum rc
read_dose(const char *const *value, struct dose *d, struct fault *why)
{
	const char *text, *end;
	int64_t version = 0;

	if (value[IN_ORIGIN_ID] == NULL || value[IN_ORIGIN_MUNICIPALITY] == NULL)
		return wrong(ITEM_ORIGIN_ID, "a dose must say where it was first recorded", why);
	if ((text = value[IN_ORIGIN_VERSION]) == NULL || strlen(text) > 18)
		return wrong(ITEM_ORIGIN_VERSION, "expected a number", why);
	for (end = text; *end >= '0' && *end <= '9'; end++)
		version = version * 10 + (*end - '0');
	if (*end != '\0' || version < 1)
		return wrong(ITEM_ORIGIN_VERSION, "expected a number from 1", why);
	if (value[IN_VACCINE] == NULL)
		return wrong(ITEM_VACCINE, "a dose must name its vaccine", why);
	if ((text = value[IN_GIVEN_ON]) == NULL || day_span_parse(text, strlen(text), &d->given) != RC_OK)
		return wrong(ITEM_GIVEN_ON, "not a day", why);
	if ((text = value[IN_STATUS]) == NULL || dose_status_parse(text, strlen(text), &d->status) != RC_OK)
		return wrong(ITEM_STATUS, "unknown word", why);
	d->volume_ul = DOSE_VOLUME_UNKNOWN;
	if ((text = value[IN_VOLUME]) != NULL && dose_volume_parse(text, strlen(text), &d->volume_ul) != RC_OK)
		return wrong(ITEM_VOLUME, "not an amount", why);
	d->verification = DOSE_UNVERIFIED;
	if ((text = value[IN_VERIFICATION]) != NULL &&
	    dose_verification_parse(text, strlen(text), &d->verification) != RC_OK)
		return wrong(ITEM_VERIFICATION, "unknown word", why);
	if ((text = value[IN_DOSE_NO]) != NULL) {
		for (end = text; *end >= '0' && *end <= '9' && d->told_no <= DOSE_TOLD_MAX; end++)
			d->told_no = d->told_no * 10 + (*end - '0');
		if (*end != '\0' || d->told_no < 1 || d->told_no > DOSE_TOLD_MAX)
			return wrong(ITEM_DOSE_NO, "expected a number from 1", why);
	}
	d->product_text = value[IN_PRODUCT_NAME];
	d->origin_id = value[IN_ORIGIN_ID];
	d->origin_municipality = value[IN_ORIGIN_MUNICIPALITY];
	d->origin_version = version;
	d->asserted_by = value[IN_ASSERTED_BY];
	d->vaccine = value[IN_VACCINE];
	d->lot = value[IN_LOT];
	d->expires = DAY_NONE;
	d->site = value[IN_SITE];
	d->route = value[IN_ROUTE];
	d->clinic_name = value[IN_CLINIC];
	d->physician = value[IN_PHYSICIAN];
	d->reason = value[IN_REASON];
	d->evidence = value[IN_EVIDENCE];
	return RC_OK;
}

enum rc
copy_record_read(const struct message_record_items *record, struct copy_identity *ret_identity,
    struct dose *ret_dose, bool *ret_has_dose, struct fault *why)
{
	const char *value[IN__COUNT] = { NULL };
	bool seen[IN__COUNT] = { false }, has_dose = false;
	struct copy_identity identity;
	struct dose d;
	size_t i, k;
	enum rc rc;

	for (i = 0; i < record->n_items; i++) {
		for (k = 0; k < IN__COUNT; k++)
			if (strcmp(item_code[k], record->items[i].code) == 0)
				break;
		if (k == IN__COUNT)
			continue;		/* a later layout may say more */
		if (seen[k])
			return wrong(item_code[k], "stands twice in one record", why);
		seen[k] = true;
		value[k] = record->items[i].value;
		has_dose = has_dose || k > IN_KANA;
	}
	if (!seen[IN_BIRTH] || !seen[IN_SEX] || !seen[IN_KANA])
		return wrong(ITEM_BIRTH_DATE, "a record begins with birth date, sex and kana", why);
	if ((rc = read_identity(value, &identity, why)) != RC_OK)
		return rc;
	memset(&d, 0, sizeof(d));
	if (has_dose && (rc = read_dose(value, &d, why)) != RC_OK)
		return rc;
	*ret_identity = identity;
	*ret_dose = d;
	*ret_has_dose = has_dose;
	return RC_OK;
}

bool
copy_identity_same(const struct copy_identity *said, const struct person *p)
{
	return day_known(said->birth.first) && day_equal(said->birth.first, p->birth.first) &&
	    day_equal(said->birth.last, p->birth.last) && said->sex != SEX_UNKNOWN &&
	    said->sex == p->sex && said->kana != NULL && p->kana != NULL &&
	    kana_same(said->kana, p->kana);
}
