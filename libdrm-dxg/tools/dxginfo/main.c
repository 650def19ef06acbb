// SPDX-License-Identifier: MIT
/*
 * dxginfo: what there is of dxg adapters, and what is missing if there is none.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "facts.h"
#include "layers.h"
#include "machine.h"
#include "out.h"

/* Exit codes. */
enum {
	EXIT_COMPLETE = 0,	/* at least one adapter, and all of them work */
	EXIT_INCOMPLETE = 1,	/* no adapter, or a layer of one is missing */
	EXIT_USAGE = 2,		/* wrong arguments */
};

struct options {
	bool json;
	bool layers;
};

/* A folder of the machine, which tests put elsewhere. */
static const char *where(const char *variable, const char *usual)
{
	const char *path = getenv(variable);

	return path && *path ? path : usual;
}

static void print_usage(FILE *file)
{
	fputs("Usage: dxginfo [--json] [--layers]\n"
	      "Show the dxg adapters of this machine, or which layer is missing.\n"
	      "\n"
	      "  --json      write JSON\n"
	      "  --layers    write the pass/fail line of each layer also when all pass\n"
	      "  --help      write this\n"
	      "  --version   write the version\n"
	      "\n"
	      "Exit code: 0 all adapters work, 1 there is none or a layer is missing,\n"
	      "2 wrong arguments.\n", file);
}

/* Returns -1 to go on, or the exit code. */
static int parse_options(int argc, char **argv, struct options *options)
{
	static const struct option list[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "layers", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", list, NULL)) != -1) {
		switch (c) {
		case 'j':
			options->json = true;
			break;
		case 'l':
			options->layers = true;
			break;
		case 'h':
			print_usage(stdout);
			return EXIT_COMPLETE;
		case 'V':
			puts("dxginfo " DXG_VERSION);
			return EXIT_COMPLETE;
		default:
			print_usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "dxginfo: unexpected argument '%s'\n", argv[optind]);
		print_usage(stderr);
		return EXIT_USAGE;
	}
	return -1;
}

/* One adapter. Returns whether it works. */
static bool print_adapter(struct out *o, const struct options *options,
			  const struct machine *m, const struct function *f)
{
	struct layer layers[LAYER_COUNT];
	struct facts facts;
	bool good;

	facts_open(&facts, f, where("DXGINFO_PROC", "/proc"));
	good = layers_judge(layers, m, f, &facts);
	out_object(o, NULL, NULL);
	out_bool(o, "works", NULL, good);
	facts_print(o, &facts, f);
	if (!good || options->layers || o->json)
		layers_print(o, layers);
	out_object_end(o);
	out_line(o, "%s", "");
	facts_close(&facts);
	return good;
}

static bool print_machine(struct out *o, const struct options *options, const struct machine *m)
{
	bool good = m->function_count > 0;
	struct layer layers[LAYER_COUNT];
	size_t i;

	out_object(o, NULL, NULL);
	out_string(o, "dxginfo", NULL, DXG_VERSION);
	if (!m->function_count)
		out_line(o, "No dxg adapter.");
	out_array(o, "adapters", NULL);
	for (i = 0; i < m->function_count; i++)
		if (!print_adapter(o, options, m, &m->functions[i]))
			good = false;
	out_array_end(o);
	if (m->functions_dropped)
		out_line(o, "%zu more adapters are not shown.", m->functions_dropped);
	if (!m->function_count) {
		layers_judge(layers, m, NULL, NULL);
		layers_print(o, layers);
	}
	out_bool(o, "works", NULL, good);
	out_object_end(o);
	return good;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	struct out o = { .file = stdout };
	struct machine *m;
	bool good;
	int ret;

	ret = parse_options(argc, argv, &options);
	if (ret >= 0)
		return ret;
	o.json = options.json;

	m = machine_read(where("DXGINFO_SYSFS", "/sys"), where("DXGINFO_DEV", "/dev"));
	if (!m) {
		fprintf(stderr, "dxginfo: out of memory\n");
		return EXIT_INCOMPLETE;
	}
	good = print_machine(&o, &options, m);
	free(m);
	if (fflush(stdout)) {
		perror("dxginfo");
		return EXIT_INCOMPLETE;
	}
	return good ? EXIT_COMPLETE : EXIT_INCOMPLETE;
}
