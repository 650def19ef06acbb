// SPDX-License-Identifier: MIT
/*
 * The synthetic video device as a guest sees it, from byte offsets of its own:
 * the conversation, the picture on screen, and what a hostile guest may say.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <png.h>

#include "../base/log.h"
#include "../control/control.h"
#include "../display/display.h"
#include "fake_guest.h"

#define RAM	(64ull << 20)
#define LOW	(RAM / 2)
#define VRAM	(16ull << 20)
#define VRAM_MB	4

#define V3_0	0x00000003u
#define V3_2	0x00020003u
#define V3_5	0x00050003u

enum { VERSION = 1, VERSION_R, LOCATION, LOCATION_R, SITUATION, SITUATION_R, POSITION, SHAPE,
	FEATURES, DIRT, RESOLUTION = 13, RESOLUTION_R };

struct setup {
	struct fake_guest g;
	struct display *d;
	struct control *c;
	struct fake_channel ch;
	uint32_t relid;
	char dir[32];
};

struct reply {
	uint32_t type, len;		/* len: of the payload */
	uint8_t data[512];
};

static struct display_config config(const struct setup *s)
{
	struct display_config c = {
		.vram_megabytes = VRAM_MB, .modes = { { 640, 480 }, { 800, 600 } }, .num_modes = 2,
		.run_dir = s->dir,
	};

	return c;
}

static int setup_with(void **state, struct display_config *special)
{
	struct setup *s = calloc(1, sizeof(*s));
	struct display_config c;
	char *cwd = getcwd(NULL, 0), path[600];

	strcpy(s->dir, "display-XXXXXX");
	assert_non_null(mkdtemp(s->dir));
	snprintf(path, sizeof(path), "%s/%s", cwd, s->dir);
	free(cwd);
	fake_guest_init(&s->g, RAM, 1);
	c = special ? *special : config(s);
	c.run_dir = path;
	host_enter(&s->g.host);
	s->d = display_new(&s->g.host, s->g.bus, &c);
	host_leave(&s->g.host);
	assert_non_null(s->d);
	s->c = control_new(&s->g.host);
	display_register(s->d, s->c);
	fake_guest_contact(&s->g, FAKE_V5_3);
	assert_int_equal(fake_guest_offers(&s->g, NULL, NULL), 1);
	host_enter(&s->g.host);
	s->relid = vmbus_channel_relid(vmbus_find(s->g.bus, "video"));
	host_leave(&s->g.host);
	assert_int_equal(fake_channel_open(&s->g, &s->ch, s->relid, 9, 9, 0), 0);
	*state = s;
	return 0;
}

static int setup(void **state)
{
	return setup_with(state, NULL);
}

static int setup_no_dirt(void **state)
{
	struct display_config c = { .vram_megabytes = VRAM_MB, .no_dirt = true };

	return setup_with(state, &c);
}

static int teardown(void **state)
{
	struct setup *s = *state;
	char cmd[64];

	control_free(s->c);
	fake_guest_fini(&s->g);
	display_free(s->d);
	if (s->ch.g)
		fake_channel_forget(&s->ch);
	snprintf(cmd, sizeof(cmd), "rm -r %s", s->dir);
	assert_int_equal(system(cmd), 0);
	free(s);
	return 0;
}

/* ---- what the guest sends ---- */

static void put(uint8_t *p, uint64_t v, unsigned int bytes)
{
	while (bytes--) {
		*p++ = v;
		v >>= 8;
	}
}

static uint64_t get(const uint8_t *p, unsigned int bytes)
{
	uint64_t v = 0;

	while (bytes--)
		v = v << 8 | p[bytes];
	return v;
}

static void send_message(struct setup *s, uint32_t type, const void *payload, uint32_t len)
{
	uint8_t b[4200];

	put(b, 1, 4);
	put(b + 4, len + 8, 4);
	put(b + 8, type, 4);
	put(b + 12, len + 8, 4);
	memcpy(b + 16, payload, len);
	assert_true(fake_channel_write(&s->ch, 6, false, 1, b, len + 16));
}

