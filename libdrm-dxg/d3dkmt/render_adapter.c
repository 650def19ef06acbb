// SPDX-License-Identifier: MIT
/*
 * Adapters and devices on the render node: an adapter that is open in this process is
 * one open node with one address space, which all its devices share.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "d3dkmt_priv.h"

/* Protects the list of adapters, and the making and ending of address spaces. */
static pthread_mutex_t adapters_lock = PTHREAD_MUTEX_INITIALIZER;
static struct kmt_adapter *adapters;

void kmt_adapters_lock(void)
{
	pthread_mutex_lock(&adapters_lock);
}

void kmt_adapters_unlock(void)
{
	pthread_mutex_unlock(&adapters_lock);
}

/* The descriptors are of the parent's open files; closing ours takes nothing from it. */
void kmt_render_forget(void)
{
	struct kmt_adapter *a;

	for (a = adapters; a; a = a->next)
		close(dxg_device_fd(a->dev));
	adapters = NULL;
	kmt_table_forget();
}

void kmt_adapter_put_locked(struct kmt_adapter *a)
{
	if (--a->refcount)
		return;
	dxg_device_unref(a->dev);
	free(a);
}

static uint64_t luid_value(LUID luid)
{
	return (uint64_t)luid.b << 32 | luid.a;
}

/* The LUID of a render node without opening it: sysfs has it. 0: it is not known. */
static uint64_t node_luid(const char *node)
{
	const char *name = strrchr(node, '/');
	unsigned long long luid = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/drm/%s/device/dxg/luid", name ? name + 1 : node);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%llx", &luid) != 1)
		luid = 0;
	fclose(file);
	return luid;
}

static void adapter_pdev(const struct dxg_adapter *from, char *text, size_t size)
{
	snprintf(text, size, "%04x:%02x:%02x.%x", from->pci_domain, from->pci_bus,
		 from->pci_device, from->pci_function);
}

/* Open a node; its LUID is the driver's word. Under the lock. */
static NTSTATUS adapter_new(const struct dxg_adapter *from, struct kmt_adapter **out)
{
	struct drm_dxg_device_info info;
	struct kmt_adapter *a = calloc(1, sizeof(*a));
	int ret;

	if (!a)
		return STATUS_NO_MEMORY;
	ret = dxg_device_open(from->render_node, &a->dev);
	if (!ret)
		ret = dxg_device_get_info(a->dev, &info);
	if (ret) {
		dxg_device_unref(a->dev);
		free(a);
		return kmt_render_status(ret);
	}
	a->luid.a = info.luid;
	a->luid.b = info.luid >> 32;
	adapter_pdev(from, a->pdev, sizeof(a->pdev));
	a->refcount = 1;
	a->next = adapters;
	adapters = a;
	*out = a;
	return STATUS_SUCCESS;
}

/* Out of the list, when nobody has a handle of it any more. Under the lock. */
static void adapter_unlist(struct kmt_adapter *a)
{
	struct kmt_adapter **link = &adapters;

	while (*link != a)
		link = &(*link)->next;
	*link = a->next;
	kmt_objects_lock();
	kmt_adapter_put_locked(a);
	kmt_objects_unlock();
}

/* A new handle of an adapter that is @from, or has @luid; makes it if need be. Lock held. */
static NTSTATUS adapter_open(const struct dxg_adapter *from, uint64_t luid, uint32_t *handle)
{
	NTSTATUS status = STATUS_SUCCESS;
	struct kmt_adapter *a;
	struct kmt_object *o;
	char pdev[32];

	adapter_pdev(from, pdev, sizeof(pdev));
	for (a = adapters; a; a = a->next) {
		if (!strcmp(a->pdev, pdev) && (!luid || luid_value(a->luid) == luid))
			break;
	}
	if (!a)
		status = adapter_new(from, &a);
	if (status)
		return status;
	/* Another adapter has come in its place since sysfs was read. */
	o = luid && luid_value(a->luid) != luid ? NULL : kmt_object_new(KMT_ADAPTER, a, NULL);
	if (!o) {
		if (!a->handles)
			adapter_unlist(a);
		return STATUS_NO_MEMORY;
	}
	a->handles++;
	kmt_object_enter(o, 0);
	*handle = o->handle;
	kmt_object_put(o);
	return STATUS_SUCCESS;
}

NTSTATUS render_OpenAdapterFromLuid(D3DKMT_OPENADAPTERFROMLUID *args)
{
	uint64_t luid = luid_value(args->adapter_luid);
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	struct dxg_adapter **list;
	int count, i;

	count = dxg_adapters_get(&list);
	if (count < 0)
		return kmt_render_status(count);
	kmt_adapters_lock();
	for (i = 0; luid && i < count; i++) {
		if (list[i]->render_node && node_luid(list[i]->render_node) == luid) {
			status = adapter_open(list[i], luid, &args->adapter_handle);
			break;
		}
	}
	kmt_adapters_unlock();
	dxg_adapters_free(list);
	return status;
}

