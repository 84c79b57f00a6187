/* Little-endian numbers in a file's bytes. */
#ifndef INGEST_BYTES_H
#define INGEST_BYTES_H

#include <stdint.h>
#include <string.h>

static inline unsigned bytes_u16(const unsigned char *bytes)
{
	return (unsigned)bytes[0] | (unsigned)bytes[1] << 8;
}

static inline uint32_t bytes_u32(const unsigned char *bytes)
{
	return (uint32_t)bytes_u16(bytes) | (uint32_t)bytes_u16(bytes + 2) << 16;
}

static inline double bytes_double(const unsigned char *bytes)
{
	uint64_t bits = (uint64_t)bytes_u32(bytes) | (uint64_t)bytes_u32(bytes + 4) << 32;
	double number;
	memcpy(&number, &bits, sizeof number);
	return number;
}

#endif
