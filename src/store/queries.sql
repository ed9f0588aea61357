-- Every statement of the store.  scripts/gen-stmt makes an enumeration and an
-- array of it; all of them are prepared when a store is opened.
--
-- What leads to where a protected person is (data/schema/shield.tsv) is read through the views
-- whose names end in _seen, with eyes = :eyes, which the store binds; the engine refuses it
-- from the tables but to a statement whose line says why ("bare: ...").

-- name: node_add            role: write  whole: the first row of all
INSERT INTO node (muni, created_us) VALUES (:no, :created_us);

-- name: node_get            role: read   scan: one row   whole: says which municipality this is
SELECT node.muni, town.code FROM node JOIN town ON town.no = node.muni;

-- name: town_add            role: write  whole: municipalities are the same for all
INSERT INTO town (no, code) VALUES (:no, :code);

-- name: town_find           role: read   whole: municipalities are the same for all
SELECT no FROM town WHERE code = :code;

-- name: town_code           role: read   whole: municipalities are the same for all
SELECT code FROM town WHERE no = :no;

-- name: town_last           role: read   scan: the last row by its key   whole: municipalities are the same for all
SELECT no FROM town ORDER BY no DESC LIMIT 1;

-- name: lease_get           role: read
SELECT owner, epoch, until_us FROM lease WHERE muni = :muni;

-- name: lease_put           role: write
INSERT INTO lease (muni, owner, epoch, until_us) VALUES (:muni, :owner, :epoch, :until_us)
ON CONFLICT (muni) DO UPDATE SET owner = excluded.owner, epoch = excluded.epoch,
	until_us = excluded.until_us;

-- name: setting_count       role: read
SELECT count(*) FROM setting WHERE muni = :muni AND key > :prefix AND key < :prefix || '~' AND value <> '';

-- name: setting_get         role: read
SELECT value FROM setting WHERE muni = :muni AND key = :key;

-- name: restored_add        role: write
INSERT INTO restored (muni, restored_us, backup_us) VALUES (:muni, :restored_us, :backup_us)
ON CONFLICT (muni, restored_us, backup_us) DO NOTHING;

-- name: restored_covers     role: read
SELECT count(*) FROM restored WHERE muni = :muni AND restored_us >= :from_us AND backup_us < :until_us;

-- name: setting_put         role: write
INSERT INTO setting (muni, key, value) VALUES (:muni, :key, :value)
ON CONFLICT (muni, key) DO UPDATE SET value = excluded.value;

-- name: source_find         role: read
SELECT no FROM source WHERE muni = :muni AND kind = :kind AND code = :code;

-- name: source_get          role: read
SELECT kind, code FROM source WHERE muni = :muni AND no = :no;

-- name: source_last         role: read
SELECT no FROM source WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: source_add          role: write
INSERT INTO source (muni, no, kind, code) VALUES (:muni, :no, :kind, :code);

-- name: product_find        role: read
SELECT no FROM product WHERE muni = :muni AND code = :code;

-- name: product_get         role: read
SELECT code FROM product WHERE muni = :muni AND no = :no;

-- name: product_last        role: read
SELECT no FROM product WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: product_add         role: write
INSERT INTO product (muni, no, code) VALUES (:muni, :no, :code);

-- name: clinic_find         role: read
SELECT no FROM clinic WHERE muni = :muni AND code = :code AND name = :name;

-- name: clinic_get          role: read
SELECT code, name FROM clinic WHERE muni = :muni AND no = :no;

-- name: clinic_last         role: read
SELECT no FROM clinic WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: clinic_add          role: write
INSERT INTO clinic (muni, no, code, name) VALUES (:muni, :no, :code, :name);

-- name: person_add          role: write
INSERT INTO person (muni, id, addressee_no, name, kana, kana_folded, roman, birth_first, birth_last,
	sex, address, died_on, is_protected, protected_from, protected_until, changed_us, name_display,
	registration, registration_basis, registration_until, household_no, mailing_address, mailing_name,
	language)
VALUES (:muni, :id, :addressee_no, :name, :kana, :kana_folded, :roman, :birth_first, :birth_last,
	:sex, :address, :died_on, :is_protected, :protected_from, :protected_until, :changed_us, :name_display,
	:registration, :registration_basis, :registration_until, :household_no, :mailing_address, :mailing_name,
	:language);

-- name: person_set          role: write
UPDATE person SET name = :name, kana = :kana, kana_folded = :kana_folded, roman = :roman,
	birth_first = :birth_first, birth_last = :birth_last, sex = :sex, address = :address,
	died_on = :died_on, is_protected = :is_protected, protected_from = :protected_from,
	protected_until = :protected_until, changed_us = :changed_us, name_display = :name_display,
	registration = :registration, registration_basis = :registration_basis,
	registration_until = :registration_until, household_no = :household_no,
	mailing_address = :mailing_address, mailing_name = :mailing_name, language = :language
WHERE muni = :muni AND id = :id;

-- name: person_get          role: read
SELECT addressee_no, name, kana, roman, birth_first, birth_last, sex, address, died_on,
	is_protected, protected_from, protected_until, is_shielded, name_display, registration,
	registration_basis, registration_until, household_no, mailing_address, mailing_name, language
FROM person_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: person_shielded     role: read
SELECT is_shielded FROM person_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: person_by_addressee role: read
SELECT id FROM person WHERE muni = :muni AND addressee_no = :addressee_no;

-- name: person_by_kana      role: read
SELECT id FROM person WHERE muni = :muni AND kana_folded = :kana_folded
	AND birth_first = :birth_first AND birth_last = :birth_last
ORDER BY addressee_no LIMIT :cap;

-- name: person_list         role: read
SELECT id FROM person WHERE muni = :muni AND id > :after
	AND id NOT IN (SELECT part FROM person_part WHERE muni = :muni) ORDER BY id LIMIT :cap;

-- name: person_count        role: read
SELECT (SELECT count(*) FROM person WHERE muni = :muni) - (SELECT count(*) FROM person_part WHERE muni = :muni);

-- name: person_records      role: read
SELECT id FROM person WHERE muni = :muni AND id > :after ORDER BY id LIMIT :cap;

-- name: person_same_any     role: read
SELECT 1 FROM person_same WHERE muni = :muni LIMIT 1;

-- name: person_same_of      role: read
SELECT other, is_whole FROM person_same WHERE muni = :muni AND person = :person ORDER BY is_whole DESC, other;

-- name: person_same_drop    role: write
DELETE FROM person_same WHERE muni = :muni AND person = :person;

-- name: person_same_add     role: write
INSERT INTO person_same (muni, person, other, is_whole) VALUES (:muni, :person, :other, :is_whole);

-- Protection of one record is protection of the person.
-- name: person_same_protect role: write
UPDATE person SET is_protected = 1, changed_us = :changed_us WHERE muni = :muni AND is_protected = 0 AND id IN (SELECT :person UNION ALL SELECT other FROM person_same
		WHERE muni = :muni AND person = :person)
	AND EXISTS (SELECT 1 FROM person AS w WHERE w.muni = :muni AND w.is_protected = 1 AND w.id IN (SELECT :person UNION ALL SELECT other FROM person_same
		WHERE muni = :muni AND person = :person));

-- Who was born on the same day and has something else in common, or a name of before.
-- name: person_same_birth   role: read   bare: ids alone, compared by the node itself
SELECT id FROM person AS p WHERE muni = :muni AND birth_first = :birth_first AND id <> :id
	AND (kana_folded = :kana_folded OR name = :name OR roman = :roman OR address = :address
		OR household_no = :household_no OR :has_names = 1
		OR EXISTS (SELECT 1 FROM person_name AS n WHERE n.muni = p.muni AND n.person = p.id))
ORDER BY id LIMIT :cap;

-- Who is read alike and lives in the same place, born on another day.  By the place: a city has thousands who are read alike.
-- name: person_same_home    role: read   by: person_home person_household   bare: ids alone, compared by the node itself
SELECT id FROM person WHERE muni = :muni AND address = :address AND kana_folded = :kana_folded AND id <> :id
	AND birth_first <> :birth_first
UNION SELECT id FROM person WHERE muni = :muni AND household_no = :household_no AND kana_folded = :kana_folded AND id <> :id
	AND birth_first <> :birth_first
ORDER BY id LIMIT :cap;

-- name: person_part_of      role: read
SELECT whole, pair, number, merged_us FROM person_part WHERE muni = :muni AND part = :part;

-- name: person_part_add     role: write
INSERT INTO person_part (muni, part, whole, pair, number, merged_us)
VALUES (:muni, :part, :whole, :pair, :number, :merged_us);

-- name: person_part_drop    role: write
DELETE FROM person_part WHERE muni = :muni AND part = :part;

-- name: person_pair_add     role: write
INSERT INTO person_pair (muni, no, first, second, rule, score, state, found_us)
VALUES (:muni, :no, :first, :second, :rule, :score, :state, :found_us);

-- name: person_pair_set     role: write
UPDATE person_pair SET rule = :rule, score = :score, state = :state, found_us = :found_us
WHERE muni = :muni AND no = :no;

-- name: person_pair_last    role: read
SELECT no FROM person_pair WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: person_pair_get     role: read
SELECT no, first, second, rule, score, state, found_us FROM person_pair_seen
WHERE eyes = :eyes AND muni = :muni AND no = :no;

-- name: person_pair_between role: read
SELECT no, first, second, rule, score, state, found_us FROM person_pair
WHERE muni = :muni AND first = :first AND second = :second;

-- name: person_pair_of      role: read
SELECT no, first, second, rule, score, state, found_us FROM person_pair_seen
WHERE eyes = :eyes AND muni = :muni AND no IN (SELECT no FROM person_pair WHERE muni = :muni AND first = :person
	UNION ALL SELECT no FROM person_pair WHERE muni = :muni AND second = :person)
ORDER BY no;

-- name: person_pair_list    role: read
SELECT no, first, second, rule, score, state, found_us FROM person_pair_seen
WHERE eyes = :eyes AND muni = :muni AND state = :state AND (score < :score OR (score = :score AND no > :after))
ORDER BY score DESC, no LIMIT :cap;

-- name: person_pair_count   role: read
SELECT count(*) FROM person_pair WHERE muni = :muni AND state = :state;

-- name: person_decision_add role: write
INSERT INTO person_decision (muni, no, seq, kind, kept, reason, decided_by, decided_us)
VALUES (:muni, :no, :seq, :kind, :kept, :reason, :decided_by, :decided_us);

-- name: person_decision_last role: read
SELECT seq FROM person_decision WHERE muni = :muni AND no = :no ORDER BY seq DESC LIMIT 1;

-- name: person_decision_list role: read
SELECT seq, kind, kept, reason, decided_by, decided_us FROM person_decision_seen
WHERE eyes = :eyes AND muni = :muni AND no = :no ORDER BY seq;

-- name: person_due_add      role: write
INSERT INTO person_due (muni, person) VALUES (:muni, :person)
ON CONFLICT (muni, person) DO NOTHING;

-- name: person_due_list     role: read
SELECT person FROM person_due WHERE muni = :muni ORDER BY person LIMIT :cap;

-- name: person_due_drop     role: write
DELETE FROM person_due WHERE muni = :muni AND person = :person;

-- name: person_unprotect    role: write
UPDATE person SET is_protected = 0, protected_until = :last_day, changed_us = :changed_us
WHERE muni = :muni AND id IN (SELECT :id UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :id);

-- name: residence_of        role: read
SELECT from_on, until_on, previous, next, entry, exit FROM residence_seen
WHERE eyes = :eyes AND muni = :muni AND person = :person ORDER BY seq;

-- name: residence_add       role: write
INSERT INTO residence (muni, person, seq, from_on, until_on, previous, next, entry, exit)
VALUES (:muni, :person, :seq, :from_on, :until_on, :previous, :next, :entry, :exit);

-- name: name_of             role: read
SELECT kind, name, name_display, kana, roman, from_on, until_on FROM person_name
WHERE muni = :muni AND person = :person ORDER BY seq;

-- name: name_add            role: write
INSERT INTO person_name (muni, person, seq, kind, name, name_display, kana, roman, from_on, until_on)
VALUES (:muni, :person, :seq, :kind, :name, :name_display, :kana, :roman, :from_on, :until_on);

-- name: name_clear          role: write
DELETE FROM person_name WHERE muni = :muni AND person = :person;

-- name: gram_add            role: write
INSERT INTO name_gram (muni, gram, person) VALUES (:muni, :gram, :person)
ON CONFLICT (muni, gram, person) DO NOTHING;

-- name: gram_drop           role: write
DELETE FROM name_gram WHERE muni = :muni AND gram = :gram AND person = :person;

-- name: gram_size           role: read   scan: of its own at most cap rows
SELECT count(*) FROM (SELECT 1 FROM name_gram WHERE muni = :muni AND gram = :gram LIMIT :cap);

