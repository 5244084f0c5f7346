using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Migrate;

/// <summary>What CloudFormation is answered, in its own names.</summary>
/// <param name="Status">SUCCESS or FAILED.</param>
/// <seealso href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-responses.html"/>
internal sealed record CustomResourceResponse(
    string Status, string? Reason, string PhysicalResourceId, string StackId, string RequestId,
    string LogicalResourceId, ResponseData? Data)
{
    private const int MostBytes = 4096;

    public static CustomResourceResponse Success(CustomResourceRequest request, ResponseData? data) => new(
        "SUCCESS", Reason: null, request.PhysicalResourceId, request.StackId, request.RequestId,
        request.LogicalResourceId, data);

    public static CustomResourceResponse Failure(CustomResourceRequest request, string reason) => new(
        "FAILED", reason, request.PhysicalResourceId, request.StackId, request.RequestId,
        request.LogicalResourceId, Data: null);

    /// <returns>At most 4,096 bytes, which is all that CloudFormation takes: the end of a long reason is cut.</returns>
    public byte[] ToJson()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, ResponseJson.Default.CustomResourceResponse);
        if (json.Length <= MostBytes || Reason is not { Length: > 0 })
        {
            return json;
        }

        // By its share of what is too much, and at least by a character, though not by half of one.
        var length = (int)((long)(Reason.Length - 1) * MostBytes / json.Length);
        var cut = length > 0 && char.IsHighSurrogate(Reason[length - 1]) ? length - 1 : length;
        return (this with { Reason = Reason[..cut] }).ToJson();
    }
}

/// <summary>What the template can get by <c>!GetAtt</c>.</summary>
/// <param name="Applied">How many files were applied now.</param>
/// <param name="Newest">The last file, which the database has.</param>
internal sealed record ResponseData(int Applied, string Newest);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CustomResourceResponse))]
internal sealed partial class ResponseJson : JsonSerializerContext;
