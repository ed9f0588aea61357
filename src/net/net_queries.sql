-- Every statement of the reference network, by the part that may run it.

-- name: any.setting
SELECT value FROM setting WHERE name = ?1;
-- name: any.setting_put
INSERT INTO setting (name, value) VALUES (?1, ?2)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: any.inbox_find
SELECT digest, status, answer, signature FROM inbox WHERE sender = ?1 AND msg_id = ?2;
-- name: any.inbox_put
INSERT INTO inbox (sender, msg_id, digest, status, answer, signature, subject, received_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (sender, msg_id) DO UPDATE SET status = excluded.status, answer = excluded.answer,
	signature = excluded.signature;
-- name: any.inbox_erase_subject
UPDATE inbox SET answer = NULL, signature = NULL, subject = NULL WHERE subject = ?1;
-- name: any.inbox_purge
UPDATE inbox SET answer = NULL, signature = NULL WHERE received_at < ?1 AND answer IS NOT NULL;

-- name: any.task_put
INSERT INTO task (peer, kind, subject, msg_id, body, signature, attempts, next_at, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?7);
-- Who is next among those that something is for, and when.
-- name: any.task_peer
SELECT peer, next_at FROM task WHERE peer > ?1 ORDER BY peer, next_at LIMIT 1;
-- name: any.task_due
SELECT id, peer, kind, subject, msg_id, body, signature, attempts, next_at FROM task
WHERE peer = ?1 AND next_at <= ?2 ORDER BY next_at, id LIMIT ?3;
-- name: any.task_later
UPDATE task SET attempts = ?2, next_at = ?3 WHERE id = ?1;
-- name: any.task_done
DELETE FROM task WHERE id = ?1;
-- name: any.task_wake
UPDATE task SET next_at = ?1 WHERE next_at > ?1;
-- name: any.task_wake_peer
UPDATE task SET next_at = ?2 WHERE peer = ?1 AND next_at > ?2;
-- name: any.task_count
SELECT count(*) FROM task;

-- name: any.record_put
INSERT INTO record (process_no, inquirer, provider, requested_at, provided_at, affair_code,
	procedure_code, item_code, outcome, error, inquirer_non_disclosure,
	provider_non_disclosure, expires_on)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);

-- What need be kept no longer on a day, and is not kept for a reason of its own.
-- name: any.record_old
SELECT count(DISTINCT process_no), coalesce(max(expires_on), 0) FROM record WHERE expires_on < ?1
	AND process_no NOT IN (SELECT process_no FROM stays);
-- name: any.record_purge
DELETE FROM record WHERE expires_on < ?1 AND process_no NOT IN (SELECT process_no FROM stays);
-- name: any.purge_put
INSERT INTO purge (purged_at, exchanges, kept_until) VALUES (?1, ?2, ?3);
-- name: any.purge_list
SELECT no, purged_at, exchanges, kept_until FROM purge ORDER BY no;
-- name: any.kept_put
INSERT INTO kept (process_no, since_at) VALUES (?1, ?2) ON CONFLICT (process_no) DO NOTHING;
-- name: any.kept_drop
DELETE FROM kept WHERE process_no = ?1;
-- name: core.dispute_list
SELECT on_day, inquirer, provider, since_at, let_at FROM dispute ORDER BY on_day, inquirer, provider;
-- name: core.dispute_let
UPDATE dispute SET let_at = ?4 WHERE on_day = ?1 AND inquirer = ?2 AND provider = ?3 AND let_at IS NULL;

-- name: any.record_parties
SELECT inquirer, provider, outcome FROM record WHERE process_no = ?1 ORDER BY seq DESC LIMIT 1;

-- The newest row of each process number says how it stands.
-- name: core.record_newest
SELECT r.process_no, r.inquirer, r.provider, r.requested_at, r.provided_at, r.affair_code,
	r.procedure_code, r.item_code, r.outcome, r.error, r.inquirer_non_disclosure,
	r.provider_non_disclosure, r.expires_on, max(r.seq), NULL
