-- The register of one municipality.
--
-- Days are days since 1970-01-01, times microseconds since then, UTC.  Every key
-- begins with muni, the number of the municipality in town.  Ids are 16 bytes made
-- by the program.  What the program calls append-only is so by the closed list of
-- statements and by the role of the connection.

-- Municipalities by small number: this one and every one ever named by a record.
CREATE TABLE town (
	no INTEGER PRIMARY KEY,		-- small number used inside
	code TEXT NOT NULL UNIQUE	-- six-digit municipality code, or what a file said instead
) STRICT;

-- The municipality that this database belongs to: one row.
CREATE TABLE node (
	muni INTEGER PRIMARY KEY REFERENCES town,	-- its number
	created_us INTEGER NOT NULL			-- when the node was made
) STRICT;

-- Who may write: one store process at a time.
CREATE TABLE lease (
	muni INTEGER PRIMARY KEY REFERENCES node,	-- the municipality
	owner BLOB NOT NULL,				-- id of the process that holds it
	epoch INTEGER NOT NULL,				-- raised whenever the owner changes
	until_us INTEGER NOT NULL			-- free for others after this
) STRICT;

-- Small facts about the node that commit with an effect.
CREATE TABLE setting (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	key TEXT NOT NULL,			-- name of the fact
	value TEXT NOT NULL,			-- the fact
	PRIMARY KEY (muni, key)
) STRICT, WITHOUT ROWID;

-- Who says what: sources of statements by small number.
CREATE TABLE source (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- small number used inside
	kind INTEGER NOT NULL,			-- clinic, municipality, office, handbook, certificate, person
	code TEXT NOT NULL,			-- clinic or municipality code, empty where the kind has none
	PRIMARY KEY (muni, no),
	UNIQUE (muni, kind, code)
) STRICT, WITHOUT ROWID;

-- Product codes by small number.
CREATE TABLE product (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- small number used inside
	code TEXT NOT NULL,			-- product code as in data/code
	PRIMARY KEY (muni, no),
	UNIQUE (muni, code)
) STRICT, WITHOUT ROWID;

-- Places of vaccination by small number; a clinic that changes its name becomes a new row.
CREATE TABLE clinic (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- small number used inside
	code TEXT NOT NULL,			-- clinic code, empty when not stated
	name TEXT NOT NULL,			-- name as stated, empty when not stated
	PRIMARY KEY (muni, no),
	UNIQUE (muni, code, name)
) STRICT, WITHOUT ROWID;

