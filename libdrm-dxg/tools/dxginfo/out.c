// SPDX-License-Identifier: MIT
/*
 * The two ways to print a fact.
 */
#include "out.h"

#include <inttypes.h>
#include <stdarg.h>

/* Columns of a label in the text. */
#define LABEL_WIDTH	20

static void indent(struct out *o, unsigned int depth)
{
	unsigned int i;

	for (i = 0; i < depth; i++)
		fputs("  ", o->file);
}

static void json_string(struct out *o, const char *s)
{
	fputc('"', o->file);
	for (; *s; s++) {
		unsigned char c = *s;

		if (c == '"' || c == '\\')
			fprintf(o->file, "\\%c", c);
		else if (c < 0x20)
			fprintf(o->file, "\\u%04x", c);
		else
			fputc(c, o->file);
	}
	fputc('"', o->file);
}

/* The start of a member: comma, new line, indentation, key. */
static void json_member(struct out *o, const char *key)
{
	if (o->more)
		fputc(',', o->file);
	if (o->depth)
		fputc('\n', o->file);
	indent(o, o->depth);
	if (key) {
		json_string(o, key);
		fputs(": ", o->file);
	}
	o->more = true;
}

/* In the text only a title moves what is below it to the right. */
static void text_indent(struct out *o)
{
	indent(o, __builtin_popcount(o->titled));
}

static void text_label(struct out *o, const char *label)
{
	text_indent(o);
	fprintf(o->file, "%-*s ", LABEL_WIDTH, label);
}

static void open_group(struct out *o, const char *key, const char *title, char bracket)
{
	if (o->json) {
		json_member(o, key);
		fputc(bracket, o->file);
	} else if (title) {
		text_indent(o);
		fprintf(o->file, "%s\n", title);
		o->titled |= 1u << o->depth;
	}
	o->depth++;
	o->more = false;
}

static void close_group(struct out *o, char bracket)
{
	o->depth--;
	o->titled &= ~(1u << o->depth);
	if (o->json) {
		if (o->more) {
			fputc('\n', o->file);
			indent(o, o->depth);
		}
		fputc(bracket, o->file);
		if (!o->depth)
			fputc('\n', o->file);
	}
	o->more = true;
}

void out_object(struct out *o, const char *key, const char *title)
{
	open_group(o, key, title, '{');
}

void out_object_end(struct out *o)
{
	close_group(o, '}');
}

void out_array(struct out *o, const char *key, const char *title)
{
	open_group(o, key, title, '[');
}

void out_array_end(struct out *o)
{
	close_group(o, ']');
}

void out_string(struct out *o, const char *key, const char *label, const char *value)
{
	if (o->json) {
		json_member(o, key);
		json_string(o, value);
	} else if (label) {
		text_label(o, label);
		fprintf(o->file, "%s\n", value);
	}
}

void out_bool(struct out *o, const char *key, const char *label, bool value)
{
	if (o->json) {
		json_member(o, key);
		fputs(value ? "true" : "false", o->file);
	} else if (label) {
		text_label(o, label);
		fprintf(o->file, "%s\n", value ? "yes" : "no");
	}
}

void out_uint(struct out *o, const char *key, const char *label, const char *format,
	      uint64_t value)
{
	if (o->json) {
		json_member(o, key);
		fprintf(o->file, "%" PRIu64, value);
	} else if (label) {
		text_label(o, label);
		fprintf(o->file, format, (unsigned long long)value);
		fputc('\n', o->file);
	}
}

void out_line(struct out *o, const char *format, ...)
{
	va_list args;

	if (o->json)
		return;
	text_indent(o);
	va_start(args, format);
	vfprintf(o->file, format, args);
	va_end(args);
	fputc('\n', o->file);
}
