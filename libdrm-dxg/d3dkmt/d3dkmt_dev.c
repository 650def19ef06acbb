// SPDX-License-Identifier: MIT
/*
 * The backend over /dev/dxg: one open node per process, and each call is its ioctl.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "d3dkmt_priv.h"

#define DXG_NODE	"/dev/dxg"
#define DXG_IOCTL_TYPE	0x47

/* Protects @node, which is opened at the first call and closed with the process. */
static pthread_mutex_t node_lock = PTHREAD_MUTEX_INITIALIZER;
static int node = -1;

void kmt_dev_lock(void)
{
	pthread_mutex_lock(&node_lock);
}

void kmt_dev_unlock(void)
{
	pthread_mutex_unlock(&node_lock);
}

/* The node answers only who opened it. The parent keeps its own descriptor. */
void kmt_dev_forget(void)
{
	if (node >= 0)
		close(node);
	node = -1;
}

/* The node's descriptor, or a negative errno. */
static int kmt_dev_node(void)
{
	int fd;

	kmt_dev_lock();
	if (node < 0)
		node = open(DXG_NODE, O_RDWR | O_CLOEXEC);
	fd = node < 0 ? -errno : node;
	kmt_dev_unlock();
	return fd;
}

/* The numbers that the interface never had. */
static bool kmt_dev_hole(unsigned int nr)
{
	switch (nr) {
	case 0x03:
	case 0x17:
	case 0x1a:
	case 0x23:
	case 0x28:
	case 0x29:
	case 0x2b:
	case 0x2d:
		return true;
	default:
		return false;
	}
}

NTSTATUS kmt_dev_call(unsigned int nr, void *args, size_t size)
{
	int fd, ret;

	if (kmt_dev_hole(nr))
		return STATUS_NOT_SUPPORTED;
	fd = kmt_dev_node();
	if (fd < 0)
		return kmt_dev_status(fd);
	/* A call that a signal interrupts has done nothing: again. */
	do {
		ret = ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, DXG_IOCTL_TYPE, nr, size), args);
	} while (ret < 0 && errno == EINTR);
	return ret < 0 ? kmt_dev_status(-errno) : ret;
}
