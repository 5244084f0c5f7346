using System.Globalization;
using System.Text;
using PhotoLambda.Metadata;

namespace PhotoLambda.Cli.Reprocess;

/// <summary>Which photos are read again. Only those that have an object can be.</summary>
/// <param name="BelowVersion">Of the extractor that read them; null: any.</param>
/// <param name="Failed">Only those that are not what they should be, or could not be read in all.</param>
internal sealed record Selection(int? BelowVersion, bool Failed, Guid? Project)
{
    private const string Beginning = "version<";

    /// <summary>What the reading must have reached for a photo to count as done.</summary>
    public int LeastVersion => Math.Min(BelowVersion ?? 0, MediaReader.ExtractorVersion);

    /// <exception cref="FormatException">Names the option, its limits and the value.</exception>
    public static Selection Read(string? where, bool failed, string? project)
    {
        if (where is null && !failed && project is null)
        {
            throw new FormatException("Say which photos: --where 'version<N', --failed, --project ID, or two of them.");
        }

        return where is not null && failed
            ? throw new FormatException("--where and --failed cannot be given together.")
            : new Selection(
                where is null ? null : Version(where), failed, project is null ? null : Given.Id("--project", project));
    }

    /// <summary>The same for the same photos: by it a run is found again.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(BelowVersion is { } version
            ? string.Create(CultureInfo.InvariantCulture, $"{Beginning}{version}")
            : Failed ? "failed" : "all");
        return text.Append(Project is { } project ? $" project {project}" : "").ToString();
    }

    private static int Version(string where)
    {
        // One more than there is means all.
        const int most = MediaReader.ExtractorVersion + 1;
        var text = where.Replace(" ", "", StringComparison.Ordinal);
        return text.StartsWith(Beginning, StringComparison.Ordinal)
            && int.TryParse(text[Beginning.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            && version is >= 1 and <= most
            ? version
            : throw new FormatException(
                $"--where must be 'version<N' with N from 1 to {most}; it was '{Shown.Text(where)}'.");
    }
}
