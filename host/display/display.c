// SPDX-License-Identifier: GPL-2.0
/* The synthetic video device: its channel, the protocol, and checks of what the guest says. */
#include <stdlib.h>
#include <string.h>
#include <glib.h>

#include "../base/log.h"
#include "display.h"
#include "protocol.h"

#define AREA "display"

/* Of the offer, as Hyper-V sets them for this device; Linux looks at neither. */
#define CHANNEL_NAMED_PIPE	0x10
#define PIPE_MODE_MESSAGE	4

static const char class_guid[] = "da0a7802-e377-4aac-8e77-0558eb1073f8";
static const char default_instance[] = "5620e0c7-8062-4dce-aeb7-520c7ef76171";

static const struct display_mode default_modes[] = {
	{ 1024, 768 }, { 1280, 720 }, { 1920, 1080 },
};

struct display {
	struct host *host;
	struct vmbus *v;
	struct display_config config;
	struct vmbus_channel *ch;	/* NULL while not offered */
	struct display_status status;
	uint32_t vram_offset;		/* of the picture, bytes; while status.active */
};

/* A message of the guest, its headers checked. */
struct message {
	enum video_message type;
	const uint8_t *data;		/* the payload */
	uint32_t len;			/* of the payload */
};

#define refuse(d, fmt, ...)							\
	do {									\
		(d)->status.refused++;						\
		log_violation(AREA, fmt, ##__VA_ARGS__);			\
	} while (0)

static void answer(struct display *d, enum video_message type, const void *payload, uint32_t len)
{
	uint8_t packet[sizeof(struct video_header) + sizeof(struct video_resolution_response) +
		       DISPLAY_MAX_MODES * sizeof(struct video_size)];
	struct video_header h = {
		.pipe_type = VIDEO_PIPE_DATA,
		.pipe_size = VIDEO_MESSAGE_HEADER + len,
		.type = type,
		.size = VIDEO_MESSAGE_HEADER + len,
	};

	memcpy(packet, &h, sizeof(h));
	memcpy(packet + sizeof(h), payload, len);
	vmbus_send(d->ch, VMBUS_PACKET_INBAND, 0, packet, sizeof(h) + len);
}

static void forget(struct display *d)
{
	uint64_t refused = d->status.refused;

	memset(&d->status, 0, sizeof(d->status));
	d->status.present = d->ch;
	d->status.refused = refused;
}

static uint64_t vram_size(const struct display *d)
{
	return (uint64_t)d->config.vram_megabytes << 20;
}

/* ---- messages of the guest ---- */

static void version_request(struct display *d, const struct message *m)
{
	struct video_version_request q;
	struct video_version_response r = { .outputs = 1 };

	memcpy(&q, m->data, sizeof(q));
	r.version = q.version;
	r.accepted = q.version == VIDEO_VERSION_WIN8 || q.version == VIDEO_VERSION_WIN10;
	d->status.version = r.accepted ? q.version : 0;
	log_info(AREA, "protocol %u.%u %s", VIDEO_VERSION_MAJOR(q.version),
		 VIDEO_VERSION_MINOR(q.version), r.accepted ? "accepted" : "refused");
	answer(d, VIDEO_VERSION_RESPONSE, &r, sizeof(r));
}

static void resolution_request(struct display *d, const struct message *m)
{
	uint8_t reply[sizeof(struct video_resolution_response) +
		      DISPLAY_MAX_MODES * sizeof(struct video_size)] = { 0 };
	struct video_resolution_response r = { 0 };
	struct video_resolution_request q;

	if (d->status.version != VIDEO_VERSION_WIN10) {
		refuse(d, "resolution request in protocol 3.2, which has none");
		return;
	}
	memcpy(&q, m->data, sizeof(q));
	r.count = d->config.num_modes < q.max ? d->config.num_modes : q.max;
	memcpy(reply, &r, sizeof(r));
	for (unsigned int i = 0; i < r.count; i++) {
		struct video_size s = { d->config.modes[i].width, d->config.modes[i].height };

		memcpy(reply + sizeof(r) + i * sizeof(s), &s, sizeof(s));
	}
	answer(d, VIDEO_RESOLUTION_RESPONSE, reply,
	       sizeof(r) + r.count * sizeof(struct video_size));
}

static void vram_location(struct display *d, const struct message *m)
{
	struct video_feature_change features = { !d->config.no_dirt, 1, 1, 1 };
	struct video_vram_location q;
	struct video_ack r;

	memcpy(&q, m->data, sizeof(q));
	r.context = q.context;
	/* What was on screen was in the old place. */
	d->status.active = false;
	d->status.vram = 0;
	if (!q.given || !q.gpa || !gmem_at(&d->host->mem, q.gpa, vram_size(d))) {
		refuse(d, "video memory %s %#llx, %u MiB: not in guest memory",
		       q.given ? "at" : "not given,", (unsigned long long)q.gpa,
		       d->config.vram_megabytes);
		r.context = ~q.context;		/* another context: not accepted */
		answer(d, VIDEO_VRAM_LOCATION_ACK, &r, sizeof(r));
		return;
	}
	d->status.vram = q.gpa;
	log_info(AREA, "video memory at %#llx, %u MiB", (unsigned long long)q.gpa,
		 d->config.vram_megabytes);
	answer(d, VIDEO_VRAM_LOCATION_ACK, &r, sizeof(r));
	answer(d, VIDEO_FEATURE_CHANGE, &features, sizeof(features));
}

/* Whether @o can be shown: a picture that lies in video memory as a whole. */
static bool output_ok(struct display *d, const struct video_output *o)
{
	struct picture_layout l = { 0, o->width, o->height, o->pitch, o->bpp };
	uint64_t span = picture_span(&l);

	if (!d->status.vram) {
		refuse(d, "picture shown without video memory");
		return false;
	}
	if (!span) {
		refuse(d, "picture %ux%u, %u bits a pixel, pitch %u: no such picture", o->width,
		       o->height, o->bpp, o->pitch);
		return false;
	}
	if (o->vram_offset > vram_size(d) || span > vram_size(d) - o->vram_offset) {
		refuse(d, "picture %ux%u, pitch %u, offset %u: not within %u MiB of video memory",
		       o->width, o->height, o->pitch, o->vram_offset, d->config.vram_megabytes);
		return false;
	}
	return true;
}

static void situation_update(struct display *d, const struct message *m)
{
	struct display_status *s = &d->status;
	struct video_situation q;
	struct video_output o;
	struct video_ack r;

	memcpy(&q, m->data, sizeof(q));
	if (q.outputs != 1 || m->len != sizeof(q) + sizeof(o)) {
		refuse(d, "situation of %u outputs in %u bytes", q.outputs, m->len);
		return;
	}
	memcpy(&o, m->data + sizeof(q), sizeof(o));
	if (o.active > 1 || (o.active && !output_ok(d, &o))) {
		if (o.active > 1)
			refuse(d, "output neither active nor inactive: %u", o.active);
		return;
	}
	s->situations++;
	s->active = o.active;
	s->width = o.width;
	s->height = o.height;
	s->pitch = o.pitch;
	s->bpp = o.bpp;
	d->vram_offset = o.vram_offset;
	if (o.active)
		log_info(AREA, "on screen: %ux%u, %u bits a pixel, pitch %u, offset %u", o.width,
			 o.height, o.bpp, o.pitch, o.vram_offset);
	else
		log_info(AREA, "screen off");
	r.context = q.context;
	answer(d, VIDEO_SITUATION_UPDATE_ACK, &r, sizeof(r));
}

/*
 * Rectangles are not held against the size on screen: on a mode change the DIRT
 * of the new picture comes before the SITUATION_UPDATE that tells its size.
 */
static void dirty(struct display *d, const struct message *m)
{
	struct video_dirt q;

	memcpy(&q, m->data, sizeof(q));
	if (q.output || m->len != sizeof(q) + q.count * sizeof(struct video_rect)) {
		refuse(d, "dirt of output %u, %u rectangles in %u bytes", q.output, q.count,
		       m->len);
		return;
	}
	for (unsigned int i = 0; i < q.count; i++) {
		struct video_rect r;

		memcpy(&r, m->data + sizeof(q) + i * sizeof(r), sizeof(r));
		if (r.x1 < 0 || r.y1 < 0 || r.x1 > r.x2 || r.y1 > r.y2 ||
		    r.x2 > (int32_t)PICTURE_MAX_SIDE || r.y2 > (int32_t)PICTURE_MAX_SIDE) {
			refuse(d, "dirt %d,%d-%d,%d: no such rectangle", r.x1, r.y1, r.x2, r.y2);
			return;
		}
		log_debug(AREA, "dirt %d,%d-%d,%d", r.x1, r.y1, r.x2, r.y2);
	}
	d->status.dirts++;
}

static void pointer_position(struct display *d, const struct message *m)
{
	struct video_pointer_position q;

	memcpy(&q, m->data, sizeof(q));
	if (q.output) {
		refuse(d, "pointer on output %u", q.output);
		return;
	}
	d->status.pointers++;
}

/* The pointer is not in the picture, so its pixels are not looked at. */
static void pointer_shape(struct display *d, const struct message *m)
{
	struct video_pointer_shape q;

	memcpy(&q, m->data, sizeof(q));
	if (q.width > VIDEO_MAX_POINTER_SIDE || q.height > VIDEO_MAX_POINTER_SIDE) {
		refuse(d, "pointer of %ux%u", q.width, q.height);
		return;
	}
	d->status.pointers++;
}

/* Payload: exactly @len bytes, or at least so many. */
static const struct handler {
	enum video_message type;
	uint32_t len;
	bool more;
	void (*fn)(struct display *d, const struct message *m);
} handlers[] = {
	{ VIDEO_VERSION_REQUEST, sizeof(struct video_version_request), false, version_request },
	{ VIDEO_VRAM_LOCATION, sizeof(struct video_vram_location), false, vram_location },
	{ VIDEO_SITUATION_UPDATE, sizeof(struct video_situation), true, situation_update },
	{ VIDEO_POINTER_POSITION, sizeof(struct video_pointer_position), false, pointer_position },
	{ VIDEO_POINTER_SHAPE, sizeof(struct video_pointer_shape), true, pointer_shape },
	{ VIDEO_DIRT, sizeof(struct video_dirt), true, dirty },
	{ VIDEO_RESOLUTION_REQUEST, sizeof(struct video_resolution_request), false,
	  resolution_request },
};

static void dispatch(struct display *d, const struct message *m)
{
	for (unsigned int i = 0; i < G_N_ELEMENTS(handlers); i++) {
		const struct handler *h = &handlers[i];

		if (h->type != m->type)
			continue;
		if (m->len < h->len || (m->len > h->len && !h->more))
			refuse(d, "message %u of %u bytes", m->type, m->len);
		else if (!d->status.version && m->type != VIDEO_VERSION_REQUEST)
			refuse(d, "message %u before a version was agreed on", m->type);
		else
			h->fn(d, m);
		return;
	}
	refuse(d, "unknown message %u", m->type);
}

/* ---- the channel ---- */

static void on_packet(struct vmbus_channel *ch, void *priv, const struct vmbus_packet *p)
{
	struct display *d = priv;
	struct video_header h;
	struct message m;

	if (ch != d->ch)
		return;
	if (p->type != VMBUS_PACKET_INBAND || p->len < sizeof(h)) {
		refuse(d, "packet of type %u, %u bytes", p->type, p->len);
		return;
	}
	memcpy(&h, p->data, sizeof(h));
	/* The ring pads packets, so there may be more bytes than the message has. */
	if (h.pipe_type != VIDEO_PIPE_DATA || h.size != h.pipe_size ||
	    h.size < VIDEO_MESSAGE_HEADER || h.size - VIDEO_MESSAGE_HEADER > p->len - sizeof(h)) {
		refuse(d, "message of pipe type %u, sizes %u and %u, in %u bytes", h.pipe_type,
		       h.pipe_size, h.size, p->len);
		return;
	}
	m.type = h.type;
	m.data = p->data + sizeof(h);
	m.len = h.size - VIDEO_MESSAGE_HEADER;
	dispatch(d, &m);
}

static uint32_t on_open(struct vmbus_channel *ch, void *priv)
{
	struct display *d = priv;

	if (ch == d->ch) {
		forget(d);
		d->status.open = true;
	}
	return 0;
}

static void on_close(struct vmbus_channel *ch, void *priv)
{
	struct display *d = priv;

	if (ch == d->ch)
		forget(d);
}

/* Also of an earlier channel, while a later one is there. */
static void on_free(struct vmbus_channel *ch, void *priv)
{
	struct display *d = priv;

	if (ch == d->ch) {
		d->ch = NULL;
		forget(d);
	}
}

static const struct vmbus_service service = {
	.name = "display",
	.open = on_open,
	.close = on_close,
	.packet = on_packet,
	.free = on_free,
};

/* ---- for the machine ---- */

/* Decimal digits at *@text, which moves behind them. 0: none, or out of bounds. */
static uint16_t parse_side(const char **text)
{
	unsigned int n = 0;

	while (g_ascii_isdigit(**text) && n <= PICTURE_MAX_SIDE)
		n = n * 10 + (*(*text)++ - '0');
	return n >= DISPLAY_MIN_SIDE && n <= PICTURE_MAX_SIDE ? n : 0;
}

bool display_parse_modes(struct display_config *c, const char *text, const char **err)
{
	struct display_mode modes[DISPLAY_MAX_MODES];
	unsigned int n = 0;

	do {
		struct display_mode m;

		m.width = parse_side(&text);
		m.height = m.width && *text++ == 'x' ? parse_side(&text) : 0;
		if (!m.height) {
			*err = "modes are WIDTHxHEIGHT[+WIDTHxHEIGHT]..., sides of 64 to 16384";
			return false;
		}
		if (n == DISPLAY_MAX_MODES) {
			*err = "a mode list has at most 64 modes";
			return false;
		}
		modes[n++] = m;
	} while ((*text == '+' || *text == ',') && *text++);
	if (*text) {
		*err = "modes are joined by '+' or ','";
		return false;
	}
	memcpy(c->modes, modes, n * sizeof(modes[0]));
	c->num_modes = n;
	return true;
}

static bool complete_config(struct display_config *c)
{
	static const struct guid none;

	if (!c->name[0])
		g_strlcpy(c->name, "video", sizeof(c->name));
	if (guid_equal(&c->instance, &none))
		guid_parse(&c->instance, default_instance);
	if (!c->vram_megabytes)
		c->vram_megabytes = 8;
	if (!c->num_modes) {
		memcpy(c->modes, default_modes, sizeof(default_modes));
		c->num_modes = G_N_ELEMENTS(default_modes);
	}
	c->run_dir = c->run_dir ? g_strdup(c->run_dir) : g_get_current_dir();
	return c->vram_megabytes <= DISPLAY_MAX_VRAM_MB && c->num_modes <= DISPLAY_MAX_MODES;
}

bool display_plug(struct display *d)
{
	struct vmbus_offer o = {
		.instance = d->config.instance,
		.flags = CHANNEL_NAMED_PIPE,
		.mmio_megabytes = d->config.vram_megabytes,
		.user_defined = { PIPE_MODE_MESSAGE },
	};

	if (d->ch)
		return false;
	guid_parse(&o.type, class_guid);
	g_strlcpy(o.name, d->config.name, sizeof(o.name));
	d->ch = vmbus_offer(d->v, &o, &service, d);
	forget(d);
	return d->ch;
}

bool display_unplug(struct display *d)
{
	struct vmbus_channel *ch = d->ch;

	if (!ch)
		return false;
	d->ch = NULL;
	forget(d);
	vmbus_rescind(ch);
	return true;
}

struct display *display_new(struct host *h, struct vmbus *v, const struct display_config *c)
{
	struct display *d = g_new0(struct display, 1);

	d->host = h;
	d->v = v;
	d->config = *c;
	if (!complete_config(&d->config) || !display_plug(d)) {
		display_free(d);
		return NULL;
	}
	return d;
}

void display_free(struct display *d)
{
	if (!d)
		return;
	g_free((char *)d->config.run_dir);
	g_free(d);
}

void display_get_status(const struct display *d, struct display_status *s)
{
	*s = d->status;
}

struct host *display_host(const struct display *d)
{
	return d->host;
}

const char *display_run_dir(const struct display *d)
{
	return d->config.run_dir;
}

const char *display_take(struct display *d, struct picture *pic)
{
	const struct display_status *s = &d->status;
	struct picture_layout l = {
		s->vram + d->vram_offset, s->width, s->height, s->pitch, s->bpp
	};

	memset(pic, 0, sizeof(*pic));
	if (!s->present)
		return "the display is unplugged";
	if (!s->open)
		return "no driver has opened the display";
	if (!s->active)
		return "nothing is on screen";
	if (!picture_copy(pic, &d->host->mem, &l))
		return "the picture cannot be read";
	return NULL;
}
