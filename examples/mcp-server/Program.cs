using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using ModelContextProtocol;
using ModelContextProtocol.Server;
using StreamingLambda.AspNetCore;

WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { Args = args });
builder.UseLambda();
builder.Services.AddRouting();

// Stateless: the next request of a session may reach another execution environment.
builder.Services.AddMcpServer()
    .WithHttpTransport(transport => transport.Stateless = true)
    .WithTools(new ReportTools(), ToolJson.Default.Options);

WebApplication app = builder.Build();
app.UseRouting();
app.MapMcp("/mcp");
app.Run();

[McpServerToolType]
internal sealed class ReportTools
{
    [McpServerTool(Name = "add"), Description("Adds two numbers.")]
    public static double Add(double a, double b) => a + b;

    [McpServerTool(Name = "write_report"), Description("Writes a report, and says how far it is while it does.")]
    public static async Task<string> WriteReportAsync(
        [Description("How many sections it has, 1 to 10.")] int sections,
        IProgress<ProgressNotificationValue> progress,
        CancellationToken cancellationToken)
    {
        if (sections is < 1 or > 10)
            throw new McpException($"A report has 1 to 10 sections, not {sections}.");
        var report = new List<string>();
        for (int section = 1; section <= sections; section++)
        {
            // On its way to the client at once, as a server-sent event.
            progress.Report(new ProgressNotificationValue { Progress = section, Total = sections, Message = $"writing section {section}" });
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
            report.Add(string.Create(CultureInfo.InvariantCulture, $"Section {section}"));
        }
        return string.Join('\n', report);
    }
}

/// <summary>How tools' parameters and results are read and written, without reflection.</summary>
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(double))]
[JsonSerializable(typeof(int))]
internal sealed partial class ToolJson : JsonSerializerContext;
