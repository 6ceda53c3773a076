namespace StreamingLambda.Emulator.Testing.Tests;

/// <summary>What can run, and how it ends.</summary>
public sealed class LocalLambdaTests
{
    private static readonly Uri Root = new("/", UriKind.Relative);

    [Fact]
    public async Task An_executable_runs_with_the_settings_that_it_is_given()
    {
        List<string> said = [];
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions
        {
            Path = BuiltPrograms.Bootstrap,
            Handler = "SendNumbersWithPause",
            Log = said.Add,
        });

        Assert.Equal(
            "Number: 1\nStreaming complete!\n", await lambda.Function.Http.GetStringAsync(new Uri("/?count=1&pauseMs=0", UriKind.Relative)));
        LocalInvocation invocation = await lambda.NextInvocationAsync();
        await invocation.WaitAsync();
        Assert.Same(invocation, Assert.Single(lambda.Invocations));
        Assert.Equal(said, lambda.Log);
        Assert.Contains(said, line => line.StartsWith("[function] REPORT ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wait_in_vain_takes_no_invocation_away_and_a_log_that_fails_takes_nothing()
    {
        using var functions = new Functions();
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions
        {
            Path = functions.Executable,
            WaitLimit = TimeSpan.FromSeconds(3),
            Log = line => throw new FormatException(line),
        });
        string message = (await Assert.ThrowsAsync<TimeoutException>(lambda.NextInvocationAsync)).Message;
        Assert.StartsWith("Invocation 1 did not begin.", message, StringComparison.Ordinal);

        LocalInvocation started = lambda.Function.Start("{}");

        Assert.Same(started, await lambda.NextInvocationAsync());
        await started.WaitForLogAsync("asked for /");
    }

    [Theory]
    [InlineData("src/Bootstrap/Bootstrap.csproj")]
    [InlineData("src/Bootstrap")]
    public async Task A_project_is_built_and_run(string path)
    {
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions { Path = path, Handler = "SendNumbersWithPause" });

        Assert.Equal("Streaming complete!\n", (await lambda.Function.Http.GetStringAsync(new Uri("/?count=1&pauseMs=0", UriKind.Relative)))[10..]);
    }

    [Fact]
    public async Task A_folder_is_its_bootstrap_and_the_rest_of_the_options_reach_the_function()
    {
        using var functions = new Functions();
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions
        {
            Path = functions.Folder,
            Environment = new Dictionary<string, string> { ["OWN"] = "--own=value" },
            RequiresSignature = true,
            StreamsResponse = false,
            MemorySize = 256,
            MaxConcurrency = null,
            Concurrency = 1,
            NoLimits = true,
            Wrap = "env",
        });
        using HttpResponseMessage response = await lambda.Function.Http.GetAsync(Root);

