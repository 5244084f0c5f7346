namespace PhotoLambda.Bulk;

/// <summary>What became of a row.</summary>
internal enum RowState
{
    /// <summary>It was not stored yet, and may be later.</summary>
    Pending,

    /// <summary>The photo is there, with its timeline and its job.</summary>
    Stored,

    /// <summary>A photo of the same object was there before.</summary>
    Duplicate,

    /// <summary>It can never be stored as it is.</summary>
    Rejected,
}

/// <param name="Reject">Why, of a rejected row.</param>
internal readonly record struct RowOutcome(RowState State, Reject? Reject = null);

/// <summary>Why a row cannot be stored.</summary>
/// <param name="SqlState">As PostgreSQL would name it, https://www.postgresql.org/docs/current/errcodes-appendix.html.
/// </param>
/// <param name="Field">Of the descriptor, by its path; null where it is none in particular.</param>
/// <param name="Reason">With the limit and the value.</param>
internal sealed record Reject(string SqlState, string? Field, string Reason);
