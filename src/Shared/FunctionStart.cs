using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace PhotoLambda;

/// <summary>
/// The process of a function. Where its environment is wrong, it ends with one line in place of a stack: in the log,
/// and told to Lambda before any layer has asked for an event.
/// </summary>
internal static class FunctionStart
{
    // Lambda documents it as an example of a category and a reason (runtimes-api.html); emulators make
    // Runtime.Unknown of what is in another form.
    private const string ErrorType = "Runtime.ConfigInvalid";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <param name="logicalId">Of the function in template.yaml.</param>
    /// <param name="run">From reading the settings to the end of the process.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string logicalId, Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (SettingException e)
        {
            var line = e.At(logicalId);
            await Console.Error.WriteLineAsync(line);
            if (Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API") is { Length: > 0 } api)
            {
                await ReportAsync($"http://{api.TrimEnd('/')}/2018-06-01/runtime/init/error", line);
            }

            return 1;
        }
    }

    /// <summary>A host that does not listen is no matter: the line is in the log.</summary>
    private static async Task ReportAsync(string address, string line)
    {
        var body = $$"""
            {"errorMessage":"{{JsonEncodedText.Encode(line)}}","errorType":"{{ErrorType}}","stackTrace":[]}
            """;
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = Patience };
        using var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/vnd.aws.lambda.error+json") },
            },
        };
        request.Headers.Add("Lambda-Runtime-Function-Error-Type", ErrorType);
        try
        {
            using var answer = await client.SendAsync(request);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
        }
    }
}
