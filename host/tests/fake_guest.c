// SPDX-License-Identifier: MIT
/* A guest without a machine: its memory, messages and rings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <cmocka.h>

#include "fake_guest.h"

/* Words of a ring's header page */
enum { RING_WRITE = 0, RING_READ = 1, RING_MASK = 2, RING_PENDING = 3, RING_FEATURES = 16 };

/* ---- the machine ---- */

static void on_interrupt(void *ctx, unsigned int vp, uint8_t vector)
{
	struct fake_guest *g = ctx;

	(void)vp;
	(void)vector;
	pthread_mutex_lock(&g->lock);
	g->interrupts++;
	pthread_mutex_unlock(&g->lock);
}

static uint64_t on_now(void *ctx)
{
	struct fake_guest *g = ctx;
	struct timespec t;

	if (!g->real_time)
		return g->clock;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static const struct host_ops fake_host_ops = {
	.interrupt = on_interrupt,
	.now = on_now,
};

static void on_message(void *ctx, unsigned int vp, const void *payload, size_t len)
{
	struct fake_guest *g = ctx;
	struct fake_message *m;

	pthread_mutex_lock(&g->lock);
	g->messages = realloc(g->messages, (g->num_messages + 1) * sizeof(*m));
	m = &g->messages[g->num_messages++];
	memset(m, 0, sizeof(*m));
	m->vp = vp;
	m->len = len;
	memcpy(m->b, payload, len < sizeof(m->b) ? len : sizeof(m->b));
	pthread_mutex_unlock(&g->lock);
}

static void on_event(void *ctx, unsigned int vp, uint32_t relid)
{
	struct fake_guest *g = ctx;

	pthread_mutex_lock(&g->lock);
	g->events[relid % FAKE_RELIDS]++;
	g->events_vp[vp % HOST_MAX_VP]++;
	pthread_mutex_unlock(&g->lock);
	host_interrupt(&g->host, vp, 0x50);
	if (g->on_event)
		g->on_event(g->on_event_arg, relid);
}

static const struct vmbus_ops fake_vmbus_ops = {
	.post_message = on_message,
	.signal_event = on_event,
};

void fake_guest_init(struct fake_guest *g, uint64_t ram, unsigned int vps)
{
	memset(g, 0, sizeof(*g));
	pthread_mutex_init(&g->lock, NULL);
	host_init(&g->host, &fake_host_ops, g);
	g->host.vps = vps;
	g->host.mem.base = mmap(NULL, ram, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
				-1, 0);
	assert_ptr_not_equal(g->host.mem.base, MAP_FAILED);
	g->host.mem.size = ram;
	/* Part of it lies above 4 GiB. */
	g->host.mem.low = ram / 2 / FAKE_PAGE * FAKE_PAGE;
	g->next_page = 1;
	g->next_gpadl = 0xe1e10;
	g->bus = vmbus_new(&g->host, &fake_vmbus_ops, g);
}

void fake_guest_fini(struct fake_guest *g)
{
	host_enter(&g->host);
	vmbus_free(g->bus);
	host_leave(&g->host);
	munmap(g->host.mem.base, g->host.mem.size);
	host_fini(&g->host);
	free(g->messages);
	pthread_mutex_destroy(&g->lock);
}

void fake_guest_advance(struct fake_guest *g, uint64_t ns)
{
	host_enter(&g->host);
	while (1) {
		uint64_t next = host_timers_run(&g->host);

		if (!next)
			continue;
		if (next > ns)
			break;
		g->clock += next;
		ns -= next;
	}
	g->clock += ns;
	host_timers_run(&g->host);
	host_leave(&g->host);
}

uint64_t fake_guest_page(struct fake_guest *g)
{
	uint64_t low = g->host.mem.low / FAKE_PAGE;
	uint64_t high = (g->host.mem.size - g->host.mem.low) / FAKE_PAGE;
	uint64_t n = g->next_page++;

	/* From both parts in turn, the upper one downwards. */
	if (n % 2) {
		assert_true(n / 2 < high);
		return GMEM_4GIB / FAKE_PAGE + high - 1 - n / 2;
	}
	assert_true(n / 2 < low);
	return n / 2;
}

void *fake_guest_at(struct fake_guest *g, uint64_t pfn)
{
	uint64_t low = g->host.mem.low;

	if (pfn < low / FAKE_PAGE)
		return g->host.mem.base + pfn * FAKE_PAGE;
	return g->host.mem.base + low + (pfn - GMEM_4GIB / FAKE_PAGE) * FAKE_PAGE;
}

/* ---- messages ---- */

void fake_guest_post_bytes(struct fake_guest *g, const void *p, size_t len)
{
	/* A copy of exactly this size: a sanitizer sees a read beyond it. */
	void *copy = malloc(len ? len : 1);

	memcpy(copy, p, len);
	host_enter(&g->host);
	vmbus_message(g->bus, copy, len);
	host_leave(&g->host);
	free(copy);
}

void fake_guest_post(struct fake_guest *g, const uint32_t *w, size_t words)
{
	fake_guest_post_bytes(g, w, words * 4);
}

struct fake_message fake_guest_expect(struct fake_guest *g, uint32_t type)
{
	struct fake_message m;

	pthread_mutex_lock(&g->lock);
	if (!g->num_messages) {
		pthread_mutex_unlock(&g->lock);
		fail_msg("no message, instead of one of type %u", type);
	}
	m = g->messages[0];
	g->num_messages--;
	memmove(g->messages, g->messages + 1, g->num_messages * sizeof(m));
	pthread_mutex_unlock(&g->lock);
	assert_int_equal(m.w[0], type);
	assert_int_equal(m.w[1], 0);
	return m;
}

void fake_guest_expect_nothing(struct fake_guest *g)
{
	assert_int_equal(g->num_messages, 0);
}

void fake_guest_signal(struct fake_guest *g, uint32_t connection)
{
	if (g->signal) {
		g->signal(g->signal_arg, connection);
		return;
	}
	host_enter(&g->host);
	vmbus_signal(g->bus, connection);
	host_leave(&g->host);
}

void fake_guest_contact(struct fake_guest *g, uint32_t version)
{
	uint32_t w[10] = { 14, 0, version, g->host.vps - 1 };
	struct fake_message m;

	if (version >= 0x50000)
		w[4] = 2;
	fake_guest_post(g, w, 10);
	m = fake_guest_expect(g, 15);
	assert_int_equal(m.len, 16);
	assert_int_equal(m.b[8], 1);
	assert_int_equal(m.vp, g->host.vps - 1);
	if (version >= 0x50000)
		assert_int_equal(m.w[3], VMBUS_MESSAGE_CONNECTION);
	g->version = version;
}

unsigned int fake_guest_offers(struct fake_guest *g, const struct guid *instance,
			       uint32_t *relid)
{
	static const uint32_t ask[2] = { 3, 0 };
	unsigned int n = 0;

	if (relid)
		*relid = 0;
	fake_guest_post(g, ask, 2);
	while (g->num_messages && g->messages[0].w[0] == 1) {
		struct fake_message m = fake_guest_expect(g, 1);

		assert_int_equal(m.len, 196);
		assert_true(m.w[46] > 0 && m.w[46] < FAKE_RELIDS);
		assert_int_equal(m.w[48], 0x2000 + m.w[46]);
		assert_int_equal(m.b[190], 1);
		if (instance && !memcmp(m.b + 24, instance, 16))
			*relid = m.w[46];
		n++;
	}
	assert_int_equal(fake_guest_expect(g, 4).len, 8);
	return n;
}

uint32_t fake_guest_connect(struct fake_guest *g, uint32_t version, const struct guid *instance)
{
	uint32_t relid;

	fake_guest_contact(g, version);
	fake_guest_offers(g, instance, &relid);
	assert_int_not_equal(relid, 0);
	return relid;
}

uint32_t fake_guest_make_gpadl(struct fake_guest *g, uint32_t relid, uint32_t id,
			       const uint64_t *pfns, uint32_t count)
{
	uint32_t w[60] = { 8, 0, relid, id, 0, count * FAKE_PAGE, 0 };
	struct fake_message m;
	uint32_t n = count < 26 ? count : 26;

	w[4] = (uint16_t)(8 + count * 8) | 1u << 16;
	memcpy(&w[7], pfns, n * 8);
	fake_guest_post(g, w, 7 + n * 2);
	while (n < count) {
		uint32_t k = count - n < 28 ? count - n : 28;

		memset(w, 0, sizeof(w));
		w[0] = 9;
		w[3] = id;
		memcpy(&w[4], pfns + n, k * 8);
		fake_guest_post(g, w, 4 + k * 2);
		n += k;
	}
	m = fake_guest_expect(g, 10);
	assert_int_equal(m.len, 20);
	assert_int_equal(m.w[2], relid);
	assert_int_equal(m.w[3], id);
	return m.w[4];
}

void fake_guest_teardown(struct fake_guest *g, uint32_t relid, uint32_t id)
{
	uint32_t w[4] = { 11, 0, relid, id };
	struct fake_message m;

	fake_guest_post(g, w, 4);
	m = fake_guest_expect(g, 12);
	assert_int_equal(m.len, 12);
	assert_int_equal(m.w[2], id);
}

/* ---- rings ---- */

static uint32_t load(const uint32_t *p)
{
	return __atomic_load_n(p, __ATOMIC_ACQUIRE);
}

static void store(uint32_t *p, uint32_t v)
{
	__atomic_store_n(p, v, __ATOMIC_RELEASE);
}

static void barrier(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void ring_setup(struct fake_ring *r, uint8_t **pages, uint32_t count)
{
	r->header = (uint32_t *)pages[0];
	r->pages = pages + 1;
	r->size = (count - 1) * FAKE_PAGE;
	r->private_read = 0;
	memset(r->header, 0, FAKE_PAGE);
	r->header[RING_FEATURES] = 1;
}

static uint32_t ring_put(const struct fake_ring *r, uint32_t at, const void *p, uint32_t len)
{
	const uint8_t *from = p;

	while (len) {
		uint32_t n = FAKE_PAGE - at % FAKE_PAGE;

		n = n < len ? n : len;
		memcpy(r->pages[at / FAKE_PAGE] + at % FAKE_PAGE, from, n);
		from += n;
		len -= n;
		at = (at + n) % r->size;
	}
	return at;
}

static void ring_get(const struct fake_ring *r, uint32_t at, void *p, uint32_t len)
{
	uint8_t *to = p;

	while (len) {
		uint32_t n = FAKE_PAGE - at % FAKE_PAGE;

		n = n < len ? n : len;
		memcpy(to, r->pages[at / FAKE_PAGE] + at % FAKE_PAGE, n);
		to += n;
		len -= n;
		at = (at + n) % r->size;
	}
}

static uint32_t ring_room(const struct fake_ring *r)
{
	uint32_t read = load(&r->header[RING_READ]), write = load(&r->header[RING_WRITE]);

	return write >= read ? r->size - (write - read) : read - write;
}

void fake_channel_prepare(struct fake_guest *g, struct fake_channel *ch, uint32_t relid,
			  uint32_t up_pages, uint32_t down_pages)
{
	uint32_t n = up_pages + down_pages;

	memset(ch, 0, sizeof(*ch));
	pthread_mutex_init(&ch->out_lock, NULL);
	ch->g = g;
	ch->relid = relid;
	ch->connection = 0x2000 + relid;
	ch->gpadl = g->next_gpadl++;
	ch->up_pages = up_pages;
	ch->down_pages = down_pages;
	ch->pfns = calloc(n, sizeof(*ch->pfns));
	ch->map = calloc(n, sizeof(*ch->map));
	for (uint32_t i = 0; i < n; i++) {
		ch->pfns[i] = fake_guest_page(g);
		ch->map[i] = fake_guest_at(g, ch->pfns[i]);
	}
	assert_int_equal(fake_guest_make_gpadl(g, relid, ch->gpadl, ch->pfns, n), 0);
	ring_setup(&ch->out, ch->map, up_pages);
	ring_setup(&ch->in, ch->map + up_pages, down_pages);
}

uint32_t fake_channel_send_open(struct fake_channel *ch, unsigned int vp)
{
	uint32_t w[37] = { 5, 0, ch->relid, ch->relid + 7, ch->gpadl, vp, ch->up_pages };
	struct fake_message m;

	fake_guest_post(ch->g, w, 37);
	m = fake_guest_expect(ch->g, 6);
	assert_int_equal(m.len, 20);
	assert_int_equal(m.w[2], ch->relid);
	assert_int_equal(m.w[3], ch->relid + 7);
	return m.w[4];
}

uint32_t fake_channel_open(struct fake_guest *g, struct fake_channel *ch, uint32_t relid,
			   uint32_t up_pages, uint32_t down_pages, unsigned int vp)
{
	uint32_t status;

	fake_channel_prepare(g, ch, relid, up_pages, down_pages);
	status = fake_channel_send_open(ch, vp);
	if (status) {
		fake_guest_teardown(g, relid, ch->gpadl);
		fake_channel_forget(ch);
	}
	return status;
}

void fake_channel_forget(struct fake_channel *ch)
{
	free(ch->pfns);
	free(ch->map);
	pthread_mutex_destroy(&ch->out_lock);
	memset(ch, 0, sizeof(*ch));
}

void fake_channel_close(struct fake_channel *ch)
{
	uint32_t w[3] = { 7, 0, ch->relid };

	fake_guest_post(ch->g, w, 3);
	fake_guest_teardown(ch->g, ch->relid, ch->gpadl);
	fake_channel_forget(ch);
}

bool fake_channel_write(struct fake_channel *ch, uint16_t type, bool wants_completion,
			uint64_t transaction, const void *data, uint32_t len)
{
	static const uint8_t zeros[8];
	struct fake_ring *r = &ch->out;
	uint32_t padded = (16 + len + 7) / 8 * 8;
	uint16_t d[4] = { type, 2, padded / 8, wants_completion };
	uint32_t old, at;
	uint64_t trailer;
	bool signal;

	pthread_mutex_lock(&ch->out_lock);
	if (ring_room(r) <= padded + 8) {
		pthread_mutex_unlock(&ch->out_lock);
		return false;
	}
	old = load(&r->header[RING_WRITE]);
	trailer = (uint64_t)old << 32;
	at = ring_put(r, old, d, 8);
	at = ring_put(r, at, &transaction, 8);
	at = ring_put(r, at, data, len);
	at = ring_put(r, at, zeros, padded - 16 - len);
	at = ring_put(r, at, &trailer, 8);
	barrier();
	store(&r->header[RING_WRITE], at);
	pthread_mutex_unlock(&ch->out_lock);

	barrier();
	signal = !load(&r->header[RING_MASK]) && load(&r->header[RING_READ]) == old;
	if (signal) {
		__atomic_fetch_add(&ch->signals, 1, __ATOMIC_SEQ_CST);
		fake_guest_signal(ch->g, ch->connection);
	}
	return true;
}

void fake_channel_set_pending(struct fake_channel *ch, uint32_t bytes)
{
	store(&ch->out.header[RING_PENDING], bytes);
	barrier();
}

bool fake_channel_read(struct fake_channel *ch, struct fake_packet *p, uint8_t *data)
{
	struct fake_ring *r = &ch->in;
	uint32_t write = load(&r->header[RING_WRITE]);
	uint32_t at = r->private_read, read, pending, room;
	uint16_t d[4];

	if (write == at)
		return false;
	ring_get(r, at, d, 8);
	assert_true(d[1] >= 2 && d[2] >= d[1]);
	p->type = d[0];
	p->flags = d[3];
	p->len = (d[2] - d[1]) * 8;
	p->data = data;
	ring_get(r, (at + 8) % r->size, &p->transaction, 8);
	ring_get(r, (at + d[1] * 8) % r->size, data, p->len);
	r->private_read = (at + d[2] * 8 + 8) % r->size;

	/* As hv_pkt_iter_close(): publish, then look whether the host waits for room. */
	read = at;
	store(&r->header[RING_READ], r->private_read);
	if (!(r->header[RING_FEATURES] & 1))
		return true;
	barrier();
	pending = load(&r->header[RING_PENDING]);
	if (!pending)
		return true;
	room = ring_room(r);
	read = r->private_read >= read ? r->private_read - read : r->size - read + r->private_read;
	if (room - read > pending || room <= pending)
		return true;
	__atomic_fetch_add(&ch->signals, 1, __ATOMIC_SEQ_CST);
	fake_guest_signal(ch->g, ch->connection);
	return true;
}

void fake_channel_begin_read(struct fake_channel *ch)
{
	store(&ch->in.header[RING_MASK], 1);
	barrier();
}

bool fake_channel_end_read(struct fake_channel *ch)
{
	store(&ch->in.header[RING_MASK], 0);
	barrier();
	return load(&ch->in.header[RING_WRITE]) != ch->in.private_read;
}

uint64_t fake_channel_events(struct fake_channel *ch)
{
	uint64_t n;

	pthread_mutex_lock(&ch->g->lock);
	n = ch->g->events[ch->relid];
	pthread_mutex_unlock(&ch->g->lock);
	return n;
}
