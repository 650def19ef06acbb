// SPDX-License-Identifier: MIT
/*
 * dma-bufs that cannot be used: each has its errno, and nothing stays behind.
 *
 * They come from a module for tests, dmabuf_peer, which counts who holds them.
 */
#include "igt.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <drm_fourcc.h>
#include <linux/videodev2.h>

#include "dmabuf_peer.h"
#include "igt_dxg.h"
#include "igt_dxg_host.h"
#include "igt_dxg_kms.h"
#include "igt_dxg_prime.h"
#include "igt_dxg_v4l.h"

/**
 * TEST: dxg prime_bad
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: dma-bufs that cannot be used
 *
 * SUBTEST: import-odd-size
 * Description: What the host cannot be told of is refused, and let go at once.
 *
 * SUBTEST: import-short
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-odd-pages
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-no-ram
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-translated
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-last-address
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-no-attach
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-no-map
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-iospace
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: import-no-dma-buf
 * Description: Descriptors of other things.
 *
 * SUBTEST: held
 * Description: What is imported is held once and as long as it is used.
 *
 * SUBTEST: held-movable
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: held-unbind
 * Description: A device without a driver does no DMA to what was imported.
 *
 * SUBTEST: device-writes
 * Description: The addresses that a device is given are those of the BO's pages.
 *
 * SUBTEST: device-sees-host
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: size-rule
 * Description: Sizes are as the query says.
 *
 * SUBTEST: bind-beyond
 * Description: Binds end where the memory ends.
 *
 * SUBTEST: framebuffers-hyperv
 * Description: Pitches, sizes and formats that do not fit.
 *
 * SUBTEST: framebuffers-vkms
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: frames
 * Description: NO DOCUMENTATION!
 */

IGT_TEST_DESCRIPTION("dma-bufs that the dxg driver cannot import, and what does not fit.");

#define PAGE	4096ull
#define SIZE	(16 * PAGE)
/* The page of the local interrupt controllers: no memory. */
#define NO_RAM	0xfee00000ull

/* --- The module --- */

static int open_peer(void)
{
	int fd = open("/dev/dmabuf_peer", O_RDWR | O_CLOEXEC);

	igt_require_f(fd >= 0, "dmabuf_peer is not loaded\n");
	return fd;
}

static int make(int peer, uint32_t kind, uint64_t address)
{
	struct dmabuf_peer_export args = { .kind = kind, .size = SIZE, .address = address };

	igt_dxg_ioctl(peer, DMABUF_PEER_EXPORT, &args, 0);
	return args.fd;
}

/** struct wanted - What the module must count, soon: kernel threads let go a little later. */
struct wanted {
	int peer;
	struct dmabuf_peer_counts counts;
};

static bool is_wanted(const void *arg)
{
	const struct wanted *w = arg;
	struct dmabuf_peer_counts counts;

	igt_dxg_ioctl(w->peer, DMABUF_PEER_COUNTS, &counts, 0);
	return !memcmp(&counts, &w->counts, sizeof(counts));
}

static void check_all_counts(int peer, const struct dmabuf_peer_counts *counts)
{
	struct wanted w = { .peer = peer, .counts = *counts };
	struct dmabuf_peer_counts now;

	if (igt_dxg_wait(is_wanted, &w, 120))
		return;
	igt_dxg_ioctl(peer, DMABUF_PEER_COUNTS, &now, 0);
	igt_assert_eq_u32(now.buffers, counts->buffers);
	igt_assert_eq_u32(now.attached, counts->attached);
	igt_assert_eq_u32(now.mapped, counts->mapped);
	igt_assert_eq_u32(now.pinned, counts->pinned);
}

static void check_counts(int peer, uint32_t buffers, uint32_t held, uint32_t pinned)
{
	const struct dmabuf_peer_counts counts = {
		.buffers = buffers,
		.attached = held,
		.mapped = held,
		.pinned = pinned,
	};

	check_all_counts(peer, &counts);
}

/* No BO is left on the adapter, when all that was given up has been torn down. */
static void check_no_bo(int fd)
{
	char path[512], line[256] = "";

	igt_dxg_wait_idle(fd);
	igt_dxg_debugfs_path(fd, path, sizeof(path));
	igt_assert_eq(__dxg_read(path, "dxg_gems", line, sizeof(line)), 0);
	igt_assert_f(!*line, "left: %s\n", line);
}

/* --- Import --- */