-- name: gram_persons        role: read
SELECT person FROM name_gram WHERE muni = :muni AND gram = :gram ORDER BY person LIMIT :cap;

-- name: person_by_birth     role: read
SELECT id FROM person WHERE muni = :muni AND birth_first >= :since AND birth_first <= :last
	AND birth_last >= :first
ORDER BY birth_first LIMIT :cap;

-- name: person_by_reading   role: read
SELECT id FROM person WHERE muni = :muni AND kana_folded = :kana_folded LIMIT :cap;

-- name: person_names        role: read
SELECT addressee_no, name, kana, roman, birth_first, birth_last FROM person WHERE muni = :muni AND id = :id;

-- name: guardian_add        role: write
INSERT INTO guardian (muni, person, seq, guardian, name, kana, relation, basis, from_on, until_on, is_named,
	recorded_us)
VALUES (:muni, :person, :seq, :guardian, :name, :kana, :relation, :basis, :from_on, :until_on, :is_named,
	:recorded_us);

-- name: guardian_end        role: write
UPDATE guardian SET until_on = :until_on WHERE muni = :muni AND person = :person AND seq = :seq;

-- name: guardian_name       role: write
UPDATE guardian SET is_named = :is_named WHERE muni = :muni AND person = :person AND seq = :seq;

-- name: guardian_last       role: read
SELECT seq FROM guardian WHERE muni = :muni AND person = :person ORDER BY seq DESC LIMIT 1;

-- name: guardian_span       role: read   bare: days alone, for the check of an end
SELECT from_on, until_on FROM guardian WHERE muni = :muni AND person = :person AND seq = :seq;

-- name: guardian_of         role: read
SELECT person, seq, guardian, name, kana, relation, basis, from_on, until_on, is_named FROM guardian_seen
WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY from_on, person, seq;

-- name: guardian_acts       role: read   bare: yes or no
SELECT 1 FROM guardian AS g JOIN person AS p ON p.muni = g.muni AND p.id = g.person
	JOIN person AS w ON w.muni = g.muni AND w.id = g.guardian
WHERE g.muni = :muni AND g.person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person)
	AND g.guardian IN (SELECT :guardian UNION ALL SELECT other FROM person_same WHERE muni = :muni AND person = :guardian) AND g.from_on <= :on_day
	AND (g.until_on IS NULL OR g.until_on >= :on_day)
	AND (g.is_named = 1 OR (p.is_protected = 0 AND w.is_protected = 0))
LIMIT 1;

-- name: residence_clear     role: write
DELETE FROM residence WHERE muni = :muni AND person = :person;

-- name: number_put          role: write
INSERT INTO number (muni, person, key_id, nonce, sealed, blind, changed_us)
VALUES (:muni, :person, :key_id, :nonce, :sealed, :blind, :changed_us)
ON CONFLICT (muni, person) DO UPDATE SET key_id = excluded.key_id, nonce = excluded.nonce,
	sealed = excluded.sealed, blind = excluded.blind, changed_us = excluded.changed_us;

-- name: number_sealed_by    role: read
SELECT person, person, key_id, nonce, sealed FROM number
WHERE muni = :muni AND key_id = :key_id ORDER BY person LIMIT :cap;

-- name: number_reseal       role: write
UPDATE number SET key_id = :key_id, nonce = :nonce, sealed = :sealed, blind = :blind
WHERE muni = :muni AND person = :person;

-- name: evidence_sealed_by  role: read
SELECT id, person, key_id, nonce, sealed FROM evidence
WHERE muni = :muni AND key_id = :key_id ORDER BY id LIMIT :cap;

-- name: evidence_reseal     role: write
UPDATE evidence SET key_id = :key_id, nonce = :nonce, sealed = :sealed
WHERE muni = :muni AND id = :id;

-- name: sealed_count        role: read
SELECT (SELECT count(*) FROM number WHERE muni = :muni AND key_id = :key_id) +
	(SELECT count(*) FROM evidence WHERE muni = :muni AND key_id = :key_id);

-- name: number_get          role: read
SELECT key_id, nonce, sealed, person FROM number WHERE muni = :muni AND person = :person;

-- Of a merged person with two: the one that the last merge named; else the record's own.
-- name: number_used         role: read
SELECT n.key_id, n.nonce, n.sealed, n.person FROM number AS n WHERE n.muni = :muni AND n.person IN (SELECT :person
	UNION ALL SELECT other FROM person_same WHERE muni = :muni AND person = :person)
ORDER BY (SELECT max(merged_us) FROM person_part AS w WHERE w.muni = n.muni AND w.number = n.person
	AND w.part IN (SELECT :person UNION ALL SELECT other FROM person_same WHERE muni = :muni AND person = :person)) DESC,
	n.person = :person DESC, n.person LIMIT 1;

-- name: number_find         role: read
SELECT person FROM number WHERE muni = :muni AND blind = :blind;

-- name: dose_add            role: write
INSERT INTO dose (muni, person, statement, version, id, source, source_id, source_version, relay,
	asserted_by, given_first, given_last, product, lot, expires_on, volume_ul, site, route,
	clinic, physician, status, reason, evidence, verification, recorded_us, told_no, product_text)
VALUES (:muni, :person, :statement, :version, :id, :source, :source_id, :source_version, :relay,
	:asserted_by, :given_first, :given_last, :product, :lot, :expires_on, :volume_ul, :site, :route,
	:clinic, :physician, :status, :reason, :evidence, :verification, :recorded_us, :told_no, :product_text);

-- name: dose_of             role: read
SELECT person, statement, version, id, source, source_id, source_version, relay,
	asserted_by, given_first, given_last, product, lot, expires_on, volume_ul, site, route,
	clinic, physician, status, reason, evidence, verification, recorded_us, told_no, product_text
FROM dose_seen WHERE eyes = :eyes AND muni = :muni AND person = :person ORDER BY statement, version;

-- name: dose_versions       role: read
SELECT person, statement, version, id, source, source_id, source_version, relay,
	asserted_by, given_first, given_last, product, lot, expires_on, volume_ul, site, route,
	clinic, physician, status, reason, evidence, verification, recorded_us, told_no, product_text
FROM dose_seen WHERE eyes = :eyes AND muni = :muni AND person = :person AND statement = :statement ORDER BY version;

-- name: dose_get            role: read
SELECT person, statement, version, id, source, source_id, source_version, relay,
	asserted_by, given_first, given_last, product, lot, expires_on, volume_ul, site, route,
	clinic, physician, status, reason, evidence, verification, recorded_us, told_no, product_text
FROM dose_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: dose_place          role: read
SELECT person, statement, version FROM dose WHERE muni = :muni AND id = :id;

-- name: dose_last           role: read
SELECT (SELECT min(version) FROM dose WHERE muni = :muni AND person = :person AND statement = :statement),
	version, source_version, id
FROM dose WHERE muni = :muni AND person = :person AND statement = :statement
ORDER BY source_version DESC, version DESC LIMIT 1;

-- name: dose_told_add       role: write
INSERT INTO dose_told (muni, id, relay) VALUES (:muni, :id, :relay)
ON CONFLICT (muni, id, relay) DO NOTHING;

-- name: dose_told_of        role: read   bare: of a version that the reader was handed
SELECT relay FROM dose_told WHERE muni = :muni AND id = :id ORDER BY relay;

-- name: dose_by_source      role: read   bare: an id, to whom has the source's own number
SELECT id, person, statement, version, source_version FROM dose
WHERE muni = :muni AND source = :source AND source_id = :source_id
ORDER BY source_version DESC LIMIT 1;

-- name: dose_by_version     role: read   bare: an id, to whom has the source's own number
SELECT id FROM dose WHERE muni = :muni AND source = :source AND source_id = :source_id
	AND source_version = :source_version;

-- name: dose_count          role: read
SELECT count(*), count(CASE version WHEN 1 THEN 1 END) FROM dose WHERE muni = :muni;

-- name: duplicate_due_add   role: write
INSERT INTO duplicate_due (muni, person) VALUES (:muni, :person)
ON CONFLICT (muni, person) DO NOTHING;

-- name: duplicate_due_list  role: read
SELECT person FROM duplicate_due WHERE muni = :muni ORDER BY person LIMIT :cap;

-- name: duplicate_due_drop  role: write
DELETE FROM duplicate_due WHERE muni = :muni AND person = :person;

-- name: duplicate_add       role: write
INSERT INTO duplicate (muni, no, person, first, second, rule, verdict, state, is_outdated, found_us)
VALUES (:muni, :no, :person, :first, :second, :rule, :verdict, :state, :is_outdated, :found_us);

-- name: duplicate_set       role: write
UPDATE duplicate SET rule = :rule, verdict = :verdict, state = :state, is_outdated = :is_outdated,
	found_us = :found_us
WHERE muni = :muni AND no = :no;

-- name: duplicate_last      role: read
SELECT no FROM duplicate WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: duplicate_get       role: read
SELECT no, person, first, second, rule, verdict, state, is_outdated, found_us FROM duplicate_seen
WHERE eyes = :eyes AND muni = :muni AND no = :no;

-- name: duplicate_of        role: read
SELECT no, person, first, second, rule, verdict, state, is_outdated, found_us FROM duplicate_seen
WHERE eyes = :eyes AND muni = :muni AND person = :person ORDER BY first, second;

-- name: duplicate_list      role: read
SELECT no, person, first, second, rule, verdict, state, is_outdated, found_us FROM duplicate_seen
WHERE eyes = :eyes AND muni = :muni AND state = :state AND no > :after ORDER BY no LIMIT :cap;

-- name: duplicate_count     role: read
SELECT count(*) FROM duplicate WHERE muni = :muni AND state = :state;

-- name: duplicate_counts_as_of role: read
SELECT statement, counts_as FROM duplicate_counts_as_seen
WHERE eyes = :eyes AND muni = :muni AND person = :person ORDER BY statement;

-- name: duplicate_counts_as_add role: write
INSERT INTO duplicate_counts_as (muni, person, statement, counts_as)
VALUES (:muni, (SELECT person FROM dose WHERE muni = :muni AND id = :statement), :statement, :counts_as);

-- name: duplicate_counts_as_drop role: write
DELETE FROM duplicate_counts_as WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person);

-- name: duplicate_decide    role: write
INSERT INTO duplicate_decision (muni, no, seq, keep, digest, reason, decided_by, decided_us)
VALUES (:muni, :no, :seq, :keep, :digest, :reason, :decided_by, :decided_us);

-- name: duplicate_undo      role: write
UPDATE duplicate_decision SET undone_by = :undone_by, undone_us = :undone_us, undo_reason = :undo_reason
WHERE muni = :muni AND no = :no AND undone_us IS NULL;

-- name: duplicate_decision_last role: read
SELECT seq FROM duplicate_decision WHERE muni = :muni AND no = :no ORDER BY seq DESC LIMIT 1;

-- name: duplicate_decision_list role: read
SELECT first, second, seq, keep, digest, reason, decided_by, decided_us, undone_by, undone_us, undo_reason
FROM duplicate_decision_seen WHERE eyes = :eyes AND muni = :muni AND no = :no ORDER BY seq;

-- name: duplicate_decision_of role: read
SELECT first, second, seq, keep, digest, reason, decided_by, decided_us, undone_by, undone_us, undo_reason
FROM duplicate_decision_seen WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND undone_us IS NULL
ORDER BY no, seq;

-- name: circumstance_add    role: write
INSERT INTO circumstance (muni, person, id, kind, code, from_on, until_on, value, evidence, recorded_us,
	recorded_by)
VALUES (:muni, :person, :id, :kind, :code, :from_on, :until_on, :value, :evidence, :recorded_us, :recorded_by);

-- name: circumstance_end    role: write
UPDATE circumstance SET ended_us = :ended_us, end_reason = :end_reason
WHERE muni = :muni AND id = :id AND ended_us IS NULL;

-- name: circumstance_get    role: read
SELECT id, person, kind, code, from_on, until_on, value, evidence, recorded_us, recorded_by, ended_us, end_reason
FROM circumstance_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: circumstance_of     role: read
SELECT id, person, kind, code, from_on, until_on, value, evidence, recorded_us, recorded_by, ended_us, end_reason
FROM circumstance_seen WHERE eyes = :eyes AND muni = :muni AND person = :person ORDER BY id;

-- name: clinic_card_add     role: write
INSERT INTO clinic_card (muni, code, version, name, kana, roman, address, phone, reason, recorded_us, recorded_by)
VALUES (:muni, :code, :version, :name, :kana, :roman, :address, :phone, :reason, :recorded_us, :recorded_by);

-- name: clinic_card_get     role: read
SELECT code, version, name, kana, roman, address, phone, reason, recorded_us, recorded_by
FROM clinic_card WHERE muni = :muni AND code = :code ORDER BY version DESC LIMIT 1;

