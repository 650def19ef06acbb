// SPDX-License-Identifier: MIT
/*
 * What the answers hold, at both interface versions; the configuration's
 * switches; the control commands; the handle table.
 */
#include "bed.h"
#include "../exec.h"
#include "../handle.h"

static const char *const newest[] = { "version=40", NULL };
static const char *const newest_off[] = { "version=40", "async=off", NULL };
static const char *const oldest[] = { "version=27", NULL };
static const char *const silent[] = { "version=0", NULL };

static uint8_t message[BED_MAX_MESSAGE];

/* The text at @offset is this one, then zeros up to @units. */
static void expect_utf16(const struct bed *b, uint32_t offset, unsigned int units,
			 const char *text)
{
	size_t len = strlen(text);

	for (unsigned int i = 0; i < units; i++) {
		const uint8_t *p = b->rx + offset + 2 * i;

		assert_true(offset + 2 * i + 2 <= b->len);
		assert_int_equal(p[0] | p[1] << 8, i < len ? text[i] : 0);
	}
}

/* ---- the adapter ---- */

static void adapter_info(const char *const *options, unsigned int gpu, uint32_t flags)
{
	const struct gpupv_gpu_config *c;
	struct bed b;

	bed_init(&b, options, gpu + 1);
	bed_go(&b, BED_IO_SPACE);
	if (gpu)
		bed_open(&b, gpu);
	c = &b.cfg.gpu[gpu];
	bed_call(&b, gpu, message, make_openadapter(&b, message, gpu));
	assert_int_equal(b.len, 16);
	assert_int_equal(bed_word(&b, 4), 0);
	assert_int_equal(bed_word(&b, 8), b.cfg.version ? b.cfg.version : 27);
	assert_int_equal(bed_word(&b, 12), 16);
	bed_call(&b, gpu, message, make_info(&b, message, gpu));
	assert_int_equal(b.len, bed_ext(&b) ? 712 : 704);
	assert_int_equal(bed_word(&b, 0), 1 << 14);
	assert_int_equal(bed_word(&b, 12), flags);
	assert_int_equal(bed_quad(&b, 16), c->adapter_luid);
	expect_utf16(&b, 24, 80, c->description);
	if (bed_ext(&b))
		assert_int_equal(bed_quad(&b, 704), c->host_luid);
	bed_fini(&b);
}

static void test_adapter_info(void **state)
{
	(void)state;
	adapter_info(newest, 0, 0x40 | 0x18);
	adapter_info(newest, 1, 0x40);
	adapter_info(newest_off, 0, 0x18);
	adapter_info(oldest, 0, 0x40 | 0x18);
	adapter_info(silent, 0, 0x40 | 0x18);
}

/* ---- queries ---- */

/* Ask @type with @size bytes, of which the first word is @in. Returns where the data is. */
static uint32_t query(struct bed *b, int gpu, uint32_t type, uint32_t size, uint32_t in)
{
	uint32_t len = make_query(b, message, gpu, b->process, type, size);
	int chan = bed_ext(b) ? BED_GLOBAL : gpu;

	if (size >= 4)
		put32(message + bed_ext(b) + 32, in);
	VIOLATIONS(0, bed_call(b, chan, message, len));
	if (bed_ext(b)) {
		assert_int_equal(b->len, (4 + size + 7) / 8 * 8);
		assert_int_equal(bed_word(b, 0), 0);
		return 4;
	}
	assert_int_equal(b->len, (size + 7) / 8 * 8);
	return 0;
}

