using System.Text;
using System.Text.Json;

namespace PhotoLambda.Signals;

/// <summary>Metrics that are always written together, with the dimensions that CloudWatch groups them by.</summary>
/// <remarks>CloudWatch makes, and bills, a metric for each value of a dimension: let the values be few.</remarks>
internal sealed class MetricSet
{
    public const string Namespace = "PhotoLambda";

    /// <param name="metrics">Names with their units, as PutMetricData spells them.</param>
    public MetricSet(IReadOnlyList<string> dimensions, params IReadOnlyList<(string Name, string Unit)> metrics)
    {
        Dimensions = [.. dimensions.Select(name => JsonEncodedText.Encode(name))];
        Metrics = [.. metrics.Select(metric => JsonEncodedText.Encode(metric.Name))];
        Directives = Describe(dimensions, metrics);
    }

    public IReadOnlyList<JsonEncodedText> Dimensions { get; }

    public IReadOnlyList<JsonEncodedText> Metrics { get; }

    /// <summary>The value of <c>CloudWatchMetrics</c>, which is the same in every line, as JSON.</summary>
    public byte[] Directives { get; }

    private static byte[] Describe(
        IReadOnlyList<string> dimensions, IReadOnlyList<(string Name, string Unit)> metrics)
    {
        var names = string.Join(',', dimensions.Select(name => $"\"{name}\""));
        var definitions = string.Join(
            ',', metrics.Select(metric => $$"""{"Name":"{{metric.Name}}","Unit":"{{metric.Unit}}"}"""));
        return Encoding.UTF8.GetBytes(
            $$"""[{"Namespace":"{{Namespace}}","Dimensions":[[{{names}}]],"Metrics":[{{definitions}}]}]""");
    }
}
