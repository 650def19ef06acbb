// SPDX-License-Identifier: GPL-2.0
/*
 * One request of the host's control protocol: a line out, answer lines in, up
 * to "ok" or "error: TEXT".
 *
 * usage: hostctl [--socket FILE] WORD [ARGUMENT]...
 *
 * Without --socket this is the guest: the virtio-serial port org.dxg.host. It
 * can be open once at a time, so users wait for each other at a lock file.
 * Exit status: 0 for "ok", 1 for "error", 2 for wrong use, 3 without an answer.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PORT_NAME	"org.dxg.host"
#define LOCK_FILE	"/run/dxg-hostctl.lock"
#define CONNECT_MS	10000	/* the host may still be starting */
#define ANSWER_MS	60000

static void __attribute__((noreturn, format(printf, 1, 2))) fail(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "hostctl: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\n");
	exit(3);
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ll + t.tv_nsec / 1000000;
}

static int open_socket(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	const char *slash = strrchr(path, '/');
	char dir[4096];
	int fd;

	/* A socket's address holds 107 bytes: go where it is, name only the file. */
	if (slash) {
		snprintf(dir, sizeof(dir), "%.*s/", (int)(slash - path), path);
		if (chdir(dir))
			fail("%s: %s", dir, strerror(errno));
		path = slash + 1;
	}
	if (strlen(path) >= sizeof(a.sun_path))
		fail("%s: the name is too long", path);
	strcpy(a.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof(a)))
		fail("%s: %s", path, strerror(errno));
	return fd;
}

static int open_port(void)
{
	DIR *d = opendir("/sys/class/virtio-ports");
	struct dirent *e;
	int fd = -1;

	while (d && fd < 0 && (e = readdir(d))) {
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
		fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0)
			fail("%s: %s", path, strerror(errno));
	}
	if (d)
		closedir(d);
	if (fd < 0)
		fail("no port " PORT_NAME " here; on the build machine give --socket FILE");
	return fd;
}

static void lock(void)
{
	int fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	/* A kernel without file locks has one user at a time, or they take their chance. */
	if (fd < 0 || (flock(fd, LOCK_EX) && errno != ENOSYS))
		fail(LOCK_FILE ": %s", strerror(errno));
}

/* Wait for @events. The port of a guest reports a hangup while no host is there. */
static void wait_for(int fd, short events, long long until)
{
	struct pollfd p = { .fd = fd, .events = events };
	long long left = until - now_ms();

	if (left <= 0)
		fail("the host does not answer");
	if (poll(&p, 1, left) > 0 && !(p.revents & events))
		usleep(10000);
}

/* Answers that an earlier user did not wait for. */
static void drop_old(int fd)
{
	char b[4096];

	while (read(fd, b, sizeof(b)) > 0)
		;
}

static void send_line(int fd, const char *line)
{
	long long until = now_ms() + CONNECT_MS;
	size_t len = strlen(line);

	while (len) {
		ssize_t n = write(fd, line, len);

		if (n > 0) {
			line += n;
			len -= n;
		} else if (errno == EPIPE || errno == ECONNRESET) {
			fail("the host is gone");
		} else {
			wait_for(fd, POLLOUT, until);
		}
	}
}

/* Print the answer. Returns the exit status. */
static int print_answer(int fd, int is_socket)
{
	long long until = now_ms() + ANSWER_MS;
	char line[8192];
	size_t len = 0;

	for (;;) {
		ssize_t n = read(fd, line + len, 1);

		if (n == 0 && is_socket)
			fail("the host closed the connection");
		if (n <= 0) {
			wait_for(fd, POLLIN, until);
			continue;
		}
		if (line[len] != '\n' && len < sizeof(line) - 2) {
			len++;
			continue;
		}
		line[len] = 0;
		if (!strcmp(line, "ok"))
			return 0;
		if (!strncmp(line, "error: ", 7)) {
			fprintf(stderr, "%s\n", line);
			return 1;
		}
		printf("%s\n", line);
		len = 0;
	}
}

static char *join(char **words)
{
	size_t size = 2;
	char *line;

	for (char **w = words; *w; w++)
		size += strlen(*w) + 1;
	line = calloc(1, size);
	if (!line)
		fail("no memory");
	for (char **w = words; *w; w++) {
		if (strchr(*w, '\n'))
			fail("a request is one line");
		strcat(line, *w);
		strcat(line, w[1] ? " " : "\n");
	}
	return line;
}

int main(int argc, char **argv)
{
	const char *path = NULL;
	char *line;
	int fd, at = 1;

	if (argc > 2 && !strcmp(argv[1], "--socket")) {
		path = argv[2];
		at = 3;
	}
	if (argc <= at || argv[at][0] == '-') {
		fprintf(stderr, "usage: hostctl [--socket FILE] WORD [ARGUMENT]...\n");
		return 2;
	}
	line = join(argv + at);
	if (path) {
		fd = open_socket(path);
	} else {
		lock();
		fd = open_port();
		drop_old(fd);
	}
	send_line(fd, line);
	free(line);
	return print_answer(fd, !!path);
}
