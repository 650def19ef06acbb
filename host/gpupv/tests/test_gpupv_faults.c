// SPDX-License-Identifier: MIT
/*
 * What can be made to go wrong, by options, control commands and escapes; and
 * what can be seen: counters, resets.
 */
#include "bed_exec.h"
#include "../../softgpu/softgpu_escape.h"
#include "../../vmbus/fault.h"

static const char *const stepped[] = { "stepped=on", NULL };

static struct control *controls(struct xb *x)
{
	struct control *c = control_new(&x->b.guest.host);

	host_enter(&x->b.guest.host);
	gpupv_control(x->b.g, c);
	vmbus_fault_register(x->b.guest.bus, c);
	host_leave(&x->b.guest.host);
	return c;
}

/* The answer of a control command, to be freed. */
static char *ask(struct control *c, const char *line, bool ok)
{
	GString *out = g_string_new(NULL);

	control_line(c, line, out);
	if (g_str_has_suffix(out->str, "ok\n") != ok)
		fail_msg("%s: %s", line, out->str);
	return g_string_free(out, FALSE);
}

static void tell(struct control *c, const char *line)
{
	g_free(ask(c, line, true));
}

static void expect_in(struct control *c, const char *line, const char *part)
{
	char *text = ask(c, line, true);

	if (!strstr(text, part))
		fail_msg("%s: no \"%s\" in: %s", line, part, text);
	g_free(text);
}

static void expect_error(struct control *c, const char *line)
{
	g_free(ask(c, line, false));
}

/* GETDEVICESTATE's status; or, with no answer in the ring, 0xffffffff. */
static uint32_t state_status(struct xb *x)
{
	uint8_t *p = xb_begin(x, 28, 80);
	struct fake_packet packet;

	put32(p, x->device);
	put32(p + 4, 1);
	xb_send_only(x);
	if (!fake_channel_read(&x->b.chan[0], &packet, x->b.rx))
		return UINT32_MAX;
	assert_int_equal(packet.type, 11);
	x->b.len = packet.len;
	return bed_word(&x->b, 56);
}

/* ---- rules ---- */

static void test_status(void **state)
{
	static const char *const options[] = { "stepped=on", "status=28:0xc000ffff:1:1", NULL };
	struct xb x;

	(void)state;
	xb_init(&x, options);
	VIOLATIONS(0, {
		assert_int_equal(state_status(&x), 0);
		/* Carried out, with a status that nobody knows. */
		assert_int_equal(state_status(&x), 0xc000ffff);
		assert_int_equal(bed_word(&x.b, 8), 1);
		assert_int_equal(state_status(&x), 0);
	});
	xb_fini(&x);
}

static void test_lose(void **state)
{
	static const char *const options[] = {
		"stepped=on", "lose=DESTROYCONTEXT:1:0:1", "lose=DESTROYCONTEXT:0:1:1", NULL
	};
	uint32_t context[2];
	uint64_t objects;
	struct xb x;

	(void)state;
	xb_init(&x, options);
	for (int i = 0; i < 2; i++)
		context[i] = xb_create_context(&x, x.device, 0, 0);
	objects = bed_objects(&x.b);
	VIOLATIONS(0, {
		/* Carried out without a word, and not at all. */
		put32(xb_begin(&x, 7, 32), context[0]);
		xb_send_only(&x);
		xb_expect_silence(&x);
		assert_int_equal(bed_objects(&x.b), objects - 1);
		put32(xb_begin(&x, 7, 32), context[1]);
		xb_send_only(&x);
		xb_expect_silence(&x);
		assert_int_equal(bed_objects(&x.b), objects - 1);
		put32(xb_begin(&x, 7, 32), context[1]);
		assert_int_equal(xb_send(&x), 0);
		assert_int_equal(bed_objects(&x.b), objects - 2);
	});
	xb_fini(&x);
}

/* A bit per command that was refused, of 32. */
static uint32_t pattern(const char *option)
{
	const char *const options[] = { "stepped=on", option, NULL };
	uint32_t bits = 0;
	struct xb x;

	xb_init(&x, options);
	for (unsigned int i = 0; i < 32; i++)
		bits |= (uint32_t)(state_status(&x) == 0xc0000001) << i;
	xb_fini(&x);
	return bits;
}

