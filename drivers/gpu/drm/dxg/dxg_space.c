// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's book-keeping of a VM's addresses: reservations and mappings.
 *
 * The host owns the page tables. What is booked here is what it has been told and
 * has accepted: to check requests, to split what is bound over, to undo, to copy
 * bindings, and to show in debugfs. Everything runs under vm->lock, in the path
 * that signals fences, and allocates nothing.
 */
#include <linux/slab.h>

#include <drm/drm_gem.h>

#include <kunit/visibility.h>

#include "dxg_vm_internal.h"

static struct dxg_mapping *to_mapping(struct drm_gpuva *va)
{
	return container_of(va, struct dxg_mapping, base);
}

/* ---- Reservations ---- */

/**
 * dxg_space_find() - The reservation that a range lies in.
 * @vm: The VM.
 * @start: First address.
 * @size: Bytes, not 0; the range does not wrap.
 *
 * Returns NULL when the range is not within one reservation.
 */
struct dxg_reservation *dxg_space_find(struct dxg_vm *vm, u64 start, u64 size)
{
	struct rb_node *node = vm->reservations.rb_node;

	lockdep_assert_held(&vm->lock);
	while (node) {
		struct dxg_reservation *res = rb_entry(node, struct dxg_reservation, node);

		if (start < res->start)
			node = node->rb_left;
		else if (start - res->start >= res->size)
			node = node->rb_right;
		else
			return size <= res->size - (start - res->start) ? res : NULL;
	}
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_find);

/**
 * dxg_space_exact() - The reservation that is exactly a range.
 * @vm: The VM.
 * @start: First address.
 * @size: Bytes.
 *
 * Returns NULL when there is none.
 */
struct dxg_reservation *dxg_space_exact(struct dxg_vm *vm, u64 start, u64 size)
{
	struct dxg_reservation *res = dxg_space_find(vm, start, size);

	return res && res->start == start && res->size == size ? res : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_exact);

/**
 * dxg_space_reserve() - Book a reservation.
 * @vm: The VM; takes @res over when it returns true.
 * @res: The reservation, its range within the VM's.
 *
 * False, with nothing changed, when it overlaps another one.
 */
bool dxg_space_reserve(struct dxg_vm *vm, struct dxg_reservation *res)
{
	struct rb_node **link = &vm->reservations.rb_node, *parent = NULL;

	lockdep_assert_held(&vm->lock);
	while (*link) {
		struct dxg_reservation *other;

		parent = *link;
		other = rb_entry(parent, struct dxg_reservation, node);
		if (res->start + res->size <= other->start)
			link = &parent->rb_left;
		else if (res->start >= other->start + other->size)
			link = &parent->rb_right;
		else
			return false;
	}
	rb_link_node(&res->node, parent, link);
	rb_insert_color(&res->node, &vm->reservations);
	return true;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_reserve);

/**
 * dxg_space_unreserve() - Book that a reservation has gone, with all bound in it.
 * @vm: The VM.
 * @res: The reservation; the caller owns it afterwards.
 */
void dxg_space_unreserve(struct dxg_vm *vm, struct dxg_reservation *res)
{
	struct drm_gpuva *va, *next;
	LIST_HEAD(gone);

	lockdep_assert_held(&vm->lock);
	drm_gpuvm_for_each_va_range_safe(va, next, &vm->base, res->start, res->start + res->size) {
		drm_gpuva_remove(va);
		list_add_tail(&to_mapping(va)->link, &gone);
	}
	rb_erase(&res->node, &vm->reservations);
	dxg_vm_discard_mappings(vm, &gone);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_unreserve);

/* ---- Changes ---- */

/**
 * dxg_space_change_init() - Begin with an empty change.
 * @change: The change.
 */
void dxg_space_change_init(struct dxg_space_change *change)
{
	INIT_LIST_HEAD(&change->spare);
	INIT_LIST_HEAD(&change->inserted);
	INIT_LIST_HEAD(&change->displaced);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_change_init);

/**
 * dxg_space_change_prepare() - Get the memory that a change will need.
 * @change: The change.
 * @spare: How many mappings, at most DXG_SPACE_SPARE.
 *
 * 0 or -ENOMEM; in both cases dxg_space_change_fini() frees what there is.
 */
