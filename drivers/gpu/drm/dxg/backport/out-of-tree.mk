# SPDX-License-Identifier: GPL-2.0
# What a kernel tree would give, for a build outside of one.
#
# src is this driver's folder, srctree the kernel's (its headers).

CONFIG_DRM_DXG := m
CONFIG_DRM_DXG_CORE := m
CONFIG_DRM_DXG_COMPAT := y

dxg-project := $(src)/../../../..
# The user interface header finds drm.h beside itself in a tree.
ccflags-y += -I$(dxg-project)/include/uapi -idirafter $(srctree)/include/uapi/drm
ccflags-y += -DCONFIG_DRM_DXG_COMPAT=1
