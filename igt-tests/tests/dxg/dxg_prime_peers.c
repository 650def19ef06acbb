// SPDX-License-Identifier: MIT
/*
 * dma-bufs: with each other driver of the guest, in both directions.
 *
 * Those that make buffers only, udmabuf and heaps, cannot be exported to.
 */
#include "igt.h"

#include <fcntl.h>
#include <linux/videodev2.h>
#include <string.h>
#include <sys/mman.h>

#include "igt_dxg.h"
#include "igt_dxg_prime.h"
#include "igt_dxg_v4l.h"

/**
 * TEST: dxg prime_peers
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: dma-bufs with other drivers
 *
 * SUBTEST: camera-import
 * Description: The GPU reads frames where the camera has them.
 */

/**
 * SUBTEST: import-%s
 * Description: Another driver's pages are the GPU's: %arg[1].
 *
 * arg[1]:
 *
 * @udmabuf:	udmabuf
 * @heap:	heap
 * @vgem:	vgem
 * @second:	second
 * @hyperv:	hyperv
 * @vkms:	vkms
 * @vivid-capture:	vivid capture
 * @vivid-output:	vivid output
 */

/**
 * SUBTEST: import-alone-%s
 * Description: The exporter goes while the GPU has its memory: %arg[1].
 *
 * arg[1]:
 *
 * @udmabuf:	udmabuf
 * @heap:	heap
 * @vgem:	vgem
 * @second:	second
 * @hyperv:	hyperv
 * @vkms:	vkms
 * @vivid-capture:	vivid capture
 * @vivid-output:	vivid output
 */

/**
 * SUBTEST: import-two-%s
 * Description: Two files import the same memory: %arg[1].
 *
 * arg[1]:
 *
 * @udmabuf:	udmabuf
 * @heap:	heap
 * @vgem:	vgem
 * @second:	second
 * @hyperv:	hyperv
 * @vkms:	vkms
 * @vivid-capture:	vivid capture
 * @vivid-output:	vivid output
 */

/**
 * SUBTEST: import-many-%s
 * Description: Imported and given back many times: %arg[1].
 *
 * arg[1]:
 *
 * @udmabuf:	udmabuf
 * @heap:	heap
 * @vgem:	vgem
 * @second:	second
 * @hyperv:	hyperv
 * @vkms:	vkms
 * @vivid-capture:	vivid capture
 * @vivid-output:	vivid output
 */

/**
 * SUBTEST: close-order-%s
 * Description: Descriptor, handle, mapping and device go in every order: %arg[1].
 *
 * arg[1]:
 *
 * @import-udmabuf:	import udmabuf
 * @import-heap:	import heap
 * @import-vgem:	import vgem
 * @export-vgem:	export vgem
 * @import-second:	import second
 * @export-second:	export second
 * @import-hyperv:	import hyperv
 * @export-hyperv:	export hyperv
 * @import-vkms:	import vkms
 * @export-vkms:	export vkms
 * @import-vivid-capture:	import vivid capture
 * @export-vivid-capture:	export vivid capture
 * @import-vivid-output:	import vivid output
 * @export-vivid-output:	export vivid output
 */

/**
 * SUBTEST: export-%s
 * Description: Our pages are the other driver's: %arg[1].
 *
 * arg[1]:
 *
 * @vgem-host:	vgem host
 * @vgem-system:	vgem system
 * @second-system:	second system
 * @hyperv-host:	hyperv host
 * @hyperv-system:	hyperv system
 * @vkms-host:	vkms host
 * @vkms-system:	vkms system
 * @vivid-capture-host:	vivid capture host
 * @vivid-capture-system:	vivid capture system
 * @vivid-output-host:	vivid output host
 * @vivid-output-system:	vivid output system
 */

/**
 * SUBTEST: camera-%s
 * Description: The camera writes its frames into BOs: %arg[1].
 *
 * arg[1]:
 *
 * @host:	host
 * @system:	system
 */

/**
 * SUBTEST: output-loop-%s
 * Description: What the GPU drew is seen by vivid's output: %arg[1].
 *
 * arg[1]:
 *
 * @export:	export
 * @import:	import
 */

IGT_TEST_DESCRIPTION("dma-bufs between the dxg driver and each other driver.");

