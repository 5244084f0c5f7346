using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhotoLambda.UploadUrl.Http;

internal static class JsonText
{
    /// <summary>Escapes what JSON asks for and no more: answers are read as JSON, never as part of a page.</summary>
    public static JsonWriterOptions Options { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
