// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: who may use it, its adapters, and what is asked of them.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_compat.h"

/**
 * TEST: compat node
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: who may use it, its adapters, and what is asked of them
 *
 * SUBTEST: read-only
 * Description: A file that was opened for reading lists adapters and opens one.
 *
 * SUBTEST: other-thread-group
 * Description: A descriptor is ENOTTY in a child, whose own one knows no handle of its parent.
 *
 * SUBTEST: behind-exec
 * Description: A descriptor is ENOTTY behind exec(); one opened there works.
 *
 * SUBTEST: one-process
 * Description: All files of a thread group share their handles.
 *
 * SUBTEST: caller-32bit
 * Description: A 32-bit caller is served; its pointers have 32 bits.
 *
 * SUBTEST: all-numbers
 * Description: Each of 256 numbers, with the right size and with others, in other directions and
 *	of another type: 65 words are known, all else is ENOTTY.
 *
 * SUBTEST: enum-count
 * Description: ENUMADAPTERS2 and 3 count the adapters that run, and write none without room.
 *
 * SUBTEST: enum-handles
 * Description: Each enumeration and OPENADAPTERFROMLUID give new handles; one that was given back
 *	names nothing, a LUID that is not there opens nothing.
 *
 * SUBTEST: enum-overflow
 * Description: Nothing is written behind the caller's room; too little of it is EOVERFLOW.
 *
 * SUBTEST: query-type
 * Description: The adapter's type says render and paravirtualized, and neither display nor compute
 *	only.
 *
 * SUBTEST: query-invalid
 * Description: Each bad field of QUERYADAPTERINFO has its errno; the process of others is refused.
 *
 * SUBTEST: query-memory
 * Description: Video memory has a budget; a reservation is made, seen and taken back.
 *
 * SUBTEST: query-clocks
 * Description: Clocks are calibrated, heap transitions flushed; a node that is not there and a
 *	stale handle are refused.
 *
 * SUBTEST: query-features
 * Description: Features of an adapter, and of the host as a whole.
 *
 * SUBTEST: query-statistics
 * Description: Statistics of an adapter and of this process; not of a process that does not use
 *	it, nor of an adapter that is not there.
 *
 * SUBTEST: enum-processes
 * Description: The list of processes has this one, and 64 bits of count.
 *
 * SUBTEST: struct-on-boundary
 * Description: Arguments that lie across the end of what is mapped are EFAULT; what has only
 *	arguments does not write them.
 */

IGT_TEST_DESCRIPTION("The node, adapters and queries of /dev/dxg.");

#define PAGE		4096
#define WILD		0xdead0000dead0000ull
#define STALE		0x40ffffc0u

/* --- The node --- */

static void read_only(void)
{
	struct d3dkmt_enumadapters2 args = {};
	int fd = open("/dev/dxg", O_RDONLY | O_CLOEXEC);

	igt_assert_fd(fd);
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, &args, 0);
	igt_assert_lte(1, args.num_adapters);
	igt_assert_neq_u32(igt_dxg_compat_adapter(fd, NULL), 0);
	close(fd);
}

/* A child has the descriptor, but is another thread group. One of its own works. */
static void other_thread_group(void)
{
	int fd = igt_dxg_compat_open();
	uint32_t adapter = igt_dxg_compat_adapter(fd, NULL);

	igt_fork(child, 1) {
		struct d3dkmt_closeadapter args = { .adapter_handle = adapter };
		struct d3dkmt_enumadapters2 list = {};
		int own;

		igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, &list, -ENOTTY);
		igt_dxg_d3d(fd, LX_DXCLOSEADAPTER, &args, -ENOTTY);
		own = igt_dxg_compat_open();
		/* It has a process of its own, in which the handle is nothing yet. */
		igt_dxg_d3d(own, LX_DXCLOSEADAPTER, &args, -EINVAL);
		igt_assert_neq_u32(igt_dxg_compat_adapter(own, NULL), 0);
		close(own);
	}
	igt_waitchildren();
	igt_assert_neq_u32(igt_dxg_compat_adapter(fd, NULL), adapter);
	close(fd);
}

