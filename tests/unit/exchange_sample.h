#ifndef TESTS_UNIT_EXCHANGE_SAMPLE_H
#define TESTS_UNIT_EXCHANGE_SAMPLE_H

#include "base/arena.h"
#include "exchange/message.h"
#include "exchange/message_shape.h"

/*
 * A valid message of every kind, made from the table of shapes itself: SHORTEST has
 * nothing optional and every text as short as allowed, LONGEST has everything and every
 * text as long as allowed, in characters of four bytes where people write.
 */
enum sample { SAMPLE_SHORTEST, SAMPLE_LONGEST, SAMPLE__COUNT };

struct message *sample_message(struct arena *a, enum message_kind kind, enum sample size);
/* Records for DBM.CopyRegister and answers. */
void sample_identity(struct message_item items[3], const char *birth_date);

#endif
