// SPDX-License-Identifier: GPL-2.0
/*
 * The virtio-serial port to vm/run: found by name, frames in and out.
 */
#include "agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "proto.h"

#define HEADER 5

static int port = -1;
static uint8_t *buffer;		/* what arrived and was not yet handed out */
static size_t have, used;	/* bytes in it; of these, those of the frame handed out */

static bool has_name(const char *dev, const char *want)
{
	char path[512], name[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/sys/class/virtio-ports/%s/name", dev);
	f = fopen(path, "re");
	if (!f)
		return false;
	if (fgets(name, sizeof(name), f))
		name[strcspn(name, "\n")] = 0;
	fclose(f);
	return !strcmp(name, want);
}

static bool find_port(char *path, size_t size)
{
	DIR *d = opendir("/sys/class/virtio-ports");
	struct dirent *e;
	bool found = false;

	if (!d)
		return false;
	while (!found && (e = readdir(d))) {
		found = e->d_name[0] != '.' && has_name(e->d_name, AGENT_PORT);
		if (found)
			snprintf(path, size, "/dev/%.200s", e->d_name);
	}
	closedir(d);
	return found;
}

void port_open(void)
{
	char path[256];

	buffer = malloc(HEADER + FRAME_MAX);
	if (!buffer)
		guest_power(RB_POWER_OFF);
	/* The device answers its driver's questions in its own time. */
	for (int i = 0; i < 12000; i++) {
		if (find_port(path, sizeof(path))) {
			port = open(path, O_RDWR | O_CLOEXEC);
			if (port >= 0)
				return;
		}
		usleep(10000);
	}
	say("no port named " AGENT_PORT);
	guest_power(RB_POWER_OFF);
}

int port_fd(void)
{
	return port;
}

static void send_all(const void *data, size_t len)
{
	const uint8_t *p = data;

	while (len) {
		ssize_t n = write(port, p, len);

		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n <= 0) {
			say("port: %s", strerror(errno));
			guest_power(RB_POWER_OFF);
		}
		p += n;
		len -= n;
	}
}

void port_send(char type, const void *data, size_t len)
{
	uint8_t h[HEADER] = { type, len, len >> 8, len >> 16, len >> 24 };

	send_all(h, sizeof(h));
	send_all(data, len);
}

void port_fail(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	say("%s", text);
	port_send(MSG_FAIL, text, strlen(text));
	/* The host answers with MSG_POWEROFF; anything from it will do. */
	poll(&(struct pollfd){ .fd = port, .events = POLLIN }, 1, 10000);
	guest_power(RB_POWER_OFF);
}

static size_t frame_length(void)
{
	size_t len = buffer[1] | buffer[2] << 8 | buffer[3] << 16 | (size_t)buffer[4] << 24;

	if (len > FRAME_MAX) {
		say("port: a frame of %zu bytes", len);
		guest_power(RB_POWER_OFF);
	}
	return len;
}

bool port_ready(void)
{
	size_t rest = have - used;

	/* What follows the frame handed out moves to the front. */
	memmove(buffer, buffer + used, rest);
	have = rest;
	used = 0;
	return have >= HEADER && have >= HEADER + frame_length();
}

bool port_receive(char *type, const uint8_t **data, size_t *len)
{
	ssize_t n;

	if (!port_ready()) {
		struct pollfd p = { .fd = port, .events = POLLIN };

		if (poll(&p, 1, -1) < 0)
			return false;
		n = read(port, buffer + have, HEADER + FRAME_MAX - have);
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			return false;
		if (n <= 0) {
			say("port: %s", n ? strerror(errno) : "the host is gone");
			guest_power(RB_POWER_OFF);
		}
		have += n;
	}
	if (!port_ready())
		return false;
	*type = buffer[0];
	*data = buffer + HEADER;
	*len = frame_length();
	used = HEADER + *len;
	return true;
}