/*
 * What the program does when it is its own child: the descriptor that it has from before
 * exec() is of no use, one that it opens is.
 */
static void __attribute__((constructor)) exec_child(void)
{
	struct d3dkmt_enumadapters2 args = {};
	const char *number = getenv("DXG_COMPAT_EXEC_CHILD");
	int own;

	if (!number)
		return;
	if (__dxg_d3d(atoi(number), LX_DXENUMADAPTERS2, &args) != -ENOTTY)
		_exit(3);
	own = open("/dev/dxg", O_RDWR);
	_exit(own < 0 || __dxg_d3d(own, LX_DXENUMADAPTERS2, &args) ? 4 : 0);
}

/* Behind exec() the thread group is the same, but not what the handles were made for. */
static void behind_exec(void)
{
	struct d3dkmt_enumadapters2 args = {};
	char number[16], self[] = "/proc/self/exe", *argv[] = { self, NULL };
	int status, own;
	pid_t pid;

	close(igt_dxg_compat_open());
	pid = fork();
	igt_assert_lte(0, pid);
	if (!pid) {
		own = open("/dev/dxg", O_RDWR);
		if (own < 0 || __dxg_d3d(own, LX_DXENUMADAPTERS2, &args))
			_exit(1);
		snprintf(number, sizeof(number), "%d", own);
		setenv("DXG_COMPAT_EXEC_CHILD", number, 1);
		execv(self, argv);
		_exit(2);
	}
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	igt_assert(WIFEXITED(status));
	igt_assert_eq(WEXITSTATUS(status), 0);
}

/* All files of a thread group are one process. */
static void one_process(void)
{
	int fd = igt_dxg_compat_open(), again = igt_dxg_compat_open();
	struct d3dkmt_closeadapter args = { .adapter_handle = igt_dxg_compat_adapter(fd, NULL) };

	close(fd);
	igt_dxg_d3d(again, LX_DXCLOSEADAPTER, &args, 0);
	igt_dxg_d3d(again, LX_DXCLOSEADAPTER, &args, -EINVAL);
	close(again);
}

#if defined(__x86_64__)
/* An ioctl as a 32-bit program makes it: by the old gate, with an address below 4 GB. */
static int ioctl32(int fd, unsigned int request, void *arg)
{
	int ret;

	asm volatile("int $0x80" : "=a" (ret) :
		     "a" (54), "b" (fd), "c" (request), "d" ((unsigned int)(uintptr_t)arg) :
		     "memory", "r8", "r9", "r10", "r11");
	return ret;
}

/* A kernel without such calls ends who makes one. */
static bool has_calls_32bit(void)
{
	int status;
	pid_t pid = fork();

	igt_assert_lte(0, pid);
	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		_exit(ioctl32(-1, LX_DXENUMADAPTERS2, NULL) == -EBADF ? 0 : 1);
	}
	igt_assert_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && !WEXITSTATUS(status);
}
#endif

static void caller_32bit(void)
{
#if defined(__x86_64__)
	int fd = igt_dxg_compat_open();
	struct d3dkmt_enumadapters2 *args = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
						 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	struct d3dkmt_adapterinfo *infos = (void *)(args + 1);
	struct d3dkmt_closeadapter *close_args = (void *)args;

	igt_assert(args != MAP_FAILED);
	igt_require_f(has_calls_32bit(), "no 32-bit system calls\n");
	args->num_adapters = D3DKMT_ADAPTERS_MAX;
	args->adapters = (uintptr_t)infos;
	igt_assert_eq(ioctl32(fd, LX_DXENUMADAPTERS2, args), 0);
	igt_assert_lte(1, args->num_adapters);
	close_args->adapter_handle = infos[0].adapter_handle;
	igt_assert_eq(ioctl32(fd, LX_DXCLOSEADAPTER, args), 0);
	/* The pointer is taken as 32 bits, not as what the upper half happens to be. */
	igt_assert_eq(ioctl32(fd, LX_DXENUMADAPTERS2, NULL), -EFAULT);
	igt_assert_eq(ioctl32(fd, _IOWR(0x47, 0x03, char[96]), args), -ENOTTY);
	munmap(args, PAGE);
	close(fd);
#else
	igt_skip("not a machine with 32-bit callers\n");
#endif
}

