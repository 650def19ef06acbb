// SPDX-License-Identifier: MIT
/*
 * dxg-viewfinder: from a camera through the GPU to a display, no copy.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "camera.h"
#include "say.h"
#include "screen.h"
#include "studio.h"

#define CAMERA_TIMEOUT_MS	10000
#define FLIP_TIMEOUT_MS		10000

/** struct options - The command line. */
struct options {
	const char *gpu, *camera, *display, *picture, *last, *reference, *source, *command;
	const char *screen;
	uint32_t camera_width, camera_height, width, height;
	unsigned long frames;
	bool headless, still, verify;
};

/** struct show - What runs. */
struct show {
	const struct options *o;
	struct layout layout;
	struct picture picture;
	struct camera camera;
	struct screen screen;
	struct studio *studio;
	uint32_t fb[STUDIO_SCREENS];
	uint64_t shown, flips;
	unsigned int last_frame, last_screen;
};

int say(const char *device, const char *step, int error)
{
	fprintf(stderr, "dxg-viewfinder: %s: cannot %s: %s\n", device, step, strerror(-error));
	return error;
}

static void usage(FILE *f)
{
	fprintf(f,
		"usage: dxg-viewfinder [OPTION]...\n"
		"Show a camera, composed with a picture by the GPU, without copying a frame.\n\n"
		"  -n, --frames N        stop after N frames (default 60)\n"
		"  -s, --size WxH        of the screen (default: its preferred mode)\n"
		"  -c, --camera-size WxH of the camera's frames (default 640x360)\n"
		"  -g, --gpu NODE        the render node (default: the first adapter's)\n"
		"  -d, --device NODE     the camera (default: the first of driver vivid)\n"
		"  -k, --display NODE    the card (default: the first of driver hyperv_drm)\n"
		"      --source KIND     vivid, or png: the picture given by --picture stands for\n"
		"                        the camera\n"
		"  -p, --picture FILE    a PNG to lay over the frames\n"
		"      --headless        no display\n"
		"      --still           the test camera shows the same for ever\n"
		"  -l, --last FILE       write the last frame as PNG\n"
		"  -r, --reference FILE  write what the CPU makes of the last camera frame\n"
		"  -x, --exec COMMAND    run a shell command while the last frame is on the screen;\n"
		"                        fail if it fails\n"
		"      --screen FILE     fail if this PNG, which COMMAND has made, is not what the CPU\n"
		"                        makes of the last frame\n"
		"      --verify          fail if the last frame is not what the CPU makes of it\n"
		"  -h, --help            this text\n\n"
		"Exit status: 0 done, 1 failed, 2 wrong use.\n");
}

static bool parse_size(const char *text, uint32_t *width, uint32_t *height)
{
	int end = 0;

	return sscanf(text, "%5ux%5u%n", width, height, &end) == 2 && !text[end] &&
	       *width >= 64 && *height >= 64 && *width <= 8192 && *height <= 8192 &&
	       !(*width & 1);
}

static bool parse_number(const char *text, unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 10);
	return !errno && *text >= '0' && *text <= '9' && !*end && *number;
}

