// Writing an image of memory from a process of its own. After a fork of a process with threads only calls that are safe in
// a signal handler may be made: so this is C, allocates nothing, and takes no lock.
#ifndef CLINUX_IMAGE_WRITER_H
#define CLINUX_IMAGE_WRITER_H

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/// A stretch of memory, a multiple of eight bytes long. Without memory it stands for the checksum, of eight bytes, of all
/// stretches since the last one such.
struct image_piece {
    const void *memory;
    uint64_t bytes;
};

/// Two halves of a product, folded: the step of Hash64 in Storage.
static inline uint64_t image_mix(uint64_t a, uint64_t b) {
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)(product >> 64) ^ (uint64_t)product;
}

/// Writes the whole of a stretch; the system's error number where that fails.
///
/// With a parent, that process is to be this one's: where it is not any more, nobody waits for what is written.
static inline int image_write_all(int descriptor, const void *memory, uint64_t bytes, pid_t parent) {
    const uint64_t most = 1 << 20;
    const char *next = (const char *)memory;
    while (bytes > 0) {
        if (parent != 0 && getppid() != parent) return ECANCELED;
        ssize_t put = write(descriptor, next, bytes < most ? bytes : most);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return errno;
        if (put == 0) return EIO;
        next += put;
        bytes -= (uint64_t)put;
    }
    return 0;
}

/// Writes pieces one behind the other; the system's error number where that fails.
static inline int image_write(int descriptor, const struct image_piece *pieces, size_t count, pid_t parent) {
    const uint64_t first = 0x9E3779B97F4A7C15u, second = 0xD6E8FEB86659FD93u;
    uint64_t state = first, length = 0;
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
        int fault = image_write_all(descriptor, memory, bytes, parent);
        if (fault) return fault;
    }
    return 0;
}

/// Forks a process that writes the pieces, as they are now, makes sure of them and ends, with the error's number as its status;
/// after so many seconds, or when this process ends, it is ended. Everything else that is open is closed in it at once.
/// - Returns: the process's number, or -1 with `errno`.
static inline pid_t image_fork(int descriptor, const struct image_piece *pieces, size_t count, unsigned seconds) {
    const pid_t parent = getpid();
    pid_t process = fork();
    if (process != 0) return process;
    if (descriptor > 0) syscall(SYS_close_range, 0u, (unsigned)descriptor - 1u, 0u);
    syscall(SYS_close_range, (unsigned)descriptor + 1u, ~0u, 0u);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    alarm(seconds);
    setpriority(PRIO_PROCESS, 0, 10);
    int fault = image_write(descriptor, pieces, count, parent);
    if (fault == 0 && fsync(descriptor) != 0) fault = errno;
    _exit(fault < 128 ? fault : EIO);
}

#endif