static bool receive(struct setup *s, struct reply *r)
{
	static uint8_t b[512 << 10];
	struct fake_packet p;

	if (!fake_channel_read(&s->ch, &p, b))
		return false;
	assert_int_equal(p.type, 6);
	assert_int_equal(p.flags, 0);
	assert_int_equal(get(b, 4), 1);
	assert_int_equal(get(b + 4, 4), get(b + 12, 4));
	r->type = get(b + 8, 4);
	r->len = get(b + 12, 4) - 8;
	assert_true(r->len + 16 <= p.len && p.len < r->len + 24);
	assert_true(r->len <= sizeof(r->data));
	memcpy(r->data, b + 16, r->len);
	return true;
}

static struct reply expect(struct setup *s, uint32_t type, uint32_t len)
{
	struct reply r = { 0 };

	assert_true(receive(s, &r));
	assert_int_equal(r.type, type);
	assert_int_equal(r.len, len);
	return r;
}

static void expect_nothing(struct setup *s)
{
	struct reply r;

	assert_false(receive(s, &r));
}

static uint64_t refused(struct setup *s)
{
	struct display_status st;

	host_enter(&s->g.host);
	display_get_status(s->d, &st);
	host_leave(&s->g.host);
	return st.refused;
}

static struct display_status status(struct setup *s)
{
	struct display_status st;

	host_enter(&s->g.host);
	display_get_status(s->d, &st);
	host_leave(&s->g.host);
	return st;
}

/* @type with @len bytes of @payload breaks the protocol: counted once, not answered. */
static void expect_refused(struct setup *s, uint32_t type, const void *payload, uint32_t len)
{
	uint64_t before = refused(s), logged = log_violations();

	send_message(s, type, payload, len);
	expect_nothing(s);
	assert_int_equal(refused(s), before + 1);
	assert_int_equal(log_violations(), logged + 1);
}

static bool ask_version(struct setup *s, uint32_t version)
{
	uint8_t b[4];
	struct reply r;

	put(b, version, 4);
	send_message(s, VERSION, b, 4);
	r = expect(s, VERSION_R, 6);
	assert_int_equal(get(r.data, 4), version);
	assert_int_equal(r.data[5], 1);
	return r.data[4];
}

static void location(uint8_t b[17], uint64_t context, uint8_t given, uint64_t gpa)
{
	put(b, context, 8);
	b[8] = given;
	put(b + 9, gpa, 8);
}

/* Version and video memory, as the driver does at its start. */
static void start(struct setup *s)
{
	uint8_t b[17];

	assert_true(ask_version(s, V3_5));
	location(b, VRAM, 1, VRAM);
	send_message(s, LOCATION, b, 17);
	assert_int_equal(get(expect(s, LOCATION_R, 8).data, 8), VRAM);
	expect(s, FEATURES, 4);
	expect_nothing(s);
}

struct output {
	uint8_t active;
	uint32_t offset;
	uint8_t bpp;
	uint32_t w, h, pitch;
};

static void situation(uint8_t b[27], const struct output *o)
{
	put(b, 0x1122334455667788, 8);
	b[8] = 1;
	b[9] = o->active;
	put(b + 10, o->offset, 4);
	b[14] = o->bpp;
	put(b + 15, o->w, 4);
	put(b + 19, o->h, 4);
	put(b + 23, o->pitch, 4);
}

static void show(struct setup *s, const struct output *o)
{
	uint8_t b[27];

	situation(b, o);
	send_message(s, SITUATION, b, 27);
	assert_int_equal(get(expect(s, SITUATION_R, 8).data, 8), 0x1122334455667788);
	expect_nothing(s);
}

static uint8_t *vram(struct setup *s)
{
	return s->g.host.mem.base + VRAM;
}

static const char *take(struct setup *s, struct picture *pic)
{
	const char *err;

	host_enter(&s->g.host);
	err = display_take(s->d, pic);
	host_leave(&s->g.host);
	return err;
}

static void expect_no_picture(struct setup *s, const char *why)
{
	struct picture pic;
	const char *err = take(s, &pic);

	assert_non_null(err);
	assert_string_equal(err, why);
	assert_null(pic.rgb);
}

static uint32_t pixel(uint32_t x, uint32_t y)
{
	return (x * 2654435761u ^ y * 40503u) & 0xffffff;
}

static void paint32(struct setup *s, const struct output *o)
{
	memset(vram(s), 0xee, VRAM_MB << 20);
	for (uint32_t y = 0; y < o->h; y++)
		for (uint32_t x = 0; x < o->w; x++)
			put(vram(s) + o->offset + y * o->pitch + x * 4,
			    pixel(x, y) | 0x5a000000, 4);
}

