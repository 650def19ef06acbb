// SPDX-License-Identifier: MIT
/* Tests of host/vpci: the conversation with pci-hyperv, config space, removal, wrong input. */
#include "../base/log.h"
#include "../vpci/vpci.h"
#include "fake_guest.h"
#include "test.h"

#define VERSION_1_1	0x10001u
#define VERSION_1_4	0x10004u
#define WINDOW		0xf0000000ull
#define REVISION_MISMATCH	0xc0000059u

struct bed {
	struct fake_guest g;
	struct fake_channel ch;
	struct vpci_function *f;
	struct vpci_config c;
	uint32_t relid;
	bool open;
	uint8_t *buf;
	uint32_t guest_version, guest_caps;
	unsigned int versions, gone;
};

static void guest_version(void *ctx, uint32_t v)
{
	struct bed *b = ctx;

	b->guest_version = v;
	b->versions++;
}

static void guest_caps(void *ctx, uint32_t v)
{
	((struct bed *)ctx)->guest_caps = v;
}

static void gone(void *ctx)
{
	((struct bed *)ctx)->gone++;
}

static const struct vpci_ops ops = { guest_version, guest_caps, gone };

static struct vpci_function *add(struct bed *b)
{
	struct vpci_function *f;

	host_enter(&b->g.host);
	f = vpci_add(b->g.bus, &b->c, &ops, b);
	host_leave(&b->g.host);
	return f;
}

static int setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));

	fake_guest_init(&b->g, 4 << 20, 1);
	b->buf = malloc(1 << 19);
	strcpy(b->c.name, "vpci-test");
	guid_parse(&b->c.instance, "12345678-d001-4e10-9a1f-7063692d6700");
	guid_parse(&b->c.gpu_instance, "00010a00-0012-0000-b64a-647867707500");
	b->c.vendor = 0x1414;
	b->c.device = 0x008e;
	b->c.host_luid = 0x1122334455667788;
	b->c.version = 40;
	b->c.host_caps = 1;
	b->f = add(b);
	assert_non_null(b->f);
	b->relid = fake_guest_connect(&b->g, FAKE_V5_3, &b->c.instance);
	assert_int_equal(fake_channel_open(&b->g, &b->ch, b->relid, 5, 5, 0), 0);
	b->open = true;
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bed *b = *state;

	if (b->open)
		fake_channel_forget(&b->ch);
	fake_guest_fini(&b->g);
	free(b->buf);
	free(b);
	return 0;
}

/* Send @words and take the completion: its words in b->buf. Returns the status. */
static uint32_t ask(struct bed *b, const uint32_t *w, unsigned int words)
{
	struct fake_packet p;
	uint32_t status;

	assert_true(fake_channel_write(&b->ch, 6, true, 77, w, words * 4));
	assert_true(fake_channel_read(&b->ch, &p, b->buf));
	assert_int_equal(p.type, 11);
	assert_int_equal(p.transaction, 77);
	/* pci-hyperv drops packets whose descriptor and payload have 20 bytes or less. */
	assert_true(p.len >= 8);
	memcpy(&status, b->buf, 4);
	return status;
}

static uint32_t ask2(struct bed *b, uint32_t type, uint32_t arg)
{
	const uint32_t w[2] = { type, arg };

	return ask(b, w, 2);
}

static uint32_t d0(struct bed *b, uint64_t window)
{
	const uint32_t w[4] = { 0x42490007, 0, window, window >> 32 };

	return ask(b, w, 4);
}

static void to_d0(struct bed *b)
{
	assert_int_equal(ask2(b, 0x42490013, VERSION_1_4), 0);
	assert_int_equal(d0(b, WINDOW), 0);
}

static uint32_t cfg_read(struct bed *b, uint32_t off, unsigned int len)
{
	uint32_t v = 0;

	host_enter(&b->g.host);
	assert_true(vpci_mmio_read(b->g.bus, WINDOW + 0x1000 + off, &v, len));
	host_leave(&b->g.host);
	return v;
}

