// SPDX-License-Identifier: MIT
/*
 * Helpers for tests of /dev/dxg.
 */
#include "igt_dxg_compat.h"

#include <fcntl.h>
#include <sys/ioctl.h>

#include "igt.h"

int __dxg_d3d(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

int igt_dxg_compat_open(void)
{
	int fd = open("/dev/dxg", O_RDWR | O_CLOEXEC);

	igt_require_f(fd >= 0 || errno != ENOENT, "no /dev/dxg\n");
	igt_assert_fd(fd);
	return fd;
}

uint32_t igt_dxg_compat_adapter(int fd, struct winluid *luid)
{
	struct d3dkmt_adapterinfo infos[D3DKMT_ADAPTERS_MAX] = {};
	struct d3dkmt_enumadapters2 args = {
		.num_adapters = D3DKMT_ADAPTERS_MAX,
		.adapters = (uintptr_t)infos,
	};
	uint32_t i;

	igt_dxg_d3d(fd, LX_DXENUMADAPTERS2, &args, 0);
	igt_assert_lte(1, args.num_adapters);
	if (luid)
		*luid = infos[0].adapter_luid;
	for (i = 1; i < args.num_adapters; i++) {
		struct d3dkmt_closeadapter other = { .adapter_handle = infos[i].adapter_handle };

		igt_dxg_d3d(fd, LX_DXCLOSEADAPTER, &other, 0);
	}
	return infos[0].adapter_handle;
}
