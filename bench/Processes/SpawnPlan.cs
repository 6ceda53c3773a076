using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace StreamingLambda.Bench.Processes;

/// <summary>
/// Everything a spawn needs, laid out in native memory before the clock starts: the time from spawn to the first request holds
/// no marshalling of ours.
/// </summary>
internal sealed unsafe class SpawnPlan : IDisposable
{
    private readonly List<nint> _blocks = [];
    private readonly byte* _path;
    private readonly byte** _arguments;
    private readonly byte** _environment;
    private readonly void* _fileActions;
    private readonly void* _attributes;

    public SpawnPlan(string path, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, SafeFileHandle output)
    {
        _path = Text(path);
        _arguments = Texts([path, .. arguments]);
        _environment = Texts([.. environment.Select(variable => $"{variable.Key}={variable.Value}")]);

        _fileActions = Zeroed(Libc.OpaqueBytes);
        _ = Libc.InitFileActions(_fileActions);
        int descriptor = (int)output.DangerousGetHandle();
        _ = Libc.AddDuplicate(_fileActions, descriptor, 1);
        _ = Libc.AddDuplicate(_fileActions, descriptor, 2);

        // .NET ignores SIGPIPE, and a child would inherit that: it must meet the signals that Lambda gives it.
        void* signals = Zeroed(Libc.OpaqueBytes);
        _attributes = Zeroed(Libc.OpaqueBytes);
        _ = Libc.InitAttributes(_attributes);
        _ = Libc.SetFlags(_attributes, Libc.SetSignalDefaults | Libc.SetSignalMask);
        _ = Libc.EmptySignals(signals);
        _ = Libc.SetMaskedSignals(_attributes, signals);
        _ = Libc.AddSignal(signals, Libc.Sigpipe);
        _ = Libc.SetDefaultSignals(_attributes, signals);
    }

    /// <returns>The id of the new process.</returns>
    /// <exception cref="BenchmarkException">The system refused to start it.</exception>
    public int Spawn()
    {
        int pid;
        int error = Libc.Spawn(&pid, _path, _fileActions, _attributes, _arguments, _environment);
        return error == 0
            ? pid
            : throw new BenchmarkException(
                $"Cannot start {Marshal.PtrToStringUTF8((nint)_path)}: {Marshal.GetPInvokeErrorMessage(error)}. "
                + "Check that it is an executable for this machine.");
    }

    public void Dispose()
    {
        _ = Libc.DestroyFileActions(_fileActions);
        _ = Libc.DestroyAttributes(_attributes);
        foreach (nint block in _blocks) Marshal.FreeCoTaskMem(block);
    }

    private byte* Text(string text)
    {
        nint block = Marshal.StringToCoTaskMemUTF8(text);
        _blocks.Add(block);
        return (byte*)block;
    }

    private byte** Texts(string[] texts)
    {
        byte** table = (byte**)Zeroed((texts.Length + 1) * sizeof(byte*)); // ends with a null
        for (int i = 0; i < texts.Length; i++) table[i] = Text(texts[i]);
        return table;
    }

    private void* Zeroed(int bytes)
    {
        nint block = Marshal.AllocCoTaskMem(bytes);
        new Span<byte>((void*)block, bytes).Clear();
        _blocks.Add(block);
        return (void*)block;
    }
}
