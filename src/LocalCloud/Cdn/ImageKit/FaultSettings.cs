namespace PhotoLambda.Local.Cdn;

internal enum FaultKind
{
    /// <summary>A refusal with a status.</summary>
    Status,

    /// <summary>No answer, until the caller gives up or the fault is lifted.</summary>
    Hang,

    /// <summary>The connection breaks.</summary>
    Reset,

    /// <summary>A page in place of JSON.</summary>
    Html,

    /// <summary>An answer without a body.</summary>
    Empty,
}

/// <summary>How ImageKit is to fail.</summary>
/// <param name="Share">Of the calls concerned.</param>
/// <param name="Calls">One of <see cref="ImageKitCall.All"/>; null: all.</param>
/// <param name="RetryAfterSeconds">Null: the header is not sent.</param>
/// <param name="RateLimitResetMs">Null: ImageKit's own headers about limits are not sent.</param>
/// <param name="Times">After that many it works again; null: it does not by itself.</param>
/// <param name="AnswerOnly">The call does what it is to do, and only its answer is lost.</param>
internal sealed record FaultSettings(
    int Seed,
    double Share,
    FaultKind Kind,
    int Status,
    int? RetryAfterSeconds,
    int? RateLimitResetMs,
    string? Calls,
    int? Times,
    bool AnswerOnly);