/* Close @handle, and with the last one of an adapter its devices. */
static NTSTATUS adapter_close(uint32_t handle)
{
	struct kmt_object *o = kmt_object_get(handle, KMT_ADAPTER);
	struct dxg_vm *vm = NULL;
	bool last;

	if (!o)
		return STATUS_INVALID_PARAMETER;
	if (!kmt_object_kill(o)) {
		kmt_object_put(o);
		return STATUS_INVALID_PARAMETER;
	}
	kmt_adapters_lock();
	last = !--o->adapter->handles;
	if (last)
		adapter_unlist(o->adapter);
	kmt_adapters_unlock();
	if (last) {
		kmt_object_kill_devices(o->adapter);
		/* What was only reserved, without a device. */
		kmt_adapters_lock();
		if (!o->adapter->devices) {
			vm = o->adapter->vm;
			o->adapter->vm = NULL;
		}
		kmt_adapters_unlock();
		dxg_vm_unref(vm);
	}
	kmt_object_put(o);
	return STATUS_SUCCESS;
}

NTSTATUS render_CloseAdapter(D3DKMT_CLOSEADAPTER *args)
{
	return adapter_close(args->adapter_handle);
}

static NTSTATUS enumerate(bool compute_only, D3DKMT_ADAPTERINFO *infos, uint32_t *count)
{
	NTSTATUS status = STATUS_SUCCESS;
	struct dxg_adapter **list;
	uint32_t found = 0, room = infos ? *count : 0;
	int total, i;

	total = dxg_adapters_get(&list);
	if (total < 0)
		return kmt_render_status(total);
	for (i = 0; i < total; i++) {
		if (list[i]->render_node &&
		    (compute_only || list[i]->device_id != DXG_PCI_DEVICE_COMPUTE))
			list[found++] = list[i];
		else
			free(list[i]);
	}
	list[found] = NULL;
	*count = found;
	if (room && room < found)
		status = STATUS_BUFFER_TOO_SMALL;

	kmt_adapters_lock();
	for (i = 0; room && !status && i < (int)found; i++) {
		struct kmt_object *o;

		memset(&infos[i], 0, sizeof(infos[i]));
		status = adapter_open(list[i], node_luid(list[i]->render_node),
				      &infos[i].adapter_handle);
		o = status ? NULL : kmt_object_get(infos[i].adapter_handle, KMT_ADAPTER);
		if (o)
			infos[i].adapter_luid = o->adapter->luid;
		kmt_object_put(o);
	}
	kmt_adapters_unlock();
	/* All or none. */
	if (room && status && status != STATUS_BUFFER_TOO_SMALL) {
		while (--i > 0)
			adapter_close(infos[i - 1].adapter_handle);
	}
	dxg_adapters_free(list);
	return status;
}

NTSTATUS render_EnumAdapters2(D3DKMT_ENUMADAPTERS2 *args)
{
	return enumerate(false, kmt_ptr(args->adapters), &args->num_adapters);
}

NTSTATUS render_EnumAdapters3(D3DKMT_ENUMADAPTERS3 *args)
{
	const uint64_t known = D3DKMT_ENUMADAPTERS_FILTER_INCLUDE_COMPUTE_ONLY |
			       D3DKMT_ENUMADAPTERS_FILTER_INCLUDE_DISPLAY_ONLY;

	if (args->filter & ~known)
		return STATUS_INVALID_PARAMETER;
	return enumerate(args->filter & D3DKMT_ENUMADAPTERS_FILTER_INCLUDE_COMPUTE_ONLY,
			 kmt_ptr(args->adapters), &args->adapter_count);
}

/* ---- Devices ---- */

/* Under the lock. */
static NTSTATUS adapter_vm_locked(struct kmt_adapter *a, struct dxg_vm **vm)
{
	int ret = 0;

	if (!a->vm)
		ret = dxg_vm_new(a->dev, DRM_DXG_VM_USER_FENCE, &a->vm);
	if (!ret)
		*vm = dxg_vm_ref(a->vm);
	return kmt_render_status(ret);
}

NTSTATUS kmt_adapter_vm(struct kmt_adapter *a, struct dxg_vm **vm)
{
	NTSTATUS status;

	kmt_adapters_lock();
	status = adapter_vm_locked(a, vm);
	kmt_adapters_unlock();
	return status;
}

void kmt_adapter_device_gone(struct kmt_object *device)
{
	struct kmt_adapter *a = device->adapter;

	/* The next device may come at once: the kernel must have forgotten this VM then. */
	kmt_adapters_lock();
	dxg_vm_unref(device->vm);
	if (!--a->devices) {
		dxg_vm_unref(a->vm);
		a->vm = NULL;
	}
	kmt_adapters_unlock();
}

