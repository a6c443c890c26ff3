// What Linux has and the Glibc module does not show to Swift: epoll, and what stands behind _GNU_SOURCE.
#ifndef CLINUX_H
#define CLINUX_H

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

/// What SO_PEERCRED answers: who is at the other end of a Unix socket.
struct linux_peer {
    pid_t process;
    uid_t user;
    gid_t group;
};

#endif
