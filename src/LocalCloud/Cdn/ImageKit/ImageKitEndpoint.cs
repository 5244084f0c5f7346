using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary>
/// <c>/_local/imagekit</c>: ImageKit's upload API below <c>/api</c>, its other API below <c>/v1</c>, its files below
/// <c>/files</c>, and what it does not have: <c>/faults</c> and <c>/state</c>.
/// </summary>
internal sealed class ImageKitEndpoint : IDisposable
{
    public const string Prefix = "/_local/imagekit/";
    public const string UploadPath = Prefix + "api/v1/files/upload";

    private const string Files = "v1/files";
    private const string Details = "/details";

    private readonly MediaLibrary _library;
    private readonly RemoteFile _remote;
    private readonly PublicUrls _urls;
    private readonly ImageKitUploads _uploads;
    private readonly FileListing _listing;
    private readonly ImageKitPurges _purges;
    private readonly FaultsEndpoint _faults = new();
    private readonly AnswerCounts _counts = new();
    private readonly ServedFiles _served;
    private readonly ImageKitState _state;

    /// <param name="folder">For the library.</param>
    /// <param name="api">Of the local cloud's API, whose URLs files get.</param>
    /// <param name="headersWithin">How long a server that a file is fetched from has for its headers.</param>
    public ImageKitEndpoint(string folder, Uri api, TimeProvider time, TimeSpan headersWithin)
    {
        _library = new MediaLibrary(folder, time);
        _remote = new RemoteFile(headersWithin);
        _urls = new PublicUrls(api);
        _uploads = new ImageKitUploads(_library, _remote, _urls);
        _listing = new FileListing(_library, _urls);
        _purges = new ImageKitPurges(_urls);
        _served = new ServedFiles(_library);
        _state = new ImageKitState(_library, _urls, _purges, _counts, _faults);
    }

    public Task HandleAsync(HttpContext http)
    {
        var (method, path) = (http.Request.Method, http.Request.Path.Value![Prefix.Length..]);
        return (method, path) switch
        {
            (_, "faults") => _faults.HandleAsync(http),
            ("GET", "state") => _state.HandleAsync(http),
            ("GET" or "HEAD", _) when path.StartsWith("files/", StringComparison.Ordinal) => _served.ServeAsync(http),
            _ => CallAsync(http, method, path),
        };
    }

    /// <summary>The members of an object that says how much there is.</summary>
    public void WriteSummary(Utf8JsonWriter json)
    {
        var files = _library.Files;
        json.WriteNumber("files", files.Count);
        json.WriteNumber("bytes", files.Sum(file => file.Size));
        json.WriteBoolean("faults", _faults.Current is not null);
    }

    public void Dispose()
    {
        _faults.Dispose();
        _remote.Dispose();
        _library.Dispose();
    }

    private Task CallAsync(HttpContext http, string method, string path) => (method, path) switch
    {
        ("POST", "api/v1/files/upload") => AnswerAsync(
            http, ImageKitCall.Upload, () => _uploads.UploadAsync(http.Request, http.RequestAborted)),
        ("GET", Files) => AnswerAsync(
            http, ImageKitCall.List, () => Task.FromResult(_listing.List(http.Request.Query))),
        ("POST", Files + "/purge") => AnswerAsync(
            http, ImageKitCall.Purge, () => _purges.PurgeAsync(http.Request, http.RequestAborted)),
        ("GET", _) when Below(path, Files + "/purge/") is { } id => AnswerAsync(
            http, ImageKitCall.Purge, () => Task.FromResult(_purges.Status(id))),
        ("GET", _) when path.EndsWith(Details, StringComparison.Ordinal)
            && Below(path[..^Details.Length], Files + "/") is { } id => AnswerAsync(
                http, ImageKitCall.List, () => Task.FromResult(Describe(id))),
        ("DELETE", _) when Below(path, Files + "/") is { } id => AnswerAsync(
            http, ImageKitCall.Delete, () => Task.FromResult(Delete(id))),
        _ => ImageKitAnswer.Refusal(404, $"There is no {method} {path} here.").SendAsync(http),
    };

    /// <returns>What follows the prefix when that is one segment; else null.</returns>
    private static string? Below(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && path[prefix.Length..] is { Length: > 0 } rest
        && !rest.Contains('/') ? rest : null;

    private async Task AnswerAsync(HttpContext http, string call, Func<Task<ImageKitAnswer>> act)
    {
        var run = _faults.Current;
        var strikes = run?.Strikes(call) == true;
        if (strikes && !run!.Settings.AnswerOnly)
        {
            await FailAsync(http, call, run);
            return;
        }

        var answer = await TryAsync(http, act);
        if (strikes)
        {
            await FailAsync(http, call, run!);
            return;
        }

        _counts.Count(call, answer.Status.ToString(CultureInfo.InvariantCulture));
        await answer.SendAsync(http);
    }

    private Task FailAsync(HttpContext http, string call, FaultRun run)
    {
        _counts.Count(call, run.Settings.Kind == FaultKind.Status
            ? run.Settings.Status.ToString(CultureInfo.InvariantCulture)
            : run.Settings.Kind.ToString().ToLowerInvariant());
        return FaultyAnswer.SendAsync(http, run);
    }

    private static async Task<ImageKitAnswer> TryAsync(HttpContext http, Func<Task<ImageKitAnswer>> act)
    {
        try
        {
            ImageKitKey.Require(http.Request.Headers.Authorization);
            return await act();
        }
        catch (ImageKitError e)
        {
            return ImageKitAnswer.Refusal(e.Status, e.Message);
        }
    }

    private ImageKitAnswer Describe(string fileId) => _library.Find(fileId) is { } file
        ? ImageKitAnswer.Object(200, json => file.Write(json, _urls.Of(file)))
        : throw NoFile(fileId);

    /// <remarks>"Delete file" API: 204 without a body; what is cached stays until it is purged.</remarks>
    private ImageKitAnswer Delete(string fileId) =>
        _library.Delete(fileId) ? ImageKitAnswer.Empty(204) : throw NoFile(fileId);

    private static ImageKitError NoFile(string fileId) => new(404, $"There is no file with the fileId '{fileId}'.");
}
