#include "cli/width.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* Unicode East Asian Width W and F, joined where only unassigned characters lie between. */
static const struct { uint32_t first, last; } wide[] = {
	{ 0x1100, 0x115f }, { 0x231a, 0x231b }, { 0x2329, 0x232a }, { 0x23e9, 0x23ec },
	{ 0x2e80, 0x303e }, { 0x3041, 0x33ff }, { 0x3400, 0x4dbf }, { 0x4e00, 0x9fff },
	{ 0xa000, 0xa4cf }, { 0xa960, 0xa97f }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff },
	{ 0xfe10, 0xfe19 }, { 0xfe30, 0xfe6f }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1b000, 0x1b2ff }, { 0x1f200, 0x1f2ff }, { 0x1f300, 0x1f64f }, { 0x1f680, 0x1f6ff },
	{ 0x1f900, 0x1f9ff }, { 0x20000, 0x2fffd }, { 0x30000, 0x3fffd },
}, none[] = {
	{ 0x0300, 0x036f }, { 0x200b, 0x200f }, { 0x3099, 0x309a }, { 0xfe00, 0xfe0f },
	{ 0xe0100, 0xe01ef },
};

static size_t
width_of_one(uint32_t c)
{
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (c >= none[i].first && c <= none[i].last)
			return 0;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (c >= wide[i].first && c <= wide[i].last)
			return 2;
	return 1;
}

size_t
width_of(const char *text)
{
	size_t left = strlen(text), width = 0, n;
	uint32_t c;

	while (left > 0) {
		if ((n = utf8_next(text, left, &c)) == 0) {
			n = 1;
			c = '?';
		}
		width += width_of_one(c);
		text += n;
		left -= n;
	}
	return width;
}
