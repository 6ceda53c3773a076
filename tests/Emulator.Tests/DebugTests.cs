using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Emulator.Tests;

/// <summary>What <c>--debug</c> and <c>--wrap</c> make of a function's settings; the end-to-end tests run it.</summary>
public sealed class DebugTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConsoleCapture _console = new();

    public void Dispose()
    {
        _directory.Dispose();
        _console.Dispose();
    }

    [Fact]
    public void No_time_limit_is_left_and_it_is_said()
    {
        FunctionSettings settings = Read(new EmulatorOptions { Debug = true, Timeout = 3 });

        Assert.All([settings.Timeout, settings.InitLimit, settings.ShutdownWindow], limit => Assert.Equal(TimeSpan.FromDays(1), limit));
        Assert.True(settings.IsDebugged);
        Assert.Contains(_console.Lines, line => line.StartsWith("--debug: a start (10 s on AWS), an invocation", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_it_limits_are_those_of_AWS()
    {
        FunctionSettings settings = Read(new EmulatorOptions { Timeout = 3 });

        Assert.Equal((3, 10, 0.5), (settings.Timeout.TotalSeconds, settings.InitLimit.TotalSeconds, settings.ShutdownWindow.TotalSeconds));
        Assert.False(settings.IsDebugged);
        Assert.Empty(settings.Wrap);
    }

    [Fact]
    public void A_command_is_taken_apart_and_found_in_PATH() =>
        Assert.Equal(["/bin/sh", "-c", "a b"], Read(new EmulatorOptions { Wrap = "sh -c \"a b\"" }).Wrap.Select(word => word.Replace("/usr", "")));

    [Theory]
    [InlineData("no-such-program --fast", "--wrap: there is no program no-such-program here. Install it, or give its path.")]
    [InlineData("/nowhere/gdb", "--wrap: there is no program /nowhere/gdb here. Install it, or give its path.")]
    [InlineData(" ", "--wrap: there is no command. Give a program and its arguments: --wrap 'strace -f'.")]
    public void A_command_that_is_not_there_is_refused(string command, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Read(new EmulatorOptions { Wrap = command })).Message);

    private FunctionSettings Read(EmulatorOptions options) => Assert.Single(new FunctionSource(
        options with { Bootstrap = TestEmulator.BootstrapPath }, new Account(), new EmulatorConsole(_console)).Read(_directory.Path));
}
