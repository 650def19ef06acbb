// SPDX-License-Identifier: MIT
/*
 * Every command that the service carries out: well-formed; then cut at every
 * length, too long, and with each field that must have one value changed. A
 * malformed message is one violation, gets one answer, and changes nothing.
 */
#include "bed.h"

struct sample {
	const char *name;
	enum bed_stage stage;
	int gpu;			/* whose command; BED_GLOBAL: none */
	uint32_t (*make)(const struct bed *b, uint8_t *m);
	uint32_t answer;		/* bytes */
};

static uint32_t sample_createprocess(const struct bed *b, uint8_t *m)
{
	return make_createprocess(b, m, 9, "vkcube");
}

static uint32_t sample_destroyprocess(const struct bed *b, uint8_t *m)
{
	return make_destroyprocess(b, m, b->process);
}

static uint32_t sample_openadapter(const struct bed *b, uint8_t *m)
{
	return make_openadapter(b, m, 0);
}

static uint32_t sample_info(const struct bed *b, uint8_t *m)
{
	return make_info(b, m, 0);
}

static uint32_t sample_closeadapter(const struct bed *b, uint8_t *m)
{
	return make_closeadapter(b, m, 0, b->adapter);
}

static uint32_t sample_query(const struct bed *b, uint8_t *m)
{
	return make_query(b, m, 0, b->process, 31, 28);
}

static uint32_t sample_feature(const struct bed *b, uint8_t *m)
{
	return make_feature(b, m, 0, 0);
}

static uint32_t sample_feature_global(const struct bed *b, uint8_t *m)
{
	return make_feature(b, m, BED_GLOBAL, 32);
}

static const struct sample samples[] = {
	{ "SETIOSPACEREGION", BED_CHANNELS, BED_GLOBAL, make_iospace, 8 },
	{ "CREATEPROCESS", BED_IO_SPACE, BED_GLOBAL, sample_createprocess, 8 },
	{ "DESTROYPROCESS", BED_PROCESS, BED_GLOBAL, sample_destroyprocess, 8 },
	{ "ISFEATUREENABLED_GLOBAL", BED_IO_SPACE, BED_GLOBAL, sample_feature_global, 16 },
	{ "OPENADAPTER", BED_IO_SPACE, 0, sample_openadapter, 16 },
	{ "GETINTERNALADAPTERINFO", BED_ADAPTER, 0, sample_info, 712 },
	{ "QUERYADAPTERINFO", BED_PROCESS, 0, sample_query, 32 },
	{ "ISFEATUREENABLED", BED_INFO, 0, sample_feature, 16 },
	{ "CLOSEADAPTER", BED_INFO, 0, sample_closeadapter, 8 },
};

#define NUM_SAMPLES	G_N_ELEMENTS(samples)

static const char *const configs[][3] = {
	{ "version=40", "async=on", NULL },
	{ "version=40", "async=off", NULL },
	{ "version=27", "async=off", NULL },
	{ "version=27", "async=on", NULL },
	{ "version=50", "async=on", NULL },
};

#define NUM_CONFIGS	G_N_ELEMENTS(configs)

static uint8_t message[BED_MAX_MESSAGE];

static int sample_channel(const struct bed *b, const struct sample *s)
{
	if (s->gpu == BED_GLOBAL)
		return BED_GLOBAL;
	return s->stage >= BED_INFO ? bed_route(b) : s->gpu;
}

/* One malformed packet: one violation, one answer, no object more or less. */
static void expect_refused(struct bed *b, int chan, const void *m, uint32_t len)
{
	uint64_t objects = bed_objects(b);

	VIOLATIONS(1, bed_call(b, chan, m, len));
	assert_int_equal(bed_objects(b), objects);
}

/* And no handle in the answer: a failure in the shape of the command. */
static void expect_no_handle(struct bed *b, const struct sample *s)
{
	if (!strcmp(s->name, "CREATEPROCESS") || !strcmp(s->name, "OPENADAPTER"))
		assert_int_equal(bed_word(b, 0), 0);
}

static void each(void (*fn)(struct bed *b, const struct sample *s))
{
	for (unsigned int c = 0; c < NUM_CONFIGS; c++) {
		for (unsigned int i = 0; i < NUM_SAMPLES; i++) {
			struct bed b;

			bed_init(&b, configs[c], 1);
			bed_go(&b, samples[i].stage);
			fn(&b, &samples[i]);
			bed_fini(&b);
		}
	}
}

