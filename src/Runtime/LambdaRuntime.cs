using System.Runtime.ExceptionServices;
using System.Text;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.Logging;
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
        if (options.TimeProvider == TimeProvider.System)
            options = options with { TimeProvider = PunctualTimeProvider.Shared };
        var log = new LogWriter(logOutput, environment, options.TimeProvider);
        using var client = new RuntimeApiClient(server, new LoopbackHttpHandler(), log, options.TimeProvider);
        using var shutdown = new Shutdown(options, cancellationToken);
        try
        {
            InvocationLoop? loop = await InitializeAsync(environment, createHandler, options, client, log, shutdown).ConfigureAwait(false);
            if (loop is null)
                return Failure;
            // Before the first event can be on its way, not while it is waited for: from then on SIGTERM lets an invocation end.
            shutdown.ListenForSigterm();
            await RunLoopsAsync(loop, shutdown).ConfigureAwait(false);
            return Success;
        }
        catch (Exception e)
        {
            // What the Runtime API did says itself where it happened; anything else is a defect of ours and needs its stack trace.
            log.Write(LogLevel.Fatal, "The process ends: " + e.Message, e is RuntimeApiException ? null : e, LogScope.Process);
            return Failure;
        }
    }

    /// <summary>Creates the handler and what runs it; null when that failed and Lambda was told.</summary>
    private static async Task<InvocationLoop?> InitializeAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, IStreamingLambdaHandler> createHandler,
        LambdaRuntimeOptions options,
        RuntimeApiClient client,
        LogWriter log,
        Shutdown shutdown)
    {
        try
        {
            IStreamingLambdaHandler handler = createHandler(environment) ?? throw new InitializationException(
                "Function.HandlerMissing", "createHandler returned null. Return the handler, or throw an exception that says why there is none.");
            var loop = new InvocationLoop(client, handler, options, environment.ReadConcurrency(), shutdown.Stopping, shutdown.Leaving);
            client.WaitsInPlace = loop.Concurrency == 1;
            client.WhileWaiting(loop.Prepare);
            if (options.RegisterForShutdown)
                await ShutdownExtension.RegisterAsync(environment, client).ConfigureAwait(false);
            return loop;
        }
        catch (Exception e) when (e is not RuntimeApiException)
        {
            // Lambda is told before the log, whose reader may be slow.
            Task told = client.PostInitErrorAsync(ErrorReport.From(e));
            log.Write(LogLevel.Fatal, "The function cannot start.", e, LogScope.Process);
            await told.ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs each loop in a thread of its own, the first in the program's: no handler that keeps its thread keeps another one from being
    /// called.</summary>
    private static async Task RunLoopsAsync(InvocationLoop loop, Shutdown shutdown)
    {
        var running = new Task[loop.Concurrency];
        int first = Thread.CurrentThread.IsThreadPoolThread ? 0 : 1;
        for (int i = first; i < running.Length; i++)
            running[i] = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        if (first == 1)
            running[0] = RunAsync();
        await Task.WhenAll(running).WaitAsync(shutdown.Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (shutdown.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);

        async Task RunAsync()
        {
            try
            {
                await loop.RunAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (!shutdown.Leaving.IsCancellationRequested)
            {
                shutdown.Fail(e);
            }
        }
    }

    /// <summary>There is no Runtime API to report to: the one place that writes to standard error.</summary>
    private static Task<int> RefuseToStart(string message)
    {
        try
        {
            StandardStreams.Error.Write(Encoding.UTF8.GetBytes(message + "\n"));
        }
        catch (IOException)
        {
            // Nobody reads it: the exit code has to say it all.
        }
        return Task.FromResult(Failure);
    }
}
