#include "action/request_shape.h"

/* Who stands in the register, whom they act for, and the files that bring both people and doses. */

static const struct request_field import_residents_takes[] = {
	TEXT(TAG_FILE_NAME),
	INT(TAG_DRY_RUN),
	INT(TAG_STRICT),
	INT(TAG_ROWS),
};
static const struct request_field import_doses_takes[] = {
	TEXT(TAG_FILE_NAME),
	INT(TAG_DRY_RUN),
	TEXT(TAG_SOURCE),
	INT(TAG_STRICT),
	INT(TAG_ROWS),
};
/* Counts first, in one row; then, where they are asked for, rows of the file. */
static const struct request_field import_gives[] = {
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
static const struct request_field resident_add_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_MY_NUMBER, SECRET),
	TEXT(TAG_NAME, NEED),
	TEXT(TAG_KANA, NEED),
	TEXT(TAG_ROMAN),
	DAY(TAG_BIRTH, NEED),
	TEXT(TAG_SEX, NEED),
	TEXT(TAG_ADDRESS),
	DAY(TAG_FROM, NEED),
	DAY(TAG_UNTIL),
	TEXT(TAG_PREVIOUS),
	TEXT(TAG_NEXT),
	DAY(TAG_DIED_ON),
	TEXT(TAG_REGISTRATION),
	TEXT(TAG_BASIS),
	DAY(TAG_REGISTRATION_UNTIL),
	TEXT(TAG_HOUSEHOLD),
	TEXT(TAG_MAILING_ADDRESS),
	TEXT(TAG_MAILING_NAME),
	TEXT(TAG_LANGUAGE),
};
static const struct request_field resident_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN),
	DAY(TAG_BIRTH),
	TEXT(TAG_SEX),
	TEXT(TAG_ADDRESS),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_MUNICIPALITY),
	TEXT(TAG_PREVIOUS),
	TEXT(TAG_NEXT),
	DAY(TAG_DIED_ON),
	INT(TAG_PROTECTED),
	TEXT(TAG_ANSWERS),
	TEXT(TAG_STATE),
	TEXT(TAG_TICKET),
	TEXT(TAG_NAME_DISPLAY),
	TEXT(TAG_OTHER_NO),
	TEXT(TAG_OTHER_NAME),
	TEXT(TAG_OTHER_NAMES),
	TEXT(TAG_REGISTRATION),
	TEXT(TAG_BASIS),
	DAY(TAG_REGISTRATION_UNTIL),
	TEXT(TAG_HOUSEHOLD),
	TEXT(TAG_MAILING_ADDRESS),
	TEXT(TAG_MAILING_NAME),
	TEXT(TAG_LANGUAGE),
	INT(TAG_LIKENESS),
};
static const struct request_field resident_find_takes[] = {
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_BIRTH),
	TEXT(TAG_MY_NUMBER, SECRET),
	TEXT(TAG_TICKET),
	TEXT(TAG_ADDRESSEE),
};
static const struct request_field unprotect_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_UNTIL),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field unprotect_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_PROTECTED),
};
static const struct request_field resident_correct_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_ROMAN, CLEARS),
	TEXT(TAG_BIRTH),
	TEXT(TAG_SEX),
	TEXT(TAG_ADDRESS, CLEARS),
	DAY(TAG_DIED_ON),
	INT(TAG_ALIVE),
	TEXT(TAG_REGISTRATION),
	TEXT(TAG_BASIS, CLEARS),
	DAY(TAG_REGISTRATION_UNTIL),
	TEXT(TAG_HOUSEHOLD, CLEARS),
	TEXT(TAG_MAILING_ADDRESS, CLEARS),
	TEXT(TAG_MAILING_NAME, CLEARS),
	TEXT(TAG_LANGUAGE, CLEARS),
	TEXT(TAG_OTHER_KIND),
	TEXT(TAG_OTHER_NAME),
	TEXT(TAG_OTHER_KANA),
	TEXT(TAG_OTHER_ROMAN),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field resident_period_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_FROM, NEED),
	DAY(TAG_UNTIL),
	TEXT(TAG_PREVIOUS),
	TEXT(TAG_NEXT),
	INT(TAG_UNDO),
	TEXT(TAG_REASON, NEED),
};
static const struct request_field guardian_add_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_GUARDIAN),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_RELATION, NEED),
	TEXT(TAG_BASIS, NEED),
	DAY(TAG_FROM, NEED),
	DAY(TAG_UNTIL),
	INT(TAG_NAMED),
};
static const struct request_field guardian_end_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_SEQUENCE, NEED),
	DAY(TAG_UNTIL, NEED),
};
static const struct request_field guardian_name_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	INT(TAG_SEQUENCE, NEED),
	INT(TAG_CLOSED),
};
static const struct request_field guardian_gives[] = {
	INT(TAG_SEQUENCE, NEED),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_GUARDIAN),
	TEXT(TAG_NAME),
	TEXT(TAG_KANA),
	TEXT(TAG_RELATION),
	TEXT(TAG_BASIS),
	DAY(TAG_FROM),
	DAY(TAG_UNTIL),
	INT(TAG_NAMED),
	TEXT(TAG_STATE),
};
static const struct request_field protect_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	DAY(TAG_PROTECTED_FROM),
	DAY(TAG_PROTECTED_UNTIL),
};
static const struct request_field unbar_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_REASON),
};
static const struct request_field bar_gives[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_STATE),
};
static const struct request_field answers_takes[] = {
	TEXT(TAG_ADDRESSEE, NEED),
	TEXT(TAG_ANSWERS, NEED),
};
static const struct request_field move_in_takes[] = {
	TEXT(TAG_MY_NUMBER, NEED, SECRET),
	TEXT(TAG_ADDRESSEE),
	TEXT(TAG_NAME, NEED),
	TEXT(TAG_KANA, NEED),
	TEXT(TAG_ROMAN),
	DAY(TAG_BIRTH, NEED),
	TEXT(TAG_SEX, NEED),
	TEXT(TAG_ADDRESS),
	TEXT(TAG_FROM, NEED),
	DAY(TAG_ON, NEED),
	INT(TAG_URGENT),
};

