-- What is said of doses beyond the first register.

-- What else the law asks about a person: diseases had, reasons not to vaccinate, extensions, pregnancies, an
-- antibody result.  Said once, ended with a reason, never changed.
CREATE TABLE circumstance (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	id BLOB NOT NULL,			-- identity
	kind INTEGER NOT NULL,			-- condition, extension, gestation, antibody
	code TEXT NOT NULL,			-- condition code; programme code of an extension; else empty
	from_on INTEGER,			-- since; first day; day 0w0d; day of the test; none: on every day
	until_on INTEGER,			-- last day of an extension
	value INTEGER NOT NULL,			-- basis of an extension; 1: the antibody result is low
	evidence TEXT,				-- what was seen
	recorded_us INTEGER NOT NULL,		-- when it was said
	recorded_by TEXT NOT NULL,		-- which officer
	ended_us INTEGER,			-- when it was taken back; none while it stands
	end_reason TEXT,			-- why
	PRIMARY KEY (muni, person, id),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX circumstance_id ON circumstance (muni, id);

-- A disease or a pregnancy says nothing of where somebody is; with the record of a protected person nothing of it is
-- shown either.
CREATE VIEW circumstance_seen AS SELECT eyes.no AS eyes, c.muni, c.person, c.id, c.kind, c.code, c.from_on,
	c.until_on, c.value, c.evidence, c.recorded_us, c.recorded_by, c.ended_us, c.end_reason
FROM eyes, circumstance AS c JOIN person AS p ON p.muni = c.muni AND p.id = c.person
WHERE p.is_protected <= eyes.whereabouts;
