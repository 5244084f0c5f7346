using System.Text.Json;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>An upload in parts that a client may go on with.</summary>
internal static class MultipartAnswer
{
    public static readonly NamedSchema Shape = new("MultipartUpload", _ => Schema.Object(
        ("upload_id", Schema.Uuid("Of the upload; today the photo's own id")),
        ("photo_id", Schema.Uuid()),
        ("s3_url", Schema.Text("s3://bucket/key, as the object will be called")),
        ("part_size", Schema.Integer("Bytes of each part; the last has what is left")),
        ("parts", Schema.Integer("How many there are")),
        ("expires_in_seconds", Schema.Integer("In which the upload must be completed")),
        ("status_url", Schema.Url("Where to ask what became of it"))));

    public static JsonAnswer Of(NewPhoto photo, PartPlan plan, string statusUrl) => JsonAnswer.Write(
        StatusCodes.Status200OK, (photo, plan, statusUrl), static (json, upload) =>
        {
            json.WriteStartObject();
            json.WriteString("upload_id", upload.photo.Id);
            json.WriteString("photo_id", upload.photo.Id);
            json.WriteString("s3_url", $"s3://{upload.photo.Bucket}/{upload.photo.Key}");
            json.WriteNumber("part_size", upload.plan.PartSize);
            json.WriteNumber("parts", upload.plan.Parts);
            json.WriteNumber(
                "expires_in_seconds", (int)(upload.photo.ExpiresAt - upload.photo.CreatedAt).TotalSeconds);
            json.WriteString("status_url", upload.statusUrl);
            json.WriteEndObject();
        });

    /// <returns>The photo's id in an answer that was kept.</returns>
    public static Guid PhotoIdOf(JsonAnswer answer)
    {
        using var document = JsonDocument.Parse(answer.Body);
        return document.RootElement.GetProperty("photo_id").GetGuid();
    }
}
