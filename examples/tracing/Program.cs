using System.Diagnostics;

using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Tracing;

#region tracing
// Where spans go is OTEL_EXPORTER_OTLP_ENDPOINT, such as http://localhost:4318 for a collector in a layer.
using var source = new ActivitySource("Tracing");
using TracerProvider spans = Sdk.CreateTracerProviderBuilder()
    .AddSource(TracedStreamingHandler.SourceName, source.Name)
    .AddOtlpExporter(otlp => otlp.Protocol = OtlpExportProtocol.HttpProtobuf)
    .Build();
#endregion

var handler = new DelegateStreamingHandler(async (invocation, response, cancellationToken) =>
{
    using (source.StartActivity("think"))
        await Task.Delay(10, cancellationToken);
    await response.SendTextAsync($"This is trace {Activity.Current?.TraceId}.\n", cancellationToken);
});

#region export
// Lambda may freeze the environment as soon as it is asked for the next event. So the exporter sends what it has before that, when the caller
// has the response.
return await LambdaRuntime.RunAsync(new TracedStreamingHandler(handler, token => Task.Run(Export, token)));

void Export()
{
    if (!spans.ForceFlush(1000))
        throw new TimeoutException("The collector did not take the spans within a second.");
}
#endregion
