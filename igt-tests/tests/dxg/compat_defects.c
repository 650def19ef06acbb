// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: the situations in which the older driver goes wrong, one by one; the table in
 * tests/defects.md says which is which.
 */
#include "igt.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <drm.h>
#include <linux/sync_file.h>

#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_d3d.h"
#include "igt_dxg_exec.h"
#include "igt_dxg_host.h"
#include "igt_syncobj.h"
#include "softgpu_build.h"
#include "sw_sync.h"

/**
 * TEST: compat defects
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: situations in which the older driver goes wrong
 *
 * SUBTEST: forked
 * Description: Behind a fork() the GPU and the program see the same pages, whoever writes first.
 *
 * SUBTEST: pages-kept-%s
 * Description: Pages under an allocation that ends %arg[1] are let go of when the host has
 *	answered, not before.
 *
 * SUBTEST: wait-messages
 * Description: Waits and signals of contexts and hardware queues with one object to 32.
 *
 * SUBTEST: adapters-beyond-room
 * Description: Of several adapters, nothing is written to where there is no room for all.
 *
 * SUBTEST: sealed
 * Description: A resource that is shared or opened does not grow, also not while it is
 *	shared; one that could not be shared does.
 *
 * SUBTEST: open-without-memory
 * Description: A resource that the host has no memory to open is ENOMEM, and leaves nothing.
 *
 * SUBTEST: sync-file-foreign
 * Description: Sync files of DRM and of the node are refused by each other.
 *
 * SUBTEST: killed
 * Description: Clients that are killed in each kind of request end before the host answers, and
 *	what it made for them is ended once.
 *
 * SUBTEST: killed-at-work
 * Description: Clients are killed at any moment, and the next one is served.
 *
 * SUBTEST: removed
 * Description: All that waits for an adapter ends when it goes, before the host answers.
 *
 * SUBTEST: mappings-removed
 * Description: Nothing of an adapter's memory is seen any more when it has gone, in a child
 *	that has the mapping, either.
 *
 * arg[1]:
 *
 * @allocation:		by itself
 * @device:		with its device
 * @exit:		with its program
 * @kill:		with its program, which is killed
 * @adapter:		behind its adapter
 */

IGT_TEST_DESCRIPTION("Defects of the older driver of /dev/dxg that are not this one's.");

#define PAGE		IGT_DXG_D3D_PAGE
#define SIZE		65536
#define FILL		0x600dda7au
/* What waits for a host that does not answer waits for longer than any test does. */
#define TIMEOUT_MS	600000
#define PATIENCE	120
/* The same, where each look at the host takes its time, too. */
#define ASKED		20
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static void *pages(uint64_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	igt_assert(memory != MAP_FAILED);
	return memory;
}

/* --- The host --- */

static unsigned int host_violations(void)
{
	char answer[8192] = "", *at = answer;
	unsigned int sum = 0;

	igt_assert_eq(__dxg_host(answer, sizeof(answer), "status"), 0);
	while ((at = strstr(at, "violations "))) {
		at += strlen("violations ");
		sum += strtoul(at, NULL, 10);
	}
	return sum;
}

/* The host carries these commands out, but does not answer them until it is told to. */
static void host_holds(const char *const *commands, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (*commands[i])
			igt_dxg_host("gpupv set hold %s:0", commands[i]);
	igt_dxg_module_set("request_timeout_ms", TIMEOUT_MS);
}

/* Lines of rules end with "seen N". How many have met no command, or all of them. */
static unsigned int host_waited_for(bool *any)
{
	char answer[8192] = "", *at = answer;
	unsigned int without = 0;

	*any = false;
	igt_assert_eq(__dxg_host(answer, sizeof(answer), "gpupv status"), 0);
	while ((at = strstr(at, " seen "))) {
		at += strlen(" seen ");
		if (strtoul(at, NULL, 10))
			*any = true;
		else
			without++;
	}
	return without;
}

static bool host_has_any(const void *arg)
{
	bool any;

	(void)arg;
	host_waited_for(&any);
	return any;
}

static bool host_has_all(const void *arg)
{
	bool any;

	(void)arg;
	return !host_waited_for(&any);
}

/* Also at the end of a subtest that has failed. */
static void host_answers(void)
{
	igt_dxg_host_clear();
	igt_dxg_module_set("request_timeout_ms", 20000);
}

/* What a situation began with: it ends with the same. */
struct ledger {
	unsigned int objects, violations;
};

static struct ledger ledger_begin(void)
{
	return (struct ledger) { igt_dxg_host_objects(), host_violations() };
}

static void ledger_end(const struct ledger *l)
{
	igt_dxg_host_comes_to(l->objects);
	igt_assert_eq_u32(host_violations(), l->violations);
}

