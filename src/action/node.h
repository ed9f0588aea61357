#ifndef ACTION_NODE_H
#define ACTION_NODE_H

#include <limits.h>

#include "action/action.h"
#include "action/config.h"
#include "exchange/adapter.h"
#include "exchange/breaker.h"
#include "exchange/wire_process.h"
#include "law/law_load.h"
#include "report/history.h"
#include "store/store.h"
#include "store/store_held.h"
#include "store/store_audit.h"
#include "store/store_person.h"
#include "vault/vault_key_process.h"

/*
 * Inside of the room: the node's state in the store process, and one request under way.
 * Nothing outside src/action includes this.
 */
enum node_state {
	NODE_EMPTY,		/* no settings yet: init, doctor and status only */
	NODE_OLD,		/* an older database: migrate, doctor and status only */
	NODE_OPEN,
};

struct action {
	enum node_state state;
	char node[PATH_MAX];
	char program[PATH_MAX];
	struct config config;
	struct store *store;
	struct law_file *law_file;	/* NULL until one is installed */
	const struct law *law;
	struct fault law_trouble;	/* why the file in use could not be read, rc RC_OK when it could */
	struct schedule_work *work;	/* kept between persons: the law as known on the day last asked about */
	struct vault_client *key;	/* NULL on an empty node */
	struct wire_client *wire;
	struct action_doors doors;
	const struct adapter *adapter;
	struct adapter_self self;
	struct breaker breaker[ADAPTER_ENDPOINT__COUNT];
	unsigned under_way[ADAPTER_ENDPOINT__COUNT];	/* posts not answered yet */
	bool is_unsettled;		/* an answer came that could not be written down: its row asks again */
	bool more_copies;		/* the last round did not take all that are due */
	int64_t next_round_us;		/* next look at held answers and provision records */
	struct fault network;		/* last trouble with the network, rc RC_OK when none */
	bool key_works;
	int64_t maintenance_until_us;	/* nothing is sent before it */
	day warned_on;			/* last day on which certificates were looked at for the log */
	bool is_restored;		/* from a backup that nobody has accepted: apart from the network */
	bool keys_settled;		/* no rows of before a rotation are left */
	bool runs_settled;		/* no hand-out of tickets is under way */
	int64_t next_reseal_us;
	int64_t lease_until_us;
	struct peer_test *peer_test;	/* NULL: none yet; see action/peer_test.h */
	struct backup_job *backup;	/* NULL: none is under way; see action/backup_job.h */
};

struct call;
struct approval_kept;
/* Brings the memory of the process to what was committed; called after a commit whose outcome
 * is unknown too. */
typedef enum rc node_settled(struct action *a, struct fault *why);

struct call {
	struct action *a;
	const struct request *r;
	struct arena arena;
	const char *actor;		/* "officer:3"; "officer:3+officer:5" of a request given by a second one */
	int64_t officer;
	int64_t second;			/* officer who gave it; 0: nobody, or only a preview */
	bool is_preview;		/* nothing of it will last */
	struct approval_kept *kept;	/* where the answer goes while its transaction is open, or NULL */
	node_settled *settled;		/* set by a handler: to be called after the commit */
	uint32_t uid;
	enum action_role role;
	struct id self;			/* whose account it is, of the roles resident and guardian */
	struct id record;		/* by node_person: the record of the number named, whoever answers for it */
	bool is_shielded;		/* somebody looks on who may not see protected people */
	bool is_begun;			/* the answer ends later: action_go_on */
	const struct request_shape *cut;	/* whose list ended at its ceiling; NULL: none did */
	int64_t now_us;
	day today;
	day as_of;
};

/* Writes the row of the look or effect; detail carries no personal data. */
enum rc node_audit(struct call *c, const struct id *person, enum audit_outcome outcome,
    const char *detail, struct fault *why) MUST_USE;
enum rc node_reply(struct call *c, const struct frame *f, struct fault *why) MUST_USE;
/* A row of a sheet of counts: "list", "excluded", "warning"; count < 0: none.  As cli/count_sheet.h writes it. */
enum rc node_reply_count(struct call *c, const char *part, const char *item, const char *value, int64_t count,
    struct fault *why) MUST_USE;

