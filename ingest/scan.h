/* Sixty-four bytes looked at together: bit i of a mask tells of byte i. With SSE2 or
 * NEON where the processor has it, else eight bytes at a time, with the same result. */
#ifndef INGEST_SCAN_H
#define INGEST_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A block; whoever has a text scanned sees to it that so many bytes behind its end
 * can be read. */
enum { SCAN_BYTES = 64 };

/* The bits of the first `count` bytes. */
static inline uint64_t scan_first(size_t count)
{
	return count >= SCAN_BYTES ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

/* The place of the first bit of a mask that is not 0. */
static inline size_t scan_place(uint64_t mask)
{
	return (size_t)__builtin_ctzll(mask);
}

/* Bit i: byte i of the eight is `byte`. */
static inline uint64_t scan_eight(const unsigned char *at, unsigned char byte)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t word = 0;
	for (int i = 0; i < 8; i++)
		word |= (uint64_t)at[i] << 8 * i;
	word ^= ones * byte;
	uint64_t zero = ~(((word & ones * 0x7F) + ones * 0x7F) | word) & ones * 0x80;
	return (zero >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline uint64_t scan_either_plainly(const void *block, char a, char b)
{
	const unsigned char *at = block;
	uint64_t mask = 0;
	for (int i = 0; i < 8; i++)
		mask |= (scan_eight(at + 8 * i, (unsigned char)a) | scan_eight(at + 8 * i, (unsigned char)b)) << 8 * i;
	return mask;
}

#if defined __SSE2__ || (defined __aarch64__ && defined __ARM_NEON)

/* ---- sixteen bytes: those of which something is true become 0xFF, the others 0 */
#ifdef __SSE2__
#include <emmintrin.h>

typedef __m128i scan_vector;

static inline scan_vector scan_load(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

static inline scan_vector scan_is(scan_vector bytes, int byte)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)byte));
}

/* `byte` or above. */
static inline scan_vector scan_from(scan_vector bytes, int byte)
{
	return scan_is(_mm_subs_epu8(_mm_set1_epi8((char)byte), bytes), 0);
}

/* 0x80 to 0xBF */
static inline scan_vector scan_is_tail(scan_vector bytes)
{
	return _mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xC0));
}

static inline scan_vector scan_and(scan_vector bytes, int byte)
{
	return _mm_and_si128(bytes, _mm_set1_epi8((char)byte));
}

static inline scan_vector scan_or(scan_vector a, scan_vector b)
{
	return _mm_or_si128(a, b);
}

static inline scan_vector scan_least(scan_vector a, scan_vector b)
{
	return _mm_min_epu8(a, b);
}

static inline uint64_t scan_highest(scan_vector bytes)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(bytes);
}

static inline bool scan_any(scan_vector truths)
{
	return scan_highest(truths) != 0;
}

/* The highest bits of sixty-four bytes. */
static inline uint64_t scan_bits(scan_vector a, scan_vector b, scan_vector c, scan_vector d)
{
	return scan_highest(a) | scan_highest(b) << 16 | scan_highest(c) << 32 | scan_highest(d) << 48;
}

#else
#include <arm_neon.h>

typedef uint8x16_t scan_vector;

static inline scan_vector scan_load(const char *at)
{
	return vld1q_u8((const uint8_t *)at);
}

static inline scan_vector scan_is(scan_vector bytes, int byte)
{
	return vceqq_u8(bytes, vdupq_n_u8((uint8_t)byte));
}

static inline scan_vector scan_from(scan_vector bytes, int byte)
{
	return vcgeq_u8(bytes, vdupq_n_u8((uint8_t)byte));
}

static inline scan_vector scan_is_tail(scan_vector bytes)
{
	return scan_is(vandq_u8(bytes, vdupq_n_u8(0xC0)), 0x80);
}

static inline scan_vector scan_and(scan_vector bytes, int byte)
{
	return vandq_u8(bytes, vdupq_n_u8((uint8_t)byte));
}

