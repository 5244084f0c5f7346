namespace PhotoLambda.Local.Chaos;

/// <summary>What is to go wrong. Shares are 0 to 1, times are milliseconds.</summary>
/// <param name="Seed">The same seed decides the same for the same sequence of messages, events, invocations.</param>
/// <param name="Queues">Logical ids of those concerned; null: all.</param>
/// <param name="Duplicates">Of messages that are delivered twice.</param>
/// <param name="Reorder">Of messages that those sent up to a second later overtake.</param>
/// <param name="DropEvents">Of the store's notifications that are lost.</param>
internal sealed record ChaosSettings(
    int Seed,
    IReadOnlyList<string>? Queues,
    double Duplicates,
    double Reorder,
    ChaosDelay? Delay,
    double DropEvents,
    ChaosKill? Kill);

/// <param name="Share">Of messages that stay hidden for some time.</param>
/// <param name="Most">The longest such time.</param>
internal sealed record ChaosDelay(double Share, int Most);

/// <summary>SIGKILL for a function's process, some time after it was given an event that it still has then.</summary>
/// <param name="Function">Its logical id.</param>
/// <param name="Share">Of its invocations that this may happen to; null: all. A new process takes longer than a warm
/// one: without a share, times short enough for the warm kill nearly all of the new.</param>
internal sealed record ChaosKill(string Function, int Earliest, int Latest, int Times, double? Share);
