using Microsoft.Extensions.Logging;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Migrate;

/// <summary>What is done in the database, within the time of an invocation.</summary>
internal sealed partial class MigrateWork(Func<string, string?> variable, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Applies what is missing, then sets the passwords that the environment has.</summary>
    /// <exception cref="Exception">As <see cref="Failure.Reason"/> knows them.</exception>
    public async Task<MigrateReport> MigrateAsync(MigrateTime time)
    {
        var options = MigrateOptions.Read(variable);
        var applied = new List<string>();
        await WithinAsync(time, ends => Migrations.ApplyAsync(options.Database, name =>
        {
            applied.Add(name);
            Log.Applied(logger, name);
        }, ends, options.Logins));
        string[] roles = [.. options.Logins.Select(login => login.Role)];
        return new MigrateReport { Applied = applied, Newest = Migrations.Newest, Roles = roles };
    }

    /// <inheritdoc cref="MigrateAsync" path="/exception"/>
    public async Task<MigrateReport> CreateOrganizationAsync(string id, MigrateTime time)
    {
        var options = MigrateOptions.Read(variable);
        var made = await WithinAsync(time, ends => Organizations.CreateAsync(options.Database, id, ends));
        return new MigrateReport { Id = id, Created = made };
    }

    private async Task<T> WithinAsync<T>(MigrateTime time, Func<CancellationToken, Task<T>> work)
    {
        try
        {
            // A connection that is silent ends its cancellation late, too: then it is left to itself.
            return await RetryAsync(time, work).WaitAsync(time.RollbackEnds);
        }
        catch (OperationCanceledException e)
        {
            throw new NotFinishedException(time.Work, e);
        }
    }

    // Both kinds of work may be done twice.
    private async Task<T> RetryAsync<T>(MigrateTime time, Func<CancellationToken, Task<T>> work)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await work(time.WorkEnds);
            }
            catch (NpgsqlException e) when (e.IsTransient && DateTimeOffset.UtcNow + pause < time.ConnectDeadline)
            {
                Log.Waiting(logger, Failure.Reason(e));
                await Task.Delay(pause, time.WorkEnds);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Applied {Name}")]
        public static partial void Applied(ILogger logger, string name);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Trying again: {Reason}")]
        public static partial void Waiting(ILogger logger, string reason);
    }
}
