using PhotoLambda.Cli.Adoption;

namespace PhotoLambda.Cli.Backfill;

/// <summary>What <c>s3://bucket/key</c> names, where the key may be the beginning of many.</summary>
internal sealed record S3Place(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    public static bool Is(string text) => text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);

    /// <exception cref="FormatException">It is none; the message names the value.</exception>
    public static S3Place Parse(string name, string text)
    {
        var slash = text.IndexOf('/', Math.Min(Scheme.Length, text.Length));
        var place = new S3Place(
            Is(text) ? text[Scheme.Length..(slash < 0 ? text.Length : slash)] : "",
            slash < 0 ? "" : text[(slash + 1)..]);
        return Given.IsBucket(place.Bucket)
            ? place
            : throw new FormatException(
                $"{name} must be s3://, a bucket's name, a slash and the beginning of keys; "
                + $"it was '{Shown.Text(text)}'.");
    }

    /// <summary>Where originals may be.</summary>
    /// <inheritdoc cref="Parse" path="/exception"/>
    public static S3Place ParsePrefix(string name, string text)
    {
        var place = Parse(name, text);
        Given.Prefix(place.Key);
        return AdoptedPrefix.IsPossible(place.Key)
            ? place
            : throw new FormatException($"{name} must not lie below thumbnails/ or public/, where the functions' own "
                + $"objects are; it was '{Shown.Text(text)}'.");
    }

    public override string ToString() => $"{Scheme}{Bucket}/{Shown.Text(Key)}";
}
