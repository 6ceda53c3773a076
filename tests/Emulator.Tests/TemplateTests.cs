using StreamingLambda.Emulator.Configuration;

using Repository = StreamingLambda.Tests.Shared.Repository;

namespace StreamingLambda.Emulator.Tests;

public sealed class TemplateTests : IDisposable
{
    private static readonly string[] Needed = ["Handler: h", "Runtime: provided.al2", "CodeUri: code"];

    private readonly TemplateReading _template = new();

    public void Dispose() => _template.Dispose();

    [Fact]
    public void Options_override_the_template()
    {
        FunctionSettings function = Assert.Single(_template.Read(Url("F"), new EmulatorOptions
        {
            Bootstrap = TestEmulator.BootstrapPath,
            Handler = "Other",
            Auth = AuthType.None,
            Timeout = 1.5,
            InvokeMode = InvokeMode.Buffered,
            NoLimits = true,
            Environment = new Dictionary<string, string> { ["A"] = "B" },
        }));

        Assert.Equal(("Other", AuthType.None, InvokeMode.Buffered), (function.Handler, function.AuthType, function.InvokeMode));
        Assert.Equal(TimeSpan.FromSeconds(1.5), function.Timeout);
        Assert.Same(Limits.None, function.Limits);
        Assert.Equal("B", function.Environment["A"]);
    }

    [Theory]
    [InlineData("template.yaml")]
    [InlineData("template.yml")]
    [InlineData("template.json")]
    public void A_template_is_found_here_or_above(string file)
    {
        string template = file.EndsWith("json", StringComparison.Ordinal) ? TemplateReading.Sample("template.json") : Url("F");
        File.WriteAllText(Path.Combine(_template.Folder, file), template);
        string below = Directory.CreateDirectory(Path.Combine(_template.Folder, "src", "Function")).FullName;

        Assert.Single(_template.Source(new EmulatorOptions { Bootstrap = TestEmulator.BootstrapPath }).Read(below));
    }

    [Theory]
    [InlineData("template.yaml", 2)]
    [InlineData("templates/streaming-lambda/template.yaml", 1)]
    [InlineData("templates/streaming-lambda-web/template.yaml", 1)]
    public void This_repositorys_own_templates_are_read_with_each_parameter_set(string file, int functions)
    {
        string text = Repository.Read(file).Replace("LAMBDA_RUNTIME", "provided.al2023", StringComparison.Ordinal);
        var set = new Dictionary<string, string>
        {
            ["Architecture"] = "x86_64",
            ["CallerArn"] = "arn:aws:iam::210987654321:role/caller",
            ["LogRetentionDays"] = "30",
            ["Tracing"] = "Active",
            ["AlarmTopicArn"] = "arn:aws:sns:eu-west-1:210987654321:alarms",
        };
        foreach (Dictionary<string, string> parameters in (Dictionary<string, string>[])[[], set])
        {
            IReadOnlyList<FunctionSettings> read = _template.Read(
                text, new EmulatorOptions { Bootstrap = TestEmulator.BootstrapPath, Parameters = parameters });

            Assert.Equal(functions, read.Count);
            Assert.All(read, function => Assert.Equal(
                (AuthType.AwsIam, InvokeMode.ResponseStream, TimeSpan.FromMinutes(1), "JSON"),
                (function.AuthType, function.InvokeMode, function.Timeout, function.LogFormat)));
        }
        Assert.Empty(_template.Said);
    }