#define PAGE	4096ull
/* Whole pages that hold a frame of the camera. */
#define SIZE	((uint64_t)IGT_DXG_V4L_SIZE)

/* --- Import --- */

/* The peer's pages are the GPU's pages, both ways and without anybody copying. */
static void import(const struct igt_dxg_peer *peer)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct igt_dxg_foreign b = peer->export(SIZE);
	uint32_t handle, again, flags;
	uint64_t size;

	igt_assert_eq_u64(lseek(b.dma_buf, 0, SEEK_END), SIZE);
	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &again), 0);
	igt_assert_eq_u32(again, handle);
	igt_assert_neq_u32(igt_dxg_host_handle(&t, handle, &flags), 0);
	igt_assert_eq_u32(flags, DRM_DXG_BO_IMPORTED);
	igt_assert_eq(__dxg_bo_offset(t.fd, handle, 0, &size), -EOPNOTSUPP);

	igt_dxg_pattern(b.map, SIZE, 0x50);
	igt_dxg_bo_check_pattern(&t, handle, SIZE, 0x50);
	igt_dxg_bo_fill(&t, handle, SIZE, 0x99);
	igt_dxg_check_word(b.map, SIZE, 0x99);
	igt_dxg_foreign_drop(&b, SIZE);
	igt_dxg_file_close(&t);
}

/* What is imported stays while the GPU has it, though everybody else is gone. */
static void import_alone(const struct igt_dxg_peer *peer)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct igt_dxg_foreign b = peer->export(SIZE);
	uint32_t handle;
	int again;

	igt_dxg_pattern(b.map, SIZE, 0x51);
	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	igt_dxg_foreign_drop(&b, SIZE);
	igt_dxg_bo_check_pattern(&t, handle, SIZE, 0x51);
	/* And it goes out again as what it was. */
	again = __dxg_prime_export(t.fd, handle);
	igt_assert_fd(again);
	igt_dxg_bo_fill(&t, handle, SIZE, 0x52);
	b.map = igt_dxg_map_dma_buf(again, SIZE);
	igt_dxg_check_word(b.map, SIZE, 0x52);
	munmap(b.map, SIZE);
	close(again);
	igt_dxg_file_close(&t);
}

/* Two files import the same: two host processes use the same pages. */
static void import_two(const struct igt_dxg_peer *peer)
{
	struct igt_dxg_file t = igt_dxg_file_open(0), u = igt_dxg_file_open(0);
	struct igt_dxg_foreign b = peer->export(SIZE);
	uint32_t handle, other;

	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	igt_assert_eq(__dxg_prime_import(u.fd, b.dma_buf, &other), 0);
	igt_dxg_bo_fill(&t, handle, SIZE, 1);
	igt_dxg_check_word(b.map, SIZE, 1);
	igt_dxg_bo_fill(&u, other, SIZE, 2);
	igt_dxg_check_word(b.map, SIZE, 2);
	igt_dxg_file_close(&t);
	igt_dxg_bo_fill(&u, other, SIZE, 3);
	igt_dxg_check_word(b.map, SIZE, 3);
	igt_dxg_foreign_drop(&b, SIZE);
	igt_dxg_file_close(&u);
}

static void import_many(const struct igt_dxg_peer *peer, int count)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int i;

	for (i = 0; i < count; i++) {
		struct igt_dxg_foreign b = peer->export(SIZE);
		uint32_t handle;

		igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
		if (i % 4 == 0)
			igt_dxg_host_handle(&t, handle, NULL);
		igt_dxg_foreign_drop(&b, SIZE);
		igt_dxg_bo_close(t.fd, handle);
	}
	igt_dxg_file_close(&t);
}

/* --- Export --- */