FROM record AS r
WHERE r.process_no > ?1 AND (?2 IS NULL OR r.process_no = ?2)
	AND (?3 IS NULL OR r.inquirer = ?3 OR r.provider = ?3)
GROUP BY r.process_no ORDER BY r.process_no LIMIT ?4;
-- name: intermediary.record_newest
SELECT r.process_no, r.inquirer, r.provider, r.requested_at, r.provided_at, r.affair_code,
	r.procedure_code, r.item_code, r.outcome, r.error, r.inquirer_non_disclosure,
	r.provider_non_disclosure, r.expires_on, max(r.seq),
	coalesce(a.addressee_no, b.addressee_no, c.addressee_no)
FROM record AS r
	LEFT JOIN asked AS a ON a.process_no = r.process_no
	LEFT JOIN answered AS b ON b.process_no = r.process_no
	LEFT JOIN look AS c ON c.process_no = r.process_no
WHERE r.process_no > ?1 AND (?2 IS NULL OR r.process_no = ?2)
	AND (?3 IS NULL OR a.addressee_no = ?3 OR b.addressee_no = ?3 OR c.addressee_no = ?3)
GROUP BY r.process_no ORDER BY r.process_no LIMIT ?4;

-- name: registrar.person_find
SELECT person_id FROM person WHERE digest = ?1;
-- name: registrar.person_put
INSERT INTO person (digest, person_id) VALUES (?1, ?2);

-- name: core.acquisition_put
INSERT INTO acquisition (acquisition_no, institution, addressee_no, reception_no, created_at)
VALUES (?1, ?2, ?3, ?4, ?5);
-- name: core.acquisition_find
SELECT institution, addressee_no, reception_no FROM acquisition WHERE acquisition_no = ?1;
-- name: core.acquisition_of_reception
SELECT acquisition_no, institution, addressee_no FROM acquisition WHERE reception_no = ?1;
-- name: core.acquisition_erase
DELETE FROM acquisition WHERE acquisition_no = ?1;

-- name: core.code_find
SELECT institution, person_id FROM code WHERE code = ?1;
-- name: core.code_of_person
SELECT code FROM code WHERE person_id = ?1 AND institution = ?2 AND made_wrong = 0;
-- name: core.code_put
INSERT INTO code (code, institution, person_id, made_wrong) VALUES (?1, ?2, ?3, 0);
-- name: core.code_put_wrong
INSERT INTO code (code, institution, person_id, made_wrong) VALUES (?1, ?2, ?3, 1);
-- Anybody else: the next after this person, or the first.
-- name: core.person_other
SELECT coalesce((SELECT min(person_id) FROM code WHERE person_id > ?1),
	(SELECT min(person_id) FROM code WHERE person_id < ?1)) AS other
WHERE other IS NOT NULL;
-- name: core.code_link_wrong
UPDATE code SET made_wrong = 1,
	person_id = (SELECT other.person_id FROM code AS other WHERE other.code = ?2)
WHERE code = ?1 AND EXISTS (SELECT 1 FROM code AS other WHERE other.code = ?2);

-- name: core.process_put
INSERT INTO process (process_no, reception_no, record_no, inquirer, provider, affair_code,
	procedure_code, item_code, non_disclosure, requested_at, digest, progress, item_status,
	error, permit_id, permit_expires_at, permit_used)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0, ?13, ?14, ?15, 0);
-- name: core.process_of_reception
SELECT process_no, reception_no, record_no, inquirer, provider, affair_code, procedure_code,
	item_code, non_disclosure, requested_at, provided_at, digest, progress, item_status,
	error, permit_id, permit_expires_at, permit_used, response, response_signature