/*
 * A list that ends at the ceiling of its shape.  The store is asked for one row more, which shows that there is more;
 * node_cut answers how many of n rows are to be told, and the answer says by itself that there are others.
 */
size_t node_most(const struct call *c) MUST_USE;
size_t node_cut(struct call *c, size_t n) MUST_USE;

enum rc node_progress(struct call *c, int64_t count, int64_t total, struct fault *why) MUST_USE;

/*
 * Who may see people under support measures sees whole what this transaction reads from now on; for
 * everybody else nothing changes.  For looks at one person at a time, never for lists: lists of protected
 * people are not to be had.
 */
void node_see(struct call *c);

/* A transaction of the node's own: it sees everybody whole, since nothing that it reads goes to a reader. */
enum rc node_work(const struct action *a, int64_t now_us, struct fault *why) MUST_USE;

/* "addressee number" of the request to the person, RC_INVALID naming the field when malformed,
 * RC_ABSENT (with a fault that says so) when nobody is registered under it. */
enum rc node_person(struct call *c, const char *addressee_no, struct person *ret_person,
    struct fault *why) MUST_USE;
/* The record of this number by itself, to be compared or written back: not the person whom it was merged with. */
enum rc node_record(struct call *c, const char *addressee_no, struct person *ret_person,
    struct fault *why) MUST_USE;

/*
 * Puts who did something, as the audit log has it ("officer:2+officer:3"), and for who works here their names
 * too (TAG_OFFICER_NAME): nobody knows his colleagues by number.  Residents and guardians are told no names.
 */
void node_put_officer(struct call *c, struct frame *f, enum request_tag tag, const char *actor);
/* The role of who did it, of two that of the first; "" when it was no officer. */
const char *node_role_of(struct call *c, const char *actor);

/* "candidate", "identity", …: as held list says it. */
const char *held_kind_word(enum held_kind kind);

/* 64 hexadecimal digits. */
bool node_digest_of(const char *text, struct vault_digest *ret_digest) MUST_USE;

/*
 * The directory of a node to be, with its lock: made unless it is there.  RC_CONFLICT: another command has made a node
 * in it meanwhile.
 */
enum rc node_claim_folder(struct action *a, struct fault *why) MUST_USE;

/* Prolongs the lease in time; RC_REFUSED once another process has taken it. */
enum rc node_keep_lease(struct action *a, int64_t now_us, struct fault *why) MUST_USE;

/* A fresh 32-digit hexadecimal message id. */
#define NODE_MESSAGE_ID_SIZE 33
enum rc node_message_id(char ret_id[NODE_MESSAGE_ID_SIZE], struct fault *why) MUST_USE;
int node_jitter(void);			/* 0..1000 */

/*
 * What stands on record about a person, judged on as_of: into the arena.
 * Of one whom the transaction's eyes may not see only the protected flag.
 */
enum rc node_history(struct action *a, const struct person *p, day as_of, day today,
    struct arena *arena, struct history *ret_history, struct fault *why) MUST_USE;

/* The same by doses that were read already (store_dose_list). */
struct dose;
enum rc node_history_by(struct action *a, const struct person *p, const struct dose *dose, size_t n_dose, day as_of,
    day today, struct arena *arena, struct history *ret_history, struct fault *why) MUST_USE;

/* Has a place that may hold records about this person not answered?  Of one whom the transaction's eyes may see. */
enum rc node_is_incomplete(struct action *a, const struct person *p, day today, struct arena *arena,
    bool *ret_incomplete, struct fault *why) MUST_USE;

/* The letters of a person whom the transaction's eyes may see: into c's arena and h. */
enum rc node_letters(struct call *c, const struct person *p, struct history *h, struct fault *why) MUST_USE;

/* The reports about doses of a person whom the transaction's eyes may see: into c's arena and h. */
enum rc node_reports(struct call *c, const struct person *p, struct history *h, struct fault *why) MUST_USE;

/* The tickets of a person whom the transaction's eyes may see: into c's arena and h, which is as of today or a day before. */
enum rc node_tickets(struct call *c, const struct person *p, struct history *h, struct fault *why) MUST_USE;