-- name: clinic_card_of      role: read
SELECT code, version, name, kana, roman, address, phone, reason, recorded_us, recorded_by
FROM clinic_card WHERE muni = :muni AND code = :code ORDER BY version;

-- name: clinic_card_all     role: read
SELECT code, version, name, kana, roman, address, phone, reason, recorded_us, recorded_by
FROM clinic_card WHERE muni = :muni ORDER BY code, version;

-- name: clinic_contract_last role: read
SELECT seq FROM clinic_contract WHERE muni = :muni AND code = :code ORDER BY seq DESC LIMIT 1;

-- name: clinic_contract_add role: write
INSERT INTO clinic_contract (muni, code, seq, from_on, until_on, accepts, reason, recorded_us, recorded_by)
VALUES (:muni, :code, :seq, :from_on, :until_on, :accepts, :reason, :recorded_us, :recorded_by);

-- name: clinic_contract_replace role: write
UPDATE clinic_contract SET replaced_us = :replaced_us
WHERE muni = :muni AND code = :code AND seq = :seq AND replaced_us IS NULL;

-- name: clinic_contract_of  role: read
SELECT code, seq, from_on, until_on, accepts, reason, recorded_us, recorded_by, replaced_us
FROM clinic_contract WHERE muni = :muni AND code = :code ORDER BY from_on, seq;

-- name: clinic_contract_all role: read
SELECT code, seq, from_on, until_on, accepts, reason, recorded_us, recorded_by, replaced_us
FROM clinic_contract WHERE muni = :muni ORDER BY code, from_on, seq;

-- name: clinic_month_add    role: write
INSERT INTO clinic_month (muni, code, month, n_new, n_changed, n_held, first_us, first_file, last_us, last_file)
VALUES (:muni, :code, :month, :n_new, :n_changed, :n_held, :now_us, :file, :now_us, :file)
ON CONFLICT (muni, code, month) DO UPDATE SET n_new = clinic_month.n_new + excluded.n_new,
	n_changed = clinic_month.n_changed + excluded.n_changed, n_held = clinic_month.n_held + excluded.n_held,
	first_us = coalesce(clinic_month.first_us, excluded.first_us),
	first_file = coalesce(clinic_month.first_file, excluded.first_file),
	last_us = excluded.last_us, last_file = excluded.last_file;

-- name: clinic_month_zero   role: write
INSERT INTO clinic_month (muni, code, month, n_new, n_changed, n_held, zero_us, zero_by, zero_note)
VALUES (:muni, :code, :month, 0, 0, 0, :zero_us, :zero_by, :zero_note)
ON CONFLICT (muni, code, month) DO UPDATE SET zero_us = excluded.zero_us, zero_by = excluded.zero_by,
	zero_note = excluded.zero_note;

-- name: clinic_month_of     role: read
SELECT code, month, n_new, n_changed, n_held, first_us, first_file, last_us, last_file, zero_us, zero_by, zero_note
FROM clinic_month WHERE muni = :muni AND code = :code ORDER BY month;

-- name: request_letter_last     role: read
SELECT no FROM request_letter WHERE muni = :muni AND fiscal_year = :fiscal_year ORDER BY no DESC LIMIT 1;

-- name: request_letter_add      role: write
INSERT INTO request_letter (muni, fiscal_year, no, person, town, recipient, applicant, reason, programmes, issued_on,
	valid_until, issued_us, issued_by)
VALUES (:muni, :fiscal_year, :no, :person, :town, :recipient, :applicant, :reason, :programmes, :issued_on,
	:valid_until, :issued_us, :issued_by);

-- name: request_letter_get      role: read
SELECT fiscal_year, no, person, town, recipient, applicant, reason, programmes, issued_on, valid_until, issued_us,
	issued_by, voided_us, void_reason
FROM request_letter_seen WHERE eyes = :eyes AND muni = :muni AND fiscal_year = :fiscal_year AND no = :no;

-- name: request_letter_of       role: read
SELECT fiscal_year, no, person, town, recipient, applicant, reason, programmes, issued_on, valid_until, issued_us,
	issued_by, voided_us, void_reason
FROM request_letter_seen WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY fiscal_year DESC, no DESC;

-- name: request_letter_year     role: read
SELECT fiscal_year, no, person, town, recipient, applicant, reason, programmes, issued_on, valid_until, issued_us,
	issued_by, voided_us, void_reason
FROM request_letter_seen WHERE eyes = :eyes AND muni = :muni AND fiscal_year = :fiscal_year ORDER BY no DESC;

-- name: request_letter_void     role: write
UPDATE request_letter SET voided_us = :voided_us, void_reason = :void_reason
WHERE muni = :muni AND fiscal_year = :fiscal_year AND no = :no AND voided_us IS NULL;

-- name: request_letter_results  role: read
SELECT seq, statement, paid_yen, paid_on, note, recorded_us, recorded_by FROM request_letter_result_seen
WHERE eyes = :eyes AND muni = :muni AND fiscal_year = :fiscal_year AND no = :no ORDER BY seq;

-- name: request_letter_result_last role: read
SELECT seq FROM request_letter_result WHERE muni = :muni AND fiscal_year = :fiscal_year AND no = :no
ORDER BY seq DESC LIMIT 1;

-- name: request_letter_result_add role: write
INSERT INTO request_letter_result (muni, fiscal_year, no, seq, person, statement, paid_yen, paid_on, note, recorded_us,
	recorded_by)
VALUES (:muni, :fiscal_year, :no, :seq, :person, :statement, :paid_yen, :paid_on, :note, :recorded_us, :recorded_by);

-- name: dose_report_last    role: read
SELECT no FROM dose_report WHERE muni = :muni AND kind = :kind AND fiscal_year = :fiscal_year ORDER BY no DESC LIMIT 1;

-- name: dose_report_add     role: write
INSERT INTO dose_report (muni, kind, fiscal_year, no, version, person, statement, what, noticed_on, noticed_by, onset_first, onset_last,
	onset_minutes, reported_to, reported_on, note, is_withdrawn, reason, recorded_us, recorded_by)
VALUES (:muni, :kind, :fiscal_year, :no, :version, :person, :statement, :what, :noticed_on, :noticed_by, :onset_first,
	:onset_last, :onset_minutes, :reported_to, :reported_on, :note, :is_withdrawn, :reason, :recorded_us, :recorded_by);

-- name: dose_report_get     role: read
SELECT kind, fiscal_year, no, version, person, statement, what, noticed_on, noticed_by, onset_first, onset_last,
	onset_minutes, reported_to, reported_on, note, is_withdrawn, reason, recorded_us, recorded_by
FROM dose_report_seen WHERE eyes = :eyes AND muni = :muni AND kind = :kind AND fiscal_year = :fiscal_year AND no = :no
ORDER BY version DESC LIMIT 1;

-- name: dose_report_year    role: read
SELECT kind, fiscal_year, no, version, person, statement, what, noticed_on, noticed_by, onset_first, onset_last,
	onset_minutes, reported_to, reported_on, note, is_withdrawn, reason, recorded_us, recorded_by
FROM dose_report_seen WHERE eyes = :eyes AND muni = :muni AND kind = :kind AND fiscal_year = :fiscal_year
ORDER BY no, version;

-- name: dose_report_of      role: read
SELECT kind, fiscal_year, no, version, person, statement, what, noticed_on, noticed_by, onset_first, onset_last,
	onset_minutes, reported_to, reported_on, note, is_withdrawn, reason, recorded_us, recorded_by
FROM dose_report_seen WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL
	SELECT other FROM person_same WHERE muni = :muni AND person = :person)
ORDER BY kind, fiscal_year, no, version;

-- What stands of a year, by product as the dose is on record now: counts name nobody.
-- name: dose_report_counts  role: read
SELECT coalesce((SELECT product.code FROM dose AS d JOIN product ON product.muni = d.muni AND product.no = d.product
	WHERE d.muni = r.muni AND d.person = r.person AND d.statement = r.statement ORDER BY d.version DESC LIMIT 1), '') AS code,
	r.what, count(*)
FROM dose_report AS r
WHERE r.muni = :muni AND r.kind = :kind AND r.fiscal_year = :fiscal_year AND r.is_withdrawn = 0
	AND NOT EXISTS (SELECT 1 FROM dose_report AS n WHERE n.muni = r.muni AND n.kind = r.kind
		AND n.fiscal_year = r.fiscal_year AND n.no = r.no AND n.version > r.version)
GROUP BY code, r.what ORDER BY code, r.what;

-- name: clinic_month_all    role: read
SELECT code, month, n_new, n_changed, n_held, first_us, first_file, last_us, last_file, zero_us, zero_by, zero_note
FROM clinic_month WHERE muni = :muni ORDER BY code, month;
-- name: walk_births         role: read
SELECT id FROM person WHERE muni = :muni AND birth_first >= :since AND birth_first <= :last
	AND birth_last >= :first
	AND id NOT IN (SELECT part FROM person_part WHERE muni = :muni);

-- name: walk_person         role: read
SELECT addressee_no, birth_first, birth_last, sex, died_on, is_protected, is_shielded, registration, language,
	address
FROM person_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: walk_doses          role: read
SELECT statement, version, id, source_version, given_first, given_last, product, status, source, relay
FROM dose_seen WHERE eyes = :eyes AND muni = :muni AND person = :person ORDER BY statement, version;

-- name: list_add            role: write
INSERT INTO list (muni, name, version, description, description_en, condition, made_by, made_us, is_closed)
VALUES (:muni, :name, :version, :description, :description_en, :condition, :made_by, :made_us, :is_closed);

-- name: list_last           role: read
SELECT version FROM list WHERE muni = :muni AND name = :name ORDER BY version DESC LIMIT 1;

-- name: list_get            role: read
SELECT name, version, description, description_en, condition, made_by, made_us, is_closed
FROM list WHERE muni = :muni AND name = :name AND version = :version;

-- name: list_versions       role: read
SELECT name, version, description, description_en, condition, made_by, made_us, is_closed
FROM list WHERE muni = :muni AND name = :name ORDER BY version DESC LIMIT :cap;

-- name: list_latest         role: read
SELECT name, version, description, description_en, condition, made_by, made_us, is_closed
FROM list AS l WHERE muni = :muni AND NOT EXISTS (SELECT 1 FROM list AS later
	WHERE later.muni = l.muni AND later.name = l.name AND later.version > l.version)
ORDER BY name LIMIT :cap;

-- name: release_add         role: write
INSERT INTO release (muni, no, list, version, on_day, is_apart, purpose, programme, law_version, law_hash,
	count, hash, released_by, released_us)
VALUES (:muni, :no, :list, :version, :on_day, :is_apart, :purpose, :programme, :law_version, :law_hash,
	:count, :hash, :released_by, :released_us);

-- name: release_row_add     role: write
INSERT INTO release_row (muni, release, seq, person, dose, line)
VALUES (:muni, :release, :seq, :person, :dose, :line);

-- name: release_last        role: read
SELECT no FROM release WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: release_get         role: read
SELECT no, list, version, on_day, is_apart, purpose, programme, law_version, law_hash, count, hash,
	released_by, released_us
FROM release WHERE muni = :muni AND no = :no;

-- name: release_list        role: read
SELECT no, list, version, on_day, is_apart, purpose, programme, law_version, law_hash, count, hash,
	released_by, released_us
FROM release WHERE muni = :muni ORDER BY no DESC LIMIT :cap;

-- name: release_rows        role: read
SELECT seq, person, dose, is_shielded, line FROM release_row_seen
WHERE eyes = :eyes AND muni = :muni AND release = :release AND seq > :after ORDER BY seq LIMIT :cap;

-- name: notice_run_add      role: write
INSERT INTO notice_run (muni, no, release, purpose, programme, planned_on, made_by, made_us)
VALUES (:muni, :no, :release, :purpose, :programme, :planned_on, :made_by, :made_us);

-- name: notice_run_last     role: read
SELECT no FROM notice_run WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: notice_run_get      role: read
SELECT no, release, purpose, programme, planned_on, made_by, made_us, mailed_on, undone_us
FROM notice_run WHERE muni = :muni AND no = :no;

-- name: notice_run_list     role: read
SELECT no, release, purpose, programme, planned_on, made_by, made_us, mailed_on, undone_us
FROM notice_run WHERE muni = :muni ORDER BY no DESC LIMIT :cap;

-- name: notice_run_mailed   role: write
UPDATE notice_run SET mailed_on = :mailed_on, mailed_by = :mailed_by
WHERE muni = :muni AND no = :no AND mailed_on IS NULL AND undone_us IS NULL;

-- name: notice_run_undo     role: write
UPDATE notice_run SET undone_us = :undone_us, undone_by = :undone_by, undo_reason = :undo_reason
WHERE muni = :muni AND no = :no AND mailed_on IS NULL AND undone_us IS NULL;

