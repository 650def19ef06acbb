// SPDX-License-Identifier: MIT
/*
 * Commands: what a hostile host may put into a reply of the right length, what of
 * a user's arguments no message can carry, and what is sent without a reply.
 */
#include <kunit/test.h>

#include "dxg_cmd.h"
#include "dxg_cmd_memory.h"
#include "dxg_cmd_queue.h"
#include "dxg_cmd_sync.h"
#include "dxg_cmd_vm.h"
#include "dxg_gpadl.h"
#include "dxg_status.h"
#include "dxg_wire.h"

#define PROCESS		DXG_WIRE_PROCESS

/* ---- A host that changes what it would have said ---- */

struct dxg_twist {
	size_t at;		/* where, and how many bytes of value */
	size_t size;
	u64 value;
};

static size_t dxg_twisted(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
			  void *out)
{
	const struct dxg_twist *twist = mock->priv;
	size_t size = dxg_mock_answer(mock, cmd, len, out, 0);

	memcpy(out + twist->at, &twist->value, twist->size);
	return size;
}

#define TWISTED(command)	((const struct dxg_mock_handler[]){ { command, dxg_twisted }, {} })

/* Expect that @ret is the end of a command that met a twist, with nothing left of it. */
static void dxg_expect_refused(struct kunit *test, int ret, u32 kind, const char *what, u64 value)
{
	struct dxg_wire *w = test->priv;

	dxg_flush_work();
	KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "%s 0x%llx", what, value);
	KUNIT_EXPECT_EQ_MSG(test, dxg_mock_live(&w->mock, kind), 0, "%s 0x%llx", what, value);
	KUNIT_EXPECT_EQ_MSG(test, w->mock.own.strays, 0, "%s 0x%llx", what, value);
}

/* ---- Addresses in the IO space ---- */

static void dxg_iospace_is_checked(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	u64 start = DXG_WIRE_IOSPACE, size = DXG_WIRE_IOSPACE_SIZE, end = start + size;

	KUNIT_EXPECT_TRUE(test, dxg_host_iospace_ok(w->host, start, 4096));
	KUNIT_EXPECT_TRUE(test, dxg_host_iospace_ok(w->host, start, size));
	KUNIT_EXPECT_TRUE(test, dxg_host_iospace_ok(w->host, end - 4096, 4096));
	KUNIT_EXPECT_TRUE(test, dxg_host_iospace_ok(w->host, end - 4096, 1));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, end - 4096, 4097));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, end, 1));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, start - 4096, 4096));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, start - 4096, size));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, start, size + 1));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, start, 0));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, start, U64_MAX));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, U64_MAX & ~4095ull, 8192));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, start + 8, 4096));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(w->host, 0, 4096));
	KUNIT_EXPECT_FALSE(test, dxg_host_iospace_ok(NULL, start, 4096));
}

static const u64 dxg_bad_pages[] = {
	0, DXG_WIRE_IOSPACE - 4096, DXG_WIRE_IOSPACE + 8, DXG_WIRE_IOSPACE + DXG_WIRE_IOSPACE_SIZE,
	0xffffffffffffe000, 0xffff888000000000,
};

static void dxg_pages_outside_are_refused(struct kunit *test)
{
	struct dxg_cmd_hwqueue hwqueue = { .context = 0x71 };
	struct dxg_cmd_paging_queue paging;
	struct dxg_wire *w = test->priv;
	struct dxg_twist twist = { .size = 8 };
	u64 address;
	u32 status;
	size_t i;
	int ret;

	w->mock.priv = &twist;
	for (i = 0; i < ARRAY_SIZE(dxg_bad_pages); i++) {
		struct dxg_cmd_sync sync = { .type = DXGP_SYNC_MONITORED_FENCE };
		struct dxg_cmd_open_sync open = { .monitored = true };

		twist.value = dxg_bad_pages[i];
		twist.at = 8;
		w->mock.handlers = TWISTED(DXGP_CMD_CREATEPAGINGQUEUE);
		ret = dxg_cmd_create_paging_queue(&w->link, PROCESS, 1, 0, 0, 0, &paging, &status);
		dxg_expect_refused(test, ret, DXGP_CMD_CREATEPAGINGQUEUE, "paging", twist.value);

		twist.at = 16;
		w->mock.handlers = TWISTED(DXGP_CMD_CREATESYNCOBJECT);
		ret = dxg_cmd_create_sync_object(&w->link, PROCESS, &sync, 0, &status);
		dxg_expect_refused(test, ret, DXGP_CMD_CREATESYNCOBJECT, "sync", twist.value);

		w->mock.handlers = TWISTED(DXGP_CMD_OPENSYNCOBJECT);
		ret = dxg_cmd_open_sync_object(&w->host->link, &w->link, PROCESS, &open, 0,
					       &status);
		dxg_expect_refused(test, ret, DXGP_CMD_CREATESYNCOBJECT, "open", twist.value);

		twist.at = 40;
		w->mock.handlers = TWISTED(DXGP_CMD_CREATEHWQUEUE);
		ret = dxg_cmd_create_hwqueue(&w->link, PROCESS, &hwqueue, 0, &status);
		dxg_expect_refused(test, ret, DXGP_CMD_CREATEHWQUEUE, "hwqueue", twist.value);

		twist.at = 8;
		w->mock.handlers = TWISTED(DXGP_CMD_LOCK2);
		ret = dxg_cmd_lock2(&w->link, PROCESS, 1, 2, 4096, 0, &address, &status);
		dxg_expect_refused(test, ret, DXGP_CMD_LOCK2, "lock2", twist.value);
	}
	w->mock.handlers = NULL;
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), 5 * ARRAY_SIZE(dxg_bad_pages));

	/* A lock has to have all of its allocation inside. */
	ret = dxg_cmd_lock2(&w->link, PROCESS, 1, 2, DXG_WIRE_IOSPACE_SIZE, 0, &address, &status);
	KUNIT_EXPECT_EQ(test, ret, 0);
	ret = dxg_cmd_lock2(&w->link, PROCESS, 1, 3, DXG_WIRE_IOSPACE_SIZE + 1, 0, &address,
			    &status);
	KUNIT_EXPECT_EQ(test, ret, -EIO);
}

