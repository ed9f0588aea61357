-- Ledgers of the exchange.
-- What one row asked for in the outbox.
CREATE INDEX outbox_about ON outbox (muni, about, state);
-- Failures of one message, whoever sent it.
CREATE INDEX inbox_failure_message ON inbox_failure (muni, message_id);
-- What is to be asked anew by itself: one row a person and town, written when an inquiry ends.
CREATE TABLE ask_again (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- about whom
	provider INTEGER NOT NULL REFERENCES town,	-- whom to ask
	ended INTEGER NOT NULL,			-- state in which the last inquiry ended
	tries INTEGER NOT NULL,			-- how often in a row it ended so
	due_us INTEGER NOT NULL,		-- when to ask again
	PRIMARY KEY (muni, person, provider),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ask_again_due ON ask_again (muni, due_us);
-- Inquiries that two officers made before the register held the ground for them.
CREATE TABLE urgent (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	inquiry BLOB NOT NULL,			-- the inquiry
	person BLOB NOT NULL,			-- about whom
	reason TEXT NOT NULL,			-- why it could not wait, in the officers' words
	asked_us INTEGER NOT NULL,		-- when it was given
	until_us INTEGER NOT NULL,		-- the register must name the town by then
	state INTEGER NOT NULL,			-- waits, confirmed, unconfirmed
	PRIMARY KEY (muni, inquiry)
) STRICT, WITHOUT ROWID;
CREATE INDEX urgent_asked ON urgent (muni, asked_us);
CREATE INDEX urgent_state ON urgent (muni, state, asked_us);
-- How much one officer has asked lately.
CREATE INDEX inquiry_asked ON inquiry (muni, asked_by, requested_us);
-- Of a protected person the auditor sees that it was asked, not why.
CREATE VIEW urgent_seen AS SELECT eyes.no AS eyes, u.muni, u.inquiry, u.person,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE u.reason END AS reason,
	u.asked_us, u.until_us, u.state
FROM eyes, urgent AS u JOIN person AS p ON p.muni = u.muni AND p.id = u.person;
-- When the intermediary's own list last named the record.
ALTER TABLE copy_key ADD COLUMN seen_us INTEGER NOT NULL DEFAULT 0;
CREATE INDEX copy_key_seen ON copy_key (muni, seen_us);
-- Copies that are not as the register says, by destination.
CREATE TABLE copy_there (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	destination TEXT NOT NULL,		-- who holds the copies
	addressee_no TEXT NOT NULL,		-- whose, as the destination names them
	record_key TEXT NOT NULL,		-- which record
	trouble INTEGER NOT NULL,		-- missing, stale, surplus
	since_us INTEGER NOT NULL,		-- first seen so
	seen_us INTEGER NOT NULL,		-- last seen so
	PRIMARY KEY (muni, destination, addressee_no, record_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_there_since ON copy_there (muni, destination, since_us);
-- A record key begins with the municipality that the dose comes from.
CREATE VIEW copy_there_seen AS SELECT eyes.no AS eyes, c.muni, c.destination, c.addressee_no,
	CASE WHEN coalesce(p.is_protected, 0) > eyes.whereabouts THEN '' ELSE c.record_key END AS record_key,
	c.trouble, c.since_us, c.seen_us
FROM eyes, copy_there AS c LEFT JOIN person AS p ON p.muni = c.muni AND p.addressee_no = c.addressee_no;
