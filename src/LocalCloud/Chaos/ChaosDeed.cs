namespace PhotoLambda.Local.Chaos;

/// <summary>What a <see cref="ChaosRun"/> counts: what it decided about, and what it did.</summary>
internal enum ChaosDeed
{
    Message,
    Duplicate,
    Reordered,
    Delayed,
    Event,
    DroppedEvent,
    Kill,
}
