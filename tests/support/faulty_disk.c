/* Loaded before the C library: what a sick disk does to the files below CONSULARIA_SICK_DIRECTORY, while one of these
   files is there, next to that directory's name:
     .hang         a sync, or a write, does not return until the file is gone
     .hang-reads   nor does a read at a place
     .fail         a sync fails with EIO
     .low          no space is free, as far as one asks
     .full         nor can anything be written */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static int is_flagged(const char *directory, const char *flag) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s", directory, flag);
    return access(path, F_OK) == 0;
}

/* The sick directory when the path leads into it, else NULL. */
static const char *sick_at(const char *path) {
    const char *directory = getenv("CONSULARIA_SICK_DIRECTORY");
    if (directory == NULL) return NULL;
    size_t wanted = strlen(directory);
    if (strncmp(path, directory, wanted) != 0) return NULL;
    return path[wanted] == '/' || path[wanted] == '\0' ? directory : NULL;
}

/* The same for an open file. */
static const char *sick(int file) {
    char name[64], path[PATH_MAX];
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    ssize_t length = readlink(name, path, sizeof path - 1);
    if (length < 0) return NULL;
    path[length] = '\0';
    return sick_at(path);
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
    if (directory != NULL) {
        hang(directory, ".hang");
        if (is_flagged(directory, ".full")) {
            errno = ENOSPC;
            return -1;
        }
    }
    return real(file, bytes, size);
}

static int is_full(const char *path) {
    const char *directory = sick_at(path);
    return directory != NULL && (is_flagged(directory, ".low") || is_flagged(directory, ".full"));
}

int statvfs(const char *path, struct statvfs *disk) {
    int (*real)(const char *, struct statvfs *) = (int (*)(const char *, struct statvfs *))dlsym(RTLD_NEXT, "statvfs");
    int result = real(path, disk);
    if (result == 0 && is_full(path)) disk->f_bavail = 0;
    return result;
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
