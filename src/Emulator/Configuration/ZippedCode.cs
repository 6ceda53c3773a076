using System.IO.Compression;

namespace StreamingLambda.Emulator.Configuration;

/// <summary>A function as it goes to AWS: a zip. Each time that it is another one it is unpacked into a folder of its own.</summary>
internal sealed class ZippedCode
{
    private const string Executable = "bootstrap";

    private readonly string _zip;
    private readonly string _folder;
    private readonly Lock _lock = new();
    private (long Size, DateTime Written) _known;
    private string? _unpacked;

    /// <exception cref="ConfigurationException">It is no zip of a function.</exception>
    public ZippedCode(string zip)
    {
        _zip = zip;
        _folder = Directory.CreateTempSubdirectory("streaming-lambda-emulator-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(_folder, recursive: true);
        try
        {
            Unpack();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"{zip} cannot be unpacked: {exception.Message} Build it anew, or name another one with --bootstrap PATH.");
        }
        if (_unpacked is null)
            throw new ConfigurationException($"{zip} has no file '{Executable}' at its root; Lambda would answer Runtime.InvalidEntrypoint.");
    }

    /// <summary>The executable of the zip as it is now; of the one before, while a build is still writing it.</summary>
    public string? Find()
    {
        lock (_lock)
        {
            try
            {
                Unpack();
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException)
            {
                // Not whole yet. The next invocation looks again.
                _ = exception;
            }
            return _unpacked;
        }
    }

    private void Unpack()
    {
        var file = new FileInfo(_zip);
        (long Length, DateTime LastWriteTimeUtc) now = (file.Length, file.LastWriteTimeUtc);
        if (now == _known)
            return;

        string folder = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        ZipFile.ExtractToDirectory(_zip, folder);
        string executable = Path.Combine(folder, Executable);
        _known = now;
        if (!File.Exists(executable))
            return;
        // In the zip all files have one time, so that the same code is the same zip. When it was built is when the zip was.
        File.SetLastWriteTimeUtc(executable, now.LastWriteTimeUtc);
        _unpacked = executable;
    }
}
