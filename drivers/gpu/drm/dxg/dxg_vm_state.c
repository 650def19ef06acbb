// SPDX-License-Identifier: GPL-2.0
/*
 * Lost VMs: who is told, what the host knows of it, what is left for others to
 * look at.
 *
 * Being lost is a decision of the guest and takes effect at once: clients complete
 * what they have under way, and nothing of that depends on the host. What it has to
 * say is asked afterwards, by a worker.
 */
#include <linux/err.h>
#include <linux/seq_file.h>

#include <drm/drm_drv.h>
#include <drm/drm_print.h>

#include <kunit/visibility.h>

#include "dxg_cmd.h"
#include "dxg_coredump.h"
#include "dxg_device.h"
#include "dxg_host_device.h"
#include "dxg_status.h"
#include "dxg_trace.h"
#include "dxg_vm_internal.h"

/* ---- Telling the clients ---- */

/* A VM that was destroyed, or whose adapter has gone, is no riddle. */
static bool dxg_vm_reports(const struct dxg_vm *vm)
{
	return vm->lost.reason != DRM_DXG_LOST_NOT && vm->lost.error != -ENODEV;
}

/* Runs once. In the signalling path. */
static void dxg_vm_lost_work(struct work_struct *work)
{
	struct dxg_vm *vm = container_of(work, struct dxg_vm, lost_work);
	struct dxg_vm_client *client;
	int error = READ_ONCE(vm->lost.error);
	bool cookie;

	cookie = dma_fence_begin_signalling();
	dxg_binder_stop(vm, error);
	mutex_lock(&vm->clients_lock);
	vm->told = true;
	list_for_each_entry(client, &vm->clients, list)
		client->lost(client, error);
	mutex_unlock(&vm->clients_lock);
	dxg_fence_group_end(&vm->device->fences, error);
	if (dxg_vm_reports(vm)) {
		vm->snapshot = dxg_coredump_snapshot(vm);
		/* The VM may be destroyed meanwhile; the report is of interest even so. */
		dxg_vm_get(vm);
		dxg_queue_work(&vm->report_work);
	}
	dma_fence_end_signalling(cookie);
}

/**
 * dxg_vm_lose_with() - The VM is lost from now on.
 * @vm: The VM. Does nothing when it was lost before.
 * @error: -ECANCELED, or -ENODEV when the adapter has gone.
 * @reason: Why; DRM_DXG_LOST_NOT when it was destroyed.
 * @blame: Who has done it.
 *
 * From any context.
 */
void dxg_vm_lose_with(struct dxg_vm *vm, int error, enum drm_dxg_lost_reason reason,
		      enum dxg_blame blame)
{
	unsigned long flags;
	bool first;

	spin_lock_irqsave(&vm->lost_lock, flags);
	first = !vm->lost.error;
	if (first) {
		vm->lost.reason = reason;
		vm->lost.blame = blame;
		WRITE_ONCE(vm->lost.error, error);
		if (dxg_vm_reports(vm))
			dxg_host_device_lost(vm->device);
		/* Under the lock: who finds the VM lost can flush this. */
		queue_work(vm->dxg->sched_wq, &vm->lost_work);
	}
	spin_unlock_irqrestore(&vm->lost_lock, flags);
	if (!first)
		return;

	trace_dxg_vm_lost(vm->device->handle, reason, blame, error);
	drm_dbg(&vm->dxg->drm, "VM lost: reason %u, blame %u (%pe)\n", reason, blame,
		ERR_PTR(error));
}

/**
 * dxg_vm_lose() - The VM is lost from now on.
 * @vm: The VM. Does nothing when it was lost before.
 * @reason: Why.
 * @blame: Who has done it.
 *
 * From any context: clients are told by a worker that does not depend on the host.
 */
void dxg_vm_lose(struct dxg_vm *vm, enum drm_dxg_lost_reason reason, enum dxg_blame blame)
{
	dxg_vm_lose_with(vm, -ECANCELED, reason, blame);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_lose);

/**
 * dxg_vm_lose_after() - The VM is lost because something could not be done.
 * @vm: The VM. Does nothing when it was lost before.
 * @ret: Why not, -errno. -ENODEV: the adapter goes, and dxg_vm_unplug() may not have
 *       come to this VM yet.
 * @reason: Why the VM is lost.
 * @blame: Who has done it.
 *
 * From any context. Returns what the users of the VM are told: -ENODEV or -ECANCELED.
 */
