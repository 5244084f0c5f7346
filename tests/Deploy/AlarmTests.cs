using System.Text.Json;
using System.Text.RegularExpressions;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>deploy/alarms.yaml against what there is to be alarmed about.</summary>
public sealed partial class AlarmTests
{
    private const string File = "deploy/alarms.yaml";

    private static readonly IReadOnlyDictionary<string, Node> Resources =
        DeployedTemplates.Section(File, "Resources");

    private static List<(string Metric, string Dimension)> Alarms { get; } =
    [
        .. Resources.Values.Where(r => r.Text("Type") == "AWS::CloudWatch::Alarm").Select(alarm =>
            (alarm.Text("Properties.MetricName")!,
            alarm.At("Properties.Dimensions")!.All().OfType<IntrinsicNode>().Select(n => ((TextNode)n.Argument).Text)
                .Single())),
    ];

    [Fact]
    public void Every_dead_letter_queue_every_wait_and_every_function_has_its_alarm()
    {
        var dead = DeployedTemplates.Stack.Queues.Where(q => q.RedrivePolicy is null).Select(q => q.LogicalId);
        var waiting = DeployedTemplates.Stack.Queues.Where(q => q.RedrivePolicy is not null).Select(q => q.LogicalId);
        var functions = DeployedTemplates.Stack.Functions.Select(f => f.LogicalId);

        Assert.Equal(Sorted(dead), Sorted(Of("ApproximateNumberOfMessagesVisible")));
        Assert.Equal(Sorted(waiting), Sorted(Of("ApproximateAgeOfOldestMessage")));
        Assert.Equal(Sorted(functions), Sorted(Of("Errors")));
        foreach (var metric in (string[])["Throttles", "Latency", "5xx", "OutboxAge"])
        {
            Assert.Single(Of(metric));
        }
    }

    [Fact]
    public void Alarms_tell_someone_also_when_they_end() => Assert.All(
        Resources.Values.Where(r => r.Text("Type") == "AWS::CloudWatch::Alarm"),
        alarm =>
        {
            foreach (var list in (string[])["AlarmActions", "OKActions"])
            {
                Assert.Equal(["Topic"], alarm.At($"Properties.{list}")!.All().OfType<TextNode>().Select(t => t.Text));
            }

            Assert.NotNull(alarm.Text("Properties.TreatMissingData"));
        });

    [Fact]
    public void Metrics_of_ours_are_those_that_the_functions_write()
    {
        var page = System.IO.File.ReadAllText(Path.Combine(Repository.Root, "docs/observability.md"));
        var own = Resources.Values.Where(r => r.Text("Properties.Namespace") == "PhotoLambda")
            .Select(r => r.Text("Properties.MetricName")!)
            .Concat(OwnForm().Matches(Dashboard()).Select(m => m.Groups[1].Value))
            .Distinct().ToList();

        Assert.True(own.Count > 8);
        Assert.All(own, metric => Assert.Contains($"`{metric}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_dashboard_is_json_with_a_place_for_each_widget()
    {
        using var dashboard = JsonDocument.Parse(Dashboard());
        var places = dashboard.RootElement.GetProperty("widgets").EnumerateArray()
            .Select(w => (w.GetProperty("x").GetInt32(), w.GetProperty("y").GetInt32())).ToList();

        Assert.Equal(places.Count, places.Distinct().Count());
        Assert.All(
            NameForm().Matches(Dashboard()).Select(m => m.Groups[1].Value).Where(n => n != "AWS::Region"),
            name => Assert.Contains(name, DeployedTemplates.Section(File, "Parameters").Keys));
    }

    private static IEnumerable<string> Of(string metric) =>
        Alarms.Where(a => a.Metric == metric).Select(a => a.Dimension);

    private static IEnumerable<string> Sorted(IEnumerable<string> names) => names.Order(StringComparer.Ordinal);

    private static string Dashboard() => Resources["Dashboard"].At("Properties.DashboardBody")!.All()
        .OfType<TextNode>().Single().Text;

    [GeneratedRegex("""\["PhotoLambda", "([A-Za-z]+)",""")]
    private static partial Regex OwnForm();

    [GeneratedRegex(@"\$\{([A-Za-z:]+)\}")]
    private static partial Regex NameForm();
}
