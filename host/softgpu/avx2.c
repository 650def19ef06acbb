// SPDX-License-Identifier: GPL-2.0
/*
 * Rows of pixels, 32 at a time, for machines with AVX2: what compilers make slow
 * vectors of. The arithmetic is the one of pixel.c and yuv.c to the last bit; what
 * differs is where things lie. An instruction works on both halves of a vector by
 * itself, so that pixels go out of order when halves are packed or interleaved:
 * comments say where they are.
 */
#include "avx2.h"

bool avx2_unused;

#include <immintrin.h>

#define AVX2		__attribute__((target("avx2")))

/* How many of @n pixels there is a loop for. */
static unsigned int groups(unsigned int n)
{
	bool has = !avx2_unused && __builtin_cpu_supports("avx2");

	return has ? n / AVX2_GROUP * AVX2_GROUP : 0;
}

AVX2 static inline __m256i load(const void *p)
{
	return _mm256_loadu_si256(p);
}

AVX2 static inline void store(void *p, __m256i x)
{
	_mm256_storeu_si256(p, x);
}

/* In both halves. */
AVX2 static inline __m256i twice(char a, char b, char c, char d, char e, char f, char g, char h,
				 char i, char j, char k, char l, char m, char n, char o, char p)
{
	return _mm256_broadcastsi128_si256(_mm_setr_epi8(a, b, c, d, e, f, g, h, i, j, k, l, m, n,
							 o, p));
}

/* Four bytes, over and over. */
AVX2 static inline __m256i repeat(unsigned int a, unsigned int b, unsigned int c, unsigned int d)
{
	return _mm256_set1_epi32((int)((a & 0xff) | (b & 0xff) << 8 | (c & 0xff) << 16 |
				       (d & 0xff) << 24));
}

/* Words 0, 2, 4, 6, then 1, 3, 5, 7, as two steps of packing leave them, put in order. */
AVX2 static inline __m256i in_turn(void)
{
	return _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
}

/* ---- to ARGB ---- */

struct rgb {
	__m256i r, g, b;		/* 16 bits each */
};

/* From Y, U and V of 16 bits each. */
AVX2 static inline struct rgb to_rgb(__m256i y, __m256i u, __m256i v)
{
	__m256i c = _mm256_sub_epi16(y, _mm256_set1_epi16(16));
	__m256i d = _mm256_sub_epi16(u, _mm256_set1_epi16(128));
	__m256i e = _mm256_sub_epi16(v, _mm256_set1_epi16(128));
	__m256i t = _mm256_add_epi16(_mm256_mullo_epi16(c, _mm256_set1_epi16(42)),
				     _mm256_set1_epi16(128));
	__m256i r = _mm256_add_epi16(t, _mm256_mullo_epi16(e, _mm256_set1_epi16(153)));
	__m256i g = _mm256_add_epi16(_mm256_mullo_epi16(d, _mm256_set1_epi16(-100)),
				     _mm256_mullo_epi16(e, _mm256_set1_epi16(48)));
	__m256i b = _mm256_add_epi16(t, _mm256_slli_epi16(d, 2));

	g = _mm256_srai_epi16(_mm256_add_epi16(g, t), 8);
	r = _mm256_srai_epi16(r, 8);
	b = _mm256_srai_epi16(b, 8);
	return (struct rgb){
		.r = _mm256_add_epi16(r, _mm256_add_epi16(c, e)),
		.g = _mm256_add_epi16(g, _mm256_sub_epi16(c, e)),
		.b = _mm256_add_epi16(b, _mm256_add_epi16(c, _mm256_add_epi16(d, d))),
	};
}

/*
 * 32 pixels of @p and @q to four vectors: @argb[0], [1] hold pixels 0 to 3 and 4 to
 * 7 of each half of @p, [2] and [3] those of @q.
 */
AVX2 static inline void to_argb(struct rgb p, struct rgb q, __m256i argb[4])
{
	__m256i b = _mm256_packus_epi16(p.b, q.b);
	__m256i g = _mm256_packus_epi16(p.g, q.g);
	__m256i r = _mm256_packus_epi16(p.r, q.r);
	__m256i a = _mm256_set1_epi8(-1);
	__m256i bg_p = _mm256_unpacklo_epi8(b, g), bg_q = _mm256_unpackhi_epi8(b, g);
	__m256i ra_p = _mm256_unpacklo_epi8(r, a), ra_q = _mm256_unpackhi_epi8(r, a);

	argb[0] = _mm256_unpacklo_epi16(bg_p, ra_p);
	argb[1] = _mm256_unpackhi_epi16(bg_p, ra_p);
	argb[2] = _mm256_unpacklo_epi16(bg_q, ra_q);
	argb[3] = _mm256_unpackhi_epi16(bg_q, ra_q);
}

