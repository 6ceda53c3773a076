using System.CommandLine;

using StreamingLambda.Soak.Driver;
using StreamingLambda.Soak.Plan;

namespace StreamingLambda.Soak.CommandLine;

/// <summary>The command line: its options, and how they become <see cref="SoakOptions"/>.</summary>
internal sealed class SoakCommand
{
    private readonly Option<int> _seed = new("--seed")
    {
        Description = "Repeats the run that printed this number. Default: another one each time.",
        DefaultValueFactory = _ => Random.Shared.Next(),
    };

    private readonly Option<int> _invocations = new("--invocations") { Description = "How many, at least 100.", DefaultValueFactory = _ => 100_000 };

    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "How many invocations the function takes at once (AWS_LAMBDA_MAX_CONCURRENCY), 1 to 64.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _endings = new("--endings")
    {
        Description = $"How many answers that have to end the process are tried, 0 to {Ending.All.Count}, each with a process of its own.",
        DefaultValueFactory = _ => Ending.All.Count,
    };

    private readonly Option<string[]> _without = new("--without")
    {
        Description = "Faults and handlers to leave out, by their names in the tables: to look past one that is known to fail.",
        AllowMultipleArgumentsPerToken = true,
        HelpName = "NAME ...",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _function = new("--function")
    {
        Description = "The command that starts the function, such as a native build of this program; its words are separated by spaces. "
            + "Default: this program.",
    };

    private readonly RootCommand _root;

    public SoakCommand(Func<SoakOptions, Task<int>> run)
    {
        _root = new RootCommand(
            "Runs a streaming Lambda function against a hostile Runtime API and checks, byte for byte, that it survives. "
            + "Exits with 1, the seed and the first violation if it does not.")
        {
            _seed, _invocations, _concurrency, _endings, _without, _function,
        };
        RequireRange(_seed, 0, int.MaxValue);
        RequireRange(_invocations, 100, 100_000_000);
        RequireRange(_concurrency, 1, 64);
        RequireRange(_endings, 0, Ending.All.Count);
        IEnumerable<Behaviour> blocked = Enum.GetValues<Behaviour>().Where(BehaviourFacts.TakesThread);
        _without.AcceptOnlyFromAmong([.. Enum.GetNames<Fault>().Skip(1), .. blocked.Select(behaviour => behaviour.ToString())]);
        _root.SetAction((parsed, _) => run(ToOptions(parsed)));
    }

    /// <returns>The exit code.</returns>
    public Task<int> InvokeAsync(string[] args) =>
        _root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private SoakOptions ToOptions(ParseResult parsed)
    {
        string[] function = (parsed.GetValue(_function) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new SoakOptions(
            parsed.GetValue(_seed), parsed.GetValue(_invocations), parsed.GetValue(_concurrency), parsed.GetValue(_endings),
            parsed.GetValue(_without)!.ToHashSet(),
            function.Length == 0 ? FunctionProcess.Self : function);
    }

    private static void RequireRange(Option<int> option, int from, int to) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && (value < from || value > to))
            result.AddError($"{option.Name} must be from {from} to {to}, not {value}.");
    });
}
