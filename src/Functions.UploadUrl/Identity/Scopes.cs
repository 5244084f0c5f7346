namespace PhotoLambda.UploadUrl.Identity;

/// <summary>What a token may allow. Each is also the name of the authorization policy that asks for it.</summary>
internal static class Scopes
{
    public const string ReadPhotos = "photos:read";
    public const string WritePhotos = "photos:write";

    /// <summary>Of the processor that reports detection results, never of a person.</summary>
    public const string ProcessPhotos = "photos:process";
    public const string WriteProjects = "projects:write";

    public static readonly string[] All = [ReadPhotos, WritePhotos, ProcessPhotos, WriteProjects];
}
