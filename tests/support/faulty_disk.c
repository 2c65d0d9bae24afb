/* Loaded before the C library: what a sick disk does to the files below CONSULARIA_SICK_DIRECTORY, while one of these
   files is there, next to that directory's name:
     .hang         a sync, or a write, does not return until the file is gone
     .hang-reads   nor does a read at a place
     .fail         a sync fails with EIO */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int is_flagged(const char *directory, const char *flag) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s", directory, flag);
    return access(path, F_OK) == 0;
}

/* The sick directory when the file is in it, else NULL. */
static const char *sick(int file) {
    const char *directory = getenv("CONSULARIA_SICK_DIRECTORY");
    char name[64], path[PATH_MAX];
    if (directory == NULL) return NULL;
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return NULL;
    path[length] = '\0';
    size_t wanted = strlen(directory);
    return strncmp(path, directory, wanted) == 0 && path[wanted] == '/' ? directory : NULL;
}

static void hang(const char *directory, const char *flag) {
    const struct timespec pause = {0, 20 * 1000 * 1000};
    while (is_flagged(directory, flag)) nanosleep(&pause, NULL);
}

static int sync_with(const char *name, int file) {
    const char *directory = sick(file);
    if (directory != NULL) {
        hang(directory, ".hang");
        if (is_flagged(directory, ".fail")) {
            errno = EIO;
            return -1;
        }
    }
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    return real(file);
}

int fsync(int file) { return sync_with("fsync", file); }

int fdatasync(int file) { return sync_with("fdatasync", file); }

ssize_t write(int file, const void *bytes, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    if (real == NULL) real = (ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    const char *directory = sick(file);
    if (directory != NULL) hang(directory, ".hang");
    return real(file, bytes, size);
}

static ssize_t read_with(const char *name, int file, void *bytes, size_t size, off64_t offset) {
    const char *directory = sick(file);
    if (directory != NULL) hang(directory, ".hang-reads");
    ssize_t (*real)(int, void *, size_t, off64_t) = (ssize_t (*)(int, void *, size_t, off64_t))dlsym(RTLD_NEXT, name);
    return real(file, bytes, size, offset);
}

ssize_t pread(int file, void *bytes, size_t size, off_t offset) { return read_with("pread", file, bytes, size, offset); }

ssize_t pread64(int file, void *bytes, size_t size, off64_t offset) {
    return read_with("pread64", file, bytes, size, offset);
}
