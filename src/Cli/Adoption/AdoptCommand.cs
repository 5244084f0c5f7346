using System.CommandLine;

namespace PhotoLambda.Cli.Adoption;

/// <summary><c>photolambda adopt</c>: whose the objects are that another system puts into a bucket.</summary>
internal static class AdoptCommand
{
    private const int LongestId = 255;

    private static readonly Option<string> Bucket = new("--bucket") { Description = "Where the objects are put." };

    private static readonly Option<string> Prefix = new("--prefix")
    {
        Description = "What their keys begin with; '' for all. The longest that fits counts.",
    };

    private static readonly Option<string> Organization = new("--organization") { Description = "Whose they are." };

    private static readonly Option<string> Project = new("--project") { Description = "In which project." };

    private static readonly Option<bool> List = new("--list") { Description = "Shows the adoptions." };

    private static readonly Option<bool> Remove = new("--remove")
    {
        Description = "Ends the adoption of --bucket and --prefix. Photos that were adopted stay.",
    };

    public static Command Create()
    {
        var command = new Command("adopt",
            "Makes objects photos of a project that another system puts into a bucket. "
            + "Those that are there already are found by `photolambda reconcile`.")
        {
            Bucket, Prefix, Organization, Project, List, Remove,
        };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, async (database, console) =>
        {
            await using var adoptions = new AdoptionStore(database);
            return (parsed.GetValue(List), parsed.GetValue(Remove)) switch
            {
                (true, false) => await ListAsync(adoptions, console, cancellation),
                (false, true) => await RemoveAsync(parsed, adoptions, console, cancellation),
                (false, false) => await AdoptAsync(parsed, adoptions, console, cancellation),
                _ => throw new FormatException("--list and --remove cannot be given together."),
            };
        }));
        return command;
    }

    private static async Task<int> AdoptAsync(
        ParseResult parsed, AdoptionStore adoptions, TextWriter console, CancellationToken cancellation)
    {
        var organization = parsed.GetValue(Organization) ?? "";
        if (organization.Length is < 1 or > LongestId || !Given.IsText(organization))
        {
            throw new FormatException(
                $"--organization must have 1 to {LongestId} characters; it has {organization.Length}.");
        }

        var adoption = new AdoptedPrefix(
            Given.Bucket(parsed.GetValue(Bucket)), ReadPrefix(parsed), organization,
            Given.Id("--project", parsed.GetValue(Project)));
        var made = await adoptions.AddAsync(adoption, cancellation);
        await console.WriteLineAsync(made
            ? "Made. What is there already is found by: photolambda reconcile --older-than 0s --bucket "
                + $"{adoption.Bucket} --plan FILE"
            : "It was there.");
        return CommandRun.Done;
    }

    private static async Task<int> RemoveAsync(
        ParseResult parsed, AdoptionStore adoptions, TextWriter console, CancellationToken cancellation)
    {
        var (bucket, prefix) = (Given.Bucket(parsed.GetValue(Bucket)), ReadPrefix(parsed));
        if (!await adoptions.RemoveAsync(bucket, prefix, cancellation))
        {
            throw new CommandException($"There is no adoption of s3://{bucket}/{Shown.Text(prefix)}. See --list.");
        }

        await console.WriteLineAsync("Removed. Photos that were adopted stay.");
        return CommandRun.Done;
    }

    private static async Task<int> ListAsync(
        AdoptionStore adoptions, TextWriter console, CancellationToken cancellation)
    {
        List<string[]> table = [["bucket", "prefix", "organization", "project"]];
        await foreach (var adoption in adoptions.ListAsync(cancellation))
        {
            table.Add([
                adoption.Bucket, $"'{Shown.Text(adoption.Prefix)}'", Shown.Text(adoption.OrganizationId),
                adoption.ProjectId.ToString(),
            ]);
        }

        await console.WriteAsync(table.Count > 1 ? Shown.Table(table) : "There are no adoptions.\n");
        return CommandRun.Done;
    }

    private static string ReadPrefix(ParseResult parsed)
    {
        // Left out it would be all of the bucket, and an accident.
        if (parsed.GetValue(Prefix) is not { } prefix)
        {
            throw new FormatException("--prefix is not given: what the keys begin with, or '' for all.");
        }

        return AdoptedPrefix.IsPossible(Given.Prefix(prefix))
            ? prefix
            : throw new FormatException("--prefix must not lie below thumbnails/ or public/, where the functions' own "
                + $"objects are; it was '{Shown.Text(prefix)}'.");
    }
}
