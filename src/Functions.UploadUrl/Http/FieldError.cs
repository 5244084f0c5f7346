using System.Text.Json;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>One field that cannot be accepted.</summary>
/// <param name="Field">The JSON member, query or path parameter.</param>
/// <param name="Limit">What is accepted, as a phrase that completes "must be".</param>
/// <param name="Value">What was sent, shortened; null when nothing was.</param>
internal sealed record FieldError(string Field, string Limit, string? Value)
{
    public static readonly NamedSchema Shape = new("FieldError", _ => Schema.Object(
        ("field", Schema.Text("The JSON member, query or path parameter")),
        ("limit", Schema.Text("What is accepted")),
        ("value", Schema.Nullable(Schema.Text("What was sent, shortened"))),
        ("detail", Schema.Text("A sentence of all three"))));

    // Enough to recognize one's own mistake, too little to make the answer a mirror for anything.
    private const int LongestValue = 80;

    public void Write(Utf8JsonWriter json)
    {
        // A field is named as it was sent where nobody asked for it.
        var (field, value) = (Start(Field), Value is null ? null : Start(Value));
        json.WriteStartObject();
        json.WriteString("field", field);
        json.WriteString("limit", Limit);
        json.WriteString("value", value);
        var found = value is null ? "it is missing" : $"it was {value}";
        json.WriteString("detail", $"{field} must be {Limit}; {found}.");
        json.WriteEndObject();
    }

    // Half a surrogate pair is no text.
    private static string Start(string text) => text.Length <= LongestValue ? text
        : text[..(char.IsHighSurrogate(text[LongestValue - 1]) ? LongestValue - 1 : LongestValue)] + "…";
}
