// SPDX-License-Identifier: MIT
/* Tests of host/partition: CPUID, MSRs, the SynIC and hypercalls, by numbers of the TLFS. */
#include "../base/log.h"
#include "../partition/partition.h"
#include "test.h"

#define RAM		(64u * 4096)
#define HIGH		(1ull << 32)	/* where the second half of the memory begins */

#define GUEST_OS_ID	0x40000000u
#define HYPERCALL	0x40000001u
#define SCONTROL	0x40000080u
#define SIEFP		0x40000082u
#define SIMP		0x40000083u
#define EOM		0x40000084u
#define SINT2		0x40000092u
#define MASKED		0x10000u

#define POST		0x5cu
#define SIGNAL		0x5du
#define FAST		0x10000u
#define MMIO_READ	0x106u
#define MMIO_WRITE	0x107u

#define SIMP_PAGE	0x3000u
#define SIEFP_PAGE	0x4000u
#define INPUT_PAGE	0x5000u

struct bed {
	struct host h;
	struct partition *p;
	uint64_t clock;
	uint64_t interrupts[HOST_MAX_VP][256];
	unsigned int resets, writes, posts, signals, reads;
	uint64_t written_at;
	uint32_t connection;
	uint8_t payload[240];
	size_t len;
	uint8_t mmio[8];
};

static void interrupt(void *ctx, unsigned int vp, uint8_t vector)
{
	struct bed *b = ctx;

	b->interrupts[vp][vector]++;
}

static uint64_t now(void *ctx)
{
	return ((struct bed *)ctx)->clock;
}

static const struct host_ops host_ops = { .interrupt = interrupt, .now = now };

static uint16_t post(void *ctx, uint32_t connection, const void *payload, size_t len)
{
	struct bed *b = ctx;

	b->posts++;
	b->connection = connection;
	memcpy(b->payload, payload, len);
	b->len = len;
	return connection == 1 ? 0 : 0x12;
}

static uint16_t signal_event(void *ctx, uint32_t connection)
{
	struct bed *b = ctx;

	b->signals++;
	b->connection = connection;
	return 0;
}

static bool mmio_read(void *ctx, uint64_t gpa, void *data, unsigned int len)
{
	struct bed *b = ctx;

	b->reads++;
	memcpy(data, b->mmio, len);
	return gpa == 0xf0000000;
}

static bool mmio_write(void *ctx, uint64_t gpa, const void *data, unsigned int len)
{
	struct bed *b = ctx;

	memcpy(b->mmio, data, len);
	return gpa == 0xf0000000;
}

static void reset(void *ctx)
{
	((struct bed *)ctx)->resets++;
}

static void write_guest(void *ctx, uint64_t gpa, const void *data, size_t len)
{
	struct bed *b = ctx;

	b->writes++;
	b->written_at = gpa;
	assert_true(gmem_write(&b->h.mem, gpa, data, len));
}

static const struct partition_ops ops = {
	post, signal_event, mmio_read, mmio_write, reset, write_guest,
};

