#ifndef NET_NET_LIMITS_H
#define NET_NET_LIMITS_H

/* Ceilings of the reference network alone; those of the messages are in base/limits.h. */

/* a configuration of 1,741 municipalities with long paths is under 1 MB */
#define NET_CONF_BYTES (4u << 20)
/* one city may bring its wards; all municipalities of the country, the core and the registrar */
#define NET_PARTS_MAX 2000
/* permission table: affairs times items times pairs named one by one */
#define NET_PERMISSION_BYTES (4u << 20)
/* bodies over this size are spooled to a file without a name instead of memory */
#define NET_MEMORY_BYTES (1u << 20)
/* a DER signature of P-256 is at most 72 bytes: 96 characters of base64 */
#define NET_SIGNATURE_CHARS 128
/* connections of one listener beside those of the other parts, each of which keeps NET_CALLS_A_PEER: a node uses sixteen */
#define NET_CONNECTIONS_MAX 256
/* open files: both ends of the connections of 1,741 municipalities in one process, as far as the machine allows */
#define NET_FILES_MAX 65536
/* calls that a part has under way to one other, and in all; whoever is silent keeps only its own waiting */
#define NET_CALLS_A_PEER 16
#define NET_CALLS_MAX 192
/* line and headers of a request */
#define NET_HEADER_BYTES (32u << 10)
/* seconds without a byte before a connection is closed */
#define NET_IDLE_SECONDS 30
/* a call between two parts, in all */
#define NET_CALL_TIMEOUT_MS 30000
#define NET_CALL_CONNECT_MS 5000
/* how long one connection is used before the other's certificate is asked about again */
#define NET_CALL_CONNECTION_S 600
/* how long answers are kept for a repeated MsgID, and values for a repeated fetch */
#define NET_KEEP_ANSWERS_MS (7 * 24 * 3600 * INT64_C(1000))
/* a permission is single-use; staff may need a long holiday */
#define NET_PERMIT_MS (30 * 24 * 3600 * INT64_C(1000))
/* what the provider's staff are asked to keep to when an answer is held */
#define NET_DUE_MS (7 * 24 * 3600 * INT64_C(1000))
/* parse memory for one message */
#define NET_ARENA_BYTES (64u << 20)
/* one line of the control socket */
#define NET_CONTROL_BYTES (64u << 10)

#endif
