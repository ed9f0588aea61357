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
