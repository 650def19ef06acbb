// SPDX-License-Identifier: MIT
/*
 * Shared memory whose exporter or importer goes: by unbinding it, by its end on the
 * screen, under a host that does not answer any more.
 */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "dmabuf_peer.h"
#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_kms.h"
#include "igt_dxg_prime.h"
#include "igt_dxg_v4l.h"

/**
 * TEST: dxg prime_gone
 * Category: Core
 * Mega feature: dxg
 * Sub-category: memory
 * Functionality: one side of a dma-buf goes
 *
 * SUBTEST: hyperv-goes-import
 * Description: The other driver's device is unbound while memory is shared.
 *
 * SUBTEST: hyperv-goes-export
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: vivid-capture-goes-import
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: vivid-capture-goes-export
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: vivid-output-goes-import
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: vivid-output-goes-export
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: second-goes-import
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: second-goes-export
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: gpu-goes-import-udmabuf
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-import-heap
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-import-vgem
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-export-vgem
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: gpu-goes-import-second
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-export-second
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: gpu-goes-import-hyperv
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-export-hyperv
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: gpu-goes-import-vkms
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-export-vkms
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: gpu-goes-import-vivid-capture
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-export-vivid-capture
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: gpu-goes-import-vivid-output
 * Description: The GPU is unbound while memory is shared.
 *
 * SUBTEST: gpu-goes-export-vivid-output
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: gpu-goes-host-vgem
 * Description: Host memory goes with its adapter.
 *
 * SUBTEST: gpu-goes-host-hyperv
 * Description: NO DOCUMENTATION!
 *
 * SUBTEST: exporter-ends
 * Description: The exporter ends while its buffer is on the screen.
 *
 * SUBTEST: silent-host
 * Description: A silent host: pages stay until the channel closes.
 */

IGT_TEST_DESCRIPTION("Shared memory of which one side goes away.");

#define PARAMETERS	"/sys/module/dxg/parameters"
#define SIZE		((uint64_t)IGT_DXG_V4L_SIZE)
/* Seconds that a removal or an arrival may take under emulation. */
#define PATIENCE	120

/* --- Devices that come and go --- */

/** struct device - What is unbound from its driver. */
struct device {
	const char *folder;	/* of the driver */
	char name[64];		/* of the device */
};

static void driver_write(const struct device *d, const char *file)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", d->folder, file);
	igt_assert_eq(__dxg_write(path, d->name), 0);
}

static bool has_adapters(const void *arg)
{
	return igt_dxg_count() == *(const int *)arg;
}

