// SPDX-License-Identifier: MIT
/*
 * The failure switches: each kind seen in what a guest reads from its ring, the
 * selectors, replay, and every way in which a rule can be malformed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../base/log.h"
#include "../control/control.h"
#include "../vmbus/fault.h"
#include "fake_guest.h"

#define MS 1000000ull

static const struct guid instances[2] = { { { 1, 2, 3 } }, { { 4, 5, 6 } } };
static const char * const names[2] = { "gpu-0", "global" };

struct setup {
	struct fake_guest g;
	struct fake_channel ch[2];
	struct vmbus_channel *host_ch[2];
	unsigned int closed[2];
	char log[32];
};

struct got {
	unsigned int num;
	struct fake_packet p[8];
	uint8_t data[8][4200];
};

/* Answers each packet by a completion with the same bytes. Requests above 100 have names. */
static void echo(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	static const char * const requests[] = { "MAKE", "MAKEMORE", "END" };

	(void)priv;
	if (p->transaction > 100)
		vmbus_complete_request(ch, p->transaction, requests[p->transaction % 3], p->data,
				       p->len);
	else
		vmbus_complete(ch, p->transaction, p->data, p->len);
}

static void note_close(struct vmbus_channel *ch, void *priv)
{
	struct setup *s = priv;

	s->closed[strcmp(vmbus_channel_name(ch), names[0]) ? 1 : 0]++;
}

static const struct vmbus_service echo_service = {
	.name = "echo", .packet = echo, .close = note_close,
};

static int setup(void **state)
{
	struct setup *s = calloc(1, sizeof(*s));
	uint32_t relid[2];

	strcpy(s->log, "fault-log-XXXXXX");
	close(mkstemp(s->log));
	assert_int_equal(log_open(s->log), 0);
	fake_guest_init(&s->g, 8 << 20, 1);
	host_enter(&s->g.host);
	for (unsigned int i = 0; i < 2; i++) {
		struct vmbus_offer o = { .type = { { 9 } }, .instance = instances[i] };

		strcpy(o.name, names[i]);
		s->host_ch[i] = vmbus_offer(s->g.bus, &o, &echo_service, s);
		assert_non_null(s->host_ch[i]);
	}
	host_leave(&s->g.host);
	fake_guest_contact(&s->g, FAKE_V5_3);
	fake_guest_offers(&s->g, &instances[0], &relid[0]);
	for (unsigned int i = 0; i < 2; i++) {
		relid[i] = vmbus_channel_relid(s->host_ch[i]);
		assert_int_equal(fake_channel_open(&s->g, &s->ch[i], relid[i], 5, 5, 0), 0);
	}
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct setup *s = *state;

	fake_guest_fini(&s->g);
	for (unsigned int i = 0; i < 2; i++)
		if (s->ch[i].g)
			fake_channel_forget(&s->ch[i]);
	log_open(NULL);
	unlink(s->log);
	free(s);
	return 0;
}

static void add(struct setup *s, const char *spec)
{
	const char *err = NULL;

	host_enter(&s->g.host);
	if (vmbus_fault_add(s->g.bus, spec, &err))
		fail_msg("%s: %s", spec, err);
	host_leave(&s->g.host);
}

static void clear(struct setup *s)
{
	host_enter(&s->g.host);
	vmbus_fault_clear(s->g.bus);
	host_leave(&s->g.host);
}

/* All that waits in the guest's ring. */
static void receive(struct fake_channel *ch, struct got *got)
{
	got->num = 0;
	while (got->num < 8 && fake_channel_read(ch, &got->p[got->num], got->data[got->num]))
		got->num++;
}

/* One request and what comes of it at once. */
static void ask(struct fake_channel *ch, uint64_t id, const void *data, uint32_t len,
		struct got *got)
{
	assert_true(fake_channel_write(ch, VMBUS_PACKET_INBAND, true, id, data, len));
	receive(ch, got);
}

static void send_event(struct setup *s, unsigned int i, const void *data, uint32_t len)
{
	host_enter(&s->g.host);
	vmbus_send(s->host_ch[i], VMBUS_PACKET_INBAND, 0, data, len);
	host_leave(&s->g.host);
}

static const uint8_t text[16] = "fifteen letters";

static void assert_sound(const struct got *got, unsigned int i, uint64_t id)
{
	assert_true(i < got->num);
	assert_int_equal(got->p[i].type, VMBUS_PACKET_COMPLETION);
	assert_int_equal(got->p[i].transaction, id);
	assert_int_equal(got->p[i].len, sizeof(text));
	assert_memory_equal(got->data[i], text, sizeof(text));
}

