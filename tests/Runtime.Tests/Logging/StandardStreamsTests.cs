using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

using Microsoft.Win32.SafeHandles;

using StreamingLambda.Runtime.Logging;
using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.Logging;

/// <summary>A log on a pipe whose reader is slow, stuck or gone: lines wait for a bounded time, and arrive whole or not at all.</summary>
public sealed class StandardStreamsTests
{
    private static readonly LogScope Scope = new("request-1");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lines_wait_for_a_slow_reader(bool blocking)
    {
        using var pipe = new Pipe(blocking);
        Task writing = Task.Factory.StartNew(
            () => WriteLines(pipe.Log, 0, 2000), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        string[] lines = pipe.ReadLines(2000);
        await writing.WaitAsync(Limits.Step);

        Assert.Equal(Enumerable.Range(0, 2000).Select(Message), lines.Select(MessageOf));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_line_longer_than_the_pipe_arrives_whole(bool blocking)
    {
        using var pipe = new Pipe(blocking);
        string message = new('x', 300_000);
        Task writing = Task.Factory.StartNew(
            () => pipe.Log.Write(LambdaLogLevel.Info, message, null, Scope),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        Assert.Equal(message, MessageOf(Assert.Single(pipe.ReadLines(1))));
        await writing.WaitAsync(Limits.Step);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_stuck_reader_costs_the_function_its_patience_once_and_whole_lines(bool blocking)
    {
        using var pipe = new Pipe(blocking);
        // Longer than the pipe: the reader has its start, so its end must follow before anything else does.
        string longest = new('x', 100_000);
        long start = Stopwatch.GetTimestamp();
        pipe.Log.Write(LambdaLogLevel.Info, longest, null, Scope);
        TimeSpan first = Stopwatch.GetElapsedTime(start);
        start = Stopwatch.GetTimestamp();
        WriteLines(pipe.Log, 0, 50);
        TimeSpan others = Stopwatch.GetElapsedTime(start);
        Assert.InRange(first.TotalMilliseconds, DescriptorOutput.Patience * 0.9, Limits.Step.TotalMilliseconds);
        Assert.InRange(others.TotalMilliseconds, 0, DescriptorOutput.Patience * 10);

        int size = pipe.ReadAvailable();
        pipe.Log.Write(LambdaLogLevel.Info, "after", null, Scope);
        string[] lines = pipe.ReadLines(3);

        Assert.True(size > 50_000);
        Assert.Equal(longest, MessageOf(lines[0]));
        Assert.Equal("50 log lines are missing here: nobody read the log.", MessageOf(lines[1]));
        Assert.Equal("after", MessageOf(lines[2]));
    }

    [Fact]
    public void A_reader_that_is_gone_is_not_waited_for()
    {
        using var pipe = new Pipe(blocking: true);
        pipe.CloseReader();
        using Stream output = StandardStreams.Open(pipe.Writer);

        Assert.Contains("Broken pipe", Assert.Throws<IOException>(() => output.Write("line\n"u8)).Message, StringComparison.Ordinal);
        long start = Stopwatch.GetTimestamp();
        WriteLines(pipe.Log, 0, 20);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 0, DescriptorOutput.Patience * 10);
    }

    private static void WriteLines(LogWriter log, int first, int count)
    {
        for (int i = first; i < first + count; i++)
            log.Write(LambdaLogLevel.Info, Message(i), null, Scope);
    }

    /// <summary>Of a length of its own, on both sides of what a pipe takes in one piece.</summary>
    private static string Message(int i) => string.Create(CultureInfo.InvariantCulture, $"{i} {new string('.', i * 37 % 5000)}");

    private static string MessageOf(string line)
    {
        string[] fields = line.Split('\t');
        Assert.Equal(4, fields.Length);
        return fields[3];
    }

    private sealed class Pipe : IDisposable
    {
        private readonly FileStream _reader;
        private readonly SafeFileHandle _writer;
        private readonly List<byte> _read = [];
        private int _lines;

        public Pipe(bool blocking)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux(), "Makes its pipe with system calls of Linux.");
            int[] ends = new int[2];
            if (CreatePipe(ends, flags: 0) != 0)
                throw new InvalidOperationException("There is no pipe.");
            const int setFlags = 4, nonBlocking = 0x800;
            if (!blocking && Control(ends[1], setFlags, nonBlocking) != 0)
                throw new InvalidOperationException("The pipe blocks.");
            _reader = new FileStream(new SafeFileHandle(ends[0], ownsHandle: true), FileAccess.Read, bufferSize: 0);
            _writer = new SafeFileHandle(ends[1], ownsHandle: true);
            Writer = ends[1];
            Log = new LogWriter(StandardStreams.Open(Writer), new LambdaEnvironment(), new ManualClock());
        }

        public int Writer { get; }

        public LogWriter Log { get; }

        /// <summary>Reads until there are so many lines.</summary>
        public string[] ReadLines(int count)
        {
            while (_lines < count)
                Read();
            return Encoding.UTF8.GetString([.. _read]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }

        /// <summary>Reads what the full pipe holds.</summary>
        public int ReadAvailable()
        {
            while (_read.Count < 65_536 - 4096)
                Read();
            return _read.Count;
        }

        public void CloseReader() => _reader.Dispose();

        public void Dispose()
        {
            _reader.Dispose();
            _writer.Dispose();
        }

        private void Read()
        {
            byte[] buffer = new byte[3000];
            Span<byte> read = buffer.AsSpan(0, _reader.Read(buffer));
            _read.AddRange(read);
            _lines += read.Count((byte)'\n');
        }

        [DllImport("libc", EntryPoint = "pipe2")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int CreatePipe([Out] int[] ends, int flags);

        [DllImport("libc", EntryPoint = "fcntl")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        private static extern int Control(int descriptor, int command, int argument);
    }
}