static void expect_pixels(const uint8_t *rgb, uint32_t w, uint32_t h)
{
	for (uint32_t y = 0; y < h; y++)
		for (uint32_t x = 0; x < w; x++, rgb += 3)
			if ((uint32_t)(rgb[0] << 16 | rgb[1] << 8 | rgb[2]) != pixel(x, y))
				fail_msg("pixel %u,%u: %02x%02x%02x", x, y, rgb[0], rgb[1], rgb[2]);
}

static const struct output vga = { 1, 0, 32, 640, 480, 640 * 4 };

/* ---- the conversation ---- */

static void test_versions(void **state)
{
	struct setup *s = *state;

	assert_true(ask_version(s, V3_2));
	assert_int_equal(status(s).version, V3_2);
	assert_true(ask_version(s, V3_5));
	assert_int_equal(status(s).version, V3_5);
	assert_false(ask_version(s, V3_0));
	assert_int_equal(status(s).version, 0);
	assert_false(ask_version(s, 0x00060003));
	assert_false(ask_version(s, 0));
	assert_false(ask_version(s, 0xffffffff));
	assert_int_equal(refused(s), 0);
}

static void test_resolutions(void **state)
{
	struct setup *s = *state;
	uint8_t max = 64;
	struct reply r;

	start(s);
	send_message(s, RESOLUTION, &max, 1);
	r = expect(s, RESOLUTION_R, 131 + 2 * 4);
	assert_int_equal(r.data[128], 2);
	assert_int_equal(r.data[129], 0);
	assert_int_equal(get(r.data + 131, 2), 640);
	assert_int_equal(get(r.data + 133, 2), 480);
	assert_int_equal(get(r.data + 135, 2), 800);
	assert_int_equal(get(r.data + 137, 2), 600);
	max = 1;
	send_message(s, RESOLUTION, &max, 1);
	r = expect(s, RESOLUTION_R, 131 + 4);
	assert_int_equal(r.data[128], 1);
	max = 0;
	send_message(s, RESOLUTION, &max, 1);
	assert_int_equal(expect(s, RESOLUTION_R, 131).data[128], 0);
	/* 3.2 has no such message. */
	assert_true(ask_version(s, V3_2));
	expect_refused(s, RESOLUTION, &max, 1);
}

static void test_location(void **state)
{
	static const uint64_t bad[] = {
		0,				/* none */
		LOW - (VRAM_MB << 20) + 1,	/* one byte over the end of the low part */
		LOW,				/* the hole */
		GMEM_4GIB - 1, GMEM_4GIB + RAM - LOW - (VRAM_MB << 20) + 1, GMEM_4GIB + RAM,
		UINT64_MAX, UINT64_MAX - (VRAM_MB << 20) + 1,
	};
	static const uint64_t good[] = {
		1, 4096, LOW - (VRAM_MB << 20), GMEM_4GIB,
		GMEM_4GIB + RAM - LOW - (VRAM_MB << 20),
	};
	struct setup *s = *state;
	uint8_t b[17];

	start(s);
	show(s, &vga);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		location(b, 5, 1, bad[i]);
		send_message(s, LOCATION, b, 17);
		if (get(expect(s, LOCATION_R, 8).data, 8) == 5)
			fail_msg("video memory at %#llx accepted", (unsigned long long)bad[i]);
		expect_nothing(s);
		assert_int_equal(refused(s), i + 1);
		assert_int_equal(status(s).vram, 0);
		expect_no_picture(s, "nothing is on screen");
	}
	location(b, 5, 0, VRAM);
	send_message(s, LOCATION, b, 17);
	assert_int_not_equal(get(expect(s, LOCATION_R, 8).data, 8), 5);
	expect_nothing(s);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		location(b, 7, 1, good[i]);
		send_message(s, LOCATION, b, 17);
		assert_int_equal(get(expect(s, LOCATION_R, 8).data, 8), 7);
		expect(s, FEATURES, 4);
		assert_true(status(s).vram == good[i]);
	}
}

