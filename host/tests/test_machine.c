// SPDX-License-Identifier: MIT
/*
 * Tests of host/machine: the whole host from its options, driven by hypercalls
 * and the SynIC as a guest does, and by control lines.
 */
#include <stdio.h>
#include <unistd.h>

#include "../base/log.h"
#include "../machine/machine.h"
#include "test.h"

#define RAM		(16u << 20)
#define SIMP_PAGE	0x3000u
#define INPUT_PAGE	0x5000u
#define SCONTROL	0x40000080u
#define SIMP		0x40000083u
#define EOM		0x40000084u
#define SINT2		0x40000092u

struct bed {
	struct host h;
	struct machine_config c;
	struct machine *m;
	uint64_t interrupts;
	char socket[64];
};

static void interrupt(void *ctx, unsigned int vp, uint8_t vector)
{
	struct bed *b = ctx;

	assert_int_equal(vector, 0xf3);
	assert_true(vp < b->h.vps);
	b->interrupts++;
}

static const struct host_ops ops = { .interrupt = interrupt };

static void write_guest(void *ctx, uint64_t gpa, const void *data, size_t len)
{
	struct bed *b = ctx;

	assert_true(gmem_write(&b->h.mem, gpa, data, len));
}

static const char *build(struct bed *b, const char *const *words, int n)
{
	machine_config_init(&b->c);
	b->c.write_guest = write_guest;
	b->c.write_ctx = b;
	for (int i = 0; i < n; i++)
		assert_null(machine_config_option(&b->c, words[i]));
	return machine_new(&b->h, &b->c, &b->m);
}

static int setup(void **state)
{
	struct bed *b = calloc(1, sizeof(*b));

	host_init(&b->h, &ops, b);
	b->h.vps = 2;
	b->h.mem.base = calloc(1, RAM);
	b->h.mem.size = RAM;
	b->h.mem.low = RAM;
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bed *b = *state;

	if (b->m) {
		machine_end(b->m);
		machine_free(b->m);
	}
	host_fini(&b->h);
	free(b->h.mem.base);
	free(b);
	return 0;
}

static void wr(struct bed *b, uint32_t msr, uint64_t value)
{
	host_enter(&b->h);
	partition_wrmsr(machine_partition(b->m), 0, msr, value);
	host_leave(&b->h);
}

static uint64_t post(struct bed *b, uint32_t connection, const uint32_t *w, unsigned int words)
{
	uint32_t *in = (uint32_t *)(b->h.mem.base + INPUT_PAGE);
	uint64_t r;

	in[0] = connection;
	in[1] = 0;
	in[2] = 1;
	in[3] = words * 4;
	memcpy(in + 4, w, words * 4);
	host_enter(&b->h);
	r = partition_hypercall(machine_partition(b->m), 0, 0x5c, INPUT_PAGE, 0);
	host_leave(&b->h);
	return r;
}

/* The type of the next message, which is taken; 0 when there is none. */
static uint32_t next_message(struct bed *b)
{
	uint32_t *slot = (uint32_t *)(b->h.mem.base + SIMP_PAGE + 512);
	uint32_t type = slot[4];

	if (!slot[0])
		return 0;
	slot[0] = 0;
	wr(b, EOM, 0);
	return type;
}

static void start_guest(struct bed *b, uint64_t id)
{
	wr(b, 0x40000000, id);
	wr(b, 0x40000001, 0x2001);
	wr(b, SIMP, SIMP_PAGE | 1);
	wr(b, SINT2, 0xf3);
	wr(b, SCONTROL, 1);
}

/* Contact by version 5.3 and all offers. Returns how many there are. */
static unsigned int contact(struct bed *b)
{
	/* INITIATE_CONTACT: version, target VP, SINT 2 */
	const uint32_t hello[10] = { 14, 0, 0x50003, 0, 2 }, offers[2] = { 3 };
	unsigned int n = 0;
	uint32_t type;

	assert_int_equal(post(b, 4, hello, 10), 0);
	assert_int_equal(next_message(b), 15);
	assert_int_equal(post(b, 4, offers, 2), 0);
	while ((type = next_message(b)) == 1)
		n++;
	assert_int_equal(type, 4);
	assert_int_equal(next_message(b), 0);
	return n;
}

static void from_contact_to_offers(void **state)
{
	static const char *const words[] = { "video=on", "vram=16" };
	struct bed *b = *state;

	assert_null(build(b, words, 2));
	start_guest(b, 1);
	/* The global channel; vPCI and vGPU of one GPU; the display. */
	assert_int_equal(contact(b), 4);
	assert_true(b->interrupts >= 6);
	assert_int_equal(post(b, 2, (const uint32_t[]){ 3, 0 }, 2), 0x12);
}

