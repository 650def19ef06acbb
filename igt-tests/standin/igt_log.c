// SPDX-License-Identifier: MIT
/*
 * Stand-in: the log, what of it is kept for a failure, and the protocol's lines.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <time.h>

#include "standin.h"

/* Lines kept for the report of a failure, and the room of each. */
#define KEPT_LINES	256
#define LINE_SIZE	512

static char kept[KEPT_LINES][LINE_SIZE];
static unsigned int kept_next;	/* counts all lines; the slot is the rest */

static const char * const level_text[] = {
	[IGT_LOG_DEBUG] = "DEBUG",
	[IGT_LOG_INFO] = "INFO",
	[IGT_LOG_WARN] = "WARNING",
	[IGT_LOG_CRITICAL] = "CRITICAL",
};

void igt_log(const char *domain, enum igt_log_level level, const char *format, ...)
{
	int error = errno;
	struct timespec now;
	char text[LINE_SIZE], *line = kept[kept_next++ % KEPT_LINES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (snprintf(line, LINE_SIZE, "[%lld.%06ld] (%s:%d) %s%s%s: %s", (long long)now.tv_sec,
		     now.tv_nsec / 1000, standin_program, getpid(), domain ? domain : "",
		     domain ? "-" : "", level_text[level], text) >= LINE_SIZE)
		line[LINE_SIZE - 2] = '\n';

	if (level == IGT_LOG_INFO) {
		fputs(text, stdout);
		fflush(stdout);
	} else if (level > IGT_LOG_INFO) {
		/* Both streams may be one file: keep the order. */
		fflush(stdout);
		fputs(line, stderr);
		fflush(stderr);
	}
	errno = error;
}

void standin_log_clear(void)
{
	kept_next = 0;
}

void standin_log_dump(const char *what)
{
	unsigned int i = kept_next > KEPT_LINES ? kept_next - KEPT_LINES : 0;

	fflush(stdout);
	fprintf(stderr, "%s failed.\n", what);
	fprintf(stderr, "**** DEBUG ****\n");
	for (; i < kept_next; i++)
		fputs(kept[i % KEPT_LINES], stderr);
	fprintf(stderr, "****  END  ****\n");
	fflush(stderr);
	kept_next = 0;
}

/* Written without stdio's lock, because a crash may come from inside of it. */
void standin_protocol(const char *format, ...)
{
	static int on_stderr = -1;
	char line[512];
	va_list args;
	size_t len;

	if (on_stderr < 0)
		on_stderr = !!getenv("IGT_SENTINEL_ON_STDERR");
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	len = strlen(line);
	if (write(STDOUT_FILENO, line, len) != (ssize_t)len)
		_exit(IGT_EXIT_ABORT);
	if (on_stderr && write(STDERR_FILENO, line, len) != (ssize_t)len)
		_exit(IGT_EXIT_ABORT);
}

void standin_kmsg(const char *format, ...)
{
	int error = errno, fd, len;
	char line[512];
	va_list args;

	len = snprintf(line, sizeof(line), "<6>[IGT] %s: ", standin_program);
	va_start(args, format);
	vsnprintf(line + len, sizeof(line) - len, format, args);
	va_end(args);
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		if (write(fd, line, strlen(line)) < 0)
			igt_debug("no line in the kernel's log: %s\n", strerror(errno));
		close(fd);
	}
	errno = error;
}
