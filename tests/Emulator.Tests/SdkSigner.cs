using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>Requests that the AWS SDK for .NET composes and signs; only the sending is ours.</summary>
internal static class SdkSigner
{
    public static async Task<HttpResponseMessage> PostAsync(
        TestEmulator emulator,
        string path,
        Dictionary<string, string> query,
        string body,
        Action<HttpRequestMessage>? change = null,
        string? secret = null,
        Account? account = null,
        byte[]? bytes = null,
        (string Name, string Value)? header = null)
    {
        account ??= new Account();
        var request = new DefaultRequest(new NoRequest(), "lambda")
        {
            HttpMethod = "POST",
            Endpoint = emulator.Client.BaseAddress,
            ResourcePath = "/{path+}",
            Content = bytes ?? System.Text.Encoding.UTF8.GetBytes(body),
            UseQueryString = true,
        };
        request.AddPathResource("{path+}", path);
        foreach ((string name, string value) in query)
            request.Parameters.Add(name, value);
        if (header is { } own)
            request.Headers[own.Name] = own.Value;
        if (account.SessionToken is { } token)
            request.Headers["X-Amz-Security-Token"] = token;
        AWS4SigningResult signed = new AWS4Signer().SignRequest(
            request,
            new Configuration { AuthenticationRegion = account.Region, AuthenticationServiceName = "lambda" },
            null,
            account.AccessKeyId,
            secret ?? account.SecretAccessKey);

        using var message = new HttpRequestMessage(HttpMethod.Post, AmazonServiceClient.ComposeUrl(request))
        {
            Content = new ByteArrayContent(request.Content),
        };
        foreach ((string name, string value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        message.Headers.TryAddWithoutValidation("Authorization", signed.ForAuthorizationHeader);
        change?.Invoke(message);
        return await emulator.Client.SendAsync(message, TestContext.Current.CancellationToken);
    }

    /// <summary>A link that is signed in its query, as the SDK makes it.</summary>
    public static string Presign(TestEmulator emulator, string path, Dictionary<string, string> query, TimeSpan validity, Account? account = null)
    {
        account ??= new Account();
        var request = new DefaultRequest(new NoRequest(), "lambda")
        {
            HttpMethod = "GET",
            Endpoint = emulator.Client.BaseAddress,
            ResourcePath = "/{path+}",
            UseQueryString = true,
        };
        request.AddPathResource("{path+}", path);
        foreach ((string name, string value) in query)
            request.Parameters.Add(name, value);
        request.Parameters.Add("X-Amz-Expires", validity.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        if (account.SessionToken is { } token)
            request.Parameters.Add("X-Amz-Security-Token", token);
        AWS4SigningResult signed = AWS4PreSignedUrlSigner.SignRequest(
            request,
            new Configuration { AuthenticationRegion = account.Region },
            null,
            account.AccessKeyId,
            account.SecretAccessKey,
            "lambda",
            account.Region);
        return $"{AmazonServiceClient.ComposeUrl(request).AbsoluteUri}&{signed.ForQueryParameters}";
    }

    private sealed class NoRequest : AmazonWebServiceRequest;

    private sealed class Configuration() : ClientConfig(new NoDefaults())
    {
        public override string ServiceVersion => "2015-03-31";

        public override string UserAgent => "test";

        public override string RegionEndpointServiceName => "lambda";

        public override Amazon.Runtime.Endpoints.Endpoint DetermineServiceOperationEndpoint(
            Amazon.Runtime.Endpoints.ServiceOperationEndpointParameters parameters) =>
            new("http://127.0.0.1/");
    }

    private sealed class NoDefaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(
            Amazon.RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode = null) =>
            new DefaultConfiguration();
    }
}
