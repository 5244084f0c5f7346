namespace PhotoLambda;

/// <summary>The time of one invocation, shared out among its steps.</summary>
internal static class InvocationShare
{
    /// <param name="remaining">Until the invocation is killed.</param>
    /// <returns>
    /// From now to whichever is later: so many seconds before the end, or a share of a time that is short as a whole.
    /// </returns>
    public static TimeSpan Before(TimeSpan remaining, double seconds, double share)
    {
        var margin = Math.Min(seconds, remaining.TotalSeconds * share);
        return TimeSpan.FromSeconds(Math.Max(0, remaining.TotalSeconds - margin));
    }
}