static bool has_card(const void *driver)
{
	int fd = igt_dxg_open_card(driver);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

static struct device adapter(int index)
{
	struct device d = { .folder = "/sys/bus/pci/drivers/dxg" };
	int fd = igt_dxg_open_render(index);
	char path[PATH_MAX];

	igt_require_f(fd >= 0, "there is no adapter %d\n", index);
	igt_dxg_pci_path(fd, path, sizeof(path));
	close(fd);
	snprintf(d.name, sizeof(d.name), "%s", strrchr(path, '/') + 1);
	return d;
}

static void adapter_write(const struct device *d, const char *file, int change)
{
	int count = igt_dxg_count() + change;

	driver_write(d, file);
	igt_assert(igt_dxg_wait(has_adapters, &count, PATIENCE));
}

/* The device of the display driver is the only one in its folder with a GUID for a name. */
static struct device display(void)
{
	struct device d = { .folder = "/sys/bus/vmbus/drivers/hyperv_drm" };
	struct dirent *entry;
	DIR *dir;

	igt_require_f(has_card("hyperv_drm"), "no hyperv_drm\n");
	dir = opendir(d.folder);
	igt_assert(dir);
	while ((entry = readdir(dir)))
		if (strlen(entry->d_name) == 36 && entry->d_name[8] == '-')
			snprintf(d.name, sizeof(d.name), "%s", entry->d_name);
	closedir(dir);
	igt_assert(*d.name);
	return d;
}

/** struct gone - A peer, and how its device is unbound and bound again. */
struct gone {
	const char *peer;
	const char *card;	/* to wait for */
	const char *folder, *name;
};

static const struct gone gones[] = {
	{ "hyperv", "hyperv_drm", NULL, NULL },
	{ "vivid-capture", NULL, "/sys/bus/platform/drivers/vivid", "vivid.0" },
	{ "vivid-output", NULL, "/sys/bus/platform/drivers/vivid", "vivid.0" },
	{ "second", "second", NULL, NULL },
};

static const struct igt_dxg_peer *find_peer(const char *name)
{
	unsigned int i;

	for (i = 0; i < igt_dxg_peer_count; i++)
		if (!strcmp(igt_dxg_peers[i].name, name))
			return &igt_dxg_peers[i];
	igt_assert(false);
	return NULL;
}

static struct device device_of(const struct gone *g)
{
	struct device d = { .folder = g->folder };

	if (!strcmp(g->peer, "second"))
		return adapter(1);
	if (g->card)
		return display();
	snprintf(d.name, sizeof(d.name), "%s", g->name);
	return d;
}

static void rebind(const struct gone *g, const struct device *d)
{
	if (!strcmp(g->peer, "second")) {
		adapter_write(d, "bind", 1);
		return;
	}
	driver_write(d, "bind");
	if (g->card)
		igt_assert(igt_dxg_wait(has_card, g->card, PATIENCE));
}

/* --- The peer goes --- */

/* Its memory is the GPU's as long as the GPU has it, and the other way round. */
static void peer_goes(const struct gone *g, bool ours)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	const struct igt_dxg_peer *peer = find_peer(g->peer);
	struct device d = device_of(g);
	struct igt_dxg_foreign b;
	uint32_t handle;
	int dma_buf;

	if (ours) {
		handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, SIZE, DRM_DXG_BO_SHAREABLE);
		dma_buf = __dxg_prime_export(t.fd, handle);
		igt_assert_fd(dma_buf);
		b = peer->import(dma_buf, SIZE);
		close(dma_buf);
	} else {
		b = peer->export(SIZE);
		igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	}
	igt_dxg_bo_fill(&t, handle, SIZE, 1);
	driver_write(&d, "unbind");
	igt_dxg_bo_fill(&t, handle, SIZE, 2);
	igt_dxg_check_word(b.map, SIZE, 2);
	igt_dxg_pattern(b.map, SIZE, 3);
	igt_dxg_bo_check_pattern(&t, handle, SIZE, 3);
	igt_dxg_foreign_drop(&b, SIZE);
	igt_dxg_bo_fill(&t, handle, SIZE, 4);
	igt_dxg_bo_close(t.fd, handle);
	igt_dxg_wait_idle(t.fd);
	rebind(g, &d);
	igt_dxg_file_close(&t);
}

/* --- The GPU goes --- */

/* System memory stays with who has it; what was imported is whole, and goes back. */
static void gpu_goes(const struct igt_dxg_peer *peer, bool ours)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	struct device d = adapter(0);
	struct igt_dxg_foreign b;
	uint32_t handle;
	int dma_buf;

	if (ours) {
		handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, SIZE, DRM_DXG_BO_SHAREABLE);
		dma_buf = __dxg_prime_export(t.fd, handle);
		igt_assert_fd(dma_buf);
		b = peer->import(dma_buf, SIZE);
		close(dma_buf);
	} else {
		b = peer->export(SIZE);
		igt_assert_eq(__dxg_prime_import(t.fd, b.dma_buf, &handle), 0);
	}
	igt_dxg_bo_fill(&t, handle, SIZE, 5);
	adapter_write(&d, "unbind", -1);
	igt_dxg_check_word(b.map, SIZE, 5);
	igt_dxg_pattern(b.map, SIZE, 6);
	igt_assert_eq(__dxg_ask_host(t.fd), -ENODEV);
	igt_dxg_file_close(&t);
	igt_dxg_check_pattern(b.map, SIZE, 6);
	igt_dxg_foreign_drop(&b, SIZE);
	adapter_write(&d, "bind", 1);
	t = igt_dxg_file_open(0);
	igt_assert_eq(__dxg_ask_host(t.fd), 0);
	igt_dxg_file_close(&t);
}

/* Host memory goes with the adapter: what is left to the other driver is a page of nothing. */
static void gpu_goes_host(const struct igt_dxg_peer *peer)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&t, IGT_DXG_HOST, SIZE, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t.fd, handle);
	struct device d = adapter(0);
	struct igt_dxg_foreign b;

	igt_assert_fd(dma_buf);
	b = peer->import(dma_buf, SIZE);
	close(dma_buf);
	igt_dxg_bo_fill(&t, handle, SIZE, 5);
	igt_dxg_check_word(b.map, SIZE, 5);
	adapter_write(&d, "unbind", -1);
	igt_dxg_check_word(b.map, SIZE, 0);
	igt_dxg_foreign_drop(&b, SIZE);
	igt_dxg_file_close(&t);
	adapter_write(&d, "bind", 1);
}

