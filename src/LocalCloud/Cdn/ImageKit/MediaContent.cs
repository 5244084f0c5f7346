using PhotoLambda.Metadata;
using PhotoLambda.Photos;

namespace PhotoLambda.Local.Cdn;

/// <summary>The bytes of a file and what they are.</summary>
/// <param name="Width">Pixels; null where that is unknown, as <paramref name="Height"/>.</param>
internal sealed record MediaContent(byte[] Bytes, string Mime, int? Width, int? Height)
{
    /// <param name="name">Tells the type of what does not show it.</param>
    public static async Task<MediaContent> OfAsync(byte[] bytes, string name, CancellationToken cancellation)
    {
        var media = await MediaReader.ReadAsync(
            bytes.Length,
            (range, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(
                bytes.AsMemory((int)range.Offset, range.Count)),
            cancellationToken: cancellation);
        return new MediaContent(
            bytes, media.Type.Mime() ?? MimeTypes.OfName(name) ?? "application/octet-stream",
            media.Width, media.Height);
    }
}
