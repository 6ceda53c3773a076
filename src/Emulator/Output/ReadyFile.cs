using System.Text.Json;
using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Http;

namespace StreamingLambda.Emulator.Output;

/// <summary>
/// A file that is there as long as the emulator takes requests, and says where. Who sees it sees all of it: it is renamed into its place. One that an
/// emulator left behind, killed, is removed before anything else is done.
/// </summary>
internal sealed class ReadyFile : IDisposable
{
    private readonly string? _path;

    /// <param name="path">Where; null: nowhere.</param>
    /// <exception cref="ConfigurationException">There can be no file.</exception>
    public ReadyFile(string? path)
    {
        _path = path is null ? null : Path.GetFullPath(path);
        Try(() =>
        {
            if (!Directory.Exists(Path.GetDirectoryName(_path)))
                throw new DirectoryNotFoundException($"There is no folder {Path.GetDirectoryName(_path)}.");
            File.Delete(_path!);
        });
    }

    /// <summary>Everything takes requests now.</summary>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    public void Write(IReadOnlyList<OpenDoor> doors) => Try(() =>
    {
        string unfinished = $"{_path}.{Environment.ProcessId}";
        using (FileStream stream = File.Create(unfinished))
        {
            using var json = new Utf8JsonWriter(stream, JsonStyle.Readable);
            json.WriteStartObject();
            json.WriteNumber("pid", Environment.ProcessId);
            json.WriteStartArray("doors");
            foreach (OpenDoor door in doors)
                door.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        File.Move(unfinished, _path!, overwrite: true);
    });

    /// <summary>No more.</summary>
    public void Dispose()
    {
        if (_path is not null)
            File.Delete(_path);
    }

    private void Try(Action action)
    {
        if (_path is null)
            return;
        try
        {
            action();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"--ready-file {_path} cannot be written: {exception.Message} Give a path in a folder of yours.");
        }
    }
}
