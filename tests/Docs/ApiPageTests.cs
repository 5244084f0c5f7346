using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Tests;

/// <summary>The examples of docs/api.md, one after the other, as a reader would try them.</summary>
public class ApiPageTests(CloudFixture cloud)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_examples_of_the_page_are_answered_as_shown()
    {
        var page = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "docs", "api.md"), TestContext.Current.CancellationToken);
        using var client = await cloud.NewOrganizationAsync();
        var variables = new PageVariables();
        var examples = PageExample.Read(page);

        Assert.True(examples.Count >= 10, $"Only {examples.Count} examples were found.");
        foreach (var example in examples)
        {
            var difference = await TryAsync(client, example, variables);
            Assert.True(difference is null, difference);
        }
    }

    /// <returns>What is not as the page shows it; null when all is.</returns>
    private static async Task<string?> TryAsync(ApiClient client, PageExample example, PageVariables variables)
    {
        using var limit = new CancellationTokenSource(example.Eventually ? Patience : TimeSpan.Zero);
        while (true)
        {
            var difference = await AskAsync(client, example, variables);
            if (difference is null || limit.IsCancellationRequested)
            {
                return difference is null ? null : $"docs/api.md, line {example.Line}: {difference}";
            }

            // Asking again is what the page tells its reader to do.
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private static async Task<string?> AskAsync(ApiClient client, PageExample example, PageVariables variables)
    {
        using var request = Request(variables.Fill(example.Request));
        using var store = new HttpClient();
        using var response = await (request.RequestUri!.IsAbsoluteUri ? store : client.Http).SendAsync(
            request, TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if ((int)response.StatusCode != example.Status)
        {
            return $"the status is {(int)response.StatusCode}: {body}";
        }

        if (example.Answer.Trim().Length == 0)
        {
            return body.Length == 0 ? null : "there is a body";
        }

        using var shown = JsonDocument.Parse(example.Answer);
        using var answered = JsonDocument.Parse(body);
        return variables.Difference(shown.RootElement, answered.RootElement);
    }

    /// <summary>A request line, headers, an empty line, and JSON or <c>&lt; file</c>.</summary>
    private static HttpRequestMessage Request(string text)
    {
        var parts = text.Split("\n\n", 2);
        var lines = parts[0].Trim().Split('\n');
        var (method, path) = (lines[0].Split(' ')[0], lines[0].Split(' ')[1]);
        var request = new HttpRequestMessage(HttpMethod.Parse(method), new Uri(path, UriKind.RelativeOrAbsolute));
        if (parts.Length == 2)
        {
            request.Content = Content(parts[1].Trim());
        }

        foreach (var header in lines.Skip(1).Select(l => l.Split(": ", 2)))
        {
            if (!request.Headers.TryAddWithoutValidation(header[0], header[1]))
            {
                request.Content!.Headers.Remove(header[0]);
                request.Content.Headers.TryAddWithoutValidation(header[0], header[1]);
            }
        }

        return request;
    }

    private static ByteArrayContent Content(string body)
    {
        if (body.StartsWith("< ", StringComparison.Ordinal))
        {
            return new ByteArrayContent(File.ReadAllBytes(Path.Combine(Repository.Root, body[2..])));
        }

        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }
}
