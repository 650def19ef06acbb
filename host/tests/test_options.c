// SPDX-License-Identifier: MIT
/* Tests of the plugin's options: what is taken, and that nothing else is. */
#include "../plugin/plugin.h"
#include "test.h"

#define NEEDED "ram=/r", "below4g=0x80000000", "qtest=/q"

static const char *parse(struct options *o, const char *const *words, int n)
{
	char *argv[32];

	for (int i = 0; i < n; i++)
		argv[i] = (char *)words[i];
	return options_parse(o, n, argv);
}

#define PARSE(o, ...) ({ \
	static const char *const words_[] = { __VA_ARGS__ }; \
	parse(o, words_, sizeof(words_) / sizeof(words_[0])); })

static void all_of_them(void **state)
{
	struct options o;

	(void)state;
	assert_null(PARSE(&o, NEEDED));
	assert_string_equal(o.ram, "/r");
	assert_int_equal(o.below4g, 0x80000000);
	assert_true(o.tsc && !o.debug && !o.count && !o.machine.video);
	assert_int_equal(o.machine.gpus, 1);
	assert_int_equal(o.machine.echo, 0);
	assert_null(PARSE(&o, NEEDED, "log=l", "debug=on", "tsc=off", "count=on", "gpus=8",
			  "echo=64", "control=/c", "guest-control=/g", "video=on",
			  "modes=800x600+640x480", "vram=16", "dirt=off", "run-dir=/d",
			  "version=27", "fault=drop", "fault=delay:ms=5"));
	assert_string_equal(o.log, "l");
	assert_true(!o.tsc && o.debug && o.count && o.machine.video);
	assert_int_equal(o.machine.gpus, 8);
	assert_int_equal(o.machine.echo, 64);
	assert_string_equal(o.machine.control, "/c");
	assert_string_equal(o.machine.guest_control, "/g");
	assert_int_equal(o.machine.display.num_modes, 2);
	assert_int_equal(o.machine.display.vram_megabytes, 16);
	assert_true(o.machine.display.no_dirt);
	assert_int_equal(o.machine.gpupv.version, 27);
	assert_int_equal(o.machine.num_faults, 2);
	assert_string_equal(o.machine.faults[1], "delay:ms=5");
}

static void needed(void **state)
{
	struct options o;

	(void)state;
	assert_non_null(PARSE(&o, "below4g=4096", "qtest=/q"));
	assert_non_null(PARSE(&o, "ram=/r", "qtest=/q"));
	assert_non_null(PARSE(&o, "ram=/r", "below4g=4096"));
}

static void refused(void **state)
{
	static const char *const bad[] = {
		"", "=", "=x", "ram", "ram=", "gpus=9", "gpus=-1", "gpus=", "gpus=1x", "gpus= 1",
		"echo=65", "below4g=4294967297", "below4g=18446744073709551616", "debug=yes",
		"debug=", "unknown=1", "gpu=1", "gpuss=1", "video=1", "modes=", "modes=1024",
		"vram=0", "vram=1025", "version=x", "control=", "fault", "Ram=/r",
	};
	struct options o;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const words[] = { NEEDED, bad[i] };

		assert_non_null(parse(&o, words, 4));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_them), cmocka_unit_test(needed),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
