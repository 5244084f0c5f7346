using System.Text.Json;

namespace PhotoLambda.Migrate;

/// <summary>What CloudFormation asks of a custom resource.</summary>
/// <param name="RequestType">Create, Update or Delete.</param>
/// <param name="ResponseUrl">Presigned: whoever knows it can answer.</param>
/// <param name="PhysicalResourceId">As it was answered before, else made of the logical one: always the same.</param>
/// <seealso href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html"/>
internal sealed record CustomResourceRequest(
    string RequestType, Uri ResponseUrl, string StackId, string RequestId, string LogicalResourceId,
    string PhysicalResourceId)
{
    private const string Url = "ResponseURL";

    public static bool Is(JsonElement root) =>
        root.TryGetProperty(nameof(RequestType), out _) || root.TryGetProperty(Url, out _);

    /// <exception cref="FormatException">CloudFormation cannot be answered; the message names the member.</exception>
    public static CustomResourceRequest Read(JsonElement root)
    {
        var id = Required(root, nameof(LogicalResourceId));
        return new CustomResourceRequest(
            Required(root, nameof(RequestType)),
            Uri.TryCreate(Required(root, Url), UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? url
                : throw new FormatException($"The event's {Url} is no http or https URL."),
            Required(root, nameof(StackId)),
            Required(root, nameof(RequestId)),
            id,
            Text(root, nameof(PhysicalResourceId)) ?? $"photolambda-{id}");
    }

    private static string Required(JsonElement root, string name) =>
        Text(root, name) ?? throw new FormatException($"The event has no {name}, which CloudFormation sends.");

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
