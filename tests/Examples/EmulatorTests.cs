using System.Text.Json;
using PhotoLambda.BulkIngest;
using PhotoLambda.OnObjectCreated;
using PhotoLambda.PublishToCdn;
using PhotoLambda.Sweep;
using PhotoLambda.UploadUrl;
using PhotoLambda.UploadUrl.Identity;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace PhotoLambda.Tests;

/// <summary>The settings of examples/emulator, read as the functions read theirs.</summary>
public class EmulatorTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "examples", "emulator");

    [Fact]
    public async Task The_API_takes_its_settings_and_no_other_are_given()
    {
        var text = await File.ReadAllTextAsync(
            Path.Combine(Folder, "compose.yaml"), TestContext.Current.CancellationToken);
        var compose = new DeserializerBuilder().IgnoreUnmatchedProperties()
            .WithNamingConvention(LowerCaseNamingConvention.Instance).Build().Deserialize<Compose>(text);
        var settings = compose.Services["api"].Environment;

        var options = UploadUrlOptions.Read(settings.GetValueOrDefault);

        Assert.Equal("photolambda-originals", options.OriginalsBucket);
        Assert.NotNull(BearerTokenOptions.Read(settings.GetValueOrDefault).Secret);
        await AreDocumentedAsync(settings.Keys);
    }

    [Fact]
    public async Task The_other_functions_take_theirs()
    {
        var json = await File.ReadAllTextAsync(
            Path.Combine(Folder, "functions.json"), TestContext.Current.CancellationToken);
        var settings = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(json)!["Variables"];
        var lambdas = new Dictionary<string, string>(settings)
        {
            ["AWS_REGION"] = "us-east-1",
            ["AWS_ACCESS_KEY_ID"] = "test",
            ["AWS_SECRET_ACCESS_KEY"] = "test",
        };

        OnObjectCreatedOptions.Read(lambdas.GetValueOrDefault);
        BulkIngestOptions.Read(lambdas.GetValueOrDefault);
        PublishToCdnOptions.Read(lambdas.GetValueOrDefault);
        SweepOptions.Read(lambdas.GetValueOrDefault);

        await AreDocumentedAsync(settings.Keys);
    }

    private static async Task AreDocumentedAsync(IEnumerable<string> names)
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "configuration.md"), TestContext.Current.CancellationToken);
        Assert.All(
            names.Where(name => name != "ASPNETCORE_URLS"),
            name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    private sealed class Compose
    {
        public Dictionary<string, Service> Services { get; set; } = [];
    }

    private sealed class Service
    {
        public Dictionary<string, string?> Environment { get; set; } = [];
    }
}