-- name: notice_add          role: write
INSERT INTO notice (muni, run, person, dose, excluded) VALUES (:muni, :run, :person, :dose, :excluded);

-- name: notice_get          role: read
SELECT excluded FROM notice_seen WHERE eyes = :eyes AND muni = :muni AND run = :run AND person = :person;

-- name: notice_last         role: read
SELECT max(coalesce(r.mailed_on, r.planned_on)) FROM notice AS n
	JOIN notice_run AS r ON r.muni = n.muni AND r.no = n.run
WHERE n.muni = :muni AND n.person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND n.excluded = 0 AND r.programme = :programme
	AND r.undone_us IS NULL
	AND coalesce((SELECT e.kind FROM notice_event AS e WHERE e.muni = n.muni AND e.run = n.run
		AND e.person = n.person ORDER BY e.seq DESC LIMIT 1), 0) <> :returned;

-- name: notice_came_back    role: read
SELECT e.kind = :returned AND e.told_us > p.changed_us FROM notice_event AS e
	JOIN person AS p ON p.muni = e.muni AND p.id = e.person
WHERE e.muni = :muni AND e.person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY e.told_us DESC LIMIT 1;

-- name: notice_of           role: read
SELECT r.no, r.release, r.purpose, r.programme, r.planned_on, r.made_by, r.made_us, r.mailed_on, r.undone_us,
	n.person, n.dose, n.excluded
FROM notice_seen AS n JOIN notice_run AS r ON r.muni = n.muni AND r.no = n.run
WHERE n.eyes = :eyes AND n.muni = :muni AND n.person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY n.run DESC;

-- name: notice_event_last   role: read
SELECT max(seq) FROM notice_event WHERE muni = :muni AND run = :run AND person = :person;

-- name: notice_event_add    role: write
INSERT INTO notice_event (muni, run, person, seq, kind, on_day, note, told_by, told_us)
VALUES (:muni, :run, :person, :seq, :kind, :on_day, :note, :told_by, :told_us);

-- name: notice_events       role: read
SELECT run, person, kind, on_day, note, told_by FROM notice_event_seen
WHERE eyes = :eyes AND muni = :muni AND run = :run AND person = :person ORDER BY seq;

-- name: notice_returned     role: read
SELECT e.run, e.person, e.kind, e.on_day, e.note, e.told_by FROM notice_event_seen AS e
WHERE e.eyes = :eyes AND e.muni = :muni AND e.kind = :returned
	AND NOT EXISTS (SELECT 1 FROM notice_event AS later WHERE later.muni = e.muni AND later.run = e.run
		AND later.person = e.person AND later.seq > e.seq)
ORDER BY e.on_day LIMIT :cap;

-- name: portal_letters      role: read
SELECT person FROM notice WHERE muni = :muni AND run = :run AND person > :after AND excluded = :letter
ORDER BY person LIMIT :cap;

-- name: portal_notice_add   role: write
INSERT INTO portal_notice (muni, id, person, kind, run, made_us, made_by, state, reason, settled_us)
VALUES (:muni, :id, :person, :kind, :run, :made_us, :made_by, :state, :reason, :made_us);

-- name: portal_notice_get   role: read
SELECT id, person, kind, run, made_us, made_by, state, reason, settled_us FROM portal_notice_seen
WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: portal_notice_set   role: write
UPDATE portal_notice SET state = :state, reason = :reason, settled_us = :settled_us WHERE muni = :muni AND id = :id;

-- name: portal_notice_in    role: read
SELECT id, person, kind, run, made_us, made_by, state, reason, settled_us FROM portal_notice_seen
WHERE eyes = :eyes AND muni = :muni AND state = :state ORDER BY made_us, id LIMIT :cap;

-- name: portal_notice_of_run role: read
SELECT id, person, kind, run, made_us, made_by, state, reason, settled_us FROM portal_notice_seen
WHERE eyes = :eyes AND muni = :muni AND run = :run AND person > :after ORDER BY person LIMIT :cap;

-- name: portal_notice_of    role: read
SELECT id, person, kind, run, made_us, made_by, state, reason, settled_us FROM portal_notice_seen
WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY made_us DESC, id;

-- name: portal_notice_count role: read
SELECT state, count(*) FROM portal_notice WHERE muni = :muni AND run = :run GROUP BY state;

-- name: notice_refuse       role: write
INSERT INTO notice_refusal (muni, person, programme, since_us, reason, told_by)
VALUES (:muni, :person, :programme, :since_us, :reason, :told_by);

-- name: notice_accept       role: write
UPDATE notice_refusal SET ended_us = :ended_us, ended_by = :ended_by
WHERE muni = :muni AND person = :person AND programme = :programme AND ended_us IS NULL;

-- name: notice_refused      role: read
SELECT count(*) FROM notice_refusal
WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND programme IN (:programme, '') AND ended_us IS NULL;

-- name: ticket_add          role: write
INSERT INTO ticket (muni, number, person, issued_us, voided_us, programme, dose, earliest_on, latest_on, issued_on,
	ends_on, run, run_seq)
VALUES (:muni, :number, :person, :issued_us, NULL, :programme, :dose, :earliest_on, :latest_on, :issued_on,
	:ends_on, :run, :run_seq);

-- name: ticket_void         role: write
UPDATE ticket SET voided_us = :voided_us, void_cause = :void_cause
WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND voided_us IS NULL;

-- A ticket without a programme serves every one.
-- name: ticket_void_of      role: write
UPDATE ticket SET voided_us = :voided_us, void_cause = :void_cause
WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND voided_us IS NULL AND programme IN (:programme, '');

-- name: ticket_end          role: write
UPDATE ticket SET ends_on = :ends_on WHERE muni = :muni AND person = :person AND voided_us IS NULL
	AND issued_on = :issued_on;

-- name: ticket_days         role: read
SELECT DISTINCT issued_on FROM ticket WHERE muni = :muni AND person = :person AND voided_us IS NULL;

-- name: ticket_get          role: read   bare: found by its number, which the asker holds
SELECT number, person, issued_us, voided_us, programme, dose, earliest_on, latest_on, issued_on, ends_on,
	void_cause, run, run_seq FROM ticket WHERE muni = :muni AND number = :number;

-- name: ticket_of           role: read
SELECT number, person, issued_us, voided_us, programme, dose, earliest_on, latest_on, issued_on, ends_on,
	void_cause, run, run_seq FROM ticket_seen
WHERE eyes = :eyes AND muni = :muni AND person = :person AND voided_us IS NULL AND programme = '';

-- name: ticket_list         role: read
SELECT number, person, issued_us, voided_us, programme, dose, earliest_on, latest_on, issued_on, ends_on,
	void_cause, run, run_seq FROM ticket_seen
WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person)
ORDER BY voided_us IS NOT NULL, issued_us DESC, programme, number;

-- name: ticket_of_run       role: read
SELECT number, person, issued_us, voided_us, programme, dose, earliest_on, latest_on, issued_on, ends_on,
	void_cause, run, run_seq FROM ticket_seen
WHERE eyes = :eyes AND muni = :muni AND run = :run AND run_seq > :after ORDER BY run_seq LIMIT :cap;

-- name: ticket_run_last     role: read
SELECT no FROM ticket_run WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: ticket_run_add      role: write
INSERT INTO ticket_run (muni, no, release, as_of, n_people, n_tickets, made_by, made_us, n_all, n_left, done_seq,
	finished_us)
VALUES (:muni, :no, :release, :as_of, :n_people, :n_tickets, :made_by, :made_us, :n_all, :n_left, :done_seq, :finished_us);

-- name: ticket_run_set      role: write
UPDATE ticket_run SET n_people = :n_people, n_tickets = :n_tickets, n_left = :n_left, done_seq = :done_seq,
	finished_us = :finished_us
WHERE muni = :muni AND no = :no;

-- name: ticket_run_open     role: read
SELECT no, release, as_of, n_people, n_tickets, made_by, made_us, n_all, n_left, done_seq, finished_us
FROM ticket_run WHERE muni = :muni AND finished_us IS NULL ORDER BY no LIMIT 1;

-- name: ticket_run_get      role: read
SELECT no, release, as_of, n_people, n_tickets, made_by, made_us, n_all, n_left, done_seq, finished_us
FROM ticket_run WHERE muni = :muni AND no = :no;

-- name: ticket_run_list     role: read
SELECT no, release, as_of, n_people, n_tickets, made_by, made_us, n_all, n_left, done_seq, finished_us
FROM ticket_run WHERE muni = :muni ORDER BY no DESC LIMIT :cap;

-- name: officer_add         role: write
INSERT INTO officer (muni, no, name, role, uid, is_active)
VALUES (:muni, :no, :name, :role, :uid, 1);

-- name: officer_set         role: write
UPDATE officer SET role = :role, is_active = :is_active WHERE muni = :muni AND no = :no;

-- name: officer_set_person  role: write
UPDATE officer SET person = :person WHERE muni = :muni AND no = :no AND person IS NULL;

-- name: officer_last        role: read
SELECT no FROM officer WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: officer_by_uid      role: read
SELECT no, name, role, uid, is_active, person FROM officer WHERE muni = :muni AND uid = :uid;

-- name: officer_by_name     role: read
SELECT no, name, role, uid, is_active, person FROM officer WHERE muni = :muni AND name = :name;

-- name: officer_list        role: read
SELECT no, name, role, uid, is_active, person FROM officer WHERE muni = :muni ORDER BY no;

-- name: officer_get         role: read
SELECT no, name, role, uid, is_active, person FROM officer WHERE muni = :muni AND no = :no;

-- name: approval_add        role: write
INSERT INTO approval (muni, no, request, shape, body, file, digest, preview, preview_rows, reason,
	proposed_by, proposed_uid, proposed_us, expires_us, state)
VALUES (:muni, :no, :request, :shape, :body, :file, :digest, :preview, :preview_rows, :reason,
	:proposed_by, :proposed_uid, :proposed_us, :expires_us, 0);

-- name: approval_get        role: read
SELECT no, request, digest, preview, preview_rows, reason, proposed_by, proposed_uid, proposed_us,
	expires_us, state, decided_by, decided_uid, decided_us, note, shape, body, file
FROM approval WHERE muni = :muni AND no = :no;

-- name: approval_list       role: read
SELECT no, request, digest, preview, preview_rows, reason, proposed_by, proposed_uid, proposed_us,
	expires_us, state, decided_by, decided_uid, decided_us, note
FROM approval WHERE muni = :muni AND state = :state ORDER BY expires_us, no LIMIT :cap;

-- name: approval_last       role: read
SELECT no, request, digest, preview, preview_rows, reason, proposed_by, proposed_uid, proposed_us,
	expires_us, state, decided_by, decided_uid, decided_us, note
FROM approval WHERE muni = :muni ORDER BY no DESC LIMIT :cap;

-- name: approval_decide     role: write
UPDATE approval SET state = :state, decided_by = :decided_by, decided_uid = :decided_uid,
	decided_us = :decided_us, note = :note, body = NULL, file = NULL
WHERE muni = :muni AND no = :no AND state = 0;

-- name: approval_count      role: read
SELECT count(*) FROM approval WHERE muni = :muni AND state = :state;

-- name: audit_add           role: audit
INSERT INTO audit (muni, seq, time_us, actor, action, subject, outcome, detail, hash)
VALUES (:muni, :seq, :time_us, :actor, :action, :subject, :outcome, :detail, :hash);

-- name: audit_last          role: read
SELECT seq, time_us, hash FROM audit WHERE muni = :muni ORDER BY seq DESC LIMIT 1;

-- name: audit_list          role: read   bare: the chain is recomputed from it
SELECT seq, time_us, actor, action, subject, outcome, detail, hash FROM audit
WHERE muni = :muni AND seq > :after ORDER BY seq LIMIT :cap;

-- name: audit_copy          role: read   scan: the whole log of a copy   whole: a copy is of one municipality   bare: the chain is recomputed from it
SELECT town.code, seq, time_us, actor, action, subject, outcome, detail, hash
FROM audit LEFT JOIN town ON town.no = audit.muni ORDER BY muni, seq;

-- name: audit_of            role: read   bare: store_audit_of asks first who may see it
SELECT seq, time_us, actor, action, subject, outcome, detail, hash FROM audit
WHERE muni = :muni AND subject = :subject AND seq < :before ORDER BY seq DESC LIMIT :cap;

-- name: audit_salt_get      role: read
SELECT salt FROM audit_salt WHERE muni = :muni AND person = :person;

-- name: audit_salt_add      role: audit
INSERT INTO audit_salt (muni, person, salt) VALUES (:muni, :person, :salt);

-- name: audit_head_add      role: audit
INSERT INTO audit_head (muni, of_day, seq, time_us, hash, signature)
VALUES (:muni, :of_day, :seq, :time_us, :hash, :signature);

