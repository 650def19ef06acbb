// SPDX-License-Identifier: MIT
/*
 * Texts of the host on the way to a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "text.h"

static void clean_keeps_good_text(void **state)
{
	char out[64];

	(void)state;
	text_clean(out, sizeof(out), "GPU \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", 64);
	assert_string_equal(out, "GPU \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
	text_clean(out, sizeof(out), "abcdef", 3);
	assert_string_equal(out, "abc");
	text_clean(out, 1, "abc", 3);
	assert_string_equal(out, "");
}

static void clean_takes_out_what_harms(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "\x1b[2J", "?[2J" },			/* escape sequence */
		{ "a\nb\x7f", "a?b?" },
		{ "\xc2\x9b[31m", "?[31m" },		/* its one-character form */
		{ "\xff\xfe", "??" },
		{ "\xc0\x80", "??" },			/* overlong */
		{ "\xe0\x80\xaf", "???" },
		{ "\xed\xa0\x80", "?" },		/* surrogate */
		{ "\xf4\x90\x80\x80", "?" },		/* beyond the last */
		{ "\x80", "?" },
		{ "x\xe2\x82", "x??" },			/* cut off */
	};
	char out[64];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_clean(out, sizeof(out), rows[i].in, strlen(rows[i].in));
		assert_string_equal(out, rows[i].out);
	}
}

static void clean_cuts_at_characters(void **state)
{
	char out[4];

	(void)state;
	text_clean(out, sizeof(out), "ab\xc3\xa9z", 5);
	assert_string_equal(out, "ab");
}

static void utf16(void **state)
{
	static const uint8_t pair[] = { 'a', 0, 0x3d, 0xd8, 0x00, 0xde, 'g', 0, 0, 0, 'c', 0 };
	static const uint8_t lone[] = { 0x3d, 0xd8, 'b', 0, 0x00, 0xde };
	static const uint8_t last[] = { 'x', 0, 0x3d, 0xd8 };
	char out[32];

	(void)state;
	text_from_utf16(out, sizeof(out), pair, sizeof(pair) / 2);
	assert_string_equal(out, "a\xf0\x9f\x98\x80g");
	text_from_utf16(out, sizeof(out), lone, sizeof(lone) / 2);
	assert_string_equal(out, "?b?");
	text_from_utf16(out, sizeof(out), last, sizeof(last) / 2);
	assert_string_equal(out, "x?");
}

static void read_reports_errors(void **state)
{
	char out[32];

	(void)state;
	assert_int_equal(text_read(out, sizeof(out), "/nonexistent", "x"), -ENOENT);
	assert_int_equal(text_read(out, sizeof(out), "/", "proc"), -EISDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_keeps_good_text),
		cmocka_unit_test(clean_takes_out_what_harms),
		cmocka_unit_test(clean_cuts_at_characters),
		cmocka_unit_test(utf16),
		cmocka_unit_test(read_reports_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
