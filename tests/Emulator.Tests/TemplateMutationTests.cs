using System.Diagnostics;
using System.Globalization;
using System.Text;
using StreamingLambda.Emulator.Configuration;

namespace StreamingLambda.Emulator.Tests;

/// <summary>
/// The sample templates, damaged at random: each is read, or refused with one sentence that names the line, in bounded time and memory. A failure
/// names
/// the seed; TEMPLATE_SEED and TEMPLATE_CASES repeat it or run for longer (docs/emulator.md).
/// </summary>
public sealed class TemplateMutationTests : IDisposable
{
    private const long MaxAllocated = 512L * 1024 * 1024;

    // Generous, for machines that do other things too; a case takes a millisecond.
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(20);

    // What templates are made of, and what breaks parsers.
    private static readonly string[] Pieces =
    [
        "!Ref ", "!Sub ", "!GetAtt ", "!If [", "!Join ['', [", "!Select [0, ", "!FindInMap [a, b, c]", "!ImportValue x", "!Equals [a, a]",
        "!Condition x", "!Foo ", "{", "}", "[", "]", ": ", "- ", ",", "\n", "\n  ", "\t", "\"", "'", "#", "&a ", "*a", "<<: *a\n", "<<: {}",
        "|\n", ">\n", "? ", "%", "@", "`", "---\n", "...\n", "~", "null", "true", "-1", "1e999", "\\", "\\u0000", "\\ud800", "\\U00110000",
        "\0", "\u0007", "\u0085", "\u2028", "\uFEFF", "😀", "é", "${", "}", "${AWS::Region}", "${!x}", "AWS::NoValue", "AWS::Serverless::Function",
        "AWS::Lambda::Url", "Fn::If", "Fn::GetAtt", "Condition", "Resources:", "{{resolve:ssm:x}}", "../../..", "file:///etc/passwd", "Image",
        "NONE", "BUFFERED",
    ];

    private readonly TemplateReading _template = new();

    public void Dispose() => _template.Dispose();

    [Fact]
    public void A_damaged_template_is_read_or_refused_in_one_sentence()
    {
        int cases = Number("TEMPLATE_CASES", 1500);
        int seed = Number("TEMPLATE_SEED", 20261125);
        _template.Build("artifacts/bootstrap");
        _template.Build("orders/bootstrap");
        _template.Build("target/lambda/stream/bootstrap");
        string[] samples = [.. TemplateReading.Samples.Select(path => TemplateReading.Sample(Path.GetFileName(path)))];
        int read = 0;
        for (int number = 0; number < cases; number++)
        {
            var random = new Random(seed + number);
            byte[] damaged = Encoding.UTF8.GetBytes(Damage(samples, random));
            if (random.Next(8) == 0)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            string file = random.Next(4) == 0 ? "template.json" : "template.yaml";
            read += Try(damaged, file, $"TEMPLATE_SEED={seed + number} TEMPLATE_CASES=1") ? 1 : 0;
        }

        // Both happen, or this shows nothing. A single case is somebody's repetition of a failure.
        Assert.True(cases == 1 || (read > cases / 20 && read < cases), $"{read} of {cases} were read.");
    }

    private bool Try(byte[] content, string file, string repetition)
    {
        foreach (string old in Directory.GetFiles(_template.Folder, "template.*"))
            File.Delete(old);
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        bool isRead = false;
        try
        {
            File.WriteAllBytes(Path.Combine(_template.Folder, file), content);
            isRead = _template.Read(new EmulatorOptions()).Count > 0;
        }
        catch (ConfigurationException exception)
        {
            string message = exception.Message;
            Assert.False(message.Any(char.IsControl), $"{repetition}: {message}");
            Assert.False(message.Contains("   at ", StringComparison.Ordinal), $"{repetition}: {message}");
            // Where no single line is wrong, what is missing is named.
            Assert.True(
                message.Contains(", line ", StringComparison.Ordinal) || message.Contains(" is left out: ", StringComparison.Ordinal)
                    || message.Contains(" has no function", StringComparison.Ordinal)
                        || message.Contains("no bootstrap to run", StringComparison.Ordinal)
                    || message.Contains(" has two functions", StringComparison.Ordinal),
                $"{repetition}: {message}");
        }
        catch (Exception exception)
        {
            Assert.Fail($"{repetition}: {exception}\n{Encoding.UTF8.GetString(content)}");
        }
        Assert.All(_template.Said, line => Assert.False(line.Any(char.IsControl), $"{repetition}: {line}"));
        _template.Forget();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        long memory = GC.GetAllocatedBytesForCurrentThread() - allocated;
        Assert.True(elapsed < MaxTime && memory < MaxAllocated, $"{repetition} took {elapsed} and {memory} bytes.");
        return isRead;
    }

    private static string Damage(string[] samples, Random random)
    {
        var text = new StringBuilder(samples[random.Next(samples.Length)]);
        for (int damage = random.Next(1, 5); damage > 0; damage--)
        {
            int at = random.Next(text.Length);
            int length = Math.Min(random.Next(1, 40), text.Length - at);
            switch (random.Next(7))
            {
                case 0:
                    text.Remove(at, Math.Min(length, text.Length - 1));
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2:
                    text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 3:
                    text.Remove(at, 1).Insert(at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 4:
                    // The value of a line becomes something else.
                    ReplaceValue(text, at, Pieces[random.Next(Pieces.Length)]);
                    break;
                case 5:
                    string other = samples[random.Next(samples.Length)];
                    int from = random.Next(other.Length);
                    text.Insert(at, other.AsSpan(from, Math.Min(200, other.Length - from)));
                    break;
                default:
                    text.Insert(at, string.Concat(Enumerable.Repeat(Pieces[random.Next(Pieces.Length)], random.Next(1, 300))));
                    break;
            }
        }
        return text.ToString();
    }

    private static void ReplaceValue(StringBuilder text, int at, string value)
    {
        string whole = text.ToString();
        int colon = whole.IndexOf(": ", at, StringComparison.Ordinal);
        if (colon < 0)
            return;
        int end = whole.IndexOf('\n', colon);
        _ = text.Remove(colon + 2, (end < 0 ? whole.Length : end) - colon - 2).Insert(colon + 2, value);
    }

    private static int Number(string variable, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : fallback;
}
