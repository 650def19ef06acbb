// SPDX-License-Identifier: GPL-2.0
/* The text of a failure rule: its grammar, limits and defaults. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "fault_spec.h"

const char vmbus_fault_grammar[] =
	"KIND[:KEY=VALUE[,KEY=VALUE]...]\n"
	"delay:ms=1000  drop  truncate:bytes=4  extend:bytes=8  duplicate  wrong-id:value=ID\n"
	"garbage:offset=0,bytes=0 (all)  silence  rescind  status:value=0xc0000001\n"
	"all kinds: channel=GLOB match=completion|inband|any after=0 count=1 (0: for ever)\n"
	"           probability=100 (percent) seed=1 request=GLOB[+GLOB]... (answers to these)\n";

enum key {
	KEY_CHANNEL,
	KEY_MATCH,
	KEY_AFTER,
	KEY_COUNT,
	KEY_PROBABILITY,
	KEY_SEED,
	KEY_MS,
	KEY_BYTES,
	KEY_OFFSET,
	KEY_VALUE,
	KEY_REQUEST,
};

#define ALL_KINDS_KEYS	(1u << KEY_CHANNEL | 1u << KEY_MATCH | 1u << KEY_AFTER | 1u << KEY_COUNT | \
			 1u << KEY_PROBABILITY | 1u << KEY_SEED | 1u << KEY_REQUEST)

static const char * const key_names[] = {
	[KEY_CHANNEL] = "channel", [KEY_MATCH] = "match", [KEY_AFTER] = "after",
	[KEY_COUNT] = "count", [KEY_PROBABILITY] = "probability", [KEY_SEED] = "seed",
	[KEY_MS] = "ms", [KEY_BYTES] = "bytes", [KEY_OFFSET] = "offset", [KEY_VALUE] = "value",
	[KEY_REQUEST] = "request",
};

static const struct kind {
	const char *name;
	unsigned int keys;		/* besides those of all kinds */
} kinds[] = {
	[FAULT_DELAY] = { "delay", 1u << KEY_MS },
	[FAULT_DROP] = { "drop", 0 },
	[FAULT_TRUNCATE] = { "truncate", 1u << KEY_BYTES },
	[FAULT_EXTEND] = { "extend", 1u << KEY_BYTES },
	[FAULT_DUPLICATE] = { "duplicate", 0 },
	[FAULT_WRONG_ID] = { "wrong-id", 1u << KEY_VALUE },
	[FAULT_GARBAGE] = { "garbage", 1u << KEY_BYTES | 1u << KEY_OFFSET },
	[FAULT_SILENCE] = { "silence", 0 },
	[FAULT_RESCIND] = { "rescind", 0 },
	[FAULT_STATUS] = { "status", 1u << KEY_VALUE },
};

static bool parse_number(const char *text, uint64_t *out)
{
	bool hex = !strncmp(text, "0x", 2);
	const char *digits = hex ? text + 2 : text;
	char *end;

	/* strtoull() itself would take blanks, signs, and a second 0x. */
	if (!*digits || strspn(digits, hex ? "0123456789abcdefABCDEF" : "0123456789") !=
			strlen(digits))
		return false;
	errno = 0;
	*out = strtoull(digits, &end, hex ? 16 : 10);
	return !errno && !*end;
}

static const char *set_match(struct fault_rule *r, const char *value)
{
	if (!strcmp(value, "any"))
		r->match = FAULT_MATCH_ANY;
	else if (!strcmp(value, "completion"))
		r->match = FAULT_MATCH_COMPLETION;
	else if (!strcmp(value, "inband"))
		r->match = FAULT_MATCH_INBAND;
	else
		return "match= is completion, inband or any";
	if (r->kind == FAULT_WRONG_ID && r->match != FAULT_MATCH_COMPLETION)
		return "wrong-id is for completions only";
	return NULL;
}

static const char *set_bytes(struct fault_rule *r, uint64_t n)
{
	if (n > 4096)
		return "bytes= is at most 4096";
	if (!n && r->kind == FAULT_EXTEND)
		return "bytes= of extend is at least 1";
	r->bytes = n;
	return NULL;
}

