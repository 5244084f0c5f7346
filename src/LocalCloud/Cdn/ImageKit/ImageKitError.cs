namespace PhotoLambda.Local.Cdn;

/// <summary>A request that ImageKit's API refuses.</summary>
/// <param name="status">Of those that "ImageKit API overview", Error codes, lists.</param>
/// <param name="message">What is wrong: the field, the limit and the value.</param>
internal sealed class ImageKitError(int status, string message) : Exception(message)
{
    public int Status => status;

    public static ImageKitError Invalid(string message) => new(400, message);

    /// <param name="value">Shown shortened: it may be a whole file.</param>
    public static ImageKitError Field(string name, string rule, string value) =>
        Invalid($"{name} {rule}; it is '{(value.Length > 100 ? value[..100] + "…" : value)}'.");
}