static void queries(const char *const *options)
{
	const struct gpupv_gpu_config *c;
	struct bed b;
	uint32_t at;

	bed_init(&b, options, 1);
	bed_go(&b, BED_PROCESS);
	c = &b.cfg.gpu[0];
	for (uint32_t type = 15; type <= 57; type += 42) {
		at = query(&b, 0, type, 4, 0);
		assert_int_equal(bed_word(&b, at), 0x81);
	}
	at = query(&b, 0, 31, 28, 0);
	assert_int_equal(bed_word(&b, at + 4), c->vendor);
	assert_int_equal(bed_word(&b, at + 8), c->device);
	assert_int_equal(bed_word(&b, at + 12), c->sub_vendor);
	assert_int_equal(bed_word(&b, at + 16), c->sub_system);
	assert_int_equal(bed_word(&b, at + 20), c->revision);
	assert_int_equal(bed_word(&b, at + 24), 1);
	for (uint32_t type = 65; type <= 66; type++) {
		at = query(&b, 0, type, 8192, 0);
		expect_utf16(&b, at, 4096, c->description);
	}
	for (uint32_t type = 8; type <= 54; type += 46) {
		at = query(&b, 0, type, 2080, 0);
		expect_utf16(&b, at, 260, c->description);
		expect_utf16(&b, at + 1560, 260, c->description);
	}
	for (uint32_t type = 13; type <= 56; type += 43) {
		at = query(&b, 0, type, 4, 0);
		assert_int_equal(bed_word(&b, at), 2700);
	}
	at = query(&b, 0, 70, 4, 0);
	assert_int_equal(bed_word(&b, at), 3);
	at = query(&b, 0, 30, 4, 0);
	assert_int_equal(bed_word(&b, at), 1);
	at = query(&b, 0, 3, 24, 0);
	assert_int_equal(bed_quad(&b, at), c->video_memory);
	assert_int_equal(bed_quad(&b, at + 8), 0);
	assert_int_equal(bed_quad(&b, at + 16), c->shared_memory);
	at = query(&b, 0, 25, 80, 0);
	assert_int_equal(bed_word(&b, at + 4), 1);
	expect_utf16(&b, at + 8, 32, "3D");
	assert_int_equal(b.rx[at + 76], 1);
	at = query(&b, 0, 25, 80, 1);
	assert_int_equal(bed_word(&b, at), 1);
	assert_int_equal(bed_word(&b, at + 4), 6);
	expect_utf16(&b, at + 8, 32, "Copy");
	bed_fini(&b);
}

static void test_queries(void **state)
{
	(void)state;
	queries(newest);
	queries(oldest);
}

/* A user's mistakes are errors of full length, and no violation. */
static void test_query_errors(void **state)
{
	static const uint32_t cases[][4] = {	/* type, size, first word, status */
		{ 15, 3, 0, BED_INVALID_PARAMETER },
		{ 15, 5, 0, BED_INVALID_PARAMETER },
		{ 31, 32, 0, BED_INVALID_PARAMETER },
		{ 31, 28, 1, BED_INVALID_PARAMETER },
		{ 25, 80, 2, BED_INVALID_PARAMETER },
		{ 25, 80, 0x10000, BED_INVALID_PARAMETER },
		{ 25, 80, 0xffffffff, BED_INVALID_PARAMETER },
		{ 65, 131072 - 16 - 39, 0, BED_INVALID_PARAMETER },
		{ 0, 64, 0, BED_NOT_SUPPORTED },
		{ 99999, 1, 0, BED_NOT_SUPPORTED },
	};
	struct bed b;
	uint32_t len;

	(void)state;
	for (int old = 0; old < 2; old++) {
		bed_init(&b, old ? oldest : newest, 1);
		bed_go(&b, BED_PROCESS);
		for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
			len = make_query(&b, message, 0, b.process, cases[i][0], cases[i][1]);
			if (cases[i][1] >= 4)
				put32(message + bed_ext(&b) + 32, cases[i][2]);
			VIOLATIONS(0, bed_call(&b, bed_route(&b), message, len));
			if (old) {
				assert_int_equal(b.len, 0);
				continue;
			}
			assert_int_equal(b.len, (4 + cases[i][1] + 7) / 8 * 8);
			assert_int_equal(bed_word(&b, 0), cases[i][3]);
		}
		bed_fini(&b);
	}
}

