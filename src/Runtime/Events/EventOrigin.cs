namespace StreamingLambda.Runtime.Events;

/// <summary>Names where an event comes from, for a message to somebody who sent a function the wrong one.</summary>
/// <example>
/// <code>
/// string origin = EventOrigin.Describe(invocation) ?? "an event of its own kind";
/// </code>
/// </example>
public static class EventOrigin
{
    /// <summary>Names the service whose event this is, by members that only its events have.</summary>
    /// <returns>Words such as <c>a request to a function URL</c> or <c>a batch of aws:sqs records</c>; null if the event is none of those that are
    /// known here.</returns>
    public static string? Describe(Invocation invocation) => Describe(invocation.Event);

    /// <summary>Names the service by the bytes of an event. The same as <see cref="Describe(Invocation)"/> otherwise.</summary>
    public static string? Describe(ReadOnlyMemory<byte> eventJson)
    {
        if (EventValue.Find(eventJson) is not { } found)
            return null;
        if (FunctionUrlRequest.IsRequest(found))
            return IsDefaultRoute(found["routeKey"]) ? "a request to a function URL" : "a request to an API Gateway HTTP API";
        if (ApiGatewayRequest.IsRequest(found))
            return "a request to an API Gateway REST API";
        if (found["methodArn"].IsText || found["routeArn"].IsText)
            return "a question to a Lambda authorizer";
        if (found["requestContext"] is { IsObject: true } context)
        {
            if (context["elb"].IsObject)
                return "a request to an Application Load Balancer";
            if (context["connectionId"].IsText)
                return "a message to an API Gateway WebSocket API";
            if (context["serviceNetworkArn"].IsText)
                return "a request to a VPC Lattice service";
        }
        if (found["detail-type"].IsText && found["source"] is { IsText: true } source)
            return $"an EventBridge event of {source.ReadText()}";
        return DescribeRecords(found["Records"]);
    }

    private static bool IsDefaultRoute(EventValue routeKey) => routeKey.IsNull || (routeKey.IsText && routeKey.ReadText() == "$default");

    private static string? DescribeRecords(EventValue records)
    {
        if (!records.IsList || records.ReadElements() is not [{ IsObject: true } first, ..])
            return null;
        EventValue source = first["eventSource"] is { IsText: true } named ? named : first["EventSource"]; // SNS writes it so.
        return source.IsText ? $"a batch of {source.ReadText()} records" : null;
    }
}
