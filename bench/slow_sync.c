/* A disk whose fsync takes longer: sleeps SLOW_SYNC_US microseconds after each real fsync and fdatasync. With
 * SLOW_SYNC_US=none it takes no time at all, as nothing is synced: what a question costs without it can then be measured.
 *
 *     cc -shared -fPIC -O2 -o slow_sync.so bench/slow_sync.c -ldl
 *
 * Start the database server and bench/audit.py both with LD_PRELOAD=$PWD/slow_sync.so and the same SLOW_SYNC_US: what
 * the audit log reaches on a slower disk can then be measured on a machine whose own disk is too fast to tell.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int slowly(const char *name, int descriptor) {
    const char *given = getenv("SLOW_SYNC_US");
    if (given && strcmp(given, "none") == 0) {
        return 0;
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(descriptor), kept = errno;
    long long left = given ? atoll(given) * 1000 : 0;
    struct timespec rest = {left / 1000000000, left % 1000000000};
    while (nanosleep(&rest, &rest) == -1 && errno == EINTR) {
    }
    errno = kept;
    return result;
}

int fsync(int descriptor) { return slowly("fsync", descriptor); }

int fdatasync(int descriptor) { return slowly("fdatasync", descriptor); }
