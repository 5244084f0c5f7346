namespace PhotoLambda.Cli.Cost;

/// <summary>What a month's photos become: requests, messages and invocations.</summary>
internal sealed class Traffic(Workload work, Assumptions assumed)
{
    /// <summary>Of a month of 730 hours.</summary>
    public const decimal Seconds = 2_628_000;

    // Of the code: photos in a message that asks to look at them, messages in a batch, and photos read at a time.
    private const decimal InLook = 20;
    private const decimal InBatch = 10;
    private const decimal AtOnce = 16;

    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    private const decimal MemoryOfProcessor = 1_769;

    public decimal Bulk { get; } = work.Photos * work.BulkShare;

    public decimal Single { get; } = work.Photos * (1 - work.BulkShare);

    public decimal Reads { get; } = work.Photos * work.Reads;

    public decimal Published { get; } = work.Cdn == "none" ? 0 : work.Photos;

    public decimal Requests => (Single * (1 + assumed["polls"])) + (Reads * assumed["requests_per_read"])
        + (work.HasDetection ? work.Photos : 0);

    public decimal UploadBatches => Single / assumed["photos_per_batch"];

    public decimal LookBatches => Bulk / (InLook * InBatch);

    public decimal BulkBatches => Bulk / assumed["rows_per_batch"];

    public decimal Publications => Published / assumed["photos_per_publication"];

    /// <summary>One every five minutes.</summary>
    public static decimal Sweeps => Seconds / 300;

    public decimal Batches => UploadBatches + LookBatches + BulkBatches + Publications + Sweeps;

    /// <summary>A request of SQS is paid for each 64 KB that it carries.</summary>
    public decimal MessageChunks =>
        decimal.Ceiling(assumed["descriptors_per_message"] * assumed["descriptor_bytes"] / 65_536);

    public decimal BulkMessages => Bulk / assumed["descriptors_per_message"];

    /// <summary>Megabytes.</summary>
    public decimal EventMemory => work.HasThumbnails ? Math.Max(work.Memory, 1_024) : work.Memory;

    /// <summary>Billed milliseconds, which Lambda rounds up.</summary>
    public decimal RequestTime =>
        decimal.Ceiling(assumed["request_wait_ms"] + (assumed["request_cpu_ms"] / Processor(work.Memory)));

    public decimal UploadBatchTime => EventTime(assumed["photos_per_batch"]);

    public decimal LookBatchTime => EventTime(InLook * InBatch);

    public decimal BulkBatchTime => decimal.Ceiling(assumed["rows_per_batch"] * assumed["row_ms"]);

    public decimal PublicationTime =>
        decimal.Ceiling(assumed["photos_per_publication"] / 8) * assumed["publication_ms"];

    /// <summary>With its first answer, of any function.</summary>
    public decimal ColdTime => assumed[$"cold_ms_{work.Flavor}"];

    /// <summary>GB-seconds of all functions.</summary>
    public decimal Time
    {
        get
        {
            var cold = assumed["cold_share"] * ColdTime;
            var atEvents = (UploadBatches * (UploadBatchTime + cold)) + (LookBatches * (LookBatchTime + cold));
            var others = (Requests * (RequestTime + cold)) + (BulkBatches * (BulkBatchTime + cold))
                + (Publications * (PublicationTime + cold)) + (Sweeps * (assumed["sweep_ms"] + cold));
            return ((atEvents * EventMemory) + (others * work.Memory)) / 1_024 / 1_000;
        }
    }

    private static decimal Processor(decimal memory) => Math.Min(1, memory / MemoryOfProcessor);

    private decimal EventTime(decimal photos)
    {
        var thumbnails = work.HasThumbnails ? assumed["thumbnail_sizes"] * assumed["thumbnail_cpu_ms"] : 0;
        return decimal.Ceiling((decimal.Ceiling(photos / AtOnce) * assumed["event_wait_ms"])
            + (photos * (assumed["event_cpu_ms"] + thumbnails) / Processor(EventMemory)));
    }
}
