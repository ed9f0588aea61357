-- What need be kept no longer.

-- What was taken out after its time: how much, by which rule, by whom; nothing of what it said.
CREATE TABLE tombstone (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- 1, 2, ... without a gap
	what INTEGER NOT NULL,			-- a person with all records, exchanges
	subject BLOB,				-- salted hash under which the audit log knew the person; the salt is gone
	rows INTEGER NOT NULL,			-- how many statements about doses, or exchanges
	kept_until INTEGER NOT NULL,		-- last day on which the law had it kept
	basis TEXT NOT NULL,			-- citation of the rule that kept it longest
	purged_us INTEGER NOT NULL,		-- when
	purged_by TEXT NOT NULL,		-- which officers
	PRIMARY KEY (muni, no)
) STRICT, WITHOUT ROWID;

CREATE INDEX person_died ON person (muni, died_on) WHERE died_on IS NOT NULL;
CREATE INDEX held_person ON held (muni, person, state);
CREATE INDEX provision_keep ON provision (muni, keep_until);
CREATE INDEX evidence_keep ON evidence (muni, keep_until);
CREATE INDEX urgent_person ON urgent (muni, person);
CREATE INDEX copy_there_whose ON copy_there (muni, addressee_no);
