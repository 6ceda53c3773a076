/* What glibc does while a program starts, and a function can do without. NativeAot.targets links it into every executable for glibc: gcc, clang and zig
 * compile a C file among their arguments (docs/maintainers/decisions/0015). */
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/* .NET's thread pool and its collector find their sizes with functions of libm, when they have much to do. Linked, that library is looked for, mapped and
 * relocated in every start; so it is opened by the first call instead. Only this program sees these functions, and what answers is libm. */
static void *find(const char *name) {
    void *libm = dlopen("libm.so.6", RTLD_NOW);
    void *function = libm ? dlsym(libm, name) : NULL;
    if (!function) {
        fprintf(stderr, "The C library's '%s' cannot be loaded: %s\n", name, dlerror());
        abort();
    }
    return function;
}

#define LOADED_BY_ITS_FIRST_CALL(name, parameters, arguments) \
    __attribute__((visibility("hidden"))) double name parameters { \
        static double (*volatile loaded) parameters; \
        if (!loaded) loaded = (double (*) parameters)find(#name); \
        return loaded arguments; \
    }

LOADED_BY_ITS_FIRST_CALL(ceil, (double x), (x))
LOADED_BY_ITS_FIRST_CALL(cos, (double x), (x))
LOADED_BY_ITS_FIRST_CALL(log, (double x), (x))
LOADED_BY_ITS_FIRST_CALL(pow, (double x, double y), (x, y))
LOADED_BY_ITS_FIRST_CALL(sin, (double x), (x))

/* glibc gives each thread that allocates a heap of its own: 64 MB of addresses, four system calls and two pages. .NET's objects are in none of them,
 * and each thread keeps small pieces at hand anyway: one heap serves them all. */
__attribute__((constructor)) static void share_one_heap(void) { mallopt(M_ARENA_MAX, 1); }
