// SPDX-License-Identifier: GPL-2.0
/*
 * The command: started with pipes or a terminal of its own, its output sent as
 * it comes, the host's input given to it, its end reported after its output.
 *
 * The host sends no more input than it was given credit for, so what waits here
 * for a command that does not read is bounded.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto.h"

#define CHUNK	32768
#define CREDIT	(256u << 10)

struct relay {
	pid_t pid;
	int in, out, err;		/* our ends; a terminal is in and out at once */
	int children;			/* signalfd */
	bool tty, ended, off;
	bool eof;			/* the host's input ended */
	uint8_t pending[CREDIT];	/* input that the command has not taken */
	size_t npending;
};

static void send_u32(char type, uint32_t a, uint32_t b, size_t len)
{
	uint8_t d[8] = { a, a >> 8, a >> 16, a >> 24, b, b >> 8, b >> 16, b >> 24 };

	port_send(type, d, len);
}

/* In the child. @err takes the reason when the command cannot be run. */
static void __attribute__((noreturn)) become(const struct command *c, int err)
{
	static const int ours[] = { SIGTERM, SIGINT, SIGUSR1, SIGUSR2, SIGPIPE };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		signal(ours[i], SIG_DFL);
	if (c->cwd && chdir(c->cwd)) {
		dprintf(err, "vm/run: cannot enter %s in the guest: %s\n", c->cwd,
			strerror(errno));
		_exit(126);
	}
	execvp(c->argv[0], c->argv);
	dprintf(err, "vm/run: %s: %s\n", c->argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static void start_terminal(struct relay *r, const struct command *c)
{
	struct winsize w = { .ws_row = c->rows, .ws_col = c->cols };

	r->pid = forkpty(&r->out, NULL, NULL, &w);
	if (r->pid < 0)
		port_fail("forkpty: %s", strerror(errno));
	if (!r->pid)
		become(c, 2);
	r->in = r->out;
	r->err = -1;
}

static void start_pipes(struct relay *r, const struct command *c)
{
	int in[2], out[2], err[2];

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		port_fail("pipe: %s", strerror(errno));
	r->pid = fork();
	if (r->pid < 0)
		port_fail("fork: %s", strerror(errno));
	if (!r->pid) {
		setsid();
		dup2(in[0], 0);
		dup2(out[1], 1);
		dup2(err[1], 2);
		become(c, 2);
	}
	close(in[0]);
	close(out[1]);
	close(err[1]);
	r->in = in[1];
	r->out = out[0];
	r->err = err[0];
}

/* Send what one pipe has. False: nothing is there now. Ends the pipe at its end. */
static bool drain(int *fd, char type)
{
	uint8_t b[CHUNK];
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, b, sizeof(b));
	if (n > 0) {
		port_send(type, b, n);
		return true;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	/* EIO: the last user of the terminal closed it. */
	*fd = -1;
	return false;
}

static void feed(struct relay *r)
{
	ssize_t n;

	while (r->in >= 0 && r->npending) {
		n = write(r->in, r->pending, r->npending);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			/* Nobody will read it: take it, so that the host may go on. */
			n = r->npending;
			if (!r->tty)
				close(r->in);
			r->in = -1;
		}
		memmove(r->pending, r->pending + n, r->npending - n);
		r->npending -= n;
		send_u32(MSG_CREDIT, n, 0, 4);
	}
	if (r->in >= 0 && r->eof && !r->npending && !r->tty) {
		close(r->in);
		r->in = -1;
	}
}

static void take_stdin(struct relay *r, const uint8_t *data, size_t len)
{
	if (!len) {
		r->eof = true;
	} else if (r->in < 0) {
		send_u32(MSG_CREDIT, len, 0, 4);
	} else if (len > sizeof(r->pending) - r->npending) {
		port_fail("the host sends more input than it may");
	} else {
		memcpy(r->pending + r->npending, data, len);
		r->npending += len;
	}
	feed(r);
}

static void from_host(struct relay *r)
{
	const uint8_t *d;
	struct winsize w = { 0 };
	size_t len;
	char type;

	if (!port_receive(&type, &d, &len))
		return;
	if (type == MSG_STDIN) {
		take_stdin(r, d, len);
	} else if (type == MSG_POWEROFF) {
		r->off = true;
	} else if (type == MSG_SIGNAL && len == 4) {
		kill(-r->pid, d[0]);
	} else if (type == MSG_WINSIZE && len == 4 && r->tty && r->out >= 0) {
		w.ws_row = d[0] | d[1] << 8;
		w.ws_col = d[2] | d[3] << 8;
		ioctl(r->out, TIOCSWINSZ, &w);
	}
}

/* As the first process we inherit every orphan: collect them all. */
static void collect(struct relay *r)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	if (read(r->children, &info, sizeof(info)) < 0)
		return;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != r->pid || r->ended)
			continue;
		r->ended = true;
		/* Its output first. What its children write later is not waited for. */
		while (drain(&r->out, MSG_STDOUT))
			;
		while (drain(&r->err, MSG_STDERR))
			;
		if (WIFSIGNALED(status))
			send_u32(MSG_EXIT, 1, WTERMSIG(status), 8);
		else
			send_u32(MSG_EXIT, 0, WEXITSTATUS(status), 8);
	}
}

void relay_run(const struct command *c)
{
	static struct relay r;
	sigset_t chld;

	r.tty = c->tty;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, NULL);
	r.children = signalfd(-1, &chld, SFD_CLOEXEC | SFD_NONBLOCK);
	if (c->tty)
		start_terminal(&r, c);
	else
		start_pipes(&r, c);
	fcntl(r.out, F_SETFL, O_NONBLOCK);
	fcntl(r.in, F_SETFL, O_NONBLOCK);
	if (r.err >= 0)
		fcntl(r.err, F_SETFL, O_NONBLOCK);
	port_send(MSG_STARTED, NULL, 0);

	while (!r.off) {
		struct pollfd p[5] = {
			{ .fd = port_fd(), .events = POLLIN },
			{ .fd = r.children, .events = POLLIN },
			{ .fd = r.out, .events = POLLIN },
			{ .fd = r.err, .events = POLLIN },
			{ .fd = r.npending ? r.in : -1, .events = POLLOUT },
		};

		if (poll(p, 5, -1) < 0)
			continue;
		if (p[2].revents)
			drain(&r.out, MSG_STDOUT);
		if (p[3].revents)
			drain(&r.err, MSG_STDERR);
		if (p[4].revents)
			feed(&r);
		if (p[1].revents)
			collect(&r);
		if (p[0].revents) {
			do
				from_host(&r);
			while (port_ready());
		}
	}
}
