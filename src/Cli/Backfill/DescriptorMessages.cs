using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PhotoLambda.Cli.Backfill;

/// <param name="Count">Of its descriptors.</param>
internal sealed record DescriptorMessage(string Body, int Count);

/// <summary>Gathers descriptors into the messages of a batch, as docs/bulk.md has them.</summary>
internal sealed class DescriptorMessages(string organization, Guid batch, bool inspect = true)
{
    private const int MostDescriptors = 500;

    // A quarter of what a message may have: the function takes many at a time.
    private const int MostBytes = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _body = new(MostBytes);
    private readonly string _organization = JsonEncodedText.Encode(
        organization, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();

    private int _count;

    /// <summary>Messages that were begun.</summary>
    public int Parts { get; private set; }

    /// <param name="descriptor">JSON.</param>
    /// <returns>The message that has no room for it; null when it had.</returns>
    public DescriptorMessage? Add(ReadOnlySpan<byte> descriptor)
    {
        var full = _count == MostDescriptors || _count > 0 && _body.WrittenCount + descriptor.Length + 3 > MostBytes
            ? End()
            : null;
        if (_count++ == 0)
        {
            Begin();
        }
        else
        {
            _body.Write(","u8);
        }

        _body.Write(descriptor);
        return full;
    }

    /// <returns>The last message; null when there is none.</returns>
    public DescriptorMessage? End()
    {
        if (_count == 0)
        {
            return null;
        }

        _body.Write("]}"u8);
        var message = new DescriptorMessage(Encoding.UTF8.GetString(_body.WrittenSpan), _count);
        _body.ResetWrittenCount();
        _count = 0;
        return message;
    }

    private void Begin()
    {
        var part = (Parts++).ToString(CultureInfo.InvariantCulture);
        var isToBeRead = inspect ? "true" : "false";
        var organization = $$"""{"version":1,"organization_id":"{{_organization}}",""";
        var place = $"\"batch_id\":\"{batch}\",\"part\":{part},\"inspect\":{isToBeRead},\"photos\":[";
        Encoding.UTF8.GetBytes(organization + place, _body);
    }
}
