using System.Diagnostics;
using Amazon.S3;
using Npgsql;
using PhotoLambda.BulkIngest;
using PhotoLambda.Database;
using PhotoLambda.Local;
using PhotoLambda.Local.Functions;
using PhotoLambda.OnObjectCreated;
using PhotoLambda.PublishToCdn;
using PhotoLambda.Sweep;
using PhotoLambda.Tests;
using PhotoLambda.UploadUrl;

[assembly: AssemblyFixture(typeof(CloudFixture))]

namespace PhotoLambda.Tests;

/// <summary>
/// One local cloud for all tests, on free ports, from the repository's own template. The functions run in this
/// process, attached to it as a debugger would be, so that coverage sees them; other tests start real processes.
/// Where PHOTOLAMBDA_FUNCTIONS names programs, those run in their place (<see cref="AnyFlavorAttribute"/>).
/// </summary>
public sealed class CloudFixture : IAsyncLifetime
{
    /// <summary>A bucket that nobody is told of.</summary>
    public const string QuietBucket = "quiet";

    private const int InstancesOfEach = 3;
    private const int OwnBuckets = 300;
    private const string ChildVariable = "PHOTOLAMBDA_TEST_CHILD";

    private static readonly string[] Functions =
    [
        "UploadUrlFunction", "OnObjectCreatedFunction", "BulkIngestFunction", "PublishToCdnFunction", "SweepFunction",
    ];

    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _functions = [];
    private Task<EmptyDatabase>? _migrated;
    private int _bucketsTaken;
    private string _folder = "";
    private LocalCloud? _cloud;

    internal LocalCloud Cloud => _cloud!;

