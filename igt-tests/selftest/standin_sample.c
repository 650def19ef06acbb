// SPDX-License-Identifier: MIT
/*
 * A test whose subtests end in every possible way, for the stand-in's own test.
 */
#include <signal.h>
#include <sys/wait.h>

#include "igt.h"

IGT_TEST_DESCRIPTION("Every way in which a subtest can end.");

static volatile int fixtures;

static void dynamics(void)
{
	igt_subtest_with_dynamic("dynamic-pass") {
		igt_dynamic("one")
			igt_assert(true);
		igt_dynamic_f("number-%d", 2)
			igt_skip("not this one\n");
	}
	igt_subtest_with_dynamic("dynamic-fail") {
		igt_dynamic("bad")
			igt_assert_eq(1, 2);
		igt_dynamic("good")
			igt_assert_eq(2, 2);
	}
	igt_subtest_with_dynamic("dynamic-none")
		igt_debug("nothing to do\n");
	igt_subtest_with_dynamic("dynamic-skip") {
		igt_dynamic("one")
			igt_skip("no\n");
	}
}

static void children(void)
{
	igt_subtest("child-pass") {
		igt_fork(child, 4)
			igt_assert_lt(child, 4);
		igt_waitchildren();
	}
	igt_subtest("child-fail") {
		igt_fork(child, 2)
			igt_assert_neq(child, 1);
		igt_waitchildren();
	}
	igt_subtest("child-crash") {
		igt_fork(child, 1)
			raise(SIGSEGV);
		igt_waitchildren();
	}
	igt_subtest("child-left") {
		/* A child that nobody waits for must not outlive the subtest. */
		igt_fork(child, 1)
			pause();
		igt_info("left %d\n", getpid());
	}
	igt_subtest("helper") {
		struct igt_helper_process helper = {};

		igt_fork_helper(&helper)
			pause();
		igt_assert(helper.running);
		igt_stop_helper(&helper);
		igt_assert(!helper.running);
		igt_assert_eq(waitpid(-1, NULL, WNOHANG), -1);
	}
	igt_subtest("interrupted") {
		int pipes[2];
		char c;

		igt_assert_eq(pipe(pipes), 0);
		igt_fork_signal_helper();
		igt_assert_eq(read(pipes[0], &c, 1), -1);
		igt_assert_eq(errno, EINTR);
		igt_stop_signal_helper();
	}
}

int igt_main()
{
	igt_fixture()
		fixtures++;

	igt_describe("Nothing goes wrong.");
	igt_subtest("pass")
		igt_assert_eq(fixtures, 1);
	igt_subtest("skip") {
		errno = 0;
		igt_require_f(fixtures == 2, "there is only one\n");
	}
	igt_subtest("skip-text")
		igt_skip("because\n");
	igt_subtest("fail") {
		igt_debug("seen only when it fails\n");
		errno = ENOENT;
		igt_assert_f(fixtures == 2, "words %d\n", 42);
	}
	igt_subtest("fail-u64")
		igt_assert_eq_u64(1ULL << 40, 2);
	igt_subtest("timeout") {
		igt_set_timeout(1, "a long sleep");
		for (;;)
			pause();
	}
	igt_subtest("hang")
		for (;;)
			pause();
	for (volatile int i = 0; i < 2; i++)
		igt_subtest_f("numbered-%d", i)
			igt_assert_lte(i, 1);
	igt_subtest("ioctl") {
		do_ioctl_err(-1, 0, NULL, EBADF);
		igt_assert_eq(errno, 0);
	}
	dynamics();
	children();
	igt_subtest("crash")
		raise(SIGSEGV);
	igt_subtest("abort")
		igt_abort_on_f(true, "no way on\n");
	igt_fixture()
		igt_info("last fixture\n");
}
