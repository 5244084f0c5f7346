using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using PhotoLambda.S3;

namespace PhotoLambda.Cli.Backfill;

/// <summary>The files of an inventory, on a disk or in a bucket.</summary>
/// <param name="manifest">A path, or an s3:// URL.</param>
internal sealed class InventoryFiles(string manifest, Buckets buckets)
{
    private const int LongestManifest = 4 * 1024 * 1024;

    // Of one request: less than the answers that are taken, and little to ask for again.
    private const int Piece = 4 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly S3Place? _place = S3Place.Is(manifest) ? S3Place.Parse("--inventory", manifest) : null;

    public string Name => _place?.ToString() ?? Shown.Text(manifest);

    /// <exception cref="CommandException">It is none, or too long, or not where it says that it is.</exception>
    public async Task<InventoryManifest> ReadManifestAsync(CancellationToken cancellation)
    {
        using var content = new MemoryStream();
        if (_place is not null)
        {
            await CopyAsync(_place.Key, LongestManifest + 1, content, cancellation);
        }
        else if (new FileInfo(manifest).Length <= LongestManifest)
        {
            content.Write(await File.ReadAllBytesAsync(manifest, cancellation));
        }

        if (content.Length is 0 or > LongestManifest)
        {
            throw new CommandException(
                $"{Name} is no manifest of an inventory: these have 1 to {LongestManifest} bytes.");
        }

        var read = InventoryManifest.Parse(Name, content.GetBuffer().AsSpan(0, (int)content.Length));
        var bucket = read.DestinationBucket?[(read.DestinationBucket.LastIndexOf(':') + 1)..];
        return _place is null || bucket is null || bucket == _place.Bucket
            ? read
            : throw new CommandException($"{Name} says that its files are in the bucket {Shown.Text(bucket)}: "
                + "give the manifest that is there.");
    }

    /// <returns>The file, whose checksum is right; the caller's to dispose.</returns>
    /// <exception cref="CommandException">It is not there, or another one.</exception>
    public async Task<FileStream> OpenAsync(InventoryFile file, CancellationToken cancellation)
    {
        var stream = _place is null ? OpenLocal(file) : await FetchAsync(file, cancellation);
        try
        {
            stream.Position = 0;
#pragma warning disable CA5351 // S3 says what the files' MD5 is, and nothing else.
            var md5 = Convert.ToHexString(await MD5.HashDataAsync(stream, cancellation));
#pragma warning restore CA5351
            if (stream.Length != file.Size || !md5.Equals(file.Md5, StringComparison.OrdinalIgnoreCase))
            {
                throw new CommandException($"{Shown.Text(file.Key)} is not what the manifest tells of: it has "
                    + $"{stream.Length} bytes and the MD5 checksum {md5.ToLowerInvariant()}; told were "
                    + $"{file.Size} and {Shown.Text(file.Md5)}.");
            }

            stream.Position = 0;
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Copied as S3 puts them, the files lie in <c>data</c> beside the manifest's folder.</summary>
    private FileStream OpenLocal(InventoryFile file)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(manifest))!;
        // The key is a stranger's: none of its folders is gone into.
        var name = Path.GetFileName(file.Key);
        string[] paths = [Path.Combine(folder, name), Path.GetFullPath(Path.Combine(folder, "..", "data", name))];
        return Array.Find(paths, File.Exists) is { } path
            ? File.OpenRead(path)
            : throw new CommandException($"The inventory's file {Shown.Text(file.Key)} is neither {paths[0]} nor "
                + $"{paths[1]}. If it is in S3 still, give the manifest by its s3:// URL.");
    }

    /// <summary>
    /// To a file that goes with the stream: nothing is sent before the checksum of all of it is known.
    /// </summary>
    private async Task<FileStream> FetchAsync(InventoryFile file, CancellationToken cancellation)
    {
        var path = Path.Combine(Path.GetTempPath(), $"photolambda-{Guid.NewGuid():N}.csv.gz");
        var stream = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous,
        });
        try
        {
            await CopyAsync(file.Key, file.Size!.Value, stream, cancellation);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <param name="length">Bytes, at most.</param>
    private async Task CopyAsync(string key, long length, Stream to, CancellationToken cancellation)
    {
        var bucket = buckets.Of(_place!.Bucket);
        for (long start = 0; start < length; start += Piece)
        {
            var range = new RangeHeaderValue(start, Math.Min(start + Piece, length) - 1);
            using var response = await bucket.SendAsync(HttpMethod.Get, key, [], r => r.Headers.Range = range,
                default, DateTimeOffset.MaxValue, cancellation, Patience);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                return;
            }

            if (response.StatusCode != HttpStatusCode.PartialContent)
            {
                throw new CommandException(string.Create(CultureInfo.InvariantCulture,
                    $"The store answered {(int)response.StatusCode} where s3://{_place.Bucket}/{Shown.Text(key)} was "
                    + $"asked for, of the inventory {Name}."));
            }

            await response.Content.CopyToAsync(to, cancellation);
            if (response.Content.Headers.ContentRange?.Length <= start + Piece)
            {
                return;
            }
        }
    }
}
