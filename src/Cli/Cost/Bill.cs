using System.Globalization;

namespace PhotoLambda.Cli.Cost;

/// <param name="Unit">Of the quantity, and of the price.</param>
/// <param name="Because">How the quantity comes about, in words.</param>
internal sealed record CostLine(
    string Service, string Item, decimal Quantity, string Unit, decimal Usd, string Because, string Price);

/// <summary>What a month costs, line by line.</summary>
/// <param name="months">Of photos that are stored on the average of the month.</param>
internal sealed class Bill(Workload work, Assumptions assumed, Prices prices, decimal months)
{
    /// <summary>Of <c>deploy/alarms.yaml</c>.</summary>
    public const int Alarms = 20;

    private const decimal Hours = 730;

    // Lambda polls each queue that it reads with five requests of 20 seconds at least, as MaximumConcurrency is set:
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
    private const decimal Queues = 3;
    private const decimal Pollers = 5;
    private const decimal PollSeconds = 20;

    // Metrics of docs/observability.md: of a route, and of each of the other functions.
    private const decimal OfRoute = 6;
    private const decimal OfEvents = 3;
    private const decimal OfBulk = 5;
    private const decimal OfCdn = 7;
    private const decimal OfSweep = 19;

    // 1 vCPU is about 4 ACUs of 2 GiB.
    private const decimal AcusOfProcessor = 4;

    // https://aws.amazon.com/rds/proxy/pricing/
    private const decimal LeastProxyAcus = 8;

    // ImageKit is called through the NAT gateway; the bytes it fetches itself.
    private const decimal KilobytesOfCall = 10;

    private readonly Traffic _traffic = new(work, assumed);
    private readonly List<CostLine> _lines = [];

    public static IReadOnlyList<CostLine> Of(Workload work, Assumptions assumed, Prices prices, decimal months)
    {
        var bill = new Bill(work, assumed, prices, months);
        bill.AddCompute();
        bill.AddStore();
        bill.AddQueues();
        bill.AddDatabase();
        bill.AddNetwork();
        bill.AddSigns();
        return bill._lines;
    }

    private void AddCompute()
    {
        var t = _traffic;
        Add("API Gateway", "requests", "api_request", t.Requests / 1_000_000,
            $"{N(t.Single)} uploads × (1 ticket + {N(assumed["polls"])} polls) + {N(t.Reads)} reads × "
            + $"{N(assumed["requests_per_read"])} + {N(work.HasDetection ? work.Photos : 0)} reports of detectors");
        Add("Lambda", "requests", "lambda_request", (t.Requests + t.Batches) / 1_000_000,
            $"{N(t.Requests)} of the API + {N(t.UploadBatches)} batches of uploads + {N(t.LookBatches)} of looks + "
            + $"{N(t.BulkBatches)} of descriptors + {N(t.Publications)} of publications + {N(Traffic.Sweeps)} sweeps");
        Add("Lambda", "time", $"lambda_{work.Architecture}", t.Time,
            $"requests {N(t.RequestTime)} ms, uploads {N(t.UploadBatchTime)}, looks {N(t.LookBatchTime)}, descriptors "
            + $"{N(t.BulkBatchTime)}, publications {N(t.PublicationTime)}, sweeps {N(assumed["sweep_ms"])}; "
            + $"{N(assumed["cold_share"] * 100)} % cold: {N(t.ColdTime)} more; × {N(work.Memory)} MB, events "
            + $"{N(t.EventMemory)}");
    }

    private void AddStore()
    {
        var files = work.HasThumbnails ? 2 * assumed["thumbnail_sizes"] : 0;
        Add("S3", "PUT and LIST", "s3_put", (_traffic.Single + (work.Photos * files) + (_traffic.Bulk / 1_000)) / 1_000,
            $"{N(_traffic.Single)} uploads + {N(work.Photos)} photos × {N(files)} thumbnails + "
            + $"{N(_traffic.Bulk)} listed ÷ 1,000");
        var ofPhoto = assumed["gets_per_photo"] + (work.HasThumbnails ? 1 : 0) + (work.HasDetection ? 1 : 0)
            + (work.Cdn == "imagekit" ? 1 : 0);
        var ofRead = work.Cdn switch { "none" => 1, "cloudfront" => assumed["cdn_misses"], _ => 0 };
        Add("S3", "GET", "s3_get", ((work.Photos * ofPhoto) + (_traffic.Reads * ofRead)) / 1_000,
            $"{N(work.Photos)} photos × {N(ofPhoto)} (metadata, thumbnails, detector, ImageKit) + "
            + $"{N(_traffic.Reads)} reads × {N(ofRead)}");
        var megabytes = work.Megabytes + (work.HasThumbnails ? assumed["thumbnail_kb"] / 1_024 : 0);
        Add("S3", "storage", "s3_storage", work.Photos * megabytes * months / 1_024,
            $"{N(work.Photos)} photos × {N(megabytes)} MB × {N(months)} months ÷ 1,024");
    }