/* --- The exporter ends with its buffer on the screen --- */

/* Ask the host; its answer goes to @text of @size bytes. */
static void host(const char *command, char *text, size_t size)
{
	const char *program = getenv("DXG_HOSTCTL");
	char line[256];
	size_t used;
	FILE *file;

	igt_require_f(program, "the host cannot be asked without DXG_HOSTCTL\n");
	snprintf(line, sizeof(line), "%s %s", program, command);
	file = popen(line, "r");
	igt_assert(file);
	used = fread(text, 1, size - 1, file);
	text[used] = 0;
	igt_assert_eq(pclose(file), 0);
	errno = 0;
}

static void send_fd(int to, int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	igt_assert_eq(sendmsg(to, &msg, 0), 1);
}

static int receive_fd(int from)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg;
	int fd;

	igt_assert_eq(recvmsg(from, &msg, 0), 1);
	cmsg = CMSG_FIRSTHDR(&msg);
	igt_assert(cmsg && cmsg->cmsg_type == SCM_RIGHTS);
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

/* Draw a picture and give it away. */
static void exporter(int to, uint64_t size)
{
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint32_t handle = igt_dxg_make(&t, IGT_DXG_SYSTEM, size, DRM_DXG_BO_SHAREABLE);
	int dma_buf = __dxg_prime_export(t.fd, handle);

	igt_assert_fd(dma_buf);
	igt_dxg_bo_fill(&t, handle, size, 0x00336699);
	send_fd(to, dma_buf);
}

static uint64_t count_in(int fd, const char *file, const char *key)
{
	char path[512], text[1024];
	unsigned long long value = 0;
	const char *at;
	ssize_t n;
	int f;

	igt_dxg_debugfs_path(fd, path, sizeof(path));
	snprintf(path + strlen(path), sizeof(path) - strlen(path), "/%s", file);
	f = open(path, O_RDONLY);
	igt_assert_fd(f);
	n = read(f, text, sizeof(text) - 1);
	igt_assert(n >= 0);
	text[n] = 0;
	close(f);
	at = strstr(text, key);
	igt_assert_f(at && sscanf(at + strlen(key), ": %llu", &value) == 1, "%s: %s\n", file, text);
	return value;
}

static bool has_bos(int fd)
{
	char path[512], line[256] = "";

	igt_dxg_wait_idle(fd);
	igt_dxg_debugfs_path(fd, path, sizeof(path));
	igt_assert_eq(__dxg_read(path, "dxg_gems", line, sizeof(line)), 0);
	return *line;
}

static void on_screen(void)
{
	struct igt_dxg_screen s = igt_dxg_screen_open("hyperv_drm");
	struct igt_dxg_file t = igt_dxg_file_open(0);
	uint64_t size = igt_dxg_screen_size(&s);
	uint32_t handle, fb, shown;
	int fds[2], dma_buf;
	void *map;

	igt_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	igt_fork(child, 1)
		exporter(fds[1], size);
	dma_buf = receive_fd(fds[0]);
	igt_waitchildren();
	igt_assert_eq(__dxg_prime_import(s.fd, dma_buf, &handle), 0);
	close(dma_buf);
	fb = igt_dxg_screen_framebuffer(&s, handle);
	/* The process that made it is gone, on the host too; the picture is shown. */
	igt_dxg_wait_idle(t.fd);
	igt_dxg_screen_show(&s, fb);
	shown = igt_dxg_screen_sum();
	dma_buf = __dxg_prime_export(s.fd, handle);
	map = igt_dxg_map_dma_buf(dma_buf, size);
	close(dma_buf);
	igt_dxg_check_word(map, size, 0x00336699);
	igt_assert_eq_u32(igt_dxg_screen_sum(), shown);
	igt_assert(has_bos(t.fd));
	/* And it is this memory that is shown. */
	igt_dxg_pattern(map, size, 1);
	igt_dxg_screen_show(&s, fb);
	igt_assert_neq_u32(igt_dxg_screen_sum(), shown);
	/* The last user goes: the memory with him. */
	munmap(map, size);
	igt_assert(has_bos(t.fd));
	igt_dxg_screen_show(&s, 0);
	igt_dxg_screen_remove(&s, fb);
	close(s.fd);
	igt_assert(!has_bos(t.fd));
	igt_dxg_file_close(&t);
	close(fds[0]);
	close(fds[1]);
}

/* --- A host that is silent --- */

