using PhotoLambda.BulkIngest;
using PhotoLambda.OnObjectCreated;
using PhotoLambda.PublishToCdn;
using PhotoLambda.Sweep;
using PhotoLambda.UploadUrl;

namespace PhotoLambda.Tests;

/// <summary>Each function by its logical id in template.yaml.</summary>
internal static class FunctionDoor
{
    public static readonly string[] All =
        ["UploadUrlFunction", "OnObjectCreatedFunction", "BulkIngestFunction", "PublishToCdnFunction", "SweepFunction"];

    /// <summary>As the process would, within this one.</summary>
    public static Task RunAsync(
        string function, HttpClient api, IReadOnlyDictionary<string, string?> settings, CancellationToken stop) =>
        function switch
        {
            "UploadUrlFunction" => UploadUrlFunction.RunAsync(api, settings, stop),
            "OnObjectCreatedFunction" => OnObjectCreatedFunction.RunAsync(api, settings, stop),
            "BulkIngestFunction" => BulkIngestFunction.RunAsync(api, settings, stop),
            "PublishToCdnFunction" => PublishToCdnFunction.RunAsync(api, settings, stop),
            "SweepFunction" => SweepFunction.RunAsync(api, settings, stop),
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "has no door here; add it"),
        };

    /// <summary>Until it would ask for its first event.</summary>
    public static async Task StartAsync(string function, IReadOnlyDictionary<string, string?> settings)
    {
        using var nobody = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:9/") };
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        try
        {
            await RunAsync(function, nobody, settings, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The host of the HTTP function says so when it is stopped.
        }
    }

    /// <summary>Messages for the function behind a queue that ask for something that is not in the database.</summary>
    public static string Event(string function) => LoneOnObjectCreated.Messages(function switch
    {
        "OnObjectCreatedFunction" => [("m0", ObjectCreated("a")), ("m1", ObjectCreated("b"))],
        "BulkIngestFunction" => [("m0", Descriptor("a")), ("m1", Descriptor("b"))],
        "PublishToCdnFunction" => [("m0", Photo()), ("m1", Photo())],
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "is not behind a queue"),
    });

    private static string ObjectCreated(string name) => $$$$"""
        {"Records":[{"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-east-1",
        "eventTime":"2026-01-01T00:00:00.000Z","eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"quiet"},
        "object":{"key":"{{{{Guid.NewGuid()}}}}/{{{{name}}}}.jpg","size":1,"eTag":"e","sequencer":"01"}}}]}
        """;

    private static string Descriptor(string name) => BulkStage.MessageOf($$"""
        {"project_id":"{{Guid.NewGuid()}}","s3_key":"{{name}}.jpg","mime_type":"image/jpeg","file_size":4000}
        """);

    private static string Photo() => $$"""{"photo_id":"{{Guid.NewGuid()}}"}""";
}