/* --- Numbers --- */

/* Each number with the size of the interface, and with others: one word of all is known. */
static void all_numbers(int fd)
{
	uint32_t nr, i, known = 0;

	for (nr = 0; nr < 256; nr++) {
		const struct igt_dxg_compat_number *number = &igt_dxg_compat_numbers[nr];
		uint32_t size = number->size ? number->size : 16;
		uint32_t sizes[] = { size, size + 4, size - 4, 0 };

		for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			bool good = !i && number->implemented;
			unsigned long word = _IOC(_IOC_READ | _IOC_WRITE, 0x47, nr, sizes[i]);

			known += good;
			igt_assert_f(__dxg_d3d(fd, word, NULL) == (good ? -EFAULT : -ENOTTY),
				     "number %#x, size %u: %s\n", nr, sizes[i], strerror(errno));
		}
		/* Another direction or type is another word. */
		igt_dxg_d3d(fd, _IOC(_IOC_READ, 0x47, nr, size), NULL, -ENOTTY);
		igt_dxg_d3d(fd, _IOC(_IOC_READ | _IOC_WRITE, 0x48, nr, size), NULL, -ENOTTY);
	}
	igt_assert_eq(known, 65);
}

/* --- Adapters --- */

static void enum_count(int fd)
{
	struct d3dkmt_adapterinfo infos[D3DKMT_ADAPTERS_MAX] = {};
	struct d3dkmt_enumadapters2 two = {};
	struct d3dkmt_enumadapters3 three = { .filter = 1 };
	uint32_t count;

	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, &two, 0);
	count = two.num_adapters;
	igt_assert_eq(count, igt_dxg_count());
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS3, &three, 0);
	igt_assert_eq(three.adapter_count, count);
	/* Room of none is no room, either. */
	two = (struct d3dkmt_enumadapters2) { .adapters = (uintptr_t)infos };
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, &two, 0);
	igt_assert_eq(two.num_adapters, count);
	igt_assert_eq_u32(infos[0].adapter_handle, 0);
	two = (struct d3dkmt_enumadapters2) { .num_adapters = 64 };
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, &two, 0);
	igt_assert_eq(two.num_adapters, count);
}

static void enum_handles(int fd)
{
	struct d3dkmt_adapterinfo info[D3DKMT_ADAPTERS_MAX] = {}, more[D3DKMT_ADAPTERS_MAX] = {};
	struct d3dkmt_enumadapters3 args = {
		.adapter_count = D3DKMT_ADAPTERS_MAX,
		.adapters = (uintptr_t)info,
	};
	struct d3dkmt_openadapterfromluid luid;
	struct d3dkmt_closeadapter close_args;

	igt_dxg_d3d(fd, LX_DXENUMADAPTERS3, &args, 0);
	args.adapters = (uintptr_t)more;
	args.adapter_count = D3DKMT_ADAPTERS_MAX;
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS3, &args, 0);
	/* Each time another handle of the same adapter. */
	igt_assert_neq_u32(info[0].adapter_handle, more[0].adapter_handle);
	igt_assert_eq(memcmp(&info[0].adapter_luid, &more[0].adapter_luid,
			     sizeof(info[0].adapter_luid)), 0);
	igt_assert_eq_u32(info[0].num_sources, 0);

	luid = (struct d3dkmt_openadapterfromluid) { .adapter_luid = info[0].adapter_luid };
	igt_dxg_d3d(fd, LX_DXOPENADAPTERFROMLUID, &luid, 0);
	igt_assert_neq_u32(luid.adapter_handle, info[0].adapter_handle);
	igt_assert_neq_u32(luid.adapter_handle, more[0].adapter_handle);
	close_args.adapter_handle = luid.adapter_handle;
	igt_dxg_d3d(fd, LX_DXCLOSEADAPTER, &close_args, 0);

	/* A handle that was given back names nothing, also when others were opened since. */
	igt_dxg_d3d(fd, LX_DXOPENADAPTERFROMLUID, &luid, 0);
	igt_assert_neq_u32(luid.adapter_handle, close_args.adapter_handle);
	igt_dxg_d3d(fd, LX_DXCLOSEADAPTER, &close_args, -EINVAL);
	luid.adapter_luid.b ^= 0x5a5a;
	igt_dxg_d3d(fd, LX_DXOPENADAPTERFROMLUID, &luid, -EINVAL);
}

