namespace PhotoLambda.Local.Cdn;

/// <summary>The fields of an upload beside the file, valid.</summary>
/// <param name="Folder">As it is kept, like <paramref name="Name"/>, to which a suffix may still be added.</param>
/// <param name="Pre">The transformation before the file is stored; null: none.</param>
internal sealed record UploadOptions(string Folder, string Name, bool UseUniqueName, bool Overwrite, string? Pre)
{
    private const int LongestTags = 500;

    private static readonly string[] Flags =
    [
        "useUniqueFileName", "overwriteFile", "overwriteTags", "overwriteAITags", "overwriteCustomMetadata",
        "isPrivateFile", "isPublished",
    ];

    private static readonly string[] Known =
    [
        "fileName", "folder", "tags", "customCoordinates", "responseFields", "extensions", "webhookUrl",
        "customMetadata", "description", "checks", "transformation", .. Flags,
    ];

    /// <remarks>
    /// "Upload file" API, Request parameters. A field that is not there is refused, so that a mistyped one does not
    /// pass unseen; so are those of uploads from a browser, which have another authentication.
    /// </remarks>
    /// <exception cref="ImageKitError">A field is missing, unknown or not valid.</exception>
    public static UploadOptions From(UploadForm form)
    {
        var fields = form.Fields;
        if (fields.Keys.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
        {
            throw ImageKitError.Invalid($"{unknown} is not a parameter of an upload from a server.");
        }

        if (fields.GetValueOrDefault("fileName") is not { Length: > 0 } name)
        {
            throw ImageKitError.Invalid("fileName is missing.");
        }

        foreach (var flag in Flags)
        {
            _ = Flag(fields, flag);
        }

        CheckTags(fields.GetValueOrDefault("tags", ""));
        CheckCoordinates(fields.GetValueOrDefault("customCoordinates"));
        FieldJson.CheckObject("customMetadata", fields.GetValueOrDefault("customMetadata"));
        FieldJson.CheckArray("extensions", fields.GetValueOrDefault("extensions"));
        return new UploadOptions(
            AssetPath.CleanFolder(fields.GetValueOrDefault("folder", "/")), AssetPath.CleanName(name),
            Flag(fields, "useUniqueFileName"), Flag(fields, "overwriteFile"),
            FieldJson.Transformation(fields.GetValueOrDefault("transformation")));
    }

    /// <summary>Where the file goes: with another suffix each time when the name is to be unique.</summary>
    public string NewPath() => $"{Folder}/{(UseUniqueName ? AssetPath.MakeUnique(Name) : Name)}";

    // "Upload file" API: all of them are true unless told otherwise, but isPrivateFile, which is not looked at.
    private static bool Flag(IReadOnlyDictionary<string, string> fields, string name) =>
        fields.GetValueOrDefault(name, "true") switch
        {
            "true" => true,
            "false" => false,
            var other => throw ImageKitError.Field(name, "must be true or false", other),
        };

    private static void CheckTags(string tags)
    {
        if (tags.Length > LongestTags || tags.Contains('%'))
        {
            throw ImageKitError.Field(
                "tags", $"may have {LongestTags} characters and no %, and has {tags.Length}", tags);
        }
    }

    private static void CheckCoordinates(string? coordinates)
    {
        if (coordinates is not null
            && (coordinates.Split(',') is not { Length: 4 } parts || !parts.All(part => uint.TryParse(part, out _))))
        {
            throw ImageKitError.Field("customCoordinates", "must be x,y,width,height", coordinates);
        }
    }
}
