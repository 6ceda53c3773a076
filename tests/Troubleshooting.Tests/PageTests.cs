using System.Reflection;
using System.Text.RegularExpressions;

namespace StreamingLambda.Troubleshooting.Tests;

/// <summary>The page and its tests belong together, entry by entry.</summary>
public sealed partial class PageTests
{
    private static readonly Type[] Provoking =
    [
        typeof(WritingTests), typeof(ProcessTests), typeof(HandlerBuildTests), typeof(TestingTests), typeof(AspNetCoreTests), typeof(BuildingTests),
        typeof(EmulatorTests), typeof(CallerTests), typeof(SignatureTests), typeof(CallingTests), typeof(RestApiTests),
    ];

    [Fact]
    public void Each_entry_is_provoked_by_the_test_of_its_name_and_each_such_test_has_an_entry()
    {
        IEnumerable<string> tests = Provoking.SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null)
            .Select(method => method.Name);

        Assert.Equal(
            Page.Entries.Where(entry => !entry.IsOnAwsOnly).Select(entry => entry.TestName).Order(StringComparer.Ordinal),
            tests.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_only_AWS_says_is_not_quoted_but_has_its_source()
    {
        Assert.All(Page.Entries.Where(entry => entry.IsOnAwsOnly), entry =>
        {
            Assert.Empty(entry.Messages);
            Assert.Contains("https://docs.aws.amazon.com/", entry.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Each_entry_says_why_and_what_to_do()
    {
        Assert.All(Page.Entries, entry =>
        {
            Assert.Contains("**Why:** ", entry.Text, StringComparison.Ordinal);
            Assert.Contains("**Do:** ", entry.Text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Each_message_belongs_to_an_entry()
    {
        Assert.Equal(Fence().Count(Page.Text), Page.Entries.Sum(entry => entry.Messages.Count));
    }

    [GeneratedRegex("^```text$", RegexOptions.Multiline)]
    private static partial Regex Fence();
}
