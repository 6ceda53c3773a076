using System.CommandLine;
using StreamingLambda.Bench.Emulating;
using StreamingLambda.Bench.Measuring;

namespace StreamingLambda.Bench.CommandLine;

/// <summary>The command line: its options, and how they become <see cref="BenchmarkOptions"/>.</summary>
internal sealed class BenchCommand
{
    private readonly Argument<string[]> _programs = new("programs")
    {
        Description = "Programs to measure, as name=command (VAR=value words before the command set its environment), or one of "
            + "the words floor and go, for the benchmark's own in C and Go. Ratios are to the one named floor, else to the first. "
            + "Default: both of these, and of artifacts/bench/bootstrap, artifacts/local/bootstrap and artifacts/typed/bootstrap what there is.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often everything is measured, the programs in turn.",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<string?> _only = new("--only")
    {
        Description = $"Phases to run, separated by commas: {string.Join(",", Phase.All.Select(phase => phase.Name))}; with --emulator: "
            + $"{string.Join(",", EmulatorPhase.All.Select(phase => phase.Name))}. Default: all.",
    };

    private readonly Option<string[]> _coldOnly = new("--cold-only")
    {
        Description = "The name of a program that knows no workloads: only its start is measured, and any well-formed response counts. "
            + "May be repeated.",
    };

    private readonly Option<bool> _base64 = new("--base64") { Description = "Send the event's body as base64." };

    private readonly Option<string> _cpus = new("--cpus")
    {
        Description = "Where player and program run after the program's start: wherever the system puts them, on the same processor, or apart.",
        DefaultValueFactory = _ => "any",
    };

    private readonly Option<int> _timeout = new("--timeout")
    {
        Description = "Seconds that a program may take for its start, and for one invocation.",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<string?> _json = new("--json") { Description = "Write the results to this file as JSON, too." };

    private readonly Option<bool> _emulator = new("--emulator")
    {
        Description = "Measure the local emulator instead, with one program or artifacts/bench/bootstrap as its function. "
            + "Of the other options --rounds, --only, --timeout and the following ones apply.",
    };

    private readonly Option<string> _page = new("--page")
    {
        Description = "With --emulator: what becomes of its page, separated by commas: off, closed (it is there, and nobody looks at it), open (a "
            + "reader follows what the page follows).",
        DefaultValueFactory = _ => "off,closed,open",
    };

    private readonly Option<string[]> _against = new("--against")
    {
        Description = "With --emulator: another build of it to measure in the same rounds, as name=executable. May be repeated.",
    };

    private readonly Option<int> _callers = new("--concurrency")
    {
        Description = "With --emulator: callers at a time for tiny invocations, and processes of the function.",
        DefaultValueFactory = _ => 2,
    };

    private readonly RootCommand _root;

    public BenchCommand(Action<BenchmarkOptions> run, Action<EmulatorOptions> runEmulator)
    {
        _root = new RootCommand(
            "Measures streaming Lambda functions side by side: starts each program with a Runtime API of its own, checks every response "
            + "and prints medians, spread and ratios.")
        {
            _programs, _rounds, _only, _coldOnly, _base64, _cpus, _timeout, _json, _emulator, _callers, _page, _against,
        };
        RequirePositive(_rounds);
        RequirePositive(_timeout);
        RequirePositive(_callers);
        _ = _cpus.AcceptOnlyFromAmong("any", "same", "apart");
        _root.SetAction(parsed =>
        {
            if (parsed.GetValue(_emulator)) runEmulator(ToEmulatorOptions(parsed));
            else run(ToOptions(parsed));
        });
    }

    /// <returns>The exit status.</returns>
    public int Invoke(string[] args) => _root.Parse(args).Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });

