using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>What a month costs, against bills that were made out by hand.</summary>
public partial class CostTests
{
    [Fact]
    public async Task A_million_uploads_cost_what_the_bill_by_hand_says()
    {
        var run = await CostRun.RunAsync("--photos", "1000000");

        Assert.Equal(
            new Dictionary<string, decimal>
            {
                // 1,000,000 × (1 ticket + 2 polls) + 3,000,000 reads = 6 million at 1.00.
                ["API Gateway, requests"] = 6.00m,
                // 6,000,000 + 1,000,000 events + 8,760 sweeps = 7.00876 million at 0.20.
                ["Lambda, requests"] = 1.401752m,
                // 6,000,000 × (6 + 4.35) + 1,000,000 × (63 + 4.35) + 8,760 × (500 + 4.35) = 133,868,106 ms,
                // at 0.5 GB 66,934.053 GB-seconds at 0.0000133334. Of 512 MB, 0.24 ms are 0.83, and 0.61 are 2.11.
                ["Lambda, time"] = 0.892459m,
                // 1,000 thousand at 0.005; 1,060 + 3,000 thousand at 0.0004; 1,000,000 × 4 × 12 ÷ 1,024 at 0.023.
                ["S3, PUT and LIST"] = 5.00m,
                ["S3, GET"] = 1.624m,
                ["S3, storage"] = 1_078.125m,
                // 3 queues × 5 × 2,628,000 s ÷ 20 s = 1.971 million, 1 million events, 3 million of batches, at 0.40.
                ["SQS, requests"] = 2.3884m,
                // 365 ACU-hours at 0.12; 57,600,000,000 bytes are 53.644 GB at 0.10; 20 million at 0.20.
                ["Aurora, capacity"] = 43.80m,
                ["Aurora, storage"] = 5.364418m,
                ["Aurora, I/O"] = 4.00m,
                ["Aurora, backups"] = 1.126528m,
                // 8 × 730 at 0.015; 2 × 730 at 0.01.
                ["RDS Proxy, capacity"] = 87.60m,
                ["VPC, endpoint of SQS"] = 14.60m,
                // 3,000,000 × 4 ÷ 1,024 = 11,718.75 GB and 6,000,000 × 2 ÷ 1,048,576 = 11.444 GB:
                // 10,240 at 0.09 = 921.60, 1,490.194 at 0.085 = 126.6665.
                ["Data transfer, to the internet"] = 1_048.266498m,
                // (6,000,000 × 2 + 1,008,760 × 1.6) ÷ 1,048,576 = 12.983 GB at 0.50.
                ["CloudWatch, logs"] = 6.491669m,
                // 8 × 6 + 3 + 19 = 70 at 0.30; 20 at 0.10; 1 at 3.00; 3 at 0.40.
                ["CloudWatch, metrics"] = 21.00m,
                ["CloudWatch, alarms"] = 2.00m,
                ["CloudWatch, dashboard"] = 3.00m,
                ["Secrets Manager, secrets"] = 1.20m,
            },
            run.Lines);
        Assert.Equal(run.Lines.Values.Sum(), run.Total, 4);
        Assert.Equal(run.Total / 1_000, run.Answer.GetProperty("usd_per_1000_photos").GetDecimal(), 4);
        // Half a month's photos instead of twelve: storage, rows and backups are a twenty-fourth.
        Assert.Equal(
            run.Total - ((1_078.125m + 5.364418m + 1.126528m) * 23 / 24),
            run.Answer.GetProperty("first_month_usd").GetDecimal(), 4);
    }

