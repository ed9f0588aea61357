#include "cli/command.h"

#include <stdio.h>
#include <string.h>

#define D WORDS("DAY")
#define CODE WORDS("CODE")
#define TEXT WORDS("TEXT")
#define NUMBER WORDS("NUMBER")
#define AMOUNT WORDS("N")

static const struct command_option options[] = {
	/* of one request */
	{ TAG_BASIS, REQUEST_CIRCUMSTANCE_ADD, "basis", TEXT, WORDS("long-illness, disaster or shortage") },
	{ TAG_FROM, REQUEST_MOVE_IN, "from", CODE, WORDS("municipality moved from") },
	{ TAG_FROM, REQUEST_INQUIRE_URGENT, "from", CODE, WORDS("municipality moved from") },
	{ TAG_HOURS, REQUEST_NONE, "hours", AMOUNT, WORDS("hours, 1 to 72; 1 when not said") },
	{ TAG_ON, REQUEST_INQUIRY_REPORT, "on", D, WORDS("day on which it was asked (default: today)") },
	{ TAG_ON, REQUEST_RECORDS_COMPARE, "on", D, WORDS("this day alone, on which it was asked") },
	{ TAG_MUNICIPALITY, REQUEST_RECORDS_COMPARE, "municipality", CODE, WORDS("only this town") },
	{ TAG_ON, REQUEST_INQUIRY_URGENT, "on", D, WORDS("day on which it was asked") },
	{ TAG_MUNICIPALITY, REQUEST_INIT, "municipality", CODE, WORDS("six digits, with check digit") },
	{ TAG_OFFICER, REQUEST_INIT, "officer", TEXT, WORDS("your name as first administrator") },
	{ TAG_BIRTH, REQUEST_RESIDENT_FIND, "birth-date", D, WORDS("birth date: a day, month or year") },
	{ TAG_BIRTH, REQUEST_RESIDENT_CORRECT, "birth-date", D, WORDS("birth date: a day, month or year") },
	{ TAG_NAME, REQUEST_RESIDENT_FIND, "name", TEXT, WORDS("name or a part, however written") },
	{ TAG_KANA, REQUEST_RESIDENT_FIND, "kana", TEXT, WORDS("name or a part, however written") },
	{ TAG_UNTIL, REQUEST_RESIDENT_UNPROTECT, "until", D, WORDS("last day of protection") },
	{ TAG_FROM, REQUEST_RESIDENT_PERIOD, "from", D, WORDS("first day of the period: a new one, or one on record") },
	{ TAG_UNTIL, REQUEST_RESIDENT_PERIOD, "until", D, WORDS("its last day; without one it goes on") },
	{ TAG_UNDO, REQUEST_RESIDENT_PERIOD, "undo", NULL, WORDS("there was no such period: take it away") },
	{ TAG_ALIVE, REQUEST_NONE, "alive", NULL, WORDS("the death was recorded by mistake") },
	{ TAG_FROM, REQUEST_RESIDENT_CORRECT, "other-from", D, WORDS("first day of the other name") },
	{ TAG_UNTIL, REQUEST_RESIDENT_CORRECT, "other-until", D, WORDS("last day of the other name") },
	{ TAG_FROM, REQUEST_GUARDIAN_ADD, "from", D, WORDS("first day") },
	{ TAG_UNTIL, REQUEST_GUARDIAN_ADD, "until", D, WORDS("last day") },
	{ TAG_UNTIL, REQUEST_GUARDIAN_END, "until", D, WORDS("last day") },
	{ TAG_SEQUENCE, REQUEST_GUARDIAN_END, "sequence", NUMBER, WORDS("number of the link") },
	{ TAG_SEQUENCE, REQUEST_GUARDIAN_NAME, "sequence", NUMBER, WORDS("number of the link") },
	{ TAG_NAME, REQUEST_GUARDIAN_ADD, "name", TEXT, WORDS("the guardian's name, where not registered here") },
	{ TAG_FROM, REQUEST_CLINIC_ADD, "from", D, WORDS("first day of the contract") },
	{ TAG_UNTIL, REQUEST_CLINIC_ADD, "until", D, WORDS("last day of the contract") },
	{ TAG_FROM, REQUEST_CLINIC_CONTRACT, "from", D, WORDS("first day of the contract") },
	{ TAG_UNTIL, REQUEST_CLINIC_CONTRACT, "until", D, WORDS("last day of the contract") },
	{ TAG_UNTIL, REQUEST_CLINIC_END, "until", D, WORDS("last day of the contract") },
	{ TAG_AS_OF, REQUEST_CLINIC_LIST, "as-of", D, WORDS("as it was on this day (default: today)") },
	{ TAG_VACCINE, REQUEST_CLINIC_LIST, "vaccine", CODE, WORDS("only those under contract for this vaccine") },
	{ TAG_FROM, REQUEST_IMPORT_MONTHS, "from", WORDS("MONTH"), WORDS("first month, as 2026-04 (default: of the contract)") },
	{ TAG_UNTIL, REQUEST_IMPORT_MONTHS, "until", WORDS("MONTH"), WORDS("last month (default: this one)") },
	{ TAG_MONTH, REQUEST_NONE, "month", WORDS("MONTH"), WORDS("month, as 2026-04") },
	{ TAG_MISSING, REQUEST_NONE, "missing", NULL, WORDS("only months of which nothing came") },
	{ TAG_UNDO, REQUEST_NONE, "undo", NULL, WORDS("take it back") },
	{ TAG_NOTE, REQUEST_NONE, "note", TEXT, WORDS("note") },
	{ TAG_MUNICIPALITY, REQUEST_LETTER_ISSUE, "municipality", CODE, WORDS("municipality that is asked, or where the clinic lies") },
	{ TAG_PROGRAMME, REQUEST_LETTER_ISSUE, "for", WORDS("CODES"), WORDS("programmes, parted by blanks: the next dose of each") },
	{ TAG_UNTIL, REQUEST_LETTER_ISSUE, "until", D, WORDS("last day on which the letter serves") },
	{ TAG_ON, REQUEST_LETTER_RESULT, "on", D, WORDS("day of payment") },
	{ TAG_DOSE_ID, REQUEST_LETTER_RESULT, "dose", WORDS("DOSE_ID"), WORDS("the dose that came of it") },
	{ TAG_ADDRESSED_TO, REQUEST_NONE, "to", TEXT, WORDS("to whom it is addressed") },
	{ TAG_APPLICANT, REQUEST_NONE, "applicant", TEXT, WORDS("who applied for it") },
	{ TAG_PAID_YEN, REQUEST_NONE, "paid", WORDS("YEN"), WORDS("what was paid back") },
	{ TAG_FISCAL_YEAR, REQUEST_NONE, "fiscal-year", WORDS("YEAR"), WORDS("fiscal year (default: this one)") },
	{ TAG_MISTAKE_KIND, REQUEST_NONE, "kind", TEXT,
	    WORDS("interval, age, product, unneeded, person, amount, route, expired or other") },
	{ TAG_SYMPTOM, REQUEST_NONE, "symptom", CODE, WORDS("code of the symptom: see reaction symptoms") },
	{ TAG_ONSET_ON, REQUEST_NONE, "onset-on", D, WORDS("day on which it began") },
	{ TAG_ONSET_AFTER, REQUEST_NONE, "onset-after", TEXT, WORDS("time from the dose until it began: 20min, 3h, 5d") },
	{ TAG_RECEIVED_ON, REQUEST_NONE, "received-on", D, WORDS("day on which the notice came (default: today)") },
	{ TAG_REPORTED_BY, REQUEST_NONE, "reported-by", TEXT,
	    WORDS("who gave notice, with institution, address and telephone") },
	{ TAG_VACCINE, REQUEST_REACTION_SYMPTOMS, "vaccine", CODE, WORDS("only those that the ordinance names for this vaccine") },
	{ TAG_ON, REQUEST_REACTION_SYMPTOMS, "on", D, WORDS("under the ordinance of this day (default: today)") },
	{ TAG_NOTICED_ON, REQUEST_NONE, "noticed-on", D, WORDS("day on which it was noticed (default: today)") },
	{ TAG_NOTICED_BY, REQUEST_NONE, "noticed-by", TEXT, WORDS("who noticed it") },
	{ TAG_REPORTED_TO, REQUEST_NONE, "reported-to", TEXT, WORDS("to whom it was reported") },
	{ TAG_REPORTED_ON, REQUEST_NONE, "reported-on", D, WORDS("day of the report") },
	{ TAG_PHONE, REQUEST_NONE, "phone", TEXT, WORDS("telephone number") },
	{ TAG_ACCEPTS, REQUEST_NONE, "accepts", WORDS("CODES"),
	    WORDS("vaccine and programme codes, parted by blanks (default: every one)") },
	{ TAG_STATUS, REQUEST_NONE, "status", TEXT, WORDS("given or not-given") },
	{ TAG_SOURCE, REQUEST_DOSE_ADD, "source", TEXT,
	    WORDS("who says so: office, handbook, certificate, person") },
	{ TAG_DESCRIPTION, REQUEST_LIST_DEFINE, "description", TEXT, WORDS("what the list is for") },
	{ TAG_DESCRIPTION_EN, REQUEST_LIST_DEFINE, "description-en", TEXT, WORDS("the same in English") },
	{ TAG_AGE, REQUEST_LIST_DEFINE, "age", WORDS("AGE"), WORDS("on the reference day: 6, 6..11, 12m..23m, 65..") },
	{ TAG_BORN, REQUEST_LIST_DEFINE, "born", WORDS("DAY..DAY"), WORDS("birth date: days, months or years") },
	{ TAG_COHORT, REQUEST_LIST_DEFINE, "cohort", WORDS("YEAR"),
	    WORDS("born from April 2 of this year to April 1 of the next") },
	{ TAG_TURNS, REQUEST_LIST_DEFINE, "turns", WORDS("AGE,..."),
	    WORDS("reaches one of these ages in the fiscal year of the reference day") },
	{ TAG_SEX, REQUEST_LIST_DEFINE, "sex", TEXT, WORDS("female, male, other or unknown") },
	{ TAG_LANGUAGE, REQUEST_LIST_DEFINE, "language", CODE, WORDS("language to write in: ja, en, zh, ...") },
	{ TAG_RESIDENT_ON, REQUEST_LIST_DEFINE, "resident-on", D,
	    WORDS("resident on this day (default: the reference day)") },
	{ TAG_ARRIVED_SINCE, REQUEST_LIST_DEFINE, "arrived-since", D, WORDS("moved here on this day or later") },
	{ TAG_DISTRICT, REQUEST_LIST_DEFINE, "district", TEXT, WORDS("how the address begins; several with commas") },
	{ TAG_HAS, REQUEST_LIST_DEFINE, "has", WORDS("CODE[:DOSE][@DAY..DAY]"),
	    WORDS("was given this vaccine, or a dose that counts in this programme; several with commas") },
	{ TAG_HAS_NOT, REQUEST_LIST_DEFINE, "has-not", WORDS("CODE[:DOSE][@DAY..DAY]"), WORDS("was not given this") },
	{ TAG_PROGRAMME, REQUEST_LIST_DEFINE, "programme", CODE, WORDS("the programme whose status is asked") },
	{ TAG_STATUS, REQUEST_LIST_DEFINE, "status", TEXT,
	    WORDS("due, overdue, upcoming, complete, exempt, closed, not-eligible or review; several with commas") },
	{ TAG_DOSE, REQUEST_LIST_DEFINE, "dose", AMOUNT, WORDS("number of the next dose") },
	{ TAG_RECORDS, REQUEST_LIST_DEFINE, "records", TEXT,
	    WORDS("people whose record is not complete: apart (default), along or only") },
	{ TAG_ON, REQUEST_LIST_DEFINE, "on", D,
	    WORDS("reference day; MM-DD: of the fiscal year of the run; MM-DD+1: of the next") },
	{ TAG_CLOSED, REQUEST_LIST_DEFINE, "closed", NULL, WORDS("not to be run any more") },
	{ TAG_PROGRAMME, REQUEST_NOTICE_RUN, "programme", CODE, WORDS("what the letters are about, where the release does not say") },
	{ TAG_ON, REQUEST_NOTICE_RUN, "on", D, WORDS("day on which they are to be mailed (default: today)") },
	{ TAG_AGAIN_AFTER, REQUEST_NONE, "again-after", AMOUNT,
	    WORDS("days between two letters about one programme (default: of watashi.conf, else 60)") },
	{ TAG_ON, REQUEST_NOTICE_MAIL, "on", D, WORDS("day on which they were mailed (default: today)") },
	{ TAG_ON, REQUEST_NOTICE_RETURN, "on", D, WORDS("when (default: today)") },
	{ TAG_ON, REQUEST_NOTICE_RESEND, "on", D, WORDS("when (default: today)") },
	{ TAG_PROGRAMME, REQUEST_NOTICE_REFUSE, "programme", CODE, WORDS("of this programme only") },
	{ TAG_PROGRAMME, REQUEST_NOTICE_ACCEPT, "programme", CODE, WORDS("of this programme only") },
	{ TAG_RUN, REQUEST_LIST_FETCH, "run", NUMBER, WORDS("only who gets a letter of this run") },
	{ TAG_RUN, REQUEST_NONE, "run", NUMBER, WORDS("number of the run") },
	{ TAG_FROM, REQUEST_STATISTICS_DOSES, "from", D, WORDS("first day (default: of the fiscal year)") },
	{ TAG_UNTIL, REQUEST_STATISTICS_DOSES, "until", D, WORDS("last day (default: of the fiscal year of the first)") },
	{ TAG_BY, REQUEST_NONE, "by", TEXT, WORDS("month (default) or fiscal-year") },
	{ TAG_PUBLISH, REQUEST_NONE, "publish", NULL, WORDS("to leave the office: small counts are hidden") },
	{ TAG_ON, REQUEST_STATISTICS_COVERAGE, "on", D, WORDS("reference day: residents on it are counted") },
	{ TAG_AGE, REQUEST_NONE, "age", WORDS("AGE"), WORDS("on the reference day: 6, 6..11, 12m..23m, 65..") },
	{ TAG_BORN, REQUEST_NONE, "born", WORDS("DAY..DAY"), WORDS("birth date: days, months or years") },
	{ TAG_COHORT, REQUEST_NONE, "cohort", WORDS("YEAR"),
	    WORDS("born from April 2 of this year to April 1 of the next") },
	{ TAG_TURNS, REQUEST_NONE, "turns", WORDS("AGE,..."),
	    WORDS("reaches one of these ages in the fiscal year of the reference day") },
	{ TAG_VERSION, REQUEST_LIST_RUN, "version", NUMBER, WORDS("this version (default: the latest)") },
	{ TAG_VERSION, REQUEST_LIST_RELEASE, "version", NUMBER, WORDS("this version (default: the latest)") },
	{ TAG_ON, REQUEST_LIST_RUN, "on", D, WORDS("reference day of ages and status") },
	{ TAG_ON, REQUEST_LIST_RELEASE, "on", D, WORDS("reference day of ages and status") },
	{ TAG_PURPOSE, REQUEST_LIST_RUN, "purpose", TEXT, WORDS("notice (default), reminder, recommendation or work") },
	{ TAG_PURPOSE, REQUEST_LIST_RELEASE, "purpose", TEXT,
	    WORDS("notice (default), reminder, recommendation or work") },
	{ TAG_APART, REQUEST_NONE, "apart", NULL, WORDS("those who could not be decided") },
	{ TAG_EXCHANGE, REQUEST_EVIDENCE_EXPORT, "exchange", NUMBER,
	    WORDS("number of the exchange, or ours of the inquiry") },
	{ TAG_RELEASE, REQUEST_NONE, "release", NUMBER, WORDS("number of the release") },
	{ TAG_ENCODING, REQUEST_NONE, "encoding", TEXT, WORDS("utf-8 (default) or cp932") },
	{ TAG_LEAVE_OUT, REQUEST_NONE, "leave-out", NULL,
	    WORDS("leave out who has died, left or come under protection since") },
	/* of every request that takes the field */
	{ TAG_ADDRESSEE, REQUEST_NONE, "addressee", NUMBER, WORDS("addressee number") },
	{ TAG_INSTITUTION, REQUEST_NONE, "institution", CODE,
	    WORDS("institution code given by the network") },
	{ TAG_KEYS, REQUEST_NONE, "keys", WORDS("DIR"),
	    WORDS("keys directory (default: the node's with .keys appended)") },
	{ TAG_URL_REGISTRAR, REQUEST_NONE, "registrar", WORDS("URL"), WORDS("address of the registrar") },
	{ TAG_URL_INTERMEDIARY, REQUEST_NONE, "intermediary", WORDS("URL"),
	    WORDS("address of the intermediary server") },
	{ TAG_LAW_FILE, REQUEST_NONE, "law", WORDS("FILE"), WORDS("law file to install") },
	{ TAG_UID, REQUEST_NONE, "uid", NUMBER, WORDS("user id on this machine") },
	{ TAG_ROLE, REQUEST_NONE, "role", TEXT,
	    WORDS("administrator, health-officer, nurse, clerk, auditor, clinic, machine, protecting-officer, resident or guardian") },
	{ TAG_RECOVERY_A, REQUEST_NONE, "recovery-from", WORDS("FILE"),
	    WORDS("file that holds the two halves, one a line; - for standard input") },
	{ TAG_SEQUENCE, REQUEST_NONE, "sequence", NUMBER, WORDS("sequence number of a kept head") },
	{ TAG_HASH, REQUEST_NONE, "hash", TEXT, WORDS("hash of a kept head") },
	{ TAG_DRY_RUN, REQUEST_NONE, "dry-run", NULL, WORDS("say what would be done, and do nothing") },
	{ TAG_ROWS, REQUEST_NONE, "rows", NULL, WORDS("name each row that is held or worth a second look") },
	{ TAG_STRICT, REQUEST_NONE, "strict", NULL, WORDS("refuse the file rather than hold a row") },
	{ TAG_SOURCE, REQUEST_NONE, "source", CODE, WORDS("source of every row") },
	{ TAG_MY_NUMBER, REQUEST_NONE, "my-number-from", WORDS("FILE"),
	    WORDS("file that holds the individual number, - for standard input") },
	{ TAG_GUARDIAN, REQUEST_NONE, "guardian", NUMBER, WORDS("the guardian's addressee number, where registered here") },
	{ TAG_RELATION, REQUEST_NONE, "relation", TEXT,
	    WORDS("parent, court, foster-parent, institution, child-centre or other") },
	{ TAG_BASIS, REQUEST_NONE, "basis", TEXT, WORDS("ground: what was shown or decided") },
	{ TAG_NAMED, REQUEST_NONE, "named", NULL, WORDS("may act although the person is protected") },
	{ TAG_CLOSED, REQUEST_NONE, "closed", NULL, WORDS("name no longer") },
	{ TAG_MAILING_ADDRESS, REQUEST_NONE, "mailing-address", TEXT, WORDS("where letters go") },
	{ TAG_MAILING_NAME, REQUEST_NONE, "mailing-name", TEXT, WORDS("to whom letters go") },
	{ TAG_HOUSEHOLD, REQUEST_NONE, "household", NUMBER, WORDS("number of the household") },
	{ TAG_LANGUAGE, REQUEST_NONE, "language", CODE, WORDS("language to write in: ja, en, zh, ...") },
	{ TAG_REGISTRATION, REQUEST_NONE, "registration", TEXT,
	    WORDS("resident, birth-stay, sheltered, institution, abroad or other") },
	{ TAG_REGISTRATION_UNTIL, REQUEST_NONE, "registration-until", D, WORDS("last day of the stay") },
	{ TAG_OTHER_KIND, REQUEST_NONE, "other-kind", TEXT, WORDS("former-family, common, earlier or other") },
	{ TAG_OTHER_NAME, REQUEST_NONE, "other-name", TEXT, WORDS("another name that the person has or had") },
	{ TAG_OTHER_KANA, REQUEST_NONE, "other-kana", TEXT, WORDS("its reading") },
	{ TAG_OTHER_ROMAN, REQUEST_NONE, "other-roman", TEXT, WORDS("it in roman letters") },
	{ TAG_NAME, REQUEST_NONE, "name", TEXT, WORDS("name") },
	{ TAG_KANA, REQUEST_NONE, "kana", TEXT, WORDS("name in kana") },
	{ TAG_ROMAN, REQUEST_NONE, "roman", TEXT, WORDS("name in roman letters") },
	{ TAG_BIRTH, REQUEST_NONE, "birth-date", D, WORDS("birth date") },
	{ TAG_SEX, REQUEST_NONE, "sex", TEXT, WORDS("female, male, other or unknown") },
	{ TAG_ADDRESS, REQUEST_NONE, "address", TEXT, WORDS("address") },
	{ TAG_FROM, REQUEST_CIRCUMSTANCE_ADD, "from", D, WORDS("first day of the extension") },
	{ TAG_UNTIL, REQUEST_CIRCUMSTANCE_ADD, "until", D, WORDS("last day of the extension") },
	{ TAG_ON, REQUEST_CIRCUMSTANCE_ADD, "on", D,
	    WORDS("since when; the day on which the weeks were so; the day of the test") },
	{ TAG_PROGRAMME, REQUEST_CIRCUMSTANCE_ADD, "programme", CODE, WORDS("the programme that is extended") },
	{ TAG_CONDITION, REQUEST_NONE, "condition", CODE, WORDS("condition code, such as history-varicella") },
	{ TAG_WEEKS, REQUEST_NONE, "weeks", AMOUNT, WORDS("completed weeks of a pregnancy") },
	{ TAG_WEEK_DAYS, REQUEST_NONE, "days", AMOUNT, WORDS("days beyond the weeks") },
	{ TAG_ANTIBODY, REQUEST_NONE, "antibody", TEXT, WORDS("low or sufficient (rubella stage 5)") },
	{ TAG_FROM, REQUEST_NONE, "from", D, WORDS("first day of residence") },
	{ TAG_UNTIL, REQUEST_NONE, "until", D, WORDS("last day of residence") },
	{ TAG_ON, REQUEST_NONE, "on", D, WORDS("day of moving in") },
	{ TAG_PREVIOUS, REQUEST_NONE, "previous", CODE, WORDS("municipality moved from") },
	{ TAG_NEXT, REQUEST_NONE, "next", CODE, WORDS("municipality moved to") },
	{ TAG_DIED_ON, REQUEST_NONE, "died-on", D, WORDS("day of death") },
	{ TAG_URGENT, REQUEST_NONE, "urgent", NULL,
	    WORDS("ask before the register's file holds the period") },
	{ TAG_PROTECTED_FROM, REQUEST_NONE, "from", D, WORDS("first day of protection") },
	{ TAG_PROTECTED_UNTIL, REQUEST_NONE, "until", D, WORDS("last day of protection") },
	{ TAG_ANSWERS, REQUEST_NONE, "answers", TEXT, WORDS("auto or manual") },
	{ TAG_VACCINE, REQUEST_NONE, "vaccine", CODE, WORDS("vaccine code") },
	{ TAG_GIVEN_ON, REQUEST_NONE, "given-on", D, WORDS("day, month or year it was given") },
	{ TAG_LOT, REQUEST_NONE, "lot", TEXT, WORDS("lot number") },
	{ TAG_EXPIRES_ON, REQUEST_NONE, "expires-on", D, WORDS("last day of the lot") },
	{ TAG_VOLUME_ML, REQUEST_NONE, "volume-ml", AMOUNT, WORDS("volume in millilitres") },
	{ TAG_SITE, REQUEST_NONE, "site", CODE, WORDS("site") },
	{ TAG_ROUTE, REQUEST_NONE, "route", CODE, WORDS("route") },
	{ TAG_CLINIC_CODE, REQUEST_NONE, "clinic-code", CODE, WORDS("clinic code") },
	{ TAG_CLINIC, REQUEST_NONE, "clinic", TEXT, WORDS("clinic") },
	{ TAG_PHYSICIAN, REQUEST_NONE, "physician", TEXT, WORDS("physician") },
	{ TAG_VERIFICATION, REQUEST_NONE, "verification", TEXT,
	    WORDS("unverified (default of what is entered), verified (seen in the evidence) or disputed") },
	{ TAG_EVIDENCE, REQUEST_NONE, "evidence", TEXT, WORDS("what was seen as evidence") },
	{ TAG_PRODUCT_TEXT, REQUEST_NONE, "product-name", TEXT,
	    WORDS("what the product is called there; with it a code that the law does not know is recorded too") },
	{ TAG_DOSE, REQUEST_NONE, "dose-number", AMOUNT, WORDS("which dose it was, as the source counts") },
	{ TAG_KEEP, REQUEST_PERSON_MERGE, "keep", WORDS("A|B"),
	    WORDS("the record that answers for both, as person compare names it, or its number") },
	{ TAG_NUMBER_OF, REQUEST_NONE, "number", WORDS("A|B"),
	    WORDS("where both have a MyNumber: whose is used from now on") },
	{ TAG_OTHER_NO, REQUEST_NONE, "other", NUMBER, WORDS("addressee number of the other record") },
	{ TAG_ALL, REQUEST_PERSON_DUPLICATES, "all", NULL, WORDS("also those decided, and those that are none any more") },
	{ TAG_KEEP, REQUEST_NONE, "keep", WORDS("A|B"), WORDS("the one that counts, as duplicate show names it") },
	{ TAG_BOTH, REQUEST_NONE, "both", NULL, WORDS("they are two doses: both count") },
	{ TAG_ALL, REQUEST_DUPLICATE_LIST, "all", NULL, WORDS("also those decided, by rule or by an officer") },
	{ TAG_REASON, REQUEST_NONE, "reason", TEXT, WORDS("reason") },
	{ TAG_TICKET, REQUEST_NONE, "ticket", NUMBER, WORDS("ticket number") },
	{ TAG_AS_OF, REQUEST_NONE, "as-of", D, WORDS("judge as of this day (default: today)") },
	{ TAG_PROGRAMME, REQUEST_NONE, "programme", CODE, WORDS("this programme only") },
	{ TAG_OVERDUE, REQUEST_NONE, "overdue", NULL, WORDS("only what is overdue") },
	{ TAG_PURPOSE, REQUEST_NONE, "purpose", TEXT, WORDS("purpose, kept in the audit log") },
	{ TAG_WAIT, REQUEST_NONE, "wait", WORDS("SECONDS"),
	    WORDS("wait until answered, at most so long (default 600)") },
	{ TAG_ALL, REQUEST_RECORDS_COMPARE, "all", NULL, WORDS("also days that agree, of the last 31") },
	{ TAG_ALL, REQUEST_APPROVAL_LIST, "all", NULL, WORDS("also what was decided, newest first") },
	{ TAG_ALL, REQUEST_PURGE_DO, "all", NULL, WORDS("everything that purge list names, 500 people at most") },
	{ TAG_KEPT, REQUEST_NONE, "kept", NULL, WORDS("who has died and is kept, and why") },
	{ TAG_PURGED, REQUEST_NONE, "purged", NULL, WORDS("what was taken out before") },
	{ TAG_SIGNATURE, REQUEST_NONE, "signature", WORDS("FILE"),
	    WORDS("its detached signature (default: the file's name with .sig appended)") },
	{ TAG_LAW, REQUEST_LAW_IMPACT, "old", TEXT,
	    WORDS("compare with this one: version or hash (default: the one in use)") },
	{ TAG_COUNTS_ONLY, REQUEST_NONE, "counts-only", NULL, WORDS("no row for each change") },
	{ TAG_PREVIEW, REQUEST_NONE, "preview", TEXT,
	    WORDS("the preview that you saw, when it is no longer the one proposed") },
	{ TAG_HELD_KIND, REQUEST_NONE, "kind", TEXT, WORDS("this kind only") },
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

static int
words_in(const char *name)
{
	return strchr(name, ' ') == NULL ? 1 : 2;
}

const struct command *
command_find(char *const *argv, int argc, int *ret_used)
{
	char both[64];
	int n;

	*ret_used = 0;
	for (const struct command *c = command_table; c->name != NULL; c++) {
		if (words_in(c->name) == 1 && argc >= 1 && strcmp(c->name, argv[0]) == 0) {
			*ret_used = 1;
			return c;
		}
		if (words_in(c->name) != 2 || argc < 1)
			continue;
		if (strncmp(c->name, argv[0], strlen(argv[0])) == 0 &&
		    c->name[strlen(argv[0])] == ' ')
			*ret_used = 1;
		if (argc < 2)
			continue;
		n = snprintf(both, sizeof(both), "%s %s", argv[0], argv[1]);
		if (n > 0 && (size_t)n < sizeof(both) && strcmp(c->name, both) == 0) {
			*ret_used = 2;
			return c;
		}
	}
	return NULL;
}

static bool
takes(const struct command *c, enum request_tag tag)
{
	const struct request_shape *shape = request_shape(c->kind);

	for (size_t i = 0; i < shape->n_field; i++)
		if (shape->field[i].tag == tag)
			return true;
	return false;
}

const struct command_option *
command_option_of(const struct command *c, enum request_tag tag)
{
	if (tag == c->positional || !takes(c, tag))
		return NULL;
	for (size_t i = 0; i < OPTIONS; i++)
		if (options[i].tag == tag &&
		    (options[i].kind == REQUEST_NONE || options[i].kind == c->kind))
			return &options[i];
	return NULL;
}

const struct command_option *
command_option_find(const struct command *c, const char *name, size_t len)
{
	const struct request_shape *shape = request_shape(c->kind);

	for (size_t i = 0; i < shape->n_field; i++) {
		const struct command_option *o = command_option_of(c, shape->field[i].tag);

		if (o != NULL && strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	}
	return NULL;
}

const char *
command_positional_word(const struct command *c)
{
	switch ((int)c->positional) {
	case TAG_ADDRESSEE:
		return WORDS("ADDRESSEE_NO");
	case TAG_FILE_NAME:
	case TAG_FILE_MADE:
		return WORDS("FILE");
	case TAG_OFFICER:
	case TAG_LIST:
		return WORDS("NAME");
	case TAG_DOSE_ID:
		return WORDS("DOSE_ID");
	case TAG_MISTAKE:
	case TAG_REACTION:
		return WORDS("REPORT_NO");
	case TAG_EXCHANGE:
		return WORDS("EXCHANGE_NO");
	case TAG_LETTER:
		return WORDS("LETTER_NO");
	case TAG_CLINIC_CODE:
		return WORDS("CLINIC_CODE");
	case TAG_CIRCUMSTANCE:
		return WORDS("CIRCUMSTANCE_ID");
	case TAG_HELD_ID:
		return WORDS("HELD_NO");
	case TAG_LAW:
		return WORDS("VERSION");
	case TAG_RUN:
		return WORDS("RUN");
	case TAG_APPROVAL:
		return WORDS("APPROVAL_NO");
	case TAG_DUPLICATE:
		return WORDS("PAIR_NO");
	case TAG_COMPARISON:
		return WORDS("COMPARISON_NO");
	default:
		return NULL;
	}
}
