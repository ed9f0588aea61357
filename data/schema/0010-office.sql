-- The registers of the office: clinics and what came from them.

-- Clinics that vaccinate for this municipality: every version of what is known of each; the latest stands.
CREATE TABLE clinic_card (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	code TEXT NOT NULL,			-- institution code of the clinic, as its doses bear it
	version INTEGER NOT NULL,		-- 1, 2, ...
	name TEXT NOT NULL,			-- its name
	kana TEXT,				-- reading of the name
	roman TEXT,				-- the name in Roman letters
	address TEXT,				-- where it is
	phone TEXT,				-- telephone number
	reason TEXT,				-- why it was corrected; none of the first
	recorded_us INTEGER NOT NULL,		-- when
	recorded_by TEXT NOT NULL,		-- which officer
	PRIMARY KEY (muni, code, version)
) STRICT, WITHOUT ROWID;

-- Periods of contract with a clinic (Immunization Act, art. 5: vaccination is the mayor's, done by those whom the
-- mayor charges with it).  A corrected period is replaced by a new row; nothing is overwritten.
CREATE TABLE clinic_contract (
	muni INTEGER NOT NULL,			-- the municipality
	code TEXT NOT NULL,			-- which clinic
	seq INTEGER NOT NULL,			-- 1, 2, ... within the clinic
	from_on INTEGER NOT NULL,		-- first day
	until_on INTEGER,			-- last day; none while no end is agreed
	accepts TEXT NOT NULL,			-- product and programme codes, parted by blanks; empty: every one
	reason TEXT,				-- why it was corrected
	recorded_us INTEGER NOT NULL,		-- when
	recorded_by TEXT NOT NULL,		-- which officer
	replaced_us INTEGER,			-- when another row took its place; none of those that stand
	PRIMARY KEY (muni, code, seq)
) STRICT, WITHOUT ROWID;

-- What came from a clinic about one calendar month of vaccination.
CREATE TABLE clinic_month (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	code TEXT NOT NULL,			-- which clinic, in the register or not
	month INTEGER NOT NULL,			-- year times twelve plus month, January 0; -1 of days known to the year only
	n_new INTEGER NOT NULL,			-- doses that came
	n_changed INTEGER NOT NULL,		-- corrections and withdrawals that came
	n_held INTEGER NOT NULL,		-- rows that went to the holding list
	first_us INTEGER,			-- when something first came; none where nothing did
	first_file TEXT,			-- in which file; empty: entered by hand
	last_us INTEGER,			-- when something last came
	last_file TEXT,				-- in which file
	zero_us INTEGER,			-- when the clinic said that it vaccinated nobody; none while it does not
	zero_by TEXT,				-- which officer wrote that down
	zero_note TEXT,				-- how the clinic said it
	PRIMARY KEY (muni, code, month)
) STRICT, WITHOUT ROWID;

-- What came before this was counted: by clinic and month of the dose, at the times of its versions, from no file.
INSERT INTO clinic_month (muni, code, month, n_new, n_changed, n_held, first_us, first_file, last_us, last_file)
SELECT d.muni, c.code, CASE WHEN strftime('%Y-%m', d.given_first * 86400, 'unixepoch') =
		strftime('%Y-%m', d.given_last * 86400, 'unixepoch')
	THEN CAST(strftime('%Y', d.given_first * 86400, 'unixepoch') AS INTEGER) * 12 +
		CAST(strftime('%m', d.given_first * 86400, 'unixepoch') AS INTEGER) - 1 ELSE -1 END AS month,
	count(CASE d.version WHEN 1 THEN 1 END), count(*) - count(CASE d.version WHEN 1 THEN 1 END), 0,
	min(d.recorded_us), '', max(d.recorded_us), ''
FROM dose AS d JOIN source AS s ON s.muni = d.muni AND s.no = d.source AND s.kind = 0
	JOIN clinic AS c ON c.muni = d.muni AND c.no = d.clinic AND c.code <> ''
WHERE d.relay IS NULL
GROUP BY d.muni, c.code, month;

-- Hand-outs of tickets to the people of a release.
CREATE TABLE ticket_run (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- its number, 1, 2, ...
	release INTEGER NOT NULL,		-- of which release
	as_of INTEGER NOT NULL,			-- day on which was judged what is due
	n_people INTEGER NOT NULL,		-- who got tickets
	n_tickets INTEGER NOT NULL,		-- how many tickets
	made_by TEXT NOT NULL,			-- both officers
	made_us INTEGER NOT NULL,		-- when
	PRIMARY KEY (muni, no),
	FOREIGN KEY (muni, release) REFERENCES release (muni, no)
) STRICT, WITHOUT ROWID;

-- Run in which a ticket was handed out; none of one issued by itself.
ALTER TABLE ticket ADD COLUMN run INTEGER;
-- Its place in the run's file, from 1.
ALTER TABLE ticket ADD COLUMN run_seq INTEGER;
CREATE INDEX ticket_of_run ON ticket (muni, run, run_seq) WHERE run IS NOT NULL;
DROP VIEW ticket_seen;
CREATE VIEW ticket_seen AS SELECT eyes.no AS eyes, t.muni, t.number, t.person, t.issued_us, t.voided_us,
	t.programme, t.dose, t.earliest_on, t.latest_on, t.issued_on, t.ends_on, t.void_cause, t.run, t.run_seq
FROM eyes, ticket AS t JOIN person AS p ON p.muni = t.muni AND p.id = t.person
WHERE p.is_protected <= eyes.whereabouts;

