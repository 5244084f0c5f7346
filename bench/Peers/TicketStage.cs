using System.Text;
using Npgsql;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Identity;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>What each service of tickets needs around it: a database, an issuer of tokens, and users who have them.</summary>
internal sealed class TicketStage : IAsyncDisposable
{
    public const string Audience = "photolambda";
    public const string Bucket = "bench-originals";
    public const string Region = "eu-central-1";

    // So many that none asks for more tickets in a minute than one may have.
    private const int Users = 5000;

    // A team has one. Those who share it share round trips to the database.
    private const int Organizations = 1;
    private static readonly TimeSpan TokenLifetime = TimeSpan.FromHours(1);

    private const string Insert = """
        insert into organizations (id) select 'bench-' || n from generate_series(0, 99) n;
        insert into projects (id, organization_id, name, upload_urls_per_minute)
        select ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'bench-' || n, 'Bench', 1000
        from generate_series(0, 99) n;
        """;

    private readonly LocalIssuer _issuer;
    private readonly LoopbackServer _keys;

    private TicketStage(LocalDatabase database, LocalIssuer issuer, LoopbackServer keys, string tokens) =>
        (Database, _issuer, _keys, Tokens) = (database, issuer, keys, tokens);

    public LocalDatabase Database { get; }

    public string Issuer => _issuer.Issuer;

    public string KeysUrl => new Uri(new Uri(_keys.Address), "/jwks.json").AbsoluteUri;

    /// <summary>A file of lines: a token, a space, a project that its user may use.</summary>
    public string Tokens { get; }

    public static async Task<TicketStage> StartAsync(TemporaryFolder folder, CancellationToken cancellation)
    {
        var issuer = LocalIssuer.Open(folder.Below("issuer"), new Uri("https://issuer.example"), TimeProvider.System);
        var tokens = folder.Below("tokens");
        await File.WriteAllLinesAsync(tokens, Lines(issuer), Encoding.ASCII, cancellation);
        var keys = await LoopbackServer.StartAsync(
            http => http.Response.Body.WriteAsync(issuer.KeySet(), http.RequestAborted).AsTask(), cancellation);
        var database = await LocalDatabase.StartAsync(null, folder.Below("postgres"), _ => { }, cancellation);
        var stage = new TicketStage(database, issuer, keys, tokens);
        await using var owner = NpgsqlDataSource.Create(database.Owner);
        await using var command = owner.CreateCommand(Insert);
        await command.ExecuteNonQueryAsync(cancellation);
        return stage;
    }

    public async ValueTask DisposeAsync()
    {
        await _keys.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static IEnumerable<string> Lines(LocalIssuer issuer) =>
        from user in Enumerable.Range(0, Users)
        let organization = user % Organizations
        let token = issuer.CreateToken(
            $"user-{user}", $"bench-{organization}", "photos:read photos:write", Audience, TokenLifetime, IssuerKey.Rs256)
        select $"{token} 00000000-0000-7000-8000-{organization:D12}";
}
