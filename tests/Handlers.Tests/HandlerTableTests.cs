using System.Text.RegularExpressions;

using StreamingLambda.Runtime;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.Handlers.Tests;

public sealed partial class HandlerTableTests
{
    [Fact]
    public void Every_handler_in_the_assembly_is_in_the_table_by_its_type_name()
    {
        IEnumerable<string> handlers = typeof(HandlerTable).Assembly.GetTypes()
            .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IStreamingLambdaHandler)))
            .Select(type => type.Name);

        Assert.Equal(handlers.Order(StringComparer.Ordinal), HandlerTable.Names.Order(StringComparer.Ordinal));
        Assert.All(HandlerTable.Names, name => Assert.Equal(name, HandlerTable.Create(name).GetType().Name));
    }

    [Fact]
    public void Every_handler_that_the_template_deploys_is_in_the_table()
    {
        string[] deployed = [.. HandlerSetting().Matches(Repository.Read("template.yaml")).Select(match => match.Groups["name"].Value)];

        Assert.NotEmpty(deployed);
        Assert.Subset(HandlerTable.Names.ToHashSet(), deployed.ToHashSet());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("provided")]
    [InlineData("bootstrap")]
    public void Where_nobody_chose_the_numbers_run(string? name) => Assert.IsType<SendNumbersWithPause>(HandlerTable.Create(name));

    [Theory]
    [InlineData("Missing")]
    [InlineData("sendnumberswithpause")]
    [InlineData("")]
    public void An_unknown_name_is_refused_with_the_known_ones(string name)
    {
        InitializationException refusal = Assert.Throws<InitializationException>(() => HandlerTable.Create(name));

        Assert.Equal("Runtime.NoSuchHandler", refusal.ErrorType);
        Assert.Contains($"'{name}'", refusal.Message, StringComparison.Ordinal);
        Assert.All(HandlerTable.Names, known => Assert.Contains(known, refusal.Message, StringComparison.Ordinal));
    }

    [GeneratedRegex("^ +Handler: *(?<name>[^ \n]+)", RegexOptions.Multiline)]
    private static partial Regex HandlerSetting();
}
