// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: its table of ioctls and what statuses of the host come to, written down a
 * second time; and what both do to calls, over a mocked host.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/ioctl.h>
#include <linux/kallsyms.h>
#include <linux/mman.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "compat/dxg_compat.h"
#include "compat/dxg_compat_map.h"
#include "dxg_fixture.h"
#include "dxg_proto.h"
#include "dxg_status.h"

/* ---- The table ---- */

/**
 * struct dxg_compat_word - One ioctl, as the interface has it.
 */
struct dxg_compat_word {
	u32 word;
	u32 size;		/* of the argument, as the compiler sees it */
	const char *handler;	/* what carries it out */
};

#define W(word, type, handler) { word, sizeof(type), "dxg_compat_" #handler }

static const struct dxg_compat_word dxg_compat_words[] = {
	W(0xc00c4701, struct d3dkmt_openadapterfromluid, open_adapter_from_luid),
	W(0xc0404702, struct d3dkmt_createdevice, create_device),
	W(0xc0284704, struct d3dkmt_createcontextvirtual, create_context_virtual),
	W(0xc0044705, struct d3dkmt_destroycontext, destroy_context),
	W(0xc0484706, struct d3dkmt_createallocation, create_allocation),
	W(0xc0204707, struct d3dkmt_createpagingqueue, create_paging_queue),
	W(0xc0484708, struct d3dddi_reservegpuvirtualaddress, reserve_gpu_va),
	W(0xc0184709, struct d3dkmt_queryadapterinfo, query_adapter_info),
	W(0xc038470a, struct d3dkmt_queryvideomemoryinfo, query_video_memory_info),
	W(0xc030470b, struct d3dddi_makeresident, make_resident),
	W(0xc068470c, struct d3dddi_mapgpuvirtualaddress, map_gpu_va),
	W(0xc020470d, struct d3dkmt_escape, escape),
	W(0xc038470e, struct d3dkmt_getdevicestate, get_device_state),
	W(0xc180470f, struct d3dkmt_submitcommand, submit_command),
	W(0xc0604710, struct d3dkmt_createsynchronizationobject2, create_sync),
	W(0xc1d04711, struct d3dkmt_signalsynchronizationobject2, signal),
	W(0xc0c84712, struct d3dkmt_waitforsynchronizationobject2, wait),
	W(0xc0184713, struct d3dkmt_destroyallocation2, destroy_allocation),
	W(0xc0104714, struct d3dkmt_enumadapters2, enum_adapters2),
	W(0xc0044715, struct d3dkmt_closeadapter, close_adapter),
	W(0xc0204716, struct d3dkmt_changevideomemoryreservation, change_video_memory_reservation),
	W(0xc0304718, struct d3dkmt_createhwqueue, create_hwqueue),
	W(0xc0044719, struct d3dkmt_destroydevice, destroy_device),
	W(0xc004471b, struct d3dkmt_destroyhwqueue, destroy_hwqueue),
	W(0xc004471c, struct d3dddi_destroypagingqueue, destroy_paging_queue),
	W(0xc004471d, struct d3dkmt_destroysynchronizationobject, destroy_sync),
	W(0xc020471e, struct d3dkmt_evict, evict),
	W(0xc004471f, struct d3dkmt_flushheaptransitions, flush_heap_transitions),
	W(0xc0184720, struct d3dkmt_freegpuvirtualaddress, free_gpu_va),
	W(0xc0084721, struct d3dkmt_getcontextinprocessschedulingpriority,
	  get_context_priority_in_process),
	W(0xc0084722, struct d3dkmt_getcontextschedulingpriority, get_context_priority),
	W(0xc0184724, struct d3dkmt_invalidatecache, invalidate_cache),
	W(0xc0184725, struct d3dkmt_lock2, lock2),
	W(0xc0084726, struct d3dkmt_markdeviceaserror, mark_device_as_error),
	W(0xc0284727, struct d3dkmt_offerallocations, offer_allocations),
	W(0xc020472a, struct d3dkmt_queryallocationresidency, query_residency),
	W(0xc028472c, struct d3dkmt_reclaimallocations2, reclaim_allocations),
	W(0xc020472e, struct d3dkmt_setallocationpriority, set_allocation_priority),
	W(0xc008472f, struct d3dkmt_setcontextinprocessschedulingpriority,
	  set_context_priority_in_process),
	W(0xc0084730, struct d3dkmt_setcontextschedulingpriority, set_context_priority),
	W(0xc0204731, struct d3dkmt_signalsynchronizationobjectfromcpu, signal_from_cpu),
	W(0xc0504732, struct d3dkmt_signalsynchronizationobjectfromgpu, signal_from_gpu),
	W(0xc0604733, struct d3dkmt_signalsynchronizationobjectfromgpu2, signal_from_gpu2),
	W(0xc0384734, struct d3dkmt_submitcommandtohwqueue, submit_command_to_hwqueue),
	W(0xc0284735, struct d3dkmt_submitsignalsyncobjectstohwqueue, signal_to_hwqueue),
	W(0xc0184736, struct d3dkmt_submitwaitforsyncobjectstohwqueue, wait_to_hwqueue),
	W(0xc0084737, struct d3dkmt_unlock2, unlock2),
	W(0xc0284738, struct d3dddi_updateallocproperty, update_property),
	W(0xc0384739, struct d3dkmt_updategpuvirtualaddress, update_gpu_va),
	W(0xc028473a, struct d3dkmt_waitforsynchronizationobjectfromcpu, wait_from_cpu),
	W(0xc050473b, struct d3dkmt_waitforsynchronizationobjectfromgpu, wait_from_gpu),
	W(0xc020473c, struct d3dkmt_getallocationpriority, get_allocation_priority),
	W(0xc028473d, struct d3dkmt_queryclockcalibration, query_clock_calibration),
	W(0xc018473e, struct d3dkmt_enumadapters3, enum_adapters3),
	W(0xc028473f, struct d3dkmt_shareobjects, share_objects),
	W(0xc0584740, struct d3dkmt_opensyncobjectfromnthandle2, open_sync),
	W(0xc0284741, struct d3dkmt_queryresourceinfofromnthandle, query_resource_info),
	W(0xc0684742, struct d3dkmt_openresourcefromnthandle, open_resource),
	W(0xc3284743, struct d3dkmt_querystatistics, query_statistics),
	W(0xc0184744, struct d3dkmt_shareobjectwithhost, share_object_with_host),
	W(0xc0184745, struct d3dkmt_createsyncfile, create_sync_file),
	W(0xc0104746, struct d3dkmt_waitsyncfile, wait_sync_file),
	W(0xc0284747, struct d3dkmt_opensyncobjectfromsyncfile, open_sync_from_file),
	W(0xc0184748, struct d3dkmt_enumprocesses, enum_processes),
	W(0xc00c4749, struct d3dkmt_isfeatureenabled, is_feature_enabled),
};