    private static void RequirePositive(Option<int> option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out int value) && value < 1)
            result.AddError($"{option.Name} must be at least 1, not {value}.");
    });

    private BenchmarkOptions ToOptions(ParseResult parsed)
    {
        IReadOnlyList<Phase> phases = FindPhases(parsed.GetValue(_only), Phase.All, phase => phase.Name);
        string[] programs = parsed.GetValue(_programs) ?? [];
        IReadOnlyList<Target> targets = programs.Length == 0
            ? DefaultTargets.Find(Repository.Root, Console.Error.WriteLine)
            : [.. programs.Select(ToTarget)];

        string? twice = targets.GroupBy(target => target.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw new BenchmarkException($"Two programs are named '{twice}'. Give each a name of its own.");

        targets = MarkColdOnly(targets, parsed.GetValue(_coldOnly) ?? []);
        Placement placement = Enum.Parse<Placement>(parsed.GetValue(_cpus)!, ignoreCase: true);
        TimeSpan timeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout));
        return new BenchmarkOptions(targets, phases, parsed.GetValue(_rounds), parsed.GetValue(_base64), placement, timeout, parsed.GetValue(_json));
    }

    private EmulatorOptions ToEmulatorOptions(ParseResult parsed)
    {
        string[] programs = parsed.GetValue(_programs) ?? [];
        Target function = programs.Length switch
        {
            0 => DefaultTargets.FindFunction(Repository.Root),
            1 => ToTarget(programs[0]),
            _ => throw new BenchmarkException($"--emulator measures with one program, not {programs.Length}."),
        };
        // The emulator starts a bootstrap as Lambda does: with nothing but Lambda's variables.
        if (function.Arguments.Count > 0 || function.Environment.Count > 0)
            throw new BenchmarkException(
                $"{function.Name}: with --emulator a program has neither arguments nor variables. Name an executable: mine=./bootstrap");

        TimeSpan timeout = TimeSpan.FromSeconds(parsed.GetValue(_timeout));
        IReadOnlyList<EmulatorPhase> phases = FindPhases(parsed.GetValue(_only), EmulatorPhase.All, phase => phase.Name);
        return new EmulatorOptions(FindVariants(parsed), function, phases, parsed.GetValue(_rounds), parsed.GetValue(_callers), timeout);
    }

    private EmulatorVariant[] FindVariants(ParseResult parsed)
    {
        PageUse[] pages = [.. Split(parsed.GetValue(_page)!).Select(ReadPage)];
        if (pages.Length == 0) throw new BenchmarkException("--page names nothing. Give it off, closed or open.");
        Target[] others = [.. (parsed.GetValue(_against) ?? []).Select(TargetParser.Parse)];
        (string Name, string Path)[] emulators =
        [
            ("", EmulatorFinder.Find(Repository.Root)), .. others.Select(other => ($"{other.Name}, ", other.Path)),
        ];
        return [.. emulators.SelectMany(emulator =>
            pages.Select(page => new EmulatorVariant($"{emulator.Name}page {page.ToString().ToLowerInvariant()}", emulator.Path, page)))];
    }

    private static PageUse ReadPage(string name) => name switch
    {
        "off" => PageUse.Off,
        "closed" => PageUse.Closed,
        "open" => PageUse.Open,
        _ => throw new BenchmarkException($"--page names '{name}', which is none of off, closed, open."),
    };

    private static Target ToTarget(string text) =>
        PeerBuilder.All.FirstOrDefault(peer => peer.Name == text) is { } peer ? peer.Need(Repository.Root) : TargetParser.Parse(text);

    private static IReadOnlyList<T> FindPhases<T>(string? only, IReadOnlyList<T> all, Func<T, string> nameOf)
    {
        if (only is null) return all;
        string[] names = Split(only);
        string? unknown = names.FirstOrDefault(name => all.All(phase => nameOf(phase) != name));
        if (unknown is not null || names.Length == 0)
        {
            string named = unknown is null ? "no phase" : $"'{unknown}', which is no phase";
            throw new BenchmarkException($"--only names {named}. Phases: {string.Join(", ", all.Select(nameOf))}.");
        }

        return [.. all.Where(phase => names.Contains(nameOf(phase)))];
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IReadOnlyList<Target> MarkColdOnly(IReadOnlyList<Target> targets, string[] names)
    {
        string? unknown = names.FirstOrDefault(name => targets.All(target => target.Name != name));
        if (unknown is not null)
        {
            throw new BenchmarkException(
                $"--cold-only names '{unknown}', which is none of the programs: {string.Join(", ", targets.Select(target => target.Name))}.");
        }

        return [.. targets.Select(target => names.Contains(target.Name) ? target with { ColdOnly = true } : target)];
    }
}
