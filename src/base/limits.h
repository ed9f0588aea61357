#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/*
 * Every ceiling of the project, each with its reason.  A buffer is born with
 * one of these; nothing that a stranger can grow is without one.
 */

/* contracts 1: more doses than any person can have had */
#define LIMIT_PERSON_DOSES 1000
/* conditions, extensions of one person: a handful in practice */
#define LIMIT_PERSON_CONDITIONS 64
#define LIMIT_PERSON_EXTENSIONS 64
/* live tickets of one person: one a programme, of which the law file holds 32 at most, and one without */
#define LIMIT_LIVE_TICKETS 64
/* one person as JSON: 1,000 doses of under 500 bytes, and room */
#define LIMIT_PERSON_JSON_BYTES (1u << 20)
/* any name, address or code that people type; characters, not bytes */
#define LIMIT_NAME_CHARS 200
#define LIMIT_TEXT_BYTES 4096
/* network profile: every message but the copy registration */
#define LIMIT_WIRE_BYTES (1u << 20)
/* DBM.CopyRegister, read record by record, never held whole */
#define LIMIT_WIRE_COPY_BYTES (256u << 20)
#define LIMIT_WIRE_COPY_RECORDS 200000
/* elements nested in a message: ours nest at most 7 deep */
#define LIMIT_WIRE_DEPTH 16
/* one frame between two processes; larger things travel as file descriptors or in parts */
#define LIMIT_FRAME_BYTES (16u << 20)
#define LIMIT_FRAME_DEPTH 8
/* memory for one request in the store */
#define LIMIT_REQUEST_BYTES (64u << 20)
/* a law file: 22 programmes with twenty years of history are under 200 KB */
#define LIMIT_LAW_BYTES (4u << 20)
/* an import file: 100,000 rows of 300 bytes, times ten */
#define LIMIT_IMPORT_BYTES (512u << 20)
#define LIMIT_IMPORT_CELL_BYTES 4096
#define LIMIT_IMPORT_COLUMNS 64
/* records of one person in an answer */
#define LIMIT_ANSWER_RECORDS 1000
/* addressee number of the network profile: 15 digits */
#define LIMIT_ADDRESSEE_CHARS 15
/* vaccine, programme, condition and reason codes: the longest condition has 33 */
#define LIMIT_CODE_CHARS 48

#endif