#undef W

/* Numbers that have a name in the interface, and no ioctl. */
static const u32 dxg_compat_holes[] = {
	0xc0604703, 0xc0284717, 0xc004471a, 0xc0184723,
	0xc0484728, 0xc0484729, 0xc020472b, 0xc170472d,
};

static void dxg_compat_word_desc(const struct dxg_compat_word *word, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%08x", word->word);
}

KUNIT_ARRAY_PARAM(dxg_compat_word, dxg_compat_words, dxg_compat_word_desc);

/* The word is known as it is, its size is the argument's, and it is the right function's. */
static void dxg_compat_word_is_known(struct kunit *test)
{
	const struct dxg_compat_word *word = test->param_value;
	const struct dxg_compat_ioctl *ioctl = dxg_compat_ioctl_find(word->word);
	char name[KSYM_SYMBOL_LEN];

	KUNIT_ASSERT_NOT_NULL(test, ioctl);
	KUNIT_EXPECT_EQ(test, ioctl->cmd, word->word);
	KUNIT_EXPECT_EQ(test, _IOC_SIZE(word->word), word->size);
	KUNIT_EXPECT_EQ(test, _IOC_TYPE(word->word), 0x47);
	KUNIT_EXPECT_EQ(test, _IOC_DIR(word->word), _IOC_READ | _IOC_WRITE);
	if (!IS_ENABLED(CONFIG_KALLSYMS))
		kunit_skip(test, "this kernel does not know the names of functions");
	snprintf(name, sizeof(name), "%ps", ioctl->func);
	/* Of a module, its name follows. */
	strreplace(name, ' ', 0);
	KUNIT_EXPECT_STREQ(test, name, word->handler);
}

static bool dxg_compat_is_word(u32 word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dxg_compat_words); i++)
		if (dxg_compat_words[i].word == word)
			return true;
	return false;
}

