#ifndef EXCHANGE_WIRE_FRAME_H
#define EXCHANGE_WIRE_FRAME_H

#include "base/arena.h"
#include "base/fault.h"
#include "base/frame.h"
#include "exchange/message.h"

/*
 * Message to one group of a frame, and back: how a message crosses from the
 * process that read the XML to the process that acts on it.  Reading checks the
 * same table of widths, alphabets and order as wire_read, so that a broken
 * parser process cannot hand over what the parser would have refused.
 */
void wire_frame_put(struct frame *f, uint16_t tag, const struct message *m);
/* group: the reader that frame_enter gave for that tag. */
enum rc wire_frame_read(struct frame_reader *group, struct arena *a,
    struct message **ret_message, struct fault *why) MUST_USE;
/* One record of DBM.CopyRegister. */
void wire_frame_put_copy(struct frame *f, uint16_t tag, const struct message_copy *record);
enum rc wire_frame_read_copy(struct frame_reader *group, struct arena *a,
    struct message_copy **ret_record, struct fault *why) MUST_USE;

#endif
