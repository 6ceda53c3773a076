using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace StreamingLambda.Emulator.Environments;

/// <summary>A process that leads a session of its own, and all that it started.</summary>
/// <param name="id">The process's id, which is the id of its group as well.</param>
/// <param name="mark">A text in its environment, and so in that of its descendants, that no other process has.</param>
internal sealed unsafe partial class ProcessSession(int id, string mark)
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int ErrorInterrupted = 4;

    /// <summary>A process that starts others faster than they are found and killed is left alone after so many rounds.</summary>
    private const int MaxRounds = 10;

    private static readonly int WaitWithoutReaping = 0x4 | (OperatingSystem.IsMacOS() ? 0x20 : 0x01000000);

    /// <summary>The id of the process and of its group.</summary>
    public int Id => id;

    /// <summary>See the constructor.</summary>
    public string Mark => mark;

    /// <summary>Asks the process to end.</summary>
    public void Terminate() => _ = SendSignal(id, SigTerm);

    /// <summary>Ends the process and its group: nothing can ignore that.</summary>
    public void Kill() => _ = SendSignal(-id, SigKill);

    /// <summary>
    /// Blocks until the process has ended, then ends what it left behind. The exit code; for a process that signal n ended, 128 + n.
    /// </summary>
    public int WaitForEnd()
    {
        // Not reaped at once: until then nobody else can get its id.
        byte* details = stackalloc byte[256];
        while (WaitId(idType: 1, id, details, WaitWithoutReaping) != 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted)
        {
        }
        Kill();
        KillStrays();
        int status;
        while (WaitPid(id, out status, options: 0) < 0 && Marshal.GetLastPInvokeError() == ErrorInterrupted)
        {
        }
        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    // Descendants that left the group, as a daemon does. They still have the environment that they were started with.
    private void KillStrays()
    {
        if (!OperatingSystem.IsLinux())
            return;

        byte[] text = Encoding.UTF8.GetBytes(mark);
        for (int round = 0; round < MaxRounds; round++)
        {
            bool found = false;
            foreach (string directory in Directory.EnumerateDirectories("/proc"))
            {
                bool isProcess = int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out int stray);
                if (isProcess && stray != id && HasInEnvironment(directory, text))
                    found |= SendSignal(stray, SigKill) == 0;
            }
            if (!found)
                return;
        }
    }

    private static bool HasInEnvironment(string directory, byte[] text)
    {
        try
        {
            return File.ReadAllBytes(Path.Combine(directory, "environ")).AsSpan().IndexOf(text) >= 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or it has ended.
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int idType, int processId, byte* details, int options);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int processId, out int status, int options);
}
