using System.ComponentModel;

using StreamingLambda.Runtime;
using StreamingLambda.Soak;
using StreamingLambda.Soak.CommandLine;
using StreamingLambda.Soak.Driver;
using StreamingLambda.Soak.Function;

// One program, two roles: started as Lambda starts a function, it is the function; otherwise it is the Runtime API, and starts the function.
var environment = LambdaEnvironment.FromProcess();
return environment.RuntimeApi is null
    ? await new SoakCommand(RunAsync).InvokeAsync(args)
    : await SoakFunction.RunAsync(environment);

static async Task<int> RunAsync(SoakOptions options)
{
    string without = options.Without.Count == 0 ? "" : " --without " + string.Join(' ', options.Without);
    string arguments = $"--seed {options.Seed} --invocations {options.Invocations} --concurrency {options.Concurrency}{without}";
    Console.WriteLine($"Soak with {arguments}; the function is {string.Join(' ', options.Function)}");
    Console.WriteLine();
    try
    {
        SoakResult result = await new SoakRun(options).RunAsync();
        Ending[] endings = [.. Ending.All.Skip(options.Seed % Ending.All.Count).Concat(Ending.All).Take(options.Endings)];
        foreach (Ending ending in endings)
            await EndingRun.RunAsync(ending, options.Function);
        Summary.Write(Console.Out, options, result, [.. endings.Select(ending => ending.Name)]);
        return 0;
    }
    catch (ViolationException e)
    {
        await Console.Error.WriteLineAsync($"VIOLATION with {arguments}: {e.Message}");
        return 1;
    }
    catch (Win32Exception e)
    {
        await Console.Error.WriteLineAsync(
            $"error: cannot start '{string.Join(' ', options.Function)}': {e.Message}. --function takes the command that starts the function.");
        return 1;
    }
}