int dxg_space_change_prepare(struct dxg_space_change *change, unsigned int spare)
{
	while (spare--) {
		struct dxg_mapping *map = kzalloc_obj(*map, GFP_KERNEL_ACCOUNT);

		if (!map)
			return -ENOMEM;
		INIT_LIST_HEAD(&map->old);
		list_add(&map->link, &change->spare);
	}
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_change_prepare);

/**
 * dxg_space_settle() - A change will not be reverted: forget how it was before.
 * @vm: The VM.
 * @change: The change. May be made anew, with other spare mappings.
 */
void dxg_space_settle(struct dxg_vm *vm, struct dxg_space_change *change)
{
	struct dxg_mapping *map, *next;

	lockdep_assert_held(&vm->lock);
	list_for_each_entry_safe(map, next, &change->inserted, link)
		list_del_init(&map->link);
	list_for_each_entry_safe(map, next, &change->displaced, old) {
		list_del_init(&map->old);
		list_move_tail(&map->link, &change->spare);
	}
	dxg_vm_discard_mappings(vm, &change->spare);
	change->cursor = NULL;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_settle);

/**
 * dxg_space_change_fini() - Free what a change did not need.
 * @vm: The VM.
 * @change: The change, not made or settled.
 */
void dxg_space_change_fini(struct dxg_vm *vm, struct dxg_space_change *change)
{
	WARN_ON_ONCE(!list_empty(&change->inserted) || !list_empty(&change->displaced));
	dxg_vm_discard_mappings(vm, &change->spare);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_change_fini);

/* A spare mapping becomes that of a range. Takes a reference on the BO. */
static void dxg_space_insert(struct dxg_vm *vm, struct dxg_space_change *change,
			     const struct drm_gpuva_op_map *range, const struct dxg_binding *what)
{
	struct dxg_mapping *map;

	map = list_first_entry_or_null(&change->spare, struct dxg_mapping, link);
	if (WARN_ON_ONCE(!map))
		return;
	map->what = *what;
	if (map->what.vm_bo)
		dxg_vm_bo_get(map->what.vm_bo);
	drm_gpuva_init_from_op(&map->base, range);
	map->what.offset = range->gem.offset;
	if (WARN_ON_ONCE(drm_gpuva_insert(&vm->base, &map->base)))
		return;
	list_move_tail(&map->link, &change->inserted);
}

static void dxg_space_displace(struct dxg_space_change *change, struct dxg_mapping *map)
{
	drm_gpuva_remove(&map->base);
	list_add_tail(&map->old, &change->displaced);
}

/* What the steps of drm_gpuvm need to know. */
struct dxg_space_step {
	struct dxg_vm *vm;
	struct dxg_space_change *change;
	const struct dxg_binding *what;
};

/**
 * dxg_space_step_map() - For drm_gpuvm: the new mapping.
 * @op: The step.
 * @priv: struct dxg_space_step.
 */
int dxg_space_step_map(struct drm_gpuva_op *op, void *priv)
{
	struct dxg_space_step *step = priv;

	dxg_space_insert(step->vm, step->change, &op->map, step->what);
	return 0;
}

/**
 * dxg_space_step_remap() - For drm_gpuvm: a mapping is cut.
 * @op: The step.
 * @priv: struct dxg_space_step.
 *
 * On the host, what is left of it stays as it is.
 */
int dxg_space_step_remap(struct drm_gpuva_op *op, void *priv)
{
	struct dxg_mapping *map = to_mapping(op->remap.unmap->va);
	struct dxg_space_step *step = priv;

	dxg_space_displace(step->change, map);
	if (op->remap.prev)
		dxg_space_insert(step->vm, step->change, op->remap.prev, &map->what);
	if (op->remap.next)
		dxg_space_insert(step->vm, step->change, op->remap.next, &map->what);
	return 0;
}

/**
 * dxg_space_step_unmap() - For drm_gpuvm: a mapping goes.
 * @op: The step.
 * @priv: struct dxg_space_step.
 */
int dxg_space_step_unmap(struct drm_gpuva_op *op, void *priv)
{
	struct dxg_space_step *step = priv;

	dxg_space_displace(step->change, to_mapping(op->unmap.va));
	return 0;
}