/* Less room than there are adapters: nothing is written behind it, or at all. */
static void enum_overflow(int fd)
{
	uint32_t count = igt_dxg_count();
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct d3dkmt_adapterinfo *end;
	struct d3dkmt_enumadapters3 args = { .filter = 1 };

	igt_assert(pages != MAP_FAILED);
	igt_assert_eq(munmap(pages + PAGE, PAGE), 0);
	end = (struct d3dkmt_adapterinfo *)(pages + PAGE) - count;
	args.adapters = (uintptr_t)end;
	args.adapter_count = count;
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS3, &args, 0);
	/* One too few in the buffer, all in the count. */
	args.adapters = (uintptr_t)(end + 1);
	args.adapter_count = count;
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS3, &args, -EFAULT);
	args.adapter_count = ~0u;
	args.adapters = (uintptr_t)end;
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS3, &args, 0);
	if (count > 1) {
		args.adapter_count = count - 1;
		igt_dxg_d3d(fd, LX_DXENUMADAPTERS3, &args, -EOVERFLOW);
	}
	munmap(pages, PAGE);
}

/* --- Queries --- */

static uint32_t adapter_type(int fd, uint32_t adapter, uint32_t type)
{
	uint32_t word = 0xffffffff;
	struct d3dkmt_queryadapterinfo args = {
		.adapter = adapter,
		.type = type,
		.private_data = (uintptr_t)&word,
		.private_data_size = sizeof(word),
	};

	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, 0);
	return word;
}

static void query_type(int fd, uint32_t adapter)
{
	uint32_t word = adapter_type(fd, adapter, KMTQAITYPE_ADAPTERTYPE);

	igt_assert(word & D3DKMT_ADAPTERTYPE_RENDER_SUPPORTED);
	igt_assert(word & D3DKMT_ADAPTERTYPE_PARAVIRTUALIZED);
	igt_assert_eq_u32(word & (D3DKMT_ADAPTERTYPE_DISPLAY_SUPPORTED |
				  D3DKMT_ADAPTERTYPE_POST_DEVICE |
				  D3DKMT_ADAPTERTYPE_COMPUTE_ONLY), 0);
	igt_assert_eq_u32(adapter_type(fd, adapter, KMTQAITYPE_ADAPTERTYPE_RENDER) &
			  D3DKMT_ADAPTERTYPE_PARAVIRTUALIZED,
			  D3DKMT_ADAPTERTYPE_PARAVIRTUALIZED);
}

static void query_invalid(int fd, uint32_t adapter)
{
	uint32_t word = 0;
	struct d3dkmt_queryadapterinfo good = {
		.adapter = adapter,
		.type = KMTQAITYPE_ADAPTERTYPE,
		.private_data = (uintptr_t)&word,
		.private_data_size = sizeof(word),
	}, args = good;
	struct d3dkmt_queryvideomemoryinfo memory = { .adapter = adapter, .process = 1 };
	struct d3dkmt_changevideomemoryreservation change = { .adapter = adapter, .process = 1 };

	args.private_data_size = 0;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EINVAL);
	args.private_data_size = 131073;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EINVAL);
	args.private_data_size = ~0u;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EINVAL);
	args = good;
	args.private_data = WILD;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EFAULT);
	args.private_data = 0;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EFAULT);
	args = good;
	args.adapter = 0;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EINVAL);
	args.adapter = STALE;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EINVAL);
	args.adapter = adapter | 1;
	igt_dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args, -EINVAL);
	args = good;
	args.type = 0x7fffffff;
	igt_assert_lt(__dxg_d3d(fd, LX_DXQUERYADAPTERINFO, &args), 0);
	igt_dxg_d3d(fd, LX_DXQUERYVIDEOMEMORYINFO, &memory, -EINVAL);
	igt_dxg_d3d(fd, LX_DXCHANGEVIDEOMEMORYRESERVATION, &change, -EINVAL);
}