static void test_seeded(void **state)
{
	uint32_t one, two;

	(void)state;
	one = pattern("refuse=28:0xc0000001:0:0:50:1");
	two = pattern("refuse=28:0xc0000001:0:0:50:2");
	assert_int_equal(one, pattern("refuse=28:0xc0000001:0:0:50:1"));
	assert_int_not_equal(one, two);
	assert_true(__builtin_popcount(one) > 6 && __builtin_popcount(one) < 26);
	/* The first eight are left alone, the eight after them looked at. */
	assert_int_equal(pattern("refuse=28:0xc0000001:8:8:50:1") & 0xffff00ff, 0);
	assert_int_equal(pattern("refuse=28:0xc0000001:8:8"), 0xff00);
	assert_int_equal(pattern("refuse=28:0xc0000001:20"), 0xfff00000);
}

/* All rules that hit act together. */
static void test_combined(void **state)
{
	struct control *c;
	struct xb x;
	uint64_t id;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	c = controls(&x);
	tell(c, "gpupv set delay 28:20");
	tell(c, "gpupv set status *:0x40000000");
	tell(c, "gpupv set storm 28:3:0:1:100:5");
	VIOLATIONS(0, {
		p = xb_begin(&x, 28, 80);
		put32(p, x.device);
		put32(p + 4, 1);
		xb_send_only(&x);
		for (int i = 0; i < 3; i++)
			assert_int_equal(xb_event(&x, &id), 0);
		xb_expect_silence(&x);
		fake_guest_advance(&x.b.guest, 20000000);
		bed_expect(&x.b, BED_GLOBAL, x.b.transaction);
		assert_int_equal(bed_word(&x.b, 56), 0x40000000);
	});
	control_free(c);
	xb_fini(&x);
}

static void test_storm(void **state)
{
	uint64_t first[8], id;
	struct control *c;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	c = controls(&x);
	for (int round = 0; round < 2; round++) {
		tell(c, "gpupv storm 8 77");
		for (int i = 0; i < 8; i++) {
			assert_int_equal(xb_event(&x, &id), 0);
			assert_int_not_equal(id, 0);
			if (round)
				assert_int_equal(id, first[i]);
			first[i] = id;
			assert_true(i == 0 || first[i - 1] != id);
		}
		xb_expect_silence(&x);
	}
	expect_error(c, "gpupv storm x");
	expect_error(c, "gpupv storm 1 x");
	control_free(c);
	xb_fini(&x);
}

static void test_silence(void **state)
{
	struct control *c;
	struct xb_fence f;
	uint64_t value = 1;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	c = controls(&x);
	f = xb_create_fence(&x, 0, 0);
	xb_wait_cpu(&x, 0, 5, 1, &f.handle, &value);
	assert_int_equal(xb_send(&x), 0);
	/* After this command nothing comes any more, no event either. */
	tell(c, "gpupv set mute GETDEVICESTATE:0");
	assert_int_equal(state_status(&x), 0);
	expect_in(c, "gpupv status", "silent\n");
	assert_int_equal(state_status(&x), UINT32_MAX);
	xb_signal_cpu(&x, 0, 1, &f.handle, &value);
	xb_send_async(&x);
	assert_int_equal(xb_fence_page(&x, &f), 0);
	tell(c, "gpupv storm 3");
	xb_expect_silence(&x);
	tell(c, "gpupv clear");
	assert_int_equal(state_status(&x), 0);
	xb_signal_cpu(&x, 0, 1, &f.handle, &value);
	xb_send_async(&x);
	xb_expect_event(&x, 5);
	/* What was to come later is swallowed, too. */
	tell(c, "gpupv set delay GETDEVICESTATE:10");
	assert_int_equal(state_status(&x), UINT32_MAX);
	tell(c, "gpupv set silence on");
	fake_guest_advance(&x.b.guest, 20000000);
	xb_expect_silence(&x);
	control_free(c);
	xb_fini(&x);
}

static void test_remove(void **state)
{
	struct xb x;

	(void)state;
	for (int surprise = 0; surprise < 2; surprise++) {
		const char *const options[] = {
			"stepped=on", surprise ? "remove=28:1:1:1" : "remove=28:0:1:1", NULL
		};

		xb_init(&x, options);
		assert_int_equal(state_status(&x), 0);
		fake_guest_advance(&x.b.guest, 1);
		assert_false(bed_function(&x.b, 0)->ejected || bed_function(&x.b, 0)->surprised);
		/* This one is answered, and then the GPU goes. */
		assert_int_equal(state_status(&x), 0);
		fake_guest_advance(&x.b.guest, 1);
		assert_int_equal(bed_function(&x.b, 0)->ejected, !surprise);
		assert_int_equal(bed_function(&x.b, 0)->surprised, surprise);
		xb_fini(&x);
	}
}

