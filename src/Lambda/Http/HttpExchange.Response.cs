using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PhotoLambda.Lambda;

internal sealed partial class HttpExchange : IHttpResponseFeature, IHttpResponseBodyFeature
{
    private Stack<(Func<object, Task> Callback, object State)>? _onStarting;
    private Stack<(Func<object, Task> Callback, object State)>? _onCompleted;
    private Stream? _responseStream;

    /// <summary>Fixed once the response has started, as with Kestrel; so are the headers.</summary>
    public int StatusCode
    {
        get;
        set => field = HasStarted ? throw AlreadyStarted() : value;
    } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public bool HasStarted { get; private set; }

    public IHeaderDictionary ResponseHeaders { get; private set; } = new HeaderDictionary();

    public ResponseBody ResponseBody => field ??= new ResponseBody(this);

    IHeaderDictionary IHttpResponseFeature.Headers
    {
        get => ResponseHeaders;
        set => ResponseHeaders = value;
    }

    Stream IHttpResponseFeature.Body
    {
        get => Stream;
        set => _responseStream = value;
    }

    public Stream Stream => _responseStream ??= ResponseBody.AsStream();

    public PipeWriter Writer => ResponseBody;

    public void DisableBuffering()
    {
        // The whole response is one message to the Runtime API, whatever the application would like.
    }

    public void OnStarting(Func<object, Task> callback, object state) =>
        (_onStarting ??= new()).Push(HasStarted ? throw AlreadyStarted() : (callback, state));

    public void OnCompleted(Func<object, Task> callback, object state) =>
        (_onCompleted ??= new()).Push((callback, state));

    /// <summary>Runs what was to happen before the headers leave, last registered first, as Kestrel does.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        while (!HasStarted && _onStarting?.TryPop(out var starting) is true)
        {
            await starting.Callback(starting.State);
        }

        HasStarted = true;
        if (ResponseHeaders is HeaderDictionary headers)
        {
            headers.IsReadOnly = true;
        }
    }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

    public Task CompleteAsync() => StartAsync();

    public async Task RunCompletedAsync()
    {
        while (_onCompleted?.TryPop(out var completed) is true)
        {
            await completed.Callback(completed.State);
        }
    }

    private static InvalidOperationException AlreadyStarted() => new("The response has started already.");
}
