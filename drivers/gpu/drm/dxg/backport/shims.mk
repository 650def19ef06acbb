# SPDX-License-Identifier: GPL-2.0
# What older kernels lack. Features are looked up in their headers, not derived from
# version numbers, because distributions backport.

dxg-comma := ,
dxg-has = $(shell grep -qs '$(2)' $(srctree)/include/$(1) && echo y)
# Fences that let go of their operations when they are signalled.
ccflags-$(if $(call dxg-has,linux/dma-fence.h,dma_fence_ops __rcu \*ops),,y) += \
	-include $(src)/backport/fence_ops.h
# Memory statistics that show what is in use only where a driver says so.
ccflags-$(if $(call dxg-has,drm/drm_file.h,DRM_GEM_OBJECT_ACTIVE)$(call dxg-has,drm/drm_gem.h,DRM_GEM_OBJECT_ACTIVE),,y) += \
	-DDRM_GEM_OBJECT_ACTIVE=0
# Name spaces of symbols by string.
ccflags-$(if $(call dxg-has,linux/module.h,MODULE_INFO(import_ns$(dxg-comma) ns)),,y) += \
	-include $(src)/backport/import_ns.h
# Mappings of GPU addresses by one argument.
ccflags-$(if $(call dxg-has,drm/drm_gpuvm.h,struct drm_gpuvm_map_req),,y) += \
	-include $(src)/backport/gpuvm.h
# Telling user space of wedged devices.
ccflags-$(if $(call dxg-has,drm/drm_drv.h,drm_dev_wedged_event),,y) += \
	-include $(src)/backport/wedged.h
# GEM objects that are prepared for drm_gpuvm on demand.
ccflags-$(call dxg-has,drm/drm_drv.h,DRIVER_GEM_GPUVA) += -include $(src)/backport/gem_gpuva.h