/* The lower halves of both, or the upper ones. */
AVX2 static inline __m256i lower(__m256i a, __m256i b)
{
	return _mm256_permute2x128_si256(a, b, 0x20);
}

AVX2 static inline __m256i upper(__m256i a, __m256i b)
{
	return _mm256_permute2x128_si256(a, b, 0x31);
}

AVX2 static inline struct rgb rgb_of_yuyv(__m256i raw)
{
	const __m256i u = twice(1, -1, 1, -1, 5, -1, 5, -1, 9, -1, 9, -1, 13, -1, 13, -1);
	const __m256i v = twice(3, -1, 3, -1, 7, -1, 7, -1, 11, -1, 11, -1, 15, -1, 15, -1);

	return to_rgb(_mm256_and_si256(raw, _mm256_set1_epi16(0xff)), _mm256_shuffle_epi8(raw, u),
		      _mm256_shuffle_epi8(raw, v));
}

AVX2 static void decode_yuyv(const uint8_t *raw, uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i += AVX2_GROUP) {
		__m256i x[4];

		to_argb(rgb_of_yuyv(load(raw + 2 * i)), rgb_of_yuyv(load(raw + 2 * i + 32)), x);
		store(argb + i, lower(x[0], x[1]));
		store(argb + i + 8, upper(x[0], x[1]));
		store(argb + i + 16, lower(x[2], x[3]));
		store(argb + i + 24, upper(x[2], x[3]));
	}
}

/* Here the first vector has pixels 0 to 7 and 16 to 23, the second the others. */
AVX2 static void decode_nv12(const uint8_t *y, const uint8_t *uv, uint32_t *argb, unsigned int n)
{
	const __m256i zero = _mm256_setzero_si256();
	const __m256i u = twice(0, -1, 0, -1, 2, -1, 2, -1, 4, -1, 4, -1, 6, -1, 6, -1);
	const __m256i v = _mm256_add_epi8(u, repeat(1, 0, 1, 0)), next = repeat(8, 0, 8, 0);
	const __m256i u2 = _mm256_add_epi8(u, next), v2 = _mm256_add_epi8(v, next);

	for (unsigned int i = 0; i < n; i += AVX2_GROUP) {
		__m256i luma = load(y + i), pairs = load(uv + i), x[4];

		to_argb(to_rgb(_mm256_unpacklo_epi8(luma, zero), _mm256_shuffle_epi8(pairs, u),
			       _mm256_shuffle_epi8(pairs, v)),
			to_rgb(_mm256_unpackhi_epi8(luma, zero), _mm256_shuffle_epi8(pairs, u2),
			       _mm256_shuffle_epi8(pairs, v2)), x);
		store(argb + i, lower(x[0], x[1]));
		store(argb + i + 8, lower(x[2], x[3]));
		store(argb + i + 16, upper(x[0], x[1]));
		store(argb + i + 24, upper(x[2], x[3]));
	}
}

/* ---- from ARGB ---- */

/* Of four bytes of each pixel, the sum of products with @by, plus @more, / 256: 32 bits. */
AVX2 static inline __m256i weigh(__m256i pixels, __m256i by, int more)
{
	__m256i pairs = _mm256_maddubs_epi16(pixels, by);
	__m256i sum = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));

	return _mm256_srli_epi32(_mm256_add_epi32(sum, _mm256_set1_epi32(more)), 8);
}

/* Y: 25 B + 129 G + 66 R. No factor may be above 127: G counts twice, in the place of A. */
AVX2 static inline __m256i luma(__m256i pixels)
{
	const __m256i order = twice(0, 1, 2, 1, 4, 5, 6, 5, 8, 9, 10, 9, 12, 13, 14, 13);

	return weigh(_mm256_shuffle_epi8(pixels, order), repeat(25, 97, 66, 32), 128 + 16 * 256);
}

AVX2 static inline __m256i chroma_u(__m256i pixels)
{
	return weigh(pixels, repeat(112, -74, -38, 0), 128 + 128 * 256);
}

AVX2 static inline __m256i chroma_v(__m256i pixels)
{
	return weigh(pixels, repeat(-18, -94, 112, 0), 128 + 128 * 256);
}

/* First pixels of pairs, and second ones: of @a and @b, 0, 1 and 4, 5, then 2, 3 and 6, 7. */
AVX2 static inline __m256i firsts(__m256i a, __m256i b)
{
	return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a),
						     _mm256_castsi256_ps(b), 0x88));
}