-- Request letters: this municipality asks another one, or a clinic there, to vaccinate one of its
-- residents on its behalf, so that the dose is a routine one and damage is dealt with under the Act.
CREATE TABLE request_letter (
	muni INTEGER NOT NULL,			-- the municipality
	fiscal_year INTEGER NOT NULL,		-- of the issue; numbers begin anew with each
	no INTEGER NOT NULL,			-- 1, 2, ... within it
	person BLOB NOT NULL,			-- for whom
	town INTEGER REFERENCES town,		-- municipality that is asked, or where the clinic lies; none where not stated
	recipient TEXT NOT NULL,		-- to whom it is addressed: a mayor, a hospital
	applicant TEXT,				-- who applied for it
	reason TEXT NOT NULL,			-- why not here: birth at the parents' home, in hospital, ...
	programmes TEXT NOT NULL,		-- programme codes with the dose, as "hib:1 pcv:1"
	issued_on INTEGER NOT NULL,		-- day of issue
	valid_until INTEGER NOT NULL,		-- last day on which it serves
	issued_us INTEGER NOT NULL,		-- when
	issued_by TEXT NOT NULL,		-- which officer
	voided_us INTEGER,			-- when it was made void; none while it is not
	void_reason TEXT,			-- why
	PRIMARY KEY (muni, fiscal_year, no),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX request_letter_person ON request_letter (muni, person);

-- What became of a letter: doses told back, and what was paid for them.
CREATE TABLE request_letter_result (
	muni INTEGER NOT NULL,			-- the municipality
	fiscal_year INTEGER NOT NULL,		-- of the letter
	no INTEGER NOT NULL,			-- of the letter
	seq INTEGER NOT NULL,			-- 1, 2, ...
	person BLOB NOT NULL,			-- for whom
	statement BLOB,				-- the dose, as recorded here; none for a payment alone
	paid_yen INTEGER,			-- what was paid back; none where nothing was
	paid_on INTEGER,			-- when
	note TEXT,				-- whatever else was said
	recorded_us INTEGER NOT NULL,		-- when it was written down
	recorded_by TEXT NOT NULL,		-- which officer
	PRIMARY KEY (muni, fiscal_year, no, seq),
	FOREIGN KEY (muni, fiscal_year, no) REFERENCES request_letter (muni, fiscal_year, no),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- To whom a letter went says where the person stays: all of it is for who may see that.
CREATE VIEW request_letter_seen AS SELECT eyes.no AS eyes, c.muni, c.fiscal_year, c.no, c.person, c.town, c.recipient,
	c.applicant, c.reason, c.programmes, c.issued_on, c.valid_until, c.issued_us, c.issued_by, c.voided_us,
	c.void_reason
FROM eyes, request_letter AS c JOIN person AS p ON p.muni = c.muni AND p.id = c.person
WHERE p.is_protected <= eyes.whereabouts;
CREATE VIEW request_letter_result_seen AS SELECT eyes.no AS eyes, r.muni, r.fiscal_year, r.no, r.seq, r.person,
	r.statement, r.paid_yen, r.paid_on, r.note, r.recorded_us, r.recorded_by
FROM eyes, request_letter_result AS r JOIN person AS p ON p.muni = r.muni AND p.id = r.person
WHERE p.is_protected <= eyes.whereabouts;

-- Reports about doses: every version of every report; the latest stands.  Of wrong vaccinations (not according to law or
-- guidelines), which go to the ministry through the prefecture, and of suspected adverse reactions (Immunization Act,
-- art. 12), of which doctors and guardians tell.  Numbered by kind within the fiscal year of the dose, which the yearly
-- tables count.
CREATE TABLE dose_report (
	muni INTEGER NOT NULL,			-- the municipality
	kind INTEGER NOT NULL,			-- wrong vaccination, suspected reaction
	fiscal_year INTEGER NOT NULL,		-- of the dose
	no INTEGER NOT NULL,			-- 1, 2, ... within kind and year
	version INTEGER NOT NULL,		-- 1, 2, ... within the report
	person BLOB NOT NULL,			-- to whom it happened
	statement BLOB NOT NULL,		-- the dose
	what TEXT NOT NULL,			-- what was wrong; which symptom
	noticed_on INTEGER NOT NULL,		-- when it was noticed; when the notice came here
	noticed_by TEXT,			-- by whom; who gave notice, with institution, address and telephone
	onset_first INTEGER,			-- earliest day on which the symptom can have begun; none where not stated
	onset_last INTEGER,			-- latest such day
	onset_minutes INTEGER,			-- from dose to onset; none where not stated
	reported_to TEXT,			-- to whom it was sent on; none while it was not
	reported_on INTEGER,			-- when
	note TEXT,				-- what happened, and what came of it
	is_withdrawn INTEGER NOT NULL,		-- 1: it was none after all
	reason TEXT,				-- why this version was made; none of the first
	recorded_us INTEGER NOT NULL,		-- when
	recorded_by TEXT NOT NULL,		-- which officer
	PRIMARY KEY (muni, kind, fiscal_year, no, version),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX dose_report_person ON dose_report (muni, person, statement);

-- With the record of a protected person nothing of it is shown.
CREATE VIEW dose_report_seen AS SELECT eyes.no AS eyes, r.muni, r.kind, r.fiscal_year, r.no, r.version, r.person,
	r.statement, r.what, r.noticed_on, r.noticed_by, r.onset_first, r.onset_last, r.onset_minutes, r.reported_to,
	r.reported_on, r.note, r.is_withdrawn, r.reason, r.recorded_us, r.recorded_by
FROM eyes, dose_report AS r JOIN person AS p ON p.muni = r.muni AND p.id = r.person
WHERE p.is_protected <= eyes.whereabouts;
