// SPDX-License-Identifier: MIT
/*
 * What the end of a file costs: of a render node with BOs that are resident and bound, and
 * of /dev/dxg with allocations. Few objects and many, so that it is seen what grows.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "d3dkmthk.h"
#include "softgpu_alloc.h"

#define COMPAT_BATCH	512u

/* What D3DKMT calls say: an errno, or a positive status that means success. */
#define D3D(fd, request, args) do { \
	if (ioctl(fd, request, args) < 0) \
		fail(#request ": %m"); \
} while (0)

static bool compat_fill(unsigned int count, unsigned int seconds)
{
	struct d3dkmt_adapterinfo adapters[16];
	struct d3dkmt_enumadapters2 list = {
		.num_adapters = 16, .adapters = (uintptr_t)adapters,
	};
	static struct d3dddi_allocationinfo2 infos[COMPAT_BATCH];
	static struct softgpu_alloc data[COMPAT_BATCH];
	time_t until = time(NULL) + seconds;
	struct d3dkmt_createdevice device;
	int fd = open("/dev/dxg", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail("/dev/dxg: %m");
	D3D(fd, LX_DXENUMADAPTERS2, &list);
	if (!list.num_adapters)
		fail("/dev/dxg: no adapter");
	device = (struct d3dkmt_createdevice){ .adapter = adapters[0].adapter_handle };
	D3D(fd, LX_DXCREATEDEVICE, &device);
	while (count) {
		unsigned int n = count < COMPAT_BATCH ? count : COMPAT_BATCH;
		struct d3dkmt_createallocation create = {
			.device = device.device, .alloc_count = n,
			.allocation_info = (uintptr_t)infos,
		};

		if (time(NULL) > until)
			return false;
		memset(infos, 0, sizeof(infos));
		for (unsigned int i = 0; i < n; i++) {
			data[i] = (struct softgpu_alloc){
				.magic = SOFTGPU_ALLOC_MAGIC, .version = SOFTGPU_ALLOC_VERSION,
				.size = 4096,
			};
			infos[i].priv_drv_data = (uintptr_t)&data[i];
			infos[i].priv_drv_data_size = sizeof(data[i]);
		}
		D3D(fd, LX_DXCREATEALLOCATION, &create);
		count -= n;
	}
	return true;
}

/*
 * In a process of its own that just ends: the kernel closes the file, and the library
 * has no chance to give anything back.
 */
static void end_of(const char *name, bool (*fill)(unsigned int count, unsigned int seconds),
		   unsigned int count, unsigned int seconds)
{
	struct counters begin, c;
	int say[2], go[2], status;
	double before;
	char b;

	if (pipe(say) || pipe(go))
		fail("no pipe");
	if (!fork()) {
		close(go[1]);
		if (!fill(count, seconds))
			_exit(2);
		if (write(say[1], "", 1) != 1 || read(go[0], &b, 1) != 1)
			_exit(1);
		_exit(0);
	}
	close(say[1]);
	close(go[0]);
	if (read(say[0], &b, 1) != 1)
		fail("the file did not get its %u objects within %u seconds", count, seconds);
	before = awaits();
	awaits_count(true);
	counters_begin(&begin);
	if (write(go[1], "", 1) != 1)
		fail("no pipe");
	if (wait(&status) < 0 || status)
		fail("the client of many objects ended badly");
	/* What is given back later, by workers, belongs to it. */
	host_settle();
	c = counters_since(&begin, 1);
	awaits_count(false);
	c.awaits = awaits() - before;
	close(say[0]);
	close(go[1]);
	next_element();
	printf("{\"name\":\"%s\",\"objects\":%u,", name, count);
	print_counters(&c);
	printf("}\n");
}

void bench_ends(const struct sizes *s)
{
	unsigned int few = s->closed / 10 ? s->closed / 10 : 1;

	begin_array("ends");
	end_of("BOs", crowd_fill, few, s->seconds);
	end_of("BOs", crowd_fill, s->closed, s->seconds);
	end_of("allocations of /dev/dxg", compat_fill, few, s->seconds);
	end_of("allocations of /dev/dxg", compat_fill, s->closed, s->seconds);
	end_array();
}