static void mmio_write(struct bed *b, uint64_t gpa, uint32_t v, unsigned int len)
{
	host_enter(&b->g.host);
	assert_true(vpci_mmio_write(b->g.bus, gpa, &v, len));
	host_leave(&b->g.host);
}

static void cfg_write(struct bed *b, uint32_t off, uint32_t v, unsigned int len)
{
	mmio_write(b, WINDOW + 0x1000 + off, v, len);
}

static void remove_function(struct bed *b, bool surprise)
{
	host_enter(&b->g.host);
	vpci_remove(b->f, surprise);
	host_leave(&b->g.host);
}

/* ---- the conversation ---- */

static void versions(void **state)
{
	struct bed *b = *state;

	assert_int_equal(ask2(b, 0x42490013, 0x10005), REVISION_MISMATCH);
	assert_int_equal(ask2(b, 0x42490013, 0x20000), REVISION_MISMATCH);
	assert_int_equal(ask2(b, 0x42490013, 0x10000), REVISION_MISMATCH);
	assert_int_equal(ask2(b, 0x42490013, 0), REVISION_MISMATCH);
	for (uint32_t v = VERSION_1_1; v <= VERSION_1_4; v++)
		assert_int_equal(ask2(b, 0x42490013, v), 0);
}

static void relations(void **state)
{
	static const uint8_t want[16] = { 1, 0, 0, 0, 0x14, 0x14, 0x8e, 0, 0, 0, 2, 3 };
	const uint32_t query = 0x42490001;
	struct bed *b = *state;
	struct fake_packet p;
	uint32_t type;

	for (uint32_t v = VERSION_1_1; v <= VERSION_1_4; v++) {
		bool two = v == VERSION_1_4;

		assert_int_equal(ask2(b, 0x42490013, v), 0);
		assert_true(fake_channel_write(&b->ch, 6, false, 0, &query, 4));
		assert_true(fake_channel_read(&b->ch, &p, b->buf));
		assert_int_equal(p.type, 6);
		memcpy(&type, b->buf, 4);
		assert_int_equal(type, two ? 0x42490019 : 0x42490000);
		assert_memory_equal(b->buf + 4, want, sizeof(want));
		assert_int_equal(p.len, two ? 40 : 32);		/* 36 and 28, rounded up */
	}
}

static void whole_conversation(void **state)
{
	static const uint32_t zero[6];
	uint32_t assigned[51] = { 0x42490016, 0 };
	struct bed *b = *state;
	uint64_t before = log_violations();

	for (int round = 0; round < 3; round++) {
		assert_int_equal(ask2(b, 0x42490013, VERSION_1_4), 0);
		assert_int_equal(ask2(b, 0x42490005, 0), 0);
		assert_memory_equal(b->buf + 4, zero, sizeof(zero));	/* no BARs */
		assert_int_equal(d0(b, WINDOW), 0);
		assert_int_equal(ask(b, assigned, 51), 0);
		assert_int_equal(cfg_read(b, 0, 4), 0x008e1414);
		cfg_write(b, 4, 6, 2);
		assert_int_equal(cfg_read(b, 4, 2), 6);
		/* Twice is refused, as after a crash of the guest; then out and in again. */
		assert_int_equal(d0(b, WINDOW), 0xc0000184);
		assert_int_equal(ask2(b, 0x42490011, 0), 0);
		assert_int_equal(ask(b, (const uint32_t[]){ 0x42490008 }, 1), 0);
		assert_int_equal(cfg_read(b, 0, 4), 0xffffffff);
		assert_int_equal(ask(b, assigned, 51), 0xc0000184);
		assert_int_equal(d0(b, WINDOW), 0);
		assert_int_equal(cfg_read(b, 4, 2), 0);			/* reset */
		fake_channel_close(&b->ch);
		assert_int_equal(cfg_read(b, 0, 4), 0xffffffff);
		assert_int_equal(fake_channel_open(&b->g, &b->ch, b->relid, 5, 5, 0), 0);
	}
	assert_int_equal(log_violations(), before);
}

