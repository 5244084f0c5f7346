using Microsoft.Extensions.Logging;
using Npgsql;

namespace PhotoLambda.Media;

/// <summary>What a <see cref="MediaStore"/> works with.</summary>
public sealed record MediaStoreOptions
{
    /// <summary>As <c>photolambda_worker</c>. Stays the caller's to dispose of.</summary>
    public required NpgsqlDataSource Database { get; init; }

    /// <summary>The output <c>OriginalsBucketName</c> of the stack.</summary>
    public required string OriginalsBucket { get; init; }

    /// <summary>The output <c>VisualizationsBucketName</c> of the stack.</summary>
    public required string VisualizationsBucket { get; init; }

    /// <summary>
    /// Gives <c>AWS_REGION</c>, <c>AWS_ACCESS_KEY_ID</c>, <c>AWS_SECRET_ACCESS_KEY</c>, <c>AWS_SESSION_TOKEN</c>,
    /// <c>AWS_ENDPOINT_URL_S3</c> and <c>PHOTOLAMBDA_METRICS</c>, or null: the environment's unless set.
    /// </summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Of a call that transfers no content: 1 second to an hour.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of an upload, and of a download to its last byte: 1 second to a day.</summary>
    public TimeSpan TransferTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets what is left to the sweep.</summary>
    public ILogger? Logger { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <exception cref="ArgumentException">An option cannot be.</exception>
    internal MediaStoreOptions Checked()
    {
        ArgumentNullException.ThrowIfNull(Database);
        ArgumentException.ThrowIfNullOrWhiteSpace(OriginalsBucket);
        ArgumentException.ThrowIfNullOrWhiteSpace(VisualizationsBucket);
        if (OriginalsBucket == VisualizationsBucket)
        {
            throw new ArgumentException(
                $"{nameof(VisualizationsBucket)} is '{VisualizationsBucket}', as {nameof(OriginalsBucket)} is; "
                + "the store's events would take what is drawn for originals.", nameof(VisualizationsBucket));
        }

        Within(Timeout, TimeSpan.FromHours(1), nameof(Timeout));
        Within(TransferTimeout, TimeSpan.FromDays(1), nameof(TransferTimeout));
        return this;
    }

    private static void Within(TimeSpan value, TimeSpan most, string field)
    {
        if (value < TimeSpan.FromSeconds(1) || value > most)
        {
            throw new ArgumentOutOfRangeException(field, $"{field} is {value}; it must be 1 second to {most}.");
        }
    }
}