/* ---- resets on demand ---- */

static uint32_t hang(struct xb *x, uint32_t device, uint32_t node)
{
	uint32_t context = xb_create_context(x, device, node, 0);

	softgpu_hang(&x->cmd, 0);
	xb_submit_commands(x, context);
	assert_int_equal(xb_send(x), 0);
	xb_run(x);
	return context;
}

static void test_reset(void **state)
{
	uint32_t other;
	struct control *c;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	c = controls(&x);
	VIOLATIONS(0, {
		other = xb_create_device(&x, 0x78);
		expect_in(c, "gpupv tdr gpu0 0", "idle\n");
		hang(&x, x.device, 0);
		expect_in(c, "gpupv tdr gpu0 1", "idle\n");
		expect_in(c, "gpupv tdr gpu0 0", "reset\n");
		xb_expect_state_change(&x, 0x77);
		xb_expect_silence(&x);
		assert_int_equal(xb_device_state(&x, x.device), 3);
		assert_int_equal(xb_device_state(&x, other), 1);
		xb_run(&x);
		/* The whole GPU: guilty is who hangs; the others are reset, too. */
		x.device = xb_create_device(&x, 0x79);
		hang(&x, x.device, 1);
		expect_in(c, "gpupv tdr gpu0 all", "reset\n");
		xb_expect_state_change(&x, 0x79);
		xb_expect_state_change(&x, 0x78);
		xb_expect_silence(&x);
		assert_int_equal(xb_device_state(&x, x.device), 3);
		assert_int_equal(xb_device_state(&x, other), 2);
		expect_in(c, "gpupv tdr gpu0 all", "idle\n");
	});
	expect_error(c, "gpupv tdr gpu1 0");
	expect_error(c, "gpupv tdr gpu0 2");
	expect_error(c, "gpupv tdr gpu0 x");
	control_free(c);
	xb_fini(&x);
}

static void test_reset_by_rule(void **state)
{
	static const char *const options[] = { "stepped=on", "tdr=61:0", NULL };
	uint32_t context;
	uint8_t *p;
	struct xb x;

	(void)state;
	xb_init(&x, options);
	VIOLATIONS(0, {
		context = hang(&x, x.device, 0);
		p = xb_begin(&x, 61, 32);
		put32(p, context);
		assert_int_equal(xb_send(&x), 0);
		xb_expect_state_change(&x, 0x77);
	});
	xb_fini(&x);
}

/* ---- what can be seen ---- */

static void test_stats(void **state)
{
	struct control *c;
	char *json;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	c = controls(&x);
	tell(c, "gpupv stats reset");
	for (int i = 0; i < 3; i++)
		state_status(&x);
	/* 80 bytes and the extended header come in, 64 go out. */
	expect_in(c, "gpupv stats",
		  "command GETDEVICESTATE count 3 async 0 errors 0 in 288 out 192 ns ");
	put32(xb_begin(&x, 28, 80), x.device);
	VIOLATIONS(0, xb_send(&x));
	expect_in(c, "gpupv stats", "command GETDEVICESTATE count 4 async 0 errors 1 in 384");
	hang(&x, x.device, 0);
	expect_in(c, "gpupv stats", "node gpu0 0 jobs 0 ");
	expect_in(c, "gpupv stats", "command SUBMITCOMMAND count 1 async 0");
	tell(c, "gpupv tdr gpu0 0");
	xb_run(&x);
	expect_in(c, "gpupv stats", "event SETGUESTDATA count 1 async 0 errors 0 in 0 out 48");
	expect_in(c, "gpupv stats", "node gpu0 0 jobs 1 commands 0 faults 0 aborts 1 ");
	json = ask(c, "gpupv stats json", true);
	assert_true(g_str_has_prefix(json, "{\"messages\":[{\"kind\":\"command\",\"name\":\""));
	assert_non_null(strstr(json, "\"CREATECONTEXTVIRTUAL\",\"number\":6,\"count\":1,"));
	assert_non_null(strstr(json, "],\"nodes\":[{\"gpu\":\"gpu0\",\"node\":0,\"jobs\":1,"));
	assert_non_null(strstr(json, "},{\"gpu\":\"gpu0\",\"node\":1,\"jobs\":0,"));
	g_free(json);
	expect_error(c, "gpupv stats xml");
	control_free(c);
	xb_fini(&x);
}

