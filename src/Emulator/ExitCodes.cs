namespace StreamingLambda.Emulator;

/// <summary>How the emulator ends. Scripts read these numbers: they stay.</summary>
internal static class ExitCodes
{
    /// <summary>It was asked to end, by SIGINT or SIGTERM, or only for its help or version.</summary>
    public const int Ended = 0;

    /// <summary>It cannot start with what it found: the template, the executable, a file of an option.</summary>
    public const int CannotStart = 1;

    /// <summary>The command line is wrong.</summary>
    public const int WrongCommandLine = 2;

    /// <summary>It cannot listen: a port is taken, an address is none of this machine.</summary>
    public const int CannotListen = 3;
}
