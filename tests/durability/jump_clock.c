/* Preloaded into the server by test_clock.py: moves its wall clock by as many seconds as the file
   $JUMP_CLOCK holds, eight bytes, at the moment. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static const volatile int64_t *jump_s;

__attribute__((constructor)) static void open_jump(void) {
    const int file = open(getenv("JUMP_CLOCK"), O_RDONLY);
    real_clock_gettime = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    jump_s = mmap(NULL, sizeof *jump_s, PROT_READ, MAP_SHARED, file, 0);
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    /* The allocator asks for the time before open_jump() has run. */
    if (real_clock_gettime == NULL) return (int)syscall(SYS_clock_gettime, clock, time);
    const int result = real_clock_gettime(clock, time);
    if (clock == CLOCK_REALTIME && jump_s != MAP_FAILED) time->tv_sec += *jump_s;
    return result;
}
