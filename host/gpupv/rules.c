// SPDX-License-Identifier: GPL-2.0
/*
 * Failure switches of the service: rules that make single commands go wrong, on
 * purpose and replayable. What goes wrong with packets, whatever they hold, is
 * the bus server's part (vmbus/fault.h). See gpupv.h for the grammar.
 */
#include <string.h>

#include "exec.h"

#define MAX_STORM	100000u

static const struct {
	const char *key;
	enum gpupv_rule_kind kind;
	uint64_t max;			/* of the value */
} kinds[] = {
	{ "refuse", GPUPV_RULE_REFUSE, UINT32_MAX },
	{ "status", GPUPV_RULE_STATUS, UINT32_MAX },
	{ "delay", GPUPV_RULE_DELAY, UINT32_MAX },
	{ "hold", GPUPV_RULE_HOLD, 0 },
	{ "lose", GPUPV_RULE_LOSE, 1 },
	{ "tdr", GPUPV_RULE_TDR, GPUPV_MAX_NODES },
	{ "remove", GPUPV_RULE_REMOVE, 1 },
	{ "mute", GPUPV_RULE_MUTE, 0 },
	{ "storm", GPUPV_RULE_STORM, MAX_STORM },
};

/* ---- text ---- */

static const char *parse_words(struct gpupv_rule *rule, char **words, uint64_t max)
{
	uint64_t value[5] = { 0, 0, 0, 100, 1 };
	guint n = g_strv_length(words);
	const struct gpupv_command *command;

	if (n < 2 || n > 6)
		return "a rule is COMMAND:VALUE[:SKIP[:COUNT[:PERCENT[:SEED]]]]";
	rule->command = GPUPV_ANY_COMMAND;
	if (strcmp(words[0], "*")) {
		command = command_parse(words[0]);
		if (!command)
			return "unknown command";
		rule->command = command->number;
	}
	for (guint i = 1; i < n; i++) {
		if (!config_number(words[i], UINT32_MAX, &value[i - 1]))
			return "not a number of 32 bits";
	}
	if (value[0] > max)
		return "the value is too large";
	if (!value[3] || value[3] > 100)
		return "a percentage is 1 to 100";
	if (rule->kind == GPUPV_RULE_REFUSE && !status_is_error(value[0]))
		return "the status of a refusal has its top bit set";
	rule->value = value[0];
	rule->skip = value[1];
	rule->count = value[2];
	rule->percent = value[3];
	rule->seed = value[4];
	return NULL;
}

bool rule_is_key(const char *key)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!strcmp(kinds[i].key, key))
			return true;
	}
	return false;
}

const char *rule_add(struct gpupv_config *c, const char *key, const char *text)
{
	struct gpupv_rule rule = { 0 };
	const char *error;
	uint64_t max = 0;
	char **words;

	if (c->rules == GPUPV_MAX_RULES)
		return "too many rules";
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (!strcmp(kinds[i].key, key)) {
			rule.kind = kinds[i].kind;
			max = kinds[i].max;
		}
	}
	words = g_strsplit(text, ":", -1);
	error = parse_words(&rule, words, max);
	g_strfreev(words);
	if (!error)
		c->rule[c->rules++] = rule;
	return error;
}

void rules_show(const struct gpupv *g, GString *out)
{
	for (unsigned int i = 0; i < g->cfg.rules; i++) {
		const struct gpupv_rule *r = &g->cfg.rule[i];
		const char *key = kinds[0].key;

		for (size_t k = 0; k < G_N_ELEMENTS(kinds); k++) {
			if (kinds[k].kind == r->kind)
				key = kinds[k].key;
		}
		g_string_append_printf(out, "rule: %s=", key);
		if (r->command == GPUPV_ANY_COMMAND)
			g_string_append(out, "*");
		else
			g_string_append_printf(out, "%u", r->command);
		g_string_append_printf(out, ":%#x:%u:%u:%u:%u seen %u\n", r->value, r->skip,
				       r->count, r->percent, r->seed, g->rule_seen[i]);
	}
	if (g->cfg.silence)
		g_string_append(out, "silent\n");
}

void rules_clear(struct gpupv *g)
{
	g->cfg.rules = 0;
	g->cfg.silence = false;
	memset(g->rule_seen, 0, sizeof(g->rule_seen));
	memset(g->rule_random, 0, sizeof(g->rule_random));
	pending_release(g);
}

/* ---- acting ---- */