/* Of all words of the type, and of others, those of the table are known. */
static void dxg_compat_other_words_are_unknown(struct kunit *test)
{
	u32 nr, dir, size, type, word, known = 0, wrong = 0;

	for (nr = 0; nr < 256; nr++) {
		for (dir = 0; dir < 4; dir++) {
			for (size = 0; size < 1024; size++) {
				word = _IOC(dir, 0x47, nr, size);
				known += !!dxg_compat_ioctl_find(word);
				wrong += !!dxg_compat_ioctl_find(word) != dxg_compat_is_word(word);
			}
		}
		for (type = 0; type < 256; type++) {
			if (type == 0x47)
				continue;
			wrong += !!dxg_compat_ioctl_find(_IOC(3, type, nr, 4));
			wrong += !!dxg_compat_ioctl_find(_IOC(3, type, nr, 24));
		}
	}
	KUNIT_EXPECT_EQ(test, known, 65);
	KUNIT_EXPECT_EQ(test, ARRAY_SIZE(dxg_compat_words), 65);
	KUNIT_EXPECT_EQ(test, wrong, 0);
	for (nr = 0; nr < ARRAY_SIZE(dxg_compat_holes); nr++)
		KUNIT_EXPECT_NULL(test, dxg_compat_ioctl_find(dxg_compat_holes[nr]));
}

/* ---- Statuses ---- */

struct dxg_compat_status_param {
	u32 status;
	int result;
};

static const struct dxg_compat_status_param dxg_compat_statuses[] = {
	{ 0x00000000, 0 },
	{ 0x00000102, 0x102 },		/* a time limit is no failure */
	{ 0x00000103, 259 },		/* nor is what is under way */
	{ 0x40000000, 0x40000000 },	/* nor is what only informs */
	{ 0x7fffffff, 0x7fffffff },
	{ 0xc0000002, -EPERM },
	{ 0xc0000008, -EBADF },
	{ 0xc000000d, -EINVAL },
	{ 0xc0000017, -ENOMEM },
	{ 0xc000001d, -EOPNOTSUPP },
	{ 0xc0000022, -EACCES },
	{ 0xc0000023, -EOVERFLOW },
	{ 0xc0000024, -EPROTOTYPE },
	{ 0xc0000033, -ENOENT },
	{ 0xc0000034, -ENOENT },
	{ 0xc0000035, -EEXIST },
	{ 0xc00000bb, -EPERM },
	{ 0xc00002b6, -ENODEV },
	{ 0xc01e0100, -ENOMEM },
	{ 0xc01e0102, -EINPROGRESS },
	/* What has no errno of its own; warnings are among it. */
	{ 0x80000000, -EINVAL },
	{ 0x80000005, -EINVAL },
	{ 0xc0000001, -EINVAL },
	{ 0xc000009a, -EINVAL },
	{ 0xffffffff, -EINVAL },
};

static void dxg_compat_status_desc(const struct dxg_compat_status_param *param, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "0x%08x", param->status);
}

KUNIT_ARRAY_PARAM(dxg_compat_status, dxg_compat_statuses, dxg_compat_status_desc);

static void dxg_compat_status_translates(struct kunit *test)
{
	const struct dxg_compat_status_param *param = test->param_value;

	KUNIT_EXPECT_EQ(test, dxg_compat_status(DXGP_CMD_MAKERESIDENT, param->status),
			param->result);
}

static struct kunit_case dxg_compat_table_cases[] = {
	KUNIT_CASE_PARAM(dxg_compat_word_is_known, dxg_compat_word_gen_params),
	KUNIT_CASE(dxg_compat_other_words_are_unknown),
	KUNIT_CASE_PARAM(dxg_compat_status_translates, dxg_compat_status_gen_params),
	{}
};

static struct kunit_suite dxg_compat_table_suite = {
	.name = "dxg_compat_table",
	.test_cases = dxg_compat_table_cases,
};

/* ---- Calls ---- */

/* A process of this thread that has the node open, with a device, a queue and memory. */
struct dxg_compat_test {
	struct dxg_compat_process *process;
	unsigned long user;		/* a page of its memory */
	u32 adapter, device, paging, allocation;
};

/* Where in the page what is: the argument of the call is in front. */
#define DXG_USER_ARRAY	1024
#define DXG_USER_DATA	2048