/* The well-formed message is carried out and answered at full length. */
static void expect_good(struct bed *b, const struct sample *s)
{
	uint32_t len = s->make(b, message), want = s->answer;

	if (s->answer == 712 && !bed_ext(b))
		want = 704;
	if (!strcmp(s->name, "QUERYADAPTERINFO") && !bed_ext(b))
		want = 32;	/* 28 bytes of data, padded */
	VIOLATIONS(0, bed_call(b, sample_channel(b, s), message, len));
	assert_int_equal(b->len, want);
}

static void test_well_formed(void **state)
{
	(void)state;
	each(expect_good);
}

static void cut(struct bed *b, const struct sample *s)
{
	uint32_t len = s->make(b, message), padded = (len + 7) / 8 * 8;
	int chan = sample_channel(b, s);

	for (uint32_t i = 0; (i + 7) / 8 * 8 < padded; i++) {
		expect_refused(b, chan, message, i);
		if (i >= bed_ext(b) + 24)
			expect_no_handle(b, s);
	}
	expect_good(b, s);
}

static void test_cut_at_every_length(void **state)
{
	(void)state;
	each(cut);
}

static void too_long(struct bed *b, const struct sample *s)
{
	static const uint32_t more[] = { 8, 16, 64, 4096, 65536, 131072 };
	uint32_t len = s->make(b, message);
	int chan = sample_channel(b, s);

	for (unsigned int i = 0; i < G_N_ELEMENTS(more); i++) {
		memset(message + len, 0, more[i]);
		expect_refused(b, chan, message, (len + 7) / 8 * 8 + more[i]);
	}
	expect_good(b, s);
}

static void test_too_long(void **state)
{
	(void)state;
	each(too_long);
}

/* Behind a message whose length is not a multiple of 8 the ring has zeros. */
static void padding(struct bed *b, const struct sample *s)
{
	uint32_t len = s->make(b, message);

	for (uint32_t i = len; i % 8; i++) {
		s->make(b, message);
		memset(message + len, 0, 8);
		message[i] = 1;
		expect_refused(b, sample_channel(b, s), message, (len + 7) / 8 * 8);
	}
	expect_good(b, s);
}

static void test_padding(void **state)
{
	(void)state;
	each(padding);
}

/* Every bit of both headers has one right value, but in the process field. */
static void headers(struct bed *b, const struct sample *s)
{
	uint32_t ext = bed_ext(b), len;
	int chan = sample_channel(b, s);

	for (uint32_t bit = 0; bit < (ext + 24) * 8; bit++) {
		/* QUERYADAPTERINFO becomes another command of any length: well-formed. */
		if (!strcmp(s->name, "QUERYADAPTERINFO") && bit == (ext + 16) * 8 + 2)
			continue;
		len = s->make(b, message);
		message[bit / 8] ^= 1 << bit % 8;
		expect_refused(b, chan, message, len);
		/* Unless the command itself, or its direction, is another one now. */
		if (bit < (ext + 12) * 8 || bit >= (ext + 20) * 8)
			expect_no_handle(b, s);
	}
	expect_good(b, s);
}

static void test_headers(void **state)
{
	(void)state;
	each(headers);
}

/* The other channel, with the LUID that it would need. */
static void wrong_channel(struct bed *b, const struct sample *s)
{
	int chan = sample_channel(b, s);
	uint32_t len = s->make(b, message);
	int other = chan == BED_GLOBAL ? 0 : BED_GLOBAL;

	/* A guest that has not seen the async bit may repeat these two. */
	if (s->gpu != BED_GLOBAL && chan == BED_GLOBAL && !strcmp(s->name, "CLOSEADAPTER"))
		return;
	expect_refused(b, other, message, len);
	expect_good(b, s);
}

static void test_wrong_channel(void **state)
{
	(void)state;
	each(wrong_channel);
}

/* Transactions: who wants an answer names one, and not one that is in flight. */
static void transactions(struct bed *b, const struct sample *s)
{
	int chan = sample_channel(b, s);
	uint32_t len = s->make(b, message), at = bed_ext(b) + 13;

	VIOLATIONS(1, bed_raw(b, chan, true, 0, message, len));
	bed_expect(b, chan, 0);
	/* Nobody wants an answer. */
	VIOLATIONS(1, bed_raw(b, chan, false, 5000, message, len));
	VIOLATIONS(1, bed_raw(b, chan, false, 0, message, len));
	bed_expect_nothing(b, chan);
	/* Asynchronous where it is not allowed. */
	message[at] = 1;
	VIOLATIONS(1, bed_raw(b, chan, false, 0, message, len));
	bed_expect_nothing(b, chan);
	VIOLATIONS(1, bed_raw(b, chan, true, 6000, message, len));
	bed_expect(b, chan, 6000);
	expect_good(b, s);
}