static bool has_ended(const void *arg)
{
	siginfo_t info = {};

	return !waitid(P_PID, *(const pid_t *)arg, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       info.si_pid;
}

/* The status of a child that ends while the host does not answer. */
static int child_status(pid_t pid)
{
	int status;

	igt_assert_f(igt_dxg_wait(has_ended, &pid, PATIENCE), "it waits for the host\n");
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	return status;
}

/* --- Memory --- */

/* Memory of this program that the GPU reaches, and what it is to do with it. */
struct job {
	struct igt_dxg_d3d m;
	struct igt_dxg_d3d_code code;
	uint32_t *words;
	uint64_t va;
	uint32_t context, fence;
	uint64_t value;
};

static struct job job_open(uint64_t size)
{
	struct job j = { .m = igt_dxg_d3d_open(0), .words = pages(size) };

	j.va = igt_dxg_d3d_map(&j.m, igt_dxg_d3d_heap(&j.m, j.words, size), 0, size);
	j.code = igt_dxg_d3d_code(&j.m);
	j.context = igt_dxg_d3d_context(&j.m, 0, 0);
	j.fence = igt_dxg_d3d_fence(&j.m, 0, 0);
	return j;
}

static void job_run(struct job *j, const struct softgpu_buffer *b)
{
	igt_assert_eq(__dxg_d3d_submit(&j->m, j->context, j->code.va, b->used), 0);
	igt_dxg_d3d_signal_gpu(&j->m, j->context, j->fence, ++j->value);
	igt_dxg_d3d_wait(&j->m, j->fence, j->value);
}

/* R1: behind a fork(), whoever writes first, the GPU and the program see the same pages. */
static void forked(void)
{
	struct job j = job_open(2 * PAGE);
	struct softgpu_buffer b;
	int i, pipes[2], status;
	uint32_t word;
	pid_t pid;

	for (i = 0; i < 8; i++) {
		j.words[0] = i;
		igt_assert_eq(pipe(pipes), 0);
		pid = fork();
		igt_assert_lte(0, pid);
		if (!pid) {
			close(pipes[1]);
			/* The child writes to its copy, and looks at it at the end. */
			if (i & 1)
				j.words[0] = 77;
			if (read(pipes[0], &word, 1))
				_exit(1);
			_exit(j.words[0] != (i & 1 ? 77u : (uint32_t)i));
		}
		close(pipes[0]);
		j.words[0] = FILL + i;
		softgpu_buffer_init(&b, j.code.map, PAGE);
		softgpu_copy(&b, j.va + PAGE, j.va, 64);
		softgpu_fill(&b, j.va, 64, ~FILL - i);
		job_run(&j, &b);
		igt_assert_eq_u32(j.words[PAGE / 4], FILL + i);
		igt_assert_eq_u32(j.words[0], ~FILL - i);
		close(pipes[1]);
		igt_assert_eq(waitpid(pid, &status, 0), pid);
		igt_assert_eq(status, 0);
	}
	igt_dxg_d3d_close(&j.m);
}

static bool pinned_below(const void *arg)
{
	return igt_dxg_pinned() < *(const long *)arg;
}

#define HEAP	(4ul * 1024 * 1024)

/* How an allocation ends whose pages the GPU may still write to. */
enum end {
	END_ALLOCATION,
	END_DEVICE,
	END_EXIT,
	END_KILL,
	END_ADAPTER,
};

static _Noreturn void pages_child(enum end how, int ready, int go)
{
	struct igt_dxg_d3d m = igt_dxg_d3d_open(0);
	void *memory = pages(HEAP);
	uint32_t handle;
	char byte = 0;

	memset(memory, 1, HEAP);
	handle = igt_dxg_d3d_heap(&m, memory, HEAP);
	if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 1)
		_exit(1);
	if (how == END_ALLOCATION && __dxg_d3d_destroy(&m, handle, 0))
		_exit(2);
	if (how == END_DEVICE)
		igt_dxg_d3d_end(&m);
	if (how != END_EXIT && (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 0))
		_exit(3);
	_exit(0);
}

/* The host has answered, or the adapter goes: at once, while the client has it open. */
static void pages_go(enum end how, pid_t pid, int go, long limit)
{
	if (how == END_ADAPTER)
		igt_dxg_driver_unbind();
	igt_assert_lte(limit, igt_dxg_pinned());
	host_answers();
	close(go);
	if (how == END_ALLOCATION || how == END_DEVICE || how == END_ADAPTER)
		igt_assert_eq(child_status(pid), 0);
	igt_assert(igt_dxg_wait(pinned_below, &limit, PATIENCE));
	if (how == END_ADAPTER)
		igt_dxg_driver_bind();
}

/*
 * F2: whichever way an allocation ends, its pages are let go of when the host has said that
 * it has done so, or when it cannot reach them any more.
 */
static void pages_kept(enum end how)
{
	static const char *const ends[] = { "DESTROYALLOCATION", "DESTROYDEVICE" };
	long before = igt_dxg_pinned(), limit = before + HEAP / PAGE / 2;
	struct ledger l = ledger_begin();
	int ready[2], go[2], status;
	char byte = 0;
	pid_t pid;

	igt_assert(!pipe(ready) && !pipe(go));
	pid = fork();
	igt_assert_lte(0, pid);
	if (!pid) {
		close(go[1]);
		pages_child(how, ready[1], go[0]);
	}
	close(go[0]);
	igt_assert_eq(read(ready[0], &byte, 1), 1);
	igt_assert_lte(before + (long)(HEAP / PAGE), igt_dxg_pinned());
	if (how != END_ADAPTER)
		host_holds(ends, COUNT(ends));
	igt_assert_eq(write(go[1], &byte, 1), 1);
	if (how == END_EXIT || how == END_KILL) {
		if (how == END_KILL)
			igt_assert_eq(kill(pid, SIGKILL), 0);
		status = child_status(pid);
		igt_assert(how == END_KILL ? WIFSIGNALED(status) : !status);
	} else {
		igt_assert_eq(read(ready[0], &byte, 1), 1);
	}
	if (how != END_ADAPTER)
		igt_assert_f(igt_dxg_wait(host_has_any, NULL, ASKED), "nothing ended\n");
	pages_go(how, pid, go[1], limit);
	close(ready[0]);
	close(ready[1]);
	ledger_end(&l);
}