static void ask_sound(struct setup *s, unsigned int i, uint64_t id)
{
	static struct got got;

	ask(&s->ch[i], id, text, sizeof(text), &got);
	assert_int_equal(got.num, 1);
	assert_sound(&got, 0, id);
}

static void ask_lost(struct setup *s, unsigned int i, uint64_t id)
{
	static struct got got;

	ask(&s->ch[i], id, text, sizeof(text), &got);
	assert_int_equal(got.num, 0);
}

static bool log_has(const struct setup *s, const char *what)
{
	char line[512];
	bool found = false;
	FILE *f = fopen(s->log, "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		found |= !!strstr(line, what);
	fclose(f);
	return found;
}

static void test_no_rule(void **state)
{
	ask_sound(*state, 0, 1);
	ask_sound(*state, 1, 2);
}

static void test_drop(void **state)
{
	struct setup *s = *state;

	add(s, "drop");
	ask_lost(s, 0, 77);
	ask_sound(s, 0, 78);
	assert_true(log_has(s, "fault: drop: hit 1, packet 1: gpu-0, type 11, id 0x4d, 16 bytes"));
}

static void test_delay(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "delay:ms=50");
	ask_lost(s, 0, 1);
	ask_sound(s, 0, 2);		/* passes the first */
	fake_guest_advance(&s->g, 49 * MS);
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 0);
	fake_guest_advance(&s->g, 1 * MS);
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 1);
	assert_sound(&got, 0, 1);
}

/* What is held back for a channel must not reach the next one that opens it. */
static void test_delay_closed(void **state)
{
	static struct got got;
	struct setup *s = *state;
	uint32_t relid = s->ch[0].relid;

	add(s, "delay:ms=50");
	ask_lost(s, 0, 1);
	fake_channel_close(&s->ch[0]);
	assert_int_equal(fake_channel_open(&s->g, &s->ch[0], relid, 5, 5, 0), 0);
	fake_guest_advance(&s->g, 100 * MS);
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 0);
	ask_sound(s, 0, 2);
}

static void test_truncate(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "truncate:bytes=3,count=2");
	ask(&s->ch[0], 1, text, sizeof(text), &got);
	assert_int_equal(got.num, 1);
	assert_int_equal(got.p[0].transaction, 1);
	assert_int_equal(got.p[0].len, 8);
	assert_memory_equal(got.data[0], "fif\0\0\0\0\0", 8);
	clear(s);
	add(s, "truncate:bytes=0");
	ask(&s->ch[0], 2, text, sizeof(text), &got);
	assert_int_equal(got.num, 1);
	assert_int_equal(got.p[0].len, 0);
	clear(s);
	/* A packet that is no longer than that is not hit. */
	add(s, "truncate:bytes=16");
	ask_sound(s, 0, 3);
	assert_false(log_has(s, "bytes=16: hit"));
}

static void test_extend(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "extend:bytes=4096");
	ask(&s->ch[0], 1, text, sizeof(text), &got);
	assert_int_equal(got.num, 1);
	assert_int_equal(got.p[0].transaction, 1);
	assert_int_equal(got.p[0].len, sizeof(text) + 4096);
	assert_memory_equal(got.data[0], text, sizeof(text));
	ask_sound(s, 0, 2);
}

static void test_duplicate(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "duplicate");
	ask(&s->ch[0], 5, text, sizeof(text), &got);
	assert_int_equal(got.num, 2);
	assert_sound(&got, 0, 5);
	assert_sound(&got, 1, 5);
	ask_sound(s, 0, 6);
}

static void test_wrong_id(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "wrong-id:count=2");
	/* Not of in-band packets. */
	send_event(s, 0, text, sizeof(text));
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 1);
	assert_int_equal(got.p[0].type, VMBUS_PACKET_INBAND);
	assert_int_equal(got.p[0].transaction, 0);
	for (uint64_t id = 5; id < 7; id++) {
		ask(&s->ch[0], id, text, sizeof(text), &got);
		assert_int_equal(got.num, 1);
		assert_true(got.p[0].transaction != id);
		assert_memory_equal(got.data[0], text, sizeof(text));
	}
	ask_sound(s, 0, 7);
	add(s, "wrong-id:value=0x123456789abc");
	ask(&s->ch[0], 8, text, sizeof(text), &got);
	assert_int_equal(got.num, 1);
	assert_true(got.p[0].transaction == 0x123456789abcull);
}

