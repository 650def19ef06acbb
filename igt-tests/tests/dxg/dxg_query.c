// SPDX-License-Identifier: MIT
/*
 * DRM_IOCTL_DXG_DEV_QUERY: what it returns, and what it refuses.
 */
#include <limits.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_vm.h"

/**
 * TEST: dxg query
 * Category: Core
 * Mega feature: dxg
 * Sub-category: information
 * Functionality: queries of the adapter and its host
 *
 * SUBTEST: device-info
 * Description: The identity and the limits make sense.
 *
 * SUBTEST: device-info-stable
 * Description: Two answers are the same.
 *
 * SUBTEST: device-info-long
 * Description: A longer structure is filled, and its excess returned as zero.
 *
 * SUBTEST: primary-node
 * Description: The primary node answers as well.
 *
 * SUBTEST: host-adapter-type
 * Description: The adapter type speaks of paravirtualization, not of displays.
 *
 * SUBTEST: host-device-ids
 * Description: The host's ids are those of the device info.
 *
 * SUBTEST: host-data-size
 * Description: Data sizes: too small returns the need, none and too much are refused.
 *
 * SUBTEST: host-query-refused
 * Description: What is not listed is not asked.
 *
 * SUBTEST: host-invalid-data-pointer
 * Description: Data at a bad address is EFAULT.
 *
 * SUBTEST: engines-list
 * Description: The engines are counted, listed and numbered.
 *
 * SUBTEST: feature
 * Description: A feature is asked for.
 *
 * SUBTEST: feature-invalid-flags
 * Description: Fields that must be zero are checked.
 *
 * SUBTEST: mem-regions-list
 * Description: The kinds of memory are counted and listed.
 *
 * SUBTEST: mem-regions-use
 * Description: What a file has in use rises by what it makes resident, and falls when that goes;
 *	its budget does not change, and another file's use does not, either.
 *
 * SUBTEST: clock
 * Description: The GPU's clock goes as fast as it says.
 *
 * SUBTEST: clock-invalid
 * Description: Fields that must be zero are checked, and the engine.
 *
 * SUBTEST: invalid-type
 * Description: An unknown type is refused, with a pointer and without.
 *
 * SUBTEST: invalid-read-only-memory
 * Description: Memory that may only be read is no place for an answer.
 *
 * SUBTEST: invalid-ioctl
 * Description: An ioctl number past the table is EINVAL.
 *
 * SUBTEST: argument-size
 * Description: Older and newer argument structures work.
 *
 * SUBTEST: restart
 * Description: Signals all the time change no answer.
 *
 * SUBTEST: many-at-once
 * Description: Several processes open, ask and close at the same time.
 */

/**
 * SUBTEST: size-%s
 * Description: Without a pointer the size of the structure comes back: %arg[1].
 *
 * arg[1]:
 *
 * @device-info:	device info
 * @host-adapter-info:	host adapter info
 * @engines:	engines
 * @feature:	feature
 * @mem-regions:	mem regions
 * @clock:	clock
 */

/**
 * SUBTEST: invalid-too-small-%s
 * Description: A structure smaller than the first one is refused: %arg[1].
 *
 * arg[1]:
 *
 * @device-info:	device info
 * @host-adapter-info:	host adapter info
 * @engines:	engines
 * @feature:	feature
 * @mem-regions:	mem regions
 * @clock:	clock
 */

/**
 * SUBTEST: invalid-too-large-%s
 * Description: An absurd size is refused: %arg[1].
 *
 * arg[1]:
 *
 * @device-info:	device info
 * @host-adapter-info:	host adapter info
 * @engines:	engines
 * @feature:	feature
 * @mem-regions:	mem regions
 * @clock:	clock
 */

/**
 * SUBTEST: invalid-pointer-%s
 * Description: A pointer to nowhere is EFAULT: %arg[1].
 *
 * arg[1]:
 *
 * @device-info:	device info
 * @host-adapter-info:	host adapter info
 * @engines:	engines
 * @feature:	feature
 * @mem-regions:	mem regions
 * @clock:	clock
 */

/**
 * SUBTEST: invalid-across-the-end-%s
 * Description: A structure that leaves the mapped memory is EFAULT: %arg[1].
 *
 * arg[1]:
 *
 * @device-info:	device info
 * @host-adapter-info:	host adapter info
 * @engines:	engines
 * @feature:	feature
 * @mem-regions:	mem regions
 * @clock:	clock
 */