static const struct option longs[] = {
	{ "frames", required_argument, NULL, 'n' },
	{ "size", required_argument, NULL, 's' },
	{ "camera-size", required_argument, NULL, 'c' },
	{ "gpu", required_argument, NULL, 'g' },
	{ "device", required_argument, NULL, 'd' },
	{ "display", required_argument, NULL, 'k' },
	{ "source", required_argument, NULL, 'S' },
	{ "picture", required_argument, NULL, 'p' },
	{ "headless", no_argument, NULL, 'H' },
	{ "still", no_argument, NULL, 'T' },
	{ "last", required_argument, NULL, 'l' },
	{ "reference", required_argument, NULL, 'r' },
	{ "exec", required_argument, NULL, 'x' },
	{ "screen", required_argument, NULL, 'P' },
	{ "verify", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{}
};

static bool parse_one(struct options *o, int c)
{
	switch (c) {
	case 'n':
		return parse_number(optarg, &o->frames);
	case 's':
		return parse_size(optarg, &o->width, &o->height);
	case 'c':
		return parse_size(optarg, &o->camera_width, &o->camera_height);
	case 'g':
		o->gpu = optarg;
		return true;
	case 'd':
		o->camera = optarg;
		return true;
	case 'k':
		o->display = optarg;
		return true;
	case 'S':
		o->source = optarg;
		return !strcmp(optarg, "vivid") || !strcmp(optarg, "png");
	case 'p':
		o->picture = optarg;
		return true;
	case 'H':
		o->headless = true;
		return true;
	case 'T':
		o->still = true;
		return true;
	case 'l':
		o->last = optarg;
		return true;
	case 'r':
		o->reference = optarg;
		return true;
	case 'x':
		o->command = optarg;
		return true;
	case 'P':
		o->screen = optarg;
		return true;
	case 'V':
		o->verify = true;
		return true;
	default:
		return false;
	}
}

/* Say what is wrong with the command line; the value for parse(). */
static int wrong(const char *format, const char *what)
{
	fprintf(stderr, "dxg-viewfinder: ");
	fprintf(stderr, format, what);
	fprintf(stderr, "\n");
	return 3;
}

/* 0 to go on, else the exit status plus 1. */
static int parse(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt_long(argc, argv, "n:s:c:g:d:k:p:l:r:x:h", longs, NULL)) != -1) {
		if (c == 'h') {
			usage(stdout);
			return 1;
		}
		if (!parse_one(o, c)) {
			if (c != '?')
				fprintf(stderr, "dxg-viewfinder: bad value '%s'\n", optarg);
			return 3;
		}
	}
	if (optind < argc)
		return wrong("unexpected argument '%s'", argv[optind]);
	if (!strcmp(o->source, "png") && !o->picture)
		return wrong("--source %s needs --picture", "png");
	if (!strcmp(o->source, "png") && o->camera)
		return wrong("--source png has no %s", "--device");
	if (o->headless && (o->display || o->screen))
		return wrong("--headless has no %s", o->display ? "--display" : "--screen");
	return 0;
}

static bool from_png(const struct show *s)
{
	return !strcmp(s->o->source, "png");
}

/* ---- preparing ---- */

static int open_sources(struct show *s)
{
	const struct options *o = s->o;
	const char *why;

	if (o->picture && picture_load(o->picture, &s->picture, &why)) {
		fprintf(stderr, "dxg-viewfinder: %s: %s\n", o->picture, why);
		return -EINVAL;
	}
	if (from_png(s)) {
		s->camera.width = o->camera_width;
		s->camera.height = o->camera_height;
		s->camera.pitch = o->camera_width * 2;
		s->camera.frame_bytes = s->camera.pitch * s->camera.height;
		return 0;
	}
	return camera_open(&s->camera, o->camera, "vivid", o->camera_width, o->camera_height,
			   o->still);
}

/* The picture lies in the upper right corner, cut to what fits. */
static void arrange(struct show *s)
{
	struct layout *l = &s->layout;

	l->camera_width = s->camera.width;
	l->camera_height = s->camera.height;
	l->camera_pitch = s->camera.pitch;
	l->camera_bytes = s->camera.frame_bytes;
	l->screen_pitch = l->screen_width * 4;
	if (!s->picture.pixels || from_png(s))
		return;
	l->picture_width = s->picture.width;
	l->picture_height = s->picture.height;
	if (l->picture_width > l->screen_width || l->picture_height > l->screen_height) {
		fprintf(stderr, "dxg-viewfinder: the picture is too large: left out\n");
		l->picture_width = 0;
		return;
	}
	l->picture_x = l->screen_width - l->picture_width;
	l->picture_alpha = 208;
}

/* The picture as a camera's frame: grey steps of its brightness, in YUYV. */
static void frame_of_picture(const struct show *s, uint8_t *yuyv)
{
	const struct picture *p = &s->picture;

	for (uint32_t y = 0; y < s->camera.height; y++) {
		for (uint32_t x = 0; x < s->camera.width; x++) {
			size_t at = (size_t)(y % p->height) * p->width + x % p->width;
			uint8_t *to = yuyv + (size_t)y * s->camera.pitch + 2 * x;
			uint32_t v = p->pixels[at];

			to[0] = 16 + ((v >> 16 & 255) * 66 + (v >> 8 & 255) * 129 +
				      (v & 255) * 25) / 256;
			to[1] = 128;
		}
	}
}

static int load_frames(struct show *s)
{
	void *map;
	int ret;

	for (unsigned int i = 0; i < STUDIO_FRAMES; i++) {
		ret = dxg_bo_map(studio_frame(s->studio, i)->bo, 0, &map);
		if (ret)
			return say(studio_name(s->studio), "load the picture", ret);
		frame_of_picture(s, map);
	}
	return 0;
}