static void test_garbage(void **state)
{
	static struct got a, b, c;
	struct setup *s = *state;

	add(s, "garbage:seed=7");
	ask(&s->ch[0], 1, text, sizeof(text), &a);
	assert_int_equal(a.num, 1);
	assert_int_equal(a.p[0].len, sizeof(text));
	assert_memory_not_equal(a.data[0], text, 8);
	assert_memory_not_equal(a.data[0] + 8, text + 8, 8);
	/* The same seed gives the same bytes, another one others. */
	clear(s);
	add(s, "garbage:seed=7");
	ask(&s->ch[0], 2, text, sizeof(text), &b);
	assert_memory_equal(a.data[0], b.data[0], sizeof(text));
	add(s, "garbage:seed=8");
	ask(&s->ch[0], 3, text, sizeof(text), &c);
	assert_memory_not_equal(a.data[0], c.data[0], sizeof(text));
	/* Only a part. */
	add(s, "garbage:offset=4,bytes=8");
	ask(&s->ch[0], 4, text, sizeof(text), &c);
	assert_memory_equal(c.data[0], text, 4);
	assert_memory_not_equal(c.data[0] + 4, text + 4, 8);
	assert_memory_equal(c.data[0] + 12, text + 12, 4);
	/* As far as there is something. */
	add(s, "garbage:offset=12,bytes=100");
	ask(&s->ch[0], 5, text, sizeof(text), &c);
	assert_int_equal(c.p[0].len, sizeof(text));
	assert_memory_equal(c.data[0], text, 12);
	add(s, "garbage:offset=16");
	ask_sound(s, 0, 6);
}

static void test_status(void **state)
{
	static struct got got;
	struct setup *s = *state;
	uint32_t v;

	add(s, "status:value=0xc0000017");
	ask(&s->ch[0], 1, text, sizeof(text), &got);
	assert_int_equal(got.num, 1);
	memcpy(&v, got.data[0], 4);
	assert_int_equal(v, 0xc0000017);
	assert_memory_equal(got.data[0] + 4, text + 4, 12);
	add(s, "status");
	/* There is no status in an empty packet. */
	ask(&s->ch[0], 2, "", 0, &got);
	assert_int_equal(got.num, 1);
	assert_int_equal(got.p[0].len, 0);
	ask(&s->ch[0], 3, text, sizeof(text), &got);
	memcpy(&v, got.data[0], 4);
	assert_int_equal(v, 0xc0000001);
}

static void test_silence(void **state)
{
	static struct got got;
	struct setup *s = *state;
	uint32_t relid = s->ch[0].relid;

	add(s, "silence:after=1");
	ask_sound(s, 0, 1);
	for (uint64_t id = 2; id < 6; id++)
		ask_lost(s, 0, id);
	send_event(s, 0, text, sizeof(text));
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 0);
	ask_sound(s, 1, 6);		/* the other one speaks */
	/* It ends with the channel. */
	fake_channel_close(&s->ch[0]);
	assert_int_equal(fake_channel_open(&s->g, &s->ch[0], relid, 5, 5, 0), 0);
	ask_sound(s, 0, 7);
	/* Or with the rules. */
	add(s, "silence");
	ask_lost(s, 0, 8);
	clear(s);
	ask_sound(s, 0, 9);
}

/* Delayed before the silence, due in it. */
static void test_silence_delayed(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "delay:ms=10");
	add(s, "silence");
	ask_lost(s, 0, 1);
	ask_lost(s, 0, 2);
	fake_guest_advance(&s->g, 20 * MS);
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 0);
}

static void test_rescind(void **state)
{
	struct setup *s = *state;
	struct fake_message m;

	add(s, "rescind:channel=gpu-?");
	ask_lost(s, 0, 1);
	assert_int_equal(s->closed[0], 0);
	fake_guest_advance(&s->g, 0);
	assert_int_equal(s->closed[0], 1);
	m = fake_guest_expect(&s->g, 2);
	assert_int_equal(m.w[2], s->ch[0].relid);
	host_enter(&s->g.host);
	assert_null(vmbus_find(s->g.bus, names[0]));
	host_leave(&s->g.host);
	ask_sound(s, 1, 2);
}

static void test_channel(void **state)
{
	struct setup *s = *state;

	add(s, "drop:channel=gpu-*,count=0");
	ask_sound(s, 1, 1);
	ask_lost(s, 0, 2);
	ask_sound(s, 1, 3);
	ask_lost(s, 0, 4);
}

static void test_match(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "drop:match=inband,count=0");
	ask_sound(s, 0, 1);
	send_event(s, 0, text, sizeof(text));
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 0);
	clear(s);
	add(s, "drop:match=completion,count=0");
	send_event(s, 0, text, sizeof(text));
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 1);
	ask_lost(s, 0, 2);
	clear(s);
	add(s, "drop:match=any,count=0");
	send_event(s, 0, text, sizeof(text));
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 0);
	ask_lost(s, 0, 3);
}

