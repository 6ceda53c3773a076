// A function without manners, for the emulator's tests: raw sockets, told by each event what to do (Script), by TEST_INIT how to start.
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using StreamingLambda.TestBootstrap;

string runtimeApi = Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")!;
string[] init = (Environment.GetEnvironmentVariable("TEST_INIT") ?? "").Split(':', 2);
PosixSignalRegistration? deaf = null;
switch (init[0])
{
    case "exit":
        Console.WriteLine("exiting in init");
        return int.Parse(init[1], CultureInfo.InvariantCulture);
    case "error":
        using (var report = new RuntimeApiConnection(runtimeApi))
        {
            const string Body = """{"errorMessage":"no such handler","errorType":"Runtime.NoSuchHandler"}""";
            report.Send(
                "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nHost: x\r\nLambda-Runtime-Function-Error-Type: Runtime.NoSuchHandler\r\n"
                + $"Content-Length: {Body.Length}\r\n\r\n{Body}");
            report.Read();
        }
        return 1;
    case "hang":
        new ManualResetEvent(initialState: false).WaitOne();
        break;
    case "gate":
        using (var gate = new System.Net.Sockets.TcpClient("127.0.0.1", int.Parse(init[1], CultureInfo.InvariantCulture)))
            _ = gate.GetStream().ReadByte();
        break;
    case "extension":
        using (var register = new RuntimeApiConnection(runtimeApi))
        {
            register.Send(
                "POST /2020-01-01/extension/register HTTP/1.1\r\nHost: x\r\nLambda-Extension-Name: test\r\n"
                + "Content-Length: 13\r\n\r\n{\"events\":[]}");
            Console.WriteLine($"registered {register.Read().Status}");
        }
        deaf = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            Console.WriteLine("got SIGTERM");
        });
        break;
}

Console.WriteLine($"pid {Environment.ProcessId}");
int workers = int.Parse(Environment.GetEnvironmentVariable("AWS_LAMBDA_MAX_CONCURRENCY") ?? "1", CultureInfo.InvariantCulture);
Thread[] threads = [.. Enumerable.Range(0, workers).Select(_ => new Thread(Work))];
foreach (Thread thread in threads)
    thread.Start();
foreach (Thread thread in threads)
    thread.Join();
GC.KeepAlive(deaf);
return 0;

void Work()
{
    var connection = new RuntimeApiConnection(runtimeApi);
    while (true)
    {
        try
        {
            connection.Send($"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: {runtimeApi}\r\n\r\n");
            Answer next = connection.Read();
            if (next.Status != 200)
            {
                Console.WriteLine($"next answered {next.Status}");
                Environment.Exit(9);
            }
            var script = new Script(runtimeApi, connection, next);
            script.Run(Script.Find(next.Body) ?? Echo(next));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A broken connection is the rule here: begin with a new one, as a patient runtime would.
            connection.Dispose();
            connection = new RuntimeApiConnection(runtimeApi);
        }
    }
}

// Without a script: what arrived, as a streamed response that any test can look into.
static string[][] Echo(Answer next)
{
    using var stream = new MemoryStream();
    using (var json = new Utf8JsonWriter(stream))
    {
        json.WriteStartObject();
        json.WritePropertyName("event");
        json.WriteRawValue(next.Body, skipInputValidation: false);
        json.WriteStartObject("next");
        foreach ((string name, string value) in next.Headers)
            json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartObject("environment");
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            json.WriteString((string)variable.Key, (string?)variable.Value);
        json.WriteEndObject();
        json.WriteEndObject();
    }
    return
    [
        ["head", "Lambda-Runtime-Function-Response-Mode: streaming", "Content-Type: application/vnd.awslambda.http-integration-response"],
        ["chunk", """{"statusCode":200,"headers":{"Content-Type":"application/json"}}\0\0\0\0\0\0\0\0"""],
        ["chunk", Encoding.UTF8.GetString(stream.ToArray())],
        ["end"],
    ];
}
