using MyNamespace;

// On Lambda, and in the emulator, it takes Lambda's events; elsewhere it runs on Kestrel.
TodoApp.Create(args).Run();
