namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary>The pages that are made from the code: the build writes them into <c>docs/</c>.</summary>
internal static class Description
{
    // The routes do not depend on where the function runs.
    private static readonly Dictionary<string, string?> Anywhere = new()
    {
        ["PHOTOLAMBDA_DATABASE_URL"] = "postgresql://nobody@localhost/nothing",
        ["PHOTOLAMBDA_ORIGINALS_BUCKET"] = "originals",
        ["PHOTOLAMBDA_DETECTION_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/000000000000/detection",
        ["PHOTOLAMBDA_BULK_QUEUE_URL"] = "https://sqs.us-east-1.amazonaws.com/000000000000/bulk",
        ["PHOTOLAMBDA_JWT_ISSUER"] = "https://issuer.example",
        ["PHOTOLAMBDA_JWT_AUDIENCE"] = "photolambda",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_ACCESS_KEY_ID"] = "nobody",
        ["AWS_SECRET_ACCESS_KEY"] = "nothing",
    };

    public static async Task WriteAsync(string folder)
    {
        await using var app = Build();
        await WriteAsync(Path.Combine(folder, "openapi.json"), OpenApiDocument.Write(app.Endpoints()));
        await WriteAsync(Path.Combine(folder, "errors.md"), ErrorsPage.Write());
    }

    /// <summary>The application as it is anywhere, not started.</summary>
    public static WebApplication Build() => UploadUrlFunction.Build(null, Anywhere);

    public static IEnumerable<Endpoint> Endpoints(this IEndpointRouteBuilder app) =>
        app.DataSources.SelectMany(s => s.Endpoints);

    // An unchanged page keeps its time, so that nothing is built again for it.
    private static async Task WriteAsync(string path, string text)
    {
        if (!File.Exists(path) || await File.ReadAllTextAsync(path) != text)
        {
            await File.WriteAllTextAsync(path, text);
        }
    }
}
