/* SPDX-License-Identifier: MIT */
/*
 * What is printed, once as text for people and once as JSON: the caller says
 * each fact once and need not know which of the two is written.
 *
 * Every fact has a key, its name in JSON, and a label, its name in the text.
 * A label of NULL leaves the fact out of the text.
 */
#ifndef DXGINFO_OUT_H
#define DXGINFO_OUT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** struct out - One document being written. Start with @file and @json only. */
struct out {
	/** @file: Where to. */
	FILE *file;

	/** @json: JSON if true, text otherwise. */
	bool json;

	/** @depth: How many objects and arrays are open. */
	unsigned int depth;

	/** @titled: Bit N is set if the open group at depth N has a title, hence indents. */
	uint32_t titled;

	/** @more: The open object or array has a member already. */
	bool more;
};

/* @key is NULL in an array and for the outermost object. @title is a line of the text. */
void out_object(struct out *o, const char *key, const char *title);
void out_object_end(struct out *o);
void out_array(struct out *o, const char *key, const char *title);
void out_array_end(struct out *o);

/* @value is UTF-8 without control characters. */
void out_string(struct out *o, const char *key, const char *label, const char *value);
void out_bool(struct out *o, const char *key, const char *label, bool value);

/* A number in JSON; in the text what @format makes of the unsigned long long. */
void out_uint(struct out *o, const char *key, const char *label, const char *format,
	      uint64_t value) __attribute__((format(printf, 4, 0)));

/* One line of the text, nothing in JSON. */
void out_line(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
