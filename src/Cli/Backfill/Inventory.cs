using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace PhotoLambda.Cli.Backfill;

/// <summary>An inventory of S3, read a file and a row at a time.</summary>
internal sealed class Inventory
{
    private readonly InventoryFiles _files;
    private readonly InventoryManifest _manifest;
    private readonly InventoryColumns _columns;

    private Inventory(InventoryFiles files, InventoryManifest manifest)
    {
        (_files, _manifest) = (files, manifest);
        _columns = new InventoryColumns(files.Name, manifest.FileSchema!);
    }

    public string Bucket => _manifest.SourceBucket!;

    public string Name => _files.Name;

    /// <exception cref="CommandException">It cannot be read; the message says why.</exception>
    public static async Task<Inventory> OpenAsync(InventoryFiles files, CancellationToken cancellation) =>
        new(files, await files.ReadManifestAsync(cancellation));

    /// <param name="prefix">Of the keys; empty: all.</param>
    /// <param name="sieve">Told of what is not there any more.</param>
    /// <exception cref="CommandException">A file is not what it should be; what came before is good.</exception>
    public async IAsyncEnumerable<FoundObject> ObjectsAsync(
        string prefix, Sieve sieve, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var file in _manifest.Files!)
        {
            await using var stream = await _files.OpenAsync(file, cancellation);
            await using var content = new GZipStream(stream, CompressionMode.Decompress);
            using var text = new StreamReader(content);
            var rows = new CsvRows(text);
            while (await NextAsync(file, rows, cancellation) is { } row)
            {
                var (found, fault) = _columns.Read(row, Bucket, out var isGone);
                if (fault is not null)
                {
                    throw new CommandException($"{Shown.Text(file.Key)}, line {rows.Line}: {fault}.");
                }

                if (isGone)
                {
                    sieve.LeaveOut("older version or deleted");
                }
                else if (found.Key.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return found;
                }
                else
                {
                    sieve.LeaveOut("outside of the prefix");
                }
            }
        }
    }

    private static async Task<IReadOnlyList<string>?> NextAsync(
        InventoryFile file, CsvRows rows, CancellationToken cancellation)
    {
        try
        {
            return await rows.ReadAsync(cancellation);
        }
        catch (FormatException e)
        {
            throw new CommandException($"{Shown.Text(file.Key)}, line {rows.Line} is no CSV: it {e.Message}.");
        }
        catch (InvalidDataException)
        {
            throw new CommandException($"{Shown.Text(file.Key)} is not compressed by gzip, or damaged.");
        }
    }
}
