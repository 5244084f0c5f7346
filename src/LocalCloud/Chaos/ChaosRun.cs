using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using PhotoLambda.Local.Sqs;

namespace PhotoLambda.Local.Chaos;

/// <summary>One setting while it is in force: its dice, and how often it did what. Safe for concurrent use.</summary>
internal sealed class ChaosRun(ChaosSettings settings)
{
    /// <summary>In milliseconds: time in which a busy queue gets tens of thousands of messages.</summary>
    private const int LongestReordering = 1_000;

    /// <summary>In milliseconds: long enough for the first delivery to be deleted meanwhile.</summary>
    private const int LatestDuplicate = 1_000;

    private readonly ConcurrentDictionary<string, Random> _dice = new(StringComparer.Ordinal);
    private readonly long[] _counts = new long[Enum.GetValues<ChaosDeed>().Length];
    private volatile bool _isOver;

    public ChaosSettings Settings => settings;

    public bool IsOver => _isOver;

    public long this[ChaosDeed deed] => Interlocked.Read(ref _counts[(int)deed]);

    public void Count(ChaosDeed deed) => Interlocked.Increment(ref _counts[(int)deed]);

    public void End() => _isOver = true;

    /// <summary>Decides about a message before its queue accepts it.</summary>
    public void Decide(Message message, string queue)
    {
        if (!Concerns(queue))
        {
            return;
        }

        // Always as many throws, so that one share does not change what the others do.
        var dice = Throw($"messages of {queue}", 6);
        Count(ChaosDeed.Message);
        if (dice[0] < settings.Duplicates)
        {
            // Half of them at once, to another consumer most likely.
            message.Second = new SecondDelivery(this, (int)(Math.Max(0, (2 * dice[1]) - 1) * LatestDuplicate));
        }

        if (dice[2] < settings.Reorder)
        {
            Hide(message, dice[3], LongestReordering, ChaosDeed.Reordered);
        }

        if (dice[4] < settings.Delay?.Share)
        {
            Hide(message, dice[5], settings.Delay.Most, ChaosDeed.Delayed);
        }
    }

    /// <param name="queue">The logical id of its target; null: a function.</param>
    /// <returns>Whether a notification of the store is to be lost.</returns>
    public bool DropsEvent(string? queue)
    {
        if (settings.Queues is not null && (queue is null || !Concerns(queue)))
        {
            return false;
        }

        Count(ChaosDeed.Event);
        if (Throw("events", 1)[0] >= settings.DropEvents)
        {
            return false;
        }

        Count(ChaosDeed.DroppedEvent);
        return true;
    }

    /// <returns>How long after this beginning of an invocation to kill its process; null: not at all.</returns>
    public TimeSpan? KillAfter(string function)
    {
        if (settings.Kill is not { } kill || kill.Function != function || this[ChaosDeed.Kill] >= kill.Times)
        {
            return null;
        }

        var dice = Throw("kills", 2);
        return dice[1] >= kill.Share
            ? null
            : TimeSpan.FromMilliseconds(kill.Earliest + Scale(dice[0], kill.Latest - kill.Earliest));
    }

    /// <returns>False when it has killed as often as it may.</returns>
    public bool TryKill()
    {
        lock (_dice)
        {
            if (IsOver || this[ChaosDeed.Kill] >= settings.Kill?.Times)
            {
                return false;
            }

            Count(ChaosDeed.Kill);
            return true;
        }
    }

    private static int Scale(double die, int most) => (int)(die * (most + 1));

    private bool Concerns(string queue) => settings.Queues?.Contains(queue) != false;

    private void Hide(Message message, double die, int most, ChaosDeed deed)
    {
        message.VisibleAt += 1 + Scale(die, most - 1);
        Count(deed);
    }

    /// <param name="about">Each subject has dice of its own, so that one's order does not depend on another's.</param>
    private double[] Throw(string about, int times)
    {
        var random = _dice.GetOrAdd(about, static (name, seed) =>
        {
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed} {name}"));
            return new Random(BitConverter.ToInt32(hash));
        }, settings.Seed);
        var thrown = new double[times];
        lock (random)
        {
            for (var i = 0; i < times; i++)
            {
                thrown[i] = random.NextDouble();
            }
        }

        return thrown;
    }
}
