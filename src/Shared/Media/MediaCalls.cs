using Npgsql;
using PhotoLambda.S3;

namespace PhotoLambda.Media;

/// <summary>Bounds calls in time, and says in the callers' words what went wrong.</summary>
internal sealed class MediaCalls(TimeProvider time)
{
    /// <exception cref="MediaStoreUnavailableException">Store or database did not do it, or not in time.</exception>
    /// <exception cref="OperationCanceledException">The caller's token was.</exception>
    public async Task<T> RunAsync<T>(
        TimeSpan timeout, Func<DateTimeOffset, CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var late = new CancellationTokenSource(timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            return await call(time.GetUtcNow() + timeout, both.Token);
        }
        catch (Exception e) when (Translated(e) is { } known)
        {
            throw known;
        }
        catch (Exception e) when (e is OperationCanceledException or NpgsqlException
            && late.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new MediaStoreUnavailableException(
                $"The store did not answer within {timeout.TotalSeconds:0.###} s.", e);
        }
    }

    /// <returns>Null for what is nobody's fault but the caller's or ours.</returns>
    public static Exception? Translated(Exception e) => e switch
    {
        StoreUnavailableException u => new MediaStoreUnavailableException(u.Message, u, u.RetryAfter),
        StoreRefusedException or TimeoutException or HttpRequestException =>
            new MediaStoreUnavailableException(e.Message, e),
        ObjectMissingException => new MediaNotFoundException(e.Message, e),
        ObjectChangedException or ObjectExistsException => new MediaConflictException(e.Message, e),
        // What the database says of a statement is another matter than that it says nothing.
        NpgsqlException n when n is not PostgresException || n.IsTransient =>
            new MediaStoreUnavailableException("The database does not answer.", e),
        _ => null,
    };
}
