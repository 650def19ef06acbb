/* SPDX-License-Identifier: MIT */
/*
 * What the driver and its host say of one adapter.
 */
#ifndef DXGINFO_FACTS_H
#define DXGINFO_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "dxg.h"
#include "machine.h"
#include "out.h"

/** struct facts - Answers of one adapter. Errors are negative errnos, 0 if there is an answer. */
struct facts {
	/** @proc: Where procfs is. */
	const char *proc;

	/** @open_error: Of opening the node; -ENOENT when there is none. */
	int open_error;

	/** @dev: The open node, or NULL. */
	struct dxg_device *dev;

	/** @info_error: Of asking for @info. */
	int info_error;

	/** @info: Identity, versions and limits. */
	struct drm_dxg_device_info info;
};

/*
 * Open the node of @f and ask for what the layers need; @proc is where procfs is. Close with
 * facts_close().
 */
void facts_open(struct facts *facts, const struct function *f, const char *proc);
void facts_close(struct facts *facts);

/* Write all that is known of the adapter to the open object of @o. */
void facts_print(struct out *o, const struct facts *facts, const struct function *f);

#endif
