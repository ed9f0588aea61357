#include "action/request_shape.h"

/* The registers of the office: clinics and what came from them. */

static const struct request_field clinic_add_takes[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
	TEXT(TAG_NAME, NEED),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN),
	TEXT(TAG_ADDRESS),
	TEXT(TAG_PHONE),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_ACCEPTS),
};
static const struct request_field clinic_correct_takes[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN),
	TEXT(TAG_ADDRESS),
	TEXT(TAG_PHONE),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field clinic_contract_takes[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
	DAY(TAG_FROM, NEED),
	DAY(TAG_UNTIL),
	TEXT(TAG_ACCEPTS),
	TEXT(TAG_REASON),
};
static const struct request_field clinic_end_takes[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
	DAY(TAG_UNTIL, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field clinic_list_takes[] = {
	DAY(TAG_AS_OF),
	TEXT(TAG_VACCINE),
};
static const struct request_field clinic_show_takes[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
};
static const struct request_field clinic_gives[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN),
	TEXT(TAG_ADDRESS),
	TEXT(TAG_PHONE),
	INT(TAG_SEQUENCE),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_ACCEPTS),
	TEXT(TAG_STATE),
};
static const struct request_field clinic_show_gives[] = {
	TEXT(TAG_PART, NEED),
	TEXT(TAG_CLINIC_CODE),
	INT(TAG_VERSION),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN),
	TEXT(TAG_ADDRESS),
	TEXT(TAG_PHONE),
	INT(TAG_SEQUENCE),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_ACCEPTS),
	TEXT(TAG_STATE),
	INT(TAG_AT),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	TEXT(TAG_REASON),
};
static const struct request_field import_clinics_takes[] = {
	TEXT(TAG_FILE_NAME),
	INT(TAG_DRY_RUN),
	INT(TAG_STRICT),
	INT(TAG_ROWS),
};
static const struct request_field import_clinics_gives[] = {
	INT(TAG_READ, NEED),
	INT(TAG_NEW),
	INT(TAG_UNCHANGED),
	INT(TAG_CORRECTED),
	INT(TAG_WITHDRAWN),
	INT(TAG_HELD),
	INT(TAG_WARNED),
	INT(TAG_ROW),
	TEXT(TAG_STATE),
	TEXT(TAG_COLUMN),
	TEXT(TAG_REASON),
	TEXT(TAG_WARNINGS),
};

static const struct request_field clinic_zero_takes[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
	TEXT(TAG_MONTH, NEED),
	TEXT(TAG_NOTE),
	INT(TAG_UNDO),
};
static const struct request_field import_months_takes[] = {
	TEXT(TAG_CLINIC_CODE),
	TEXT(TAG_FROM),
	TEXT(TAG_UNTIL),
	INT(TAG_MISSING),
};
static const struct request_field import_months_gives[] = {
	TEXT(TAG_CLINIC_CODE, NEED),
	TEXT(TAG_CLINIC),
	TEXT(TAG_MONTH),
	TEXT(TAG_STATE),
	INT(TAG_NEW),
	INT(TAG_CORRECTED),
	INT(TAG_HELD),
	TEXT(TAG_FIRST_FILE),
	INT(TAG_FIRST_AT),
	TEXT(TAG_LAST_FILE),
	INT(TAG_LAST_AT),
	TEXT(TAG_OFFICER),
	TEXT(TAG_OFFICER_NAME),
	TEXT(TAG_NOTE),
};

static const struct request_field letter_issue_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_ADDRESSED_TO, NEED),
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_PROGRAMME, NEED),
	TEXT(TAG_APPLICANT),
	TEXT(TAG_REASON, NEED),
	DAY(TAG_UNTIL, NEED),
};
static const struct request_field letter_list_takes[] = {
	TEXT(TAG_ADDRESSEE),
	INT(TAG_FISCAL_YEAR),
};
static const struct request_field letter_show_takes[] = {
	TEXT(TAG_LETTER, NEED),
};
static const struct request_field letter_void_takes[] = {
	TEXT(TAG_LETTER, NEED),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field letter_result_takes[] = {
	TEXT(TAG_LETTER, NEED),
	TEXT(TAG_DOSE_ID),
	INT(TAG_PAID_YEN),
	DAY(TAG_ON),
	TEXT(TAG_NOTE),
};
static const struct request_field letter_gives[] = {
	TEXT(TAG_LETTER, NEED),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_ADDRESSED_TO),
	TEXT(TAG_APPLICANT),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_REASON),
	DAY(TAG_ON),
	DAY(TAG_UNTIL),
	TEXT(TAG_STATE),
	INT(TAG_COUNT),
	INT(TAG_PAID_YEN),
	TEXT(TAG_NOTE),
	TEXT(TAG_TEXT),
};

