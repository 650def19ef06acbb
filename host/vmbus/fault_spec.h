/* SPDX-License-Identifier: GPL-2.0 */
/* One failure rule as read from its text: see fault.h for the meaning of each part. */
#ifndef HOST_VMBUS_FAULT_SPEC_H
#define HOST_VMBUS_FAULT_SPEC_H

#include <stdbool.h>
#include <stdint.h>

enum fault_kind {
	FAULT_DELAY,
	FAULT_DROP,
	FAULT_TRUNCATE,
	FAULT_EXTEND,
	FAULT_DUPLICATE,
	FAULT_WRONG_ID,
	FAULT_GARBAGE,
	FAULT_SILENCE,
	FAULT_RESCIND,
	FAULT_STATUS,
};

enum fault_match {
	FAULT_MATCH_ANY,
	FAULT_MATCH_COMPLETION,
	FAULT_MATCH_INBAND,
};

struct fault_rule {
	struct fault_rule *next;
	char *text;			/* as it was given */
	enum fault_kind kind;
	enum fault_match match;
	char *channel;			/* glob */
	char *request;			/* globs with + between them, or NULL */
	uint64_t after, count, probability, seed;
	uint64_t ms, bytes, offset, value;
	bool has_value;
	uint64_t random;		/* state of the random numbers */
	uint64_t seen;			/* packets matched */
	uint64_t hits;
};

/* NULL, and *err a constant text, when @spec is malformed. */
struct fault_rule *fault_spec_parse(const char *spec, const char **err);
void fault_spec_free(struct fault_rule *r);

#endif