    [Fact]
    public async Task An_archive_that_is_registered_costs_no_tickets()
    {
        var run = await CostRun.RunAsync(
            "--photos", "1000000", "--bulk-share", "1", "--reads", "0", "--given-database");

        Assert.Equal(0, run.Lines["API Gateway, requests"]);
        // 5,000 batches of looks, 200 of descriptors, 8,760 sweeps.
        Assert.Equal(0.002792m, run.Lines["Lambda, requests"]);
        // 1,000 lists; 1,060 thousand reads.
        Assert.Equal(0.005m, run.Lines["S3, PUT and LIST"]);
        Assert.Equal(0.424m, run.Lines["S3, GET"]);
        // 500 × 220 bytes are 2 × 64 KB: 2,000 messages × (2 + 2 + 0.1) + 5,000 × 4 + 1,971,000 polls.
        Assert.Equal(0.79968m, run.Lines["SQS, requests"]);
        Assert.Equal(22.50m, run.Lines["CloudWatch, metrics"]);
        Assert.DoesNotContain(run.Lines.Keys, line => line.StartsWith("Aurora", StringComparison.Ordinal));
        Assert.DoesNotContain(run.Lines.Keys, line => line.StartsWith("RDS", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Everything_switched_on_has_its_lines()
    {
        var run = await CostRun.RunAsync(
            "--photos", "1000000", "--detection", "--thumbnails", "--cdn", "cloudfront", "--created-database",
            "--standby", "--nat", "--flavor", "aot", "--architecture", "x86_64", "--memory", "1769");

        // One report each.
        Assert.Equal(7.00m, run.Lines["API Gateway, requests"]);
        // Requests 6 ms, uploads 60 + 0.61 + 125 → 186, publications 200, sweeps 500, and 0.75 each for cold ones:
        // 7,000,000 × 6.75 + 1,000,000 × 186.75 + 100,000 × 200.75 + 8,760 × 500.75 = 258,461,570 ms of 1.727539 GB.
        Assert.Equal(446_502.458m, run.Quantity("Lambda", "time"), 3);
        Assert.Equal(7.441723m, run.Lines["Lambda, time"]);
        // 1,000,000 + 2 pictures each; 3.06 of each photo and a tenth of the reads.
        Assert.Equal(15.00m, run.Lines["S3, PUT and LIST"]);
        Assert.Equal(1.344m, run.Lines["S3, GET"]);
        // 4 MB and 60 KB: 47,561.646 GB.
        Assert.Equal(1_093.917847m, run.Lines["S3, storage"]);
        // 1.971 + 1 + 3 + 0.3 of the CDN + 2 of detectors.
        Assert.Equal(3.3084m, run.Lines["SQS, requests"]);
        // Two instances of half an ACU; the proxy counts eight at least.
        Assert.Equal(87.60m, run.Lines["Aurora, capacity"]);
        Assert.Equal(87.60m, run.Lines["RDS Proxy, capacity"]);
        Assert.Equal(32.85m, run.Lines["VPC, NAT gateway"]);
        // 10,000,000 KB are 9.53674 GB at 0.045.
        Assert.Equal(0.429153m, run.Lines["VPC, NAT gateway, data"]);
        Assert.Equal(3.65m, run.Lines["VPC, public address"]);
        // 10,240 at 0.085 = 870.40, 1,478.75 at 0.08 = 118.30; 300 ten thousands at 0.01.
        Assert.Equal(988.70m, run.Lines["CloudFront, to the internet"]);
        Assert.Equal(3.00m, run.Lines["CloudFront, requests"]);
        // No photo goes the other way: 7,000,000 × 2 KB = 13.3514 GB at 0.09.
        Assert.Equal(1.201630m, run.Lines["Data transfer, to the internet"], 6);
        Assert.Equal(23.10m, run.Lines["CloudWatch, metrics"]);
        Assert.Equal(1.60m, run.Lines["Secrets Manager, secrets"]);
    }

    [Fact]
    public async Task What_is_beyond_a_step_has_another_price()
    {
        var run = await CostRun.RunAsync(
            "--photos", "100000000", "--reads", "0", "--given-database", "--cdn", "imagekit", "--assume", "polls=3");

        // 300 million at 1.00, 100 at 0.90.
        Assert.Equal(390.00m, run.Lines["API Gateway, requests"]);
        // 51,200 at 0.023 + 460,800 at 0.022 + 4,175,500 at 0.021.
        Assert.Equal(99_000.70m, run.Lines["S3, storage"]);
        // 390,625 GB to ImageKit and 762.939 of answers:
        // 10,240 at 0.09 + 40,960 at 0.085 + 102,400 at 0.07 + 237,787.939 at 0.05.
        Assert.Equal(23_460.596973m, run.Lines["Data transfer, to the internet"], 4);
    }

    [Fact]
    public async Task More_photos_never_cost_less()
    {
        string[] photos = ["1", "999", "1000000", "1000001", "74000000", "75000000", "10000000000"];
        var runs = await Task.WhenAll(photos.Select(p => CostRun.RunAsync(
            "--photos", p, "--bulk-share", "0.3", "--cdn", "imagekit", "--thumbnails", "--nat")));

        foreach (var (less, more) in runs.Zip(runs.Skip(1)))
        {
            Assert.Equal(less.Lines.Keys, more.Lines.Keys);
            Assert.All(less.Lines, line => Assert.True(line.Value <= more.Lines[line.Key], line.Key));
        }
    }

    [Fact]
    public async Task Alarms_and_metrics_are_those_of_the_stack()
    {
        var run = await CostRun.RunAsync("--photos", "1000", "--bulk-share", "0.5", "--cdn", "imagekit");

        Assert.Equal(AlarmPage.AlarmsOfTemplate().Count, run.Quantity("CloudWatch", "alarms"));
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "observability.md"), TestContext.Current.CancellationToken);
        int Metrics(string function) => MetricName().Count(
            page.Split('\n').Single(l => l.StartsWith($"| {function} |", StringComparison.Ordinal)).Split('|')[3]);
        Assert.Equal(
            (8 * Metrics("UploadUrl")) + Metrics("OnObjectCreated") + Metrics("BulkIngest") + Metrics("PublishToCdn")
                + Metrics("Sweep"),
            run.Quantity("CloudWatch", "metrics"));
    }

    [GeneratedRegex("`[A-Za-z]+`")]
    private static partial Regex MetricName();
}
