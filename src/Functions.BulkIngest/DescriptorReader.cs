using System.Text;
using System.Text.Json;
using Npgsql;
using PhotoLambda.Bulk;
using PhotoLambda.Photos;

namespace PhotoLambda.BulkIngest;

/// <summary>
/// Turns descriptors into rows, from UTF-8 to COPY: no object is made for a row. A descriptor has the names that
/// <c>GET /api/v1/photos/{id}</c> has; docs/bulk.md has its members and their limits.
/// </summary>
/// <param name="defaultBucket">Of descriptors that name none.</param>
internal sealed class DescriptorReader(CopyRows rows, string defaultBucket)
{
    private readonly MemberReader _fields = MemberReader.OfDescriptors();
    private readonly ExifReader _exif = new();
    private readonly byte[] _bucket = Encoding.UTF8.GetBytes(defaultBucket);

    /// <param name="json">Stands on the token that should begin the descriptor, and then on the one that ends it.
    /// </param>
    /// <param name="body">What <paramref name="json"/> reads.</param>
    /// <returns>Null when the row was added to the rows.</returns>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public Reject? Read(ref Utf8JsonReader json, ReadOnlyMemory<byte> body, MessageHead head)
    {
        if (_fields.Find(ref json, body) is { } fault)
        {
            return fault;
        }

        rows.Begin();
        var id = _fields.Uuid(Member.Id);
        if (id == Guid.Empty)
        {
            // Stands for none in the rows.
            _fields.Refuse(PostgresErrorCodes.CheckViolation, Member.Id, $"must not be {Guid.Empty}");
        }

        Write(head);
        if (_fields.Fault is { } wrong)
        {
            rows.Undo();
            return wrong;
        }

        rows.End(id);
        return null;
    }

    // In the order of the columns of CopyStream.
    private void Write(MessageHead head)
    {
        rows.Bytes(head.OrganizationId.Span);
        rows.Uuid(_fields.RequiredUuid(Member.ProjectId));
        WriteUser(head);
        WriteText(Member.SessionId, 64, TextRule.Name);
        var type = _fields.MimeType();
        rows.Bytes(type.StartsWith("audio/"u8) ? "audio"u8 : "image"u8);
        var key = _fields.Text(Member.S3Key, 1024, TextRule.Key, isRequired: true);
        WriteFileName(key);
        var bucket = _fields.Text(Member.S3Bucket, 255, TextRule.Bucket);
        rows.Place(bucket.IsEmpty ? _bucket : bucket, key);
        WriteText(Member.ETag, 128, TextRule.Any);
        WriteText(Member.VersionId, 1024, TextRule.Any);
        WriteSha256();
        rows.Bytes(type);
        rows.Int64(_fields.Integer(Member.FileSize, 1, 5L * 1024 * 1024 * 1024 * 1024, isRequired: true));
        rows.Int32(_fields.Integer32(Member.Width, 1));
        rows.Int32(_fields.Integer32(Member.Height, 1));
        rows.Int32(_fields.Integer32(Member.DisplayWidth, 1));
        rows.Int32(_fields.Integer32(Member.DisplayHeight, 1));
        _exif.Read(_fields);
        WriteRest(head);
    }

    private void WriteUser(MessageHead head)
    {
        var user = _fields.Text(Member.UploadedByUserId, 255, TextRule.Any);
        WriteOrNull(user.IsEmpty ? head.UserId.Span : user);
    }

    private void WriteText(Member member, int longest, TextRule rule) =>
        WriteOrNull(_fields.Text(member, longest, rule));

    private void WriteOrNull(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            rows.Null();
        }
        else
        {
            rows.Bytes(text);
        }
    }

    private void WriteFileName(ReadOnlySpan<byte> key)
    {
        var name = _fields.Text(Member.FileName, 255, TextRule.FileName);
        if (!name.IsEmpty)
        {
            rows.Bytes(name);
            return;
        }

        var last = key[(key.LastIndexOf((byte)'/') + 1)..];
        if (!last.IsEmpty && last.Length <= 255 && !TextRules.HasControl(last))
        {
            rows.Bytes(last);
        }
        else
        {
            rows.Bytes(Encoding.UTF8.GetBytes(FileNames.OfKey(Encoding.UTF8.GetString(key))));
        }
    }

    private void WriteSha256()
    {
        Span<byte> hash = stackalloc byte[32];
        if (_fields.Sha256(hash))
        {
            rows.Bytes(hash);
        }
        else
        {
            rows.Null();
        }
    }

    private void WriteRest(MessageHead head)
    {
        rows.Int16(_exif.Orientation);
        rows.Int64(_fields.Integer(Member.DurationMs, 0, long.MaxValue));
        rows.Int32(_fields.Integer32(Member.BitrateBps, 1));
        rows.Int32(_fields.Integer32(Member.SampleRateHz, 1));
        rows.Int16((short?)_fields.Integer(Member.Channels, 1, short.MaxValue));
        WriteJson(_exif.Data.Span);
        WriteJson(_exif.Gps.Span);
        rows.Timestamp(_exif.TakenAt);
        rows.Int16(_exif.TakenAtOffset);
        WriteOrNull(_exif.TakenAtSource.Span);
        WriteDetectionTypes();
        WriteOrNull(_fields.Choice(Member.Priority, "low, normal, high"));
        WriteOrNull(head.CorrelationId.Span);
        rows.Uuid(head.BatchId);
        rows.Timestamp(_fields.Instant(Member.UploadedAt));
        rows.Int32(head.IsToBeRead ? null : 0);
    }

    private void WriteJson(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            rows.Null();
        }
        else
        {
            rows.Jsonb(json);
        }
    }

    private void WriteDetectionTypes()
    {
        const int Most = 16;
        if (!_fields.Has(Member.DetectionTypes, JsonTokenType.StartArray, "an array of texts"))
        {
            rows.Null();
            return;
        }

        var list = rows.BeginTexts();
        var count = 0;
        var json = _fields.Reader(Member.DetectionTypes);
        json.Read();
        while (json.Read() && json.TokenType != JsonTokenType.EndArray && _fields.Fault is null)
        {
            if (json.TokenType != JsonTokenType.String || ++count > Most)
            {
                _fields.Refuse(PostgresErrorCodes.CheckViolation, Member.DetectionTypes,
                    $"must have up to {Most} texts and nothing else");
                break;
            }

            var quoted = _fields.Raw(Member.DetectionTypes)[(int)json.TokenStartIndex..(int)json.BytesConsumed];
            rows.Bytes(_fields.Text(quoted.Span, "detection_types", 64, TextRule.Name));
        }

        rows.EndTexts(list, count);
    }
}
