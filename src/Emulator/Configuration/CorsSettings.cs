namespace StreamingLambda.Emulator.Configuration;

/// <summary>What <c>FunctionUrlConfig.Cors</c> says (https://docs.aws.amazon.com/lambda/latest/api/API_Cors.html); <c>*</c> stands for all.</summary>
internal sealed record CorsSettings
{
    /// <summary>Origins of pages, such as <c>https://www.example.com</c>.</summary>
    public IReadOnlyList<string> AllowOrigins { get; init; } = [];

    /// <summary>HTTP methods.</summary>
    public IReadOnlyList<string> AllowMethods { get; init; } = [];

    /// <summary>Headers that a page may send.</summary>
    public IReadOnlyList<string> AllowHeaders { get; init; } = [];

    /// <summary>Headers that a page may read.</summary>
    public IReadOnlyList<string> ExposeHeaders { get; init; } = [];

    /// <summary>Whether a page may send cookies.</summary>
    public bool AllowCredentials { get; init; }

    /// <summary>For how many seconds a browser may remember the answer to a preflight: 0 to 86400. Null: it is not told.</summary>
    public int? MaxAge { get; init; }
}
