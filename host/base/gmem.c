// SPDX-License-Identifier: GPL-2.0
/* Guest-physical memory: the mapping of the RAM file and bounds-checked access to it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gmem.h"

int gmem_open(struct gmem *m, const char *path, uint64_t low)
{
	struct stat st;
	void *base;
	int fd, err;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st)) {
		err = -errno;
		goto out;
	}
	/* The low part must lie below the hole, in whole pages, and inside the file. */
	if (!low || low > GMEM_4GIB || low % GMEM_PAGE_SIZE || st.st_size < 0 ||
	    low > (uint64_t)st.st_size || (uint64_t)st.st_size % GMEM_PAGE_SIZE) {
		err = -EINVAL;
		goto out;
	}
	base = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED) {
		err = -errno;
		goto out;
	}
	m->base = base;
	m->size = st.st_size;
	m->low = low;
	err = 0;
out:
	close(fd);
	return err;
}

void gmem_close(struct gmem *m)
{
	if (m->base)
		munmap(m->base, m->size);
	memset(m, 0, sizeof(*m));
}

void *gmem_at(const struct gmem *m, uint64_t gpa, uint64_t len)
{
	uint64_t off, end;

	if (!len)
		return NULL;
	if (gpa >= GMEM_4GIB) {
		off = gpa - GMEM_4GIB;
		end = m->size - m->low;
		if (off >= end || len > end - off)
			return NULL;
		return m->base + m->low + off;
	}
	if (gpa >= m->low || len > m->low - gpa)
		return NULL;
	return m->base + gpa;
}

bool gmem_read(const struct gmem *m, uint64_t gpa, void *out, uint64_t len)
{
	const void *p = gmem_at(m, gpa, len);

	if (!p)
		return false;
	memcpy(out, p, len);
	return true;
}

bool gmem_write(const struct gmem *m, uint64_t gpa, const void *in, uint64_t len)
{
	void *p = gmem_at(m, gpa, len);

	if (!p)
		return false;
	memcpy(p, in, len);
	return true;
}
