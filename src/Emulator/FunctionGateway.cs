using StreamingLambda.Emulator.FunctionUrl;
using StreamingLambda.Emulator.Http;
using StreamingLambda.Emulator.Output;
using StreamingLambda.Emulator.Platform;

namespace StreamingLambda.Emulator;

/// <summary>What stands behind one port: a function URL, and the emulator's own door for ready-made events.</summary>
internal sealed class FunctionGateway(Function function, EmulatorConsole console, TimeProvider time)
{
    /// <summary>Takes a ready-made event, unsigned: for development.</summary>
    public const string InvokePath = "/invoke";

    private readonly FunctionUrlEndpoint _url = new(function, console, time);

    /// <summary>Handles one request.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (await RequestBody.ReadAsync(context, function.Settings.Limits.BufferedPayload) is not { } body)
            return;

        if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path == InvokePath)
            await _url.InvokeAsync(context, body);
        else
            await _url.HandleAsync(context, body, caller: null);
    }
}
