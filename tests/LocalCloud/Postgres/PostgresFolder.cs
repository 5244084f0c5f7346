using System.Globalization;

namespace PhotoLambda.Tests;

/// <summary>The folder of a database server.</summary>
internal static class PostgresFolder
{
    /// <summary>The process id of the server that runs on this folder.</summary>
    public static int ServerId(string folder) => int.Parse(
        File.ReadLines(Path.Combine(folder, "data", "postmaster.pid")).First(), CultureInfo.InvariantCulture);
}
