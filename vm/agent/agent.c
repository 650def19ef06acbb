// SPDX-License-Identifier: GPL-2.0
/*
 * The first process of the guest: loads the modules of the initial RAM disk,
 * asks vm/run what to do, lays out the file systems, runs the command, reports
 * its end and powers off.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proto.h"

/* To the guest's console, which vm/run keeps in a file. */
void say(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("agent: ");
	vprintf(fmt, ap);
	printf("\n");
	va_end(ap);
	fflush(stdout);
}

void guest_power(int how)
{
	sync();
	reboot(how);
	/* Refused: nothing is left to do, and the first process must not end. */
	for (;;)
		pause();
}

/* As init programs take them: TERM and INT for a reboot, USR1 and USR2 for off. */
static void on_signal(int sig)
{
	guest_power(sig == SIGTERM || sig == SIGINT ? RB_AUTOBOOT : RB_POWER_OFF);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST))
		say("%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* The file names the modules in the order of their dependencies. */
static void load_modules(const char *list)
{
	FILE *f = fopen(list, "re");
	char line[256];

	if (!f)
		return;
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		load_module(line);
	}
	fclose(f);
}

static void early_mount(const char *type, const char *where)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, NULL) && errno != EBUSY)
		say("mount %s: %s", where, strerror(errno));
}

int main(void)
{
	struct command c = { 0 };
	const uint8_t *data;
	char type = 0;
	size_t len;
	int fd;

	early_mount("devtmpfs", "/dev");
	early_mount("proc", "/proc");
	early_mount("sysfs", "/sys");
	fd = open("/dev/console", O_RDWR);
	if (fd >= 0) {
		dup2(fd, 0);
		dup2(fd, 1);
		dup2(fd, 2);
		if (fd > 2)
			close(fd);
	}
	reboot(RB_DISABLE_CAD);
	signal(SIGTERM, on_signal);
	signal(SIGINT, on_signal);
	signal(SIGUSR1, on_signal);
	signal(SIGUSR2, on_signal);
	signal(SIGPIPE, SIG_IGN);

	sethostname("guest", 5);

	load_modules("/modules/early");
	port_open();
	port_send(MSG_HELLO, AGENT_HELLO, strlen(AGENT_HELLO));
	load_modules("/modules/late");
	while (!port_receive(&type, &data, &len))
		;
	if (type != MSG_START)
		port_fail("unexpected frame %d before the start", type);
	start_prepare(data, len, &c);
	relay_run(&c);
	kill(-1, SIGKILL);
	guest_power(RB_POWER_OFF);
}
