using System.Text.Json.Serialization;

namespace PhotoLambda.Migrate;

/// <summary>What an invocation did. Members that do not apply are left out.</summary>
internal sealed record MigrateReport
{
    /// <summary>Names of the files that were applied now.</summary>
    public IReadOnlyList<string>? Applied { get; init; }

    /// <summary>The last file, which the database has.</summary>
    public string? Newest { get; init; }

    /// <summary>Whose passwords were set.</summary>
    public IReadOnlyList<string>? Roles { get; init; }

    /// <summary>Of an organization.</summary>
    public string? Id { get; init; }

    /// <summary>False when it was there.</summary>
    public bool? Created { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MigrateReport))]
internal sealed partial class MigrateJson : JsonSerializerContext;
