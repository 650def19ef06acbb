// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupts into the guest: writes of a vector to the message address of a
 * local APIC (Intel SDM 3, 11.11; the APIC id of VP n is n).
 *
 * A vCPU thread writes by itself, through the plugin interface; there it asserts
 * in any other thread. Those leave the vector in a bitmap for the one injector
 * thread, which writes through QEMU's qtest socket, a request and an answer at a
 * time. The bitmap is an APIC's IRR in small: a vector noted twice before it
 * went out is one interrupt, which is what the guest would have seen too.
 *
 * Locks: host->lock is never held here. inject_lock covers the bitmap only.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../base/log.h"
#include "plugin.h"

#define APIC_MESSAGE_BASE	0xfee00000ull
#define RETRY_US		20000

static pthread_mutex_t inject_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t inject_cond = PTHREAD_COND_INITIALIZER;
static uint64_t pending[HOST_MAX_VP][4];	/* by inject_lock */
static bool any_pending, stopping, broken;	/* by inject_lock */
static pthread_t injector;
static struct sockaddr_un qtest_address;
static atomic_uint_fast64_t by_vcpu, by_qtest, lost;

static uint64_t apic_address(unsigned int vp)
{
	return APIC_MESSAGE_BASE | (uint64_t)vp << 12;
}

static void inject_here(unsigned int vp, uint8_t vector)
{
	const uint8_t data[4] = { vector };
	GByteArray *b = g_byte_array_sized_new(sizeof(data));
	int err;

	g_byte_array_append(b, data, sizeof(data));
	err = qemu_plugin_write_memory_hwaddr(apic_address(vp), b);
	g_byte_array_free(b, TRUE);
	atomic_fetch_add(&by_vcpu, 1);
	if (err)
		log_info(AREA, "interrupt %u of VP %u: memory write failed: %d", vector, vp, err);
}

void inject_interrupt(void *ctx, unsigned int vp, uint8_t vector)
{
	(void)ctx;
	if (insn_in_vcpu()) {
		inject_here(vp, vector);
		return;
	}
	pthread_mutex_lock(&inject_lock);
	if (broken) {
		atomic_fetch_add(&lost, 1);
	} else {
		pending[vp][vector / 64] |= 1ull << vector % 64;
		any_pending = true;
		pthread_cond_signal(&inject_cond);
	}
	pthread_mutex_unlock(&inject_lock);
}

static bool is_stopping(void)
{
	bool stop;

	pthread_mutex_lock(&inject_lock);
	stop = stopping;
	pthread_mutex_unlock(&inject_lock);
	return stop;
}

/* QEMU opens the socket some time after it has loaded the plugin. -1: asked to stop. */
static int qtest_connect(void)
{
	while (!is_stopping()) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (fd < 0)
			return -1;
		if (!connect(fd, (struct sockaddr *)&qtest_address, sizeof(qtest_address)))
			return fd;
		close(fd);
		usleep(RETRY_US);
	}
	return -1;
}

/* One write by qtest: "writel ADDR VALUE" is answered "OK". */
static bool qtest_write(int fd, unsigned int vp, uint8_t vector)
{
	char line[64];
	size_t got = 0;
	ssize_t n;
	int len;

	len = snprintf(line, sizeof(line), "writel 0x%llx 0x%x\n",
		       (unsigned long long)apic_address(vp), vector);
	if (send(fd, line, len, MSG_NOSIGNAL) != len)
		return false;
	do {
		n = recv(fd, line + got, sizeof(line) - 1 - got, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		got += n;
	} while (line[got - 1] != '\n' && got < sizeof(line) - 1);
	line[got] = 0;
	if (strncmp(line, "OK", 2))
		log_info(AREA, "qtest answered an interrupt with: %s", line);
	atomic_fetch_add(&by_qtest, 1);
	return true;
}

static bool inject_all(int fd, uint64_t bits[HOST_MAX_VP][4])
{
	for (unsigned int vp = 0; vp < HOST_MAX_VP; vp++) {
		for (unsigned int w = 0; w < 4; w++) {
			while (bits[vp][w]) {
				unsigned int bit = __builtin_ctzll(bits[vp][w]);

				bits[vp][w] &= bits[vp][w] - 1;
				if (!qtest_write(fd, vp, w * 64 + bit))
					return false;
			}
		}
	}
	return true;
}

static void *injector_main(void *arg)
{
	int fd = qtest_connect();
	bool ok = fd >= 0;

	(void)arg;
	while (ok) {
		uint64_t bits[HOST_MAX_VP][4];

		pthread_mutex_lock(&inject_lock);
		while (!any_pending && !stopping)
			pthread_cond_wait(&inject_cond, &inject_lock);
		if (stopping) {
			pthread_mutex_unlock(&inject_lock);
			break;
		}
		memcpy(bits, pending, sizeof(bits));
		memset(pending, 0, sizeof(pending));
		any_pending = false;
		pthread_mutex_unlock(&inject_lock);
		ok = inject_all(fd, bits);
	}
	if (!ok && !is_stopping())
		log_info(AREA, "the qtest socket is closed: no more interrupts by it");
	pthread_mutex_lock(&inject_lock);
	broken = true;
	pthread_mutex_unlock(&inject_lock);
	if (fd >= 0)
		close(fd);
	return NULL;
}

int inject_start(const char *path)
{
	if (strlen(path) >= sizeof(qtest_address.sun_path))
		return -ENAMETOOLONG;
	qtest_address.sun_family = AF_UNIX;
	strcpy(qtest_address.sun_path, path);
	return -pthread_create(&injector, NULL, injector_main, NULL);
}

void inject_stop(void)
{
	pthread_mutex_lock(&inject_lock);
	stopping = true;
	pthread_cond_signal(&inject_cond);
	pthread_mutex_unlock(&inject_lock);
	/* Not joined: it may wait for an answer of the main loop, which is ending the process. */
	pthread_detach(injector);
}

void inject_get_stats(struct inject_stats *s)
{
	s->vcpu = atomic_load(&by_vcpu);
	s->qtest = atomic_load(&by_qtest);
	s->lost = atomic_load(&lost);
}
