namespace PhotoLambda.Cdn;

/// <param name="PrivateKey">Of the account; never logged.</param>
/// <param name="UploadUrl">Of the upload API.</param>
/// <param name="ApiUrl">Of the media API, without a path of its versions.</param>
/// <param name="Folder">Where files go: <c>/photolambda</c>.</param>
/// <param name="Transformation">Done to each file before it is kept; empty: none.</param>
internal sealed record ImageKitOptions(
    string PrivateKey, Uri UploadUrl, Uri ApiUrl, string Folder, string Transformation)
{
    private const string FolderVariable = "PHOTOLAMBDA_IMAGEKIT_FOLDER";
    private const string TransformationVariable = "PHOTOLAMBDA_IMAGEKIT_TRANSFORMATION";
    private const int MostCharacters = 200;

    /// <summary>Names the account's key by nothing, so that a log of the record gives nothing away.</summary>
    public override string ToString() => $"{nameof(ImageKitOptions)} {{ {nameof(UploadUrl)} = {UploadUrl} }}";

    /// <exception cref="SettingException">A variable is missing or wrong; the message names it.</exception>
    public static ImageKitOptions Read(Func<string, string?> variable) => new(
        Key(variable, "PHOTOLAMBDA_IMAGEKIT_PRIVATE_KEY"),
        Settings.WebUrl(variable, "PHOTOLAMBDA_IMAGEKIT_UPLOAD_URL", "https://upload.imagekit.io/api/v1/files/upload"),
        Settings.WebUrl(variable, "PHOTOLAMBDA_IMAGEKIT_API_URL", "https://api.imagekit.io"),
        FolderOf(Settings.Optional(variable, FolderVariable)),
        TransformationOf(Settings.Optional(variable, TransformationVariable)));

    // A line break would end the header that it goes in, and a key is no text of other characters.
    private static string Key(Func<string, string?> variable, string name) =>
        Settings.Required(variable, name) is var key && key.All(c => c is > ' ' and < '\x7f' and not ':')
            ? key
            : throw new SettingException(
                name, "has a space, a colon or a character beyond ASCII; set it to the account's private key.");

    private static string FolderOf(string? value) => value switch
    {
        null => "/photolambda",
        _ when value.Length <= MostCharacters && value[0] == '/' && value.Length > 1 && value[^1] != '/'
            && !value.Contains("//", StringComparison.Ordinal)
            && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_') => value,
        _ => throw new SettingException(
            FolderVariable,
            $"is {Settings.Quoted(value)}; set it to '/' and letters, digits, '-', '_' and '/', at most "
                + $"{MostCharacters} characters, without '/' at the end."),
    };

    private static string TransformationOf(string? value) =>
        value is null || (value.Length <= MostCharacters && value.All(c => c is > ' ' and < '\x7f'))
            ? value ?? ""
            : throw new SettingException(
                TransformationVariable,
                $"is {Settings.Quoted(value)}; set it to a transformation such as w-2000,q-80, at most "
                    + $"{MostCharacters} characters of ASCII without spaces.");
}