static void test_features(void **state)
{
	struct setup *s = *state;
	uint8_t b[17];

	assert_true(ask_version(s, V3_2));
	location(b, 1, 1, VRAM);
	send_message(s, LOCATION, b, 17);
	expect(s, LOCATION_R, 8);
	assert_memory_equal(expect(s, FEATURES, 4).data, "\1\1\1\1", 4);
}

static void test_features_no_dirt(void **state)
{
	struct setup *s = *state;
	uint8_t b[17], max = 64;
	struct reply r;

	assert_true(ask_version(s, V3_5));
	location(b, 1, 1, VRAM);
	send_message(s, LOCATION, b, 17);
	expect(s, LOCATION_R, 8);
	assert_memory_equal(expect(s, FEATURES, 4).data, "\0\1\1\1", 4);
	/* No list was given: the default one. */
	send_message(s, RESOLUTION, &max, 1);
	r = expect(s, RESOLUTION_R, 131 + 3 * 4);
	assert_int_equal(get(r.data + 131, 2), 1024);
	assert_int_equal(get(r.data + 133, 2), 768);
}

/* ---- pictures ---- */

static void test_picture(void **state)
{
	/* Rows with a gap, and a picture that ends with the last byte of video memory. */
	struct output o = { 1, 0, 32, 333, 77, 333 * 4 + 20 };
	struct setup *s = *state;
	struct picture pic;

	o.offset = (VRAM_MB << 20) - (o.pitch * (o.h - 1) + o.w * 4);
	start(s);
	expect_no_picture(s, "nothing is on screen");
	show(s, &o);
	paint32(s, &o);
	assert_null(take(s, &pic));
	assert_int_equal(pic.width, o.w);
	assert_int_equal(pic.height, o.h);
	expect_pixels(pic.rgb, o.w, o.h);
	picture_free(&pic);
	assert_int_equal(status(s).situations, 1);
	/* Off, and on again. */
	o.active = 0;
	show(s, &o);
	expect_no_picture(s, "nothing is on screen");
	o.active = 1;
	show(s, &o);
	assert_null(take(s, &pic));
	expect_pixels(pic.rgb, o.w, o.h);
	picture_free(&pic);
}

static void test_picture_16(void **state)
{
	static const struct {
		uint16_t in;
		uint8_t rgb[3];
	} want[] = {
		{ 0x0000, { 0, 0, 0 } }, { 0xffff, { 255, 255, 255 } }, { 0xf800, { 255, 0, 0 } },
		{ 0x07e0, { 0, 255, 0 } }, { 0x001f, { 0, 0, 255 } }, { 0x8410, { 132, 130, 132 } },
		{ 0x0821, { 8, 4, 8 } },
	};
	struct output o = { 1, 6, 16, 7, 2, 18 };
	struct setup *s = *state;
	struct picture pic;

	start(s);
	show(s, &o);
	for (unsigned int y = 0; y < 2; y++)
		for (unsigned int x = 0; x < 7; x++)
			put(vram(s) + 6 + y * 18 + x * 2, want[y ? 6 - x : x].in, 2);
	assert_null(take(s, &pic));
	for (unsigned int y = 0; y < 2; y++)
		for (unsigned int x = 0; x < 7; x++)
			assert_memory_equal(pic.rgb + (y * 7 + x) * 3, want[y ? 6 - x : x].rgb, 3);
	picture_free(&pic);
}

static void test_crc(void **state)
{
	uint8_t rgb[9] = "123456789";
	struct picture p = { 3, 1, rgb };

	(void)state;
	assert_int_equal(picture_crc(&p), 0xcbf43926);	/* the check value of this CRC */
}

static void run_line(struct setup *s, const char *line, const char *want)
{
	GString *out = g_string_new(NULL);

	control_line(s->c, line, out);
	if (!strstr(out->str, want))
		fail_msg("%s: %s instead of %s", line, out->str, want);
	g_string_free(out, TRUE);
}

static void expect_png(const char *path, uint32_t w, uint32_t h)
{
	png_image image = { .version = PNG_IMAGE_VERSION };
	uint8_t *rgb;

	assert_int_equal(png_image_begin_read_from_file(&image, path), 1);
	assert_int_equal(image.format, PNG_FORMAT_RGB);
	assert_int_equal(image.width, w);
	assert_int_equal(image.height, h);
	rgb = malloc(w * h * 3);
	assert_int_equal(png_image_finish_read(&image, NULL, rgb, 0, NULL), 1);
	expect_pixels(rgb, w, h);
	free(rgb);
}

