using System.Globalization;
using PhotoLambda.Metadata;
using PhotoLambda.Photos;

namespace PhotoLambda.Media;

/// <summary>What a call takes.</summary>
/// <param name="Name">For messages.</param>
/// <param name="MostBytes">Of one file.</param>
internal sealed record MediaKind(string Name, long MostBytes, IReadOnlyList<string> Types)
{
    private static readonly string[] Images =
        [.. MimeTypes.Accepted.Where(t => t.StartsWith("image/", StringComparison.Ordinal))];

    public static readonly MediaKind Original = new("an original", 500L * 1024 * 1024, Images);

    public static readonly MediaKind Audio =
        new("a sound", 100L * 1024 * 1024, ["audio/mpeg", "audio/wav", "audio/flac", "audio/mp4"]);

    /// <summary>No SVG: it carries scripts, and no first bytes tell what it is.</summary>
    public static readonly MediaKind Visualization = new("a visualization", Original.MostBytes, Images);

    /// <param name="head">The first bytes of the content.</param>
    /// <param name="declared">Null: nothing.</param>
    /// <returns>The type of the content.</returns>
    /// <exception cref="MediaTypeException">It is none of this kind, or another than was declared.</exception>
    public string TypeOf(ReadOnlySpan<byte> head, string? declared)
    {
        var found = MediaReader.Sniff(head);
        var type = Types.FirstOrDefault(t => found.Fits(t));
        if (type is null)
        {
            throw new MediaTypeException(
                $"The content is {found.Mime() ?? "of no known type"}; {Name} is one of {string.Join(", ", Types)}.");
        }

        return declared is null || string.Equals(declared, type, StringComparison.OrdinalIgnoreCase)
            ? type
            : throw new MediaTypeException(
                $"The content was declared as {MediaText.Shown(declared)}; by its first bytes it is {type}.");
    }

    public MediaTooLargeException TooLarge(long? size) => new(
        $"The content has {size?.ToString(CultureInfo.InvariantCulture) ?? "more"} bytes; "
        + $"{Name} has {MostBytes} at most.", MostBytes);
}
