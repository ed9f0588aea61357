-- Lists of people: questions with a name, what was released of them, notices.

-- A question about many people, kept by name: every version, never changed.
CREATE TABLE list (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	name TEXT NOT NULL,			-- its name
	version INTEGER NOT NULL,		-- 1, 2, ...
	description TEXT NOT NULL,		-- what it is for, in Japanese
	description_en TEXT,			-- the same in English
	condition TEXT NOT NULL,		-- the conditions, as they are typed
	made_by TEXT NOT NULL,			-- actor
	made_us INTEGER NOT NULL,		-- when
	is_closed INTEGER NOT NULL,		-- 1: not to be run any more
	PRIMARY KEY (muni, name, version)
) STRICT, WITHOUT ROWID;

-- What two officers let go of a list: frozen as it was approved.
CREATE TABLE release (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- its number, 1, 2, ...
	list TEXT NOT NULL,			-- which list
	version INTEGER NOT NULL,		-- which version of it
	on_day INTEGER NOT NULL,		-- reference day
	is_apart INTEGER NOT NULL,		-- 1: those who could not be decided
	purpose INTEGER NOT NULL,		-- notice, reminder, recommendation, work
	programme TEXT NOT NULL,		-- programme of its conditions, empty without one
	law_version TEXT NOT NULL,		-- law that judged
	law_hash TEXT NOT NULL,			-- and its hash
	count INTEGER NOT NULL,			-- people
	hash BLOB NOT NULL,			-- SHA-256 of the file in UTF-8
	released_by TEXT NOT NULL,		-- both officers
	released_us INTEGER NOT NULL,		-- when
	PRIMARY KEY (muni, no),
	FOREIGN KEY (muni, list, version) REFERENCES list (muni, name, version)
) STRICT, WITHOUT ROWID;

-- The people of a release, each with the line of the file.
CREATE TABLE release_row (
	muni INTEGER NOT NULL,			-- the municipality
	release INTEGER NOT NULL,		-- of which release
	seq INTEGER NOT NULL,			-- order in the file, from 1
	person BLOB NOT NULL,			-- who
	dose INTEGER,				-- which dose of the release's programme is next
	line TEXT NOT NULL,			-- the line of the file
	PRIMARY KEY (muni, release, seq),
	FOREIGN KEY (muni, release) REFERENCES release (muni, no),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX release_person ON release_row (muni, person);

-- The line of who has come under protection since is handed out to nobody.
CREATE VIEW release_row_seen AS SELECT eyes.no AS eyes, r.muni, r.release, r.seq, r.person, r.dose,
	p.is_protected > eyes.whereabouts AS is_shielded,
	CASE WHEN p.is_protected > eyes.whereabouts THEN NULL ELSE r.line END AS line
FROM eyes, release_row AS r JOIN person AS p ON p.muni = r.muni AND p.id = r.person;

-- A run of letters to the people of a release.
CREATE TABLE notice_run (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- its number, 1, 2, ...
	release INTEGER NOT NULL,		-- of which release
	purpose INTEGER NOT NULL,		-- notice, reminder, recommendation
	programme TEXT NOT NULL,		-- what it is about
	planned_on INTEGER NOT NULL,		-- day on which it is to be mailed
	made_by TEXT NOT NULL,			-- actor
	made_us INTEGER NOT NULL,		-- when
	mailed_on INTEGER,			-- day on which it was mailed; none until then
	mailed_by TEXT,				-- actor
	undone_us INTEGER,			-- when it was taken back; none while it stands
	undone_by TEXT,				-- actor
	undo_reason TEXT,			-- why
	PRIMARY KEY (muni, no),
	FOREIGN KEY (muni, release) REFERENCES release (muni, no)
) STRICT, WITHOUT ROWID;

-- A person of a run: a letter, or why there is none.
CREATE TABLE notice (
	muni INTEGER NOT NULL,			-- the municipality
	run INTEGER NOT NULL,			-- of which run
	person BLOB NOT NULL,			-- to whom
	dose INTEGER,				-- which dose of the programme
	excluded INTEGER NOT NULL,		-- 0 a letter; died, departed, protected, refused, written lately, came back
	PRIMARY KEY (muni, run, person),
	FOREIGN KEY (muni, run) REFERENCES notice_run (muni, no),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_person ON notice (muni, person, run);

-- What became of a letter after it was mailed, in order.
CREATE TABLE notice_event (
	muni INTEGER NOT NULL,			-- the municipality
	run INTEGER NOT NULL,			-- of which run
	person BLOB NOT NULL,			-- whose letter
	seq INTEGER NOT NULL,			-- 1, 2, ...
	kind INTEGER NOT NULL,			-- 1 came back, 2 sent again
	on_day INTEGER NOT NULL,		-- when
	note TEXT,				-- why it came back: moved, unknown there, not called for, ...
	told_by TEXT NOT NULL,			-- actor
	told_us INTEGER NOT NULL,		-- when it was written down
	PRIMARY KEY (muni, run, person, seq),
	FOREIGN KEY (muni, run, person) REFERENCES notice (muni, run, person),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_event_kind ON notice_event (muni, kind, on_day);
CREATE INDEX notice_event_person ON notice_event (muni, person, told_us);

-- Who wishes no letters, of one programme or of any.
CREATE TABLE notice_refusal (
	muni INTEGER NOT NULL,			-- the municipality
	person BLOB NOT NULL,			-- who
	programme TEXT NOT NULL,		-- programme code; empty: of any
	since_us INTEGER NOT NULL,		-- when it was said
	reason TEXT NOT NULL,			-- in the words of the officer
	told_by TEXT NOT NULL,			-- actor
	ended_us INTEGER,			-- when it was taken back; none while it stands
	ended_by TEXT,				-- actor
	PRIMARY KEY (muni, person, programme, since_us),
	FOREIGN KEY (muni, person) REFERENCES person (muni, id)
) STRICT, WITHOUT ROWID;

-- That letters went to somebody says that somebody lives where letters go; of who is protected nothing is shown.
CREATE VIEW notice_seen AS SELECT eyes.no AS eyes, n.muni, n.run, n.person, n.dose, n.excluded
FROM eyes, notice AS n JOIN person AS p ON p.muni = n.muni AND p.id = n.person
WHERE p.is_protected <= eyes.whereabouts;
CREATE VIEW notice_event_seen AS SELECT eyes.no AS eyes, e.muni, e.run, e.person, e.seq, e.kind, e.on_day, e.note,
	e.told_by, e.told_us
FROM eyes, notice_event AS e JOIN person AS p ON p.muni = e.muni AND p.id = e.person
WHERE p.is_protected <= eyes.whereabouts;
CREATE VIEW notice_refusal_seen AS SELECT eyes.no AS eyes, r.muni, r.person, r.programme, r.since_us, r.reason,
	r.told_by, r.ended_us, r.ended_by
FROM eyes, notice_refusal AS r JOIN person AS p ON p.muni = r.muni AND p.id = r.person
WHERE p.is_protected <= eyes.whereabouts;
