-- Ledgers of the exchange.
-- What one row asked for in the outbox.
CREATE INDEX outbox_about ON outbox (muni, about, state);
-- Failures of one message, whoever sent it.
CREATE INDEX inbox_failure_message ON inbox_failure (muni, message_id);