/* --- Messages --- */

#define OBJECTS		32

/* Fences that something waits for and others that it signals behind that. */
struct fences {
	struct igt_dxg_d3d m;
	uint32_t in[OBJECTS], out[OBJECTS];
	uint64_t values[OBJECTS];
};

static struct fences fences_open(void)
{
	struct fences f = { .m = igt_dxg_d3d_open(0) };
	int i;

	for (i = 0; i < OBJECTS; i++) {
		f.in[i] = igt_dxg_d3d_fence(&f.m, 0, 0);
		f.out[i] = igt_dxg_d3d_fence(&f.m, 0, 0);
	}
	return f;
}

/* Raise what is waited for, and see what comes of it. */
static void fences_pass(struct fences *f, uint32_t count)
{
	struct d3dkmt_signalsynchronizationobjectfromcpu go = {
		.device = f->m.device,
		.object_count = count,
		.objects = (uintptr_t)f->in,
		.fence_values = (uintptr_t)f->values,
	};
	struct d3dkmt_waitforsynchronizationobjectfromcpu end = {
		.device = f->m.device,
		.object_count = count,
		.objects = (uintptr_t)f->out,
		.fence_values = (uintptr_t)f->values,
	};

	igt_dxg_d3d(f->m.fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMCPU, &go, 0);
	igt_dxg_d3d(f->m.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, &end, 0);
}

/* R9: messages with one object to as many as there may be behind each other, of each kind. */
static void wait_messages(void)
{
	struct fences f = fences_open();
	struct d3dkmt_createhwqueue queue = {
		.context = igt_dxg_d3d_context(&f.m, 0, D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED),
	};
	struct d3dkmt_waitforsynchronizationobjectfromgpu wait = {
		.context = igt_dxg_d3d_context(&f.m, 0, 0),
		.objects = (uintptr_t)f.in,
		.monitored_fence_values = (uintptr_t)f.values,
	};
	struct d3dkmt_signalsynchronizationobjectfromgpu signal = {
		.context = wait.context,
		.objects = (uintptr_t)f.out,
		.monitored_fence_values = (uintptr_t)f.values,
	};
	struct d3dkmt_submitwaitforsyncobjectstohwqueue hw_wait = {
		.objects = (uintptr_t)f.in,
		.fence_values = (uintptr_t)f.values,
	};
	struct d3dkmt_submitsignalsyncobjectstohwqueue hw_signal = {
		.hwqueue_count = 1,
		.objects = (uintptr_t)f.out,
		.fence_values = (uintptr_t)f.values,
	};
	uint32_t count, i;

	igt_dxg_d3d(f.m.fd, LX_DXCREATEHWQUEUE, &queue, 0);
	hw_wait.hwqueue = queue.queue;
	hw_signal.hwqueues = (uintptr_t)&queue.queue;
	for (count = 1; count <= OBJECTS; count++) {
		for (i = 0; i < OBJECTS; i++)
			f.values[i] = 2 * count - 1;
		wait.object_count = count;
		signal.object_count = count;
		hw_wait.object_count = count;
		hw_signal.object_count = count;
		igt_dxg_d3d(f.m.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, &wait, 0);
		igt_dxg_d3d(f.m.fd, LX_DXSIGNALSYNCHRONIZATIONOBJECTFROMGPU, &signal, 0);
		fences_pass(&f, count);
		for (i = 0; i < OBJECTS; i++)
			f.values[i] = 2 * count;
		igt_dxg_d3d(f.m.fd, LX_DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE, &hw_wait, 0);
		igt_dxg_d3d(f.m.fd, LX_DXSUBMITSIGNALSYNCOBJECTSTOHWQUEUE, &hw_signal, 0);
		fences_pass(&f, count);
	}
	wait.object_count = OBJECTS + 1;
	igt_dxg_d3d(f.m.fd, LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMGPU, &wait, -EINVAL);
	hw_wait.object_count = OBJECTS + 1;
	igt_dxg_d3d(f.m.fd, LX_DXSUBMITWAITFORSYNCOBJECTSTOHWQUEUE, &hw_wait, -EINVAL);
	igt_dxg_d3d_close(&f.m);
}

/* --- Enumeration --- */

/*
 * F22: a list with less room than there are adapters: nothing is written behind it, nor is an
 * adapter left open that nobody was told of.
 */
static void adapters_beyond_room(void)
{
	int fd = igt_dxg_compat_open();
	struct d3dkmt_adapterinfo infos[D3DKMT_ADAPTERS_MAX];
	struct d3dkmt_enumadapters2 two;
	struct d3dkmt_enumadapters3 three;
	uint32_t count = igt_dxg_count(), room, i;
	int ret;

	igt_require_f(count > 1, "one adapter needs no more room than one\n");
	for (room = 1; room < count + 2; room++) {
		for (i = 0; i < 2; i++) {
			memset(infos, 0x5a, sizeof(infos));
			two = (struct d3dkmt_enumadapters2) { room, .adapters = (uintptr_t)infos };
			three = (struct d3dkmt_enumadapters3) {
				.adapter_count = room,
				.adapters = (uintptr_t)infos,
			};
			ret = i ? __dxg_d3d(fd, LX_DXENUMADAPTERS3, &three) :
				  __dxg_d3d(fd, LX_DXENUMADAPTERS2, &two);
			igt_assert_eq(ret, room < count ? -EOVERFLOW : 0);
			if (ret)
				igt_assert_eq_u32(infos[0].adapter_handle, 0x5a5a5a5a);
			igt_assert_eq_u32(infos[room < count ? room : count].adapter_handle,
					  0x5a5a5a5a);
		}
	}
	close(fd);
}