static void refused(uint32_t kind, uint64_t address, int error)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int peer = open_peer(), fd = make(peer, kind, address), i;
	uint32_t handle;

	for (i = 0; i < 20; i++)
		igt_assert_eq(__dxg_prime_import(t.fd, fd, &handle), error);
	check_counts(peer, 1, 0, 0);
	check_no_bo(t.fd);
	close(fd);
	check_counts(peer, 0, 0, 0);
	close(peer);
	igt_dxg_file_close(&t);
}

/* Where the host shows its memory: no RAM of the guest. */
static uint64_t iospace(int fd)
{
	FILE *file = igt_dxg_debugfs_open(fd, "dxg_host");
	unsigned long long size, start = 0;
	bool found = false;
	char line[512];

	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "io space: 0x%llx bytes at 0x%llx", &size, &start) == 2;
	fclose(file);
	igt_assert(found);
	return start;
}

static void refused_iospace(void)
{
	int fd = igt_dxg_open_render(0);

	igt_require(fd >= 0);
	refused(DMABUF_PEER_ELSEWHERE, iospace(fd), -EOPNOTSUPP);
	close(fd);
}

static void no_dma_buf(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int fds[] = {
		open("/dev/null", O_RDWR), memfd_create("dxg", 0), open("/", O_RDONLY), dup(t.fd),
	};
	uint32_t handle;
	unsigned int i;

	for (i = 0; i < IGT_DXG_COUNT(fds); i++) {
		igt_assert_fd(fds[i]);
		igt_assert_eq(__dxg_prime_import(t.fd, fds[i], &handle), -EINVAL);
		close(fds[i]);
	}
	igt_assert_eq(__dxg_prime_import(t.fd, fds[0], &handle), -EBADF);
	check_no_bo(t.fd);
	igt_dxg_file_close(&t);
}

/* A good one is attached, mapped and, if it may move, pinned exactly once, for as long. */
static void held(uint32_t kind)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int peer = open_peer(), fd = make(peer, kind, 0);
	uint32_t handle, pinned = kind == DMABUF_PEER_MOVABLE;
	void *map = igt_dxg_map_dma_buf(fd, SIZE);

	check_counts(peer, 1, 0, 0);
	igt_assert_eq(__dxg_prime_import(t.fd, fd, &handle), 0);
	check_counts(peer, 1, 1, pinned);
	igt_dxg_pattern(map, SIZE, 7);
	igt_dxg_bo_check_pattern(&t, handle, SIZE, 7);
	igt_dxg_bo_fill(&t, handle, SIZE, 8);
	igt_dxg_check_word(map, SIZE, 8);
	check_counts(peer, 1, 1, pinned);
	munmap(map, SIZE);
	close(fd);
	check_counts(peer, 1, 1, pinned);
	igt_dxg_bo_close(t.fd, handle);
	check_no_bo(t.fd);
	check_counts(peer, 0, 0, 0);
	close(peer);
	igt_dxg_file_close(&t);
}

/* The mapping goes with the driver of the device; the rest with who has the BO. */
static void held_unbind(void)
{
	const struct dmabuf_peer_counts detached = { .buffers = 2 };
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int peer = open_peer(), kept, used;
	uint32_t handles[2];

	/* One that the host knows, and one that it does not. */
	used = make(peer, DMABUF_PEER_GOOD, 0);
	igt_assert_eq(__dxg_prime_import(t.fd, used, &handles[0]), 0);
	igt_dxg_bo_fill(&t, handles[0], SIZE, 5);
	kept = make(peer, DMABUF_PEER_MOVABLE, 0);
	igt_assert_eq(__dxg_prime_import(t.fd, kept, &handles[1]), 0);
	igt_dxg_driver_unbind();
	check_all_counts(peer, &detached);
	igt_assert_eq(__dxg_prime_import(t.fd, used, &handles[1]), -ENODEV);
	igt_dxg_file_close(&t);
	check_counts(peer, 2, 0, 0);
	close(used);
	close(kept);
	check_counts(peer, 0, 0, 0);
	igt_dxg_driver_bind();
	close(peer);
}

/* --- Export --- */

