namespace PhotoLambda.Lambda;

/// <summary>What this layer adds to <see cref="ILambdaContext"/>; not part of Amazon's packages.</summary>
public static class LambdaContextExtensions
{
    /// <summary>
    /// A token that fires <paramref name="margin"/> before Lambda kills the invocation, so that a handler can give
    /// up in time, report what it has and release what it holds. It has fired already when less time is left.
    /// </summary>
    /// <param name="margin">What the handler needs to finish after the signal, such as half a second.</param>
    public static CancellationToken CancellationToken(this ILambdaContext context, TimeSpan margin)
    {
        if (context is LambdaContext own)
        {
            return own.DeadlineToken(margin);
        }

        var left = context.RemainingTime - margin;
        return new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero).Token;
    }
}