/* Our pages are the peer's. */
static void export(const struct igt_dxg_peer *peer, enum igt_dxg_memory memory)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&t, memory, SIZE, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t.fd, handle);
	void *own = igt_dxg_bo_map(t.fd, handle, 0, SIZE);
	struct igt_dxg_foreign b;

	igt_assert_fd(dma_buf);
	b = peer->import(dma_buf, SIZE);
	close(dma_buf);
	igt_dxg_bo_fill(&t, handle, SIZE, 0x5555);
	igt_dxg_check_word(b.map, SIZE, 0x5555);
	igt_dxg_pattern(b.map, SIZE, 8);
	igt_dxg_check_pattern(own, SIZE, 8);
	igt_dxg_bo_check_pattern(&t, handle, SIZE, 8);
	/* The maker goes, the other driver still has it. */
	munmap(own, SIZE);
	igt_dxg_bo_close(t.fd, handle);
	igt_dxg_file_close(&t);
	igt_dxg_check_pattern(b.map, SIZE, 8);
	igt_dxg_foreign_drop(&b, SIZE);
}

/* --- Closing --- */

/* The permutation number @n of the letters @from to @to; false when there are no more. */
static bool permutation(unsigned int n, const char *from, char *to)
{
	char left[8] = "";
	unsigned int i, count = strlen(from);

	memcpy(left, from, count);
	for (i = count; i; i--) {
		unsigned int pick = n % i;

		*to++ = left[pick];
		memmove(left + pick, left + pick + 1, i - pick);
		n /= i;
	}
	*to = 0;
	return !n;
}

/* Descriptor, our handle, the peer's mapping and its device go in this order. */
static void close_all(struct igt_dxg_file *t, uint32_t handle, int dma_buf,
		      struct igt_dxg_foreign *b, const char *order)
{
	uint32_t value = 0x200;
	bool gpu = true;
	unsigned int k;

	igt_dxg_bo_fill(t, handle, SIZE, value);
	for (k = 0; order[k]; k++) {
		switch (order[k]) {
		case 'd':
			close(dma_buf);
			break;
		case 'g':
			igt_dxg_bo_close(t->fd, handle);
			gpu = false;
			break;
		case 'm':
			munmap(b->map, SIZE);
			b->map = NULL;
			break;
		default:
			if (b->device >= 0)
				close(b->device);
		}
		/* As long as anybody has it, it is whole. */
		if (gpu)
			igt_dxg_bo_fill(t, handle, SIZE, ++value);
		if (b->map)
			igt_dxg_check_word(b->map, SIZE, value);
	}
}

/* @ours: the buffer is made by the GPU's driver. */
static void close_order(const struct igt_dxg_peer *peer, bool ours)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	unsigned int n;
	char order[5];

	for (n = 0; permutation(n, "dgmp", order); n++) {
		struct igt_dxg_foreign b;
		uint32_t handle;
		int dma_buf;

		if (ours) {
			handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, SIZE, DRM_DXG_BO_SHAREABLE);
			dma_buf = __dxg_prime_export(t.fd, handle);
			igt_assert_fd(dma_buf);
			b = peer->import(dma_buf, SIZE);
		} else {
			b = peer->export(SIZE);
			dma_buf = b.dma_buf;
			igt_assert_eq(__dxg_prime_import(t.fd, dma_buf, &handle), 0);
		}
		close_all(&t, handle, dma_buf, &b, order);
	}
	igt_assert_eq(n, 24);
	igt_dxg_file_close(&t);
}

/* --- The camera --- */

/* One frame of the camera in its own memory. */
static void own_frame(void *to)
{
	struct igt_dxg_foreign b = igt_dxg_v4l_export_capture(SIZE);

	igt_assert_eq(__dxg_v4l_queue(b.device, false, V4L2_MEMORY_MMAP, 0, -1, 0, 0), 0);
	igt_dxg_v4l_stream(b.device, false, true);
	igt_assert_eq(__dxg_v4l_dequeue(b.device, false, V4L2_MEMORY_MMAP), 0);
	memcpy(to, b.map, IGT_DXG_V4L_BYTES);
	igt_dxg_v4l_stream(b.device, false, false);
	igt_dxg_foreign_drop(&b, SIZE);
}

/* Whether two frames are the same, and are no single colour. */
static void check_frame(const void *got, const void *want)
{
	igt_assert(!memcmp(got, want, IGT_DXG_V4L_BYTES));
	igt_assert(memcmp(got, (const char *)got + 4, IGT_DXG_V4L_BYTES - 4));
}

