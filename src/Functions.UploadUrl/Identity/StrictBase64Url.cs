using System.Buffers;
using System.Buffers.Text;

namespace PhotoLambda.UploadUrl.Identity;

/// <summary>
/// Base64url with exactly one spelling for each value (RFC 7515, 2; RFC 4648, 3.5): no padding, no white space, no bits
/// set that do not count. With two spellings, one signed token would have many texts.
/// </summary>
internal static class StrictBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <returns>Null if the text is not of that form.</returns>
    public static byte[]? Decode(ReadOnlySpan<char> text)
    {
        var unused = (text.Length % 4) switch { 0 => 0, 2 => 0b1111, 3 => 0b11, _ => -1 };
        return unused < 0 || text.ContainsAnyExcept(Letters)
            || (unused > 0 && (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & unused) != 0)
                ? null
                : Base64Url.DecodeFromChars(text);
    }
}