static int setup(void **state)
{
	struct partition_config c = { .tsc_hz = 2000000000 };
	struct bed *b = calloc(1, sizeof(*b));

	host_init(&b->h, &host_ops, b);
	b->h.vps = 4;
	b->h.mem.base = calloc(1, RAM);
	b->h.mem.size = RAM;
	b->h.mem.low = RAM / 2;
	b->p = partition_new(&b->h, &c, &ops, b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bed *b = *state;

	partition_free(b->p);
	host_fini(&b->h);
	free(b->h.mem.base);
	free(b);
	return 0;
}

static uint64_t rd(struct bed *b, unsigned int vp, uint32_t msr)
{
	uint64_t v = 0x5555;

	host_enter(&b->h);
	partition_rdmsr(b->p, vp, msr, &v);
	host_leave(&b->h);
	return v;
}

static bool wr(struct bed *b, unsigned int vp, uint32_t msr, uint64_t value)
{
	bool known;

	host_enter(&b->h);
	known = partition_wrmsr(b->p, vp, msr, value);
	host_leave(&b->h);
	return known;
}

static uint16_t call(struct bed *b, uint64_t control, uint64_t in, uint64_t out)
{
	uint64_t r;

	host_enter(&b->h);
	r = partition_hypercall(b->p, 0, control, in, out);
	host_leave(&b->h);
	assert_int_equal(r >> 16, 0);
	return r;
}

static void send(struct bed *b, unsigned int vp, uint32_t word)
{
	host_enter(&b->h);
	partition_post_message(b->p, vp, &word, sizeof(word));
	host_leave(&b->h);
}

/* The slot of SINT 2: type, then flags in byte 5, the payload from byte 16. */
static uint32_t *slot(struct bed *b)
{
	return (uint32_t *)(b->h.mem.base + SIMP_PAGE + 512);
}

static void enlighten(struct bed *b)
{
	wr(b, 0, GUEST_OS_ID, 0x8100060c00000000);
	wr(b, 0, HYPERCALL, 0x2001);
}

static void synic_on(struct bed *b, unsigned int vp)
{
	wr(b, vp, SIMP, SIMP_PAGE | 1);
	wr(b, vp, SIEFP, SIEFP_PAGE | 1);
	wr(b, vp, SINT2, 0xf3);
	wr(b, vp, SCONTROL, 1);
}

/* ---- CPUID ---- */

static void cpuid_identity(void **state)
{
	struct bed *b = *state;
	uint32_t r[4];
	char name[13] = { 0 };

	partition_cpuid(b->p, 0x40000000, r);
	memcpy(name, &r[1], 12);
	assert_string_equal(name, "Microsoft Hv");
	assert_true(r[0] >= 0x40000005);
	partition_cpuid(b->p, 0x40000001, r);
	assert_int_equal(r[0], 0x31237648);		/* "Hv#1" */
	partition_cpuid(b->p, 0x40000003, r);
	/* SynIC, hypercalls, VP index; post and signal; crash MSRs */
	assert_int_equal(r[0] & 0x64, 0x64);
	assert_int_equal(r[1] & 0x30, 0x30);
	assert_int_equal(r[1] & 0x401001, 0);		/* not root, not isolated */
	assert_int_equal(r[3] & 0x400, 0x400);
	assert_int_equal(r[0] & 0x8800, 0x8800);	/* frequencies, invariant TSC */
	partition_cpuid(b->p, 0x40000004, r);
	assert_int_equal(r[0] & 0x200200, 0x200200);	/* MMIO calls, no auto EOI */
}

static void cpuid_every_leaf_answers(void **state)
{
	struct bed *b = *state;
	static const uint32_t zero[4];
	uint32_t r[4];

	for (uint32_t leaf = 0x40000007; leaf < 0x40001000; leaf++) {
		memset(r, 0xaa, sizeof(r));
		partition_cpuid(b->p, leaf, r);
		assert_memory_equal(r, zero, sizeof(r));
	}
	partition_cpuid(b->p, 0x4000ffff, r);
	assert_memory_equal(r, zero, sizeof(r));
}

/* ---- MSRs ---- */

static void msr_clocks(void **state)
{
	struct bed *b = *state;

	b->clock = 12345600;
	assert_int_equal(rd(b, 0, 0x40000020), 123456);
	assert_int_equal(rd(b, 0, 0x40000022), 2000000000);
	assert_int_equal(rd(b, 0, 0x40000023), 1000000000);
	assert_int_equal(rd(b, 3, 0x40000002), 3);
	assert_false(partition_tsc_invariant(b->p));
	wr(b, 0, 0x40000118, 1);
	assert_true(partition_tsc_invariant(b->p));
}

static void msr_unknown(void **state)
{
	struct bed *b = *state;
	uint64_t v = 1;

	host_enter(&b->h);
	assert_false(partition_rdmsr(b->p, 0, 0x40000abc, &v));
	assert_int_equal(v, 0);
	assert_false(partition_rdmsr(b->p, 99, GUEST_OS_ID, &v));
	assert_false(partition_wrmsr(b->p, 99, GUEST_OS_ID, 1));
	assert_false(partition_wrmsr(b->p, 0, 0x40000abc, 1));
	assert_false(partition_wrmsr(b->p, 0, 0x40000002, 1));	/* read-only */
	assert_false(partition_wrmsr(b->p, 0, 0x40000020, 1));
	assert_false(partition_wrmsr(b->p, 0, 0x40000081, 1));
	host_leave(&b->h);
	assert_int_equal(rd(b, 0, GUEST_OS_ID), 0);
}

static void hypercall_page(void **state)
{
	static const uint8_t code[] = { 0xf3, 0x0f, 0x1e, 0xfa, 0x0f, 0x1f, 0x80 };
	struct bed *b = *state;
	uint64_t before = log_violations();

	wr(b, 0, HYPERCALL, 0x2001);		/* no name yet */
	assert_int_equal(b->writes, 0);
	assert_int_equal(rd(b, 0, HYPERCALL) & 1, 0);
	wr(b, 0, GUEST_OS_ID, 1);
	assert_true(partition_enlightened(b->p));
	wr(b, 0, HYPERCALL, (RAM & ~0xfffull) | 1);	/* not memory */
	wr(b, 0, HYPERCALL, 0xfffffffffffff001);
	assert_int_equal(b->writes, 0);
	assert_int_equal(log_violations(), before + 3);
	wr(b, 0, HYPERCALL, (HIGH + 0x1000) | 1);
	assert_int_equal(b->writes, 1);
	assert_int_equal(b->written_at, HIGH + 0x1000);
	assert_memory_equal(b->h.mem.base + RAM / 2 + 0x1000, code, sizeof(code));
	assert_int_equal(rd(b, 0, HYPERCALL), (HIGH + 0x1000) | 1);
	wr(b, 0, GUEST_OS_ID, 0);
	assert_int_equal(rd(b, 0, HYPERCALL) & 1, 0);
}

static void second_guest_resets(void **state)
{
	struct partition_stats s;
	struct bed *b = *state;

	enlighten(b);
	synic_on(b, 1);
	send(b, 1, 1);
	send(b, 1, 2);
	assert_int_equal(b->resets, 0);
	wr(b, 0, GUEST_OS_ID, 0x8100070300000000);
	assert_int_equal(b->resets, 1);
	assert_int_equal(rd(b, 1, SCONTROL), 0);
	assert_int_equal(rd(b, 1, SIMP), 0);
	assert_int_equal(rd(b, 1, SINT2), MASKED);
	assert_int_equal(rd(b, 0, HYPERCALL), 0);
	assert_int_equal(rd(b, 0, GUEST_OS_ID), 0x8100070300000000);
	/* The old one's messages are gone. */
	slot(b)[0] = 0;
	synic_on(b, 1);
	assert_int_equal(slot(b)[0], 0);
	/* A clean end, and the next: one more. */
	wr(b, 0, GUEST_OS_ID, 0);
	wr(b, 0, GUEST_OS_ID, 7);
	assert_int_equal(b->resets, 2);
	partition_get_stats(b->p, &s);
	assert_int_equal(s.resets, 2);
}

static void panic_is_reported(void **state)
{
	static const char text[] = "Kernel panic - not syncing: \001\xff test\nsecond line";
	struct partition_stats s;
	struct bed *b = *state;
	uint64_t before = log_violations();

	assert_int_equal(rd(b, 0, 0x40000105) >> 62, 3);
	memcpy(b->h.mem.base + 0x6000, text, sizeof(text));
	wr(b, 0, 0x40000103, 0x6000);
	wr(b, 0, 0x40000104, sizeof(text) - 1);
	wr(b, 0, 0x40000105, 3ull << 62);
	assert_int_equal(log_violations(), before);
	/* Text in no memory, and longer than a page. */
	wr(b, 0, 0x40000103, 0xfffffffffffff000);
	wr(b, 0, 0x40000105, 3ull << 62);
	wr(b, 0, 0x40000103, 0x6000);
	wr(b, 0, 0x40000104, 4097);
	wr(b, 0, 0x40000105, 3ull << 62);
	wr(b, 0, 0x40000104, UINT64_MAX);
	wr(b, 0, 0x40000105, 3ull << 62);
	assert_int_equal(log_violations(), before + 3);
	wr(b, 0, 0x40000105, 1ull << 62);	/* not a notification */
	partition_get_stats(b->p, &s);
	assert_int_equal(s.panics, 4);
}

/* ---- SynIC ---- */

static void messages_in_order(void **state)
{
	struct bed *b = *state;
	uint32_t *s = slot(b);

	synic_on(b, 2);
	send(b, 2, 100);
	assert_int_equal(s[0], 1);
	assert_int_equal(s[4], 100);
	assert_int_equal(b->interrupts[2][0xf3], 1);
	assert_int_equal(s[1] >> 8 & 1, 0);
	send(b, 2, 101);
	send(b, 2, 102);
	assert_int_equal(s[4], 100);			/* still the first */
	assert_int_equal(s[1] >> 8 & 1, 1);		/* and more is pending */
	assert_int_equal(b->interrupts[2][0xf3], 1);
	s[0] = 0;
	wr(b, 2, EOM, 0);
	assert_int_equal(s[4], 101);
	assert_int_equal(s[1] >> 8 & 1, 1);
	s[0] = 0;
	wr(b, 2, EOM, 0);
	assert_int_equal(s[4], 102);
	assert_int_equal(s[1] >> 8 & 1, 0);
	s[0] = 0;
	wr(b, 2, EOM, 0);
	assert_int_equal(s[0], 0);
	assert_int_equal(b->interrupts[2][0xf3], 3);
}

/* The guest emptied the slot before the host had marked it: no EOM comes. */
static void free_slot_is_found(void **state)
{
	struct bed *b = *state;
	uint32_t *s = slot(b);

	synic_on(b, 0);
	send(b, 0, 1);
	s[0] = 0;
	send(b, 0, 2);
	assert_int_equal(s[4], 2);
	assert_int_equal(s[0], 1);
}

static void messages_wait_for_the_synic(void **state)
{
	struct bed *b = *state;

	send(b, 1, 1);
	send(b, 1, 2);
	wr(b, 1, SCONTROL, 1);
	assert_int_equal(slot(b)[0], 0);
	wr(b, 1, SINT2, 0x40);
	wr(b, 1, SIMP, SIMP_PAGE | 1);
	assert_int_equal(slot(b)[4], 1);
	assert_int_equal(b->interrupts[1][0x40], 1);
}

static void masked_and_polling(void **state)
{
	struct bed *b = *state;

	synic_on(b, 0);
	wr(b, 0, SINT2, 0xf3 | MASKED);
	send(b, 0, 1);
	assert_int_equal(b->interrupts[0][0xf3], 0);
	wr(b, 0, SINT2, 0xf3);				/* what came meanwhile is told of */
	assert_int_equal(b->interrupts[0][0xf3], 1);
	wr(b, 0, SINT2, 0xf3 | 1 << 18);		/* polling: never */
	host_enter(&b->h);
	partition_signal_event(b->p, 0, 5);
	host_leave(&b->h);
	assert_int_equal(b->interrupts[0][0xf3], 1);
	wr(b, 0, SINT2, 0x0f);				/* a vector of the CPU's own */
	assert_int_equal(rd(b, 0, SINT2), 0xf3 | 1 << 18);
}

static void event_flags(void **state)
{
	struct bed *b = *state;
	uint8_t *f = b->h.mem.base + SIEFP_PAGE + 512;
	uint64_t before = log_violations();

	synic_on(b, 3);
	host_enter(&b->h);
	partition_signal_event(b->p, 3, 0);
	partition_signal_event(b->p, 3, 2047);
	partition_signal_event(b->p, 3, 2048);		/* there is none */
	partition_signal_event(b->p, 4, 1);		/* nor this VP */
	host_leave(&b->h);
	assert_int_equal(f[0], 1);
	assert_int_equal(f[255], 0x80);
	assert_int_equal(f[256], 0);
	assert_int_equal(log_violations(), before + 2);
	assert_int_equal(b->interrupts[3][0xf3], 1);	/* two flags, one entry into the host */
}

static void pages_that_are_no_memory(void **state)
{
	static const uint64_t bad[] = { RAM / 2, HIGH + RAM / 2, 0xfffffffffffff000, HIGH - 4096 };
	struct bed *b = *state;
	uint64_t before = log_violations();

	synic_on(b, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		wr(b, 0, SIMP, bad[i] | 1);
		wr(b, 0, SIEFP, bad[i] | 1);
		assert_int_equal(rd(b, 0, SIMP), bad[i] | 1);
		send(b, 0, i);
		host_enter(&b->h);
		partition_signal_event(b->p, 0, 7);
		host_leave(&b->h);
	}
	assert_int_equal(log_violations(), before + 8);
	assert_int_equal(b->interrupts[0][0xf3], 0);
	wr(b, 0, SIMP, SIMP_PAGE | 1);			/* and nothing was lost */
	assert_int_equal(slot(b)[4], 0);
}

/* ---- hypercalls ---- */

static uint32_t *input(struct bed *b)
{
	return (uint32_t *)(b->h.mem.base + INPUT_PAGE);
}

static void post_message_call(void **state)
{
	struct bed *b = *state;
	uint32_t *in = input(b);

	in[0] = 1;
	in[2] = 1;
	in[3] = 240;
	in[4] = 0xabcd;
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 2);	/* no page: no hypercalls */
	enlighten(b);
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 0);
	assert_int_equal(b->len, 240);
	assert_memory_equal(b->payload, &in[4], 4);
	in[0] = 7;
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 0x12);
	in[0] = 1;
	in[3] = 241;
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 5);
	in[3] = UINT32_MAX;
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 5);
	in[3] = 8;
	in[2] = 0;
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 5);
	in[2] = 0x80000001;
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 5);
	assert_int_equal(b->posts, 2);
}

