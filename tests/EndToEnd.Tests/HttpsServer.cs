using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace StreamingLambda.EndToEnd.Tests;

/// <summary>A server with a certificate that it signed itself. Each answer comes in pieces, when the test sends them.</summary>
internal sealed class HttpsServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 _certificate = Sign();
    private readonly TemporaryDirectory _directory = new();
    private SslStream? _stream;

    public HttpsServer()
    {
        _listener.Start();
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
    }

    /// <summary>By name, which the certificate has.</summary>
    public Uri Address => new($"https://localhost:{((IPEndPoint)_listener.LocalEndpoint).Port}/stream");

    /// <summary>The certificate, for those who are to trust it: OpenSSL reads the file that SSL_CERT_FILE names.</summary>
    public string CertificateFile => Path.Combine(_directory.Path, "certificate.pem");

    /// <summary>Waits for a connection.</summary>
    /// <exception cref="IOException">The client does not trust the certificate.</exception>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The same.</exception>
    public async Task AcceptAsync()
    {
        Socket socket = await _listener.AcceptSocketAsync().WaitAsync(Limits.Step);
        _stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await _stream.AuthenticateAsServerAsync(_certificate).WaitAsync(Limits.Step);
    }

    /// <summary>Reads a request and sends the head of its answer. The connection can take the next one when <see cref="EndAsync"/> is done.</summary>
    /// <exception cref="IOException">The client is gone: with TLS 1.3 that is how a certificate is refused.</exception>
    public async Task AnswerAsync()
    {
        using var reader = new StreamReader(_stream!, Encoding.ASCII, leaveOpen: true);
        string? line;
        while ((line = await reader.ReadLineAsync().WaitAsync(Limits.Step)) is not "")
        {
            if (line is null)
                throw new IOException("The client has closed the connection.");
        }
        await WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    }

    public Task SendAsync(string piece) => WriteAsync($"{piece.Length:x}\r\n{piece}\r\n");

    public Task EndAsync() => WriteAsync("0\r\n\r\n");

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
            await _stream.DisposeAsync();
        _listener.Dispose();
        _certificate.Dispose();
        _directory.Dispose();
    }

    private async Task WriteAsync(string text)
    {
        await _stream!.WriteAsync(Encoding.ASCII.GetBytes(text));
        await _stream.FlushAsync();
    }

    private static X509Certificate2 Sign()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509BasicConstraintsExtension.CreateForCertificateAuthority());
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }
}
