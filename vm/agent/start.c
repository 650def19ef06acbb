// SPDX-License-Identifier: GPL-2.0
/*
 * The host's start message: the guest's file systems, the environment, what to
 * run first, and the command.
 *
 * It is a list of strings, each ended by a zero byte: a word, then its
 * arguments.
 *
 *	mkdir PATH				with its parents
 *	mount SOURCE TARGET TYPE FLAGS DATA	FLAGS: decimal, as in mount(2)
 *	trymount TYPE TARGET			as above, where the kernel has it
 *	symlink TO PATH				unless it is there
 *	root PATH				PATH becomes /; /dev, /proc, /sys go along
 *	env NAME VALUE
 *	pre N ARG...				run this first, it must succeed
 *	cwd PATH
 *	tty ROWS COLUMNS			the command gets a terminal
 *	arg TEXT				of the command, in order
 */
#include "agent.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto.h"

struct strings {
	const char *p, *end;
};

static const char *next(struct strings *s)
{
	const char *v = s->p;

	if (s->p >= s->end)
		port_fail("the start message ends early");
	s->p += strlen(v) + 1;
	return v;
}

static unsigned long next_number(struct strings *s)
{
	return strtoul(next(s), NULL, 10);
}

static void make_path(const char *path)
{
	char *p = strdup(path);

	if (!p)
		port_fail("no memory");
	for (char *q = p + 1; *q; q++) {
		if (*q != '/')
			continue;
		*q = 0;
		mkdir(p, 0755);
		*q = '/';
	}
	if (mkdir(p, 0755) && errno != EEXIST)
		port_fail("mkdir %s: %s", path, strerror(errno));
	free(p);
}

static void do_mount(struct strings *s)
{
	const char *source = next(s), *target = next(s), *type = next(s);
	unsigned long flags = next_number(s);
	const char *data = next(s);

	if (mount(source, target, *type ? type : NULL, flags, data))
		port_fail("mount %s on %s (%s %s): %s", source, target, type, data,
			  strerror(errno));
}

static void enter_root(const char *path)
{
	static const char * const along[] = { "/dev", "/proc", "/sys" };
	char to[512];

	for (size_t i = 0; i < sizeof(along) / sizeof(along[0]); i++) {
		snprintf(to, sizeof(to), "%s%s", path, along[i]);
		if (mount(along[i], to, NULL, MS_MOVE, NULL))
			port_fail("cannot move %s to %s: %s", along[i], to, strerror(errno));
	}
	if (chdir(path) || mount(path, "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		port_fail("cannot make %s the root: %s", path, strerror(errno));
}

static void run_first(struct strings *s)
{
	unsigned long n = next_number(s);
	char text[200], *argv[64];
	int out[2], status = 0;
	ssize_t len;
	pid_t pid;

	if (!n || n >= sizeof(argv) / sizeof(argv[0]))
		port_fail("the start message names a command of %lu words", n);
	for (unsigned long i = 0; i < n; i++)
		argv[i] = (char *)next(s);
	argv[n] = NULL;
	if (pipe(out))
		port_fail("pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		port_fail("fork: %s", strerror(errno));
	if (!pid) {
		dup2(out[1], 2);
		close(out[0]);
		close(out[1]);
		execvp(argv[0], argv);
		dprintf(2, "%s", strerror(errno));
		_exit(127);
	}
	close(out[1]);
	len = read(out[0], text, sizeof(text) - 1);
	text[len > 0 ? len : 0] = 0;
	text[strcspn(text, "\n")] = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	close(out[0]);
	if (status)
		port_fail("%s %s: %s", argv[0], argv[1] ? argv[1] : "",
			  *text ? text : "failed");
}

static void one_word(const char *word, struct strings *s, struct command *c, size_t *argc)
{
	const char *a;

	if (!strcmp(word, "mkdir")) {
		make_path(next(s));
	} else if (!strcmp(word, "mount")) {
		do_mount(s);
	} else if (!strcmp(word, "trymount")) {
		a = next(s);
		mount(a, next(s), a, 0, NULL);
	} else if (!strcmp(word, "symlink")) {
		a = next(s);
		if (symlink(a, next(s)) && errno != EEXIST)
			port_fail("symlink to %s: %s", a, strerror(errno));
	} else if (!strcmp(word, "root")) {
		enter_root(next(s));
	} else if (!strcmp(word, "env")) {
		a = next(s);
		setenv(a, next(s), 1);
	} else if (!strcmp(word, "pre")) {
		run_first(s);
	} else if (!strcmp(word, "cwd")) {
		c->cwd = strdup(next(s));
	} else if (!strcmp(word, "tty")) {
		c->tty = true;
		c->rows = next_number(s);
		c->cols = next_number(s);
	} else if (!strcmp(word, "arg")) {
		c->argv = realloc(c->argv, (*argc + 2) * sizeof(char *));
		if (!c->argv)
			port_fail("no memory");
		c->argv[(*argc)++] = strdup(next(s));
		c->argv[*argc] = NULL;
	} else {
		port_fail("unknown word %s in the start message", word);
	}
}

void start_prepare(const uint8_t *data, size_t len, struct command *c)
{
	struct strings s = { .p = (const char *)data, .end = (const char *)data + len };
	size_t argc = 0;

	if (!len || data[len - 1])
		port_fail("the start message is not ended");
	while (s.p < s.end)
		one_word(next(&s), &s, c, &argc);
	if (!argc)
		port_fail("the start message names no command");
}
