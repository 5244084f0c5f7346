using System.Buffers;
using System.Buffers.Binary;
using Npgsql;

namespace PhotoLambda.Bulk;

/// <summary>Sends rows to the staging table.</summary>
internal static class CopyStream
{
    // In the order in which a row's fields are written.
    private const string Copy = """
        copy ingest_staging (
          staging_id, position, id, organization_id, project_id, uploaded_by_user_id, session_id, kind, file_name,
          s3_bucket, s3_key, etag, version_id, sha256, content_type, file_size_bytes, width_px, height_px,
          display_width_px, display_height_px, orientation, duration_ms, bitrate_bps, sample_rate_hz, channels,
          exif_data, gps_coordinates, taken_at, taken_at_offset_minutes, taken_at_source, detection_types, priority,
          correlation_id, bulk_id, uploaded_at, extractor_version)
        from stdin (format binary)
        """;

    private const short Fields = 36;

    // The number of fields, and the three of them that are known when the row is sent.
    private const int RowHead = 2 + 20 + 8 + 20;
    private const int Chunk = 64 * 1024;

    public static async Task SendAsync(
        NpgsqlConnection connection, Guid stagingId, CopyRows rows, int[] chosen, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Chunk);
        await using var stream = await connection.BeginRawBinaryCopyAsync(Copy, cancellation);
        try
        {
            var length = WriteHead(buffer);
            for (var position = 0; position < chosen.Length; position++)
            {
                var row = rows[chosen[position]];
                var size = RowHead + row.Length;
                if (length + size > buffer.Length)
                {
                    await stream.WriteAsync(buffer.AsMemory(0, length), cancellation);
                    length = 0;
                    buffer = Fit(buffer, size);
                }

                WriteRow(buffer.AsSpan(length), stagingId, position, row.Id, rows.Fields(row));
                length += size;
            }

            if (length + 2 > buffer.Length)
            {
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellation);
                length = 0;
            }

            BinaryPrimitives.WriteInt16BigEndian(buffer.AsSpan(length), -1);
            await stream.WriteAsync(buffer.AsMemory(0, length + 2), cancellation);
        }
        catch
        {
            // Without it, disposing would end the COPY as if it were complete.
            await stream.CancelAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int WriteHead(Span<byte> buffer)
    {
        // "PGCOPY\n\377\r\n\0", flags, and the length of an extension.
        ReadOnlySpan<byte> head = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 10, 255, 13, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.CopyTo(buffer);
        return head.Length;
    }

    private static void WriteRow(Span<byte> to, Guid stagingId, int position, Guid id, ReadOnlySpan<byte> fields)
    {
        BinaryPrimitives.WriteInt16BigEndian(to, Fields);
        CopyRows.WriteUuid(to[2..], stagingId);
        BinaryPrimitives.WriteInt32BigEndian(to[22..], 4);
        BinaryPrimitives.WriteInt32BigEndian(to[26..], position);
        CopyRows.WriteUuid(to[30..], id);
        fields.CopyTo(to[RowHead..]);
    }

    private static byte[] Fit(byte[] buffer, int size)
    {
        if (size <= buffer.Length)
        {
            return buffer;
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return ArrayPool<byte>.Shared.Rent(size);
    }
}
