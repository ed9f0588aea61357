-- What is needed to prove an exchange years later.

ALTER TABLE evidence ADD COLUMN inquiry BLOB;		-- the inquiry of ours that it belongs to
ALTER TABLE evidence ADD COLUMN certificate BLOB;	-- digest of the signer's certificate, in evidence_paper; none: it was not known
ALTER TABLE evidence ADD COLUMN revocations BLOB;	-- digest of the revocation lists that were asked, in evidence_paper; none: none were
CREATE INDEX evidence_inquiry ON evidence (muni, inquiry);
CREATE INDEX evidence_certificate ON evidence (muni, certificate);
CREATE INDEX evidence_revocations ON evidence (muni, revocations);
ALTER TABLE outbox ADD COLUMN exchange_no TEXT;		-- by which the network knows what it is about: a process number, a permit

-- Certificates and revocation lists as they were when a signature was believed; each once.
CREATE TABLE evidence_paper (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	digest BLOB NOT NULL,			-- SHA-256 of the bytes
	bytes BLOB NOT NULL,			-- a certificate in DER, or revocation lists in PEM
	first_us INTEGER NOT NULL,		-- when it was first needed
	PRIMARY KEY (muni, digest)
) STRICT, WITHOUT ROWID;

-- That evidence of an exchange may leave the node; the approval says why.
CREATE TABLE evidence_release (
	muni INTEGER NOT NULL REFERENCES node,	-- the municipality
	id BLOB NOT NULL,			-- identity
	exchange BLOB NOT NULL,			-- SHA-256 of its number
	released_us INTEGER NOT NULL,		-- when
	released_by TEXT NOT NULL,		-- which officers
	PRIMARY KEY (muni, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX evidence_release_exchange ON evidence_release (muni, exchange, released_us);

-- Evidence that may be shown to a reader: of protected people to nobody but who may see them.
CREATE VIEW evidence_seen AS SELECT eyes.no AS eyes, e.muni, e.id, e.person, e.process_no, e.message_id, e.type, e.is_ours,
	e.signer, e.digest, e.signature, e.header, e.time_us, e.keep_until, e.key_id, e.nonce, e.sealed, e.inquiry, e.certificate,
	e.revocations
FROM eyes, evidence AS e LEFT JOIN person AS p ON p.muni = e.muni AND p.id = e.person
WHERE coalesce(p.is_protected, 0) <= eyes.whereabouts;

-- Which version of what was told in an exchange its asker has confirmed; whose confirmation it was is not in it.
CREATE VIEW correction_stands_seen AS SELECT eyes.no AS eyes, c.muni, c.person, c.statement, c.version, c.process_no, c.state
FROM eyes, correction AS c JOIN person AS p ON p.muni = c.muni AND p.id = c.person
WHERE p.is_protected <= eyes.whereabouts;