/* The camera writes into our pages; CPU and GPU see the frame that it writes into its own. */
static void capture(enum igt_dxg_memory memory)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&t, memory, SIZE, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t.fd, handle);
	void *own = malloc(SIZE), *gpu = malloc(SIZE);
	void *map = igt_dxg_bo_map(t.fd, handle, 0, SIZE);
	struct igt_dxg_foreign b;

	igt_assert_fd(dma_buf);
	own_frame(own);
	b = igt_dxg_v4l_import_capture(dma_buf, SIZE);
	igt_dxg_v4l_stream(b.device, false, true);
	igt_assert_eq(__dxg_v4l_dequeue(b.device, false, V4L2_MEMORY_DMABUF), 0);
	check_frame(map, own);
	igt_dxg_bo_read(&t, handle, SIZE, gpu);
	check_frame(gpu, own);
	/* What is behind the frame is nobody's to touch. */
	igt_assert(!((char *)gpu)[IGT_DXG_V4L_BYTES] && !((char *)gpu)[SIZE - 1]);
	igt_dxg_foreign_drop(&b, SIZE);
	munmap(map, SIZE);
	close(dma_buf);
	igt_dxg_file_close(&t);
	free(gpu);
	free(own);
}

/* The GPU reads frames in the camera's own memory, while it captures. */
static void capture_import(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct igt_dxg_foreign b = igt_dxg_v4l_export_capture(SIZE);
	void *own = malloc(SIZE), *gpu = malloc(SIZE);
	uint32_t handle;
	int i;

	igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	for (i = 0; i < 3; i++) {
		igt_dxg_bo_fill(&t, handle, SIZE, 0);
		igt_assert_eq(__dxg_v4l_queue(b.device, false, V4L2_MEMORY_MMAP, 0, -1, 0, 0), 0);
		if (!i)
			igt_dxg_v4l_stream(b.device, false, true);
		igt_assert_eq(__dxg_v4l_dequeue(b.device, false, V4L2_MEMORY_MMAP), 0);
		memcpy(own, b.map, IGT_DXG_V4L_BYTES);
		igt_dxg_bo_read(&t, handle, SIZE, gpu);
		check_frame(gpu, own);
	}
	igt_dxg_foreign_drop(&b, SIZE);
	igt_dxg_file_close(&t);
	free(gpu);
	free(own);
}

/*
 * What the GPU drew goes out of vivid's output, by a cable to its input, and comes back
 * into memory of the camera, which is compared with what was drawn.
 */
static void output_loop(bool ours)
{
	const uint32_t frame = 720 * 576 * 2, size = (frame + PAGE - 1) / PAGE * PAGE;
	struct igt_dxg_file t = igt_dxg_file_open(0);
	int in = igt_dxg_v4l_open(false), out = igt_dxg_v4l_open(true), dma_buf = -1, i;
	struct v4l2_exportbuffer export = { .type = V4L2_BUF_TYPE_VIDEO_OUTPUT, .flags = O_RDWR };
	uint32_t memory = ours ? V4L2_MEMORY_DMABUF : V4L2_MEMORY_MMAP, handle;
	struct v4l2_buffer buffer = {
		.type = V4L2_BUF_TYPE_VIDEO_CAPTURE,
		.memory = V4L2_MEMORY_MMAP,
	};
	const char *seen;

	igt_dxg_v4l_connect(in, out);
	igt_assert_eq_u32(igt_dxg_v4l_format(in, false, 720, 576), frame);
	igt_assert_eq_u32(igt_dxg_v4l_format(out, true, 720, 576), frame);
	igt_assert_eq(__dxg_v4l_request(out, true, memory, 1), 0);
	if (ours) {
		handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, size, DRM_DXG_BO_SHAREABLE);
		dma_buf = __dxg_prime_export(t.fd, handle);
		igt_assert_fd(dma_buf);
	} else {
		igt_dxg_ioctl(out, VIDIOC_EXPBUF, &export, 0);
		dma_buf = export.fd;
		igt_assert_eq(__dxg_prime_import(t.fd, dma_buf, &handle), 0);
	}
	igt_assert_eq(__dxg_v4l_request(in, false, V4L2_MEMORY_MMAP, 1), 0);
	igt_dxg_ioctl(in, VIDIOC_QUERYBUF, &buffer, 0);
	seen = mmap(NULL, frame, PROT_READ, MAP_SHARED, in, buffer.m.offset);
	igt_assert(seen != MAP_FAILED);

	/* A colour that no test picture has all over. */
	igt_dxg_bo_fill(&t, handle, size, 0x51a04e60);
	igt_assert_eq(__dxg_v4l_queue(out, true, memory, 0, dma_buf, size, frame), 0);
	igt_dxg_v4l_stream(out, true, true);
	igt_assert_eq(__dxg_v4l_queue(in, false, V4L2_MEMORY_MMAP, 0, -1, 0, 0), 0);
	igt_dxg_v4l_stream(in, false, true);
	/* The first frames may be from before the output has begun. */
	for (i = 0; i < 200; i++) {
		igt_assert_eq(__dxg_v4l_dequeue(in, false, V4L2_MEMORY_MMAP), 0);
		if (*(const uint32_t *)seen == 0x51a04e60 && !memcmp(seen, seen + 4, frame - 4))
			break;
		igt_dxg_v4l_reconnect(in);
		igt_assert_eq(__dxg_v4l_queue(in, false, V4L2_MEMORY_MMAP, 0, -1, 0, 0), 0);
	}
	igt_dxg_check_word(seen, frame, 0x51a04e60);
	igt_dxg_v4l_stream(in, false, false);
	igt_dxg_v4l_stream(out, true, false);
	munmap((void *)seen, frame);
	igt_assert_eq(__dxg_v4l_request(in, false, V4L2_MEMORY_MMAP, 0), 0);
	igt_dxg_v4l_disconnect(in);
	close(in);
	close(out);
	close(dma_buf);
	igt_dxg_file_close(&t);
}

