using System.Text;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>
/// Reads a line of CloudWatch's embedded metric format as strictly as its specification words it: what breaks a rule
/// here would be stored as a log line and never become a metric.
/// </summary>
/// <remarks>AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html</remarks>
internal sealed record EmfLine(
    IReadOnlyDictionary<string, string> Dimensions, IReadOnlyDictionary<string, double> Metrics)
{
    private static readonly HashSet<string> Units =
    [
        "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes",
        "Bits", "Percent", "Count", "Bytes/Second", "Count/Second", "None",
    ];

    public static bool IsOne(JsonElement line) => line.TryGetProperty("_aws", out _);

    public static EmfLine Read(JsonElement root)
    {
        Assert.True(Encoding.UTF8.GetByteCount(root.GetRawText()) <= 1024 * 1024);
        Assert.Equal(root.EnumerateObject().Count(), root.EnumerateObject().DistinctBy(m => m.Name).Count());
        var metadata = root.GetProperty("_aws");
        var at = DateTimeOffset.FromUnixTimeMilliseconds(metadata.GetProperty("Timestamp").GetInt64());
        Assert.InRange(at, DateTimeOffset.UtcNow.AddDays(-14), DateTimeOffset.UtcNow.AddHours(2));
        var directive = Assert.Single(metadata.GetProperty("CloudWatchMetrics").EnumerateArray());
        Assert.Equal("PhotoLambda", directive.GetProperty("Namespace").GetString());
        var dimensions = Assert.Single(directive.GetProperty(nameof(Dimensions)).EnumerateArray())
            .EnumerateArray().Select(d => d.GetString()!).ToList();
        Assert.InRange(dimensions.Count, 0, 30);
        var metrics = directive.GetProperty(nameof(Metrics)).EnumerateArray().ToList();
        Assert.InRange(metrics.Count, 1, 100);
        return new EmfLine(
            dimensions.ToDictionary(name => name, name => Dimension(root, name)),
            metrics.ToDictionary(m => m.GetProperty("Name").GetString()!, m => Metric(root, m)));
    }

    private static string Dimension(JsonElement root, string name)
    {
        Assert.InRange(name.Length, 1, 250);
        var value = root.GetProperty(name);
        Assert.Equal(JsonValueKind.String, value.ValueKind);
        Assert.InRange(value.GetString()!.Length, 1, 1024);
        return value.GetString()!;
    }

    private static double Metric(JsonElement root, JsonElement definition)
    {
        var name = definition.GetProperty("Name").GetString()!;
        Assert.InRange(name.Length, 1, 1024);
        Assert.Contains(definition.GetProperty("Unit").GetString()!, Units);
        var value = root.GetProperty(name);
        Assert.Equal(JsonValueKind.Number, value.ValueKind);
        return value.GetDouble();
    }
}