static unsigned int files_in(const char *dir)
{
	unsigned int n = 0;
	struct dirent *e;
	DIR *d = opendir(dir);

	assert_non_null(d);
	while ((e = readdir(d)))
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

static void test_screenshot(void **state)
{
	struct setup *s = *state;
	char path[256], line[300], *cwd = getcwd(NULL, 0);
	struct picture pic;

	run_line(s, "screenshot a.png", "error: nothing is on screen\n");
	start(s);
	show(s, &vga);
	paint32(s, &vga);
	run_line(s, "screenshot a.png", "ok\n");
	snprintf(path, sizeof(path), "%s/a.png", s->dir);
	expect_png(path, 640, 480);
	/* Over an older one, by an absolute name. */
	snprintf(line, sizeof(line), "screenshot %s/%s/a.png", cwd, s->dir);
	memset(vram(s), 0, VRAM_MB << 20);
	paint32(s, &vga);
	run_line(s, line, "640x480 crc ");
	expect_png(path, 640, 480);
	assert_int_equal(files_in(s->dir), 1);
	run_line(s, "screenshot", "error: usage: ");
	run_line(s, "screenshot a b", "error: usage: ");
	run_line(s, "screenshot a.jpg", "error: the name of a screenshot ends in .png\n");
	run_line(s, "screenshot missing/a.png", "error: No such file or directory\n");
	/* The name is taken by a folder: refused, and the half-done file is gone. */
	snprintf(path, sizeof(path), "%s/b.png", s->dir);
	assert_int_equal(mkdir(path, 0700), 0);
	run_line(s, "screenshot b.png", "error: Is a directory\n");
	assert_int_equal(files_in(s->dir), 2);
	assert_null(take(s, &pic));
	picture_free(&pic);
	free(cwd);
}

static void test_status_line(void **state)
{
	struct setup *s = *state;
	uint8_t rects[2 + 16] = { 0, 1 };
	char want[200];
	struct picture pic;

	run_line(s, "display", "present 1 open 1 version 0.0 vram 0 active 0 situations 0 dirts 0");
	start(s);
	show(s, &vga);
	paint32(s, &vga);
	send_message(s, DIRT, rects, sizeof(rects));
	assert_null(take(s, &pic));
	run_line(s, "display", "present 1 open 1 version 3.5 vram 0x1000000 active 1 ");
	run_line(s, "display", " active 1 size 640x480 pitch 2560 bpp 32 ");
	run_line(s, "display", " pitch 2560 bpp 32 situations 1 dirts 1 pointers 0 refused 0 crc ");
	snprintf(want, sizeof(want), " crc %08x\nok\n", picture_crc(&pic));
	picture_free(&pic);
	run_line(s, "display", want);
	run_line(s, "display off", "error: usage: ");
}

/* ---- hostile guests ---- */

static void test_bad_situations(void **state)
{
	static const struct output bad[] = {
		{ 2, 0, 32, 640, 480, 2560 },
		{ 255, 0, 32, 640, 480, 2560 },
		{ 1, 0, 32, 0, 480, 2560 },
		{ 1, 0, 32, 640, 0, 2560 },
		{ 1, 0, 32, 640, 480, 2559 },
		{ 1, 0, 32, 640, 480, 0 },
		{ 1, 0, 0, 640, 480, 2560 },
		{ 1, 0, 8, 640, 480, 2560 },
		{ 1, 0, 24, 640, 480, 2560 },
		{ 1, 0, 255, 640, 480, 2560 },
		{ 1, 0, 16, 640, 480, 1279 },
		{ 1, 0, 32, 16385, 1, 16385 * 4 },
		{ 1, 0, 16, 1, 16385, 2 },
		{ 1, 0, 32, 0xffffffff, 1, 0xfffffffc },
		{ 1, 0, 32, 0x40000000, 1, 0 },
		{ 1, 0, 32, 16384, 16384, 65536 },
		{ 1, 0, 32, 1, 2, 0xffffffff },
		{ 1, 0, 32, 1024, 1024, 4097 },			/* 1023 bytes too long */
		{ 1, 1, 32, 1024, 1024, 4096 },			/* 1 byte too long */
		{ 1, (VRAM_MB << 20) - 3, 32, 1, 1, 4 },
		{ 1, VRAM_MB << 20, 32, 1, 1, 4 },
		{ 1, 0xffffffff, 32, 1, 1, 4 },
	};
	static const struct output most = { 1, 0, 32, 1024, 1024, 4096 };
	struct setup *s = *state;
	struct picture pic;
	uint8_t b[27];

	assert_true(ask_version(s, V3_5));
	situation(b, &vga);
	expect_refused(s, SITUATION, b, 27);		/* no video memory yet */
	expect_no_picture(s, "nothing is on screen");
	start(s);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		situation(b, &bad[i]);
		expect_refused(s, SITUATION, b, 27);
		expect_no_picture(s, "nothing is on screen");
	}
	show(s, &most);
	/* What is on screen stays. */
	situation(b, &bad[0]);
	expect_refused(s, SITUATION, b, 27);
	assert_null(take(s, &pic));
	assert_int_equal(pic.width, 1024);
	picture_free(&pic);
}