/* --- Subtests --- */

static void camera_subtests(void)
{
	int m;

	igt_describe("The camera writes its frames into BOs.");
	for (m = IGT_DXG_HOST; m <= IGT_DXG_SYSTEM; m++)
		igt_subtest_f("camera-%s", igt_dxg_memory_names[m])
			capture(m);
	igt_describe("The GPU reads frames where the camera has them.");
	igt_subtest("camera-import")
		capture_import();
	igt_describe("What the GPU drew is seen by vivid's output.");
	igt_subtest("output-loop-export")
		output_loop(true);
	igt_subtest("output-loop-import")
		output_loop(false);
}

int igt_main()
{
	unsigned int i;
	int m;

	igt_describe("Another driver's pages are the GPU's.");
	for (i = 0; i < igt_dxg_peer_count; i++)
		igt_subtest_f("import-%s", igt_dxg_peers[i].name)
			import(&igt_dxg_peers[i]);
	igt_describe("The exporter goes while the GPU has its memory.");
	for (i = 0; i < igt_dxg_peer_count; i++)
		igt_subtest_f("import-alone-%s", igt_dxg_peers[i].name)
			import_alone(&igt_dxg_peers[i]);
	igt_describe("Two files import the same memory.");
	for (i = 0; i < igt_dxg_peer_count; i++)
		igt_subtest_f("import-two-%s", igt_dxg_peers[i].name)
			import_two(&igt_dxg_peers[i]);
	igt_describe("Imported and given back many times.");
	for (i = 0; i < igt_dxg_peer_count; i++)
		igt_subtest_f("import-many-%s", igt_dxg_peers[i].name)
			import_many(&igt_dxg_peers[i], 25);

	for (i = 0; i < igt_dxg_peer_count; i++) {
		const struct igt_dxg_peer *peer = &igt_dxg_peers[i];

		igt_describe("Descriptor, handle, mapping and device go in every order.");
		igt_subtest_f("close-order-import-%s", peer->name)
			close_order(peer, false);
		if (!peer->import)
			continue;
		igt_subtest_f("close-order-export-%s", peer->name)
			close_order(peer, true);
		igt_describe("Our pages are the other driver's.");
		for (m = IGT_DXG_HOST; m <= IGT_DXG_SYSTEM; m++) {
			/* Refused: dxg_prime@export-second. */
			if (m == IGT_DXG_HOST && !strcmp(peer->name, "second"))
				continue;
			igt_subtest_f("export-%s-%s", peer->name, igt_dxg_memory_names[m])
				export(peer, m);
		}
	}
	camera_subtests();
}