static int start_camera(struct show *s)
{
	int ret;

	if (from_png(s))
		return load_frames(s);
	ret = camera_buffers(&s->camera, STUDIO_FRAMES);
	for (unsigned int i = 0; i < STUDIO_FRAMES && !ret; i++)
		ret = camera_queue(&s->camera, i, studio_frame(s->studio, i)->dmabuf,
				   studio_frame(s->studio, i)->bytes);
	return ret ? ret : camera_start(&s->camera);
}

static int prepare(struct show *s)
{
	const struct options *o = s->o;
	int ret;

	ret = open_sources(s);
	if (ret)
		return ret;
	s->layout.screen_width = o->width ? o->width : 1024;
	s->layout.screen_height = o->height ? o->height : 768;
	if (!o->headless) {
		ret = screen_open(&s->screen, o->display, "hyperv_drm", o->width, o->height);
		if (ret)
			return ret;
		s->layout.screen_width = s->screen.width;
		s->layout.screen_height = s->screen.height;
	}
	arrange(s);
	ret = studio_open(&s->studio, o->gpu, &s->layout, &s->picture);
	for (unsigned int i = 0; i < STUDIO_SCREENS && !ret && !o->headless; i++)
		ret = screen_framebuffer(&s->screen, studio_screen(s->studio, i)->dmabuf,
					 s->layout.screen_pitch, &s->fb[i]);
	return ret ? ret : start_camera(s);
}

/* ---- running ---- */

static int next_frame(struct show *s, uint64_t number, unsigned int *frame)
{
	if (from_png(s)) {
		*frame = number % STUDIO_FRAMES;
		return 0;
	}
	return camera_dequeue(&s->camera, CAMERA_TIMEOUT_MS, frame);
}

static int wait_for_flip(struct show *s)
{
	int ret = screen_wait(&s->screen, FLIP_TIMEOUT_MS);

	s->flips += !ret;
	return ret;
}

/*
 * One frame. The screen buffer that is written to was replaced on the screen by the frame
 * before, which is why that one is awaited first; the camera gets a buffer back
 * when the GPU has read it.
 */
static int one_frame(struct show *s, uint64_t number)
{
	unsigned int frame, screen = number % STUDIO_SCREENS;
	int fence, ret;

	ret = next_frame(s, number, &frame);
	if (!ret && number > 1 && !s->o->headless)
		ret = wait_for_flip(s);
	if (ret)
		return ret;
	ret = studio_compose(s->studio, number, frame, screen, &fence);
	if (ret)
		return ret;
	if (!s->o->headless)
		ret = screen_show(&s->screen, s->fb[screen], fence);
	close(fence);
	if (!ret)
		ret = studio_wait(s->studio, number);
	if (ret)
		return ret;
	s->shown++;
	s->last_frame = frame;
	s->last_screen = screen;
	/* The last one stays for a look at it. */
	if (from_png(s) || number == s->o->frames)
		return 0;
	return camera_queue(&s->camera, frame, studio_frame(s->studio, frame)->dmabuf,
			    studio_frame(s->studio, frame)->bytes);
}

/*
 * Who copied what while frames ran. The camera's driver makes each frame by writing it, and a
 * display without a scanout engine of its own copies each one into its video memory: these
 * are no part of the way between them.
 */
static void print_copies(const struct show *s, uint64_t program, int measured,
			 const struct driver_count *a, const struct driver_count *b)
{
	printf("bytes copied by the program while frames ran: %llu\n", (unsigned long long)program);
	if (measured)
		printf("bytes copied by dxg while frames ran: not measured: %s\n",
		       strerror(-measured));
	else
		printf("bytes copied by dxg while frames ran: %llu, beside %llu of messages\n",
		       (unsigned long long)(b->bounced - a->bounced),
		       (unsigned long long)(b->messages - a->messages));
	if (!from_png(s))
		printf("bytes written by the camera's driver: %llu\n",
		       (unsigned long long)s->camera.written);
	if (!s->o->headless)
		printf("bytes copied by the display's driver to its video memory: %llu\n",
		       (unsigned long long)s->flips * s->layout.screen_pitch *
		       s->layout.screen_height);
}

