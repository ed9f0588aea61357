-- A hand-out of tickets is worked off in portions: what has been done of it stands with what was handed out.

-- People in the release.
ALTER TABLE ticket_run ADD COLUMN n_all INTEGER NOT NULL DEFAULT 0;
-- Looked at, and left out: dead, gone, protected, or nothing is due.
ALTER TABLE ticket_run ADD COLUMN n_left INTEGER NOT NULL DEFAULT 0;
-- Place in the release up to which everybody has been looked at.
ALTER TABLE ticket_run ADD COLUMN done_seq INTEGER NOT NULL DEFAULT 0;
-- When the last one had been; none: it is still under way.
ALTER TABLE ticket_run ADD COLUMN finished_us INTEGER;
-- Whoever made one before this step made it whole.
UPDATE ticket_run SET finished_us = made_us, n_all = n_people;
