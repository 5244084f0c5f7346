using System.Globalization;

namespace PhotoLambda.Tests;

/// <summary>Folders for database servers: open to the account that root drops to, whatever the umask is.</summary>
internal static class PostgresFolder
{
    public static string Create()
    {
        var folder = Path.Combine(Path.GetTempPath(), "pg-" + Path.GetRandomFileName());
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        return folder;
    }

    /// <summary>The process id of the server that runs on this folder.</summary>
    public static int ServerId(string folder) => int.Parse(
        File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
}
