// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>What a call of the Lambda API asks for in its headers.</summary>
internal sealed partial record InvokeParameters
{
    private const string RequestResponse = "RequestResponse";
    private const string Event = "Event";
    private const string DryRun = "DryRun";
    private const string Tail = "Tail";

    /// <summary>Whether nobody waits for the response.</summary>
    public bool IsAsynchronous { get; private init; }

    /// <summary>Whether only the call itself is to be checked.</summary>
    public bool IsDryRun { get; private init; }

    /// <summary>Whether the caller wants the end of the log.</summary>
    public bool WantsLog { get; private init; }

    /// <summary>JSON in one line, for the function; null without one.</summary>
    public string? ClientContext { get; private init; }

    /// <summary>Tenant of a function in tenant isolation mode; null without one.</summary>
    public string? TenantId { get; private init; }

    /// <summary>Reads them.</summary>
    /// <param name="headers">The request's headers.</param>
    /// <param name="operation">What is asked for.</param>
    /// <param name="error">What is wrong, when the result is null.</param>
    public static InvokeParameters? Read(IHeaderDictionary headers, LambdaApiOperation operation, out LambdaError? error)
    {
        string type = headers["X-Amz-Invocation-Type"] is [{ Length: > 0 } givenType] ? givenType : RequestResponse;
        string logType = headers["X-Amz-Log-Type"] is [{ Length: > 0 } givenLogType] ? givenLogType : "None";
        string? tenant = headers["X-Amz-Tenant-Id"].ToString() is { Length: > 0 } givenTenant ? givenTenant : null;
        string? clientContext = headers["X-Amz-Client-Context"].ToString() is { Length: > 0 } base64 ? Decode(base64) : null;
        string[] types = operation == LambdaApiOperation.Invoke ? [Event, RequestResponse, DryRun] : [RequestResponse, DryRun];
        error =
            !types.Contains(type) ? LambdaError.Validation(type, "invocationType", $"enum value set: [{string.Join(", ", types)}]")
            : logType is not ("None" or Tail) ? LambdaError.Validation(logType, "logType", "enum value set: [None, Tail]")
            : tenant is not null && !TenantForm().IsMatch(tenant)
                ? LambdaError.Validation(tenant, "tenantId", @"regular expression pattern: [a-zA-Z0-9\._:\/=+\-@ ]+")
            : clientContext is null && headers.ContainsKey("X-Amz-Client-Context")
                ? new LambdaError(
                    StatusCodes.Status400BadRequest, "InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.")
                { HasUserType = true }
            : null;
        return error is not null ? null : new InvokeParameters
        {
            IsAsynchronous = type == Event,
            IsDryRun = type == DryRun,
            WantsLog = logType == Tail,
            ClientContext = clientContext,
            TenantId = tenant,
        };
    }

    // The function gets it in a header, where a line break, such as 'echo | base64' leaves behind, has no place.
    private static string? Decode(string base64)
    {
        byte[] bytes = new byte[base64.Length];
        if (!Convert.TryFromBase64String(base64, bytes, out int length))
            return null;
        try
        {
            using JsonDocument document = StrictJson.Parse(bytes.AsMemory(0, length));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return null;
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, StrictJson.Writing))
                document.RootElement.WriteTo(json);
            return Encoding.UTF8.GetString(buffer.ToArray());
        }
        catch (FormatException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9._:/=+\-@ ]{1,256}\z")]
    private static partial Regex TenantForm();
}