NTSTATUS render_CreateDevice(D3DKMT_CREATEDEVICE *args)
{
	struct kmt_object *adapter = kmt_object_get(args->adapter, KMT_ADAPTER);
	struct kmt_object *device = NULL;
	NTSTATUS status;

	if (!adapter)
		return STATUS_INVALID_PARAMETER;
	if (args->flags) {
		kmt_object_put(adapter);
		return STATUS_NOT_SUPPORTED;
	}
	device = kmt_object_new(KMT_DEVICE, adapter->adapter, NULL);
	if (!device) {
		kmt_object_put(adapter);
		return STATUS_NO_MEMORY;
	}
	kmt_adapters_lock();
	/* Closed by another thread meanwhile: its devices are gone, and this came too late. */
	status = adapter->adapter->handles ? adapter_vm_locked(adapter->adapter, &device->vm) :
					     STATUS_INVALID_PARAMETER;
	if (!status) {
		adapter->adapter->devices++;
		kmt_object_enter(device, dxg_vm_host_handle(device->vm));
		args->device = device->handle;
	}
	kmt_adapters_unlock();
	kmt_object_put(device);
	kmt_object_put(adapter);
	return status;
}

NTSTATUS render_DestroyDevice(D3DKMT_DESTROYDEVICE *args)
{
	struct kmt_object *o = kmt_object_get(args->device, KMT_DEVICE);
	bool killed = o && kmt_object_kill(o);

	kmt_object_put(o);
	return killed ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
}

NTSTATUS render_GetDeviceState(D3DKMT_GETDEVICESTATE *args)
{
	struct kmt_object *o = kmt_object_get(args->device, KMT_DEVICE);
	struct drm_dxg_vm_get_state state;
	NTSTATUS status;

	if (!o)
		return STATUS_INVALID_PARAMETER;
	status = kmt_render_status(dxg_vm_get_state(o->vm, &state));
	kmt_object_put(o);
	if (status)
		return status;
	switch (args->state_type) {
	case D3DKMT_DEVICESTATE_EXECUTION:
		args->execution_state = state.execution_state;
		return STATUS_SUCCESS;
	case D3DKMT_DEVICESTATE_RESET:
		args->reset_state = state.reset_state;
		return STATUS_SUCCESS;
	case D3DKMT_DEVICESTATE_PAGE_FAULT:
		memset(&args->page_fault_state, 0, sizeof(args->page_fault_state));
		args->page_fault_state.faulted_pipeline_stage = state.fault_stage;
		args->page_fault_state.page_fault_flags = state.fault_flags;
		args->page_fault_state.fault_error_code = state.fault_error;
		args->page_fault_state.faulted_virtual_address = state.fault_address;
		return STATUS_SUCCESS;
	default:
		return STATUS_NOT_SUPPORTED;
	}
}

NTSTATUS render_Escape(D3DKMT_ESCAPE *args)
{
	struct kmt_object *adapter = kmt_object_get(args->adapter, KMT_ADAPTER);
	struct kmt_object *device = kmt_object_get(args->device, KMT_DEVICE);
	struct kmt_object *context = kmt_object_get(args->context, KMT_CONTEXT), *named;
	NTSTATUS status = STATUS_INVALID_PARAMETER;
	struct dxg_vm *vm = NULL;
	uint32_t known[2];

	if (!adapter || (args->device && !device) || (args->context && !context))
		goto out;
	status = STATUS_NOT_SUPPORTED;
	if (args->type != D3DKMT_ESCAPE_DRIVERPRIVATE ||
	    args->flags & ~(D3DDDI_ESCAPE_HARDWARE_ACCESS | D3DDDI_ESCAPE_DRIVER_KNOWN_ESCAPE))
		goto out;
	if (args->flags & D3DDDI_ESCAPE_DRIVER_KNOWN_ESCAPE) {
		status = STATUS_INVALID_PARAMETER;
		if (!args->priv_drv_data || args->priv_drv_data_size < sizeof(known))
			goto out;
		memcpy(known, kmt_ptr(args->priv_drv_data), sizeof(known));
		status = STATUS_NOT_SUPPORTED;
		if (known[0] > D3DDDI_DRIVERESCAPETYPE_TRANSLATERESOURCEHANDLE)
			goto out;
		/* The handle is the answer already. */
		named = kmt_object_get(known[1], known[0] ? KMT_RESOURCE : KMT_ALLOCATION);
		status = named ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
		kmt_object_put(named);
		goto out;
	}
	status = device ? STATUS_SUCCESS : kmt_adapter_vm(adapter->adapter, &vm);
	if (!status) {
		uint32_t flags = args->flags & D3DDDI_ESCAPE_HARDWARE_ACCESS ?
				 DRM_DXG_PRIVATE_HARDWARE : 0;
		int ret = dxg_vm_driver_private(device ? device->vm : vm,
						context ? context->queue : NULL, flags,
						kmt_ptr(args->priv_drv_data),
						args->priv_drv_data_size);

		status = kmt_render_status(ret);
	}
	dxg_vm_unref(vm);
out:
	kmt_object_put(context);
	kmt_object_put(device);
	kmt_object_put(adapter);
	return status;
}
