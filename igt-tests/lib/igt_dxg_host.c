// SPDX-License-Identifier: MIT
/*
 * Helpers for tests that ask the host to misbehave, take the adapter away, or look
 * at what a loss leaves behind.
 */
#include "igt_dxg_host.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <sys/wait.h>

#include "igt.h"
#include "igt_dxg.h"

/* Seconds that a wait for the host takes whose pauses cost nothing: asking it takes longer. */
#define ASKED	20

/* --- The host --- */

static int __attribute__((format(printf, 3, 0)))
ask(char *answer, size_t size, const char *format, va_list args)
{
	const char *program = getenv("DXG_HOSTCTL");
	char words[512], line[1024];
	size_t used = 0;
	FILE *file;
	int status;

	igt_require_f(program, "the host cannot be asked without DXG_HOSTCTL\n");
	vsnprintf(words, sizeof(words), format, args);
	snprintf(line, sizeof(line), "%s %s 2>&1", program, words);
	file = popen(line, "r");
	igt_assert(file);
	while (fgets(line, sizeof(line), file)) {
		igt_debug("host: %s: %s", words, line);
		if (answer && used < size)
			used += snprintf(answer + used, size - used, "%s", line);
	}
	status = pclose(file);
	errno = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int __dxg_host(char *answer, size_t size, const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = ask(answer, size, format, args);
	va_end(args);
	return ret;
}

void igt_dxg_host(const char *format, ...)
{
	va_list args;
	int ret;

	va_start(args, format);
	ret = ask(NULL, 0, format, args);
	va_end(args);
	igt_assert_eq(ret, 0);
}

bool igt_dxg_host_obeys(const void *command)
{
	return !__dxg_host(NULL, 0, "%s", (const char *)command);
}

unsigned int igt_dxg_host_objects(void)
{
	char *answer = calloc(1, 1 << 20), *line;
	unsigned int count;

	igt_assert(answer);
	igt_assert_eq(__dxg_host(answer, 1 << 20, "gpupv objects"), 0);
	line = strstr(answer, "\nobjects ");
	igt_assert(line && sscanf(line, "\nobjects %u", &count) == 1);
	free(answer);
	return count;
}

static bool host_has_at_most(const void *objects)
{
	return igt_dxg_host_objects() <= *(const unsigned int *)objects;
}

void igt_dxg_host_comes_to(unsigned int objects)
{
	igt_assert_f(igt_dxg_wait(host_has_at_most, &objects, ASKED),
		     "%u objects on the host, not %u\n", igt_dxg_host_objects(), objects);
}

long igt_dxg_pinned(void)
{
	char line[128];
	long sum = 0, n;
	FILE *file;

	/* The counters of each CPU are added up. */
	igt_assert_eq(__dxg_write("/proc/sys/vm/stat_refresh", "1"), 0);
	file = fopen("/proc/vmstat", "r");
	igt_assert(file);
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "nr_foll_pin_acquired %ld", &n) == 1)
			sum += n;
		if (sscanf(line, "nr_foll_pin_released %ld", &n) == 1)
			sum -= n;
	}
	fclose(file);
	return sum;
}

