// SPDX-License-Identifier: GPL-2.0
/* Puts the host together, and takes it apart. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../base/log.h"
#include "../control/server.h"
#include "../echo/echo_service.h"
#include "../vmbus/fault.h"
#include "../vpci/vpci.h"
#include "machine.h"

#define AREA "machine"

#define HV_STATUS_SUCCESS		0x00
#define HV_STATUS_INVALID_CONNECTION_ID	0x12

/*
 * Message connections of VMBus (include/linux/hyperv.h): the guest starts on
 * 4 when it can speak 5.0 and later, on 1 for older versions, and goes on with
 * the one it is told.
 */
#define CONNECTION_MESSAGE	1
#define CONNECTION_MESSAGE_5	4

struct machine {
	struct host *h;
	struct machine_config c;
	struct machine_parts p;
	struct control_server *server;
};

/* ---- between partition and bus ---- */

static uint16_t on_post_message(void *ctx, uint32_t connection, const void *payload, size_t len)
{
	struct machine *m = ctx;

	if (connection != CONNECTION_MESSAGE && connection != CONNECTION_MESSAGE_5)
		return HV_STATUS_INVALID_CONNECTION_ID;
	vmbus_message(m->p.vmbus, payload, len);
	return HV_STATUS_SUCCESS;
}

static uint16_t on_signal_event(void *ctx, uint32_t connection)
{
	struct machine *m = ctx;

	vmbus_signal(m->p.vmbus, connection);
	return HV_STATUS_SUCCESS;
}

static bool on_mmio_read(void *ctx, uint64_t gpa, void *data, unsigned int len)
{
	struct machine *m = ctx;

	return vpci_mmio_read(m->p.vmbus, gpa, data, len);
}

static bool on_mmio_write(void *ctx, uint64_t gpa, const void *data, unsigned int len)
{
	struct machine *m = ctx;

	return vpci_mmio_write(m->p.vmbus, gpa, data, len);
}

static void on_reset(void *ctx)
{
	struct machine *m = ctx;

	gpupv_reset(m->p.gpupv);
	vmbus_reset(m->p.vmbus);
}

static void on_write_guest(void *ctx, uint64_t gpa, const void *data, size_t len)
{
	struct machine *m = ctx;

	m->c.write_guest(m->c.write_ctx, gpa, data, len);
}

static const struct partition_ops partition_ops = {
	.post_message = on_post_message,
	.signal_event = on_signal_event,
	.mmio_read = on_mmio_read,
	.mmio_write = on_mmio_write,
	.reset = on_reset,
	.write_guest = on_write_guest,
};

static void to_guest_message(void *ctx, unsigned int vp, const void *payload, size_t len)
{
	struct machine *m = ctx;

	partition_post_message(m->p.partition, vp, payload, len);
}

static void to_guest_event(void *ctx, unsigned int vp, uint32_t relid)
{
	struct machine *m = ctx;

	partition_signal_event(m->p.partition, vp, relid);
}

static const struct vmbus_ops vmbus_ops = {
	.post_message = to_guest_message,
	.signal_event = to_guest_event,
};

/* ---- building ---- */

static const char *add_services(struct machine *m)
{
	const struct machine_config *c = &m->c;
	const char *err;

	m->p.gpupv = gpupv_new(m->h, m->p.vmbus, &c->gpupv);
	if (!m->p.gpupv)
		return "the GPU service cannot be offered";
	for (unsigned int i = 0; i < c->gpus; i++) {
		err = gpupv_gpu_add(m->p.gpupv, i);
		if (err)
			return err;
	}
	for (unsigned int i = 1; i <= c->echo; i++)
		if (!echo_add(m->p.vmbus, i))
			return "an echo channel cannot be offered";
	if (c->video) {
		m->p.display = display_new(m->h, m->p.vmbus, &c->display);
		if (!m->p.display)
			return "the display cannot be offered";
	}
	for (unsigned int i = 0; i < c->num_faults; i++)
		if (vmbus_fault_add(m->p.vmbus, c->faults[i], &err))
			return err;
	return NULL;
}

static void add_commands(struct machine *m)
{
	m->p.control = control_new(m->h);
	m->p.gpus = &m->c.gpupv;
	machine_commands(&m->p);
	vmbus_fault_register(m->p.vmbus, m->p.control);
	gpupv_control(m->p.gpupv, m->p.control);
	if (m->p.display)
		display_register(m->p.display, m->p.control);
}

const char *machine_new(struct host *h, const struct machine_config *c, struct machine **out)
{
	struct partition_config pc = { .tsc_hz = c->tsc_hz };
	struct machine *m = calloc(1, sizeof(*m));
	const char *err;
	int e;

	if (!m)
		abort();
	m->h = h;
	m->c = *c;
	host_enter(h);
	m->p.host = h;
	m->p.vmbus = vmbus_new(h, &vmbus_ops, m);
	m->p.partition = partition_new(h, &pc, &partition_ops, m);
	err = add_services(m);
	if (!err)
		add_commands(m);
	host_leave(h);
	if (!err && (c->control || c->guest_control)) {
		m->server = control_server_start(m->p.control, c->control, c->guest_control, &e);
		if (!m->server) {
			log_info(AREA, "control socket: %s", strerror(-e));
			err = "the control socket cannot be made";
		}
	}
	if (err) {
		machine_free(m);
		return err;
	}
	*out = m;
	return NULL;
}

void machine_end(struct machine *m)
{
	struct partition_stats s;

	control_server_stop(m->server);
	m->server = NULL;
	host_enter(m->h);
	gpupv_reset(m->p.gpupv);
	partition_get_stats(m->p.partition, &s);
	log_info(AREA, "end: %llu CPUIDs, %llu MSRs, %llu hypercalls, %llu messages, %llu events",
		 (unsigned long long)s.cpuids, (unsigned long long)s.msrs,
		 (unsigned long long)s.hypercalls, (unsigned long long)s.messages,
		 (unsigned long long)s.events);
	log_info(AREA, "end: %llu restarts, %llu panics", (unsigned long long)s.resets,
		 (unsigned long long)s.panics);
	log_info(AREA, "end: %llu objects left behind",
		 (unsigned long long)gpupv_left_behind(m->p.gpupv));
	log_info(AREA, "end: %llu violations, %llu expected",
		 (unsigned long long)log_violations(),
		 (unsigned long long)control_expected_violations(m->p.control));
	host_leave(m->h);
}

void machine_free(struct machine *m)
{
	control_server_stop(m->server);
	host_enter(m->h);
	control_free(m->p.control);
	if (m->p.gpupv)
		gpupv_reset(m->p.gpupv);
	vmbus_free(m->p.vmbus);
	if (m->p.gpupv) {
		host_leave(m->h);
		gpupv_stop(m->p.gpupv);
		host_enter(m->h);
		gpupv_free(m->p.gpupv);
	}
	if (m->p.display)
		display_free(m->p.display);
	partition_free(m->p.partition);
	host_leave(m->h);
	free(m);
}

struct partition *machine_partition(struct machine *m)
{
	return m->p.partition;
}

struct control *machine_control(struct machine *m)
{
	return m->p.control;
}