static void test_compute_only(void **state)
{
	struct bed b;
	uint32_t at;

	(void)state;
	bed_init(&b, newest, 4);
	bed_go(&b, BED_PROCESS);
	bed_open(&b, 3);
	bed_call(&b, 3, message, make_openadapter(&b, message, 3));
	bed_call(&b, 3, message, make_info(&b, message, 3));
	at = query(&b, 3, 15, 4, 0);
	assert_int_equal(bed_word(&b, at), 0x880);
	at = query(&b, 3, 25, 80, 0);
	assert_int_equal(bed_word(&b, at + 4), 0);
	expect_utf16(&b, at + 8, 32, "Compute");
	bed_fini(&b);
}

static void test_features(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, newest_off, 2);
	bed_go(&b, BED_INFO);
	bed_open(&b, 1);
	bed_call(&b, 1, message, make_openadapter(&b, message, 1));
	/* Hardware scheduling: on in gpu0, known but off in gpu1, on somewhere. */
	assert_int_equal(bed_call(&b, 0, message, make_feature(&b, message, 0, 0)), 0);
	assert_int_equal(bed_word(&b, 4), 0x00010001);
	assert_int_equal(bed_word(&b, 8), 0x00010001);
	assert_int_equal(bed_word(&b, 12), 0xf);
	assert_int_equal(bed_call(&b, 1, message, make_feature(&b, message, 1, 0)), 0);
	assert_int_equal(bed_word(&b, 8), 0);
	assert_int_equal(bed_word(&b, 12), 2);
	assert_int_equal(bed_call(&b, BED_GLOBAL, message,
				  make_feature(&b, message, BED_GLOBAL, 0)), 0);
	assert_int_equal(bed_word(&b, 8), 0x00010011);
	assert_int_equal(bed_word(&b, 12), 0xf);
	/* One that nobody knows. */
	assert_int_equal(bed_call(&b, 0, message, make_feature(&b, message, 0, 34)), 0);
	assert_int_equal(bed_quad(&b, 0), 0);
	assert_int_equal(bed_quad(&b, 8), 0);
	bed_fini(&b);
}

/* ---- switches ---- */

static void test_refuse(void **state)
{
	static const char *const options[] = {
		"refuse=OPENADAPTER:0xc0000022:1:2", "refuse=1000:0xc0000017",
		"refuse=GETINTERNALADAPTERINFO:0xc0000001:0:1",
		"refuse=ISFEATUREENABLED:0xc00000bb", NULL
	};
	struct bed b;
	uint32_t status;

	(void)state;
	bed_init(&b, options, 1);
	bed_go(&b, BED_IO_SPACE);
	VIOLATIONS(0, {
		for (int i = 0; i < 4; i++) {
			b.adapter = bed_call(&b, 0, message, make_openadapter(&b, message, 0));
			status = bed_word(&b, 4);
			assert_int_equal(b.len, 16);
			assert_int_equal(status, i == 1 || i == 2 ? 0xc0000022 : 0);
			assert_int_equal(!b.adapter, !!status);
			if (!status)
				bed_call(&b, 0, message,
					 make_closeadapter(&b, message, 0, b.adapter));
		}
		/* No status in these two: no handle, or a short answer. */
		assert_int_equal(bed_call(&b, BED_GLOBAL, message,
					  make_createprocess(&b, message, 1, "x")), 0);
		bed_call(&b, 0, message, make_openadapter(&b, message, 0));
		assert_int_equal(bed_call(&b, 0, message, make_info(&b, message, 0)), 0xc0000001);
		assert_int_equal(b.len, 8);
		assert_int_equal(bed_call(&b, 0, message, make_feature(&b, message, 0, 0)),
				 BED_NOT_SUPPORTED);
		assert_int_equal(b.len, 16);
	});
	bed_fini(&b);
}