/* A fence without a page has none, whatever the host says. */
static void dxg_other_sync_objects_have_no_page(struct kunit *test)
{
	struct dxg_cmd_sync sync = { .type = DXGP_SYNC_FENCE };
	struct dxg_twist twist = { .at = 16, .size = 8, .value = 0xdead000 };
	struct dxg_wire *w = test->priv;
	u32 status;

	w->mock.priv = &twist;
	w->mock.handlers = TWISTED(DXGP_CMD_CREATESYNCOBJECT);
	KUNIT_EXPECT_EQ(test, dxg_cmd_create_sync_object(&w->link, PROCESS, &sync, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, sync.address, 0);
	w->mock.handlers = NULL;
}

/* ---- Handles, sizes, GPU addresses ---- */

static int dxg_make_two(struct dxg_wire *w, u32 flags, u8 *data, u32 *status)
{
	struct dxg_cmd_alloc allocs[2] = {
		{ .data = data, .data_size = 8 }, { .data = data + 8, .data_size = 8 },
	};
	struct dxg_cmd_create_alloc args = {
		.device = 1, .flags = flags, .allocs = allocs, .count = 2,
	};

	return dxg_cmd_create_allocation(&w->link, PROCESS, &args, 0, status);
}

static void dxg_allocations_are_checked(struct kunit *test)
{
	static const struct dxg_twist twists[] = {
		{ 4, 4, 0 },			/* resource */
		{ 16, 4, 0 },			/* first allocation */
		{ 16 + 72, 4, 0 },		/* second allocation */
		{ 20, 4, 9 },			/* data of the first: more than was sent */
		{ 20, 4, 0xffffffff },
		{ 20 + 72, 4, 9 },
		{ 32, 8, 0 },			/* size of the first */
	};
	struct dxg_wire *w = test->priv;
	u8 data[16], before[16];
	u32 status;
	size_t i;
	int ret;

	memset(before, 0x77, sizeof(before));
	for (i = 0; i < ARRAY_SIZE(twists); i++) {
		w->mock.priv = (void *)&twists[i];
		w->mock.handlers = TWISTED(DXGP_CMD_CREATEALLOCATION);
		memcpy(data, before, sizeof(data));
		ret = dxg_make_two(w, DXGP_CREATEALLOC_RESOURCE, data, &status);
		dxg_flush_work();
		KUNIT_EXPECT_EQ_MSG(test, ret, -EIO, "twist %zu", i);
		KUNIT_EXPECT_MEMEQ(test, data, before, sizeof(data));
		/* What the reply did not name cannot be ended one by one. */
		if (twists[i].at != 4)
			KUNIT_EXPECT_EQ_MSG(test, w->mock.own.count, 0, "twist %zu", i);
		w->mock.own.count = 0;
	}
	w->mock.handlers = NULL;
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), ARRAY_SIZE(twists));
}

/* Without a resource, the allocations are ended one by one, as far as they are named. */
static void dxg_loose_allocations_are_undone(struct kunit *test)
{
	const struct dxg_twist twist = { 16 + 72, 4, 0 };
	struct dxg_wire *w = test->priv;
	u8 data[16] = {};
	u32 status;

	w->mock.priv = (void *)&twist;
	w->mock.handlers = TWISTED(DXGP_CMD_CREATEALLOCATION);
	KUNIT_EXPECT_EQ(test, dxg_make_two(w, 0, data, &status), -EIO);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, dxg_mock_live(&w->mock, DXGP_CMD_CREATEALLOCATION), 1);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&w->mock, DXGP_CMD_DESTROYALLOCATION), 1);
	KUNIT_EXPECT_EQ(test, w->mock.own.strays, 0);
	w->mock.handlers = NULL;
}