FROM process WHERE reception_no = ?1;
-- name: core.process_of_permit
SELECT process_no, reception_no, record_no, inquirer, provider, affair_code, procedure_code,
	item_code, non_disclosure, requested_at, provided_at, digest, progress, item_status,
	error, permit_id, permit_expires_at, permit_used, response, response_signature
FROM process WHERE permit_id = ?1;
-- name: core.process_of_record_no
SELECT process_no FROM process WHERE inquirer = ?1 AND record_no = ?2;
-- name: core.process_progress
UPDATE process SET progress = ?2, error = ?3 WHERE process_no = ?1;
-- name: core.process_answered
UPDATE process SET progress = ?2, item_status = ?3, error = ?4, provided_at = ?5, permit_used = 1,
	response = ?6, response_signature = ?7
WHERE process_no = ?1;
-- name: core.process_expired
SELECT process_no, reception_no, record_no, inquirer, provider, affair_code, procedure_code,
	item_code, non_disclosure, requested_at, provided_at, digest, progress, item_status,
	error, permit_id, permit_expires_at, permit_used, response, response_signature
FROM process WHERE permit_used = 0 AND permit_expires_at < ?1 LIMIT 1;
-- name: core.process_end_permit
UPDATE process SET permit_used = 1, progress = ?2, error = ?3 WHERE process_no = ?1;
-- name: core.process_purge
UPDATE process SET response = NULL, response_signature = NULL
WHERE response IS NOT NULL AND provided_at < ?1;
-- name: core.process_newest
SELECT max(process_no) FROM process;

