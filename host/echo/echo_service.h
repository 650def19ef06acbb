/* SPDX-License-Identifier: GPL-2.0 */
/* The host's side of the echo channels (echo.h says what they do). */
#ifndef HOST_ECHO_ECHO_SERVICE_H
#define HOST_ECHO_ECHO_SERVICE_H

#include "../vmbus/vmbus.h"

/*
 * Offer echo channel number @n (1 to 0xffff), named "echoN". NULL when it is
 * there already. Needs host->lock.
 */
struct vmbus_channel *echo_add(struct vmbus *v, unsigned int n);

#endif
