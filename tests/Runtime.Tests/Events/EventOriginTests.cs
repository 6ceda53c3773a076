using System.Text;

using StreamingLambda.Runtime.Events;

namespace StreamingLambda.Runtime.Tests.Events;

public sealed class EventOriginTests
{
    [Theory]
    [InlineData("""{"version":"2.0","routeKey":"$default","requestContext":{"http":{}}}""", "a request to a function URL")]
    [InlineData("""{"version":"2.0","routeKey":"GET /orders","requestContext":{"http":{}}}""", "a request to an API Gateway HTTP API")]
    [InlineData("""{"resource":"/{proxy+}","httpMethod":"GET","requestContext":{}}""", "a request to an API Gateway REST API")]
    [InlineData("""{"httpMethod":"GET","path":"/","requestContext":{"elb":{}}}""", "a request to an Application Load Balancer")]
    [InlineData("""{"requestContext":{"connectionId":"c1","eventType":"CONNECT"}}""", "a message to an API Gateway WebSocket API")]
    [InlineData("""{"version":"2.0","path":"/","requestContext":{"serviceNetworkArn":"arn:aws:x"}}""", "a request to a VPC Lattice service")]
    [InlineData(
        """{"type":"REQUEST","methodArn":"arn:aws:x","resource":"/","httpMethod":"GET","requestContext":{}}""", "a question to a Lambda authorizer")]
    [InlineData(
        """{"version":"2.0","type":"REQUEST","routeArn":"arn:aws:x","requestContext":{"http":{"method":"GET"}}}""",
        "a question to a Lambda authorizer")]
    [InlineData("""{"type":"TOKEN","methodArn":"arn:aws:x","authorizationToken":"t"}""", "a question to a Lambda authorizer")]
    [InlineData("""{"Records":[{"eventSource":"aws:sqs"},7]}""", "a batch of aws:sqs records")]
    [InlineData("""{"Records":[{"EventSource":"aws:sns"}]}""", "a batch of aws:sns records")]
    [InlineData("""{"version":"0","source":"aws.ec2","detail-type":"EC2 Instance State-change Notification"}""", "an EventBridge event of aws.ec2")]
    [InlineData("""{"Records":[]}""", null)]
    [InlineData("""{"Records":[7]}""", null)]
    [InlineData("""{"Records":{"eventSource":"aws:sqs"}}""", null)]
    [InlineData("""{"Records":[{"eventSource":7}]}""", null)]
    [InlineData("""{"version":"2.0","requestContext":"x","detail-type":7}""", null)]
    [InlineData("{}", null)]
    [InlineData("[]", null)]
    [InlineData("{", null)]
    public void An_event_is_named_by_what_only_its_service_sends(string eventJson, string? origin) =>
        Assert.Equal(origin, EventOrigin.Describe(Encoding.UTF8.GetBytes(eventJson)));
}
