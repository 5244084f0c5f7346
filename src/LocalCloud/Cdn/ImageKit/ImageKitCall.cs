namespace PhotoLambda.Local.Cdn;

/// <summary>What a request to ImageKit asks for, by the names that faults and counters have.</summary>
internal static class ImageKitCall
{
    public const string Upload = "upload";
    public const string List = "list";
    public const string Delete = "delete";
    public const string Purge = "purge";

    public static readonly IReadOnlyList<string> All = [Upload, List, Delete, Purge];
}
