namespace PhotoLambda.UploadUrl.Photos;

/// <summary>The types a ticket can be had for, with the extension of their object keys.</summary>
internal static class MimeTypes
{
    public const string Accepted = "image/jpeg or image/png";

    public static bool IsAccepted(string type) => type is "image/jpeg" or "image/png";

    public static string Extension(string type) => type == "image/png" ? "png" : "jpg";
}
