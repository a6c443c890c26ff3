// Which of 64 bytes are certain ones, as bits, with the instructions that every processor of the kind has.
#ifndef MARKS_H
#define MARKS_H

#include <stdint.h>

#if defined(__SSE2__)
#include <emmintrin.h>
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

#endif
