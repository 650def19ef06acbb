// SPDX-License-Identifier: MIT
/*
 * Every command about devices and memory: well-formed; then cut at every length,
 * too long, with each bit of its headers changed, and with random bytes in it. A
 * malformed message is one violation, has one answer of the usual length, and
 * changes nothing.
 */
#include "bed_memory.h"

static const char *const configs[][3] = {
	{ "version=40", "async=on", NULL },
	{ "version=40", "async=off", NULL },
	{ "version=27", "async=off", NULL },
};

#define NUM_CONFIGS	G_N_ELEMENTS(configs)

static struct mbed t;
static uint32_t allocation, guest, resource, nt;
static uint64_t va;

/* ---- well-formed ones ---- */

static uint32_t words(uint32_t command, uint32_t size, unsigned int n, ...)
{
	uint8_t *p = make_begin(&t, command, size);
	va_list ap;

	va_start(ap, n);
	for (unsigned int i = 0; i < n; i++)
		put32(p + 4 * i, va_arg(ap, uint32_t));
	va_end(ap);
	return make_end(&t, size);
}

static uint32_t create_device(void)
{
	return make_device(&t, t.b.process, 0, 1);
}

static uint32_t flush_device(void)
{
	return make_words(&t, 42, t.device, 4);
}

static uint32_t create_queue(void)
{
	return make_paging_queue(&t, t.device, 0);
}

static uint32_t create(void)
{
	struct bed_allocation a = { .size = 4096, .count = 2, .runtime = 3, .data = 4, .more = 5 };

	return make_allocation(&t, &a);
}

static uint32_t make_resident_one(void)
{
	return make_resident(&t, 0, 1, &allocation);
}

static uint32_t evict_two(void)
{
	uint32_t list[2] = { allocation, allocation };

	return make_evict(&t, 0, 2, list);
}

static uint32_t reserve(void)
{
	return make_reserve(&t, 0, 4096, 0);
}

static uint32_t map(void)
{
	struct bed_map m = { .allocation = allocation, .pages = 1 };

	return make_map(&t, &m);
}

static uint32_t pages(void)
{
	uint64_t pfn = fake_guest_page(&t.b.guest);

	return make_pages(&t, guest, 0, 1, &pfn);
}

static uint32_t offer(void)
{
	return words(57, 48, 6, t.device, 1, 2, 0, 0, allocation);
}

static uint32_t reclaim(void)
{
	return words(58, 48, 5, t.device, t.queue, 1, 0x100, allocation);
}

static uint32_t lock(void)
{
	return make_lock(&t, allocation);
}

static uint32_t unlock(void)
{
	return make_unlock(&t, allocation);
}

static uint32_t open_resource(void)
{
	return words(32, 48, 5, t.device, 1, nt, 1, 32);
}

static uint32_t set_priority(void)
{
	return words(59, 56, 8, t.device, 0, 2, 0, allocation, guest, 5, 6);
}

static uint32_t get_priority(void)
{
	return words(60, 44, 5, t.device, 0, 1, 0, allocation);
}

static uint32_t query_residency(void)
{
	return words(41, 60, 9, t.device, 0, 0, 0, 1, 0, 0, 0, allocation);
}

static uint32_t update_property(void)
{
	return words(56, 64, 9, t.queue, allocation, 1, 0, 0, 0, 0, 0, 2);
}

static uint32_t video_info(void)
{
	return words(21, 40, 1, t.b.adapter);
}

static uint32_t reservation(void)
{
	return words(49, 56, 0);
}

static uint32_t flush_heap(void)
{
	return words(37, 24, 0);
}

static uint32_t standard(void)
{
	return words(39, 64, 8, 4, 0, 0, 0, 64, 1, 0, 7);
}

static uint32_t statistics(void)
{
	uint64_t luid = t.b.cfg.gpu[0].adapter_luid;

	return words(48, 832, 3, 0, (uint32_t)luid, (uint32_t)(luid >> 32));
}

static uint32_t invalidate(void)
{
	return words(67, 56, 2, t.device, allocation);
}

static uint32_t update(void)
{
	uint32_t len = words(19, 120, 8, 0, 0, t.device, 0x40001000, 0, 1, 1, 0);

	/* A context that is not there is the user's mistake. */
	put32(t.m + bed_ext(&t.b) + 56, 1);
	put64(t.m + bed_ext(&t.b) + 64, va);
	put64(t.m + bed_ext(&t.b) + 72, 4096);
	return len;
}

static uint32_t mark(void)
{
	return make_words(&t, 29, t.device, 1);
}

static uint32_t destroy_resource(void)
{
	return make_destroy(&t, resource, 0, NULL);
}

static uint32_t destroy_two(void)
{
	uint32_t list[2] = { allocation, guest };

	return make_destroy(&t, 0, 2, list);
}

