using System.Collections.Concurrent;

namespace PhotoLambda.OnObjectCreated;

/// <summary>What one batch of events changes, as its objects are looked through side by side.</summary>
internal sealed class Changes
{
    public ConcurrentBag<Inspection> Inspections { get; } = [];

    public ConcurrentBag<Removal> Removals { get; } = [];

    /// <summary>Photos whose version was known before its event came.</summary>
    public ConcurrentBag<(Photo Photo, ObjectEvent Event)> Confirmations { get; } = [];

    public ConcurrentBag<ObjectEvent> Strays { get; } = [];
}

/// <param name="Sequencer">Of the event that told of it; null when it was found by looking.</param>
internal sealed record Removal(Photo Photo, string? Sequencer);