static struct dxg_compat_test *to_compat_test(struct kunit *test)
{
	return ((struct dxg_fixture *)test->priv)->priv;
}

static void *dxg_compat_at(struct dxg_compat_test *t, u32 offset)
{
	return (void *)(t->user + offset);
}

/* Call with @args, which are what the call leaves of them afterwards. */
static int dxg_compat_do(struct kunit *test, u32 word, void *args)
{
	struct dxg_compat_test *t = to_compat_test(test);
	void __user *user = (void __user *)t->user;
	int ret;

	KUNIT_ASSERT_EQ(test, copy_to_user(user, args, _IOC_SIZE(word)), 0);
	ret = dxg_compat_run(t->process, word, user);
	KUNIT_ASSERT_EQ(test, copy_from_user(args, user, _IOC_SIZE(word)), 0);
	return ret;
}

static void dxg_compat_put(struct kunit *test, u32 offset, const void *from, size_t size)
{
	struct dxg_compat_test *t = to_compat_test(test);

	KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)dxg_compat_at(t, offset), from, size), 0);
}

static void dxg_compat_get(struct kunit *test, u32 offset, void *to, size_t size)
{
	struct dxg_compat_test *t = to_compat_test(test);

	KUNIT_ASSERT_EQ(test, copy_from_user(to, (void __user *)dxg_compat_at(t, offset), size), 0);
}

/* What most calls are about, made by calls. */
static void dxg_compat_objects(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_compat_test *t = f->priv;
	struct d3dkmt_openadapterfromluid open = {
		.adapter_luid = { .a = (u32)f->fn.luid, .b = f->fn.luid >> 32 },
	};
	struct d3dddi_allocationinfo2 info = {};
	struct d3dkmt_createpagingqueue queue = {};
	struct d3dkmt_createallocation alloc = {
		.alloc_count = 1,
		.allocation_info = t->user + DXG_USER_ARRAY,
	};
	struct d3dkmt_createdevice device = {};

	KUNIT_ASSERT_EQ(test, dxg_compat_do(test, LX_DXOPENADAPTERFROMLUID, &open), 0);
	t->adapter = open.adapter_handle;
	device.adapter = t->adapter;
	KUNIT_ASSERT_EQ(test, dxg_compat_do(test, LX_DXCREATEDEVICE, &device), 0);
	t->device = device.device;
	queue.device = t->device;
	KUNIT_ASSERT_EQ(test, dxg_compat_do(test, LX_DXCREATEPAGINGQUEUE, &queue), 0);
	KUNIT_EXPECT_NE(test, queue.fence_cpu_virtual_address, 0);
	t->paging = queue.paging_queue;
	alloc.device = t->device;
	dxg_compat_put(test, DXG_USER_ARRAY, &info, sizeof(info));
	KUNIT_ASSERT_EQ(test, dxg_compat_do(test, LX_DXCREATEALLOCATION, &alloc), 0);
	dxg_compat_get(test, DXG_USER_ARRAY, &info, sizeof(info));
	t->allocation = info.allocation;
	KUNIT_ASSERT_NE(test, t->allocation, 0);
}

static int dxg_compat_test_init(struct kunit *test)
{
	struct dxg_compat_test *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);
	struct dxg_compat_process *process;
	struct dxg_fixture *f;
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, t);
	ret = dxg_fixture_init(test);
	if (ret)
		return ret;
	f = test->priv;
	f->priv = t;
	f->global.allocation_size = PAGE_SIZE;
	f->vgpu.allocation_size = PAGE_SIZE;
	dxg_fixture_fake_iospace(test);
	t->user = kunit_vm_mmap(test, NULL, 0, PAGE_SIZE, PROT_READ | PROT_WRITE,
				MAP_ANONYMOUS | MAP_PRIVATE, 0);
	KUNIT_ASSERT_NE(test, t->user, 0);
	dxg_fixture_start(test);
	process = dxg_compat_process_open();
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, process);
	t->process = process;
	dxg_compat_objects(test);
	return 0;
}

/*
 * The test's thread ends its memory behind its last word. What it still has mapped would be zapped
 * here, and User-Mode Linux's flush_tlb_mm() walks the VMAs without a lock, which silences lockdep
 * for all tests that follow.
 */
