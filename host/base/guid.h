/* SPDX-License-Identifier: GPL-2.0 */
/*
 * GUIDs in the byte order that Hyper-V puts on the wire: the first three
 * fields little endian, the last eight bytes as written.
 */
#ifndef HOST_BASE_GUID_H
#define HOST_BASE_GUID_H

#include <stdbool.h>
#include <stdint.h>

struct guid {
	uint8_t b[16];
};

#define GUID_TEXT_SIZE 37	/* 36 characters and the NUL */

/* Parse "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"; false (and *g untouched) when it is not one. */
bool guid_parse(struct guid *g, const char *text);
void guid_format(const struct guid *g, char text[GUID_TEXT_SIZE]);
bool guid_equal(const struct guid *a, const struct guid *b);

#endif
