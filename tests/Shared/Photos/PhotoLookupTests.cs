using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>Photos by id, object, user and failure.</summary>
public sealed class PhotoLookupTests(PhotoTable table) : IClassFixture<PhotoTable>
{
    private static readonly DateTimeOffset Start = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private PhotoRepository Photos => new(table.Worker);

    [Fact]
    public async Task All_that_was_told_is_found_again()
    {
        var told = (await table.NewAsync()) with
        {
            FileName = "Möwe \"1\" 🐦.jpg",
            UploadedByUserId = "ada",
            SessionId = "s-1",
            CorrelationId = "c-1",
            ETag = "0f-1",
            VersionId = "v1",
            Sha256 = new string('a', 64),
            Width = 6000,
            Height = 4000,
            DisplayWidth = 4001,
            DisplayHeight = 6001,
            Orientation = 6,
            DurationMs = 1,
            BitrateBps = 2,
            SampleRateHz = 3,
            Channels = 4,
            ExifData = """{"camera_make": "Känon"}""",
            GpsCoordinates = """{"latitude": 53.5, "longitude": -9.9}""",
            TakenAt = new DateTime(2024, 5, 1, 12, 29, 58, 250),
            TakenAtOffsetMinutes = -210,
            TakenAtSource = "exif_original",
            DetectionTypes = ["boats", "birds"],
            Priority = "high",
            UploadedAt = Start.ToOffset(TimeSpan.FromHours(2)),
        };
        await Photos.InsertAsync([told], Stop);

        var found = (await Photos.FindAsync(told.Id, Stop))!;

        Assert.Equivalent(found, await Photos.FindAsync(told.Bucket, told.Key, Stop), strict: true);
        Assert.InRange(found.CreatedAt, DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow.AddMinutes(5));
        Assert.Equivalent(
            new PhotoRow
            {
                Id = told.Id,
                OrganizationId = told.OrganizationId,
                ProjectId = told.ProjectId,
                UploadedByUserId = told.UploadedByUserId,
                SessionId = told.SessionId,
                Kind = "image",
                FileName = told.FileName,
                UploadSource = "bulk",
                CorrelationId = told.CorrelationId,
                Bucket = told.Bucket,
                Key = told.Key,
                DerivedBucket = told.Bucket,
                VisualizationBucket = told.Bucket,
                ETag = told.ETag,
                VersionId = told.VersionId,
                Sha256 = told.Sha256,
                ContentType = told.ContentType,
                SizeBytes = told.SizeBytes,
                Width = told.Width,
                Height = told.Height,
                DisplayWidth = told.DisplayWidth,
                DisplayHeight = told.DisplayHeight,
                Orientation = told.Orientation,
                DurationMs = told.DurationMs,
                BitrateBps = told.BitrateBps,
                SampleRateHz = told.SampleRateHz,
                Channels = told.Channels,
                ExifData = told.ExifData,
                GpsCoordinates = told.GpsCoordinates,
                TakenAt = told.TakenAt,
                TakenAtOffsetMinutes = told.TakenAtOffsetMinutes,
                TakenAtSource = told.TakenAtSource,
                MetadataErrors = "[]",
                ExtractorVersion = 0,
                Status = "completed",
                DetectionTypes = told.DetectionTypes,
                Priority = told.Priority,
                CreatedAt = found.CreatedAt,
                UpdatedAt = found.CreatedAt,
                UploadedAt = Start,
                CompletedAt = found.CreatedAt,
            },
            found, strict: true);
    }

    [Fact]
    public async Task All_that_others_write_is_found()
    {
        var row = (await table.NewAsync()) with { ContentType = "image/png", Key = $"{Guid.NewGuid()}/sea/wall.png" };
        await Photos.InsertAsync([row], Stop);
        var (first, batch) = (Guid.NewGuid(), Guid.NewGuid());
        await table.Database.ExecuteAsync($$"""
            update photos set s3_key_thumbnail = 't', s3_key_public = 'p', metadata_errors = '[1]',
              extractor_version = 7, status = 'failed', failure_reason = 'why', failed_by = 'processor',
              detections = '{}', duplicate_of = '{{first}}', bulk_id = '{{batch}}',
              created_at = '2026-05-01T12:00:01Z', updated_at = '2026-05-01T12:00:02Z',
              uploaded_at = '2026-05-01T12:00:03Z', processing_at = '2026-05-01T12:00:04Z',
              completed_at = '2026-05-01T12:00:05Z', failed_at = '2026-05-01T12:00:06Z'
            where id = '{{row.Id}}'
            """);

        var found = (await Photos.FindAsync(row.Id, Stop))!;

        Assert.Equal(("t", "p", "[1]", 7), (found.ThumbnailKey, found.PublicKey, found.MetadataErrors,
            found.ExtractorVersion));
        Assert.Equal(("failed", "why", "processor", "{}"), (found.Status, found.FailureReason, found.FailedBy,
            found.Detections));
        Assert.Equal((first, batch, "wall.png", "normal"), (found.DuplicateOf, found.BulkId, found.FileName,
            found.Priority));
        Assert.Equal([1, 2, 3, 4, 5, 6], new[]
        {
            found.CreatedAt, found.UpdatedAt, found.UploadedAt, found.ProcessingAt, found.CompletedAt, found.FailedAt,
        }.Select(at => (at!.Value - Start).TotalSeconds));
    }