/* --- Sharing --- */

/* A resource with @count allocations, or so many more for the one that is @resource already. */
static int __resource(const struct igt_dxg_d3d *m, uint32_t count, uint32_t flags,
		      uint32_t *resource)
{
	struct igt_dxg_data each = igt_dxg_data(SIZE, 0);
	struct d3dddi_allocationinfo2 infos[2] = {};
	struct d3dkmt_createallocation args = {
		.device = m->device,
		.resource = *resource,
		.alloc_count = count,
		.allocation_info = (uintptr_t)infos,
		.flags = flags,
	};
	uint32_t i;
	int ret;

	for (i = 0; i < count; i++) {
		infos[i].priv_drv_data = (uintptr_t)&each;
		infos[i].priv_drv_data_size = sizeof(each);
	}
	ret = __dxg_d3d(m->fd, LX_DXCREATEALLOCATION, &args);
	*resource = args.resource;
	return ret;
}

static int __share(const struct igt_dxg_d3d *m, uint32_t handle, uint64_t *fd)
{
	struct d3dkmt_shareobjects args = {
		.object_count = 1,
		.objects = (uintptr_t)&handle,
		.shared_handle = (uintptr_t)fd,
	};

	return __dxg_d3d(m->fd, LX_DXSHAREOBJECTS, &args);
}

/* Open what @fd is of, with @count allocations, each of which has its data. */
static int __resource_open(const struct igt_dxg_d3d *m, int fd, uint32_t count,
			   uint32_t *resource)
{
	static struct d3dddi_openallocationinfo2 infos[256];
	static struct igt_dxg_data each[256];
	struct d3dkmt_openresourcefromnthandle args = {
		.device = m->device,
		.nt_handle = fd,
		.allocation_count = count,
		.open_alloc_info = (uintptr_t)infos,
		.total_priv_drv_data = (uintptr_t)each,
		.total_priv_drv_data_size = count * sizeof(each[0]),
	};
	uint32_t i;
	int ret;

	memset(each, 0, sizeof(each));
	ret = __dxg_d3d(m->fd, LX_DXOPENRESOURCEFROMNTHANDLE, &args);
	*resource = args.resource;
	for (i = 0; i < count && !ret; i++) {
		igt_assert_neq_u32(infos[i].allocation, 0);
		igt_assert_eq_u64(infos[i].priv_drv_data, (uintptr_t)&each[i]);
		igt_assert_eq_u32(each[i].magic, igt_dxg_data(SIZE, 0).magic);
		igt_assert_eq_u64(each[i].size, SIZE);
	}
	return ret;
}

/* How many allocations what @fd is of has. */
static uint32_t resource_count(const struct igt_dxg_d3d *m, int fd)
{
	struct d3dkmt_queryresourceinfofromnthandle args = { .device = m->device, .nt_handle = fd };

	igt_dxg_d3d(m->fd, LX_DXQUERYRESOURCEINFOFROMNTHANDLE, &args, 0);
	igt_assert_eq_u32(args.total_priv_drv_data_size,
			  args.allocation_count * sizeof(struct igt_dxg_data));
	return args.allocation_count;
}

/* No descriptor is left for a share that would seal. */
static int share_without_room(const struct igt_dxg_d3d *m, uint32_t handle)
{
	struct rlimit limit, none;
	uint64_t fd = 0;
	int ret, probe;

	igt_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	probe = dup(m->fd);
	igt_assert_fd(probe);
	close(probe);
	none = (struct rlimit) { probe, limit.rlim_max };
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	ret = __share(m, handle, &fd);
	igt_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	return ret;
}

/* Adds allocations until that is refused. */
struct adder {
	const struct igt_dxg_d3d *m;
	uint32_t resource;
	_Atomic uint32_t added;
	int error;
};

static void *add(void *arg)
{
	struct adder *a = arg;
	uint32_t resource = a->resource;

	while (a->added < 200) {
		a->error = __resource(a->m, 1, 0, &resource);
		if (a->error)
			break;
		a->added++;
	}
	return NULL;
}

/*
 * F16: what is shared does not grow, neither by its maker nor by who has opened it, also when
 * both happen at once; what could not be shared still does.
 */
