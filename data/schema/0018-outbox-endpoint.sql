-- What waits for one endpoint is found without looking at what waits for another, however much that is.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (muni, state, endpoint, due_us, id);
