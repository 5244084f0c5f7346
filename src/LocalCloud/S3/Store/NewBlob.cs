namespace PhotoLambda.Local.S3;

/// <summary>A file being written; deleted when it is disposed of without <see cref="Keep"/>.</summary>
internal sealed class NewBlob(string id, string path) : IAsyncDisposable
{
    private readonly FileStream _file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read,
        bufferSize: 0, FileOptions.Asynchronous);

    private bool _kept;

    public string Id { get; } = id;

    public Stream Stream => _file;

    /// <summary>From now on the file belongs to the journal. It is unbuffered, so the system has all of it.</summary>
    public void Keep() => _kept = true;

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        if (!_kept)
        {
            File.Delete(path);
        }
    }
}
