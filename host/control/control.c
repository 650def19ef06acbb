// SPDX-License-Identifier: GPL-2.0
/* The control protocol: the table of commands, one line in, lines out. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "control.h"

#define AREA "control"
#define MAX_WORDS 64

struct command {
	struct command *next;
	char *word, *usage;
	control_fn fn;
	void *arg;
};

struct control {
	struct host *h;
	struct command *commands;	/* in order of registration */
	uint64_t expected;		/* violations that tests have announced */
};

static const char *cmd_help(void *arg, int argc, char **argv, GString *out)
{
	struct control *c = arg;

	(void)argc;
	(void)argv;
	for (struct command *i = c->commands; i; i = i->next)
		g_string_append_printf(out, "%s\n", i->usage);
	return NULL;
}

static const char *cmd_log(void *arg, int argc, char **argv, GString *out)
{
	GString *text = g_string_new(NULL);

	(void)arg;
	(void)out;
	for (int i = 1; i < argc; i++)
		g_string_append_printf(text, "%s%s", i > 1 ? " " : "", argv[i]);
	log_info(AREA, "%s", text->str);
	g_string_free(text, TRUE);
	return NULL;
}

static const char *cmd_violations(void *arg, int argc, char **argv, GString *out)
{
	struct control *c = arg;
	unsigned int n;

	if (argc == 3 && !strcmp(argv[1], "expect") && control_parse_u32(argv[2], &n)) {
		c->expected += n;
		log_info(AREA, "%u violations announced", n);
	} else if (argc != 1) {
		return "usage: violations [expect N]";
	}
	g_string_append_printf(out, "violations %llu expected %llu\n",
			       (unsigned long long)log_violations(),
			       (unsigned long long)c->expected);
	return NULL;
}

struct control *control_new(struct host *h)
{
	struct control *c = g_new0(struct control, 1);

	c->h = h;
	control_register(c, "help", "help", cmd_help, c);
	control_register(c, "log", "log TEXT", cmd_log, c);
	control_register(c, "violations", "violations [expect N]", cmd_violations, c);
	return c;
}

void control_free(struct control *c)
{
	if (!c)
		return;
	while (c->commands) {
		struct command *i = c->commands;

		c->commands = i->next;
		g_free(i->word);
		g_free(i->usage);
		g_free(i);
	}
	g_free(c);
}

static struct command *find(const struct control *c, const char *word)
{
	struct command *i;

	for (i = c->commands; i && strcmp(i->word, word); i = i->next)
		;
	return i;
}

void control_register(struct control *c, const char *word, const char *usage, control_fn fn,
		      void *arg)
{
	struct command *n = g_new0(struct command, 1), **at;

	if (find(c, word))
		abort();
	n->word = g_strdup(word);
	n->usage = g_strdup(usage);
	n->fn = fn;
	n->arg = arg;
	for (at = &c->commands; *at; at = &(*at)->next)
		;
	*at = n;
}

uint64_t control_expected_violations(const struct control *c)
{
	return c->expected;
}

bool control_parse_u32(const char *text, unsigned int *out)
{
	unsigned long v;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	v = strtoul(text, &end, 0);
	if (errno || *end || v > UINT32_MAX)
		return false;
	*out = v;
	return true;
}

/* Words are separated by spaces; all bytes are printable ASCII. Returns -1 when they are not. */
static int split(char *line, char *words[MAX_WORDS])
{
	int n = 0;
	char *save, *w;

	for (const char *p = line; *p; p++)
		if ((unsigned char)*p < ' ' || (unsigned char)*p > '~')
			return -1;
	for (w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (n == MAX_WORDS)
			return -1;
		words[n++] = w;
	}
	return n;
}

void control_line(struct control *c, const char *line, GString *out)
{
	char *copy = g_strdup(line), *words[MAX_WORDS + 1] = { NULL };
	int n = split(copy, words);
	const char *err = NULL;
	struct command *cmd;

	if (n < 0) {
		err = "not a line of text";
	} else if (!n) {
		err = "empty line";
	} else {
		host_enter(c->h);
		cmd = find(c, words[0]);
		err = cmd ? cmd->fn(cmd->arg, n, words, out) : "unknown command, try help";
		if (strcmp(words[0], "log"))
			log_debug(AREA, "%s: %s", line, err ? err : "ok");
		host_leave(c->h);
	}
	if (err)
		g_string_append_printf(out, "error: %s\n", err);
	else
		g_string_append(out, "ok\n");
	g_free(copy);
}