static void test_transactions(void **state)
{
	(void)state;
	each(transactions);
}

/* ---- payloads ---- */

struct change {
	uint32_t offset;		/* from the command header */
	uint64_t value;
	unsigned int bytes;
};

static void change(struct bed *b, uint8_t *m, const struct change *c)
{
	uint8_t value[8];

	put64(value, c->value);
	memcpy(m + bed_ext(b) + c->offset, value, c->bytes);
}

static void changed(const char *const *options, const struct sample *s, const struct change *list,
		    unsigned int n)
{
	struct bed b;
	uint32_t len;

	bed_init(&b, options, 1);
	bed_go(&b, s->stage);
	for (unsigned int i = 0; i < n; i++) {
		len = s->make(&b, message);
		change(&b, message, &list[i]);
		expect_refused(&b, sample_channel(&b, s), message, len);
	}
	expect_good(&b, s);
	bed_fini(&b);
}

static const struct sample *sample_named(const char *name)
{
	for (unsigned int i = 0; i < NUM_SAMPLES; i++) {
		if (!strcmp(samples[i].name, name))
			return &samples[i];
	}
	fail_msg("no sample %s", name);
	return NULL;
}

#define CHANGED(name, ...) do { \
	static const struct change list_[] = { __VA_ARGS__ }; \
	for (unsigned int c_ = 0; c_ < NUM_CONFIGS; c_++) \
		changed(configs[c_], sample_named(name), list_, G_N_ELEMENTS(list_)); \
} while (0)

static void test_payloads(void **state)
{
	(void)state;
	CHANGED("SETIOSPACEREGION",
		{ 24, BED_IO_START + 4096, 8 },		/* alignment */
		{ 24, 0x100000000ull + (16 << 20), 8 },	/* no memory there */
		{ 24, 0xffffffffffff0000ull, 8 },	/* wraps */
		{ 24, (16 << 20) - 0x10000, 8 },	/* leaves the low part */
		{ 32, 0, 8 }, { 32, BED_IO_LENGTH - 1, 8 }, { 32, BED_IO_LENGTH + 65536, 8 },
		{ 32, BED_IO_LENGTH | 1ull << 63, 8 },
		{ 40, 1, 4 }, { 44, 1, 4 });
	CHANGED("CREATEPROCESS",
		{ 24, 0xffff888012345678ull, 8 }, { 24, 0xffffffffc0000000ull, 8 },
		{ 32, 0xffff888012345678ull, 8 },
		{ 40 + 2 * 7, 'x', 2 },			/* behind the end of the name */
		{ 40 + 2 * 260, 'x', 2 },		/* in its last unit */
		{ 562, 0, 1 }, { 562, 9, 1 }, { 562, 10, 1 }, { 562, 12, 1 }, { 562, 0x18, 1 },
		{ 563, 1, 1 }, { 567, 1, 1 });
	CHANGED("ISFEATUREENABLED", { 28, 1, 4 });
	CHANGED("ISFEATUREENABLED_GLOBAL", { 28, 1, 4 });
	CHANGED("OPENADAPTER",
		{ 24, 39, 4 }, { 24, 41, 4 }, { 24, 0, 4 }, { 24, 26, 4 }, { 28, 15, 4 },
		{ 28, 17, 4 }, { 32, 1, 8 }, { 32, 1ull << 63, 8 });
	CHANGED("CLOSEADAPTER",
		{ 24, 0, 4 }, { 24, 0x40000040, 4 }, { 24, 0xffffffff, 4 }, { 28, 1, 4 });
	CHANGED("QUERYADAPTERINFO",
		{ 28, 0, 4 }, { 28, 20, 4 }, { 28, 36, 4 }, { 28, 131073, 4 },
		{ 28, 0xffffffff, 4 }, { 28, 0xfffffff8, 4 },
		{ 60, 1, 1 }, { 66, 1, 1 });		/* behind the buffer */
}

/* A name of all 261 units has no end; one of 260 is allowed. */
static void test_process_name(void **state)
{
	struct bed b;
	uint32_t len;

	(void)state;
	bed_init(&b, configs[0], 1);
	bed_go(&b, BED_IO_SPACE);
	len = make_createprocess(&b, message, 1, "");
	for (int i = 0; i < 261; i++)
		put16(message + 16 + 40 + 2 * i, 'a' + i % 26);
	expect_refused(&b, BED_GLOBAL, message, len);
	put16(message + 16 + 40 + 2 * 260, 0);
	VIOLATIONS(0, assert_int_not_equal(bed_call(&b, BED_GLOBAL, message, len), 0));
	bed_fini(&b);
}

