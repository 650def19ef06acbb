// SPDX-License-Identifier: MIT
/*
 * Flows that only /dev/dxg has: sync files, and what the render node refuses.
 */
#include "kmt_test.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define SHARED	(D3DDDI_SYNCHRONIZATIONOBJECT_SHARED | \
		 D3DDDI_SYNCHRONIZATIONOBJECT_NT_SECURITY_SHARING)

static bool readable(int fd, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, ms) == 1 && p.revents & POLLIN;
}

static void raise_fence(struct kmt *k, uint32_t fence, uint64_t value)
{
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMCPU args = {
		.device = k->device,
		.object_count = 1,
		.objects = (uintptr_t)&fence,
		.fence_values = (uintptr_t)&value,
	};

	OK(SignalSynchronizationObjectFromCpu, &args);
}

static int make_sync_file(struct kmt *k, uint32_t fence, uint64_t value)
{
	D3DKMT_CREATESYNCFILE args = {
		.device = k->device,
		.monitored_fence = fence,
		.fence_value = value,
		.sync_file_handle = ~0ull,
	};

	OK(CreateSyncFile, &args);
	TRUE(args.sync_file_handle < 1024);
	TRUE(fcntl(args.sync_file_handle, F_GETFD) & FD_CLOEXEC);
	return args.sync_file_handle;
}

/* A sync file is readable when the fence has the value; a context can wait for it. */
static void test_sync_file(void)
{
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU signal = { .object_count = 1 };
	D3DKMT_OPENSYNCOBJECTFROMSYNCFILE open = {};
	D3DKMT_WAITSYNCFILE wait = {};
	uint32_t fence, behind;
	uint64_t one = 1;
	struct kmt k;
	int file;

	kmt_open(&k);
	fence = kmt_fence(&k, SHARED, 0, NULL);
	behind = kmt_fence(&k, 0, 0, NULL);
	file = make_sync_file(&k, fence, 5);
	SAME(readable(file, 50), false);
	wait.sync_file_handle = file;
	wait.context = kmt_context(&k, 0, 0);
	OK(WaitSyncFile, &wait);
	signal.context = wait.context;
	signal.objects = (uintptr_t)&behind;
	signal.monitored_fence_values = (uintptr_t)&one;
	OK(SignalSynchronizationObjectFromGpu, &signal);

	open.sync_file_handle = file;
	open.device = k.device;
	OK(OpenSyncObjectFromSyncFile, &open);
	TRUE(open.syncobj && open.fence_value_cpu_va);
	SAME(open.fence_value, 5);
	SAME(*(volatile uint64_t *)(uintptr_t)open.fence_value_cpu_va, 0);
	raise_fence(&k, fence, 5);
	SAME(readable(file, LONG_MS), true);
	kmt_wait(&k, behind, 1);
	kmt_wait(&k, open.syncobj, 5);
	close(file);
	kmt_close(&k);
}

/* What is no fence, and no sync file of this kind, is refused. */
static void test_sync_file_wrong(void)
{
	D3DKMT_CREATESYNCFILE create = { .fence_value = 1 };
	D3DKMT_OPENSYNCOBJECTFROMSYNCFILE open = {};
	D3DKMT_WAITSYNCFILE wait = {};
	struct kmt_memory m;
	int others[3];
	struct kmt k;
	int i;

	kmt_open(&k);
	kmt_host(&k, PAGE, 0, false, &m);
	create.device = k.device;
	create.monitored_fence = m.allocation;
	TRUE(!NT_SUCCESS(KMT(CreateSyncFile, &create)));
	create.monitored_fence = kmt_context(&k, 0, 0);
	TRUE(!NT_SUCCESS(KMT(CreateSyncFile, &create)));
	wait.context = create.monitored_fence;
	create.monitored_fence = 0;
	TRUE(!NT_SUCCESS(KMT(CreateSyncFile, &create)));
	open.device = k.device;
	others[0] = eventfd(0, EFD_CLOEXEC);
	others[1] = open64("/dev/null", O_RDWR | O_CLOEXEC);
	others[2] = -1;
	for (i = 0; i < 3; i++) {
		open.sync_file_handle = others[i];
		wait.sync_file_handle = others[i];
		TRUE(!NT_SUCCESS(KMT(OpenSyncObjectFromSyncFile, &open)));
		TRUE(!NT_SUCCESS(KMT(WaitSyncFile, &wait)));
	}
	kmt_close(&k);
}

