/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A hostile guest whose every step comes from the fuzzer: the input is read as
 * a script of operations on MSRs, hypercalls, guest memory and rings.
 */
#ifndef HOST_FUZZ_SCRIPT_H
#define HOST_FUZZ_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

#include "../base/host.h"
#include "../partition/partition.h"

#define SCRIPT_RAM	(1u << 20)

struct script {
	struct host *host;
	struct partition *partition;
	/* Something that the host does of its own accord; with host->lock. May be NULL. */
	void (*host_action)(void *arg, uint8_t what, uint32_t value);
	void *arg;
	/* private */
	uint64_t clock;
	const uint8_t *in;
	size_t left;
};

/* Prepare @h, with SCRIPT_RAM bytes of zeroed memory and a clock of the script's. */
void script_init(struct script *s, struct host *h);
void script_run(struct script *s, const uint8_t *data, size_t size);
void script_fini(struct script *s);

#endif