static void sealed(void)
{
	struct ledger l = ledger_begin();
	struct igt_dxg_d3d m = igt_dxg_d3d_open(0);
	struct adder a = { .m = &m };
	uint32_t resource = 0, opened;
	pthread_t thread;
	uint64_t fd = 0;
	int i;

	igt_assert_eq(__resource(&m, 1, IGT_DXG_D3D_SHARED, &resource), 0);
	igt_assert_eq(share_without_room(&m, resource), -EMFILE);
	igt_assert_eq(__share(&m, resource, (uint64_t *)8), -EFAULT);
	igt_assert_eq(__resource(&m, 1, 0, &resource), 0);
	igt_assert_eq(__share(&m, resource, &fd), 0);
	igt_assert_eq(__resource(&m, 1, 0, &resource), -EINVAL);
	igt_assert_eq_u32(resource_count(&m, fd), 2);
	igt_assert_eq(__resource_open(&m, fd, 2, &opened), 0);
	igt_assert_eq(__resource(&m, 1, 0, &opened), -EINVAL);
	close(fd);

	for (i = 0; i < 10; i++) {
		a.resource = 0;
		a.added = 0;
		igt_assert_eq(__resource(&m, 1, IGT_DXG_D3D_SHARED, &a.resource), 0);
		igt_assert_eq(pthread_create(&thread, NULL, add, &a), 0);
		while (a.added < (uint32_t)i)
			sched_yield();
		igt_assert_eq(__share(&m, a.resource, &fd), 0);
		igt_assert_eq(pthread_join(thread, NULL), 0);
		igt_assert(a.added == 200 || a.error == -EINVAL);
		igt_assert_eq_u32(resource_count(&m, fd), a.added + 1);
		igt_assert_eq(__resource_open(&m, fd, a.added + 1, &opened), 0);
		close(fd);
	}
	igt_dxg_d3d_close(&m);
	ledger_end(&l);
}

/* F19: where there is no memory to open a resource, that is said, and nothing is left. */
static void open_without_memory(void)
{
	static const uint32_t refusals[] = { 0xc0000017, 0xc01e0100 };
	struct igt_dxg_d3d m = igt_dxg_d3d_open(0);
	uint32_t resource = 0, opened;
	struct ledger l;
	uint64_t fd = 0;
	size_t i;

	igt_assert_eq(__resource(&m, 2, IGT_DXG_D3D_SHARED, &resource), 0);
	igt_assert_eq(__share(&m, resource, &fd), 0);
	/* What all openers share is made by the first. */
	igt_assert_eq(__resource_open(&m, fd, 2, &opened), 0);
	l = ledger_begin();
	for (i = 0; i < COUNT(refusals); i++) {
		igt_dxg_host("gpupv set refuse OPENRESOURCE:%#x:0:1", refusals[i]);
		igt_assert_eq(__resource_open(&m, fd, 2, &opened), -ENOMEM);
		igt_assert_eq_u32(opened, 0);
		igt_dxg_host_clear();
	}
	ledger_end(&l);
	igt_assert_eq(__resource_open(&m, fd, 2, &opened), 0);
	close(fd);
	igt_dxg_d3d_close(&m);
}

/* @fd is a sync file of somebody else: nothing of this node takes it. */
static void foreign(const struct igt_dxg_d3d *m, uint32_t context, int fd)
{
	struct d3dkmt_waitsyncfile wait = { .sync_file_handle = fd, .context = context };
	struct d3dkmt_opensyncobjectfromsyncfile open_args = {
		.sync_file_handle = fd,
		.device = m->device,
	};
	struct d3dkmt_opensyncobjectfromnthandle2 fence = {
		.nt_handle = fd,
		.device = m->device,
		.flags = IGT_DXG_D3D_FENCE_SHARED,
	};
	struct d3dkmt_queryresourceinfofromnthandle query = {
		.device = m->device,
		.nt_handle = fd,
	};

	igt_dxg_d3d(m->fd, LX_DXWAITSYNCFILE, &wait, -EINVAL);
	igt_dxg_d3d(m->fd, LX_DXOPENSYNCOBJECTFROMSYNCFILE, &open_args, -EINVAL);
	igt_dxg_d3d(m->fd, LX_DXOPENSYNCOBJECTFROMNTHANDLE2, &fence, -EINVAL);
	igt_dxg_d3d(m->fd, LX_DXQUERYRESOURCEINFOFROMNTHANDLE, &query, -EINVAL);
}

/*
 * F4: a sync file of another driver, ended or not, is none of this node's; nor is one of this
 * node's another's.
 */
static void sync_file_foreign(void)
{
	struct igt_dxg_d3d m = igt_dxg_d3d_open(0);
	int node = igt_dxg_open_render(0), timeline, files[2], i, k;
	uint32_t fence = igt_dxg_d3d_fence(&m, IGT_DXG_D3D_FENCE_SHARED, 0);
	uint32_t syncobj = syncobj_create(node, DRM_SYNCOBJ_CREATE_SIGNALED);
	uint32_t context = igt_dxg_d3d_context(&m, 0, 0);
	struct d3dkmt_createsyncfile ours = {
		.device = m.device,
		.monitored_fence = fence,
		.fence_value = 1,
	};
	struct sync_merge_data merge = {};
	struct pollfd p = { .events = POLLIN };
	struct drm_syncobj_handle import = {
		.handle = syncobj,
		.flags = DRM_SYNCOBJ_FD_TO_HANDLE_FLAGS_IMPORT_SYNC_FILE,
	};

	igt_require_sw_sync();
	timeline = sw_sync_timeline_create();
	files[0] = igt_dxg_sync_file(node, syncobj);
	files[1] = sw_sync_timeline_create_fence(timeline, 1);
	igt_dxg_d3d(m.fd, LX_DXCREATESYNCFILE, &ours, 0);
	import.fd = ours.sync_file_handle;
	for (i = 0; i < 100; i++) {
		for (k = 0; k < 2; k++) {
			foreign(&m, context, files[k]);
			merge.fd2 = ours.sync_file_handle;
			igt_assert_lt(__dxg_d3d(files[k], SYNC_IOC_MERGE, &merge), 0);
			merge.fd2 = files[k];
			igt_assert_lt(__dxg_d3d(ours.sync_file_handle, SYNC_IOC_MERGE, &merge), 0);
		}
		igt_assert_eq(__dxg_ioctl(node, DRM_IOCTL_SYNCOBJ_FD_TO_HANDLE, &import), -EINVAL);
	}
	/* Each is what it was. */
	igt_assert_eq(sync_fence_status(files[0]), 1);
	igt_assert_eq(sync_fence_status(files[1]), 0);
	sw_sync_timeline_inc(timeline, 1);
	igt_assert_eq(sync_fence_status(files[1]), 1);
	igt_assert_eq(sync_fence_status(ours.sync_file_handle), 0);
	igt_dxg_d3d_signal(&m, fence, 1);
	igt_dxg_d3d_wait(&m, fence, 1);
	/* The file is told by an event of its own. */
	p.fd = ours.sync_file_handle;
	igt_assert_eq(poll(&p, 1, 120000), 1);
	igt_assert_eq(sync_fence_status(ours.sync_file_handle), 1);
	close(ours.sync_file_handle);
	close(files[0]);
	close(files[1]);
	close(timeline);
	syncobj_destroy(node, syncobj);
	close(node);
	igt_dxg_d3d_close(&m);
}