static const struct request_shape shape[] = {
	{ REQUEST_IMPORT_RESIDENTS, "import residents", FILE_IN,
	    ALL(import_residents_takes), ALL(import_gives),
	    ENDS_AT(100000, WORDS("the counts hold every row; mend these, and take the file in again")) },
	{ REQUEST_IMPORT_DOSES, "import doses", FILE_IN,
	    ALL(import_doses_takes), ALL(import_gives),
	    ENDS_AT(100000, WORDS("the counts hold every row; mend these, and take the file in again")) },
	{ REQUEST_RESIDENT_ADD, "resident add", WRITE,
	    ALL(resident_add_takes), ALL(resident_gives), WHOLE },
	{ REQUEST_RESIDENT_SHOW, "resident show", LOOK,
	    ADDRESSEE, ALL(resident_gives), WHOLE },
	{ REQUEST_RESIDENT_FIND, "resident find", LOOK,
	    ALL(resident_find_takes), ALL(resident_gives),
	    ENDS_AT(50, WORDS("say more of the name, or the birth date")) },
	{ REQUEST_RESIDENT_PROTECT, "resident protect", WRITE,
	    ALL(protect_takes), ALL(resident_gives), WHOLE },
	{ REQUEST_RESIDENT_UNPROTECT, "resident unprotect", WRITE,
	    ALL(unprotect_takes), ALL(unprotect_gives), WHOLE },
	{ REQUEST_RESIDENT_CORRECT, "resident correct", WRITE,
	    ALL(resident_correct_takes), ALL(resident_gives), WHOLE },
	{ REQUEST_RESIDENT_PERIOD, "resident period", WRITE,
	    ALL(resident_period_takes), ALL(resident_gives), WHOLE },
	{ REQUEST_GUARDIAN_ADD, "guardian add", WRITE, ALL(guardian_add_takes),
	    ALL(guardian_gives), WHOLE },
	{ REQUEST_GUARDIAN_END, "guardian end", WRITE, ALL(guardian_end_takes),
	    ALL(guardian_gives), WHOLE },
	{ REQUEST_GUARDIAN_NAME, "guardian name", WRITE,
	    ALL(guardian_name_takes), ALL(guardian_gives), WHOLE },
	{ REQUEST_GUARDIAN_LIST, "guardian list", LOOK, ADDRESSEE,
	    ALL(guardian_gives), WHOLE },
	{ REQUEST_RESIDENT_ANSWERS, "resident answers", WRITE,
	    ALL(answers_takes), ALL(resident_gives), WHOLE },
	{ REQUEST_RESIDENT_BAR, "resident bar", WRITE, ADDRESSEE, ALL(bar_gives), WHOLE },
	{ REQUEST_RESIDENT_UNBAR, "resident unbar", WRITE, ALL(unbar_takes), ALL(bar_gives), WHOLE },
	{ REQUEST_MOVE_IN, "move-in", WRITE, ALL(move_in_takes),
	    ALL(resident_gives), WHOLE },
};

const struct request_shape_list request_shape_people = { ALL(shape) };
