namespace StreamingLambda.Soak.Plan;

/// <summary>What is unusual about an invocation itself.</summary>
internal enum BadInput
{
    None,

    /// <summary>An event of 100 KB to 1 MB.</summary>
    LargeEvent,

    /// <summary>An event of 6 MB, the most that Lambda passes on.</summary>
    HugeEvent,

    /// <summary>No event at all.</summary>
    EmptyEvent,

    /// <summary>Bytes that are neither JSON nor UTF-8.</summary>
    NotJson,

    /// <summary>No <c>Lambda-Runtime-Deadline-Ms</c>.</summary>
    MissingDeadline,

    /// <summary>A deadline that is no number, or one that no clock reaches.</summary>
    MalformedDeadline,

    /// <summary>A deadline in the past.</summary>
    PastDeadline,

    /// <summary>No function ARN.</summary>
    MissingArn,

    /// <summary>A request id with characters that a path cannot carry.</summary>
    OddRequestId,

    /// <summary>Client context, identity and tenant in UTF-8, not JSON.</summary>
    OddContext,
}
