using System.Net.Http.Json;

namespace PhotoLambda.Examples;

/// <summary>The API refuses, and says why as RFC 9457 has it. Tell problems apart by their type.</summary>
internal sealed class ProblemException(Problem problem) : Exception(problem.ToString())
{
    public Problem Problem => problem;

    public static bool IsProblem(HttpResponseMessage answer) =>
        answer.Content.Headers.ContentType?.MediaType == "application/problem+json";

    // A gateway on the way may answer in words of its own.
    public static async Task<ProblemException> OfAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        var problem = IsProblem(answer) ? await answer.Content.ReadFromJsonAsync<Problem>(cancellation) : null;
        return new(problem ?? new("about:blank", $"The server answered {(int)answer.StatusCode}", null, null));
    }
}

internal sealed record Problem(string Type, string Title, string? Detail, IReadOnlyList<FieldError>? Errors)
{
    public override string ToString() =>
        string.Join('\n', [$"{Detail ?? Title} ({Type})", .. (Errors ?? []).Select(e => $"  {e.Detail}")]);
}

internal sealed record FieldError(string Field, string Limit, string Value, string Detail);
