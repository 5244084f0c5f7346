namespace PhotoLambda.Bench;

/// <summary>What the API function needs to start, where it is not asked for anything but its health.</summary>
internal static class FunctionSettings
{
    public static IReadOnlyDictionary<string, string?> UploadUrl { get; } = new Dictionary<string, string?>
    {
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "bench",
        ["AWS_SECRET_ACCESS_KEY"] = "bench-secret",
        ["PHOTOLAMBDA_DATABASE_URL"] = "postgresql://bench@127.0.0.1:1/none",
        ["PHOTOLAMBDA_ORIGINALS_BUCKET"] = "bench-originals",
        ["PHOTOLAMBDA_DETECTION_QUEUE_URL"] = "http://127.0.0.1:1/000000000000/none",
        ["PHOTOLAMBDA_BULK_QUEUE_URL"] = "http://127.0.0.1:1/000000000000/none",
        ["PHOTOLAMBDA_JWT_ISSUER"] = "https://issuer.example",
        ["PHOTOLAMBDA_JWT_AUDIENCE"] = "photolambda",
        // A log line for each request is the application's choice, and the same on every server.
        ["AWS_LAMBDA_LOG_LEVEL"] = "WARN",
        // Neither host is there unless it is added.
        ["AWS_LAMBDA_RUNTIME_API"] = null,
        ["ASPNETCORE_URLS"] = null,
    };

    public static IReadOnlyDictionary<string, string?> With(string name, string value) =>
        new Dictionary<string, string?>(UploadUrl) { [name] = value };
}
