using System.Collections.Concurrent;

namespace StreamingLambda.Emulator.Environments;

/// <summary>A question about the content of files, for each of which it is read again only when the file has changed: each invocation asks.</summary>
/// <param name="read">Reads the file of a path for the answer.</param>
internal sealed class ContentCheck(Func<string, bool> read)
{
    private const int MaxFiles = 256;

    /// <summary>Two writes that come one right after the other may leave the same time: the answer about a file so young is not kept.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, (long Length, DateTime Written, bool Answer)> _known = new(StringComparer.Ordinal);

    /// <summary>The answer for a file as it is now.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public bool Ask(FileInfo file)
    {
        (long length, DateTime written) = (file.Length, file.LastWriteTimeUtc);
        if (_known.TryGetValue(file.FullName, out (long Length, DateTime Written, bool Answer) known)
            && (known.Length, known.Written) == (length, written))
            return known.Answer;

        bool answer = read(file.FullName);
        if (TimeProvider.System.GetUtcNow() - written > Settled)
        {
            if (_known.Count >= MaxFiles)
                _known.Clear();
            _known[file.FullName] = (length, written, answer);
        }
        return answer;
    }
}
