// SPDX-License-Identifier: MIT
/* DRIVER_PRIVATE: opaque requests to the driver on the host, here of the software GPU. */
#include <grp.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_rig.h"
#include "igt_dxg_vm.h"
#include "softgpu_escape.h"

/**
 * TEST: dxg private
 * Category: Core
 * Mega feature: dxg
 * Sub-category: host
 * Functionality: opaque requests to the driver on the host
 *
 * SUBTEST: answer
 * Description: The host's driver answers in place, and what it counts is what was done.
 *
 * SUBTEST: queue
 * Description: A request about a queue of the VM.
 *
 * SUBTEST: largest
 * Description: The largest request there may be comes back whole.
 *
 * SUBTEST: behind
 * Description: Bytes behind the request are not touched.
 *
 * SUBTEST: refused
 * Description: What the host's driver does not understand fails, and the data stays as it was.
 *
 * SUBTEST: concurrent
 * Description: Several processes ask at once, each gets its own answer.
 *
 * SUBTEST: lost
 * Description: A lost VM cannot ask.
 *
 * SUBTEST: invalid-size
 * Description: No bytes at all, and one more than there may be.
 *
 * SUBTEST: invalid-pointer
 * Description: Data that cannot be read; data that cannot be written.
 *
 * SUBTEST: invalid-queue
 * Description: A queue that is no context, of another file, or none.
 *
 * SUBTEST: hardware-privileged
 * Description: The flag for access to hardware needs CAP_SYS_ADMIN.
 */

IGT_TEST_DESCRIPTION("Opaque requests of the dxg driver to the driver on the host.");

static struct softgpu_escape request(uint32_t op, uint64_t arg)
{
	return (struct softgpu_escape) {
		.magic = SOFTGPU_ESCAPE_MAGIC,
		.version = SOFTGPU_ESCAPE_VERSION,
		.op = op,
		.arg = { arg },
	};
}

static int ask(struct igt_dxg_rig *rig, uint32_t queue, uint32_t flags, void *data, uint32_t size)
{
	struct drm_dxg_driver_private args = {
		.vm_id = rig->vm,
		.queue_id = queue,
		.flags = flags,
		.data_size = size,
		.data = (uintptr_t)data,
	};

	return __dxg_ioctl(rig->fd, DRM_IOCTL_DXG_DRIVER_PRIVATE, &args);
}

static void ask_node(struct igt_dxg_rig *rig, uint32_t queue, struct softgpu_escape *data)
{
	*data = request(SOFTGPU_ESCAPE_NODE, IGT_DXG_NODE_3D);
	igt_assert_eq(ask(rig, queue, 0, data, sizeof(*data)), 0);
	igt_assert_eq_u32(data->status, 0);
}

static void answer(struct igt_dxg_rig *rig)
{
	struct softgpu_escape data = request(SOFTGPU_ESCAPE_INFO, 0), before, after;

	igt_assert_eq(ask(rig, 0, 0, &data, sizeof(data)), 0);
	igt_assert_eq_u32(data.status, 0);
	igt_assert_eq_u64(data.result[0], SOFTGPU_ESCAPE_VERSION);
	igt_assert(data.result[2] >= 1 && data.result[2] <= 2);

	ask_node(rig, 0, &before);
	igt_dxg_run(rig->fd, rig->queue, rig->buffer.va, rig->length);
	ask_node(rig, 0, &after);
	/* Jobs ended, commands carried out. */
	igt_assert(after.result[0] > before.result[0]);
	igt_assert(after.result[1] > before.result[1]);
}

static void queue(struct igt_dxg_rig *rig)
{
	struct softgpu_escape data;

	ask_node(rig, rig->queue, &data);
}