static void test_bad_counts(void **state)
{
	struct setup *s = *state;
	uint8_t b[9 + 2 * 18] = { 0 };

	start(s);
	situation(b, &vga);
	expect_refused(s, SITUATION, b, 26);
	expect_refused(s, SITUATION, b, 28);
	expect_refused(s, SITUATION, b, 8);
	b[8] = 0;
	expect_refused(s, SITUATION, b, 9);
	b[8] = 2;
	expect_refused(s, SITUATION, b, 27);
	expect_refused(s, SITUATION, b, sizeof(b));
	b[8] = 255;
	expect_refused(s, SITUATION, b, 27);
	expect_no_picture(s, "nothing is on screen");
}

static void put_rect(uint8_t *p, int32_t x1, int32_t y1, int32_t x2, int32_t y2)
{
	put(p, x1, 4);
	put(p + 4, y1, 4);
	put(p + 8, x2, 4);
	put(p + 12, y2, 4);
}

static void test_dirt(void **state)
{
	struct setup *s = *state;
	uint8_t b[2 + 255 * 16] = { 0, 255 };

	start(s);
	/* Before the first picture, as on each mode change; and a full message. */
	for (unsigned int i = 0; i < 255; i++)
		put_rect(b + 2 + i * 16, i, i, 640, 480);
	send_message(s, DIRT, b, sizeof(b));
	expect_nothing(s);
	assert_int_equal(status(s).dirts, 1);
	assert_int_equal(refused(s), 0);
	expect_refused(s, DIRT, b, sizeof(b) - 16);
	expect_refused(s, DIRT, b, sizeof(b) - 1);
	expect_refused(s, DIRT, b, 2);
	expect_refused(s, DIRT, b, 1);
	b[1] = 1;
	expect_refused(s, DIRT, b, 2 + 32);
	b[0] = 1;
	expect_refused(s, DIRT, b, 2 + 16);
	b[0] = 0;
	put_rect(b + 2, -1, 0, 10, 10);
	expect_refused(s, DIRT, b, 18);
	put_rect(b + 2, 11, 0, 10, 10);
	expect_refused(s, DIRT, b, 18);
	put_rect(b + 2, 0, 11, 10, 10);
	expect_refused(s, DIRT, b, 18);
	put_rect(b + 2, 0, 0, 16385, 10);
	expect_refused(s, DIRT, b, 18);
	put_rect(b + 2, INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX);
	expect_refused(s, DIRT, b, 18);
	assert_int_equal(status(s).dirts, 1);
}

static void test_pointer(void **state)
{
	struct setup *s = *state;
	uint8_t position[11] = { 1, 0 }, shape[22] = { 0xff, 1 };

	start(s);
	send_message(s, POSITION, position, 10);
	put(shape + 2, 96, 4);
	put(shape + 6, 96, 4);
	send_message(s, SHAPE, shape, 22);
	assert_int_equal(status(s).pointers, 2);
	expect_refused(s, POSITION, position, 9);
	expect_refused(s, POSITION, position, 11);
	position[1] = 1;
	expect_refused(s, POSITION, position, 10);
	expect_refused(s, SHAPE, shape, 17);
	put(shape + 2, 97, 4);
	expect_refused(s, SHAPE, shape, 22);
	put(shape + 2, 1, 4);
	put(shape + 6, 0xffffffff, 4);
	expect_refused(s, SHAPE, shape, 22);
	assert_int_equal(status(s).pointers, 2);
}

