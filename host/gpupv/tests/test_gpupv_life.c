// SPDX-License-Identifier: MIT
/*
 * Lives: routing between channels, GPUs that come and go, what a guest leaves
 * behind, restarts.
 */
#include "bed.h"

static const char *const async_on[] = { "async=on", NULL };
static const char *const async_off[] = { "async=off", NULL };
static const char *const old_version[] = { "version=27", NULL };
static const char *const mixed[] = { "gpu1.async=off", NULL };

static uint8_t message[BED_MAX_MESSAGE];

static const char *gpu_add(struct bed *b, unsigned int gpu)
{
	const char *error;

	host_enter(&b->guest.host);
	error = gpupv_gpu_add(b->g, gpu);
	host_leave(&b->guest.host);
	return error;
}

static const char *gpu_remove(struct bed *b, const char *name, bool surprise)
{
	const char *error;

	host_enter(&b->guest.host);
	error = gpupv_gpu_remove(b->g, name, surprise);
	host_leave(&b->guest.host);
	return error;
}

static bool gpu_present(struct bed *b, unsigned int gpu)
{
	bool present;

	host_enter(&b->guest.host);
	present = gpupv_gpu_present(b->g, gpu);
	host_leave(&b->guest.host);
	return present;
}

static uint32_t feature(struct bed *b, int chan, int gpu)
{
	return bed_call(b, chan, message, make_feature(b, message, gpu, 0));
}

/* ---- routes ---- */

/* The bit of one adapter opens the global channel to others that have told none. */
static void test_second_adapter(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 2);
	bed_go(&b, BED_INFO);
	bed_open(&b, 1);
	VIOLATIONS(0, {
		bed_call(&b, BED_GLOBAL, message, make_openadapter(&b, message, 1));
		assert_int_equal(bed_word(&b, 4), 0);
		bed_call(&b, BED_GLOBAL, message, make_info(&b, message, 1));
		assert_int_equal(b.len, 712);
		assert_int_equal(feature(&b, BED_GLOBAL, 1), 0);
		assert_int_equal(feature(&b, BED_GLOBAL, 0), 0);
	});
	VIOLATIONS(1, feature(&b, 1, 1));
	/* The LUID of the one on the channel of the other. */
	VIOLATIONS(1, feature(&b, 1, 0));
	bed_fini(&b);
}

/* Its own channel is as good as long as its bit is not told. */
static void test_second_adapter_own_channel(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 2);
	bed_go(&b, BED_INFO);
	bed_open(&b, 1);
	VIOLATIONS(0, {
		bed_call(&b, 1, message, make_openadapter(&b, message, 1));
		bed_call(&b, 1, message, make_info(&b, message, 1));
		assert_int_equal(feature(&b, BED_GLOBAL, 1), 0);
	});
	bed_fini(&b);
}

/* The bit is of each adapter: one that told "no" stays on its own channel. */
static void test_mixed_adapters(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, mixed, 2);
	bed_go(&b, BED_INFO);
	bed_open(&b, 1);
	VIOLATIONS(0, {
		bed_call(&b, 1, message, make_openadapter(&b, message, 1));
		bed_call(&b, 1, message, make_info(&b, message, 1));
		assert_int_equal(feature(&b, 1, 1), 0);
		assert_int_equal(feature(&b, BED_GLOBAL, 0), 0);
	});
	VIOLATIONS(1, feature(&b, BED_GLOBAL, 1));
	bed_fini(&b);
}

/* A guest that did not get the answer with the bit may ask again, or give up. */
static void test_bit_not_seen(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_INFO);
	VIOLATIONS(0, bed_call(&b, 0, message, make_info(&b, message, 0)));
	VIOLATIONS(1, feature(&b, 0, 0));
	VIOLATIONS(0, bed_call(&b, 0, message, make_closeadapter(&b, message, 0, b.adapter)));
	assert_int_equal(bed_objects(&b), 0);
	/* Followed once, it cannot be unseen. */
	VIOLATIONS(0, {
		b.adapter = bed_call(&b, 0, message, make_openadapter(&b, message, 0));
		bed_call(&b, 0, message, make_info(&b, message, 0));
		feature(&b, BED_GLOBAL, 0);
	});
	VIOLATIONS(1, bed_call(&b, 0, message, make_closeadapter(&b, message, 0, b.adapter)));
	VIOLATIONS(0, bed_call(&b, BED_GLOBAL, message,
			       make_closeadapter(&b, message, 0, b.adapter)));
	assert_int_equal(bed_objects(&b), 0);
	bed_fini(&b);
}

/* ---- versions ---- */

static void test_version_not_written(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 1);
	bed_open(&b, BED_GLOBAL);
	bed_open(&b, 0);
	VIOLATIONS(0, bed_call(&b, BED_GLOBAL, message, make_iospace(&b, message)));
	VIOLATIONS(1, bed_call(&b, 0, message, make_openadapter(&b, message, 0)));
	assert_int_equal(bed_word(&b, 0), 0);
	assert_int_equal(bed_word(&b, 4), BED_INVALID_STATE);
	VIOLATIONS(1, bed_write_version(&b, 0, 39));
	VIOLATIONS(1, bed_call(&b, 0, message, make_openadapter(&b, message, 0)));
	VIOLATIONS(0, bed_write_version(&b, 0, 40));
	VIOLATIONS(0, bed_call(&b, 0, message, make_openadapter(&b, message, 0)));
	bed_fini(&b);
}

