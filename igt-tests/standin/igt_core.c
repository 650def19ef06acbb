// SPDX-License-Identifier: MIT
/*
 * Stand-in: subtests, fixtures, their outcomes and the exit code.
 */
#include <fnmatch.h>
#include <getopt.h>
#include <libgen.h>
#include <stdarg.h>
#include <sys/utsname.h>
#include <time.h>

#include "standin.h"

/* The release whose interface and text this follows. */
#define STANDIN_VERSION		"2.5-dxg-standin"

#define NAME_MAX_LENGTH		256

sigjmp_buf standin_subtest_jmpbuf;
sigjmp_buf standin_dynamic_jmpbuf;
const char *standin_description;
const char *standin_program = "igt";
const char *standin_device;

enum mode { MODE_RUN, MODE_LIST, MODE_TESTLIST, MODE_DESCRIBE };
enum outcome { OUTCOME_NONE, OUTCOME_SUCCESS, OUTCOME_SKIP, OUTCOME_FAIL };

static const char * const outcome_text[] = {
	[OUTCOME_SUCCESS] = "SUCCESS",
	[OUTCOME_SKIP] = "SKIP",
	[OUTCOME_FAIL] = "FAIL",
};

/* All of the state; one test runs in a process. */
static struct {
	enum mode mode;
	const char *subtest_pattern;
	const char *dynamic_pattern;
	const char *describe_pattern;

	bool in_fixture;
	enum outcome fixture_outcome;	/* SKIP or FAIL decides over all later subtests */

	char subtest[NAME_MAX_LENGTH];	/* empty outside of one */
	char dynamic[NAME_MAX_LENGTH];
	bool is_container;
	enum outcome container_outcome;	/* worst of the dynamic subtests so far */
	struct timespec subtest_start;
	struct timespec dynamic_start;

	char describe[1024];
	unsigned int matched;		/* subtests that the pattern took */
	unsigned int succeeded;
	unsigned int failed;
} state;

static double seconds_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - start->tv_sec + (now.tv_nsec - start->tv_nsec) / 1e9;
}

/* A comma-separated list of patterns, "!" in front takes out; the last match counts. */
static bool matches(const char *name, const char *patterns)
{
	char copy[1024], *save = NULL, *word;
	bool found = false;

	snprintf(copy, sizeof(copy), "%s", patterns);
	for (word = strtok_r(copy, ",", &save); word; word = strtok_r(NULL, ",", &save)) {
		bool negate = *word == '!';

		if (!fnmatch(word + negate, name, 0))
			found = !negate;
	}
	return found;
}

/* --- Options --- */

static void print_usage(FILE *file)
{
	fprintf(file,
		"Usage: %s [OPTIONS]\n"
		"  --list-subtests\n"
		"  --show-testlist\n"
		"  --run-subtest <pattern>\n"
		"  --dynamic-subtest <pattern>\n"
		"  --help-description\n"
		"  --describe[=pattern]\n"
		"  --device filters\n"
		"  --version\n"
		"  --help|-h\n",
		standin_program);
}

static void print_version(void)
{
	struct utsname u;

	uname(&u);
	printf("IGT-Version: %s (%s) (%s: %s %s)\n", STANDIN_VERSION, u.machine, u.sysname,
	       u.release, u.machine);
	fflush(stdout);
}

static void parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "list-subtests", no_argument, NULL, 'l' },
		{ "show-testlist", no_argument, NULL, 't' },
		{ "run-subtest", required_argument, NULL, 'r' },
		{ "dynamic-subtest", required_argument, NULL, 'd' },
		{ "help-description", no_argument, NULL, 'D' },
		{ "describe", optional_argument, NULL, 's' },
		{ "device", required_argument, NULL, 'f' },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		switch (c) {
		case 'l':
			state.mode = MODE_LIST;
			break;
		case 't':
			state.mode = MODE_TESTLIST;
			break;
		case 'r':
			state.subtest_pattern = optarg;
			break;
		case 'd':
			state.dynamic_pattern = optarg;
			break;
		case 'D':
			printf("%s\n", standin_description ? standin_description : "");
			exit(IGT_EXIT_SUCCESS);
		case 's':
			state.mode = MODE_DESCRIBE;
			state.describe_pattern = optarg;
			break;
		case 'f':
			standin_device = optarg;
			break;
		case 'V':
			print_version();
			exit(IGT_EXIT_SUCCESS);
		case 'h':
			print_usage(stdout);
			exit(IGT_EXIT_SUCCESS);
		default:
			print_usage(stderr);
			exit(IGT_EXIT_INVALID);
		}
	}
	if (optind < argc) {
		fprintf(stderr, "%s: unexpected argument '%s'\n", standin_program, argv[optind]);
		print_usage(stderr);
		exit(IGT_EXIT_INVALID);
	}
}

