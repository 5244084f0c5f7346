using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PhotoLambda.Cli.Reconcile;

/// <summary>A plan, read line by line.</summary>
internal sealed class PlanReader(string path)
{
    public const int Format = 1;

    /// <summary>Reads all of it, so that nothing of a damaged plan is done.</summary>
    /// <returns>The header, and how many lines there are of each action.</returns>
    /// <exception cref="CommandException">It is no plan, of another format, damaged or not complete.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public async Task<(PlanHeader Header, IReadOnlyDictionary<string, long> Counts)> CheckAsync(
        CancellationToken cancellation)
    {
        using var file = File.OpenText(path);
        var header = Header(await file.ReadLineAsync(cancellation) ?? "");
        var counts = new Dictionary<string, long>();
        await foreach (var difference in DifferencesAsync(header, cancellation))
        {
            counts[difference.Action] = counts.GetValueOrDefault(difference.Action) + 1;
        }

        return (header, counts);
    }

    /// <inheritdoc cref="CheckAsync" path="/exception"/>
    public async IAsyncEnumerable<Difference> DifferencesAsync(
        PlanHeader header, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var file = File.OpenText(path);
        await file.ReadLineAsync(cancellation);
        var count = 0L;
        for (var number = 2; await file.ReadLineAsync(cancellation) is { } line; number++)
        {
            var difference = Parse(line, PlanJson.Readable.Difference, number);
            if (difference.Action == PlanEnd.Name)
            {
                var end = Parse(line, PlanJson.Readable.PlanEnd, number);
                if (end.Differences != count || await file.ReadLineAsync(cancellation) is not null)
                {
                    throw Damaged(number, $"it counts {end.Differences} lines; there are {count}, or more after it");
                }

                yield break;
            }

            Check(difference, header, number);
            count++;
            yield return difference;
        }

        throw new CommandException($"{path} is not complete: its last line is missing. Make the plan again.");
    }

    private PlanHeader Header(string line)
    {
        var header = line.StartsWith("{\"photolambda_plan\":", StringComparison.Ordinal)
            ? Parse(line, PlanJson.Readable.PlanHeader, 1)
            : throw new CommandException($"{path} is no plan of `photolambda reconcile`.");
        return header.Format != Format
            ? throw new CommandException($"{path} is of format {header.Format}, and this program applies format "
                + $"{Format}: make the plan again with this program.")
            : Given.IsBucket(header.Bucket) ? header : throw Damaged(1, "it names no bucket");
    }

    private void Check(Difference difference, PlanHeader header, int number)
    {
        var isKnown = difference.Action == PlanAction.None || PlanAction.Applicable.Contains(difference.Action);
        var fault = difference switch
        {
            _ when !isKnown => "there is no such action",
            _ when difference.Bucket != header.Bucket => $"it is not about the bucket {header.Bucket}",
            { Action: PlanAction.None } => null,
            { Key: not { Length: > 0 and <= 1024 } } => "it has no key",
            _ when !Given.IsText(difference.Key) => "its key is no text",
            { Action: PlanAction.Delete, PhotoId: null } => "it has no photo_id",
            { Action: PlanAction.Delete, ETag: null } => "it has no etag",
            { Action: PlanAction.Abort, UploadId: not { Length: > 0 } } => "it has no upload_id",
            _ => null,
        };
        if (fault is not null)
        {
            throw Damaged(number, fault);
        }
    }

    private T Parse<T>(string line, JsonTypeInfo<T> type, int number)
    {
        try
        {
            return JsonSerializer.Deserialize(line, type) ?? throw Damaged(number, "it is null");
        }
        catch (JsonException e)
        {
            throw Damaged(number, e.Message);
        }
    }

    private CommandException Damaged(int number, string fault) =>
        new($"{path}, line {number}: {fault}. Make the plan again.");
}
