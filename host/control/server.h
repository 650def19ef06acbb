/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The byte streams of the control protocol: a listening socket for the build
 * machine, and a connection to the socket behind which QEMU has the guest's
 * virtio-serial port. One thread serves them all.
 */
#ifndef HOST_CONTROL_SERVER_H
#define HOST_CONTROL_SERVER_H

#include "control.h"

/* Longest request line, without its newline. A longer one is answered with an error. */
#define CONTROL_MAX_LINE 4096

struct control_server;

/*
 * Serve @c on the socket @listen_path (made here; an old one is replaced) and on
 * a connection to @connect_path, tried again until somebody listens there and
 * whenever it breaks. Either may be NULL. On failure NULL, and *@err is -errno.
 */
struct control_server *control_server_start(struct control *c, const char *listen_path,
					    const char *connect_path, int *err);
/* Ends the thread and removes the socket. Without host->lock: a request may be running. */
void control_server_stop(struct control_server *s);

#endif
