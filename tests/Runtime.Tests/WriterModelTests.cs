using System.Globalization;
using System.Text;

using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Runtime.Tests;

/// <summary>Drives the writer with random sequences of operations and compares each step, and what arrives, with a model of the state
/// table.</summary>
public sealed class WriterModelTests
{
    /// <summary>100,000 sequences take about a minute and a half, so that many are run by hand:
    /// <c>MODEL_SEQUENCES=100000 dotnet test tests/Runtime.Tests --filter WriterModelTests</c>. <c>MODEL_SEED</c> repeats a run.</summary>
    private static readonly int Sequences = FromEnvironment("MODEL_SEQUENCES", 5_000);

    private static readonly int Seed = FromEnvironment("MODEL_SEED", Environment.TickCount & int.MaxValue);

    private enum Operation
    {
        WriteStatusAndHeaders,
        WriteBadStatusAndHeaders,
        Write,
        WriteNothing,
        WriteCancelled,
        Finish,
        WriteAndFinish,
        SetContentType,
        SetRaw,
    }

    [Fact]
    public async Task Random_sequences_agree_with_the_state_table()
    {
        TestContext.Current.SendDiagnosticMessage($"{Sequences} sequences, MODEL_SEED={Seed}");
        var random = new Random(Seed);
        Model? model = null;
        string? disagreement = null;
        await using Session session = await Session.StartAsync(async (_, response, _) =>
        {
            model = new Model();
            for (int i = random.Next(8); i > 0; i--)
            {
                var operation = (Operation)random.Next(9);
                bool expected = model.Expects(operation);
                Exception? thrown = await Record.ExceptionAsync(async () => await PerformAsync(response, operation));
                if (expected != thrown is null)
                    disagreement ??= $"{model.History}: expected {(expected ? "success" : "an exception")}, got {thrown?.Message ?? "success"}";
            }
            if (random.Next(4) == 0)
                model.Throw();
        });

        for (int i = 0; i < Sequences; i++)
        {
            await session.Connection.GiveInvocationAsync();
            RecordedRequest post = await session.AcceptPostAsync();
            Assert.True(disagreement is null, $"MODEL_SEED={Seed}, sequence {i}: {disagreement}");
            Assert.Equal(model!.Expected, $"{post.Head.Path.Split('/')[^1]} {Outcome(post)}");
        }
    }

    private static string Outcome(RecordedRequest post) => post.Head["Transfer-Encoding"] is null
        ? post.Head["Lambda-Runtime-Function-Error-Type"]!
        : $"{post.Head["Content-Type"]} [{post.BodyText}] {(post.Trailers.Count > 0 ? post.Trailers[0].Value : "")}";

    private static async Task PerformAsync(ResponseStreamWriter response, Operation operation)
    {
        switch (operation)
        {
            case Operation.WriteStatusAndHeaders:
                await response.WriteStatusAndHeadersAsync(new(200));
                break;
            case Operation.WriteBadStatusAndHeaders:
                await response.WriteStatusAndHeadersAsync(new(99));
                break;
            case Operation.Write:
                await response.WriteAsync("w");
                break;
            case Operation.WriteNothing:
                await response.WriteAsync("");
                break;
            case Operation.WriteCancelled:
                await response.WriteAsync("c", new CancellationToken(canceled: true));
                break;
            case Operation.Finish:
                await response.FinishAsync();
                break;
            case Operation.WriteAndFinish:
                await response.WriteAndFinishAsync("f");
                break;
            case Operation.SetContentType:
                response.ContentType = "text/plain";
                break;
            case Operation.SetRaw:
                response.IsRaw = true;
                break;
        }
    }

    private static int FromEnvironment(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    /// <summary>The state table as plainly as it can be written.</summary>
    private sealed class Model
    {
        private readonly StringBuilder _body = new();
        private string _state = "NotStarted";
        private string _contentType = "application/octet-stream";
        private bool _hasPrelude;
        private bool _isRaw;
        private bool _throws;

        public string History { get; private set; } = "";

        public bool Expects(Operation operation)
        {
            History += operation + " ";
            bool open = _state is "NotStarted" or "Streaming";
            switch (operation)
            {
                case Operation.WriteStatusAndHeaders when _state == "NotStarted" && _isRaw:
                    _state = "Streaming";
                    return true;
                // It would get lost: they say nothing of it.
                case Operation.WriteStatusAndHeaders when _contentType == "text/plain":
                    return false;
                case Operation.WriteStatusAndHeaders when _state == "NotStarted":
                    _body.Append("{\"statusCode\":200}\0\0\0\0\0\0\0\0");
                    (_state, _contentType, _hasPrelude) = ("Streaming", "application/vnd.awslambda.http-integration-response", true);
                    return true;
                case Operation.Write when open:
                    _body.Append('w');
                    _state = "Streaming";
                    return true;
                case Operation.WriteNothing when open:
                    _state = "Streaming";
                    return true;
                case Operation.Finish when open:
                    if (_hasPrelude && _body[^1] == '\0')
                        _body.Append('\n');
                    _state = "Finished";
                    return true;
                case Operation.WriteAndFinish when open:
                    _body.Append('f');
                    _state = "Finished";
                    return true;
                case Operation.SetContentType when _state == "NotStarted":
                    _contentType = "text/plain";
                    return true;
                case Operation.SetRaw when _state == "NotStarted":
                    _isRaw = true;
                    return true;
                default:
                    return false;
            }
        }

        /// <summary>The handler ends with an exception.</summary>
        public void Throw()
        {
            _throws = true;
            throw new FormatException(History);
        }

        /// <summary>What has to arrive.</summary>
        public string Expected => _state switch
        {
            "NotStarted" => "error " + (_throws ? "Function.FormatException" : "Function.ResponseNotWritten"),
            "Streaming" => $"response {_contentType} [{_body}{(_hasPrelude && _body[^1] == '\0' ? "\n" : "")}] "
                + (_throws ? "Function.FormatException" : "Function.ResponseNotFinished"),
            _ => $"response {_contentType} [{_body}] ",
        };
    }
}