static const struct request_field mistake_add_takes[] = {
	TEXT(TAG_DOSE_ID, NEED),
	TEXT(TAG_MISTAKE_KIND, NEED),
	DAY(TAG_NOTICED_ON),
	TEXT(TAG_NOTICED_BY),
	TEXT(TAG_REPORTED_TO),
	DAY(TAG_REPORTED_ON),
	TEXT(TAG_NOTE),
};
static const struct request_field mistake_correct_takes[] = {
	TEXT(TAG_MISTAKE, NEED),
	TEXT(TAG_MISTAKE_KIND),
	DAY(TAG_NOTICED_ON),
	TEXT(TAG_NOTICED_BY),
	TEXT(TAG_REPORTED_TO),
	DAY(TAG_REPORTED_ON),
	TEXT(TAG_NOTE),
	INT(TAG_UNDO),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field mistake_year_takes[] = {
	INT(TAG_FISCAL_YEAR),
};
static const struct request_field mistake_gives[] = {
	TEXT(TAG_MISTAKE, NEED),
	INT(TAG_VERSION),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_DOSE_ID),
	TEXT(TAG_MISTAKE_KIND),
	TEXT(TAG_STATE),
	DAY(TAG_NOTICED_ON),
	TEXT(TAG_NOTICED_BY),
	TEXT(TAG_REPORTED_TO),
	DAY(TAG_REPORTED_ON),
	TEXT(TAG_NOTE),
	TEXT(TAG_REASON),
};
static const struct request_field reaction_add_takes[] = {
	TEXT(TAG_DOSE_ID, NEED),
	TEXT(TAG_SYMPTOM, NEED),
	TEXT(TAG_ONSET_ON),
	TEXT(TAG_ONSET_AFTER),
	DAY(TAG_RECEIVED_ON),
	TEXT(TAG_REPORTED_BY),
	TEXT(TAG_REPORTED_TO),
	DAY(TAG_REPORTED_ON),
	TEXT(TAG_NOTE),
};
static const struct request_field reaction_correct_takes[] = {
	TEXT(TAG_REACTION, NEED),
	TEXT(TAG_SYMPTOM),
	TEXT(TAG_ONSET_ON),
	TEXT(TAG_ONSET_AFTER),
	DAY(TAG_RECEIVED_ON),
	TEXT(TAG_REPORTED_BY),
	TEXT(TAG_REPORTED_TO),
	DAY(TAG_REPORTED_ON),
	TEXT(TAG_NOTE),
	INT(TAG_UNDO),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field report_list_takes[] = {
	TEXT(TAG_ADDRESSEE),
	INT(TAG_FISCAL_YEAR),
};
static const struct request_field reaction_gives[] = {
	TEXT(TAG_REACTION, NEED),
	INT(TAG_VERSION),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_DOSE_ID),
	TEXT(TAG_GIVEN_ON),
	TEXT(TAG_VACCINE),
	TEXT(TAG_SYMPTOM),
	TEXT(TAG_ONSET_ON),
	TEXT(TAG_ONSET_AFTER),
	TEXT(TAG_LIMIT),
	TEXT(TAG_WITHIN),
	TEXT(TAG_BASIS),
	INT(TAG_UNCONFIRMED),
	TEXT(TAG_STATE),
	DAY(TAG_RECEIVED_ON),
	TEXT(TAG_REPORTED_BY),
	TEXT(TAG_REPORTED_TO),
	DAY(TAG_REPORTED_ON),
	TEXT(TAG_NOTE),
	TEXT(TAG_REASON),
};
static const struct request_field reaction_table_gives[] = {
	INT(TAG_FISCAL_YEAR, NEED),
	TEXT(TAG_VACCINE),
	TEXT(TAG_SYMPTOM),
	INT(TAG_COUNT),
};
static const struct request_field reaction_symptoms_takes[] = {
	TEXT(TAG_VACCINE),
	DAY(TAG_ON),
};
static const struct request_field reaction_symptoms_gives[] = {
	TEXT(TAG_SYMPTOM_CODE, NEED),
	TEXT(TAG_SYMPTOM),
	TEXT(TAG_LIMIT),
	TEXT(TAG_BASIS),
	INT(TAG_UNCONFIRMED),
};
static const struct request_field mistake_table_gives[] = {
	INT(TAG_FISCAL_YEAR, NEED),
	TEXT(TAG_MISTAKE_KIND),
	INT(TAG_COUNT),
};
static const struct request_field mistake_suggest_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_DOSE_ID),
	TEXT(TAG_GIVEN_ON),
	TEXT(TAG_VACCINE),
	TEXT(TAG_PROGRAMME),
	TEXT(TAG_MISTAKE_KIND),
};