static void dxg_many_allocations_are_undone(struct kunit *test)
{
	const struct dxg_twist twist = { 16 + 72 * 99 + 16, 8, 0 };
	struct dxg_wire *w = test->priv;
	struct dxg_cmd_alloc *allocs = kunit_kcalloc(test, 100, sizeof(*allocs), GFP_KERNEL);
	struct dxg_cmd_create_alloc args = { .device = 1, .allocs = allocs, .count = 100 };
	u32 status;

	KUNIT_ASSERT_NOT_NULL(test, allocs);
	w->mock.priv = (void *)&twist;
	w->mock.handlers = TWISTED(DXGP_CMD_CREATEALLOCATION);
	KUNIT_EXPECT_EQ(test, dxg_cmd_create_allocation(&w->link, PROCESS, &args, 0, &status),
			-EIO);
	dxg_flush_work();
	KUNIT_EXPECT_EQ(test, w->mock.own.count, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_count(&w->mock, DXGP_CMD_DESTROYALLOCATION), 4);
	w->mock.handlers = NULL;
}

/* A host that returns less data than it got: the rest is zero, and the next follows at once. */
static size_t dxg_less_data(struct dxg_mock *mock, const struct dxgp_header *cmd, size_t len,
			    void *out)
{
	struct dxgp_createallocation_reply *reply = out;
	u8 *data = (u8 *)&reply->allocation_info[2];

	dxg_mock_answer(mock, cmd, len, out, 0);
	reply->allocation_info[0].priv_drv_data_size = 3;
	reply->allocation_info[1].priv_drv_data_size = 2;
	memcpy(data, "abcde", 5);
	return data + 5 - (u8 *)out;
}

static void dxg_less_data_is_padded(struct kunit *test)
{
	const struct dxg_mock_handler handlers[] = {
		{ DXGP_CMD_CREATEALLOCATION, dxg_less_data }, {}
	};
	struct dxg_wire *w = test->priv;
	u8 data[16];
	u32 status;

	memset(data, 0x77, sizeof(data));
	w->mock.handlers = handlers;
	KUNIT_EXPECT_EQ(test, dxg_make_two(w, 0, data, &status), 0);
	KUNIT_EXPECT_MEMEQ(test, data, "abc\0\0\0\0\0de\0\0\0\0\0\0", 16);
	w->mock.handlers = NULL;
}

static void dxg_handles_are_checked(struct kunit *test)
{
	static const struct {
		u32 command, kind;
		struct dxg_twist twist;
	} cases[] = {
		{ DXGP_CMD_CREATEPAGINGQUEUE, DXGP_CMD_CREATEPAGINGQUEUE, { 4, 4, 0 } },
		{ DXGP_CMD_CREATESYNCOBJECT, DXGP_CMD_CREATESYNCOBJECT, { 4, 4, 0 } },
		{ DXGP_CMD_CREATEHWQUEUE, DXGP_CMD_CREATEHWQUEUE, { 32, 4, 0 } },
		{ DXGP_CMD_OPENRESOURCE, DXG_MOCK_RESOURCE, { 12, 4, 0 } },
		{ DXGP_CMD_OPENADAPTER, 0xffff, { 0, 4, 0 } },
	};
	struct dxg_wire *w = test->priv;
	struct dxg_cmd_paging_queue paging;
	struct dxg_cmd_hwqueue hwqueue = {};
	struct dxg_cmd_sync sync = {
		.type = DXGP_SYNC_MONITORED_FENCE, .flags = DXGP_SYNCFLAG_SHARED,
	};
	u32 status, handles[2], adapter;
	struct dxg_cmd_open_resource open = { .count = 2, .handles = handles };
	size_t i;
	int ret;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		w->mock.priv = (void *)&cases[i].twist;
		w->mock.handlers = TWISTED(cases[i].command);
		switch (cases[i].command) {
		case DXGP_CMD_CREATEPAGINGQUEUE:
			ret = dxg_cmd_create_paging_queue(&w->link, PROCESS, 1, 0, 0, 0, &paging,
							  &status);
			break;
		case DXGP_CMD_CREATESYNCOBJECT:
			ret = dxg_cmd_create_sync_object(&w->link, PROCESS, &sync, 0, &status);
			break;
		case DXGP_CMD_CREATEHWQUEUE:
			ret = dxg_cmd_create_hwqueue(&w->link, PROCESS, &hwqueue, 0, &status);
			break;
		case DXGP_CMD_OPENRESOURCE:
			ret = dxg_cmd_open_resource(&w->link, PROCESS, &open, 0, &status);
			break;
		default:
			ret = dxg_cmd_open_adapter(&w->link, &adapter, &status);
		}
		dxg_expect_refused(test, ret, cases[i].kind, "command", cases[i].command);
	}
	w->mock.handlers = NULL;
	KUNIT_EXPECT_EQ(test, dxg_wire_violations(w), ARRAY_SIZE(cases));
}

