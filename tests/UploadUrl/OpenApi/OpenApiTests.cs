using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.Tests;

/// <summary>The document tells of the routes that there are; <see cref="ApiContract"/> holds their answers to it.</summary>
public class OpenApiTests(CloudFixture cloud)
{
    private static readonly string Docs = Path.Combine(Repository.Root, "docs");

    [Fact]
    public async Task The_document_and_the_error_list_are_those_of_the_code()
    {
        var folder = TemporaryFolder.New();
        await Description.WriteAsync(folder);

        foreach (var page in new[] { "openapi.json", "errors.md" })
        {
            Assert.Equal(
                await File.ReadAllTextAsync(Path.Combine(Docs, page), TestContext.Current.CancellationToken),
                await File.ReadAllTextAsync(Path.Combine(folder, page), TestContext.Current.CancellationToken));
        }

        TemporaryFolder.Delete(folder);
    }

    [Fact]
    public async Task The_API_serves_its_document()
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };

        Assert.Equal(
            await File.ReadAllTextAsync(Path.Combine(Docs, "openapi.json"), TestContext.Current.CancellationToken),
            await http.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_docs_page_loads_nothing_from_elsewhere()
    {
        using var http = new HttpClient { BaseAddress = cloud.Cloud.Api };
        using var response = await http.GetAsync("/docs", TestContext.Current.CancellationToken);
        var html = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.DoesNotContain("//", html.Replace("https://www.rfc-editor.org", "", StringComparison.Ordinal));
        var policy = response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; connect-src 'self';", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    [Fact]
    public async Task The_docs_page_shows_every_operation()
    {
        var page = Path.Combine(Repository.Root, "src", "Functions.UploadUrl", "OpenApi", "docs.html");
        var script = Path.Combine(Repository.Root, "tests", "UploadUrl", "OpenApi", "docs-page.mjs");
        var (exit, said) = await RunAsync("node", script, page, Path.Combine(Docs, "openapi.json"));
        Missing.SkipUnless(exit != 127, "node is not there: install Node.js 20 or later");

        Assert.True(exit == 0, said);
        using var shown = JsonDocument.Parse(said);
        await using var app = Description.Build();
        Assert.Equal(
            app.Endpoints().Select(e => e.Metadata.GetMetadata<Operation>()?.Id).OfType<string>().Order(),
            shown.RootElement.GetProperty("ids").EnumerateArray().Select(i => i.GetString()).Order());
        var text = shown.RootElement.GetProperty("text").GetString()!;
        Assert.DoesNotContain("undefined", text);
        Assert.DoesNotContain("[object", text);
    }

    [Fact]
    public async Task Every_route_is_described()
    {
        await using var app = Description.Build();
        var endpoints = app.Endpoints().OfType<RouteEndpoint>().ToList();

        var undescribed = endpoints.Where(e => e.Metadata.GetMetadata<Operation>() is null)
            .Select(e => e.RoutePattern.RawText!).Order(StringComparer.Ordinal);

        Assert.Equal(["/docs", "/healthz", "/openapi/v1.json", "/readyz"], undescribed);
        Assert.Distinct(endpoints.Select(e => e.Metadata.GetMetadata<Operation>()?.Id).OfType<string>());
    }

    [Fact]
    public void Every_problem_is_listed_once()
    {
        var declared = typeof(ProblemKinds).GetFields().Select(f => f.GetValue(null)).OfType<ProblemKind>().ToList();

        Assert.Equal(declared.ToHashSet(), ProblemKinds.All.ToHashSet());
        Assert.Distinct(ProblemKinds.All.Select(k => k.Name));
    }

    [Fact]
    public async Task The_document_passes_the_linter()
    {
        Missing.SkipUnless(
            (await NpxAsync("--version")).Exit == 0, "npx or its registry is not there: install Node.js 20 or later");

        var (exit, said) = await NpxAsync(
            "lint", Path.Combine(Docs, "openapi.json"), "--config", Path.Combine(Repository.Root, "redocly.yaml"));

        Assert.True(exit == 0, said);
        Assert.DoesNotContain(" warning", said.Replace("Deprecation warning", "", StringComparison.Ordinal));
    }

    private static Task<(int Exit, string Said)> NpxAsync(params string[] arguments) =>
        RunAsync(["npx", "--yes", "@redocly/cli@2.77.0", .. arguments]);

    // By a shell, which answers 127 where there is no such program.
    private static async Task<(int Exit, string Said)> RunAsync(params string[] command)
    {
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\"", "sh", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment["REDOCLY_TELEMETRY"] = "off";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output + await errors);
    }

    [Theory]
    [InlineData(200, """{"items":[],"next_cursor":null}""", null)]
    [InlineData(200, """{"items":[],"next_cursor":7}""", "$.next_cursor")]
    [InlineData(200, """{"items":[]}""", "next_cursor is missing")]
    [InlineData(200, """{"items":[{}],"next_cursor":null}""", "$.items[0]: id is missing")]
    [InlineData(200, """{"items":[],"next_cursor":null,"more":1}""", "$.more is not documented")]
    [InlineData(202, """{}""", "not documented")]
    public void An_answer_that_breaks_the_document_is_found(int status, string body, string? error)
    {
        var operation = ApiContract.Find(HttpMethod.Get, "/api/v1/projects")!;

        var errors = ApiContract.Check(operation, status, "application/json", body).ToList();

        Assert.Equal(error is not null, errors.Count > 0);
        Assert.Contains(error ?? "", string.Join('\n', errors));
    }
}
