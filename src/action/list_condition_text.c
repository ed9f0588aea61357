#include "action/list_condition.h"

#include "record/person.h"
#include "schedule/schedule.h"

/* The conditions of a list as the words of the command line, read back by list_condition_read. */
#define MONTHS 12

static void
add(struct buf *out, enum rc *rc, const char *text)
{
	if (*rc == RC_OK)
		*rc = buf_add_text(out, text);
}

static void
begin(struct buf *out, enum rc *rc, const char *name)
{
	if (out->len > 0)
		add(out, rc, " ");
	add(out, rc, "--");
	add(out, rc, name);
	add(out, rc, " ");
}

static void
put_number(struct buf *out, enum rc *rc, int n)
{
	if (*rc == RC_OK)
		*rc = buf_printf(out, "%d", n);
}

static void
put_day(struct buf *out, enum rc *rc, day d)
{
	char text[DAY_TEXT_SIZE];

	day_write(d, text);
	add(out, rc, text);
}

static void
put_span(struct buf *out, enum rc *rc, day from, day to)
{
	put_day(out, rc, from);
	if (!day_known(from) || !day_equal(from, to)) {
		add(out, rc, "..");
		put_day(out, rc, to);
	}
}

static void
write_age(const struct list_condition *c, struct buf *out, enum rc *rc)
{
	const char *unit = c->age_is_months ? "m" : "";
	int by = c->age_is_months ? 1 : MONTHS;

	begin(out, rc, "age");
	if (c->age_from != LIST_OPEN) {
		put_number(out, rc, c->age_from / by);
		add(out, rc, unit);
	}
	if (c->age_from != LIST_OPEN && c->age_to != LIST_OPEN && c->age_from / by == c->age_to / by)
		return;
	add(out, rc, "..");
	if (c->age_to != LIST_OPEN) {
		put_number(out, rc, c->age_to / by);
		add(out, rc, unit);
	}
}

static void
write_doses(const struct list_dose *d, size_t n, const char *name, struct buf *out, enum rc *rc)
{
	for (size_t i = 0; i < n; i++) {
		if (i == 0)
			begin(out, rc, name);
		else
			add(out, rc, ",");
		add(out, rc, d[i].code);
		if (d[i].dose > 0) {
			add(out, rc, ":");
			put_number(out, rc, d[i].dose);
		}
		if (day_known(d[i].from) || day_known(d[i].to)) {
			add(out, rc, "@");
			put_span(out, rc, d[i].from, d[i].to);
		}
	}
}

/* Names of the bits of a set, with commas. */
static void
write_set(unsigned set, const char *(*word)(unsigned bit), const char *name, struct buf *out, enum rc *rc)
{
	bool first = true;

	for (unsigned bit = 0; bit < 32; bit++) {
		if ((set >> bit & 1u) == 0)
			continue;
		if (first)
			begin(out, rc, name);
		else
			add(out, rc, ",");
		first = false;
		add(out, rc, word(bit));
	}
}

static const char *
sex_name(unsigned bit)
{
	return person_sex_word((enum sex)bit);
}

static const char *
status_name(unsigned bit)
{
	return bit == LIST_STATUS_OVERDUE ? "overdue" : schedule_status_name((enum schedule_status)bit);
}

static void
write_person(const struct list_condition *c, struct buf *out, enum rc *rc)
{
	if (c->age_from != LIST_OPEN || c->age_to != LIST_OPEN)
		write_age(c, out, rc);
	if (day_known(c->born_from) || day_known(c->born_to)) {
		begin(out, rc, "born");
		put_span(out, rc, c->born_from, c->born_to);
	}
	if (c->cohort != 0) {
		begin(out, rc, "cohort");
		put_number(out, rc, c->cohort);
	}
	for (size_t i = 0; i < c->n_turns; i++) {
		if (i == 0)
			begin(out, rc, "turns");
		else
			add(out, rc, ",");
		put_number(out, rc, c->turns[i]);
	}
	write_set(c->sex, sex_name, "sex", out, rc);
	if (c->language[0] != '\0') {
		begin(out, rc, "language");
		add(out, rc, c->language);
	}
	if (day_known(c->resident_on)) {
		begin(out, rc, "resident-on");
		put_day(out, rc, c->resident_on);
	}
	if (day_known(c->arrived_since)) {
		begin(out, rc, "arrived-since");
		put_day(out, rc, c->arrived_since);
	}
	if (c->district[0] != '\0') {
		begin(out, rc, "district");
		add(out, rc, "'");
		add(out, rc, c->district);
		add(out, rc, "'");
	}
}

enum rc
list_condition_write(const struct list_condition *c, struct buf *out)
{
	enum rc rc = RC_OK;

	write_person(c, out, &rc);
	write_doses(c->has, c->n_has, "has", out, &rc);
	write_doses(c->has_not, c->n_has_not, "has-not", out, &rc);
	if (c->programme[0] != '\0') {
		begin(out, &rc, "programme");
		add(out, &rc, c->programme);
	}
	write_set(c->status, status_name, "status", out, &rc);
	if (c->dose != 0) {
		begin(out, &rc, "dose");
		put_number(out, &rc, c->dose);
	}
	if (c->records != LIST_RECORDS_APART) {
		begin(out, &rc, "records");
		add(out, &rc, c->records == LIST_RECORDS_ALONG ? "along" : "only");
	}
	if (day_known(c->on) || c->on_month != 0)
		begin(out, &rc, "on");
	if (day_known(c->on))
		put_day(out, &rc, c->on);
	else if (c->on_month != 0 && rc == RC_OK) {
		rc = buf_printf(out, "%02d-%02d", c->on_month, c->on_mday);
		if (c->on_years > 0) {
			add(out, &rc, "+");
			put_number(out, &rc, c->on_years);
		}
	}
	return rc;
}
