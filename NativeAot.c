/* What glibc does while a program starts, and a function can do without. NativeAot.targets links it into every executable for glibc: gcc, clang and zig
 * compile a C file among their arguments (docs/maintainers/decisions/0015). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

/* .NET's thread pool and its collector find their sizes with functions of libm, when they have much to do. Linked, that library is looked for, mapped and
 * relocated in every start; so it is opened by the first call instead. Only this program sees these functions, and what answers is libm. They are those of
 * System.Math; the linker leaves out what a program does not call. */
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
__attribute__((visibility("hidden"))) void *dlopen(const char *file, int mode) {
    static void *(*volatile original)(const char *, int);
    if (!original) {
        void *(*found)(const char *, int) = (void *(*)(const char *, int))dlsym(RTLD_NEXT, "dlopen");
        found("libm.so.6", RTLD_NOW | RTLD_GLOBAL);
        original = found;
    }
    return original(file, mode);
}

/* glibc gives each thread that allocates a heap of its own: 64 MB of addresses, four system calls and two pages. .NET's objects are in none of them,
 * and each thread keeps small pieces at hand anyway: one heap serves them all. Who has set glibc's own variable wants another number. */
__attribute__((constructor)) static void share_one_heap(void) {
    if (!getenv("MALLOC_ARENA_MAX")) mallopt(M_ARENA_MAX, 1);
}