-- name: audit_head_of       role: read
SELECT seq, time_us, hash, signature FROM audit_head WHERE muni = :muni AND of_day = :of_day;

-- name: audit_heads         role: read
SELECT seq, time_us, hash FROM audit_head WHERE muni = :muni ORDER BY of_day;

-- name: outbox_add          role: write
INSERT INTO outbox (muni, id, message_id, endpoint, type, person, about, bytes, gap, state, attempts,
	due_us, deadline_us, last, retry_class, created_us, exchange_no)
VALUES (:muni, :id, :message_id, :endpoint, :type, :person, :about, :bytes, :gap, :state, 0,
	:due_us, :deadline_us, NULL, 0, :created_us, :exchange_no);

-- name: outbox_due          role: read   bare: for the post process alone
SELECT id, message_id, endpoint, type, person, about, bytes, gap, state, attempts, due_us,
	deadline_us, last, retry_class, created_us, exchange_no
FROM outbox AS row
WHERE muni = :muni AND state = :due AND endpoint = :endpoint AND due_us <= :now_us
	AND (person IS NULL
		OR (NOT EXISTS (SELECT 1 FROM outbox AS before WHERE before.muni = row.muni
			AND before.person = row.person AND before.state = :due AND before.id < row.id)
		AND NOT EXISTS (SELECT 1 FROM outbox AS before WHERE before.muni = row.muni
			AND before.person = row.person AND before.state = :sent)
		AND NOT EXISTS (SELECT 1 FROM outbox AS before WHERE before.muni = row.muni
			AND before.person = row.person AND before.state = :failed AND before.id < row.id)))
ORDER BY due_us, id LIMIT :cap;

-- name: outbox_get          role: read   bare: for the post process alone
SELECT id, message_id, endpoint, type, person, about, bytes, gap, state, attempts, due_us,
	deadline_us, last, retry_class, created_us, exchange_no
FROM outbox WHERE muni = :muni AND id = :id;

-- name: outbox_by_message   role: read
SELECT id FROM outbox WHERE muni = :muni AND message_id = :message_id;

-- name: outbox_pending      role: read
SELECT count(*) FROM outbox WHERE muni = :muni AND about = :about AND state IN (:due, :sent);

-- name: outbox_unsent        role: read
SELECT count(*) FROM outbox WHERE muni = :muni AND about = :about AND state = :due;

-- name: outbox_next         role: read
SELECT due_us FROM outbox WHERE muni = :muni AND state = :state AND endpoint = :endpoint AND due_us > :now_us
ORDER BY due_us LIMIT 1;

-- name: outbox_waiting      role: read   scan: of the few that were counted
SELECT count(*) FROM (SELECT 1 FROM outbox WHERE muni = :muni AND state = :state AND endpoint = :endpoint AND due_us <= :now_us
	LIMIT :cap);

-- name: outbox_set          role: write
UPDATE outbox SET state = :state, attempts = :attempts, due_us = :due_us, last = :last,
	retry_class = :retry_class, bytes = CASE :drop_bytes WHEN 1 THEN NULL ELSE bytes END
WHERE muni = :muni AND id = :id;

-- name: outbox_resume       role: write
UPDATE outbox SET state = :due, due_us = :due_us WHERE muni = :muni AND state = :sent;

-- name: outbox_withhold     role: write
UPDATE outbox SET state = :done, bytes = NULL, last = 'withheld'
WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND type = :type AND attempts <= :tries AND state IN (:due, :sent, :failed);

-- name: outbox_queue        role: read
SELECT id, message_id, endpoint, type, person, about, NULL, gap, state, attempts, due_us,
	deadline_us, last, retry_class, created_us, NULL
FROM outbox WHERE muni = :muni AND state = :state AND (retry_class >= :acts_from) = :acts
	AND (:acts = 1 OR type <> :apart) ORDER BY due_us, id LIMIT :cap;

-- name: outbox_apart        role: read
SELECT count(*), coalesce(min(due_us), 0), coalesce(min(created_us), 0), coalesce(max(attempts), 0)
FROM outbox WHERE muni = :muni AND state = :state AND retry_class < :acts_from AND type = :apart;

-- name: outbox_count        role: read
SELECT count(*) FROM outbox WHERE muni = :muni AND state = :state;

-- name: outbox_oldest       role: read
SELECT coalesce(min(created_us), 9223372036854775807) FROM outbox WHERE muni = :muni AND state = :state;

-- name: inbox_add           role: write
INSERT INTO inbox (muni, peer, message_id, type, digest, received_us)
VALUES (:muni, :peer, :message_id, :type, :digest, :received_us);

-- name: inbox_get           role: read
SELECT digest FROM inbox WHERE muni = :muni AND peer = :peer AND message_id = :message_id;

-- name: inbox_count         role: read
SELECT count(*) FROM inbox WHERE muni = :muni;

-- name: inbox_fail          role: write
INSERT INTO inbox_failure (muni, peer, message_id, failures)
VALUES (:muni, :peer, :message_id, 1)
ON CONFLICT (muni, peer, message_id) DO UPDATE SET failures = failures + 1;

-- name: inbox_failures      role: read
SELECT failures FROM inbox_failure
WHERE muni = :muni AND peer = :peer AND message_id = :message_id;

-- name: inbox_forgive       role: write
UPDATE inbox_failure SET failures = 0 WHERE muni = :muni AND message_id = :message_id;

-- name: code_put            role: write
INSERT INTO code (muni, person, state, acquisition_no, integrated_no, reception_no, next_us, attempts,
	is_ended, last, changed_us)
VALUES (:muni, :person, :state, :acquisition_no, :integrated_no, :reception_no, :next_us, :attempts,
	:is_ended, :last, :changed_us)
ON CONFLICT (muni, person) DO UPDATE SET state = excluded.state,
	acquisition_no = excluded.acquisition_no, integrated_no = excluded.integrated_no,
	reception_no = excluded.reception_no, next_us = excluded.next_us,
	attempts = excluded.attempts, is_ended = excluded.is_ended, last = excluded.last,
	changed_us = excluded.changed_us;

-- name: code_get            role: read
SELECT person, state, acquisition_no, integrated_no, reception_no, next_us, attempts, is_ended, last,
	changed_us
FROM code WHERE muni = :muni AND person = :person;

-- name: code_due            role: read
SELECT person, state, acquisition_no, integrated_no, reception_no, next_us, attempts, is_ended, last,
	changed_us
FROM code WHERE muni = :muni AND is_ended = 0 AND next_us <= :now_us ORDER BY next_us LIMIT :cap;

-- name: code_by_reception   role: read
SELECT person, state, acquisition_no, integrated_no, reception_no, next_us, attempts, is_ended, last,
	changed_us
FROM code WHERE muni = :muni AND reception_no = :reception_no;

-- name: code_next           role: read
SELECT next_us FROM code WHERE muni = :muni AND is_ended = 0 ORDER BY next_us LIMIT 1;

-- name: inquiry_add         role: write
INSERT INTO inquiry (muni, id, person, provider, record_no, reception_no, process_no, state, basis,
	from_on, to_on, non_disclosure, asked_by, requested_us, next_us, deadline_us, attempts,
	is_ended, outcome, known_as_of, changed_us)
VALUES (:muni, :id, :person, :provider, :record_no, :reception_no, :process_no, :state, :basis,
	:from_on, :to_on, :non_disclosure, :asked_by, :requested_us, :next_us, :deadline_us, :attempts,
	:is_ended, :outcome, :known_as_of, :changed_us);

-- name: inquiry_set         role: write
UPDATE inquiry SET reception_no = :reception_no, process_no = :process_no, state = :state,
	from_on = :from_on, to_on = :to_on, non_disclosure = :non_disclosure, next_us = :next_us,
	deadline_us = :deadline_us, attempts = :attempts, is_ended = :is_ended,
	outcome = :outcome, known_as_of = :known_as_of, changed_us = :changed_us
WHERE muni = :muni AND id = :id;

-- name: inquiry_wake        role: write
UPDATE inquiry SET next_us = :now_us
WHERE muni = :muni AND person = :person AND is_ended = 0 AND reception_no IS NULL;

-- name: inquiry_open_with   role: read   bare: an id, to whom has the town's number
SELECT id FROM inquiry WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND is_ended = 0
	AND provider = :provider;

-- name: inquiry_get         role: read
SELECT id, person, provider, record_no, reception_no, process_no, state, basis, from_on, to_on,
	non_disclosure, asked_by, requested_us, next_us, deadline_us, attempts, is_ended, outcome,
	known_as_of, changed_us
FROM inquiry_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: inquiry_by_record   role: read
SELECT id, person, provider, record_no, reception_no, process_no, state, basis, from_on, to_on,
	non_disclosure, asked_by, requested_us, next_us, deadline_us, attempts, is_ended, outcome,
	known_as_of, changed_us
FROM inquiry_seen WHERE eyes = :eyes AND muni = :muni AND record_no = :record_no;

-- name: inquiry_by_reception role: read   bare: taken in by the node itself; nothing goes to people
SELECT id, person, provider, record_no, reception_no, process_no, state, basis, from_on, to_on,
	non_disclosure, asked_by, requested_us, next_us, deadline_us, attempts, is_ended, outcome,
	known_as_of, changed_us
FROM inquiry WHERE muni = :muni AND reception_no = :reception_no;

-- name: inquiry_of          role: read
SELECT id, person, provider, record_no, reception_no, process_no, state, basis, from_on, to_on,
	non_disclosure, asked_by, requested_us, next_us, deadline_us, attempts, is_ended, outcome,
	known_as_of, changed_us
FROM inquiry_seen WHERE eyes = :eyes AND muni = :muni AND person = :person ORDER BY id;

-- name: inquiry_due         role: read
SELECT id, person, provider, record_no, reception_no, process_no, state, basis, from_on, to_on,
	non_disclosure, asked_by, requested_us, next_us, deadline_us, attempts, is_ended, outcome,
	known_as_of, changed_us
FROM inquiry_seen WHERE eyes = :eyes AND muni = :muni AND is_ended = 0 AND next_us <= :now_us
ORDER BY next_us, id LIMIT :cap;

-- name: inquiry_next        role: read
SELECT next_us FROM inquiry WHERE muni = :muni AND is_ended = 0 ORDER BY next_us LIMIT 1;

-- name: inquiry_counts      role: read   bare: counts by town, which say nothing about anybody
SELECT provider, state, count(*) FROM inquiry
WHERE muni = :muni AND requested_us >= :from_us AND requested_us < :to_us GROUP BY provider, state ORDER BY provider, state;

-- name: urgent_add          role: write
INSERT INTO urgent (muni, inquiry, person, reason, asked_us, until_us, state)
VALUES (:muni, :inquiry, :person, :reason, :asked_us, :until_us, :state);

-- name: urgent_set          role: write
UPDATE urgent SET state = :state WHERE muni = :muni AND inquiry = :inquiry;

-- name: urgent_between      role: read
SELECT inquiry, person, reason, asked_us, until_us, state FROM urgent_seen
WHERE eyes = :eyes AND muni = :muni AND asked_us >= :from_us AND asked_us < :to_us ORDER BY asked_us LIMIT :cap;

-- name: urgent_of_state     role: read
SELECT inquiry, person, reason, asked_us, until_us, state FROM urgent_seen
WHERE eyes = :eyes AND muni = :muni AND state = :state ORDER BY asked_us LIMIT :cap;

-- name: urgent_count_by     role: read
SELECT count(*) FROM urgent AS u JOIN inquiry_seen AS i ON i.muni = u.muni AND i.id = u.inquiry
WHERE i.eyes = :eyes AND u.muni = :muni AND u.asked_us > :since_us AND i.asked_by >= :first AND i.asked_by < :last;

-- name: inquiry_count_by    role: read   bare: a count of one officer's own
SELECT count(*) FROM inquiry WHERE muni = :muni AND asked_by = :asked_by AND requested_us > :since_us;

-- name: again_put           role: write
INSERT INTO ask_again (muni, person, provider, ended, tries, due_us)
VALUES (:muni, :person, :provider, :ended, :tries, :due_us)
ON CONFLICT (muni, person, provider) DO UPDATE SET ended = excluded.ended, tries = excluded.tries,
	due_us = excluded.due_us;

-- name: again_get           role: read   bare: the node's own work
SELECT person, provider, ended, tries, due_us FROM ask_again
WHERE muni = :muni AND person = :person AND provider = :provider;

-- name: again_drop          role: write
DELETE FROM ask_again WHERE muni = :muni AND person = :person AND provider = :provider;

-- name: again_due           role: read   bare: the node's own work
SELECT person, provider, ended, tries, due_us FROM ask_again
WHERE muni = :muni AND due_us <= :now_us ORDER BY due_us LIMIT :cap;