static void test_short_errors(void **state)
{
	static const char *const options[] = {
		"short-errors=on", "refuse=OPENADAPTER:0xc0000022", NULL
	};
	struct bed b;

	(void)state;
	bed_init(&b, options, 1);
	bed_go(&b, BED_IO_SPACE);
	assert_int_equal(bed_call(&b, 0, message, make_openadapter(&b, message, 0)), 0xc0000022);
	assert_int_equal(b.len, 8);
	bed_fini(&b);
}

static void test_max_processes(void **state)
{
	static const char *const options[] = { "max-processes=2", NULL };
	uint32_t p[3];
	struct bed b;

	(void)state;
	bed_init(&b, options, 1);
	bed_go(&b, BED_IO_SPACE);
	for (int i = 0; i < 3; i++)
		p[i] = bed_call(&b, BED_GLOBAL, message,
				make_createprocess(&b, message, i, "x"));
	assert_int_not_equal(p[0], 0);
	assert_int_not_equal(p[1], 0);
	assert_int_not_equal(p[0], p[1]);
	assert_int_equal(p[2], 0);
	bed_call(&b, BED_GLOBAL, message, make_destroyprocess(&b, message, p[0]));
	assert_int_not_equal(bed_call(&b, BED_GLOBAL, message,
				      make_createprocess(&b, message, 9, "x")), 0);
	bed_fini(&b);
}

/* While an answer waits, its transaction is in flight; others pass it. */
static void test_delay(void **state)
{
	static const char *const options[] = { "delay=CREATEPROCESS:50:0:1", NULL };
	struct bed b;
	uint32_t len;

	(void)state;
	bed_init(&b, options, 1);
	bed_go(&b, BED_IO_SPACE);
	len = make_createprocess(&b, message, 1, "x");
	VIOLATIONS(0, bed_raw(&b, BED_GLOBAL, true, 77, message, len));
	bed_expect_nothing(&b, BED_GLOBAL);
	VIOLATIONS(1, bed_raw(&b, BED_GLOBAL, true, 77, message, len));
	bed_expect(&b, BED_GLOBAL, 77);
	assert_int_equal(bed_word(&b, 0), 0);
	VIOLATIONS(0, bed_raw(&b, BED_GLOBAL, true, 78, message, len));
	bed_expect(&b, BED_GLOBAL, 78);
	fake_guest_advance(&b.guest, 49000000);
	bed_expect_nothing(&b, BED_GLOBAL);
	fake_guest_advance(&b.guest, 1000000);
	bed_expect(&b, BED_GLOBAL, 77);
	assert_int_not_equal(bed_word(&b, 0), 0);
	/* The number is free again. */
	VIOLATIONS(0, bed_raw(&b, BED_GLOBAL, true, 77, message, len));
	bed_expect(&b, BED_GLOBAL, 77);
	bed_fini(&b);
}

/* A channel that closes takes its waiting answers along. */
static void test_delay_and_close(void **state)
{
	static const char *const options[] = { "delay=SETIOSPACEREGION:50", NULL };
	struct bed b;

	(void)state;
	bed_init(&b, options, 1);
	bed_go(&b, BED_CHANNELS);
	bed_raw(&b, BED_GLOBAL, true, 1, message, make_iospace(&b, message));
	bed_close(&b, BED_GLOBAL);
	bed_open(&b, BED_GLOBAL);
	fake_guest_advance(&b.guest, 100000000);
	bed_expect_nothing(&b, BED_GLOBAL);
	bed_fini(&b);
}