static uint32_t free_va(void)
{
	return make_free(&t, va, 4096);
}

static uint32_t destroy_queue(void)
{
	return make_words(&t, 10, t.queue, 0);
}

static uint32_t destroy_device(void)
{
	return make_words(&t, 1, t.device, 0);
}

static uint32_t create_nt(void)
{
	put32(make_begin_global(&t, t.b.process, 1004, 32), resource);
	return make_end(&t, 32);
}

static uint32_t host_share(void)
{
	uint8_t *p = make_begin_global(&t, t.b.process, 1021, 40);

	put32(p, t.device);
	put32(p + 4, resource);
	return make_end(&t, 40);
}

static uint32_t destroy_nt(void)
{
	put32(make_begin_global(&t, 0, 1005, 32), nt);
	return make_end(&t, 32);
}

/* In an order in which all can be carried out. */
static const struct sample {
	const char *name;
	uint32_t (*make)(void);
	uint32_t status;		/* that the answer begins with; see below */
	uint32_t answer;
} samples[] = {
	{ "CREATEDEVICE", create_device, 1, 8 },
	{ "CREATEPAGINGQUEUE", create_queue, 1, 24 },
	{ "CREATEALLOCATION", create, 0, 240 },
	{ "MAKERESIDENT", make_resident_one, 1, 24 },
	{ "EVICT", evict_two, 0, 8 },
	{ "RESERVEGPUVIRTUALADDRESS", reserve, 1, 16 },
	{ "MAPGPUVIRTUALADDRESS", map, 1, 24 },
	{ "SETEXISTINGSYSMEMPAGES", pages, 0, 8 },
	{ "OFFERALLOCATIONS", offer, 0, 8 },
	{ "RECLAIMALLOCATIONS", reclaim, 1, 16 },
	{ "LOCK2", lock, 0, 16 },
	{ "UNLOCK2", unlock, 0, 8 },
	{ "OPENRESOURCE", open_resource, 1, 16 },
	{ "SETALLOCATIONPRIORITY", set_priority, 0, 8 },
	{ "GETALLOCATIONPRIORITY", get_priority, 0, 8 },
	{ "QUERYALLOCATIONRESIDENCY", query_residency, 0, 8 },
	{ "UPDATEALLOCATIONPROPERTY", update_property, 1, 16 },
	{ "QUERYVIDEOMEMORYINFO", video_info, 1, 32 },
	{ "CHANGEVIDEOMEMORYRESERVATION", reservation, 0, 8 },
	{ "FLUSHHEAPTRANSITIONS", flush_heap, 0, 8 },
	{ "DDIGETSTANDARDALLOCATIONDRIVERDATA", standard, 0, 40 },
	{ "QUERYSTATISTICS", statistics, 0, 784 },
	{ "INVALIDATECACHE", invalidate, 0, 8 },
	{ "UPDATEGPUVIRTUALADDRESS", update, BED_INVALID_HANDLE, 8 },
	{ "MARKDEVICEASERROR", mark, BED_INVALID_PARAMETER, 8 },
	{ "CREATENTSHAREDOBJECT", create_nt, 1, 8 },
	{ "SHAREOBJECTWITHHOST", host_share, 0, 16 },
	{ "DESTROYNTSHAREDOBJECT", destroy_nt, 0, 8 },
	{ "FREEGPUVIRTUALADDRESS", free_va, 0, 8 },
	{ "FLUSHDEVICE", flush_device, 0, 8 },
	{ "DESTROYALLOCATION of a resource", destroy_resource, 0, 8 },
	{ "DESTROYALLOCATION", destroy_two, 0, 8 },
	{ "DESTROYPAGINGQUEUE", destroy_queue, 0, 8 },
	{ "DESTROYDEVICE", destroy_device, 0, 8 },
};

#define NUM_SAMPLES	G_N_ELEMENTS(samples)

static void init(unsigned int config)
{
	struct bed_allocation a = { .flags = BED_SHARED, .size = 4096 };

	mbed_init(&t, configs[config]);
	allocation = mbed_allocate(&t, 4096, 0);
	VIOLATIONS(0, mbed_call(&t, make_standard(&t, BED_SYSMEM, 1, 4096)));
	guest = bed_word(&t.b, 16);
	VIOLATIONS(0, mbed_call(&t, make_allocation(&t, &a)));
	resource = bed_word(&t.b, 4);
	nt = mbed_nt_handle(&t, resource);
	va = mbed_reserve(&t, 4096);
	mbed_settle(&t);
}

static uint32_t call(const struct sample *s, uint32_t len)
{
	bool global = s->make == create_nt || s->make == destroy_nt || s->make == host_share;

	return global ? mbed_call_global(&t, len) : mbed_call(&t, len);
}

