using Npgsql;

namespace PhotoLambda.Database;

/// <summary>
/// A function's first connection, opened from its start on while its first event is on the way: address, TLS and login
/// are several round trips. Should that fail, whoever needs a connection first opens one, and tells of the failure.
/// </summary>
internal sealed class FirstConnection(NpgsqlDataSource database)
{
    // As long as a login may take that is worth waiting for; one of a process that was frozen meanwhile never ends.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Task _opening = Task.Run(async () =>
    {
        await using var connection = await database.OpenConnectionAsync();
    });

    /// <summary>Waits until the connection is in the pool, or is not to be had; a second at most.</summary>
    public Task ReadyAsync() => _opening.IsCompleted ? Task.CompletedTask : WaitAsync();

    // Without it a second connection would be opened beside the one that is about to be there.
    private async Task WaitAsync() =>
        await _opening.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