/* What is held comes when the rules go, in the order in which it was asked for. */
static void test_hold(void **state)
{
	static const char *const options[] = { "hold=CREATEPROCESS:0:0:2", NULL };
	struct bed b;
	uint32_t len;

	(void)state;
	bed_init(&b, options, 1);
	bed_go(&b, BED_IO_SPACE);
	len = make_createprocess(&b, message, 1, "x");
	VIOLATIONS(0, bed_raw(&b, BED_GLOBAL, true, 77, message, len));
	VIOLATIONS(0, bed_raw(&b, BED_GLOBAL, true, 76, message, len));
	VIOLATIONS(0, bed_raw(&b, BED_GLOBAL, true, 78, message, len));
	bed_expect(&b, BED_GLOBAL, 78);
	fake_guest_advance(&b.guest, 600000000000);
	bed_expect_nothing(&b, BED_GLOBAL);
	/* Its transaction is in flight. */
	VIOLATIONS(1, bed_raw(&b, BED_GLOBAL, true, 77, message, len));
	bed_expect(&b, BED_GLOBAL, 77);
	assert_int_equal(bed_word(&b, 0), 0);
	rules_clear(b.g);
	fake_guest_advance(&b.guest, 0);
	bed_expect(&b, BED_GLOBAL, 77);
	assert_int_not_equal(bed_word(&b, 0), 0);
	bed_expect(&b, BED_GLOBAL, 76);
	assert_int_not_equal(bed_word(&b, 0), 0);
	bed_expect_nothing(&b, BED_GLOBAL);
	bed_fini(&b);
}

/* A channel that closes takes what is held along. */
static void test_hold_and_close(void **state)
{
	static const char *const options[] = { "hold=SETIOSPACEREGION:0", NULL };
	struct bed b;

	(void)state;
	bed_init(&b, options, 1);
	bed_go(&b, BED_CHANNELS);
	bed_raw(&b, BED_GLOBAL, true, 1, message, make_iospace(&b, message));
	bed_close(&b, BED_GLOBAL);
	bed_open(&b, BED_GLOBAL);
	rules_clear(b.g);
	fake_guest_advance(&b.guest, 0);
	bed_expect_nothing(&b, BED_GLOBAL);
	bed_fini(&b);
}

static void test_options(void **state)
{
	static const char *const good[] = {
		"version=0", "version=27", "version=0x28", "version=255", "caps=0", "io-space=0",
		"io-space=65535", "async=off", "max-processes=0", "short-errors=off",
		"refuse=createprocess:0xc0000001", "delay=14:1:2:3", "hold=14:0", "gpu7.name=x.Y_9",
		"status=*:0x103", "lose=DESTROYALLOCATION:1:0:1", "tdr=20:2:100:1:50:7",
		"remove=22:1", "mute=*:0:500", "storm=8:100000", "silence=on", "tdr-ms=600000",
		"passive-events=on",
		"stepped=on",
		"gpu0.luid=0x123456789abcdef0", "gpu0.host-luid=1", "gpu0.description=A B",
		"gpu0.vendor=0x10de", "gpu0.device=65535", "gpu0.async=off", "gpu0.compute=on",
		"gpu0.hwsch=off", "gpu0.memory=64", "gpu0.nodes=1",
	};
	static const char *const bad[] = {
		"", "version", "=", "version=", "version=15", "version=256", "version=-1",
		"version=40x", "version= 40", "caps=0x100000000", "io-space=65536", "async=yes",
		"async=", "refuse=OPENADAPTER", "refuse=OPENADAPTER:0", "refuse=OPENADAPTER:0x103",
		"refuse=NOSUCH:0xc0000001", "refuse=3:0xc0000001", "refuse=14:0xc0000001:1:2:3:4:5",
		"refuse=14:0xc0000001:1:2:0", "refuse=14:0xc0000001:1:2:101", "refuse=*",
		"status=14:0x100000000", "lose=14:2", "tdr=20:3", "remove=20:2", "mute=20:1",
		"storm=20:100001", "silence=", "silence=1",
		"passive-events=2", "tdr-ms=0", "tdr-ms=600001",
		"stepped=1", "delay=14:1:-2", "hold=14:1",
		"refuse=14:", "delay=14", "delay=14:x", "gpu8.name=x", "gpu0.name=",
		"gpu0.name=a-b", "gpu0.name=sixteen_letters_", "gpu0.luid=0", "gpu0.vendor=65536",
		"gpu0.nodes=0", "gpu0.nodes=3", "gpu0.memory=0", "gpu0.nosuch=1", "gpu0.compute=1",
		"gpu0.description=", "gpu0.description=\"", "gpu.name=x", "nosuch=1",
	};
	struct gpupv_config c, before;

	(void)state;
	gpupv_config_init(&c);
	for (unsigned int i = 0; i < G_N_ELEMENTS(good); i++) {
		before = c;
		if (gpupv_config_option(&c, good[i]))
			fail_msg("%s is refused", good[i]);
		if (!memcmp(&before, &c, sizeof(c)) && strcmp(good[i], "max-processes=0") &&
		    strcmp(good[i], "short-errors=off") && strcmp(good[i], "gpu0.async=off") &&
		    strcmp(good[i], "gpu0.vendor=0x10de"))
			fail_msg("%s changes nothing", good[i]);
	}
	for (unsigned int i = 0; i < G_N_ELEMENTS(bad); i++) {
		before = c;
		if (!gpupv_config_option(&c, bad[i]))
			fail_msg("%s is accepted", bad[i]);
		assert_memory_equal(&before, &c, sizeof(c));
	}
	while (c.rules < GPUPV_MAX_RULES)
		assert_null(gpupv_config_option(&c, "delay=14:1"));
	assert_non_null(gpupv_config_option(&c, "delay=14:1"));
}