-- name: core.day_count_change
INSERT INTO day_count (on_day, inquirer, provider, is_due, told_at) VALUES (?1, ?2, ?3, 1, 0)
ON CONFLICT (on_day, inquirer, provider) DO UPDATE SET is_due = 1;
-- name: core.day_count_due
SELECT on_day, inquirer, provider, told_at FROM day_count WHERE is_due = 1 AND on_day < ?1 ORDER BY on_day LIMIT 1;
-- name: core.day_count_told
UPDATE day_count SET is_due = 0, told_at = ?4 WHERE on_day = ?1 AND inquirer = ?2 AND provider = ?3;
-- name: core.day_heard_of
SELECT made_at, digest FROM day_heard WHERE on_day = ?1 AND inquirer = ?2 AND provider = ?3 AND teller = ?4;
-- name: core.day_heard_put
INSERT INTO day_heard (on_day, inquirer, provider, teller, made_at, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
ON CONFLICT (on_day, inquirer, provider, teller) DO UPDATE SET made_at = excluded.made_at, digest = excluded.digest;
-- name: core.day_heard_differ
SELECT count(DISTINCT digest) > 1 FROM day_heard WHERE on_day = ?1 AND inquirer = ?2 AND provider = ?3;
-- name: core.dispute_put
INSERT INTO dispute (on_day, inquirer, provider, since_at) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (on_day, inquirer, provider) DO UPDATE SET let_at = NULL;
-- name: core.dispute_drop
DELETE FROM dispute WHERE on_day = ?1 AND inquirer = ?2 AND provider = ?3;
-- What has ended of the exchanges that one body asked another from ?3 to before ?4.
-- name: core.day_exchanges
SELECT r.process_no, r.inquirer, r.provider, r.requested_at, r.provided_at, r.affair_code,
	r.procedure_code, r.item_code, r.outcome, r.error, r.inquirer_non_disclosure,
	r.provider_non_disclosure, r.expires_on, r.seq, NULL
FROM record AS r
WHERE r.inquirer = ?1 AND r.provider = ?2 AND r.requested_at >= ?3 AND r.requested_at < ?4 AND r.outcome <> ?5
	AND r.seq = (SELECT max(s.seq) FROM record AS s WHERE s.process_no = r.process_no)
ORDER BY r.process_no;

-- name: intermediary.subject_find
SELECT stand_in, code, state FROM subject WHERE addressee_no = ?1;
-- name: intermediary.subject_of_stand_in
SELECT addressee_no FROM subject WHERE stand_in = ?1;
-- name: intermediary.subject_of_code
SELECT addressee_no FROM subject WHERE code = ?1;
-- name: intermediary.subject_put
INSERT INTO subject (addressee_no, stand_in, state) VALUES (?1, ?2, ?3);
-- name: intermediary.subject_state
UPDATE subject SET state = ?2 WHERE addressee_no = ?1;
-- name: intermediary.subject_code
UPDATE subject SET state = ?2, code = ?3 WHERE addressee_no = ?1;

-- name: intermediary.acquisition_put
INSERT INTO acquisition (reception_no, addressee_no) VALUES (?1, ?2);
-- name: intermediary.acquisition_find
SELECT addressee_no, core_reception_no, acquisition_no FROM acquisition WHERE reception_no = ?1;
-- name: intermediary.acquisition_core
UPDATE acquisition SET core_reception_no = ?2 WHERE reception_no = ?1;
-- name: intermediary.acquisition_number
UPDATE acquisition SET acquisition_no = ?2 WHERE reception_no = ?1;
-- name: intermediary.acquisition_of
SELECT reception_no FROM acquisition WHERE addressee_no = ?1;
-- name: intermediary.acquisition_erase
UPDATE acquisition SET acquisition_no = NULL WHERE addressee_no = ?1;

-- name: intermediary.copy_find
SELECT record_version, digest FROM copy
WHERE addressee_no = ?1 AND item_code = ?2 AND data_set_no = ?3 AND record_key = ?4;
-- name: intermediary.copy_put
INSERT INTO copy (addressee_no, item_code, data_set_no, record_key, record_version, layout_version,
	publish_from, publish_to, no_auto_reply, self_info_barred, items, digest)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
ON CONFLICT (addressee_no, item_code, data_set_no, record_key) DO UPDATE SET
	record_version = excluded.record_version, layout_version = excluded.layout_version,
	publish_from = excluded.publish_from, publish_to = excluded.publish_to,
	no_auto_reply = excluded.no_auto_reply, self_info_barred = excluded.self_info_barred,
	items = excluded.items, digest = excluded.digest;
-- name: intermediary.copy_delete
DELETE FROM copy
WHERE addressee_no = ?1 AND item_code = ?2 AND data_set_no = ?3 AND record_key = ?4;
-- name: intermediary.copy_list
SELECT addressee_no, item_code, data_set_no, record_key, record_version, digest FROM copy
WHERE (addressee_no, item_code, data_set_no, record_key) > (?1, ?2, ?3, ?4)
ORDER BY addressee_no, item_code, data_set_no, record_key LIMIT ?5;
-- name: intermediary.copy_of
SELECT record_key, record_version, items, no_auto_reply, self_info_barred FROM copy
WHERE addressee_no = ?1 AND item_code = ?2 AND publish_from <= ?3
	AND (publish_to IS NULL OR publish_to >= ?3)
	AND (?4 IS NULL OR publish_to IS NULL OR publish_to >= ?4)
	AND (?5 IS NULL OR publish_from <= ?5)
ORDER BY record_key;
-- name: intermediary.copy_hold
SELECT max(no_auto_reply) FROM copy WHERE addressee_no = ?1;

-- name: intermediary.sending_put
INSERT INTO sending (reception_no, accepted, refused_count) VALUES (?1, ?2, ?3);
-- name: intermediary.sending_find
SELECT accepted, refused_count FROM sending WHERE reception_no = ?1;
-- name: intermediary.refusal_put
INSERT INTO sending_refusal (reception_no, n, record_no, error) VALUES (?1, ?2, ?3, ?4);
-- name: intermediary.refusals_of
SELECT record_no, error FROM sending_refusal WHERE reception_no = ?1 ORDER BY n;

-- name: intermediary.asked_put
INSERT INTO asked (reception_no, record_no, addressee_no, provider, progress, item_status, error)
VALUES (?1, ?2, ?3, ?4, ?5, 0, 0);
-- name: intermediary.asked_find
SELECT record_no, addressee_no, provider, core_reception_no, process_no, progress, item_status,
	error, response, response_signature
FROM asked WHERE reception_no = ?1;
-- name: intermediary.asked_of_record_no
SELECT reception_no FROM asked WHERE record_no = ?1;
-- name: intermediary.asked_core
UPDATE asked SET core_reception_no = ?2 WHERE reception_no = ?1;
-- name: intermediary.asked_result
UPDATE asked SET process_no = coalesce(?2, process_no), progress = ?3, item_status = ?4, error = ?5,
	response = ?6, response_signature = ?7
WHERE reception_no = ?1;

-- name: intermediary.answered_put
INSERT INTO answered (permit_id, process_no, addressee_no, inquirer, affair_code, item_code,
	asked_from, asked_to, digest, expires_at, due_at, held_at, done)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13);