AVX2 static inline __m256i seconds(__m256i a, __m256i b)
{
	return _mm256_castps_si256(_mm256_shuffle_ps(_mm256_castsi256_ps(a),
						     _mm256_castsi256_ps(b), 0xdd));
}

/* 16 pixels. */
AVX2 static inline __m256i yuyv_of(const uint32_t *argb)
{
	__m256i a = load(argb), b = load(argb + 8);
	__m256i first = firsts(a, b), second = seconds(a, b), mean = _mm256_avg_epu8(first, second);
	__m256i low = _mm256_or_si256(luma(first), _mm256_slli_epi32(chroma_u(mean), 8));
	__m256i high = _mm256_or_si256(luma(second), _mm256_slli_epi32(chroma_v(mean), 8));

	return _mm256_permute4x64_epi64(_mm256_or_si256(low, _mm256_slli_epi32(high, 16)), 0xd8);
}

AVX2 static void encode_yuyv(uint8_t *raw, const uint32_t *argb, unsigned int n)
{
	for (unsigned int i = 0; i < n; i += AVX2_GROUP) {
		store(raw + 2 * i, yuyv_of(argb + i));
		store(raw + 2 * i + 32, yuyv_of(argb + i + 16));
	}
}

/*
 * The mean of four, rounded. The mean of two means is 1 too much where one of them
 * was rounded up, and their mean, too.
 */
AVX2 static inline __m256i mean_of_four(__m256i a, __m256i b, __m256i c, __m256i d)
{
	__m256i x = _mm256_avg_epu8(a, b), y = _mm256_avg_epu8(c, d);
	__m256i odd = _mm256_or_si256(_mm256_xor_si256(a, b), _mm256_xor_si256(c, d));
	__m256i up = _mm256_and_si256(odd, _mm256_xor_si256(x, y));

	return _mm256_sub_epi8(_mm256_avg_epu8(x, y), _mm256_and_si256(up, _mm256_set1_epi8(1)));
}

/* Eight pairs of pixels of two rows, each in 32 bits, in the order of firsts(). */
struct pairs {
	__m256i y[2], uv;
};

AVX2 static inline struct pairs pairs_of(const uint32_t *p, const uint32_t *q)
{
	__m256i a = load(p), b = load(p + 8), c = load(q), d = load(q + 8);
	__m256i first[2] = { firsts(a, b), firsts(c, d) };
	__m256i second[2] = { seconds(a, b), seconds(c, d) };
	__m256i mean = mean_of_four(first[0], second[0], first[1], second[1]);

	return (struct pairs){
		.y[0] = _mm256_or_si256(luma(first[0]), _mm256_slli_epi32(luma(second[0]), 8)),
		.y[1] = _mm256_or_si256(luma(first[1]), _mm256_slli_epi32(luma(second[1]), 8)),
		.uv = _mm256_or_si256(chroma_u(mean), _mm256_slli_epi32(chroma_v(mean), 8)),
	};
}

/* 16 bits of each pair. */
AVX2 static inline void store_pairs(uint8_t *to, __m256i a, __m256i b)
{
	store(to, _mm256_permutevar8x32_epi32(_mm256_packus_epi32(a, b), in_turn()));
}

AVX2 static void encode_nv12(uint8_t *y0, uint8_t *y1, uint8_t *uv, const uint32_t *argb0,
			     const uint32_t *argb1, unsigned int n)
{
	for (unsigned int i = 0; i < n; i += AVX2_GROUP) {
		struct pairs a = pairs_of(argb0 + i, argb1 + i);
		struct pairs b = pairs_of(argb0 + i + 16, argb1 + i + 16);

		store_pairs(y0 + i, a.y[0], b.y[0]);
		store_pairs(y1 + i, a.y[1], b.y[1]);
		store_pairs(uv + i, a.uv, b.uv);
	}
}

/* ---- blending ---- */

/*
 * Eight pixels: (s * a + d * (255 - a)) / 255, rounded, of the bytes of @s and @d,
 * @a the weight of each. 128 is taken off the bytes, to be signed, and its part of
 * the sum added again: weights are 255 together.
 */