/* The table's GPUs can all be there at once. */
static void test_defaults_differ(void **state)
{
	struct gpupv_config c;

	(void)state;
	gpupv_config_init(&c);
	for (int i = 0; i < GPUPV_MAX_GPUS; i++) {
		for (int j = 0; j < i; j++) {
			assert_string_not_equal(c.gpu[i].name, c.gpu[j].name);
			assert_string_not_equal(c.gpu[i].description, c.gpu[j].description);
			assert_int_not_equal(c.gpu[i].guest_luid, c.gpu[j].guest_luid);
			assert_int_not_equal(c.gpu[i].host_luid, c.gpu[j].host_luid);
			assert_int_not_equal(c.gpu[i].adapter_luid, c.gpu[j].adapter_luid);
			assert_int_not_equal(c.gpu[i].device, c.gpu[j].device);
		}
	}
}

/* ---- control ---- */

static void expect_line(struct control *c, const char *line, const char *part, bool ok)
{
	GString *out = g_string_new(NULL);

	control_line(c, line, out);
	if (part && !strstr(out->str, part))
		fail_msg("%s: no \"%s\" in: %s", line, part, out->str);
	assert_int_equal(g_str_has_suffix(out->str, "ok\n"), ok);
	g_string_free(out, TRUE);
}

static void test_control(void **state)
{
	struct control *c;
	struct bed b;

	(void)state;
	bed_init(&b, newest, 2);
	c = control_new(&b.guest.host);
	host_enter(&b.guest.host);
	gpupv_control(b.g, c);
	host_leave(&b.guest.host);
	expect_line(c, "gpupv objects", "objects 0\nleft-behind 0\n", true);
	bed_go(&b, BED_PROCESS);
	expect_line(c, "gpupv objects", "adapter 0x40000000 gpu0\n", true);
	expect_line(c, "gpupv objects", "id 4321 \"glxgears\"\nobjects 2\nleft-behind 0\n", true);
	expect_line(c, "gpupv status", "gpu0 open, async told", true);
	expect_line(c, "gpupv status", "gpu1 offered, async not told", true);
	expect_line(c, "gpupv set refuse ISFEATUREENABLED:0xc0000001", NULL, true);
	expect_line(c, "gpupv status", "rule: refuse=68:0xc0000001:0:0:100:1 seen 0", true);
	bed_call(&b, BED_GLOBAL, message, make_feature(&b, message, 0, 0));
	assert_int_equal(bed_word(&b, 0), 0xc0000001);
	expect_line(c, "gpupv clear", NULL, true);
	bed_call(&b, BED_GLOBAL, message, make_feature(&b, message, 0, 0));
	assert_int_equal(bed_word(&b, 0), 0);
	expect_line(c, "gpupv set version 27", "error: ", false);
	expect_line(c, "gpupv set io-space 9", "error: ", false);
	expect_line(c, "gpupv set max-processes 1", NULL, true);
	expect_line(c, "gpupv set nosuch 1", "error: ", false);
	expect_line(c, "gpupv", "error: ", false);
	expect_line(c, "gpupv nosuch", "error: ", false);
	control_free(c);
	bed_fini(&b);
}