-- name: again_next          role: read
SELECT due_us FROM ask_again WHERE muni = :muni ORDER BY due_us LIMIT 1;

-- name: told_add            role: write
INSERT INTO told (muni, person, statement, process_no, recipient, version, told_us)
VALUES (:muni, :person, :statement, :process_no, :recipient, :version, :told_us)
ON CONFLICT (muni, person, statement, process_no) DO NOTHING;

-- Version 0: owed since a merge, and told in no answer.
-- name: told_owe            role: write
INSERT INTO told (muni, person, statement, process_no, recipient, version, told_us)
VALUES (:muni, :person, :statement, :process_no, :recipient, 0, :told_us)
ON CONFLICT (muni, person, statement, process_no) DO UPDATE SET parted = 0, version = 0;

-- name: told_part           role: write
UPDATE told SET parted = 1 WHERE muni = :muni AND person = :person AND statement = :statement
	AND process_no = :process_no;

-- name: told_of             role: read
SELECT person, statement, process_no, recipient, version, told_us, parted FROM told_seen
WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY statement, process_no;

-- name: told_any            role: read
SELECT 1 FROM told WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) LIMIT 1;

-- name: told_owed           role: read
SELECT t.statement, t.recipient, max(t.process_no), last.version, last.id,
	(SELECT c.id FROM correction_seen AS c WHERE c.eyes = t.eyes AND c.muni = t.muni AND c.person = t.person
		AND c.statement = t.statement AND c.recipient = t.recipient AND c.version = last.version)
FROM told_seen AS t JOIN dose AS last ON last.muni = t.muni AND last.person = t.person AND last.statement = t.statement
WHERE t.eyes = :eyes AND t.muni = :muni AND t.parted = 0 AND t.person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person)
	AND last.version = (SELECT max(d.version) FROM dose AS d WHERE d.muni = t.muni AND d.person = t.person
		AND d.statement = t.statement)
	AND NOT EXISTS (SELECT 1 FROM correction_seen AS made WHERE made.eyes = t.eyes AND made.muni = t.muni
		AND made.person = t.person AND made.statement = t.statement AND made.recipient = t.recipient
		AND made.version = last.version AND made.state <> :withheld)
	AND NOT EXISTS (SELECT 1 FROM correction_seen AS barred WHERE barred.eyes = t.eyes AND barred.muni = t.muni
		AND barred.person = t.person AND barred.recipient = t.recipient AND barred.process_no = t.process_no
		AND barred.state = :barred)
GROUP BY t.eyes, t.muni, t.person, t.statement, t.recipient, last.version, last.id
HAVING max(t.version) < last.version ORDER BY t.statement, t.recipient;

-- name: correction_add      role: write
INSERT INTO correction (muni, id, person, statement, version, recipient, process_no, state, made_us, sent_us,
	next_us, tries, receipt_us, local_version, reason, parted)
VALUES (:muni, :id, :person, :statement, :version, :recipient, :process_no, :state, :made_us, 0, :next_us, 0, 0, 0,
	:reason, :parted);

-- name: correction_set      role: write
UPDATE correction SET process_no = :process_no, state = :state, sent_us = :sent_us, next_us = :next_us, tries = :tries,
	receipt_us = :receipt_us, local_version = :local_version, reason = :reason
WHERE muni = :muni AND id = :id;

-- name: correction_withhold role: write
UPDATE correction SET state = :withheld, next_us = :never
WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND state IN (:waiting, :sent);

-- name: correction_get      role: read
SELECT id, person, statement, version, recipient, process_no, state, made_us, sent_us, next_us, tries, receipt_us,
	local_version, reason, parted
FROM correction_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: correction_due      role: read
SELECT id, person, statement, version, recipient, process_no, state, made_us, sent_us, next_us, tries, receipt_us,
	local_version, reason, parted
FROM correction_seen WHERE eyes = :eyes AND muni = :muni AND state = :sent AND next_us <= :now_us ORDER BY next_us LIMIT :cap;

-- name: correction_next     role: read
SELECT next_us FROM correction WHERE muni = :muni AND state = :sent ORDER BY next_us LIMIT 1;

-- name: correction_list     role: read
SELECT id, person, statement, version, recipient, process_no, state, made_us, sent_us, next_us, tries, receipt_us,
	local_version, reason, parted
FROM correction_seen WHERE eyes = :eyes AND muni = :muni AND state = :state AND made_us <= :before_us
	AND (made_us < :before_us OR id > :after) ORDER BY made_us DESC, id LIMIT :cap;

-- name: correction_of       role: read
SELECT id, person, statement, version, recipient, process_no, state, made_us, sent_us, next_us, tries, receipt_us,
	local_version, reason, parted
FROM correction_seen WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY made_us DESC, version DESC;

-- name: correction_count    role: read
SELECT count(*) FROM correction WHERE muni = :muni AND state = :state AND made_us <= :before_us;

-- name: correction_in_add   role: write
INSERT INTO correction_in (muni, sender, correction, process_no, person, record_key, version, digest, taken,
	local_version, reason, received_us, taken_us)
VALUES (:muni, :sender, :correction, :process_no, :person, :record_key, :version, :digest, :taken,
	:local_version, :reason, :received_us, :taken_us);

-- name: correction_in_set   role: write
UPDATE correction_in SET taken = :taken, local_version = :local_version, reason = :reason, taken_us = :taken_us
WHERE muni = :muni AND sender = :sender AND correction = :correction;

-- name: correction_in_get   role: read
SELECT sender, correction, process_no, person, record_key, version, digest, taken, local_version, reason, received_us,
	taken_us
FROM correction_in_seen WHERE eyes = :eyes AND muni = :muni AND sender = :sender AND correction = :correction;

-- name: inquiry_by_process  role: read
SELECT id FROM inquiry_seen WHERE eyes = :eyes AND muni = :muni AND process_no = :process_no;

-- name: inquiry_unnumbered  role: read
SELECT count(*) FROM inquiry_seen WHERE eyes = :eyes AND muni = :muni AND process_no IS NULL AND provider = :provider AND is_ended = 0;

-- name: copy_touch          role: write
INSERT INTO copy_person (muni, person, is_wanted, is_due, touched_us)
VALUES (:muni, :person, :is_wanted, 1, :touched_us)
ON CONFLICT (muni, person) DO UPDATE SET is_wanted = excluded.is_wanted, is_due = 1,
	touched_us = CASE is_due WHEN 0 THEN excluded.touched_us ELSE touched_us END;

-- name: copy_due            role: read
SELECT person FROM copy_person WHERE muni = :muni AND is_due = 1
ORDER BY touched_us, person LIMIT :cap;

-- Due when the code is there; looked at before it, people without one would stand before everybody else.
-- name: copy_waits          role: write
UPDATE copy_person SET is_due = 2 WHERE muni = :muni AND person = :person AND is_due = 1;

-- name: copy_wake           role: write
UPDATE copy_person SET is_due = 1 WHERE muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) AND is_due = 2;

-- name: copy_sent           role: write
INSERT INTO copy_key (muni, person, record_key, version, digest, sent_us, confirmed_us)
VALUES (:muni, :person, :record_key, :version, :digest, :sent_us, 0)
ON CONFLICT (muni, person, record_key) DO UPDATE SET version = excluded.version,
	digest = excluded.digest, sent_us = excluded.sent_us, confirmed_us = 0;

-- name: copy_confirmed      role: write
UPDATE copy_key SET confirmed_us = :confirmed_us
WHERE muni = :muni AND person = :person AND sent_us <= :sent_us AND confirmed_us = 0;

-- name: copy_settled        role: write
UPDATE copy_person SET is_due = 0 WHERE muni = :muni AND person = :person;

-- name: copy_drop           role: write
DELETE FROM copy_key WHERE muni = :muni AND person = :person AND record_key = :record_key;

-- name: copy_of             role: read
SELECT copy_key.person, record_key, version, digest, is_wanted, touched_us, sent_us, confirmed_us
FROM copy_key JOIN copy_person ON copy_person.muni = copy_key.muni
	AND copy_person.person = copy_key.person
WHERE copy_key.muni = :muni AND copy_key.person = :person ORDER BY record_key;

-- name: copy_named          role: write
UPDATE copy_key SET seen_us = :at_us
WHERE muni = :muni AND person = :person AND record_key = :record_key;

-- name: copy_unnamed        role: read
SELECT copy_key.person, copy_key.record_key FROM copy_key JOIN copy_person
	ON copy_person.muni = copy_key.muni AND copy_person.person = copy_key.person
WHERE copy_key.muni = :muni AND copy_key.seen_us < :since_us AND copy_key.sent_us < :since_us
	AND copy_person.is_wanted = 1 LIMIT :cap;

-- name: copy_there_put      role: write
INSERT INTO copy_there (muni, destination, addressee_no, record_key, trouble, since_us, seen_us)
VALUES (:muni, :destination, :addressee_no, :record_key, :trouble, :seen_us, :seen_us)
ON CONFLICT (muni, destination, addressee_no, record_key) DO UPDATE SET trouble = excluded.trouble,
	seen_us = excluded.seen_us;

-- name: copy_there_heal     role: write
DELETE FROM copy_there WHERE muni = :muni AND destination = :destination AND seen_us < :before_us;

-- name: copy_there_list     role: read
SELECT addressee_no, record_key, trouble, since_us, seen_us FROM copy_there_seen
WHERE eyes = :eyes AND muni = :muni AND destination = :destination ORDER BY since_us LIMIT :cap;

-- name: copy_there_count    role: read
SELECT count(CASE trouble WHEN 0 THEN 1 END), count(CASE trouble WHEN 1 THEN 1 END),
	count(CASE trouble WHEN 2 THEN 1 END), coalesce(min(since_us), 0)
FROM copy_there WHERE muni = :muni AND destination = :destination;

-- name: copy_count_due      role: read
SELECT count(*) FROM copy_person WHERE muni = :muni AND is_due IN (1, 2);

-- name: copy_count_key      role: read
SELECT count(*), count(CASE WHEN confirmed_us <> 0 THEN 1 END) FROM copy_key WHERE muni = :muni;

-- name: secret_get          role: read
SELECT secret FROM subject_secret WHERE muni = :muni AND person = :person;

-- name: secret_add          role: write
INSERT INTO subject_secret (muni, person, secret) VALUES (:muni, :person, :secret);

-- name: secret_drop         role: write
DELETE FROM subject_secret WHERE muni = :muni AND person = :person;

-- name: evidence_add        role: write
INSERT INTO evidence (muni, id, person, process_no, message_id, type, is_ours, signer, digest,
	signature, header, time_us, keep_until, key_id, nonce, sealed, inquiry, certificate, revocations)
VALUES (:muni, :id, :person, :process_no, :message_id, :type, :is_ours, :signer, :digest,
	:signature, :header, :time_us, :keep_until, :key_id, :nonce, :sealed, :inquiry, :certificate, :revocations);

-- name: evidence_by_process role: read   bare: for the exchange, which compares and opens; nothing goes to people
SELECT id, person, process_no, message_id, type, is_ours, signer, digest, signature, header, time_us,
	keep_until, key_id, nonce, sealed, inquiry, certificate, revocations
FROM evidence WHERE muni = :muni AND process_no = :process_no ORDER BY id;

-- name: evidence_by_message role: read   bare: for the exchange, which compares and opens; nothing goes to people
SELECT id, person, process_no, message_id, type, is_ours, signer, digest, signature, header, time_us,
	keep_until, key_id, nonce, sealed, inquiry, certificate, revocations
FROM evidence WHERE muni = :muni AND message_id = :message_id ORDER BY id DESC LIMIT 1;

-- name: evidence_of_process role: read
SELECT id, person, process_no, message_id, type, is_ours, signer, digest, signature, header, time_us,
	keep_until, key_id, nonce, sealed, inquiry, certificate, revocations
FROM evidence_seen WHERE eyes = :eyes AND muni = :muni AND process_no = :process_no ORDER BY time_us, id;

-- name: evidence_of_inquiry role: read
SELECT id, person, process_no, message_id, type, is_ours, signer, digest, signature, header, time_us,
	keep_until, key_id, nonce, sealed, inquiry, certificate, revocations
FROM evidence_seen WHERE eyes = :eyes AND muni = :muni AND inquiry = :inquiry ORDER BY time_us, id;

-- name: paper_add           role: write
INSERT INTO evidence_paper (muni, digest, bytes, first_us) VALUES (:muni, :digest, :bytes, :first_us)
ON CONFLICT (muni, digest) DO NOTHING;

-- name: paper_get           role: read
SELECT bytes FROM evidence_paper WHERE muni = :muni AND digest = :digest;

-- name: paper_kept          role: read
SELECT count(*) FROM evidence_paper WHERE muni = :muni AND digest = :digest;