-- name: intermediary.answered_find
SELECT process_no, addressee_no, inquirer, affair_code, item_code, asked_from, asked_to, digest,
	expires_at, due_at, held_at, done
FROM answered WHERE permit_id = ?1;
-- name: intermediary.answered_held
SELECT permit_id, addressee_no, affair_code, item_code, inquirer, held_at, due_at FROM answered
WHERE held_at IS NOT NULL AND done = 0 ORDER BY held_at, permit_id LIMIT ?1;
-- name: intermediary.answered_done
UPDATE answered SET done = 1, decided_by = ?2, reason = ?3 WHERE permit_id = ?1;

-- name: intermediary.copy_barred
SELECT max(self_info_barred), max(no_auto_reply) FROM copy WHERE addressee_no = ?1;

-- name: intermediary.notice_put
INSERT INTO notice (reception_no, state, received_at) VALUES (?1, ?2, ?3);
-- name: intermediary.notice_state
UPDATE notice SET state = ?2, taken_at = ?3 WHERE reception_no = ?1;
-- name: intermediary.notice_find
SELECT state, taken_at FROM notice WHERE reception_no = ?1;

-- name: intermediary.look_put
INSERT INTO look (request_no, addressee_no) VALUES (?1, ?2);
-- name: intermediary.look_process
UPDATE look SET process_no = ?2 WHERE request_no = ?1;
-- name: intermediary.look_of_process
SELECT request_no FROM look WHERE process_no = ?1;

-- name: intermediary.told_put
INSERT INTO told (process_no, record_key, record_version) VALUES (?1, ?2, ?3)
ON CONFLICT (process_no, record_key) DO NOTHING;
-- name: intermediary.told_of
SELECT record_key, record_version FROM told WHERE process_no = ?1 ORDER BY record_key;

-- name: intermediary.proof_record
INSERT INTO proof (process_no, record, record_signature) VALUES (?1, ?2, ?3)
ON CONFLICT (process_no) DO UPDATE SET record = excluded.record, record_signature = excluded.record_signature;
-- name: intermediary.proof_response
INSERT INTO proof (process_no, response, response_signature) VALUES (?1, ?2, ?3)
ON CONFLICT (process_no) DO UPDATE SET response = excluded.response,
	response_signature = excluded.response_signature;
-- name: intermediary.proof_of
SELECT record, record_signature, response, response_signature FROM proof WHERE process_no = ?1;

-- name: intermediary.letter_put
INSERT INTO letter (sender, letter, signature, received_at) VALUES (?1, ?2, ?3, ?4);
-- name: intermediary.letter_after
SELECT no, sender, letter, signature FROM letter WHERE no > ?1 ORDER BY no LIMIT 2;