static void test_after_count(void **state)
{
	struct setup *s = *state;

	add(s, "drop:after=2,count=3");
	for (uint64_t id = 1; id <= 10; id++) {
		if (id >= 3 && id <= 5)
			ask_lost(s, 0, id);
		else
			ask_sound(s, 0, id);
	}
}

static unsigned int pattern_of(struct setup *s, const char *spec)
{
	static struct got got;
	unsigned int pattern = 0;

	clear(s);
	add(s, spec);
	for (unsigned int i = 0; i < 32; i++) {
		ask(&s->ch[0], i, text, sizeof(text), &got);
		pattern |= (got.num ? 0u : 1u) << i;
	}
	return pattern;
}

/* Transactions 102, 103 and 104 are MAKE, MAKEMORE and END. */
static void test_request(void **state)
{
	static struct got got;
	struct setup *s = *state;

	add(s, "drop:request=MAKE,count=0");
	send_event(s, 0, text, sizeof(text));
	receive(&s->ch[0], &got);
	assert_int_equal(got.num, 1);
	ask_sound(s, 1, 99);
	ask_sound(s, 1, 103);
	ask_sound(s, 1, 104);
	ask_lost(s, 1, 102);
	clear(s);
	add(s, "drop:request=MAKE*,count=0");
	ask_sound(s, 1, 104);
	ask_lost(s, 1, 103);
	ask_lost(s, 1, 102);
	clear(s);
	add(s, "drop:request=END+MAKE,count=0");
	ask_sound(s, 1, 103);
	ask_lost(s, 1, 104);
	ask_lost(s, 1, 102);
	clear(s);
	/* Others are not counted. */
	add(s, "drop:request=END,after=1");
	ask_sound(s, 1, 102);
	ask_sound(s, 1, 104);
	ask_sound(s, 1, 103);
	ask_lost(s, 1, 107);
}

static void test_probability(void **state)
{
	struct setup *s = *state;
	unsigned int a = pattern_of(s, "drop:probability=50,count=0,seed=3");
	unsigned int b = pattern_of(s, "drop:probability=50,count=0,seed=3");
	unsigned int c = pattern_of(s, "drop:probability=50,count=0,seed=4");
	int bits = __builtin_popcount(a);

	assert_int_equal(a, b);
	assert_int_not_equal(a, c);
	assert_in_range(bits, 6, 26);
	assert_int_equal(pattern_of(s, "drop:probability=100,count=0"), 0xffffffff);
	/* Hits are counted, not chances. */
	assert_int_equal(__builtin_popcount(pattern_of(s, "drop:probability=20,count=2")), 2);
}

/* The first rule has the packet; the second has counted it. */
static void test_two_rules(void **state)
{
	static struct got got;
	struct setup *s = *state;
	GString *out = g_string_new(NULL);

	add(s, "drop");
	add(s, "duplicate:after=1");
	ask_lost(s, 0, 1);
	ask(&s->ch[0], 2, text, sizeof(text), &got);
	assert_int_equal(got.num, 2);
	ask_sound(s, 0, 3);
	host_enter(&s->g.host);
	vmbus_fault_list(s->g.bus, out);
	host_leave(&s->g.host);
	assert_string_equal(out->str,
			    "drop packets 3 hits 1\nduplicate:after=1 packets 3 hits 1\n");
	g_string_free(out, TRUE);
}

