namespace PhotoLambda.Local.Functions;

/// <summary>Programs of the machine.</summary>
internal static class Programs
{
    /// <returns>The full path of a program on PATH, or null.</returns>
    public static string? Find(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? name + ".exe" : name))
        .FirstOrDefault(File.Exists);

    /// <summary>The <c>dotnet</c> that runs this process, else that of DOTNET_ROOT, else the one on PATH.</summary>
    /// <exception cref="LocalCloudException">There is none.</exception>
    public static string DotNet()
    {
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
        {
            return Environment.ProcessPath!;
        }

        var ofRoot = Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root
            ? Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet")
            : null;
        return File.Exists(ofRoot) ? ofRoot : Find("dotnet") ?? throw new LocalCloudException(
            "There is no dotnet on PATH to run the functions with. "
            + "Install the .NET SDK, or set DOTNET_ROOT to its folder.");
    }
}