static void largest(struct igt_dxg_rig *rig)
{
	struct drm_dxg_device_info info;
	struct softgpu_escape *data;
	uint32_t i;

	igt_dxg_device_info(rig->fd, &info);
	data = calloc(1, info.max_private_data);
	igt_assert(data);
	*data = request(SOFTGPU_ESCAPE_INFO, 0);
	for (i = sizeof(*data); i < info.max_private_data; i++)
		((uint8_t *)data)[i] = i * 7;
	igt_assert_eq(ask(rig, 0, 0, data, info.max_private_data), 0);
	igt_assert_eq_u64(data->result[0], SOFTGPU_ESCAPE_VERSION);
	for (i = sizeof(*data); i < info.max_private_data; i++)
		igt_assert_eq_u32(((uint8_t *)data)[i], (uint8_t)(i * 7));
	free(data);
}

static void behind(struct igt_dxg_rig *rig)
{
	struct {
		struct softgpu_escape data;
		uint8_t tail[64];
	} both = { .data = request(SOFTGPU_ESCAPE_INFO, 0) };
	unsigned int i;

	memset(both.tail, 0x5a, sizeof(both.tail));
	igt_assert_eq(ask(rig, 0, 0, &both, sizeof(both.data)), 0);
	for (i = 0; i < sizeof(both.tail); i++)
		igt_assert_eq_u32(both.tail[i], 0x5a);
}

static void refused(struct igt_dxg_rig *rig)
{
	uint8_t data[128], as_it_was[128];
	int ret;

	memset(data, 0x77, sizeof(data));
	memcpy(as_it_was, data, sizeof(data));
	ret = ask(rig, 0, 0, data, sizeof(data));
	igt_assert_eq(ret, -EIO);
	igt_assert(!memcmp(data, as_it_was, sizeof(data)));
	/* Too short to be one. */
	igt_assert_eq(ask(rig, 0, 0, data, 1), -EIO);
	answer(rig);
}

static void concurrent(struct igt_dxg_rig *rig)
{
	igt_fork(child, 4) {
		int i;

		for (i = 0; i < 100; i++) {
			struct softgpu_escape data = request(child & 1 ? SOFTGPU_ESCAPE_INFO :
							     SOFTGPU_ESCAPE_NODE, 0);

			data.arg[3] = 0;
			igt_assert_eq(ask(rig, 0, 0, &data, sizeof(data)), 0);
			igt_assert_eq_u32(data.op, child & 1 ? SOFTGPU_ESCAPE_INFO :
					  SOFTGPU_ESCAPE_NODE);
			if (child & 1)
				igt_assert_eq_u64(data.result[0], SOFTGPU_ESCAPE_VERSION);
		}
	}
	igt_waitchildren_timeout(300, "opaque requests");
}

static void lost(void)
{
	struct softgpu_escape data = request(SOFTGPU_ESCAPE_INFO, 0);
	struct drm_dxg_vm_get_state state;
	struct igt_dxg_rig rig;
	int i;

	igt_dxg_rig_open(&rig, 0);
	igt_dxg_rig_begin(&rig);
	softgpu_fault(&rig.commands, 0x1000, false);
	igt_assert_eq(__dxg_rig_submit(&rig, rig.queue, 0), 0);
	for (i = 0; i < 12000; i++) {
		igt_assert_eq(__dxg_vm_get_state(rig.fd, rig.vm, &state), 0);
		if (state.flags)
			break;
		usleep(10000);
	}
	igt_assert_eq(ask(&rig, 0, 0, &data, sizeof(data)), -ECANCELED);
	igt_dxg_rig_close(&rig);
}

static void invalid_size(struct igt_dxg_rig *rig)
{
	struct drm_dxg_device_info info;
	void *data;

	igt_dxg_device_info(rig->fd, &info);
	data = calloc(1, info.max_private_data + 1);
	igt_assert(data);
	*(struct softgpu_escape *)data = request(SOFTGPU_ESCAPE_INFO, 0);
	igt_assert_eq(ask(rig, 0, 0, data, 0), -EINVAL);
	igt_assert_eq(ask(rig, 0, 0, data, info.max_private_data + 1), -EINVAL);
	igt_assert_eq(ask(rig, 0, 0, data, UINT32_MAX), -EINVAL);
	free(data);
}