    [Theory]
    [InlineData("!Ref F")]
    [InlineData("!GetAtt F.Arn")]
    [InlineData("!GetAtt [F, Arn]")]
    [InlineData("!Sub '${F.Arn}'")]
    [InlineData("!Sub '${F}'")]
    [InlineData("!Sub 'arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${F}'")]
    [InlineData("!Join [':', [!GetAtt F.Arn, live]]")]
    [InlineData("F")]
    [InlineData("named")]
    [InlineData("named:live")]
    [InlineData("arn:aws:lambda:eu-west-1:210987654321:function:named")]
    [InlineData("arn:aws:lambda:eu-west-1:210987654321:function:named:live")]
    [InlineData("210987654321:function:named")]
    [InlineData("!Ref F.Alias")]
    [InlineData("!Ref FAliaslive")]
    [InlineData("!Ref Alias")]
    [InlineData("{ Fn::If: [Yes, !Ref F, !Ref Other] }")]
    public void A_URL_beside_a_SAM_function_finds_it_by_any_reference(string target)
    {
        FunctionSettings function = _template.Read($$"""
            Conditions: { Yes: !Equals [a, a] }
            Resources:
              U: { Type: AWS::Lambda::Url, Properties: { AuthType: NONE, InvokeMode: RESPONSE_STREAM, TargetFunctionArn: {{target}} } }
              F:
                Type: AWS::Serverless::Function
                Properties: { FunctionName: named, Handler: h, Runtime: provided.al2, CodeUri: ., AutoPublishAlias: live }
              Other:
                Type: AWS::Lambda::Function
                Properties: { Handler: h, Runtime: provided.al2, Code: . }
              Alias: { Type: AWS::Lambda::Alias, Properties: { Name: live, FunctionName: !GetAtt F.Arn, FunctionVersion: '1' } }
            """)[0];

        Assert.Equal(
            ("named", true, AuthType.None, InvokeMode.ResponseStream), (function.Name, function.HasUrl, function.AuthType, function.InvokeMode));
    }

