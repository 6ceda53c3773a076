using System.Runtime.ExceptionServices;
using System.Text;

using StreamingLambda.Runtime.Errors;
using StreamingLambda.Runtime.Http;
using StreamingLambda.Runtime.Logging;
using StreamingLambda.Runtime.RuntimeApi;

namespace StreamingLambda.Runtime;

/// <summary>The life of the process: creates the handler, has it take invocations, gives it back, and says how the process ends.</summary>
internal static class RuntimeProcess
{
    private const int Success = 0;
    private const int Failure = 1;

    /// <inheritdoc cref="LambdaRuntime.RunAsync(LambdaEnvironment, Func{LambdaEnvironment, Task{IStreamingLambdaHandler}}, LambdaRuntimeOptions,
    /// CancellationToken)" />
    public static Task<int> RunAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, Task<IStreamingLambdaHandler>> createHandler,
        LambdaRuntimeOptions? options,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(environment);
        StandardStreams.OpenMissing();
        if (environment.RuntimeApi is null)
        {
            string bootstrap = Environment.ProcessPath ?? "PATH_OF_THIS_PROGRAM";
            return RefuseToStart(
                "AWS_LAMBDA_RUNTIME_API is not set: this program runs inside AWS Lambda, which sets it. To run it on this machine, start the "
                + $"emulator: dotnet streaming-lambda-emulator --bootstrap {bootstrap} "
                + $"(in StreamingLambda's own repository: dotnet run --project src/Emulator -- --bootstrap {bootstrap})");
        }
        if (!ServerAddress.TryParse(environment.RuntimeApi, out ServerAddress? server))
        {
            return RefuseToStart($"AWS_LAMBDA_RUNTIME_API is '{environment.RuntimeApi}', which is not HOST:PORT, such as 127.0.0.1:9001.");
        }
        return RunAsync(environment, createHandler, options ?? new LambdaRuntimeOptions(), server, StandardStreams.Output, cancellationToken);
    }

    internal static async Task<int> RunAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, Task<IStreamingLambdaHandler>> createHandler,
        LambdaRuntimeOptions options,
        ServerAddress server,
        Stream logOutput,
        CancellationToken cancellationToken)
    {
        if (options.TimeProvider == TimeProvider.System)
            options = options with { TimeProvider = PunctualTimeProvider.Shared };
        var log = new LogWriter(logOutput, environment, options.TimeProvider);
        using var client = new RuntimeApiClient(new HttpMessageInvoker(new LoopbackHandler(server)), log, options.TimeProvider);
        using var shutdown = new Shutdown(options, cancellationToken);
        try
        {
            InvocationLoop? loop = await InitializeAsync(environment, createHandler, options, client, log, shutdown).ConfigureAwait(false);
            if (loop is null)
                return Failure;
            loop.Prepare();
            // Before the first event can be on its way, not while it is waited for: from then on SIGTERM lets an invocation end.
            shutdown.ListenForSigterm();
            if (await RunLoopsAsync(loop, shutdown).ConfigureAwait(false))
                await DisposeAsync(loop.Handler, shutdown, log).ConfigureAwait(false);
            return Success;
        }
        catch (OperationCanceledException) when (shutdown.Leaving.IsCancellationRequested)
        {
            // It was told to stop while it was still creating its handler.
            return Success;
        }
        catch (Exception e)
        {
            // What the Runtime API did says itself where it happened; anything else is a defect of ours and needs its stack trace.
            log.Write(LambdaLogLevel.Fatal, "The process ends: " + e.Message, e is RuntimeApiException ? null : e, LogScope.Process);
            return Failure;
        }
    }

    /// <summary>Creates the handler and what runs it; null when that failed and Lambda was told.</summary>
    private static async Task<InvocationLoop?> InitializeAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, Task<IStreamingLambdaHandler>> createHandler,
        LambdaRuntimeOptions options,
        RuntimeApiClient client,
        LogWriter log,
        Shutdown shutdown)
    {
        try
        {
            Task<IStreamingLambdaHandler>? creating = createHandler(environment);
            if (creating is { IsCompleted: false })
                await ((Task)creating).WaitAsync(shutdown.Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            shutdown.Leaving.ThrowIfCancellationRequested();
            IStreamingLambdaHandler? handler = creating is null ? null : await creating.ConfigureAwait(false);
            if (handler is null)
            {
                throw new InitializationException(
                    "Function.HandlerMissing", "createHandler returned null. Return the handler, or throw an exception that says why there is none.");
            }
            var loop = new InvocationLoop(client, handler, options, environment.ReadConcurrency(), shutdown.Stopping, shutdown.Leaving);
            client.WaitsInPlace = loop.Concurrency == 1;
            if (options.RegisterForShutdown)
                await ShutdownExtension.RegisterAsync(environment, client).ConfigureAwait(false);
            return loop;
        }
        catch (Exception e) when (e is not RuntimeApiException && !shutdown.Leaving.IsCancellationRequested)
        {
            // Lambda is told before the log, whose reader may be slow.
            Task told = client.PostInitErrorAsync(ErrorReport.From(e));
            log.Write(LambdaLogLevel.Fatal, "The function cannot start.", e, LogScope.Process);
            await told.ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Runs each loop in a thread of its own, the first in the program's: no handler that keeps its thread keeps another one from being
    /// called.</summary>
    /// <returns>Whether they have all ended, so that nobody uses the handler any more.</returns>
    private static async Task<bool> RunLoopsAsync(InvocationLoop loop, Shutdown shutdown)
    {
        var running = new Task[loop.Concurrency];
        int first = Thread.CurrentThread.IsThreadPoolThread ? 0 : 1;
        for (int i = first; i < running.Length; i++)
            running[i] = Task.Factory.StartNew(RunAsync, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();
        if (first == 1)
            running[0] = RunAsync();
        Task ended = Task.WhenAll(running);
        await ended.WaitAsync(shutdown.Leaving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (shutdown.Failure is { } failure)
            ExceptionDispatchInfo.Throw(failure);
        return ended.IsCompletedSuccessfully;

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

    /// <summary>Gives back what the handler holds, in the time that is left.</summary>
    private static async Task DisposeAsync(IStreamingLambdaHandler handler, Shutdown shutdown, LogWriter log)
    {
        try
        {
            await HandlerDisposal.DisposeAsync(handler).AsTask().WaitAsync(shutdown.Leaving).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (shutdown.Leaving.IsCancellationRequested)
        {
            log.Write(LambdaLogLevel.Warn,
                "The handler's DisposeAsync has not ended within the time that a stop leaves (LambdaRuntimeOptions.ShutdownWindow), and is cut off.",
                null, LogScope.Process);
        }
        catch (Exception e)
        {
            log.Write(LambdaLogLevel.Error, "The handler could not be disposed of.", e, LogScope.Process);
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
