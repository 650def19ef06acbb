/* SPDX-License-Identifier: MIT */
/*
 * How the parts of the viewfinder report errors: which device, at which step.
 */
#ifndef VIEWFINDER_SAY_H
#define VIEWFINDER_SAY_H

/* Print "dxg-viewfinder: DEVICE: cannot STEP: REASON" once; returns @error, a negative errno. */
int say(const char *device, const char *step, int error);

#endif
