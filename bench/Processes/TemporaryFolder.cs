namespace PhotoLambda.Bench;

/// <summary>A folder that goes with the bench, and that PostgreSQL can live in also when root runs it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, (UnixFileMode)0b111_101_101);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("photolambda-bench-").FullName;

    public string Below(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>What a process that is just ending still writes may need a second look.</summary>
    public void Dispose()
    {
        for (var attempt = 0; Directory.Exists(Path); attempt++)
        {
            try
            {
                Directory.Delete(Path, recursive: true);
            }
            catch (IOException) when (attempt < 20)
            {
                Thread.Sleep(50);
            }
        }
    }
}