static void dxg_gpu_addresses_are_checked(struct kunit *test)
{
	static const struct {
		u64 base, minimum, maximum, pages, answer;
		int ret;
	} cases[] = {
		{ .base = 0x100000, .pages = 1, .answer = 0x100000 },
		{ .base = 0x100000, .pages = 1, .answer = 0x101000, .ret = -EIO },
		{ .base = 0x100000, .pages = 1, .answer = 0, .ret = -EIO },
		{ .pages = 1, .answer = 0x5000 },
		{ .pages = 1, .answer = 0x5001, .ret = -EIO },
		{ .pages = 1, .answer = 0, .ret = -EIO },
		{ .minimum = 0x6000, .pages = 1, .answer = 0x5000, .ret = -EIO },
		{ .minimum = 0x6000, .pages = 1, .answer = 0x6000 },
		{ .maximum = 0x9fff, .pages = 4, .answer = 0x6000 },
		{ .maximum = 0x9fff, .pages = 5, .answer = 0x6000, .ret = -EIO },
		{ .maximum = 0x9fff, .pages = 1, .answer = 0xa000, .ret = -EIO },
		{ .pages = 2, .answer = 0xfffffffffffff000, .ret = -EIO },
	};
	struct dxg_twist twist = { .at = 0, .size = 8 };
	struct dxg_wire *w = test->priv;
	u32 status;
	size_t i;

	w->mock.priv = &twist;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct dxg_cmd_map map = {
			.base = cases[i].base, .minimum = cases[i].minimum,
			.maximum = cases[i].maximum, .size_pages = cases[i].pages,
		};
		struct dxg_cmd_reserve reserve = {
			.base = cases[i].base, .minimum = cases[i].minimum,
			.maximum = cases[i].maximum, .size = cases[i].pages * 4096,
		};

		twist.value = cases[i].answer;
		w->mock.handlers = TWISTED(DXGP_CMD_MAPGPUVIRTUALADDRESS);
		KUNIT_EXPECT_EQ_MSG(test, dxg_cmd_map_gpu_va(&w->link, PROCESS, &map, 0, &status),
				    cases[i].ret, "map %zu", i);
		if (!cases[i].answer)
			continue;
		w->mock.handlers = TWISTED(DXGP_CMD_RESERVEGPUVIRTUALADDRESS);
		KUNIT_EXPECT_EQ_MSG(test,
				    dxg_cmd_reserve_gpu_va(&w->link, PROCESS, &reserve, 0,
							   &status),
				    cases[i].ret, "reserve %zu", i);
		dxg_flush_work();
		/* The range that was not asked for is given back. */
		KUNIT_EXPECT_EQ_MSG(test,
				    dxg_mock_count(&w->mock, DXGP_CMD_FREEGPUVIRTUALADDRESS),
				    !!cases[i].ret, "reserve %zu", i);
		w->mock.counts[DXGP_CMD_FREEGPUVIRTUALADDRESS] = 0;
	}
	w->mock.handlers = NULL;
}

/* As long as a padded status: told apart by what a number of bytes cannot be. */
static void dxg_evict_bytes_or_status(struct kunit *test)
{
	static const struct {
		u64 word;
		u32 status;
	} cases[] = {
		{ 0, 0 }, { 0x10000, 0 }, { 0xc0000000, 0 }, { 0x1c000000d, 0 },
		{ 0xc000000d, 0xc000000d }, { 0xc0000017, 0xc0000017 }, { 0x103, 0 },
	};
	struct dxg_twist twist = { .at = 0, .size = 8 };
	struct dxg_wire *w = test->priv;
	u32 handle = 1, status;
	u64 bytes;
	size_t i;

	w->mock.priv = &twist;
	w->mock.handlers = TWISTED(DXGP_CMD_EVICT);
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		twist.value = cases[i].word;
		KUNIT_EXPECT_EQ(test, dxg_cmd_evict(&w->link, PROCESS, 1, &handle, 1, 0, 0, &bytes,
						    &status), 0);
		KUNIT_EXPECT_EQ(test, status, cases[i].status);
		if (!cases[i].status)
			KUNIT_EXPECT_EQ(test, bytes, cases[i].word);
	}
	w->mock.handlers = NULL;
}

