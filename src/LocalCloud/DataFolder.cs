namespace PhotoLambda.Local;

/// <summary>The folder that outlives the process, and the claim that only one process uses it.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _claim;

    private DataFolder(string path, FileStream claim)
    {
        Path = path;
        _claim = claim;
    }

    public string Path { get; }

    /// <exception cref="LocalCloudException">Another local cloud uses it, or it cannot be written.</exception>
    public static DataFolder Claim(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            // The lock goes with the process, however that ends.
            return new DataFolder(path, new FileStream(
                System.IO.Path.Combine(path, "in-use"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new LocalCloudException(
                $"{path} cannot be written: {e.Message} Choose another folder with --data.", e);
        }
        catch (IOException e)
        {
            throw new LocalCloudException(
                $"{path} is used by another local cloud, or cannot be written. Stop that one, or choose another folder "
                + $"with --data. ({e.Message})", e);
        }
    }

    public string Below(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _claim.Dispose();
}
