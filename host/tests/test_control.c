// SPDX-License-Identifier: MIT
/* Tests of host/control: the line protocol, and its sockets. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../base/log.h"
#include "../control/server.h"
#include "test.h"

static struct host h;
static unsigned int called;

static void interrupt(void *ctx, unsigned int vp, uint8_t vector)
{
	(void)ctx;
	(void)vp;
	(void)vector;
}

static const struct host_ops ops = { .interrupt = interrupt };

static const char *cmd_words(void *arg, int argc, char **argv, GString *out)
{
	called++;
	assert_ptr_equal(arg, &called);
	for (int i = 0; i < argc; i++)
		g_string_append_printf(out, "[%s]\n", argv[i]);
	return argc == 2 && !strcmp(argv[1], "fail") ? "as asked" : NULL;
}

static int setup(void **state)
{
	struct control *c;

	host_init(&h, &ops, NULL);
	c = control_new(&h);
	control_register(c, "words", "words [WORD]...", cmd_words, &called);
	called = 0;
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	control_free(*state);
	host_fini(&h);
	return 0;
}

static void expect(struct control *c, const char *line, const char *answer)
{
	GString *out = g_string_new(NULL);

	control_line(c, line, out);
	assert_string_equal(out->str, answer);
	g_string_free(out, TRUE);
}

static void lines(void **state)
{
	struct control *c = *state;
	char *many = g_strnfill(200, 'a'), *long_word = g_strnfill(4000, 'b');

	expect(c, "words", "[words]\nok\n");
	expect(c, "  words   a  b ", "[words]\n[a]\n[b]\nok\n");
	expect(c, "words fail", "[words]\n[fail]\nerror: as asked\n");
	expect(c, "", "error: empty line\n");
	expect(c, "   ", "error: empty line\n");
	expect(c, "nothing", "error: unknown command, try help\n");
	expect(c, "word", "error: unknown command, try help\n");
	expect(c, "words \x01", "error: not a line of text\n");
	expect(c, "words \xff\xfe", "error: not a line of text\n");
	expect(c, "words\tx", "error: not a line of text\n");
	expect(c, long_word, "error: unknown command, try help\n");
	for (int i = 1; i < 200; i += 2)
		many[i] = ' ';
	expect(c, many, "error: not a line of text\n");		/* 100 words */
	assert_int_equal(called, 3);
	g_free(many);
	g_free(long_word);
}

static void help(void **state)
{
	expect(*state, "help",
	       "help\nlog TEXT\nviolations [expect N]\nwords [WORD]...\nok\n");
}

static void violations(void **state)
{
	struct control *c = *state;
	char *want = g_strdup_printf("violations %llu expected 3\nok\n",
				     (unsigned long long)log_violations());

	expect(c, "violations expect 3", want);
	expect(c, "violations", want);
	expect(c, "violations expect -1", "error: usage: violations [expect N]\n");
	expect(c, "violations expect 4294967296", "error: usage: violations [expect N]\n");
	expect(c, "violations expect 1x", "error: usage: violations [expect N]\n");
	expect(c, "violations expect", "error: usage: violations [expect N]\n");
	assert_int_equal(control_expected_violations(c), 3);
	g_free(want);
}

static void numbers(void **state)
{
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "0x", "4294967296", "a" };
	unsigned int n = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(control_parse_u32(bad[i], &n));
	assert_int_equal(n, 5);
	assert_true(control_parse_u32("4294967295", &n));
	assert_int_equal(n, UINT32_MAX);
	assert_true(control_parse_u32("0x10", &n));
	assert_int_equal(n, 16);
}

/* ---- sockets ---- */

static void make_path(char path[64], const char *what)
{
	snprintf(path, 64, "%s/dxg-control-%d-%s", g_get_tmp_dir(), (int)getpid(), what);
	unlink(path);
}

static struct sockaddr_un address(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	strcpy(a.sun_path, path);
	return a;
}

static int dial(const char *path)
{
	struct sockaddr_un a = address(path);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	return fd;
}

/* Read until @text has come at the end; at most 5 s. */
static void read_until(int fd, const char *text)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	GString *got = g_string_new(NULL);
	char buf[256];
	ssize_t n;

	while (!g_str_has_suffix(got->str, text)) {
		assert_int_equal(poll(&p, 1, 120000), 1);
		n = read(fd, buf, sizeof(buf));
		assert_true(n > 0);
		g_string_append_len(got, buf, n);
	}
	g_string_free(got, TRUE);
}

static void put(int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static void listening(void **state)
{
	char path[64], *longline = g_strnfill(10000, 'x');
	struct control_server *s;
	int err, a, b;

	make_path(path, "listen");
	s = control_server_start(*state, path, NULL, &err);
	assert_non_null(s);
	a = dial(path);
	b = dial(path);
	put(a, "wor");
	put(b, "words from b\r\n");
	read_until(b, "[words]\n[from]\n[b]\nok\n");
	put(a, "ds 1\nwords 2\n");
	read_until(a, "[words]\n[1]\nok\n[words]\n[2]\nok\n");
	/* Too long, with its end in a later packet; then a good one. */
	put(a, longline);
	put(a, longline);
	put(a, "\nwords 3\n");
	read_until(a, "error: line too long\n[words]\n[3]\nok\n");
	assert_int_equal(write(a, "a\0b\n", 4), 4);
	read_until(a, "error: not a line of text\n");
	/* Gone in the middle of a line; the next one is served. */
	put(a, "words half");
	close(a);
	a = dial(path);
	put(a, "words 4\n");
	read_until(a, "[4]\nok\n");
	close(a);
	close(b);
	control_server_stop(s);
	assert_int_equal(access(path, F_OK), -1);
	g_free(longline);
}

static int accept_one(int l)
{
	struct pollfd p = { .fd = l, .events = POLLIN };
	int fd;

	assert_int_equal(poll(&p, 1, 120000), 1);
	fd = accept(l, NULL, NULL);
	assert_true(fd >= 0);
	return fd;
}

/* The guest's port: the server calls, again and again. */
static void connecting(void **state)
{
	struct sockaddr_un a;
	struct control_server *s;
	char path[64];
	int err, l, fd;

	make_path(path, "guest");
	s = control_server_start(*state, NULL, path, &err);
	assert_non_null(s);
	usleep(250000);			/* nobody listens yet */
	l = socket(AF_UNIX, SOCK_STREAM, 0);
	a = address(path);
	assert_int_equal(bind(l, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(listen(l, 1), 0);
	for (int i = 0; i < 3; i++) {
		fd = accept_one(l);
		put(fd, "words\n");
		read_until(fd, "[words]\nok\n");
		close(fd);
	}
	control_server_stop(s);
	close(l);
	unlink(path);
}

static void bad_paths(void **state)
{
	char *longpath = g_strnfill(200, 'p');
	int err = 0;

	assert_null(control_server_start(*state, longpath, NULL, &err));
	assert_int_equal(err, -ENAMETOOLONG);
	assert_null(control_server_start(*state, NULL, longpath, &err));
	assert_null(control_server_start(*state, "/nonexistent/socket", NULL, &err));
	assert_int_equal(err, -ENOENT);
	g_free(longpath);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(lines), T(help), T(violations), T(numbers), T(listening), T(connecting),
		T(bad_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