    /// <summary>
    /// Lets this program, run again by one of its tests in order to be killed, start no cloud and leave no files.
    /// </summary>
    public static void MakeChild(ProcessStartInfo start)
    {
        start.Environment[ChildVariable] = "1";
    }

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable(ChildVariable) is not null)
        {
            return;
        }

        _folder = TemporaryFolder.New();
        var options = new LocalCloudOptions(WriteTemplate(), Path.Combine(_folder, "data"))
        {
            Port = 0,
            CloudPort = 0,
            Functions = FunctionBinaries.FromEnvironment(),
        };
        options = options with { Attached = options.Functions is null ? Functions : [] };
        _cloud = await LocalCloud.StartAsync(options, line => TestContext.Current.SendDiagnosticMessage(line), default);

        if (options.Functions is null)
        {
            RunFunctions();
        }
    }

    private void RunFunctions()
    {
        for (var i = 0; i < InstancesOfEach; i++)
        {
            _functions.Add(UploadUrlFunction.RunAsync(
                RuntimeApi("UploadUrlFunction"), Cloud.EnvironmentOf("UploadUrlFunction"), _stop.Token));
            _functions.Add(OnObjectCreatedFunction.RunAsync(
                RuntimeApi("OnObjectCreatedFunction"), Cloud.EnvironmentOf("OnObjectCreatedFunction"), _stop.Token));
        }

        _functions.Add(BulkIngestFunction.RunAsync(
            RuntimeApi("BulkIngestFunction"), Cloud.EnvironmentOf("BulkIngestFunction"), _stop.Token));
        _functions.Add(PublishToCdnFunction.RunAsync(
            RuntimeApi("PublishToCdnFunction"), Cloud.EnvironmentOf("PublishToCdnFunction"), _stop.Token));
        _functions.Add(SweepFunction.RunAsync(
            RuntimeApi("SweepFunction"), Cloud.EnvironmentOf("SweepFunction"), _stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_functions).ContinueWith(_ => { }, TaskScheduler.Default);
        if (_cloud is not null)
        {
            await _cloud.DisposeAsync();
        }

        _stop.Dispose();
        TemporaryFolder.Delete(_folder);
    }

    /// <summary>A database with all tables and no rows, to copy; it goes with the server.</summary>
    internal Task<EmptyDatabase> MigratedAsync()
    {
        lock (_functions)
        {
            return _migrated ??= MigrateAsync();
        }
    }

    /// <summary>The repository's own, with more buckets, which all functions may use.</summary>
    private string WriteTemplate()
    {
        var parts = File.ReadAllText(Path.Combine(Repository.Root, "template.yaml")).Split("\nOutputs:\n");
        Assert.Equal(2, parts.Length);
        var roles = string.Join(", ", Functions.Select(function => $"!GetAtt {function}Role.Arn"));
        var path = Path.Combine(_folder, "template.yaml");
        File.WriteAllText(path, $$"""
            {{parts[0]}}
            {{string.Concat(Enumerable.Range(0, OwnBuckets).Select(i => Declaration($"Own{i}", OwnBucket(i), roles)))}}
            {{Declaration("Quiet", QuietBucket, roles)}}
            Outputs:
            {{parts[1]}}
            """);
        return path;
    }

    private static string OwnBucket(int index) => $"bucket-of-one-test-alone-{index:000}";

    private static string Declaration(string id, string name, string roles) =>
        $"  {id}: {{Type: AWS::S3::Bucket, Properties: {{BucketName: {name}}}}}\n"
        + $"  {id}Policy: {{Type: AWS::S3::BucketPolicy, Properties: {{Bucket: {name}, PolicyDocument: {{Statement: "
        + $"{{Effect: Allow, Principal: {{AWS: [{roles}]}}, Action: 's3:*', "
        + $"Resource: ['arn:aws:s3:::{name}', 'arn:aws:s3:::{name}/*']}}}}}}}}\n";

    private async Task<EmptyDatabase> MigrateAsync()
    {
        var database = await EmptyDatabase.NewAsync(this);
        await Migrations.ApplyAsync(new(database.Owner), _ => { }, _stop.Token);
        return database;
    }

    /// <summary>
    /// What the function would find in its environment, but as the administrator: for functions that a test runs on
    /// buckets and queues of its own, which the template grants to nobody.
    /// </summary>
    internal IReadOnlyDictionary<string, string?> Settings(string function) =>
        new Dictionary<string, string?>(Cloud.EnvironmentOf(function))
        {
            ["AWS_ACCESS_KEY_ID"] = CloudIdentity.AccessKeyId,
            ["AWS_SECRET_ACCESS_KEY"] = CloudIdentity.SecretAccessKey,
        };

    internal string Bucket => Settings("UploadUrlFunction")["PHOTOLAMBDA_ORIGINALS_BUCKET"]!;

    /// <summary>Of what is made of originals.</summary>
    internal string DerivedBucket => Settings("OnObjectCreatedFunction")["PHOTOLAMBDA_VISUALIZATIONS_BUCKET"]!;

    /// <summary>One that is nobody else's, that all functions may use, and that nobody is told of.</summary>
    internal string NewBucket()
    {
        var taken = Interlocked.Increment(ref _bucketsTaken);
        Assert.True(taken <= OwnBuckets, $"There are {OwnBuckets} buckets for tests of their own; raise OwnBuckets.");
        return OwnBucket(taken - 1);
    }

    internal AmazonS3Client S3() => new(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey, new AmazonS3Config
    {
        ServiceURL = Cloud.Cloud.AbsoluteUri,
        AuthenticationRegion = CloudIdentity.Region,
        ForcePathStyle = true,
    });

    /// <summary>A client of one organization of the test's own.</summary>
    public async Task<ApiClient> NewOrganizationAsync(
        string scope = "photos:read photos:write projects:write photos:process")
    {
        var client = new ApiClient(Cloud.Api, "org-" + Guid.NewGuid().ToString("N"));
        await client.SignInAsync(scope);
        return client;
    }

    /// <summary>The first row of a query of the tables' owner.</summary>
    public async Task<object?[]> RowAsync(string sql, params object[] parameters)
    {
        await using var connection = new NpgsqlConnection(Cloud.Database.Owner);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = parameter });
        }

        await using var reader = await command.ExecuteReaderAsync();
        if (!await reader.ReadAsync())
        {
            return [];
        }

        var values = new object?[reader.FieldCount];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = reader.IsDBNull(i) ? null : reader.GetValue(i);
        }

        return values;
    }

    private HttpClient RuntimeApi(string function) => new()
    {
        BaseAddress = new Uri($"http://{Settings(function)["AWS_LAMBDA_RUNTIME_API"]}/"),
        Timeout = Timeout.InfiniteTimeSpan,
    };
}
