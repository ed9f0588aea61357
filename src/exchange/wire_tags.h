#ifndef EXCHANGE_WIRE_TAGS_H
#define EXCHANGE_WIRE_TAGS_H

/* Frames between the store and the wire process. */
enum wire_frame { WIRE_READ = 0x400, WIRE_ROWS, WIRE_MESSAGE, WIRE_ROW, WIRE_DONE, WIRE_REFUSED, WIRE_LISTS,
	WIRE_VERIFY };
enum wire_tag {
	/* WIRE_READ, and WIRE_VERIFY, which asks only for the signature */
	TAG_BYTES = 1, TAG_SIGNATURE, TAG_ROLE, TAG_INSTITUTION, TAG_NOW,
	/* WIRE_ROWS */
	TAG_WANT, TAG_REQUIRED,
	/* WIRE_MESSAGE */
	TAG_MESSAGE, TAG_RESPONSE, TAG_DIGEST, TAG_RESPONSE_DIGEST,
	TAG_RESPONSE_RC, TAG_RESPONSE_PLACE, TAG_RESPONSE_TEXT,
	TAG_CERTIFICATE, TAG_RESPONSE_CERTIFICATE, TAG_LISTS_DIGEST,
	/* WIRE_LISTS, asked without a field; answered with TAG_BYTES, or with nothing */
	/* WIRE_ROW: groups of a line number and cells */
	TAG_ROW, TAG_LINE,
	/* WIRE_REFUSED */
	TAG_RC, TAG_PLACE, TAG_TEXT,
	/* cell i has tag TAG_CELL + i */
	TAG_CELL = 100,
};

#endif