static void no_interrupts(void **state)
{
	uint32_t w[20] = { 0x42490014 };
	struct bed *b = *state;

	to_d0(b);
	assert_int_equal(ask(b, w, 6), 0xc00000bb);
	w[0] = 0x42490017;
	assert_int_equal(ask(b, w, 20), 0xc00000bb);
	w[0] = 0x4249001b;
	assert_int_equal(ask(b, w, 20), 0xc00000bb);
	w[0] = 0x42490015;
	assert_int_equal(ask(b, w, 6), 0xc00000bb);
	w[0] = 0x42490009;				/* config blocks */
	assert_int_equal(ask(b, w, 4), 0xc00000bb);
}

static void wrong_messages(void **state)
{
	struct bed *b = *state;
	uint64_t n = log_violations();
	struct fake_packet p;
	uint32_t w[4] = { 0 };

	assert_int_equal(ask2(b, 0x42490005, 0), 0xc0000184);	/* before the version */
	assert_int_equal(log_violations(), ++n);
	assert_int_equal(ask2(b, 0x42490013, VERSION_1_4), 0);
	assert_int_equal(ask2(b, 0xdeadbeef, 0), 0xc000000d);
	assert_int_equal(log_violations(), ++n);
	assert_int_equal(ask2(b, 0x42490007, 0), 0xc000000d);	/* D0 entry, 8 bytes short */
	assert_int_equal(log_violations(), ++n);
	assert_int_equal(ask2(b, 0x42490005, 0x21), 0xc000000d);	/* another slot */
	assert_int_equal(log_violations(), ++n);
	assert_int_equal(ask2(b, 0x4249000f, 0), 0xc0000184);	/* nothing was ejected */
	assert_int_equal(log_violations(), ++n);
	assert_true(fake_channel_write(&b->ch, 9, true, 5, w, 16));	/* not in-band */
	assert_int_equal(log_violations(), ++n);
	assert_false(fake_channel_read(&b->ch, &p, b->buf));
}

static void wrong_windows(void **state)
{
	struct bed *b = *state;
	uint8_t d[8];

	assert_int_equal(ask2(b, 0x42490013, VERSION_1_4), 0);
	assert_int_equal(d0(b, 0), 0xc000000d);
	assert_int_equal(d0(b, WINDOW + 8), 0xc000000d);
	assert_int_equal(d0(b, UINT64_MAX & ~0xfffull), 0xc000000d);
	assert_int_equal(d0(b, WINDOW), 0);
	host_enter(&b->g.host);
	assert_false(vpci_mmio_read(b->g.bus, WINDOW - 1, d, 1));
	assert_false(vpci_mmio_read(b->g.bus, WINDOW + 0x2000, d, 1));
	assert_false(vpci_mmio_read(b->g.bus, WINDOW + 0x1ffc, d, 8));
	assert_false(vpci_mmio_read(b->g.bus, UINT64_MAX - 3, d, 8));
	assert_true(vpci_mmio_read(b->g.bus, WINDOW + 0x1ff8, d, 8));
	host_leave(&b->g.host);
}

/* ---- config space ---- */

