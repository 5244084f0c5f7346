namespace PhotoLambda.Local.Chaos;

/// <summary>
/// Has one message delivered twice. As when one of SQS's servers did not hear of a deletion, the second delivery
/// comes whatever is done with the first one's receipt handle. The queue's lock guards it.
/// </summary>
/// <param name="after">Milliseconds from the first delivery until the message can be received again.</param>
internal sealed class SecondDelivery(ChaosRun run, int after)
{
    private int _made;

    /// <summary>The first was made, the second was not yet.</summary>
    public bool IsDue => _made == 1 && !run.IsOver;

    /// <summary>Takes note of a delivery.</summary>
    /// <returns>When the message is visible again, in milliseconds since 1970; null: as usual.</returns>
    public long? HandOut(long now)
    {
        if (run.IsOver || ++_made > 2)
        {
            return null;
        }

        if (_made == 1)
        {
            return now + after;
        }

        run.Count(ChaosDeed.Duplicate);
        return null;
    }
}
