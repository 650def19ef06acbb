/* SPDX-License-Identifier: MIT */
/*
 * Text from files and from the host, made safe to show.
 */
#ifndef DXGINFO_TEXT_H
#define DXGINFO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Copy @len bytes at @src, or less if a 0 comes first, to @dst of @size bytes
 * (at least 1). The result is valid UTF-8, ended by 0, cut at a character, and
 * has no control characters: each of them, and each byte that is not UTF-8,
 * becomes '?'. The host writes some of these texts, and they go to a terminal.
 */
void text_clean(char *dst, size_t size, const char *src, size_t len);

/* The same from @units UTF-16 units, little endian; lone surrogates become '?'. */
void text_from_utf16(char *dst, size_t size, const uint8_t *src, size_t units);

/*
 * Read the first line of @dir/@name to @dst of @size bytes, cleaned and without
 * white space at its end. Returns 0 or a negative errno.
 */
int text_read(char *dst, size_t size, const char *dir, const char *name);

#endif
