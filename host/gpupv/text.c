// SPDX-License-Identifier: GPL-2.0
/* Text in messages: UTF-16, ended and filled with zeros. */
#include "internal.h"

void text_to_utf16(uint16_t *out, size_t units, const char *text)
{
	size_t i = 0;

	for (; i + 1 < units && text[i]; i++)
		out[i] = (unsigned char)text[i];
	for (; i < units; i++)
		out[i] = 0;
}

char *text_from_utf16(const uint16_t *in, size_t units)
{
	size_t n = 0;
	char *text;

	while (n < units && in[n])
		n++;
	text = g_malloc(n + 1);
	for (size_t i = 0; i < n; i++)
		text[i] = in[i] >= 0x20 && in[i] < 0x7f && in[i] != '"' ? (char)in[i] : '?';
	text[n] = 0;
	return text;
}
