namespace PhotoLambda.Photos;

/// <summary>What became of rows.</summary>
/// <param name="Stored">Rows that are photos now.</param>
/// <param name="Conflicts">Rows whose objects had photos before, which are as they were.</param>
/// <param name="Rejects">Rows that can never be stored as they are, by their places.</param>
public sealed record InsertedPhotos(int Stored, int Conflicts, IReadOnlyList<RejectedPhotoRow> Rejects);

/// <param name="Index">Among the rows that were given, from 0.</param>
/// <param name="SqlState">As PostgreSQL names it, or would: docs/bulk.md has a table.</param>
/// <param name="Field">As a descriptor has it; null where it is none in particular.</param>
/// <param name="Reason">With the limit and the value, where there are such.</param>
public sealed record RejectedPhotoRow(int Index, string SqlState, string? Field, string Reason);

/// <summary>The database did not take some rows now; the same call may be made again, with all of them.</summary>
/// <param name="done">What became of the others.</param>
/// <param name="left">How many were not taken.</param>
public sealed class PhotosNotStoredException(InsertedPhotos done, int left)
    : Exception($"{left} photos could not be stored now; {done.Stored} were, {done.Conflicts} had been before.")
{
    public InsertedPhotos Done => done;

    public int Left => left;
}
