/* SPDX-License-Identifier: GPL-2.0 */
/*
 * CLONES, before a function: it and all it calls exist for plain x86-64 and for
 * AVX2, and the loader takes what the machine has. Both compute the same. Other
 * compilers have the plain one only, and so have sanitizers, whose runtime is not
 * there yet when the loader asks.
 */
#ifndef HOST_SOFTGPU_CLONES_H
#define HOST_SOFTGPU_CLONES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
	!defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CLONES	__attribute__((target_clones("avx2", "default"), flatten))
#else
#define CLONES
#endif

#endif
