#ifndef EXCHANGE_WIRE_READ_H
#define EXCHANGE_WIRE_READ_H

#include "base/arena.h"
#include "base/fault.h"
#include "exchange/message.h"

/*
 * XML to message; refuses by default.  UTF-8 only (no byte mark, whatever the
 * declaration says), no DOCTYPE, no attribute but the profile's namespace on the
 * root, every element known, in its order, once unless it is a list, every value
 * of its width and alphabet, digests right.  A fault's place is the element path
 * ("DBM.CopyRegister/Records/Record[3]/TM"), its text the rule: never a value.
 * Refusals are RC_INVALID, over a ceiling RC_TOO_BIG; both are E901 to the sender.
 *
 * Nothing is global: many readers may run at once.  Once in the process, before
 * the first: wire_read_open() (fails every external entity, warms the parser up
 * so that a confined process opens no file afterwards).
 */
void wire_read_open(void);

/*
 * DBM.CopyRegister is never held whole: each record is handed over as soon as it
 * is read and checked; its memory is gone after the call.  A record may thus be
 * seen of a message that is refused further on: do it all in one transaction, and
 * roll back unless the reader ends with RC_OK.
 */
struct wire_copy_sink {
	/* Once, before the first record: header and segment. */
	enum rc (*begin)(void *context, const struct message_header *header,
	    enum message_segment segment, struct fault *why);
	enum rc (*record)(void *context, const struct message_copy *record, struct fault *why);
	void *context;
};

struct wire_reader;

/* Strings of the message live in a.  sink NULL: DBM.CopyRegister is refused. */
enum rc wire_reader_new(struct arena *a, const struct wire_copy_sink *sink,
    struct wire_reader **ret_reader, struct fault *why) MUST_USE;
void wire_reader_free(struct wire_reader *r);		/* NULL is fine */
/* Any pieces; the first refusal stands for every later call. */
enum rc wire_reader_feed(struct wire_reader *r, const void *bytes, size_t len,
    struct fault *why) MUST_USE;
enum rc wire_reader_end(struct wire_reader *r, struct message **ret_message,
    struct fault *why) MUST_USE;

/* The three in one, for bytes at hand. */
enum rc wire_read(const void *bytes, size_t len, struct arena *a,
    const struct wire_copy_sink *sink, struct message **ret_message,
    struct fault *why) MUST_USE;

#endif
