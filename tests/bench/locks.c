// SPDX-License-Identifier: MIT
/*
 * Which locks the submissions of two clients share, to queues of each kind: those that both
 * take, while each submits alone, in the ioctl, in workers and in interrupts.
 *
 * Probes on the kernel's lock functions tell the address of each lock that is taken and
 * who takes it. What only code outside of the driver and of what it stands on takes (run
 * queues, timers, memory) is not looked at: any program shares that with any other.
 */
#include <stdlib.h>
#include <string.h>
#include <xf86drm.h>

#include "bench.h"

#define JOBS		32u
/* Taken so often, a lock is not that of a single job, whose memory has served again. */
#define OFTEN		(JOBS / 2)
#define MAX_TAKEN	65536u

static const char *const functions[] = {
	"_raw_spin_lock", "_raw_spin_lock_irq", "_raw_spin_lock_irqsave", "_raw_spin_lock_bh",
	"_raw_spin_trylock", "_raw_read_lock", "_raw_write_lock", "mutex_lock",
	"mutex_lock_interruptible", "mutex_lock_killable", "mutex_trylock", "ww_mutex_lock",
	"ww_mutex_lock_interruptible", "down_read", "down_read_killable", "down_write",
	"down_write_killable",
};

/* One lock taken. */
struct taken {
	uint64_t lock, caller;
};

/* A client, and what it submits to. */
struct party {
	struct client c;
	struct dxg_queue *context, *parent, *hw, *bind;
	struct dxg_bo *bo;
	uint64_t range;
	unsigned int pages;	/* bound so far */
};

struct kind {
	const char *name;
	bool (*there)(const struct party *p);
	void (*submit)(struct party *p);
};

struct phase {
	struct taken taken[MAX_TAKEN];
	size_t count;
};

static struct symbol {
	uint64_t at;
	char name[64];		/* with the module, as in /proc/kallsyms */
} *symbols;
static size_t symbol_count;

/* ---- who calls ---- */

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void read_symbols(void)
{
	FILE *f = fopen("/proc/kallsyms", "re");
	char line[512], name[128], module[64];
	unsigned long long at;
	size_t room = 0;
	char type;

	while (f && fgets(line, sizeof(line), f)) {
		int n = sscanf(line, "%llx %c %127s %63s", &at, &type, name, module);

		if (n < 3 || !strchr("tTwW", type))
			continue;
		if (symbol_count == room) {
			room = room ? 2 * room : 1 << 16;
			symbols = realloc(symbols, room * sizeof(*symbols));
			if (!symbols)
				fail("no memory");
		}
		symbols[symbol_count].at = at;
		snprintf(symbols[symbol_count++].name, sizeof(symbols->name), "%.40s%s%.20s", name,
			 n > 3 ? " " : "", n > 3 ? module : "");
	}
	if (f)
		fclose(f);
	if (!symbol_count || !symbols[symbol_count - 1].at)
		fail("/proc/kallsyms has no addresses");
	qsort(symbols, symbol_count, sizeof(*symbols), by_address);
}

static const char *name_of(uint64_t address)
{
	size_t low = 0, high = symbol_count;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (symbols[mid].at <= address)
			low = mid;
		else
			high = mid;
	}
	return symbols[low].name;
}

/* Of the driver, or of what it stands on and could serialise its clients in. */
static bool ours(const char *name)
{
	static const char *const words[] = {
		"[dxg]", "[drm", "[gpu_sched]", "[hv_vmbus]", "dma_fence", "dma_resv",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

/* ---- what is taken ---- */

static void probe(void)
{
	char text[256];

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		snprintf(text, sizeof(text),
			 "p:dxglock/p%zu %s lock=%%di:x64 caller=+0(%%sp):x64\n", i, functions[i]);
		tracing_put("kprobe_events", text);
	}
}

static void record(struct phase *p, struct party *who, const struct kind *kind)
{
	unsigned long long lock, caller;
	uint32_t syncobj[JOBS], own = who->c.syncobj;
	uint64_t point = who->c.point;
	char line[512], *at;
	FILE *f;

	for (unsigned int i = 0; i < JOBS; i++)
		TRY(drmSyncobjCreate(dxg_device_fd(who->c.dev), 0, &syncobj[i]));
	tracing_put("trace", "\n");
	tracing_put("events/dxglock/enable", "1");
	for (unsigned int i = 0; i < JOBS; i++) {
		/* A syncobj for each, which keeps the fence and the address of its lock. */
		who->c.syncobj = syncobj[i];
		who->c.point = 0;
		kind->submit(who);
	}
	client_wait(&who->c);
	tracing_put("events/dxglock/enable", "0");

	p->count = 0;
	f = fopen(TRACING "trace", "re");
	while (f && fgets(line, sizeof(line), f)) {
		at = strstr(line, " lock=0x");
		if (!at || sscanf(at, " lock=%llx caller=%llx", &lock, &caller) != 2)
			continue;
		if (p->count == MAX_TAKEN)
			fail("more locks taken than there is room for");
		p->taken[p->count++] = (struct taken){ lock, caller };
	}
	if (f)
		fclose(f);
	for (unsigned int i = 0; i < JOBS; i++)
		TRY(drmSyncobjDestroy(dxg_device_fd(who->c.dev), syncobj[i]));
	who->c.syncobj = own;
	who->c.point = point;
}

static unsigned int times(const struct phase *p, uint64_t lock)
{
	unsigned int n = 0;

	for (size_t i = 0; i < p->count; i++)
		n += p->taken[i].lock == lock;
	return n;
}

static bool taken_by_us(const struct phase *p, uint64_t lock)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->taken[i].lock == lock && ours(name_of(p->taken[i].caller)))
			return true;
	return false;
}

