// SPDX-License-Identifier: MIT
/*
 * Stand-in: children, helpers, time limits, crashes.
 */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "standin.h"

#define MAX_CHILDREN	256
#define MAX_HELPERS	16

bool standin_is_child;

static pid_t children[MAX_CHILDREN];
static int child_count;
static struct igt_helper_process *helpers[MAX_HELPERS];
static struct igt_helper_process signal_helper;
static const char *timeout_op;

/* --- Children --- */

void standin_child_start(void)
{
	standin_is_child = true;
	child_count = 0;
	memset(helpers, 0, sizeof(helpers));
	signal_helper.running = false;
	alarm(0);
	standin_log_clear();
	/* The way that helpers are asked to end. */
	signal(SIGTERM, SIG_DFL);
	/* A child must not outlive the test, however that ends. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static pid_t start_child(void)
{
	pid_t parent = getpid(), pid;
	sigset_t all, before;

	fflush(NULL);
	/* A signal for the child must not meet the parent's handlers in it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (!pid)
		standin_child_start();
	sigprocmask(SIG_SETMASK, &before, NULL);
	igt_assert_f(pid >= 0, "fork failed\n");
	if (pid)
		return pid;
	/* It may have died before we asked to die with it. */
	if (getppid() != parent)
		_exit(IGT_EXIT_FAILURE);
	return 0;
}

bool standin_fork(void)
{
	pid_t pid;

	igt_assert_f(child_count < MAX_CHILDREN, "more than %d children\n", MAX_CHILDREN);
	pid = start_child();
	if (!pid)
		return true;
	children[child_count++] = pid;
	return false;
}

static void kill_children(void)
{
	int i;

	for (i = 0; i < child_count; i++)
		if (children[i] > 0)
			kill(children[i], SIGKILL);
	for (i = 0; i < child_count; i++)
		if (children[i] > 0)
			waitpid(children[i], NULL, 0);
	child_count = 0;
}

static void explain_child(int i, int status)
{
	if (WIFSIGNALED(status))
		igt_critical("child %d died with signal %d, %s\n", i, WTERMSIG(status),
			     strsignal(WTERMSIG(status)));
	else
		igt_critical("child %d failed with exit status %d\n", i, WEXITSTATUS(status));
}

void igt_waitchildren(void)
{
	int i, status, failed = 0;

	for (i = 0; i < child_count; i++) {
		while (waitpid(children[i], &status, 0) < 0)
			igt_assert_f(errno == EINTR, "waitpid failed\n");
		children[i] = 0;
		if (!status)
			continue;
		explain_child(i, status);
		failed++;
	}
	child_count = 0;
	if (failed)
		igt_fail(IGT_EXIT_FAILURE);
}

void igt_waitchildren_timeout(int seconds, const char *reason)
{
	igt_set_timeout(seconds, reason);
	igt_waitchildren();
	igt_reset_timeout();
}

/* --- Helpers --- */

bool standin_fork_helper(struct igt_helper_process *proc)
{
	int id;

	for (id = 0; id < MAX_HELPERS && helpers[id]; id++)
		;
	igt_assert_f(id < MAX_HELPERS && !proc->running, "too many helpers\n");
	proc->pid = start_child();
	if (!proc->pid)
		return true;
	proc->running = true;
	proc->id = id;
	helpers[id] = proc;
	return false;
}

int igt_wait_helper(struct igt_helper_process *proc)
{
	int status = -1;

	igt_assert(proc->running);
	while (waitpid(proc->pid, &status, 0) < 0 && errno == EINTR)
		;
	proc->running = false;
	helpers[proc->id] = NULL;
	return status;
}

void igt_stop_helper(struct igt_helper_process *proc)
{
	if (!proc->running)
		return;
	kill(proc->pid, proc->use_SIGKILL ? SIGKILL : SIGTERM);
	igt_wait_helper(proc);
}

static void ignore_signal(int number)
{
	(void)number;
}

void igt_fork_signal_helper(void)
{
	struct sigaction action = { .sa_handler = ignore_signal };
	pid_t parent = getpid();

	/* No SA_RESTART: calls must see the interruption. */
	sigaction(SIGUSR1, &action, NULL);
	signal_helper.use_SIGKILL = true;
	igt_fork_helper(&signal_helper) {
		const struct timespec pause = { .tv_nsec = 200000 };

		while (!kill(parent, SIGUSR1))
			nanosleep(&pause, NULL);
	}
}

void igt_stop_signal_helper(void)
{
	igt_stop_helper(&signal_helper);
}

/* --- Time limit --- */

static void timed_out(int number)
{
	(void)number;
	igt_critical("Timed out: %s\n", timeout_op ? timeout_op : "the subtest");
	igt_fail(IGT_EXIT_FAILURE);
}

void igt_set_timeout(unsigned int seconds, const char *op)
{
	struct sigaction action = { .sa_handler = timed_out };

	timeout_op = op;
	sigaction(SIGALRM, &action, NULL);
	alarm(seconds);
}

void igt_reset_timeout(void)
{
	alarm(0);
	timeout_op = NULL;
}

void standin_end_children(void)
{
	int i;

	igt_reset_timeout();
	kill_children();
	for (i = 0; i < MAX_HELPERS; i++) {
		if (!helpers[i])
			continue;
		helpers[i]->use_SIGKILL = true;
		igt_stop_helper(helpers[i]);
	}
}

/* --- Crashes --- */

static void crashed(int number)
{
	char text[64];
	int len;

	/* Let the default action end the process, so that its status tells. */
	signal(number, SIG_DFL);
	len = snprintf(text, sizeof(text), "Received signal SIG%s.\n", sigabbrev_np(number));
	if (write(STDERR_FILENO, text, len) == len && !standin_is_child)
		standin_crash_line();
	raise(number);
}

void standin_catch_crashes(void)
{
	static const int signals[] = {
		SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGINT, SIGTERM, SIGQUIT, SIGHUP,
		SIGPIPE, SIGSYS,
	};
	struct sigaction action = { .sa_handler = crashed };
	size_t i;

	for (i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}
