using Npgsql;
using PhotoLambda.Bulk;

namespace PhotoLambda.Photos;

/// <summary>Writes callers' rows as COPY takes them: nothing is made for a row that is right.</summary>
internal sealed class NewRowWriter(CopyRows rows)
{
    // What is known was told: nobody reads the object unless it is asked for.
    private const int Told = 0;

    private const int Sha256Digits = 64;

    private Reject? _fault;

    /// <returns>Null when the row was added.</returns>
    public Reject? Write(NewPhotoRow row)
    {
        _fault = null;
        rows.Begin();
        WriteAll(row);
        if (_fault is null)
        {
            rows.End(row.Id);
        }
        else
        {
            rows.Undo();
        }

        return _fault;
    }

    // In the order of the columns of CopyStream.
    private void WriteAll(NewPhotoRow row)
    {
        Text("organization_id", row.OrganizationId);
        rows.Uuid(row.ProjectId);
        Text("uploaded_by_user_id", row.UploadedByUserId);
        Text("session_id", row.SessionId);
        rows.Bytes(row.ContentType?.StartsWith("audio/", StringComparison.Ordinal) is true ? "audio"u8 : "image"u8);
        Text("file_name", row.FileName ?? FileNames.OfKey(row.Key ?? ""));
        if (!rows.Place(row.Bucket, row.Key))
        {
            Refuse("s3_key");
        }

        Text("etag", row.ETag);
        Text("version_id", row.VersionId);
        WriteSha256(row.Sha256);
        Text("mime_type", row.ContentType);
        rows.Int64(row.SizeBytes);
        rows.Int32(row.Width);
        rows.Int32(row.Height);
        rows.Int32(row.DisplayWidth);
        rows.Int32(row.DisplayHeight);
        rows.Int16(row.Orientation);
        rows.Int64(row.DurationMs);
        rows.Int32(row.BitrateBps);
        rows.Int32(row.SampleRateHz);
        rows.Int16(row.Channels);
        WriteRest(row);
    }

    private void WriteRest(NewPhotoRow row)
    {
        Json("exif_data", row.ExifData);
        Json("gps_coordinates", row.GpsCoordinates);
        rows.Timestamp(row.TakenAt);
        rows.Int16(row.TakenAtOffsetMinutes);
        Text("taken_at_source", row.TakenAtSource);
        WriteDetectionTypes(row.DetectionTypes);
        Text("priority", row.Priority);
        Text("correlation_id", row.CorrelationId);
        rows.Uuid(null);
        rows.Timestamp(row.UploadedAt?.UtcDateTime);
        rows.Int32(Told);
    }

    private void Text(string field, string? value)
    {
        if (!rows.Text(value))
        {
            Refuse(field);
        }
    }

    private void Json(string field, string? value)
    {
        if (!rows.Jsonb(value))
        {
            Refuse(field);
        }
    }

    private void WriteSha256(string? digits)
    {
        Span<byte> hash = stackalloc byte[Sha256Digits / 2];
        if (digits is null)
        {
            rows.Null();
        }
        else if (digits.Length == Sha256Digits
            && Convert.FromHexString(digits, hash, out _, out _) == System.Buffers.OperationStatus.Done)
        {
            rows.Bytes(hash);
        }
        else
        {
            _fault = new Reject(PostgresErrorCodes.InvalidTextRepresentation, "sha256",
                $"must be {Sha256Digits} hexadecimal digits; it has {digits.Length} characters");
        }
    }

    private void WriteDetectionTypes(IReadOnlyList<string>? types)
    {
        if (types is null)
        {
            rows.Null();
            return;
        }

        var list = rows.BeginTexts();
        for (var i = 0; i < types.Count; i++)
        {
            Text("detection_types", types[i]);
        }

        rows.EndTexts(list, types.Count);
    }

    private void Refuse(string field) => _fault = new Reject(
        PostgresErrorCodes.CharacterNotInRepertoire, field, "must be Unicode; it has half a surrogate pair");
}
