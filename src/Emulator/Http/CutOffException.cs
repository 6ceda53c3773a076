namespace StreamingLambda.Emulator.Http;

/// <summary>
/// A response that has begun ends here, without its end: the connection is closed after what was written. To reset it instead
/// (<see cref="HttpContext.Abort"/>) would take bytes from the caller that are on their way.
/// </summary>
internal sealed class CutOffException : Exception;
