// SPDX-License-Identifier: MIT
/*
 * Runs in a guest: draws on the hyperv_drm card and compares, pixel by pixel,
 * with the screenshots that the host takes. It is the proof of the whole way:
 * DRM, the driver's copy to video memory, the memory's mapping in the host, the
 * display device and its PNG.
 *
 * usage: guest-draw --host PROGRAM --folder FOLDER [WIDTHxHEIGHT] [SOURCE]...
 *
 * PROGRAM carries one request to the host ("PROGRAM screenshot PATH"); FOLDER is
 * one that host and guest see by the same name. SOURCE is where framebuffers come
 * from: dumb (the card's own; default), vgem or udmabuf (imported dma-bufs).
 * Prints "ok NAME" or "not ok NAME" per check, more in brackets. Exit status 0: all ok.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/udmabuf.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <drm_fourcc.h>
#include <png.h>
#include <xf86drm.h>
#include <xf86drmMode.h>

struct card {
	int fd;
	uint32_t connector, crtc, plane;
	uint32_t fb_id, damage;		/* properties of the plane */
	drmModeModeInfo mode;
};

/* A framebuffer. @map is what is drawn into; the pages may be another driver's. */
struct buffer {
	uint32_t *map;
	uint32_t pitch;			/* bytes */
	uint32_t fb;
	size_t size;
};

struct area {
	uint32_t x1, y1, x2, y2;	/* right and bottom exclusive */
};

static const char *host_program, *folder;
static uint32_t width = 1024, height = 768;
static unsigned int failed;

__attribute__((format(printf, 2, 3)))
static bool check(bool good, const char *fmt, ...)
{
	va_list ap;

	printf(good ? "ok " : "not ok ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	fflush(stdout);
	failed += !good;
	return good;
}

/* ---- pixels ---- */

/* A frame, gradients, and tiles of noise: a shifted, cut or stale picture differs. */
static uint32_t pixel(uint32_t x, uint32_t y, uint32_t seed)
{
	if (x < 4 || y < 4 || x >= width - 4 || y >= height - 4)
		return 0xffffff;
	if ((x / 64 + y / 64 + seed) % 7 == 0)
		return (x * 2654435761u ^ y * 40503u ^ seed * 97u) & 0xffffff;
	return (x * 255 / width) << 16 | (y * 255 / height) << 8 | ((x + y + seed * 40) & 255);
}

static void paint(struct buffer *b, uint32_t seed, const struct area *a)
{
	for (uint32_t y = a->y1; y < a->y2; y++)
		for (uint32_t x = a->x1; x < a->x2; x++)
			b->map[y * (b->pitch / 4) + x] = pixel(x, y, seed);
}

static void paint_all(struct buffer *b, uint32_t seed)
{
	const struct area all = { 0, 0, width, height };

	paint(b, seed, &all);
}

static void invert(struct buffer *b, const struct area *a)
{
	for (uint32_t y = a->y1; y < a->y2; y++)
		for (uint32_t x = a->x1; x < a->x2; x++)
			b->map[y * (b->pitch / 4) + x] ^= 0xffffff;
}

/* ---- proofs ---- */

/* Take a screenshot as RGB, or NULL. */
static uint8_t *take_picture(const char *name)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	char path[512], command[1200];
	uint8_t *rgb = NULL;

	snprintf(path, sizeof(path), "%s/%ux%u-%s.png", folder, width, height, name);
	unlink(path);
	snprintf(command, sizeof(command), "'%s' screenshot '%s' > /dev/null", host_program, path);
	if (system(command)) {
		printf("%s: the host took no screenshot\n", name);
		return NULL;
	}
	if (!png_image_begin_read_from_file(&image, path)) {
		printf("%s: %s\n", path, image.message);
		return NULL;
	}
	if (image.format != PNG_FORMAT_RGB || image.width != width || image.height != height) {
		printf("%s: %ux%u, format %u\n", path, image.width, image.height, image.format);
		png_image_free(&image);
		return NULL;
	}
	rgb = malloc((size_t)width * height * 3);
	if (!png_image_finish_read(&image, NULL, rgb, 0, NULL)) {
		printf("%s: %s\n", path, image.message);
		free(rgb);
		rgb = NULL;
	}
	return rgb;
}

