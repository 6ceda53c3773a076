using System.Text;
using System.Web;
using Microsoft.AspNetCore.Http;

namespace StreamingLambda.Build.Tests.Docs;

/// <summary>
/// What stands for AWS's services while their command line tool runs: it answers what the tool needs in order to go on, and keeps what it was asked.
/// The tool itself checks each command and its options before it asks.
/// </summary>
internal sealed class AwsStandIn : IDisposable
{
    private static readonly string[] StackOutputs = ["FunctionName", "Url", "RestApiUrl", "RestApiKeyId"];

    private readonly RecordingServer _server;
    private readonly List<string> _requests = [];

    public AwsStandIn() => _server = new RecordingServer(AnswerAsync);

    /// <summary>Where it listens, also as the URL of functions and APIs.</summary>
    public string Url => _server.Url;

    /// <summary>What was asked: an action of a service, or method and path, each with its members.</summary>
    public IReadOnlyList<string> Requests => _requests;

    public void Dispose() => _server.Dispose();

    private Task AnswerAsync(HttpResponse response)
    {
        string body = Encoding.UTF8.GetString(_server.Body);
        string? target = _server.Headers.GetValueOrDefault("X-Amz-Target")?.Split('.')[^1];
        string? action = HttpUtility.ParseQueryString(body)["Action"];
        string path = _server.Path;
        _requests.Add($"{target ?? action ?? $"{_server.Method} {path}"} {(action is null ? body : HttpUtility.UrlDecode(body))}".TrimEnd());
        string answer = (target, action, path) switch
        {
            (_, "GetCallerIdentity", _) =>
                Xml(action, "<Arn>arn:aws:iam::123456789012:user/somebody</Arn><UserId>AIDA</UserId><Account>123456789012</Account>"),
            (_, "DescribeStacks", _) => Xml(action, $"<Stacks><member><StackName>s</StackName><Outputs>{Outputs()}</Outputs></member></Stacks>"),
            (_, { } other, _) => Xml(other, ""),
            ({ }, _, _) => """{"events":[]}""",
            (_, _, var of) when of.EndsWith("/url", StringComparison.Ordinal) => $$"""{"FunctionUrl":"{{Url}}"}""",
            (_, _, var of) when of.StartsWith("/apikeys/", StringComparison.Ordinal) => """{"value":"the key"}""",
            (_, _, var of) when of.Contains("/functions/", StringComparison.Ordinal) && _server.Method == "GET" =>
                """{"Configuration":{"State":"Active","LastUpdateStatus":"Successful"}}""",
            _ => "{}",
        };
        return response.WriteAsync(answer);
    }

    private string Outputs() => string.Concat(StackOutputs.Select(name =>
        $"<member><OutputKey>{name}</OutputKey><OutputValue>{(name.EndsWith("Url", StringComparison.Ordinal) ? Url : name)}</OutputValue></member>"));

    private static string Xml(string action, string result) => $"<{action}Response><{action}Result>{result}</{action}Result></{action}Response>";
}