/* --- Clients that are killed, and adapters that go --- */

/* Something that waits: for an answer of the host, or for a fence. */
struct call {
	const char *command;	/* the one that is answered late; "": none */
	unsigned long request;
	void (*fill)(const struct igt_dxg_d3d *m, void *args);
};

/* Memory that arguments point to. */
static struct igt_dxg_data data;
static struct d3dddi_allocationinfo2 info;
static uint32_t word;
static uint64_t longs[32];

static void fill_device(const struct igt_dxg_d3d *m, void *args)
{
	((struct d3dkmt_createdevice *)args)->adapter = m->adapter;
}

static void fill_context(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_createcontextvirtual *a = args;

	a->device = m->device;
	a->engine_affinity = 1;
	a->client_hint = D3DKMT_CLIENTHINT_OPENGL;
}

static void fill_hwqueue(const struct igt_dxg_d3d *m, void *args)
{
	((struct d3dkmt_createhwqueue *)args)->context =
		igt_dxg_d3d_context(m, 0, D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED);
}

static void fill_paging_queue(const struct igt_dxg_d3d *m, void *args)
{
	((struct d3dkmt_createpagingqueue *)args)->device = m->device;
}

static void fill_allocation(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_createallocation *a = args;

	data = igt_dxg_data(SIZE, 0);
	info.priv_drv_data = (uintptr_t)&data;
	info.priv_drv_data_size = sizeof(data);
	a->device = m->device;
	a->alloc_count = 1;
	a->allocation_info = (uintptr_t)&info;
}

static void fill_fence(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_createsynchronizationobject2 *a = args;

	a->device = m->device;
	a->info.type = D3DDDI_MONITORED_FENCE;
}

static void fill_lock(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_lock2 *a = args;

	a->device = m->device;
	a->allocation = igt_dxg_d3d_allocate(m, SIZE);
}

static void fill_resident(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dddi_makeresident *a = args;

	word = igt_dxg_d3d_allocate(m, SIZE);
	a->paging_queue = m->paging;
	a->alloc_count = 1;
	a->allocation_list = (uintptr_t)&word;
}

static void fill_map(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dddi_mapgpuvirtualaddress *a = args;

	a->paging_queue = m->paging;
	a->allocation = igt_dxg_d3d_allocate(m, SIZE);
	a->size_in_pages = SIZE / PAGE;
}

static void fill_reserve(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dddi_reservegpuvirtualaddress *a = args;

	a->adapter = m->adapter;
	a->size = SIZE;
}

static void fill_memory(const struct igt_dxg_d3d *m, void *args)
{
	((struct d3dkmt_queryvideomemoryinfo *)args)->adapter = m->adapter;
}

static void fill_query(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_queryadapterinfo *a = args;

	a->adapter = m->adapter;
	a->type = KMTQAITYPE_ADAPTERTYPE;
	a->private_data = (uintptr_t)&word;
	a->private_data_size = sizeof(word);
}

static void fill_share(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_shareobjects *a = args;

	word = igt_dxg_d3d_fence(m, IGT_DXG_D3D_FENCE_SHARED, 0);
	a->object_count = 1;
	a->objects = (uintptr_t)&word;
	a->shared_handle = (uintptr_t)longs;
}

static void fill_open_sync(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_opensyncobjectfromnthandle2 *a = args;
	struct d3dkmt_shareobjects share = {};

	fill_share(m, &share);
	igt_dxg_d3d(m->fd, LX_DXSHAREOBJECTS, &share, 0);
	a->nt_handle = longs[0];
	a->device = m->device;
	a->flags = IGT_DXG_D3D_FENCE_SHARED;
}

/* What never comes. */
static void fill_wait(const struct igt_dxg_d3d *m, void *args)
{
	struct d3dkmt_waitforsynchronizationobjectfromcpu *a = args;

	word = igt_dxg_d3d_fence(m, 0, 0);
	longs[0] = 1;
	a->device = m->device;
	a->object_count = 1;
	a->objects = (uintptr_t)&word;
	a->fence_values = (uintptr_t)longs;
}