static void query_memory(int fd, uint32_t adapter)
{
	struct d3dkmt_queryvideomemoryinfo args = { .adapter = adapter };
	struct d3dkmt_changevideomemoryreservation change = { .adapter = adapter };
	uint64_t before;

	igt_dxg_d3d(fd, LX_DXQUERYVIDEOMEMORYINFO, &args, 0);
	igt_assert_neq_u64(args.budget, 0);
	before = args.current_reservation;
	igt_assert_lte_u64(65536, args.available_for_reservation);
	change.reservation = before + 65536;
	igt_dxg_d3d(fd, LX_DXCHANGEVIDEOMEMORYRESERVATION, &change, 0);
	igt_dxg_d3d(fd, LX_DXQUERYVIDEOMEMORYINFO, &args, 0);
	igt_assert_eq_u64(args.current_reservation, before + 65536);
	change.reservation = before;
	igt_dxg_d3d(fd, LX_DXCHANGEVIDEOMEMORYRESERVATION, &change, 0);
}

static void query_clocks(int fd, uint32_t adapter)
{
	struct d3dkmt_queryclockcalibration args = { .adapter = adapter };
	struct d3dkmt_flushheaptransitions flush = { .adapter = adapter };

	igt_dxg_d3d(fd, LX_DXQUERYCLOCKCALIBRATION, &args, 0);
	igt_assert_neq_u64(args.clock_data.gpu_frequency, 0);
	args.node_ordinal = 0xffff;
	igt_assert_lt(__dxg_d3d(fd, LX_DXQUERYCLOCKCALIBRATION, &args), 0);
	igt_dxg_d3d(fd, LX_DXFLUSHHEAPTRANSITIONS, &flush, 0);
	flush.adapter = STALE;
	igt_dxg_d3d(fd, LX_DXFLUSHHEAPTRANSITIONS, &flush, -EINVAL);
}

/* Of an adapter, and with handle 0 of the host as a whole. */
static void query_features(int fd, uint32_t adapter)
{
	struct d3dkmt_isfeatureenabled args = { .adapter = adapter };

	igt_dxg_d3d(fd, LX_ISFEATUREENABLED, &args, 0);
	igt_assert(args.result.value & DXGK_ISFEATUREENABLED_RESULT_KNOWN_FEATURE);
	args = (struct d3dkmt_isfeatureenabled) { .feature_id = DXGK_FEATURE_KERNEL_MODE_TESTING };
	igt_dxg_d3d(fd, LX_ISFEATUREENABLED, &args, 0);
	args.adapter = STALE;
	igt_dxg_d3d(fd, LX_ISFEATUREENABLED, &args, -EINVAL);
}

static void query_statistics(int fd, struct winluid luid)
{
	struct d3dkmt_querystatistics args = {
		.type = D3DKMT_QUERYSTATISTICS_ADAPTER,
		.adapter_luid = luid,
	};

	igt_dxg_d3d(fd, LX_DXQUERYSTATISTICS, &args, 0);
	igt_assert_eq(memcmp(&args.adapter_luid, &luid, sizeof(luid)), 0);
	args.type = D3DKMT_QUERYSTATISTICS_PROCESS_NODE;
	args.process = getpid();
	igt_dxg_d3d(fd, LX_DXQUERYSTATISTICS, &args, 0);
	igt_assert_eq_u64(args.process, getpid());
	/* Process 1 has it not open; no id is as large. */
	args.process = 1;
	igt_dxg_d3d(fd, LX_DXQUERYSTATISTICS, &args, -EINVAL);
	args.process = 1ull << 32 | getpid();
	igt_dxg_d3d(fd, LX_DXQUERYSTATISTICS, &args, -EINVAL);
	args.process = 0;
	args.adapter_luid.a ^= 1;
	igt_dxg_d3d(fd, LX_DXQUERYSTATISTICS, &args, -EINVAL);
}