static void test_before_version(void **state)
{
	static const uint32_t types[] = { LOCATION, SITUATION, POSITION, SHAPE, DIRT, RESOLUTION };
	static const uint32_t lens[] = { 17, 27, 10, 22, 18, 1 };
	struct setup *s = *state;
	uint8_t zeros[32] = { 0 };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		expect_refused(s, types[i], zeros, lens[i]);
	expect_refused(s, VERSION, zeros, 3);
	expect_refused(s, VERSION, zeros, 5);
	start(s);
}

static void test_unknown(void **state)
{
	static const uint32_t types[] = {
		0, VERSION_R, LOCATION_R, SITUATION_R, FEATURES, 11, 12, RESOLUTION_R, 15,
		0xffffffff,
	};
	struct setup *s = *state;
	uint8_t zeros[32] = { 0 };

	start(s);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		expect_refused(s, types[i], zeros, 8);
}

static void expect_packet_refused(struct setup *s, uint16_t type, const uint8_t *b, uint32_t len)
{
	uint64_t before = refused(s);

	assert_true(fake_channel_write(&s->ch, type, false, 1, b, len));
	expect_nothing(s);
	assert_int_equal(refused(s), before + 1);
}

static void test_bad_headers(void **state)
{
	/* pipe type, pipe size, message type, size */
	static const uint32_t good[4] = { 1, 12, VERSION, 12 };
	static const uint32_t shape[4] = { 1, 8 + 25, SHAPE, 8 + 25 };
	static const uint32_t bad[][4] = {
		{ 0, 12, VERSION, 12 }, { 2, 12, VERSION, 12 }, { 1, 13, VERSION, 12 },
		{ 1, 12, VERSION, 13 }, { 1, 0, VERSION, 0 }, { 1, 7, VERSION, 7 },
		{ 1, 17, VERSION, 17 }, { 1, 0x80000000, VERSION, 0x80000000 },
		{ 1, 0xffffffff, VERSION, 0xffffffff },
	};
	struct setup *s = *state;
	uint8_t b[16 + 24] = { 0 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		memcpy(b, bad[i], 16);
		put(b + 16, V3_5, 4);
		expect_packet_refused(s, 6, b, 24);
	}
	expect_packet_refused(s, 6, b, 8);
	expect_packet_refused(s, 6, b, 0);
	memcpy(b, good, 16);
	expect_packet_refused(s, 11, b, 20);
	start(s);
	/* A type with a tail of any length: it must end within the packet. */
	memset(b, 0, sizeof(b));
	memcpy(b, shape, 16);
	expect_packet_refused(s, 6, b, sizeof(b));
	b[4] = 8 + 24;
	b[12] = 8 + 24;
	assert_true(fake_channel_write(&s->ch, 6, false, 1, b, sizeof(b)));
	assert_int_equal(status(s).pointers, 1);
}

/* ---- coming and going ---- */

static void test_close(void **state)
{
	struct setup *s = *state;

	start(s);
	show(s, &vga);
	fake_channel_close(&s->ch);
	expect_no_picture(s, "no driver has opened the display");
	assert_int_equal(fake_channel_open(&s->g, &s->ch, s->relid, 9, 9, 0), 0);
	/* Nothing is left of the earlier driver. */
	expect_no_picture(s, "nothing is on screen");
	assert_int_equal(status(s).version, 0);
	assert_int_equal(status(s).situations, 0);
	start(s);
	show(s, &vga);
}

static void test_plug(void **state)
{
	struct setup *s = *state;
	uint32_t release[3] = { 13, 0, s->relid };
	struct fake_message m;

	start(s);
	show(s, &vga);
	run_line(s, "display plug", "error: the display is there already\n");
	run_line(s, "display unplug", "ok\n");
	run_line(s, "display unplug", "error: the display is not there\n");
	assert_int_equal(fake_guest_expect(&s->g, 2).w[2], s->relid);
	expect_no_picture(s, "the display is unplugged");
	run_line(s, "display", "present 0 open 0 ");
	/* Plugged before the guest has let go of the first, it comes when that is gone. */
	run_line(s, "display plug", "ok\n");
	fake_guest_expect_nothing(&s->g);
	fake_guest_post(&s->g, release, 3);
	m = fake_guest_expect(&s->g, 1);
	assert_int_not_equal(m.w[46], s->relid);
	fake_channel_forget(&s->ch);
	s->relid = m.w[46];
	assert_int_equal(fake_channel_open(&s->g, &s->ch, s->relid, 9, 9, 0), 0);
	start(s);
	show(s, &vga);
	run_line(s, "display", "present 1 open 1 version 3.5 ");
}

