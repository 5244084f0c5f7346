using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>The parts that make the object, as the client got their ETags.</summary>
internal sealed record CompletionRequest(IReadOnlyList<UploadedPart> Parts)
{
    private const int LongestETag = 80;

    /// <summary>What the list of parts must be, for one that is not.</summary>
    public const string Limit = "the parts that the store has, each once with the ETag of its last upload";

    public static CompletionRequest Read(Fields fields)
    {
        var items = fields.Items("parts", 1, PartPlan.MostParts, ReadPart);
        for (var i = 0; i < items.Count; i++)
        {
            foreach (var error in items[i].Errors)
            {
                fields.Refuse(error.Field == "parts" ? "parts" : $"parts[{i}].{error.Field}", error.Limit, error.Value);
            }
        }

        return new CompletionRequest([.. items.Select(i => i.Value).OfType<UploadedPart>().OrderBy(p => p.Number)]);
    }

    /// <returns>What does not fit the upload; null when all does.</returns>
    public FieldError? ErrorFor(PartedUpload upload)
    {
        var missing = Enumerable.Range(1, upload.Plan.Parts).Except(Parts.Select(p => p.Number)).ToList();
        var found = missing.Count > 0 ? $"a list without part {missing[0]}"
            : Parts.Count > upload.Plan.Parts ? $"a list of {Parts.Count}"
            : null;
        return found is null ? null
            : new FieldError("parts", $"each part from 1 to {upload.Plan.Parts}, once", found);
    }

    private static UploadedPart ReadPart(Fields fields) => new(
        (int)fields.Integer("part_number", 1, PartPlan.MostParts, ""),
        (fields.Text("etag", LongestETag, required: true, IsETag, "an ETag as the upload of the part gave it") ?? "")
            .Trim('"'),
        Size: 0);

    private static bool IsETag(string text) =>
        text.Trim('"') is { Length: > 0 } tag && tag.All(c => char.IsAsciiLetterOrDigit(c) || c is '-');
}