    // Each of them on line 4 of a function, where nothing may be guessed.
    [Theory]
    [InlineData("FunctionUrlConfig: { AuthType: IAM }", "line 8: AuthType of F is 'IAM'. It is one of NONE and AWS_IAM; correct it.")]
    [InlineData(
        "FunctionUrlConfig: { AuthType: NONE, InvokeMode: STREAM }",
        "line 8: InvokeMode of F is 'STREAM'. It is one of BUFFERED and RESPONSE_STREAM; correct it.")]
    [InlineData("FunctionUrlConfig: {}", "line 3: the URL of F has no AuthType, and AWS refuses a URL without one.")]
    [InlineData("FunctionUrlConfig:", "line 8: FunctionUrlConfig is a mapping")]
    [InlineData(
        "FunctionUrlConfig: { AuthType: !Ref Unset }",
        "F is left out: its AuthType cannot be known here: the parameter Unset has no default")]
    [InlineData("FunctionUrlConfig: { AuthType: NONE, InvokeMode: !ImportValue mode }", "F is left out: its InvokeMode cannot be known here")]
    [InlineData(
        "FunctionUrlConfig: !If [Unknown, { AuthType: NONE }, !Ref AWS::NoValue]",
        "F is left out: whether it has a URL cannot be known here: the parameter Unset has no default")]
    [InlineData("Timeout: 901", "line 8: Timeout of F is '901', not a number from 1 to 900. Correct it.")]
    [InlineData("Timeout: 1.5", "line 8: Timeout of F is '1.5'")]
    [InlineData("Timeout: !Ref Unset", "F is left out: its Timeout cannot be known here")]
    [InlineData("MemorySize: 64", "line 8: MemorySize of F is '64', not a number from 128 to 10240. Correct it.")]
    [InlineData("MemorySize: []", "line 8: the MemorySize of F has to be text.")]
    [InlineData("Runtime: !Ref Unset", "F is left out: its Runtime cannot be known here")]
    [InlineData("Runtime: python3.13", "F is left out: its runtime is python3.13")]
    [InlineData("Handler: !GetAtt Table.Name", "F is left out: its Handler cannot be known here: only a deployed stack knows what Table.Name is")]
    [InlineData("Handler: a b", "line 8: the Handler of F may have 128 characters, none of them a space. Correct it.")]
    [InlineData("CodeUri: s3://bucket/key", "F is left out: its code is at s3://bucket/key")]
    [InlineData("CodeUri: { Bucket: b, Key: k }", "F is left out: its code is in an account")]
    [InlineData("CodeUri: !Ref Unset", "F is left out: its CodeUri cannot be known here")]
    [InlineData("PackageType: Image", "F is left out: its PackageType is Image")]
    [InlineData("FunctionName: \"a\\u0007b\"", "line 3: a function's name may have 64 letters")]
    [InlineData("LoggingConfig: { LogFormat: Xml }", "line 8: the LogFormat of F is none of Text, JSON. Correct it.")]
    [InlineData("Environment: []", "line 8: a mapping with Variables in it is expected here.")]
    [InlineData("Environment: { Variables: { LIST: [] } }", "line 8: the environment variable LIST of F has to be text")]
    [InlineData("Environment: { Variables: { 'A=B': c } }", "line 8: an environment variable of F has a name that Lambda refuses")]
    public void What_would_have_to_be_guessed_is_refused(string property, string message)
    {
        _template.Build("code/bootstrap");
        string key = property.Split(':')[0];
        string others = string.Concat(Needed.Select(other => other.StartsWith(key, StringComparison.Ordinal) ? "" : $"{other}, "));
        string template = $$"""
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  <<: { {{others}} }


                  {{property}}
            Parameters: { Unset: { Type: String } }
            Conditions: { Unknown: !Equals [!Ref Unset, x] }
            """;

        Assert.Contains(message, _template.Refusal(template, new EmulatorOptions()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Handler", "F is left out: it has no Handler, without which it cannot be deployed; add one, or give --handler NAME.")]
    [InlineData("Runtime", "F is left out: it has no Runtime, without which it cannot be deployed; add one, or give --bootstrap PATH.")]
    [InlineData("CodeUri", "F is left out: it has no CodeUri, without which it cannot be deployed; add one, or give --bootstrap PATH.")]
    public void What_a_function_needs_is_not_made_up(string missing, string message)
    {
        string properties = string.Join(", ", Needed.Where(property => !property.StartsWith(missing, StringComparison.Ordinal)));
        string template = $$"""Resources: { F: { Type: AWS::Serverless::Function, Properties: { {{properties}} } } }""";

        Assert.Contains(message, _template.Refusal(template, new EmulatorOptions()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Resources: [", "line 2: this is not YAML that can be read: ")]
    [InlineData("a: {b: x", "line 2: this is not YAML that can be read: ")]
    [InlineData("a: 1\nb: \"\\U00110000\"", "line 2: this is not YAML that can be read: ")]
    [InlineData("a: \"\\ud800\"", "line 1: ")]
    [InlineData("a: 1\nb: &x [*x]", "line 2: the alias *x is inside of what it stands for.")]
    [InlineData("a: 1\nb: &x { <<: *x }", "line 2: the alias *x is inside of what it stands for.")]
    [InlineData("a: 1\nb: *x", "line 2: there is no anchor &x before the alias *x.")]
    [InlineData("? [a]\n: b", "line 1: a key has to be text.")]
    [InlineData("a: { <<: text }", "line 1: only a mapping can be merged with <<.")]
    [InlineData("", "line 1: this is no template")]
    [InlineData("- a", "line 1: this is no template")]
    [InlineData("a: b", "line 1: the template needs a mapping named Resources")]
    [InlineData("a: b\nResources:\n- c", "line 3: the template needs a mapping named Resources")]
    [InlineData("Resources: {}", "has no function: no resource of type AWS::Serverless::Function or AWS::Lambda::Function.")]
    public void A_file_that_is_no_template_is_refused_with_the_line(string template, params string[] oneOf)
    {
        string message = _template.Refusal(template);

        Assert.True(oneOf.Any(part => message.Contains(part, StringComparison.Ordinal)), message);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("{", "line 1: this is not JSON that can be read: ")]
    [InlineData("{\n\"a\": \"\\ud800\" }", "line 2: this is not JSON that can be read: ")]
    [InlineData("{ \"a\": 1, }", "line 1: this is not JSON that can be read: ")]
    [InlineData("{}\n{}", "line 2: this is not JSON that can be read: ")]
    [InlineData("[]", "line 1: this is no template")]
    [InlineData("", "line 1: this is not JSON that can be read: ")]
    public void The_same_in_JSON(string template, string part) =>
        Assert.Contains(part, _template.Refusal(template, file: "template.json"), StringComparison.Ordinal);

    [Theory]
    [InlineData("Handler: !Sub []", "Fn::Sub takes a list of 2. Correct its arguments.")]
    [InlineData("Handler: !Sub [a, b]", "Fn::Sub takes a mapping of names here.")]
    [InlineData("Handler: !Sub '${AWS::NoValue}'", "${AWS::NoValue} in Fn::Sub has no text as its value.")]
    [InlineData("Handler: !Join [a]", "Fn::Join takes a list of 2.")]
    [InlineData("Handler: !Join ['', a]", "Fn::Join takes a list here.")]
    [InlineData("Handler: !Join ['', [[a]]]", "Fn::Join takes a list of texts.")]
    [InlineData("Handler: !Select [3, [a]]", "Fn::Select takes a number from 0 to 0 here, not '3'.")]
    [InlineData("Handler: !Select [-1, [a]]", "Fn::Select takes a number from 0 to 0 here, not '-1'.")]
    [InlineData("Handler: !Split ['', a]", "Fn::Split takes a separator of at least one character.")]
    [InlineData("Handler: !If [Missing, a, b]", "there is no condition Missing in Conditions.")]
    [InlineData("Handler: !If [a]", "Fn::If takes a list of 3.")]
    [InlineData("Handler: !If [Circle, a, b]", "the condition Circle depends on itself.")]
    [InlineData("Handler: !If [Odd, a, b]", "Fn::Sub is no condition.")]
    [InlineData("Handler: !FindInMap [a, b, c]", "Mappings has no a / b / c.")]
    [InlineData("Handler: !FindInMap []", "Fn::FindInMap takes a list of 3 to 4.")]
    [InlineData("Handler: { Fn::GetAtt: [] }", "Fn::GetAtt takes a resource and an attribute")]
    [InlineData("Handler: !GetAtt F", "Fn::GetAtt takes a resource and an attribute")]
    [InlineData("Handler: !Ref {}", "Ref takes a name here.")]
    [InlineData("Handler: {}", "the Handler of F has to be text.")]
    [InlineData("Handler: h\n      Handler: i", "Handler is given twice. Keep one of them.")]
    [InlineData("FunctionName: !Ref F", "the functions here are nested too deeply, or refer to themselves.")]
    public void A_function_that_is_called_wrongly_is_an_error_with_its_line(string property, string message)
    {
        string error = _template.Refusal($$"""
            Conditions: { Circle: !Not [!Condition Circle], Odd: !Sub x }
            Resources:
              F:
                Type: AWS::Serverless::Function
                Properties:
                  {{property}}
            """);

        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.Matches(@"template\.yaml, line \d+: ", error);
    }

    [Fact]
    public void What_is_not_ours_may_be_wrong()
    {
        FunctionSettings function = Assert.Single(_template.Read("""
            Resources:
              F: { Type: AWS::Serverless::Function, Properties: { Handler: h, VpcConfig: !Join [], Tags: { a: 1, a: 2 } } }
              Bucket: { Type: AWS::S3::Bucket, Properties: { A: 1, A: 2, B: !Sub [], C: !GetAtt [] } }
              Bucket: { Type: AWS::S3::Bucket }
              Odd: text
              Empty:
            Outputs: [!Join [], { Fn::GetAtt: [] }]
            """));

        Assert.Equal("h", function.Handler);
    }

    [Fact]
    public void Aliases_that_multiply_each_other_are_bounded()
    {
        string levels = string.Concat(Enumerable.Range(1, 28).Select(level => $"l{level}: &l{level} !Join ['', [*l{level - 1}, *l{level - 1}]]\n"));
        string template = $$"""
            l0: &l0 boom
            {{levels}}
            Resources: { F: { Type: AWS::Serverless::Function, Properties: { Handler: *l28 } } }
            """;

        Assert.Contains("the template grows too large", _template.Refusal(template), StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_that_multiply_each_other_are_bounded()
    {
        string keys = string.Join(", ", Enumerable.Range(0, 1000).Select(key => $"k{key}: v"));
        string merges = string.Concat(Enumerable.Range(1, 1000).Select(level => $"m{level}: &m{level} {{ <<: *m{level - 1} }}\n"));

        Assert.Contains(
            "the template has more than 250,000 values",
            _template.Refusal($"m0: &m0 {{ {keys} }}\n{merges}"),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("template.yaml", 100_000)]
    [InlineData("template.json", 100_000)]
    [InlineData("template.yaml", 110)]
    [InlineData("template.json", 110)]
    public void Too_many_levels_are_refused(string file, int depth) =>
        Assert.Contains(
            "line 2",
            _template.Refusal($"{{ \"a\":\n{new string('[', depth)}{new string(']', depth)} }}", file: file),
            StringComparison.Ordinal);

    [Fact]
    public void Levels_count_through_aliases()
    {
        string levels = string.Concat(Enumerable.Range(1, 1000).Select(level => $"l{level}: &l{level} [[[*l{level - 1}]]]\n"));

        Assert.Contains("more than 100 levels", _template.Refusal($"l0: &l0 x\n{levels}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_of_conditions_ends()
    {
        string chain = string.Concat(Enumerable.Range(0, 5000).Select(number => $"  C{number}: !Not [!Condition C{number + 1}]\n"));
        string template = $"Conditions:\n{chain}  C5000: !Equals [a, a]\n" + "Resources: { F: { Type: AWS::Serverless::Function, Condition: C0 } }";

        Assert.Contains("nested too deeply", _template.Refusal(template), StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_that_is_not_there_is_answered_with_those_that_are()
    {
        string template = $"Parameters: {{ Stage: {{ Type: String, AllowedValues: [dev, prod] }} }}\n{Url("F")}";
        string With(string name, string value) =>
            _template.Refusal(template, new EmulatorOptions { Parameters = new Dictionary<string, string> { [name] = value } });

        Assert.EndsWith("template.yaml has no parameter of that name. It has: Stage.", With("Stag", "dev"), StringComparison.Ordinal);
        Assert.EndsWith(
            "line 1: the parameter Stage may not be 'test', as --parameter has it. Give one of: dev, prod.",
            With("Stage", "test"),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_is_not_there_is_answered_with_those_that_are() =>
        Assert.Contains(
            "It has: F",
            _template.Refusal(Url("F"), new EmulatorOptions { Function = "G" }),
            StringComparison.Ordinal);

    [Fact]
    public void Two_functions_of_one_name_are_refused() =>
        Assert.Contains(
            "has two functions with the name same",
            _template.Refusal("""
                Resources:
                  F: { Type: AWS::Serverless::Function, Properties: { FunctionName: same, Handler: h } }
                  G: { Type: AWS::Serverless::Function, Properties: { FunctionName: same, Handler: h } }
                """),
            StringComparison.Ordinal);

    [Fact]
    public void Without_a_template_one_function_runs_unsigned()
    {
        FunctionSettings function = Assert.Single(_template.Read());

        Assert.Equal((AuthType.None, InvokeMode.ResponseStream), (function.AuthType, function.InvokeMode));
    }

    private static string Url(string name) => $$"""
        Resources:
          {{name}}:
            Type: AWS::Serverless::Function
            Properties: { Handler: h, FunctionUrlConfig: { AuthType: AWS_IAM } }
        """;
}
