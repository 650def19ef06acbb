/* SPDX-License-Identifier: MIT */
/*
 * A stand-in for the headers of IGT GPU Tools, written for this project.
 *
 * No distribution packages IGT's library for building against it, so the tests
 * of this folder build on this header; it offers the part of IGT's interface that
 * they use, with IGT's names, meanings, command line, text output and exit codes.
 * A test that builds here is meant to build in an IGT tree without change. The
 * rules that hold for tests are IGT's:
 *
 * - igt_main() is the body of main(). Its statements are run in order; only what
 *   stands in igt_fixture() and igt_subtest() may touch the machine.
 * - igt_skip*(), igt_require*() and igt_assert*() leave the innermost subtest,
 *   dynamic subtest or fixture. A fixture that is left so decides over all
 *   subtests after it.
 * - Local variables of igt_main() that a subtest changes must be volatile or
 *   static, because leaving is done by longjmp().
 */
#ifndef IGT_H
#define IGT_H

#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <drm.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))
#endif

/* --- Exit codes --- */

#define IGT_EXIT_SUCCESS	0
#define IGT_EXIT_SKIP		77	/* every subtest was skipped */
#define IGT_EXIT_INVALID	79	/* wrong options, or no such subtest */
#define IGT_EXIT_FAILURE	98
#define IGT_EXIT_ABORT		112	/* the machine is beyond further tests */

/* --- Structure of a test --- */

extern sigjmp_buf standin_subtest_jmpbuf;
extern sigjmp_buf standin_dynamic_jmpbuf;
extern const char *standin_description;