static const struct {
	const char *spec, *err;
} malformed[] = {
	{ "", "unknown kind" },
	{ "explode", "unknown kind" },
	{ "Drop", "unknown kind" },
	{ "drop ", "unknown kind" },
	{ ":count=1", "unknown kind" },
	{ "drop:", "KEY=VALUE is missing its '='" },
	{ "drop:count", "KEY=VALUE is missing its '='" },
	{ "drop:count=1,", "KEY=VALUE is missing its '='" },
	{ "drop:,count=1", "KEY=VALUE is missing its '='" },
	{ "drop:colour=1", "unknown key" },
	{ "drop:=1", "unknown key" },
	{ "drop:count=1,count=1", "key given twice" },
	{ "drop:count=", "empty value" },
	{ "drop:channel=", "empty value" },
	{ "drop:request=", "empty value" },
	{ "drop:request=A,request=B", "key given twice" },
	{ "drop:count=x", "value is not a number" },
	{ "drop:count=-1", "value is not a number" },
	{ "drop:count=+1", "value is not a number" },
	{ "drop:count= 1", "value is not a number" },
	{ "drop:count=1 ", "value is not a number" },
	{ "drop:count=0x", "value is not a number" },
	{ "drop:count=0x0x1", "value is not a number" },
	{ "drop:count=1f", "value is not a number" },
	{ "drop:count=1=2", "value is not a number" },
	{ "drop:count=18446744073709551616", "value is not a number" },
	{ "drop:ms=1", "this kind has no such key" },
	{ "drop:bytes=1", "this kind has no such key" },
	{ "truncate:offset=1", "this kind has no such key" },
	{ "garbage:value=1", "this kind has no such key" },
	{ "drop:probability=0", "probability= is 1 to 100 percent" },
	{ "drop:probability=101", "probability= is 1 to 100 percent" },
	{ "drop:match=all", "match= is completion, inband or any" },
	{ "wrong-id:match=inband", "wrong-id is for completions only" },
	{ "wrong-id:match=any", "wrong-id is for completions only" },
	{ "delay:ms=600001", "ms= is at most 600000" },
	{ "extend:bytes=0", "bytes= of extend is at least 1" },
	{ "extend:bytes=4097", "bytes= is at most 4096" },
	{ "truncate:bytes=4097", "bytes= is at most 4096" },
	{ "garbage:offset=4097", "offset= is at most 4096" },
	{ "status:value=0x100000000", "value= of status has 32 bits" },
};

static void test_malformed(void **state)
{
	struct setup *s = *state;
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		const char *err = NULL;
		int ret;

		host_enter(&s->g.host);
		ret = vmbus_fault_add(s->g.bus, malformed[i].spec, &err);
		host_leave(&s->g.host);
		if (ret != -22 || !err || strcmp(err, malformed[i].err))
			fail_msg("\"%s\": %d, %s", malformed[i].spec, ret, err ? err : "no text");
	}
	host_enter(&s->g.host);
	vmbus_fault_list(s->g.bus, out);
	host_leave(&s->g.host);
	assert_string_equal(out->str, "");
	g_string_free(out, TRUE);
	ask_sound(s, 0, 1);
}

static void test_well_formed(void **state)
{
	static const char * const specs[] = {
		"delay", "drop", "truncate", "extend", "duplicate", "wrong-id", "garbage",
		"silence", "rescind", "status", "delay:ms=0", "delay:ms=600000",
		"wrong-id:match=completion,value=0", "truncate:bytes=0", "status:value=0xFFFFFFFF",
		"drop:channel=[ab]*,match=any,after=1,count=0,probability=1,seed=0xffffffffffffffff",
		"drop:request=A+B*",
	};

	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++)
		add(*state, specs[i]);
}

/* Packets wait for their time when the server ends. */
static void test_end_while_held(void **state)
{
	struct setup *s = *state;

	add(s, "delay:count=0,ms=600000");
	for (uint64_t id = 0; id < 5; id++)
		ask_lost(s, id % 2, id);
}

static void run_line(struct control *c, const char *line, const char *want)
{
	GString *out = g_string_new(NULL);

	control_line(c, line, out);
	assert_string_equal(out->str, want);
	g_string_free(out, TRUE);
}

static void test_command(void **state)
{
	struct setup *s = *state;
	struct control *c = control_new(&s->g.host);
	GString *help = g_string_new(vmbus_fault_grammar);

	vmbus_fault_register(s->g.bus, c);
	run_line(c, "fault list", "ok\n");
	run_line(c, "fault add drop:count=2", "ok\n");
	ask_lost(s, 0, 1);
	run_line(c, "fault list", "drop:count=2 packets 1 hits 1\nok\n");
	run_line(c, "fault add nonsense", "error: unknown kind\n");
	run_line(c, "fault add", "error: usage: fault list|add SPEC|clear|help\n");
	run_line(c, "fault", "error: usage: fault list|add SPEC|clear|help\n");
	run_line(c, "fault clear", "ok\n");
	run_line(c, "fault list", "ok\n");
	ask_sound(s, 0, 2);
	g_string_append(help, "ok\n");
	run_line(c, "fault help", help->str);
	g_string_free(help, TRUE);
	control_free(c);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_no_rule), T(test_drop), T(test_delay), T(test_delay_closed),
		T(test_truncate), T(test_extend), T(test_duplicate), T(test_wrong_id),
		T(test_garbage), T(test_status), T(test_silence), T(test_silence_delayed),
		T(test_rescind), T(test_channel), T(test_match), T(test_after_count),
		T(test_request), T(test_probability), T(test_two_rules), T(test_malformed),
		T(test_well_formed), T(test_end_while_held), T(test_command),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
