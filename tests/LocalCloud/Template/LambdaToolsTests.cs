using System.Text.Json;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>What AWS's tools for .NET find beside a function is what the template deploys.</summary>
public sealed class LambdaToolsTests
{
    private static readonly string Template = Path.Combine(Repository.Root, "template.yaml");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src"), "Functions.*")
            .Select(folder => Path.Combine("src", Path.GetFileName(folder), "aws-lambda-tools-defaults.json"))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_defaults_are_those_of_the_template(string file)
    {
        var path = Path.Combine(Repository.Root, file);
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var handler = Path.GetFileName(Path.GetDirectoryName(path))!;
        var template = TemplateFile.Open(Template);
        var function = DeployedTemplates.With(("OwnerDatabaseSecret", "owner")).Functions.Single(f => f.Handler == handler);

        Assert.Equal(
            new (string, string?)[]
            {
                ("configuration", "Release"),
                ("function-architecture", template.Parameters["Architecture"].Default),
                ("function-handler", function.Handler), ("function-memory-size", $"{function.MemorySize}"),
                ("function-runtime", function.Runtime), ("function-timeout", $"{function.Timeout}"),
            },
            json.RootElement.EnumerateObject()
                .Where(m => m.Name.StartsWith("function-", StringComparison.Ordinal) || m.Name == "configuration")
                .Select(m => (m.Name, (string?)m.Value.ToString()))
                .Order());
        Assert.Equal(Template, Path.GetFullPath(
            json.RootElement.GetProperty("template").GetString()!, Path.GetDirectoryName(path)!));
    }
}
