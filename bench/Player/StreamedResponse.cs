using System.Text;
using System.Text.Json;

namespace StreamingLambda.Bench.Player;

/// <summary>
/// One streamed response as it arrives: finds the prelude wherever its chunks split, counts the body, and at the end says whether
/// it is what the workload asked for. A program cannot be fast by being wrong.
/// </summary>
internal sealed class StreamedResponse
{
    private const int MaxPreludeBytes = 16 * 1024;
    private const int SeparatorBytes = 8;

    private readonly byte[] _prelude = new byte[MaxPreludeBytes];
    private int _preludeBytes;
    private int _zeros;

    /// <summary>Bytes after the prelude.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>Whether a byte of prelude or body has arrived.</summary>
    public bool HasData => _preludeBytes > 0;

    private bool HasPrelude => _zeros == SeparatorBytes;

    public void Reset()
    {
        _preludeBytes = _zeros = 0;
        BodyBytes = 0;
    }

    public void AddData(ReadOnlySpan<byte> data)
    {
        int at = 0;
        while (!HasPrelude && at < data.Length) AddPrelude(data[at++]);
        BodyBytes += data.Length - at;
    }

    /// <exception cref="BenchmarkException">The response is not the workload's.</exception>
    public void Verify(Workload workload, ReadOnlySpan<byte> trailers)
    {
        string text = Encoding.UTF8.GetString(trailers);
        if (text.Contains("Lambda-Runtime-Function-Error-Type", StringComparison.OrdinalIgnoreCase))
            throw new BenchmarkException($"The function ended its response with an error:\n{Readable(text)}");
        if (!HasPrelude)
            throw new BenchmarkException($"The response ended after {_preludeBytes} bytes without the eight NULs that end a prelude.");

        int status = ReadStatus(_prelude.AsSpan(0, _preludeBytes - SeparatorBytes));
        if (workload.ResponseBytes is not { } expected) return;
        if (status != 200)
            throw new BenchmarkException($"The response has status {status}, not 200: the function did not run the workload {workload.Body}.");
        if (BodyBytes != expected)
            throw new BenchmarkException($"The response has {BodyBytes} body bytes, the workload {workload.Body} has {expected}.");
    }

    /// <summary>The trailers with their error as it was before it was put into base64. A function tells Lambda before its log, which may
    /// have no line yet.</summary>
    private static string Readable(string trailers)
    {
        const string Body = "Lambda-Runtime-Function-Error-Body:";
        IEnumerable<string> lines = trailers.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line =>
        {
            string value = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            byte[] decoded = new byte[value.Length];
            return line.StartsWith(Body, StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64String(value, decoded, out int length)
                ? $"{Body} {Encoding.UTF8.GetString(decoded, 0, length)}"
                : line;
        });
        return string.Join('\n', lines);
    }

    private void AddPrelude(byte value)
    {
        if (_preludeBytes == MaxPreludeBytes)
            throw new BenchmarkException($"No prelude: the eight NULs that end it are missing from the response's first {MaxPreludeBytes} bytes.");
        _prelude[_preludeBytes++] = value;
        _zeros = value == 0 ? _zeros + 1 : 0;
    }

    private static int ReadStatus(ReadOnlySpan<byte> prelude)
    {
        Utf8JsonReader json = new(prelude);
        int status = 0;
        try
        {
            while (json.Read())
            {
                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName || !json.ValueTextEquals("statusCode"u8)) continue;
                _ = json.Read();
                status = json.GetInt32();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new BenchmarkException($"The prelude is not the JSON that Lambda expects ({e.Message}): {Encoding.UTF8.GetString(prelude)}");
        }

        return status is >= 100 and <= 599
            ? status
            : throw new BenchmarkException($"The prelude has no statusCode from 100 to 599: {Encoding.UTF8.GetString(prelude)}");
    }
}