/* A device writes to the addresses that it is given; CPU and GPU find it in these pages. */
static void device_writes(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, SIZE, DRM_DXG_BO_SHAREABLE);
	uint64_t addresses[SIZE / PAGE] = { 0 };
	struct dmabuf_peer_import args = {
		.fd = __dxg_prime_export(t.fd, handle),
		.write = 0x4000,
		.addresses = (uintptr_t)addresses,
		.pages = SIZE / PAGE,
	};
	void *map = igt_dxg_bo_map(t.fd, handle, 0, SIZE), *seen = malloc(SIZE);
	int peer = open_peer();
	unsigned int i;

	igt_assert_fd(args.fd);
	igt_dxg_ioctl(peer, DMABUF_PEER_IMPORT, &args, 0);
	igt_assert_eq_u64(args.pages, SIZE / PAGE);
	igt_dxg_bo_read(&t, handle, SIZE, seen);
	for (i = 0; i < SIZE / PAGE; i++) {
		igt_assert_neq_u64(addresses[i], 0);
		igt_dxg_check_pattern((char *)map + i * PAGE, PAGE, 0x4000);
		igt_dxg_check_pattern((char *)seen + i * PAGE, PAGE, 0x4000);
	}
	munmap(map, SIZE);
	free(seen);
	close(args.fd);
	close(peer);
	igt_dxg_file_close(&t);
}

/* A device sees host memory in the IO space, or not at all. */
static void device_sees_host(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&t, IGT_DXG_HOST, SIZE, DRM_DXG_BO_SHAREABLE);
	uint64_t addresses[SIZE / PAGE] = { 0 };
	struct dmabuf_peer_import args = {
		.fd = __dxg_prime_export(t.fd, handle),
		.addresses = (uintptr_t)addresses,
		.pages = SIZE / PAGE,
	};
	int peer = open_peer();
	unsigned int i;

	igt_assert_fd(args.fd);
	igt_dxg_ioctl(peer, DMABUF_PEER_IMPORT, &args, 0);
	igt_assert_eq_u64(args.pages, SIZE / PAGE);
	igt_assert_lte_u64(iospace(t.fd), addresses[0]);
	for (i = 0; i < SIZE / PAGE; i++)
		igt_assert_eq_u64(addresses[i], addresses[0] + i * PAGE);
	/* It is no page that could be written to behind the host's back. */
	args.write = 1;
	igt_dxg_ioctl(peer, DMABUF_PEER_IMPORT, &args, -EIO);
	close(args.fd);
	close(peer);
	igt_dxg_file_close(&t);
}

/* --- What does not fit --- */

static void size_rule(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct drm_dxg_device_info info;
	uint32_t handle;

	igt_dxg_device_info(t.fd, &info);
	igt_assert_eq_u32(info.bo_size_align, PAGE);
	igt_assert_eq(__dxg_bo_system(t.fd, t.vm, SIZE + info.bo_size_align / 2,
				      DRM_DXG_BO_SHAREABLE, &handle), -EINVAL);
	check_no_bo(t.fd);
	igt_dxg_file_close(&t);
}

/* The GPU gets no address behind the end of what was imported. */
static void bind_beyond(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int peer = open_peer(), fd = make(peer, DMABUF_PEER_GOOD, 0);
	struct drm_dxg_vm_bind_op op = {
		.op = DRM_DXG_BIND_MAP,
		.flags = DRM_DXG_BIND_ANY_VA,
		.size = SIZE + PAGE,
	};
	struct drm_dxg_vm_bind args = {
		.vm_id = t.vm,
		.ops = { .stride = sizeof(op), .count = 1, .array = (uintptr_t)&op },
	};

	igt_assert_eq(__dxg_prime_import(t.fd, fd, &op.bo_handle), 0);
	igt_dxg_ioctl(t.fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	op.size = SIZE;
	op.bo_offset = PAGE;
	igt_dxg_ioctl(t.fd, DRM_IOCTL_DXG_VM_BIND, &args, -EINVAL);
	igt_dxg_bo_close(t.fd, op.bo_handle);
	close(fd);
	check_no_bo(t.fd);
	check_counts(peer, 0, 0, 0);
	close(peer);
	igt_dxg_file_close(&t);
}

/* The display refuses pitches, sizes and formats that do not fit; the buffer stays usable. */
static void framebuffers(const char *driver)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct igt_dxg_screen s = igt_dxg_screen_open(driver);
	uint64_t size = igt_dxg_screen_size(&s);
	uint32_t handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, size, DRM_DXG_BO_SHAREABLE);
	uint32_t pitch = s.mode.hdisplay * 4, height = s.mode.vdisplay, other, fb;
	int fd = __dxg_prime_export(t.fd, handle);

	igt_assert_fd(fd);
	igt_assert_eq(__dxg_prime_import(s.fd, fd, &other), 0);
	igt_assert_eq(__dxg_screen_framebuffer(&s, other, DRM_FORMAT_XRGB8888, height, pitch - 4,
					       &fb), -EINVAL);
	igt_assert_eq(__dxg_screen_framebuffer(&s, other, DRM_FORMAT_XRGB8888, height, pitch + 64,
					       &fb), -EINVAL);
	igt_assert_eq(__dxg_screen_framebuffer(&s, other, DRM_FORMAT_XRGB8888, height + 1, pitch,
					       &fb), -EINVAL);
	igt_assert_eq(__dxg_screen_framebuffer(&s, other, DRM_FORMAT_NV12, height, pitch, &fb),
		      -EINVAL);
	igt_dxg_screen_remove(&s, igt_dxg_screen_framebuffer(&s, other));
	igt_dxg_bo_fill(&t, handle, size, 3);
	close(fd);
	close(s.fd);
	igt_dxg_bo_close(t.fd, handle);
	check_no_bo(t.fd);
	igt_dxg_file_close(&t);
}

