namespace PhotoLambda.Bench;

/// <summary>One way of publishing a function, and how what comes of it is started.</summary>
/// <param name="Framework">What it is built for: Native AOT takes the compiler that every registry has.</param>
/// <param name="Options">Of <c>dotnet publish</c>.</param>
internal sealed record ColdFlavour(string Name, string Framework, bool IsNative, string[] Options)
{
    public static IReadOnlyList<ColdFlavour> All { get; } =
    [
        new("portable", "net10.0", IsNative: false, ["-p:UseAppHost=false"]),
        new("ReadyToRun", "net10.0", IsNative: false,
            ["-r", Rid, "--self-contained", "false", "-p:PublishReadyToRun=true", "-p:UseAppHost=false"]),
        new("Native AOT", "net9.0", IsNative: true, ["-r", Rid, "-p:PublishAot=true"]),
    ];

    private static string Rid => System.Runtime.InteropServices.RuntimeInformation.RuntimeIdentifier is var rid
        && rid.EndsWith("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64";

    /// <returns>What to run, with its arguments.</returns>
    public (string File, string[] Arguments) Command(string folder, string assembly) => IsNative
        ? (Path.Combine(folder, assembly), [])
        : ("dotnet", [Path.Combine(folder, assembly + ".dll")]);
}
