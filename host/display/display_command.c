// SPDX-License-Identifier: GPL-2.0
/* The control commands of the display: "screenshot PATH" and "display [plug|unplug]". */
#include <string.h>

#include "../base/log.h"
#include "display.h"

/*
 * The guest can ask for it, too, so only names of pictures are taken: nothing
 * else of the machine can be written over.
 */
static const char *take_command(void *arg, int argc, char **argv, GString *out)
{
	struct display *d = arg;
	struct host *h = display_host(d);
	struct picture pic;
	const char *err;
	char *path;
	int ret;

	if (argc != 2)
		return "usage: screenshot PATH";
	if (!g_str_has_suffix(argv[1], ".png"))
		return "the name of a screenshot ends in .png";
	err = display_take(d, &pic);
	if (err)
		return err;
	/* An absolute name stays as it is. */
	path = g_canonicalize_filename(argv[1], display_run_dir(d));
	g_string_append_printf(out, "%ux%u crc %08x\n", pic.width, pic.height, picture_crc(&pic));
	/* The picture is a copy: compressing it need not hold up the guest. */
	host_leave(h);
	ret = picture_write_png(&pic, path);
	host_enter(h);
	if (ret)
		log_info("display", "screenshot %s: %s", path, g_strerror(-ret));
	else
		log_info("display", "screenshot %s, %ux%u", path, pic.width, pic.height);
	picture_free(&pic);
	g_free(path);
	return ret ? g_strerror(-ret) : NULL;
}

static void append_status(struct display *d, GString *out)
{
	struct display_status s;
	struct picture pic;

	display_get_status(d, &s);
	g_string_append_printf(out, "present %d open %d version %u.%u vram %#llx active %d",
			       s.present, s.open, s.version & 0xffff, s.version >> 16,
			       (unsigned long long)s.vram, s.active);
	if (s.active)
		g_string_append_printf(out, " size %ux%u pitch %u bpp %u", s.width, s.height,
				       s.pitch, s.bpp);
	g_string_append_printf(out, " situations %llu dirts %llu pointers %llu refused %llu",
			       (unsigned long long)s.situations, (unsigned long long)s.dirts,
			       (unsigned long long)s.pointers, (unsigned long long)s.refused);
	if (!display_take(d, &pic)) {
		g_string_append_printf(out, " crc %08x", picture_crc(&pic));
		picture_free(&pic);
	}
	g_string_append_c(out, '\n');
}

static const char *display_command(void *arg, int argc, char **argv, GString *out)
{
	struct display *d = arg;

	if (argc == 1)
		append_status(d, out);
	else if (argc == 2 && !strcmp(argv[1], "plug"))
		return display_plug(d) ? NULL : "the display is there already";
	else if (argc == 2 && !strcmp(argv[1], "unplug"))
		return display_unplug(d) ? NULL : "the display is not there";
	else
		return "usage: display [plug|unplug]";
	return NULL;
}

void display_register(struct display *d, struct control *c)
{
	control_register(c, "screenshot", "screenshot PATH.png", take_command, d);
	control_register(c, "display", "display [plug|unplug]", display_command, d);
}