static void test_config_space(void **state)
{
	struct vpci_function *f;
	struct bed b;

	(void)state;
	bed_init(&b, old_version, 1);
	f = bed_function(&b, 0);
	assert_int_equal(f->c.vendor, 0x1414);
	assert_int_equal(f->c.device, 0x8e);
	assert_int_equal(f->c.version, 27);
	assert_memory_equal(f->c.gpu_instance.b, &b.cfg.gpu[0].guest_luid, 8);
	/* The old host knows nothing of a guest's version. */
	VIOLATIONS(1, bed_write_version(&b, 0, 40));
	VIOLATIONS(0, f->ops->guest_caps(f->ctx, 1));
	VIOLATIONS(1, f->ops->guest_caps(f->ctx, 3));
	bed_fini(&b);

	bed_init(&b, async_on, 4);
	f = bed_function(&b, 3);
	assert_int_equal(f->c.device, 0x8a);
	assert_int_equal(f->c.version, 40);
	assert_int_equal(f->c.host_luid, b.cfg.gpu[3].host_luid);
	assert_int_equal(f->c.host_caps, 1);
	bed_fini(&b);
}

/* ---- coming and going ---- */

static void test_eject(void **state)
{
	uint32_t relid;
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_PROCESS);
	relid = bed_relid(&b, "vgpu-gpu0");
	assert_null(gpu_remove(&b, "gpu0", false));
	assert_true(bed_function(&b, 0)->ejected);
	assert_false(bed_function(&b, 0)->surprised);
	assert_non_null(gpu_remove(&b, "gpu0", false));
	/* The channel is there for the guest's last words. */
	assert_int_equal(bed_relid(&b, "vgpu-gpu0"), relid);
	VIOLATIONS(0, bed_call(&b, BED_GLOBAL, message,
			       make_closeadapter(&b, message, 0, b.adapter)));
	assert_true(gpu_present(&b, 0));
	bed_function_gone(&b, 0);
	assert_false(gpu_present(&b, 0));
	assert_int_equal(bed_relid(&b, "vgpu-gpu0"), 0);
	fake_channel_forget(&b.chan[1]);
	b.open[1] = false;
	/* Until the guest has let go, its messages are late, not wrong. */
	VIOLATIONS(0, assert_int_equal(feature(&b, BED_GLOBAL, 0), BED_REMOVED));
	bed_release(&b, relid);
	VIOLATIONS(1, feature(&b, BED_GLOBAL, 0));
	assert_int_equal(bed_left(&b), 0);

	/* And again, under the same name. */
	assert_null(gpu_add(&b, 0));
	bed_open(&b, 0);
	VIOLATIONS(0, bed_call(&b, 0, message, make_openadapter(&b, message, 0)));
	bed_fini(&b);
}

static void test_surprise(void **state)
{
	uint32_t relid;
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_PROCESS);
	relid = bed_relid(&b, "vgpu-gpu0");
	assert_null(gpu_remove(&b, "gpu0", true));
	assert_true(bed_function(&b, 0)->surprised);
	assert_int_equal(bed_relid(&b, "vgpu-gpu0"), 0);
	assert_false(gpu_present(&b, 0));
	fake_channel_forget(&b.chan[1]);
	b.open[1] = false;
	/* The guest could not close the adapter: nothing is left behind. */
	assert_int_equal(bed_objects(&b), 1);
	assert_int_equal(bed_left(&b), 0);
	VIOLATIONS(0, bed_call(&b, BED_GLOBAL, message,
			       make_closeadapter(&b, message, 0, b.adapter)));
	assert_int_equal(bed_word(&b, 0), BED_REMOVED);

	/*
	 * A new one may stand in its place before the old one is let go; the bus
	 * offers its channel after that.
	 */
	assert_null(gpu_add(&b, 0));
	assert_true(gpu_present(&b, 0));
	bed_release(&b, relid);
	bed_open(&b, 0);
	VIOLATIONS(0, bed_call(&b, 0, message, make_openadapter(&b, message, 0)));
	assert_int_equal(bed_word(&b, 4), 0);
	VIOLATIONS(0, assert_int_equal(feature(&b, 0, 0), 0));
	bed_fini(&b);
}