/* Somebody else withdraws the channel. */
static void test_rescinded(void **state)
{
	struct setup *s = *state;
	uint32_t release[3] = { 13, 0, s->relid };

	start(s);
	show(s, &vga);
	host_enter(&s->g.host);
	vmbus_rescind(vmbus_find(s->g.bus, "video"));
	host_leave(&s->g.host);
	expect_no_picture(s, "no driver has opened the display");
	fake_guest_expect(&s->g, 2);
	fake_guest_post(&s->g, release, 3);
	expect_no_picture(s, "the display is unplugged");
	run_line(s, "display plug", "ok\n");
}

static void test_new(void **state)
{
	struct display_config c = { .name = "video", .vram_megabytes = 8 };
	struct setup *s = *state;

	host_enter(&s->g.host);
	assert_null(display_new(&s->g.host, s->g.bus, &c));	/* the name is taken */
	strcpy(c.name, "second");
	assert_null(display_new(&s->g.host, s->g.bus, &c));	/* the instance is taken */
	c.instance.b[0] = 1;
	c.vram_megabytes = DISPLAY_MAX_VRAM_MB + 1;
	assert_null(display_new(&s->g.host, s->g.bus, &c));
	c.vram_megabytes = 0;
	c.num_modes = DISPLAY_MAX_MODES + 1;
	assert_null(display_new(&s->g.host, s->g.bus, &c));
	host_leave(&s->g.host);
}

static void test_parse_modes(void **state)
{
	static const char * const bad[] = {
		"", "x", "1024", "1024x", "x768", "1024x768+", "1024x768,", "+1024x768",
		"1024x768x", "1024x768 ", " 1024x768", "1024x768;1x1", "1024X768", "-64x64",
		"+64x64", "64x+64", "64x-64", "63x64", "64x63", "16385x64", "64x16385", "0x64",
		"99999999999999999999x64", "64x64++64x64",
	};
	struct display_config c = { .num_modes = 7 };
	const char *err;
	char many[65 * 6 + 1] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = NULL;
		if (display_parse_modes(&c, bad[i], &err) || !err)
			fail_msg("\"%s\" was taken", bad[i]);
		assert_int_equal(c.num_modes, 7);
	}
	assert_true(display_parse_modes(&c, "64x16384", &err));
	assert_int_equal(c.num_modes, 1);
	assert_true(display_parse_modes(&c, "1024x768+1920x1080,640x480", &err));
	assert_int_equal(c.num_modes, 3);
	assert_int_equal(c.modes[1].width, 1920);
	assert_int_equal(c.modes[1].height, 1080);
	assert_int_equal(c.modes[2].width, 640);
	for (int i = 0; i < 64; i++)
		strcat(many, i ? "+64x64" : "64x64");
	assert_true(display_parse_modes(&c, many, &err));
	assert_int_equal(c.num_modes, 64);
	strcat(many, "+64x64");
	assert_false(display_parse_modes(&c, many, &err));
	assert_string_equal(err, "a mode list has at most 64 modes");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_versions), T(test_resolutions), T(test_location), T(test_features),
		cmocka_unit_test_setup_teardown(test_features_no_dirt, setup_no_dirt, teardown),
		T(test_picture), T(test_picture_16), cmocka_unit_test(test_crc), T(test_screenshot),
		T(test_status_line), T(test_bad_situations), T(test_bad_counts), T(test_dirt),
		T(test_pointer), T(test_before_version), T(test_unknown), T(test_bad_headers),
		T(test_close), T(test_plug), T(test_rescinded), T(test_new),
		cmocka_unit_test(test_parse_modes),
	};

	return cmocka_run_group_tests_name("display", tests, NULL, NULL);
}