static void parameters_out_of_place(void **state)
{
	static const struct {
		uint64_t at;
		uint16_t status;
	} t[] = {
		{ INPUT_PAGE + 4, 4 }, { INPUT_PAGE + 1, 4 }, { INPUT_PAGE + 0xff8, 4 },
		{ RAM / 2, 5 }, { HIGH + RAM / 2, 5 }, { HIGH - 4096, 5 },
		{ 0xfffffffffffff000, 5 }, { 0xfffffffffffffff8, 4 },
	};
	struct bed *b = *state;

	enlighten(b);
	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(call(b, POST, t[i].at, 0), t[i].status);
		assert_int_equal(call(b, MMIO_READ, t[i].at, INPUT_PAGE), i == 2 ? 4 : t[i].status);
		assert_int_equal(call(b, MMIO_WRITE, t[i].at, 0), t[i].status);
	}
	assert_int_equal(call(b, SIGNAL, INPUT_PAGE + 3, 0), 4);
	assert_int_equal(call(b, SIGNAL, RAM / 2, 0), 5);
	assert_int_equal(b->posts + b->signals + b->reads, 0);
}

static void control_word(void **state)
{
	struct bed *b = *state;

	enlighten(b);
	assert_int_equal(call(b, 0x0000, 0, 0), 2);
	assert_int_equal(call(b, 0x8001, 0, 0), 2);
	assert_int_equal(call(b, 0xffff, UINT64_MAX, UINT64_MAX), 2);
	assert_int_equal(call(b, POST | FAST, 1, 0), 3);
	assert_int_equal(call(b, MMIO_READ | FAST, 1, 0), 3);
	assert_int_equal(call(b, SIGNAL | FAST | 1ull << 32, 1, 0), 3);	/* repeats */
	assert_int_equal(call(b, SIGNAL | FAST | 1ull << 17, 1, 0), 3);	/* variable header */
	assert_int_equal(call(b, SIGNAL | FAST | 1ull << 63, 1, 0), 3);	/* must be zero */
	assert_int_equal(b->signals, 0);
	assert_int_equal(call(b, SIGNAL | FAST, 0x2005, 0), 0);
	assert_int_equal(b->connection, 0x2005);
	assert_int_equal(call(b, SIGNAL | FAST, 0x2005 | 1ull << 32, 0), 5);	/* flag 1 */
	input(b)[0] = 0x2006;
	input(b)[1] = 0;
	assert_int_equal(call(b, SIGNAL, INPUT_PAGE, 0), 0);
	assert_int_equal(b->connection, 0x2006);
	assert_int_equal(b->signals, 2);
}

