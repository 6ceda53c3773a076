using System.Text;
using System.Text.Json;

using CsCheck;

using StreamingLambda.Runtime.Events;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests.RandomInput;

/// <summary>Random events, well-formed and damaged: what is well-formed is read exactly, what is not is refused as documented, and neither stops the
/// loop.</summary>
public sealed class RandomEventTests
{
    [Fact]
    public void A_well_formed_event_is_read_exactly() => EventGenerator.WellFormed.Sample(
        expected =>
        {
            Assert.True(FunctionUrlRequest.TryRead(expected.Json, out FunctionUrlRequest? request));
            Assert.Equal("2.0", request.Version);
            Assert.Equal(expected.Method, request.RequestContext.Http.Method);
            Assert.Equal(expected.Path, request.RequestContext.Http.Path);
            Assert.Equal(expected.Path, request.RawPath);
            Assert.Equal(expected.Query ?? "", request.RawQueryString);
            Assert.Equal(expected.Headers, request.Headers);
            Assert.Equal(expected.Parameters, request.QueryStringParameters);
            Assert.All(expected.Headers, header => Assert.Equal(header.Value, request.GetHeader(header.Key.ToUpperInvariant())));
            Assert.All(expected.Parameters, parameter => Assert.Equal(parameter.Value, request.GetQuery(parameter.Key)));
            Assert.All(expected.Cookies.DistinctBy(cookie => cookie.Name), cookie => Assert.Equal(cookie.Value, request.GetCookie(cookie.Name)));
            Assert.Null(request.GetHeader("never-sent"));
            Assert.Null(request.GetQuery("never-sent"));
            Assert.Null(request.GetCookie("never-sent"));
            Assert.Equal(expected.Base64, request.IsBase64Encoded);
            Assert.Equal(expected.Body ?? [], request.ReadBody().ToArray());
            Assert.Equal(expected.TimeEpoch ?? 0, request.RequestContext.TimeEpoch);
        },
        iter: Iterations.Or(3_000),
        print: expected => expected.ToString());

    [Fact]
    public void An_odd_member_spoils_nothing_but_itself() => EventGenerator.WithOddMember.Sample(
        expected =>
        {
            Assert.True(FunctionUrlRequest.TryRead(expected.Json, out FunctionUrlRequest? request));
            Assert.Equal(expected.Method, request.RequestContext.Http.Method);
            if (expected.Odd != "rawPath")
                Assert.Equal(expected.Path, request.RawPath);
            if (expected.Odd != "headers")
                Assert.Equal(expected.Headers, request.Headers);
            if (expected.Odd != "queryStringParameters")
                Assert.All(expected.Parameters, parameter => Assert.Equal(parameter.Value, request.GetQuery(parameter.Key)));
            if (expected.Odd is not ("body" or "isBase64Encoded"))
                Assert.Equal(expected.Body ?? [], request.ReadBody().ToArray());
            Read(request);
        },
        iter: Iterations.Or(3_000),
        print: expected => expected.ToString());

    [Fact]
    public void A_damaged_event_is_read_or_refused_as_documented() => EventGenerator.Mutated.Sample(
        json =>
        {
            if (FunctionUrlRequest.TryRead(json, out FunctionUrlRequest? request))
                Read(request);
        },
        iter: Iterations.Or(3_000),
        print: Encoding.UTF8.GetString);

    [Fact]
    public async Task Every_event_is_answered_or_reported_and_the_next_one_is_served()
    {
        await using Session session = await Session.StartAsync(async (invocation, response, token) =>
        {
            bool isRequest = FunctionUrlRequest.TryRead(invocation, out FunctionUrlRequest? request);
            if (request is not null)
                Read(request);
            // The event as a type of the handler's own: JSON or an error, which is reported.
            JsonElement value = invocation.ReadEvent(EventJson.Default.JsonElement);
            await response.WriteAndFinishAsync($"{isRequest} {value.ValueKind}", token);
        });

        await Gen.OneOf(EventGenerator.Mutated, EventGenerator.WellFormed.Select(wellFormed => wellFormed.Json), Gen.Byte.Array[0, 20]).SampleAsync(
            async json =>
            {
                await session.Connection.ReadRequestAsync();
                await session.Connection.SendInvocationAsync("request-1", json);
                RecordedRequest post = await session.AcceptPostAsync();
                session.Connection.Forget();
                string said = post.Head.Path.EndsWith("/error", StringComparison.Ordinal)
                    ? post.Head["Lambda-Runtime-Function-Error-Type"]! : post.BodyText.Split(' ')[0];
                Assert.Contains(said, (string[])["True", "False", "Function.JsonException", "Function.JsonReaderException"]);
            },
            threads: 1,
            iter: Iterations.Or(1_000),
            print: Encoding.UTF8.GetString);
        Assert.Equal(1, session.Api.ConnectionCount);
    }

    /// <summary>Reads everything; only what is documented may be thrown.</summary>
    private static void Read(FunctionUrlRequest request)
    {
        foreach (Func<object?> member in (Func<object?>[])
            [
                () => request.Version, () => request.RouteKey, () => request.RawPath, () => request.RawQueryString, () => request.Cookies,
                () => request.Headers, () => request.QueryStringParameters, () => request.Body, () => request.IsBase64Encoded,
                () => request.PathParameters, () => request.StageVariables, () => request.GetHeader("a"), () => request.GetQuery("a"),
                () => request.GetQueryValues("a"),
                () => request.GetCookie("a"), () => request.ReadBody(), () => request.ReadBodyText(), () => request.RequestContext.Http.Method,
                () => request.RequestContext.Http.Path, () => request.RequestContext.Time, () => request.RequestContext.TimeEpoch,
                () => request.RequestContext.Authorizer?.Iam?.AccessKey,
            ])
        {
            try
            {
                _ = member();
            }
            catch (FormatException)
            {
                // The event says something else there than it should.
            }
        }
        _ = request.ToString();
        _ = request.RequestContext.ToString();
    }
}