/* How many pixels on the host's screen are not those of @b; -1: no picture. */
static long wrong_pixels(const char *name, const struct buffer *b)
{
	uint8_t *rgb = take_picture(name), *p = rgb;
	long wrong = 0;

	if (!rgb)
		return -1;
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++, p += 3) {
			uint32_t is = p[0] << 16 | p[1] << 8 | p[2];

			wrong += is != (b->map[y * (b->pitch / 4) + x] & 0xffffff);
		}
	free(rgb);
	return wrong;
}

static void prove(const char *source, const char *what, const struct buffer *b, long want)
{
	char name[64];
	long wrong;

	snprintf(name, sizeof(name), "%s-%s", source, what);
	wrong = wrong_pixels(name, b);
	check(wrong == want, "%ux%u-%s (%ld of %u pixels differ, %ld expected)", width, height,
	      name, wrong, width * height, want);
}

/* ---- the card ---- */

static int open_driver(const char *driver)
{
	for (int i = 0; i < 16; i++) {
		char path[32];
		drmVersionPtr v;
		bool hit;
		int fd;

		snprintf(path, sizeof(path), "/dev/dri/card%d", i);
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			continue;
		v = drmGetVersion(fd);
		hit = v && !strcmp(v->name, driver);
		drmFreeVersion(v);
		if (hit)
			return fd;
		close(fd);
	}
	return -1;
}

static uint32_t property(int fd, uint32_t plane, const char *name)
{
	drmModeObjectPropertiesPtr all;
	uint32_t id = 0;

	all = drmModeObjectGetProperties(fd, plane, DRM_MODE_OBJECT_PLANE);
	for (uint32_t i = 0; all && i < all->count_props; i++) {
		drmModePropertyPtr p = drmModeGetProperty(fd, all->props[i]);

		if (p && !strcmp(p->name, name))
			id = p->prop_id;
		drmModeFreeProperty(p);
	}
	drmModeFreeObjectProperties(all);
	return id;
}

static bool find_mode(struct card *c)
{
	drmModeConnectorPtr k = drmModeGetConnector(c->fd, c->connector);
	bool found = false;

	if (!k)
		return false;
	check(k->connection == DRM_MODE_CONNECTED, "connector is connected");
	for (int i = 0; i < k->count_modes && !found; i++) {
		found = k->modes[i].hdisplay == width && k->modes[i].vdisplay == height;
		if (found)
			c->mode = k->modes[i];
	}
	drmModeFreeConnector(k);
	return found;
}

static bool open_card(struct card *c)
{
	drmModePlaneResPtr planes;
	drmModeResPtr r;

	c->fd = open_driver("hyperv_drm");
	if (!check(c->fd >= 0, "open hyperv_drm"))
		return false;
	if (drmSetClientCap(c->fd, DRM_CLIENT_CAP_UNIVERSAL_PLANES, 1) ||
	    drmSetClientCap(c->fd, DRM_CLIENT_CAP_ATOMIC, 1))
		return check(false, "universal planes and atomic (%s)", strerror(errno));
	r = drmModeGetResources(c->fd);
	planes = drmModeGetPlaneResources(c->fd);
	if (!r || !planes || !r->count_connectors || !r->count_crtcs || !planes->count_planes)
		return check(false, "a connector, a CRTC and a plane");
	c->connector = r->connectors[0];
	c->crtc = r->crtcs[0];
	c->plane = planes->planes[0];
	drmModeFreeResources(r);
	drmModeFreePlaneResources(planes);
	c->fb_id = property(c->fd, c->plane, "FB_ID");
	c->damage = property(c->fd, c->plane, "FB_DAMAGE_CLIPS");
	return check(c->fb_id && c->damage, "plane has FB_ID and FB_DAMAGE_CLIPS") &&
	       check(find_mode(c), "mode %ux%u", width, height);
}