static void mmio_calls(void **state)
{
	static const uint32_t bad_sizes[] = { 0, 3, 5, 16, 64, 65, UINT32_MAX };
	struct bed *b = *state;
	uint32_t *in = input(b);

	enlighten(b);
	in[0] = 0xf0000000;
	in[1] = 0;
	in[2] = 4;
	in[4] = 0x11223344;
	assert_int_equal(call(b, MMIO_WRITE, INPUT_PAGE, 0), 0);
	assert_int_equal(call(b, MMIO_READ, INPUT_PAGE, 0x7000), 0);
	assert_memory_equal(b->h.mem.base + 0x7000, &in[4], 4);
	assert_int_equal(call(b, MMIO_READ, INPUT_PAGE, RAM / 2), 5);
	assert_int_equal(call(b, MMIO_READ, INPUT_PAGE, 0x7fd0), 4);	/* 64 bytes do not fit */
	for (size_t i = 0; i < sizeof(bad_sizes) / sizeof(bad_sizes[0]); i++) {
		in[2] = bad_sizes[i];
		assert_int_equal(call(b, MMIO_READ, INPUT_PAGE, 0x7000), 5);
		assert_int_equal(call(b, MMIO_WRITE, INPUT_PAGE, 0), 5);
	}
	in[2] = 4;
	in[0] = 0xe0000000;					/* nobody is there */
	assert_int_equal(call(b, MMIO_READ, INPUT_PAGE, 0x7000), 5);
	assert_int_equal(call(b, MMIO_WRITE, INPUT_PAGE, 0), 5);
}

static void backlog_is_bounded(void **state)
{
	struct bed *b = *state;

	enlighten(b);
	synic_on(b, 1);
	input(b)[0] = 1;
	input(b)[2] = 1;
	input(b)[3] = 8;
	for (int i = 0; i < 4098; i++)
		send(b, 1, i);
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 0x13);	/* the kernel tries again */
	assert_int_equal(b->posts, 0);
	for (uint32_t i = 0; i < 4098; i++) {
		assert_int_equal(slot(b)[4], i);
		slot(b)[0] = 0;
		wr(b, 1, EOM, 0);
	}
	assert_int_equal(call(b, POST, INPUT_PAGE, 0), 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(cpuid_identity), T(cpuid_every_leaf_answers), T(msr_clocks), T(msr_unknown),
		T(hypercall_page), T(second_guest_resets), T(panic_is_reported),
		T(messages_in_order), T(free_slot_is_found), T(messages_wait_for_the_synic),
		T(masked_and_polling), T(event_flags), T(pages_that_are_no_memory),
		T(post_message_call), T(parameters_out_of_place), T(control_word), T(mmio_calls),
		T(backlog_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
