namespace PhotoLambda.BulkIngest;

/// <summary>What a message says of all its descriptors. The texts are UTF-8, and good until the next message.</summary>
/// <param name="UserId">Who uploaded what no descriptor says; may be empty.</param>
/// <param name="CorrelationId">May be empty.</param>
/// <param name="BatchId">Null: it belongs to none.</param>
/// <param name="Part">Of the batch, counted from 0.</param>
/// <param name="IsToBeRead">Whether the functions are to read the objects; else what is told of them stays.</param>
internal readonly record struct MessageHead(
    ReadOnlyMemory<byte> OrganizationId,
    ReadOnlyMemory<byte> UserId,
    ReadOnlyMemory<byte> CorrelationId,
    Guid? BatchId,
    int Part,
    bool IsToBeRead);
