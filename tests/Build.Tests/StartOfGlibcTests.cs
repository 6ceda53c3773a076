using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace StreamingLambda.Build.Tests;

/// <summary>NativeAot.c, which every executable for glibc is linked with.</summary>
public sealed class StartOfGlibcTests : IDisposable
{
    /// <summary>Says what each function of libm answers and when the library was mapped, and how many heaps two threads have after both have
    /// allocated. The arguments are not known to the compiler, so that it calculates nothing itself.</summary>
    private const string Program = """
        #include <malloc.h>
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        double ceil(double), cos(double), log(double), pow(double, double), sin(double);
        double exp(double), fmod(double, double), atan2(double, double), fma(double, double, double), modf(double, double *);
        static int mapped(const char *name) {
            static char line[4096];
            FILE *maps = fopen("/proc/self/maps", "r");
            int found = 0;
            while (fgets(line, sizeof line, maps)) found |= strstr(line, name) != NULL;
            fclose(maps);
            return found;
        }
        static void *allocate(void *nothing) { return malloc(1000); }
        int main(int count, char **arguments) {
            volatile double x = count;
            printf("%d ", mapped("/libm.so"));
            printf("%.17g %.17g %.17g %.17g %.17g ", ceil(x / 4), cos(x), log(x + 1), pow(x + 1, 0.5), sin(x));
            double whole;
            double part = modf(x * 2.5, &whole);
            printf("%.17g %.17g %.17g %.17g %.17g %.17g ", exp(x), fmod(x * 7, 4), atan2(x, x), fma(x, x, x), part, whole);
            printf("%d\n", mapped("/libm.so"));
            pthread_t one, two;
            pthread_create(&one, NULL, allocate, NULL);
            pthread_create(&two, NULL, allocate, NULL);
            pthread_join(one, NULL);
            pthread_join(two, NULL);
            malloc_info(0, stdout);
            return 0;
        }
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_function_of_libm_answers_as_ever_and_loads_it_when_it_is_first_called()
    {
        string[] answers = (await RunAsync()).Split('\n')[0].Split(' ');

        Assert.Equal(["0", "1", "0.54030230586813977", "0.69314718055994529", "1.4142135623730951", "0.8414709848078965",
            "2.7182818284590451", "3", "0.78539816339744828", "2", "0.5", "2", "1"], answers);
    }

    [Fact]
    public async Task A_library_that_calls_libm_without_naming_it_finds_it()
    {
        string library = await CompileAsync("library", "double log(double); double calculate(double x) { return log(x); }", "-fPIC", "-shared");
        string program = await CompileAsync(
            "caller",
            """
            #include <dlfcn.h>
            #include <stdio.h>
            int main(int count, char **arguments) {
                void *library = dlopen(arguments[count - 1], RTLD_NOW);
                double (*calculate)(double) = library ? dlsym(library, "calculate") : NULL;
                if (!calculate) puts(dlerror());
                else printf("%.17g\n", calculate(count));
                return 0;
            }
            """,
            Repository.PathOf("NativeAot.c"), "-Wl,--as-needed", "-ldl", "-lm");

        CommandResult result = await Command.RunAsync(program, [library]);

        Assert.Equal((0, "0.69314718055994529\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public async Task Threads_share_one_heap()
    {
        string heaps = await RunAsync();

        Assert.Contains("<heap nr=\"0\">", heaps, StringComparison.Ordinal);
        Assert.DoesNotContain("<heap nr=\"1\">", heaps, StringComparison.Ordinal);
    }

    /// <summary>The bounds of the main thread's stack, as said without a file (no descriptor is left to open one), and as glibc says them with one.
    /// Another thread's are glibc's own.</summary>
    [Theory]
    [InlineData("8192")]
    [InlineData("1000")]
    [InlineData("unlimited")]
    public async Task The_main_threads_stack_has_the_bounds_that_glibc_finds(string limit)
    {
        string program = await CompileWithAsync("stack", """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/resource.h>
            typedef int ask(pthread_t, pthread_attr_t *);
            static char *bounds(ask *ask, char **end) {
                pthread_attr_t attributes;
                void *start;
                size_t size;
                if (ask(pthread_self(), &attributes) != 0) return NULL;
                pthread_attr_getstack(&attributes, &start, &size);
                pthread_attr_destroy(&attributes);
                *end = (char *)start + size;
                return start;
            }
            static void *compare(void *glibcs) {
                char *end, *glibcs_end;
                char *start = bounds(pthread_getattr_np, &end), *glibcs_start = bounds((ask *)glibcs, &glibcs_end);
                printf("%d%d ", start == glibcs_start, (char *)&end < end && end >= glibcs_end);
                return NULL;
            }
            int main(int count, char **arguments) {
                void *glibcs = dlsym(RTLD_DEFAULT, "pthread_getattr_np");
                pthread_t other;
                compare(glibcs);
                pthread_create(&other, NULL, compare, glibcs);
                pthread_join(other, NULL);
                struct rlimit none = {0, 0};
                setrlimit(RLIMIT_NOFILE, &none);
                char *end;
                printf("%d %d\n", bounds(pthread_getattr_np, &end) != NULL, bounds((ask *)glibcs, &end) != NULL);
                return glibcs == (void *)pthread_getattr_np;
            }
            """);

        CommandResult result = await Command.RunAsync("bash", ["-c", $"ulimit -S -s {limit} || exit 77; exec '{program}'"]);

        Assert.SkipWhen(result.ExitCode == 77, $"This machine does not allow a stack of {limit}.");
        Assert.Equal((0, limit == "unlimited" ? "11 11 0 0\n" : "11 11 1 0\n"), (result.ExitCode, result.Output));
    }

    /// <summary>.NET's runtime reads these two files before the bounds of the main thread's stack, and what comes later is the program's.</summary>
    [Fact]
    public async Task The_list_of_mounts_is_read_once_and_has_no_others_than_cgroups_until_managed_code_runs()
    {
        string program = await CompileWithAsync("cgroup", """
            #define _GNU_SOURCE
            #include <pthread.h>
            #include <stdio.h>
            #include <sys/resource.h>
            FILE *fopen64(const char *, const char *);
            static void show(const char *name) {
                char line[65536];
                FILE *file = fopen64(name, "r");
                while (file && fgets(line, sizeof line, file)) fputs(line, stdout);
                if (file) fclose(file);
                puts("=");
            }
            int main(void) {
                pthread_attr_t attributes;
                show("/proc/self/mountinfo");
                show("/proc/self/cgroup");
                struct rlimit before, none = {0, 0};
                getrlimit(RLIMIT_NOFILE, &before);
                none.rlim_max = before.rlim_max;
                setrlimit(RLIMIT_NOFILE, &none);
                show("/proc/self/mountinfo");
                show("/proc/self/cgroup");
                setrlimit(RLIMIT_NOFILE, &before);
                pthread_getattr_np(pthread_self(), &attributes);
                show("/proc/self/mountinfo");
                return 0;
            }
            """);

        string[] shown = (await Command.RunAsync(program, [])).Output.Split("=\n");

        // A mount may come or go beside the test: its own line is the only one that is compared.
        string[] all = shown[4].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(all, line => line.Contains(" - proc ", StringComparison.Ordinal));
        string[] cgroups = shown[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(all.Where(line => line.Contains(" - cgroup", StringComparison.Ordinal)), cgroups);
        Assert.SkipWhen(cgroups.Length == 0, "This machine has no mount of a cgroup: the list is read as it is.");
        Assert.Equal(shown[0], shown[2]);
        Assert.NotEmpty(shown[1]);
        Assert.Equal(shown[1], shown[3]);
    }

    /// <summary>Says before and after the first managed code whether there are nodes of memory, and what the kernel has noted about a page of its own
    /// that is to be in no core dump.</summary>
    [Fact]
    public async Task Nodes_of_memory_and_what_is_left_out_of_a_core_dump_are_the_programs_own_matter_when_managed_code_runs()
    {
        string program = await CompileWithAsync("memory", """
            #define _GNU_SOURCE
            #include <dirent.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <string.h>
            #include <sys/mman.h>
            static int in_no_dump(char *page) {
                char line[4096], start[32];
                snprintf(start, sizeof start, "%lx-", (unsigned long)page);
                FILE *maps = fopen("/proc/self/smaps", "r");
                int here = 0, found = -1;
                while (found < 0 && fgets(line, sizeof line, maps)) {
                    here |= strncmp(line, start, strlen(start)) == 0;
                    if (here && strncmp(line, "VmFlags:", 8) == 0) found = strstr(line, " dd") != NULL;
                }
                fclose(maps);
                return found;
            }
            static void show(void) {
                char *page = mmap(NULL, 3 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
                mprotect(page + 4096, 4096, PROT_READ | PROT_WRITE);
                int advised = madvise(page + 4096, 4096, MADV_DONTDUMP);
                DIR *nodes = opendir("/sys/devices/system/node"), *tasks = opendir("/proc/self/task");
                printf("%d %d %d %d ", nodes != NULL, tasks != NULL, advised, in_no_dump(page + 4096));
                page[4096] = 1;
                int dropped = madvise(page + 4096, 4096, MADV_DONTNEED);
                printf("%d%d ", dropped, page[4096]);
            }
            int main(void) {
                pthread_attr_t attributes;
                show();
                pthread_getattr_np(pthread_self(), &attributes);
                show();
                return 0;
            }
            """);

        CommandResult result = await Command.RunAsync(program, []);

        string nodes = Directory.Exists("/sys/devices/system/node") ? "1" : "0";
        Assert.Equal((0, $"0 1 0 0 00 {nodes} 1 0 1 00 "), (result.ExitCode, result.Output));
    }

    /// <summary>The program's own FinalizerStart stands for that of .NET's runtime: it has its name for the linker. The program counts its
    /// threads.</summary>
    [Fact]
    public async Task The_thread_for_finalizers_starts_with_the_first_event_that_is_set()
    {
        string program = await CompileWithAsync("finalizer", """
            #define _GNU_SOURCE
            #include <dirent.h>
            #include <pthread.h>
            #include <semaphore.h>
            #include <stdio.h>
            #include <unistd.h>
            static sem_t started;
            static int threads(void) {
                int count = 0;
                DIR *tasks = opendir("/proc/self/task");
                for (struct dirent *task; (task = readdir(tasks)) != NULL;) count += task->d_name[0] != '.';
                closedir(tasks);
                return count;
            }
            void *finalizers_of_dotnet(void *event) __asm__("_Z14FinalizerStartPv");
            void *finalizers_of_dotnet(void *event) {
                pthread_attr_t attributes;
                size_t size;
                pthread_getattr_np(pthread_self(), &attributes);
                pthread_attr_getstacksize(&attributes, &size);
                printf("%s %zu ", (char *)event, size / 1024);
                sem_post(&started);
                for (;;) pause();
            }
            static void *other(void *nothing) {
                for (;;) pause();
            }
            int main(void) {
                pthread_attr_t attributes;
                pthread_t thread;
                pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
                sem_init(&started, 0, 0);
                pthread_attr_init(&attributes);
                pthread_attr_setstacksize(&attributes, 640 * 1024);
                if (pthread_create(&thread, &attributes, finalizers_of_dotnet, "event") != 0) return 1;
                pthread_attr_destroy(&attributes);
                printf("%d ", threads());
                pthread_create(&thread, NULL, other, NULL);
                printf("%d ", threads());
                pthread_cond_broadcast(&condition);
                sem_wait(&started);
                printf("%d ", threads());
                pthread_cond_broadcast(&condition);
                printf("%d\n", threads());
                return 0;
            }
            """);

        CommandResult result = await Command.RunAsync(program, []);

        Assert.Equal((0, "1 2 event 640 3 3\n", ""), (result.ExitCode, result.Output, result.Error));
    }

    /// <summary>If this fails with a new version of the compiler, .NET's runtime starts its thread for finalizers in another way now: NativeAot.c is
    /// to be adapted, or costs nothing and does nothing.</summary>
    [Theory]
    [InlineData("artifacts/bench/bootstrap")]
    [InlineData("artifacts/net10.0/bench/bootstrap")]
    [InlineData("artifacts/cross/provided.al2-x64/bootstrap")]
    [InlineData("artifacts/cross/provided.al2023-x64/bootstrap")]
    public async Task A_function_that_waits_for_its_first_event_has_threads_for_signals_and_timers_and_no_other(string file)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "It runs the program for x64.");
        string binary = Requires.Artifact(file, ".ci/run", "NativeAot.c", "NativeAot.targets");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var start = new ProcessStartInfo(binary) { RedirectStandardError = true };
        start.Environment["AWS_LAMBDA_RUNTIME_API"] = listener.LocalEndpoint.ToString();
        using Process process = Process.Start(start)!;
        try
        {
            using TcpClient connection = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            using var request = new StreamReader(connection.GetStream());
            Assert.Equal("GET /2018-06-01/runtime/invocation/next HTTP/1.1", await request.ReadLineAsync(TestContext.Current.CancellationToken));

            Assert.Equal(3, Directory.GetDirectories($"/proc/{process.Id}/task").Length);
        }
        finally
        {
            process.Kill();
        }
    }

    /// <summary>If this fails with a new version of the compiler, NativeAot.c lacks a function of libm that .NET calls now.</summary>
    [Theory]
    [InlineData("artifacts/bench/bootstrap")]
    [InlineData("artifacts/net10.0/bench/bootstrap")]
    [InlineData("artifacts/local/bootstrap")]
    [InlineData("artifacts/net10.0/local/bootstrap")]
    [InlineData("artifacts/cross/provided.al2-arm64/bootstrap")]
    [InlineData("artifacts/cross/provided.al2-x64/bootstrap")]
    [InlineData("artifacts/cross/provided.al2023-arm64/bootstrap")]
    [InlineData("artifacts/cross/provided.al2023-x64/bootstrap")]
    public async Task A_function_does_not_ask_for_libm(string file)
    {
        Requires.Programs("readelf");
        string binary = Requires.Artifact(file, ".ci/run", "NativeAot.c", "NativeAot.targets");

        CommandResult result = await Command.RunAsync("readelf", ["--dynamic", binary]);

        Assert.Contains("[libc.so.6]", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("[libm.so.6]", result.Output, StringComparison.Ordinal);
    }

    private async Task<string> RunAsync()
    {
        string program = await CompileWithAsync("program", Program);
        CommandResult result = await Command.RunAsync(program, []);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

    /// <summary>Compiles a program as an executable of a function is linked.</summary>
    private Task<string> CompileWithAsync(string name, string source) =>
        CompileAsync(name, source, Repository.PathOf("NativeAot.c"), "-DKNOWN_START", "-pthread", "-Wl,--as-needed", "-ldl", "-lm");

    private async Task<string> CompileAsync(string name, string source, params string[] arguments)
    {
        string file = Path.Combine(_directory.Path, $"{name}.c");
        string result = Path.Combine(_directory.Path, name);
        await File.WriteAllTextAsync(file, source, TestContext.Current.CancellationToken);
        CommandResult compiled = await Command.RunAsync(Requires.Compiler(), ["-O2", file, "-o", result, .. arguments]);
        Assert.Equal((0, ""), (compiled.ExitCode, compiled.Error));
        return result;
    }
}