-- name: evidence_release_add role: write
INSERT INTO evidence_release (muni, id, exchange, released_us, released_by)
VALUES (:muni, :id, :exchange, :released_us, :released_by);

-- name: evidence_release_last role: read
SELECT released_us, released_by FROM evidence_release
WHERE muni = :muni AND exchange = :exchange ORDER BY released_us DESC, id DESC LIMIT 1;

-- What has left the node as evidence is wanted for as long again: it and the record of its exchange.
-- name: evidence_hold       role: write
UPDATE evidence SET keep_until = :until WHERE muni = :muni AND id = :id AND keep_until < :until;

-- name: provision_hold      role: write
UPDATE provision SET keep_until = :until WHERE muni = :muni AND process_no = :process_no AND keep_until < :until;

-- name: evidence_shred      role: write
UPDATE evidence SET key_id = NULL, nonce = NULL, sealed = NULL
WHERE muni = :muni AND person = :person;

-- name: provision_add       role: write
INSERT INTO provision (muni, process_no, side, person, inquirer, provider, requested_us, provided_us,
	affair, procedure, item, outcome, inquirer_hidden, provider_hidden, keep_until)
VALUES (:muni, :process_no, :side, :person, :inquirer, :provider, :requested_us, :provided_us,
	:affair, :procedure, :item, :outcome, :inquirer_hidden, :provider_hidden, :keep_until);

-- name: provision_get       role: read
SELECT process_no, side, person, inquirer, provider, requested_us, provided_us, affair, procedure,
	item, outcome, inquirer_hidden, provider_hidden, keep_until
FROM provision_seen WHERE eyes = :eyes AND muni = :muni AND process_no = :process_no ORDER BY side;

-- name: provision_of        role: read
SELECT process_no, side, person, inquirer, provider, requested_us, provided_us, affair, procedure,
	item, outcome, inquirer_hidden, provider_hidden, keep_until
FROM provision_seen WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) ORDER BY process_no, side;

-- name: provision_outdated  role: read
SELECT process_no, side, person, inquirer, provider, requested_us, provided_us, affair, procedure,
	item, outcome, inquirer_hidden, provider_hidden, keep_until
FROM provision_seen AS told WHERE eyes = :eyes AND muni = :muni AND process_no > :after AND side = :provided
	AND provided_us > 0 AND inquirer <> :portal
	AND EXISTS (SELECT 1 FROM dose AS after JOIN dose AS before ON before.muni = after.muni
			AND before.person = after.person AND before.statement = after.statement
		WHERE after.muni = told.muni AND after.person = told.person AND after.recorded_us > told.provided_us
			AND before.recorded_us <= told.provided_us
			AND NOT EXISTS (SELECT 1 FROM correction_stands_seen AS stands WHERE stands.eyes = told.eyes
				AND stands.muni = told.muni AND stands.person = after.person
				AND stands.statement = after.statement AND stands.version >= after.version
				AND stands.process_no = told.process_no AND stands.state IN (:applied, :known)))
	AND NOT EXISTS (SELECT 1 FROM provision_seen AS later WHERE later.eyes = told.eyes
		AND later.muni = told.muni AND later.person = told.person AND later.side = told.side
		AND later.inquirer = told.inquirer AND later.provided_us > told.provided_us)
ORDER BY process_no LIMIT :cap;

-- name: provision_list      role: read
SELECT process_no, side, person, inquirer, provider, requested_us, provided_us, affair, procedure,
	item, outcome, inquirer_hidden, provider_hidden, keep_until
FROM provision_seen WHERE eyes = :eyes AND muni = :muni AND process_no > :after ORDER BY process_no, side LIMIT :cap;

-- Of one day and pair of bodies, in the order of their numbers.
-- name: provision_day       role: read
SELECT process_no, side, person, inquirer, provider, requested_us, provided_us, affair, procedure,
	item, outcome, inquirer_hidden, provider_hidden, keep_until
FROM provision_seen WHERE eyes = :eyes AND muni = :muni AND requested_us >= :from_us AND requested_us < :until_us
	AND side = :side AND inquirer = :inquirer AND provider = :provider ORDER BY process_no;

-- name: day_count_next_no   role: read
SELECT coalesce(max(no), 0) + 1 FROM day_count WHERE muni = :muni;

-- name: day_count_add       role: write
INSERT INTO day_count (muni, no, on_day, side, inquirer, provider, is_due, is_gone, made_us, digest, is_listed, next_us,
	tries, receipt_us, receipt, differs, since_us, explained_us, explained_by, explanation, explained_of)
VALUES (:muni, :no, :on_day, :side, :inquirer, :provider, 1, 0, 0, NULL, 0, :next_us, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL);

-- name: day_count_set       role: write
UPDATE day_count SET is_due = :is_due, is_gone = :is_gone, made_us = :made_us, digest = :digest, is_listed = :is_listed,
	next_us = :next_us, tries = :tries, receipt_us = :receipt_us, receipt = :receipt, differs = :differs,
	since_us = :since_us, explained_us = :explained_us, explained_by = :explained_by, explanation = :explanation,
	explained_of = :explained_of
WHERE muni = :muni AND no = :no;

-- name: day_count_find      role: read
SELECT no, on_day, side, inquirer, provider, is_due, is_gone, made_us, digest, is_listed, next_us, tries, receipt_us,
	receipt, differs, since_us, explained_us, explained_by, explanation, explained_of
FROM day_count_seen WHERE eyes = :eyes AND muni = :muni AND on_day = :on_day AND inquirer = :inquirer
	AND provider = :provider;

-- name: day_count_get       role: read
SELECT no, on_day, side, inquirer, provider, is_due, is_gone, made_us, digest, is_listed, next_us, tries, receipt_us,
	receipt, differs, since_us, explained_us, explained_by, explanation, explained_of
FROM day_count_seen WHERE eyes = :eyes AND muni = :muni AND no = :no;

-- name: day_count_due       role: read
SELECT no, on_day, side, inquirer, provider, is_due, is_gone, made_us, digest, is_listed, next_us, tries, receipt_us,
	receipt, differs, since_us, explained_us, explained_by, explanation, explained_of
FROM day_count_seen WHERE eyes = :eyes AND muni = :muni AND is_due = 1 AND on_day < :before_day ORDER BY on_day LIMIT :cap;

-- name: day_count_again     role: read
SELECT no, on_day, side, inquirer, provider, is_due, is_gone, made_us, digest, is_listed, next_us, tries, receipt_us,
	receipt, differs, since_us, explained_us, explained_by, explanation, explained_of
FROM day_count_seen WHERE eyes = :eyes AND muni = :muni AND next_us <= :now_us ORDER BY next_us LIMIT :cap;

-- name: day_count_list      role: read
SELECT no, on_day, side, inquirer, provider, is_due, is_gone, made_us, digest, is_listed, next_us, tries, receipt_us,
	receipt, differs, since_us, explained_us, explained_by, explanation, explained_of
FROM day_count_seen WHERE eyes = :eyes AND muni = :muni AND on_day >= :from_day AND on_day <= :to_day
ORDER BY on_day DESC, no LIMIT :cap;

-- name: day_count_open      role: read   scan: rows that differ, and untold ones, are few among those of seven years
SELECT no, on_day, side, inquirer, provider, is_due, is_gone, made_us, digest, is_listed, next_us, tries, receipt_us,
	receipt, differs, since_us, explained_us, explained_by, explanation, explained_of
FROM day_count_seen AS d WHERE eyes = :eyes AND muni = :muni AND (differs = 1 OR (is_gone = 0 AND on_day < :silent
	AND NOT EXISTS (SELECT 1 FROM day_said AS s WHERE s.muni = d.muni AND s.no = d.no AND s.teller = :peer)))
ORDER BY on_day DESC, no LIMIT :cap;

-- name: day_count_trouble   role: read   scan: counted by the doctor and the metrics, over rows that differ and untold ones
SELECT count(CASE WHEN d.differs = 1 THEN 1 END), count(CASE WHEN d.differs = 1 AND d.since_us < :long_us THEN 1 END),
	count(CASE WHEN d.differs = 0 THEN 1 END), count(CASE WHEN d.differs = 0 AND d.on_day < :silent_long THEN 1 END)
FROM day_count AS d WHERE d.muni = :muni AND d.explained_us = 0 AND (d.differs = 1 OR (d.is_gone = 0 AND d.on_day < :silent
	AND NOT EXISTS (SELECT 1 FROM day_said AS s WHERE s.muni = d.muni AND s.no = d.no AND s.teller = :peer)));

-- name: day_said_get        role: read
SELECT made_us, received_us, provided, no_data, refused, failed, digest, n_listed FROM day_said
WHERE muni = :muni AND no = :no AND teller = :teller;

-- name: day_said_put        role: write
INSERT INTO day_said (muni, no, teller, made_us, received_us, provided, no_data, refused, failed, digest, n_listed)
VALUES (:muni, :no, :teller, :made_us, :received_us, :provided, :no_data, :refused, :failed, :digest, :n_listed)
ON CONFLICT (muni, no, teller) DO UPDATE SET made_us = excluded.made_us, received_us = excluded.received_us,
	provided = excluded.provided, no_data = excluded.no_data, refused = excluded.refused, failed = excluded.failed,
	digest = excluded.digest, n_listed = excluded.n_listed;

-- name: day_entry_drop      role: write
DELETE FROM day_entry WHERE muni = :muni AND no = :no AND teller = :teller;

-- name: day_entry_add       role: write
INSERT INTO day_entry (muni, no, teller, process_no, outcome, digest)
VALUES (:muni, :no, :teller, :process_no, :outcome, :digest);

-- name: day_entry_list      role: read
SELECT process_no, outcome, digest FROM day_entry_seen
WHERE eyes = :eyes AND muni = :muni AND no = :no AND teller = :teller ORDER BY process_no;

-- name: held_add            role: write
INSERT INTO held (muni, id, kind, digest, reason, reference, source, person, payload, state,
	created_us, decided_us, decided_by, note)
VALUES (:muni, :id, :kind, :digest, :reason, :reference, :source, :person, :payload, :state,
	:created_us, NULL, NULL, NULL);

-- name: held_by_digest      role: read
SELECT id FROM held WHERE muni = :muni AND digest = :digest;

-- name: held_get            role: read
SELECT id, kind, reason, reference, source, person, payload, state, created_us, decided_us,
	decided_by, note, is_shielded
FROM held_seen WHERE eyes = :eyes AND muni = :muni AND id = :id;

-- name: held_list           role: read
SELECT id, kind, reason, reference, source, person, payload, state, created_us, decided_us,
	decided_by, note, is_shielded
FROM held_seen WHERE eyes = :eyes AND muni = :muni AND state = :state AND kind = :kind AND id > :after
ORDER BY id LIMIT :cap;

-- name: held_decide         role: write
UPDATE held SET state = :state, decided_us = :decided_us, decided_by = :decided_by, note = :note,
	person = :person
WHERE muni = :muni AND id = :id;

-- name: held_count          role: read
SELECT count(*) FROM held WHERE muni = :muni AND state = :state AND kind = :kind;

-- name: law_put             role: write
INSERT INTO law (muni, hash, version, installed_us, installed_by, publisher, signature)
VALUES (:muni, :hash, :version, :installed_us, :installed_by, :publisher, :signature)
ON CONFLICT (muni, hash) DO UPDATE SET installed_us = excluded.installed_us,
	installed_by = excluded.installed_by, publisher = excluded.publisher,
	signature = excluded.signature;

-- name: law_list            role: read
SELECT hash, version, installed_us, installed_by, publisher FROM law WHERE muni = :muni
ORDER BY installed_us DESC, hash LIMIT :cap;

-- What need be kept no longer.  Statements that purge are the only ones that may delete records: the engine
-- lets only those whose names begin with purge_.  Each asks again that the person has died and is not protected.

-- name: purge_dead          role: read
SELECT id, addressee_no, died_on FROM person WHERE muni = :muni AND died_on >= :since AND died_on <= :until
	AND (died_on > :since OR id > :after) AND is_protected = 0
	AND id NOT IN (SELECT part FROM person_part WHERE muni = :muni)
ORDER BY died_on, id LIMIT :cap;

-- name: purge_doses_of      role: read
SELECT product.code, d.given_last, count(*) FROM dose_seen AS d JOIN product ON product.muni = d.muni
	AND product.no = d.product
WHERE d.eyes = :eyes AND d.muni = :muni AND d.person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person) GROUP BY product.code, d.given_last;

-- name: purge_letters_of    role: read
SELECT max(l.valid_until, coalesce((SELECT max(r.paid_on) FROM request_letter_result_seen AS r WHERE r.eyes = l.eyes
		AND r.muni = l.muni AND r.fiscal_year = l.fiscal_year AND r.no = l.no), l.valid_until)),
	max(l.issued_us, coalesce(l.voided_us, 0), coalesce((SELECT max(r.recorded_us) FROM request_letter_result_seen AS r
		WHERE r.eyes = l.eyes AND r.muni = l.muni AND r.fiscal_year = l.fiscal_year AND r.no = l.no), 0))
