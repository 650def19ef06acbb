// SPDX-License-Identifier: GPL-2.0
/*
 * Hardware queues: a context's lines of work, each with a progress fence that
 * takes the value of a submission when that is done.
 */
#include <string.h>

#include "exec.h"

void hwqueue_free(struct gpupv_hwqueue *h)
{
	struct gpupv_context *c = h->queue.context;

	queue_fini(&h->queue);
	sync_free(h->queue.progress);
	c->hwqueues = g_list_remove(c->hwqueues, h);
	handle_drop(&h->queue.device->process->handles, h->queue.handle);
	g_free(h);
}
