using System.CommandLine;
using PhotoLambda.Aws;
using PhotoLambda.Photos;
using PhotoLambda.S3;
using PhotoLambda.Sqs;

namespace PhotoLambda.Cli;

/// <summary>The store and the queue of its events, as the environment names them.</summary>
internal sealed class Cloud : IDisposable
{
    private const string QueueVariable = "PHOTOLAMBDA_OBJECT_CREATED_QUEUE_URL";

    // More than any answer has that is asked for here: of a queue ten messages of 1 MiB, with all characters escaped.
    private const int LongestAnswer = 8 * 1024 * 1024;
    private const int LongestMessages = 64 * 1024 * 1024;

    // A megabyte over a line as people have it at home.
    private static readonly QueueClientOptions Patient = new() { RequestTimeout = TimeSpan.FromSeconds(30) };

    private readonly AwsEnvironment _aws;

    private readonly HttpClient _http = NewClient(LongestAnswer);
    private readonly HttpClient _queues = NewClient(LongestMessages);

    private Cloud(AwsEnvironment aws)
    {
        _aws = aws;
        Buckets = new Buckets(_http, aws);
    }

    public static readonly Option<string> Queue = new("--queue")
    {
        Description = $"URL of the queue of the store's events; {QueueVariable} when not given.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(QueueVariable) ?? "",
    };

    public Buckets Buckets { get; }

    /// <exception cref="SettingException">A variable of AWS is missing or wrong; the message names it.</exception>
    public static Cloud Open() => new(AwsEnvironment.Read(Environment.GetEnvironmentVariable));

    /// <exception cref="FormatException">There is no such setting, or it is no URL.</exception>
    public LookQueue Looks(string? url) => new(QueueOf(Queue.Name, url, QueueVariable));

    /// <param name="variable">That may name the queue in place of the option.</param>
    /// <inheritdoc cref="Looks" path="/exception"/>
    public QueueClient QueueOf(string option, string? url, string variable)
    {
        if (string.IsNullOrWhiteSpace(url))
        {
            throw new FormatException($"No queue is named: give {option} or set {variable}.");
        }

        return Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? new QueueClient(_queues, _aws, address.OriginalString, Patient)
            : throw new FormatException($"{option} must be an http or https URL; it was '{Shown.Text(url)}'.");
    }

    public void Dispose()
    {
        _http.Dispose();
        _queues.Dispose();
    }

    private static HttpClient NewClient(int longestAnswer) => new()
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = longestAnswer,
    };
}

/// <summary>Asks the function behind the queue to look at objects.</summary>
internal sealed class LookQueue(QueueClient queue)
{
    /// <exception cref="CommandException">The queue has not confirmed all of them; it may have them all the same.
    /// </exception>
    public async Task SendAsync(
        IReadOnlyCollection<(string Bucket, string Key)> objects, CancellationToken cancellation)
    {
        var messages = objects.Chunk(ObjectLooks.MostObjects)
            .Select(some => new OutgoingMessage(ObjectLooks.Message(some))).ToArray();
        var outcomes = await queue.SendBatchAsync(messages, cancellationToken: cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (outcomes.FirstOrDefault(o => !o.Confirmed) is { } lost)
        {
            throw new CommandException($"The queue does not take messages: {lost.Failure}");
        }
    }
}
