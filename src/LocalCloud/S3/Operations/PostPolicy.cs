using System.Globalization;
using System.Text.Json;

namespace PhotoLambda.Local.S3;

/// <summary>
/// The signed policy of an upload form. Source: AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html.
/// </summary>
internal sealed class PostPolicy
{
    private static readonly string[] Uncovered = ["x-amz-signature", "file", "policy"];

    private readonly DateTimeOffset _expiration;
    private readonly List<(string Operator, string Field, string Value)> _conditions = [];

    /// <param name="document">JSON.</param>
    /// <exception cref="S3Exception">It is no policy.</exception>
    public PostPolicy(ReadOnlyMemory<byte> document)
    {
        try
        {
            using var json = JsonDocument.Parse(document);
            _expiration = json.RootElement.GetProperty("expiration").GetDateTimeOffset();
            foreach (var condition in json.RootElement.GetProperty("conditions").EnumerateArray())
            {
                Read(condition);
            }
        }
        catch (Exception error)
            when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new S3Exception(400, "InvalidPolicyDocument", "Invalid Policy: Invalid JSON.");
        }
    }

    /// <summary>Bytes; 0 when the policy names none.</summary>
    public long MinimumLength { get; private set; }

    /// <summary>Bytes.</summary>
    public long MaximumLength { get; private set; } = RequestBody.MaximumObject;

    /// <exception cref="S3Exception">It has expired, a condition fails, or a field is not covered by any.</exception>
    public void Require(PostForm form, string bucket, DateTimeOffset now)
    {
        if (now > _expiration)
        {
            throw S3Error.AccessDenied("Invalid according to Policy: Policy expired.");
        }

        foreach (var (kind, field, expected) in _conditions)
        {
            var value = field == "bucket" ? bucket : form.Field(field) ?? "";
            if (kind == "eq" ? value != expected : !value.StartsWith(expected, StringComparison.Ordinal))
            {
                throw S3Error.AccessDenied("Invalid according to Policy: Policy Condition failed: "
                    + $"[\"{kind}\", \"${field}\", \"{expected}\"]");
            }
        }

        var extra = form.Fields.Keys.Select(name => name.ToLowerInvariant()).Where(name =>
            !Uncovered.Contains(name) && !name.StartsWith("x-ignore-", StringComparison.Ordinal)
            && !_conditions.Exists(condition => condition.Field == name)).ToList();
        if (extra.Count > 0)
        {
            throw S3Error.AccessDenied(
                $"Invalid according to Policy: Extra input fields: {string.Join(", ", extra)}");
        }
    }

    private void Read(JsonElement condition)
    {
        if (condition.ValueKind == JsonValueKind.Object)
        {
            _conditions.AddRange(condition.EnumerateObject()
                .Select(member => ("eq", member.Name.ToLowerInvariant(), member.Value.GetString()!)));
            return;
        }

        var kind = condition[0].GetString()!.ToLowerInvariant();
        if (kind == "content-length-range")
        {
            (MinimumLength, MaximumLength) = (Number(condition[1]), Math.Min(MaximumLength, Number(condition[2])));
        }
        else if (kind is "eq" or "starts-with" && condition[1].GetString() is ['$', .. var field])
        {
            _conditions.Add((kind, field.ToLowerInvariant(), condition[2].GetString()!));
        }
        else
        {
            throw new S3Exception(
                400, "InvalidPolicyDocument", $"Invalid Policy: Invalid condition: {condition.GetRawText()}");
        }
    }

    private static long Number(JsonElement element) => element.ValueKind == JsonValueKind.String
        ? long.Parse(element.GetString()!, CultureInfo.InvariantCulture)
        : element.GetInt64();
}
