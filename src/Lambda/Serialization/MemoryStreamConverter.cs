using System.Text.Json;
using System.Text.Json.Serialization;

namespace PhotoLambda.Lambda;

/// <summary>A <see cref="MemoryStream"/> as base64 text; public because generated contexts name it.</summary>
public sealed class MemoryStreamConverter : JsonConverter<MemoryStream>
{
    public override MemoryStream Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.GetBytesFromBase64());

    public override void Write(Utf8JsonWriter writer, MemoryStream value, JsonSerializerOptions options) =>
        writer.WriteBase64StringValue(value.ToArray());
}