/* Handles that are none of a live process. */
static void test_process_handles(void **state)
{
	struct bed b;
	uint32_t bad[6], len;

	(void)state;
	bed_init(&b, configs[0], 1);
	bed_go(&b, BED_PROCESS);
	bad[0] = 0;
	bad[1] = b.process + 0x40;		/* another index */
	bad[2] = b.process | 1;			/* instance */
	bad[3] = b.process ^ 0xc0000000u;	/* reuse counter */
	bad[4] = b.adapter;			/* another kind */
	bad[5] = 0x3fffffc0u | 0x40000000u;	/* the last index */
	for (unsigned int i = 0; i < 6; i++) {
		len = make_destroyprocess(&b, message, bad[i]);
		expect_refused(&b, BED_GLOBAL, message, len);
		assert_int_equal(bed_word(&b, 0), BED_INVALID_HANDLE);
		len = make_query(&b, message, 0, bad[i], 31, 28);
		expect_refused(&b, BED_GLOBAL, message, len);
		assert_int_equal(bed_word(&b, 0), BED_INVALID_HANDLE);
	}
	/* And a dead one. */
	len = make_destroyprocess(&b, message, b.process);
	assert_int_equal(bed_call(&b, BED_GLOBAL, message, len), 0);
	expect_refused(&b, BED_GLOBAL, message, len);
	bed_fini(&b);
}

/* Every command number of both kinds is either known or a violation. */
static void test_unknown_commands(void **state)
{
	static const uint32_t unknown[] = { 3, 27, 30, 31, 34, 35, 38, 40, 43, 44, 46, 47, 53, 54,
					    55, 63, 64, 65, 69, 70, 1000, 0xffffffff };
	static const uint32_t unknown_global[] = { 0, 14, 999, 1006, 1007, 1008, 1009, 1011, 1012,
						   1020, 1023, 0x80000000 };
	struct bed b;

	(void)state;
	bed_init(&b, configs[1], 1);
	bed_go(&b, BED_PROCESS);
	for (unsigned int i = 0; i < G_N_ELEMENTS(unknown); i++) {
		bed_header(&b, message, 0, b.process, unknown[i]);
		expect_refused(&b, 0, message, 40);
		assert_int_equal(bed_word(&b, 0), BED_NOT_SUPPORTED);
	}
	for (unsigned int i = 0; i < G_N_ELEMENTS(unknown_global); i++) {
		bed_header(&b, message, BED_GLOBAL, b.process, unknown_global[i]);
		expect_refused(&b, BED_GLOBAL, message, 40);
		assert_int_equal(bed_word(&b, 0), BED_NOT_SUPPORTED);
	}
	bed_fini(&b);
}

/* A packet that is none of a guest's requests. */
static void test_packet_type(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, configs[0], 1);
	bed_go(&b, BED_IO_SPACE);
	VIOLATIONS(1, assert_true(fake_channel_write(&b.chan[0], 11, false, 1, message, 8)));
	bed_expect_nothing(&b, BED_GLOBAL);
	bed_fini(&b);
}

/* Random bytes at random lengths: an answer each, and the service goes on. */
static void test_mutated(void **state)
{
	uint64_t seed = 0x6470787570767531ull;
	struct bed b;
	uint32_t len;

	(void)state;
	bed_init(&b, configs[0], 1);
	bed_go(&b, BED_PROCESS);
	for (unsigned int i = test_loops(100000); i; i--) {
		const struct sample *s = &samples[test_random(&seed) % NUM_SAMPLES];

		memset(message, 0, 1024);
		len = s->make(&b, message);
		for (unsigned int n = test_random(&seed) % 4; n; n--)
			message[test_random(&seed) % len] = test_random(&seed);
		if (test_random(&seed) % 8 == 0)
			len = test_random(&seed) % 1024;
		bed_call(&b, (int)(test_random(&seed) % 2) - 1, message, len);
	}
	bed_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well_formed),
		cmocka_unit_test(test_cut_at_every_length),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_wrong_channel),
		cmocka_unit_test(test_transactions),
		cmocka_unit_test(test_payloads),
		cmocka_unit_test(test_process_name),
		cmocka_unit_test(test_process_handles),
		cmocka_unit_test(test_unknown_commands),
		cmocka_unit_test(test_packet_type),
		cmocka_unit_test(test_mutated),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