int dxg_vm_lose_after(struct dxg_vm *vm, int ret, enum drm_dxg_lost_reason reason,
		      enum dxg_blame blame)
{
	int error = ret == -ENODEV ? -ENODEV : -ECANCELED;

	dxg_vm_lose_with(vm, error, reason, blame);
	return error;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_lose_after);

/**
 * dxg_vm_status() - Whether anything can still be done with a VM.
 * @vm: The VM.
 *
 * 0, -ECANCELED when it is lost, -ENODEV when the adapter has gone. From any
 * context.
 */
int dxg_vm_status(const struct dxg_vm *vm)
{
	if (READ_ONCE(vm->dxg->link.gone))
		return -ENODEV;
	return READ_ONCE(vm->lost.error);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_status);

/**
 * dxg_vm_get_lost() - How and why a VM is lost.
 * @vm: The VM.
 * @flags: Returns DRM_DXG_STATE_xxx.
 * @reason: Returns one of &enum drm_dxg_lost_reason.
 */
void dxg_vm_get_lost(struct dxg_vm *vm, u32 *flags, u32 *reason)
{
	struct dxg_vm_lost lost;
	unsigned long irq;

	spin_lock_irqsave(&vm->lost_lock, irq);
	lost = vm->lost;
	spin_unlock_irqrestore(&vm->lost_lock, irq);

	*flags = 0;
	*reason = DRM_DXG_LOST_NOT;
	if (!lost.error)
		return;
	*flags = DRM_DXG_STATE_LOST;
	if (lost.blame == DXG_BLAME_GUILTY)
		*flags |= DRM_DXG_STATE_GUILTY;
	else if (lost.blame == DXG_BLAME_INNOCENT)
		*flags |= DRM_DXG_STATE_INNOCENT;
	*reason = lost.reason;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_get_lost);

/**
 * dxg_vm_add_client() - Have a client told when a VM is lost.
 * @vm: The VM.
 * @client: The client.
 *
 * 0, or what dxg_vm_status() returns: then the client was not added and is not
 * called.
 */
int dxg_vm_add_client(struct dxg_vm *vm, struct dxg_vm_client *client)
{
	int ret;

	mutex_lock(&vm->clients_lock);
	ret = vm->told ? READ_ONCE(vm->lost.error) : dxg_vm_status(vm);
	if (!ret)
		list_add_tail(&client->list, &vm->clients);
	mutex_unlock(&vm->clients_lock);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_add_client);

/**
 * dxg_vm_remove_client() - Have a client not told any more.
 * @vm: The VM.
 * @client: The client, added before. Its @lost does not run when this returns.
 */
void dxg_vm_remove_client(struct dxg_vm *vm, struct dxg_vm_client *client)
{
	mutex_lock(&vm->clients_lock);
	list_del_init(&client->list);
	mutex_unlock(&vm->clients_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_remove_client);

/* ---- What the host knows ---- */

/* [host]: a device that was reset with another one's is innocent. */
static const struct {
	u32 execution;
	enum drm_dxg_lost_reason reason;
	enum dxg_blame blame;
} dxg_execution_states[] = {
	{ DXGP_EXECUTION_RESET, DRM_DXG_LOST_RESET, DXG_BLAME_INNOCENT },
	{ DXGP_EXECUTION_HUNG, DRM_DXG_LOST_HANG, DXG_BLAME_GUILTY },
	{ DXGP_EXECUTION_STOPPED, DRM_DXG_LOST_STOPPED, DXG_BLAME_INNOCENT },
	{ DXGP_EXECUTION_OUT_OF_MEMORY, DRM_DXG_LOST_OUT_OF_MEMORY, DXG_BLAME_INNOCENT },
	{ DXGP_EXECUTION_DMA_FAULT, DRM_DXG_LOST_FAULT, DXG_BLAME_GUILTY },
	{ DXGP_EXECUTION_PAGE_FAULT, DRM_DXG_LOST_PAGE_FAULT, DXG_BLAME_GUILTY },
};

/* The host says that the device does not run: the VM is lost, if it was not yet. */
static void dxg_vm_host_lost(struct dxg_vm *vm, u32 execution)
{
	unsigned long flags;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dxg_execution_states); i++)
		if (dxg_execution_states[i].execution == execution)
			break;
	if (i == ARRAY_SIZE(dxg_execution_states)) {
		dxg_vm_lose(vm, DRM_DXG_LOST_HOST, DXG_BLAME_INNOCENT);
		return;
	}
	dxg_vm_lose(vm, dxg_execution_states[i].reason, dxg_execution_states[i].blame);
	spin_lock_irqsave(&vm->lost_lock, flags);
	if (vm->lost.blame == DXG_BLAME_UNKNOWN) {
		vm->lost.reason = dxg_execution_states[i].reason;
		vm->lost.blame = dxg_execution_states[i].blame;
	}
	spin_unlock_irqrestore(&vm->lost_lock, flags);
}

