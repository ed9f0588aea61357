-- Who was told what, and corrections of it.

-- Which version of which statement an answer of ours carried: one row an exchange and statement.
CREATE TABLE told (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- about whom
	statement BLOB NOT NULL,		-- which statement
	process_no TEXT NOT NULL,		-- the hub's number of the exchange
	recipient INTEGER NOT NULL REFERENCES town,	-- who was told
	version INTEGER NOT NULL,		-- which version
	told_us INTEGER NOT NULL,		-- when it was provided
	PRIMARY KEY (muni, person, statement, process_no),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- What is owed to a recipient, or was sent: one row a statement, version and recipient, written with the change itself.
CREATE TABLE correction (
	muni INTEGER NOT NULL,			-- the municipality
	id BLOB NOT NULL,			-- identity; as text the CorrectionID
	person BLOB NOT NULL,			-- about whom
	statement BLOB NOT NULL,		-- which statement
	version INTEGER NOT NULL,		-- its version that is told
	recipient INTEGER NOT NULL REFERENCES town,	-- who is told
	process_no TEXT NOT NULL,		-- the exchange in which they were told last
	state INTEGER NOT NULL,			-- waiting, sent, held, applied, known, refused, barred, gone, withheld, superseded, by hand
	made_us INTEGER NOT NULL,		-- when the statement changed
	sent_us INTEGER NOT NULL,		-- when the network last took it; 0 never
	next_us INTEGER NOT NULL,		-- when it is sent again without a receipt
	tries INTEGER NOT NULL,			-- how often it was sent
	receipt_us INTEGER NOT NULL,		-- when the last receipt came; 0 none
	local_version INTEGER NOT NULL,		-- the recipient's own version that says it; 0 none
	reason TEXT,				-- why it was refused
	PRIMARY KEY (muni, id),
	UNIQUE (muni, person, statement, recipient, version),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_due ON correction (muni, state, next_us);
CREATE INDEX correction_made ON correction (muni, state, made_us);

-- Corrections that others sent us; written with their effect, so that it happens once.
CREATE TABLE correction_in (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	sender INTEGER NOT NULL REFERENCES town,	-- who sent it
	correction BLOB NOT NULL,		-- the sender's CorrectionID
	process_no TEXT NOT NULL,		-- the exchange in which we were told
	person BLOB,				-- about whom, where known
	record_key TEXT NOT NULL,		-- which record of that answer
	version INTEGER NOT NULL,		-- its version at the sender
	digest BLOB NOT NULL,			-- of what it says
	taken INTEGER NOT NULL,			-- applied, known, held, refused: as in the receipt
	local_version INTEGER NOT NULL,		-- ours that says it; 0 none
	reason TEXT,				-- why it was held or refused
	received_us INTEGER NOT NULL,		-- when it came first
	taken_us INTEGER NOT NULL,		-- when it was taken so
	PRIMARY KEY (muni, sender, correction)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_in_person ON correction_in (muni, person);
CREATE INDEX correction_in_received ON correction_in (muni, received_us);

-- The inquiry of an exchange.
CREATE INDEX inquiry_process ON inquiry (muni, process_no);

-- Who was told leads to where a person lives now: nothing of a protected person is handed out, and which town asked
-- about somebody who has left only to who may see that.
CREATE VIEW told_seen AS SELECT eyes.no AS eyes, t.muni, t.person, t.statement, t.process_no, t.version, t.told_us,
	CASE WHEN eyes.asker = 1 OR EXISTS (SELECT 1 FROM residence AS r WHERE r.muni = t.muni AND r.person = t.person
		AND r.until_on IS NULL) THEN t.recipient ELSE 0 END AS recipient
FROM eyes, told AS t JOIN person AS p ON p.muni = t.muni AND p.id = t.person
WHERE p.is_protected <= eyes.whereabouts;
CREATE VIEW correction_seen AS SELECT eyes.no AS eyes, c.muni, c.id, c.person, c.statement, c.version,
	CASE WHEN eyes.asker = 1 OR EXISTS (SELECT 1 FROM residence AS r WHERE r.muni = c.muni AND r.person = c.person
		AND r.until_on IS NULL) THEN c.recipient ELSE 0 END AS recipient,
	c.process_no, c.state, c.made_us, c.sent_us, c.next_us, c.tries, c.receipt_us, c.local_version, c.reason
FROM eyes, correction AS c JOIN person AS p ON p.muni = c.muni AND p.id = c.person
WHERE p.is_protected <= eyes.whereabouts;
CREATE VIEW correction_in_seen AS SELECT eyes.no AS eyes, c.muni, c.sender, c.correction, c.process_no, c.person,
	c.record_key, c.version, c.digest, c.taken, c.local_version, c.reason, c.received_us, c.taken_us
FROM eyes, correction_in AS c LEFT JOIN person AS p ON p.muni = c.muni AND p.id = c.person
WHERE coalesce(p.is_protected, 0) <= eyes.whereabouts;
