/* SPDX-License-Identifier: MIT */
/*
 * The layers that an adapter needs, from the bottom up, and which of them is
 * missing. Whoever wonders why there is no GPU reads the first line that fails.
 */
#ifndef DXGINFO_LAYERS_H
#define DXGINFO_LAYERS_H

#include <stdbool.h>

#include "facts.h"
#include "machine.h"
#include "out.h"

/** enum layer_id - The layers in their order. */
enum layer_id {
	LAYER_PCI,		/* the PCI function */
	LAYER_VMBUS,		/* its channel and the global one */
	LAYER_DRIVER,		/* the driver is bound */
	LAYER_PROTOCOL,		/* a version that both sides speak */
	LAYER_IOSPACE,		/* the region for host memory */
	LAYER_NODE,		/* the device node */
	LAYER_PERMISSION,	/* the caller may open it */
	LAYER_COUNT,
};

/** enum layer_state - What is known of a layer. */
enum layer_state {
	LAYER_PASS,
	LAYER_FAIL,
	/* It cannot be seen because a layer below is missing, or without root. */
	LAYER_UNKNOWN,
};

/** struct layer - One of them. */
struct layer {
	enum layer_state state;
	/** @text: What was seen, or what is missing and where to look. */
	char text[512];
};

/*
 * Judge all layers. @f and @facts are NULL when the machine has no PCI function.
 * Returns whether nothing failed.
 */
bool layers_judge(struct layer layers[LAYER_COUNT], const struct machine *m,
		  const struct function *f, const struct facts *facts);

/* Write the lines to the open object of @o. */
void layers_print(struct out *o, const struct layer layers[LAYER_COUNT]);

#endif
