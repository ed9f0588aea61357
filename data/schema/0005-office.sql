-- The registers of the office: tickets, lists released, clinics, letters, notices.

-- A ticket serves one opportunity: the next dose of a programme; or, without a programme, whatever is due.  Of
-- the tickets that serve the same opportunity only one is ever live.
-- Programme code; empty: whatever is due.
ALTER TABLE ticket ADD COLUMN programme TEXT NOT NULL DEFAULT '';
-- Which dose of the programme; none without one.
ALTER TABLE ticket ADD COLUMN dose INTEGER;
-- First day on which that dose is lawful, as worked out when the ticket was issued.
ALTER TABLE ticket ADD COLUMN earliest_on INTEGER;
-- Last day on which it is; none where the law sets none.
ALTER TABLE ticket ADD COLUMN latest_on INTEGER;
-- Day of issue.
ALTER TABLE ticket ADD COLUMN issued_on INTEGER;
-- Last day of the stay in which it was issued, or of the life; none while neither has an end.
ALTER TABLE ticket ADD COLUMN ends_on INTEGER;
-- Why it was made void: 1 another took its place, 2 the office took it back; none while live.
ALTER TABLE ticket ADD COLUMN void_cause INTEGER;

-- A day of Japan: nine hours before that of Greenwich.
UPDATE ticket SET issued_on = (issued_us + 32400000000) / 86400000000;
-- Until now only another ticket made one void.
UPDATE ticket SET void_cause = 1 WHERE voided_us IS NOT NULL;
UPDATE ticket SET ends_on = (SELECT CASE WHEN count(*) = count(r.until_on) THEN max(r.until_on) END
	FROM residence AS r WHERE r.muni = ticket.muni AND r.person = ticket.person);
UPDATE ticket SET ends_on = (SELECT min(coalesce(ticket.ends_on, p.died_on), p.died_on)
	FROM person AS p WHERE p.muni = ticket.muni AND p.id = ticket.person)
WHERE EXISTS (SELECT 1 FROM person AS p
	WHERE p.muni = ticket.muni AND p.id = ticket.person AND p.died_on IS NOT NULL);

CREATE UNIQUE INDEX ticket_live ON ticket (muni, person, programme) WHERE voided_us IS NULL;

DROP VIEW ticket_seen;
CREATE VIEW ticket_seen AS SELECT eyes.no AS eyes, t.muni, t.number, t.person, t.issued_us, t.voided_us,
	t.programme, t.dose, t.earliest_on, t.latest_on, t.issued_on, t.ends_on, t.void_cause
FROM eyes, ticket AS t JOIN person AS p ON p.muni = t.muni AND p.id = t.person
WHERE p.is_protected <= eyes.whereabouts;
