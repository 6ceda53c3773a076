using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace StreamingLambda.Handlers;

/// <summary>A query parameter that is a whole number within bounds.</summary>
internal sealed record RangeParameter(string Name, int Minimum, int Maximum, int Default)
{
    /// <summary>Reads the parameter; without a request, or without the parameter in it, the value is the default.</summary>
    /// <param name="request">The request; null if the event is not one.</param>
    /// <param name="value">The value.</param>
    /// <param name="error">What is wrong and what would be right.</param>
    public bool TryRead(CallerRequest? request, out int value, [NotNullWhen(false)] out string? error)
    {
        error = null;
        value = Default;
        if (request?.GetQuery(Name) is not { } text)
            return true;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= Minimum && value <= Maximum)
            return true;
        error = string.Create(CultureInfo.InvariantCulture,
            $"The query parameter '{Name}' is '{text}'. Use one whole number from {Minimum} to {Maximum}, or leave it out for {Default}.");
        return false;
    }
}
