using System.Reflection;

using StreamingLambda.AspNetCore;
using StreamingLambda.Emulator.Testing;
using StreamingLambda.Formats;
using StreamingLambda.Runtime;
using StreamingLambda.Testing;
using StreamingLambda.Tests.Shared;

namespace StreamingLambda.PublicApi.Tests;

/// <summary>A library that others build on: its folder under <c>src</c> and its assembly.</summary>
public sealed record Library(string Folder, Assembly Assembly)
{
    /// <summary>Each library whose public API is a promise. A new one needs a line here, and its <c>PublicAPI.txt</c>.</summary>
    private static readonly Library[] All =
    [
        new("AspNetCore", typeof(InvocationExtensions).Assembly),
        new("Emulator.Testing", typeof(LocalLambda).Assembly),
        new("Formats", typeof(StreamError).Assembly),
        new("Runtime", typeof(LambdaRuntime).Assembly),
        new("Testing", typeof(TestHost).Assembly),
    ];

    /// <summary>The libraries by name, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(library => library.Folder)];

    /// <summary>The reviewed list of its public API.</summary>
    public string Baseline => Repository.PathOf($"src/{Folder}/PublicAPI.txt");

    /// <summary>Its public types, sorted.</summary>
    public IEnumerable<Type> Types => Assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal);

    public static Library Named(string folder) => All.Single(library => library.Folder == folder);
}
