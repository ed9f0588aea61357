-- How many exchanges a day had, as this town, the other one and the hub have recorded them.

-- One row a day and pair of bodies of which either side, or the hub, has recorded an exchange.
CREATE TABLE day_count (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	no INTEGER NOT NULL,			-- 1, 2, ...: by which an officer names it
	on_day INTEGER NOT NULL,		-- on which it was asked, in Japan
	side INTEGER NOT NULL,			-- we asked, or we provided
	inquirer TEXT NOT NULL,			-- institution that asked
	provider TEXT NOT NULL,			-- institution that was asked
	is_due INTEGER NOT NULL,		-- our records of that day changed since we told the other
	is_gone INTEGER NOT NULL,		-- the other town has left the network: there is nobody to compare with
	made_us INTEGER NOT NULL,		-- time that our last count bears; 0 none
	digest BLOB,				-- of the exchanges that it counted
	is_listed INTEGER NOT NULL,		-- it named them
	next_us INTEGER NOT NULL,		-- sent again then without a receipt
	tries INTEGER NOT NULL,			-- how often it was sent
	receipt_us INTEGER NOT NULL,		-- when its receipt came; 0 none
	receipt INTEGER NOT NULL,		-- what that said: same, differs, not counted there yet
	differs INTEGER NOT NULL,		-- 1: somebody has counted otherwise than we
	since_us INTEGER NOT NULL,		-- since when; 0 never
	explained_us INTEGER NOT NULL,		-- when an officer said why; 0 not
	explained_by TEXT,			-- which officer
	explanation TEXT,			-- why, in the officer's words
	explained_of BLOB,			-- digest of what was compared then: another difference wants another word
	PRIMARY KEY (muni, no),
	UNIQUE (muni, on_day, inquirer, provider)
) STRICT, WITHOUT ROWID;
CREATE INDEX day_count_due ON day_count (muni, is_due, on_day);
CREATE INDEX day_count_next ON day_count (muni, next_us);
CREATE INDEX day_count_differs ON day_count (muni, differs, on_day);

-- The same day as others count it: the last word of each.
CREATE TABLE day_said (
	muni INTEGER NOT NULL,			-- the municipality
	no INTEGER NOT NULL,			-- row of day_count
	teller INTEGER NOT NULL,		-- the other town, or the hub
	made_us INTEGER NOT NULL,		-- time that it bears
	received_us INTEGER NOT NULL,		-- when it came
	provided INTEGER NOT NULL,		-- how many were provided
	no_data INTEGER NOT NULL,		-- how many found nothing
	refused INTEGER NOT NULL,		-- how many were refused
	failed INTEGER NOT NULL,		-- how many failed
	digest BLOB NOT NULL,			-- of the exchanges that it counted
	n_listed INTEGER NOT NULL,		-- how many it named: all or none
	PRIMARY KEY (muni, no, teller),
	FOREIGN KEY (muni, no) REFERENCES day_count (muni, no)
) STRICT, WITHOUT ROWID;

-- The exchanges that it named.
CREATE TABLE day_entry (
	muni INTEGER NOT NULL,			-- the municipality
	no INTEGER NOT NULL,			-- row of day_count
	teller INTEGER NOT NULL,		-- the other town, or the hub
	process_no TEXT NOT NULL,		-- the hub's number of the exchange
	outcome INTEGER NOT NULL,		-- provided, no data, refused, failed
	digest BLOB NOT NULL,			-- of what was recorded of it
	PRIMARY KEY (muni, no, teller, process_no),
	FOREIGN KEY (muni, no, teller) REFERENCES day_said (muni, no, teller)
) STRICT, WITHOUT ROWID;

CREATE INDEX provision_day ON provision (muni, requested_us);

-- On a day with one question the name of the town that asked says where somebody went: it is for who may see that. The
-- town that we asked ourselves is for everybody, but where we asked about somebody who is protected, or not known.
CREATE VIEW day_count_seen AS SELECT n.eyes, n.muni, n.no, n.on_day, n.side,
	CASE WHEN n.is_named THEN n.inquirer ELSE '' END AS inquirer, CASE WHEN n.is_named THEN n.provider ELSE '' END AS provider,
	n.is_due, n.is_gone, n.made_us, n.digest, n.is_listed, n.next_us, n.tries, n.receipt_us, n.receipt, n.differs,
	n.since_us, n.explained_us, n.explained_by, CASE WHEN n.is_named THEN n.explanation END AS explanation, n.explained_of
FROM (SELECT eyes.no AS eyes, d.muni, d.no, d.on_day, d.side, d.inquirer, d.provider, d.is_due, d.is_gone, d.made_us,
		d.digest, d.is_listed, d.next_us, d.tries, d.receipt_us, d.receipt, d.differs, d.since_us, d.explained_us,
		d.explained_by, d.explanation, d.explained_of,
		CASE WHEN eyes.asker = 1 THEN 1 WHEN d.side <> 0 THEN 0 ELSE NOT EXISTS (SELECT 1 FROM provision AS v
			LEFT JOIN person AS p ON p.muni = v.muni AND p.id = v.person
			WHERE v.muni = d.muni AND v.requested_us >= (d.on_day * 86400 - 32400) * 1000000
				AND v.requested_us < (d.on_day * 86400 + 54000) * 1000000 AND v.side = d.side
				AND v.provider = d.provider AND coalesce(p.is_protected, 1) = 1) END AS is_named
	FROM eyes, day_count AS d) AS n;
CREATE VIEW day_entry_seen AS SELECT eyes.no AS eyes, e.muni, e.no, e.teller, e.process_no, e.outcome, e.digest
FROM eyes, day_entry AS e WHERE eyes.asker = 1;

-- How old what is kept of exchanges is: without towns and numbers, so for everybody.  Disputed: of a day that the other town
-- or the hub has recorded otherwise, and that nobody has explained.
CREATE VIEW provision_age_seen AS SELECT eyes.no AS eyes, v.muni, v.keep_until, v.requested_us,
	EXISTS (SELECT 1 FROM day_count AS d WHERE d.muni = v.muni AND d.differs = 1 AND d.explained_us = 0
		AND d.inquirer = v.inquirer AND d.provider = v.provider
		AND v.requested_us >= (d.on_day * 86400 - 32400) * 1000000
		AND v.requested_us < (d.on_day * 86400 + 54000) * 1000000) AS is_disputed
FROM eyes, provision AS v;
CREATE VIEW evidence_age_seen AS SELECT eyes.no AS eyes, e.muni, e.keep_until, e.time_us,
	EXISTS (SELECT 1 FROM provision AS v JOIN day_count AS d ON d.muni = v.muni AND d.differs = 1 AND d.explained_us = 0
		AND d.inquirer = v.inquirer AND d.provider = v.provider
		AND v.requested_us >= (d.on_day * 86400 - 32400) * 1000000
		AND v.requested_us < (d.on_day * 86400 + 54000) * 1000000
		WHERE v.muni = e.muni AND v.process_no = e.process_no) AS is_disputed
FROM eyes, evidence AS e;
