// SPDX-License-Identifier: MIT
/*
 * Look through /proc for descriptors of the driver. The keys are those of the
 * kernel's Documentation/gpu/drm-usage-stats.rst.
 */
#include "clients.h"

#include <ctype.h>
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define MAX_CLIENTS	256
#define MAX_KEYS	24

/** struct client - One open file. */
struct client {
	char id[32];
	char pdev[32];
	bool ours;
	unsigned int keys;
	char key[MAX_KEYS][48], value[MAX_KEYS][48];
};

/** struct seen - The open files that were written already: descriptors share them. */
struct seen {
	unsigned int count;
	char id[MAX_CLIENTS][32];
};

static void read_key(struct client *c, const char *key, const char *value)
{
	if (!strcmp(key, "drm-driver")) {
		c->ours = !strcmp(value, "dxg");
	} else if (!strcmp(key, "drm-client-id")) {
		text_clean(c->id, sizeof(c->id), value, strlen(value));
	} else if (!strcmp(key, "drm-pdev")) {
		text_clean(c->pdev, sizeof(c->pdev), value, strlen(value));
	} else if (c->keys < MAX_KEYS) {
		text_clean(c->key[c->keys], sizeof(c->key[0]), key, strlen(key));
		text_clean(c->value[c->keys++], sizeof(c->value[0]), value, strlen(value));
	}
}

static void read_client(struct client *c, const char *path)
{
	char line[256], value[48];
	FILE *file = fopen(path, "re");

	memset(c, 0, sizeof(*c));
	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		char *colon = strchr(line, ':');

		if (strncmp(line, "drm-", 4) || !colon)
			continue;
		*colon++ = 0;
		colon += strspn(colon, " \t");
		text_clean(value, sizeof(value), colon, strcspn(colon, "\n"));
		read_key(c, line, value);
	}
	fclose(file);
}

static bool is_new(struct seen *seen, const struct client *c)
{
	unsigned int i;

	for (i = 0; i < seen->count; i++) {
		if (!strcmp(seen->id[i], c->id))
			return false;
	}
	if (seen->count < MAX_CLIENTS)
		strcpy(seen->id[seen->count++], c->id);
	return true;
}

static void print_client(struct out *o, const struct client *c, const char *pid, const char *name)
{
	unsigned int i;

	out_object(o, NULL, NULL);
	out_uint(o, "pid", NULL, "%llu", strtoull(pid, NULL, 10));
	out_string(o, "name", NULL, name);
	out_string(o, "client_id", NULL, c->id);
	for (i = 0; i < c->keys; i++)
		out_string(o, c->key[i], NULL, c->value[i]);
	out_object_end(o);
	out_line(o, "%-20s client %s, process %s", name, c->id, pid);
	for (i = 0; i < c->keys; i++)
		out_line(o, "  %-18s %s", c->key[i] + strlen("drm-"), c->value[i]);
}

static void print_process(struct out *o, const char *proc, const char *pid, const char *address,
			  struct seen *seen)
{
	char dir[PATH_MAX], path[PATH_MAX], name[64];
	struct dirent *entry;
	struct client c;
	DIR *fds;

	if (snprintf(dir, sizeof(dir), "%s/%s/fdinfo", proc, pid) >= (int)sizeof(dir))
		return;
	fds = opendir(dir);
	if (!fds)
		return;
	while ((entry = readdir(fds))) {
		if (!isdigit((unsigned char)*entry->d_name) ||
		    snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) >= (int)sizeof(path))
			continue;
		read_client(&c, path);
		if (!c.ours || strcmp(c.pdev, address) || !is_new(seen, &c))
			continue;
		snprintf(path, sizeof(path), "%s/%s", proc, pid);
		if (text_read(name, sizeof(name), path, "comm"))
			strcpy(name, "?");
		print_client(o, &c, pid, name);
	}
	closedir(fds);
}

void clients_print(struct out *o, const char *proc, const char *address)
{
	struct seen *seen = calloc(1, sizeof(*seen));
	DIR *processes = opendir(proc);
	struct dirent *entry;
	char self[32];

	/* This program itself is nobody that one would look for. */
	snprintf(self, sizeof(self), "%d", (int)getpid());
	out_array(o, "clients", "clients");
	while (seen && processes && (entry = readdir(processes))) {
		if (isdigit((unsigned char)*entry->d_name) && strcmp(entry->d_name, self))
			print_process(o, proc, entry->d_name, address, seen);
	}
	out_array_end(o);
	if (processes)
		closedir(processes);
	free(seen);
}
