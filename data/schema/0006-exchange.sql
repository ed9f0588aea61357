-- Ledgers of the exchange.
-- What one row asked for in the outbox.
CREATE INDEX outbox_about ON outbox (muni, about, state);