/* Carried out: a status, or with status 1 something else that is not 0. */
static void expect_good(const struct sample *s)
{
	uint32_t len = s->make(), word;

	/* Guests of the old version lend no frames. */
	if (s->make == pages && !bed_ext(&t.b)) {
		VIOLATIONS(1, call(s, len));
		return;
	}
	VIOLATIONS(0, word = call(s, len));
	assert_int_equal(t.b.len, s->answer);
	if (s->status == 1)
		assert_int_not_equal(word, 0);
	else
		assert_int_equal(word, s->status);
	mbed_settle(&t);
}

static void expect_refused(const struct sample *s, uint32_t len)
{
	uint64_t objects = bed_objects(&t.b);

	VIOLATIONS(1, call(s, len));
	assert_int_equal(bed_objects(&t.b), objects);
}

static void each(void (*fn)(const struct sample *s))
{
	for (unsigned int c = 0; c < NUM_CONFIGS; c++) {
		init(c);
		for (unsigned int i = 0; i < NUM_SAMPLES; i++) {
			fn(&samples[i]);
			expect_good(&samples[i]);
		}
		mbed_fini(&t);
	}
}

static void nothing(const struct sample *s)
{
	(void)s;
}

static void test_well_formed(void **state)
{
	(void)state;
	each(nothing);
}

/* Fewer bytes than it needs; of the longest only some lengths. */
static void cut(const struct sample *s)
{
	uint32_t len = s->make(), padded = (len + 7) / 8 * 8;

	for (uint32_t i = 0, step; i < padded; i += step) {
		step = padded > 4096 && i > 128 && i + 128 < padded ? 8000 : 8;
		expect_refused(s, i);
		/* In the shape of the command, as soon as it is known. */
		if (i >= bed_ext(&t.b) + 64 && padded - i < 32 && s->answer < 240)
			assert_int_equal(t.b.len, s->answer);
	}
}

static void test_cut(void **state)
{
	(void)state;
	each(cut);
}

static void too_long(const struct sample *s)
{
	static const uint32_t more[] = { 8, 16, 64, 4096, 32768 };
	uint32_t len = s->make();

	for (unsigned int i = 0; i < G_N_ELEMENTS(more); i++) {
		memset(t.m + len, 0, more[i]);
		/* This one may have as many zeros behind as its answer is long. */
		if (s->make == get_priority && more[i] == 8)
			continue;
		expect_refused(s, (len + 7) / 8 * 8 + more[i]);
	}
}

static void test_too_long(void **state)
{
	(void)state;
	each(too_long);
}

/* Each bit of the headers has one right value; of the process, that of the bed. */
static void headers(const struct sample *s)
{
	uint32_t ext = bed_ext(&t.b), len;

	if (s->make == pages)
		return;
	for (uint32_t bit = 0; bit < (ext + 24) * 8; bit++) {
		bool of_number = bit >= (ext + 16) * 8 && bit < (ext + 20) * 8;
		bool of_type = bit >= (ext + 12) * 8 && bit < (ext + 13) * 8;

		/* Another command, which may be good. */
		if (of_number || of_type)
			continue;
		/* Statistics may be of nobody, or of another process. */
		if (s->make == statistics && bit >= (ext + 8) * 8 && bit < (ext + 12) * 8)
			continue;
		len = s->make();
		t.m[bit / 8] ^= 1 << bit % 8;
		expect_refused(s, len);
	}
}

static void test_headers(void **state)
{
	(void)state;
	each(headers);
}

/* Random bytes at random lengths: an answer each, and the service goes on. */
static void test_mutated(void **state)
{
	uint64_t seed = 0x6d656d6f72792121ull;
	unsigned int n = 0;
	uint32_t len;

	(void)state;
	for (unsigned int left = test_loops(200000); left; left--) {
		const struct sample *s = &samples[test_random(&seed) % NUM_SAMPLES];

		/* A device that fails tells the guest, which nobody here reads. */
		if (s->make == mark)
			continue;
		if (!n++)
			init(test_random(&seed) % NUM_CONFIGS);
		len = s->make();
		for (unsigned int k = test_random(&seed) % 4; k; k--)
			t.m[test_random(&seed) % MIN(len, 256)] = test_random(&seed) % 16 ?
				test_random(&seed) % 4 : test_random(&seed);
		if (test_random(&seed) % 8 == 0)
			len = test_random(&seed) % 512;
		call(s, len);
		if (test_random(&seed) % 16 == 0)
			fake_guest_advance(&t.b.guest, BED_MS);
		if (n == 200) {
			mbed_fini(&t);
			n = 0;
		}
	}
	if (n)
		mbed_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_well_formed),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_mutated),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