static uint32_t module_buffers(int peer)
{
	struct dmabuf_peer_counts counts;

	igt_dxg_ioctl(peer, DMABUF_PEER_COUNTS, &counts, 0);
	igt_assert_eq_u32(counts.mapped, counts.buffers);
	return counts.buffers;
}

static bool module_is_empty(const void *peer)
{
	struct dmabuf_peer_counts counts;

	igt_dxg_ioctl(*(const int *)peer, DMABUF_PEER_COUNTS, &counts, 0);
	return !counts.buffers && !counts.mapped && !counts.attached;
}

/*
 * Pages that the host was told of and does not let go of stay where they are and are
 * counted, though nobody in the guest wants them, until the channel closes.
 */
static void silent(void)
{
	struct igt_dxg_file t = igt_dxg_file_open(0), u = igt_dxg_file_open(0);
	struct dmabuf_peer_export args = { .kind = DMABUF_PEER_MOVABLE, .size = SIZE };
	int peer = open("/dev/dmabuf_peer", O_RDWR | O_CLOEXEC);
	struct device d = adapter(0);
	uint64_t bytes, count;
	char text[256], usual[32];
	uint32_t handle;

	igt_require_f(peer >= 0, "dmabuf_peer is not loaded\n");
	/* How long the adapter waits for the host when it goes. */
	igt_assert_eq(__dxg_read(PARAMETERS, "request_timeout_ms", usual, sizeof(usual)), 0);
	igt_assert_eq(__dxg_write(PARAMETERS "/request_timeout_ms", "1000"), 0);
	igt_dxg_ioctl(peer, DMABUF_PEER_EXPORT, &args, 0);
	igt_assert_eq(__dxg_prime_import(t.fd, args.fd, &handle), 0);
	close(args.fd);
	/* As long as the handle is there, the host has the pages. */
	igt_dxg_host_handle(&t, handle, NULL);
	igt_dxg_bo_fill(&t, handle, SIZE, 1);
	igt_dxg_wait_idle(t.fd);
	bytes = count_in(t.fd, "dxg_quarantine", "bytes");
	count = count_in(t.fd, "dxg_quarantine", "count");

	host("gpupv set silence on", text, sizeof(text));
	igt_dxg_bo_close(t.fd, handle);
	sleep(1);
	igt_assert_eq_u32(module_buffers(peer), 1);
	igt_assert_lte_u64(count + 1, count_in(u.fd, "dxg_quarantine", "count"));
	igt_assert_lte_u64(bytes + SIZE, count_in(u.fd, "dxg_quarantine", "bytes"));
	igt_dxg_file_close(&t);
	sleep(1);
	igt_assert_eq_u32(module_buffers(peer), 1);

	/* The channel closes: nothing is kept. */
	adapter_write(&d, "unbind", -1);
	igt_assert(igt_dxg_wait(module_is_empty, &peer, PATIENCE));
	igt_dxg_file_close(&u);
	host("gpupv set silence off", text, sizeof(text));
	igt_assert_eq(__dxg_write(PARAMETERS "/request_timeout_ms", usual), 0);
	close(peer);
	adapter_write(&d, "bind", 1);
}

int igt_main()
{
	unsigned int i;

	igt_describe("The other driver's device is unbound while memory is shared.");
	for (i = 0; i < IGT_DXG_COUNT(gones); i++) {
		igt_subtest_f("%s-goes-import", gones[i].peer)
			peer_goes(&gones[i], false);
		igt_subtest_f("%s-goes-export", gones[i].peer)
			peer_goes(&gones[i], true);
	}
	for (i = 0; i < igt_dxg_peer_count; i++) {
		const struct igt_dxg_peer *peer = &igt_dxg_peers[i];

		igt_describe("The GPU is unbound while memory is shared.");
		igt_subtest_f("gpu-goes-import-%s", peer->name)
			gpu_goes(peer, false);
		if (!peer->import)
			continue;
		igt_subtest_f("gpu-goes-export-%s", peer->name)
			gpu_goes(peer, true);
	}
	igt_describe("Host memory goes with its adapter.");
	igt_subtest("gpu-goes-host-vgem")
		gpu_goes_host(find_peer("vgem"));
	igt_subtest("gpu-goes-host-hyperv")
		gpu_goes_host(find_peer("hyperv"));
	igt_describe("The exporter ends while its buffer is on the screen.");
	igt_subtest("exporter-ends")
		on_screen();
	igt_describe("A silent host: pages stay until the channel closes.");
	igt_subtest("silent-host")
		silent();
}
