-- Notices to the portal of the person they are for.

-- One notice: that records have arrived, or one of a run of letters.
CREATE TABLE portal_notice (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	id BLOB NOT NULL,			-- identity
	person BLOB NOT NULL,			-- for whom
	kind INTEGER NOT NULL,			-- records arrived, or of a run
	run INTEGER,				-- which run; none otherwise
	made_us INTEGER NOT NULL,		-- when it was made
	made_by TEXT NOT NULL,			-- actor
	state INTEGER NOT NULL,			-- waits, sent, received, there, no portal, refused, withheld, not connected
	reason INTEGER NOT NULL,		-- why it was withheld: dead, departed, protected, wishes none, barred, taken back; 0 not
	settled_us INTEGER NOT NULL,		-- since when that is so
	PRIMARY KEY (muni, id),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX portal_notice_run ON portal_notice (muni, run, person);
CREATE INDEX portal_notice_state ON portal_notice (muni, state, made_us);
CREATE INDEX portal_notice_person ON portal_notice (muni, person);

-- As with letters: of who is protected nothing is shown.
CREATE VIEW portal_notice_seen AS SELECT eyes.no AS eyes, n.muni, n.id, n.person, n.kind, n.run, n.made_us, n.made_by, n.state,
	n.reason, n.settled_us
FROM eyes, portal_notice AS n JOIN person AS p ON p.muni = n.muni AND p.id = n.person
WHERE p.is_protected <= eyes.whereabouts;
