/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What vm/run and the guest's first process say to each other over the
 * virtio-serial port org.dxg.agent. Both directions carry frames: one type
 * byte, the payload's length as u32 little endian, the payload.
 *
 * vm/lib/agent.py is the other end.
 */
#ifndef VM_AGENT_PROTO_H
#define VM_AGENT_PROTO_H

#define AGENT_PORT	"org.dxg.agent"
#define AGENT_HELLO	"dxg-agent-1"
#define FRAME_MAX	(1u << 20)

/* guest to host */
#define MSG_HELLO	'H'	/* AGENT_HELLO: a boot begins */
#define MSG_STDOUT	'O'
#define MSG_STDERR	'E'
#define MSG_CREDIT	'C'	/* u32: so many bytes of stdin were taken */
#define MSG_STARTED	'R'	/* the command runs */
#define MSG_EXIT	'X'	/* u32 kind (0: exit, 1: signal), u32 value; all output was sent */
#define MSG_FAIL	'F'	/* text: the command could not be started */

/* host to guest */
#define MSG_START	'S'	/* strings, each ended by a zero byte: see start.c */
#define MSG_STDIN	'I'	/* empty: end of file */
#define MSG_WINSIZE	'W'	/* u16 rows, u16 columns */
#define MSG_SIGNAL	'K'	/* u32: to the command's process group */
#define MSG_POWEROFF	'P'

#endif
