namespace PhotoLambda.UploadUrl.Photos;

/// <summary>The types a ticket can be had for, with the extension of their object keys.</summary>
internal static class MimeTypes
{
    public static readonly IReadOnlyList<string> Accepted = ["image/jpeg", "image/png"];

    public static string Extension(string type) => type == "image/png" ? "png" : "jpg";
}
