/* What glibc and .NET's runtime do while a program starts, and a function can do without. NativeAot.targets links it into every executable for glibc:
 * gcc, clang and zig compile a C file among their arguments (docs/maintainers/decisions/0015 and 0016).
 *
 * A hidden function that has the name of one of glibc's is called in its place by all that is linked into the executable, .NET's runtime first of all.
 * Libraries that are loaded go on to call glibc's. */
#define _GNU_SOURCE
/* Or the headers would call fopen64 what is called fopen below. */
#undef _FILE_OFFSET_BITS
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define IN_PLACE_OF_GLIBCS __attribute__((visibility("hidden")))

static void *found(const char *name, void *function) {
    if (!function) {
        fprintf(stderr, "The C library's '%s' cannot be loaded: %s\n", name, dlerror());
        abort();
    }
    return function;
}

/* .NET's thread pool and its collector find their sizes with functions of libm, when they have much to do. Linked, that library is looked for, mapped and
 * relocated in every start; so it is opened by the first call instead. Only this program sees these functions, and what answers is libm. They are those of
 * System.Math; the linker leaves out what a program does not call. */
static void *of_libm(const char *name) {
    void *libm = dlopen("libm.so.6", RTLD_NOW);
    return found(name, libm ? dlsym(libm, name) : NULL);
}