        Assert.Equal("--own=value", Assert.Single(lambda.InvocationOf(response).Headers["x-own"]));
        // It has been collected first.
        Assert.Equal(7, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task A_template_runs_with_its_parameters_and_the_Lambda_API_is_there_for_other_clients()
    {
        Assert.SkipUnless(Tools.IsInPath("curl"), "There is no curl here.");
        using var functions = new Functions();
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions
        {
            Path = functions.TemplateFile,
            Parameters = new Dictionary<string, string> { ["Own"] = "given" },
        });
        Assert.Equal(["Open", "Signed", "Queue", "Orders"], lambda.Functions.Select(function => function.Name));
        string message = Assert.Throws<InvalidOperationException>(() => lambda.Function).Message;
        Assert.StartsWith("There are 4 functions: Open, Signed, Queue, Orders.", message, StringComparison.Ordinal);
        message = Assert.Throws<ArgumentException>(() => lambda["Other"]).Message;
        Assert.StartsWith("There is no function Other. There are: Open, Signed, Queue, Orders.", message, StringComparison.Ordinal);

        // curl, which nobody here wrote, signs and calls.
        CommandResult curl = await Command.RunAsync("curl",
        [
            "-sS", "--noproxy", "*", "--aws-sigv4", $"aws:amz:{LocalLambda.Region}:lambda",
            "--user", $"{LocalLambda.AccessKeyId}:{LocalLambda.SecretAccessKey}", "--data", """{"rawPath":"/api"}""",
            new Uri(lambda.LambdaApi, "/2015-03-31/functions/Queue/invocations").AbsoluteUri,
        ]);

        Assert.Equal((0, ""), (curl.ExitCode, curl.Error));
        LocalInvocation invocation = await lambda.NextInvocationAsync();
        await invocation.WaitForLogAsync("asked for /api");
        await invocation.WaitAsync();
        Assert.Equal("given", Assert.Single(invocation.Headers["x-own"]));
        Assert.EndsWith("one two", curl.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_functions_of_a_template_run_another_executable()
    {
        using var functions = new Functions();
        await using LocalLambda lambda = await LocalLambda.StartAsync(new LocalLambdaOptions
        {
            Path = functions.TemplateFile,
            Executable = BuiltPrograms.Bootstrap,
            Function = "Open",
            Handler = "SendNumbersWithPause",
        });

        Assert.Equal("Open", lambda.Function.Name);
        Assert.Equal("Number: 1\nStreaming complete!\n", await lambda.Function.Http.GetStringAsync(new Uri("/?count=1&pauseMs=0", UriKind.Relative)));
    }

    [Fact]
    public async Task Several_run_in_one_process_and_each_end_ends_its_functions_only()
    {
        using var functions = new Functions();
        var options = new LocalLambdaOptions { Path = functions.Executable, Debug = false };
        await using LocalLambda first = await LocalLambda.StartAsync(options);
        await using LocalLambda second = await LocalLambda.StartAsync(
            options with { Environment = new Dictionary<string, string> { ["OWN"] = "2" } });
        HttpResponseMessage[] responses = await Task.WhenAll(first.Function.Http.GetAsync(Root), second.Function.Http.GetAsync(Root));
        Assert.Equal(["", "2"], responses.Select(response => response.Headers.GetValues("x-own").Single()));
        foreach (LocalInvocation invocation in first.Invocations.Concat(second.Invocations))
            await invocation.WaitAsync();
        string[] processes = [ProcessOf(first), ProcessOf(second)];
        Assert.All(processes, process => Assert.True(Directory.Exists($"/proc/{process}")));

        await first.DisposeAsync();

        Assert.False(Directory.Exists($"/proc/{processes[0]}"));
        Assert.Equal("one two", await second.Function.Http.GetStringAsync(Root));
        Assert.True(Directory.Exists($"/proc/{processes[1]}"));
        await second.DisposeAsync();
        Assert.False(Directory.Exists($"/proc/{processes[1]}"));
    }

    [Fact]
    public async Task What_cannot_start_says_why_and_what_to_do_in_the_words_of_the_options()
    {
        using var functions = new Functions();
        var working = new LocalLambdaOptions { Path = functions.TemplateFile };
        (LocalLambdaOptions Options, string Message)[] rows =
        [
            (working with { Path = "no/such/folder" }, "There is no no/such/folder, neither in "),
            (working with { Function = "Other" }, "has no function Other. It has: "),
            (working with { Timeout = TimeSpan.FromHours(1) }, "LocalLambdaOptions.Timeout 3600: Lambda allows more than 0 and at most 900 seconds."),
            (working with { Concurrency = 0 }, "LocalLambdaOptions.Concurrency 0: give a number from 1 to 1000."),
            (working with { MemorySize = 1 }, "LocalLambdaOptions.MemorySize 1: Lambda allows 128 to 10240 MB."),
            (
                working with { Environment = new Dictionary<string, string> { ["AWS_REGION"] = "x" } },
                "LocalLambdaOptions.Environment AWS_REGION: Lambda sets this variable itself"),
            (working with { Wrap = "no-such-program" }, "LocalLambdaOptions.Wrap: there is no program no-such-program here."),
            (
                working with { Path = functions.Executable, Executable = functions.Executable },
                "Executable is for the functions of a template, and"),
            (working with { Executable = functions.TemplateFile }, "LocalLambdaOptions.Executable is a template, "),
            (working with { Path = "src" }, "has neither an executable named bootstrap nor a project."),
        ];

        foreach ((LocalLambdaOptions options, string message) in rows)
        {
            InvalidOperationException refused = await Assert.ThrowsAsync<InvalidOperationException>(() => LocalLambda.StartAsync(options));
            Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_project_that_does_not_build_shows_the_compilers_words()
    {
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(
            Path.Combine(directory.Path, "broken.csproj"),
            """<Project Sdk="Microsoft.NET.Sdk"><Target Name="Fail" BeforeTargets="Restore"><Error Text="Not today." /></Target></Project>""");

        string message = (await Assert.ThrowsAsync<InvalidOperationException>(
            () => LocalLambda.StartAsync(new LocalLambdaOptions { Path = directory.Path }))).Message;

        Assert.StartsWith("'dotnet build ", message, StringComparison.Ordinal);
        Assert.Contains("Not today.", message, StringComparison.Ordinal);
    }

    // The function prints it.
    private static string ProcessOf(LocalLambda lambda) =>
        Assert.Single(lambda.Invocations).Log.Single(line => line.StartsWith("process ", StringComparison.Ordinal))["process ".Length..];
}
