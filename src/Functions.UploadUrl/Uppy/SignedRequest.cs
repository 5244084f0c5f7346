using System.Text.Json.Serialization;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Uppy;

/// <summary>What <c>signRequest</c> returns.</summary>
/// <param name="Key">Of the object: the server's own, whatever was proposed.</param>
/// <param name="Headers">To be sent as they stand here, without Content-Length, which no page may set.</param>
/// <param name="Fields">Of a form, for a file whose size is not known.</param>
internal sealed record SignedRequest(
    string Url,
    string Key,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, string>? Headers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    IReadOnlyDictionary<string, string>? Fields,
    Guid PhotoId)
{
    public static readonly NamedSchema Shape = new("SignedRequest", _ => Schema.Object(
        ("url", Schema.Url("Where Uppy sends its request")),
        ("key", Schema.Text("The object's own, which Uppy goes on with")),
        ("photo_id", Schema.Uuid()))
        .With("headers", Schema.Map(Schema.Text(), "To be sent as they stand here"))
        .With("fields", Schema.Map(Schema.Text(), "Of a form to POST, when the size of the file was not told")));
}

/// <summary>What <c>getUploadParameters</c> of Uppy before version 6 of the plugin returns.</summary>
internal sealed record UploadParameters(
    string Method,
    string Url,
    IReadOnlyDictionary<string, string> Headers,
    IReadOnlyDictionary<string, string> Fields,
    Guid PhotoId)
{
    public static readonly NamedSchema Shape = new("UploadParameters", _ => Schema.Object(
        ("method", Schema.Text("PUT")),
        ("url", Schema.Url("Where Uppy PUTs the file")),
        ("headers", Schema.Map(Schema.Text(), "To be sent as they stand here")),
        ("fields", Schema.Map(Schema.Text(), "None: it is no form")),
        ("photo_id", Schema.Uuid())));
}