static void all_gpus_and_echos(void **state)
{
	struct bed *b = *state;

	machine_config_init(&b->c);
	b->c.write_guest = write_guest;
	b->c.write_ctx = b;
	b->c.gpus = 8;
	b->c.echo = 5;
	assert_null(machine_new(&b->h, &b->c, &b->m));
	start_guest(b, 1);
	assert_int_equal(contact(b), 1 + 2 * 8 + 5);
	/* Another guest on the same machine finds the same. */
	start_guest(b, 2);
	assert_int_equal(contact(b), 1 + 2 * 8 + 5);
	wr(b, 0x40000000, 0);
	host_enter(&b->h);
	partition_reset(machine_partition(b->m));
	host_leave(&b->h);
	start_guest(b, 2);
	assert_int_equal(contact(b), 1 + 2 * 8 + 5);
}

static bool says(struct bed *b, const char *line, const char *text)
{
	GString *out = g_string_new(NULL);
	bool found;

	control_line(machine_control(b->m), line, out);
	found = strstr(out->str, text);
	if (!found)
		print_message("%s: %s", line, out->str);
	g_string_free(out, TRUE);
	return found;
}

static void commands(void **state)
{
	struct bed *b = *state;

	machine_config_init(&b->c);
	b->c.write_guest = write_guest;
	b->c.write_ctx = b;
	b->c.gpus = 2;
	b->c.echo = 1;
	assert_null(machine_new(&b->h, &b->c, &b->m));
	start_guest(b, 1);
	assert_int_equal(contact(b), 6);
	assert_true(says(b, "status", "vps 2 enlightened 1 memory 16 MiB\n"));
	assert_true(says(b, "channels", "channel echo1 relid "));
	assert_true(says(b, "stats", "restarts 0 panics 0\nok\n"));
	assert_true(says(b, "rescind nothing", "error: no such channel"));
	assert_true(says(b, "rescind", "error: usage"));
	assert_true(says(b, "rescind echo1 x", "error: usage"));
	assert_true(says(b, "offer echo1", "error: it is there"));
	assert_true(says(b, "rescind echo1", "ok"));
	assert_int_equal(next_message(b), 2);
	assert_true(says(b, "offer echo1", "ok"));
	assert_int_equal(next_message(b), 0);		/* the old one is not released yet */
	assert_true(says(b, "offer echo0", "error"));
	assert_true(says(b, "offer echo65", "error"));
	assert_true(says(b, "offer gpupv2", "error"));
	assert_true(says(b, "gpu list", "gpu 1 gpu1 present\ngpu 2 gpu2 absent\n"));
	assert_true(says(b, "gpu add gpu1", "error"));
	assert_true(says(b, "gpu add gpu9", "error: no GPU of this name"));
	assert_true(says(b, "gpu add 8", "error: no GPU of this name"));
	assert_true(says(b, "gpu add gpu2", "ok"));
	assert_int_equal(next_message(b), 1);
	assert_int_equal(next_message(b), 1);
	assert_true(says(b, "gpu remove gpu2", "ok"));
	assert_int_equal(next_message(b), 2);
	assert_true(says(b, "gpu remove gpu2 now", "error: usage"));
	assert_true(says(b, "gpu remove", "error: usage"));
	assert_true(says(b, "gpu", "error: usage"));
}

static void what_cannot_be_built(void **state)
{
	static const char *const fault[] = { "fault=nonsense" };
	static const char *const path[] = { "control=/nonexistent/socket" };
	struct bed *b = *state;

	assert_non_null(build(b, fault, 1));
	assert_null(b->m);
	assert_non_null(build(b, path, 1));
	assert_null(b->m);
}

static void socket_is_made_and_removed(void **state)
{
	struct bed *b = *state;
	char word[128];
	const char *const words[] = { word };

	snprintf(b->socket, sizeof(b->socket), "%s/dxg-machine-%d", g_get_tmp_dir(),
		 (int)getpid());
	snprintf(word, sizeof(word), "control=%s", b->socket);
	assert_null(build(b, words, 1));
	assert_int_equal(access(b->socket, F_OK), 0);
	machine_end(b->m);
	assert_int_equal(access(b->socket, F_OK), -1);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	static const struct CMUnitTest tests[] = {
		T(from_contact_to_offers), T(all_gpus_and_echos), T(commands),
		T(what_cannot_be_built), T(socket_is_made_and_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
