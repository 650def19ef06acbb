/* SPDX-License-Identifier: MIT */
/* A service for tests: counts its calls, keeps the last packet, and answers as told. */
#ifndef HOST_TESTS_RECORDER_H
#define HOST_TESTS_RECORDER_H

#include "../vmbus/vmbus.h"
#include "fake_guest.h"

struct recorder {
	unsigned int opened, closed, freed, packets;
	uint32_t open_status;		/* what open answers */
	bool echo;			/* each packet comes back: as completion when wanted */
	uint32_t answer;		/* bytes of each echo, instead of the packet's own length */
	bool rescind_on_packet, rescind_on_open;
	uint64_t last_transaction;
	uint16_t last_type;
	uint32_t last_len;
	uint8_t last[64];
};

extern const struct vmbus_service recorder_service;

/* Offer a channel named @name, with instance number @n, that @r listens to. */
struct vmbus_channel *recorder_offer(struct fake_guest *g, struct recorder *r, const char *name,
				     unsigned int n);
/* The instance GUID of number @n. */
struct guid recorder_instance(unsigned int n);

#endif