void standin_start(int argc, char **argv)
{
	static char name[NAME_MAX_LENGTH];

	snprintf(name, sizeof(name), "%s", argv[0]);
	standin_program = basename(name);
	parse_options(argc, argv);
	if (state.mode == MODE_DESCRIBE && !state.describe_pattern && standin_description)
		printf("%s\n\n", standin_description);
	if (state.mode != MODE_RUN)
		return;
	print_version();
	standin_kmsg("executing");
	standin_catch_crashes();
}

/* --- Fixtures --- */

bool standin_fixture(void)
{
	if (state.mode != MODE_RUN || state.fixture_outcome != OUTCOME_NONE)
		return false;
	state.in_fixture = true;
	return true;
}

void standin_fixture_end(void)
{
	state.in_fixture = false;
	siglongjmp(standin_subtest_jmpbuf, 1);
}

static void leave_fixture(enum outcome outcome)
{
	state.in_fixture = false;
	state.fixture_outcome = outcome;
	standin_end_children();
	siglongjmp(standin_subtest_jmpbuf, 1);
}

/* --- Subtests --- */

void standin_describe(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(state.describe, sizeof(state.describe), format, args);
	va_end(args);
}

static void print_description(const char *name, const char *file, int line)
{
	if (state.describe_pattern && !matches(name, state.describe_pattern))
		return;
	printf("SUB %s %s:%d:\n  %s\n\n", name, file, line,
	       *state.describe ? state.describe : "NO DOCUMENTATION!");
}

static void finish_subtest(enum outcome outcome)
{
	standin_end_children();
	standin_kmsg("finished subtest %s, %s", state.subtest, outcome_text[outcome]);
	standin_protocol("Subtest %s: %s (%.3fs)\n", state.subtest, outcome_text[outcome],
			 seconds_since(&state.subtest_start));
	*state.subtest = 0;
	state.is_container = false;
	if (outcome == OUTCOME_SUCCESS)
		state.succeeded++;
	if (outcome == OUTCOME_FAIL)
		state.failed++;
}

/* Whether to run the subtest; it may be over already because of a fixture. */
static bool begin_subtest(const char *name, const char *file, int line)
{
	if (state.mode == MODE_DESCRIBE)
		print_description(name, file, line);
	*state.describe = 0;
	if (state.mode == MODE_LIST)
		printf("%s\n", name);
	if (state.mode == MODE_TESTLIST)
		printf("igt@%s@%s\n", standin_program, name);
	if (state.mode != MODE_RUN)
		return false;
	if (state.subtest_pattern && !matches(name, state.subtest_pattern))
		return false;

	state.matched++;
	snprintf(state.subtest, sizeof(state.subtest), "%s", name);
	clock_gettime(CLOCK_MONOTONIC, &state.subtest_start);
	if (state.fixture_outcome != OUTCOME_NONE) {
		finish_subtest(state.fixture_outcome);
		return false;
	}
	standin_log_clear();
	standin_kmsg("starting subtest %s", name);
	standin_protocol("Starting subtest: %s\n", name);
	return true;
}

bool standin_run_subtest(const char *name, const char *file, int line)
{
	return begin_subtest(name, file, line);
}

bool standin_run_container(const char *name, const char *file, int line)
{
	if (!begin_subtest(name, file, line))
		return false;
	state.is_container = true;
	state.container_outcome = OUTCOME_NONE;
	return true;
}

void standin_container_end(void)
{
	enum outcome outcome = state.container_outcome;

	if (outcome == OUTCOME_NONE) {
		igt_info("No dynamic tests executed.\n");
		outcome = OUTCOME_SKIP;
	}
	finish_subtest(outcome);
	siglongjmp(standin_subtest_jmpbuf, 1);
}

bool standin_run_dynamic(const char *name)
{
	if (!state.is_container) {
		fprintf(stderr, "%s: igt_dynamic() outside of igt_subtest_with_dynamic()\n",
			standin_program);
		abort();
	}
	if (state.dynamic_pattern && !matches(name, state.dynamic_pattern))
		return false;
	snprintf(state.dynamic, sizeof(state.dynamic), "%s", name);
	clock_gettime(CLOCK_MONOTONIC, &state.dynamic_start);
	standin_log_clear();
	standin_kmsg("starting dynamic subtest %s", name);
	standin_protocol("Starting dynamic subtest: %s\n", name);
	return true;
}

