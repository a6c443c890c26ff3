// What Linux has and the Glibc module does not show to Swift: epoll, and what stands behind _GNU_SOURCE.
#ifndef CLINUX_H
#define CLINUX_H

#if defined(__x86_64__)
#include <cpuid.h>
#endif
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/types.h>

/// accept(2) that sets flags on the new descriptor at once.
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

/// pipe(2) that sets flags on both ends at once.
extern int pipe2(int ends[2], int flags);

/// mremap(2), which is not for Swift: it takes any number of arguments.
extern void *mremap(void *memory, size_t bytes, size_t more, int flags, ...);

/// Makes a mapping of memory larger, wherever it comes to lie: its pages move without being copied. MAP_FAILED where
/// that cannot be.
static inline void *move_to_larger(void *memory, size_t bytes, size_t more) { return mremap(memory, bytes, more, 1); }

/// prctl(2), which is not for Swift: this process is killed when the thread that started it ends.
static inline int end_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

/// O_DIRECT of open(2): reads and writes go past the page cache.
#if defined(__x86_64__)
enum { open_direct = 040000 };
#else
enum { open_direct = 0200000 };
#endif

/// Keeps SIGHUP, SIGTERM and SIGINT from ending the program before it has begun; `release_signals` lets them come.
static inline void hold_signals(void) {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGINT);
    sigprocmask(SIG_BLOCK, &held, 0);
}

/// Undoes `hold_signals`.
static inline void release_signals(void) {
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGHUP);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGINT);
    sigprocmask(SIG_UNBLOCK, &held, 0);
}

/// Starts a thread that nobody waits for, with so many bytes of stack, or with what the system gives
/// for 0. Returns 0, or the system's error number.
static inline int start_thread(size_t stack_bytes, void *(*body)(void *), void *held) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    if (stack_bytes > 0) pthread_attr_setstacksize(&attributes, stack_bytes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int fault = pthread_create(&thread, &attributes, body, held);
    pthread_attr_destroy(&attributes);
    return fault;
}

/// Has all threads allocate from so many arenas, each of which reserves 64 MiB of address space.
static inline void limit_allocator_arenas(int count) { mallopt(M_ARENA_MAX, count); }

/// Asks for the line of memory in which a place lies, without waiting for it. The place may be any: nothing is read.
static inline void bring_near(const void *place) { __builtin_prefetch(place); }

/// Writes to a word of memory what stands there, for the page's sake; others may write to it meanwhile.
static inline void touch_word(void *place) {
    unsigned long nothing = 0;
    __atomic_compare_exchange_n((unsigned long *)place, &nothing, 0, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

/// Whether the processor has the instructions that release builds use (see Package.swift).
static inline int has_instructions(void) {
#if defined(__x86_64__)
    unsigned int a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_POPCNT) && (c & bit_SSE4_2);
#else
    return 1;
#endif
}

/// What SO_PEERCRED answers: who is at the other end of a Unix socket.
struct linux_peer {
    pid_t process;
    uid_t user;
    gid_t group;
};

#endif
