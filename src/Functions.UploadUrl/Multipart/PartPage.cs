using System.Globalization;
using System.Text.Json.Serialization;
using PhotoLambda.S3;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>A part that the store has, or that a client says it has.</summary>
/// <param name="ETag">Without quotes.</param>
/// <param name="Size">Bytes; 0 when it is a client that says so.</param>
/// <param name="Sha256">Base64, when the upload was begun with it.</param>
internal sealed record UploadedPart(
    [property: JsonPropertyName("part_number")] int Number,
    [property: JsonPropertyName("etag")] string ETag,
    long Size,
    [property: JsonIgnore] string? Sha256 = null)
{
    public static readonly NamedSchema Shape = new("UploadedPart", _ => Schema.Object(
        ("part_number", Schema.Integer()),
        ("etag", Schema.Text("As the completion wants it")),
        ("size", Schema.Integer("Bytes"))));
}

/// <param name="NextCursor">Null on the last page.</param>
internal sealed record PartPage(IReadOnlyList<UploadedPart> Items, string? NextCursor)
{
    public static readonly NamedSchema Shape = new("PartPage", components => Schema.Object(
        ("items", Schema.Array(components.Refer(UploadedPart.Shape))),
        ("next_cursor", Schema.Nullable(Schema.Text("For the next page; null on the last")))));

    /// <returns>Null when it is not what S3 documents.</returns>
    public static PartPage? Read(StoreXml list)
    {
        var parts = new List<UploadedPart>();
        foreach (var part in list.Children("Part"))
        {
            if (!TryReadNumber(part.Child("PartNumber"), out var number)
                || !TryReadNumber(part.Child("Size"), out var size) || part.Child("ETag") is not { } etag)
            {
                return null;
            }

            parts.Add(new UploadedPart((int)number, etag.Trim('"'), size, part.Child("ChecksumSHA256")));
        }

        return new PartPage(parts, list.Child("IsTruncated") == "true" ? list.Child("NextPartNumberMarker") : null);
    }

    private static bool TryReadNumber(string? text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