/* ---- framebuffers ---- */

/* A dumb buffer of @fd, mapped; its handle, or 0. */
static uint32_t make_dumb(int fd, struct buffer *b)
{
	struct drm_mode_create_dumb c = { .width = width, .height = height, .bpp = 32 };
	struct drm_mode_map_dumb m = { 0 };

	if (fd < 0 || drmIoctl(fd, DRM_IOCTL_MODE_CREATE_DUMB, &c))
		return 0;
	m.handle = c.handle;
	if (drmIoctl(fd, DRM_IOCTL_MODE_MAP_DUMB, &m))
		return 0;
	b->pitch = c.pitch;
	b->size = c.size;
	b->map = mmap(NULL, b->size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, m.offset);
	return b->map == MAP_FAILED ? 0 : c.handle;
}

static int make_udmabuf(struct buffer *b)
{
	struct udmabuf_create c = { .flags = UDMABUF_FLAGS_CLOEXEC };
	int dev = open("/dev/udmabuf", O_RDWR | O_CLOEXEC), fd = -1;

	c.memfd = memfd_create("guest-draw", MFD_ALLOW_SEALING | MFD_CLOEXEC);
	b->pitch = width * 4;
	b->size = ((size_t)b->pitch * height + 4095) & ~(size_t)4095;
	c.size = b->size;
	if (dev >= 0 && !ftruncate(c.memfd, b->size) &&
	    !fcntl(c.memfd, F_ADD_SEALS, F_SEAL_SHRINK))
		fd = ioctl(dev, UDMABUF_CREATE, &c);
	if (fd >= 0) {
		b->map = mmap(NULL, b->size, PROT_READ | PROT_WRITE, MAP_SHARED, c.memfd, 0);
		if (b->map == MAP_FAILED) {
			close(fd);
			fd = -1;
		}
	}
	close(c.memfd);
	close(dev);
	return fd;
}

static bool make_buffer(const struct card *c, struct buffer *b, const char *source)
{
	uint32_t handles[4] = { 0 }, pitches[4] = { 0 }, offsets[4] = { 0 };
	int dmabuf = -1;

	if (!strcmp(source, "dumb")) {
		handles[0] = make_dumb(c->fd, b);
	} else if (!strcmp(source, "vgem")) {
		static int vgem = -1;
		uint32_t handle;

		if (vgem < 0)
			vgem = open_driver("vgem");
		handle = make_dumb(vgem, b);
		if (!handle || drmPrimeHandleToFD(vgem, handle, DRM_CLOEXEC | DRM_RDWR, &dmabuf))
			return false;
	} else {
		dmabuf = make_udmabuf(b);
	}
	if (dmabuf >= 0) {
		if (drmPrimeFDToHandle(c->fd, dmabuf, &handles[0]))
			return false;
		close(dmabuf);
	}
	pitches[0] = b->pitch;
	return handles[0] && !drmModeAddFB2(c->fd, width, height, DRM_FORMAT_XRGB8888, handles,
					    pitches, offsets, &b->fb, 0);
}

/* ---- what is done with them ---- */

/* Show @b by an atomic commit; with @a only that area is said to have changed. */
static int commit(const struct card *c, const struct buffer *b, const struct area *a)
{
	drmModeAtomicReqPtr r = drmModeAtomicAlloc();
	uint32_t blob = 0;
	int ret;

	drmModeAtomicAddProperty(r, c->plane, c->fb_id, b->fb);
	if (a) {
		struct drm_mode_rect rect = { a->x1, a->y1, a->x2, a->y2 };

		drmModeCreatePropertyBlob(c->fd, &rect, sizeof(rect), &blob);
		drmModeAtomicAddProperty(r, c->plane, c->damage, blob);
	}
	ret = drmModeAtomicCommit(c->fd, r, 0, NULL);
	drmModeAtomicFree(r);
	if (blob)
		drmModeDestroyPropertyBlob(c->fd, blob);
	return ret;
}