/* What is to be trimmed is told with the failure that it explains. */
static void dxg_trim_comes_with_a_failure(struct kunit *test)
{
	struct dxg_twist twist = { .at = 8, .size = 8, .value = 0x30000 };
	u32 handle = 1, status;
	struct dxg_cmd_resident args = { .handles = &handle, .count = 1, .fence_value = 7 };
	struct dxg_wire *w = test->priv;

	w->mock.priv = &twist;
	w->mock.handlers = TWISTED(DXGP_CMD_MAKERESIDENT);
	KUNIT_EXPECT_EQ(test, dxg_cmd_make_resident(&w->link, PROCESS, &args, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, args.bytes_to_trim, 0x30000);
	KUNIT_EXPECT_NE(test, args.fence_value, 0);
	twist.at = 16;
	twist.size = 4;
	twist.value = DXG_STATUS_NO_MEMORY;
	KUNIT_EXPECT_EQ(test, dxg_cmd_make_resident(&w->link, PROCESS, &args, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_NO_MEMORY);
	KUNIT_EXPECT_EQ(test, args.fence_value, 0);
	w->mock.handlers = NULL;
}

static void dxg_pending_is_a_success(struct kunit *test)
{
	struct dxg_cmd_property property = { .paging_queue = 1, .allocation = 2 };
	struct dxg_cmd_map map = { .base = 0x1000, .size_pages = 1 };
	struct dxg_wire *w = test->priv;
	struct dxg_mock_rule *rule = dxg_mock_rule(&w->mock, DXGP_CMD_MAPGPUVIRTUALADDRESS);
	struct dxg_twist twist = { .at = 0, .size = 8, .value = 0x77 };
	u32 status;

	rule->times = 1;
	rule->status = DXG_STATUS_PENDING;
	KUNIT_EXPECT_EQ(test, dxg_cmd_map_gpu_va(&w->link, PROCESS, &map, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_PENDING);
	KUNIT_EXPECT_NE(test, map.fence_value, 0);

	/* The value counts only when it is pending. */
	w->mock.priv = &twist;
	w->mock.handlers = TWISTED(DXGP_CMD_UPDATEALLOCATIONPROPERTY);
	KUNIT_EXPECT_EQ(test, dxg_cmd_update_property(&w->link, PROCESS, &property, 0, &status),
			0);
	KUNIT_EXPECT_EQ(test, property.fence_value, 0);
	w->mock.handlers = NULL;
}

/* ---- Data that comes back ---- */

static void dxg_failed_data_is_left_alone(struct kunit *test)
{
	struct dxg_wire *w = test->priv;
	u8 data[8], before[8];
	struct dxg_cmd_context context = { .data = data, .data_size = 8 };
	struct dxg_cmd_hwqueue hwqueue = { .data = data, .data_size = 8 };
	struct dxg_cmd_escape escape = { .data = data, .size = 8 };
	struct dxg_mock_rule *rule;
	u32 status;
	size_t i;
	static const u32 commands[] = {
		DXGP_CMD_CREATECONTEXTVIRTUAL, DXGP_CMD_CREATEHWQUEUE, DXGP_CMD_ESCAPE,
	};

	memset(data, 0x5a, sizeof(data));
	memcpy(before, data, sizeof(data));
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		rule = dxg_mock_rule(&w->mock, commands[i]);
		rule->times = 1;
		rule->status = DXG_STATUS_INVALID_PARAMETER;
	}
	dxg_cmd_create_context(&w->link, PROCESS, &context, 0, &status);
	KUNIT_EXPECT_TRUE(test, dxg_status_failed(status));
	dxg_cmd_create_hwqueue(&w->link, PROCESS, &hwqueue, 0, &status);
	KUNIT_EXPECT_TRUE(test, dxg_status_failed(status));
	/* It is answered by a bare status. */
	KUNIT_EXPECT_EQ(test, dxg_cmd_escape(&w->link, PROCESS, &escape, 0, &status), 0);
	KUNIT_EXPECT_TRUE(test, dxg_status_failed(status));
	KUNIT_EXPECT_MEMEQ(test, data, before, sizeof(data));
}

static void dxg_standard_data_sizes(struct kunit *test)
{
	struct dxg_cmd_standard_data args = { .alloc_type = 4 };
	struct dxg_twist twist = { .at = 4, .size = 8, .value = 0x200000004ull };
	struct dxg_wire *w = test->priv;
	u8 alloc[4], resource[2];
	u32 status;

	w->mock.priv = &twist;
	w->mock.handlers = TWISTED(DXGP_CMD_GETSTANDARDALLOCPRIVDATA);
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_standard_data(&w->link, PROCESS, &args, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, args.alloc_size, 4);
	KUNIT_EXPECT_EQ(test, args.resource_size, 2);

	args.alloc_data = alloc;
	args.resource_data = resource;
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_standard_data(&w->link, PROCESS, &args, 0, &status), 0);
	twist.value = 0x200000005ull;
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_standard_data(&w->link, PROCESS, &args, 0, &status),
			-EIO);
	args.alloc_size = 4;
	args.resource_size = 2;
	twist.value = 0x300000004ull;
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_standard_data(&w->link, PROCESS, &args, 0, &status),
			-EIO);
	args.alloc_data = NULL;
	twist.value = 0x2000000000020000ull;
	KUNIT_EXPECT_EQ(test, dxg_cmd_get_standard_data(&w->link, PROCESS, &args, 0, &status),
			-EIO);
	w->mock.handlers = NULL;
}

/* ---- What no message can carry ---- */

