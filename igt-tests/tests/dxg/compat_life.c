// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: objects that come and go at odd moments: whose results cannot be written, and
 * which another thread ends while they are made.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_bo.h"
#include "igt_dxg_compat.h"
#include "igt_dxg_host.h"

/**
 * TEST: compat life
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: objects whose results are lost, or that others end
 *
 * SUBTEST: unwritable-%s
 * Description: When the result cannot be written, no %arg[1] stays on the host.
 *
 * SUBTEST: ended-while-made-%s
 * Description: Another thread guesses the handle and ends the %arg[1] while it is made: each is
 *	ended once.
 *
 * arg[1]:
 *
 * @device:		device
 * @context:		context
 * @paging-queue:	paging queue
 * @hwqueue:		hardware queue
 * @fence:		monitored fence
 * @resource:		resource with one allocation
 */

IGT_TEST_DESCRIPTION("Lifetime of the objects of /dev/dxg.");

#define PAGE	4096
#define SIZE	65536
/* Of each kind, in each subtest. */
#define ROUNDS	50

struct place {
	int fd;
	uint32_t adapter;
	uint32_t device;
	uint32_t context;	/* whose queues are the hardware's */
};

static uint32_t device_create(int fd, uint32_t adapter)
{
	struct d3dkmt_createdevice args = { .adapter = adapter };

	igt_dxg_d3d(fd, LX_DXCREATEDEVICE, &args, 0);
	return args.device;
}

static struct place place_open(void)
{
	struct place p = { .fd = igt_dxg_compat_open() };
	struct d3dkmt_createcontextvirtual args = {
		.engine_affinity = 1,
		.flags = D3DDDI_CREATECONTEXT_HW_QUEUE_SUPPORTED,
		.client_hint = D3DKMT_CLIENTHINT_OPENGL,
	};

	p.adapter = igt_dxg_compat_adapter(p.fd, NULL);
	p.device = device_create(p.fd, p.adapter);
	args.device = p.device;
	igt_dxg_d3d(p.fd, LX_DXCREATECONTEXTVIRTUAL, &args, 0);
	p.context = args.context;
	return p;
}

static void place_close(struct place *p)
{
	struct d3dkmt_destroydevice args = { .device = p->device };

	igt_dxg_d3d(p->fd, LX_DXDESTROYDEVICE, &args, 0);
	close(p->fd);
}

/* --- Makers --- */

static struct igt_dxg_data data;
static struct d3dddi_allocationinfo2 info;

/* A request that makes something: its arguments, and where the handle is in them. */
struct maker {
	const char *name;
	unsigned long request;
	void (*fill)(const struct place *p, void *args);
	unsigned long end;	/* takes the handle as its first word; 0: by a function */
	size_t handle;
};

static void fill_device(const struct place *p, void *args)
{
	*(struct d3dkmt_createdevice *)args = (struct d3dkmt_createdevice) {
		.adapter = p->adapter,
	};
}

static void fill_context(const struct place *p, void *args)
{
	*(struct d3dkmt_createcontextvirtual *)args = (struct d3dkmt_createcontextvirtual) {
		.device = p->device,
		.engine_affinity = 1,
		.client_hint = D3DKMT_CLIENTHINT_OPENGL,
	};
}

static void fill_paging_queue(const struct place *p, void *args)
{
	*(struct d3dkmt_createpagingqueue *)args = (struct d3dkmt_createpagingqueue) {
		.device = p->device,
	};
}

static void fill_hwqueue(const struct place *p, void *args)
{
	*(struct d3dkmt_createhwqueue *)args = (struct d3dkmt_createhwqueue) {
		.context = p->context,
	};
}

static void fill_fence(const struct place *p, void *args)
{
	*(struct d3dkmt_createsynchronizationobject2 *)args =
		(struct d3dkmt_createsynchronizationobject2) {
			.device = p->device,
			.info.type = D3DDDI_MONITORED_FENCE,
		};
}

/* What an allocation takes besides, which its results are written to. */
static void fill_info(void)
{
	data = igt_dxg_data(SIZE, 0);
	info = (struct d3dddi_allocationinfo2) {
		.priv_drv_data = (uintptr_t)&data,
		.priv_drv_data_size = sizeof(data),
	};
}

static void fill_resource(const struct place *p, void *args)
{
	fill_info();
	*(struct d3dkmt_createallocation *)args = (struct d3dkmt_createallocation) {
		.device = p->device,
		.alloc_count = 1,
		.allocation_info = (uintptr_t)&info,
		.flags = D3DKMT_CREATEALLOCATION_CREATE_RESOURCE,
	};
}

