// SPDX-License-Identifier: GPL-2.0
/*
 * The plugin's options, "KEY=VALUE" each. What is not the plugin's own belongs
 * to the machine or to one of its services. An unknown key or a malformed value
 * is an error: a test must not run on something else than it asked for.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

static char error[256];

static bool parse_u64(const char *text, uint64_t max, uint64_t *out)
{
	unsigned long long v;
	char *end;

	if (*text < '0' || *text > '9')		/* strtoull() takes signs and spaces */
		return false;
	errno = 0;
	v = strtoull(text, &end, 0);
	if (errno || *end || v > max)
		return false;
	*out = v;
	return true;
}

static bool parse_bool(const char *text, bool *out)
{
	if (strcmp(text, "on") && strcmp(text, "off"))
		return false;
	*out = !strcmp(text, "on");
	return true;
}

enum kind { STRING, NUMBER, BOOL };

struct option {
	const char *key;
	enum kind kind;
	uint64_t max;		/* of a NUMBER */
	void *value;		/* const char *, uint64_t, bool */
};

static const char *set_one(const struct option *t, const char *value)
{
	bool ok = true;

	switch (t->kind) {
	case STRING:
		*(const char **)t->value = value;
		ok = *value;
		break;
	case NUMBER:
		ok = parse_u64(value, t->max, t->value);
		break;
	case BOOL:
		ok = parse_bool(value, t->value);
		break;
	}
	if (ok)
		return NULL;
	if (t->kind == NUMBER)
		snprintf(error, sizeof(error), "%s=%s: a number from 0 to %llu is wanted", t->key,
			 value, (unsigned long long)t->max);
	else
		snprintf(error, sizeof(error), "%s=%s: %s is wanted", t->key, value,
			 t->kind == BOOL ? "on or off" : "a name");
	return error;
}

static const char *no_option(const char *key)
{
	snprintf(error, sizeof(error), "option %s= is missing", key);
	return error;
}

const char *options_parse(struct options *o, int argc, char **argv)
{
	uint64_t gpus = 1, echo = 0;
	const struct option table[] = {
		{ "ram", STRING, 0, &o->ram },
		{ "below4g", NUMBER, GMEM_4GIB, &o->below4g },
		{ "qtest", STRING, 0, &o->qtest },
		{ "log", STRING, 0, &o->log },
		{ "debug", BOOL, 0, &o->debug },
		{ "tsc", BOOL, 0, &o->tsc },
		{ "count", BOOL, 0, &o->count },
		{ "gpus", NUMBER, GPUPV_MAX_GPUS, &gpus },
		{ "echo", NUMBER, MACHINE_MAX_ECHO, &echo },
	};
	const size_t n = sizeof(table) / sizeof(table[0]);

	memset(o, 0, sizeof(*o));
	o->tsc = true;
	machine_config_init(&o->machine);
	for (int i = 0; i < argc; i++) {
		const char *eq = strchr(argv[i], '='), *err;
		size_t k;

		if (!eq || eq == argv[i]) {
			snprintf(error, sizeof(error), "%s: KEY=VALUE is wanted", argv[i]);
			return error;
		}
		for (k = 0; k < n; k++)
			if (strlen(table[k].key) == (size_t)(eq - argv[i]) &&
			    !strncmp(argv[i], table[k].key, eq - argv[i]))
				break;
		if (k < n) {
			err = set_one(&table[k], eq + 1);
		} else {
			err = machine_config_option(&o->machine, argv[i]);
			if (err) {
				snprintf(error, sizeof(error), "%s: %s", argv[i], err);
				return error;
			}
		}
		if (err)
			return err;
	}
	o->machine.gpus = gpus;
	o->machine.echo = echo;
	if (!o->ram)
		return no_option("ram");
	if (!o->below4g)
		return no_option("below4g");
	if (!o->qtest)
		return no_option("qtest");
	return NULL;
}
