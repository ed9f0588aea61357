#ifndef JSON_PADDED_H
#define JSON_PADDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Short texts with room behind them, compared eight bytes at a time. */

/* Mask of the first n (0..7) bytes of a word in memory. */
static inline uint64_t
low_bytes(size_t n)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return ((uint64_t)1 << 8 * n) - 1;
#else
	return n == 0 ? 0 : ~(uint64_t)0 << (64 - 8 * n);
#endif
}

/* The first n (0..16) bytes are the same; sixteen of each can be read. */
static inline bool
same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t x[2], y[2];

	memcpy(x, a, sizeof x);
	memcpy(y, b, sizeof y);
	if (n < 8)
		return ((x[0] ^ y[0]) & low_bytes(n)) == 0;
	return x[0] == y[0] && (n == 16 ? x[1] == y[1] : ((x[1] ^ y[1]) & low_bytes(n - 8)) == 0);
}

#endif
