using System.Buffers;
using System.Text;
using PhotoLambda.Photos;

namespace PhotoLambda.Media;

/// <summary>
/// Names of files and sessions, of which keys are made. A file's name is cleaned: of what stands behind the last
/// <c>/</c> or <c>\</c>, in Unicode's form NFC, everything but letters, digits, <c>.</c>, <c>_</c> and <c>-</c> becomes
/// <c>_</c>; dots and spaces at both ends go; a name that Windows gives to a device gets a <c>_</c> before it; a name
/// without an extension gets that of the content's type; and beyond 200 bytes of UTF-8 it is cut before its extension.
/// A clean name stays as it is.
/// </summary>
internal static class MediaNames
{
    public const int MostBytes = 200;

    // Of what comes in. What is cut would not be seen again.
    private const int Longest = 4096;

    private const int LongestExtension = 10;
    private const int LongestSession = 128;

    private static readonly SearchValues<char> AsciiLettersAndDigits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    /// <returns>The part of the name that counts, as text that the database takes: it knows the form NFC.</returns>
    /// <remarks>
    /// <see cref="string.Normalize()"/> does nothing in a process without ICU, as all functions are.
    /// </remarks>
    /// <exception cref="ArgumentException">Nothing of it is left, or it is too long.</exception>
    public static string LastPart(string name, string field)
    {
        ArgumentNullException.ThrowIfNull(name, field);
        if (name.Length > Longest)
        {
            throw new ArgumentException(
                $"{field} has {name.Length} characters ('{MediaText.Shown(name)}'); it must have {Longest} at most.",
                field);
        }

        var last = name.AsSpan(name.LastIndexOfAny(['/', '\\']) + 1).TrimEnd(" .").TrimStart(". ");
        if (last.IsEmpty)
        {
            throw new ArgumentException(
                $"{field} is '{MediaText.Shown(name)}', of which nothing is left; "
                + "it must have a letter, a digit, '_' or '-' behind the last separator.", field);
        }

        var text = new StringBuilder(last.Length);
        // Half a surrogate pair comes as U+FFFD.
        foreach (var rune in last.EnumerateRunes())
        {
            text.Append(rune.Value == 0 ? "_" : rune.ToString());
        }

        return text.ToString();
    }

    /// <param name="name">Of <see cref="LastPart"/>, in the form NFC.</param>
    /// <param name="type">Of the content.</param>
    /// <param name="isTyped">Whether the extension must be one of the type.</param>
    public static string Clean(string name, string type, bool isTyped = false)
    {
        var clean = string.Concat(name.EnumerateRunes().Select(r => IsPlain(r) ? r.ToString() : "_"));
        var (stem, extension) = Split(clean);
        if (isTyped ? MimeTypes.OfName(clean) != type : extension.Length == 0)
        {
            (stem, extension) = (clean, "." + MimeTypes.Extension(type));
        }

        if (IsDevice(stem))
        {
            stem = "_" + stem;
        }

        return Cut(stem, MostBytes - extension.Length) + extension;
    }

    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Session(string session, string field)
    {
        ArgumentNullException.ThrowIfNull(session, field);
        return IsSession(session) ? session : throw new ArgumentException(
            $"{field} is '{MediaText.Shown(session)}'; it must be 1 to {LongestSession} letters, digits, '.', '_' or "
            + "'-', and neither '.', '..', 'thumbnails' nor 'public'.", field);
    }

    public static bool IsSession(string? session) =>
        session is { Length: >= 1 and <= LongestSession } and not ("." or ".." or "thumbnails" or "public")
        && session.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    private static bool IsPlain(Rune rune) => Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '_' or '-';

    /// <returns>The extension with its dot: 1 to 10 ASCII letters and digits behind the last one; or empty.</returns>
    private static (string Stem, string Extension) Split(string name)
    {
        var dot = name.LastIndexOf('.');
        var extension = name.AsSpan(dot + 1);
        return dot > 0 && extension.Length is >= 1 and <= LongestExtension
            && !extension.ContainsAnyExcept(AsciiLettersAndDigits)
            ? (name[..dot], name[dot..])
            : (name, "");
    }

    // https://learn.microsoft.com/windows/win32/fileio/naming-a-file: whatever stands behind the first dot.
    private static bool IsDevice(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var first = (dot < 0 ? name : name[..dot]).ToUpperInvariant();
        return first is "CON" or "PRN" or "AUX" or "NUL"
            || (first.Length == 4 && char.IsAsciiDigit(first[3])
                && (first.StartsWith("COM", StringComparison.Ordinal)
                    || first.StartsWith("LPT", StringComparison.Ordinal)));
    }

    private static string Cut(string stem, int most)
    {
        if (Encoding.UTF8.GetByteCount(stem) <= most)
        {
            return stem;
        }

        var (bytes, units) = (0, 0);
        foreach (var rune in stem.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > most)
            {
                break;
            }

            units += rune.Utf16SequenceLength;
        }

        return stem[..units];
    }
}