AVX2 static inline __m256i mix(__m256i s, __m256i d, __m256i a)
{
	/* 128 * 255, and 128 to round: 32768. */
	const __m256i sign = _mm256_set1_epi8(-128), back = _mm256_set1_epi16(INT16_MIN);
	__m256i rest = _mm256_xor_si256(a, _mm256_set1_epi8(-1));
	__m256i low, high;

	s = _mm256_xor_si256(s, sign);
	d = _mm256_xor_si256(d, sign);
	low = _mm256_maddubs_epi16(_mm256_unpacklo_epi8(a, rest), _mm256_unpacklo_epi8(s, d));
	high = _mm256_maddubs_epi16(_mm256_unpackhi_epi8(a, rest), _mm256_unpackhi_epi8(s, d));
	low = _mm256_add_epi16(low, back);
	high = _mm256_add_epi16(high, back);
	low = _mm256_srli_epi16(_mm256_add_epi16(low, _mm256_srli_epi16(low, 8)), 8);
	high = _mm256_srli_epi16(_mm256_add_epi16(high, _mm256_srli_epi16(high, 8)), 8);
	return _mm256_packus_epi16(low, high);
}

AVX2 static void blend_straight(uint32_t *d, const uint32_t *s, unsigned int n, unsigned int alpha)
{
	const __m256i opaque = repeat(0, 0, 0, 0xff);
	const __m256i splat = twice(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12);
	const __m256i factor = _mm256_set1_epi32((int)alpha), half = _mm256_set1_epi32(128);

	for (unsigned int i = 0; i < n; i += 8) {
		__m256i x = load(s + i), a;

		a = _mm256_mullo_epi16(_mm256_srli_epi32(x, 24), factor);
		a = _mm256_add_epi32(a, half);
		a = _mm256_srli_epi32(_mm256_add_epi32(a, _mm256_srli_epi32(a, 8)), 8);
		store(d + i, mix(_mm256_or_si256(x, opaque), load(d + i),
				 _mm256_shuffle_epi8(a, splat)));
	}
}

/* ---- the bilinear filter ---- */

/* Two pixels: their four channels, 32 bits each. */
AVX2 static inline __m256i filter_two(const int16_t *rows, const uint32_t *at, uint32_t first)
{
	const __m256i pairs = twice(0, 1, 8, 9, 2, 3, 10, 11, 4, 5, 12, 13, 6, 7, 14, 15);
	const __m256i back = _mm256_set1_epi32(32768 * 256 + 32768);
	__m256i x, weights;

	x = _mm256_loadu2_m128i((const __m128i *)(rows + 4 * ((at[1] >> 8) - first)),
				(const __m128i *)(rows + 4 * ((at[0] >> 8) - first)));
	/* 256 - f, f */
	weights = _mm256_set_m128i(_mm_set1_epi32((int)(256 + (at[1] & 255) * 0xffff)),
				   _mm_set1_epi32((int)(256 + (at[0] & 255) * 0xffff)));
	x = _mm256_madd_epi16(_mm256_shuffle_epi8(x, pairs), weights);
	return _mm256_srli_epi32(_mm256_add_epi32(x, back), 16);
}

AVX2 static void bilinear(const int16_t *rows, const uint32_t *at, uint32_t first, uint32_t *argb,
			  unsigned int n)
{
	for (unsigned int i = 0; i < n; i += 8) {
		__m256i a = _mm256_packus_epi32(filter_two(rows, at + i, first),
						filter_two(rows, at + i + 2, first));
		__m256i b = _mm256_packus_epi32(filter_two(rows, at + i + 4, first),
						filter_two(rows, at + i + 6, first));

		store(argb + i, _mm256_permutevar8x32_epi32(_mm256_packus_epi16(a, b), in_turn()));
	}
}

/* ---- as many whole groups as there are ---- */

unsigned int avx2_decode_yuyv(const uint8_t *raw, uint32_t *argb, unsigned int n)
{
	n = groups(n);
	decode_yuyv(raw, argb, n);
	return n;
}

unsigned int avx2_decode_nv12(const uint8_t *y, const uint8_t *uv, uint32_t *argb, unsigned int n)
{
	n = groups(n);
	decode_nv12(y, uv, argb, n);
	return n;
}

unsigned int avx2_encode_yuyv(uint8_t *raw, const uint32_t *argb, unsigned int n)
{
	n = groups(n);
	encode_yuyv(raw, argb, n);
	return n;
}

unsigned int avx2_encode_nv12(uint8_t *y0, uint8_t *y1, uint8_t *uv, const uint32_t *argb0,
			      const uint32_t *argb1, unsigned int n)
{
	n = groups(n);
	encode_nv12(y0, y1, uv, argb0, argb1, n);
	return n;
}

unsigned int avx2_blend_straight(uint32_t *d, const uint32_t *s, unsigned int n,
				 unsigned int alpha)
{
	n = groups(n);
	blend_straight(d, s, n, alpha);
	return n;
}

unsigned int avx2_bilinear(const int16_t *rows, const uint32_t *at, uint32_t first,
			   uint32_t *argb, unsigned int n)
{
	n = groups(n);
	bilinear(rows, at, first, argb, n);
	return n;
}
