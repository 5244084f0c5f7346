using System.Text.Json;
using System.Text.RegularExpressions;
using PhotoLambda.Local;
using PhotoLambda.Local.Gateway;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>What holds of the templates and no linter knows.</summary>
public sealed partial class TemplateRuleTests
{
    private const string Main = "template.yaml";

    // max_connections of PostgreSQL unless it is set, less those that it keeps for superusers.
    private const int LeastDatabase = 100 - 3;

    private static readonly Stack Stack = DeployedTemplates.Stack;

    [Fact]
    public void A_message_outlives_the_function_that_has_it_and_fails_alone()
    {
        var mappings = Stack.Functions.SelectMany(f => f.QueueMappings.Select(m => (Function: f, Mapping: m))).ToList();

        Assert.Equal(3, mappings.Count);
        Assert.All(mappings, m =>
        {
            Assert.True(m.Mapping.ReportBatchItemFailures, m.Function.LogicalId);
            // lambda/latest/dg/services-sqs-configure.html
            Assert.InRange(QueueOf(m.Mapping.QueueArn).VisibilityTimeout, 6 * m.Function.Timeout, 43_200);
        });
    }

    [Fact]
    public void What_failed_five_times_stays_longer_than_what_waits()
    {
        var sources = Stack.Queues.Where(q => q.RedrivePolicy is not null).ToList();

        Assert.Equal(
            ["BulkIngestQueue", "CdnQueue", "DetectionQueue", "ObjectCreatedQueue"],
            sources.Select(q => q.LogicalId).Order(StringComparer.Ordinal));
        Assert.All(sources, queue =>
        {
            Assert.Equal(5, queue.RedrivePolicy!.MaxReceiveCount);
            // A message keeps its age: what comes at the end of the source's time has the rest of the other's.
            var dead = QueueOf(queue.RedrivePolicy.DeadLetterTargetArn);
            Assert.InRange(dead.MessageRetentionPeriod - queue.MessageRetentionPeriod, 4 * 86_400, 14 * 86_400);
        });
    }

    [Fact]
    public void The_functions_of_events_leave_the_api_its_share_of_the_smallest_database()
    {
        var taken = Stack.Functions.Where(f => f.QueueMappings.Count > 0).Sum(f =>
            (f.QueueMappings.Single().MaximumConcurrency ?? throw new InvalidOperationException(f.LogicalId))
            * ConnectionsOf(f.LogicalId));

        Assert.InRange(taken + ConnectionsOf("SweepFunction"), 1, LeastDatabase / 2 + 10);
    }