-- Residents, present and past.
CREATE TABLE person (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	id BLOB NOT NULL,			-- identity inside the node
	addressee_no TEXT NOT NULL,		-- addressee number of the municipality, at most 15 digits
	name TEXT,				-- name as on the resident register
	kana TEXT,				-- its reading as registered
	kana_folded TEXT,			-- the reading folded for comparison
	roman TEXT,				-- name in Roman letters
	birth_first INTEGER NOT NULL,		-- earliest day the birth date can mean
	birth_last INTEGER NOT NULL,		-- latest day it can mean
	sex INTEGER NOT NULL,			-- unknown, female, male, other
	address TEXT,				-- address as on the resident register
	died_on INTEGER,			-- day of death
	is_protected INTEGER NOT NULL,		-- 1 under support measures, until a second officer ends it
	protected_from INTEGER,			-- first day of the measures as stated
	protected_until INTEGER,		-- last day as stated; does not end the mark by itself
	changed_us INTEGER NOT NULL,		-- last change of this row or of its periods
	PRIMARY KEY (muni, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX person_addressee ON person (muni, addressee_no);
CREATE INDEX person_kana ON person (muni, kana_folded, birth_first);

-- Periods of residence here.
CREATE TABLE residence (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	seq INTEGER NOT NULL,			-- order, from 0, oldest first
	from_on INTEGER,			-- first day; none: before the register began
	until_on INTEGER,			-- last day; none while it lasts
	previous INTEGER REFERENCES town,	-- municipality lived in before
	next INTEGER REFERENCES town,		-- municipality moved to
	PRIMARY KEY (muni, person, seq),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- MyNumbers: sealed by the key process, found by a keyed index; nowhere else.
CREATE TABLE number (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose; the sealed value opens only for this row
	key_id INTEGER NOT NULL,		-- which sealing key
	nonce BLOB NOT NULL,			-- 12 bytes
	sealed BLOB NOT NULL,			-- AES-256-GCM ciphertext and tag
	blind BLOB NOT NULL,			-- HMAC-SHA-256 of the number under the index key
	changed_us INTEGER NOT NULL,		-- when it was sealed
	PRIMARY KEY (muni, person),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX number_blind ON number (muni, blind);

-- Statements about doses: every version of every statement, never changed.
CREATE TABLE dose (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- about whom
	statement BLOB NOT NULL,		-- same for every version; id of the first
	version INTEGER NOT NULL,		-- 1, 2, ... here; 0, -1, ... what came after the version that had overtaken it
	id BLOB NOT NULL,			-- of this version
	source INTEGER NOT NULL,		-- who says so
	source_id TEXT NOT NULL,		-- the source's own id of the statement
	source_version INTEGER NOT NULL,	-- the source's own version
	relay INTEGER REFERENCES town,		-- municipality that passed it on to us; none: recorded here
	asserted_by TEXT,			-- the origin's words for its source
	given_first INTEGER NOT NULL,		-- earliest day the date given can mean
	given_last INTEGER NOT NULL,		-- latest day it can mean
	product INTEGER NOT NULL,		-- what was given
	lot TEXT,				-- lot number
	expires_on INTEGER,			-- expiry of the lot
	volume_ul INTEGER,			-- volume in thousandths of a millilitre
	site TEXT,				-- site of the body
	route TEXT,				-- route
	clinic INTEGER,				-- where it was given
	physician TEXT,				-- who gave it or answered for it
	status INTEGER NOT NULL,		-- given, not given, withdrawn
	reason TEXT,				-- why not given, corrected or withdrawn
	evidence TEXT,				-- what was shown as evidence
	verification INTEGER NOT NULL,		-- unverified, verified, disputed
	recorded_us INTEGER NOT NULL,		-- when this version entered the register
	PRIMARY KEY (muni, person, statement, version),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id),
	FOREIGN KEY (muni, source) REFERENCES source (muni, no),
	FOREIGN KEY (muni, product) REFERENCES product (muni, no),
	FOREIGN KEY (muni, clinic) REFERENCES clinic (muni, no)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX dose_id ON dose (muni, id);
CREATE UNIQUE INDEX dose_source ON dose (muni, source, source_id, source_version);

-- Tickets: opaque digits handed out on paper.
CREATE TABLE ticket (
	muni INTEGER NOT NULL,			-- the municipality
	number TEXT NOT NULL,			-- digits, the last one a check digit
	person BLOB NOT NULL,			-- whose
	issued_us INTEGER NOT NULL,		-- when issued
	voided_us INTEGER,			-- when made void; none while live
	PRIMARY KEY (muni, number),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_person ON ticket (muni, person, voided_us);

-- Officers: who may act here, and as what.
CREATE TABLE officer (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- small number, never used again
	name TEXT NOT NULL,			-- login or staff number
	role INTEGER NOT NULL,			-- administrator, health officer, nurse, clerk, auditor, machine
	uid INTEGER,				-- user id on this machine
	is_active INTEGER NOT NULL,		-- 0: may do nothing any more
	PRIMARY KEY (muni, no),
	UNIQUE (muni, name),
	UNIQUE (muni, uid)
) STRICT, WITHOUT ROWID;

-- The audit log: one row per look and per effect, each chained to the one before.
CREATE TABLE audit (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	seq INTEGER NOT NULL,			-- 1, 2, ... without a gap
	time_us INTEGER NOT NULL,		-- when
	actor TEXT NOT NULL,			-- who
	action TEXT NOT NULL,			-- what
	subject BLOB,				-- salted hash of the person; none: nobody in particular
	outcome INTEGER NOT NULL,		-- done, refused, failed
	detail TEXT,				-- a code or a count
	hash BLOB NOT NULL,			-- SHA-256 of the previous hash and this row
	PRIMARY KEY (muni, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_subject ON audit (muni, subject, seq);

-- Salts of the subjects in the audit log; erasing one unlinks its person from the log.
CREATE TABLE audit_salt (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	person BLOB NOT NULL,			-- whose
	salt BLOB NOT NULL,			-- 16 random bytes
	PRIMARY KEY (muni, person)
) STRICT, WITHOUT ROWID;

-- Signed heads of the audit log, one a day.
CREATE TABLE audit_head (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	of_day INTEGER NOT NULL,		-- the day
	seq INTEGER NOT NULL,			-- rows up to then
	time_us INTEGER NOT NULL,		-- time of the last row
	hash BLOB NOT NULL,			-- hash of the last row
	signature BLOB NOT NULL,		-- over the head as text
	PRIMARY KEY (muni, of_day)
) STRICT, WITHOUT ROWID;

-- Messages to be sent; written with the effect they tell.
CREATE TABLE outbox (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	id BLOB NOT NULL,			-- identity
	message_id TEXT NOT NULL,		-- MsgID, the idempotency key
	endpoint TEXT NOT NULL,			-- where to
	type TEXT NOT NULL,			-- message type
	person BLOB,				-- about whom
	about BLOB,				-- row that asked for it
	bytes BLOB,				-- exact bytes; none once done
	gap INTEGER NOT NULL,			-- where the key process puts the number; -1 nowhere
	state INTEGER NOT NULL,			-- due, sent, done, failed
	attempts INTEGER NOT NULL,		-- tries so far
	due_us INTEGER NOT NULL,		-- next try
	deadline_us INTEGER NOT NULL,		-- given up after this
	last TEXT,				-- why the last try failed
	retry_class INTEGER NOT NULL,		-- retry, correct, check peer, call support
	created_us INTEGER NOT NULL,		-- when it was written
	PRIMARY KEY (muni, id),
	UNIQUE (muni, message_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (muni, state, due_us, id);
CREATE INDEX outbox_person ON outbox (muni, person, state, id);

-- Messages received; written with their effect, so that it happens once.
CREATE TABLE inbox (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	peer TEXT NOT NULL,			-- who sent it
	message_id TEXT NOT NULL,		-- its MsgID
	type TEXT NOT NULL,			-- message type
	digest BLOB NOT NULL,			-- SHA-256 of its exact bytes
	received_us INTEGER NOT NULL,		-- when
	PRIMARY KEY (muni, peer, message_id)
) STRICT, WITHOUT ROWID;

-- Messages whose effect failed, counted until they are set aside.
CREATE TABLE inbox_failure (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	peer TEXT NOT NULL,			-- who sent it
	message_id TEXT NOT NULL,		-- its MsgID
	failures INTEGER NOT NULL,		-- how often it failed
	PRIMARY KEY (muni, peer, message_id)
) STRICT, WITHOUT ROWID;

-- Where the acquisition of each person's code stands; the code itself is never here.
CREATE TABLE code (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	state INTEGER NOT NULL,			-- of the exchange's state machine
	acquisition_no TEXT,			-- one-time number, erased once used
	integrated_no TEXT,			-- integrated addressee number
	reception_no TEXT,			-- under which the result is asked for
	next_us INTEGER NOT NULL,		-- next step
	attempts INTEGER NOT NULL,		-- polls or tries so far
	is_ended INTEGER NOT NULL,		-- 1: nothing more to do
	last TEXT,				-- code of the last refusal
	changed_us INTEGER NOT NULL,		-- last change
	PRIMARY KEY (muni, person),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_due ON code (muni, is_ended, next_us);
CREATE INDEX code_reception ON code (muni, reception_no);

-- Inquiries of other municipalities about a person.
CREATE TABLE inquiry (
	muni INTEGER NOT NULL,			-- the municipality
	id BLOB NOT NULL,			-- identity
	person BLOB NOT NULL,			-- about whom
	provider INTEGER NOT NULL REFERENCES town,	-- who is asked
	record_no TEXT NOT NULL,		-- our number of it
	reception_no TEXT,			-- under which the result is asked for
	process_no TEXT,			-- the hub's number of it
	state INTEGER NOT NULL,			-- of the exchange's state machine
	basis INTEGER NOT NULL,			-- why we may ask
	from_on INTEGER,			-- first day asked for
	to_on INTEGER,				-- last day asked for
	non_disclosure INTEGER NOT NULL,	-- 1: not to be shown to the person
	asked_by TEXT NOT NULL,			-- actor
	requested_us INTEGER NOT NULL,		-- when
	next_us INTEGER NOT NULL,		-- next poll
	deadline_us INTEGER NOT NULL,		-- given up after this
	attempts INTEGER NOT NULL,		-- polls so far
	is_ended INTEGER NOT NULL,		-- 1: nothing more to do
	outcome TEXT,				-- how it ended
	known_as_of INTEGER,			-- day up to which the answer knows
	changed_us INTEGER NOT NULL,		-- last change
	PRIMARY KEY (muni, id),
	UNIQUE (muni, record_no),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inquiry_person ON inquiry (muni, person, is_ended, provider);
CREATE INDEX inquiry_due ON inquiry (muni, is_ended, next_us);
CREATE INDEX inquiry_requested ON inquiry (muni, requested_us);
CREATE INDEX inquiry_reception ON inquiry (muni, reception_no);

-- Whose copy at the intermediary must be sent, or taken away.
CREATE TABLE copy_person (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	is_wanted INTEGER NOT NULL,		-- 0: to be deleted there
	is_due INTEGER NOT NULL,		-- 1: changed since it was last sent
	touched_us INTEGER NOT NULL,		-- last change here
	PRIMARY KEY (muni, person),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX copy_due ON copy_person (muni, is_due, touched_us);

-- What was last sent to the intermediary, by record key.
CREATE TABLE copy_key (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	record_key TEXT NOT NULL,		-- key of the record within the person
	version INTEGER NOT NULL,		-- version sent
	digest BLOB NOT NULL,			-- SHA-256 of what was sent
	sent_us INTEGER NOT NULL,		-- when
	confirmed_us INTEGER NOT NULL,		-- when it was known to have arrived; 0 not yet
	PRIMARY KEY (muni, person, record_key),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- A random secret of each subject; without it nothing sealed for the subject can be opened.
CREATE TABLE subject_secret (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- whose
	secret BLOB NOT NULL,			-- 32 random bytes
	PRIMARY KEY (muni, person)
) STRICT, WITHOUT ROWID;

-- Proof of each leg of an exchange.
CREATE TABLE evidence (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	id BLOB NOT NULL,			-- identity
	person BLOB,				-- about whom
	process_no TEXT,			-- the hub's number of the exchange
	message_id TEXT NOT NULL,		-- MsgID
	type TEXT NOT NULL,			-- message type
	is_ours INTEGER NOT NULL,		-- 1: signed by us
	signer TEXT NOT NULL,			-- institution code
	digest BLOB NOT NULL,			-- SHA-256 of the exact bytes
	signature BLOB NOT NULL,		-- over the exact bytes
	header TEXT,				-- header of the message
	time_us INTEGER NOT NULL,		-- when sent or received
	keep_until INTEGER NOT NULL,		-- last day it must be kept
	key_id INTEGER,				-- which sealing key
	nonce BLOB,				-- 12 bytes
	sealed BLOB,				-- the exact bytes, sealed; none: shredded or not kept
	PRIMARY KEY (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_process ON evidence (muni, process_no);
CREATE INDEX evidence_message ON evidence (muni, message_id);
CREATE INDEX evidence_person ON evidence (muni, person);

-- Provision records: who asked whom for what, and how it ended; no values.
CREATE TABLE provision (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	process_no TEXT NOT NULL,		-- the hub's number of the exchange
	side INTEGER NOT NULL,			-- we asked, or we provided
	person BLOB,				-- about whom, where known here
	inquirer TEXT NOT NULL,			-- institution that asked
	provider TEXT NOT NULL,			-- institution that was asked
	requested_us INTEGER NOT NULL,		-- when asked
	provided_us INTEGER NOT NULL,		-- when provided; 0 not
	affair TEXT NOT NULL,			-- code of the affair
	procedure TEXT NOT NULL,		-- code of the procedure
	item TEXT NOT NULL,			-- code of the item
	outcome TEXT NOT NULL,			-- how it ended
	inquirer_hidden INTEGER NOT NULL,	-- 1: the inquirer asked for non-disclosure
	provider_hidden INTEGER NOT NULL,	-- 1: the provider asked for non-disclosure
	keep_until INTEGER NOT NULL,		-- last day it must be kept
	PRIMARY KEY (muni, process_no, side)
) STRICT, WITHOUT ROWID;
CREATE INDEX provision_person ON provision (muni, person);

-- What waits for a person to decide, and belongs to nobody until then.
CREATE TABLE held (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	id BLOB NOT NULL,			-- identity
	kind INTEGER NOT NULL,			-- import row, answer, in doubt, conflict, poison
	digest BLOB NOT NULL,			-- of kind, reference and payload: the same thing is held once
	reason TEXT NOT NULL,			-- why, a stable word
	reference TEXT,				-- number of what it belongs to
	source TEXT,				-- where from
	person BLOB,				-- whom it may concern
	payload BLOB,				-- the thing itself
	state INTEGER NOT NULL,			-- open, attached, released, refused
	created_us INTEGER NOT NULL,		-- since when
	decided_us INTEGER,			-- when decided
	decided_by TEXT,			-- actor
	note TEXT,				-- reason given
	PRIMARY KEY (muni, id),
	UNIQUE (muni, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_open ON held (muni, state, kind, id);

-- Law files that were installed; the one installed last is used.
CREATE TABLE law (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	hash BLOB NOT NULL,			-- SHA-256 of the file
	version TEXT NOT NULL,			-- its own version
	installed_us INTEGER NOT NULL,		-- when
	installed_by TEXT NOT NULL,		-- actor
	PRIMARY KEY (muni, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX law_order ON law (muni, installed_us);