static const char *set_value(struct fault_rule *r, uint64_t n)
{
	if (r->kind == FAULT_STATUS && n > UINT32_MAX)
		return "value= of status has 32 bits";
	r->value = n;
	r->has_value = true;
	return NULL;
}

static const char *set_number(struct fault_rule *r, enum key key, uint64_t n)
{
	switch (key) {
	case KEY_AFTER:
		r->after = n;
		return NULL;
	case KEY_COUNT:
		r->count = n;
		return NULL;
	case KEY_PROBABILITY:
		if (!n || n > 100)
			return "probability= is 1 to 100 percent";
		r->probability = n;
		return NULL;
	case KEY_SEED:
		r->seed = n;
		return NULL;
	case KEY_MS:
		if (n > 600000)
			return "ms= is at most 600000";
		r->ms = n;
		return NULL;
	case KEY_BYTES:
		return set_bytes(r, n);
	case KEY_OFFSET:
		if (n > 4096)
			return "offset= is at most 4096";
		r->offset = n;
		return NULL;
	case KEY_VALUE:
		return set_value(r, n);
	default:
		return "key has no number";
	}
}

/* @item is "KEY=VALUE"; the key's bit is added to *seen. */
static const char *set_item(struct fault_rule *r, char *item, unsigned int *seen)
{
	char *value = strchr(item, '=');
	unsigned int key;
	uint64_t n;

	if (!value)
		return "KEY=VALUE is missing its '='";
	*value++ = '\0';
	for (key = 0; key < G_N_ELEMENTS(key_names); key++)
		if (!strcmp(item, key_names[key]))
			break;
	if (key == G_N_ELEMENTS(key_names))
		return "unknown key";
	if (!((ALL_KINDS_KEYS | kinds[r->kind].keys) & 1u << key))
		return "this kind has no such key";
	if (*seen & 1u << key)
		return "key given twice";
	*seen |= 1u << key;
	if (!*value)
		return "empty value";
	if (key == KEY_MATCH)
		return set_match(r, value);
	if (key == KEY_CHANNEL) {
		g_free(r->channel);
		r->channel = g_strdup(value);
		return NULL;
	}
	if (key == KEY_REQUEST) {
		r->request = g_strdup(value);
		return NULL;
	}
	if (!parse_number(value, &n))
		return "value is not a number";
	return set_number(r, key, n);
}

static const char *set_kind(struct fault_rule *r, const char *name)
{
	unsigned int kind;

	for (kind = 0; kind < G_N_ELEMENTS(kinds); kind++)
		if (!strcmp(name, kinds[kind].name))
			break;
	if (kind == G_N_ELEMENTS(kinds))
		return "unknown kind";
	r->kind = kind;
	r->channel = g_strdup("*");
	r->count = 1;
	r->probability = 100;
	r->seed = 1;
	r->ms = 1000;
	if (r->kind == FAULT_TRUNCATE)
		r->bytes = 4;
	if (r->kind == FAULT_EXTEND)
		r->bytes = 8;
	if (r->kind == FAULT_STATUS)
		r->value = 0xc0000001;		/* STATUS_UNSUCCESSFUL */
	if (r->kind == FAULT_WRONG_ID)
		r->match = FAULT_MATCH_COMPLETION;
	return NULL;
}

struct fault_rule *fault_spec_parse(const char *spec, const char **err)
{
	struct fault_rule *r = g_new0(struct fault_rule, 1);
	char *copy = g_strdup(spec);
	char *keys = strchr(copy, ':');
	unsigned int seen = 0;

	if (keys)
		*keys++ = '\0';
	*err = set_kind(r, copy);
	while (!*err && keys) {
		char *next = strchr(keys, ',');

		if (next)
			*next++ = '\0';
		*err = set_item(r, keys, &seen);
		keys = next;
	}
	g_free(copy);
	if (*err) {
		fault_spec_free(r);
		return NULL;
	}
	r->text = g_strdup(spec);
	r->random = r->seed;
	return r;
}

void fault_spec_free(struct fault_rule *r)
{
	g_free(r->channel);
	g_free(r->request);
	g_free(r->text);
	g_free(r);
}