/* Sync files are opened again and again, and closed in any order; nothing is lost twice. */
static void test_sync_file_many(void)
{
	D3DKMT_OPENSYNCOBJECTFROMSYNCFILE open = {};
	D3DKMT_DESTROYSYNCHRONIZATIONOBJECT destroy;
	uint32_t fence;
	int files[8];
	struct kmt k;
	int i, j;

	kmt_open(&k);
	fence = kmt_fence(&k, SHARED, 0, NULL);
	open.device = k.device;
	for (i = 0; i < 8; i++)
		files[i] = make_sync_file(&k, fence, i + 1);
	for (j = 0; j < 4; j++) {
		for (i = 0; i < 8; i++) {
			open.sync_file_handle = files[i];
			OK(OpenSyncObjectFromSyncFile, &open);
			destroy.sync_object = open.syncobj;
			OK(DestroySynchronizationObject, &destroy);
		}
	}
	raise_fence(&k, fence, 4);
	for (i = 0; i < 8; i++)
		SAME(readable(files[i], i < 4 ? LONG_MS : 20), i < 4);
	destroy.sync_object = fence;
	OK(DestroySynchronizationObject, &destroy);
	for (i = 7; i >= 0; i--)
		close(files[i]);
	kmt_close(&k);
}

/* A fence that is not shared is waited for, too, or refused: never taken for done. */
static void test_sync_file_unshared(void)
{
	D3DKMT_SIGNALSYNCHRONIZATIONOBJECTFROMGPU signal = { .object_count = 1 };
	D3DKMT_WAITSYNCFILE wait = {};
	const volatile uint64_t *value;
	uint32_t fence, behind;
	uint64_t one = 1;
	struct kmt k;

	kmt_open(&k);
	fence = kmt_fence(&k, 0, 0, NULL);
	behind = kmt_fence(&k, 0, 0, &value);
	wait.sync_file_handle = make_sync_file(&k, fence, 1);
	wait.context = kmt_context(&k, 0, 0);
	if (NT_SUCCESS(KMT(WaitSyncFile, &wait))) {
		signal.context = wait.context;
		signal.objects = (uintptr_t)&behind;
		signal.monitored_fence_values = (uintptr_t)&one;
		OK(SignalSynchronizationObjectFromGpu, &signal);
		usleep(200000);
		SAME(*value, 0);
		raise_fence(&k, fence, 1);
		kmt_wait(&k, behind, 1);
	}
	kmt_close(&k);
}

/* The machine's features, those of no adapter. */
static void test_features_of_the_machine(void)
{
	D3DKMT_ISFEATUREENABLED feature = { .feature_id = DXGK_FEATURE_HWSCH };
	struct kmt k;

	kmt_open_adapter(&k);
	OK(IsFeatureEnabled, &feature);
	feature.adapter = 0x7fffffc0;
	WRONG(IsFeatureEnabled, &feature);
	kmt_close_adapter(&k);
}

/* Failing shares take nothing from those that are. */
static void test_share_fails(void)
{
	uint64_t shared = 0;
	D3DKMT_SHAREOBJECTS args = { .object_count = 1, .shared_handle = (uintptr_t)&shared };
	D3DKMT_OPENSYNCOBJECTFROMNTHANDLE2 open = { .flags = SHARED };
	uint32_t fence, own;
	struct kmt k;
	int i;

	kmt_open(&k);
	fence = kmt_fence(&k, SHARED, 0, NULL);
	own = kmt_fence(&k, 0, 0, NULL);
	for (i = 0; i < 8; i++) {
		args.objects = (uintptr_t)&own;
		TRUE(!NT_SUCCESS(KMT(ShareObjects, &args)));
		args.objects = (uintptr_t)&fence;
		args.shared_handle = 8;
		TRUE(!NT_SUCCESS(KMT(ShareObjects, &args)));
		args.shared_handle = (uintptr_t)&shared;
	}
	OK(ShareObjects, &args);
	open.nt_handle = shared;
	open.device = k.device;
	OK(OpenSyncObjectFromNtHandle2, &open);
	close(shared);
	kmt_wait(&k, open.sync_object, 0);
	kmt_close(&k);
}

const struct kmt_test kmt_tests_dev[] = {
	{ "sync-file", test_sync_file },
	{ "sync-file-wrong", test_sync_file_wrong },
	{ "sync-file-many", test_sync_file_many },
	{ "sync-file-unshared", test_sync_file_unshared },
	{ "machine-features", test_features_of_the_machine },
	{ "share-fails", test_share_fails },
	{ }
};