static const struct call calls[] = {
	{ "CREATEDEVICE", LX_DXCREATEDEVICE, fill_device },
	{ "CREATECONTEXTVIRTUAL", LX_DXCREATECONTEXTVIRTUAL, fill_context },
	{ "CREATEHWQUEUE", LX_DXCREATEHWQUEUE, fill_hwqueue },
	{ "CREATEPAGINGQUEUE", LX_DXCREATEPAGINGQUEUE, fill_paging_queue },
	{ "CREATEALLOCATION", LX_DXCREATEALLOCATION, fill_allocation },
	{ "CREATESYNCOBJECT", LX_DXCREATESYNCHRONIZATIONOBJECT, fill_fence },
	{ "LOCK2", LX_DXLOCK2, fill_lock },
	{ "MAKERESIDENT", LX_DXMAKERESIDENT, fill_resident },
	{ "MAPGPUVIRTUALADDRESS", LX_DXMAPGPUVIRTUALADDRESS, fill_map },
	{ "RESERVEGPUVIRTUALADDRESS", LX_DXRESERVEGPUVIRTUALADDRESS, fill_reserve },
	{ "QUERYVIDEOMEMORYINFO", LX_DXQUERYVIDEOMEMORYINFO, fill_memory },
	{ "QUERYADAPTERINFO", LX_DXQUERYADAPTERINFO, fill_query },
	{ "CREATENTSHAREDOBJECT", LX_DXSHAREOBJECTS, fill_share },
	{ "OPENSYNCOBJECT", LX_DXOPENSYNCOBJECTFROMNTHANDLE2, fill_open_sync },
	{ "", LX_DXWAITFORSYNCHRONIZATIONOBJECTFROMCPU, fill_wait },
};

#define CALLS	COUNT(calls)

/* A child for each call, which makes it when it is told to. */
struct children {
	pid_t pids[CALLS];
	int go[2];
};

static _Noreturn void call_child(const struct call *c, int ready, int go)
{
	struct igt_dxg_d3d m = igt_dxg_d3d_open(0);
	char args[512] = "", byte = 0;

	c->fill(&m, args);
	if (write(ready, &byte, 1) != 1 || read(go, &byte, 1) != 0)
		_exit(1);
	/* Killed in it, or told that the adapter has gone. */
	_exit(__dxg_d3d(m.fd, c->request, args) == -ENODEV ? 0 : 2);
}

/* Whether a child sleeps in the driver. */
static bool child_waits(const void *arg)
{
	char path[64], where[64] = "";

	snprintf(path, sizeof(path), "/proc/%d", *(const pid_t *)arg);
	return !__dxg_read(path, "wchan", where, sizeof(where)) && !strncmp(where, "dxg_", 4);
}

/* All of them have called, and the host does not answer. */
static struct children children_start(void)
{
	const char *commands[CALLS];
	struct children c;
	int ready[2];
	char byte;
	size_t i;

	igt_assert(!pipe(ready) && !pipe(c.go));
	for (i = 0; i < CALLS; i++) {
		c.pids[i] = fork();
		igt_assert_lte(0, c.pids[i]);
		if (!c.pids[i]) {
			close(c.go[1]);
			call_child(&calls[i], ready[1], c.go[0]);
		}
	}
	for (i = 0; i < CALLS; i++)
		igt_assert_eq(read(ready[0], &byte, 1), 1);
	for (i = 0; i < CALLS; i++)
		commands[i] = calls[i].command;
	host_holds(commands, CALLS);
	close(ready[0]);
	close(ready[1]);
	close(c.go[0]);
	close(c.go[1]);
	for (i = 0; i < CALLS; i++)
		igt_assert_f(igt_dxg_wait(child_waits, &c.pids[i], PATIENCE), "%s does not wait\n",
			     calls[i].command);
	igt_assert_f(igt_dxg_wait(host_has_all, NULL, ASKED), "the host was not asked\n");
	return c;
}

/*
 * F1, R15, R16: clients are killed while they wait. They end at once, and not when the host
 * answers; what it then says finds nobody, and what it has made is ended once. The next
 * client finds everything as it should be.
 */
static void killed(void)
{
	struct ledger l = ledger_begin();
	struct children c = children_start();
	static const char *const end[] = { "DESTROYDEVICE" };
	struct igt_dxg_d3d m;
	int status;
	size_t i;

	/* The device has ended then, but not the process that it belonged to. */
	host_holds(end, 1);

	for (i = 0; i < CALLS; i++)
		igt_assert_eq(kill(c.pids[i], SIGKILL), 0);
	for (i = 0; i < CALLS; i++) {
		status = child_status(c.pids[i]);
		igt_assert_f(WIFSIGNALED(status), "%s: %#x\n", calls[i].command, status);
	}
	host_answers();
	m = igt_dxg_d3d_open(0);
	igt_dxg_d3d_allocate(&m, SIZE);
	igt_dxg_d3d_close(&m);
	ledger_end(&l);
}