#define LOADED_BY_ITS_FIRST_CALL(name, parameters, arguments) \
    IN_PLACE_OF_GLIBCS double name parameters { \
        static double (*volatile loaded) parameters; \
        if (!loaded) loaded = (double (*) parameters)of_libm(#name); \
        return loaded arguments; \
    }

#define OF_ONE(name) LOADED_BY_ITS_FIRST_CALL(name, (double x), (x))
#define OF_TWO(name) LOADED_BY_ITS_FIRST_CALL(name, (double x, double y), (x, y))

OF_ONE(acos)
OF_ONE(acosh)
OF_ONE(asin)
OF_ONE(asinh)
OF_ONE(atan)
OF_ONE(atanh)
OF_ONE(cbrt)
OF_ONE(ceil)
OF_ONE(cos)
OF_ONE(cosh)
OF_ONE(exp)
OF_ONE(floor)
OF_ONE(log)
OF_ONE(log10)
OF_ONE(log2)
OF_ONE(sin)
OF_ONE(sinh)
OF_ONE(tan)
OF_ONE(tanh)
OF_TWO(atan2)
OF_TWO(fmod)
OF_TWO(pow)
LOADED_BY_ITS_FIRST_CALL(fma, (double x, double y, double z), (x, y, z))
LOADED_BY_ITS_FIRST_CALL(modf, (double x, double *whole), (x, whole))

/* A native library that the function brings may call libm without naming it, as SQLite's does: most programs have it at hand. So libm is opened, and for
 * all to find, before the first library that .NET opens. */
IN_PLACE_OF_GLIBCS void *dlopen(const char *file, int mode) {
    static void *(*volatile original)(const char *, int);
    if (!original) {
        void *(*open)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
        open("libm.so.6", RTLD_NOW | RTLD_GLOBAL);
        original = open;
    }
    return original(file, mode);
}

/* glibc gives each thread that allocates a heap of its own: 64 MB of addresses, four system calls and two pages. .NET's objects are in none of them,
 * and each thread keeps small pieces at hand anyway: one heap serves them all. Who has set glibc's own variable wants another number. */
__attribute__((constructor)) static void share_one_heap(void) {
    if (!getenv("MALLOC_ARENA_MAX")) mallopt(M_ARENA_MAX, 1);
}

/* What follows is about .NET's runtime as it is with the versions that NativeAot.targets names. */
#ifdef KNOWN_START

static void *glibcs(const char *name) { return found(name, dlsym(RTLD_NEXT, name)); }

/* .NET asks for the bounds of each thread's stack. For the main thread glibc goes through /proc/self/maps, line by line. But the kernel put the name of
 * the program at the very end of that stack, and its length is a limit: the same answer without a file. Where the name is not at the end of a page, or
 * the stack has no limit, glibc answers. */
static pthread_t main_thread;

__attribute__((constructor)) static void remember_main_thread(void) { main_thread = pthread_self(); }

static bool bounds_of_main_stack(pthread_attr_t *attributes) {
    const char *name = (const char *)getauxval(AT_EXECFN);
    struct rlimit limit;
    if (!name || getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return false;
    uintptr_t page = getauxval(AT_PAGESZ);
    uintptr_t end = (uintptr_t)name + strlen(name) + 1 + sizeof(void *);
    size_t size = limit.rlim_cur & -page;
    return end % page == 0 && size < end && pthread_attr_init(attributes) == 0
        && pthread_attr_setstack(attributes, (void *)(end - size), size) == 0;
}

/* The main thread asks before it runs the first managed code: until then whatever is called is called by .NET's runtime. */
static volatile bool managed_code_runs;

IN_PLACE_OF_GLIBCS int pthread_getattr_np(pthread_t thread, pthread_attr_t *attributes) {
    static int (*volatile original)(pthread_t, pthread_attr_t *);
    if (pthread_equal(thread, main_thread)) {
        managed_code_runs = true;
        if (bounds_of_main_stack(attributes)) return 0;
    }
    if (!original) original = (int (*)(pthread_t, pthread_attr_t *))glibcs("pthread_getattr_np");
    return original(thread, attributes);
}

/* .NET looks up its cgroup twice, once for the limit of memory and once for that of processors, and takes every mount apart for it. The second time it
 * reads what was read the first time; and of the mounts there are only those of cgroups, as it leaves out all others itself. */
struct file {
    const char *name, *only;
    char *text;
    size_t length;
};

static FILE *read_once(struct file *file) {
    if (!file->text) {
        FILE *original = fopen(file->name, "re");
        char *line = NULL;
        size_t size = 0;
        for (ssize_t length; original && (length = getline(&line, &size, original)) > 0;) {
            if (!strstr(line, file->only)) continue;
            char *text = realloc(file->text, file->length + (size_t)length);
            if (!text) break;
            memcpy(text + file->length, line, (size_t)length);
            file->text = text;
            file->length += (size_t)length;
        }
        free(line);
        if (original) fclose(original);
    }
    return file->text ? fmemopen(file->text, file->length, "r") : NULL;
}

IN_PLACE_OF_GLIBCS FILE *fopen64(const char *name, const char *mode) {
    static struct file files[] = {{"/proc/self/mountinfo", " - cgroup", NULL, 0}, {"/proc/self/cgroup", "", NULL, 0}};
    for (size_t i = 0; i < sizeof files / sizeof *files && !managed_code_runs; i++) {
        FILE *file = strcmp(name, files[i].name) == 0 ? read_once(&files[i]) : NULL;
        if (file) return file;
    }
    return fopen(name, mode);
}

/* It looks for groups of processors with memory of their own, too. A collector with one heap has no use for them. */
IN_PLACE_OF_GLIBCS DIR *opendir(const char *name) {
    static DIR *(*volatile original)(const char *);
    if (!managed_code_runs && strcmp(name, "/sys/devices/system/node") == 0) {
        errno = ENOENT;
        return NULL;
    }
    if (!original) original = (DIR *(*)(const char *))glibcs("opendir");
    return original(name);
}

/* The collector has the kernel leave its memory out of core dumps, and take in again each piece that it begins to use: two dozen calls while it starts.
 * A page that nobody has written to is in no core dump anyway. */
IN_PLACE_OF_GLIBCS int madvise(void *address, size_t length, int advice) {
    if (!managed_code_runs && (advice == MADV_DONTDUMP || advice == MADV_DODUMP)) return 0;
    return (int)syscall(SYS_madvise, address, length, advice);
}

/* .NET starts a thread for finalizers, which does nothing but wait until its event is set: by a collection of garbage that finds an object to finalize,
 * by GC.WaitForPendingFinalizers, or when a thread first waits for a lock by spinning. An event of .NET's runtime is set by pthread_cond_broadcast, and by
 * nothing else: so the first broadcast of whatever event starts that thread, and none can be missed. Where the runtime has no function of that name, its
 * thread starts with the process. */
typedef void *thread_start(void *);
extern __attribute__((weak)) thread_start finalizer_start __asm__("_Z14FinalizerStartPv");

typedef int create_thread(pthread_t *, const pthread_attr_t *, thread_start *, void *);
static create_thread *create;
static void *finalizer_event;
static size_t finalizer_stack;
static bool finalizer_is_due;

/* glibc has an older function of the same name, for conditions of another layout. */
#ifdef __x86_64__
#define VERSION_OF_CONDITIONS "GLIBC_2.3.2"
#else
#define VERSION_OF_CONDITIONS "GLIBC_2.17"
#endif

typedef int broadcast_condition(pthread_cond_t *);
static broadcast_condition *volatile broadcast;

/* Done when the thread is put off: the first event may be set by a thread for which a collection waits, and the loader may be busy then. */
static bool find_broadcast(void) {
    if (!broadcast) broadcast = (broadcast_condition *)dlvsym(RTLD_NEXT, "pthread_cond_broadcast", VERSION_OF_CONDITIONS);
    return broadcast != NULL;
}

IN_PLACE_OF_GLIBCS int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, thread_start *start, void *argument) {
    if (!create) create = (create_thread *)glibcs("pthread_create");
    if (!finalizer_start || start != finalizer_start || !find_broadcast() || pthread_attr_getstacksize(attributes, &finalizer_stack) != 0)
        return create(thread, attributes, start, argument);
    *thread = 0;
    finalizer_event = argument;
    __atomic_store_n(&finalizer_is_due, true, __ATOMIC_RELEASE);
    return 0;
}

/* Where it cannot be started, as there are too many threads, it is due at the next event again. */
static void start_finalizer(void) {
    int error = errno;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, finalizer_stack);
    if (create(&thread, &attributes, finalizer_start, finalizer_event) != 0) __atomic_store_n(&finalizer_is_due, true, __ATOMIC_RELEASE);
    pthread_attr_destroy(&attributes);
    errno = error;
}

IN_PLACE_OF_GLIBCS int pthread_cond_broadcast(pthread_cond_t *condition) {
    if (__atomic_load_n(&finalizer_is_due, __ATOMIC_RELAXED) && __atomic_exchange_n(&finalizer_is_due, false, __ATOMIC_ACQ_REL)) start_finalizer();
    return ((broadcast_condition *)found("pthread_cond_broadcast", find_broadcast() ? (void *)broadcast : NULL))(condition);
}

#endif
