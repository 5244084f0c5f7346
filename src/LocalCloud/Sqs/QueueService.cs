using System.Collections.Concurrent;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Sqs;

/// <summary>The queues of the local cloud: those of the template, and those made through the API.</summary>
internal sealed class QueueService : IDisposable
{
    private const string Extension = ".jsonl";

    /// <summary>Held while queues come and go, so that no two have one file.</summary>
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, LocalQueue> _queues = new(StringComparer.Ordinal);
    private readonly string _folder;
    private readonly string _baseUrl;
    private readonly TimeProvider _time;
    private readonly ChaosSwitch? _chaos;

    private QueueService(string folder, Uri baseUrl, TimeProvider time, ChaosSwitch? chaos) =>
        (_folder, _baseUrl, _time, _chaos) = (folder, baseUrl.GetLeftPart(UriPartial.Authority), time, chaos);

    public IEnumerable<LocalQueue> Queues => _queues.Values.OrderBy(q => q.Name, StringComparer.Ordinal);

    /// <summary>
    /// Opens the queues. One that the template no longer declares stays, with its messages, until DeleteQueue.
    /// </summary>
    /// <param name="folder">Has one file for each queue; made when missing.</param>
    /// <param name="baseUrl">Where clients reach <see cref="SqsEndpoint"/>; queue URLs begin with it.</param>
    /// <exception cref="LocalCloudException">A file is damaged.</exception>
    public static QueueService Open(
        string folder, IReadOnlyList<QueueResource> declared, Uri baseUrl, TimeProvider time,
        ChaosSwitch? chaos = null)
    {
        Directory.CreateDirectory(folder);
        var service = new QueueService(folder, baseUrl, time, chaos);
        foreach (var queue in declared)
        {
            service._queues[queue.QueueName] = service.Open(service.New(queue), queue);
        }

        foreach (var file in Directory.EnumerateFiles(folder, "*" + Extension))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            service._queues.GetOrAdd(name, n => service.Open(service.New(new(n, n)), null));
        }

        return service;
    }

    /// <param name="name">Its name, not the logical id of the template.</param>
    public LocalQueue? Find(string name) => _queues.GetValueOrDefault(name);

    public LocalQueue? ByArn(string arn) => Find(arn[(arn.LastIndexOf(':') + 1)..]) is { } queue && queue.Arn == arn
        ? queue
        : null;

    /// <param name="url">Host and port do not matter, as the laptop may be reached by several names.</param>
    /// <exception cref="SqsError">There is no such queue.</exception>
    public LocalQueue ByUrl(string url) =>
        url.Split('/') is [.., CloudIdentity.AccountId, var name] && Find(name) is { } queue
            ? queue
            : throw SqsError.NoQueue();

    /// <returns>The queue; an existing one when its attributes agree.</returns>
    /// <exception cref="SqsError">The name or an attribute is not valid, or the queue exists and differs.</exception>
    public LocalQueue Create(string name, IReadOnlyDictionary<string, string> attributes)
    {
        CheckName(name);
        lock (_lock)
        {
            if (Find(name) is not { } existing)
            {
                return _queues[name] = Open(QueueAttributes.Apply(New(new(name, name)), attributes, IsQueue), null);
            }

            var (now, asked) = (existing.Stored, QueueAttributes.Apply(existing.Stored, attributes, IsQueue));
            return asked.Settings == now.Settings && asked.Opaque.All(now.Opaque.Contains)
                ? existing
                : throw SqsError.QueueExists(name);
        }
    }

    public void SetAttributes(LocalQueue queue, IReadOnlyDictionary<string, string> attributes) =>
        queue.Configure(stored => QueueAttributes.Apply(stored, attributes, IsQueue) with
        {
            ModifiedAt = _time.GetUtcNow().ToUnixTimeSeconds(),
        });

    public void Delete(LocalQueue queue)
    {
        lock (_lock)
        {
            queue.Discard();
            _queues.TryRemove(queue.Name, out _);
        }
    }

    public void Dispose()
    {
        foreach (var queue in _queues.Values)
        {
            queue.Dispose();
        }
    }

    /// <param name="initial">What it is when it has no file yet.</param>
    /// <param name="declared">What the template says it is.</param>
    private LocalQueue Open(StoredQueue initial, QueueResource? declared)
    {
        var name = initial.Settings.QueueName;
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var store = new MessageStore(Path.Combine(_folder, name + Extension), initial, declared, now);
        return new LocalQueue($"{_baseUrl}/{CloudIdentity.AccountId}/{name}", store, ByArn, _time, _chaos);
    }

    private bool IsQueue(string arn) => ByArn(arn) is not null;

    private StoredQueue New(QueueResource settings)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        return new StoredQueue(settings, now, now, new Dictionary<string, string>());
    }

    private static void CheckName(string name)
    {
        if (name.EndsWith(".fifo", StringComparison.Ordinal))
        {
            throw new SqsError("UnsupportedOperation", "The local cloud has standard queues, not FIFO queues.",
                queryCode: "AWS.SimpleQueueService.UnsupportedOperation");
        }

        if (name.Length is 0 or > 80 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw SqsError.Invalid(
                "A queue name has 1 to 80 letters, digits, hyphens and underscores.");
        }
    }
}
