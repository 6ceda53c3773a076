using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.Logging;
using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Runtime;

/// <summary>Runs a streaming handler inside Lambda.</summary>
/// <example>
/// <code>
/// return await LambdaRuntime.RunAsync(LambdaEnvironment.FromProcess(), environment => new Hello());
/// </code>
/// </example>
public static class LambdaRuntime
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <summary>Creates the handler, then takes invocations until the process is told to stop.</summary>
    /// <remarks>It may wait in the calling thread, unless that is one of the thread pool: make it the last call of the program, or put it into <see
    /// cref="Task.Run(Func{Task})"/>.</remarks>
    /// <param name="environment">What Lambda set, usually <see cref="LambdaEnvironment.FromProcess"/>.</param>
    /// <param name="createHandler">Creates the handler, once. What it throws is reported to Lambda as an initialization error.</param>
    /// <param name="options">Choices of the program; null for the defaults.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    /// <returns>The exit code of the process: 0 after being told to stop; 1 if the function could not start or Lambda's Runtime API is lost,
    /// with one line in the log or on standard error that says why.</returns>
    public static Task<int> RunAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, IStreamingLambdaHandler> createHandler,
        LambdaRuntimeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        if (environment.RuntimeApi is null)
        {
            string bootstrap = Environment.ProcessPath ?? "PATH_OF_THIS_PROGRAM";
            return RefuseToStart(
                "AWS_LAMBDA_RUNTIME_API is not set: this program runs inside AWS Lambda, which sets it. To run it on this machine, start the local "
                + $"Lambda: dotnet streaming-lambda-emulator --bootstrap {bootstrap} "
                + $"(in StreamingLambda's own repository: dotnet run --project src/Emulator -- --bootstrap {bootstrap})");
        }
        if (!Uri.TryCreate($"http://{environment.RuntimeApi}", UriKind.Absolute, out Uri? server) || server.AbsolutePath != "/")
        {
            return RefuseToStart($"AWS_LAMBDA_RUNTIME_API is '{environment.RuntimeApi}', which is not HOST:PORT, such as 127.0.0.1:9001.");
        }
        return RunAsync(environment, createHandler, options ?? new LambdaRuntimeOptions(), server, StandardStreams.Output, cancellationToken);
    }

    internal static async Task<int> RunAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, IStreamingLambdaHandler> createHandler,
        LambdaRuntimeOptions options,
        Uri server,
        Stream logOutput,
        CancellationToken cancellationToken)
    {
        var log = new LogWriter(logOutput, environment, options.TimeProvider);
        using var client = new RuntimeApiClient(server, new LoopbackHttpHandler(), log, options.TimeProvider);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var returned = new CancellationTokenSource();
        CancellationToken hasReturned = returned.Token;
        PosixSignalRegistration? terminate = null;
        client.WhileWaiting(() =>
        {
            terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                Stop(stopping);
                ExitLater(options, hasReturned);
            });
            // What costs more the first time, better now than before the first byte: the copy of the environment that the first change of it makes
            // (the loop's, where one invocation runs at a time), and the timers' thread, for the first deadline.
            if (client.WaitsInPlace)
                Environment.SetEnvironmentVariable(InvocationLoop.TraceIdVariable, null);
            TimeProvider.System.CreateTimer(static _ => { }, null, TimeSpan.FromDays(1), Timeout.InfiniteTimeSpan).Dispose();
        });
        try
        {
            InvocationLoop? loop = await InitializeAsync(environment, createHandler, options, client, log).ConfigureAwait(false);
            if (loop is null)
                return Failure;
            await RunLoopsAsync(loop, options, stopping.Token).ConfigureAwait(false);
            return Success;
        }
        catch (Exception e)
        {
            // What the Runtime API did says itself where it happened; anything else is a defect of ours and needs its stack trace.
            log.Write(LogLevel.Fatal, "The process ends: " + e.Message, e is RuntimeApiException ? null : e, LogScope.Process);
            return Failure;
        }
        finally
        {
            terminate?.Dispose();
            await returned.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Creates the handler and what runs it; null when that failed and Lambda was told.</summary>
    private static async Task<InvocationLoop?> InitializeAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, IStreamingLambdaHandler> createHandler,
        LambdaRuntimeOptions options,
        RuntimeApiClient client,
        LogWriter log)
    {
        try
        {
            IStreamingLambdaHandler handler = createHandler(environment)
                ?? throw new InitializationException("Function.HandlerMissing", "createHandler returned null. Return the handler, or throw an exception that says why there is none.");
            var loop = new InvocationLoop(client, handler, options, ReadConcurrency(environment));
            client.WaitsInPlace = loop.Concurrency == 1;
            if (options.RegisterForShutdown)
                await ShutdownExtension.RegisterAsync(environment, client).ConfigureAwait(false);
            return loop;
        }
        catch (Exception e) when (e is not RuntimeApiException)
        {
            log.Write(LogLevel.Fatal, "The function cannot start.", e, LogScope.Process);
            await client.PostInitErrorAsync(ErrorReport.From(e)).ConfigureAwait(false);
            return null;
        }
    }

    private static async Task RunLoopsAsync(InvocationLoop loop, LambdaRuntimeOptions options, CancellationToken stopping)
    {
        Task[] running = new Task[loop.Concurrency];
        for (int i = 1; i < running.Length; i++)
            running[i] = Task.Run(() => loop.RunAsync(stopping), CancellationToken.None);
        running[0] = loop.RunAsync(stopping);

        Task stop = Task.Delay(Timeout.InfiniteTimeSpan, options.TimeProvider, stopping);
        Task first = await Task.WhenAny([.. running, stop]).ConfigureAwait(false);
        if (first.IsFaulted)
            await first.ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(options.ShutdownWindow, options.TimeProvider, CancellationToken.None)).ConfigureAwait(false);
    }

    /// <summary>Fires the tokens without running what handlers registered on them in this thread, the one that receives signals.</summary>
    private static void Stop(CancellationTokenSource stopping)
    {
        try
        {
            _ = stopping.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // A second SIGTERM while the process is already leaving.
        }
    }

    /// <summary>A handler that blocks the thread it was called on, which may be the program's main thread, keeps <see cref="RunAsync(LambdaEnvironment,
    /// Func{LambdaEnvironment, IStreamingLambdaHandler}, LambdaRuntimeOptions?, CancellationToken)"/> from returning: the process ends without it.</summary>
    private static void ExitLater(LambdaRuntimeOptions options, CancellationToken hasReturned) =>
        _ = Task.Delay(options.ShutdownWindow * 1.1, options.TimeProvider, hasReturned)
            .ContinueWith(static _ => Environment.Exit(Success), hasReturned, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    /// <summary>There is no Runtime API to report to: the one place that writes to standard error.</summary>
    private static Task<int> RefuseToStart(string message)
    {
        StandardStreams.Error.Write(Encoding.UTF8.GetBytes(message + "\n"));
        return Task.FromResult(Failure);
    }

    private static int ReadConcurrency(LambdaEnvironment environment)
    {
        if (environment.MaxConcurrency is not { } value)
            return 1;
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int concurrency) && concurrency is >= 1 and <= 1000
            ? concurrency
            : throw new InitializationException("Runtime.InvalidConfiguration", $"AWS_LAMBDA_MAX_CONCURRENCY is '{value}'. Set it to a number from 1 to 1000, or not at all.");
    }
}
