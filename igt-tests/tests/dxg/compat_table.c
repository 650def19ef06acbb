// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: every request of the interface by one table: sent with arguments that are good,
 * and with each handle, pointer, count, list and descriptor in them bad.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_d3d_calls.h"
#include "igt_dxg_host.h"

/**
 * TEST: compat table
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: every request, good and bad
 *
 * SUBTEST: every-number
 * Description: Each of the numbers that the interface has is carried out with success.
 *
 * SUBTEST: bad-handles
 * Description: Each handle of each request: none, one of nothing, one of another kind, one of
 *	another process.
 *
 * SUBTEST: bad-pointers
 * Description: Each pointer of each request: to nothing, and across the end of what is mapped.
 *
 * SUBTEST: bad-arguments
 * Description: The arguments of each request: at nothing, across the end of what is mapped, and
 *	where nothing can be written.
 *
 * SUBTEST: bad-counts
 * Description: Each count and each size of each request: too large, and so large that it
 *	overflows.
 *
 * SUBTEST: bad-lists
 * Description: Each list of handles: with one of nothing, of another kind, of another process.
 *
 * SUBTEST: bad-descriptors
 * Description: Each descriptor of each request: none, one too large, one of something else.
 */

IGT_TEST_DESCRIPTION("All requests of /dev/dxg.");

#define PAGE	IGT_DXG_D3D_PAGE
#define NOTHING	IGT_DXG_D3D_NOTHING
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* --- Good --- */

