using System.Text;

namespace StreamingLambda.Emulator.Environments;

/// <summary>What a process prints, line by line.</summary>
internal static class ProcessOutput
{
    /// <summary>A longer line is cut into pieces: a program may print for ever without a line break.</summary>
    public const int MaxLineLength = 64 * 1024;

    /// <summary>Hands over each line until the other end is closed, whatever becomes of the line there.</summary>
    public static async Task CopyLinesAsync(Stream output, Action<string> onLine)
    {
        using var reader = new StreamReader(output, Encoding.UTF8, detectEncodingFromByteOrderMarks: false);
        char[] buffer = new char[4096];
        var line = new StringBuilder();
        int count;
        while ((count = await ReadAsync(reader, buffer)) > 0)
        {
            int start = 0;
            while (start < count)
            {
                int end = Array.IndexOf(buffer, '\n', start, count - start);
                int length = Math.Min((end < 0 ? count : end) - start, MaxLineLength - line.Length);
                line.Append(buffer, start, length);
                start += length;
                bool isLineEnd = start < count && buffer[start] == '\n';
                if (isLineEnd)
                    start++;
                if (isLineEnd || line.Length == MaxLineLength)
                    Flush(line, onLine);
            }
        }
        if (line.Length > 0)
            Flush(line, onLine);
    }

    private static async Task<int> ReadAsync(StreamReader reader, char[] buffer)
    {
        try
        {
            return await reader.ReadAsync(buffer);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The pipe went with the process.
            return 0;
        }
    }

    private static void Flush(StringBuilder line, Action<string> onLine)
    {
        if (line.Length > 0 && line[^1] == '\r')
            line.Length--;
        try
        {
            onLine(line.ToString());
        }
        catch (Exception exception)
        {
            // Whoever shows it may fail, as a closed terminal does. A pipe that nobody reads any more would end the process that writes to it.
            _ = exception;
        }
        line.Clear();
    }
}
