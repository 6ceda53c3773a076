using System.Runtime.CompilerServices;

namespace StreamingLambda.Runtime;

/// <summary>Runs a streaming function inside Lambda: takes invocations one after the other, until the process is told to stop.</summary>
/// <remarks>
/// <para>Make it the last call of the program. It may block the calling thread for as long as the process lives, unless that is a thread of the
/// pool: elsewhere put it into <see cref="Task.Run(Func{Task})"/>.</para>
/// <para>The result is the exit code of the process: 0 after being told to stop; 1 if the function could not start or Lambda's Runtime API is lost,
/// with one line in the log or on standard error that says why.</para>
/// <para>A handler that is <see cref="IAsyncDisposable"/> or <see cref="IDisposable"/> is disposed of when the process stops in order: no invocation
/// runs any more, and what is left of <see cref="LambdaRuntimeOptions.ShutdownWindow"/> is its time. On Lambda that takes SIGTERM (<see
/// cref="LambdaRuntimeOptions.RegisterForShutdown"/>). What it throws is logged.</para>
/// </remarks>
/// <example>
/// <code>
/// return await LambdaRuntime.RunAsync(async (invocation, response, cancellationToken) =>
///     await response.WriteAndFinishAsync($"This is request {invocation.RequestId}.\n", cancellationToken));
/// </code>
/// </example>
public static class LambdaRuntime
{
    /// <summary>Runs one method as the function.</summary>
    /// <param name="handle">Handles an invocation. The rules are those of <see cref="IStreamingLambdaHandler.HandleAsync"/>.</param>
    /// <param name="options">Choices of the program; null for the defaults.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    /// <returns>The exit code of the process: 0 or 1.</returns>
    public static Task<int> RunAsync(
        Func<Invocation, ResponseStreamWriter, CancellationToken, Task> handle,
        LambdaRuntimeOptions? options = null,
        CancellationToken cancellationToken = default) =>
        RunAsync(new DelegateStreamingHandler(handle), options, cancellationToken);

    /// <summary>Runs a handler that needs nothing to be created. What its constructor throws is no initialization error for Lambda, but an unhandled
    /// exception: a handler that reads settings or opens connections is better created by one of the overloads that take
    /// <c>createHandler</c>.</summary>
    /// <inheritdoc cref="RunAsync(Func{Invocation, ResponseStreamWriter, CancellationToken, Task}, LambdaRuntimeOptions, CancellationToken)" />
    /// <param name="handler">Handles every invocation of the process, and is disposed of at its end.</param>
    /// <param name="options">Choices of the program; null for the defaults.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    public static Task<int> RunAsync(
        IStreamingLambdaHandler handler, LambdaRuntimeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return RunAsync(() => handler, options, cancellationToken);
    }

    /// <summary>Creates a handler during Lambda's init phase, and runs it.</summary>
    /// <inheritdoc cref="RunAsync(Func{Invocation, ResponseStreamWriter, CancellationToken, Task}, LambdaRuntimeOptions, CancellationToken)" />
    /// <param name="createHandler">Creates the handler, once. What it throws is reported to Lambda as an initialization error.</param>
    /// <param name="options">Choices of the program; null for the defaults.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    [OverloadResolutionPriority(1)] // A lambda that only throws fits the asynchronous overload as well.
    public static Task<int> RunAsync(
        Func<IStreamingLambdaHandler> createHandler, LambdaRuntimeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createHandler);
        return RunAsync(LambdaEnvironment.FromProcess(), _ => createHandler(), options, cancellationToken);
    }

    /// <summary>Creates a handler that has something to wait for, such as secrets or a connection, during Lambda's init phase, and runs it. Lambda
    /// gives that phase 10 seconds.</summary>
    /// <inheritdoc cref="RunAsync(Func{Invocation, ResponseStreamWriter, CancellationToken, Task}, LambdaRuntimeOptions, CancellationToken)" />
    /// <param name="createHandlerAsync">Creates the handler, once. What it throws is reported to Lambda as an initialization error.</param>
    /// <param name="options">Choices of the program; null for the defaults.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    public static Task<int> RunAsync(
        Func<Task<IStreamingLambdaHandler>> createHandlerAsync, LambdaRuntimeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createHandlerAsync);
        return RunAsync(LambdaEnvironment.FromProcess(), _ => createHandlerAsync(), options, cancellationToken);
    }

    /// <summary>Creates the handler that the environment asks for, such as by the function's <c>Handler</c> setting, and runs it.</summary>
    /// <inheritdoc cref="RunAsync(Func{Invocation, ResponseStreamWriter, CancellationToken, Task}, LambdaRuntimeOptions, CancellationToken)" />
    /// <param name="environment">What Lambda set, usually <see cref="LambdaEnvironment.FromProcess"/>.</param>
    /// <param name="createHandler">Creates the handler, once. What it throws is reported to Lambda as an initialization error.</param>
    /// <param name="options">Choices of the program; null for the defaults.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    [OverloadResolutionPriority(1)]
    public static Task<int> RunAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, IStreamingLambdaHandler> createHandler,
        LambdaRuntimeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createHandler);
        return RuntimeProcess.RunAsync(environment, settings => Task.FromResult(createHandler(settings)), options, cancellationToken);
    }

    /// <summary>Creates the handler that the environment asks for, where that has something to wait for, and runs it.</summary>
    /// <inheritdoc cref="RunAsync(Func{Invocation, ResponseStreamWriter, CancellationToken, Task}, LambdaRuntimeOptions, CancellationToken)" />
    /// <param name="environment">What Lambda set, usually <see cref="LambdaEnvironment.FromProcess"/>.</param>
    /// <param name="createHandlerAsync">Creates the handler, once. What it throws is reported to Lambda as an initialization error.</param>
    /// <param name="options">Choices of the program; null for the defaults.</param>
    /// <param name="cancellationToken">Stops like SIGTERM does.</param>
    public static Task<int> RunAsync(
        LambdaEnvironment environment,
        Func<LambdaEnvironment, Task<IStreamingLambdaHandler>> createHandlerAsync,
        LambdaRuntimeOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(createHandlerAsync);
        return RuntimeProcess.RunAsync(environment, createHandlerAsync, options, cancellationToken);
    }
}
