/* SPDX-License-Identifier: MIT */
/*
 * A test bed for the GPU-PV service: the service on the real VMBus server, a
 * fake guest that writes packets into rings, and fake PCI functions in place of
 * the vPCI server. Messages are built from numbers of the tests' own.
 */
#ifndef HOST_GPUPV_TESTS_BED_H
#define HOST_GPUPV_TESTS_BED_H

#include "../../tests/test.h"

#include "../../base/log.h"
#include "../../tests/fake_guest.h"
#include "../../vpci/vpci.h"
#include "../gpupv.h"

#define BED_GLOBAL	(-1)		/* channel number; others: index of the GPU */
#define BED_MAX_MESSAGE	(160 * 1024)
#define BED_IO_START	0x800000ull
#define BED_IO_LENGTH	0x100000ull

/* NTSTATUS values */
#define BED_INVALID_HANDLE	0xc0000008u
#define BED_INVALID_PARAMETER	0xc000000du
#define BED_NOT_SUPPORTED	0xc00000bbu
#define BED_INVALID_STATE	0xc0000184u
#define BED_REMOVED		0xc00002b6u

/* In place of the vPCI server. */
struct vpci_function {
	struct vpci_config c;
	const struct vpci_ops *ops;
	void *ctx;
	bool there, ejected, surprised;
};

struct bed {
	struct fake_guest guest;
	struct gpupv_config cfg;
	struct gpupv *g;
	bool connected;
	struct fake_channel chan[1 + GPUPV_MAX_GPUS];
	bool open[1 + GPUPV_MAX_GPUS];
	uint64_t transaction;
	uint8_t *rx;
	/* the last answer */
	uint32_t len;
	/* what the stages made */
	uint32_t adapter, process;
};

/* How far the guest's driver has come. */
enum bed_stage {
	BED_CHANNELS,		/* global and gpu0's open, version written */
	BED_IO_SPACE,
	BED_ADAPTER,		/* OPENADAPTER on gpu0 */
	BED_INFO,		/* GETINTERNALADAPTERINFO of gpu0 */
	BED_PROCESS,
};

/* @options: KEY=VALUE, ended by NULL. IO space of 1 MiB. */
void bed_init(struct bed *b, const char *const *options, unsigned int gpus);
void bed_fini(struct bed *b);
/* Go on to a stage; every step must succeed without a violation. */
void bed_go(struct bed *b, enum bed_stage stage);

void bed_open(struct bed *b, int chan);
void bed_close(struct bed *b, int chan);
/* The guest has seen a rescind of this channel and lets go of it. */
void bed_release(struct bed *b, uint32_t relid);
uint32_t bed_relid(struct bed *b, const char *name);

/* The PCI function of a GPU; the guest writes into it; it goes. */
struct vpci_function *bed_function(struct bed *b, unsigned int gpu);
void bed_write_version(struct bed *b, unsigned int gpu, uint32_t version);
void bed_function_gone(struct bed *b, unsigned int gpu);

/* One packet as it is. Nothing is read. */
void bed_raw(struct bed *b, int chan, bool wants, uint64_t transaction, const void *data,
	     uint32_t len);
/* Read one packet, which must be the completion of @transaction. Its bytes are in b->rx. */
void bed_expect(struct bed *b, int chan, uint64_t transaction);
void bed_expect_nothing(struct bed *b, int chan);
/*
 * Send @len bytes that begin with the extended header, if there is one, and
 * take the answer: its first 32 bits are returned.
 */
uint32_t bed_call(struct bed *b, int chan, const void *message, uint32_t len);
uint32_t bed_word(const struct bed *b, uint32_t offset);
uint64_t bed_quad(const struct bed *b, uint32_t offset);

/* Bytes of the extended header in use: 16 or 0. */
uint32_t bed_ext(const struct bed *b);
/* The channel that gpu0's messages use now. */
int bed_route(const struct bed *b);
/* Headers into a zeroed message; returns where the payload starts (offset of the command + 24). */
uint8_t *bed_header(const struct bed *b, uint8_t *message, int gpu, uint32_t process,
		    uint32_t command);
void put16(uint8_t *p, uint16_t v);
void put32(uint8_t *p, uint32_t v);
void put64(uint8_t *p, uint64_t v);

/* Whole messages, well-formed; the length is returned, without the ring's padding. */
uint32_t make_iospace(const struct bed *b, uint8_t *m);
uint32_t make_createprocess(const struct bed *b, uint8_t *m, uint64_t cookie, const char *name);
uint32_t make_destroyprocess(const struct bed *b, uint8_t *m, uint32_t process);
uint32_t make_openadapter(const struct bed *b, uint8_t *m, int gpu);
uint32_t make_info(const struct bed *b, uint8_t *m, int gpu);
uint32_t make_closeadapter(const struct bed *b, uint8_t *m, int gpu, uint32_t adapter);
uint32_t make_query(const struct bed *b, uint8_t *m, int gpu, uint32_t process, uint32_t type,
		    uint32_t size);
uint32_t make_feature(const struct bed *b, uint8_t *m, int gpu, uint32_t feature);

uint64_t bed_objects(struct bed *b);
uint64_t bed_left(struct bed *b);

/* The statement causes exactly @n violations. */
#define VIOLATIONS(n, statement) do { \
	uint64_t before_ = log_violations(); \
	statement; \
	assert_int_equal(log_violations() - before_, n); \
} while (0)

#endif