static void dxg_too_much_is_refused(struct kunit *test)
{
	struct dxg_cmd_alloc alloc = { .data_size = DXGP_MAX_BLOB };
	struct dxg_cmd_create_alloc create = { .allocs = &alloc, .count = 1 };
	struct dxg_cmd_destroy_alloc destroy = {};
	struct dxg_cmd_submit submit = {};
	struct dxg_cmd_signal signal = { .object_count = U32_MAX };
	struct dxg_cmd_resident resident = {};
	struct dxg_cmd_update update = {};
	struct dxg_cmd_context context = { .data_size = DXGP_MAX_MESSAGE };
	struct dxg_cmd_escape escape = { .size = U32_MAX };
	struct dxg_wire *w = test->priv;
	struct dxg_link *link = &w->link;
	u32 status, word = 0;
	u64 bytes;

	KUNIT_EXPECT_EQ(test, dxg_cmd_create_allocation(link, 1, &create, 0, &status), -E2BIG);
	create.count = 0;
	KUNIT_EXPECT_EQ(test, dxg_cmd_create_allocation(link, 1, &create, 0, &status), -EINVAL);
	create.count = DXGP_MAX_ALLOCATIONS + 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_create_allocation(link, 1, &create, 0, &status), -EINVAL);

	/* A resource or allocations, not both and not neither. */
	KUNIT_EXPECT_EQ(test, dxg_cmd_destroy_allocation(link, 1, &destroy, &status), -EINVAL);
	destroy.resource = 1;
	destroy.handles = &word;
	destroy.count = 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_destroy_allocation(link, 1, &destroy, &status), -EINVAL);

	KUNIT_EXPECT_EQ(test, dxg_cmd_submit(link, 1, &submit, 0, &status), -EINVAL);
	submit.context_count = DXGP_MAX_BROADCAST + 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_submit(link, 1, &submit, 0, &status), -EINVAL);
	submit.contexts = &word;
	submit.context_count = 1;
	submit.history_count = DXGP_MAX_HISTORY + 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_submit(link, 1, &submit, 0, &status), -EINVAL);
	submit.history_count = 0;
	submit.primary_count = DXGP_MAX_PRIMARIES + 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_submit(link, 1, &submit, 0, &status), -EINVAL);
	submit.primary_count = 0;
	submit.data_size = DXGP_MAX_MESSAGE - 16 - 408 + 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_submit(link, 1, &submit, 0, &status), -E2BIG);

	KUNIT_EXPECT_EQ(test, dxg_cmd_signal(link, 1, &signal, 0, &status), -E2BIG);
	signal.object_count = 1;
	signal.flags = DXGP_SIGNAL_CPU_EVENT;
	KUNIT_EXPECT_EQ(test, dxg_cmd_signal(link, 1, &signal, 0, &status), -EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_cmd_wait_gpu(link, 1, 1, &word, &bytes, 33, false, 0, &status),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_cmd_wait_gpu(link, 1, 1, &word, &bytes, 0, false, 0, &status),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_cmd_wait_cpu(link, 1, 1, &word, &bytes, 0, false, 1, 0,
					       &status), -EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_cmd_wait_cpu(link, 1, 1, &word, &bytes, 131072, false, 1, 0,
					       &status), -E2BIG);

	KUNIT_EXPECT_EQ(test, dxg_cmd_make_resident(link, 1, &resident, 0, &status), -EINVAL);
	resident.count = DXGP_MAX_RESIDENT + 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_make_resident(link, 1, &resident, 0, &status), -EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_cmd_evict(link, 1, 1, &word, 0, 0, 0, &bytes, &status),
			-EINVAL);
	update.count = DXGP_MAX_VA_OPERATIONS + 1;
	KUNIT_EXPECT_EQ(test, dxg_cmd_update_gpu_va(link, 1, &update, 0, &status), -EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_cmd_create_context(link, 1, &context, 0, &status), -E2BIG);
	KUNIT_EXPECT_EQ(test, dxg_cmd_escape(link, 1, &escape, 0, &status), -E2BIG);
	KUNIT_EXPECT_EQ(test, dxg_cmd_query_residency(link, 1, 1, 0, NULL, 0, &word, 0, &status),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, dxg_cmd_set_sysmem_pages(link, 1, 1, 1, 0, NULL, NULL, 0, &status),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 0);
}

/* ---- Pages of the guest ---- */

static void dxg_fill(void *ctx, u64 first, u32 count, u64 *pfns)
{
	u32 i;

	for (i = 0; i < count; i++)
		pfns[i] = first + i + 1;
}

/* What the mock has seen of the page lists. */
struct dxg_page_lists {
	unsigned int messages;
	u64 next;
	bool good;
	unsigned int fail_at;
};

static size_t dxg_take_pages(struct dxg_mock *mock, const struct dxgp_header *hdr, size_t len,
			     void *out)
{
	const struct dxgp_setexistingsysmempages *cmd = (const void *)hdr;
	struct dxg_page_lists *seen = mock->priv;
	u32 i, status = DXG_STATUS_INVALID_PARAMETER;

	if (++seen->messages == seen->fail_at) {
		memcpy(out, &status, sizeof(status));
		return sizeof(status);
	}
	if (len != 126976 || cmd->alloc_offset_in_pages != seen->next)
		seen->good = false;
	for (i = 0; i < 15867; i++)
		if (cmd->pfns[i] != (i < cmd->num_pages ? seen->next + i + 1 : 0))
			seen->good = false;
	seen->next += cmd->num_pages;
	return sizeof(u32);
}

