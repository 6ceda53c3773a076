// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
using System.Text.RegularExpressions;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Doors.LambdaApi;

/// <summary>The function that a call is for: a name, a partial or a full ARN, each with or without a version or an alias.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Region">The region in its ARN, empty without one.</param>
/// <param name="Qualifier">Version or alias, null without one.</param>
internal sealed partial record FunctionReference(string Name, string Region, string? Qualifier)
{
    private const string NamePattern =
        @"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?(-iso[a-z]?)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"
            + @"([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";

    private const string QualifierPattern = "[a-zA-Z0-9$_-]+";

    /// <summary>Reads one.</summary>
    /// <param name="text">The function in the path.</param>
    /// <param name="qualifier">The parameter <c>Qualifier</c>, null without one.</param>
    /// <param name="error">What is wrong, when the result is null.</param>
    public static FunctionReference? Parse(string text, string? qualifier, out LambdaError? error)
    {
        Match match = NameForm().Match(text);
        string? inName = match.Groups["qualifier"] is { Success: true } group ? group.Value : null;
        error =
            !match.Success ? LambdaError.Validation(text, "functionName", $"regular expression pattern: {NamePattern}")
            : qualifier is not null && !QualifierForm().IsMatch(qualifier)
                ? LambdaError.Validation(qualifier, "qualifier", $"regular expression pattern: {QualifierPattern}")
            : qualifier is not null && inName is not null && inName != qualifier
                ? new LambdaError(
                    StatusCodes.Status400BadRequest,
                    "InvalidParameterValueException",
                    "The derived qualifier from the function name does not match the specified qualifier.")
                { HasUserType = true }
            : null;
        return error is null ? new FunctionReference(match.Groups["name"].Value, match.Groups["region"].Value, inName ?? qualifier) : null;
    }

    /// <summary>404: it is not here.</summary>
    public LambdaError NotFound(Account account) => new(
        StatusCodes.Status404NotFound,
        "ResourceNotFoundException",
        Region.Length > 0 && Region != account.Region
            ? $"Functions from '{Region}' are not reachable in this region ('{account.Region}')"
            : $"Function not found: {account.FunctionArn(Name)}{(Qualifier is null ? "" : $":{Qualifier}")}")
    {
        HasUserType = true,
        HasCapitalMessage = true,
    };

    // The account in an ARN is not compared: the emulator's own is made up.
    [GeneratedRegex(
        @"^(arn:aws[a-zA-Z-]*:lambda:)?((?<region>[a-z]{2}(-[a-z]+)+-[0-9]):)?([0-9]{12}:)?(function:)?"
            + @"(?<name>[a-zA-Z0-9_.-]+)(:(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[a-zA-Z0-9$_-]{1,128}\z")]
    private static partial Regex QualifierForm();
}
