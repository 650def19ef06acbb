// SPDX-License-Identifier: GPL-2.0
/*
 * Arrays of the user interface: bounds, strides, copies in and out.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <drm/dxg_drm.h>

#include <kunit/visibility.h>

#include "dxg_array.h"
#include "dxg_limits.h"

/**
 * dxg_array_get() - Copy an array of the user.
 * @array: The array.
 * @size: Bytes of an element as the kernel knows it.
 * @first: Bytes that an element had when it was introduced.
 * @max: Most elements.
 *
 * Returns array->count elements of @size bytes, zero beyond the user's stride, for
 * dxg_array_free(); NULL when there are none; ERR_PTR: -EINVAL, -E2BIG, -EFAULT,
 * -ENOMEM.
 */
void *dxg_array_get(const struct drm_dxg_array *array, size_t size, size_t first, u32 max)
{
	const void __user *from = u64_to_user_ptr(array->array);
	void *elements;
	int ret = 0;
	u32 i;

	if (!array->count)
		return NULL;
	if (array->stride < first || array->stride % 8 || array->stride > DXG_MAX_STRIDE ||
	    array->count > max)
		return ERR_PTR(-EINVAL);

	elements = kvmalloc_array(array->count, size, GFP_KERNEL_ACCOUNT);
	if (!elements)
		return ERR_PTR(-ENOMEM);
	if (array->stride == size) {
		if (copy_from_user(elements, from, array->count * size))
			ret = -EFAULT;
	} else {
		for (i = 0; i < array->count && !ret; i++)
			ret = copy_struct_from_user(elements + i * size, size,
						    from + (size_t)i * array->stride,
						    array->stride);
	}
	if (ret) {
		kvfree(elements);
		return ERR_PTR(ret);
	}
	return elements;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_array_get);

/**
 * dxg_array_put() - Give elements back that have output fields.
 * @array: The array.
 * @elements: What dxg_array_get() returned, NULL included.
 * @size: Bytes of an element as the kernel knows it.
 *
 * What the user's elements have beyond @size was zero and stays so. 0 or -EFAULT.
 */
int dxg_array_put(const struct drm_dxg_array *array, const void *elements, size_t size)
{
	void __user *to = u64_to_user_ptr(array->array);
	u32 i;

	for (i = 0; i < array->count; i++)
		if (copy_to_user(to + (size_t)i * array->stride, elements + i * size,
				 min_t(size_t, size, array->stride)))
			return -EFAULT;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dxg_array_put);

/**
 * dxg_array_free() - Release what dxg_array_get() returned.
 * @elements: The elements, or NULL.
 */
void dxg_array_free(const void *elements)
{
	kvfree(elements);
}
EXPORT_SYMBOL_IF_KUNIT(dxg_array_free);
