-- A node that was made again from a backup does not know what was recorded in between, unless it came again.

-- Each time that happened.
CREATE TABLE restored (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	restored_us INTEGER NOT NULL,		-- when
	backup_us INTEGER NOT NULL,		-- when the backup was made
	PRIMARY KEY (muni, restored_us, backup_us)
) STRICT, WITHOUT ROWID;