/**
 * dxg_space_mapping() - The mapping that covers a range.
 * @vm: The VM.
 * @start: First address.
 * @size: Bytes.
 *
 * Returns NULL when the range is not within one mapping.
 */
struct dxg_mapping *dxg_space_mapping(struct dxg_vm *vm, u64 start, u64 size)
{
	struct drm_gpuva *va;

	lockdep_assert_held(&vm->lock);
	va = drm_gpuva_find_first(&vm->base, start, size);
	if (!va || va->va.addr > start || size > va->va.range - (start - va->va.addr))
		return NULL;
	return to_mapping(va);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_mapping);

/**
 * dxg_space_map() - Book a mapping.
 * @vm: The VM.
 * @change: The range, with spare mappings. Returns how it was.
 * @what: What is bound there.
 */
void dxg_space_map(struct dxg_vm *vm, struct dxg_space_change *change,
		   const struct dxg_binding *what)
{
	struct dxg_space_step step = { .vm = vm, .change = change, .what = what };
	struct drm_gpuvm_map_req req = {
		.map.va.addr = change->start,
		.map.va.range = change->size,
		.map.gem.obj = what->vm_bo ? what->vm_bo->base.obj : NULL,
		.map.gem.offset = what->offset,
	};

	lockdep_assert_held(&vm->lock);
	WARN_ON_ONCE(drm_gpuvm_sm_map(&vm->base, &step, &req));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_map);

/**
 * dxg_space_unmap() - Book that nothing is bound in a range.
 * @vm: The VM.
 * @change: The range, with two spare mappings. Returns how it was.
 */
void dxg_space_unmap(struct dxg_vm *vm, struct dxg_space_change *change)
{
	struct dxg_space_step step = { .vm = vm, .change = change };

	lockdep_assert_held(&vm->lock);
	WARN_ON_ONCE(drm_gpuvm_sm_unmap(&vm->base, &step, change->start, change->size));
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_unmap);

/**
 * dxg_space_revert() - Book that a change was undone.
 * @vm: The VM, as the change left it.
 * @change: The change.
 */
void dxg_space_revert(struct dxg_vm *vm, struct dxg_space_change *change)
{
	struct dxg_mapping *map, *next;

	lockdep_assert_held(&vm->lock);
	list_for_each_entry(map, &change->inserted, link)
		drm_gpuva_remove(&map->base);
	dxg_vm_discard_mappings(vm, &change->inserted);
	list_for_each_entry_safe(map, next, &change->displaced, old) {
		list_del_init(&map->old);
		WARN_ON_ONCE(drm_gpuva_insert(&vm->base, &map->base));
	}
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_revert);

/**
 * dxg_space_piece() - How a part of the range was before a change.
 * @change: The change. Calls go from low addresses to high ones.
 * @from: An address in the range.
 * @mapping: Returns what was bound at @from, or NULL.
 *
 * Returns where it stops to be so: an address beyond @from, at most the end of
 * the range.
 */
u64 dxg_space_piece(struct dxg_space_change *change, u64 from, struct dxg_mapping **mapping)
{
	u64 end = change->start + change->size;
	struct dxg_mapping *map = change->cursor;

	map = list_prepare_entry(map, &change->displaced, old);
	*mapping = NULL;
	list_for_each_entry_continue(map, &change->displaced, old) {
		u64 start = map->base.va.addr, stop = start + map->base.va.range;

		if (start > from)
			return min(start, end);
		if (stop > from) {
			*mapping = map;
			return min(stop, end);
		}
		change->cursor = map;
	}
	return end;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_piece);

/**
 * dxg_space_clear() - The VM ends: forget everything.
 * @vm: The VM.
 */
void dxg_space_clear(struct dxg_vm *vm)
{
	struct dxg_reservation *res, *next_res;
	struct drm_gpuva *va, *next;
	LIST_HEAD(gone);

	lockdep_assert_held(&vm->lock);
	drm_gpuvm_for_each_va_safe(va, next, &vm->base) {
		drm_gpuva_remove(va);
		list_add_tail(&to_mapping(va)->link, &gone);
	}
	rbtree_postorder_for_each_entry_safe(res, next_res, &vm->reservations, node)
		kfree(res);
	vm->reservations = RB_ROOT;
	dxg_vm_discard_mappings(vm, &gone);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_space_clear);
