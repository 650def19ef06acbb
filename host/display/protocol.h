/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What travels on the synthetic video channel: in-band packets, packed, little
 * endian. Source: drivers/gpu/drm/hyperv/hyperv_drm_proto.c.
 *
 * Each packet is a pipe header, a message header and the payload of its type.
 */
#ifndef HOST_DISPLAY_PROTOCOL_H
#define HOST_DISPLAY_PROTOCOL_H

#include <stdint.h>

#define VIDEO_VERSION(major, minor) ((uint32_t)(minor) << 16 | (major))
#define VIDEO_VERSION_MAJOR(v)	((v) & 0xffff)
#define VIDEO_VERSION_MINOR(v)	((v) >> 16)
#define VIDEO_VERSION_WIN8	VIDEO_VERSION(3, 2)
#define VIDEO_VERSION_WIN10	VIDEO_VERSION(3, 5)

#define VIDEO_PIPE_DATA		1	/* the only pipe message there is */
#define VIDEO_EDID_SIZE		128
#define VIDEO_MAX_POINTER_SIDE	96	/* pixels */

enum video_message {
	VIDEO_VERSION_REQUEST		= 1,	/* from the guest */
	VIDEO_VERSION_RESPONSE		= 2,
	VIDEO_VRAM_LOCATION		= 3,	/* from the guest */
	VIDEO_VRAM_LOCATION_ACK		= 4,
	VIDEO_SITUATION_UPDATE		= 5,	/* from the guest */
	VIDEO_SITUATION_UPDATE_ACK	= 6,
	VIDEO_POINTER_POSITION		= 7,	/* from the guest */
	VIDEO_POINTER_SHAPE		= 8,	/* from the guest */
	VIDEO_FEATURE_CHANGE		= 9,
	VIDEO_DIRT			= 10,	/* from the guest */
	VIDEO_RESOLUTION_REQUEST	= 13,	/* from the guest, since 3.5 */
	VIDEO_RESOLUTION_RESPONSE	= 14,
};

struct video_header {
	uint32_t pipe_type;
	uint32_t pipe_size;		/* bytes after this field */
	uint32_t type;			/* enum video_message */
	uint32_t size;			/* of type, size and the payload */
} __attribute__((packed));

/* Of video_header: what its size field counts of it. */
#define VIDEO_MESSAGE_HEADER	8

struct video_version_request {
	uint32_t version;
} __attribute__((packed));

struct video_version_response {
	uint32_t version;
	uint8_t accepted;
	uint8_t outputs;
} __attribute__((packed));

struct video_vram_location {
	uint64_t context;
	uint8_t given;			/* the address is the guest's choice */
	uint64_t gpa;
} __attribute__((packed));

/* Of VRAM_LOCATION_ACK and SITUATION_UPDATE_ACK. The same context: accepted. */
struct video_ack {
	uint64_t context;
} __attribute__((packed));

struct video_output {
	uint8_t active;
	uint32_t vram_offset;
	uint8_t bpp;
	uint32_t width, height, pitch;
} __attribute__((packed));

struct video_situation {
	uint64_t context;
	uint8_t outputs;
	struct video_output output[];
} __attribute__((packed));

struct video_pointer_position {
	uint8_t visible;
	uint8_t output;
	int32_t x, y;
} __attribute__((packed));

struct video_pointer_shape {
	uint8_t part;			/* 0xff: the whole */
	uint8_t argb;
	uint32_t width, height;
	uint32_t hot_x, hot_y;
	uint8_t data[];
} __attribute__((packed));

struct video_feature_change {
	uint8_t dirt;
	uint8_t pointer_position;
	uint8_t pointer_shape;
	uint8_t situation;
} __attribute__((packed));

struct video_rect {
	int32_t x1, y1;
	int32_t x2, y2;			/* exclusive */
} __attribute__((packed));

struct video_dirt {
	uint8_t output;
	uint8_t count;
	struct video_rect rect[];
} __attribute__((packed));

struct video_resolution_request {
	uint8_t max;
} __attribute__((packed));

struct video_size {
	uint16_t width, height;
} __attribute__((packed));

struct video_resolution_response {
	uint8_t edid[VIDEO_EDID_SIZE];	/* zeros: none. The guest goes by the sizes. */
	uint8_t count;
	uint8_t preferred;		/* index of size */
	uint8_t standard;
	struct video_size size[];
} __attribute__((packed));

_Static_assert(sizeof(struct video_header) == 16, "header");
_Static_assert(sizeof(struct video_version_response) == 6, "version response");
_Static_assert(sizeof(struct video_vram_location) == 17, "VRAM location");
_Static_assert(sizeof(struct video_output) == 18, "output");
_Static_assert(sizeof(struct video_situation) == 9, "situation");
_Static_assert(sizeof(struct video_pointer_position) == 10, "pointer position");
_Static_assert(sizeof(struct video_pointer_shape) == 18, "pointer shape");
_Static_assert(sizeof(struct video_dirt) == 2, "dirt");
_Static_assert(sizeof(struct video_resolution_response) == 131, "resolution response");

#endif