/* The camera refuses what is smaller than its frames. */
static void frames(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t small = igt_dxg_make(&t, IGT_DXG_SYSTEM, PAGE, DRM_DXG_BO_SHAREABLE);
	int fd = __dxg_prime_export(t.fd, small), camera = igt_dxg_v4l_open(false);

	igt_assert_fd(fd);
	igt_dxg_v4l_format(camera, false, IGT_DXG_V4L_WIDTH, IGT_DXG_V4L_HEIGHT);
	igt_assert_eq(__dxg_v4l_request(camera, false, V4L2_MEMORY_DMABUF, 1), 0);
	igt_assert_eq(__dxg_v4l_queue(camera, false, V4L2_MEMORY_DMABUF, 0, fd, PAGE, 0), -EINVAL);
	close(camera);
	close(fd);
	igt_dxg_bo_close(t.fd, small);
	check_no_bo(t.fd);
	igt_dxg_file_close(&t);
}

int igt_main()
{
	static const struct {
		const char *name;
		uint32_t kind;
		uint64_t address;
		int error;
	} bad[] = {
		{ "odd-size", DMABUF_PEER_ODD_SIZE, 0, -EINVAL },
		{ "short", DMABUF_PEER_SHORT, 0, -EINVAL },
		{ "odd-pages", DMABUF_PEER_ODD_PAGES, 0, -EOPNOTSUPP },
		{ "no-ram", DMABUF_PEER_ELSEWHERE, NO_RAM, -EOPNOTSUPP },
		{ "translated", DMABUF_PEER_ELSEWHERE, 1ull << 45, -EOPNOTSUPP },
		{ "last-address", DMABUF_PEER_ELSEWHERE, -SIZE, -EOPNOTSUPP },
		{ "no-attach", DMABUF_PEER_NO_ATTACH, 0, -ENODEV },
		{ "no-map", DMABUF_PEER_NO_MAP, 0, -ENODEV },
	};
	unsigned int i;

	igt_describe("What the host cannot be told of is refused, and let go at once.");
	for (i = 0; i < IGT_DXG_COUNT(bad); i++)
		igt_subtest_f("import-%s", bad[i].name)
			refused(bad[i].kind, bad[i].address, bad[i].error);
	igt_subtest("import-iospace")
		refused_iospace();
	igt_describe("Descriptors of other things.");
	igt_subtest("import-no-dma-buf")
		no_dma_buf();
	igt_describe("What is imported is held once and as long as it is used.");
	igt_subtest("held")
		held(DMABUF_PEER_GOOD);
	igt_subtest("held-movable")
		held(DMABUF_PEER_MOVABLE);
	igt_describe("A device without a driver does no DMA to what was imported.");
	igt_subtest("held-unbind")
		held_unbind();
	igt_describe("The addresses that a device is given are those of the BO's pages.");
	igt_subtest("device-writes")
		device_writes();
	igt_subtest("device-sees-host")
		device_sees_host();
	igt_describe("Sizes are as the query says.");
	igt_subtest("size-rule")
		size_rule();
	igt_describe("Binds end where the memory ends.");
	igt_subtest("bind-beyond")
		bind_beyond();
	igt_describe("Pitches, sizes and formats that do not fit.");
	igt_subtest("framebuffers-hyperv")
		framebuffers("hyperv_drm");
	igt_subtest("framebuffers-vkms")
		framebuffers("vkms");
	igt_subtest("frames")
		frames();

	igt_fixture()
		igt_dxg_driver_restore();
}
