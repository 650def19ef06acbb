// SPDX-License-Identifier: GPL-2.0
/* GUIDs: text to wire bytes and back. */
#include <string.h>

#include "guid.h"

/* Where each byte, in the order of the text, lies on the wire. */
static const uint8_t wire_pos[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool dash_before(unsigned int byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

bool guid_parse(struct guid *g, const char *text)
{
	struct guid out;

	for (unsigned int i = 0; i < 16; i++) {
		int hi, lo;

		if (dash_before(i) && *text++ != '-')
			return false;
		hi = hex_digit(text[0]);
		if (hi < 0)
			return false;
		lo = hex_digit(text[1]);
		if (lo < 0)
			return false;
		out.b[wire_pos[i]] = hi << 4 | lo;
		text += 2;
	}
	if (*text)
		return false;
	*g = out;
	return true;
}

void guid_format(const struct guid *g, char text[GUID_TEXT_SIZE])
{
	static const char digit[] = "0123456789abcdef";
	char *p = text;

	for (unsigned int i = 0; i < 16; i++) {
		uint8_t b = g->b[wire_pos[i]];

		if (dash_before(i))
			*p++ = '-';
		*p++ = digit[b >> 4];
		*p++ = digit[b & 15];
	}
	*p = '\0';
}

bool guid_equal(const struct guid *a, const struct guid *b)
{
	return !memcmp(a->b, b->b, sizeof(a->b));
}
