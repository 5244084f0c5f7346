using Npgsql;

namespace PhotoLambda.Tests;

/// <summary>
/// The API with its statements changed on their way to the database: as that of its own role, or of one to which
/// row-level security does not apply.
/// </summary>
internal sealed class RewrittenApi : IAsyncDisposable
{
    private readonly RewritingDatabase _database;
    private LoneUploadUrl? _api;

    private RewrittenApi(string url) => _database = new RewritingDatabase(url, text => Rewrite(text));

    /// <summary>Is given each statement and returns what is sent in its place.</summary>
    public Func<string, string> Rewrite { get; set; } = text => text;

    public static async Task<RewrittenApi> StartAsync(
        CloudFixture cloud, bool isPrivileged, params (string Name, string Value)[] changes)
    {
        var url = new UriBuilder(cloud.Settings("UploadUrlFunction")["PHOTOLAMBDA_DATABASE_URL"]!);
        if (isPrivileged)
        {
            var owner = new NpgsqlConnectionStringBuilder(cloud.Cloud.Database.Owner);
            (url.UserName, url.Password) = (owner.Username!, Uri.EscapeDataString(owner.Password ?? ""));
        }

        var rewritten = new RewrittenApi(url.Uri.AbsoluteUri);
        rewritten._api = await LoneUploadUrl.StartAsync(cloud, rewritten._database.Url, changes);
        return rewritten;
    }

    /// <param name="key">For the Idempotency-Key header; null: none.</param>
    /// <param name="value">Gives what stands at a place, by its position and name.</param>
    /// <returns>The answer, and the statements that it took.</returns>
    public async Task<(HttpAnswer Answer, IReadOnlyList<string> Statements)> SendAsync(
        TenantWorld caller, ApiCall call, Func<int, string, string> value, string? key = null)
    {
        _database.Statements.Clear();
        using var request = call.ToRequest(value);
        var token = caller.Client.Http.DefaultRequestHeaders.Authorization!.Parameter!;
        var answer = await _api!.SendAsync(request, token, key);
        return (answer, [.. _database.Statements.Keys]);
    }

    public async ValueTask DisposeAsync()
    {
        await _api!.DisposeAsync();
        _database.Dispose();
    }
}
