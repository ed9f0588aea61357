-- People as a health office knows them, and who may see what of them.

-- How much a reader sees: one row a kind of reader.  Every view below is joined with it and every statement
-- that reads through a view names the reader, so that the shield stands here and nowhere else.
CREATE TABLE eyes (
	no INTEGER PRIMARY KEY,		-- 0 shielded: everybody; 1 whole: the protecting officer, and the node's own work
	whereabouts INTEGER NOT NULL,	-- 1: also of people under protection
	asker INTEGER NOT NULL		-- 1: also which town asked about somebody who has left
) STRICT;
INSERT INTO eyes (no, whereabouts, asker) VALUES (0, 0, 0), (1, 1, 1);

-- How the name is written with the characters of JIS X 0213, where it is registered with others; the registered
-- name itself stays as it came, byte by byte.
ALTER TABLE person ADD COLUMN name_display TEXT;
-- On what register: 0 the resident register, then those on none: birth at the parents' home, protection, an
-- institution, from abroad, other.
ALTER TABLE person ADD COLUMN registration INTEGER NOT NULL DEFAULT 0;
-- Why somebody on no resident register is kept here, in the words of the officer.
ALTER TABLE person ADD COLUMN registration_basis TEXT;
-- Last day for which that was stated.
ALTER TABLE person ADD COLUMN registration_until INTEGER;
-- Number of the household on the resident register.
ALTER TABLE person ADD COLUMN household_no TEXT;
-- Where letters go, if not to the address.
ALTER TABLE person ADD COLUMN mailing_address TEXT;
-- To whom they are addressed there.
ALTER TABLE person ADD COLUMN mailing_name TEXT;
-- In which language to write: ja, en, zh, ...
ALTER TABLE person ADD COLUMN language TEXT;

-- How somebody came and went: 0 unknown, then from a town or abroad, by birth or by the register; to a town or
-- abroad, by death, or taken off the register.
ALTER TABLE residence ADD COLUMN entry INTEGER NOT NULL DEFAULT 0;
ALTER TABLE residence ADD COLUMN exit INTEGER NOT NULL DEFAULT 0;