static void invalid_pointer(struct igt_dxg_rig *rig)
{
	struct softgpu_escape *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(page != MAP_FAILED);
	igt_assert_eq(mprotect((char *)page + 4096, 4096, PROT_NONE), 0);
	igt_assert_eq(ask(rig, 0, 0, NULL, sizeof(*page)), -EFAULT);
	igt_assert_eq(ask(rig, 0, 0, (char *)page + 4096 - 8, sizeof(*page)), -EFAULT);
	*page = request(SOFTGPU_ESCAPE_INFO, 0);
	igt_assert_eq(mprotect(page, 4096, PROT_READ), 0);
	igt_assert_eq(ask(rig, 0, 0, page, sizeof(*page)), -EFAULT);
	igt_assert_eq_u64(page->result[0], 0);
	munmap(page, 8192);
}

static void invalid_queue(struct igt_dxg_rig *rig)
{
	struct softgpu_escape data = request(SOFTGPU_ESCAPE_INFO, 0);
	uint32_t parent, hw, last = 0, i;
	struct igt_dxg_rig other;

	igt_assert_eq(ask(rig, 0x7ffffff, 0, &data, sizeof(data)), -ENOENT);
	igt_assert_eq(ask(rig, rig->bind_queue, 0, &data, sizeof(data)), -EINVAL);
	hw = igt_dxg_hw_queue_create(rig->fd, rig->vm, IGT_DXG_NODE_3D, &parent);
	igt_assert_eq(ask(rig, hw, 0, &data, sizeof(data)), -EINVAL);
	igt_assert_eq(ask(rig, parent, 0, &data, sizeof(data)), 0);
	igt_dxg_queue_destroy(rig->fd, hw);
	igt_dxg_queue_destroy(rig->fd, parent);
	igt_dxg_rig_open(&other, 0);
	/* An id that only the other file has. */
	for (i = 0; i < 8; i++)
		last = igt_dxg_queue_create(other.fd, other.vm, IGT_DXG_NODE_3D);
	igt_assert_eq(ask(rig, last, 0, &data, sizeof(data)), -ENOENT);
	igt_assert_eq(ask(&other, last, 0, &data, sizeof(data)), 0);
	igt_dxg_rig_close(&other);
}

static void hardware(struct igt_dxg_rig *rig)
{
	struct softgpu_escape data = request(SOFTGPU_ESCAPE_INFO, 0);
	int ret;

	igt_require_f(!geteuid(), "only root can give its rights up\n");
	ret = ask(rig, 0, DRM_DXG_PRIVATE_HARDWARE, &data, sizeof(data));
	igt_assert_f(!ret || ret == -EIO || ret == -EOPNOTSUPP, "%d\n", ret);
	igt_fork(child, 1) {
		igt_assert_eq(setgroups(0, NULL), 0);
		igt_assert_eq(setresgid(65534, 65534, 65534), 0);
		igt_assert_eq(setresuid(65534, 65534, 65534), 0);
		data = request(SOFTGPU_ESCAPE_INFO, 0);
		igt_assert_eq(ask(rig, 0, DRM_DXG_PRIVATE_HARDWARE, &data, sizeof(data)), -EACCES);
		igt_assert_eq(ask(rig, 0, 0, &data, sizeof(data)), 0);
	}
	igt_waitchildren();
}

int igt_main()
{
	static const struct {
		const char *name;
		void (*run)(struct igt_dxg_rig *rig);
	} tests[] = {
		{ "answer", answer }, { "queue", queue }, { "largest", largest },
		{ "behind", behind }, { "refused", refused }, { "concurrent", concurrent },
		{ "invalid-size", invalid_size }, { "invalid-pointer", invalid_pointer },
		{ "invalid-queue", invalid_queue }, { "hardware-privileged", hardware },
	};
	static struct igt_dxg_rig rig;
	size_t i;

	igt_fixture()
		igt_dxg_rig_open(&rig, 0);

	for (i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		igt_subtest(tests[i].name)
			tests[i].run(&rig);
	igt_subtest("lost")
		lost();

	igt_fixture()
		igt_dxg_rig_close(&rig);
}
