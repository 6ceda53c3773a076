namespace StreamingLambda.Bench.Emulating;

/// <summary>An emulator to measure, in one of the ways to use it.</summary>
/// <param name="Name">The column's title.</param>
/// <param name="Executable">The emulator.</param>
/// <param name="Page">What becomes of its page.</param>
internal sealed record EmulatorVariant(string Name, string Executable, PageUse Page);