/* ---- escapes ---- */

/* The answer is in x->b.rx. Returns its status, or 0xffffffff for an empty one. */
static uint32_t escape(struct xb *x, uint32_t op, uint64_t arg0, uint64_t arg1, const char *text)
{
	uint32_t size = sizeof(struct softgpu_escape) + (text ? strlen(text) : 0);
	struct softgpu_escape e = {
		.magic = SOFTGPU_ESCAPE_MAGIC,
		.version = SOFTGPU_ESCAPE_VERSION,
		.op = op,
		.arg = { arg0, arg1 },
	};
	uint8_t *p = xb_begin(x, 13, 55 + size);

	put32(p, x->b.adapter);
	put32(p + 16, size);
	memcpy(p + 24, &e, sizeof(e));
	if (text)
		memcpy(p + 24 + sizeof(e), text, strlen(text));
	xb_send(x);
	if (!x->b.len)
		return UINT32_MAX;
	assert_int_equal(x->b.len, (size + 7) / 8 * 8);
	return bed_word(&x->b, 12);
}

static uint64_t result(const struct xb *x, unsigned int i)
{
	return bed_quad(&x->b, offsetof(struct softgpu_escape, result) + 8 * i);
}

/* One that every driver knows, about object @sync with @event. Whether it came back. */
static bool known_escape(struct xb *x, uint32_t type, uint32_t size, uint32_t sync, uint64_t event)
{
	uint8_t *p = xb_begin(x, 13, 55 + size), data[64] = { 0 };

	put32(data, type);
	put32(data + 4, sync);
	memcpy(data + 8, &event, 8);
	put32(data + 16, 0x1234);
	put32(p, x->b.adapter);
	put32(p + 12, 0x40);
	put32(p + 16, size);
	memcpy(p + 24, data, size);
	xb_send(x);
	if (!x->b.len)
		return false;
	assert_memory_equal(x->b.rx, data, size);
	return true;
}

static void test_escape_known(void **state)
{
	struct xb_fence fence, notification;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	fence = xb_create_fence(&x, 0, 0);
	notification = xb_create_sync(&x, 4, 0, 0xca11, 0);
	assert_true(known_escape(&x, 2, 48, notification.handle, 0xca11));
	assert_true(known_escape(&x, 2, 56, notification.handle, 0xca11));
	assert_false(known_escape(&x, 2, 40, notification.handle, 0xca11));
	assert_false(known_escape(&x, 2, 48, notification.handle, 0xca12));
	assert_false(known_escape(&x, 2, 48, fence.handle, 0xca11));
	assert_false(known_escape(&x, 2, 48, 0x40ffffc0, 0xca11));
	assert_false(known_escape(&x, 3, 48, notification.handle, 0xca11));
	xb_fini(&x);
}

static void test_escape_look(void **state)
{
	uint64_t fences;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_INFO, 0, 0, NULL), 0);
		assert_int_equal(result(&x, 0), 1);
		assert_int_equal(result(&x, 1), SOFTGPU_CMD_VERSION);
		assert_int_equal(result(&x, 2), 2);
		assert_int_equal(result(&x, 3), 2000);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_HOST, 0, 0, NULL), 0);
		assert_int_equal(result(&x, 1), bed_objects(&x.b));
		fences = result(&x, 4);
		xb_create_fence(&x, 0, 0);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_HOST, 0, 0, NULL), 0);
		assert_int_equal(result(&x, 4), fences + 1);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_MESSAGE, 8, 0, NULL), 0);
		assert_int_equal(result(&x, 0), 1);
		assert_int_equal(result(&x, 3), 144);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_MESSAGE, 0, 1, NULL), 0);
		assert_int_equal(result(&x, 0), 0);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_NODE, 1, 0, NULL), 0);
		assert_int_equal(result(&x, 0), 0);
		/* What there is not. */
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_NODE, 2, 0, NULL),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_MESSAGE, 3, 0, NULL),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_MESSAGE, 5, 1, NULL),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_MESSAGE, 8, 2, NULL),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, 0, 0, 0, NULL), BED_NOT_SUPPORTED);
		assert_int_equal(escape(&x, 12345, 0, 0, NULL), BED_NOT_SUPPORTED);
	});
	xb_fini(&x);
}