-- Other names of a person.
CREATE TABLE person_name (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	seq INTEGER NOT NULL,			-- order, from 0
	kind INTEGER NOT NULL,			-- former family name, common name, earlier name, other
	name TEXT NOT NULL,			-- as registered, byte by byte
	name_display TEXT,			-- with the characters of JIS X 0213, where they differ
	kana TEXT,				-- its reading
	roman TEXT,				-- in Roman letters
	from_on INTEGER,			-- first day, where stated
	until_on INTEGER,			-- last day, where stated
	PRIMARY KEY (muni, person, seq),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- What names are found by: pairs of neighbouring characters of every folded name of a person.
CREATE TABLE name_gram (
	muni INTEGER NOT NULL,			-- the municipality
	gram INTEGER NOT NULL,			-- both characters in one number
	person BLOB NOT NULL,			-- in whose name
	PRIMARY KEY (muni, gram, person)	-- no foreign key: written with its person alone, five million of them
) STRICT, WITHOUT ROWID;

CREATE INDEX person_birth ON person (muni, birth_first, birth_last);

-- Who acts for a person: a link with its dates and its ground.  Nothing is ever taken out; a link ends.
CREATE TABLE guardian (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- for whom
	seq INTEGER NOT NULL,			-- 1, 2, ... within the person
	guardian BLOB,				-- who, where registered here
	name TEXT,				-- who, where not
	kana TEXT,				-- reading of that name
	relation INTEGER NOT NULL,		-- parental authority, guardian by court, foster parent, institution, child guidance centre, other
	basis TEXT NOT NULL,			-- what was shown or decided: family register, court, officer
	from_on INTEGER NOT NULL,		-- first day
	until_on INTEGER,			-- last day; none while it lasts
	is_named INTEGER NOT NULL,		-- 1: the protecting officer says that this one may act for a protected person
	recorded_us INTEGER NOT NULL,		-- when it was written
	PRIMARY KEY (muni, person, seq),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id),
	FOREIGN KEY (muni, guardian) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX guardian_of ON guardian (muni, guardian);

-- The views of the register.  Of a person under protection nothing comes through from which present whereabouts
-- follow, unless the reader may see that (data/schema/shield.tsv says which columns, and why).

CREATE VIEW person_seen AS SELECT eyes.no AS eyes, p.muni, p.id, p.addressee_no, p.name, p.name_display,
	p.kana, p.kana_folded, p.roman, p.birth_first, p.birth_last, p.sex, p.died_on, p.is_protected,
	p.protected_from, p.protected_until, p.registration, p.language,
	p.is_protected > eyes.whereabouts AS is_shielded,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE p.address END AS address,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE p.registration_basis END AS registration_basis,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE p.registration_until END AS registration_until,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE p.household_no END AS household_no,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE p.mailing_address END AS mailing_address,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE p.mailing_name END AS mailing_name
FROM eyes, person AS p;

CREATE VIEW residence_seen AS SELECT eyes.no AS eyes, r.muni, r.person, r.seq, r.from_on, r.until_on,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE r.previous END AS previous,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE r.next END AS next,
	CASE WHEN p.is_protected > eyes.whereabouts THEN 0 ELSE r.entry END AS entry,
	CASE WHEN p.is_protected > eyes.whereabouts THEN 0 ELSE r.exit END AS exit
FROM eyes, residence AS r JOIN person AS p ON p.muni = r.muni AND p.id = r.person;

-- All doses or none: what is due, worked out from a part of them, would be wrong.
CREATE VIEW dose_seen AS SELECT eyes.no AS eyes, d.muni, d.person, d.statement, d.version, d.id, d.source,
	d.source_id, d.source_version, d.relay, d.asserted_by, d.given_first, d.given_last, d.product, d.lot,
	d.expires_on, d.volume_ul, d.site, d.route, d.clinic, d.physician, d.status, d.reason, d.evidence,
	d.verification, d.recorded_us
FROM eyes, dose AS d JOIN person AS p ON p.muni = d.muni AND p.id = d.person
WHERE p.is_protected <= eyes.whereabouts;

CREATE VIEW ticket_seen AS SELECT eyes.no AS eyes, t.muni, t.number, t.person, t.issued_us, t.voided_us
FROM eyes, ticket AS t JOIN person AS p ON p.muni = t.muni AND p.id = t.person
WHERE p.is_protected <= eyes.whereabouts;

-- Whom a link of a protected person names, and who a protected guardian acts for, leads to both.
CREATE VIEW guardian_seen AS SELECT eyes.no AS eyes, g.muni, g.person, g.seq, g.guardian, g.name, g.kana,
	g.relation, g.basis, g.from_on, g.until_on, g.is_named, g.recorded_us
FROM eyes, guardian AS g JOIN person AS p ON p.muni = g.muni AND p.id = g.person
	LEFT JOIN person AS w ON w.muni = g.muni AND w.id = g.guardian
WHERE p.is_protected <= eyes.whereabouts AND coalesce(w.is_protected, 0) <= eyes.whereabouts;

CREATE VIEW inquiry_seen AS SELECT eyes.no AS eyes, i.muni, i.id, i.person, i.provider, i.record_no,
	i.reception_no, i.process_no, i.state, i.basis, i.from_on, i.to_on, i.non_disclosure, i.asked_by,
	i.requested_us, i.next_us, i.deadline_us, i.attempts, i.is_ended, i.outcome, i.known_as_of, i.changed_us
FROM eyes, inquiry AS i JOIN person AS p ON p.muni = i.muni AND p.id = i.person
WHERE p.is_protected <= eyes.whereabouts;

-- Which town asked about somebody who does not live here any more says where that person went: it is told to
-- nobody but who may see it, protected or not, and also where the record names nobody known here.
CREATE VIEW provision_seen AS SELECT eyes.no AS eyes, v.muni, v.process_no, v.side, v.person,
	CASE WHEN v.side = 0 OR eyes.asker = 1 THEN v.inquirer
	WHEN EXISTS (SELECT 1 FROM residence AS r WHERE r.muni = v.muni AND r.person = v.person
		AND r.until_on IS NULL) THEN v.inquirer
	ELSE '' END AS inquirer,
	v.provider, v.requested_us, v.provided_us, v.affair, v.procedure, v.item, v.outcome, v.inquirer_hidden,
	v.provider_hidden, v.keep_until
FROM eyes, provision AS v LEFT JOIN person AS p ON p.muni = v.muni AND p.id = v.person
WHERE coalesce(p.is_protected, 0) <= eyes.whereabouts;

-- That something waits is for everybody who decides; what it is about a protected person is not.
CREATE VIEW held_seen AS SELECT eyes.no AS eyes, h.muni, h.id, h.kind, h.reason, h.person, h.state,
	h.created_us, h.decided_us, h.decided_by, coalesce(p.is_protected, 0) > eyes.whereabouts AS is_shielded,
	CASE WHEN coalesce(p.is_protected, 0) > eyes.whereabouts THEN NULL ELSE h.reference END AS reference,
	CASE WHEN coalesce(p.is_protected, 0) > eyes.whereabouts THEN NULL ELSE h.source END AS source,
	CASE WHEN coalesce(p.is_protected, 0) > eyes.whereabouts THEN NULL ELSE h.payload END AS payload,
	CASE WHEN coalesce(p.is_protected, 0) > eyes.whereabouts THEN NULL ELSE h.note END AS note
FROM eyes, held AS h LEFT JOIN person AS p ON p.muni = h.muni AND p.id = h.person;
