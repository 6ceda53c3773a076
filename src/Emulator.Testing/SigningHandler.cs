using StreamingLambda.Emulator.Configuration;
using StreamingLambda.Emulator.Doors;
using StreamingLambda.Emulator.Doors.Auth;

namespace StreamingLambda.Emulator.Testing;

/// <summary>Signs each request as a caller on AWS has to, with the emulator's credentials.</summary>
internal sealed class SigningHandler(HttpMessageHandler inner, Account account, TimeProvider time) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        RequestSigner.Sign(request, RequestTarget.Parse(request.RequestUri!.PathAndQuery), body, account, time.GetUtcNow());
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }
}