static inline scan_vector scan_or(scan_vector a, scan_vector b)
{
	return vorrq_u8(a, b);
}

static inline scan_vector scan_least(scan_vector a, scan_vector b)
{
	return vminq_u8(a, b);
}

static inline bool scan_any(scan_vector truths)
{
	return vmaxvq_u8(truths) != 0;
}

/* Each byte keeps the bit of its place among eight, and neighbours are added three times. */
static inline uint64_t scan_bits(scan_vector a, scan_vector b, scan_vector c, scan_vector d)
{
	static const uint8_t places[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
	const uint8x16_t place = vld1q_u8(places);
	const uint8x16_t high = vdupq_n_u8(0x80);
	uint8x16_t ab = vpaddq_u8(vandq_u8(vtstq_u8(a, high), place), vandq_u8(vtstq_u8(b, high), place));
	uint8x16_t cd = vpaddq_u8(vandq_u8(vtstq_u8(c, high), place), vandq_u8(vtstq_u8(d, high), place));
	uint8x16_t all = vpaddq_u8(ab, cd);
	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(all, all)), 0);
}
#endif

/* ---- a block */

static inline scan_vector scan_sixteen(const char *at, int a, int b)
{
	scan_vector bytes = scan_load(at);
	return scan_or(scan_is(bytes, a), scan_is(bytes, b));
}

/* The bytes of a block that are `a` or `b`. */
static inline uint64_t scan_either(const void *block, char a, char b)
{
	const char *at = block;
	int first = (unsigned char)a, second = (unsigned char)b;
	return scan_bits(scan_sixteen(at, first, second), scan_sixteen(at + 16, first, second),
		scan_sixteen(at + 32, first, second), scan_sixteen(at + 48, first, second));
}

/* Bytes of UTF-8 that need a closer look: C0 and C1 never stand in it; after E0 and ED, and from
 * F0 on, not every tail is sound. */
static inline scan_vector scan_is_odd(scan_vector bytes)
{
	return scan_or(scan_or(scan_is(bytes, 0xE0), scan_is(bytes, 0xED)),
		scan_or(scan_is(scan_and(bytes, 0xFE), 0xC0), scan_from(bytes, 0xF0)));
}

/* How many bytes of a block are plain ASCII without NUL or sound UTF-8 of two or three
 * bytes to a character, and whole characters; *wide: some of them are such. Fewer
 * than all where one is cut by the block's end, and 0 where one needs a closer look. */
static inline size_t scan_text(const void *block, bool *wide)
{
	const char *at = block;
	scan_vector a = scan_load(at), b = scan_load(at + 16), c = scan_load(at + 32), d = scan_load(at + 48);
	uint64_t high = scan_bits(a, b, c, d);
	if (scan_any(scan_is(scan_least(scan_least(a, b), scan_least(c, d)), 0)))
		return 0;
	if (high == 0)
		return SCAN_BYTES;
	if (scan_any(scan_or(scan_or(scan_is_odd(a), scan_is_odd(b)), scan_or(scan_is_odd(c), scan_is_odd(d)))))
		return 0;
	uint64_t leads = high & ~scan_bits(scan_is_tail(a), scan_is_tail(b), scan_is_tail(c), scan_is_tail(d));
	uint64_t three = scan_bits(scan_from(a, 0xE0), scan_from(b, 0xE0), scan_from(c, 0xE0), scan_from(d, 0xE0));
	if ((high & ~leads) != (leads << 1 | three << 2))
		return 0;
	*wide = true;
	uint64_t cut = (leads & UINT64_C(1) << 63) | (three & UINT64_C(3) << 62);
	return cut ? scan_place(cut) : SCAN_BYTES;
}

#else

static inline uint64_t scan_either(const void *block, char a, char b)
{
	return scan_either_plainly(block, a, b);
}

/* Left to the caller's own steps, which come to the same. */
static inline size_t scan_text(const void *block, bool *wide)
{
	(void)block;
	(void)wide;
	return 0;
}
#endif

#endif