static const struct maker makers[] = {
	{ "device", LX_DXCREATEDEVICE, fill_device, LX_DXDESTROYDEVICE,
	  offsetof(struct d3dkmt_createdevice, device) },
	{ "context", LX_DXCREATECONTEXTVIRTUAL, fill_context, LX_DXDESTROYCONTEXT,
	  offsetof(struct d3dkmt_createcontextvirtual, context) },
	{ "paging-queue", LX_DXCREATEPAGINGQUEUE, fill_paging_queue, LX_DXDESTROYPAGINGQUEUE,
	  offsetof(struct d3dkmt_createpagingqueue, paging_queue) },
	{ "hwqueue", LX_DXCREATEHWQUEUE, fill_hwqueue, LX_DXDESTROYHWQUEUE,
	  offsetof(struct d3dkmt_createhwqueue, queue) },
	{ "fence", LX_DXCREATESYNCHRONIZATIONOBJECT, fill_fence,
	  LX_DXDESTROYSYNCHRONIZATIONOBJECT,
	  offsetof(struct d3dkmt_createsynchronizationobject2, sync_object) },
	{ "resource", LX_DXCREATEALLOCATION, fill_resource, 0,
	  offsetof(struct d3dkmt_createallocation, resource) },
};

/* End an object by its handle: 0 or -errno. */
static int end(const struct place *p, const struct maker *m, uint32_t handle)
{
	struct d3dkmt_destroyallocation2 args = { .device = p->device, .resource = handle };
	uint32_t words[4] = { handle };

	return m->end ? __dxg_d3d(p->fd, m->end, words) :
			__dxg_d3d(p->fd, LX_DXDESTROYALLOCATION2, &args);
}

static uint32_t made(const struct maker *m, const void *args)
{
	return *(const uint32_t *)((const char *)args + m->handle);
}

/* --- Results that cannot be written --- */

/* Nobody waits for the host when something ends. */
static bool has_objects(const void *arg)
{
	return igt_dxg_host_objects() == *(const unsigned int *)arg;
}

static void unwritable(const struct maker *m)
{
	struct place p = place_open();
	void *args = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned int objects;
	uint32_t first;
	int i;

	igt_assert(args != MAP_FAILED);
	m->fill(&p, args);
	igt_dxg_d3d(p.fd, m->request, args, 0);
	first = made(m, args);
	m->fill(&p, args);
	igt_assert_eq(mprotect(args, PAGE, PROT_READ), 0);
	objects = igt_dxg_host_objects();
	for (i = 0; i < ROUNDS; i++) {
		/* Part of the results are elsewhere, and were written. */
		fill_info();
		igt_dxg_d3d(p.fd, m->request, args, -EFAULT);
	}
	fill_info();
	igt_assert_f(igt_dxg_wait(has_objects, &objects, 120), "%u objects on the host, not %u\n",
		     igt_dxg_host_objects(), objects);
	/* What was made before is untouched, and the next one is made. */
	igt_assert_eq(end(&p, m, first), 0);
	igt_assert_eq(mprotect(args, PAGE, PROT_READ | PROT_WRITE), 0);
	igt_dxg_d3d(p.fd, m->request, args, 0);
	igt_assert_eq(end(&p, m, made(m, args)), 0);
	munmap(args, PAGE);
	place_close(&p);
}

/* --- Ended by guessing --- */

struct guesser {
	const struct place *place;
	const struct maker *maker;
	_Atomic uint32_t last;	/* the handle that was made last */
	atomic_bool stop;
	unsigned int hits;
};

/*
 * The host gives places again with another instance, the low bits, and new ones behind
 * each other: what comes next is among few.
 */
static void *guess(void *arg)
{
	struct guesser *g = arg;
	uint32_t last, i;

	while (!g->stop) {
		last = g->last;
		for (i = 1; i <= 4 && last; i++) {
			g->hits += !end(g->place, g->maker, last + i);
			g->hits += !end(g->place, g->maker, last + i * 64);
		}
	}
	return NULL;
}

static void ended_while_made(const struct maker *m)
{
	struct place p = place_open();
	struct guesser g = { .place = &p, .maker = m };
	char args[512] = {};
	pthread_t thread;
	uint32_t handle;
	int i, ret, theirs = 0;

	igt_assert_eq(pthread_create(&thread, NULL, guess, &g), 0);
	for (i = 0; i < ROUNDS * 4; i++) {
		m->fill(&p, args);
		/* It may be gone by now, but not the memory that says where it was. */
		igt_dxg_d3d(p.fd, m->request, args, 0);
		handle = made(m, args);
		igt_assert_neq_u32(handle, 0);
		g.last = handle;
		ret = end(&p, m, handle);
		igt_assert(!ret || ret == -EINVAL);
		theirs += !!ret;
	}
	g.stop = true;
	igt_assert_eq(pthread_join(thread, NULL), 0);
	igt_info("%s: %u ended by the other thread, %d of them those just made\n", m->name, g.hits,
		 theirs);
	/* Each was ended once. */
	igt_assert_eq_u32(g.hits, theirs);
	place_close(&p);
}

int igt_main()
{
	unsigned int i;

	for (i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		igt_subtest_f("unwritable-%s", makers[i].name)
			unwritable(&makers[i]);
	}
	for (i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		igt_subtest_f("ended-while-made-%s", makers[i].name)
			ended_while_made(&makers[i]);
	}
}
