// Which of 64 bytes are certain ones, as bits, and how far plain text goes, with the instructions that every processor of
// the kind has.
#ifndef MARKS_H
#define MARKS_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/// For each of 64 bytes a bit, the lowest for the first.
struct byte_marks {
    /// The byte parts cells.
    uint64_t delimiters;
    /// It ends a line.
    uint64_t ends;
    /// It is a double quote, or no character of ASCII.
    uint64_t others;
};

/// The marks of the 64 bytes at `bytes`.
static inline struct byte_marks marks_of_64(const void *bytes, uint8_t delimiter) {
    struct byte_marks found = {0, 0, 0};
#if defined(__SSE2__)
    const __m128i part = _mm_set1_epi8((char)delimiter), end = _mm_set1_epi8('\n'), quote = _mm_set1_epi8('"');
    for (int place = 0; place < 64; place += 16) {
        const __m128i sixteen = _mm_loadu_si128((const __m128i *)((const char *)bytes + place));
        const __m128i other = _mm_or_si128(_mm_cmpeq_epi8(sixteen, quote), sixteen);
        found.delimiters |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, part)) << place;
        found.ends |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(sixteen, end)) << place;
        found.others |= (uint64_t)(uint32_t)_mm_movemask_epi8(other) << place;
    }
#else
    const uint8_t *byte = (const uint8_t *)bytes;
    for (int place = 0; place < 64; place++) {
        found.delimiters |= (uint64_t)(byte[place] == delimiter) << place;
        found.ends |= (uint64_t)(byte[place] == '\n') << place;
        found.others |= (uint64_t)(byte[place] == '"' || byte[place] >= 0x80) << place;
    }
#endif
    return found;
}

/// How many of the 16 bytes at `bytes` come before the first that the inside of a JSON string is not plainly made of: a
/// quote, a backslash, a control character, or a byte outside ASCII.
static inline int plain_of_16(const void *bytes) {
#if defined(__SSE2__)
    const __m128i sixteen = _mm_loadu_si128((const __m128i *)bytes);
    // Bytes outside ASCII are negative here, so they are less than a space, too.
    const __m128i other = _mm_or_si128(
        _mm_cmpgt_epi8(_mm_set1_epi8(' '), sixteen),
        _mm_or_si128(_mm_cmpeq_epi8(sixteen, _mm_set1_epi8('"')), _mm_cmpeq_epi8(sixteen, _mm_set1_epi8('\\'))));
    return __builtin_ctz((unsigned)_mm_movemask_epi8(other) | 1u << 16);
#elif defined(__ARM_NEON)
    const uint8x16_t sixteen = vld1q_u8((const uint8_t *)bytes);
    const uint8x16_t other = vorrq_u8(
        vcgtq_s8(vdupq_n_s8(' '), vreinterpretq_s8_u8(sixteen)),
        vorrq_u8(vceqq_u8(sixteen, vdupq_n_u8('"')), vceqq_u8(sixteen, vdupq_n_u8('\\'))));
    // Four bits for each byte.
    const uint64_t marks = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(other), 4)), 0);
    return marks == 0 ? 16 : __builtin_ctzll(marks) >> 2;
#else
    const int8_t *byte = (const int8_t *)bytes;
    int place = 0;
    while (place < 16 && byte[place] >= ' ' && byte[place] != '"' && byte[place] != '\\') place++;
    return place;
#endif
}

#endif
