#include "action/request.h"

#include <assert.h>

#include "base/words.h"

static const struct {
	const char *name;		/* JSON and CSV: never changes */
	const char *heading;
	enum request_unit unit;
} word[TAG__COUNT] = {
	[TAG_RC] = { "outcomeCode", WORDS("outcome"), UNIT_PLAIN },
	[TAG_PLACE] = { "place", WORDS("place"), UNIT_PLAIN },
	[TAG_TEXT] = { "text", WORDS("detail"), UNIT_PLAIN },
	[TAG_COUNT] = { "count", WORDS("count"), UNIT_PLAIN },
	[TAG_TOTAL] = { "total", WORDS("total"), UNIT_PLAIN },
	[TAG_ADDRESSEE] = { "addresseeNo", WORDS("addressee no."), UNIT_PLAIN },
	[TAG_TICKET] = { "ticketNo", WORDS("ticket no."), UNIT_PLAIN },
	[TAG_BIRTH] = { "birthDate", WORDS("born"), UNIT_PLAIN },
	[TAG_SEX] = { "sex", WORDS("sex"), UNIT_PLAIN },
	[TAG_NAME] = { "name", WORDS("name"), UNIT_PLAIN },
	[TAG_KANA] = { "kana", WORDS("kana"), UNIT_PLAIN },
	[TAG_ROMAN] = { "roman", WORDS("roman letters"), UNIT_PLAIN },
	[TAG_ADDRESS] = { "address", WORDS("address"), UNIT_PLAIN },
	[TAG_MUNICIPALITY] = { "municipality", WORDS("municipality"), UNIT_PLAIN },
	[TAG_FROM] = { "from", WORDS("from"), UNIT_PLAIN },
	[TAG_ON] = { "on", WORDS("on"), UNIT_PLAIN },
	[TAG_UNTIL] = { "until", WORDS("until"), UNIT_PLAIN },
	[TAG_AS_OF] = { "asOf", WORDS("as of"), UNIT_PLAIN },
	[TAG_PROGRAMME] = { "programme", WORDS("programme"), UNIT_PLAIN },
	[TAG_OVERDUE] = { "overdue", WORDS("overdue"), UNIT_BOOL },
	[TAG_SOURCE] = { "source", WORDS("source"), UNIT_PLAIN },
	[TAG_STRICT] = { "strict", WORDS("strict"), UNIT_BOOL },
	[TAG_DRY_RUN] = { "dryRun", WORDS("dry run"), UNIT_BOOL },
	[TAG_FILE_NAME] = { "file", WORDS("file"), UNIT_PLAIN },
	[TAG_KEYS] = { "keys", WORDS("keys directory"), UNIT_PLAIN },
	[TAG_URL_REGISTRAR] = { "registrarUrl", WORDS("registrar"), UNIT_PLAIN },
	[TAG_URL_CORE] = { "coreUrl", WORDS("core"), UNIT_PLAIN },
	[TAG_URL_INTERMEDIARY] = { "intermediaryUrl", WORDS("intermediary"), UNIT_PLAIN },
	[TAG_LAW_FILE] = { "lawFile", WORDS("law file"), UNIT_PLAIN },
	[TAG_NETWORK] = { "network", WORDS("network"), UNIT_PLAIN },
	[TAG_UID] = { "uid", WORDS("user id"), UNIT_PLAIN },
	[TAG_ROLE] = { "role", WORDS("role"), UNIT_PLAIN },
	[TAG_OFFICER] = { "officer", WORDS("officer"), UNIT_PLAIN },
	[TAG_REASON] = { "reason", WORDS("reason"), UNIT_PLAIN },
	[TAG_DECISION] = { "decision", WORDS("decision"), UNIT_PLAIN },
	[TAG_HELD_ID] = { "heldId", WORDS("held no."), UNIT_PLAIN },
	[TAG_HELD_KIND] = { "heldKind", WORDS("kind"), UNIT_PLAIN },
	[TAG_STATE] = { "state", WORDS("state"), UNIT_PLAIN },
	[TAG_AT] = { "at", WORDS("time"), UNIT_TIME },
	[TAG_NEXT_AT] = { "nextAt", WORDS("next try"), UNIT_TIME },
	[TAG_ATTEMPTS] = { "attempts", WORDS("attempts"), UNIT_PLAIN },
	[TAG_OWNER] = { "owner", WORDS("who must act"), UNIT_PLAIN },
	[TAG_ADVICE] = { "advice", WORDS("advice"), UNIT_PLAIN },
	[TAG_OK] = { "ok", WORDS("good"), UNIT_BOOL },
	[TAG_READ] = { "read", WORDS("rows read"), UNIT_PLAIN },
	[TAG_NEW] = { "new", WORDS("new"), UNIT_PLAIN },
	[TAG_UNCHANGED] = { "unchanged", WORDS("unchanged"), UNIT_PLAIN },
	[TAG_CORRECTED] = { "corrected", WORDS("corrected"), UNIT_PLAIN },
	[TAG_WITHDRAWN] = { "withdrawn", WORDS("withdrawn"), UNIT_PLAIN },
	[TAG_HELD] = { "held", WORDS("held"), UNIT_PLAIN },
	[TAG_ROW] = { "row", WORDS("row"), UNIT_PLAIN },
	[TAG_PROCESS_NO] = { "processNo", WORDS("process no."), UNIT_PLAIN },
	[TAG_INQUIRER] = { "inquirer", WORDS("inquirer"), UNIT_PLAIN },
	[TAG_PROVIDER] = { "provider", WORDS("provider"), UNIT_PLAIN },
	[TAG_REQUESTED_AT] = { "requestedAt", WORDS("asked at"), UNIT_TIME },
	[TAG_PROVIDED_AT] = { "providedAt", WORDS("provided at"), UNIT_TIME },
	[TAG_OUTCOME] = { "outcome", WORDS("outcome"), UNIT_PLAIN },
	[TAG_ITEMS] = { "items", WORDS("items"), UNIT_PLAIN },
	[TAG_EXPIRES] = { "expiresAt", WORDS("expires"), UNIT_TIME },
	[TAG_HOLDER] = { "heldBy", WORDS("record held by"), UNIT_PLAIN },
	[TAG_NON_DISCLOSURE] = { "nonDisclosure", WORDS("not disclosed"), UNIT_BOOL },
	[TAG_SEQUENCE] = { "sequence", WORDS("sequence"), UNIT_PLAIN },
	[TAG_ACTION] = { "action", WORDS("action"), UNIT_PLAIN },
	[TAG_SUBJECT] = { "subject", WORDS("subject"), UNIT_PLAIN },
	[TAG_HASH] = { "hash", WORDS("hash"), UNIT_PLAIN },
	[TAG_SIGNATURE] = { "signature", WORDS("signature"), UNIT_PLAIN },
	[TAG_DOSE_ID] = { "doseId", WORDS("dose id"), UNIT_PLAIN },
	[TAG_VACCINE] = { "vaccine", WORDS("vaccine"), UNIT_PLAIN },
	[TAG_GIVEN_ON] = { "givenOn", WORDS("given on"), UNIT_PLAIN },
	[TAG_LOT] = { "lot", WORDS("lot"), UNIT_PLAIN },
	[TAG_EXPIRES_ON] = { "expiresOn", WORDS("lot expires"), UNIT_PLAIN },
	[TAG_VOLUME_ML] = { "volumeMl", WORDS("volume (mL)"), UNIT_PLAIN },
	[TAG_SITE] = { "site", WORDS("site"), UNIT_PLAIN },
	[TAG_ROUTE] = { "route", WORDS("route"), UNIT_PLAIN },
	[TAG_CLINIC_CODE] = { "clinicCode", WORDS("clinic code"), UNIT_PLAIN },
	[TAG_CLINIC] = { "clinicName", WORDS("clinic"), UNIT_PLAIN },
	[TAG_PHYSICIAN] = { "physician", WORDS("physician"), UNIT_PLAIN },
	[TAG_STATUS] = { "status", WORDS("status"), UNIT_PLAIN },
	[TAG_EVIDENCE] = { "evidence", WORDS("evidence"), UNIT_PLAIN },
	[TAG_VERSION] = { "version", WORDS("version"), UNIT_PLAIN },
	[TAG_PROTECTED] = { "protected", WORDS("protected"), UNIT_BOOL },
	[TAG_PROTECTED_FROM] = { "protectedFrom", WORDS("protected from"), UNIT_PLAIN },
	[TAG_PROTECTED_UNTIL] = { "protectedUntil", WORDS("protected until"), UNIT_PLAIN },
	[TAG_ANSWERS] = { "answers", WORDS("answers"), UNIT_PLAIN },
	[TAG_WAIT] = { "wait", WORDS("wait"), UNIT_PLAIN },
	[TAG_CIRCUMSTANCE] = { "circumstanceId", WORDS("circumstance id"), UNIT_PLAIN },
	[TAG_CIRCUMSTANCE_KIND] = { "kind", WORDS("kind"), UNIT_PLAIN },
	[TAG_EXTENSION_BASIS] = { "basis", WORDS("basis"), UNIT_PLAIN },
	[TAG_WEEKS] = { "weeks", WORDS("weeks"), UNIT_PLAIN },
	[TAG_WEEK_DAYS] = { "days", WORDS("days"), UNIT_PLAIN },
	[TAG_ANTIBODY] = { "antibody", WORDS("rubella antibody"), UNIT_PLAIN },
	[TAG_WARNINGS] = { "warnings", WORDS("worth a second look"), UNIT_PLAIN },
	[TAG_FILE_MADE] = { "madeFile", WORDS("file"), UNIT_PLAIN },
	[TAG_RECOVERY_A] = { "recoveryKeyA", WORDS("recovery key, half A"), UNIT_PLAIN },
	[TAG_RECOVERY_B] = { "recoveryKeyB", WORDS("recovery key, half B"), UNIT_PLAIN },
	[TAG_MY_NUMBER] = { "myNumber", WORDS("individual number"), UNIT_PLAIN },
	[TAG_CHECK] = { "check", WORDS("check"), UNIT_PLAIN },
	[TAG_EARLIEST] = { "earliest", WORDS("earliest"), UNIT_PLAIN },
	[TAG_LATEST] = { "latest", WORDS("latest"), UNIT_PLAIN },
	[TAG_DOSE] = { "dose", WORDS("dose"), UNIT_PLAIN },
	[TAG_VACCINES] = { "vaccines", WORDS("vaccines"), UNIT_PLAIN },
	[TAG_PURPOSE] = { "purpose", WORDS("purpose"), UNIT_PLAIN },
	[TAG_LAW] = { "law", WORDS("law"), UNIT_PLAIN },
	[TAG_RETRY_CLASS] = { "retryClass", WORDS("what next"), UNIT_PLAIN },
	[TAG_SUBJECT_KIND] = { "subjectKind", WORDS("kind of subject"), UNIT_PLAIN },
	[TAG_INTO] = { "into", WORDS("into"), UNIT_PLAIN },
	[TAG_URGENT] = { "urgent", WORDS("urgent"), UNIT_BOOL },
	[TAG_CONDITION] = { "condition", WORDS("condition"), UNIT_PLAIN },
	[TAG_FORMAT] = { "format", WORDS("format"), UNIT_PLAIN },
	[TAG_INSTITUTION] = { "institution", WORDS("institution"), UNIT_PLAIN },
	[TAG_PREVIOUS] = { "previousMunicipality", WORDS("moved from"), UNIT_PLAIN },
	[TAG_NEXT] = { "nextMunicipality", WORDS("moved to"), UNIT_PLAIN },
	[TAG_DIED_ON] = { "diedOn", WORDS("died on"), UNIT_PLAIN },
	[TAG_ENDPOINT] = { "endpoint", WORDS("peer"), UNIT_PLAIN },
	[TAG_APPROVAL] = { "approval", WORDS("approval no."), UNIT_PLAIN },
	[TAG_ALL] = { "all", WORDS("all"), UNIT_BOOL },
	[TAG_PREVIEW] = { "preview", WORDS("preview"), UNIT_PLAIN },
	[TAG_PART] = { "part", WORDS("part"), UNIT_PLAIN },
	[TAG_ITEM] = { "item", WORDS("item"), UNIT_PLAIN },
	[TAG_VALUE] = { "value", WORDS("value"), UNIT_PLAIN },
	[TAG_DECIDED_BY] = { "decidedBy", WORDS("decided by"), UNIT_PLAIN },
	[TAG_DECIDED_AT] = { "decidedAt", WORDS("decided"), UNIT_TIME },
	[TAG_CHANGE] = { "change", WORDS("change"), UNIT_PLAIN },
	[TAG_BEFORE] = { "before", WORDS("before"), UNIT_PLAIN },
	[TAG_AFTER] = { "after", WORDS("after"), UNIT_PLAIN },
	[TAG_PUBLISHER] = { "publisher", WORDS("publisher"), UNIT_PLAIN },
	[TAG_PREVIOUS_HASH] = { "previousHash", WORDS("hash in use"), UNIT_PLAIN },
	[TAG_COUNTS_ONLY] = { "countsOnly", WORDS("counts only"), UNIT_BOOL },
	[TAG_NOTE] = { "note", WORDS("reason of the decision"), UNIT_PLAIN },
};

const char *
request_tag_name(enum request_tag tag)
{
	assert(tag > TAG_NONE && tag < TAG__COUNT);
	return word[tag].name;
}

const char *
request_tag_heading(enum request_tag tag)
{
	assert(tag > TAG_NONE && tag < TAG__COUNT);
	return word[tag].heading;
}

enum request_unit
request_tag_unit(enum request_tag tag)
{
	assert(tag > TAG_NONE && tag < TAG__COUNT);
	return word[tag].unit;
}