static void dxg_compat_wait_for_exit(struct kunit *test, struct mm_struct *mm)
{
	unsigned int i;

	for (i = 0; i < 500 && atomic_read(&mm->mm_users); i++)
		msleep(20);
	KUNIT_EXPECT_EQ(test, atomic_read(&mm->mm_users), 0);
}

static void dxg_compat_test_exit(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_compat_test *t = f ? f->priv : NULL;
	unsigned int i;

	if (t && t->process) {
		dxg_compat_wait_for_exit(test, t->process->mm);
		dxg_compat_process_close(t->process);
	}
	if (t) {
		/* Some go by workers of others than the driver. */
		for (i = 0; i < 250 && READ_ONCE(f->global.objects->count); i++) {
			dxg_flush_work();
			msleep(20);
		}
		KUNIT_EXPECT_EQ(test, f->global.objects->count, 0);
		KUNIT_EXPECT_EQ(test, f->global.objects->strays, 0);
	}
	dxg_fixture_exit(test);
}

static unsigned int dxg_compat_sent(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;

	return f->global.sent + f->vgpu.sent;
}

/* A call that the interface does not have, or whose argument is not there, asks no host. */
static void dxg_compat_unknown_calls(struct kunit *test)
{
	struct dxg_compat_test *t = to_compat_test(test);
	void __user *user = (void __user *)t->user;
	unsigned int sent = dxg_compat_sent(test), nr;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dxg_compat_holes); i++)
		KUNIT_EXPECT_EQ(test, dxg_compat_run(t->process, dxg_compat_holes[i], user),
				-ENOTTY);
	for (nr = 0; nr < 256; nr++) {
		KUNIT_EXPECT_EQ(test, dxg_compat_run(t->process, _IOC(3, 0x47, nr, 0), user),
				-ENOTTY);
		KUNIT_EXPECT_EQ(test, dxg_compat_run(t->process, _IOC(3, 0x47, nr, 1024), user),
				-ENOTTY);
	}
	for (i = 0; i < ARRAY_SIZE(dxg_compat_words); i++)
		KUNIT_EXPECT_EQ(test, dxg_compat_run(t->process, dxg_compat_words[i].word, NULL),
				-EFAULT);
	KUNIT_EXPECT_EQ(test, dxg_compat_sent(test), sent);
}

/* The file of another thread group, or of this one behind exec(), is none of the interface. */
static void dxg_compat_calls_of_others(struct kunit *test)
{
	struct dxg_compat_test *t = to_compat_test(test);
	void __user *user = (void __user *)t->user;
	unsigned int sent = dxg_compat_sent(test);
	struct mm_struct *mm = t->process->mm;
	struct pid *pid = t->process->pid;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(dxg_compat_words); i++) {
		t->process->pid = find_get_pid(1);
		KUNIT_EXPECT_EQ(test, dxg_compat_run(t->process, dxg_compat_words[i].word, user),
				-ENOTTY);
		put_pid(t->process->pid);
		t->process->pid = pid;
		t->process->mm = NULL;
		KUNIT_EXPECT_EQ(test, dxg_compat_run(t->process, dxg_compat_words[i].word, user),
				-ENOTTY);
		t->process->mm = mm;
	}
	KUNIT_EXPECT_EQ(test, dxg_compat_sent(test), sent);
}

/* Arguments of nothing: handles of nothing, no arrays. Nothing is made, no host is asked. */
static void dxg_compat_calls_of_nothing(struct kunit *test)
{
	struct dxg_fixture *f = test->priv;
	unsigned int objects = f->global.objects->count, sent = dxg_compat_sent(test);
	u8 *args = kunit_kzalloc(test, 1024, GFP_KERNEL);
	size_t i;

	KUNIT_ASSERT_NOT_NULL(test, args);
	for (i = 0; i < ARRAY_SIZE(dxg_compat_words); i++) {
		u32 word = dxg_compat_words[i].word;
		int ret;

		memset(args, 0, 1024);
		ret = dxg_compat_do(test, word, args);
		switch (word) {
		case LX_DXENUMADAPTERS2:
		case LX_DXENUMADAPTERS3:
			/* How many there are. */
			KUNIT_EXPECT_EQ(test, ret, 0);
			break;
		case LX_ISFEATUREENABLED:
			/* Of the machine: the one message. */
			KUNIT_EXPECT_EQ(test, ret, 0);
			sent++;
			break;
		default:
			KUNIT_EXPECT_TRUE_MSG(test, ret == -EINVAL || ret == -EBADF, "%s: %d",
					      dxg_compat_words[i].handler, ret);
			KUNIT_EXPECT_NULL_MSG(test, memchr_inv(args, 0, 1024), "%s",
					      dxg_compat_words[i].handler);
		}
	}
	KUNIT_EXPECT_EQ(test, dxg_compat_sent(test), sent);
	KUNIT_EXPECT_EQ(test, f->global.objects->count, objects);
}

