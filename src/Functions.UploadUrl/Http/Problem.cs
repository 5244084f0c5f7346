using System.Text.Json;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>An answer of RFC 9457: what is wrong with the request, in a form that programs can tell apart.</summary>
internal sealed record Problem(string Type, string Title, int Status, string? Detail = null) : IResult
{
    /// <summary>What is wrong with each field, when that is what is wrong.</summary>
    public IReadOnlyList<FieldError> Errors { get; init; } = [];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(response.BodyWriter, JsonText.Options);
        Write(json, httpContext);
    }

    private void Write(Utf8JsonWriter json, HttpContext http)
    {
        json.WriteStartObject();
        json.WriteString("type", "urn:photolambda:problem:" + Type);
        json.WriteString("title", Title);
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
