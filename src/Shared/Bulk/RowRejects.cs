using Npgsql;

namespace PhotoLambda.Bulk;

/// <summary>Why rows are rejected that are right by themselves.</summary>
internal static class RowRejects
{
    // Connections, features, transactions, roles, names, resources, the operator and the machine: all rows fare alike.
    // What is left besides these is a defect, or a word of the operator's own.
    private static readonly string[] OfAll =
        ["08", "0A", "25", "28", "2D", "3D", "3F", "40", "42", "53", "55", "57", "58", "72", "F0"];

    /// <param name="fault">As the statement that judges staged rows names it.</param>
    /// <param name="most">Bytes, by the project's policy.</param>
    /// <param name="types">By the project's policy.</param>
    public static Reject Of(string fault, long most, string types) => fault switch
    {
        // Another tenant's project is refused like one that is not there.
        "project" => new(PostgresErrorCodes.ForeignKeyViolation, "project_id",
            "must be a project of the organization"),
        "type" => new(PostgresErrorCodes.CheckViolation, "mime_type", $"must be what the project takes: {types}"),
        "size" => new(PostgresErrorCodes.CheckViolation, "file_size", $"must be {most} bytes at most, by the project"),
        "key" => new(PostgresErrorCodes.InsufficientPrivilege, "s3_key",
            "must begin with the project's id and a slash, or with a prefix that is adopted for the project"),
        "deleted" => new(PostgresErrorCodes.ObjectNotInPrerequisiteState, "s3_key",
            "is that of a photo which was deleted just now"),
        _ => throw new InvalidOperationException($"There is no fault '{fault}'."),
    };

    /// <summary>Of a row that was not inserted, though there is no photo of its object.</summary>
    /// <param name="taken">
    /// Its id, if that is another object's; null: an index or trigger of the operator's kept it out.
    /// </param>
    public static Reject Kept(Guid? taken) => taken is { } id
        ? new(PostgresErrorCodes.UniqueViolation, "id", $"must be a photo's own; {id} is that of another object")
        : new(PostgresErrorCodes.UniqueViolation, null,
            "is in conflict with another row, by an index or a trigger that is not the product's");

    /// <summary>Of a row that PostgreSQL refused; null where it may take it another time.</summary>
    public static Reject? Of(PostgresException e) => IsOfRow(e.SqlState)
        ? new(e.SqlState, e.ColumnName, e.ConstraintName is { } name ? $"{e.MessageText} ({name})" : e.MessageText)
        : null;

    /// <summary>Whether a part of the rows may fare better: a row is wrong, or in somebody's way.</summary>
    public static bool IsOfSome(string state) =>
        IsOfRow(state) || IsOfContention(state) || !OfAll.Contains(state[..2], StringComparer.Ordinal);

    /// <summary>Whether the same may be tried again at once.</summary>
    public static bool IsOfContention(string state) => state is PostgresErrorCodes.SerializationFailure
        or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable;

    // Data exceptions, integrity constraints, views' conditions, limits of the program, what a trigger raises. Nothing
    // else is the row's fault: a missing table or right is a deployment's, and the row must wait for it.
    private static bool IsOfRow(string state) =>
        state.StartsWith("22", StringComparison.Ordinal) || state.StartsWith("23", StringComparison.Ordinal)
        || state.StartsWith("44", StringComparison.Ordinal) || state.StartsWith("54", StringComparison.Ordinal)
        || state == PostgresErrorCodes.RaiseException;
}