/* What a law makes of what is on record about a person, by these doses: into the arena. */
struct node_judged {
	struct schedule_question question;
	struct schedule_answer *answer;
	size_t *statement_of;		/* question.dose[i] is dose[statement_of[i]] */
	size_t n_dose;
};
/* work: of another law than the node's, zeroed before its first use and kept between persons; NULL: the node's own. */
enum rc node_judge(struct action *a, const struct law *law, const struct person *p, const struct dose *dose,
    size_t n_dose, day as_of, struct schedule_work *work, struct arena *arena,
    struct node_judged *ret_judged, struct fault *why) MUST_USE;

/* One request each; RC and fault become RESULT_DONE. */
typedef enum rc node_handler(struct call *c, struct fault *why);
node_handler *node_handler_of(enum request_kind kind);
#define NODE_ACTOR_SIZE 64

node_handler do_init, do_migrate, do_doctor, do_status;
node_handler do_officer_add, do_officer_list, do_officer_remove;
node_handler do_audit_verify, do_audit_looks, do_audit_head;
node_handler do_approval_list, do_approval_show, do_approval_give, do_approval_refuse, do_approval_withdraw;
node_handler do_import_residents, do_import_doses;
node_handler do_resident_add, do_resident_show, do_resident_find, do_resident_protect, do_resident_answers;
node_handler do_resident_unprotect, do_resident_correct, do_resident_period;
node_handler do_guardian_add, do_guardian_end, do_guardian_name, do_guardian_list;
node_handler do_dose_add, do_dose_correct, do_dose_withdraw, do_dose_undo, do_dose_versions;
node_handler do_circumstance_add, do_circumstance_list, do_circumstance_end;
node_handler do_duplicate_list, do_duplicate_show, do_duplicate_decide, do_duplicate_undo;
node_handler do_person_duplicates, do_person_flag, do_person_compare, do_person_merge, do_person_unmerge, do_person_distinct;
node_handler do_ticket_issue, do_ticket_reissue, do_ticket_void, do_ticket_list, do_ticket_hand_out;
node_handler do_ticket_count, do_ticket_run, do_ticket_runs, do_ticket_fetch;
node_handler do_clinic_add, do_clinic_correct, do_clinic_contract, do_clinic_end, do_clinic_list, do_clinic_show;
node_handler do_import_clinics;
node_handler do_purge_list, do_purge_do;
node_handler do_mistake_add, do_mistake_correct, do_mistake_list, do_mistake_table, do_mistake_suggest;
node_handler do_reaction_add, do_reaction_correct, do_reaction_list, do_reaction_table, do_reaction_symptoms;
node_handler do_letter_issue, do_letter_list, do_letter_show, do_letter_void, do_letter_result;
node_handler do_import_clinics, do_import_months, do_clinic_zero;
node_handler do_key_rotate, do_key_recovery, do_key_request, do_key_adopt, do_peer_test, do_inquiry_report, do_backup, do_restore, do_restore_accept;
node_handler do_list_define, do_list_names, do_list_show, do_list_run, do_list_release, do_list_released, do_list_fetch;
node_handler do_notice_run, do_notice_runs, do_notice_mail, do_notice_undo, do_notice_list, do_notice_returned;
node_handler do_notice_return, do_notice_resend, do_notice_refuse, do_notice_accept;
node_handler do_notice_count, do_notice_portal, do_notice_sent, do_portal_bar, do_portal_unbar;
node_handler do_statistics_doses, do_statistics_coverage;
node_handler do_show, do_due, do_check, do_export;
node_handler do_move_in, do_inquire, do_inquire_urgent, do_inquiry_urgent, do_inquiry_list;
node_handler do_held_list, do_held_attach, do_held_release, do_held_refuse;
node_handler do_correction_list, do_correction_told;
node_handler do_evidence_release, do_evidence_export;
node_handler do_metrics, do_maintenance_on, do_maintenance_off;
node_handler do_queue, do_records, do_records_outdated, do_records_compare, do_records_explain, do_copy_send, do_copy_verify;
node_handler preview_law_install;
node_handler do_law_install, do_law_list, do_law_show, do_law_impact;

#endif
