using StreamingLambda.Runtime.Http;

namespace StreamingLambda.Runtime.Tests.Http;

public sealed class ServerAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9001", "127.0.0.1", "9001")]
    [InlineData("localhost:1", "localhost", "1")]
    [InlineData("runtime-api.internal_name:65535", "runtime-api.internal_name", "65535")]
    [InlineData("[::1]:9001", "::1", "9001")]
    [InlineData("[fe80::1%eth0]:80", "fe80::1%eth0", "80")]
    public void Host_and_port_are_read_and_written_as_they_were(string text, string host, string port)
    {
        Assert.True(ServerAddress.TryParse(text, out ServerAddress? address));

        Assert.Equal((host, port, text), (address.Host, address.Port, address.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("host")]
    [InlineData("host:")]
    [InlineData(":9001")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:+1")]
    [InlineData("host: 1")]
    [InlineData("host:99999999999")]
    [InlineData("::1:9001")]
    [InlineData("[::1]")]
    [InlineData("[]:9001")]
    [InlineData("[host]:9001")]
    [InlineData("[::1:9001")]
    [InlineData("http://host:9001")]
    [InlineData("host:9001/")]
    [InlineData("user@host:9001")]
    [InlineData("ho st:9001")]
    [InlineData("host\r\nevil:9001")]
    public void Everything_else_is_refused(string text)
    {
        Assert.False(ServerAddress.TryParse(text, out ServerAddress? address));
        Assert.Null(address);
    }
}
