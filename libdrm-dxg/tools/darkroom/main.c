// SPDX-License-Identifier: MIT
/*
 * dxg-darkroom: develop a picture on the GPU.
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "develop.h"

/** struct options - The command line. */
struct options {
	const char *in, *out, *device;
	const struct op *op;
	uint32_t width, height;		/* of the result, 0: not given */
	bool verify, cpu;
};

static void usage(FILE *f)
{
	const struct op *op;

	fprintf(f,
		"usage: dxg-darkroom [OPTION]... --op NAME IN.png OUT.png\n"
		"Develop a picture on the GPU and write the result.\n\n"
		"  -o, --op NAME       what to do:\n");
	for (unsigned int i = 0; (op = op_at(i)); i++)
		fprintf(f, "                        %-11s %s\n", op->name, op->what);
	fprintf(f,
		"  -s, --size WxH      size of the result of scale (default: half of each side)\n"
		"  -d, --device NODE   the render node (default: the first adapter's)\n"
		"  -v, --verify        compute the same on the CPU; fail if a pixel differs\n"
		"      --cpu           compute on the CPU only\n"
		"  -h, --help          this text\n\n"
		"Exit status: 0 done, 1 failed, 2 wrong use.\n");
}

static bool parse_size(const char *text, uint32_t *width, uint32_t *height)
{
	int end = 0;

	return sscanf(text, "%5ux%5u%n", width, height, &end) == 2 && !text[end] && *width &&
	       *height && *width <= PICTURE_MAX_SIDE && *height <= PICTURE_MAX_SIDE &&
	       (uint64_t)*width * *height <= PICTURE_MAX_PIXELS;
}

/* 0 to go on, else the exit status plus 1. */
static int parse(int argc, char **argv, struct options *o)
{
	static const struct option longs[] = {
		{ "op", required_argument, NULL, 'o' },
		{ "size", required_argument, NULL, 's' },
		{ "device", required_argument, NULL, 'd' },
		{ "verify", no_argument, NULL, 'v' },
		{ "cpu", no_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{}
	};
	int c;

	while ((c = getopt_long(argc, argv, "o:s:d:vh", longs, NULL)) != -1) {
		switch (c) {
		case 'o':
			o->op = op_find(optarg);
			if (!o->op) {
				fprintf(stderr, "dxg-darkroom: no operation '%s'; see --help\n",
					optarg);
				return 3;
			}
			break;
		case 's':
			if (!parse_size(optarg, &o->width, &o->height)) {
				fprintf(stderr, "dxg-darkroom: bad size '%s'\n", optarg);
				return 3;
			}
			break;
		case 'd':
			o->device = optarg;
			break;
		case 'v':
			o->verify = true;
			break;
		case 'c':
			o->cpu = true;
			break;
		case 'h':
			usage(stdout);
			return 1;
		default:
			return 3;
		}
	}
	if (!o->op || argc - optind != 2 || (o->width && !o->op->resizes)) {
		usage(stderr);
		return 3;
	}
	o->in = argv[optind];
	o->out = argv[optind + 1];
	return 0;
}

static int open_device(const struct options *o, struct dxg_device **dev)
{
	struct dxg_adapter **adapters;
	int count, ret;

	if (o->device) {
		ret = dxg_device_open(o->device, dev);
		if (ret)
			fprintf(stderr, "dxg-darkroom: %s: %s\n", o->device, strerror(-ret));
		return ret;
	}
	count = dxg_adapters_get(&adapters);
	ret = count < 0 ? count : -ENODEV;
	for (int i = 0; i < count && ret; i++) {
		if (adapters[i]->render_node)
			ret = dxg_device_open(adapters[i]->render_node, dev);
	}
	if (count >= 0)
		dxg_adapters_free(adapters);
	if (ret)
		fprintf(stderr, "dxg-darkroom: no adapter: %s; ask dxginfo\n", strerror(-ret));
	return ret;
}

static int on_gpu(const struct options *o, const struct picture *src, struct picture *dst)
{
	struct drm_dxg_device_info info;
	struct dxg_device *dev;
	struct timespec a, b;
	int ret;

	ret = open_device(o, &dev);
	if (ret)
		return ret;
	clock_gettime(CLOCK_MONOTONIC, &a);
	ret = develop(dev, o->op, src, dst);
	clock_gettime(CLOCK_MONOTONIC, &b);
	if (ret)
		fprintf(stderr, "dxg-darkroom: cannot %s: %s\n", develop_step, strerror(-ret));
	else if (!dxg_device_get_info(dev, &info))
		printf("%s: %u x %u to %u x %u on %s, %ld ms\n", o->op->name, src->width,
		       src->height, dst->width, dst->height, (const char *)info.description,
		       (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000);
	dxg_device_unref(dev);
	return ret;
}

/* The number of pixels that differ from the reference, or -1 without memory. */
static long differences(const struct options *o, const struct picture *src,
			const struct picture *dst)
{
	struct picture want;
	long n = 0;

	if (picture_new(&want, dst->width, dst->height))
		return -1;
	o->op->reference(src, &want);
	for (size_t i = 0; i < (size_t)dst->width * dst->height; i++)
		n += dst->pixels[i] != want.pixels[i];
	picture_free(&want);
	return n;
}

static int process(const struct options *o, const struct picture *src, struct picture *dst)
{
	const char *why;
	long n;

	if (o->cpu)
		o->op->reference(src, dst);
	else if (on_gpu(o, src, dst))
		return 1;
	if (o->verify) {
		n = differences(o, src, dst);
		if (n) {
			fprintf(stderr, n < 0 ? "dxg-darkroom: no memory to verify\n" :
				"dxg-darkroom: %ld pixels differ from the CPU's\n", n);
			return 1;
		}
		printf("%s: all %zu pixels equal the CPU's\n", o->op->name,
		       (size_t)dst->width * dst->height);
	}
	if (picture_save(o->out, dst, &why)) {
		fprintf(stderr, "dxg-darkroom: %s: %s\n", o->out, why);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct options o = {};
	struct picture src, dst;
	const char *why;
	int ret;

	ret = parse(argc, argv, &o);
	if (ret)
		return ret - 1;
	if (picture_load(o.in, &src, &why)) {
		fprintf(stderr, "dxg-darkroom: %s: %s\n", o.in, why);
		return 1;
	}
	if (!o.op->resizes) {
		o.width = src.width;
		o.height = src.height;
	} else if (!o.width) {
		o.width = (src.width + 1) / 2;
		o.height = (src.height + 1) / 2;
	}
	if (picture_new(&dst, o.width, o.height)) {
		fprintf(stderr, "dxg-darkroom: %s\n", strerror(ENOMEM));
		picture_free(&src);
		return 1;
	}
	ret = process(&o, &src, &dst);
	picture_free(&dst);
	picture_free(&src);
	return ret;
}