    [Fact]
    public async Task What_is_not_there_is_not_found()
    {
        Assert.Null(await Photos.FindAsync(Guid.NewGuid(), Stop));
        Assert.Null(await Photos.FindAsync("archive", "nothing", Stop));
        Assert.Empty(await Photos.ListByUserAsync("nobody", "ada", 1, cancellation: Stop));
        Assert.Empty(await Photos.ListFailedAsync("nobody", 1, cancellation: Stop));
    }

    [Fact]
    public async Task The_photos_of_a_user_come_page_by_page()
    {
        var ada = (await table.NewAsync()) with { UploadedByUserId = "ada" };
        // Of one moment they are told apart by their ids.
        var rows = InOrder(PhotoTable.Many(ada, 7));
        await Photos.InsertAsync([.. rows, PhotoTable.Another(ada with { UploadedByUserId = "bob" })], Stop);
        await Photos.InsertAsync([(await table.NewAsync()) with { UploadedByUserId = "ada" }], Stop);
        await table.Database.ExecuteAsync(
            $"update photos set created_at = now() - interval '1 hour' where id = '{rows[^1].Id}'");

        Guid[] expected = [.. rows[..^1].Select(r => r.Id).Reverse(), rows[^1].Id];
        foreach (var limit in (int[])[1, 3, 7, PhotoRepository.MostListed])
        {
            var (found, page) = (new List<PhotoRow>(), (IReadOnlyList<PhotoRow>)[]);
            do
            {
                page = await Photos.ListByUserAsync(ada.OrganizationId, "ada", limit, found.LastOrDefault(), Stop);
                found.AddRange(page);
            }
            while (page.Count == limit);
            Assert.Equal(expected, found.Select(p => p.Id));
        }
    }

    [Fact]
    public async Task Failures_are_found_since_any_time()
    {
        var rows = InOrder(PhotoTable.Many(await table.NewAsync(), 4));
        await Photos.InsertAsync(rows, Stop);
        for (var i = 0; i < 3; i++)
        {
            await table.Database.ExecuteAsync($"""
                update photos set status = 'failed', failed_by = 'inspection', failure_reason = 'size_mismatch: {i}',
                  failed_at = timestamptz '2026-05-01T12:00:00Z' + interval '1 hour' * {i}
                where id = '{rows[i].Id}'
                """);
        }

        async Task<string> FailedAsync(int limit, double? hours, PhotoRow? after = null) => string.Join(' ',
            (await Photos.ListFailedAsync(rows[0].OrganizationId, limit,
                hours is { } h ? Start.AddHours(h) : null, after, Stop))
            .Select(p => p.FailureReason![^1]));

        Assert.Equal("2 1 0", await FailedAsync(10, null));
        Assert.Equal("2 1", await FailedAsync(2, null));
        Assert.Equal("2 1", await FailedAsync(10, 1));
        Assert.Equal("", await FailedAsync(10, 2.5));
        Assert.Equal("1 0", await FailedAsync(10, null, await Photos.FindAsync(rows[2].Id, Stop)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(PhotoRepository.MostListed + 1)]
    public async Task A_list_has_a_limit(int limit)
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Photos.ListByUserAsync("o", "u", limit, cancellation: Stop));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => Photos.ListFailedAsync("o", limit, cancellation: Stop));
    }

    [Theory]
    [InlineData(PhotoRepository.ById, "photos_pkey")]
    [InlineData(PhotoRepository.ByKey, "photos_s3_bucket_s3_key_original_key")]
    [InlineData(PhotoRepository.ByUser, "photos_uploader")]
    [InlineData(PhotoRepository.Failed, "photos_unfinished")]
    public async Task Each_call_reads_one_index_in_its_order(string statement, string index)
    {
        string[] values =
        [
            statement == PhotoRepository.ById ? "'00000000-0000-7000-8000-000000000000'::uuid" : "'o'",
            statement == PhotoRepository.Failed ? "now()" : "'u'",
            "now()", "gen_random_uuid()", "10",
        ];
        for (var i = 0; i < values.Length; i++)
        {
            statement = statement.Replace($"${i + 1}", values[i], StringComparison.Ordinal);
        }

        await using var connection = await table.Worker.OpenConnectionAsync(Stop);
        await using var explain = connection.CreateCommand();
        // The table is too small for an index to be worth it.
#pragma warning disable CA2100
        explain.CommandText = $"set enable_seqscan = off; set enable_bitmapscan = off; explain {statement}";
#pragma warning restore CA2100
        await using var line = await explain.ExecuteReaderAsync(Stop);
        var plan = "";
        while (await line.ReadAsync(Stop))
        {
            plan += line.GetString(0) + '\n';
        }

        Assert.Contains($"Index Scan using {index} ", plan);
        Assert.DoesNotContain("Sort", plan);
    }

    private static NewPhotoRow[] InOrder(NewPhotoRow[] rows) =>
        [.. rows.OrderBy(r => $"{r.Id}", StringComparer.Ordinal)];
}
