namespace PhotoLambda.Cli.Push;

internal static class Links
{
    /// <returns>What is there, behind all links; null when nothing is, or links lead in a circle.</returns>
    public static FileSystemInfo? Follow(string place)
    {
        try
        {
            var info = new FileInfo(place);
            var target = info.LinkTarget is null ? place : info.ResolveLinkTarget(true)!.FullName;
            return Directory.Exists(target) ? new DirectoryInfo(target)
                : File.Exists(target) ? new FileInfo(target)
                : null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
