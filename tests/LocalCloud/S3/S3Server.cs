using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhotoLambda.Local;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.S3;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>The local S3 behind a real listener, with a bucket, its notifications and a clock to turn.</summary>
internal sealed class S3Server : IAsyncDisposable
{
    public const string Bucket = "photos";
    public const string QueueArn = "arn:aws:sqs:us-east-1:000000000000:events";

    private readonly WebApplication _app;
    private readonly bool _ownsFolder;

    private S3Server(
        WebApplication app, ObjectStore store, string folder, bool ownsFolder, TurnableClock clock,
        Channel<(string Target, JsonElement Event)> notifications)
    {
        (_app, Store, Folder, _ownsFolder) = (app, store, folder, ownsFolder);
        (Clock, Notifications) = (clock, notifications);
        Url = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(Url) };
        Client = NewClient();
    }

    public string Url { get; }

    public ObjectStore Store { get; }

    public string Folder { get; }

    public TurnableClock Clock { get; }

    public Channel<(string Target, JsonElement Event)> Notifications { get; }

    public HttpClient Http { get; }

    public AmazonS3Client Client { get; }

    public static BucketResource Resource { get; } = new("PhotoBucket", Bucket,
        [new(["https://*.example.org"], ["GET", "PUT", "POST"], ["*"], ["ETag"], 3000)],
        [
            new("s3:ObjectCreated:*", QueueArn, "in/", ".jpg"),
            new("s3:ObjectRemoved:Delete", QueueArn, "in/", ""),
        ]);

    /// <param name="folder">Null: one of its own, deleted with it.</param>
    /// <param name="access">Null: the administrator alone.</param>
    /// <param name="deliver">Null: into <see cref="Notifications"/>.</param>
    public static async Task<S3Server> StartAsync(
        string? folder = null, BucketResource? bucket = null, DeliverNotification? deliver = null,
        AccessControl? access = null)
    {
        var clock = new TurnableClock();
        var channel = Channel.CreateUnbounded<(string, JsonElement)>();
        var path = folder ?? TemporaryFolder.New();
        var store = ObjectStore.Open(path, [bucket ?? Resource], deliver ?? ((target, json, cancellation) =>
            channel.Writer.WriteAsync((target, JsonDocument.Parse(json).RootElement), cancellation)), clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        app.Run(new S3Endpoint(store, clock, access).HandleAsync);
        await app.StartAsync();
        return new(app, store, path, folder is null, clock, channel);
    }

    /// <summary>With the SDK's own defaults, so that bodies are chunked and have trailers.</summary>
    /// <param name="principal">Null: the administrator.</param>
    public AmazonS3Client NewClient(Principal? principal = null) => new(
        new BasicAWSCredentials(
            (principal ?? Principal.Administrator).AccessKeyId, (principal ?? Principal.Administrator).SecretAccessKey),
        new AmazonS3Config
        {
            ServiceURL = Url,
            ForcePathStyle = true,
            AuthenticationRegion = CloudIdentity.Region,
            MaxErrorRetry = 0,
        });

    /// <returns>The code in an error document; empty when the text is none.</returns>
    public static string ErrorCode(string text) =>
        text.Contains("<Code>", StringComparison.Ordinal) ? text.Split("<Code>")[1].Split('<')[0] : "";

    public Task<PutObjectResponse> PutAsync(string key, string body, CancellationToken cancellation) =>
        Client.PutObjectAsync(new() { BucketName = Bucket, Key = key, ContentBody = body }, cancellation);

    public string Presign(HttpVerb verb, string key, Action<GetPreSignedUrlRequest>? change = null)
    {
        var request = new GetPreSignedUrlRequest
        {
            BucketName = Bucket,
            Key = key,
            Verb = verb,
            Protocol = Protocol.HTTP,
            Expires = DateTime.UtcNow.AddMinutes(15),
        };
        change?.Invoke(request);
        return Client.GetPreSignedURL(request);
    }

    /// <summary>The next event for a queue, the test event left out.</summary>
    public async Task<JsonElement> NextRecordAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var (_, document) = await Notifications.Reader.ReadAsync(cancellation);
            if (document.TryGetProperty("Records", out var records))
            {
                return records[0];
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Http.Dispose();
        await _app.DisposeAsync();
        await Store.DisposeAsync();
        if (_ownsFolder)
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}

/// <summary>The system's clock, moved by an offset.</summary>
internal sealed class TurnableClock : TimeProvider
{
    public TimeSpan Offset { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow + Offset;
}
