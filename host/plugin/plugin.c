// SPDX-License-Identifier: GPL-2.0
/*
 * The QEMU plugin: checks that it fits this QEMU and its options, builds the
 * machine, runs the timer thread, and says at the end what happened.
 */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../base/log.h"
#include "plugin.h"

QEMU_EXPORT int qemu_plugin_version = QEMU_API_VERSION;
QEMU_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
				    char **argv);

static struct options opt;
static struct host host;
static struct machine *machine;

/* ---- the timer thread ---- */

static pthread_t timer_thread;
static pthread_mutex_t timer_lock = PTHREAD_MUTEX_INITIALIZER;	/* inside host->lock */
static pthread_cond_t timer_cond;
static bool timer_changed, timer_stop;				/* by timer_lock */

static void on_timers_changed(void *ctx)
{
	(void)ctx;
	pthread_mutex_lock(&timer_lock);
	timer_changed = true;
	pthread_cond_signal(&timer_cond);
	pthread_mutex_unlock(&timer_lock);
}

/* Wait @ns, or until the timers have changed. False: stop. */
static bool timer_wait(uint64_t ns)
{
	struct timespec t;
	bool go_on;
	int err = 0;

	clock_gettime(CLOCK_MONOTONIC, &t);
	if (ns != UINT64_MAX) {
		ns += t.tv_nsec;
		t.tv_sec += ns / 1000000000;
		t.tv_nsec = ns % 1000000000;
	}
	pthread_mutex_lock(&timer_lock);
	while (!timer_changed && !timer_stop && err != ETIMEDOUT) {
		if (ns == UINT64_MAX)
			pthread_cond_wait(&timer_cond, &timer_lock);
		else
			err = pthread_cond_timedwait(&timer_cond, &timer_lock, &t);
	}
	timer_changed = false;
	go_on = !timer_stop;
	pthread_mutex_unlock(&timer_lock);
	return go_on;
}

static void *timer_main(void *arg)
{
	uint64_t ns;

	(void)arg;
	do {
		host_enter(&host);
		ns = host_timers_run(&host);
		host_leave(&host);
	} while (timer_wait(ns));
	return NULL;
}

static int timer_start(void)
{
	pthread_condattr_t a;

	pthread_condattr_init(&a);
	pthread_condattr_setclock(&a, CLOCK_MONOTONIC);
	pthread_cond_init(&timer_cond, &a);
	pthread_condattr_destroy(&a);
	return -pthread_create(&timer_thread, NULL, timer_main, NULL);
}

static void timer_end(void)
{
	pthread_mutex_lock(&timer_lock);
	timer_stop = true;
	pthread_cond_signal(&timer_cond);
	pthread_mutex_unlock(&timer_lock);
	pthread_join(timer_thread, NULL);
}

/* ---- start and end ---- */

static const struct host_ops host_ops = {
	.interrupt = inject_interrupt,
	.timers_changed = on_timers_changed,
};

/* The rate of the TSC, which under TCG is the build machine's own. */
static uint64_t measure_tsc(void)
{
	struct timespec a, b;
	uint64_t x, y, ns;

	clock_gettime(CLOCK_MONOTONIC, &a);
	x = __rdtsc();
	usleep(50000);
	clock_gettime(CLOCK_MONOTONIC, &b);
	y = __rdtsc();
	ns = (b.tv_sec - a.tv_sec) * 1000000000ull + b.tv_nsec - a.tv_nsec;
	return (y - x) * 1000000000 / ns;
}

/*
 * QEMU ends. Usually all vCPUs stand still by now; but a device may call exit()
 * from one of them while the others run, so nothing is freed here.
 */