/**
 * SUBTEST: invalid-excess-%s
 * Description: An unknown field that is not zero is refused: %arg[1].
 *
 * arg[1]:
 *
 * @host-adapter-info:	host adapter info
 * @engines:	engines
 * @feature:	feature
 * @mem-regions:	mem regions
 * @clock:	clock
 */

/**
 * SUBTEST: %s-stride
 * Description: Elements of newer programs work, of wrong size not: %arg[1].
 *
 * arg[1]:
 *
 * @engines:	engines
 * @mem-regions:	mem regions
 */

/**
 * SUBTEST: feature-invalid-%s
 * Description: A field of FEATURE that must be zero: %arg[1].
 *
 * arg[1]:
 *
 * @version:	version
 * @pad:	pad
 */

IGT_TEST_DESCRIPTION("Queries of the dxg driver, good ones and bad ones.");

/* The structures as they were introduced, and their types. */
static const struct {
	const char *name;
	uint32_t type;
	uint32_t size;
	bool input;
} types[] = {
	{ "device-info", DRM_DXG_DEV_QUERY_DEVICE_INFO, sizeof(struct drm_dxg_device_info), false },
	{ "host-adapter-info", DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO,
	  sizeof(struct drm_dxg_host_adapter_info), true },
	{ "engines", DRM_DXG_DEV_QUERY_ENGINES, sizeof(struct drm_dxg_engines), true },
	{ "feature", DRM_DXG_DEV_QUERY_FEATURE, sizeof(struct drm_dxg_feature), true },
	{ "mem-regions", DRM_DXG_DEV_QUERY_MEM_REGIONS, sizeof(struct drm_dxg_mem_regions), true },
	{ "clock", DRM_DXG_DEV_QUERY_CLOCK, sizeof(struct drm_dxg_clock), true },
};

#define TYPES	(sizeof(types) / sizeof(types[0]))

/* An address that no structure can be read from. */
#define BAD_POINTER	((void *)8)

/* --- DEVICE_INFO --- */

static void device_info(int fd)
{
	struct drm_dxg_device_info info;

	igt_dxg_device_info(fd, &info);
	igt_assert_neq_u64(info.luid, 0);
	igt_assert_f(info.interface_version >= 27 && info.interface_version <= 40,
		     "version %u\n", info.interface_version);
	igt_assert_eq_u32(info.flags & ~0x1fu, 0);
	igt_assert_neq_u64(info.iospace_size, 0);
	igt_assert_neq_u32(info.max_host_data, 0);
	igt_assert_neq_u32(info.request_timeout_ms, 0);
	igt_assert(memchr(info.description, 0, sizeof(info.description)));
	igt_assert_neq(info.description[0], 0);
	if (!(info.flags & DRM_DXG_DEVICE_HOST_IDS))
		igt_assert_eq_u32(info.host_vendor_id | info.host_device_id, 0);
	igt_info("%s, version %u\n", (const char *)info.description, info.interface_version);
}

/* Two answers are the same: nothing in them is left from the stack of the kernel. */
static void device_info_stable(int fd)
{
	struct drm_dxg_device_info a, b;

	memset(&a, 0xaa, sizeof(a));
	memset(&b, 0x55, sizeof(b));
	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_DEVICE_INFO, &a, sizeof(a), 0);
	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_DEVICE_INFO, &b, sizeof(b), 0);
	igt_assert_eq(memcmp(&a, &b, sizeof(a)), 0);
}

static void device_info_long(int fd)
{
	struct {
		struct drm_dxg_device_info info;
		uint8_t excess[64];
		uint8_t beyond[8];
	} room;
	size_t i;
	uint32_t size;

	/* What comes in does not matter for a structure that is only returned. */
	memset(&room, 0xff, sizeof(room));
	size = igt_dxg_query(fd, DRM_DXG_DEV_QUERY_DEVICE_INFO, &room,
			     offsetof(typeof(room), beyond), 0);
	igt_assert_eq_u32(size, sizeof(room.info));
	for (i = 0; i < sizeof(room.excess); i++)
		igt_assert_eq(room.excess[i], 0);
	for (i = 0; i < sizeof(room.beyond); i++)
		igt_assert_eq(room.beyond[i], 0xff);
}

/* --- All types --- */

