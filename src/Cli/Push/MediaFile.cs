using PhotoLambda.Metadata;
using PhotoLambda.Photos;

namespace PhotoLambda.Cli.Push;

/// <summary>What a file is, by its content as the server will see it.</summary>
/// <param name="MimeType">Null when it cannot be pushed, and <paramref name="Reason"/> says why.</param>
/// <param name="IsMedia">By its content or its name.</param>
internal sealed record MediaFile(string? MimeType, bool IsMedia, string? Reason = null)
{
    /// <param name="length">Bytes. An empty file is not opened: it may be a pipe, and wait for a writer.</param>
    public static async Task<MediaFile> LookAsync(string place, long length, CancellationToken cancellation)
    {
        var isNamed = MimeTypes.OfName(place) is not null;
        if (length == 0)
        {
            return new MediaFile(null, isNamed, "empty");
        }

        using var file = File.OpenHandle(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var head = await ReadAsync(file, new ByteRange(0, (int)Math.Min(MediaTypes.HeadBytes, length)), cancellation);
        var type = MediaReader.Sniff(head.Span);
        if (type is MediaType.Mp4 or MediaType.Ogg)
        {
            // These may have pictures that move; their tracks tell.
            type = (await MediaReader.ReadAsync(
                length, (range, token) => ReadAsync(file, range, token), null, cancellation)).Type;
        }

        return type switch
        {
            MediaType.Unknown when isNamed =>
                new MediaFile(null, true, "damaged: its content is not what its name says"),
            MediaType.Unknown => new MediaFile(null, false, "neither a photo nor a sound"),
            MediaType.Mp4Video or MediaType.OggVideo => new MediaFile(null, false, "a video"),
            _ when length < PushFile.LeastBytes => new MediaFile(
                null, true, $"too small: at least {Shown.Count(PushFile.LeastBytes)} bytes are taken; it has {length}"),
            MediaType.Mp4 => new MediaFile(MediaType.M4a.Mime(), true),
            _ => new MediaFile(type.Mime(), true),
        };
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        Microsoft.Win32.SafeHandles.SafeFileHandle file, ByteRange range, CancellationToken cancellation)
    {
        var bytes = new byte[range.Count];
        for (var at = 0; at < bytes.Length;)
        {
            var count = await RandomAccess.ReadAsync(file, bytes.AsMemory(at), range.Offset + at, cancellation);
            at += count > 0 ? count : throw new EndOfStreamException("it was cut off meanwhile");
        }

        return bytes;
    }
}
