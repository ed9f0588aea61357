#ifndef TESTS_EXPLORE_BLOB_H
#define TESTS_EXPLORE_BLOB_H

#include <stddef.h>
#include <stdint.h>

/* Bytes by a number; equal bytes have the same, and stand at one place until all are forgotten. */
int blob_of(const void *bytes, size_t len);
const void *blob_bytes(int blob, size_t *ret_len);
void blobs_forget(void);

uint64_t mark_bytes(uint64_t h, const void *bytes, size_t len);
uint64_t mark_value(uint64_t h, uint64_t v);

#endif
