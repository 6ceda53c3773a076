using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.IO.Hashing;
using System.Net.Http.Headers;

using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Runtime.Events;

return await LambdaRuntime.RunAsync(() => new Downloads(Path.Combine(AppContext.BaseDirectory, "files")));

/// <summary>Hands out the files of a folder: whole, compressed for those who take gzip, or the part that a broken download still needs.</summary>
/// <remarks>https://www.rfc-editor.org/rfc/rfc9110#name-range-requests</remarks>
internal sealed class Downloads(string folder) : IStreamingLambdaHandler
{
    private static readonly (string, string) AcceptsRanges = ("Accept-Ranges", "bytes");
    private readonly ConcurrentDictionary<string, string> _tags = new();

    public async Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        if (!FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request))
        {
            await response.SendProblemAsync("Call this function through its URL.", new(400), cancellationToken);
            return;
        }
        if (request.RequestContext.Http.Method != "GET")
        {
            await response.SendProblemAsync("Use GET.", new(405, ("Allow", "GET")), cancellationToken);
            return;
        }
        // The names that there are, and not the path that was asked for: "../bootstrap" is none of them.
        string name = request.RequestContext.Http.Path.TrimStart('/');
        if (Directory.GetFiles(folder).FirstOrDefault(file => Path.GetFileName(file) == name) is not { } path)
        {
            await response.SendProblemAsync("There is no such file.", new(404), cancellationToken);
            return;
        }
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous);
        await SendAsync(file, request, response, cancellationToken);
    }

    private async Task SendAsync(FileStream file, FunctionUrlRequest request, ResponseStreamWriter response, CancellationToken cancellationToken)
    {
        string tag = _tags.GetOrAdd(file.Name, TagOf);
        (string, string)[] headers = [("Content-Type", "text/plain; charset=utf-8"), ("Vary", "Accept-Encoding")];
        if (ReadRange(request, tag) is { } asked)
        {
            (long from, long to) = Resolve(asked, file.Length);
            if (from >= to)
            {
                var unsatisfiable = new StatusAndHeaders(416, ("Content-Range", $"bytes */{file.Length}"));
                await response.SendProblemAsync($"The file has {file.Length} bytes.", unsatisfiable, cancellationToken);
                return;
            }
            (string, string) sent = ("Content-Range", $"bytes {from}-{to - 1}/{file.Length}");
            var part = new StatusAndHeaders(206, [.. headers, AcceptsRanges, ("ETag", tag), sent]);
            await response.WriteStatusAndHeadersAsync(part, cancellationToken);
            await CopyAsync(file, from, to, response.AsStream(), cancellationToken);
        }
        else if (TakesGzip(request))
        {
            // Other bytes, so another tag, and no ranges: the file's own must never be put behind the beginning of these.
            var compressed = new StatusAndHeaders(200, [.. headers, ("ETag", tag.Insert(tag.Length - 1, "-gzip")), ("Content-Encoding", "gzip")]);
            await response.WriteStatusAndHeadersAsync(compressed, cancellationToken);
            var gzip = new GZipStream(response.AsStream(), CompressionLevel.Fastest);
            await CopyAsync(file, 0, file.Length, gzip, cancellationToken);
            // Writes the end. Not with 'using': after an exception, half of the file must not look whole.
            await gzip.DisposeAsync();
        }
        else
        {
            await response.WriteStatusAndHeadersAsync(new(200, [.. headers, AcceptsRanges, ("ETag", tag)]), cancellationToken);
            await CopyAsync(file, 0, file.Length, response.AsStream(), cancellationToken);
        }
        await response.FinishAsync();
    }

    /// <summary>The range that is asked for. None also where the caller has the beginning of another version (<c>If-Range</c>), and for several
    /// ranges at once: a server may answer those with the whole file.</summary>
    private static RangeItemHeaderValue? ReadRange(FunctionUrlRequest request, string tag) =>
        RangeHeaderValue.TryParse(request.GetHeader("Range"), out RangeHeaderValue? range) && range is { Unit: "bytes", Ranges.Count: 1 }
            && (request.GetHeader("If-Range") ?? tag) == tag
                ? range.Ranges.Single()
                : null;

    /// <summary>From where up to where, without the last: <c>5-9</c>, <c>5-</c>, or the last five, <c>-5</c>.</summary>
    private static (long From, long To) Resolve(RangeItemHeaderValue range, long length) => range.From is { } from
        ? (from, Math.Min(range.To ?? long.MaxValue, length - 1) + 1)
        : (Math.Max(0, length - range.To!.Value), length);

    private static bool TakesGzip(FunctionUrlRequest request) => (request.GetHeader("Accept-Encoding") ?? "").Split(',').Any(one =>
        StringWithQualityHeaderValue.TryParse(one, out StringWithQualityHeaderValue? coding)
            && coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && coding.Quality != 0);

    /// <summary>Changes when a byte of the file does. Its time would not do: all files of a zip have the same.</summary>
    private static string TagOf(string path)
    {
        var hash = new XxHash128();
        using FileStream file = File.OpenRead(path);
        hash.Append(file);
        return $"\"{Convert.ToHexStringLower(hash.GetCurrentHash())}\"";
    }

    private static async Task CopyAsync(FileStream file, long from, long to, Stream target, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        file.Position = from;
        while (file.Position < to)
        {
            int read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, to - file.Position)), cancellationToken);
            if (read == 0)
                throw new EndOfStreamException($"{file.Name} has become shorter.");
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