    [Fact]
    public void The_routes_are_those_of_the_application()
    {
        var routes = Stack.Functions.SelectMany(f => f.Routes.Select(r => (r, f.LogicalId))).ToList();
        var table = new RouteTable(routes);
        using var openApi = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(Repository.Root, "docs/openapi.json")));
        var known = openApi.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(p => p.Value.EnumerateObject().Select(m => (m.Name.ToUpperInvariant(), p.Name)))
            .Where(o => o.Item1 is "GET" or "POST" or "PUT" or "PATCH" or "DELETE")
            .Concat([("GET", "/docs"), ("GET", "/openapi/v1.json"), ("GET", "/healthz"), ("GET", "/readyz")]);

        var taken = known.Select(o => table.Match(o.Item1, o.Item2)?.Key ?? $"nothing takes {o}").Distinct();

        Assert.Equal(
            routes.Select(r => $"{r.r.Method} {r.r.Path}").Order(StringComparer.Ordinal),
            taken.Order(StringComparer.Ordinal));
        Assert.Null(table.Match("GET", "/wp-login.php"));
    }

    [Fact]
    public void An_authorizer_guards_every_route_of_the_api_and_no_other()
    {
        var guarded = ((MapNode)Resource("Api").At("Properties.DefinitionBody.paths")!).Entries
            .SelectMany(p => ((MapNode)p.Value).Entries.Select(m => $"{m.Key.ToUpperInvariant()} {p.Key}"));
        var routes = Stack.Functions.SelectMany(f => f.Routes).Select(r => $"{r.Method} {r.Path}");

        Assert.Equal(
            routes.Where(r => r.Contains("/api/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
            guarded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_granted_on_everything()
    {
        var grants = DeployedTemplates.Files.SelectMany(f => DeployedTemplates.Read(f).All()).OfType<MapNode>()
            .Where(m => m.Text("Effect") == "Allow" && m["Action"] is not null).ToList();

        Assert.True(grants.Count > 15);
        Assert.All(grants, grant =>
        {
            Assert.DoesNotContain(
                grant["Action"]!.All().OfType<TextNode>(), a => a.Text.Contains('*', StringComparison.Ordinal));
            Assert.DoesNotContain(
                (grant["Resource"] ?? grant).All().OfType<TextNode>(), r => r.Text is "*" or "arn:aws:s3:::*");
        });
    }

    [Fact]
    public void Data_stays_when_the_stack_goes()
    {
        string[] kept = ["AWS::S3::Bucket", "AWS::Logs::LogGroup", "AWS::RDS::DBCluster"];
        var data = DeployedTemplates.Files.SelectMany(f => DeployedTemplates.Section(f, "Resources"))
            .Where(r => kept.Contains(r.Value.Text("Type"))).ToList();

        Assert.Equal(5, data.Count);
        Assert.All(data, d =>
        {
            Assert.Contains(d.Value.Text("DeletionPolicy"), (string[])["Retain", "Snapshot"]);
            Assert.Contains(d.Value.Text("UpdateReplacePolicy"), (string[])["Retain", "Snapshot"]);
        });
    }

    [Fact]
    public void A_deployment_migrates_to_the_newest_file_and_each_function_waits_for_it()
    {
        var newest = Directory.GetFiles(Path.Combine(Repository.Root, "db"), "*.sql").Select(Path.GetFileName).Max();

        Assert.Equal(newest, Resource("Migration").Text("Properties.Newest"));
        Assert.All(Stack.Functions, f => Assert.Contains(
            Resource(f.LogicalId).All().OfType<IntrinsicNode>(),
            call => call is { Name: "GetAtt", Argument: ListNode { Items: [TextNode { Text: "Migration" }, ..] } }));
    }

    [Fact]
    public void Secrets_are_named_and_never_given()
    {
        foreach (var file in DeployedTemplates.Files)
        {
            Assert.All(DeployedTemplates.Section(file, "Parameters"), p => Assert.Null(p.Value.Text("NoEcho")));
        }

        var variables = DeployedTemplates.Read(Main).All().OfType<MapNode>()
            .SelectMany(m => m.Entries).Where(e => SecretForm().IsMatch(e.Key)).ToList();
        Assert.True(variables.Count >= 11, $"{variables.Count}");
        Assert.All(variables, v => Assert.Contains(
            v.Value.All().OfType<TextNode>(),
            text => text.Text.Contains("{{resolve:secretsmanager:", StringComparison.Ordinal)));
    }

    [Fact]
    public void Nested_templates_are_given_what_they_ask_for()
    {
        var nested = DeployedTemplates.Section(Main, "Resources")
            .Where(r => r.Value.Text("Type") == "AWS::CloudFormation::Stack").ToList();

        Assert.Equal(2, nested.Count);
        Assert.All(nested, stack =>
        {
            var asked = DeployedTemplates.Section(stack.Value.Text("Properties.TemplateURL")!, "Parameters");
            Assert.Equal(
                asked.Where(p => p.Value.At("Default") is null).Select(p => p.Key).Order(StringComparer.Ordinal),
                ((MapNode)stack.Value.At("Properties.Parameters")!).Entries.Keys.Order(StringComparer.Ordinal));
        });
    }

    [Fact]
    public void The_stages_set_parameters_that_are_there()
    {
        var parameters = DeployedTemplates.Section(Main, "Parameters").Keys.ToList();
        var config = File.ReadAllText(Path.Combine(Repository.Root, "samconfig.toml"));
        var set = OverrideForm().Matches(config).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(
            ["default", "prod", "staging"],
            StageForm().Matches(config).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.True(set.Count > 10);
        Assert.All(set, name => Assert.Contains(name, parameters));
    }

    private static Node Resource(string logicalId) => DeployedTemplates.Section(Main, "Resources")[logicalId];

    private static QueueResource QueueOf(string arn) =>
        Stack.Queues.Single(q => CloudIdentity.QueueArn(q.QueueName) == arn);

    private static int ConnectionsOf(string logicalId) => logicalId switch
    {
        "OnObjectCreatedFunction" => OnObjectCreated.OnObjectCreatedFunction.Connections,
        "BulkIngestFunction" => BulkIngest.BulkIngestFunction.Connections,
        "PublishToCdnFunction" => PublishToCdn.PublishToCdnFunction.Connections,
        "SweepFunction" => Sweep.SweepFunction.Connections,
        _ => throw new ArgumentOutOfRangeException(nameof(logicalId), logicalId, "not of events"),
    };

    [GeneratedRegex("^PHOTOLAMBDA_(DATABASE_URL|(API|WORKER)_PASSWORD|[A-Z]+_PRIVATE_KEY)$")]
    private static partial Regex SecretForm();

    [GeneratedRegex("^  (?:# )?\"([A-Za-z]+)=", RegexOptions.Multiline)]
    private static partial Regex OverrideForm();

    [GeneratedRegex(@"^\[([a-z]+)\.deploy\.parameters\]", RegexOptions.Multiline)]
    private static partial Regex StageForm();
}
