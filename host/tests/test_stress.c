// SPDX-License-Identifier: MIT
/*
 * Channels under load: guest threads write and read while a host thread
 * serves, so that both sides of each ring really run at the same time.
 *
 * Each channel echoes. Packets have random sizes, up to the largest that the
 * ring can hold or 16 KiB. The writer waits for room by pending size, the
 * reader for an interrupt: one that is lost shows as a wait without end.
 * 100,000 packets; DXG_TEST_FULL=1: 2,000,000.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <time.h>

#include "../base/log.h"
#include "recorder.h"
#include "test.h"

#define CHANNELS	2
#define WAIT_SECONDS	120

struct lane {
	struct stress *s;
	struct fake_channel ch;
	struct recorder r;
	uint32_t relid;
	unsigned int packets;		/* to send and to get back */
	uint32_t max_len;
	pthread_t writer, reader;
	bool event;			/* for the reader; s->lock */
	bool room;			/* for the writer; s->lock */
	unsigned int waits_room, waits_event;
	char failure[160];		/* empty: none */
};

struct stress {
	struct fake_guest g;
	struct lane lane[CHANNELS];
	pthread_t host;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool signalled[FAKE_RELIDS];
	bool stop;
};

static void on_event(void *arg, uint32_t relid)
{
	struct stress *s = arg;

	pthread_mutex_lock(&s->lock);
	for (unsigned int i = 0; i < CHANNELS; i++) {
		if (s->lane[i].relid != relid)
			continue;
		s->lane[i].event = true;
		s->lane[i].room = true;
	}
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

static void on_signal(void *arg, uint32_t connection)
{
	struct stress *s = arg;

	pthread_mutex_lock(&s->lock);
	s->signalled[connection - 0x2000] = true;
	pthread_cond_broadcast(&s->changed);
	pthread_mutex_unlock(&s->lock);
}

/* Wait until *flag, and clear it. False: it did not come. s->lock is held. */
static bool wait_for(struct stress *s, bool *flag)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += WAIT_SECONDS;
	while (!*flag && !s->stop)
		if (pthread_cond_timedwait(&s->changed, &s->lock, &until) == ETIMEDOUT)
			return false;
	*flag = false;
	return true;
}

static void give_up(struct lane *l)
{
	pthread_mutex_lock(&l->s->lock);
	l->s->stop = true;
	pthread_cond_broadcast(&l->s->changed);
	pthread_mutex_unlock(&l->s->lock);
}