static void test_escape_do(void **state)
{
	uint64_t id;
	struct xb x;

	(void)state;
	xb_init(&x, stepped);
	VIOLATIONS(0, {
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_SET, 0, 0, "refuse=28:0xc0000022"), 0);
		assert_int_equal(state_status(&x), XB_ACCESS_DENIED);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_CLEAR, 0, 0, NULL), 0);
		assert_int_equal(state_status(&x), 0);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_SET, 0, 0, "refuse"),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_SET, 0, 0, "no=1"),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_FAULT, 0, 0,
					"drop:match=completion,after=1"), 0);
		assert_int_equal(state_status(&x), UINT32_MAX);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_FAULT_CLEAR, 0, 0, NULL), 0);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_FAULT, 0, 0, "explode"),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_TDR, 0, 0, NULL), 0);
		assert_int_equal(result(&x, 0), 0);
		hang(&x, x.device, 0);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_TDR, SOFTGPU_ESCAPE_ALL, 0, NULL), 0);
		assert_int_equal(result(&x, 0), 1);
		xb_expect_state_change(&x, 0x77);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_HOST, 0, 0, NULL), 0);
		assert_int_equal(result(&x, 3), 1);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_TDR, 2, 0, NULL),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_STORM, 2, 1, NULL), 0);
		assert_int_equal(xb_event(&x, &id), 0);
		assert_int_equal(xb_event(&x, &id), 0);
		xb_expect_silence(&x);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_STORM, 1, 1ull << 32, NULL),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_REMOVE, 2, 0, NULL),
				 BED_INVALID_PARAMETER);
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_REMOVE, 0, 50, NULL), 0);
		fake_guest_advance(&x.b.guest, 49000000);
		assert_false(bed_function(&x.b, 0)->ejected);
		fake_guest_advance(&x.b.guest, 2000000);
		assert_true(bed_function(&x.b, 0)->ejected);
		/* One that is still to come when all ends. */
		assert_int_equal(escape(&x, SOFTGPU_ESCAPE_REMOVE, 1, 5000, NULL), 0);
	});
	xb_fini(&x);
}

static void test_escape_refusals(void **state)
{
	static const struct {
		uint32_t offset, value, violations;
	} cases[] = {
		{ 0, 0x40000fc0, 1 },		/* the driver puts in the adapter */
		{ 4, 0x40000fc0, 0 },		/* device */
		{ 20, 0x40000fc0, 0 },		/* context */
		{ 8, 1, 0 },			/* another type */
		{ 12, 0x40, 0 },		/* one that drivers know */
		{ 12, 0x10, 0 },		/* a reserved flag */
		{ 16, 200, 1 },			/* more data than there is */
		{ 16, 8, 1 },			/* less */
		{ 24, 0, 0 },			/* magic */
		{ 28, 2, 0 },			/* version */
	};
	struct xb x;
	uint8_t *p;

	(void)state;
	xb_init(&x, stepped);
	for (unsigned int i = 0; i < G_N_ELEMENTS(cases); i++) {
		p = xb_begin(&x, 13, 55 + sizeof(struct softgpu_escape));
		put32(p, x.b.adapter);
		put32(p + 16, sizeof(struct softgpu_escape));
		put32(p + 24, SOFTGPU_ESCAPE_MAGIC);
		put32(p + 28, SOFTGPU_ESCAPE_VERSION);
		put32(p + 32, SOFTGPU_ESCAPE_INFO);
		put32(p + cases[i].offset, cases[i].value);
		VIOLATIONS(cases[i].violations, xb_send(&x));
		assert_int_equal(x.b.len, 0);
	}
	/* Too short to be one, whatever it begins with; none at all. */
	for (uint32_t size = 0; size < sizeof(struct softgpu_escape); size += 13) {
		p = xb_begin(&x, 13, 55 + size);
		put32(p, x.b.adapter);
		put32(p + 16, size);
		if (size >= 16) {
			put32(p + 24, SOFTGPU_ESCAPE_MAGIC);
			put32(p + 28, SOFTGPU_ESCAPE_VERSION);
			put32(p + 32, SOFTGPU_ESCAPE_INFO);
		}
		VIOLATIONS(0, xb_send(&x));
		assert_int_equal(x.b.len, 0);
	}
	xb_fini(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_lose),
		cmocka_unit_test(test_seeded),
		cmocka_unit_test(test_combined),
		cmocka_unit_test(test_storm),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_remove),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_reset_by_rule),
		cmocka_unit_test(test_stats),
		cmocka_unit_test(test_escape_known),
		cmocka_unit_test(test_escape_look),
		cmocka_unit_test(test_escape_do),
		cmocka_unit_test(test_escape_refusals),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
