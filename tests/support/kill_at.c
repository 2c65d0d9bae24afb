/* Loaded before the C library: ends the process, as kill -9 does, when it is about to take the CONSULARIA_KILL_AT-th
   step that a crash could come before or after: a sync, or a change of the names in a directory. If it ends by itself,
   it writes the number of its steps into the file CONSULARIA_STEPS. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_long taken;

static void step(void) {
    const char *last = getenv("CONSULARIA_KILL_AT");
    const long now = atomic_fetch_add(&taken, 1) + 1;
    if (last != NULL && now == atol(last)) kill(getpid(), SIGKILL);
}

__attribute__((destructor)) static void report(void) {
    const char *name = getenv("CONSULARIA_STEPS");
    FILE *file = name == NULL ? NULL : fopen(name, "w");
    if (file == NULL) return;
    fprintf(file, "%ld", atomic_load(&taken));
    fclose(file);
}

#define STEP(name, parameters, arguments)                       \
    int name parameters {                                       \
        step();                                                 \
        int(*real) parameters;                                  \
        *(void **)&real = dlsym(RTLD_NEXT, #name);              \
        return real arguments;                                  \
    }

STEP(fsync, (int file), (file))
STEP(fdatasync, (int file), (file))
STEP(rename, (const char *from, const char *to), (from, to))
STEP(unlink, (const char *path), (path))
STEP(mkdir, (const char *path, mode_t mode), (path, mode))
