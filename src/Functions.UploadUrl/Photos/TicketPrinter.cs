using System.Text.Json;
using System.Text.Json.Nodes;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Photos;

/// <summary>Prepares the rows that tickets are for, and writes the tickets.</summary>
internal sealed class TicketPrinter(TicketSigner signer, UploadUrlOptions options, TimeProvider time)
{
    public static readonly NamedSchema Shape = new("Ticket", _ => Schema.Object(Members));

    /// <summary>Of a ticket, in the order in which they are written.</summary>
    public static (string Name, JsonObject Schema)[] Members =>
    [
        ("upload_id", Schema.Uuid("Of the upload; today the photo's own id")),
        ("photo_id", Schema.Uuid()),
        ("upload_url", Schema.Url("Where to PUT the bytes, once")),
        ("s3_url", Schema.Text("s3://bucket/key, as the object will be called")),
        ("expires_in_seconds", Schema.Integer()),
        ("headers", Schema.Map(
            Schema.Text(), "To be sent with the PUT exactly as they stand here; the store refuses others")),
        ("status_url", Schema.Url("Where to ask what became of it")),
    ];

    /// <summary>Where to ask what became of a photo, at the address that the client itself used.</summary>
    public static string StatusUrl(HttpRequest http, Guid id) => $"{http.Scheme}://{http.Host}/api/v1/photos/{id}";

    public NewPhoto Prepare(HttpContext http, UploadRequest request) => NewPhoto.Of(
        request, http.Caller(), options.OriginalsBucket, http.CorrelationId(), time.GetUtcNow(), TicketSigner.Lifetime);

    /// <summary>A ticket as an answer of its own.</summary>
    /// <param name="key">Of the object.</param>
    public JsonAnswer Print(HttpRequest http, Guid id, string key, UploadRequest request) => JsonAnswer.Write(
        StatusCodes.Status200OK, (Printer: this, http, id, key, request), static (json, ticket) =>
        {
            json.WriteStartObject();
            ticket.Printer.Write(json, ticket.http, ticket.id, ticket.key, ticket.request);
            json.WriteEndObject();
        });

    /// <summary>Writes the members of a ticket into an object that was begun.</summary>
    public void Write(Utf8JsonWriter json, HttpRequest http, Guid id, string key, UploadRequest request)
    {
        var ticket = signer.Sign(key, request);
        json.WriteString("upload_id"u8, id);
        json.WriteString("photo_id"u8, id);
        json.WriteString("upload_url"u8, ticket.Url);
        json.WriteString("s3_url"u8, $"s3://{options.OriginalsBucket}/{key}");
        json.WriteNumber("expires_in_seconds"u8, (int)TicketSigner.Lifetime.TotalSeconds);
        json.WriteStartObject("headers"u8);
        foreach (var (name, value) in ticket.Headers)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
        json.WriteString("status_url"u8, StatusUrl(http, id));
    }
}