static int dxg_vm_ask_one(struct dxg_vm *vm, u32 type, void *state, unsigned int flags)
{
	struct dxg_host_device *device = vm->device;
	u32 status;
	int ret;

	ret = dxg_cmd_get_device_state(dxg_host_device_link(device),
				       dxg_host_device_process(device), device->handle, type,
				       state, flags, &status);
	return ret ?: dxg_status_to_errno(DXGP_CMD_GETDEVICESTATE, status);
}

/* Ask the host for the details of a device that does not run. They may be missing. */
static void dxg_vm_ask_details(struct dxg_vm *vm, struct dxg_vm_host_state *state,
			       unsigned int flags)
{
	u64 buf[DXG_DEVICE_STATE_SIZE / sizeof(u64)] = {};
	const struct dxgp_page_fault_state *fault = (const void *)buf;

	if (!dxg_vm_ask_one(vm, DXGP_DEVICE_STATE_RESET, buf, flags))
		state->reset = *(u32 *)buf;
	memset(buf, 0, sizeof(buf));
	if (dxg_vm_ask_one(vm, DXGP_DEVICE_STATE_PAGE_FAULT, buf, flags))
		return;
	state->fault_flags = fault->flags;
	state->fault_stage = fault->stage;
	state->fault_error = fault->error;
	state->fault_address = fault->address;
}

/*
 * Ask the host for the state of the device, if it may have changed since it was
 * asked last. 0 or -errno.
 */
static int dxg_vm_ask(struct dxg_vm *vm, unsigned int flags)
{
	struct dxg_vm_host_state state = {
		.generation = atomic64_read(&vm->device->generation),
	};
	u64 buf[DXG_DEVICE_STATE_SIZE / sizeof(u64)] = {};
	bool known;
	int ret;

	spin_lock_irq(&vm->lost_lock);
	known = vm->host_state.generation == state.generation &&
		(!vm->lost.error || vm->host_state.after_loss);
	state.after_loss = vm->lost.error;
	spin_unlock_irq(&vm->lost_lock);
	if (known)
		return 0;

	ret = dxg_vm_ask_one(vm, DXGP_DEVICE_STATE_EXECUTION, buf, flags);
	if (ret)
		return ret;
	state.execution = *(u32 *)buf;
	if (state.execution != DXGP_EXECUTION_ACTIVE) {
		state.after_loss = true;
		dxg_vm_ask_details(vm, &state, flags);
		dxg_vm_host_lost(vm, state.execution);
	}
	spin_lock_irq(&vm->lost_lock);
	/* The host knows of no loss: it was what this VM asked for. */
	if (state.after_loss && vm->lost.blame == DXG_BLAME_UNKNOWN)
		vm->lost.blame = DXG_BLAME_GUILTY;
	if (state.generation >= vm->host_state.generation)
		vm->host_state = state;
	spin_unlock_irq(&vm->lost_lock);
	return 0;
}

static void dxg_vm_state_work(struct work_struct *work)
{
	struct dxg_vm *vm = container_of(work, struct dxg_vm, state_work);
	int idx;

	if (!drm_dev_enter(&vm->dxg->drm, &idx))
		return;
	dxg_vm_ask(vm, 0);
	drm_dev_exit(idx);
}

/*
 * Is the loss the guest's decision alone, and known to be: the host was asked, or did
 * not need to be?
 */
static bool dxg_vm_host_runs(struct dxg_vm *vm)
{
	bool runs;

	spin_lock_irq(&vm->lost_lock);
	runs = vm->host_state.execution == DXGP_EXECUTION_ACTIVE &&
	       vm->lost.blame != DXG_BLAME_UNKNOWN;
	spin_unlock_irq(&vm->lost_lock);
	return runs;
}

/*
 * Once for each loss: leave something to look at, and have the host stop what it still
 * does for the device. In this order, because afterwards it could no longer tell what
 * was wrong. Until it has stopped, the GPU may use what belongs to the queues.
 */
