using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.OpenApi;

/// <summary>What the OpenAPI document says of a route; its path, method and scope are the route's own.</summary>
/// <param name="Id">Unique; what client generators name a method by.</param>
/// <param name="Tag">The resource.</param>
/// <param name="Summary">A line.</param>
internal sealed record Operation(string Id, string Tag, string Summary)
{
    /// <summary>A paragraph of Markdown, where the summary leaves something to say.</summary>
    public string? Description { get; init; }

    /// <summary>The reader of the body, which describes itself.</summary>
    public Action<Fields>? Body { get; init; }

    /// <summary>The reader of the query, which describes itself.</summary>
    public Action<Fields>? Query { get; init; }

    /// <summary>Whether the route honours <c>Idempotency-Key</c>.</summary>
    public bool TakesIdempotencyKey { get; init; }

    public required IReadOnlyList<Answer> Answers { get; init; }

    /// <summary>Apart from those that the route's path, body and scope bring by themselves.</summary>
    public IReadOnlyList<ProblemKind> Problems { get; init; } = [];
}

/// <summary>An answer that is no problem.</summary>
/// <param name="Schema">Of the body; null when there is none, or when it is not JSON.</param>
internal sealed record Answer(int Status, string Description, NamedSchema? Schema = null)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>Headers worth knowing of, with what they tell.</summary>
    public IReadOnlyList<(string Name, string Description)> Headers { get; init; } = [];
}

internal static class OperationExtensions
{
    public static TBuilder Describe<TBuilder>(this TBuilder route, Operation operation)
        where TBuilder : IEndpointConventionBuilder => route.WithMetadata(operation);
}