/* A channel that somebody else withdraws; the GPU can be removed afterwards. */
static void test_rescind_alone(void **state)
{
	uint32_t relid;
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_INFO);
	relid = bed_relid(&b, "vgpu-gpu0");
	host_enter(&b.guest.host);
	vmbus_rescind(vmbus_find(b.guest.bus, "vgpu-gpu0"));
	host_leave(&b.guest.host);
	fake_channel_forget(&b.chan[1]);
	b.open[1] = false;
	assert_int_equal(bed_left(&b), 0);
	VIOLATIONS(0, assert_int_equal(feature(&b, BED_GLOBAL, 0), BED_REMOVED));
	bed_release(&b, relid);
	assert_true(gpu_present(&b, 0));
	assert_null(gpu_remove(&b, "gpu0", false));
	bed_function_gone(&b, 0);
	assert_false(gpu_present(&b, 0));
	bed_fini(&b);
}

static void test_add_errors(void **state)
{
	static const char *const same_luid[] = { "gpu1.luid=0x1200010a00", NULL };
	static const char *const same_name[] = { "gpu1.name=gpu0", NULL };
	struct bed b;

	(void)state;
	bed_init(&b, same_luid, 1);
	assert_non_null(gpu_add(&b, 0));
	assert_non_null(gpu_add(&b, 1));
	assert_non_null(gpu_add(&b, GPUPV_MAX_GPUS));
	assert_non_null(gpu_remove(&b, "nobody", false));
	assert_non_null(gpu_remove(&b, "gpu2", false));
	host_enter(&b.guest.host);
	assert_int_equal(gpupv_gpu_index(b.g, "gpu0"), 0);
	assert_int_equal(gpupv_gpu_index(b.g, "gpu2"), 2);
	assert_int_equal(gpupv_gpu_index(b.g, "nobody"), -1);
	host_leave(&b.guest.host);
	assert_null(gpu_add(&b, 2));
	bed_fini(&b);
	bed_init(&b, same_name, 1);
	assert_non_null(gpu_add(&b, 1));
	bed_fini(&b);
}

/* ---- left behind ---- */

static void test_left_by_close(void **state)
{
	struct bed b;

	(void)state;
	/* The adapter's messages travel on the global channel: both go with it. */
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_PROCESS);
	assert_int_equal(bed_objects(&b), 2);
	bed_close(&b, BED_GLOBAL);
	assert_int_equal(bed_objects(&b), 0);
	assert_int_equal(bed_left(&b), 2);
	bed_fini(&b);

	/* They do not: the adapter stays until its own channel is closed. */
	bed_init(&b, async_off, 1);
	bed_go(&b, BED_PROCESS);
	bed_close(&b, BED_GLOBAL);
	assert_int_equal(bed_objects(&b), 1);
	assert_int_equal(bed_left(&b), 1);
	bed_close(&b, 0);
	assert_int_equal(bed_objects(&b), 0);
	assert_int_equal(bed_left(&b), 2);
	bed_fini(&b);

	/* A withdrawn channel is not the guest's doing. */
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_PROCESS);
	host_enter(&b.guest.host);
	vmbus_rescind(vmbus_find(b.guest.bus, "gpupv"));
	host_leave(&b.guest.host);
	fake_channel_forget(&b.chan[0]);
	b.open[0] = false;
	assert_int_equal(bed_objects(&b), 0);
	assert_int_equal(bed_left(&b), 0);
	bed_fini(&b);
}

static void test_nothing_left(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_PROCESS);
	VIOLATIONS(0, {
		bed_call(&b, BED_GLOBAL, message, make_destroyprocess(&b, message, b.process));
		bed_call(&b, BED_GLOBAL, message, make_closeadapter(&b, message, 0, b.adapter));
	});
	bed_close(&b, 0);
	bed_close(&b, BED_GLOBAL);
	assert_int_equal(bed_objects(&b), 0);
	assert_int_equal(bed_left(&b), 0);
	/* All can begin anew, with the IO space told again. */
	bed_go(&b, BED_PROCESS);
	bed_fini(&b);
}

static void test_restart(void **state)
{
	struct bed b;

	(void)state;
	bed_init(&b, async_on, 1);
	bed_go(&b, BED_PROCESS);
	host_enter(&b.guest.host);
	gpupv_reset(b.g);
	vmbus_reset(b.guest.bus);
	host_leave(&b.guest.host);
	assert_int_equal(bed_objects(&b), 0);
	assert_int_equal(bed_left(&b), 1);	/* the process; an open adapter is in order */
	fake_channel_forget(&b.chan[0]);
	fake_channel_forget(&b.chan[1]);
	b.open[0] = false;
	b.open[1] = false;
	b.connected = false;
	bed_go(&b, BED_PROCESS);
	assert_int_equal(bed_left(&b), 1);
	bed_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_second_adapter),
		cmocka_unit_test(test_second_adapter_own_channel),
		cmocka_unit_test(test_mixed_adapters),
		cmocka_unit_test(test_bit_not_seen),
		cmocka_unit_test(test_version_not_written),
		cmocka_unit_test(test_config_space),
		cmocka_unit_test(test_eject),
		cmocka_unit_test(test_surprise),
		cmocka_unit_test(test_rescind_alone),
		cmocka_unit_test(test_add_errors),
		cmocka_unit_test(test_left_by_close),
		cmocka_unit_test(test_nothing_left),
		cmocka_unit_test(test_restart),
	};

	log_open("/dev/null");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
