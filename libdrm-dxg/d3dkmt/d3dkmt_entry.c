// SPDX-License-Identifier: MIT
/*
 * The entry points: choose the backend, hand the call over. And fork().
 */
#include <stdlib.h>
#include <string.h>

#include "d3dkmt_priv.h"

#define KMT_PUBLIC	__attribute__((visibility("default")))

static pthread_once_t once = PTHREAD_ONCE_INIT;
static enum kmt_backend chosen;

static void before_fork(void)
{
	kmt_dev_lock();
	kmt_render_lock();
}

static void after_fork_parent(void)
{
	kmt_render_unlock();
	kmt_dev_unlock();
}

static void after_fork_child(void)
{
	kmt_render_forget();
	kmt_dev_forget();
	after_fork_parent();
}

static void choose(void)
{
	const char *name = secure_getenv("DXG_BACKEND");

	if (!name || !*name || !strcmp(name, "render"))
		chosen = KMT_BACKEND_RENDER;
	else if (!strcmp(name, "dev"))
		chosen = KMT_BACKEND_DEV;
	else
		chosen = KMT_BACKEND_WRONG;
	if (pthread_atfork(before_fork, after_fork_parent, after_fork_child))
		chosen = KMT_BACKEND_WRONG;
}

enum kmt_backend kmt_backend(void)
{
	pthread_once(&once, choose);
	return chosen;
}

/* An argument that is const for the caller is written by the kernel all the same. */
#define KMT_CONST_IN		const
#define KMT_CONST_IO
#define KMT_ARGS_IN(args, copy)	(*(copy) = *(args), (copy))
#define KMT_ARGS_IO(args, copy)	((void)(copy), (args))

#define KMT_RENDER_FULL(name, args)	render_##name(args)
#define KMT_RENDER_PARTIAL(name, args)	render_##name(args)
#define KMT_RENDER_NONE(name, args)	STATUS_NOT_SUPPORTED

#define KMT_ENTRY(nr, name, dir, type, support, why) \
	KMT_PUBLIC NTSTATUS D3DKMT##name(KMT_CONST_##dir type * args) \
	{ \
		enum kmt_backend backend = kmt_backend(); \
		type copy, *p; \
		\
		if (!args || backend == KMT_BACKEND_WRONG) \
			return STATUS_INVALID_PARAMETER; \
		p = KMT_ARGS_##dir(args, &copy); \
		if (backend == KMT_BACKEND_DEV) \
			return kmt_dev_call(nr, p, sizeof(*p)); \
		return KMT_RENDER_##support(name, p); \
	}
D3DKMT_ENTRIES(KMT_ENTRY)