static void every_number(void)
{
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();
	bool sent[256] = {};
	unsigned int i, nr;
	uint64_t args[IGT_DXG_D3D_ARGS / 8];
	int ret, node;

	for (i = 0; i < igt_dxg_d3d_call_count; i++) {
		nr = _IOC_NR(igt_dxg_d3d_calls[i].request);
		memset(args, 0, sizeof(args));
		igt_dxg_d3d_calls[i].fill(s, args);
		ret = __dxg_d3d(s->d.fd, igt_dxg_d3d_calls[i].request, args);
		igt_assert_f(ret == 0 || ret == IGT_DXG_D3D_PENDING, "number %#x: %d\n", nr, ret);
		igt_assert_f(!sent[nr], "number %#x twice\n", nr);
		sent[nr] = true;
		igt_dxg_d3d_call_made(s, &igt_dxg_d3d_calls[i], args);
	}
	for (nr = 0; nr < 256; nr++)
		igt_assert_f(sent[nr] == igt_dxg_compat_numbers[nr].implemented,
			     "number %#x: %ssent\n", nr, sent[nr] ? "" : "not ");
	/* None of all this was an error of the device. */
	igt_assert_eq_u32(igt_dxg_d3d_state(&s->d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	igt_dxg_d3d_scene_close(s);
	node = igt_dxg_open_render(0);
	igt_assert_fd(node);
	igt_dxg_wait_idle(node);
	close(node);
	/* What a process of the host was given it keeps, until the adapter is closed. */
	igt_dxg_driver_unbind();
	igt_dxg_driver_bind();
}

/* --- Bad --- */

static void bad_handle(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *row,
		       unsigned int field, uint32_t handle)
{
	uint32_t at = (row->handles[field] & ~IGT_DXG_D3D_OPTIONAL) - 1;
	uint64_t args[IGT_DXG_D3D_ARGS / 8] = {};
	int ret;

	row->fill(s, args);
	memcpy((char *)args + at, &handle, 4);
	ret = __dxg_d3d(s->d.fd, row->request, args);
	igt_assert_f(ret == -EINVAL, "number %#x, offset %u, handle %#x: %d\n",
		     (unsigned int)_IOC_NR(row->request), at, handle, ret);
}

static void bad_handles(void)
{
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();
	/* The host counts from below: so far up there is none of this process. */
	uint32_t theirs = s->context + 0x4000 * 64, wrong;
	unsigned int i, k;

	for (i = 0; i < igt_dxg_d3d_call_count; i++) {
		for (k = 0; k < 3 && igt_dxg_d3d_calls[i].handles[k]; k++) {
			if (!(igt_dxg_d3d_calls[i].handles[k] & IGT_DXG_D3D_OPTIONAL))
				bad_handle(s, &igt_dxg_d3d_calls[i], k, 0);
			bad_handle(s, &igt_dxg_d3d_calls[i], k, NOTHING);
			bad_handle(s, &igt_dxg_d3d_calls[i], k, theirs);
			/* Of a kind that is not taken: the fence of the paging queue, or memory. */
			wrong = s->d.paging_fence;
			if (igt_dxg_d3d_calls[i].request == LX_DXSIGNALSYNCHRONIZATIONOBJECT ||
			    igt_dxg_d3d_calls[i].request == LX_DXWAITFORSYNCHRONIZATIONOBJECT ||
			    igt_dxg_d3d_calls[i].request == LX_DXUPDATEGPUVIRTUALADDRESS ||
			    igt_dxg_d3d_calls[i].request == LX_DXSHAREOBJECTWITHHOST ||
			    igt_dxg_d3d_calls[i].request == LX_DXCREATESYNCFILE)
				wrong = s->alloc;
			bad_handle(s, &igt_dxg_d3d_calls[i], k, wrong);
		}
	}
	igt_assert_eq_u32(igt_dxg_d3d_state(&s->d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	igt_dxg_d3d_scene_close(s);
}

/* What bad input may have left: nothing pinned, no descriptor, nothing on the host. */
struct traces {
	long pinned;
	unsigned int files;
};

static unsigned int open_files(void)
{
	unsigned int count = 0;
	DIR *dir = opendir("/proc/self/fd");

	igt_assert(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

static struct traces traces_begin(void)
{
	return (struct traces) { igt_dxg_pinned(), open_files() };
}

/* With the scene as it was. */
static void traces_end(const struct traces *t, const struct igt_dxg_d3d_scene *s)
{
	igt_assert_lte(igt_dxg_pinned(), t->pinned);
	igt_assert_eq_u32(open_files(), t->files);
	igt_assert_eq_u32(igt_dxg_d3d_state(&s->d), D3DKMT_DEVICEEXECUTION_ACTIVE);
}

/* Send @row with @value of @bytes at @at of its arguments. */
static int send_with(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *row, uint32_t at,
		     uint64_t value, uint32_t bytes)
{
	uint64_t args[IGT_DXG_D3D_ARGS / 8] = {};

	row->fill(s, args);
	memcpy((char *)args + at, &value, bytes);
	return __dxg_d3d(s->d.fd, row->request, args);
}

static void bad_value(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *row, uint32_t at,
		      uint64_t value, uint32_t bytes, int error)
{
	int ret = send_with(s, row, at, value, bytes);

	igt_assert_f(ret == error, "number %#x, offset %u, %#llx: %d, not %d\n",
		     (unsigned int)_IOC_NR(row->request), at, (unsigned long long)value, ret,
		     error);
}

/* Memory of two pages, the second of which is not there. */
static char *half_mapped(void)
{
	char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	igt_assert(pages != MAP_FAILED);
	igt_assert_eq(munmap(pages + PAGE, PAGE), 0);
	return pages;
}

static void bad_pointers(void)
{
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();
	struct traces t = traces_begin();
	char *pages = half_mapped();
	unsigned int i, k;

	for (i = 0; i < igt_dxg_d3d_call_count; i++) {
		for (k = 0; k < 3 && igt_dxg_d3d_calls[i].pointers[k]; k++) {
			const struct igt_dxg_d3d_call *row = &igt_dxg_d3d_calls[i];
			uint32_t at = row->pointers[k] - 1;

			bad_value(s, row, at, IGT_DXG_D3D_WILD, 8, -EFAULT);
			bad_value(s, row, at, ~0ull - 1, 8, -EFAULT);
			bad_value(s, row, at, (uintptr_t)pages + PAGE - 2, 8, -EFAULT);
		}
	}
	traces_end(&t, s);
	igt_dxg_d3d_scene_close(s);
	munmap(pages, PAGE);
}

/* What the host's processes have been given stays there: it is not sent where it may succeed. */
static bool is_kept(const struct igt_dxg_d3d_call *row)
{
	return row->request == LX_DXSHAREOBJECTWITHHOST;
}

static void bad_arguments(void)
{
	unsigned int i, nr, size, objects = igt_dxg_host_objects();
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();
	struct traces t = traces_begin();
	char *pages = half_mapped(), *at;
	int ret;

	for (i = 0; i < igt_dxg_d3d_call_count; i++) {
		nr = _IOC_NR(igt_dxg_d3d_calls[i].request);
		size = _IOC_SIZE(igt_dxg_d3d_calls[i].request);
		ret = __dxg_d3d(s->d.fd, igt_dxg_d3d_calls[i].request, (void *)IGT_DXG_D3D_WILD);
		igt_assert_f(ret == -EFAULT, "number %#x, of nothing: %d\n", nr, ret);
		/* All but the last word is there. */
		at = pages + PAGE - size + 4;
		memset(at, 0, size - 4);
		ret = __dxg_d3d(s->d.fd, igt_dxg_d3d_calls[i].request, at);
		igt_assert_f(ret == -EFAULT, "number %#x, on the boundary: %d\n", nr, ret);
		if (is_kept(&igt_dxg_d3d_calls[i]))
			continue;
		/* Who has no results does not write any. */
		memset(pages, 0, IGT_DXG_D3D_ARGS);
		igt_dxg_d3d_calls[i].fill(s, pages);
		igt_assert_eq(mprotect(pages, PAGE, PROT_READ), 0);
		ret = __dxg_d3d(s->d.fd, igt_dxg_d3d_calls[i].request, pages);
		igt_assert_f(ret == -EFAULT || ret == 0 || ret == IGT_DXG_D3D_PENDING,
			     "number %#x, read only: %d\n", nr, ret);
		igt_assert_eq(mprotect(pages, PAGE, PROT_READ | PROT_WRITE), 0);
		if (!ret)
			igt_dxg_d3d_call_made(s, &igt_dxg_d3d_calls[i], pages);
	}
	traces_end(&t, s);
	igt_dxg_d3d_scene_close(s);
	igt_dxg_host_comes_to(objects);
	munmap(pages, PAGE);
}

static void bad_count(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *row,
		      const struct igt_dxg_d3d_limit *limit)
{
	/* Of 32 bits: all, with the sign, and those that overflow with 8, 16, 32, 64 bytes each. */
	static const uint64_t words[] = {
		~0u, 0x80000000, 0x20000001, 0x10000001, 0x8000001, 0x4000001,
	};
	static const uint64_t longs[] = {
		~0ull, ~0xfffull, 1ull << 63, 1ull << 62, (1ull << 52) + 1, 1ull << 51,
	};
	unsigned int i;

	for (i = 0; i < COUNT(words); i++)
		bad_value(s, row, limit->at - 1, limit->bytes == 8 ? longs[i] : words[i],
			  limit->bytes, limit->error);
}

static void bad_counts(void)
{
	unsigned int i, k, objects = igt_dxg_host_objects();
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();
	struct traces t = traces_begin();

	for (i = 0; i < igt_dxg_d3d_call_count; i++)
		for (k = 0; k < 4 && igt_dxg_d3d_calls[i].limits[k].at; k++)
			bad_count(s, &igt_dxg_d3d_calls[i], &igt_dxg_d3d_calls[i].limits[k]);
	traces_end(&t, s);
	igt_dxg_d3d_scene_close(s);
	igt_dxg_host_comes_to(objects);
}

/* --- Of another process --- */

#define THEIRS	6

/* The handles of another process, with so many fences before them that no number is ours. */
struct other {
	uint32_t handles[THEIRS];
	int end;
	pid_t pid;
};

static _Noreturn void other_child(int out, int end)
{
	struct igt_dxg_d3d_scene *s;
	struct igt_dxg_d3d d = igt_dxg_d3d_open(0);
	uint32_t handles[THEIRS];
	char byte;
	int i;

	for (i = 0; i < 500; i++)
		igt_dxg_d3d_fence(&d, 0, 0);
	s = igt_dxg_d3d_scene_open();
	handles[0] = s->d.device;
	handles[1] = s->d.paging;
	handles[2] = s->context;
	handles[3] = s->alloc;
	handles[4] = s->fence;
	handles[5] = s->hwqueue;
	if (write(out, handles, sizeof(handles)) != sizeof(handles) || read(end, &byte, 1))
		_exit(1);
	_exit(0);
}

static struct other other_begin(void)
{
	int out[2], end[2];
	struct other o;

	igt_assert(!pipe(out) && !pipe(end));
	o.pid = fork();
	igt_assert_lte(0, o.pid);
	if (!o.pid) {
		close(end[1]);
		other_child(out[1], end[0]);
	}
	close(out[1]);
	close(end[0]);
	igt_assert_eq(read(out[0], o.handles, sizeof(o.handles)), (int)sizeof(o.handles));
	close(out[0]);
	o.end = end[1];
	return o;
}

/* It has all that it had. */
static void other_end(struct other *o)
{
	int status;

	close(o->end);
	igt_assert_eq(waitpid(o->pid, &status, 0), o->pid);
	igt_assert_eq(status, 0);
}

/* The first of a list is this one. */
static void bad_list(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *row,
		     unsigned int field, uint32_t handle)
{
	uint64_t args[IGT_DXG_D3D_ARGS / 8] = {}, at;
	int ret;

	row->fill(s, args);
	memcpy(&at, (char *)args + row->lists[field] - 1, 8);
	*(uint32_t *)(uintptr_t)at = handle;
	ret = __dxg_d3d(s->d.fd, row->request, args);
	igt_assert_f(ret == -EINVAL, "number %#x, list %u, handle %#x: %d\n",
		     (unsigned int)_IOC_NR(row->request), field, handle, ret);
}

static void bad_lists(void)
{
	unsigned int i, k, n, objects = igt_dxg_host_objects();
	struct other o = other_begin();
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();
	struct traces t = traces_begin();

	for (i = 0; i < igt_dxg_d3d_call_count; i++) {
		for (k = 0; k < 2 && igt_dxg_d3d_calls[i].lists[k]; k++) {
			bad_list(s, &igt_dxg_d3d_calls[i], k, 0);
			bad_list(s, &igt_dxg_d3d_calls[i], k, NOTHING);
			/* Of kinds that are in no list. */
			bad_list(s, &igt_dxg_d3d_calls[i], k, s->d.device);
			bad_list(s, &igt_dxg_d3d_calls[i], k, s->d.adapter);
			bad_list(s, &igt_dxg_d3d_calls[i], k, s->d.paging);
			for (n = 0; n < THEIRS; n++)
				bad_list(s, &igt_dxg_d3d_calls[i], k, o.handles[n]);
		}
		for (k = 0; k < 3 && igt_dxg_d3d_calls[i].handles[k]; k++)
			for (n = 0; n < THEIRS; n++)
				bad_handle(s, &igt_dxg_d3d_calls[i], k, o.handles[n]);
	}
	traces_end(&t, s);
	igt_dxg_d3d_scene_close(s);
	other_end(&o);
	igt_dxg_host_comes_to(objects);
}

static void bad_descriptors(void)
{
	unsigned int i, objects = igt_dxg_host_objects();
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();
	int closed = dup(s->d.fd), null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct traces t;

	igt_assert_fd(closed);
	igt_assert_fd(null);
	close(closed);
	t = traces_begin();
	for (i = 0; i < igt_dxg_d3d_call_count; i++) {
		const struct igt_dxg_d3d_call *row = &igt_dxg_d3d_calls[i];
		uint32_t at = row->descriptor - 1;

		if (!row->descriptor)
			continue;
		bad_value(s, row, at, ~0ull, 8, -EBADF);
		bad_value(s, row, at, 1ull << 32 | null, 8, -EBADF);
		bad_value(s, row, at, 0x80000000ull, 8, -EBADF);
		bad_value(s, row, at, INT_MAX, 8, -EBADF);
		bad_value(s, row, at, closed, 8, -EBADF);
		bad_value(s, row, at, s->d.fd, 8, -EINVAL);
		bad_value(s, row, at, null, 8, -EINVAL);
		bad_value(s, row, at, row->request == LX_DXOPENSYNCOBJECTFROMNTHANDLE2 ?
			  s->resource_fd : s->fence_fd, 8, -EINVAL);
	}
	traces_end(&t, s);
	close(null);
	igt_dxg_d3d_scene_close(s);
	igt_dxg_host_comes_to(objects);
}

int igt_main()
{
	igt_subtest("every-number")
		every_number();
	igt_subtest("bad-handles")
		bad_handles();
	igt_subtest("bad-pointers")
		bad_pointers();
	igt_subtest("bad-arguments")
		bad_arguments();
	igt_subtest("bad-counts")
		bad_counts();
	igt_subtest("bad-lists")
		bad_lists();
	igt_subtest("bad-descriptors")
		bad_descriptors();

	igt_fixture()
		igt_dxg_driver_restore();
}