static void too_small(int fd, uint32_t type, uint32_t size)
{
	uint8_t data[512] = {};

	igt_dxg_query(fd, type, data, size - 1, -EINVAL);
	igt_dxg_query(fd, type, data, 1, -EINVAL);
	igt_dxg_query(fd, type, data, 0, -EINVAL);
}

static void too_large(int fd, uint32_t type)
{
	static uint8_t data[64 << 10];

	igt_dxg_query(fd, type, data, sizeof(data), -EINVAL);
	igt_dxg_query(fd, type, data, UINT32_MAX, -EINVAL);
}

static void excess_not_zero(int fd, uint32_t type, uint32_t size)
{
	uint8_t data[512] = {};

	data[size] = 1;
	igt_dxg_query(fd, type, data, size + 8, -E2BIG);
}

/* The structure ends where the readable memory does; one byte later it does not. */
static void across_the_end(int fd, uint32_t type, uint32_t size)
{
	long page = sysconf(_SC_PAGESIZE);
	uint8_t *map;

	map = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(map != MAP_FAILED);
	igt_assert_eq(munmap(map + page, page), 0);
	igt_dxg_query(fd, type, map + page - size + 1, size, -EFAULT);
	igt_assert_eq(munmap(map, page), 0);
}

static void read_only_memory(int fd)
{
	long page = sysconf(_SC_PAGESIZE);
	void *map;

	map = mmap(NULL, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	igt_assert(map != MAP_FAILED);
	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_DEVICE_INFO, map, sizeof(struct drm_dxg_device_info),
		      -EFAULT);
	igt_assert_eq(munmap(map, page), 0);
}

/* --- HOST_ADAPTER_INFO --- */

static int host_info(int fd, uint32_t query, void *data, uint32_t *data_size)
{
	struct drm_dxg_host_adapter_info info = {
		.query = query,
		.data_size = *data_size,
		.data = (uintptr_t)data,
	};
	uint32_t size = sizeof(info);
	int ret;

	ret = __dxg_query(fd, DRM_DXG_DEV_QUERY_HOST_ADAPTER_INFO, &info, &size);
	*data_size = info.data_size;
	return ret;
}

static void host_adapter_type(int fd)
{
	struct drm_dxg_device_info info;
	uint32_t type = 0, size = sizeof(type);

	igt_dxg_device_info(fd, &info);
	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_ADAPTER_TYPE, &type, &size), 0);
	igt_assert_eq_u32(size, sizeof(type));
	igt_assert_neq_u32(type & 1 << 7, 0);
	igt_assert_eq_u32(type & (1 << 1 | 1 << 3 | 1 << 6 | 1 << 8 | 1 << 9), 0);
	igt_assert_eq(!!(type & 1 << 11), !!(info.flags & DRM_DXG_DEVICE_COMPUTE_ONLY));
}

static void host_device_ids(int fd)
{
	struct drm_dxg_device_info info;
	uint32_t ids[7] = { 0 }, size = sizeof(ids);

	igt_dxg_device_info(fd, &info);
	igt_require(info.flags & DRM_DXG_DEVICE_HOST_IDS);
	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_DEVICE_IDS, ids, &size), 0);
	igt_assert_eq_u32(ids[1], info.host_vendor_id);
	igt_assert_eq_u32(ids[2], info.host_device_id);
}

static void host_size(int fd)
{
	struct drm_dxg_device_info info;
	uint32_t version = 0, size = 2;

	/* Too small: the size needed comes back. */
	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_DRIVER_VERSION, &version, &size), -EINVAL);
	igt_assert_eq_u32(size, sizeof(version));
	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_DRIVER_VERSION, &version, &size), 0);
	igt_assert_f(version >= 1000 && version < 10000, "WDDM %u\n", version);

	size = 0;
	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_DRIVER_VERSION, &version, &size), -EINVAL);
	igt_dxg_device_info(fd, &info);
	size = info.max_host_data + 1;
	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_UMD_PRIVATE, &version, &size), -EINVAL);
}

static void host_refused(int fd)
{
	static const uint32_t queries[] = { 1, 2, 71, 1000, UINT32_MAX };
	uint32_t data[64];
	size_t i;

	for (i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		uint32_t size = sizeof(data);

		igt_assert_eq(host_info(fd, queries[i], data, &size), -EOPNOTSUPP);
	}
}

