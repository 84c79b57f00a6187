/* Sixty-four bytes looked at together: bit i of a mask tells of byte i. With SSE2
 * where the processor has it, else eight bytes at a time, with the same result. */
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

#ifdef __SSE2__
#include <emmintrin.h>

static inline __m128i scan_load(const void *at)
{
	return _mm_loadu_si128((const __m128i *)at);
}

static inline uint64_t scan_mask(__m128i bytes)
{
	return (uint64_t)(uint32_t)_mm_movemask_epi8(bytes);
}

/* The bytes of a block that are `a` or `b`. */
static inline uint64_t scan_either(const void *block, char a, char b)
{
	const char *at = block;
	const __m128i as = _mm_set1_epi8(a);
	const __m128i bs = _mm_set1_epi8(b);
	uint64_t mask = 0;
	for (int i = 0; i < 4; i++) {
		__m128i bytes = scan_load(at + 16 * i);
		mask |= scan_mask(_mm_or_si128(_mm_cmpeq_epi8(bytes, as), _mm_cmpeq_epi8(bytes, bs))) << 16 * i;
	}
	return mask;
}

static inline __m128i scan_is(__m128i bytes, int byte)
{
	return _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)byte));
}

/* The bytes from `byte` on. */
static inline __m128i scan_from(__m128i bytes, int byte)
{
	return scan_is(_mm_subs_epu8(_mm_set1_epi8((char)byte), bytes), 0);
}

/* How many bytes of a block are plain ASCII without NUL or sound UTF-8 of two or three
 * bytes to a character, and whole characters; *wide: some of them are such. Fewer
 * than all where one is cut by the block's end, and 0 where one needs a closer look. */
static inline size_t scan_text(const void *block, bool *wide)
{
	const char *at = block;
	uint64_t high = 0, tails = 0, three = 0;
	__m128i odd = _mm_setzero_si128();
	for (int i = 0; i < 4; i++) {
		__m128i bytes = scan_load(at + 16 * i);
		high |= scan_mask(bytes) << 16 * i;
		odd = _mm_or_si128(odd, scan_is(bytes, 0));
	}
	if (high == 0)
		return scan_mask(odd) ? 0 : SCAN_BYTES;
	for (int i = 0; i < 4; i++) {
		__m128i bytes = scan_load(at + 16 * i);
		/* C0 and C1 never stand in UTF-8; after E0 and ED, and from F0 on, not every tail is sound */
		odd = _mm_or_si128(odd, _mm_or_si128(scan_is(bytes, 0xE0), scan_is(bytes, 0xED)));
		odd = _mm_or_si128(odd, scan_is(_mm_and_si128(bytes, _mm_set1_epi8((char)0xFE)), 0xC0));
		odd = _mm_or_si128(odd, scan_from(bytes, 0xF0));
		tails |= scan_mask(_mm_cmplt_epi8(bytes, _mm_set1_epi8((char)0xC0))) << 16 * i;
		three |= scan_mask(scan_from(bytes, 0xE0)) << 16 * i;
	}
	uint64_t leads = high & ~tails;
	if (scan_mask(odd) || tails != (leads << 1 | three << 2))
		return 0;
	*wide = true;
	uint64_t cut = (leads & UINT64_C(1) << 63) | (three & UINT64_C(3) << 62);
	return cut ? scan_place(cut) : SCAN_BYTES;
}

#else

/* Left to the caller's own steps, which come to the same. */
static inline size_t scan_text(const void *block, bool *wide)
{
	(void)block;
	(void)wide;
	return 0;
}

static inline uint64_t scan_either(const void *block, char a, char b)
{
	return scan_either_plainly(block, a, b);
}
#endif

#endif
