namespace StreamingLambda.Emulator.Output;

/// <summary>
/// Lines for standard output. Where it cannot be written, as on a disk that is full, they are lost and the functions go on: their callers have no
/// part in it.
/// </summary>
/// <param name="output">Takes the lines.</param>
/// <param name="error">Is told each time that it begins to fail.</param>
internal sealed class LineOutput(TextWriter output, TextWriter error)
{
    private bool _hasFailed;

    public void Print(string line)
    {
        try
        {
            // A part of the line before may have been written.
            if (_hasFailed)
                output.WriteLine();
            output.WriteLine(line);
            output.Flush();
            _hasFailed = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_hasFailed)
                Tell(exception.InnerException ?? exception);
            _hasFailed = true;
        }
    }

    private void Tell(Exception reason)
    {
        try
        {
            error.WriteLine(
                $"Standard output cannot be written: {reason.Message}. The functions go on; what they and the emulator print is lost until it can.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Nobody is left to tell.
        }
    }
}