-- name: portal.link_put
INSERT INTO link (institution, addressee_no, account, birth) VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (institution, addressee_no) DO UPDATE SET account = excluded.account, birth = excluded.birth;
-- name: portal.link_drop
DELETE FROM link WHERE account = ?1;
-- name: portal.link_find
SELECT account FROM link WHERE institution = ?1 AND addressee_no = ?2;
-- name: portal.links_of
SELECT institution, addressee_no, birth FROM link WHERE account = ?1 ORDER BY institution, addressee_no;
-- name: portal.notice_put
INSERT INTO notice (account, institution, title, text, received_at) VALUES (?1, ?2, ?3, ?4, ?5);
-- name: portal.notices_of
SELECT institution, title, text FROM notice WHERE account = ?1 ORDER BY id;
-- name: portal.look_put
INSERT INTO look (institution, requested_at, account, birth, state) VALUES (?1, ?2, ?3, ?4, 'asked');
-- name: portal.look_at
SELECT birth FROM look WHERE institution = ?1 AND requested_at = ?2;
-- name: portal.look_came
UPDATE look SET state = ?3, shown = ?4 WHERE institution = ?1 AND requested_at = ?2;
-- name: portal.look_shown
UPDATE look SET shown = NULL WHERE account = ?1;
-- name: portal.looks_of
SELECT institution, requested_at, state, shown FROM look WHERE account = ?1 ORDER BY requested_at;
-- What the person may see of the hub's records of these looks.  Of looks in vain none: one that was refused is not shown,
-- and that it is missing must not tell it from one of somebody who is not known.
-- name: portal.exchanges_of
SELECT r.process_no, r.provider, r.outcome FROM look AS l
	JOIN record AS r ON r.inquirer = ?2 AND r.provider = l.institution AND r.requested_at = l.requested_at
WHERE l.account = ?1 AND r.outcome = ?3 AND r.inquirer_non_disclosure = 0 AND r.provider_non_disclosure = 0
ORDER BY r.process_no;
-- name: portal.record_newest
SELECT r.process_no, r.inquirer, r.provider, r.requested_at, r.provided_at, r.affair_code,
	r.procedure_code, r.item_code, r.outcome, r.error, r.inquirer_non_disclosure,
	r.provider_non_disclosure, r.expires_on, max(r.seq), NULL
FROM record AS r
WHERE r.process_no > ?1 AND (?2 IS NULL OR r.process_no = ?2)
	AND (?3 IS NULL OR r.inquirer = ?3 OR r.provider = ?3)
GROUP BY r.process_no ORDER BY r.process_no LIMIT ?4;

-- What else stands about an exchange goes with its record.
-- name: core.process_gone
DELETE FROM process WHERE process_no IN (SELECT process_no FROM record WHERE expires_on < ?1
	AND process_no NOT IN (SELECT process_no FROM stays));
-- name: intermediary.asked_gone
DELETE FROM asked WHERE process_no IN (SELECT process_no FROM record WHERE expires_on < ?1
	AND process_no NOT IN (SELECT process_no FROM stays));
-- name: intermediary.answered_gone
DELETE FROM answered WHERE process_no IN (SELECT process_no FROM record WHERE expires_on < ?1
	AND process_no NOT IN (SELECT process_no FROM stays));
-- name: intermediary.told_gone
DELETE FROM told WHERE process_no IN (SELECT process_no FROM record WHERE expires_on < ?1
	AND process_no NOT IN (SELECT process_no FROM stays));
-- name: intermediary.proof_gone
DELETE FROM proof WHERE process_no IN (SELECT process_no FROM record WHERE expires_on < ?1
	AND process_no NOT IN (SELECT process_no FROM stays));
-- name: intermediary.look_gone
DELETE FROM look WHERE process_no IN (SELECT process_no FROM record WHERE expires_on < ?1
	AND process_no NOT IN (SELECT process_no FROM stays));
-- name: portal.look_gone
DELETE FROM look WHERE EXISTS (SELECT 1 FROM record AS r WHERE r.provider = look.institution
	AND r.requested_at = look.requested_at AND r.expires_on < ?1
	AND r.process_no NOT IN (SELECT process_no FROM stays));
