using System.CommandLine;

namespace PhotoLambda.Cli.Backfill;

/// <summary>What is registered, for whom, and how.</summary>
/// <param name="Place">Null: an inventory says where.</param>
/// <param name="DetectionTypes">Empty: none.</param>
internal sealed record BackfillOptions(
    S3Place? Place, string? Inventory, string Organization, Guid Project, bool Inspect, string[] DetectionTypes,
    string? Priority)
{
    private const int LongestId = 255;
    private const int MostTypes = 16;
    private const int LongestType = 64;

    private static readonly string[] Priorities = ["low", "normal", "high"];

    public static readonly Argument<string> PlaceArgument = new("place")
    {
        Description = "s3://bucket/prefix: the objects whose keys begin so.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public static readonly Option<string> InventoryOption = new("--inventory")
    {
        Description = "manifest.json of an inventory of S3 in CSV, a file or an s3:// URL: instead of a listing.",
    };

    public static readonly Option<string> OrganizationOption = new("--organization")
    {
        Description = "Whose they are.",
    };

    public static readonly Option<string> ProjectOption = new("--project") { Description = "In which project." };

    public static readonly Option<bool> NoInspectOption = new("--no-inspect")
    {
        Description = "The objects are not read: no metadata, no pixels, no check of what they are.",
    };

    public static readonly Option<string> DetectOption = new("--detect")
    {
        Description = "What detectors are to look for: names with commas between them.",
    };

    public static readonly Option<string> PriorityOption = new("--priority")
    {
        Description = "Of the detectors' jobs: low, normal or high.",
    };

    /// <returns>Null where no objects are named.</returns>
    /// <exception cref="FormatException">Names the option, its limits and the value.</exception>
    public static BackfillOptions? Read(ParseResult parsed)
    {
        var (place, inventory) = (parsed.GetValue(PlaceArgument), parsed.GetValue(InventoryOption));
        if (place is null && inventory is null)
        {
            return null;
        }

        var organization = parsed.GetValue(OrganizationOption) ?? "";
        if (organization.Length is < 1 or > LongestId || !Given.IsText(organization))
        {
            throw new FormatException(
                $"--organization must have 1 to {LongestId} characters; it has {organization.Length}.");
        }

        if (inventory is "")
        {
            throw new FormatException("--inventory must be a file or an s3:// URL; it was ''.");
        }

        return new BackfillOptions(
            place is null ? null : S3Place.ParsePrefix("The place", place), inventory, organization,
            Given.Id(ProjectOption.Name, parsed.GetValue(ProjectOption)), !parsed.GetValue(NoInspectOption),
            ReadTypes(parsed.GetValue(DetectOption)), ReadPriority(parsed.GetValue(PriorityOption)));
    }

    private static string[] ReadTypes(string? text)
    {
        var types = text?.Split(',') ?? [];
        return types.Length <= MostTypes && Array.TrueForAll(types, IsType)
            ? types
            : throw new FormatException($"--detect must be up to {MostTypes} names with commas between them, each of 1 "
                + $"to {LongestType} letters, digits, '-', '_' and '.'; it was '{Shown.Text(text!)}'.");
    }

    private static bool IsType(string name) => name.Length is >= 1 and <= LongestType
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static string? ReadPriority(string? text) => text is null || Priorities.Contains(text)
        ? text
        : throw new FormatException($"--priority must be low, normal or high; it was '{Shown.Text(text)}'.");
}