/* ---- handles ---- */

static void test_handles(void **state)
{
	struct handle_table t;
	enum handle_type type;
	uint32_t first, h, pos = 0, seen = 0;
	int objects[1000];

	(void)state;
	handle_table_init(&t, 0);
	first = handle_new(&t, HANDLE_DEVICE, &objects[0]);
	assert_int_equal(first, 0x40000000);
	assert_int_equal(handle_new(&t, HANDLE_CONTEXT, &objects[1]), 0x40000040);
	assert_ptr_equal(handle_get(&t, first, HANDLE_DEVICE), &objects[0]);
	assert_null(handle_get(&t, first, HANDLE_CONTEXT));
	handle_drop(&t, first);
	handle_drop(&t, first);
	assert_null(handle_get(&t, first, HANDLE_DEVICE));
	assert_int_equal(t.used, 1);
	/* The index comes again, but late and with another counter. */
	for (int i = 0; i < 1000; i++) {
		h = handle_new(&t, HANDLE_DEVICE, &objects[i]);
		assert_int_not_equal(h, 0);
		assert_int_not_equal(h, first);
		if ((h & 0x3fffffc0) == 0)
			break;
		if (i < (int)HANDLE_KEEP_FREE - 64)
			assert_true((h & 0x3fffffc0) != 0);
		handle_drop(&t, h);
	}
	assert_int_equal(h, 0x80000000);
	assert_null(handle_get(&t, first, HANDLE_DEVICE));
	while ((h = handle_next(&t, &pos, &type)))
		seen++;
	assert_int_equal(seen, 2);
	assert_int_equal(t.used, 2);
	handle_table_fini(&t);

	handle_table_init(&t, 3);
	for (int i = 0; i < 3; i++)
		assert_int_not_equal(handle_new(&t, HANDLE_DEVICE, &objects[i]), 0);
	assert_int_equal(handle_new(&t, HANDLE_DEVICE, &objects[3]), 0);
	handle_table_fini(&t);
}

/* Many at once, all different, and freed in another order. */
static void test_many_handles(void **state)
{
	unsigned int n = test_loops(1000000), live = 0;
	uint32_t *h = calloc(n, sizeof(*h));
	struct handle_table t;
	uint64_t seed = 99;
	int object;

	(void)state;
	handle_table_init(&t, 0);
	for (unsigned int i = 0; i < n; i++) {
		h[i] = handle_new(&t, HANDLE_ALLOCATION, &object);
		assert_int_not_equal(h[i], 0);
		live++;
		if (test_random(&seed) % 2) {
			unsigned int k = test_random(&seed) % (i + 1);

			live -= !!handle_get(&t, h[k], HANDLE_ALLOCATION);
			handle_drop(&t, h[k]);
			assert_null(handle_get(&t, h[k], HANDLE_ALLOCATION));
		}
		assert_int_equal(t.used, live);
	}
	handle_table_fini(&t);
	free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_adapter_info),
		cmocka_unit_test(test_queries),
		cmocka_unit_test(test_query_errors),
		cmocka_unit_test(test_compute_only),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_refuse),
		cmocka_unit_test(test_short_errors),
		cmocka_unit_test(test_max_processes),
		cmocka_unit_test(test_delay),
		cmocka_unit_test(test_delay_and_close),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_hold_and_close),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_defaults_differ),
		cmocka_unit_test(test_control),
		cmocka_unit_test(test_handles),
		cmocka_unit_test(test_many_handles),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
