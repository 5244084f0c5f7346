namespace PhotoLambda.Cli.Push;

/// <summary>Finds the photos and sounds below a folder.</summary>
internal static class FolderWalk
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <param name="paths">Names places as the journal does.</param>
    /// <returns>In the order of their paths.</returns>
    public static async Task<Selected> FindAsync(
        string folder, Func<string, string> paths, CancellationToken cancellation)
    {
        var selected = new Selected();
        var folders = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (folders.TryPop(out var next))
        {
            cancellation.ThrowIfCancellationRequested();
            FileSystemInfo[] entries;
            try
            {
                entries = next.GetFileSystemInfos("*", All);
            }
            catch (Exception e) when ((e is IOException or UnauthorizedAccessException) && next.FullName != folder)
            {
                selected.Refused.Add((paths(next.FullName), $"cannot be read: {e.Message}"));
                continue;
            }

            foreach (var entry in entries.Where(e => !e.Name.StartsWith(PushFiles.Own, StringComparison.Ordinal)))
            {
                await TakeAsync(entry, folders, selected, paths, cancellation);
            }
        }

        selected.Files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return selected;
    }

    private static async Task TakeAsync(
        FileSystemInfo entry, Stack<DirectoryInfo> folders, Selected selected, Func<string, string> paths,
        CancellationToken cancellation)
    {
        if (entry.Name.StartsWith('.') || (entry.Exists && entry.Attributes.HasFlag(FileAttributes.Hidden)))
        {
            selected.Skip("hidden");
        }
        else if (entry.LinkTarget is not null)
        {
            // A link to a folder may lead back to where it stands.
            var target = Links.Follow(entry.FullName);
            if (target is FileInfo file)
            {
                await selected.AddAsync(paths(entry.FullName), entry.FullName, file, false, null, cancellation);
            }
            else
            {
                selected.Skip(target is null ? "a link that leads nowhere" : "a link to a folder");
            }
        }
        else if (!entry.Exists)
        {
            selected.Refused.Add((paths(entry.FullName), "cannot be found: it is gone, or its name is not in UTF-8"));
        }
        else if (entry is DirectoryInfo folder)
        {
            folders.Push(folder);
        }
        else
        {
            await selected.AddAsync(
                paths(entry.FullName), entry.FullName, (FileInfo)entry, false, null, cancellation);
        }
    }
}