static void header(void **state)
{
	struct bed *b = *state;

	to_d0(b);
	assert_int_equal(cfg_read(b, 0, 2), 0x1414);
	assert_int_equal(cfg_read(b, 2, 2), 0x008e);
	assert_int_equal(cfg_read(b, 8, 4), 0x03020000);
	for (uint32_t off = 0; off < 0xc0; off += 4)
		cfg_write(b, off, 0xffffffff, 4);
	assert_int_equal(cfg_read(b, 0, 4), 0x008e1414);
	/* Command: no IO space; status: no error bits to clear, none set. */
	assert_int_equal(cfg_read(b, 4, 4), 0x0546);
	assert_int_equal(cfg_read(b, 8, 4), 0x03020000);
	assert_int_equal(cfg_read(b, 12, 4), 0xff);
	for (uint32_t off = 0x10; off < 0x3c; off += 4)
		assert_int_equal(cfg_read(b, off, 4), 0);	/* no BARs, no capabilities */
	assert_int_equal(cfg_read(b, 0x3c, 4), 0xff);
	for (uint32_t off = 0x40; off < 0xc0; off += 4)
		assert_int_equal(cfg_read(b, off, 4), 0);
	for (uint32_t off = 0xe0; off < 0x1000; off += 4)
		assert_int_equal(cfg_read(b, off, 4), 0);
	cfg_write(b, 4, 0, 1);
	assert_int_equal(cfg_read(b, 4, 2), 0x0500);
	cfg_write(b, 5, 0, 1);
	assert_int_equal(cfg_read(b, 4, 2), 0);
}

static void gpu_registers(void **state)
{
	struct bed *b = *state;
	uint64_t n = log_violations();
	uint32_t w[4];

	to_d0(b);
	for (int i = 0; i < 4; i++)
		w[i] = cfg_read(b, 0xc0 + 4 * i, 4);
	assert_memory_equal(w, b->c.gpu_instance.b, 16);
	assert_int_equal(cfg_read(b, 0xd0, 4), 40);
	assert_int_equal(cfg_read(b, 0xd4, 4), 0x55667788);
	assert_int_equal(cfg_read(b, 0xd8, 4), 0x11223344);
	assert_int_equal(cfg_read(b, 0xdc, 4), 1);
	assert_int_equal(cfg_read(b, 0xd5, 2), 0x6677);
	cfg_write(b, 0xd4, 1, 4);
	assert_int_equal(b->guest_caps, 1);
	assert_int_equal(cfg_read(b, 0xd4, 4), 0x55667788);	/* what is read stays */
	cfg_write(b, 0xd0, 27, 4);
	assert_int_equal(b->guest_version, 27);
	assert_int_equal(cfg_read(b, 0xd0, 4), 40);
	assert_int_equal(log_violations(), n);
	cfg_write(b, 0xd0, 1, 2);
	cfg_write(b, 0xd1, 1, 1);
	cfg_write(b, 0xc0, 1, 4);
	cfg_write(b, 0xdc, 1, 4);
	assert_int_equal(log_violations(), n + 4);
	assert_int_equal(b->versions, 1);
}

static void old_interface(void **state)
{
	struct bed *b = *state;

	/* One more function, of version 27: no LUID, no capabilities. */
	b->c.version = 27;
	strcpy(b->c.name, "old");
	b->c.instance.b[0]++;
	b->f = add(b);
	fake_guest_expect(&b->g, 1);		/* its offer */
	fake_channel_close(&b->ch);
	fake_guest_post(&b->g, (const uint32_t[]){ 16, 0 }, 2);	/* unload, and contact anew */
	fake_guest_expect(&b->g, 17);
	b->relid = fake_guest_connect(&b->g, FAKE_V5_3, &b->c.instance);
	assert_int_equal(fake_channel_open(&b->g, &b->ch, b->relid, 5, 5, 0), 0);
	to_d0(b);
	assert_int_equal(cfg_read(b, 0xd0, 4), 27);
	assert_int_equal(cfg_read(b, 0xd4, 4), 0);
	assert_int_equal(cfg_read(b, 0xd8, 4), 0);
	assert_int_equal(cfg_read(b, 0xdc, 4), 0);
}

static void slots(void **state)
{
	struct bed *b = *state;
	uint64_t n = log_violations();

	to_d0(b);
	mmio_write(b, WINDOW, 1, 4);
	assert_int_equal(cfg_read(b, 0, 4), 0xffffffff);
	cfg_write(b, 4, 6, 2);
	mmio_write(b, WINDOW, 0, 4);
	assert_int_equal(cfg_read(b, 4, 2), 0);
	assert_int_equal(cfg_read(b, 0, 4), 0x008e1414);
	mmio_write(b, WINDOW + 8, 1, 4);
	mmio_write(b, WINDOW, 1, 2);
	assert_int_equal(log_violations(), n + 2);
	assert_int_equal(cfg_read(b, 0, 4), 0x008e1414);
}

