using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Aws;
using PhotoLambda.Local;
using PhotoLambda.Local.Cdn;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.S3;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Tests;

/// <summary>The local CDN with the local S3, all of them behind one real listener.</summary>
internal sealed class CdnServer : IAsyncDisposable
{
    public static readonly AwsCredentials Credentials =
        new(CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey);

    private readonly Listener _listener;
    private readonly ObjectStore _store;
    private readonly S3Endpoint _s3;
    private readonly string _folder = TemporaryFolder.New();
    private LocalCdn _cdn;

    private CdnServer(Listener listener)
    {
        _listener = listener;
        _store = ObjectStore.Open(
            Path.Combine(_folder, "s3"),
            [
                new BucketResource("OriginalsBucket", "originals", [], []),
                new BucketResource("VisualizationsBucket", "made", [], []),
            ],
            (_, _, _) => ValueTask.CompletedTask, Clock);
        _s3 = new S3Endpoint(_store, TimeProvider.System);
        _cdn = Open();
        listener.Serve(HandleAsync);
    }

    public TurnableClock Clock { get; } = new();

    public Uri Url => _listener.Address;

    public string Distribution => new Uri(Url, CloudFrontEndpoint.Prefix).AbsoluteUri;

    public HttpClient Http { get; } = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<CdnServer> StartAsync() => new(await Listener.StartAsync(0, "--port", Stop));

    /// <summary>As after a kill: from what is on disk.</summary>
    public void Restart()
    {
        _cdn.Dispose();
        _cdn = Open();
    }

    public async Task PutObjectAsync(string bucket, string key, string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri(Url, $"/{bucket}/{key}"));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/webp");
        new RequestSigner(Credentials, CloudIdentity.Region, "s3").Sign(request, body);
        using var answer = await Http.SendAsync(request, Stop);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    /// <summary>A URL that gives one object to anyone for a minute.</summary>
    public string Presign(string bucket, string key) => new Presigner(
        new AwsEnvironment(CloudIdentity.Region, Credentials, Url), bucket, TimeProvider.System)
        .Presign(new PresignRequest("GET", key, TimeSpan.FromMinutes(1)));

    public async Task<(int Status, string Body)> SendAsync(HttpRequestMessage request)
    {
        using var answer = await Http.SendAsync(request, Stop);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(Stop));
    }

    public Task<(int Status, string Body)> GetAsync(string url) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, S3Signer.Raw(url)));

    public Task<(int Status, string Body)> RegisterAsync(string id, string pem)
    {
        var json = JsonSerializer.Serialize(new Dictionary<string, string> { ["id"] = id, ["public_key"] = pem });
        return SendAsync(new HttpRequestMessage(HttpMethod.Post, Distribution + "keys")
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        });
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _listener.DisposeAsync();
        _cdn.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private LocalCdn Open() => new(Path.Combine(_folder, "cdn"), _listener.Address, _store, AccessControl.None, Clock);

    private Task HandleAsync(HttpContext http) =>
        http.Request.Path.Value!.StartsWith(CloudFrontEndpoint.Prefix, StringComparison.Ordinal)
            ? _cdn.CloudFront.HandleAsync(http)
            : http.Request.Path.Value!.StartsWith(ImageKitEndpoint.Prefix, StringComparison.Ordinal)
                ? _cdn.ImageKit.HandleAsync(http)
                : InvalidationApi.Matches(http.Request) ? _cdn.Invalidations.HandleAsync(http) : _s3.HandleAsync(http);
}