static void host_bad_pointer(int fd)
{
	uint32_t size = 4;

	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_DRIVER_VERSION, BAD_POINTER, &size),
		      -EFAULT);
	size = 4;
	igt_assert_eq(host_info(fd, DRM_DXG_HOST_QUERY_DRIVER_VERSION, NULL, &size), -EFAULT);
}

/* --- ENGINES --- */

static int engines(int fd, void *list, uint32_t stride, uint32_t *count)
{
	struct drm_dxg_engines args = {
		.stride = stride,
		.count = *count,
		.engines = (uintptr_t)list,
	};
	uint32_t size = sizeof(args);
	int ret;

	ret = __dxg_query(fd, DRM_DXG_DEV_QUERY_ENGINES, &args, &size);
	*count = args.count;
	return ret;
}

static void engines_list(int fd)
{
	struct drm_dxg_engine list[64];
	uint32_t count = 0, again = 64, i;

	igt_assert_eq(engines(fd, NULL, sizeof(list[0]), &count), 0);
	igt_assert_f(count >= 1 && count <= 64, "%u engines\n", count);
	memset(list, 0xff, sizeof(list));
	igt_assert_eq(engines(fd, list, sizeof(list[0]), &again), 0);
	igt_assert_eq_u32(again, count);
	for (i = 0; i < count; i++) {
		igt_assert_eq_u32(list[i].node, i);
		igt_assert_eq_u32(list[i].pad, 0);
		igt_assert_eq_u32(list[i].flags & ~3u, 0);
		igt_assert(memchr(list[i].name, 0, sizeof(list[i].name)));
	}
	for (; i < 64; i++)
		igt_assert_eq_u32(list[i].node, UINT32_MAX);
}

static void engines_stride(int fd)
{
	struct {
		struct drm_dxg_engine engine;
		uint64_t newer;
	} list[64];
	uint32_t count = 64, i;

	memset(list, 0xff, sizeof(list));
	igt_assert_eq(engines(fd, list, sizeof(list[0]), &count), 0);
	for (i = 0; i < count; i++) {
		igt_assert_eq_u32(list[i].engine.node, i);
		igt_assert_eq_u64(list[i].newer, 0);
	}
	igt_assert_eq(engines(fd, list, 0, &count), -EINVAL);
	igt_assert_eq(engines(fd, list, sizeof(list[0].engine) - 8, &count), -EINVAL);
	igt_assert_eq(engines(fd, list, sizeof(list[0].engine) + 4, &count), -EINVAL);
	igt_assert_eq(engines(fd, list, UINT32_MAX, &count), -EINVAL);
	igt_assert_eq(engines(fd, list, UINT32_MAX & ~7u, &count), -EINVAL);
	count = 1;
	igt_assert_eq(engines(fd, BAD_POINTER, sizeof(list[0]), &count), -EFAULT);
}

/* --- FEATURE --- */

static void feature(int fd, struct drm_dxg_feature args, int error)
{
	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_FEATURE, &args, sizeof(args), error);
}

static void feature_basic(int fd)
{
	struct drm_dxg_feature args = { .feature = 0 };
	uint32_t size = sizeof(args);
	int ret;

	ret = __dxg_query(fd, DRM_DXG_DEV_QUERY_FEATURE, &args, &size);
	igt_require_f(ret != -EOPNOTSUPP, "the host has no feature queries\n");
	igt_assert_eq(ret, 0);
	igt_assert_eq_u32(args.feature, 0);
	igt_assert_eq_u32(args.flags & ~0xfu, 0);
	igt_assert_eq_u32(args.pad, 0);
}

/* --- MEM_REGIONS --- */

static int regions(int fd, void *list, uint32_t stride, uint32_t *count)
{
	struct drm_dxg_mem_regions args = {
		.stride = stride,
		.count = *count,
		.regions = (uintptr_t)list,
	};
	uint32_t size = sizeof(args);
	int ret;

	ret = __dxg_query(fd, DRM_DXG_DEV_QUERY_MEM_REGIONS, &args, &size);
	*count = args.count;
	return ret;
}

