// SPDX-License-Identifier: MIT
/*
 * /dev/dxg: error paths of every request: each is made again and again, and each time the next
 * thing in it that can fail does, until it passes without having met the fault.
 *
 * Needs a kernel with fault injection; in this project, the debug kernel.
 */
#include <string.h>

#include "igt.h"
#include "igt_dxg.h"
#include "igt_dxg_d3d_calls.h"
#include "igt_dxg_host.h"
#include "igt_dxg_inject.h"

/**
 * TEST: compat fault_injection
 * Category: Core
 * Mega feature: dxg
 * Sub-category: /dev/dxg
 * Functionality: error paths of the guest
 *
 * SUBTEST: memory
 * Description: Each allocation of memory of each request fails once.
 *
 * SUBTEST: requests
 * Description: Each message of each request to the host fails once.
 */

IGT_TEST_DESCRIPTION("Every error path of every request of /dev/dxg.");

/* More points than any request has. */
#define POINTS	400

/* One round: whether the request met the fault. Whoever fails has made nothing. */
static bool round_of(struct igt_dxg_d3d_scene *s, const struct igt_dxg_d3d_call *call,
		     unsigned int n, int error)
{
	uint64_t args[IGT_DXG_D3D_ARGS / 8] = {};
	bool met;
	int ret;

	call->fill(s, args);
	igt_dxg_inject_arm(n);
	ret = __dxg_d3d(s->d.fd, call->request, args);
	met = n && !igt_dxg_inject_arm(0);
	if (ret < 0)
		igt_assert_f(met && ret == error, "point %u: %d\n", n, ret);
	else
		igt_dxg_d3d_call_made(s, call, args);
	igt_assert_eq_u32(igt_dxg_d3d_state(&s->d), D3DKMT_DEVICEEXECUTION_ACTIVE);
	return met;
}

static void walk(const struct igt_dxg_d3d_call *call, int error)
{
	unsigned int objects = igt_dxg_host_objects(), n;
	struct igt_dxg_d3d_scene *s = igt_dxg_d3d_scene_open();

	/* Once in good order: what is made once is made then. */
	round_of(s, call, 0, 0);
	for (n = 1; n < POINTS && round_of(s, call, n, error); n++)
		;
	igt_info("number %#x: %u points\n", (unsigned int)_IOC_NR(call->request), n - 1);
	igt_assert_lt(n, POINTS);
	igt_dxg_d3d_scene_close(s);
	/* What a process of the host was given it keeps, until the adapter is closed. */
	if (call->request == LX_DXSHAREOBJECTWITHHOST) {
		igt_dxg_driver_unbind();
		igt_dxg_driver_bind();
	}
	igt_dxg_host_comes_to(objects);
}

static void walk_all(int error)
{
	unsigned int i;

	for (i = 0; i < igt_dxg_d3d_call_count; i++) {
		const struct igt_dxg_d3d_call *call = &igt_dxg_d3d_calls[i];

		igt_dynamic_f("number-%02x", (unsigned int)_IOC_NR(call->request))
			walk(call, error);
	}
}

int igt_main()
{
	igt_fixture() {
		close(igt_dxg_compat_open());
		igt_dxg_inject_begin();
	}

	igt_describe("Each allocation of memory of each request fails once.");
	igt_subtest_with_dynamic("memory") {
		igt_dxg_inject_memory();
		walk_all(-ENOMEM);
	}

	igt_describe("Each message of each request to the host fails once.");
	igt_subtest_with_dynamic("requests") {
		igt_dxg_inject_requests();
		walk_all(-ETIMEDOUT);
	}

	igt_fixture() {
		igt_dxg_inject_end();
		igt_dxg_driver_restore();
	}
}