static void dxg_page_lists_are_split(struct kunit *test)
{
	const struct dxg_mock_handler handlers[] = {
		{ DXGP_CMD_SETEXISTINGSYSMEMPAGES, dxg_take_pages }, {}
	};
	static const u64 counts[] = { 1, 15866, 15867, 15868, 2 * 15867, 2 * 15867 + 1 };
	struct dxg_wire *w = test->priv;
	struct dxg_page_lists seen;
	u32 status;
	size_t i;

	w->mock.handlers = handlers;
	w->mock.priv = &seen;
	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		seen = (struct dxg_page_lists){ .good = true };
		KUNIT_EXPECT_EQ(test, dxg_cmd_set_sysmem_pages(&w->link, PROCESS, 1, 2, counts[i],
							       dxg_fill, NULL, 0, &status), 0);
		KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
		KUNIT_EXPECT_TRUE(test, seen.good);
		KUNIT_EXPECT_EQ(test, seen.next, counts[i]);
		KUNIT_EXPECT_EQ(test, seen.messages, DIV_ROUND_UP(counts[i], 15867));
	}
	/* The first failure is the last message. */
	seen = (struct dxg_page_lists){ .good = true, .fail_at = 2 };
	KUNIT_EXPECT_EQ(test, dxg_cmd_set_sysmem_pages(&w->link, PROCESS, 1, 2, 3 * 15867,
						       dxg_fill, NULL, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_INVALID_PARAMETER);
	KUNIT_EXPECT_EQ(test, seen.messages, 2);
	w->mock.handlers = NULL;
}

static void dxg_gpadls_end_with_the_channel(struct kunit *test)
{
	struct dxg_gpadl a = {}, b = {}, c = {};
	struct dxg_wire *w = test->priv;

	KUNIT_EXPECT_EQ(test, dxg_gpadl_create(w->host, NULL, 4096, &a), 0);
	KUNIT_EXPECT_EQ(test, dxg_gpadl_create(w->host, NULL, 4096, &b), 0);
	KUNIT_EXPECT_EQ(test, dxg_gpadl_create(w->host, NULL, 0, &c), -EOPNOTSUPP);
	KUNIT_EXPECT_EQ(test, dxg_gpadl_create(w->host, NULL, DXG_GPADL_MAX_SIZE + 1, &c),
			-EOPNOTSUPP);
	KUNIT_EXPECT_NE(test, a.handle, 0);
	KUNIT_EXPECT_NE(test, a.handle, b.handle);
	KUNIT_EXPECT_EQ(test, w->mock.gpadls, 2);
	dxg_gpadl_destroy(w->host, &a);
	KUNIT_EXPECT_EQ(test, w->mock.gpadls, 1);
	/* Twice does no harm. */
	dxg_gpadl_destroy(w->host, &a);
	dxg_gpadl_destroy(w->host, &c);
	KUNIT_EXPECT_EQ(test, w->mock.gpadls, 1);

	dxg_link_drain(&w->host->link, &w->host->port, NULL);
	dxg_gpadl_destroy_all(w->host);
	KUNIT_EXPECT_EQ(test, w->mock.gpadls, 0);
	dxg_gpadl_destroy(w->host, &b);
	KUNIT_EXPECT_EQ(test, w->mock.gpadls, 0);
	KUNIT_EXPECT_EQ(test, dxg_gpadl_create(w->host, NULL, 4096, &c), -ENODEV);
}

/* ---- Without a reply ---- */

