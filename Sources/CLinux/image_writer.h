// Writing an image of memory: the words are read once, for the checksum and for the file.
#ifndef CLINUX_IMAGE_WRITER_H
#define CLINUX_IMAGE_WRITER_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/// A stretch of memory, a multiple of eight bytes long. Without memory it stands for the checksum, of eight bytes, of all
/// stretches since the last one such.
struct image_piece {
    const void *memory;
    uint64_t bytes;
};

/// sync_file_range(2), which stands behind _GNU_SOURCE: here it waits until a stretch of a file is on the disk.
extern int sync_file_range(int descriptor, int64_t offset, int64_t bytes, unsigned flags);

/// Two halves of a product, folded: the step of Hash64 in Storage.
static inline uint64_t image_mix(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

/// How far a file is written, and from where on it may not be on the disk.
struct image_progress {
    uint64_t written;
    uint64_t waiting;
};

/// Writes the whole of a stretch; the system's error number where that fails.
///
/// Never are more than a few MiB left to the system to write later: it would have others that write to the same disk, as a
/// run its journal, wait for all of it at once.
static inline int image_write_all(
    int descriptor, const void *memory, uint64_t bytes, struct image_progress *progress) {
    const uint64_t most = 4 << 20;
    const char *next = (const char *)memory;
    while (bytes > 0) {
        ssize_t put = write(descriptor, next, bytes < most ? bytes : most);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        if (put == 0) return EIO;
        next += put;
        bytes -= (uint64_t)put;
        progress->written += (uint64_t)put;
        if (progress->written - progress->waiting >= most) {
            // What fails here fails again where all is made sure of.
            (void)sync_file_range(
                descriptor, (int64_t)progress->waiting, (int64_t)(progress->written - progress->waiting), 7);
            progress->waiting = progress->written;
        }
    }
    return 0;
}

/// Writes pieces one behind the other; the system's error number where that fails.
static inline int image_write(int descriptor, const struct image_piece *pieces, size_t count) {
    const uint64_t first = 0x9E3779B97F4A7C15u, second = 0xD6E8FEB86659FD93u;
    uint64_t state = first, length = 0;
    struct image_progress progress = {0, 0};
    for (size_t index = 0; index < count; index++) {
        const char *memory = (const char *)pieces[index].memory;
        uint64_t sum;
        uint64_t bytes = pieces[index].bytes;
        if (memory == NULL) {
            sum = image_mix(state ^ length, first);
            state = first;
            length = 0;
            memory = (const char *)&sum;
            bytes = 8;
        } else {
            for (uint64_t at = 0; at < bytes; at += 8) {
                uint64_t word;
                memcpy(&word, memory + at, 8);
                state = image_mix(state ^ word, second);
            }
            length += bytes;
        }
        int fault = image_write_all(descriptor, memory, bytes, &progress);
        if (fault) return fault;
    }
    return 0;
}

#endif
