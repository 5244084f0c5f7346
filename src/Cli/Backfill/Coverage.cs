using PhotoLambda.Cli.Adoption;

namespace PhotoLambda.Cli.Backfill;

/// <summary>
/// Sees to it that a project may have the objects: the function refuses keys that are not the project's.
/// </summary>
internal sealed class Coverage(AdoptionStore adoptions, TextWriter console)
{
    private const string Variable = "PHOTOLAMBDA_ORIGINALS_BUCKET";

    private readonly string? _originals = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } name
        ? name
        : null;

    /// <summary>Adopts the prefix where it is neither the project's by its name nor adopted.</summary>
    /// <exception cref="CommandException">It is another's, or the project is not there.</exception>
    public async Task CoverAsync(S3Place place, string organization, Guid project, CancellationToken cancellation)
    {
        if (place.Key.StartsWith($"{project}/", StringComparison.Ordinal)
            && (_originals ?? place.Bucket) == place.Bucket)
        {
            return;
        }

        AdoptedPrefix? longest = null;
        await foreach (var adoption in adoptions.ListAsync(cancellation))
        {
            if (adoption.Bucket == place.Bucket && place.Key.StartsWith(adoption.Prefix, StringComparison.Ordinal)
                && adoption.Prefix.Length >= (longest?.Prefix.Length ?? 0))
            {
                longest = adoption;
            }
        }

        if (longest is not null && (longest.OrganizationId, longest.ProjectId) != (organization, project))
        {
            throw new CommandException($"{place} lies below the prefix '{Shown.Text(longest.Prefix)}', which is "
                + $"adopted for project {longest.ProjectId} of {Shown.Text(longest.OrganizationId)}. "
                + "To take it out of there: photolambda adopt.");
        }

        if (longest is null)
        {
            await AdoptAsync(new AdoptedPrefix(place.Bucket, place.Key, organization, project), place, cancellation);
        }
    }

    private async Task AdoptAsync(AdoptedPrefix adoption, S3Place place, CancellationToken cancellation)
    {
        if (adoption.Prefix.Length == 0 && adoption.Bucket == _originals)
        {
            throw new CommandException($"{place} is all of the originals bucket, which no single project may have: "
                + $"give a prefix, such as s3://{adoption.Bucket}/{adoption.ProjectId}/.");
        }

        await adoptions.AddAsync(adoption, cancellation);
        await console.WriteLineAsync($"Adopted {place}: what comes there later becomes a photo of the project too. "
            + $"To end it: photolambda adopt --remove --bucket {place.Bucket} --prefix '{Shown.Text(place.Key)}'");
    }
}
