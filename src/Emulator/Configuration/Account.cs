namespace StreamingLambda.Emulator.Configuration;

/// <summary>The account, region and credentials that functions and callers seem to have.</summary>
internal sealed record Account
{
    /// <summary>Region when the environment names none.</summary>
    private const string DefaultRegion = "us-east-1";

    /// <summary>The account's number: the one AWS's documentation uses.</summary>
    public string Id { get; init; } = "123456789012";

    /// <summary>The region of the functions, part of every signature.</summary>
    public string Region { get; init; } = DefaultRegion;

    /// <summary>Access key id that callers sign with.</summary>
    public string AccessKeyId { get; init; } = "AKIAIOSFODNN7EXAMPLE";

    /// <summary>Secret access key that callers sign with. The default is the example pair of AWS's documentation: it opens nothing.</summary>
    public string SecretAccessKey { get; init; } = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// <summary>Session token of temporary credentials, else null.</summary>
    public string? SessionToken { get; init; }

    /// <summary>Whether this is the example pair and not the developer's own.</summary>
    public bool IsExample { get; init; } = true;

    /// <summary>Unique id of the user who calls.</summary>
    public string CallerId { get; init; } = "AIDACKCEVSQ6C2EXAMPLE";

    /// <summary>Amazon Resource Name of the user who calls.</summary>
    public string UserArn => $"arn:aws:iam::{Id}:user/emulator";

    /// <summary>Amazon Resource Name of a function.</summary>
    public string FunctionArn(string name) => $"arn:aws:lambda:{Region}:{Id}:function:{name}";

    /// <summary>Takes what the usual environment variables say, the rest from the example account.</summary>
    public static Account FromEnvironment(Func<string, string?> variable)
    {
        string? Read(string name) => variable(name) is { Length: > 0 } value ? value : null;

        var account = new Account { Region = Read("AWS_REGION") ?? Read("AWS_DEFAULT_REGION") ?? DefaultRegion };
        return Read("AWS_ACCESS_KEY_ID") is { } accessKeyId && Read("AWS_SECRET_ACCESS_KEY") is { } secretAccessKey
            ? account with
            {
                AccessKeyId = accessKeyId,
                SecretAccessKey = secretAccessKey,
                SessionToken = Read("AWS_SESSION_TOKEN"),
                IsExample = false,
            }
            : account;
    }
}
