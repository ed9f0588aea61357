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
