// SPDX-License-Identifier: MIT
/*
 * The interface as it is declared: numbers, directions and sizes; and that arguments are
 * judged before anything is looked up or asked.
 */
#include <drm/drm_drv.h>
#include <drm/drm_file.h>
#include <drm/drm_ioctl.h>
#include <kunit/test.h>
#include <linux/file.h>
#include <linux/slab.h>

#include <drm/dxg_drm.h>

#include "dxg_fixture.h"

/* ---- Numbers, directions, sizes ---- */

struct dxg_uapi_row {
	const char *name;
	unsigned int nr, cmd, size;
	bool returns;			/* something is copied back */
};

#define ROW(word, number, bytes, out) \
	{ #word, number, DRM_IOCTL_DXG_##word, bytes, out }

static const struct dxg_uapi_row dxg_uapi_rows[] = {
	ROW(DEV_QUERY, 0x00, 16, true),
	ROW(VM_CREATE, 0x01, 16, true),
	ROW(VM_DESTROY, 0x02, 8, false),
	ROW(VM_RESERVE, 0x03, 48, true),
	ROW(VM_BIND, 0x04, 48, true),
	ROW(VM_GET_STATE, 0x05, 48, true),
	ROW(BO_CREATE, 0x06, 56, true),
	ROW(BO_MMAP_OFFSET, 0x07, 24, true),
	ROW(BO_QUERY_INFO, 0x08, 88, true),
	ROW(BO_MADVISE, 0x09, 24, true),
	ROW(BO_SYNC, 0x0a, 24, false),
	ROW(BO_SET_PROPERTY, 0x0b, 40, true),
	ROW(QUEUE_CREATE, 0x0c, 72, true),
	ROW(QUEUE_DESTROY, 0x0d, 8, false),
	ROW(QUEUE_SUBMIT, 0x0e, 24, true),
	ROW(QUEUE_GET_STATE, 0x0f, 40, true),
	ROW(QUEUE_SET_PROPERTY, 0x10, 16, false),
	ROW(FENCE_CREATE, 0x11, 40, true),
	ROW(FENCE_DESTROY, 0x12, 8, false),
	ROW(FENCE_SIGNAL, 0x13, 24, false),
	ROW(FENCE_WAIT, 0x14, 32, true),
	ROW(FENCE_EVENTFD, 0x15, 24, false),
	ROW(FENCE_EXPORT, 0x16, 16, true),
	ROW(FENCE_IMPORT, 0x17, 40, true),
	ROW(DRIVER_PRIVATE, 0x18, 24, true),
};

static void dxg_uapi_desc(const struct dxg_uapi_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_uapi, dxg_uapi_rows, dxg_uapi_desc);

/* The header says what it always said, and the driver takes what the header says. */
static void dxg_uapi_ioctl(struct kunit *test)
{
	const struct dxg_uapi_row *row = test->param_value;
	const struct drm_device *drm = &dxg_fixture_start(test)->drm;
	const struct drm_ioctl_desc *desc;

	KUNIT_ASSERT_LT(test, row->nr, drm->driver->num_ioctls);
	desc = &drm->driver->ioctls[row->nr];
	KUNIT_EXPECT_EQ(test, desc->cmd, row->cmd);
	KUNIT_EXPECT_EQ(test, desc->flags, DRM_RENDER_ALLOW);
	KUNIT_EXPECT_EQ(test, row->cmd,
			_IOC(row->returns ? _IOC_READ | _IOC_WRITE : _IOC_WRITE,
			     DRM_IOCTL_BASE, DRM_COMMAND_BASE + row->nr, row->size));
}

static void dxg_uapi_complete(struct kunit *test)
{
	const struct drm_device *drm = &dxg_fixture_start(test)->drm;

	KUNIT_EXPECT_EQ(test, drm->driver->num_ioctls, ARRAY_SIZE(dxg_uapi_rows));
	KUNIT_EXPECT_EQ(test, drm->driver->major, 1);
	KUNIT_EXPECT_STREQ(test, drm->driver->name, "dxg");
}

static struct kunit_case dxg_uapi_cases[] = {
	KUNIT_CASE_PARAM(dxg_uapi_ioctl, dxg_uapi_gen_params),
	KUNIT_CASE(dxg_uapi_complete),
	{}
};

static struct kunit_suite dxg_uapi_suite = {
	.name = "dxg_uapi",
	.init = dxg_fixture_init,
	.exit = dxg_fixture_exit,
	.test_cases = dxg_uapi_cases,
};

/* ---- Arguments ---- */

/* A field that must be zero, or flags of which the highest is none. */
struct dxg_bad_row {
	const char *name;
	unsigned int nr;
	size_t end;			/* of the field, in the argument */
};

#define BAD(word, type, member) \
	{ #word "." #member, DRM_DXG_##word, offsetofend(struct drm_dxg_##type, member) }

static const struct dxg_bad_row dxg_bad_rows[] = {
	BAD(DEV_QUERY, dev_query, type),
	BAD(VM_DESTROY, vm_destroy, pad),
	BAD(VM_RESERVE, vm_reserve, flags),
	BAD(VM_BIND, vm_bind, flags), BAD(VM_BIND, vm_bind, pad),
	BAD(VM_GET_STATE, vm_get_state, flags), BAD(VM_GET_STATE, vm_get_state, reason),
	BAD(VM_GET_STATE, vm_get_state, execution_state),
	BAD(VM_GET_STATE, vm_get_state, reset_state),
	BAD(VM_GET_STATE, vm_get_state, fault_flags),
	BAD(VM_GET_STATE, vm_get_state, fault_stage),
	BAD(VM_GET_STATE, vm_get_state, fault_error),
	BAD(VM_GET_STATE, vm_get_state, fault_address),
	BAD(VM_GET_STATE, vm_get_state, generation),
	BAD(BO_MMAP_OFFSET, bo_mmap_offset, offset), BAD(BO_MMAP_OFFSET, bo_mmap_offset, size),
	BAD(BO_QUERY_INFO, bo_query_info, query), BAD(BO_QUERY_INFO, bo_query_info, flags),
	BAD(BO_QUERY_INFO, bo_query_info, alloc_count),
	BAD(BO_QUERY_INFO, bo_query_info, host_handle),
	BAD(BO_QUERY_INFO, bo_query_info, host_resource),
	BAD(BO_QUERY_INFO, bo_query_info, size), BAD(BO_QUERY_INFO, bo_query_info, residency),
	BAD(BO_QUERY_INFO, bo_query_info, priority), BAD(BO_QUERY_INFO, bo_query_info, pad),
	BAD(BO_MADVISE, bo_madvise, advice), BAD(BO_MADVISE, bo_madvise, retained),
	BAD(BO_MADVISE, bo_madvise, fence_value),
	BAD(BO_SET_PROPERTY, bo_set_property, properties),
	BAD(BO_SET_PROPERTY, bo_set_property, pad),
	BAD(BO_SET_PROPERTY, bo_set_property, fence_value),
	BAD(QUEUE_CREATE, queue_create, type), BAD(QUEUE_CREATE, queue_create, flags),
	BAD(QUEUE_CREATE, queue_create, queue_id), BAD(QUEUE_CREATE, queue_create, host_handle),
	BAD(QUEUE_CREATE, queue_create, fence_handle),
	BAD(QUEUE_CREATE, queue_create, host_fence), BAD(QUEUE_CREATE, queue_create, fence_va),
	BAD(QUEUE_CREATE, queue_create, fence_mmap_offset),
	BAD(QUEUE_DESTROY, queue_destroy, pad),
	BAD(QUEUE_GET_STATE, queue_get_state, flags),
	BAD(QUEUE_GET_STATE, queue_get_state, reason),
	BAD(QUEUE_GET_STATE, queue_get_state, timeout_ms),
	BAD(QUEUE_GET_STATE, queue_get_state, priority),
	BAD(QUEUE_GET_STATE, queue_get_state, priority_in_process),
	BAD(QUEUE_GET_STATE, queue_get_state, submitted),
	BAD(QUEUE_GET_STATE, queue_get_state, completed),
	BAD(FENCE_CREATE, fence_create, flags), BAD(FENCE_CREATE, fence_create, handle),
	BAD(FENCE_CREATE, fence_create, host_handle), BAD(FENCE_CREATE, fence_create, gpu_va),
	BAD(FENCE_CREATE, fence_create, mmap_offset),
	BAD(FENCE_DESTROY, fence_destroy, pad),
	BAD(FENCE_EXPORT, fence_export, flags), BAD(FENCE_EXPORT, fence_export, fd),
	BAD(FENCE_EXPORT, fence_export, pad),
	BAD(FENCE_IMPORT, fence_import, flags), BAD(FENCE_IMPORT, fence_import, handle),
	BAD(FENCE_IMPORT, fence_import, host_handle), BAD(FENCE_IMPORT, fence_import, pad),
	BAD(FENCE_IMPORT, fence_import, gpu_va), BAD(FENCE_IMPORT, fence_import, mmap_offset),
	BAD(DRIVER_PRIVATE, driver_private, flags),
};

static void dxg_bad_desc(const struct dxg_bad_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dxg_bad, dxg_bad_rows, dxg_bad_desc);

union dxg_any_argument {
	u8 bytes[128];
	struct drm_dxg_vm_reserve vm_reserve;
	struct drm_dxg_bo_set_property bo_set_property;
	struct drm_dxg_driver_private driver_private;
};

/* An argument without a fault but that its handles name nothing. */
static void dxg_fill_argument(union dxg_any_argument *arg, unsigned int nr)
{
	memset(arg, 0, sizeof(*arg));
	if (nr == DRM_DXG_VM_RESERVE)
		arg->vm_reserve.size = 4096;
	else if (nr == DRM_DXG_BO_SET_PROPERTY)
		arg->bo_set_property.properties = DRM_DXG_BO_PRIORITY;
	else if (nr == DRM_DXG_DRIVER_PRIVATE)
		arg->driver_private.data_size = 8;
}

static void dxg_ioctl_argument(struct kunit *test)
{
	const struct dxg_bad_row *row = test->param_value;
	struct dxg_device *dxg = dxg_fixture_start(test);
	const struct drm_ioctl_desc *desc = &dxg->drm.driver->ioctls[row->nr];
	struct dxg_fixture *f = test->priv;
	union dxg_any_argument *arg;
	unsigned int sent;
	struct file *filp;

	arg = kunit_kzalloc(test, sizeof(*arg), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, arg);
	KUNIT_ASSERT_LE(test, row->end, sizeof(arg->bytes));
	filp = mock_drm_getfile(dxg->drm.render, O_RDWR);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, filp);
	sent = f->global.sent + f->vgpu.sent;

	/* Sound, but for what it names; a query without a pointer is answered. */
	dxg_fill_argument(arg, row->nr);
	KUNIT_EXPECT_EQ(test, desc->func(&dxg->drm, arg, filp->private_data),
			row->nr == DRM_DXG_DEV_QUERY ? 0 : -ENOENT);
	/* A high bit: no flag, no type, and not zero. */
	dxg_fill_argument(arg, row->nr);
	arg->bytes[row->end - 1] |= 0x40;
	KUNIT_EXPECT_EQ(test, desc->func(&dxg->drm, arg, filp->private_data), -EINVAL);
	KUNIT_EXPECT_EQ(test, f->global.sent + f->vgpu.sent, sent);
	fput(filp);
	flush_delayed_fput();
}

static struct kunit_case dxg_ioctl_cases[] = {
	KUNIT_CASE_PARAM(dxg_ioctl_argument, dxg_bad_gen_params),
	{}
};

static struct kunit_suite dxg_ioctl_suite = {
	.name = "dxg_ioctl",
	.init = dxg_fixture_init,
	.exit = dxg_fixture_exit,
	.test_cases = dxg_ioctl_cases,
};

kunit_test_suites(&dxg_uapi_suite, &dxg_ioctl_suite);
