using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;

namespace StreamingLambda.Emulator.Tests;

/// <summary>
/// A runtime that does whatever comes to its mind: reports errors in any text, in any order, in pieces, on any number of connections, or leaves.
/// However that goes, its invocation ends, and the next one is served. <c>EMULATOR_RANDOM</c> is how many cases each test tries.
/// </summary>
public sealed class RandomRuntimeTests
{
    private const string Type = "Lambda-Runtime-Function-Error-Type";
    private const string Body = "Lambda-Runtime-Function-Error-Body";

    private static readonly int Cases =
        int.TryParse(Environment.GetEnvironmentVariable("EMULATOR_RANDOM"), CultureInfo.InvariantCulture, out int cases) ? cases : 25;

    /// <summary>JSON and what looks like it, with half surrogates, bytes that are no UTF-8, NULs, depth.</summary>
    private static readonly Gen<byte[]> Text = Gen.OneOf(
        Gen.OneOfConst(
            "{\"errorMessage\":\"m\",\"errorType\":\"T\"}", "{\"errorType\":\"\\ud800\"}", "{\"errorType\":\"\u00ff\"}", "{\"errorType\":7}",
            "{\"\\udfff\":1}", "[]", "", "null", "\"\\ud800\"", "{\"errorType\":\"a\\u0000b\"}", "{\"errorType\":\"a\",\"errorType\":{}}", "{", "\0")
            .Select(Encoding.Latin1.GetBytes),
        Gen.Int[1, 2000].Select(depth => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth))),
        Gen.Byte.Array[0, 200]);

    private static readonly Gen<string> HeaderText = Gen.OneOf(
        Gen.OneOfConst("", "Runtime.Failed", "Function.X", "a b", "\u00e9\u00fc", "x\u0001y", "%", "=?utf-8?", "Sandbox.Timedout"),
        Gen.Char[' ', '~'].Array[0, 40].Select(letters => new string(letters)));

    private enum Step
    {
        Head,
        PreludeHead,
        Chunk,
        Prelude,
        BadChunk,
        End,
        Trailers,
        Response,
        Error,
        InitError,
        Register,
        Next,
        WrongId,
        WrongPath,
        WrongMode,
        Close,
        NewConnection,
    }

    [Fact]
    public Task Any_error_in_the_body_or_in_trailers_ends_its_invocation_and_the_next_is_served() =>
        Gen.Select(Text, HeaderText, Gen.Bool, Gen.Bool).SampleAsync(async (text, type, isTrailer, isBase64) =>
        {
            await using PlayedRuntime runtime = await PlayedRuntime.StartAsync();
            Task<string> caller = runtime.CallAsync();
            using RawConnection connection = await runtime.ConnectAsync();
            string requestId = await PlayedRuntime.NextAsync(connection);
            if (isTrailer)
            {
                string body = isBase64
                    ? Convert.ToBase64String(text)
                    : new string([.. Encoding.Latin1.GetString(text).Where(letter => !char.IsControl(letter))]);
                await PlayedRuntime.BeginAsync(connection, requestId);
                await connection.SendChunkAsync("part"u8.ToArray());
                await connection.SendAsync($"0\r\n{Type}: {type}\r\n{Body}: {body}\r\n\r\n");
            }
            else
            {
                await PlayedRuntime.PostAsync(connection, $"{PlayedRuntime.Invocation}{requestId}/error", text, $"{Type}: {type}");
            }

            RawAnswer answer = await connection.ReadAsync();
            string told = await caller.WaitAsync(TestEmulator.Patience);
            Assert.Equal(202, answer.Status);
            Assert.StartsWith(isTrailer ? "200 part" : "502 ", told, StringComparison.Ordinal);
            await AssertServesAsync(runtime, connection);
        }, iter: Cases, threads: 1);

    [Fact]
    public Task Any_order_of_calls_ends_the_invocation_and_a_good_runtime_is_served_afterwards() =>
        Gen.Select(Gen.Enum<Step>().Array[0, 12], Text, HeaderText).SampleAsync(async (steps, text, type) =>
        {
            await using PlayedRuntime runtime = await PlayedRuntime.StartAsync(
                settings => settings with { Timeout = TimeSpan.FromSeconds(0.5), InitLimit = TimeSpan.FromSeconds(0.5) });
            Task<string> caller = runtime.CallAsync();
            await PlayAsync(runtime, steps, text, type);

            await caller.WaitAsync(TestEmulator.Patience);
            Assert.DoesNotContain(runtime.Emulator.Console.Lines, line => line.Contains("a bug in the emulator", StringComparison.Ordinal));
        }, iter: Cases, threads: 1);

    [Fact]
    public async Task A_good_runtime_is_served_after_any_bad_ones()
    {
        // The test's own bootstrap plays bad steps on one invocation and is good on the next, in the same emulator all the time.
        await using TestEmulator emulator = await TestEmulator.StartAsync(TestEmulator.Settings with { Timeout = TimeSpan.FromSeconds(5) });
        string[][] bad =
        [
            ["head"], ["chunk", "part"], ["end"], ["close"], ["raw", "x"], ["raw", "ffff\r\n"], ["raw", "0\r\n"], ["exit", "1"],
            ["end", $"{Type}: a\u0001b", $"{Body}: eyJlcnJvclR5cGUiOiJcdWQ4MDAifQ=="],
            ["head", "Content-Type: application/vnd.awslambda.http-integration-response"],
            ["chunk", "{\"headers\":{\"x\":\"\\ud800\"}}\\0\\0\\0\\0\\0\\0\\0\\0"],
            ["post", "/2018-06-01/runtime/invocation/{id}/error", "{\"errorType\":\"\\ud800\"}"],
            ["post", "/2018-06-01/runtime/init/error", "\\ud800"],
            ["head", "Lambda-Runtime-Function-Response-Mode: chunky"], ["get", "/2018-06-01/ping"],
        ];
        await Gen.OneOfConst(bad).Array[0, 6].SampleAsync(async steps =>
        {
            using (HttpResponseMessage response = await emulator.RunAsync(steps))
            {
                try
                {
                    await response.Content.ReadAsByteArrayAsync();
                }
                catch (HttpRequestException)
                {
                    // Broken off in the middle, which is an end.
                }
            }
            using HttpResponseMessage next = await emulator.RunAsync(["head"], ["chunk", "fine"], ["end"]);
            Assert.Equal((HttpStatusCode.OK, "fine"), (next.StatusCode, await next.Content.ReadAsStringAsync()));
        }, iter: Cases, threads: 1);

        Assert.DoesNotContain(emulator.Console.Lines, line => line.Contains("a bug in the emulator", StringComparison.Ordinal));
    }

    private static async Task PlayAsync(PlayedRuntime runtime, Step[] steps, byte[] text, string type)
    {
        RawConnection connection = await runtime.ConnectAsync();
        string requestId = "none";
        // Only the answer to /next is waited for: what else the emulator says is read by nobody.
        try
        {
            foreach (Step step in steps)
            {
                switch (step)
                {
                    case Step.Head:
                        await PlayedRuntime.BeginAsync(connection, requestId);
                        break;
                    case Step.PreludeHead:
                        await PlayedRuntime.BeginAsync(connection, requestId, "application/vnd.awslambda.http-integration-response");
                        break;
                    case Step.Chunk:
                        await connection.SendChunkAsync(text.Length > 0 ? text : "x"u8.ToArray());
                        break;
                    case Step.Prelude:
                        await connection.SendChunkAsync([.. "{\"headers\":{\"x\":\"\\ud800\"}}"u8, .. new byte[8]]);
                        break;
                    case Step.BadChunk:
                        await connection.SendAsync("zz\r\n");
                        break;
                    case Step.End:
                        await connection.SendAsync("0\r\n\r\n");
                        break;
                    case Step.Trailers:
                        await connection.SendAsync($"0\r\n{Type}: {type}\r\n{Body}: {Convert.ToBase64String(text)}\r\n\r\n");
                        break;
                    case Step.Response:
                        await PlayedRuntime.PostAsync(connection, $"{PlayedRuntime.Invocation}{requestId}/response", text);
                        break;
                    case Step.Error:
                        await PlayedRuntime.PostAsync(connection, $"{PlayedRuntime.Invocation}{requestId}/error", text, $"{Type}: {type}");
                        break;
                    case Step.InitError:
                        await PlayedRuntime.PostAsync(connection, "/2018-06-01/runtime/init/error", text, $"{Type}: {type}");
                        break;
                    case Step.Register:
                        await PlayedRuntime.PostAsync(connection, "/2020-01-01/extension/register", text);
                        break;
                    case Step.Next when requestId == "none":
                        requestId = await PlayedRuntime.NextAsync(connection);
                        break;
                    case Step.Next:
                        await PlayedRuntime.AskAsync(connection);
                        break;
                    case Step.WrongId:
                        await PlayedRuntime.PostAsync(connection, $"{PlayedRuntime.Invocation}{Guid.Empty}/response", text);
                        break;
                    case Step.WrongPath:
                        await PlayedRuntime.PostAsync(connection, "/2018-06-01/runtime/invocation//response", text);
                        break;
                    case Step.WrongMode:
                        await PlayedRuntime.PostAsync(
                            connection, $"{PlayedRuntime.Invocation}{requestId}/response", text, "Lambda-Runtime-Function-Response-Mode: x");
                        break;
                    case Step.Close:
                        connection.Dispose();
                        connection = await runtime.ConnectAsync();
                        break;
                    case Step.NewConnection:
                        connection = await runtime.ConnectAsync();
                        break;
                    default:
                        throw new InvalidOperationException($"There is no step {step}.");
                }
            }
        }
        catch (Exception exception) when (
            exception is IOException or KeyNotFoundException or SocketException or FormatException or IndexOutOfRangeException)
        {
            // The emulator closed the connection, or this is the answer to an earlier call: not what this is about.
        }
    }

    private static async Task AssertServesAsync(PlayedRuntime runtime, RawConnection connection)
    {
        Task<string> caller = runtime.CallAsync();
        string requestId = await PlayedRuntime.NextAsync(connection);
        await PlayedRuntime.PostAsync(connection, $"{PlayedRuntime.Invocation}{requestId}/response", "fine"u8.ToArray());

        Assert.Equal("200 fine", await caller.WaitAsync(TestEmulator.Patience));
        Assert.Equal(202, (await connection.ReadAsync()).Status);
        Assert.DoesNotContain(runtime.Emulator.Console.Lines, line => line.Contains("a bug in the emulator", StringComparison.Ordinal));
    }
}
