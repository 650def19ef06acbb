/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Failure switches: what goes wrong, on purpose and replayable, with packets
 * that the host sends to the guest. Each rule is one text:
 *
 *   KIND[:KEY=VALUE[,KEY=VALUE]...]
 *
 * KIND        what happens to a packet that the rule hits
 *   delay       sent ms= later (default 1000); later packets pass it
 *   drop        not sent
 *   truncate    only the first bytes= (default 4) are sent; the ring pads to a
 *               multiple of 8 with zeros. Hits only longer packets.
 *   extend      bytes= (default 8) random bytes follow
 *   duplicate   sent twice
 *   wrong-id    a completion goes out with transaction id value= (default: a
 *               random one). Hits only completions.
 *   garbage     bytes= (default 0: all) from offset= (default 0) on are
 *               replaced by random bytes. Hits only packets longer than offset=.
 *   silence     not sent, nor anything after it on that channel, until the
 *               guest closes the channel or the rules are cleared
 *   rescind     not sent; the channel is withdrawn at once after it
 *   status      the first 32 bits become value= (default 0xc0000001). Hits only
 *               packets of 4 bytes and more.
 *
 * Which packets, for every kind:
 *   channel=GLOB      name of the channel, with * ? [ ] (default *)
 *   match=completion|inband|any    (default any; wrong-id: completion)
 *   request=NAME[+NAME]...  only answers to requests of these names, each a glob,
 *                     as the service calls them (default: every packet)
 *   after=N           the first N that match pass (default 0)
 *   count=N           hits at most; 0: for ever (default 1)
 *   probability=P     percent of those left, 1 to 100 (default 100)
 *   seed=N            of the rule's random numbers (default 1)
 *
 * Numbers are decimal or 0x hexadecimal. Each key at most once. Every rule
 * counts every packet that it matches; the first rule, in order of addition,
 * that hits a packet has it alone. The same rules on the same packets do the
 * same. Each hit is a log line of the area "fault".
 *
 * All calls need host->lock.
 */
#ifndef HOST_VMBUS_FAULT_H
#define HOST_VMBUS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../control/control.h"
#include "vmbus.h"

/* Add a rule. 0, or -EINVAL with *err a constant text and nothing installed. */
int vmbus_fault_add(struct vmbus *v, const char *spec, const char **err);

/* Take all rules away: silent channels speak again; delayed packets still go out. */
void vmbus_fault_clear(struct vmbus *v);

/* One line per rule: its text, packets matched, hits. */
void vmbus_fault_list(struct vmbus *v, GString *out);

/* A summary of the rules above, in lines. */
extern const char vmbus_fault_grammar[];

/* The command "fault list|add SPEC|clear|help". */
void vmbus_fault_register(struct vmbus *v, struct control *c);

/* ---- between the VMBus server and the switches ---- */

struct vmbus_faults;

/* Kept in struct vmbus. Never NULL. free: delayed packets are dropped. */
struct vmbus_faults *vmbus_faults_new(struct vmbus *v);
void vmbus_faults_free(struct vmbus_faults *f);

/*
 * Called for each packet that a service sends. True: the switches have taken it, and
 * send what is to be sent of it themselves, by vmbus_send_unfaulted(). False:
 * no rule hits, send it. @request: the name of what it answers, or NULL.
 */
bool vmbus_faults_packet(struct vmbus_faults *f, struct vmbus_channel *ch, uint16_t type,
			 uint64_t transaction, const char *request, const void *data,
			 uint32_t len);

/*
 * Called when @ch stops being open, and again before it is freed: packets held
 * for it are dropped, its silence ends.
 */
void vmbus_faults_closed(struct vmbus_faults *f, struct vmbus_channel *ch);

/* Of the server: the switches of a bus, and vmbus_send() without them. */
struct vmbus_faults *vmbus_get_faults(struct vmbus *v);
void vmbus_send_unfaulted(struct vmbus_channel *ch, uint16_t type, uint64_t transaction,
			  const void *data, uint32_t len);

#endif
