using PhotoLambda.Aws;

namespace PhotoLambda.S3;

/// <summary>A request to a bucket, and how long it is tried.</summary>
/// <param name="Key">Of the object, as it is; empty for the bucket itself.</param>
/// <param name="Deadline">No try starts or goes on after it.</param>
internal sealed record StoreRequest(HttpMethod Method, string Key, DateTimeOffset Deadline)
{
    /// <summary>Names and values, not encoded.</summary>
    public IEnumerable<KeyValuePair<string, string>> Query { get; init; } = [];

    /// <summary>Sets headers, before each try.</summary>
    public Action<HttpRequestMessage>? Prepare { get; init; }

    /// <summary>Makes the body, for each try; it tells the time that it goes on.</summary>
    public Func<TryTime, HttpContent>? Content { get; init; }

    /// <summary>Hex SHA-256 of the body.</summary>
    public string ContentHash { get; init; } = SigV4.EmptyPayloadHash;

    /// <summary>The longest time in a try in which nothing moves.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Before the first retry; twice as long before each next one.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Leaves the body of a success to the caller.</summary>
    public bool IsStreamed { get; init; }

    /// <summary>Bytes of a body that is not left to the caller.</summary>
    public long LongestAnswer { get; init; } = StoreXml.Longest;

    /// <summary>Tries again, too, where another write of the same key is under way.</summary>
    public bool RetriesConflicts { get; init; }

    /// <summary>Goes out even when the circuit is open.</summary>
    public bool PassesBreaker { get; init; }
}