static void regions_list(int fd)
{
	struct drm_dxg_mem_region list[8];
	uint32_t count = 0, again = 8, i, classes = 0;

	igt_assert_eq(regions(fd, NULL, sizeof(list[0]), &count), 0);
	igt_assert_f(count >= 1 && count <= 8, "%u regions\n", count);
	memset(list, 0xff, sizeof(list));
	igt_assert_eq(regions(fd, list, sizeof(list[0]), &again), 0);
	igt_assert_eq_u32(again, count);
	for (i = 0; i < count; i++) {
		igt_assert(list[i].mem_class <= DRM_DXG_MEM_NONLOCAL);
		igt_assert_eq_u32(classes & 1u << list[i].mem_class, 0);
		classes |= 1u << list[i].mem_class;
		igt_assert_eq_u32(list[i].instance, 0);
		igt_assert_neq_u64(list[i].budget, 0);
		igt_assert_lte_u64(list[i].used, list[i].budget);
		if (list[i].size)
			igt_assert_lte_u64(list[i].budget, list[i].size);
	}
	for (; i < 8; i++)
		igt_assert_eq_u32(list[i].mem_class, UINT32_MAX);
	igt_assert_neq_u32(classes & 1u << DRM_DXG_MEM_NONLOCAL, 0);
}

static void regions_stride(int fd)
{
	struct {
		struct drm_dxg_mem_region region;
		uint64_t newer;
	} list[8];
	uint32_t count = 1;

	memset(list, 0xff, sizeof(list));
	igt_assert_eq(regions(fd, list, sizeof(list[0]), &count), 0);
	igt_assert_neq_u64(list[0].region.budget, UINT64_MAX);
	igt_assert_eq_u64(list[0].newer, 0);
	igt_assert_eq_u64(list[1].newer, UINT64_MAX);
	igt_assert_eq(regions(fd, list, 0, &count), -EINVAL);
	igt_assert_eq(regions(fd, list, sizeof(list[0].region) - 8, &count), -EINVAL);
	igt_assert_eq(regions(fd, list, sizeof(list[0].region) + 4, &count), -EINVAL);
	igt_assert_eq(regions(fd, list, 8192, &count), -EINVAL);
	count = 1;
	igt_assert_eq(regions(fd, BAD_POINTER, sizeof(list[0]), &count), -EFAULT);
}

#define SOME	(2ull << 20)
#define STEPS	4

/* The memory that BOs of the host are in: video memory, where there is any. */
static struct drm_dxg_mem_region host_region(int fd)
{
	struct drm_dxg_mem_region list[8];
	uint32_t count = 8, i;

	igt_assert_eq(regions(fd, list, sizeof(list[0]), &count), 0);
	for (i = 0; i < count; i++)
		if (list[i].mem_class == DRM_DXG_MEM_LOCAL)
			return list[i];
	igt_assert_lte(1, count);
	return list[0];
}

static void regions_use(void)
{
	int fd = drm_open_driver_render(DRIVER_DXG), other = drm_open_driver_render(DRIVER_DXG);
	uint32_t vm = igt_dxg_vm_create(fd, 0), handles[STEPS];
	struct drm_dxg_mem_region first, last, now, foreign;
	int i;

	igt_dxg_vm_create(other, 0);
	foreign = host_region(other);
	first = host_region(fd);
	last = first;
	for (i = 0; i < STEPS; i++) {
		handles[i] = igt_dxg_bo_host(fd, vm, SOME, 0, 0);
		igt_dxg_bind_op(fd, vm, igt_dxg_op_bo(DRM_DXG_BIND_MAKE_RESIDENT, handles[i]));
		now = host_region(fd);
		igt_assert_lte_u64(last.used + SOME, now.used);
		igt_assert_eq_u64(now.budget, first.budget);
		last = now;
	}
	for (i = 0; i < STEPS; i++) {
		igt_dxg_bo_close(fd, handles[i]);
		igt_dxg_wait_idle(fd);
		now = host_region(fd);
		igt_assert_lte_u64(now.used + SOME, last.used);
		last = now;
	}
	igt_assert_eq_u64(last.used, first.used);
	now = host_region(other);
	igt_assert_eq_u64(now.used, foreign.used);
	drm_close_driver(other);
	drm_close_driver(fd);
}

/* --- CLOCK --- */

