-- Requests that wait for a second officer, and law files.

-- A request that one officer proposed and another must give: stored whole until decided.
CREATE TABLE approval (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- its number, 1, 2, ...
	request TEXT NOT NULL,			-- name of the request, as on the command line
	shape BLOB NOT NULL,			-- digest of the request's fields in the program that stored it
	body BLOB,				-- the request's frame; none once decided
	file BLOB,				-- bytes of the file that came along; none without one or once decided
	digest BLOB NOT NULL,			-- SHA-256 over name, frame and digest of the file: stays
	preview BLOB NOT NULL,			-- SHA-256 over what would have changed when it was proposed
	preview_rows INTEGER NOT NULL,		-- how many rows that was
	reason TEXT NOT NULL,			-- why, in the words of whoever proposed it
	proposed_by INTEGER NOT NULL,		-- officer
	proposed_uid INTEGER NOT NULL,		-- user id that the officer had
	proposed_us INTEGER NOT NULL,		-- when
	expires_us INTEGER NOT NULL,		-- may be given until before this
	state INTEGER NOT NULL,			-- waiting, approved, refused, withdrawn, expired
	decided_by INTEGER,			-- officer; none while waiting and when expired
	decided_uid INTEGER,			-- user id that the officer had
	decided_us INTEGER,			-- when
	note TEXT,				-- reason of the decision
	PRIMARY KEY (muni, no),
	FOREIGN KEY (muni, proposed_by) REFERENCES officer (muni, no),
	FOREIGN KEY (muni, decided_by) REFERENCES officer (muni, no)
) STRICT, WITHOUT ROWID;
CREATE INDEX approval_open ON approval (muni, state, expires_us);

-- Whose signature the file bears; none where it came with the program.
ALTER TABLE law ADD COLUMN publisher TEXT;
-- That signature, over the bytes of the file.
ALTER TABLE law ADD COLUMN signature BLOB;

-- Whose account it is, of the roles resident and guardian; none of an officer.
ALTER TABLE officer ADD COLUMN person BLOB;
