using System.Text.Json;
using System.Text.Unicode;
using Npgsql;
using PhotoLambda.Bulk;

namespace PhotoLambda.BulkIngest;

/// <summary>
/// Reads messages: <c>{"version":1,"organization_id":…,"photos":[…]}</c>, or one descriptor as <c>photo</c>;
/// docs/bulk.md has all members.
/// </summary>
internal sealed class MessageReader(IngestBatch batch, CopyRows rows, string defaultBucket)
{
    private const int MostDescriptors = 10_000;

    // As SQS has it since August 2025.
    private const int LongestMessage = 1_048_576;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = 32 };

    private readonly MemberReader _head = MemberReader.OfMessages();
    private readonly DescriptorReader _descriptors = new(rows, defaultBucket);

    /// <summary>Adds the descriptors of a message to the rows, and what is wrong to the batch's rejects.</summary>
    /// <param name="body">Of the message, in UTF-8.</param>
    /// <param name="message">Its number in the batch.</param>
    public void Read(ReadOnlyMemory<byte> body, int message)
    {
        var head = default(MessageHead);
        var (fault, mark) = (Refuse(body.Span), batch.Mark());
        try
        {
            fault ??= ReadHead(body, out head) ?? ReadDescriptors(body, head, message);
        }
        catch (JsonException e)
        {
            // Its own words would quote the message.
            fault = new Reject("22032", null,
                $"must be JSON of at most {Options.MaxDepth} levels; it is not at byte {Position(body.Span, e)}");
        }

        if (fault is not null)
        {
            batch.Reset(mark);
            batch.RejectMessage(message, head, fault, body);
        }
    }

    private static Reject? Refuse(ReadOnlySpan<byte> body) => body switch
    {
        { Length: > LongestMessage } => new(PostgresErrorCodes.ProgramLimitExceeded, null,
            $"must have {LongestMessage} bytes at most; it has {body.Length}"),
        [0xEF, 0xBB, 0xBF, ..] => new("22032", null, "must not begin with a byte order mark"),
        _ when !Utf8.IsValid(body) => new(PostgresErrorCodes.CharacterNotInRepertoire, null, "must be UTF-8"),
        _ => null,
    };

    private static long Position(ReadOnlySpan<byte> body, JsonException e)
    {
        var position = e.BytePositionInLine ?? 0;
        for (var line = e.LineNumber ?? 0; line > 0; line--)
        {
            var next = body.IndexOf((byte)'\n') + 1;
            position += next;
            body = body[next..];
        }

        return position;
    }

    private Reject? ReadHead(ReadOnlyMemory<byte> body, out MessageHead head)
    {
        head = default;
        var json = new Utf8JsonReader(body.Span, Options);
        json.Read();
        if (_head.Find(ref json, body) is { } fault)
        {
            return fault;
        }

        // Behind the object nothing may be.
        json.Read();
        var version = _head.Integer(Member.Version, long.MinValue, long.MaxValue, isRequired: true);
        if (version is not (1 or null))
        {
            _head.Refuse("0A000", Member.Version, $"must be 1; it is {version}");
        }

        var organization = _head.Copy(Member.OrganizationId, 255, isRequired: true);
        head = new MessageHead(
            organization, _head.Copy(Member.UserId, 255), _head.Copy(Member.CorrelationId, 255),
            _head.Uuid(Member.BatchId), _head.Integer32(Member.Part, 0) ?? 0, _head.Boolean(Member.Inspect) ?? true);
        if (head.BatchId is not null)
        {
            // By its place in the batch a message is told from the others: rejects of two at one place would be one.
            _head.Require(Member.Part);
        }

        if (_head.IsGiven(Member.Photo) == _head.IsGiven(Member.Photos))
        {
            _head.Refuse(PostgresErrorCodes.CheckViolation, Member.Photos, "must be given, or photo, and not both");
        }

        return _head.Fault;
    }

    private Reject? ReadDescriptors(ReadOnlyMemory<byte> body, MessageHead head, int message)
    {
        if (_head.IsGiven(Member.Photo))
        {
            var one = _head.Raw(Member.Photo);
            var json = new Utf8JsonReader(one.Span, Options);
            json.Read();
            ReadOne(ref json, one, head, message, 0);
            batch.EndMessage(message, head, 1);
            return null;
        }

        return _head.Has(Member.Photos, JsonTokenType.StartArray, "an array")
            ? ReadArray(_head.Raw(Member.Photos), head, message)
            : _head.Fault;
    }

    private Reject? ReadArray(ReadOnlyMemory<byte> photos, MessageHead head, int message)
    {
        var json = new Utf8JsonReader(photos.Span, Options);
        json.Read();
        var count = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (count == MostDescriptors)
            {
                return new Reject(PostgresErrorCodes.ProgramLimitExceeded, "photos",
                    $"must have 1 to {MostDescriptors} descriptors; it has more");
            }

            ReadOne(ref json, photos, head, message, count++);
        }

        if (count == 0)
        {
            return new Reject(PostgresErrorCodes.CheckViolation, "photos",
                $"must have 1 to {MostDescriptors} descriptors; it has none");
        }

        batch.EndMessage(message, head, count);
        return null;
    }

    private void ReadOne(
        ref Utf8JsonReader json, ReadOnlyMemory<byte> within, MessageHead head, int message, int number)
    {
        var start = (int)json.TokenStartIndex;
        var fault = _descriptors.Read(ref json, within, head);
        var descriptor = new Descriptor(message, number, within[start..(int)json.BytesConsumed]);
        if (fault is null)
        {
            batch.Add(descriptor);
        }
        else
        {
            batch.Reject(descriptor, fault);
        }
    }
}
