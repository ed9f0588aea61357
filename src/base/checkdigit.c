#include "base/checkdigit.h"

#include <assert.h>

static bool
all_digits(const char *digits, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return false;
	return true;
}

/*
 * Ordinance 85/2014 art. 5: from the lowest digit up the weights are 2..7, and
 * 2.. again; the remainder of the sum by 11 is taken from 11, and 0 and 1 give 0.
 */
static char
resident_digit(const char *digits, size_t len)
{
	unsigned sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += (unsigned)(digits[len - 1 - i] - '0') * (unsigned)(i % 6 + 2);
	sum %= 11;
	return (char)(sum <= 1 ? '0' : '0' + 11 - sum);
}

bool
checkdigit_mynumber(const char *digits, size_t len)
{
	return len == 12 && all_digits(digits, len) && resident_digit(digits, 11) == digits[11];
}

char
checkdigit_mynumber_make(const char digits[11])
{
	assert(all_digits(digits, 11));
	return resident_digit(digits, 11);
}

bool
checkdigit_juminhyo(const char *digits, size_t len)
{
	return len == 11 && all_digits(digits, len) && resident_digit(digits, 10) == digits[10];
}

bool
checkdigit_municipality(const char *digits, size_t len)
{
	unsigned sum = 0;

	if (len != 6 || !all_digits(digits, len))
		return false;
	for (unsigned i = 0; i < 5; i++)
		sum += (unsigned)(digits[i] - '0') * (6 - i);
	/* The last digit of 11 less the remainder: 0 gives 1, 1 gives 0. */
	return digits[5] == (char)('0' + (11 - sum % 11) % 10);
}

bool
checkdigit_corporate(const char *digits, size_t len)
{
	unsigned sum = 0;

	if (len != 13 || !all_digits(digits, len))
		return false;
	for (unsigned i = 1; i <= 12; i++)
		sum += (unsigned)(digits[13 - i] - '0') * (i % 2 == 0 ? 2 : 1);
	return digits[0] == (char)('0' + 9 - sum % 9);
}

/* Damm's totally anti-symmetric quasigroup of order ten. */
static const unsigned char damm[10][10] = {
	{ 0, 3, 1, 7, 5, 9, 8, 6, 4, 2 },
	{ 7, 0, 9, 2, 1, 5, 4, 8, 6, 3 },
	{ 4, 2, 0, 6, 8, 7, 1, 3, 5, 9 },
	{ 1, 7, 5, 0, 9, 8, 3, 4, 2, 6 },
	{ 6, 1, 2, 3, 0, 4, 5, 9, 7, 8 },
	{ 3, 6, 7, 4, 2, 0, 9, 5, 8, 1 },
	{ 5, 8, 6, 9, 7, 2, 0, 1, 3, 4 },
	{ 8, 9, 4, 5, 3, 6, 2, 0, 1, 7 },
	{ 9, 4, 3, 8, 6, 1, 7, 2, 0, 5 },
	{ 2, 5, 8, 1, 4, 3, 6, 7, 9, 0 },
};

char
checkdigit_ticket_make(const char *digits, size_t len)
{
	unsigned interim = 0;

	assert(all_digits(digits, len));
	for (size_t i = 0; i < len; i++)
		interim = damm[interim][digits[i] - '0'];
	return (char)('0' + interim);
}

bool
checkdigit_ticket(const char *digits, size_t len)
{
	return len >= 2 && all_digits(digits, len) &&
	    checkdigit_ticket_make(digits, len - 1) == digits[len - 1];
}
