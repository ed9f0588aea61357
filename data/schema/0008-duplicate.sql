-- Statements that may tell one dose, and people who may be one person.

-- Which dose of its course it was, as the source counts; none where it did not say.
ALTER TABLE dose ADD COLUMN told_no INTEGER;
-- What the product was called where it was given, beside the code; none where the code says it all.
ALTER TABLE dose ADD COLUMN product_text TEXT;

DROP VIEW dose_seen;
-- All doses or none: what is due, worked out from a part of them, would be wrong.
CREATE VIEW dose_seen AS SELECT eyes.no AS eyes, d.muni, d.person, d.statement, d.version, d.id, d.source,
	d.source_id, d.source_version, d.relay, d.asserted_by, d.given_first, d.given_last, d.product, d.lot,
	d.expires_on, d.volume_ul, d.site, d.route, d.clinic, d.physician, d.status, d.reason, d.evidence,
	d.verification, d.recorded_us, d.told_no, d.product_text
FROM eyes, dose AS d JOIN person AS p ON p.muni = d.muni AND p.id = d.person
WHERE p.is_protected <= eyes.whereabouts;

-- Other municipalities that told a version that stands here already.
CREATE TABLE dose_told (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	id BLOB NOT NULL,			-- the version
	relay INTEGER NOT NULL REFERENCES town,	-- who told it too
	PRIMARY KEY (muni, id, relay)
) STRICT, WITHOUT ROWID;

-- Pairs of statements about one person that the rules speak of; a row stays when it is a pair no more.
CREATE TABLE duplicate (
	muni INTEGER NOT NULL,			-- the municipality
	no INTEGER NOT NULL,			-- its number, 1, 2, ...
	person BLOB NOT NULL,			-- about whom
	first BLOB NOT NULL,			-- statement, the smaller id
	second BLOB NOT NULL,			-- the other; the same where one alone cannot have been so
	rule INTEGER NOT NULL,			-- which rule speaks of them
	verdict INTEGER NOT NULL,		-- what it says
	state INTEGER NOT NULL,			-- open, by rule, decided, gone
	is_outdated INTEGER NOT NULL,		-- 1: decided once, but what was told has changed since
	found_us INTEGER NOT NULL,		-- since when it is as it is
	PRIMARY KEY (muni, no),
	UNIQUE (muni, person, first, second),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX duplicate_state ON duplicate (muni, state, no);

-- What officers said of a pair; never taken out, at most one of a pair in force.
CREATE TABLE duplicate_decision (
	muni INTEGER NOT NULL,			-- the municipality
	no INTEGER NOT NULL,			-- of which pair
	seq INTEGER NOT NULL,			-- 1, 2, ... within the pair
	keep BLOB,				-- statement that counts; none: two doses
	digest BLOB NOT NULL,			-- of what both statements said then: it holds while they say the same
	reason TEXT NOT NULL,			-- why
	decided_by TEXT NOT NULL,		-- actor
	decided_us INTEGER NOT NULL,		-- when
	undone_by TEXT,				-- actor who took it back; none while it stands
	undone_us INTEGER,			-- when
	undo_reason TEXT,			-- why
	PRIMARY KEY (muni, no, seq),
	FOREIGN KEY (muni, no) REFERENCES duplicate (muni, no)
) STRICT, WITHOUT ROWID;

-- Statements that do not count because another one of the same dose does: what follows from pairs and decisions.
CREATE TABLE duplicate_counts_as (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- about whom
	statement BLOB NOT NULL,		-- which does not count
	counts_as BLOB NOT NULL,		-- which does, in its place
	PRIMARY KEY (muni, person, statement),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- Whose statements have changed since pairs were last looked for.
CREATE TABLE duplicate_due (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	PRIMARY KEY (muni, person),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
-- What is there from before this step.
INSERT INTO duplicate_due (muni, person) SELECT DISTINCT muni, person FROM dose;

CREATE VIEW duplicate_seen AS SELECT eyes.no AS eyes, d.muni, d.no, d.person, d.first, d.second, d.rule, d.verdict,
	d.state, d.is_outdated, d.found_us
FROM eyes, duplicate AS d JOIN person AS p ON p.muni = d.muni AND p.id = d.person
WHERE p.is_protected <= eyes.whereabouts;

CREATE VIEW duplicate_decision_seen AS SELECT eyes.no AS eyes, r.muni, r.no, d.person, d.first, d.second, r.seq,
	r.keep, r.digest, r.reason, r.decided_by, r.decided_us, r.undone_by, r.undone_us, r.undo_reason
FROM eyes, duplicate_decision AS r JOIN duplicate AS d ON d.muni = r.muni AND d.no = r.no
	JOIN person AS p ON p.muni = d.muni AND p.id = d.person
WHERE p.is_protected <= eyes.whereabouts;

CREATE VIEW duplicate_counts_as_seen AS SELECT eyes.no AS eyes, c.muni, c.person, c.statement, c.counts_as
FROM eyes, duplicate_counts_as AS c JOIN person AS p ON p.muni = c.muni AND p.id = c.person
WHERE p.is_protected <= eyes.whereabouts;
