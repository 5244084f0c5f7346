namespace PhotoLambda.Local.Cdn;

/// <summary>The <c>file</c> of an upload, whichever of three ways it came.</summary>
/// <remarks>"Upload file" API, file: bytes, base64 (also as a data URI), or a URL.</remarks>
internal static class UploadedFile
{
    /// <summary>Bytes; the same for all kinds of files.</summary>
    /// <remarks>"Upload file" API, File size limit: 25 MB for images on the free plan.</remarks>
    public const int MaximumSize = 25 * 1024 * 1024;

    /// <exception cref="ImageKitError">There is none, it is empty or too large, or cannot be had.</exception>
    public static async Task<byte[]> TakeAsync(UploadForm form, RemoteFile remote, CancellationToken cancellation)
    {
        var bytes = form switch
        {
            { FileBytes: { } sent } => sent,
            { FileText: { Length: > 0 } text } when text.Contains("://", StringComparison.Ordinal) =>
                await remote.FetchAsync(text, cancellation),
            { FileText: { Length: > 0 } text } => FromBase64(text),
            _ => throw ImageKitError.Invalid("file is missing."),
        };
        return bytes.Length switch
        {
            0 => throw ImageKitError.Invalid("file is empty."),
            > MaximumSize => throw TooLarge($"{bytes.Length}"),
            _ => bytes,
        };
    }

    /// <returns>Null when there are more bytes than <paramref name="limit"/>.</returns>
    public static async Task<byte[]?> ReadAsync(Stream stream, int limit, CancellationToken cancellation)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellation) is > 0 and var read)
        {
            if (memory.Length + read > limit)
            {
                return null;
            }

            memory.Write(buffer, 0, read);
        }

        return memory.ToArray();
    }

    public static ImageKitError TooLarge(string size) =>
        ImageKitError.Invalid($"file may have {MaximumSize} bytes and has {size}.");

    private static byte[] FromBase64(string text)
    {
        const string Marker = ";base64,";
        var marker = text.IndexOf(Marker, StringComparison.OrdinalIgnoreCase);
        // Base64 has neither colon nor comma: what is no data URI is decoded whole, and refused if it is neither.
        var start = marker > 0 && text.StartsWith("data:", StringComparison.OrdinalIgnoreCase)
            ? marker + Marker.Length
            : 0;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64Chars(text.AsSpan(start), bytes, out var size)
            ? bytes[..size]
            : throw ImageKitError.Field("file", "must be bytes, base64 or a URL of http or https", text);
    }
}
