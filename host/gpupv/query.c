// SPDX-License-Identifier: GPL-2.0
/*
 * QUERYADAPTERINFO. The guest passes its user's query on: a type, a buffer, and
 * the buffer comes back filled. Which type is asked and how large the buffer is
 * are the user's mistakes, not the guest driver's: an error, no violation.
 *
 * Two conventions of the answer: from version 40 on, 4 bytes of status and then
 * the data at once (so 64-bit members are not aligned); before, only the data,
 * and a failure is an empty answer. [host]
 */
#include <string.h>

#include "internal.h"

typedef uint32_t (*query_fn)(const struct gpupv_gpu *gpu, void *data);

static uint32_t query_segmentsize(const struct gpupv_gpu *gpu, void *data)
{
	struct wire_qai_segmentsize *q = data;

	q->dedicated_video = gpu->cfg.video_memory;
	q->dedicated_system = 0;
	q->shared_system = gpu->cfg.shared_memory;
	return STATUS_SUCCESS;
}

static uint32_t query_registryinfo(const struct gpupv_gpu *gpu, void *data)
{
	struct wire_qai_adapterregistryinfo *q = data;

	text_to_utf16(q->adapter, G_N_ELEMENTS(q->adapter), gpu->cfg.description);
	text_to_utf16(q->bios, G_N_ELEMENTS(q->bios), "1.0");
	text_to_utf16(q->dac, G_N_ELEMENTS(q->dac), "none");
	text_to_utf16(q->chip, G_N_ELEMENTS(q->chip), gpu->cfg.description);
	return STATUS_SUCCESS;
}

static uint32_t query_driverversion(const struct gpupv_gpu *gpu, void *data)
{
	uint32_t *q = data;

	(void)gpu;
	*q = WIRE_DRIVERVERSION_WDDM_2_7;
	return STATUS_SUCCESS;
}

/*
 * The host says what the adapter is on the host: the guest's driver makes a
 * paravirtualized, render-only or compute-only one of it. [host]
 */
static uint32_t query_adaptertype(const struct gpupv_gpu *gpu, void *data)
{
	uint32_t *q = data;

	*q = WIRE_ADAPTERTYPE_PARAVIRTUALIZED;
	*q |= gpu->cfg.compute_only ? WIRE_ADAPTERTYPE_COMPUTE_ONLY : WIRE_ADAPTERTYPE_RENDER;
	return STATUS_SUCCESS;
}

static uint32_t query_nodemetadata(const struct gpupv_gpu *gpu, void *data)
{
	struct wire_qai_nodemetadata *q = data;
	uint32_t where = q->node_and_adapter;
	uint32_t node = where & 0xffff;
	const char *name;

	if (where >> 16 || node >= gpu->cfg.nodes)
		return STATUS_INVALID_PARAMETER;
	memset(q, 0, sizeof(*q));
	q->node_and_adapter = where;
	if (node) {
		q->engine = WIRE_ENGINE_COPY;
		name = "Copy";
	} else if (gpu->cfg.compute_only) {
		q->engine = WIRE_ENGINE_OTHER;
		name = "Compute";
	} else {
		q->engine = WIRE_ENGINE_3D;
		name = "3D";
	}
	text_to_utf16(q->name, G_N_ELEMENTS(q->name), name);
	q->gpu_mmu = 1;
	return STATUS_SUCCESS;
}

static uint32_t query_adaptercount(const struct gpupv_gpu *gpu, void *data)
{
	uint32_t *q = data;

	(void)gpu;
	*q = 1;
	return STATUS_SUCCESS;
}

static uint32_t query_deviceids(const struct gpupv_gpu *gpu, void *data)
{
	struct wire_qai_deviceids *q = data;

	if (q->physical_adapter)
		return STATUS_INVALID_PARAMETER;
	q->vendor = gpu->cfg.vendor;
	q->device = gpu->cfg.device;
	q->sub_vendor = gpu->cfg.sub_vendor;
	q->sub_system = gpu->cfg.sub_system;
	q->revision = gpu->cfg.revision;
	q->bus_type = 1;	/* PCI */
	return STATUS_SUCCESS;
}

static uint32_t query_description(const struct gpupv_gpu *gpu, void *data)
{
	struct wire_qai_driverdescription *q = data;

	text_to_utf16(q->text, G_N_ELEMENTS(q->text), gpu->cfg.description);
	return STATUS_SUCCESS;
}

static uint32_t query_wddm_2_7_caps(const struct gpupv_gpu *gpu, void *data)
{
	uint32_t *q = data;

	*q = gpu->cfg.hw_sch ? WIRE_WDDM_2_7_HWSCH_SUPPORTED | WIRE_WDDM_2_7_HWSCH_ENABLED : 0;
	return STATUS_SUCCESS;
}

