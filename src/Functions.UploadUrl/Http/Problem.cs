using System.Text.Json;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>An answer of RFC 9457: what is wrong with the request, in a form that programs can tell apart.</summary>
internal sealed record Problem(ProblemKind Kind, string? Detail = null) : IResult
{
    public static readonly NamedSchema Shape = new("Problem", components => Schema.Object(
        ("type", Schema.Choice(ProblemKinds.All.Select(k => k.Type), "Stable: tell problems apart by it")),
        ("title", Schema.Text()),
        ("status", Schema.Integer()),
        ("instance", Schema.Text("The path of the request")),
        ("correlation_id", Schema.Text("What to give when asking for help")))
        .With("detail", Schema.Text())
        .With("errors", Schema.Array(components.Refer(FieldError.Shape))));

    public int Status { get; init; } = Kind.Status;

    /// <summary>What is wrong with each field, when that is what is wrong.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        httpContext.Remember(Kind);
        response.ContentType = "application/problem+json";
        await using var json = new Utf8JsonWriter(response.BodyWriter, JsonText.Options);
        Write(json, httpContext);
    }

    /// <summary>Writes it as an object, which may stand inside another answer.</summary>
    public void Write(Utf8JsonWriter json, HttpContext http)
    {
        json.WriteStartObject();
        json.WriteString("type", Kind.Type);
        json.WriteString("title", Kind.Title);
        json.WriteNumber("status", Status);
        if (Detail is not null)
        {
            json.WriteString("detail", Detail);
        }

        json.WriteString("instance", http.Request.Path.Value);
        json.WriteString("correlation_id", http.CorrelationId());
        if (Errors.Count > 0)
        {
            json.WriteStartArray("errors");
            foreach (var error in Errors)
            {
                error.Write(json);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
