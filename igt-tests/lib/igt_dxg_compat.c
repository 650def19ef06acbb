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

const struct igt_dxg_compat_number igt_dxg_compat_numbers[256] = {
	[0x01] = { 12, true },
	[0x02] = { 64, true },
	[0x03] = { 96, false },
	[0x04] = { 40, true },
	[0x05] = { 4, true },
	[0x06] = { 72, true },
	[0x07] = { 32, true },
	[0x08] = { 72, true },
	[0x09] = { 24, true },
	[0x0a] = { 56, true },
	[0x0b] = { 48, true },
	[0x0c] = { 104, true },
	[0x0d] = { 32, true },
	[0x0e] = { 56, true },
	[0x0f] = { 384, true },
	[0x10] = { 96, true },
	[0x11] = { 464, true },
	[0x12] = { 200, true },
	[0x13] = { 24, true },
	[0x14] = { 16, true },
	[0x15] = { 4, true },
	[0x16] = { 32, true },
	[0x17] = { 40, false },
	[0x18] = { 48, true },
	[0x19] = { 4, true },
	[0x1a] = { 4, false },
	[0x1b] = { 4, true },
	[0x1c] = { 4, true },
	[0x1d] = { 4, true },
	[0x1e] = { 32, true },
	[0x1f] = { 4, true },
	[0x20] = { 24, true },
	[0x21] = { 8, true },
	[0x22] = { 8, true },
	[0x23] = { 24, false },
	[0x24] = { 24, true },
	[0x25] = { 24, true },
	[0x26] = { 8, true },
	[0x27] = { 40, true },
	[0x28] = { 72, false },
	[0x29] = { 72, false },
	[0x2a] = { 32, true },
	[0x2b] = { 32, false },
	[0x2c] = { 40, true },
	[0x2d] = { 368, false },
	[0x2e] = { 32, true },
	[0x2f] = { 8, true },
	[0x30] = { 8, true },
	[0x31] = { 32, true },
	[0x32] = { 80, true },
	[0x33] = { 96, true },
	[0x34] = { 56, true },
	[0x35] = { 40, true },
	[0x36] = { 24, true },
	[0x37] = { 8, true },
	[0x38] = { 40, true },
	[0x39] = { 56, true },
	[0x3a] = { 40, true },
	[0x3b] = { 80, true },
	[0x3c] = { 32, true },
	[0x3d] = { 40, true },
	[0x3e] = { 24, true },
	[0x3f] = { 40, true },
	[0x40] = { 88, true },
	[0x41] = { 40, true },
	[0x42] = { 104, true },
	[0x43] = { 808, true },
	[0x44] = { 24, true },
	[0x45] = { 24, true },
	[0x46] = { 16, true },
	[0x47] = { 40, true },
	[0x48] = { 24, true },
	[0x49] = { 12, true },
};
