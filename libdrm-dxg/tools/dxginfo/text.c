// SPDX-License-Identifier: MIT
/*
 * Text from files and from the host, made safe to show.
 */
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Appends characters to a buffer and never splits one. */
struct appender {
	char *dst;
	size_t room;	/* bytes left, without the 0 at the end */
};

static void append(struct appender *a, uint32_t c)
{
	char b[4];
	size_t n;

	/* Both sets of control characters, and what is no character. */
	if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0xd800 && c < 0xe000) || c > 0x10ffff)
		c = '?';
	if (c < 0x80) {
		b[0] = c;
		n = 1;
	} else if (c < 0x800) {
		b[0] = 0xc0 | c >> 6;
		b[1] = 0x80 | (c & 0x3f);
		n = 2;
	} else if (c < 0x10000) {
		b[0] = 0xe0 | c >> 12;
		b[1] = 0x80 | (c >> 6 & 0x3f);
		b[2] = 0x80 | (c & 0x3f);
		n = 3;
	} else {
		b[0] = 0xf0 | c >> 18;
		b[1] = 0x80 | (c >> 12 & 0x3f);
		b[2] = 0x80 | (c >> 6 & 0x3f);
		b[3] = 0x80 | (c & 0x3f);
		n = 4;
	}
	if (n > a->room) {
		a->room = 0;
		return;
	}
	memcpy(a->dst, b, n);
	a->dst += n;
	a->room -= n;
}

/*
 * Take one character from @src of @len bytes (at least 1). Returns the bytes
 * used. Overlong forms and what goes wrong use one byte and give no character.
 */
static size_t decode(const unsigned char *src, size_t len, uint32_t *c)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n, i;

	*c = src[0];
	if (src[0] < 0x80)
		return 1;
	if (src[0] >= 0xf0)
		n = 4;
	else if (src[0] >= 0xe0)
		n = 3;
	else
		n = 2;
	*c = src[0] & (0xff >> (n + 1));
	if (src[0] < 0xc0 || src[0] >= 0xf8 || n > len)
		goto bad;
	for (i = 1; i < n; i++) {
		if ((src[i] & 0xc0) != 0x80)
			goto bad;
		*c = *c << 6 | (src[i] & 0x3f);
	}
	if (*c >= least[n])
		return n;
bad:
	*c = UINT32_MAX;
	return 1;
}

void text_clean(char *dst, size_t size, const char *src, size_t len)
{
	struct appender a = { dst, size - 1 };
	size_t i = 0;

	len = strnlen(src, len);
	while (i < len) {
		uint32_t c;

		i += decode((const unsigned char *)src + i, len - i, &c);
		append(&a, c);
	}
	*a.dst = 0;
}

void text_from_utf16(char *dst, size_t size, const uint8_t *src, size_t units)
{
	struct appender a = { dst, size - 1 };
	size_t i = 0;

	while (i < units) {
		uint32_t c = src[2 * i] | src[2 * i + 1] << 8;

		i++;
		if (!c)
			break;
		if (c >= 0xd800 && c < 0xdc00 && i < units) {
			uint32_t low = src[2 * i] | src[2 * i + 1] << 8;

			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i++;
			}
		}
		append(&a, c);
	}
	*a.dst = 0;
}

int text_read(char *dst, size_t size, const char *dir, const char *name)
{
	char path[PATH_MAX], line[512];
	ssize_t n;
	size_t len;
	int fd;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	n = read(fd, line, sizeof(line));
	if (n < 0)
		n = -errno;
	close(fd);
	if (n < 0)
		return n;

	for (len = 0; len < (size_t)n && line[len] && line[len] != '\n'; len++)
		;
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t' || line[len - 1] == '\r'))
		len--;
	text_clean(dst, size, line, len);
	return 0;
}
