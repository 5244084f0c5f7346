using System.Collections;
using System.Net;
using Microsoft.AspNetCore.Http.Features;

namespace PhotoLambda.Lambda;

/// <summary>
/// One request and its response as ASP.NET Core sees them. The object is each of the features itself; only those that
/// the application replaces are kept apart.
/// </summary>
internal sealed partial class HttpExchange(HttpEvent request, LambdaContext context) : IFeatureCollection,
    IItemsFeature, IHttpConnectionFeature, IHttpRequestIdentifierFeature, IHttpRequestLifetimeFeature
{
    private static readonly Type[] OwnFeatures =
    [
        typeof(IHttpRequestFeature), typeof(IHttpRequestBodyDetectionFeature), typeof(IHttpRequestIdentifierFeature),
        typeof(IHttpRequestLifetimeFeature), typeof(IHttpConnectionFeature), typeof(IItemsFeature),
        typeof(IHttpResponseFeature), typeof(IHttpResponseBodyFeature),
    ];

    private Dictionary<Type, object?>? _replaced;
    private CancellationToken? _deadline;
    private CancellationToken? _aborted;

    public bool IsReadOnly => false;

    public int Revision { get; private set; }

    public IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>(2)
    {
        ["LambdaContext"] = context,
        ["LambdaRequestObject"] = request.RequestObject,
    };

    public string ConnectionId { get; set; } = "lambda";

    public IPAddress? RemoteIpAddress { get; set; } = request.SourceIp;

    public int RemotePort { get; set; }

    public IPAddress? LocalIpAddress { get; set; }

    public int LocalPort { get; set; }

    public string TraceIdentifier { get; set; } = context.AwsRequestId;

    /// <summary>How long before the deadline the request is aborted: a tenth of the time, at most 0.5 s.</summary>
    public TimeSpan Margin { get; } = MarginOf(context.RemainingTime);

    /// <summary>Whether the time for the application is up.</summary>
    public bool IsPastMargin =>
        _deadline is { IsCancellationRequested: true } || context.RemainingTime <= Margin;

    /// <summary>The time until an answer has to be on its way, half the margin being for that way.</summary>
    public TimeSpan TimeLeftToAnswer
    {
        get
        {
            var left = context.RemainingTime - (Margin / 2);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    public CancellationToken RequestAborted
    {
        get => _aborted ?? (_deadline ??= context.DeadlineToken(Margin));
        set => _aborted = value;
    }

    public object? this[Type key]
    {
        get => _replaced is not null && _replaced.TryGetValue(key, out var feature) ? feature
            : key.IsInstanceOfType(this) ? this
            : null;
        set
        {
            (_replaced ??= [])[key] = value;
            Revision++;
        }
    }

    public TFeature? Get<TFeature>() =>
        _replaced is not null && _replaced.TryGetValue(typeof(TFeature), out var feature) ? (TFeature?)feature
        : this is TFeature own ? own
        : default;

    public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

    // There is no connection to break; the response to an aborted request is a matter of the deadline alone.
    public void Abort() => RequestAborted = new CancellationToken(canceled: true);

    public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() =>
        OwnFeatures.Union((_replaced ?? []).Keys)
            .Where(type => this[type] is not null)
            .Select(type => KeyValuePair.Create(type, this[type]!))
            .GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static TimeSpan MarginOf(TimeSpan remaining) =>
        TimeSpan.FromMilliseconds(Math.Clamp(remaining.TotalMilliseconds / 10, 0, 500));
}
