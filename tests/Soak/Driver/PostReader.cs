using System.Globalization;
using System.Text;
using System.Text.Json;

using StreamingLambda.Soak.Function;
using StreamingLambda.Soak.Plan;
using StreamingLambda.Tests.Shared;
using StreamingLambda.Tests.Shared.Wire;

namespace StreamingLambda.Soak.Driver;

/// <summary>Reads the post of an invocation and compares it, byte for byte, with what has to arrive.</summary>
internal sealed class PostReader(ServerConnection connection, Exchange exchange, RecordedHead head, Expectation expected)
{
    private const string ErrorTypeField = "Lambda-Runtime-Function-Error-Type";
    private const string ErrorBodyField = "Lambda-Runtime-Function-Error-Body";

    private readonly BodyCheck _body = new(expected.Body);

    public void CheckHead()
    {
        Require("path", $"{RecordedHead.InvocationPath}{Uri.EscapeDataString(exchange.RequestId)}/{expected.Verb}", head.Path);
        Require("method", "POST", head.Method);
        Require("Content-Type", expected.ContentType, head["Content-Type"]);
        Require("Lambda-Runtime-Invocation-Id", exchange.InvocationId, head["Lambda-Runtime-Invocation-Id"]);
        bool streamed = expected.Verb == "response";
        Require("Transfer-Encoding", streamed ? "chunked" : null, head["Transfer-Encoding"]);
        Require("Lambda-Runtime-Function-Response-Mode", streamed ? "streaming" : null, head["Lambda-Runtime-Function-Response-Mode"]);
        Require("Trailer", streamed ? $"{ErrorTypeField}, {ErrorBodyField}" : null, head["Trailer"]);
        Require(ErrorTypeField, streamed ? null : expected.ErrorType, head[ErrorTypeField]);
    }

    /// <summary>Reads and checks the whole request, or the rest of it.</summary>
    public async Task ReadAsync()
    {
        if (expected.Verb == "error")
        {
            CheckError(await connection.ReadExactlyAsync(ContentLength), mayBeShortened: false);
        }
        else
        {
            while (await connection.ReadChunkAsync(_body.Take))
            {
                // To the last chunk.
            }
            _body.RequireComplete();
            CheckTrailers(await connection.ReadTrailersAsync());
        }
        if (!connection.Unread.IsEmpty)
            throw new ViolationException($"{connection.Unread.Length} bytes follow the end of the request");
    }

    /// <summary>Reads and checks the beginning of the body, until a number of its bytes have come.</summary>
    public async Task ReadBeginningAsync(long length)
    {
        while (_body.Length < length)
        {
            if (!await connection.ReadChunkAsync(_body.Take))
                throw new ViolationException("the response ended before the handler did anything to end it");
        }
    }

    private int ContentLength => int.Parse(head["Content-Length"] ?? throw new ViolationException("no Content-Length"), CultureInfo.InvariantCulture);

    private void CheckTrailers(IReadOnlyList<(string Name, string Value)> fields)
    {
        var trailers = fields.ToDictionary(field => field.Name, field => field.Value, StringComparer.OrdinalIgnoreCase);
        Require("trailer " + ErrorTypeField, expected.ErrorType, trailers.GetValueOrDefault(ErrorTypeField));
        Require("number of trailers", expected.ErrorType is null ? "0" : "2", trailers.Count.ToString(CultureInfo.InvariantCulture));
        if (expected.ErrorType is not null)
            CheckError(Convert.FromBase64String(trailers[ErrorBodyField]), mayBeShortened: true);
    }

    private void CheckError(byte[] json, bool mayBeShortened)
    {
        using var report = JsonDocument.Parse(json);
        string type = report.RootElement.GetProperty("errorType").GetString()!;
        Require("errorType", expected.ErrorType, type.StartsWith("Function.", StringComparison.Ordinal) ? type : "Function." + type);
        string[] frames = [.. report.RootElement.GetProperty("stackTrace").EnumerateArray().Select(frame => frame.GetString()!)];
        if (exchange.Script.Behaviour is not (Behaviour.ThrowBefore or Behaviour.ThrowInBody))
            return;
        string message = report.RootElement.GetProperty("errorMessage").GetString()!;
        // Unpaired surrogates cannot be said in UTF-8.
        string thrown = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(exchange.Script.HostileMessage));
        if (thrown.Length < 1000)
            Require("errorMessage", thrown, message);
        else if (!message.StartsWith(thrown[..1000], StringComparison.Ordinal))
            throw new ViolationException($"a long error message arrived as '{message}'");
        if (!mayBeShortened && !frames.Any(frame => frame.Contains(nameof(SoakHandler), StringComparison.Ordinal)))
            throw new ViolationException($"the stack trace does not name the handler that threw: {string.Join(" | ", frames)}");
    }

    private static void Require(string what, string? wanted, string? actual)
    {
        if (wanted != actual)
            throw new ViolationException($"{what}: expected {Quote(wanted)}, got {Quote(actual)}");
    }

    private static string Quote(string? text) => text is null ? "none" : $"'{text}'";
}
