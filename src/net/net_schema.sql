-- The books of the reference network.  Every part has a database of its own and
-- opens only the tables named after it; no part ever opens another's.

-- schema: any

-- Switches and keys of the part itself.
CREATE TABLE setting (
	name TEXT PRIMARY KEY NOT NULL,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One message received: the answer it got is given again, byte for byte.
CREATE TABLE inbox (
	sender TEXT NOT NULL,		-- peer of the certificate
	msg_id TEXT NOT NULL,
	digest BLOB NOT NULL,		-- HMAC of the exact bytes under the part's own key
	status INTEGER NOT NULL,	-- HTTP
	answer BLOB,			-- NULL once erased
	signature TEXT,
	subject TEXT,			-- what must be erased together with it, or NULL
	received_at INTEGER NOT NULL,
	PRIMARY KEY (sender, msg_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX inbox_subject ON inbox (subject) WHERE subject IS NOT NULL;
CREATE INDEX inbox_age ON inbox (received_at);

-- One message to be sent, or a fetch to be repeated until its result is there.
CREATE TABLE task (
	id INTEGER PRIMARY KEY,
	peer TEXT NOT NULL,		-- name of the part it goes to
	kind TEXT NOT NULL,		-- message type
	subject TEXT,			-- reception, process or acquisition it belongs to
	msg_id TEXT,			-- NULL: a fetch, made anew each time
	body BLOB,
	signature TEXT,
	attempts INTEGER NOT NULL,
	next_at INTEGER NOT NULL,
	created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX task_next ON task (peer, next_at);
CREATE INDEX task_subject ON task (subject) WHERE subject IS NOT NULL;

-- Provision records, Number Act art. 23.  Append-only: a later row of one
-- process number says how it went on.  No values.
CREATE TABLE record (
	seq INTEGER PRIMARY KEY,
	process_no TEXT NOT NULL,
	inquirer TEXT NOT NULL,
	provider TEXT NOT NULL,
	requested_at INTEGER NOT NULL,
	provided_at INTEGER,
	affair_code TEXT NOT NULL,
	procedure_code TEXT NOT NULL,
	item_code TEXT NOT NULL,
	outcome INTEGER NOT NULL,
	error INTEGER NOT NULL,
	inquirer_non_disclosure INTEGER NOT NULL,
	provider_non_disclosure INTEGER NOT NULL,
	expires_on INTEGER NOT NULL	-- day number
) STRICT;
CREATE INDEX record_process ON record (process_no, seq);
CREATE INDEX record_day ON record (inquirer, provider, requested_at);

-- Exchanges whose records are kept beyond their day, until somebody says otherwise: of a dispute, or evidence in use.
CREATE TABLE kept (
	process_no TEXT PRIMARY KEY NOT NULL,
	since_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Days of which the counts that were told differ: their exchanges are kept as long.  Only the core hears all three.
CREATE TABLE dispute (
	on_day INTEGER NOT NULL,	-- day number, of the question
	inquirer TEXT NOT NULL,
	provider TEXT NOT NULL,
	since_at INTEGER NOT NULL,
	let_at INTEGER,			-- somebody said that it need not be kept for that; NULL nobody
	PRIMARY KEY (on_day, inquirer, provider)
) STRICT, WITHOUT ROWID;

-- Exchanges that stay whatever their day; a day is Japan's.
CREATE VIEW stays AS SELECT process_no FROM kept UNION
	SELECT r.process_no FROM dispute AS d JOIN record AS r ON r.inquirer = d.inquirer AND r.provider = d.provider
	AND r.requested_at >= d.on_day * 86400000 - 32400000 AND r.requested_at < d.on_day * 86400000 + 54000000
	WHERE d.let_at IS NULL;

-- What was taken out: when, how many exchanges, and the last day on which one of them had to be kept.
CREATE TABLE purge (
	no INTEGER PRIMARY KEY,
	purged_at INTEGER NOT NULL,
	exchanges INTEGER NOT NULL,
	kept_until INTEGER NOT NULL	-- day number
) STRICT;

-- schema: registrar

-- Who a number stands for, found by HMAC under the registrar's own key; the
-- number itself is nowhere.
CREATE TABLE person (
	digest BLOB PRIMARY KEY NOT NULL,
	person_id TEXT NOT NULL UNIQUE
) STRICT, WITHOUT ROWID;

-- schema: core

-- An acquisition under way; the row goes when the code is given, Number Act art. 21-2 (3).
CREATE TABLE acquisition (
	acquisition_no TEXT PRIMARY KEY NOT NULL,
	institution TEXT NOT NULL,
	addressee_no TEXT NOT NULL,	-- as the intermediary calls the person: a stand-in, not the town's number
	reception_no TEXT NOT NULL UNIQUE,
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The one table of the network that ties the codes of a person together.
CREATE TABLE code (
	code TEXT PRIMARY KEY NOT NULL,
	institution TEXT NOT NULL,
	person_id TEXT NOT NULL,
	made_wrong INTEGER NOT NULL	-- linked to another person on purpose, for training
) STRICT, WITHOUT ROWID;
CREATE INDEX code_person ON code (person_id, institution);

-- An inquiry from its acceptance to its answer.
CREATE TABLE process (
	process_no TEXT PRIMARY KEY NOT NULL,
	reception_no TEXT NOT NULL UNIQUE,
	record_no TEXT NOT NULL,
	inquirer TEXT NOT NULL,
	provider TEXT NOT NULL,
	affair_code TEXT NOT NULL,
	procedure_code TEXT NOT NULL,
	item_code TEXT NOT NULL,
	non_disclosure INTEGER NOT NULL,
	requested_at INTEGER NOT NULL,
	provided_at INTEGER,
	digest TEXT NOT NULL,		-- of the inquiry, salted
	progress INTEGER NOT NULL,
	item_status INTEGER NOT NULL,
	error INTEGER NOT NULL,
	permit_id TEXT UNIQUE,
	permit_expires_at INTEGER,
	permit_used INTEGER NOT NULL,
	response BLOB,			-- on its way from provider to asker, unopened copy; erased after
	response_signature BLOB,
	UNIQUE (inquirer, record_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX process_permit_end ON process (permit_expires_at) WHERE permit_used = 0;
CREATE INDEX process_provided ON process (provided_at) WHERE response IS NOT NULL;

-- Days of which exchanges between two bodies have ended: both are told how many.
CREATE TABLE day_count (
	on_day INTEGER NOT NULL,	-- day number, of the question
	inquirer TEXT NOT NULL,
	provider TEXT NOT NULL,
	is_due INTEGER NOT NULL,	-- changed since it was told
	told_at INTEGER NOT NULL,	-- when it was told last, 0 never
	PRIMARY KEY (on_day, inquirer, provider)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_count_due ON day_count (on_day) WHERE is_due = 1;

-- How each of the three has counted a day, last: the core itself, and both towns by their letters.
CREATE TABLE day_heard (
	on_day INTEGER NOT NULL,	-- day number, of the question
	inquirer TEXT NOT NULL,
	provider TEXT NOT NULL,
	teller TEXT NOT NULL,		-- its institution
	made_at INTEGER NOT NULL,
	digest TEXT NOT NULL,
	PRIMARY KEY (on_day, inquirer, provider, teller)
) STRICT, WITHOUT ROWID;

-- schema: intermediary

-- A person of the municipality, by addressee number; code is this institution's own.
CREATE TABLE subject (
	addressee_no TEXT PRIMARY KEY NOT NULL,
	stand_in TEXT NOT NULL UNIQUE,	-- what the core is told instead of the addressee number
	code TEXT UNIQUE,
	state INTEGER NOT NULL		-- enum message_code_state
) STRICT, WITHOUT ROWID;

-- A request for an acquisition number; erased when the code arrives.
CREATE TABLE acquisition (
	reception_no TEXT PRIMARY KEY NOT NULL,
	addressee_no TEXT NOT NULL,
	core_reception_no TEXT,
	acquisition_no TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX acquisition_addressee ON acquisition (addressee_no);

-- The copy: what the municipality lets be answered from.
CREATE TABLE copy (
	addressee_no TEXT NOT NULL,
	item_code TEXT NOT NULL,
	data_set_no TEXT NOT NULL,
	record_key TEXT NOT NULL,
	record_version INTEGER NOT NULL,
	layout_version TEXT NOT NULL,
	publish_from INTEGER NOT NULL,	-- day number
	publish_to INTEGER,
	no_auto_reply INTEGER NOT NULL,
	self_info_barred INTEGER NOT NULL,
	items BLOB NOT NULL,		-- a line per item: code, depth, =value or !reason
	digest TEXT NOT NULL,
	PRIMARY KEY (addressee_no, item_code, data_set_no, record_key)
) STRICT, WITHOUT ROWID;

-- One registration of copies and what was refused of it.
CREATE TABLE sending (
	reception_no TEXT PRIMARY KEY NOT NULL,
	accepted INTEGER NOT NULL,
	refused_count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sending_refusal (
	reception_no TEXT NOT NULL,
	n INTEGER NOT NULL,
	record_no TEXT NOT NULL,
	error INTEGER NOT NULL,
	PRIMARY KEY (reception_no, n)
) STRICT, WITHOUT ROWID;

-- What we asked others.
CREATE TABLE asked (
	reception_no TEXT PRIMARY KEY NOT NULL,
	record_no TEXT NOT NULL UNIQUE,
	addressee_no TEXT NOT NULL,
	provider TEXT NOT NULL,
	core_reception_no TEXT,
	process_no TEXT UNIQUE,
	progress INTEGER NOT NULL,
	item_status INTEGER NOT NULL,
	error INTEGER NOT NULL,
	response BLOB,
	response_signature BLOB
) STRICT, WITHOUT ROWID;

-- What others asked us, by the hub's permission.  Once used a permission is never used again.
CREATE TABLE answered (
	permit_id TEXT PRIMARY KEY NOT NULL,
	process_no TEXT NOT NULL UNIQUE,
	addressee_no TEXT,		-- NULL: nobody of ours has that code
	inquirer TEXT NOT NULL,
	affair_code TEXT NOT NULL,
	item_code TEXT NOT NULL,
	asked_from INTEGER,
	asked_to INTEGER,
	digest TEXT NOT NULL,
	expires_at INTEGER NOT NULL,
	due_at INTEGER NOT NULL,
	held_at INTEGER,		-- NULL: answered at once
	decided_by TEXT,
	reason TEXT,
	done INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX answered_held ON answered (held_at) WHERE done = 0;

-- Which version of which record an answer of ours carried.
CREATE TABLE told (
	process_no TEXT NOT NULL,
	record_key TEXT NOT NULL,
	record_version INTEGER NOT NULL,
	PRIMARY KEY (process_no, record_key)
) STRICT, WITHOUT ROWID;

-- What was signed about an exchange: by the hub that it took place, by us what we answered.
CREATE TABLE proof (
	process_no TEXT PRIMARY KEY NOT NULL,
	record BLOB,
	record_signature BLOB,
	response BLOB,
	response_signature BLOB
) STRICT, WITHOUT ROWID;

-- Letters of other towns' nodes for ours, in the order of their coming.
CREATE TABLE letter (
	no INTEGER PRIMARY KEY,
	sender TEXT NOT NULL,
	letter BLOB NOT NULL,		-- as it was signed
	signature BLOB NOT NULL,
	received_at INTEGER NOT NULL
) STRICT;

-- Notices for a person's portal; what they say goes when the portal has it.
CREATE TABLE notice (
	reception_no TEXT PRIMARY KEY NOT NULL,
	state INTEGER NOT NULL,		-- enum message_notice_state
	received_at INTEGER NOT NULL,
	taken_at INTEGER
) STRICT, WITHOUT ROWID;

-- Looks of people through the portal: whose, and the hub's number once it has given one.
CREATE TABLE look (
	request_no TEXT PRIMARY KEY NOT NULL,
	addressee_no TEXT NOT NULL,
	process_no TEXT UNIQUE
) STRICT, WITHOUT ROWID;

-- schema: portal

-- Whom a person who is signed in is to a town.
CREATE TABLE link (
	institution TEXT NOT NULL,
	addressee_no TEXT NOT NULL,
	account TEXT NOT NULL,
	birth INTEGER NOT NULL,		-- day number, as the person's card says
	PRIMARY KEY (institution, addressee_no)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_account ON link (account);

-- Notices of towns.
CREATE TABLE notice (
	id INTEGER PRIMARY KEY,
	account TEXT NOT NULL,
	institution TEXT NOT NULL,
	title TEXT NOT NULL,
	text TEXT NOT NULL,
	received_at INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_account ON notice (account);

-- What people looked for, and until it is shown what came.
CREATE TABLE look (
	institution TEXT NOT NULL,
	requested_at INTEGER NOT NULL,
	account TEXT NOT NULL,
	birth INTEGER NOT NULL,
	state TEXT NOT NULL,		-- asked, answered, nothing, in-doubt, failed
	shown TEXT,			-- lines; NULL once shown
	PRIMARY KEY (institution, requested_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX look_account ON look (account);
