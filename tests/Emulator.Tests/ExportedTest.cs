using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace StreamingLambda.Emulator.Tests;

/// <summary>A test that the page has exported, pasted into a class, compiled with the compiler of C#, and run.</summary>
internal static class ExportedTest
{
    /// <summary>What surrounds it in a project of tests: implicit usings, and a handler for where the export has to guess.</summary>
    private const string Before = """
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using StreamingLambda.Handlers;
        using StreamingLambda.Runtime;
        using StreamingLambda.Testing;
        using Xunit;
        public sealed class MyHandler : IStreamingLambdaHandler
        {
            public Task HandleAsync(Invocation invocation, ResponseStreamWriter response, CancellationToken cancellationToken) => Task.CompletedTask;
        }
        public sealed class Exported
        {

        """;

    // All that this test runs with. What nobody has used yet is among it.
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles it; an error or a warning fails.</summary>
    public static MethodInfo Compile(string test)
    {
        var compilation = CSharpCompilation.Create(
            $"exported-{Guid.NewGuid():N}",
            [CSharpSyntaxTree.ParseText($"{Before}{test}}}", cancellationToken: TestContext.Current.CancellationToken)],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var result = compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken);
        string problems = string.Join('\n', result.Diagnostics.Where(one => one.Severity >= DiagnosticSeverity.Warning));
        Assert.True(problems.Length == 0, $"{problems}\n{test}");
        MethodInfo method = Assert.Single(
            Assembly.Load(assembly.ToArray()).GetType("Exported")!.GetMethods(), one => one.GetCustomAttribute<FactAttribute>() is not null);
        return method;
    }

    /// <summary>Compiles and runs it.</summary>
    public static Task RunAsync(string test)
    {
        MethodInfo method = Compile(test);
        return (Task)method.Invoke(Activator.CreateInstance(method.DeclaringType!), null)!;
    }
}
