// SPDX-License-Identifier: GPL-2.0
/* The sockets of the control protocol, served by one poll loop. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../base/log.h"
#include "server.h"

#define AREA		"control"
#define MAX_CLIENTS	8	/* of the listening socket */
#define RETRY_MS	100	/* between tries to connect to the guest's port */
#define MAX_BACKLOG	(1u << 20)	/* bytes of answers that a client does not read */

struct client {
	int fd;			/* -1: free */
	GString *in, *out;
	bool overlong;		/* in the middle of a line that was too long */
};

enum { SLOT_GUEST = MAX_CLIENTS, NUM_SLOTS };

struct control_server {
	struct control *c;
	struct sockaddr_un listen_address, guest_address;	/* sun_path "": none */
	int listen_fd;
	int stop_pipe[2];
	pthread_t thread;
	struct client clients[NUM_SLOTS];
};

static bool set_address(struct sockaddr_un *a, const char *path)
{
	if (!path)
		return true;
	if (!*path || strlen(path) >= sizeof(a->sun_path))
		return false;
	a->sun_family = AF_UNIX;
	strcpy(a->sun_path, path);
	return true;
}

static void client_open(struct client *cl, int fd)
{
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	cl->fd = fd;
	cl->in = g_string_new(NULL);
	cl->out = g_string_new(NULL);
	cl->overlong = false;
}

static void client_close(struct client *cl)
{
	if (cl->fd < 0)
		return;
	close(cl->fd);
	cl->fd = -1;
	g_string_free(cl->in, TRUE);
	g_string_free(cl->out, TRUE);
}

/* One complete line, @len bytes before its newline, at the start of the input. */
static void client_line(struct control_server *s, struct client *cl, size_t len)
{
	if (cl->overlong || len > CONTROL_MAX_LINE) {
		g_string_append(cl->out, "error: line too long\n");
	} else if (memchr(cl->in->str, 0, len)) {
		g_string_append(cl->out, "error: not a line of text\n");
	} else {
		size_t text = len && cl->in->str[len - 1] == '\r' ? len - 1 : len;
		char *line = g_strndup(cl->in->str, text);

		control_line(s->c, line, cl->out);
		g_free(line);
	}
	cl->overlong = false;
	g_string_erase(cl->in, 0, len + 1);
}

/* False: the client is gone. */
static bool client_read(struct control_server *s, struct client *cl)
{
	char buf[4096];
	const char *nl;
	ssize_t n = read(cl->fd, buf, sizeof(buf));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	if (!n)
		return false;
	g_string_append_len(cl->in, buf, n);
	while ((nl = memchr(cl->in->str, '\n', cl->in->len)))
		client_line(s, cl, nl - cl->in->str);
	if (cl->in->len > CONTROL_MAX_LINE) {
		cl->overlong = true;
		g_string_truncate(cl->in, 0);
	}
	return cl->out->len <= MAX_BACKLOG;
}

static bool client_write(struct client *cl)
{
	ssize_t n = send(cl->fd, cl->out->str, cl->out->len, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	g_string_erase(cl->out, 0, n);
	return true;
}

static void accept_client(struct control_server *s)
{
	int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	for (int i = 0; i < MAX_CLIENTS; i++) {
		if (s->clients[i].fd < 0) {
			client_open(&s->clients[i], fd);
			return;
		}
	}
	close(fd);
}

static void connect_guest(struct control_server *s)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return;
	if (connect(fd, (struct sockaddr *)&s->guest_address, sizeof(s->guest_address)))
		close(fd);
	else
		client_open(&s->clients[SLOT_GUEST], fd);
}

/* Serve what poll() has found. */
static void serve(struct control_server *s, const struct pollfd *p)
{
	if (p[1].revents)
		accept_client(s);
	for (int i = 0; i < NUM_SLOTS; i++) {
		struct client *cl = &s->clients[i];
		short ev = p[2 + i].revents;
		bool ok = true;

		if (cl->fd < 0 || p[2 + i].fd != cl->fd)
			continue;
		if (ev & (POLLIN | POLLHUP | POLLERR))
			ok = client_read(s, cl);
		if (ok && cl->out->len)
			ok = client_write(cl);
		if (!ok)
			client_close(cl);
	}
}

static void *server_main(void *arg)
{
	struct control_server *s = arg;
	struct pollfd p[2 + NUM_SLOTS];

	for (;;) {
		bool retry = *s->guest_address.sun_path && s->clients[SLOT_GUEST].fd < 0;

		p[0].fd = s->stop_pipe[0];
		p[0].events = POLLIN;
		p[1].fd = s->listen_fd;
		p[1].events = POLLIN;
		for (int i = 0; i < NUM_SLOTS; i++) {
			p[2 + i].fd = s->clients[i].fd;
			p[2 + i].events = POLLIN;
			p[2 + i].revents = 0;
			if (s->clients[i].fd >= 0 && s->clients[i].out->len)
				p[2 + i].events |= POLLOUT;
		}
		if (poll(p, G_N_ELEMENTS(p), retry ? RETRY_MS : -1) < 0 && errno != EINTR) {
			log_info(AREA, "poll: %s", strerror(errno));
			return NULL;
		}
		if (p[0].revents)
			return NULL;
		serve(s, p);
		if (retry)
			connect_guest(s);
	}
}

static int listen_at(struct control_server *s)
{
	struct sockaddr_un *a = &s->listen_address;

	if (!*a->sun_path)
		return 0;
	s->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->listen_fd < 0)
		return -errno;
	unlink(a->sun_path);
	if (bind(s->listen_fd, (struct sockaddr *)a, sizeof(*a)) || listen(s->listen_fd, 4))
		return -errno;
	return 0;
}

static void release(struct control_server *s)
{
	for (int i = 0; i < NUM_SLOTS; i++)
		client_close(&s->clients[i]);
	if (s->listen_fd >= 0) {
		close(s->listen_fd);
		unlink(s->listen_address.sun_path);
	}
	for (int i = 0; i < 2; i++)
		if (s->stop_pipe[i] >= 0)
			close(s->stop_pipe[i]);
	g_free(s);
}

struct control_server *control_server_start(struct control *c, const char *listen_path,
					    const char *connect_path, int *err)
{
	struct control_server *s = g_new0(struct control_server, 1);

	s->c = c;
	s->listen_fd = -1;
	s->stop_pipe[0] = -1;
	s->stop_pipe[1] = -1;
	for (int i = 0; i < NUM_SLOTS; i++)
		s->clients[i].fd = -1;
	*err = -ENAMETOOLONG;
	if (!set_address(&s->listen_address, listen_path) ||
	    !set_address(&s->guest_address, connect_path))
		goto fail;
	*err = listen_at(s);
	if (*err)
		goto fail;
	if (pipe2(s->stop_pipe, O_CLOEXEC)) {
		*err = -errno;
		goto fail;
	}
	*err = -pthread_create(&s->thread, NULL, server_main, s);
	if (*err)
		goto fail;
	return s;
fail:
	release(s);
	return NULL;
}

void control_server_stop(struct control_server *s)
{
	if (!s)
		return;
	if (write(s->stop_pipe[1], "", 1) == 1)
		pthread_join(s->thread, NULL);
	release(s);
}
