using Npgsql;
using PhotoLambda.Database;
using PhotoLambda.Media;
using PhotoLambda.Photos;

namespace PhotoLambda.Tests;

/// <summary>A media store over the local cloud, as another module's process would open it.</summary>
public sealed class MediaStage(CloudFixture cloud) : IAsyncDisposable
{
    private static readonly string[] AllTypes = [.. MediaKind.Original.Types, .. MediaKind.Audio.Types];

    private readonly List<IAsyncDisposable> _databases = [];
    private MediaStore? _store;
    private NpgsqlDataSource? _worker;

    internal CloudFixture Cloud => cloud;

    internal NpgsqlDataSource Worker
    {
        get
        {
            lock (_databases)
            {
                return _worker ??= NewDatabase();
            }
        }
    }

    internal MediaStore Store
    {
        get
        {
            lock (_databases)
            {
                return _store ??= Open();
            }
        }
    }

    /// <param name="endpoint">In place of the store's.</param>
    internal MediaStore Open(string? endpoint = null, double seconds = 60, NpgsqlDataSource? database = null) =>
        MediaStore.Open(Options(endpoint) with
        {
            Database = database ?? Worker,
            Timeout = TimeSpan.FromSeconds(seconds),
            TransferTimeout = TimeSpan.FromSeconds(seconds),
        });

    internal MediaStoreOptions Options(string? endpoint = null) => new()
    {
        Database = Worker,
        OriginalsBucket = cloud.Bucket,
        VisualizationsBucket = cloud.DerivedBucket,
        Variable = name => name == "AWS_ENDPOINT_URL_S3" && endpoint is not null
            ? endpoint
            : cloud.Settings("OnObjectCreatedFunction").GetValueOrDefault(name),
    };

    /// <summary>An organization with a project that takes all types, and a user of it.</summary>
    internal async Task<MediaHome> NewAsync(object? policy = null)
    {
        using var client = await cloud.NewOrganizationAsync();
        var project = Guid.Parse(await client.NewProjectAsync(policy ?? new { allowed_types = AllTypes }));
        return new MediaHome(MediaCaller.User(client.Organization, "ada"), project, $"{Guid.NewGuid()}");
    }

    /// <summary>Asks until the row is as it should be.</summary>
    internal async Task<PhotoRow> UntilAsync(MediaCaller caller, Guid id, Func<PhotoRow, bool> isThere)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var row = await Store.GetAsync(caller, id, limit.Token);
            if (isThere(row))
            {
                return row;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    internal async Task<IReadOnlyList<string>> KeysAsync(string bucket, string session)
    {
        using var s3 = cloud.S3();
        var list = await s3.ListObjectsV2Async(new() { BucketName = bucket, Prefix = session });
        return [.. (list.S3Objects ?? []).Select(o => o.Key[(session.Length + 1)..])];
    }

    public async ValueTask DisposeAsync()
    {
        _store?.Dispose();
        foreach (var database in _databases)
        {
            await database.DisposeAsync();
        }
    }

    private NpgsqlDataSource NewDatabase()
    {
        var database = FunctionDatabase.Open(DatabaseUrl.ToConnectionString(
            cloud.Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_DATABASE_URL"]!));
        _databases.Add(database);
        return database;
    }
}

/// <param name="User">Of an organization of the test's own.</param>
internal sealed record MediaHome(MediaCaller User, Guid Project, string Session)
{
    public string Organization => User.OrganizationId;

    public MediaCaller Module => MediaCaller.System(Organization);

    public MediaUpload Upload(byte[] bytes, string name = "photo.jpg") => Upload(new MemoryStream(bytes), name);

    public MediaUpload Upload(Stream content, string name = "photo.jpg") => new()
    {
        ProjectId = Project,
        SessionId = Session,
        FileName = name,
        Content = content,
    };
}
