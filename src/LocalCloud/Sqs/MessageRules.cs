using System.Globalization;
using System.Text;
using PhotoLambda.Sqs;

namespace PhotoLambda.Local.Sqs;

/// <summary>What SQS accepts as a message. Source: API_SendMessage and sqs-message-metadata.html.</summary>
internal static class MessageRules
{
    private const int MaximumAttributes = 10;
    private const int MaximumDelay = 900;

    /// <summary>Bytes of the body and of the names, types and values of the attributes.</summary>
    public static int Size(string body, IReadOnlyDictionary<string, AttributeValue>? attributes) =>
        Encoding.UTF8.GetByteCount(body) + (attributes ?? new Dictionary<string, AttributeValue>()).Sum(a =>
            Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount(a.Value?.DataType ?? "")
            + (a.Value?.BinaryValue?.Length ?? Encoding.UTF8.GetByteCount(a.Value?.StringValue ?? "")));

    /// <exception cref="SqsError">The message is refused.</exception>
    public static void Check(
        string? body, IReadOnlyDictionary<string, AttributeValue>? attributes, int? delaySeconds, int maximumSize)
    {
        if (string.IsNullOrEmpty(body))
        {
            throw SqsError.Missing("MessageBody");
        }

        if (delaySeconds is < 0 or > MaximumDelay)
        {
            throw SqsError.Invalid("DelaySeconds", delaySeconds, "DelaySeconds must be >= 0 and <= 900.");
        }

        CheckText(body);
        CheckAttributes(attributes ?? new Dictionary<string, AttributeValue>());
        if (Size(body, attributes) > maximumSize)
        {
            throw SqsError.Invalid(
                $"One or more parameters are invalid. Reason: Message must be shorter than {maximumSize} bytes.");
        }
    }

    private static void CheckAttributes(IReadOnlyDictionary<string, AttributeValue> attributes)
    {
        if (attributes.Count > MaximumAttributes)
        {
            throw SqsError.Invalid(
                $"Number of message attributes [{attributes.Count}] is over the maximum of {MaximumAttributes}.");
        }

        foreach (var (name, value) in attributes)
        {
            if (!IsName(name))
            {
                throw SqsError.Invalid($"The message attribute name '{name}' is not valid.");
            }

            if (!IsValue(value))
            {
                throw SqsError.Invalid(
                    $"The message attribute '{name}' needs a data type and a value of that type that is not empty.");
            }

            CheckText(value.StringValue ?? "");
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 256
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        && name[0] != '.' && name[^1] != '.' && !name.Contains("..", StringComparison.Ordinal)
        && !name.StartsWith("AWS.", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("Amazon.", StringComparison.OrdinalIgnoreCase);

    private static bool IsValue(AttributeValue? value) => value?.DataType?.Split('.', 2)[0] switch
    {
        "String" => value is { StringValue.Length: > 0, BinaryValue: null },
        "Binary" => value is { BinaryValue.Length: > 0, StringValue: null },
        "Number" => value.BinaryValue is null
            && double.TryParse(value.StringValue, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
        _ => false,
    } && value!.DataType!.Length <= 256;

    // #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
    private static void CheckText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is (< 0x20 and not (0x9 or 0xA or 0xD)) or 0xFFFE or 0xFFFF)
            {
                throw SqsError.BadContents();
            }
        }
    }
}