/* F7: the adapter goes, and all that waits for it ends; so does its going. */
static void removed(void)
{
	struct ledger l = ledger_begin();
	struct igt_dxg_d3d m = igt_dxg_d3d_open(0);
	struct d3dkmt_createsyncfile file = {
		.device = m.device,
		.monitored_fence = igt_dxg_d3d_fence(&m, 0, 0),
		.fence_value = 1,
	};
	struct children c = children_start();
	struct sync_file_info status_info = {};
	struct pollfd p = { .events = POLLIN };
	int status;
	size_t i;

	igt_dxg_d3d(m.fd, LX_DXCREATESYNCFILE, &file, 0);
	p.fd = file.sync_file_handle;
	igt_assert_eq(poll(&p, 1, 0), 0);
	igt_dxg_driver_unbind();
	for (i = 0; i < CALLS; i++) {
		status = child_status(c.pids[i]);
		igt_assert_f(WIFEXITED(status) && !WEXITSTATUS(status), "%s: %#x\n",
			     calls[i].command, status);
	}
	igt_assert_eq(poll(&p, 1, PATIENCE * 1000), 1);
	igt_assert_eq(ioctl(p.fd, SYNC_IOC_FILE_INFO, &status_info), 0);
	igt_assert_eq(status_info.status, -ENODEV);
	host_answers();
	igt_dxg_driver_bind();
	close(p.fd);
	close(m.fd);
	ledger_end(&l);
}

/* Whether nothing but zeroes is seen there. */
static bool is_gone(const volatile char *memory)
{
	unsigned int i;

	for (i = 0; i < SIZE / PAGE; i++)
		if (memory[i * PAGE] || memory[i * PAGE + PAGE - 1])
			return false;
	return true;
}

/*
 * F36: no mapping of an adapter's memory outlives it, whoever has it and has touched it: when
 * the adapter has gone, nothing of it is seen any more.
 */
static void mappings_removed(void)
{
	struct igt_dxg_d3d m = igt_dxg_d3d_open(0);
	struct d3dkmt_createsynchronizationobject2 args = {
		.info.type = D3DDDI_MONITORED_FENCE,
		.info.monitored_fence.initial_fence_value = 7,
	};
	const volatile uint64_t *fence;
	int status, ready[2], go[2];
	char byte = 0;
	void *memory;
	pid_t pid;

	args.device = m.device;
	igt_dxg_d3d(m.fd, LX_DXCREATESYNCHRONIZATIONOBJECT, &args, 0);
	fence = (void *)(uintptr_t)args.info.monitored_fence.fence_cpu_virtual_address;
	memory = igt_dxg_d3d_lock(&m, igt_dxg_d3d_allocate(&m, SIZE));
	memset(memory, 0x77, SIZE);
	igt_assert_eq_u64(*fence, 7);
	igt_assert(!pipe(ready) && !pipe(go));
	pid = fork();
	igt_assert_lte(0, pid);
	if (!pid) {
		/* A child has the mapping, too. */
		byte = ((volatile char *)memory)[SIZE - 1];
		close(go[1]);
		if (write(ready[1], &byte, 1) != 1 || read(go[0], &byte, 1))
			_exit(1);
		_exit(is_gone(memory) && !*fence ? 0 : 2);
	}
	igt_assert_eq(read(ready[0], &byte, 1), 1);
	igt_assert_eq(byte, 0x77);
	igt_dxg_driver_unbind();
	igt_assert(is_gone(memory));
	igt_assert_eq_u64(*fence, 0);
	close(go[1]);
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	igt_assert_eq(status, 0);
	/* It may be written to, without a trace. */
	memset(memory, 0x55, SIZE);
	igt_dxg_driver_bind();
	close(go[0]);
	close(ready[0]);
	close(ready[1]);
	close(m.fd);
}

/* R15: clients are killed at any moment of all that they do, and the next one is served. */
static void killed_at_work(void)
{
	struct ledger l = ledger_begin();
	int i, status, rounds = igt_dxg_full() ? 300 : 20;
	pid_t pid;

	for (i = 0; i < rounds; i++) {
		pid = fork();
		igt_assert_lte(0, pid);
		while (!pid) {
			struct job j = job_open(SIZE);
			struct softgpu_buffer b;

			softgpu_buffer_init(&b, j.code.map, PAGE);
			softgpu_fill(&b, j.va, SIZE, FILL);
			job_run(&j, &b);
			igt_dxg_d3d_lock(&j.m, igt_dxg_d3d_allocate(&j.m, SIZE));
			igt_dxg_d3d_close(&j.m);
		}
		usleep(7001 * i % 150000);
		igt_assert_eq(kill(pid, SIGKILL), 0);
		igt_assert_eq(waitpid(pid, &status, 0), pid);
		igt_assert(WIFSIGNALED(status));
		close(igt_dxg_compat_open());
	}
	ledger_end(&l);
}

int igt_main()
{
	static const struct {
		const char *name;
		enum end how;
	} ends[] = {
		{ "allocation", END_ALLOCATION }, { "device", END_DEVICE }, { "exit", END_EXIT },
		{ "kill", END_KILL }, { "adapter", END_ADAPTER },
	};
	size_t i;

	igt_fixture()
		close(igt_dxg_compat_open());

	igt_subtest("forked")
		forked();
	for (i = 0; i < COUNT(ends); i++) {
		igt_subtest_f("pages-kept-%s", ends[i].name)
			pages_kept(ends[i].how);
	}
	igt_subtest("wait-messages")
		wait_messages();
	igt_subtest("sealed")
		sealed();
	igt_subtest("open-without-memory")
		open_without_memory();
	igt_subtest("sync-file-foreign")
		sync_file_foreign();
	igt_subtest("killed")
		killed();
	igt_subtest("killed-at-work")
		killed_at_work();
	igt_subtest("removed")
		removed();
	igt_subtest("mappings-removed")
		mappings_removed();
	igt_subtest("adapters-beyond-room")
		adapters_beyond_room();

	igt_fixture() {
		host_answers();
		igt_dxg_driver_restore();
	}
}