static void on_flip(int fd, unsigned int sequence, unsigned int s, unsigned int us, void *data)
{
	(void)fd;
	(void)sequence;
	(void)s;
	(void)us;
	(*(unsigned int *)data)++;
}

/* @n page flips between two framebuffers. How many of their events came. */
static unsigned int flip(const struct card *c, struct buffer *a, struct buffer *b, unsigned int n)
{
	drmEventContext ev = { .version = 2, .page_flip_handler = on_flip };
	const struct area top = { 0, 0, width, 32 };
	unsigned int events = 0;

	for (unsigned int i = 0; i < n && events == i; i++) {
		struct pollfd pf = { c->fd, POLLIN, 0 };
		struct buffer *next = i % 2 ? b : a;

		paint(next, i, &top);
		if (drmModePageFlip(c->fd, c->crtc, next->fb, DRM_MODE_PAGE_FLIP_EVENT, &events))
			break;
		if (poll(&pf, 1, 5000) > 0)
			drmHandleEvent(c->fd, &ev);
	}
	return events;
}

static void run(struct card *c, const char *source)
{
	struct area clip = { 100, 50, 400, 300 }, patch = { 200, 320, 500, 420 };
	drmModeClip dirty = { clip.x1, clip.y1, clip.x2, clip.y2 };
	struct buffer a = { 0 }, b = { 0 };

	if (!check(make_buffer(c, &a, source) && make_buffer(c, &b, source),
		   "%s two framebuffers", source))
		return;
	paint_all(&a, 1);
	check(!drmModeSetCrtc(c->fd, c->crtc, a.fb, 0, 0, &c->connector, 1, &c->mode),
	      "%s SETCRTC", source);
	prove(source, "setcrtc", &a, 0);

	/* Drawn, but nobody was told: the screen must still show the old picture. */
	invert(&a, &clip);
	prove(source, "untold", &a, (clip.x2 - clip.x1) * (clip.y2 - clip.y1));
	check(!drmModeDirtyFB(c->fd, a.fb, &dirty, 1), "%s DIRTYFB", source);
	prove(source, "dirtyfb", &a, 0);

	paint_all(&b, 5);
	check(!commit(c, &b, NULL), "%s atomic commit", source);
	prove(source, "atomic", &b, 0);

	/* Of two changed areas only the one in the damage list arrives. */
	invert(&b, &patch);
	invert(&b, &(struct area){ 0, 0, 10, 10 });
	check(!commit(c, &b, &patch), "%s atomic commit with damage", source);
	prove(source, "damage", &b, 100);

	check(flip(c, &a, &b, 20) == 20, "%s 20 page flips and their events", source);
	prove(source, "flips", &b, 0);
}

static int wrong_use(void)
{
	fprintf(stderr, "usage: guest-draw --host PROGRAM --folder FOLDER [WIDTHxHEIGHT] ");
	fprintf(stderr, "[dumb|vgem|udmabuf]...\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const char * const dumb[] = { "dumb", NULL };
	const char * const *sources = dumb;
	struct card c = { 0 };
	int i = 5, used = 0;

	if (argc < 5 || strcmp(argv[1], "--host") || strcmp(argv[3], "--folder"))
		return wrong_use();
	host_program = argv[2];
	folder = argv[4];
	if (i < argc && sscanf(argv[i], "%5ux%5u%n", &width, &height, &used) == 2) {
		if (argv[i++][used] || width < 640 || height < 480)
			return wrong_use();
	}
	if (i < argc)
		sources = (const char * const *)argv + i;
	for (const char * const *s = sources; *s; s++)
		if (strcmp(*s, "dumb") && strcmp(*s, "vgem") && strcmp(*s, "udmabuf"))
			return wrong_use();
	if (open_card(&c))
		for (; *sources; sources++)
			run(&c, *sources);
	printf("%u failed\n", failed);
	return failed ? 1 : 0;
}