/* ---- removal ---- */

static void release(struct bed *b)
{
	struct fake_message m = fake_guest_expect(&b->g, 2);	/* rescind */

	assert_int_equal(m.w[2], b->relid);
	fake_channel_forget(&b->ch);
	b->open = false;
	assert_int_equal(b->gone, 0);
	fake_guest_post(&b->g, (const uint32_t[]){ 13, 0, b->relid }, 3);
	assert_int_equal(b->gone, 1);
}

static void polite_removal(void **state)
{
	static const uint32_t eject[2] = { 0x4249000b, 0 }, done[3] = { 0x4249000f, 0, 0 };
	struct bed *b = *state;
	struct fake_packet p;

	to_d0(b);
	remove_function(b, false);
	remove_function(b, false);		/* once is enough */
	assert_true(fake_channel_read(&b->ch, &p, b->buf));
	assert_int_equal(p.type, 6);
	assert_memory_equal(b->buf, eject, sizeof(eject));
	assert_false(fake_channel_read(&b->ch, &p, b->buf));
	assert_int_equal(cfg_read(b, 0, 4), 0x008e1414);	/* there while the guest lets go */
	assert_true(fake_channel_write(&b->ch, 6, false, 0, done, sizeof(done)));
	fake_guest_advance(&b->g, 1);
	assert_int_equal(cfg_read(b, 0, 4), 0xffffffff);
	release(b);
}

static void eject_not_answered(void **state)
{
	struct bed *b = *state;

	to_d0(b);
	remove_function(b, false);
	fake_guest_advance(&b->g, 9999999999ull);
	fake_guest_expect_nothing(&b->g);
	fake_guest_advance(&b->g, 1);
	release(b);
}

static void eject_then_close(void **state)
{
	struct bed *b = *state;

	to_d0(b);
	remove_function(b, false);
	fake_guest_post(&b->g, (const uint32_t[]){ 7, 0, b->relid }, 3);	/* close */
	fake_guest_advance(&b->g, 1);
	release(b);
}

static void surprise_removal(void **state)
{
	struct bed *b = *state;

	to_d0(b);
	remove_function(b, true);
	assert_int_equal(cfg_read(b, 0, 4), 0xffffffff);
	cfg_write(b, 4, 6, 2);
	release(b);
}

static void eject_then_surprise(void **state)
{
	struct bed *b = *state;

	to_d0(b);
	remove_function(b, false);
	remove_function(b, true);
	release(b);
	fake_guest_advance(&b->g, 20000000000ull);	/* no timer is left */
}

static void removed_before_it_was_used(void **state)
{
	struct bed *b = *state;

	remove_function(b, false);	/* not in D0: nobody to ask */
	release(b);
	/* The name and instance are free: add it again, take it away unoffered. */
	b->f = add(b);
	assert_non_null(b->f);
	assert_null(add(b));
}

static void guest_reset(void **state)
{
	struct bed *b = *state;

	to_d0(b);
	remove_function(b, false);
	host_enter(&b->g.host);
	vmbus_reset(b->g.bus);
	host_leave(&b->g.host);
	fake_guest_advance(&b->g, 20000000000ull);
	assert_int_equal(b->gone, 1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(versions), T(relations), T(whole_conversation), T(no_interrupts),
		T(wrong_messages), T(wrong_windows), T(header), T(gpu_registers),
		T(old_interface), T(slots), T(polite_removal), T(eject_not_answered),
		T(eject_then_close), T(surprise_removal), T(eject_then_surprise),
		T(removed_before_it_was_used), T(guest_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
