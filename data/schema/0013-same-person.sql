-- Records that are about one person, or may be.

-- Pairs of records that may be about one person, found by rule or by an officer; a row stays when it is a pair no more.
CREATE TABLE person_pair (
	muni INTEGER NOT NULL,			-- the municipality
	no INTEGER NOT NULL,			-- its number, 1, 2, ...
	first BLOB NOT NULL,			-- record, the smaller id
	second BLOB NOT NULL,			-- the other
	rule INTEGER NOT NULL,			-- which rule speaks of them; 0 an officer alone
	score INTEGER NOT NULL,			-- how much speaks for one person, 0 to 1000
	state INTEGER NOT NULL,			-- open, merged, two people, gone
	found_us INTEGER NOT NULL,		-- since when it is as it is
	PRIMARY KEY (muni, no),
	UNIQUE (muni, first, second),
	FOREIGN KEY (muni, first) REFERENCES person (muni, id),
	FOREIGN KEY (muni, second) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_pair_second ON person_pair (muni, second);
CREATE INDEX person_pair_state ON person_pair (muni, state, score DESC, no);

-- What officers said of a pair; never taken out.
CREATE TABLE person_decision (
	muni INTEGER NOT NULL,			-- the municipality
	no INTEGER NOT NULL,			-- of which pair
	seq INTEGER NOT NULL,			-- 1, 2, ... within the pair
	kind INTEGER NOT NULL,			-- flagged, merged, unmerged, two people
	kept BLOB,				-- of a merge: the record that answers for both
	reason TEXT NOT NULL,			-- why
	decided_by TEXT NOT NULL,		-- actor
	decided_us INTEGER NOT NULL,		-- when
	PRIMARY KEY (muni, no, seq),
	FOREIGN KEY (muni, no) REFERENCES person_pair (muni, no)
) STRICT, WITHOUT ROWID;

-- Merges in force: a record, and the one that answers for it.  No row of a record is ever moved; taking the row out
-- parts them again.
CREATE TABLE person_part (
	muni INTEGER NOT NULL,			-- the municipality
	part BLOB NOT NULL,			-- the record that does not answer by itself
	whole BLOB NOT NULL,			-- the one merged with, which may be a part of another again
	pair INTEGER NOT NULL,			-- which pair's decision
	number BLOB,				-- where both have a MyNumber: the record whose number is used
	merged_us INTEGER NOT NULL,		-- since when
	PRIMARY KEY (muni, part),
	FOREIGN KEY (muni, part) REFERENCES person (muni, id),
	FOREIGN KEY (muni, whole) REFERENCES person (muni, id),
	FOREIGN KEY (muni, pair) REFERENCES person_pair (muni, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_part_whole ON person_part (muni, whole);

-- What follows from it, for readers: of each record of a merged person every other one.
CREATE TABLE person_same (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- a record
	other BLOB NOT NULL,			-- another of the same person
	is_whole INTEGER NOT NULL,		-- 1: the one that answers for all
	PRIMARY KEY (muni, person, other),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id),
	FOREIGN KEY (muni, other) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- Whose name, birth or address has changed since pairs were last looked for.
CREATE TABLE person_due (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	PRIMARY KEY (muni, person),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
-- Who is there from before this step.
INSERT INTO person_due (muni, person) SELECT muni, id FROM person;

-- Who lives where: one person under two birth dates is looked for at home.
CREATE INDEX person_home ON person (muni, address, kana_folded);
CREATE INDEX person_household ON person (muni, household_no) WHERE household_no IS NOT NULL;

-- That a protected person has another record, which may name where the person is, is for who may see that.
CREATE VIEW person_pair_seen AS SELECT eyes.no AS eyes, d.muni, d.no, d.first, d.second, d.rule, d.score, d.state,
	d.found_us
FROM eyes, person_pair AS d JOIN person AS p ON p.muni = d.muni AND p.id = d.first
	JOIN person AS w ON w.muni = d.muni AND w.id = d.second
WHERE p.is_protected <= eyes.whereabouts AND w.is_protected <= eyes.whereabouts;
CREATE VIEW person_decision_seen AS SELECT eyes.no AS eyes, r.muni, r.no, r.seq, r.kind, r.kept, r.reason,
	r.decided_by, r.decided_us
FROM eyes, person_decision AS r JOIN person_pair AS d ON d.muni = r.muni AND d.no = r.no
	JOIN person AS p ON p.muni = d.muni AND p.id = d.first JOIN person AS w ON w.muni = d.muni AND w.id = d.second
WHERE p.is_protected <= eyes.whereabouts AND w.is_protected <= eyes.whereabouts;

-- What was told about one record and stands, since a merge or a parting, with another.
-- 1: told as somebody else's, and taken back when the records were parted; nothing more is told of it there.
ALTER TABLE told ADD COLUMN parted INTEGER NOT NULL DEFAULT 0;
-- 1: says that the statement is not about this person, instead of what it says.
ALTER TABLE correction ADD COLUMN parted INTEGER NOT NULL DEFAULT 0;

DROP VIEW told_seen;
CREATE VIEW told_seen AS SELECT eyes.no AS eyes, t.muni, t.person, t.statement, t.process_no, t.version, t.told_us,
	CASE WHEN eyes.asker = 1 OR EXISTS (SELECT 1 FROM residence AS r WHERE r.muni = t.muni AND r.person = t.person
		AND r.until_on IS NULL) THEN t.recipient ELSE 0 END AS recipient, t.parted
FROM eyes, told AS t JOIN person AS p ON p.muni = t.muni AND p.id = t.person
WHERE p.is_protected <= eyes.whereabouts;
DROP VIEW correction_seen;
CREATE VIEW correction_seen AS SELECT eyes.no AS eyes, c.muni, c.id, c.person, c.statement, c.version,
	CASE WHEN eyes.asker = 1 OR EXISTS (SELECT 1 FROM residence AS r WHERE r.muni = c.muni AND r.person = c.person
		AND r.until_on IS NULL) THEN c.recipient ELSE 0 END AS recipient,
	c.process_no, c.state, c.made_us, c.sent_us, c.next_us, c.tries, c.receipt_us, c.local_version, c.reason, c.parted
FROM eyes, correction AS c JOIN person AS p ON p.muni = c.muni AND p.id = c.person
WHERE p.is_protected <= eyes.whereabouts;
