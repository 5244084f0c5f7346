using System.Globalization;
using PhotoLambda.Local;
using PhotoLambda.OnObjectCreated;

namespace PhotoLambda.Bench;

/// <summary>What the function behind the store's events fetches of an object, counted between the two.</summary>
internal static class ReadsBench
{
    private const string Function = "OnObjectCreatedFunction";
    private const int LargeBytes = 10_000_000;
    private const double Kibibytes = 64;
    private const int MostGets = 3;

    public static async Task<Report> RunAsync(CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        var options = new LocalCloudOptions(Path.Combine(Release.Root, "template.yaml"), folder.Below("data"))
        {
            Port = 0,
            CloudPort = 0,
            Attached = [Function],
        };
        await using var cloud = await LocalCloud.StartAsync(options, _ => { }, cancellation);
        await using var store = await CountingProxy.StartAsync(cloud.Cloud, cancellation);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var function = RunFunctionAsync(cloud, store.Address, stop.Token);
        try
        {
            return new Report(
                "What OnObjectCreated reads of a photo",
                ["photo", "bytes", "GETs", "KiB read", "share", "goal"],
                await MeasureAsync(cloud, store, cancellation),
                "Bodies of the store's answers, counted between function and store; "
                + "the real photos go through the same reader in memory");
        }
        finally
        {
            await stop.CancelAsync();
            await function.ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private static async Task<List<string[]>> MeasureAsync(
        LocalCloud cloud, CountingProxy store, CancellationToken cancellation)
    {
        using var client = await ApiClient.SignInAsync(cloud.Api, cancellation);
        var photo = await File.ReadAllBytesAsync(Release.Photo, cancellation);
        (string Name, byte[] Bytes, Func<string> Goal)[] photos =
        [
            ("examples/photo.jpg", photo, () => ""),
            ("10 MB: its picture data repeated", LargePhoto.WithMorePicture(photo, LargeBytes),
                () => Goal.AtMost(Kibibytes, "64 KiB", store.Bytes / 1024.0)),
            ("10 MB, with a color profile of 512 KiB", LargePhoto.WithProfile(photo, LargeBytes),
                () => Goal.AtMost(MostGets, "3 GETs", store.Requests)),
        ];
        var rows = new List<string[]>();
        foreach (var (name, bytes, goal) in photos)
        {
            store.Reset();
            await client.UploadAsync(bytes, cancellation);
            rows.Add(Row(name, bytes.Length, store.Requests, store.Bytes, goal()));
        }

        rows.AddRange(await RealPhotos.RowsAsync(Row));
        return rows;
    }

    private static string[] Row(string name, long size, int requests, long bytes, string goal) =>
    [
        name,
        size.ToString("N0", CultureInfo.InvariantCulture),
        requests.ToString(CultureInfo.InvariantCulture),
        (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture),
        (bytes / (double)size).ToString("P1", CultureInfo.InvariantCulture),
        goal,
    ];

    private static async Task RunFunctionAsync(LocalCloud cloud, Uri store, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string?>(cloud.EnvironmentOf(Function))
        {
            ["AWS_ENDPOINT_URL_S3"] = store.AbsoluteUri,
        };
        using var runtimeApi = new HttpClient
        {
            BaseAddress = new Uri($"http://{settings["AWS_LAMBDA_RUNTIME_API"]}/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        await OnObjectCreatedFunction.RunAsync(runtimeApi, settings, cancellation);
    }
}
