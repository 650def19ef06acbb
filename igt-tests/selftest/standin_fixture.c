// SPDX-License-Identifier: MIT
/*
 * A test whose fixture decides, by the environment, for the stand-in's own test.
 */
#include "igt.h"

int igt_main()
{
	const char *how = getenv("STANDIN_FIXTURE");

	igt_fixture() {
		igt_require(!how || strcmp(how, "skip"));
		igt_assert(!how || strcmp(how, "fail"));
	}
	igt_subtest("one")
		igt_info("ran one\n");
	igt_subtest("two")
		igt_info("ran two\n");
	igt_fixture()
		igt_assert(!how || strcmp(how, "fail-late"));
}
