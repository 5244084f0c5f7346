namespace PhotoLambda.Local.Functions;

/// <summary>One process of a function, from its start to its end.</summary>
/// <param name="prefix">Its own path in the Runtime API, by which its calls are known.</param>
internal sealed class Instance(string prefix)
{
    /// <summary>How long an instance that has just answered is taken to be about to ask again.</summary>
    public static readonly TimeSpan Return = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Invocation? _current;
    private long _returnsUntil;
    private bool _hasEnded;
    private string? _lastLine;
    private string? _lastError;

    public string Prefix => prefix;

    public FunctionProcess? Process { get; set; }

    /// <summary>What it reported of its own start, or what is known of why that failed.</summary>
    public InvocationResult? InitError { get; set; }

    /// <summary>Its registration as an extension, which asks for SIGTERM before the end; else null.</summary>
    public string? ExtensionId { get; set; }

    /// <summary>The line that says why it ended, as far as one does; null: it wrote nothing.</summary>
    public string? LastWords => _lastError ?? _lastLine;

    /// <summary>It is being killed and takes no more events.</summary>
    public bool IsDoomed { get; private set; }

    /// <summary>Completes when it first asks for an event.</summary>
    public Task Ready => _ready.Task;

    public Invocation? Current
    {
        get
        {
            lock (_lock)
            {
                return _current;
            }
        }
    }

    /// <summary>
    /// It has answered and is likely to ask for the next event in a moment, so no other need be started.
    /// </summary>
    public bool IsReturning
    {
        get
        {
            lock (_lock)
            {
                return !IsDoomed && Environment.TickCount64 < _returnsUntil;
            }
        }
    }

    /// <summary>Takes note of a line that it wrote; the two streams come in any order.</summary>
    public void Hear(string line, bool isError)
    {
        // .NET ends with the exception first, and then a stack, which tells a developer less.
        const string Unhandled = "Unhandled exception.";
        var isFrame = line.StartsWith("   at ", StringComparison.Ordinal) || string.IsNullOrWhiteSpace(line);
        if (!isFrame && !isError)
        {
            _lastLine = line;
        }
        else if (!isFrame && _lastError?.StartsWith(Unhandled, StringComparison.Ordinal) != true)
        {
            _lastError = line;
        }
    }

    /// <summary>It asks for an event.</summary>
    public void Ask()
    {
        lock (_lock)
        {
            _returnsUntil = 0;
        }

        _ready.TrySetResult();
    }

    /// <returns>False when the process has ended, so that the event must go to another.</returns>
    public bool TryBegin(Invocation invocation)
    {
        lock (_lock)
        {
            if (_hasEnded || IsDoomed)
            {
                return false;
            }

            _current = invocation;
            return true;
        }
    }

    public void Finish()
    {
        lock (_lock)
        {
            _current = null;
            _returnsUntil = Environment.TickCount64 + (long)Return.TotalMilliseconds;
        }
    }

    public void Kill()
    {
        lock (_lock)
        {
            IsDoomed = true;
        }

        Process?.Kill();
    }

    /// <returns>The event that it was handling.</returns>
    public Invocation? End()
    {
        lock (_lock)
        {
            _hasEnded = true;
            return _current;
        }
    }
}