/* xorshift64*: the same seed gives the same numbers. */
static uint32_t next_random(uint64_t *state, uint32_t seed)
{
	if (!*state)
		*state = seed ^ 0x9e3779b97f4a7c15ull;
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull >> 32;
}

/* Every rule counts every command that it is for, whether it acts or not. */
static bool rule_hits(struct gpupv *g, unsigned int i, uint32_t command)
{
	const struct gpupv_rule *r = &g->cfg.rule[i];
	uint32_t seen;

	if (r->command != command && r->command != GPUPV_ANY_COMMAND)
		return false;
	seen = g->rule_seen[i]++;
	if (seen < r->skip || (r->count && seen - r->skip >= r->count))
		return false;
	return r->percent == 100 ||
	       next_random(&g->rule_random[i], r->seed) % 100 < r->percent;
}

static void rule_act(const struct gpupv_rule *r, struct rule_effects *e)
{
	switch (r->kind) {
	case GPUPV_RULE_REFUSE:
		e->refuse = r->value;
		break;
	case GPUPV_RULE_STATUS:
		e->change_status = true;
		e->status = r->value;
		break;
	case GPUPV_RULE_DELAY:
		e->delay_ms = r->value;
		break;
	case GPUPV_RULE_HOLD:
		e->hold = true;
		break;
	case GPUPV_RULE_LOSE:
		e->lose = true;
		e->skip |= !r->value;
		break;
	case GPUPV_RULE_TDR:
		e->tdr = true;
		e->tdr_node = r->value;
		break;
	case GPUPV_RULE_REMOVE:
		e->remove = true;
		e->surprise = r->value;
		break;
	case GPUPV_RULE_MUTE:
		e->mute = true;
		break;
	case GPUPV_RULE_STORM:
		e->storm = r->value;
		e->storm_seed = r->seed;
		break;
	}
}

void rules_apply(const struct gpupv_message *m, struct rule_effects *e)
{
	struct gpupv *g = m->g;

	for (unsigned int i = 0; i < g->cfg.rules; i++) {
		if (!rule_hits(g, i, m->command->number))
			continue;
		log_info(AREA, "%s: rule %u acts, with %#x", m->command->name, i,
			 g->cfg.rule[i].value);
		e->place = m->gpu ? (int)m->gpu->index : -1;
		rule_act(&g->cfg.rule[i], e);
	}
}

void rules_after(struct gpupv *g, const struct rule_effects *e)
{
	struct gpupv_gpu *gpu = e->place >= 0 ? g->gpu[e->place] : NULL;

	if (e->storm)
		event_storm(g, e->storm, e->storm_seed);
	if (e->tdr && gpu)
		tdr_now(gpu, e->tdr_node);
	if (e->remove && gpu)
		remove_later(gpu, 0, e->surprise);
	if (e->mute)
		g->cfg.silence = true;
}

/* ---- what comes without a command ---- */

void event_storm(struct gpupv *g, uint32_t count, uint32_t seed)
{
	uint64_t state = 0;

	log_info(AREA, "a storm of %u events that nobody waits for", count);
	for (uint32_t i = 0; i < MIN(count, MAX_STORM); i++) {
		uint64_t id = (uint64_t)next_random(&state, seed) << 32;

		event_signal_guest(g, id | next_random(&state, seed), 0);
	}
}

struct late_removal {
	struct gpupv *g;
	struct host_timer *timer;
	char name[GPUPV_NAME_SIZE];
	bool surprise;
};

static void removal_due(void *arg)
{
	struct late_removal *l = arg;
	const char *error = gpupv_gpu_remove(l->g, l->name, l->surprise);

	if (error)
		log_info(AREA, "%s: %s", l->name, error);
	l->g->removals = g_list_remove(l->g->removals, l);
	g_free(l);
}

void remove_later(struct gpupv_gpu *gpu, uint32_t ms, bool surprise)
{
	struct late_removal *l = g_new0(struct late_removal, 1);

	l->g = gpu->g;
	l->surprise = surprise;
	g_strlcpy(l->name, gpu->cfg.name, sizeof(l->name));
	l->timer = host_timer_add(l->g->host, ms * 1000000ull, removal_due, l);
	l->g->removals = g_list_prepend(l->g->removals, l);
}

void removals_drop(struct gpupv *g)
{
	while (g->removals) {
		struct late_removal *l = g->removals->data;

		host_timer_cancel(g->host, l->timer);
		g->removals = g_list_remove(g->removals, l);
		g_free(l);
	}
}
