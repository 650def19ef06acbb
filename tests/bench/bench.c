// SPDX-License-Identifier: MIT
/*
 * What the driver's operations cost, in a guest of vm/run with instructions counted:
 * tests/bench/run boots it and makes text of what this prints, one JSON object.
 *
 * usage: dxg-bench [KEY=N]...    KEY: repeats clients objects closed seconds
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "bench.h"

void fail(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fprintf(stderr, "dxg-bench: ");
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	exit(1);
}

/* ---- JSON ---- */

static bool more;

void begin_array(const char *name)
{
	printf("\"%s\":[\n", name);
	more = false;
}

void next_element(void)
{
	if (more)
		printf(",");
	more = true;
}

void end_array(void)
{
	printf("],\n");
}

void print_counters(const struct counters *c)
{
	printf("\"awaits\":%.3f,\"requests\":%.3f,\"messages\":%.3f,\"events\":%.3f,", c->awaits,
	       c->requests, c->messages, c->events);
	printf("\"bytes\":%.1f,\"interrupts\":%.3f,\"instructions\":%.0f,", c->bytes,
	       c->interrupts, c->instructions);
	printf("\"switches\":%.3f,\"ns\":%.0f", c->switches, c->ns);
}

/* ---- measuring ---- */

static int order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/*
 * Medians; but the least of what only grows when something else runs meanwhile, or when
 * the host takes longer. struct counters has nothing but doubles.
 */
struct counters typical(const struct counters *all, unsigned int n)
{
	struct counters result;
	double column[ROUNDS], *to = (double *)&result;

	for (size_t k = 0; k < sizeof(result) / sizeof(double); k++) {
		double *at = &to[k];

		for (unsigned int i = 0; i < n; i++)
			column[i] = ((const double *)&all[i])[k];
		qsort(column, n, sizeof(double), order);
		*at = column[n / 2];
		if (at == &result.instructions || at == &result.switches || at == &result.ns)
			*at = column[0];
	}
	return result;
}

void print_typical(const char *name, const struct counters *all, unsigned int n, double awaits)
{
	struct counters c = typical(all, n);

	c.awaits = awaits;
	next_element();
	printf("{\"name\":\"%s\",", name);
	print_counters(&c);
	printf("}\n");
}

static struct counters once(unsigned int count, void (*one)(void *), void (*end)(void *),
			    void *ctx)
{
	struct counters begin;

	counters_begin(&begin);
	for (unsigned int i = 0; i < count; i++)
		one(ctx);
	end(ctx);
	return counters_since(&begin, count);
}

double measure_awaits(unsigned int count, void (*one)(void *ctx), void (*end)(void *ctx),
		      void *ctx)
{
	double before = awaits();

	awaits_count(true);
	for (unsigned int i = 0; i < count; i++)
		one(ctx);
	end(ctx);
	awaits_count(false);
	return (awaits() - before) / count;
}

struct counters measure(const char *name, unsigned int count, void (*one)(void *ctx),
			void (*end)(void *ctx), void *ctx)
{
	struct counters all[ROUNDS];

	if (!name)
		return once(count, one, end, ctx);
	/* The first time is not like the others: pages are touched, workers made. */
	once(count, one, end, ctx);
	for (unsigned int i = 0; i < ROUNDS; i++)
		all[i] = once(count, one, end, ctx);
	print_typical(name, all, ROUNDS, measure_awaits(count, one, end, ctx));
	return all[0];
}

/* ---- */

static void parse(struct sizes *s, const char *word)
{
	const struct {
		const char *key;
		unsigned int *to, most;
	} keys[] = {
		{ "repeats", &s->repeats, 10000 }, { "clients", &s->clients, 256 },
		{ "objects", &s->objects, 1000000 }, { "closed", &s->closed, 100000 },
		{ "seconds", &s->seconds, 3600 },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		size_t n = strlen(keys[i].key);
		char *end;

		if (strncmp(word, keys[i].key, n) || word[n] != '=')
			continue;
		*keys[i].to = strtoul(word + n + 1, &end, 10);
		if (*end || !*keys[i].to || *keys[i].to > keys[i].most)
			fail("%s: from 1 to %u", word, keys[i].most);
		return;
	}
	fail("%s: no such word", word);
}

int main(int argc, char **argv)
{
	struct sizes s = {
		.repeats = 200, .clients = 64, .objects = 100000, .closed = 10000, .seconds = 300,
	};

	for (int i = 1; i < argc; i++)
		parse(&s, argv[i]);
	/* What is there is read while it grows, and not printed again by processes forked. */
	setlinebuf(stdout);
	host_open();
	awaits_open();
	printf("{\n");
	begin_array("operations");
	bench_echo(&s);
	bench_operations(&s);
	end_array();
	begin_array("clients");
	bench_clients(&s);
	end_array();
	bench_locks(&s);
	bench_memory(&s);
	bench_ends(&s);
	begin_array("objects");
	bench_objects(&s);
	end_array();
	printf("\"repeats\":%u,\"rounds\":%u\n}\n", s.repeats, ROUNDS);
	return 0;
}
