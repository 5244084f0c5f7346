namespace PhotoLambda.Tests;

/// <summary>Folders that PostgreSQL can live in also when the tests run as root and it does not.</summary>
internal static class TemporaryFolder
{
    public static string New()
    {
        var folder = Directory.CreateTempSubdirectory("photolambda-").FullName;
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        }

        return folder;
    }

    /// <summary>What a process that is just ending still writes may need a second look.</summary>
    public static void Delete(string folder)
    {
        for (var attempt = 0; Directory.Exists(folder); attempt++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(50);
            }
        }
    }
}