/* The host's list has lines such as "gpu 0 gpu0 present". */
void igt_dxg_host_gpu(char name[64])
{
	char list[4096] = "", *line, *save = NULL, word[64], state[32];

	igt_assert_eq(__dxg_host(list, sizeof(list), "gpu list"), 0);
	*name = 0;
	for (line = strtok_r(list, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (sscanf(line, "gpu %*d %63s %31s", word, state) == 2 &&
		    !strcmp(state, "present"))
			strcpy(name, word);
	igt_assert_f(*name, "the host lists no GPU\n");
}

void igt_dxg_host_fault(const char *format, ...)
{
	char spec[256];
	va_list args;

	va_start(args, format);
	vsnprintf(spec, sizeof(spec), format, args);
	va_end(args);
	igt_dxg_host("fault add %s", spec);
}

/* Lines of rules end with "packets N hits N". */
unsigned int igt_dxg_host_hits(void)
{
	char list[4096] = "", *at = list;
	unsigned int hits = 0;

	igt_assert_eq(__dxg_host(list, sizeof(list), "fault list"), 0);
	while ((at = strstr(at, "hits "))) {
		at += strlen("hits ");
		hits += strtoul(at, NULL, 10);
	}
	return hits;
}

void igt_dxg_host_clear(void)
{
	igt_dxg_host("fault clear");
	igt_dxg_host("gpupv clear");
}

/* --- The module --- */

unsigned int igt_dxg_module_set(const char *name, unsigned int value)
{
	char path[128], before[32] = "", after[32];

	igt_assert_eq(__dxg_read("/sys/module/dxg/parameters", name, before, sizeof(before)), 0);
	snprintf(path, sizeof(path), "/sys/module/dxg/parameters/%s", name);
	snprintf(after, sizeof(after), "%u", value);
	igt_assert_eq(__dxg_write(path, after), 0);
	return strtoul(before, NULL, 10);
}

bool igt_dxg_full(void)
{
	const char *tier = getenv("DXG_TIER");

	return tier && !strcmp(tier, "full");
}

/* --- Unbinding --- */

#define DRIVER_FOLDER	"/sys/bus/pci/drivers/dxg"

static char function[64];	/* address of the PCI function of the first node */
static int adapters;

/* One that has gone and come back may have another address. */
static void find_function(void)
{
	char path[PATH_MAX];
	int fd = igt_dxg_open_render(0);

	igt_require_f(fd >= 0, "no adapter\n");
	igt_dxg_pci_path(fd, path, sizeof(path));
	snprintf(function, sizeof(function), "%s", strrchr(path, '/') + 1);
	close(fd);
	adapters = igt_dxg_count();
}

static bool has_adapters(const void *arg)
{
	return igt_dxg_count() == *(const int *)arg;
}

static void expect_adapters(int expected)
{
	igt_assert_f(igt_dxg_wait(has_adapters, &expected, IGT_DXG_PATIENCE),
		     "%d adapters, not %d\n", igt_dxg_count(), expected);
}

void igt_dxg_driver_unbind(void)
{
	find_function();
	igt_assert_eq(__dxg_write(DRIVER_FOLDER "/unbind", function), 0);
	expect_adapters(adapters - 1);
}

void igt_dxg_driver_bind(void)
{
	igt_assert_eq(__dxg_write(DRIVER_FOLDER "/bind", function), 0);
	expect_adapters(adapters);
}

void igt_dxg_driver_restore(void)
{
	if (!adapters)
		find_function();
	if (igt_dxg_count() == adapters)
		return;
	igt_debug("bind after a failure: %d\n", __dxg_write(DRIVER_FOLDER "/bind", function));
	expect_adapters(adapters);
}

/* --- Dumps --- */

#define DUMPS	"/sys/class/devcoredump"

/* The first dump of the device behind @fd, as "devcdN"; how many there are. */
static unsigned int find_dumps(int fd, char *name, size_t size)
{
	char device[PATH_MAX], path[PATH_MAX], failing[PATH_MAX];
	struct dirent *entry;
	unsigned int count = 0;
	DIR *dir;

	igt_dxg_pci_path(fd, device, sizeof(device));
	dir = opendir(DUMPS);
	igt_require_f(dir, "this kernel makes no device coredumps\n");
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), DUMPS "/%.32s/failing_device", entry->d_name);
		if (!realpath(path, failing) || strcmp(failing, device))
			continue;
		if (!count++ && name)
			snprintf(name, size, "%.32s", entry->d_name);
	}
	closedir(dir);
	errno = 0;
	return count;
}

unsigned int igt_dxg_dumps(int fd)
{
	return find_dumps(fd, NULL, 0);
}

static bool dump_is_gone(const void *arg)
{
	return access(arg, F_OK);
}

/* Whatever is written to a dump ends it, soon. */
static void remove_dump(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), DUMPS "/%s/data", name);
	__dxg_write(path, "1");
	igt_assert_f(igt_dxg_wait(dump_is_gone, path, 120), "%s stays\n", path);
	errno = 0;
}

void igt_dxg_dumps_clear(int fd)
{
	char name[64];

	while (find_dumps(fd, name, sizeof(name)))
		remove_dump(name);
}

static char *read_dump(const char *name)
{
	char path[PATH_MAX], *text = NULL;
	size_t size = 0, used = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), DUMPS "/%s/data", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	igt_assert_fd(fd);
	do {
		if (size - used < 4096) {
			size += 64 * 1024;
			text = realloc(text, size);
			igt_assert(text);
		}
		n = read(fd, text + used, size - used - 1);
		igt_assert(n >= 0);
		used += n;
	} while (n);
	close(fd);
	text[used] = 0;
	return text;
}

char *igt_dxg_dump_take(int fd, int seconds)
{
	char name[64], *text;
	int i;

	for (i = 0; i < seconds * 50; i++) {
		if (find_dumps(fd, name, sizeof(name))) {
			text = read_dump(name);
			remove_dump(name);
			return text;
		}
		usleep(20000);
	}
	return NULL;
}