static void clock_advances(int fd)
{
	struct drm_dxg_clock a = { .node = 0 }, b = { .node = 0 };
	uint64_t ticks;

	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_CLOCK, &a, sizeof(a), 0);
	usleep(100000);
	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_CLOCK, &b, sizeof(b), 0);
	igt_assert_neq_u64(a.gpu_frequency, 0);
	igt_assert_eq_u64(a.gpu_frequency, b.gpu_frequency);
	igt_assert_lte_u64(a.cpu_before_ns, a.cpu_after_ns);
	igt_assert(a.cpu_after_ns < b.cpu_before_ns);
	/* At least the time between, at most all of it, give or take a hundredth. */
	ticks = b.gpu_counter - a.gpu_counter;
	igt_assert_lte_u64((b.cpu_before_ns - a.cpu_after_ns) / 1e9 * a.gpu_frequency * 0.99,
			   ticks);
	igt_assert_lte_u64(ticks, (b.cpu_after_ns - a.cpu_before_ns) / 1e9 * a.gpu_frequency *
			   1.01);
}

static void clock_invalid(int fd)
{
	static const struct drm_dxg_clock cases[] = {
		{ .flags = 1 }, { .gpu_frequency = 1 }, { .gpu_counter = 1 },
		{ .host_cpu_counter = 1 }, { .cpu_before_ns = 1 }, { .cpu_after_ns = 1 },
	};
	struct drm_dxg_clock args;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		args = cases[i];
		igt_dxg_query(fd, DRM_DXG_DEV_QUERY_CLOCK, &args, sizeof(args), -EINVAL);
	}
	args = (struct drm_dxg_clock){ .node = 64 };
	igt_dxg_query(fd, DRM_DXG_DEV_QUERY_CLOCK, &args, sizeof(args), -ENOENT);
}

/* --- Around the query --- */

static void restart(int fd)
{
	int i;

	igt_fork_signal_helper();
	for (i = 0; i < 200; i++)
		igt_assert_eq(__dxg_ask_host(fd), 0);
	igt_stop_signal_helper();
}

static void many_at_once(void)
{
	igt_fork(child, 4) {
		int i, fd;

		for (i = 0; i < 25; i++) {
			fd = igt_dxg_open_render(0);
			igt_assert_fd(fd);
			igt_assert_eq(__dxg_ask_host(fd), 0);
			close(fd);
		}
	}
	igt_waitchildren_timeout(300, "queries of several processes");
}

static void unknown_ioctl(int fd)
{
	uint64_t data[8] = {};
	int nr;

	/* Past the driver's table DRM says EINVAL, not ENOTTY. */
	for (nr = 0x20; nr < 0x60; nr++)
		do_ioctl_err(fd, DRM_IOWR(DRM_COMMAND_BASE + nr, uint64_t), data, EINVAL);
}

static void smaller_and_larger_argument(int fd)
{
	struct {
		struct drm_dxg_dev_query query;
		uint64_t newer;
	} larger = { .query = { .type = DRM_DXG_DEV_QUERY_FEATURE } };
	struct drm_dxg_dev_query query = { .type = DRM_DXG_DEV_QUERY_FEATURE };

	/* DRM fills up what an older program does not know with zeros: no pointer here. */
	do_ioctl(fd, DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_DEV_QUERY, uint64_t), &query);
	igt_assert_eq_u32(query.size, sizeof(struct drm_dxg_feature));
	do_ioctl(fd, DRM_IOWR(DRM_COMMAND_BASE + DRM_DXG_DEV_QUERY, larger), &larger);
	igt_assert_eq_u32(larger.query.size, sizeof(struct drm_dxg_feature));
}

static void general_subtests(int fd)
{
	igt_describe("An unknown type is refused, with a pointer and without.");
	igt_subtest("invalid-type") {
		uint8_t data[512] = {};

		igt_dxg_query(fd, 1000, data, sizeof(data), -EINVAL);
		igt_dxg_query(fd, 1000, NULL, 0, -EINVAL);
		igt_dxg_query(fd, UINT32_MAX, NULL, 0, -EINVAL);
	}
	igt_describe("Memory that may only be read is no place for an answer.");
	igt_subtest("invalid-read-only-memory")
		read_only_memory(fd);
	igt_describe("An ioctl number past the table is EINVAL.");
	igt_subtest("invalid-ioctl")
		unknown_ioctl(fd);
	igt_describe("Older and newer argument structures work.");
	igt_subtest("argument-size")
		smaller_and_larger_argument(fd);
	igt_describe("Signals all the time change no answer.");
	igt_subtest("restart")
		restart(fd);
	igt_describe("Several processes open, ask and close at the same time.");
	igt_subtest("many-at-once")
		many_at_once();
}