static void enum_processes(int fd, struct winluid luid)
{
	uint32_t pids[16] = {};
	struct d3dkmt_enumprocesses args = {
		.adapter_luid = luid,
		.buffer_count = ~0ull,
	};
	uint64_t i, count;
	bool found = false;

	igt_dxg_d3d(fd, LX_DXENUMPROCESSES, &args, 0);
	count = args.buffer_count;
	igt_assert_lte_u64(1, count);
	args.buffer = (uintptr_t)pids;
	args.buffer_count = 16;
	igt_dxg_d3d(fd, LX_DXENUMPROCESSES, &args, 0);
	/* All 64 bits of the count are written. */
	igt_assert_eq_u64(args.buffer_count, count);
	for (i = 0; i < count; i++)
		found |= pids[i] == (uint32_t)getpid();
	igt_assert(found);
	args.buffer = WILD;
	args.buffer_count = 16;
	igt_dxg_d3d(fd, LX_DXENUMPROCESSES, &args, -EFAULT);
	args.adapter_luid.b ^= 1;
	igt_dxg_d3d(fd, LX_DXENUMPROCESSES, &args, -EINVAL);
}

/* --- Bad memory --- */

/* The argument lies across the end of what is mapped, or may not be written. */
static void struct_on_boundary(int fd)
{
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct d3dkmt_closeadapter *close_args;
	struct d3dkmt_enumadapters2 *args;

	igt_assert(pages != MAP_FAILED);
	igt_assert_eq(munmap(pages + PAGE, PAGE), 0);
	args = (void *)(pages + PAGE - sizeof(*args));
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, args, 0);
	args = (void *)(pages + PAGE - sizeof(*args) + 8);
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, args, -EFAULT);
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, (void *)WILD, -EFAULT);

	/* What only has arguments does not write them. */
	close_args = (void *)pages;
	close_args->adapter_handle = igt_dxg_compat_adapter(fd, NULL);
	args = (void *)(pages + 64);
	memset(args, 0, sizeof(*args));
	igt_assert_eq(mprotect(pages, PAGE, PROT_READ), 0);
	igt_dxg_d3d(fd, LX_DXCLOSEADAPTER, close_args, 0);
	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, args, -EFAULT);
	munmap(pages, PAGE);
}

static void node_subtests(void)
{
	igt_subtest("read-only")
		read_only();
	igt_subtest("other-thread-group")
		other_thread_group();
	igt_subtest("behind-exec")
		behind_exec();
	igt_subtest("one-process")
		one_process();
	igt_subtest("caller-32bit")
		caller_32bit();
}

int igt_main()
{
	static struct winluid luid;
	static uint32_t adapter;
	static int fd = -1;

	node_subtests();

	igt_fixture() {
		fd = igt_dxg_compat_open();
		adapter = igt_dxg_compat_adapter(fd, &luid);
	}

	igt_subtest("all-numbers")
		all_numbers(fd);
	igt_subtest("enum-count")
		enum_count(fd);
	igt_subtest("enum-handles")
		enum_handles(fd);
	igt_subtest("enum-overflow")
		enum_overflow(fd);
	igt_subtest("query-type")
		query_type(fd, adapter);
	igt_subtest("query-invalid")
		query_invalid(fd, adapter);
	igt_subtest("query-memory")
		query_memory(fd, adapter);
	igt_subtest("query-clocks")
		query_clocks(fd, adapter);
	igt_subtest("query-features")
		query_features(fd, adapter);
	igt_subtest("query-statistics")
		query_statistics(fd, luid);
	igt_subtest("enum-processes")
		enum_processes(fd, luid);
	igt_subtest("struct-on-boundary")
		struct_on_boundary(fd);

	igt_fixture()
		close(fd);
}