    private void AddQueues()
    {
        var t = _traffic;
        var idle = Queues * Pollers * Traffic.Seconds / PollSeconds;
        // An event is sent, its batch received and deleted, its job sent.
        var events = t.Single + (3 * t.UploadBatches);
        // Ten messages at a time are sent, received, deleted; a batch of descriptors needs more requests than that.
        var bulk = (t.BulkMessages * ((2 * t.MessageChunks) + 0.1m)) + (4 * t.LookBatches);
        var cdn = 3 * t.Publications;
        var detection = work.HasDetection ? 2 * work.Photos : 0;
        Add("SQS", "requests", "sqs_request", (idle + events + bulk + cdn + detection) / 1_000_000,
            $"{N(idle)} polls (3 queues × 5 × 20 s) + {N(t.Single)} events + 3 × {N(t.UploadBatches)} batches + "
            + $"{N(bulk)} of bulk (64 KB each) + {N(cdn)} of the CDN + {N(detection)} of detectors");
    }

    private void AddDatabase()
    {
        if (!work.HasCreatedDatabase)
        {
            return;
        }

        var instances = work.HasStandby ? 2 : 1;
        var load = work.Photos * assumed["db_cpu_ms"] / 1_000 * AcusOfProcessor / Traffic.Seconds;
        var acus = instances * Math.Max(assumed["min_acu"], load);
        Add("Aurora", "capacity", "aurora_acu", acus * Hours,
            $"730 h × {instances} × the greater of {N(assumed["min_acu"])} ACU and {N(load)} (the load of "
            + $"{N(assumed["db_cpu_ms"])} ms a photo, 4 ACU a vCPU)");
        var gigabytes = work.Photos * months * assumed["db_bytes"] / 1_073_741_824;
        Add("Aurora", "storage", "aurora_storage", gigabytes,
            $"{N(work.Photos)} photos × {N(months)} months × {N(assumed["db_bytes"])} bytes");
        Add("Aurora", "I/O", "aurora_io", work.Photos * assumed["db_io"] / 1_000_000,
            $"{N(work.Photos)} photos × {N(assumed["db_io"])}");
        Add("Aurora", "backups", "aurora_backup", gigabytes * assumed["backup_copies"],
            $"{N(assumed["backup_copies"])} × the storage");
        Add("RDS Proxy", "capacity", "rds_proxy_acu", Math.Max(LeastProxyAcus, acus) * Hours,
            $"730 h × the greater of 8 ACU and {N(acus)}");
        Add("VPC", "endpoint of SQS", "endpoint_hour", 2 * Hours, "730 h × 2 zones; that of S3 costs nothing");
        if (work.HasNat)
        {
            Add("VPC", "NAT gateway", "nat_hour", Hours, "730 h");
            Add("VPC", "NAT gateway, data", "nat_gb", _traffic.Published * KilobytesOfCall / 1_048_576,
                $"{N(_traffic.Published)} publications × {N(KilobytesOfCall)} KB");
            Add("VPC", "public address", "ipv4_hour", Hours, "730 h");
        }
    }

    private void AddNetwork()
    {
        var answers = _traffic.Requests * assumed["response_kb"] / 1_048_576;
        var read = _traffic.Reads * work.Megabytes / 1_024;
        var (photos, when) = work.Cdn switch
        {
            "none" => (read, "each read"),
            "imagekit" => (_traffic.Published * work.Megabytes / 1_024, "each once, to ImageKit"),
            _ => (0, "by CloudFront"),
        };
        Add("Data transfer", "to the internet", "transfer_gb", answers + photos,
            $"{N(photos)} GB of photos ({when}) + {N(_traffic.Requests)} answers × {N(assumed["response_kb"])} KB");
        if (work.Cdn == "cloudfront")
        {
            var reads = $"{N(_traffic.Reads)} reads";
            Add("CloudFront", "to the internet", "cloudfront_gb", read, $"{reads} × {N(work.Megabytes)} MB");
            Add("CloudFront", "requests", "cloudfront_request", _traffic.Reads / 10_000, reads);
        }
    }

    private void AddSigns()
    {
        var (requests, batches) = (_traffic.Requests, _traffic.Batches);
        Add("CloudWatch", "logs", "log_gb",
            ((requests * assumed["log_kb_per_request"]) + (batches * assumed["log_kb_per_batch"])) / 1_048_576,
            $"{N(requests)} requests × {N(assumed["log_kb_per_request"])} KB + {N(batches)} batches × "
            + $"{N(assumed["log_kb_per_batch"])} KB");
        var (bulk, cdn) = (_traffic.Bulk > 0 ? OfBulk : 0, _traffic.Published > 0 ? OfCdn : 0);
        Add("CloudWatch", "metrics", "metric", (assumed["routes"] * OfRoute) + OfEvents + OfSweep + bulk + cdn,
            $"{N(assumed["routes"])} routes × 6 + events 3 + sweep 19 + bulk {N(bulk)} + CDN {N(cdn)}");
        Add("CloudWatch", "alarms", "alarm", Alarms, "of deploy/alarms.yaml");
        Add("CloudWatch", "dashboard", "dashboard", 1, "of deploy/alarms.yaml");
        var keys = work.Cdn == "none" ? 0 : 1;
        Add("Secrets Manager", "secrets", "secret", 3 + keys, $"owner, API and worker of the database + CDN {keys}");
    }

    private void Add(string service, string item, string price, decimal quantity, string because) =>
        _lines.Add(new CostLine(
            service, item, quantity, prices[price].Unit, prices[price].Of(quantity), because, price));

    private static string N(decimal number) => number.ToString(
        number >= 1_000 || number == decimal.Truncate(number) ? "#,##0" : "#,##0.####", CultureInfo.InvariantCulture);
}