static const struct request_shape shape[] = {
	{ REQUEST_CLINIC_ADD, "clinic add", WRITE, ALL(clinic_add_takes), ALL(clinic_gives), WHOLE },
	{ REQUEST_CLINIC_CORRECT, "clinic correct", WRITE, ALL(clinic_correct_takes), ALL(clinic_gives), WHOLE },
	{ REQUEST_CLINIC_CONTRACT, "clinic contract", WRITE, ALL(clinic_contract_takes), ALL(clinic_gives), WHOLE },
	{ REQUEST_CLINIC_END, "clinic end", WRITE, ALL(clinic_end_takes), ALL(clinic_gives), WHOLE },
	{ REQUEST_CLINIC_LIST, "clinic list", LOOK, ALL(clinic_list_takes), ALL(clinic_gives), WHOLE },
	{ REQUEST_CLINIC_SHOW, "clinic show", LOOK, ALL(clinic_show_takes), ALL(clinic_show_gives), WHOLE },
	{ REQUEST_IMPORT_CLINICS, "import clinics", FILE_IN, ALL(import_clinics_takes), ALL(import_clinics_gives),
	    ENDS_AT(100000, WORDS("the counts hold every row; mend these, and take the file in again")) },
	{ REQUEST_CLINIC_ZERO, "clinic zero", WRITE, ALL(clinic_zero_takes), ALL(import_months_gives), WHOLE },
	{ REQUEST_IMPORT_MONTHS, "import months", LOOK, ALL(import_months_takes), ALL(import_months_gives),
	    ENDS_AT(1200, WORDS("ask for earlier months of a clinic: --from and --until")) },
	{ REQUEST_LETTER_ISSUE, "letter issue", WRITE, ALL(letter_issue_takes), ALL(letter_gives), WHOLE },
	{ REQUEST_LETTER_LIST, "letter list", LOOK, ALL(letter_list_takes), ALL(letter_gives), WHOLE },
	{ REQUEST_LETTER_SHOW, "letter show", LOOK, ALL(letter_show_takes), ALL(letter_gives), WHOLE },
	{ REQUEST_LETTER_VOID, "letter void", WRITE, ALL(letter_void_takes), ALL(letter_gives), WHOLE },
	{ REQUEST_LETTER_RESULT, "letter result", WRITE, ALL(letter_result_takes), ALL(letter_gives), WHOLE },
	{ REQUEST_MISTAKE_ADD, "mistake add", WRITE, ALL(mistake_add_takes), ALL(mistake_gives), WHOLE },
	{ REQUEST_MISTAKE_CORRECT, "mistake correct", WRITE, ALL(mistake_correct_takes), ALL(mistake_gives), WHOLE },
	{ REQUEST_MISTAKE_LIST, "mistake list", LOOK, ALL(report_list_takes), ALL(mistake_gives), WHOLE },
	{ REQUEST_MISTAKE_TABLE, "mistake table", LOOK, ALL(mistake_year_takes), ALL(mistake_table_gives), WHOLE },
	{ REQUEST_MISTAKE_SUGGEST, "mistake suggest", LOOK, ALL(mistake_year_takes), ALL(mistake_suggest_gives), WHOLE },
	{ REQUEST_REACTION_ADD, "reaction add", WRITE, ALL(reaction_add_takes), ALL(reaction_gives), WHOLE },
	{ REQUEST_REACTION_CORRECT, "reaction correct", WRITE, ALL(reaction_correct_takes), ALL(reaction_gives), WHOLE },
	{ REQUEST_REACTION_LIST, "reaction list", LOOK, ALL(report_list_takes), ALL(reaction_gives), WHOLE },
	{ REQUEST_REACTION_TABLE, "reaction table", LOOK, ALL(mistake_year_takes), ALL(reaction_table_gives), WHOLE },
	{ REQUEST_REACTION_SYMPTOMS, "reaction symptoms", LOOK, ALL(reaction_symptoms_takes), ALL(reaction_symptoms_gives), WHOLE },
};

const struct request_shape_list request_shape_office = { ALL(shape) };