/* How the host answers @command from here on. */
static void dxg_compat_answer(struct kunit *test, u32 command, u32 status)
{
	struct dxg_fixture *f = test->priv;
	struct dxg_mock_rule *rule;

	f->vgpu.rule_count = 0;
	rule = dxg_mock_rule(&f->vgpu, command);
	rule->status = status;
	rule->times = 1;
}

/* What the host says is the call's result; only a success writes what it returns. */
static void dxg_compat_calls_have_results(struct kunit *test)
{
	const struct dxg_compat_status_param *param = test->param_value;
	struct dxg_compat_test *t = to_compat_test(test);
	struct d3dddi_mapgpuvirtualaddress map = {
		.paging_queue = t->paging,
		.allocation = t->allocation,
		.size_in_pages = 1,
	};
	struct d3dddi_makeresident resident = {
		.paging_queue = t->paging,
		.alloc_count = 1,
		.allocation_list = t->user + DXG_USER_ARRAY,
	};
	struct d3dkmt_queryadapterinfo query = {
		.adapter = t->adapter,
		.type = KMTQAITYPE_UMDRIVERPRIVATE,
		.private_data = t->user + DXG_USER_DATA,
		.private_data_size = 64,
	};
	u8 data[64] = { 1 };
	bool good = param->result >= 0;

	dxg_compat_answer(test, DXGP_CMD_MAPGPUVIRTUALADDRESS, param->status);
	KUNIT_EXPECT_EQ(test, dxg_compat_do(test, LX_DXMAPGPUVIRTUALADDRESS, &map), param->result);
	KUNIT_EXPECT_EQ(test, !!map.virtual_address, good);
	KUNIT_EXPECT_EQ(test, !!map.paging_fence_value, good);

	dxg_compat_put(test, DXG_USER_ARRAY, &t->allocation, sizeof(t->allocation));
	dxg_compat_answer(test, DXGP_CMD_MAKERESIDENT, param->status);
	KUNIT_EXPECT_EQ(test, dxg_compat_do(test, LX_DXMAKERESIDENT, &resident), param->result);
	KUNIT_EXPECT_EQ(test, !!resident.paging_fence_value, good);

	dxg_compat_put(test, DXG_USER_DATA, data, sizeof(data));
	dxg_compat_answer(test, DXGP_CMD_QUERYADAPTERINFO, param->status);
	KUNIT_EXPECT_EQ(test, dxg_compat_do(test, LX_DXQUERYADAPTERINFO, &query), param->result);
	dxg_compat_get(test, DXG_USER_DATA, data, sizeof(data));
	KUNIT_EXPECT_EQ(test, data[0], good ? 0x5a : 1);
	KUNIT_EXPECT_EQ(test, data[63], good ? 0x5a : 0);
}

static struct kunit_case dxg_compat_call_cases[] = {
	KUNIT_CASE(dxg_compat_unknown_calls),
	KUNIT_CASE(dxg_compat_calls_of_others),
	KUNIT_CASE(dxg_compat_calls_of_nothing),
	KUNIT_CASE_PARAM(dxg_compat_calls_have_results, dxg_compat_status_gen_params),
	{}
};

static int dxg_compat_suite_init(struct kunit_suite *suite)
{
	dxg_compat_maps_init();
	return dxg_transport_init();
}

static void dxg_compat_suite_exit(struct kunit_suite *suite)
{
	dxg_transport_exit();
	/* The tests' address spaces have gone, and with them who had maps. */
	flush_delayed_fput();
	dxg_compat_maps_fini();
}

static struct kunit_suite dxg_compat_call_suite = {
	.name = "dxg_compat_call",
	.suite_init = dxg_compat_suite_init,
	.suite_exit = dxg_compat_suite_exit,
	.init = dxg_compat_test_init,
	.exit = dxg_compat_test_exit,
	.test_cases = dxg_compat_call_cases,
};

kunit_test_suites(&dxg_compat_table_suite, &dxg_compat_call_suite);
