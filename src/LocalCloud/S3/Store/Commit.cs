using System.Text.Json.Serialization;

namespace PhotoLambda.Local.S3;

/// <summary>One line of the journal: what it says has happened once the line is whole.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(BucketCreated), "bucket")]
[JsonDerivedType(typeof(ObjectPut), "put")]
[JsonDerivedType(typeof(ObjectDeleted), "delete")]
[JsonDerivedType(typeof(UploadStarted), "upload")]
[JsonDerivedType(typeof(PartStored), "part")]
[JsonDerivedType(typeof(UploadAborted), "abort")]
[JsonDerivedType(typeof(EventOwed), "event")]
[JsonDerivedType(typeof(EventDelivered), "notified")]
[JsonDerivedType(typeof(TargetTested), "tested")]
[JsonDerivedType(typeof(SequenceReached), "sequence")]
internal abstract record Commit;

internal sealed record BucketCreated(string Bucket, DateTimeOffset Time) : Commit;

/// <param name="UploadId">The multipart upload that ends with it.</param>
/// <param name="Event">Owed from this line on; null when nobody listens.</param>
internal sealed record ObjectPut(string Bucket, StoredObject Object, string? UploadId, ObjectEvent? Event) : Commit;

internal sealed record ObjectDeleted(string Bucket, string Key, long Sequencer, ObjectEvent? Event) : Commit;

internal sealed record UploadStarted(MultipartUpload Upload) : Commit;

internal sealed record PartStored(string UploadId, UploadPart Part) : Commit;

internal sealed record UploadAborted(string UploadId) : Commit;

/// <summary>An event still owed when the journal was compacted.</summary>
internal sealed record EventOwed(ObjectEvent Event) : Commit;

internal sealed record EventDelivered(long Sequencer) : Commit;

internal sealed record TargetTested(string Bucket, string TargetArn) : Commit;

/// <summary>Keeps sequencers growing when the records that bore the last ones are compacted away.</summary>
internal sealed record SequenceReached(long Sequencer) : Commit;

[JsonSerializable(typeof(Commit))]
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
internal sealed partial class CommitJson : JsonSerializerContext;