static void dxg_vm_report_work(struct work_struct *work)
{
	struct dxg_vm *vm = container_of(work, struct dxg_vm, report_work);
	struct dxg_device *dxg = vm->dxg;
	int idx;

	if (drm_dev_enter(&dxg->drm, &idx)) {
		/* A host that does not even say what has happened may do so when asked anew. */
		if (dxg_vm_ask(vm, 0) == -ETIMEDOUT && !xchg(&dxg->wedged, true))
			drm_dev_wedged_event(&dxg->drm, DRM_WEDGE_RECOVERY_REBIND, NULL);
		if (dxg_vm_host_runs(vm))
			dxg_host_device_give_up(vm->device);
		dxg_coredump_vm(vm, vm->snapshot);
		drm_dev_exit(idx);
	}
	dxg_coredump_free(vm->snapshot);
	vm->snapshot = NULL;
	dxg_vm_put(vm);
}

/* The host has said that the state changed. Atomic context. */
static void dxg_vm_changed(struct dxg_host_device *device, void *data)
{
	struct dxg_vm *vm = data;

	dxg_queue_work(&vm->state_work);
}

/**
 * dxg_vm_get_state() - VM_GET_STATE.
 * @vm: The VM.
 * @args: Returns all but the id.
 *
 * Asks the host when it may have something new to say; a lost VM has its state
 * also when the host does not answer. 0 or -errno.
 */
int dxg_vm_get_state(struct dxg_vm *vm, struct drm_dxg_vm_get_state *args)
{
	struct dxg_vm_host_state state;
	int ret;

	ret = dxg_vm_ask(vm, DXG_REQ_KILLABLE);
	if (ret && (ret == -ERESTARTSYS || ret == -ENODEV || !READ_ONCE(vm->lost.error)))
		return ret;
	dxg_vm_get_lost(vm, &args->flags, &args->reason);
	spin_lock_irq(&vm->lost_lock);
	state = vm->host_state;
	spin_unlock_irq(&vm->lost_lock);
	args->execution_state = state.execution;
	args->reset_state = state.reset;
	args->fault_flags = state.fault_flags;
	args->fault_stage = state.fault_stage;
	args->fault_error = state.fault_error;
	args->fault_address = state.fault_address;
	args->generation = state.generation;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vm_get_state);

/* ---- Life ---- */

/**
 * dxg_vm_state_init() - Begin as a VM that is not lost.
 * @vm: The VM.
 */
void dxg_vm_state_init(struct dxg_vm *vm)
{
	spin_lock_init(&vm->lost_lock);
	mutex_init(&vm->clients_lock);
	INIT_LIST_HEAD(&vm->clients);
	INIT_WORK(&vm->lost_work, dxg_vm_lost_work);
	INIT_WORK(&vm->state_work, dxg_vm_state_work);
	INIT_WORK(&vm->report_work, dxg_vm_report_work);
	vm->host_state.execution = DXGP_EXECUTION_ACTIVE;
}

/**
 * dxg_vm_state_watch() - The host device is there: hear what the host says of it.
 * @vm: The VM.
 */
void dxg_vm_state_watch(struct dxg_vm *vm)
{
	dxg_host_device_set_changed(vm->device, dxg_vm_changed, vm);
}

/**
 * dxg_vm_state_fini() - The last reference is gone.
 * @vm: The VM.
 */
void dxg_vm_state_fini(struct dxg_vm *vm)
{
	if (vm->device)
		dxg_host_device_set_changed(vm->device, NULL, NULL);
	cancel_work_sync(&vm->lost_work);
	cancel_work_sync(&vm->state_work);
}

/**
 * dxg_vms_show() - The VMs of an adapter, their queues and fences, for debugfs.
 * @dxg: The adapter.
 * @m: The file.
 */
void dxg_vms_show(struct dxg_device *dxg, struct seq_file *m)
{
	struct dxg_vm_client *client;
	u32 flags, reason;
	struct dxg_vm *vm;

	mutex_lock(&dxg->vms_lock);
	list_for_each_entry(vm, &dxg->vms, entry) {
		dxg_vm_get_lost(vm, &flags, &reason);
		seq_printf(m, "VM %u of process 0x%x: device 0x%x, %s, state 0x%x, reason %u\n",
			   vm->id, dxg_host_device_process(vm->device), vm->device->handle,
			   vm->user_fence ? "user fences" : "dma-fences", flags, reason);
		mutex_lock(&vm->clients_lock);
		list_for_each_entry(client, &vm->clients, list)
			if (client->show)
				client->show(client, m);
		mutex_unlock(&vm->clients_lock);
		dxg_fence_group_show(&vm->device->fences, m);
	}
	mutex_unlock(&dxg->vms_lock);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_vms_show);