static void dxg_async_commands_want_no_reply(struct kunit *test)
{
	u32 word = 0x71, status = 1;
	u64 value = 5;
	struct dxg_cmd_submit submit = { .contexts = &word, .context_count = 1 };
	struct dxg_cmd_submit_hw submit_hw = { .hwqueue = 0xd1 };
	struct dxg_cmd_signal signal = { .objects = &word, .values = &value, .object_count = 1 };
	struct dxg_wire *w = test->priv;
	unsigned int n = 0;

	w->link.async = true;
	KUNIT_EXPECT_EQ(test, dxg_cmd_submit(&w->link, PROCESS, &submit, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	KUNIT_EXPECT_EQ(test, dxg_cmd_submit_hw(&w->link, PROCESS, &submit_hw, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, dxg_cmd_signal(&w->link, PROCESS, &signal, 0, &status), 0);
	KUNIT_EXPECT_EQ(test, dxg_cmd_wait_gpu(&w->link, PROCESS, 0x71, &word, &value, 1, false, 0,
					       &status), 0);
	KUNIT_EXPECT_EQ(test, w->mock.sent, 4);
	for (n = 0; n < 4; n++) {
		KUNIT_EXPECT_EQ(test, w->mock.log[n].id, 0);
		KUNIT_EXPECT_EQ(test, w->mock.log[n].hdr.channel, 0x100);
	}
	/* A CPU wait has one always, and so has what is not about execution. */
	KUNIT_EXPECT_EQ(test, dxg_cmd_wait_cpu(&w->link, PROCESS, 1, &word, &value, 1, false, 7, 0,
					       &status), 0);
	KUNIT_EXPECT_NE(test, dxg_mock_last(&w->mock)->id, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&w->mock)->hdr.channel, 0);

	w->link.async = false;
	KUNIT_EXPECT_EQ(test, dxg_cmd_submit(&w->link, PROCESS, &submit, 0, &status), 0);
	KUNIT_EXPECT_NE(test, dxg_mock_last(&w->mock)->id, 0);
	KUNIT_EXPECT_EQ(test, dxg_mock_last(&w->mock)->hdr.channel, 0);
}

static void dxg_values_can_be_changed(struct kunit *test)
{
	struct dxg_cmd_submit_hw submit = { .hwqueue = 0xd1, .fence_value = 1 };
	struct dxg_wire *w = test->priv;
	struct dxg_request *req;
	u32 object = 0xc1;
	u64 value = 1;

	req = dxg_prep_wait_cpu(&w->link, PROCESS, 1, &object, &value, 1, false, 7, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	dxg_wait_cpu_set_value(req, 0x1122334455667788);
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	value = 0x1122334455667788;
	KUNIT_EXPECT_MEMEQ(test, w->mock.last + 60, &value, 8);
	dxg_request_put(req);

	req = dxg_prep_submit_hw(&w->link, PROCESS, &submit, 0);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	dxg_submit_hw_set_fence_value(req, value);
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	KUNIT_EXPECT_MEMEQ(test, w->mock.last + 32, &value, 8);
	dxg_request_put(req);
}

/* The reply carries nothing; it may be empty. */
static void dxg_replies_without_content(struct kunit *test)
{
	struct dxg_cmd_paging_queue queue;
	struct dxg_wire *w = test->priv;
	struct dxg_request *req;
	u32 status = 1;

	KUNIT_ASSERT_EQ(test, dxg_cmd_create_paging_queue(&w->link, PROCESS, 1, 0, 0, 0, &queue,
							  &status), 0);
	KUNIT_EXPECT_EQ(test, dxg_cmd_destroy_paging_queue(&w->link, PROCESS, queue.handle), 0);
	KUNIT_EXPECT_EQ(test, w->mock.last_len, 32);
	KUNIT_EXPECT_MEMEQ(test, w->mock.last + 24, &queue.handle, 4);
	KUNIT_EXPECT_EQ(test, w->mock.own.count, 0);
	KUNIT_EXPECT_EQ(test, w->mock.own.strays, 0);

	req = dxg_prep_destroy_paging_queue(&w->link, PROCESS, 1);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, req);
	KUNIT_EXPECT_EQ(test, dxg_request_run(req), 0);
	status = 1;
	KUNIT_EXPECT_EQ(test, dxg_request_result(req, &status), 0);
	KUNIT_EXPECT_EQ(test, status, DXG_STATUS_SUCCESS);
	dxg_request_put(req);
}

static struct kunit_case dxg_cmd_checks_cases[] = {
	KUNIT_CASE(dxg_iospace_is_checked),
	KUNIT_CASE(dxg_pages_outside_are_refused),
	KUNIT_CASE(dxg_other_sync_objects_have_no_page),
	KUNIT_CASE(dxg_allocations_are_checked),
	KUNIT_CASE(dxg_loose_allocations_are_undone),
	KUNIT_CASE(dxg_many_allocations_are_undone),
	KUNIT_CASE(dxg_less_data_is_padded),
	KUNIT_CASE(dxg_handles_are_checked),
	KUNIT_CASE(dxg_gpu_addresses_are_checked),
	KUNIT_CASE(dxg_evict_bytes_or_status),
	KUNIT_CASE(dxg_trim_comes_with_a_failure),
	KUNIT_CASE(dxg_pending_is_a_success),
	KUNIT_CASE(dxg_failed_data_is_left_alone),
	KUNIT_CASE(dxg_standard_data_sizes),
	KUNIT_CASE(dxg_too_much_is_refused),
	KUNIT_CASE(dxg_page_lists_are_split),
	KUNIT_CASE(dxg_gpadls_end_with_the_channel),
	KUNIT_CASE(dxg_async_commands_want_no_reply),
	KUNIT_CASE(dxg_values_can_be_changed),
	KUNIT_CASE(dxg_replies_without_content),
	{}
};

static struct kunit_suite dxg_cmd_checks_suite = {
	.name = "dxg_cmd_checks",
	.suite_init = dxg_wire_suite_init,
	.suite_exit = dxg_wire_suite_exit,
	.init = dxg_wire_init,
	.exit = dxg_wire_exit,
	.test_cases = dxg_cmd_checks_cases,
};

kunit_test_suite(dxg_cmd_checks_suite);
