namespace PhotoLambda.Tests;

/// <summary>Folders that PostgreSQL can live in also when the tests run as root and it does not.</summary>
internal static class TemporaryFolder
{
    private const string Memory = "/dev/shm";
    private const long Enough = 4L << 30;

    private static readonly string Parent = HasMemory() ? Memory : Path.GetTempPath();

    /// <summary>In memory where there is plenty: a database is a thousand files, and making those is slow on a disk.</summary>
    public static string New()
    {
        var folder = Path.Combine(Parent, "photolambda-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
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

    /// <summary>Containers often have little of it, which no program may be run from.</summary>
    private static bool HasMemory() =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/mounts").Any(line => line.Split(' ') is [_, Memory, "tmpfs", var options, ..]
            && options.Split(',') is var all && all.Contains("rw") && !all.Contains("noexec"))
        && new DriveInfo(Memory).AvailableFreeSpace > Enough;
}