static const struct query {
	uint32_t type;
	uint32_t size;
	query_fn run;
} queries[] = {
	{ WIRE_QAI_SEGMENTSIZE, sizeof(struct wire_qai_segmentsize), query_segmentsize },
	{ WIRE_QAI_ADAPTERREGISTRYINFO, sizeof(struct wire_qai_adapterregistryinfo),
	  query_registryinfo },
	{ WIRE_QAI_ADAPTERREGISTRYINFO_RENDER, sizeof(struct wire_qai_adapterregistryinfo),
	  query_registryinfo },
	{ WIRE_QAI_DRIVERVERSION, 4, query_driverversion },
	{ WIRE_QAI_DRIVERVERSION_RENDER, 4, query_driverversion },
	{ WIRE_QAI_ADAPTERTYPE, 4, query_adaptertype },
	{ WIRE_QAI_ADAPTERTYPE_RENDER, 4, query_adaptertype },
	{ WIRE_QAI_NODEMETADATA, sizeof(struct wire_qai_nodemetadata), query_nodemetadata },
	{ WIRE_QAI_PHYSICALADAPTERCOUNT, 4, query_adaptercount },
	{ WIRE_QAI_PHYSICALADAPTERDEVICEIDS, sizeof(struct wire_qai_deviceids), query_deviceids },
	{ WIRE_QAI_DRIVER_DESCRIPTION, sizeof(struct wire_qai_driverdescription),
	  query_description },
	{ WIRE_QAI_DRIVER_DESCRIPTION_RENDER, sizeof(struct wire_qai_driverdescription),
	  query_description },
	{ WIRE_QAI_WDDM_2_7_CAPS, 4, query_wddm_2_7_caps },
};

/* The largest buffer whose request, and whose answer, fit into a packet. */
static uint32_t query_max(const struct gpupv *g)
{
	uint32_t ext = gpupv_has_ext_header(g) ? sizeof(struct wire_ext_header) : 0;

	return WIRE_MAX_MESSAGE - ext - WIRE_QUERY_BASE;
}

void shape_queryadapterinfo(const struct gpupv_message *m, struct gpupv_reply *r)
{
	struct wire_queryadapterinfo c;

	if (!gpupv_has_ext_header(m->g)) {
		r->fail_len = 0;
		r->fail_status_at = -1;
		return;
	}
	r->fail_len = 4;
	r->fail_status_at = 0;
	if (m->len < sizeof(c))
		return;
	message_copy(m, &c, sizeof(c));
	if (c.size <= query_max(m->g))
		r->fail_len += c.size;
}

uint32_t run_queryadapterinfo(const struct gpupv_message *m, struct gpupv_reply *r)
{
	uint32_t head = gpupv_has_ext_header(m->g) ? 4 : 0;
	struct wire_queryadapterinfo c;
	const struct query *q = NULL;
	uint32_t status, want;
	uint8_t *reply;
	void *data;

	message_copy(m, &c, sizeof(c));
	if (!c.size || c.size > query_max(m->g))
		return refuse(m, STATUS_INVALID_PARAMETER, "type %u, buffer of %u bytes", c.type,
			      c.size);
	want = (WIRE_QUERY_BASE + c.size + 7) & ~7u;
	if (m->len != want)
		return refuse(m, STATUS_INVALID_PARAMETER, "type %u: %u bytes in place of %u",
			      c.type, m->len, want);
	if (require_zero(m, WIRE_QUERY_DATA + c.size, m->len, "what is behind the buffer"))
		return STATUS_INVALID_PARAMETER;

	for (size_t i = 0; i < G_N_ELEMENTS(queries); i++) {
		if (queries[i].type == c.type)
			q = &queries[i];
	}
	if (!q) {
		log_debug(AREA, "QUERYADAPTERINFO type %u with %u bytes: not known", c.type,
			  c.size);
		return STATUS_NOT_SUPPORTED;
	}
	if (c.size != q->size) {
		log_debug(AREA, "QUERYADAPTERINFO type %u with %u bytes, has %u", c.type, c.size,
			  q->size);
		return STATUS_INVALID_PARAMETER;
	}
	data = g_memdup2(m->data + WIRE_QUERY_DATA, c.size);
	status = q->run(m->gpu, data);
	if (!status_is_error(status)) {
		reply = reply_make(r, head + c.size);
		memcpy(reply + head, data, c.size);
	}
	g_free(data);
	return status;
}