static void finish_dynamic(enum outcome outcome)
{
	standin_end_children();
	standin_kmsg("finished subtest %s, %s", state.dynamic, outcome_text[outcome]);
	standin_protocol("Dynamic subtest %s: %s (%.3fs)\n", state.dynamic,
			 outcome_text[outcome], seconds_since(&state.dynamic_start));
	*state.dynamic = 0;

	/* One that ran makes the container run, one that failed makes it fail. */
	if (outcome == OUTCOME_FAIL || state.container_outcome == OUTCOME_FAIL)
		state.container_outcome = OUTCOME_FAIL;
	else if (outcome == OUTCOME_SUCCESS || state.container_outcome == OUTCOME_NONE)
		state.container_outcome = outcome;
}

/* Leave what is running with @outcome. */
static void __attribute__((noreturn)) leave(enum outcome outcome)
{
	if (*state.dynamic) {
		finish_dynamic(outcome);
		siglongjmp(standin_dynamic_jmpbuf, 1);
	}
	if (*state.subtest) {
		finish_subtest(outcome);
		siglongjmp(standin_subtest_jmpbuf, 1);
	}
	if (state.in_fixture)
		leave_fixture(outcome);
	fprintf(stderr, "%s: an outcome outside of a fixture and a subtest\n", standin_program);
	abort();
}

void standin_crash_line(void)
{
	/* snprintf() of plain numbers and strings is as far as this goes. */
	if (*state.dynamic)
		standin_protocol("Dynamic subtest %s: CRASH (%.3fs)\n", state.dynamic,
				 seconds_since(&state.dynamic_start));
	if (*state.subtest)
		standin_protocol("Subtest %s: CRASH (%.3fs)\n", state.subtest,
				 seconds_since(&state.subtest_start));
}

/* --- Outcomes --- */

void igt_success(void)
{
	if (standin_is_child)
		exit(IGT_EXIT_SUCCESS);
	leave(OUTCOME_SUCCESS);
}

void igt_fail(int exitcode)
{
	const char *what = *state.dynamic ? state.dynamic : state.subtest;
	char text[NAME_MAX_LENGTH + 32];

	/* What a child says is in its own log; the parent sees the status. */
	snprintf(text, sizeof(text), "%s %s", *state.dynamic ? "Dynamic subtest" :
		 *state.subtest ? "Subtest" : "Test", *what ? what : standin_program);
	standin_log_dump(text);
	if (standin_is_child)
		exit(exitcode);
	if (exitcode == IGT_EXIT_ABORT)
		exit(exitcode);
	leave(OUTCOME_FAIL);
}

static void __attribute__((noreturn)) skip(void)
{
	if (standin_is_child) {
		fprintf(stderr, "%s: a child cannot skip\n", standin_program);
		exit(IGT_EXIT_FAILURE);
	}
	leave(OUTCOME_SKIP);
}

void igt_skip(const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	igt_info("%s", text);
	skip();
}

void standin_skip_check(const char *file, int line, const char *func, const char *condition,
			const char *format, ...)
{
	int error = errno;
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	igt_info("Test requirement not met in function %s, file %s:%d:\n", func, file, line);
	igt_info("Test requirement: %s\n", condition);
	if (*text)
		igt_info("%s", text);
	if (error)
		igt_info("Last errno: %d, %s\n", error, strerror(error));
	skip();
}

/* Say what failed, in the order that IGT does. */
static void explain(const char *what, const char *file, int line, const char *func,
		    const char *condition, const char *format, va_list args)
{
	int error = errno;
	char text[1024];

	vsnprintf(text, sizeof(text), format, args);
	igt_critical("Test %s function %s, file %s:%d:\n", what, func, file, line);
	igt_critical("Failed assertion: %s\n", condition);
	if (error)
		igt_critical("Last errno: %d, %s\n", error, strerror(error));
	if (*text)
		igt_critical("%s", text);
}

void standin_fail_assert(const char *file, int line, const char *func, const char *condition,
			 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	explain("assertion failure", file, line, func, condition, format, args);
	va_end(args);
	igt_fail(IGT_EXIT_FAILURE);
}

void standin_abort(const char *file, int line, const char *func, const char *condition,
		   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	explain("abort in", file, line, func, condition, format, args);
	va_end(args);
	igt_fail(IGT_EXIT_ABORT);
}

void igt_exit(void)
{
	int code;

	fflush(stdout);
	if (state.mode != MODE_RUN)
		exit(IGT_EXIT_SUCCESS);
	standin_end_children();
	if (!state.matched) {
		if (state.subtest_pattern)
			igt_critical("Unknown subtest: %s\n", state.subtest_pattern);
		else
			igt_critical("The test has no subtest\n");
		exit(IGT_EXIT_INVALID);
	}
	code = state.succeeded ? IGT_EXIT_SUCCESS : IGT_EXIT_SKIP;
	if (state.failed || state.fixture_outcome == OUTCOME_FAIL)
		code = IGT_EXIT_FAILURE;
	standin_kmsg("exiting, ret=%d", code);
	exit(code);
}
