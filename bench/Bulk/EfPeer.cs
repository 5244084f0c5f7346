using System.Diagnostics;
using Microsoft.EntityFrameworkCore;

namespace PhotoLambda.Bench;

/// <summary>Entity Framework Core, all rows in one <c>SaveChanges</c> or one after the other.</summary>
internal static class EfPeer
{
    /// <returns>Milliseconds.</returns>
    public static async Task<double> AddRangeAsync(string database, BulkRow[] rows, CancellationToken cancellation)
    {
        var photos = Array.ConvertAll(rows, EfPhoto.Of);
        var clock = Stopwatch.StartNew();
        await using var context = new EfContext(database);
        context.Photos.AddRange(photos);
        await context.SaveChangesAsync(cancellation);
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <inheritdoc cref="AddRangeAsync"/>
    public static async Task<double> RowByRowAsync(string database, BulkRow[] rows, CancellationToken cancellation)
    {
        var photos = Array.ConvertAll(rows, EfPhoto.Of);
        var clock = Stopwatch.StartNew();
        await using var context = new EfContext(database);
        foreach (var photo in photos)
        {
            context.Photos.Add(photo);
            await context.SaveChangesAsync(cancellation);
        }

        return clock.Elapsed.TotalMilliseconds;
    }
}

internal sealed class EfContext(string database) : DbContext
{
    public DbSet<EfPhoto> Photos => Set<EfPhoto>();

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseNpgsql(database);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        var photo = modelBuilder.Entity<EfPhoto>();
        photo.ToTable("photos");
        string[] columns = [.. BulkTable.Columns.ReplaceLineEndings(" ").Split(',', StringSplitOptions.TrimEntries)];
        foreach (var property in photo.Metadata.GetProperties())
        {
            property.SetColumnName(columns.Single(
                c => c.Replace("_", "").Equals(property.Name, StringComparison.OrdinalIgnoreCase)));
        }

        photo.Property(p => p.Id).ValueGeneratedNever();
        photo.Property(p => p.ExifData).HasColumnType("jsonb");
        photo.Property(p => p.GpsCoordinates).HasColumnType("jsonb");
    }
}

internal sealed class EfPhoto
{
    public Guid Id { get; init; }
    public string OrganizationId { get; init; } = BulkRow.Organization;
    public Guid ProjectId { get; init; } = BulkRow.Project;
    public string UploadedByUserId { get; init; } = BulkRow.User;
    public string Kind { get; init; } = "image";
    public required string FileName { get; init; }
    public string UploadSource { get; init; } = "bulk";
    public string S3Bucket { get; init; } = BulkRow.Bucket;
    public required string S3KeyOriginal { get; init; }
    public required string ETag { get; init; }
    public required byte[] Sha256 { get; init; }
    public string DeclaredContentType { get; init; } = BulkRow.Mime;
    public string ContentType { get; init; } = BulkRow.Mime;
    public long DeclaredSizeBytes { get; init; }
    public long FileSizeBytes { get; init; }
    public int WidthPx { get; init; } = 6000;
    public int HeightPx { get; init; } = 4000;
    public short Orientation { get; init; } = 1;
    public required string ExifData { get; init; }
    public required string GpsCoordinates { get; init; }
    public string Status { get; init; } = "uploaded";
    public DateTime UploadedAt { get; init; } = DateTime.UtcNow;
    public bool AwaitsEvent { get; init; } = true;

    public static EfPhoto Of(BulkRow row) => new()
    {
        Id = row.Id,
        FileName = row.FileName,
        S3KeyOriginal = row.Key,
        ETag = row.ETag,
        Sha256 = row.Sha256,
        DeclaredSizeBytes = row.Size,
        FileSizeBytes = row.Size,
        ExifData = row.Exif,
        GpsCoordinates = row.Gps,
    };
}
