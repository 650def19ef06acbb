// SPDX-License-Identifier: MIT
/*
 * Judge the layers that an adapter needs.
 */
#include "layers.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "text.h"

#define DRIVER_NAME	"dxg"

/* What a host speaks that shows no version, and the oldest that there is. */
#define OLDEST_VERSION	27

static void set(struct layer *layer, enum layer_state state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void set(struct layer *layer, enum layer_state state, const char *format, ...)
{
	va_list args;

	layer->state = state;
	va_start(args, format);
	vsnprintf(layer->text, sizeof(layer->text), format, args);
	va_end(args);
}

static void judge_pci(struct layer *layer, const struct machine *m, const struct function *f)
{
	if (f)
		set(layer, LAYER_PASS, "%04x:%04x at %s", DXG_PCI_VENDOR, f->device_id,
		    f->address);
	else if (!m->has_vmbus)
		set(layer, LAYER_FAIL,
		    "no function 1414:008e or 1414:008a; there is no VMBus either: this is no guest of Hyper-V, or its kernel lacks hv_vmbus");
	else
		set(layer, LAYER_FAIL,
		    "no function 1414:008e or 1414:008a: give the VM a GPU partition, and load pci-hyperv");
}

static void judge_vmbus(struct layer *layer, const struct machine *m, const struct function *f)
{
	if (!m->has_vmbus)
		set(layer, LAYER_FAIL, "no VMBus: load hv_vmbus");
	else if (!m->global_channels)
		set(layer, LAYER_FAIL, "the global channel is missing (%zu of virtual GPUs)",
		    m->channel_count);
	else if (f && f->config_known && !machine_has_channel(m, f->channel_guid))
		set(layer, LAYER_FAIL, "channel %s of this virtual GPU is missing",
		    f->channel_guid);
	else if (m->channel_count < m->function_count || (!f && !m->channel_count))
		set(layer, LAYER_FAIL, "%zu PCI functions, but %zu channels of virtual GPUs",
		    m->function_count, m->channel_count);
	else
		set(layer, LAYER_PASS, "the global channel and %zu of virtual GPUs",
		    m->channel_count);
}

static void judge_driver(struct layer *layer, const struct machine *m, const struct function *f)
{
	if (f && !strcmp(f->driver, DRIVER_NAME))
		set(layer, LAYER_PASS, "%s", f->driver);
	else if (f && *f->driver)
		set(layer, LAYER_FAIL, "bound to %s: unbind or blacklist it", f->driver);
	else if (!m->module_loaded)
		set(layer, LAYER_FAIL, "the module dxg is not loaded: modprobe dxg");
	else if (f)
		set(layer, LAYER_FAIL,
		    "the module dxg is loaded, but did not bind: see the kernel log");
	else
		set(layer, LAYER_UNKNOWN, "the module dxg is loaded, with nothing to bind to");
}

static void judge_protocol(struct layer *layer, const struct function *f,
			   const struct facts *facts)
{
	if (facts && facts->dev && !facts->info_error)
		set(layer, LAYER_PASS, "%u", facts->info.interface_version);
	else if (facts && facts->dev)
		set(layer, LAYER_FAIL, "the driver gives no answer: %s",
		    strerror(-facts->info_error));
	else if (!f)
		set(layer, LAYER_UNKNOWN, "needs the PCI function");
	else if (!f->config_known)
		set(layer, LAYER_UNKNOWN, "only root or an open node can tell");
	else if (f->config_version && f->config_version < OLDEST_VERSION)
		set(layer, LAYER_FAIL, "the host speaks %u, the oldest known is %u",
		    f->config_version, OLDEST_VERSION);
	else
		set(layer, LAYER_PASS, "the host offers %u",
		    f->config_version ? f->config_version : OLDEST_VERSION);
}

static void judge_iospace(struct layer *layer, const struct facts *facts)
{
	if (!facts || !facts->dev || facts->info_error)
		set(layer, LAYER_UNKNOWN, "only the bound driver can tell");
	else if (!facts->info.iospace_size)
		set(layer, LAYER_FAIL,
		    "0 bytes: give the VM memory-mapped IO space above 4 GiB");
	else
		set(layer, LAYER_PASS, "%llu bytes",
		    (unsigned long long)facts->info.iospace_size);
}

/* The driver is bound, but made no node: its attribute "state" tells why. */
static void judge_missing_node(struct layer *layer, const struct function *f)
{
	char dir[PATH_MAX + 8], state[256];

	snprintf(dir, sizeof(dir), "%s/dxg", f->path);
	if (!text_read(state, sizeof(state), dir, "state") && *state)
		set(layer, LAYER_FAIL, "there is no render node; the driver is %s", state);
	else
		set(layer, LAYER_FAIL, "there is no render node");
}

static void judge_node(struct layer *layer, const struct function *f, const struct facts *facts)
{
	if (!f)
		set(layer, LAYER_UNKNOWN, "needs the PCI function");
	else if (!*f->render_node)
		judge_missing_node(layer, f);
	else if (access(f->render_node, F_OK))
		set(layer, LAYER_FAIL, "%s: %s; does udev run?", f->render_node,
		    strerror(errno));
	else if (facts->open_error && facts->open_error != -EACCES &&
		 facts->open_error != -EPERM)
		set(layer, LAYER_FAIL, "%s: %s", f->render_node, strerror(-facts->open_error));
	else
		set(layer, LAYER_PASS, "%s", f->render_node);
}

static void judge_permission(struct layer *layer, const struct function *f,
			     const struct facts *facts)
{
	if (!f || !*f->render_node || access(f->render_node, F_OK))
		set(layer, LAYER_UNKNOWN, "needs the node");
	else if (facts->open_error == -EACCES || facts->open_error == -EPERM ||
		 access(f->render_node, R_OK | W_OK))
		set(layer, LAYER_FAIL, "%s may not be opened: join the group render",
		    f->render_node);
	else
		set(layer, LAYER_PASS, "read and write");
}

bool layers_judge(struct layer layers[LAYER_COUNT], const struct machine *m,
		  const struct function *f, const struct facts *facts)
{
	int i;

	judge_pci(&layers[LAYER_PCI], m, f);
	judge_vmbus(&layers[LAYER_VMBUS], m, f);
	judge_driver(&layers[LAYER_DRIVER], m, f);
	judge_protocol(&layers[LAYER_PROTOCOL], f, facts);
	judge_iospace(&layers[LAYER_IOSPACE], facts);
	judge_node(&layers[LAYER_NODE], f, facts);
	judge_permission(&layers[LAYER_PERMISSION], f, facts);

	for (i = 0; i < LAYER_COUNT; i++)
		if (layers[i].state == LAYER_FAIL)
			return false;
	return true;
}

void layers_print(struct out *o, const struct layer layers[LAYER_COUNT])
{
	static const char * const names[LAYER_COUNT] = {
		[LAYER_PCI] = "pci-function",
		[LAYER_VMBUS] = "vmbus-channels",
		[LAYER_DRIVER] = "driver-bound",
		[LAYER_PROTOCOL] = "protocol-version",
		[LAYER_IOSPACE] = "io-space",
		[LAYER_NODE] = "node",
		[LAYER_PERMISSION] = "permission",
	};
	static const char * const states[] = {
		[LAYER_PASS] = "pass",
		[LAYER_FAIL] = "fail",
		[LAYER_UNKNOWN] = "unknown",
	};
	int i;

	out_array(o, "layers", "layers");
	for (i = 0; i < LAYER_COUNT; i++) {
		out_object(o, NULL, NULL);
		out_string(o, "name", NULL, names[i]);
		out_string(o, "state", NULL, states[layers[i].state]);
		out_string(o, "text", NULL, layers[i].text);
		out_object_end(o);
		out_line(o, "%-18s %-8s %s", names[i], states[layers[i].state],
			 layers[i].text);
	}
	out_array_end(o);
}