static int run(struct show *s)
{
	struct driver_count first = {}, last = {};
	uint64_t before = studio_copied();
	struct timespec a, b;
	int ret, measured;
	double seconds;

	measured = studio_driver_count(s->studio, &first);
	clock_gettime(CLOCK_MONOTONIC, &a);
	ret = 0;
	for (uint64_t n = 1; n <= s->o->frames && !ret; n++)
		ret = one_frame(s, n);
	if (!ret && !s->o->headless)
		ret = wait_for_flip(s);
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (!measured)
		measured = studio_driver_count(s->studio, &last);
	seconds = b.tv_sec - a.tv_sec + (b.tv_nsec - a.tv_nsec) / 1e9;
	printf("frames: %llu, dropped: %llu, %.1f a second\n", (unsigned long long)s->shown,
	       (unsigned long long)s->camera.dropped, seconds ? s->shown / seconds : 0);
	print_copies(s, studio_copied() - before, measured, &first, &last);
	return ret;
}

/* ---- looking ---- */

static int save(const char *path, const struct picture *p)
{
	const char *why;

	if (!path || !picture_save(path, p, &why))
		return 0;
	fprintf(stderr, "dxg-viewfinder: %s: %s\n", path, why);
	return -EIO;
}

static int compare(const char *what, const struct picture *got, const struct picture *want)
{
	size_t differ = 0;

	if (got->width != want->width || got->height != want->height) {
		fprintf(stderr, "dxg-viewfinder: the %s is %u x %u, the frame %u x %u\n", what,
			got->width, got->height, want->width, want->height);
		return -EIO;
	}
	/* The highest byte of XRGB is none of anybody's business. */
	for (size_t i = 0; i < (size_t)got->width * got->height; i++)
		differ += (got->pixels[i] ^ want->pixels[i]) << 8 != 0;
	if (differ) {
		fprintf(stderr, "dxg-viewfinder: %zu pixels of the %s differ from the CPU's\n",
			differ, what);
		return -EIO;
	}
	printf("%s: all %zu pixels equal the CPU's\n", what, (size_t)got->width * got->height);
	return 0;
}

/* The last frame as the GPU made it, and as the CPU makes it. */
static int two_pictures(struct show *s, struct picture *got, struct picture *want)
{
	const struct layout *l = &s->layout;
	uint8_t *yuyv = malloc(l->camera_bytes);
	int ret = -ENOMEM;

	if (yuyv && !picture_new(got, l->screen_width, l->screen_height) &&
	    !picture_new(want, l->screen_width, l->screen_height))
		ret = studio_look(s->studio, studio_screen(s->studio, s->last_screen), got->pixels,
				  (uint64_t)l->screen_pitch * l->screen_height);
	if (!ret)
		ret = studio_look(s->studio, studio_frame(s->studio, s->last_frame), yuyv,
				  l->camera_bytes);
	if (!ret)
		ret = studio_reference(l, yuyv, &s->picture, s->shown, want);
	free(yuyv);
	return ret;
}

/* The picture of the screen, taken by the command. */
static int look_at_screen(const struct show *s, const struct picture *want)
{
	struct picture screen;
	const char *why;
	int ret;

	if (s->o->command && system(s->o->command)) {
		fprintf(stderr, "dxg-viewfinder: the command failed: %s\n", s->o->command);
		return -ECHILD;
	}
	if (!s->o->screen)
		return 0;
	if (picture_load(s->o->screen, &screen, &why)) {
		fprintf(stderr, "dxg-viewfinder: %s: %s\n", s->o->screen, why);
		return -EIO;
	}
	ret = compare("screen", &screen, want);
	picture_free(&screen);
	return ret;
}

static int look(struct show *s)
{
	struct picture got = {}, want = {};
	int ret;

	ret = two_pictures(s, &got, &want);
	if (!ret)
		ret = save(s->o->last, &got);
	if (!ret)
		ret = save(s->o->reference, &want);
	if (!ret && s->o->verify)
		ret = compare("last frame", &got, &want);
	if (!ret)
		ret = look_at_screen(s, &want);
	picture_free(&want);
	picture_free(&got);
	return ret;
}

int main(int argc, char **argv)
{
	struct options o = {
		.source = "vivid",
		.frames = 60,
		.camera_width = 640,
		.camera_height = 360,
	};
	struct show s = { .o = &o, .camera.fd = -1, .screen.fd = -1 };
	int ret;

	ret = parse(argc, argv, &o);
	if (ret)
		return ret - 1;
	ret = prepare(&s);
	if (!ret)
		ret = run(&s);
	if (!ret)
		ret = look(&s);
	camera_close(&s.camera);
	studio_close(s.studio);
	screen_close(&s.screen);
	picture_free(&s.picture);
	return ret ? 1 : 0;
}
