// SPDX-License-Identifier: MIT
/*
 * One buffer, two processes: the child's GPU work fills what the parent reads.
 * The buffer goes over a socket as a dma-buf, the end of the work as a sync file.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xf86drm.h>

#include "dxg.h"
#include "softgpu_build.h"

#define SIZE	65536u

#define TRY(call) do { \
	int ret_ = (call); \
	if (ret_ < 0) { \
		fprintf(stderr, "%s: %s\n", #call, strerror(-ret_)); \
		return 1; \
	} \
} while (0)

static int send_fd(int socket, int fd)
{
	char byte = 0, space[CMSG_SPACE(sizeof(fd))] = {};
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = space,
			      .msg_controllen = sizeof(space) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	return sendmsg(socket, &msg, 0) == 1 ? 0 : -1;
}

static int receive_fd(int socket)
{
	char byte, space[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = space,
			      .msg_controllen = sizeof(space) };
	int fd = -1;

	if (recvmsg(socket, &msg, 0) == 1 && CMSG_FIRSTHDR(&msg))
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(fd));
	return fd;
}

/* Import the parent's buffer, have the GPU fill it, and hand the fence over. */
static int child(const char *node, int socket)
{
	struct dxg_device *dev;
	struct dxg_vm *vm;
	struct dxg_queue *queue;
	struct dxg_bo *memory, *code;
	struct softgpu_buffer commands;
	struct drm_dxg_sync_op done;
	uint64_t memory_va = 0, code_va = 0;
	uint32_t syncobj;
	int fence;
	void *map;

	TRY(dxg_device_open(node, &dev));
	TRY(dxg_vm_new(dev, 0, &vm));
	TRY(dxg_queue_new_context(vm, 0, &queue));
	TRY(dxg_bo_import(vm, receive_fd(socket), &memory));
	TRY(dxg_vm_map_bo(vm, memory, 0, 0, &memory_va));
	TRY(dxg_bo_new_system(vm, 0, 4096, &code));
	TRY(dxg_vm_map_bo(vm, code, 0, DRM_DXG_BIND_READONLY | DRM_DXG_BIND_EXECUTE, &code_va));
	TRY(dxg_bo_map(code, 0, &map));
	softgpu_buffer_init(&commands, map, 4096);
	softgpu_fill(&commands, memory_va, SIZE, 0x5eed5eed);

	TRY(drmSyncobjCreate(dxg_device_fd(dev), 0, &syncobj));
	done = dxg_signal_syncobj(syncobj);
	TRY(dxg_queue_submit_one(queue, code_va, commands.used, &done, 1));
	TRY(drmSyncobjExportSyncFile(dxg_device_fd(dev), syncobj, &fence));
	TRY(send_fd(socket, fence));
	/* Until the parent has seen the end of the work: it would be cancelled with us. */
	receive_fd(socket);
	return 0;
}

int main(int argc, char **argv)
{
	const char *node = argc > 1 ? argv[1] : "/dev/dri/renderD128";
	struct dxg_device *dev;
	struct dxg_vm *vm;
	struct dxg_bo *memory;
	uint32_t syncobj, *words;
	int sockets[2], fd, status;
	void *map;
	pid_t pid;

	TRY(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets));
	pid = fork();
	TRY(pid);
	if (!pid) {
		close(sockets[0]);
		return child(node, sockets[1]);
	}
	close(sockets[1]);

	TRY(dxg_device_open(node, &dev));
	TRY(dxg_vm_new(dev, 0, &vm));
	TRY(dxg_bo_new_system(vm, DRM_DXG_BO_SHAREABLE, SIZE, &memory));
	TRY(dxg_bo_export(memory, &fd));
	TRY(send_fd(sockets[0], fd));

	TRY(drmSyncobjCreate(dxg_device_fd(dev), 0, &syncobj));
	TRY(drmSyncobjImportSyncFile(dxg_device_fd(dev), syncobj, receive_fd(sockets[0])));
	TRY(drmSyncobjWait(dxg_device_fd(dev), &syncobj, 1, INT64_MAX, 0, NULL));
	TRY(dxg_bo_map(memory, 0, &map));
	words = map;
	printf("the parent reads %#x, %#x\n", words[0], words[SIZE / 4 - 1]);

	close(sockets[0]);
	waitpid(pid, &status, 0);
	dxg_bo_unref(memory);
	dxg_vm_unref(vm);
	dxg_device_unref(dev);
	return !WIFEXITED(status) || WEXITSTATUS(status);
}