FROM request_letter_seen AS l WHERE l.eyes = :eyes AND l.muni = :muni AND l.person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person);

-- name: purge_reports_of    role: read
SELECT max(noticed_on, coalesce(reported_on, noticed_on)), recorded_us
FROM dose_report_seen WHERE eyes = :eyes AND muni = :muni AND person IN (SELECT :person UNION ALL SELECT other FROM person_same
	WHERE muni = :muni AND person = :person);

-- name: purge_hindrance     role: read   bare: yes or no
SELECT EXISTS (SELECT 1 FROM guardian WHERE muni = :muni AND guardian = :person),
	EXISTS (SELECT 1 FROM copy_key WHERE muni = :muni AND person = :person),
	EXISTS (SELECT 1 FROM inquiry WHERE muni = :muni AND person = :person AND is_ended = 0),
	EXISTS (SELECT 1 FROM outbox WHERE muni = :muni AND person = :person AND state IN (:due, :sent, :failed)),
	EXISTS (SELECT 1 FROM held WHERE muni = :muni AND person = :person AND state = :open),
	EXISTS (SELECT 1 FROM provision AS v WHERE v.muni = :muni AND v.person = :person
		AND (v.keep_until >= :today OR v.requested_us >= :young_us OR EXISTS (SELECT 1 FROM day_count AS d WHERE d.muni = v.muni AND d.differs = 1
			AND d.explained_us = 0 AND d.inquirer = v.inquirer AND d.provider = v.provider
			AND v.requested_us >= (d.on_day * 86400 - 32400) * 1000000
			AND v.requested_us < (d.on_day * 86400 + 54000) * 1000000))),
	EXISTS (SELECT 1 FROM evidence AS e WHERE e.muni = :muni AND e.person = :person
		AND (e.keep_until >= :today OR e.time_us >= :young_us OR EXISTS (SELECT 1 FROM provision AS v
			JOIN day_count AS d ON d.muni = v.muni AND d.differs = 1
			AND d.explained_us = 0 AND d.inquirer = v.inquirer AND d.provider = v.provider
			AND v.requested_us >= (d.on_day * 86400 - 32400) * 1000000
			AND v.requested_us < (d.on_day * 86400 + 54000) * 1000000
			WHERE v.muni = e.muni AND v.process_no = e.process_no))),
	EXISTS (SELECT 1 FROM officer WHERE muni = :muni AND person = :person AND is_active = 1);

-- What two towns, or the hub, have recorded otherwise and nobody has explained is kept until somebody does, with its evidence.
-- name: purge_exchanges_old role: read
SELECT (SELECT count(*) FROM provision_age_seen WHERE eyes = :eyes AND muni = :muni AND keep_until < :today
		AND requested_us < :young_us AND is_disputed = 0) +
	(SELECT count(*) FROM evidence_age_seen WHERE eyes = :eyes AND muni = :muni AND keep_until < :today
		AND time_us < :young_us AND is_disputed = 0),
	max((SELECT coalesce(max(keep_until), 0) FROM provision_age_seen WHERE eyes = :eyes AND muni = :muni AND keep_until < :today
		AND requested_us < :young_us AND is_disputed = 0),
	(SELECT coalesce(max(keep_until), 0) FROM evidence_age_seen WHERE eyes = :eyes AND muni = :muni AND keep_until < :today
		AND time_us < :young_us AND is_disputed = 0));

-- name: purge_provisions    role: write
DELETE FROM provision WHERE muni = :muni AND keep_until < :today AND requested_us < :young_us
	AND NOT EXISTS (SELECT 1 FROM day_count AS d WHERE d.muni = provision.muni AND d.differs = 1
		AND d.explained_us = 0 AND d.inquirer = provision.inquirer AND d.provider = provision.provider
		AND provision.requested_us >= (d.on_day * 86400 - 32400) * 1000000
		AND provision.requested_us < (d.on_day * 86400 + 54000) * 1000000);

-- name: purge_evidence      role: write
DELETE FROM evidence WHERE muni = :muni AND keep_until < :today AND time_us < :young_us
	AND NOT EXISTS (SELECT 1 FROM provision AS v WHERE v.muni = evidence.muni AND v.process_no = evidence.process_no
		AND v.keep_until < :today AND v.requested_us < :young_us);

-- Days of which nothing is recorded any more, and which nobody disputes.
-- name: purge_day_entries   role: write
DELETE FROM day_entry WHERE muni = :muni AND EXISTS (SELECT 1 FROM day_count AS d WHERE d.muni = day_entry.muni
	AND d.no = day_entry.no AND (d.on_day * 86400 + 54000) * 1000000 <= :young_us AND (d.differs = 0 OR d.explained_us <> 0));

-- name: purge_day_said      role: write
DELETE FROM day_said WHERE muni = :muni AND EXISTS (SELECT 1 FROM day_count AS d WHERE d.muni = day_said.muni
	AND d.no = day_said.no AND (d.on_day * 86400 + 54000) * 1000000 <= :young_us AND (d.differs = 0 OR d.explained_us <> 0));

-- name: purge_day_counts    role: write
DELETE FROM day_count WHERE muni = :muni AND (on_day * 86400 + 54000) * 1000000 <= :young_us
	AND (differs = 0 OR explained_us <> 0);

-- name: purge_papers        role: write
DELETE FROM evidence_paper WHERE muni = :muni
	AND NOT EXISTS (SELECT 1 FROM evidence AS e WHERE e.muni = evidence_paper.muni AND e.certificate = evidence_paper.digest)
	AND NOT EXISTS (SELECT 1 FROM evidence AS e WHERE e.muni = evidence_paper.muni AND e.revocations = evidence_paper.digest);

-- name: purge_provisions_of role: write
DELETE FROM provision WHERE muni = :muni AND person = :person AND keep_until < :today AND requested_us < :young_us
	AND NOT EXISTS (SELECT 1 FROM day_count AS d WHERE d.muni = provision.muni AND d.differs = 1
		AND d.explained_us = 0 AND d.inquirer = provision.inquirer AND d.provider = provision.provider
		AND provision.requested_us >= (d.on_day * 86400 - 32400) * 1000000
		AND provision.requested_us < (d.on_day * 86400 + 54000) * 1000000);

-- name: purge_evidence_of   role: write
DELETE FROM evidence WHERE muni = :muni AND person = :person AND keep_until < :today AND time_us < :young_us
	AND NOT EXISTS (SELECT 1 FROM provision AS v JOIN day_count AS d ON d.muni = v.muni AND d.differs = 1
		AND d.explained_us = 0 AND d.inquirer = v.inquirer AND d.provider = v.provider
		AND v.requested_us >= (d.on_day * 86400 - 32400) * 1000000
		AND v.requested_us < (d.on_day * 86400 + 54000) * 1000000
		WHERE v.muni = evidence.muni AND v.process_no = evidence.process_no);

-- name: purge_dose          role: write
DELETE FROM dose WHERE muni = :muni AND person = :person AND EXISTS (SELECT 1 FROM person AS p
	WHERE p.muni = :muni AND p.id = :person AND p.died_on < :died_before AND p.is_protected = 0);

-- name: purge_teller        role: write
DELETE FROM dose_told WHERE muni = :muni AND id IN (SELECT id FROM dose WHERE muni = :muni AND person = :person);

-- name: purge_decision      role: write
DELETE FROM duplicate_decision WHERE muni = :muni
	AND no IN (SELECT no FROM duplicate WHERE muni = :muni AND person = :person);

-- name: purge_duplicate     role: write
DELETE FROM duplicate WHERE muni = :muni AND person = :person;

-- name: purge_counts_as     role: write
DELETE FROM duplicate_counts_as WHERE muni = :muni AND person = :person;

-- name: purge_due           role: write
DELETE FROM duplicate_due WHERE muni = :muni AND person = :person;

-- name: purge_letter_result role: write
DELETE FROM request_letter_result WHERE muni = :muni AND person = :person;

-- name: purge_letter        role: write
DELETE FROM request_letter WHERE muni = :muni AND person = :person;

-- name: purge_report        role: write
DELETE FROM dose_report WHERE muni = :muni AND person = :person;

-- name: purge_circumstance  role: write
DELETE FROM circumstance WHERE muni = :muni AND person = :person;

-- name: purge_ticket        role: write
DELETE FROM ticket WHERE muni = :muni AND person = :person;

-- name: purge_guardian      role: write
DELETE FROM guardian WHERE muni = :muni AND person = :person;

-- name: purge_number        role: write
DELETE FROM number WHERE muni = :muni AND person = :person;

-- name: purge_code          role: write
DELETE FROM code WHERE muni = :muni AND person = :person;

-- name: purge_urgent        role: write
DELETE FROM urgent WHERE muni = :muni AND person = :person;

-- name: purge_setting       role: write
DELETE FROM setting WHERE muni = :muni AND key = :key;

-- name: purge_arrival       role: write
DELETE FROM setting WHERE muni = :muni AND key IN (SELECT :prefix || lower(hex(blind)) FROM number WHERE muni = :muni
	AND person = :person);

-- name: purge_inquiry_salt  role: write
DELETE FROM setting WHERE muni = :muni AND key IN (SELECT :prefix || record_no FROM inquiry WHERE muni = :muni
	AND person = :person);

-- name: purge_inquiry       role: write
DELETE FROM inquiry WHERE muni = :muni AND person = :person AND is_ended = 1;

-- name: purge_ask_again     role: write
DELETE FROM ask_again WHERE muni = :muni AND person = :person;

-- name: purge_copy_person   role: write
DELETE FROM copy_person WHERE muni = :muni AND person = :person;

-- name: purge_told          role: write
DELETE FROM told WHERE muni = :muni AND person = :person;

-- name: purge_correction    role: write
DELETE FROM correction WHERE muni = :muni AND person = :person;

-- name: purge_correction_in role: write
DELETE FROM correction_in WHERE muni = :muni AND person = :person;

-- name: purge_portal_notice role: write
DELETE FROM portal_notice WHERE muni = :muni AND person = :person;

-- name: purge_notice_event  role: write
DELETE FROM notice_event WHERE muni = :muni AND person = :person;

-- name: purge_notice        role: write
DELETE FROM notice WHERE muni = :muni AND person = :person;

-- name: purge_refusal       role: write
DELETE FROM notice_refusal WHERE muni = :muni AND person = :person;

-- name: purge_release_row   role: write
DELETE FROM release_row WHERE muni = :muni AND person = :person;

-- name: purge_copy_there    role: write
DELETE FROM copy_there WHERE muni = :muni AND addressee_no = :addressee_no;

-- name: purge_held          role: write
DELETE FROM held WHERE muni = :muni AND person = :person AND state <> :open;

-- name: purge_outbox        role: write
DELETE FROM outbox WHERE muni = :muni AND person = :person AND state = :done;

-- name: purge_salt          role: write
DELETE FROM audit_salt WHERE muni = :muni AND person = :person;

-- Every record of somebody who has died by one of them goes together.
-- name: purge_same_died     role: write
UPDATE person SET died_on = :died_on WHERE muni = :muni AND id = :person AND died_on IS NULL;

-- name: purge_part          role: write
DELETE FROM person_part WHERE muni = :muni AND part = :person;

-- name: purge_pair_decision role: write
DELETE FROM person_decision WHERE muni = :muni AND no IN (SELECT no FROM person_pair WHERE muni = :muni
	AND first = :person UNION ALL SELECT no FROM person_pair WHERE muni = :muni AND second = :person);

-- name: purge_pair          role: write
DELETE FROM person_pair WHERE muni = :muni AND no IN (SELECT no FROM person_pair WHERE muni = :muni
	AND first = :person UNION ALL SELECT no FROM person_pair WHERE muni = :muni AND second = :person);

-- name: purge_account       role: write
UPDATE officer SET person = NULL WHERE muni = :muni AND person = :person AND is_active = 0;

-- name: purge_person        role: write
DELETE FROM person WHERE muni = :muni AND id = :person AND died_on < :died_before AND is_protected = 0;

-- name: tombstone_last      role: read
SELECT no FROM tombstone WHERE muni = :muni ORDER BY no DESC LIMIT 1;

-- name: tombstone_add       role: write
INSERT INTO tombstone (muni, no, what, subject, rows, kept_until, basis, purged_us, purged_by)
VALUES (:muni, :no, :what, :subject, :rows, :kept_until, :basis, :purged_us, :purged_by);

-- name: tombstone_list      role: read
SELECT no, what, rows, kept_until, basis, purged_us, purged_by FROM tombstone
WHERE muni = :muni AND no > :after ORDER BY no LIMIT :cap;