static void type_subtests(int fd)
{
	size_t i;

	for (i = 0; i < TYPES; i++) {
		igt_describe("Without a pointer the size of the structure comes back.");
		igt_subtest_f("size-%s", types[i].name)
			igt_assert_eq_u32(igt_dxg_query(fd, types[i].type, NULL, 12345, 0),
					  types[i].size);
		igt_describe("A structure smaller than the first one is refused.");
		igt_subtest_f("invalid-too-small-%s", types[i].name)
			too_small(fd, types[i].type, types[i].size);
		igt_describe("An absurd size is refused.");
		igt_subtest_f("invalid-too-large-%s", types[i].name)
			too_large(fd, types[i].type);
		igt_describe("A pointer to nowhere is EFAULT.");
		igt_subtest_f("invalid-pointer-%s", types[i].name)
			igt_dxg_query(fd, types[i].type, BAD_POINTER, types[i].size, -EFAULT);
		igt_describe("A structure that leaves the mapped memory is EFAULT.");
		igt_subtest_f("invalid-across-the-end-%s", types[i].name)
			across_the_end(fd, types[i].type, types[i].size);
		if (!types[i].input)
			continue;
		igt_describe("An unknown field that is not zero is refused.");
		igt_subtest_f("invalid-excess-%s", types[i].name)
			excess_not_zero(fd, types[i].type, types[i].size);
	}
}

static void host_subtests(int fd)
{
	igt_describe("The adapter type speaks of paravirtualization, not of displays.");
	igt_subtest("host-adapter-type")
		host_adapter_type(fd);
	igt_describe("The host's ids are those of the device info.");
	igt_subtest("host-device-ids")
		host_device_ids(fd);
	igt_describe("Data sizes: too small returns the need, none and too much are refused.");
	igt_subtest("host-data-size")
		host_size(fd);
	igt_describe("What is not listed is not asked.");
	igt_subtest("host-query-refused")
		host_refused(fd);
	igt_describe("Data at a bad address is EFAULT.");
	igt_subtest("host-invalid-data-pointer")
		host_bad_pointer(fd);
}

int igt_main()
{
	static int fd = -1;

	igt_fixture()
		fd = drm_open_driver_render(DRIVER_DXG);

	igt_describe("The identity and the limits make sense.");
	igt_subtest("device-info")
		device_info(fd);
	igt_describe("Two answers are the same.");
	igt_subtest("device-info-stable")
		device_info_stable(fd);
	igt_describe("A longer structure is filled, and its excess returned as zero.");
	igt_subtest("device-info-long")
		device_info_long(fd);
	igt_describe("The primary node answers as well.");
	igt_subtest("primary-node") {
		int primary = drm_open_driver(DRIVER_DXG);

		device_info(primary);
		drm_close_driver(primary);
	}
	type_subtests(fd);
	host_subtests(fd);
	igt_describe("The engines are counted, listed and numbered.");
	igt_subtest("engines-list")
		engines_list(fd);
	igt_describe("Elements of newer programs work, of wrong size not.");
	igt_subtest("engines-stride")
		engines_stride(fd);
	igt_describe("A feature is asked for.");
	igt_subtest("feature")
		feature_basic(fd);
	igt_describe("Fields that must be zero are checked.");
	igt_subtest("feature-invalid-flags")
		feature(fd, (struct drm_dxg_feature){ .flags = 1 }, -EINVAL);
	igt_subtest("feature-invalid-version")
		feature(fd, (struct drm_dxg_feature){ .version = 1 }, -EINVAL);
	igt_subtest("feature-invalid-pad")
		feature(fd, (struct drm_dxg_feature){ .pad = 1 }, -EINVAL);
	igt_describe("The kinds of memory are counted and listed.");
	igt_subtest("mem-regions-list")
		regions_list(fd);
	igt_describe("Elements of newer programs work, of wrong size not.");
	igt_subtest("mem-regions-stride")
		regions_stride(fd);
	igt_describe("What is in use rises and falls with what is resident.");
	igt_subtest("mem-regions-use")
		regions_use();
	igt_describe("The GPU's clock goes as fast as it says.");
	igt_subtest("clock")
		clock_advances(fd);
	igt_describe("Fields that must be zero are checked, and the engine.");
	igt_subtest("clock-invalid")
		clock_invalid(fd);
	general_subtests(fd);

	igt_fixture()
		drm_close_driver(fd);
}
