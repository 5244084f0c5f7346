using PhotoLambda.Metadata;

namespace PhotoLambda.Bench;

/// <summary>The bytes of a photo that are at hand: its head, and its tail where that is not in the head.</summary>
/// <param name="Length">Of the whole photo, in bytes.</param>
internal sealed record PhotoParts(byte[] Head, byte[] Tail, long Length)
{
    public static PhotoParts WholeOf(byte[] photo) => new(photo, [], photo.Length);

    public static PhotoParts HeadOf(byte[] photo)
    {
        var limits = ReadLimits.Default;
        return new(photo[..limits.HeadBytes], photo[^limits.TailBytes..], photo.Length);
    }

    /// <exception cref="BenchException">The parts are not enough.</exception>
    public MediaMetadata Read()
    {
        var window = new ObjectWindow(Length);
        window.Add(0, Head);
        window.Add(Length - Tail.Length, Tail);
        var metadata = MediaReader.Read(window);
        return window.Missing is null
            ? metadata
            : throw new BenchException($"The metadata of a photo lack {window.Missing}.");
    }
}
