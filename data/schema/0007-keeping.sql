-- Retention, keys, copies.

-- What is sealed by which key, so that the rows of before a rotation are found.
CREATE INDEX number_key ON number (muni, key_id);
CREATE INDEX evidence_key ON evidence (muni, key_id);