void standin_start(int argc, char **argv);
bool standin_fixture(void);
void standin_fixture_end(void) __attribute__((noreturn));
bool standin_run_subtest(const char *name, const char *file, int line);
bool standin_run_container(const char *name, const char *file, int line);
void standin_container_end(void) __attribute__((noreturn));
bool standin_run_dynamic(const char *name);
void standin_describe(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The one-paragraph description of the test, at file level. */
#define IGT_TEST_DESCRIPTION(text) \
	static void __attribute__((constructor)) standin_set_description(void) \
	{ \
		standin_description = text; \
	} \
	struct standin_description_needs_a_semicolon

/* Write "int igt_main() { ... }". */
#define igt_main() \
	standin_main; \
	static void standin_body(void); \
	int main(int argc, char **argv) \
	{ \
		standin_start(argc, argv); \
		standin_body(); \
		igt_exit(); \
	} \
	static void standin_body(void)

/* Preparation or clean-up between subtests; not run when subtests are listed. */
#define igt_fixture() \
	for (; standin_fixture() && !sigsetjmp(standin_subtest_jmpbuf, 1); standin_fixture_end())

#define igt_subtest(name) \
	for (; standin_run_subtest((name), __FILE__, __LINE__) && \
	       !sigsetjmp(standin_subtest_jmpbuf, 1); igt_success())

/* A subtest made of dynamic subtests, which are known only when it runs. */
#define igt_subtest_with_dynamic(name) \
	for (; standin_run_container((name), __FILE__, __LINE__) && \
	       !sigsetjmp(standin_subtest_jmpbuf, 1); standin_container_end())

#define igt_dynamic(name) \
	for (; standin_run_dynamic(name) && !sigsetjmp(standin_dynamic_jmpbuf, 1); igt_success())

#define igt_subtest_f(...) \
	for (char standin_name[256], *standin_once = standin_name; \
	     standin_once && (snprintf(standin_name, sizeof(standin_name), __VA_ARGS__), true); \
	     standin_once = NULL) \
		igt_subtest(standin_name)

#define igt_dynamic_f(...) \
	for (char standin_dynamic[256], *standin_one = standin_dynamic; \
	     standin_one && \
	     (snprintf(standin_dynamic, sizeof(standin_dynamic), __VA_ARGS__), true); \
	     standin_one = NULL) \
		igt_dynamic(standin_dynamic)

/* What the next subtest is about, for --describe. */
#define igt_describe(text)	standin_describe("%s", (text))
#define igt_describe_f(...)	standin_describe(__VA_ARGS__)

/* --- Outcomes --- */

void igt_success(void) __attribute__((noreturn));
void igt_fail(int exitcode) __attribute__((noreturn));
void igt_skip(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void igt_exit(void) __attribute__((noreturn));

void standin_skip_check(const char *file, int line, const char *func, const char *condition,
			const char *format, ...)
	__attribute__((noreturn, format(printf, 5, 6)));
void standin_fail_assert(const char *file, int line, const char *func, const char *condition,
			 const char *format, ...)
	__attribute__((noreturn, format(printf, 5, 6)));
void standin_abort(const char *file, int line, const char *func, const char *condition,
		   const char *format, ...)
	__attribute__((noreturn, format(printf, 5, 6)));

/* The message may be empty, which the compiler would warn of. */
#pragma GCC diagnostic ignored "-Wformat-zero-length"

#define igt_require_f(condition, ...) do { \
	if (!(condition)) \
		standin_skip_check(__FILE__, __LINE__, __func__, #condition, __VA_ARGS__); \
} while (0)
#define igt_require(condition)		igt_require_f(condition, "")
#define igt_require_fd(fd)		igt_require_f((fd) >= 0, "file descriptor " #fd " failed\n")
#define igt_skip_on_f(condition, ...)	igt_require_f(!(condition), __VA_ARGS__)
#define igt_skip_on(condition)		igt_require_f(!(condition), "")

#define igt_assert_f(condition, ...) do { \
	if (!(condition)) \
		standin_fail_assert(__FILE__, __LINE__, __func__, #condition, __VA_ARGS__); \
} while (0)
#define igt_assert(condition)		igt_assert_f(condition, "")
#define igt_fail_on(condition)		igt_assert_f(!(condition), "")
#define igt_fail_on_f(condition, ...)	igt_assert_f(!(condition), __VA_ARGS__)
#define igt_assert_fd(fd)		igt_assert_f((fd) >= 0, "file descriptor " #fd " failed\n")
#define igt_abort_on_f(condition, ...) do { \
	if (condition) \
		standin_abort(__FILE__, __LINE__, __func__, #condition, __VA_ARGS__); \
} while (0)

/* Both sides are evaluated once and shown when the comparison fails. */
#define standin_compare(type, format, a, op, b) do { \
	type standin_a = (a), standin_b = (b); \
	if (!(standin_a op standin_b)) \
		standin_fail_assert(__FILE__, __LINE__, __func__, #a " " #op " " #b, \
				    "error: " format " !" #op " " format "\n", \
				    standin_a, standin_b); \
} while (0)

#define igt_assert_eq(a, b)		standin_compare(int, "%d", a, ==, b)
#define igt_assert_neq(a, b)		standin_compare(int, "%d", a, !=, b)
#define igt_assert_lt(a, b)		standin_compare(int, "%d", a, <, b)
#define igt_assert_lte(a, b)		standin_compare(int, "%d", a, <=, b)
#define igt_assert_eq_u32(a, b)		standin_compare(uint32_t, "%#x", a, ==, b)
#define igt_assert_neq_u32(a, b)	standin_compare(uint32_t, "%#x", a, !=, b)
#define igt_assert_eq_u64(a, b) \
	standin_compare(unsigned long long, "%#llx", a, ==, b)
#define igt_assert_neq_u64(a, b) \
	standin_compare(unsigned long long, "%#llx", a, !=, b)
#define igt_assert_lte_u64(a, b) \
	standin_compare(unsigned long long, "%#llx", a, <=, b)

/* --- Log --- */

enum igt_log_level {
	IGT_LOG_DEBUG,		/* kept, and shown when a subtest fails */
	IGT_LOG_INFO,		/* to stdout */
	IGT_LOG_WARN,		/* to stderr */
	IGT_LOG_CRITICAL,
};

void igt_log(const char *domain, enum igt_log_level level, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#define igt_debug(...)		igt_log(NULL, IGT_LOG_DEBUG, __VA_ARGS__)
#define igt_info(...)		igt_log(NULL, IGT_LOG_INFO, __VA_ARGS__)
#define igt_warn(...)		igt_log(NULL, IGT_LOG_WARN, __VA_ARGS__)
#define igt_critical(...)	igt_log(NULL, IGT_LOG_CRITICAL, __VA_ARGS__)

/* --- Processes and time --- */

bool standin_fork(void);
void igt_waitchildren(void);
void igt_waitchildren_timeout(int seconds, const char *reason);

/*
 * Run the block in @count children at the same time, numbered by @child. Wait
 * for them with igt_waitchildren(): the subtest fails when a child does.
 */
#define igt_fork(child, count) \
	for (int child = 0; child < (count); child++) \
		for (; standin_fork(); exit(IGT_EXIT_SUCCESS))

/* A child that ends with igt_stop_helper() or the subtest, whatever it does. */
struct igt_helper_process {
	bool running;
	bool use_SIGKILL;
	pid_t pid;
	int id;
};

bool standin_fork_helper(struct igt_helper_process *proc);
int igt_wait_helper(struct igt_helper_process *proc);
void igt_stop_helper(struct igt_helper_process *proc);

#define igt_fork_helper(proc) \
	for (; standin_fork_helper(proc); exit(IGT_EXIT_SUCCESS))

/* A child that interrupts this process all the time, to prove that calls restart. */
void igt_fork_signal_helper(void);
void igt_stop_signal_helper(void);

/* Fail the subtest after @seconds, in the words of @op. Ended by a reset and by its end. */
void igt_set_timeout(unsigned int seconds, const char *op);
void igt_reset_timeout(void);

#define NSEC_PER_SEC	1000000000

/* --- DRM --- */

/* Classes of drivers. Another tree has another bit for the last one. */
#define DRIVER_ANY	(~0ULL)
#define DRIVER_DXG	(1ULL << 31)

/*
 * Open the primary node, or the render node, of the first device of a driver.
 * --device and IGT_DEVICE with "drm:PATH" choose another. Skips when there is none.
 */
int drm_open_driver(uint64_t chipset);
int drm_open_driver_render(uint64_t chipset);

/* Open the device number @index of a driver, from 0; -1 when there is none. */
int __drm_open_driver_another(int index, uint64_t chipset);
int drm_close_driver(int fd);

/* The ioctl that tests use: it restarts after EINTR and EAGAIN. */
extern int (*igt_ioctl)(int fd, unsigned long request, void *arg);

#define do_ioctl(fd, request, arg) do { \
	igt_assert_f(!igt_ioctl((fd), (request), (arg)), #request " failed: %s\n", \
		     strerror(errno)); \
	errno = 0; \
} while (0)

#define do_ioctl_err(fd, request, arg, error) do { \
	igt_assert_eq(igt_ioctl((fd), (request), (arg)), -1); \
	igt_assert_eq(errno, (error)); \
	errno = 0; \
} while (0)

#endif
