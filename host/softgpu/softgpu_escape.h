/* SPDX-License-Identifier: MIT */
/*
 * Driver-private escapes of the software GPU, version 1: what a test in the guest
 * asks of the host that runs it. For its clients and for the host alike; needs
 * nothing but <stdint.h>, C or C++.
 *
 * An escape of the type "driver private" carries a struct softgpu_escape and,
 * where the operation takes one, a text behind it, ended by a zero or by the end
 * of the data. It comes back with the status and the results filled in. Data
 * that is no softgpu_escape comes back as a failure of the escape itself.
 */
#ifndef SOFTGPU_ESCAPE_H
#define SOFTGPU_ESCAPE_H

#include <stdint.h>

#define SOFTGPU_ESCAPE_MAGIC	0x55504753u	/* "SGPU" */
#define SOFTGPU_ESCAPE_VERSION	1u
#define SOFTGPU_ESCAPE_ALL	UINT64_MAX	/* TDR: the whole GPU */

enum softgpu_escape_op {
	/*
	 * result: version of the escapes, version of the command set, nodes of this
	 * GPU, milliseconds that a job may occupy a node, Hz of the GPU's clock.
	 */
	SOFTGPU_ESCAPE_INFO		= 1,
	/*
	 * arg[0]: node. result: jobs ended, commands carried out, jobs that faulted,
	 * jobs that were aborted, nanoseconds busy, bytes read, bytes written.
	 */
	SOFTGPU_ESCAPE_NODE		= 2,
	/*
	 * arg[0]: number of a message; arg[1]: 0 guest to host, 1 host to guest.
	 * result: count, asynchronous ones, errors, bytes in, bytes out, nanoseconds
	 * in all, nanoseconds of the longest.
	 */
	SOFTGPU_ESCAPE_MESSAGE		= 3,
	/*
	 * result: protocol violations so far, objects that the guest holds, objects
	 * it has left behind, resets of nodes of this GPU, pages of the IO space in use.
	 */
	SOFTGPU_ESCAPE_HOST		= 4,
	/* text: KEY=VALUE, an option of the GPU service, failure switches among them. */
	SOFTGPU_ESCAPE_SET		= 5,
	/* Drop the failure switches that SET has set, and those of commands. */
	SOFTGPU_ESCAPE_CLEAR		= 6,
	/* text: a failure switch of packets, such as drop:match=inband,count=2. */
	SOFTGPU_ESCAPE_FAULT		= 7,
	SOFTGPU_ESCAPE_FAULT_CLEAR	= 8,
	/*
	 * arg[0]: a node, or SOFTGPU_ESCAPE_ALL. The job that has the node is ended
	 * as if it had hung. result: 1 when there was one.
	 */
	SOFTGPU_ESCAPE_TDR		= 9,
	/* arg[0]: so many events that nobody waits for; arg[1]: seed of their ids. */
	SOFTGPU_ESCAPE_STORM		= 10,
	/* arg[0]: 0 politely, 1 by surprise; arg[1]: milliseconds from now. */
	SOFTGPU_ESCAPE_REMOVE		= 11,
	/*
	 * arg[0]: bytes; arg[1]: segment, from 1. So much of the offered memory that is
	 * resident there is thrown away, as if others needed it. result: bytes thrown away.
	 */
	SOFTGPU_ESCAPE_PRESSURE		= 12,
};

struct softgpu_escape {
	uint32_t magic;
	uint32_t version;
	uint32_t op;		/* enum softgpu_escape_op */
	uint32_t status;	/* out: an NTSTATUS; 0: done */
	uint64_t arg[4];	/* in; 0 where the operation has no use for it */
	uint64_t result[8];	/* out */
	/* then the text */
};

#endif
