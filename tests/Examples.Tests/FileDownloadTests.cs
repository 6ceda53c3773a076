using System.Net;

namespace StreamingLambda.Examples.Tests;

public sealed class FileDownloadTests
{
    private static readonly byte[] Licence = File.ReadAllBytes(Repository.PathOf("LICENSE"));

    [Fact]
    public async Task A_part_continues_a_download_as_long_as_the_file_is_the_same()
    {
        await using LocalLambda lambda = await Example.StartAsync("file-download");
        using HttpResponseMessage whole = await lambda.OpenAsync("/licence.txt");
        Assert.Equal((HttpStatusCode.OK, "bytes"), (whole.StatusCode, whole.Headers.AcceptRanges.Single()));
        Assert.Equal(Licence, await whole.Content.ReadAsByteArrayAsync());
        string tag = whole.Headers.ETag!.Tag;

        await ReadPartAsync(lambda, 100, Licence.Length, ("Range", "bytes=100-"));
        await ReadPartAsync(lambda, 100, Licence.Length, ("Range", "bytes=100-"), ("If-Range", tag));
        await ReadPartAsync(lambda, 0, 1, ("Range", "bytes=0-0"));
        await ReadPartAsync(lambda, 5, 10, ("Range", "bytes=5-9"));
        await ReadPartAsync(lambda, Licence.Length - 7, Licence.Length, ("Range", "bytes=-7"));
        await ReadPartAsync(lambda, 0, Licence.Length, ("Range", "bytes=-9999999"));
        await ReadPartAsync(lambda, 9, Licence.Length, ("Range", "bytes=9-9223372036854775807"));
        // A part is never compressed: its numbers are those of the file.
        await ReadPartAsync(lambda, 5, 10, ("Range", "bytes=5-9"), ("Accept-Encoding", "gzip"));
    }

    [Theory]
    [InlineData("bytes=5-9", "\"another version\"")]
    // A weak tag, or a date, which this server does not give out, is no proof that the bytes are the same.
    [InlineData("bytes=5-9", "Thu, 26 Nov 2026 00:00:00 GMT")]
    // A server may answer several ranges with the whole file; what is no range must not change the answer.
    [InlineData("bytes=0-1,5-9", null)]
    [InlineData("lines=5-9", null)]
    [InlineData("bytes=9-5", null)]
    [InlineData("bytes=x", null)]
    public async Task Everything_else_is_the_whole_file(string range, string? ifRange)
    {
        await using LocalLambda lambda = await Example.StartAsync("file-download");
        using HttpResponseMessage response = ifRange is null
            ? await lambda.OpenAsync("/licence.txt", ("Range", range))
            : await lambda.OpenAsync("/licence.txt", ("Range", range), ("If-Range", ifRange));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(response.Content.Headers.ContentRange);
        Assert.Equal(Licence, await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("bytes=11358-")]
    [InlineData("bytes=-0")]
    public async Task A_part_that_is_not_there_is_refused_with_the_length(string range)
    {
        await using LocalLambda lambda = await Example.StartAsync("file-download");
        using HttpResponseMessage response = await lambda.OpenAsync("/licence.txt", ("Range", range));

        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */11358", response.Content.Headers.ContentRange?.ToString());
        Assert.Equal("The file has 11358 bytes.", await response.ReadProblemAsync());
    }

    /// <summary>What curl makes of it: it resumes, and it takes the compressed file apart.</summary>
    [Fact]
    public async Task Curl_resumes_a_broken_download_and_takes_gzip()
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "'curl' is not in PATH.");
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "licence.txt");
        await File.WriteAllBytesAsync(file, Licence[..5000]);
        await using LocalLambda lambda = await Example.StartAsync("file-download");
        string url = new Uri(lambda.Function.Url!, "/licence.txt").AbsoluteUri;

        string resumed = await CurlAsync("-C", "-", "-o", file, "-w", "%{http_code} %{size_download}", url);
        Assert.Equal($"206 {Licence.Length - 5000}", resumed);
        Assert.Equal(Licence, await File.ReadAllBytesAsync(file));

        string compressed = await CurlAsync("--compressed", "-o", file, "-D", "-", "-w", "%{size_download}", url);
        Assert.Contains("Content-Encoding: gzip\r\n", compressed, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Vary: Accept-Encoding\r\n", compressed, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Licence, await File.ReadAllBytesAsync(file));
        Assert.InRange(int.Parse(compressed.Split('\n')[^1], System.Globalization.CultureInfo.InvariantCulture), 1000, Licence.Length / 2);

        string refused = await CurlAsync("-H", "Accept-Encoding: gzip;q=0", "-o", file, "-D", "-", url);
        Assert.DoesNotContain("Content-Encoding", refused, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/missing.txt")]
    [InlineData("/")]
    [InlineData("/../bootstrap")]
    [InlineData("/..%2Fbootstrap")]
    [InlineData("/%2Fetc%2Fpasswd")]
    public async Task Only_the_files_of_the_folder_are_there(string path)
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "'curl' is not in PATH.");
        await using LocalLambda lambda = await Example.StartAsync("file-download");

        // HttpClient would make another path of some of these.
        string answer = await CurlAsync("--path-as-is", "-w", "%{http_code}", $"{lambda.Function.Url!.AbsoluteUri.TrimEnd('/')}{path}");
        Assert.Equal("""{"title":"Not Found","status":404,"detail":"There is no such file."}""" + "\n404", answer);
    }

    private static async Task ReadPartAsync(LocalLambda lambda, int from, int to, params (string Name, string Value)[] headers)
    {
        using HttpResponseMessage response = await lambda.OpenAsync("/licence.txt", headers);

        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal($"bytes {from}-{to - 1}/{Licence.Length}", response.Content.Headers.ContentRange?.ToString());
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal(Licence[from..to], await response.Content.ReadAsByteArrayAsync());
    }

    private static async Task<string> CurlAsync(params string[] arguments)
    {
        CommandResult result = await Command.RunAsync("curl", ["--silent", "--show-error", "--noproxy", "*", .. arguments]);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