/* Whoever takes it in @p, each once. */
static void print_callers(const struct phase *p, uint64_t lock)
{
	const char *seen[64];
	size_t count = 0, k;

	for (size_t i = 0; i < p->count && count < 64; i++) {
		const char *name = name_of(p->taken[i].caller);

		if (p->taken[i].lock != lock)
			continue;
		for (k = 0; k < count && seen[k] != name; k++)
			;
		if (k == count) {
			printf("%s\"%s\"", count ? "," : "", name);
			seen[count++] = name;
		}
	}
}

/* Each lock that the driver takes in both. */
static void print_shared(const char *kind, const struct phase *a, const struct phase *b)
{
	for (size_t i = 0; i < a->count; i++) {
		uint64_t lock = a->taken[i].lock;
		size_t first = 0;

		while (a->taken[first].lock != lock)
			first++;
		if (first != i || times(a, lock) < OFTEN || times(b, lock) < OFTEN ||
		    (!taken_by_us(a, lock) && !taken_by_us(b, lock)))
			continue;
		next_element();
		printf("{\"kind\":\"%s\",\"times\":%.3f,\"callers\":[", kind,
		       (double)times(a, lock) / JOBS);
		print_callers(a, lock);
		printf("]}\n");
	}
}

/* ---- what is submitted ---- */

static void party_open(struct party *p)
{
	struct drm_dxg_queue_create args = {
		.type = DRM_DXG_QUEUE_CONTEXT, .flags = DRM_DXG_QUEUE_HW_PARENT,
	};

	memset(p, 0, sizeof(*p));
	client_open(&p->c);
	p->context = p->c.queue;
	if (!dxg_queue_new(p->c.vm, &args, &p->parent) && dxg_queue_new_hw(p->parent, &p->hw))
		p->hw = NULL;
	TRY(dxg_queue_new_bind(p->c.vm, &p->bind));
	p->bo = client_bo(&p->c);
	TRY(dxg_vm_reserve(p->c.vm, 0, 4096ull * 2 * JOBS, &p->range));
}

static void party_close(struct party *p)
{
	dxg_bo_unref(p->bo);
	dxg_queue_unref(p->bind);
	if (p->hw)
		dxg_queue_unref(p->hw);
	if (p->parent)
		dxg_queue_unref(p->parent);
	client_close(&p->c);
}

static bool always_there(const struct party *p)
{
	(void)p;
	return true;
}

static bool hw_there(const struct party *p)
{
	return p->hw;
}

static void submit_context(struct party *p)
{
	client_submit(&p->c);
}

static void submit_hw(struct party *p)
{
	p->c.queue = p->hw;
	client_submit(&p->c);
	p->c.queue = p->context;
}

static void submit_bind(struct party *p)
{
	struct drm_dxg_sync_op done = dxg_signal_point(p->c.syncobj, ++p->c.point);
	struct drm_dxg_vm_bind_op op = {
		.op = DRM_DXG_BIND_MAP, .bo_handle = dxg_bo_handle(p->bo),
		.va = p->range + 4096ull * p->pages++, .size = 4096,
	};

	TRY(dxg_vm_bind(p->c.vm, p->bind, &op, 1, &done, 1));
}

static const struct kind kinds[] = {
	{ "context", always_there, submit_context },
	{ "hardware", hw_there, submit_hw },
	{ "bind", always_there, submit_bind },
};

#define KINDS	(sizeof(kinds) / sizeof(kinds[0]))

void bench_locks(const struct sizes *s)
{
	struct phase *a = calloc(1, sizeof(*a)), *b = calloc(1, sizeof(*b));
	unsigned int own[KINDS] = { 0 };
	struct party x, y;

	(void)s;
	if (!a || !b)
		fail("no memory");
	read_symbols();
	party_open(&x);
	party_open(&y);
	probe();
	begin_array("shared_locks");
	for (size_t k = 0; k < KINDS; k++) {
		if (!kinds[k].there(&x) || !kinds[k].there(&y))
			continue;
		/* So that what is made at first is there. */
		for (unsigned int i = 0; i < JOBS; i++) {
			kinds[k].submit(&x);
			kinds[k].submit(&y);
		}
		client_wait(&x.c);
		client_wait(&y.c);
		record(a, &x, &kinds[k]);
		record(b, &y, &kinds[k]);
		print_shared(kinds[k].name, a, b);
		for (size_t i = 0; i < a->count; i++)
			own[k] += ours(name_of(a->taken[i].caller));
	}
	end_array();
	printf("\"locks_per_submit\":{\"%s\":%.3f", kinds[0].name, (double)own[0] / JOBS);
	for (size_t k = 1; k < KINDS; k++)
		if (kinds[k].there(&x))
			printf(",\"%s\":%.3f", kinds[k].name, (double)own[k] / JOBS);
	printf("},\n");
	party_close(&x);
	party_close(&y);
	free(symbols);
	free(a);
	free(b);
}
