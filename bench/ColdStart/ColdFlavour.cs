using System.Runtime.InteropServices;

namespace PhotoLambda.Bench;

/// <summary>One way of building a function, and how what comes of it is started.</summary>
/// <param name="Name">For the reader.</param>
/// <param name="Flavor">For the Makefile.</param>
internal sealed record ColdFlavour(string Name, string Flavor)
{
    public static IReadOnlyList<ColdFlavour> All { get; } =
        [new("portable", "portable"), new("ReadyToRun", "readytorun"), new("Native AOT", "aot")];

    /// <summary>As the template's parameter Architecture.</summary>
    public static string Architecture =>
        RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64
            ? "arm64"
            : "x86_64";

    /// <returns>What to run, with its arguments.</returns>
    public (string File, string[] Arguments) Command(string folder, string assembly) => Flavor == "aot"
        ? (Path.Combine(folder, "bootstrap"), [])
        : ("dotnet", [Path.Combine(folder, assembly + ".dll")]);
}
