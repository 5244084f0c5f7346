using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhotoLambda.Cli.Backfill;

/// <summary>Writes descriptors of objects that are there.</summary>
internal sealed class DescriptorWriter : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _json;
    private readonly string _bucket;
    private readonly Guid _project;
    private readonly string[] _detectionTypes;
    private readonly string? _priority;

    /// <param name="detectionTypes">Empty: none.</param>
    /// <param name="priority">Null: the usual one.</param>
    public DescriptorWriter(string bucket, Guid project, string[] detectionTypes, string? priority)
    {
        (_bucket, _project, _detectionTypes, _priority) = (bucket, project, detectionTypes, priority);
        // Keys beyond ASCII stay as short as they are.
        _json = new Utf8JsonWriter(
            _buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <returns>Is good until the next is written.</returns>
    public ReadOnlySpan<byte> Write(FoundObject found, string type)
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
        _json.WriteStartObject();
        _json.WriteString("project_id"u8, _project);
        _json.WriteString("s3_bucket"u8, _bucket);
        _json.WriteString("s3_key"u8, found.Key);
        _json.WriteString("mime_type"u8, type);
        _json.WriteNumber("file_size"u8, found.Size);
        _json.WriteString("etag"u8, found.ETag);
        _json.WriteString("uploaded_at"u8, found.Modified);
        if (_detectionTypes.Length > 0)
        {
            _json.WriteStartArray("detection_types"u8);
            foreach (var name in _detectionTypes)
            {
                _json.WriteStringValue(name);
            }

            _json.WriteEndArray();
        }

        if (_priority is not null)
        {
            _json.WriteString("priority"u8, _priority);
        }

        _json.WriteEndObject();
        _json.Flush();
        return _buffer.WrittenSpan;
    }

    public void Dispose() => _json.Dispose();
}