/* Serves signals and timers, as a vCPU in a hypercall and the timer thread do. */
static void *host_thread(void *arg)
{
	struct stress *s = arg;

	pthread_mutex_lock(&s->lock);
	while (!s->stop) {
		struct timespec until;
		bool any = false;

		for (uint32_t i = 0; i < 64; i++) {
			if (!s->signalled[i])
				continue;
			any = true;
			s->signalled[i] = false;
			pthread_mutex_unlock(&s->lock);
			host_enter(&s->g.host);
			vmbus_signal(s->g.bus, 0x2000 + i);
			host_leave(&s->g.host);
			pthread_mutex_lock(&s->lock);
		}
		pthread_mutex_unlock(&s->lock);
		host_enter(&s->g.host);
		any |= host_timers_run(&s->g.host) == 0;
		host_leave(&s->g.host);
		pthread_mutex_lock(&s->lock);
		if (any)
			continue;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += 1000000;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
		pthread_cond_timedwait(&s->changed, &s->lock, &until);
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

static uint32_t length_of(const struct lane *l, uint32_t seq)
{
	uint64_t seed = seq * 0x9e3779b97f4a7c15ull + 1;
	uint32_t r = test_random(&seed);

	/* Short ones often: more packets in a ring at a time. */
	return r % 4 ? r / 4 % 256 : r / 4 % (l->max_len + 1);
}

static void fill(uint8_t *p, uint32_t len, uint32_t seq)
{
	for (uint32_t i = 0; i < len; i++)
		p[i] = seq * 31 + i * 7 + (i >> 8);
}

static void *writer_thread(void *arg)
{
	struct lane *l = arg;
	uint8_t *data = malloc(16384);

	for (uint32_t seq = 0; seq < l->packets && !l->s->stop; seq++) {
		uint32_t len = length_of(l, seq);

		fill(data, len, seq);
		while (!fake_channel_write(&l->ch, 6, seq % 2, seq, data, len)) {
			bool came;

			pthread_mutex_lock(&l->s->lock);
			l->room = false;
			pthread_mutex_unlock(&l->s->lock);
			fake_channel_set_pending(&l->ch, (16 + len + 7) / 8 * 8 + 8);
			if (fake_channel_write(&l->ch, 6, seq % 2, seq, data, len))
				break;
			l->waits_room++;
			pthread_mutex_lock(&l->s->lock);
			came = wait_for(l->s, &l->room);
			pthread_mutex_unlock(&l->s->lock);
			if (!came || l->s->stop) {
				snprintf(l->failure, sizeof(l->failure),
					 "packet %u: no room came", seq);
				give_up(l);
				goto out;
			}
		}
		fake_channel_set_pending(&l->ch, 0);
	}
out:
	free(data);
	return NULL;
}

static bool check_packet(struct lane *l, const struct fake_packet *p, uint32_t seq,
			 uint8_t *expected)
{
	uint32_t len = length_of(l, seq);

	memset(expected, 0, len + 8);
	fill(expected, len, seq);
	if (p->transaction == seq && p->type == (seq % 2 ? 11 : 6) &&
	    p->len == (len + 7) / 8 * 8 && !memcmp(p->data, expected, p->len))
		return true;
	snprintf(l->failure, sizeof(l->failure), "packet %u: got %llu, type %u, %u bytes", seq,
		 (unsigned long long)p->transaction, p->type, p->len);
	return false;
}

static void *reader_thread(void *arg)
{
	struct lane *l = arg;
	uint8_t *data = malloc(1 << 20), *expected = malloc(16384 + 8);
	struct fake_packet p;
	uint32_t seq = 0;

	while (seq < l->packets && !l->s->stop) {
		bool came;

		fake_channel_begin_read(&l->ch);
		while (fake_channel_read(&l->ch, &p, data))
			if (!check_packet(l, &p, seq++, expected))
				goto out;
		if (fake_channel_end_read(&l->ch) || seq == l->packets)
			continue;
		l->waits_event++;
		pthread_mutex_lock(&l->s->lock);
		came = wait_for(l->s, &l->event);
		pthread_mutex_unlock(&l->s->lock);
		if (!came) {
			snprintf(l->failure, sizeof(l->failure),
				 "packet %u: no interrupt came", seq);
			goto out;
		}
	}
out:
	if (seq < l->packets)
		give_up(l);
	free(data);
	free(expected);
	return NULL;
}

/* A guest with two open channels that echo, and nobody who serves it yet. */
static struct stress *stress_new(uint32_t up, uint32_t down, unsigned int packets)
{
	struct stress *s = calloc(1, sizeof(*s));
	struct guid instance;

	log_open(getenv("DXG_TEST_LOG") ? getenv("DXG_TEST_LOG") : "/dev/null");
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->changed, NULL);
	fake_guest_init(&s->g, 64u << 20, 2);
	s->g.real_time = true;
	recorder_offer(&s->g, &s->lane[0].r, "lane0", 1);
	recorder_offer(&s->g, &s->lane[1].r, "lane1", 2);
	instance = recorder_instance(1);
	s->lane[0].relid = fake_guest_connect(&s->g, FAKE_V5_3, &instance);
	s->lane[1].relid = s->lane[0].relid + 1;
	for (unsigned int i = 0; i < CHANNELS; i++) {
		struct lane *l = &s->lane[i];
		uint32_t ring = (up < down ? up : down) * 4096 - 4096;

		l->s = s;
		l->r.echo = true;
		l->packets = packets;
		l->max_len = ring - 32 < 16384 ? ring - 32 : 16384;
		assert_int_equal(fake_channel_open(&s->g, &l->ch, l->relid, up, down, i), 0);
	}
	s->g.on_event = on_event;
	s->g.on_event_arg = s;
	s->g.signal_arg = s;
	s->g.signal = on_signal;
	return s;
}

static void stress_free(struct stress *s)
{
	s->g.signal = NULL;
	for (unsigned int i = 0; i < CHANNELS; i++)
		fake_channel_close(&s->lane[i].ch);
	assert_int_equal(log_violations(), 0);
	fake_guest_fini(&s->g);
	free(s);
}

static void run(uint32_t up, uint32_t down, unsigned int packets)
{
	struct stress *s = stress_new(up, down, packets);
	struct vmbus_stats st;

	pthread_create(&s->host, NULL, host_thread, s);
	for (unsigned int i = 0; i < CHANNELS; i++) {
		pthread_create(&s->lane[i].reader, NULL, reader_thread, &s->lane[i]);
		pthread_create(&s->lane[i].writer, NULL, writer_thread, &s->lane[i]);
	}
	for (unsigned int i = 0; i < CHANNELS; i++) {
		pthread_join(s->lane[i].writer, NULL);
		pthread_join(s->lane[i].reader, NULL);
	}
	give_up(&s->lane[0]);
	pthread_join(s->host, NULL);
	for (unsigned int i = 0; i < CHANNELS; i++) {
		struct lane *l = &s->lane[i];

		vmbus_channel_stats(vmbus_find(s->g.bus, i ? "lane1" : "lane0"), &st);
		print_message("%u + %u pages: %llu in, %llu out, %llu queued, ", up, down,
			      (unsigned long long)st.packets_in,
			      (unsigned long long)st.packets_out, (unsigned long long)st.queued);
		print_message("%llu interrupts (%llu saved), %llu signals, ",
			      (unsigned long long)st.interrupts,
			      (unsigned long long)st.interrupts_saved,
			      (unsigned long long)l->ch.signals);
		print_message("%u waits for room, %u for an interrupt\n", l->waits_room,
			      l->waits_event);
		if (l->failure[0])
			fail_msg("lane %u: %s", i, l->failure);
		assert_int_equal(st.packets_in, packets);
		assert_int_equal(st.packets_out, packets);
	}
	stress_free(s);
}

/* 100,000 packets over all of these: 10,000 on each of two channels, five times. */
static void rings_of_4_pages(void **state)
{
	(void)state;
	run(4, 4, test_loops(200000));
}

static void rings_of_unequal_sizes(void **state)
{
	(void)state;
	run(16, 5, test_loops(200000));
	run(5, 16, test_loops(200000));
}

static void rings_of_64_pages(void **state)
{
	(void)state;
	run(64, 64, test_loops(200000));
}

static void rings_of_1_mib(void **state)
{
	(void)state;
	run(257, 257, test_loops(200000));
}

/*
 * One packet at a time, the next one in the moment when the answer is there:
 * the host is then about to unmask its ring, and must not miss the packet.
 */
static void *ping_thread(void *arg)
{
	struct lane *l = arg;
	uint8_t *data = malloc(1 << 20);
	struct fake_packet p;

	for (uint32_t seq = 0; seq < l->packets; seq++) {
		struct timespec from, now;
		uint32_t spins = 0;

		fake_channel_write(&l->ch, 6, false, seq, "12345678", 8);
		clock_gettime(CLOCK_MONOTONIC, &from);
		while (!fake_channel_read(&l->ch, &p, data)) {
			if (++spins % 1000)
				continue;
			sched_yield();
			clock_gettime(CLOCK_MONOTONIC, &now);
			if (now.tv_sec - from.tv_sec > WAIT_SECONDS) {
				snprintf(l->failure, sizeof(l->failure), "no answer to %u", seq);
				goto out;
			}
		}
		if (p.transaction != seq) {
			snprintf(l->failure, sizeof(l->failure), "a wrong answer to %u", seq);
			goto out;
		}
	}
out:
	free(data);
	return NULL;
}

static void ping_pong(void **state)
{
	struct stress *s = stress_new(4, 4, test_loops(1000000));
	struct lane *l = &s->lane[0];

	(void)state;
	pthread_create(&s->host, NULL, host_thread, s);
	pthread_create(&l->writer, NULL, ping_thread, l);
	pthread_join(l->writer, NULL);
	give_up(l);
	pthread_join(s->host, NULL);
	if (l->failure[0])
		fail_msg("%s", l->failure);
	print_message("%u round trips, %llu signals\n", l->packets,
		      (unsigned long long)l->ch.signals);
	stress_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rings_of_4_pages),
		cmocka_unit_test(rings_of_unequal_sizes),
		cmocka_unit_test(rings_of_64_pages),
		cmocka_unit_test(rings_of_1_mib),
		cmocka_unit_test(ping_pong),
	};

	return cmocka_run_group_tests_name("stress", tests, NULL, NULL);
}
