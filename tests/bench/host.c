// SPDX-License-Identifier: MIT
/*
 * Counters: those of the host, asked over its port as vm/control/hostctl.c does it,
 * and the guest's own. One port, kept open, so that nothing else uses it meanwhile.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define PORT_NAME	"org.dxg.host"
#define ANSWER_MS	60000

static int port = -1;
static struct counters own;		/* what the counting costs */

void host_open(void)
{
	DIR *d = opendir("/sys/class/virtio-ports");
	struct dirent *e;

	while (d && port < 0 && (e = readdir(d))) {
		char path[512], name[64] = "";
		FILE *f;

		snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", e->d_name);
		f = e->d_name[0] == '.' ? NULL : fopen(path, "re");
		if (!f)
			continue;
		if (fgets(name, sizeof(name), f))
			name[strcspn(name, "\n")] = 0;
		fclose(f);
		if (strcmp(name, PORT_NAME))
			continue;
		snprintf(path, sizeof(path), "/dev/%s", e->d_name);
		port = open(path, O_RDWR | O_CLOEXEC);
	}
	if (d)
		closedir(d);
	if (port < 0)
		fail("no port " PORT_NAME ": this is no guest of vm/run");
}

/* One character of the answer. */
static char next_char(void)
{
	static char b[65536];
	static ssize_t have, at;
	struct pollfd p = { .fd = port, .events = POLLIN };

	while (at == have) {
		if (poll(&p, 1, ANSWER_MS) <= 0)
			fail("the host does not answer");
		have = read(port, b, sizeof(b));
		at = 0;
		if (have <= 0)
			fail("the host's port: %zd", have);
	}
	return b[at++];
}

static bool next_line(char *line, size_t size)
{
	size_t len = 0;
	char c;

	while ((c = next_char()) != '\n')
		if (len + 1 < size)
			line[len++] = c;
	line[len] = 0;
	if (!strncmp(line, "error: ", 7))
		fail("the host: %s", line);
	return strcmp(line, "ok");
}

static void ask(const char *request)
{
	size_t len = strlen(request);

	if (write(port, request, len) != (ssize_t)len)
		fail("the host's port: %s", strerror(errno));
}

/*
 * How long operations on memory take on the host. Without time they end before they are
 * answered, and thousands of them need not be waited for.
 */
void host_paging(bool quick)
{
	char line[256];

	ask(quick ? "gpupv set paging-delay 0\n" : "gpupv set paging-delay 300\n");
	while (next_line(line, sizeof(line)))
		;
}

static double instructions(void)
{
	double n = 0, sum = 0;
	char line[256];

	ask("instructions\n");
	while (next_line(line, sizeof(line)))
		if (sscanf(line, "instructions %lf", &n) == 1)
			sum = n;
	return sum;
}

static void messages(struct counters *c)
{
	double count, async;
	char line[512];

	ask("gpupv stats\n");
	while (next_line(line, sizeof(line))) {
		if (sscanf(line, "command %*s count %lf async %lf", &count, &async) == 2) {
			c->requests += count - async;
			c->messages += async;
		} else if (sscanf(line, "event %*s count %lf", &count) == 1) {
			c->events += count;
		}
	}
}

/* All channels but the echo channels: those are not the driver's. */
static void rings(struct counters *c)
{
	double in, out, interrupts;
	char line[512], name[32];

	ask("channels\n");
	while (next_line(line, sizeof(line))) {
		if (sscanf(line, "channel %31s relid %*u %*s in %*u/%lf out %*u/%lf interrupts %lf",
			   name, &in, &out, &interrupts) != 4 || !strncmp(name, "echo", 4))
			continue;
		c->bytes += in + out;
		c->interrupts += interrupts;
	}
}

static double switches(void)
{
	double n = 0;
	char line[4096];
	FILE *f = fopen("/proc/stat", "re");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "ctxt %lf", &n) == 1)
			break;
	if (f)
		fclose(f);
	return n;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void begin(struct counters *c)
{
	memset(c, 0, sizeof(*c));
	messages(c);
	rings(c);
	c->switches = switches();
	c->instructions = instructions();
	c->ns = now();
}

static struct counters since(const struct counters *b)
{
	struct counters c = { .ns = now() };

	c.instructions = instructions();
	c.switches = switches();
	messages(&c);
	rings(&c);
	c.requests -= b->requests;
	c.messages -= b->messages;
	c.events -= b->events;
	c.bytes -= b->bytes;
	c.interrupts -= b->interrupts;
	c.instructions -= b->instructions;
	c.switches -= b->switches;
	c.ns -= b->ns;
	return c;
}

/* Until the driver sends nothing any more, and for a minute at most. */
void host_settle(void)
{
	struct counters last = { .requests = -1 }, c;

	for (unsigned int i = 0; i < 120; i++) {
		memset(&c, 0, sizeof(c));
		messages(&c);
		if (c.requests == last.requests)
			return;
		last = c;
		usleep(500000);
	}
}

/* The first time, find out what it costs: the least of some times. */
void counters_begin(struct counters *c)
{
	for (unsigned int i = 0; !own.instructions && i < 8; i++) {
		struct counters empty, cost;

		begin(&empty);
		cost = since(&empty);
		if (!i || cost.instructions < own.instructions)
			own = cost;
	}
	begin(c);
}

struct counters counters_since(const struct counters *b, double n)
{
	struct counters c = since(b);

	c.requests /= n;
	c.messages /= n;
	c.events /= n;
	c.bytes /= n;
	c.interrupts /= n;
	c.instructions = (c.instructions - own.instructions) / n;
	c.switches = (c.switches - own.switches) / n;
	c.ns = (c.ns - own.ns) / n;
	return c;
}

/* ---- awaited replies ---- */

void tracing_put(const char *file, const char *text)
{
	char path[256];
	int fd;

	snprintf(path, sizeof(path), TRACING "%s", file);
	/* Probes are appended to those that there are. */
	fd = open(path, O_WRONLY | O_CLOEXEC |
		  (strcmp(file, "kprobe_events") ? O_TRUNC : O_APPEND));
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail("%s: %s: %s", file, text, strerror(errno));
	close(fd);
}

/* Each is called by a thread that then sleeps until the host has replied. */
void awaits_open(void)
{
	tracing_put("kprobe_events", "p:dxgbench/run dxg:dxg_request_run\n");
	tracing_put("kprobe_events", "p:dxgbench/bind dxg:dxg_bind_job_run\n");
	tracing_put("kprobe_events", "p:dxgbench/idle dxg:dxg_quarantine_wait_idle\n");
}

void awaits_count(bool on)
{
	tracing_put("events/dxgbench/enable", on ? "1" : "0");
}

double awaits(void)
{
	FILE *f = fopen(TRACING "kprobe_profile", "re");
	char line[256], name[64];
	double n, sum = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%63s %lf", name, &n) == 2)
			sum += n;
	if (f)
		fclose(f);
	return sum;
}

double kernel_memory(void)
{
	static const char *const kinds[] = {
		"Slab", "KernelStack", "PageTables", "SecPageTables", "VmallocUsed", "Percpu",
	};
	FILE *f = fopen("/proc/meminfo", "re");
	char line[256], name[64];
	double kib, sum = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%63[^:]: %lf kB", name, &kib) != 2)
			continue;
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			sum += strcmp(name, kinds[i]) ? 0 : kib * 1024;
	}
	if (f)
		fclose(f);
	return sum;
}
