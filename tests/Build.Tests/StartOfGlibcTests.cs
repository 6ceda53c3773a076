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
        string program = await CompileAsync(
            "program", Program, Repository.PathOf("NativeAot.c"), "-pthread", "-Wl,--as-needed", "-ldl", "-lm");
        CommandResult result = await Command.RunAsync(program, []);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return result.Output;
    }

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
