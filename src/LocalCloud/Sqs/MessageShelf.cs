namespace PhotoLambda.Local.Sqs;

/// <summary>The messages of a queue by the time at which they are visible. Not safe for concurrent use.</summary>
internal sealed class MessageShelf
{
    private static readonly Comparer<Message> ByTime = Comparer<Message>.Create((a, b) =>
        a.VisibleAt != b.VisibleAt ? a.VisibleAt.CompareTo(b.VisibleAt) : a.Sequence.CompareTo(b.Sequence));

    private readonly Dictionary<string, Message> _all = [];
    private readonly SortedSet<Message> _visible = new(ByTime);
    private readonly SortedSet<Message> _hidden = new(ByTime);
    private long _sequence;

    public IReadOnlyCollection<Message> All => _all.Values;

    /// <summary>Those that may be received, the longest visible first.</summary>
    public IReadOnlyCollection<Message> Visible => _visible;

    public int InFlight { get; private set; }

    /// <summary>How many wait for the end of their delay.</summary>
    public int Delayed => _hidden.Count - InFlight;

    /// <summary>When the next hidden message becomes visible, in milliseconds since 1970; never: the maximum.</summary>
    public long NextVisibleAt => _hidden.Min?.VisibleAt ?? long.MaxValue;

    public Message? Find(string id) => _all.GetValueOrDefault(id);

    /// <summary>Adds a message, or moves it to another time.</summary>
    /// <param name="inFlight">If it is hidden, whether since it was received.</param>
    public void Place(Message message, long visibleAt, bool inFlight, long now)
    {
        // By its id, as a dead-letter queue may be given the same message twice.
        if (_all.GetValueOrDefault(message.Id) is { } known)
        {
            Remove(known);
        }

        (message.VisibleAt, message.InFlight) = (visibleAt, inFlight && visibleAt > now);
        message.Sequence = message.Sequence == 0 ? ++_sequence : message.Sequence;
        _all.Add(message.Id, message);
        (visibleAt > now ? _hidden : _visible).Add(message);
        InFlight += message.InFlight ? 1 : 0;
    }

    public void Remove(Message message)
    {
        _all.Remove(message.Id);
        if (!_visible.Remove(message) && _hidden.Remove(message) && message.InFlight)
        {
            InFlight--;
        }
    }

    public void Clear()
    {
        _all.Clear();
        _visible.Clear();
        _hidden.Clear();
        InFlight = 0;
    }

    /// <summary>Makes those visible whose time has come.</summary>
    public void Advance(long now)
    {
        while (_hidden.Min is { } message && message.VisibleAt <= now)
        {
            Place(message, message.VisibleAt, inFlight: false, now);
        }
    }
}