static void on_exit_qemu(void *userdata)
{
	struct inject_stats s;

	(void)userdata;
	machine_end(machine);
	timer_end();
	inject_stop();
	inject_get_stats(&s);
	log_info(AREA, "interrupts: %llu by vCPUs, %llu by qtest, %llu lost at the end",
		 (unsigned long long)s.vcpu, (unsigned long long)s.qtest,
		 (unsigned long long)s.lost);
	for (unsigned int i = 0; opt.count && i < host.vps; i++)
		log_info(AREA, "vCPU %u executed %llu instructions", i,
			 (unsigned long long)insn_counted(i));
}

/* Executed by all vCPUs so far; only as exact as threads that run meanwhile allow. */
static const char *cmd_instructions(void *arg, int argc, char **argv, GString *out)
{
	uint64_t sum = 0;

	(void)arg;
	(void)argc;
	(void)argv;
	if (!opt.count)
		return "instructions are not counted: see the option count";
	for (unsigned int i = 0; i < host.vps; i++)
		sum += insn_counted(i);
	g_string_append_printf(out, "instructions %llu\n", (unsigned long long)sum);
	return NULL;
}

static const char *check_qemu(const struct qemu_info *info)
{
	static char text[128];

	if (info->version.cur < QEMU_API_VERSION || info->version.min > QEMU_API_VERSION) {
		snprintf(text, sizeof(text),
			 "this QEMU has plugin API %d to %d; %d (QEMU 11.1) is needed",
			 info->version.min, info->version.cur, QEMU_API_VERSION);
		return text;
	}
	if (!info->system_emulation || strcmp(info->target_name, "x86_64"))
		return "only qemu-system-x86_64 is supported";
	if (info->system.max_vcpus > HOST_MAX_VP) {
		snprintf(text, sizeof(text), "%d vCPUs, at most %d are supported",
			 info->system.max_vcpus, HOST_MAX_VP);
		return text;
	}
	return NULL;
}

static int refuse(const char *why)
{
	fprintf(stderr, "dxg-partition: %s\n", why);
	return 1;
}

static int refuse_errno(const char *what, int err)
{
	fprintf(stderr, "dxg-partition: %s: %s\n", what, strerror(-err));
	return 1;
}

static int start_host(qemu_plugin_id_t id, unsigned int vcpus)
{
	struct insn_config ic = { .host = &host, .vcpus = vcpus, .count = opt.count };
	const char *why;
	int err;

	err = log_open(opt.log);
	if (err)
		return refuse_errno(opt.log, err);
	log_set_debug(opt.debug);
	host_init(&host, &host_ops, NULL);
	host.vps = vcpus;
	err = gmem_open(&host.mem, opt.ram, opt.below4g);
	if (err)
		return refuse_errno(opt.ram, err);
	opt.machine.tsc_hz = opt.tsc ? measure_tsc() : 0;
	opt.machine.write_guest = insn_write_guest;
	why = machine_new(&host, &opt.machine, &machine);
	if (why)
		return refuse(why);
	log_info(AREA, "%u vCPUs, %llu MiB of memory, TSC %llu Hz", vcpus,
		 (unsigned long long)(host.mem.size >> 20),
		 (unsigned long long)opt.machine.tsc_hz);
	err = timer_start();
	if (!err)
		err = inject_start(opt.qtest);
	if (err)
		return refuse_errno("cannot start", err);
	control_register(machine_control(machine), "instructions", "instructions",
			 cmd_instructions, NULL);
	ic.partition = machine_partition(machine);
	insn_init(id, &ic);
	qemu_plugin_register_atexit_cb(id, on_exit_qemu, NULL);
	return 0;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	const char *why = check_qemu(info);
	static char *words[256];

	if (why)
		return refuse(why);
	/* QEMU frees the words after this call; the options refer to them. */
	if (argc > (int)G_N_ELEMENTS(words))
		return refuse("too many options");
	for (int i = 0; i < argc; i++)
		words[i] = g_strdup(argv[i]);
	why = options_parse(&opt, argc, words);
	if (why)
		return refuse(why);
	return start_host(id, info->system.smp_vcpus);
}
