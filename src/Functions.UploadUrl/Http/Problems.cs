using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>The problems of <see cref="ProblemKinds"/>, each with what there is to say of one request.</summary>
internal static class Problems
{
    public static Problem Invalid(params IReadOnlyList<FieldError> errors) =>
        new(ProblemKinds.InvalidRequest) { Errors = errors };

    public static Problem MalformedJson(string detail) => new(ProblemKinds.MalformedJson, detail);

    public static Problem BodyTooLarge(long limit) =>
        new(ProblemKinds.BodyTooLarge, $"The body must be at most {limit} bytes.");

    public static Problem NotJson(string? contentType) => new(
        ProblemKinds.UnsupportedMediaType,
        $"Content-Type must be application/json; it was {contentType ?? "missing"}.");

    public static Problem Unauthorized(string detail) => new(ProblemKinds.Unauthorized, detail);

    public static Problem Forbidden(string detail) => new(ProblemKinds.Forbidden, detail);

    public static Problem KeysUnavailable(string detail) => new(ProblemKinds.KeysUnavailable, detail);

    public static Problem ProjectNotFound(Guid id) =>
        new(ProblemKinds.ProjectNotFound, $"Your organization has no project {id}.");

    public static Problem PhotoNotFound(Guid id) =>
        new(ProblemKinds.PhotoNotFound, $"Your organization has no photo {id}.");

    public static Problem BatchNotFound(Guid id) =>
        new(ProblemKinds.BatchNotFound, $"Your organization has no batch {id}.");

    public static Problem UploadNotFound() => new(
        ProblemKinds.PhotoNotFound, "Nobody has begun an upload in parts of this key with this token's user.");

    public static Problem OrganizationUnknown() => new(
        ProblemKinds.OrganizationUnknown,
        "Nobody has made the organization of this token here: run `photolambda org create`.");

    public static Problem RouteNotFound(string path) =>
        new(ProblemKinds.RouteNotFound, $"Nothing is served at {path}.");

    public static Problem MethodNotAllowed(string method) =>
        new(ProblemKinds.MethodNotAllowed, $"{method} is not allowed here.");

    public static Problem IllegalTransition(string from, string to) =>
        new(ProblemKinds.IllegalTransition, $"The status is {from}; it cannot become {to}.");

    public static Problem VariantNotFound(string variant) =>
        new(ProblemKinds.VariantNotFound, $"The photo has no {variant}.");

    public static Problem NotUploaded(string status) => new(
        ProblemKinds.NotUploaded, $"The status is {status}, and there is no object that is what the ticket said.");

    public static Problem NotScrubbed() => new(
        ProblemKinds.NotScrubbed, "The project wants links without positions, and there is no such copy of this file.");

    public static Problem NotPending() => new(
        ProblemKinds.NotPending,
        "Only a ticket of one PUT whose file has not come, and which has not failed, is renewed.");

    public static Problem IdempotencyKeyReused() => new(
        ProblemKinds.IdempotencyKeyReused, "The first request with this key had another method, path or body.");

    public static Problem RateLimited(RateLimit rate) => new(
        ProblemKinds.RateLimited,
        $"A user gets {rate.Limit} upload URLs a minute here; try again in {rate.ResetSeconds} seconds.");

    public static Problem UploadClosed(string detail) => new(ProblemKinds.UploadClosed, detail);

    /// <summary>The server refused the request before a route saw it.</summary>
    public static Problem BadRequest(int status, string detail) =>
        new(ProblemKinds.BadRequest, detail) { Status = status };

    public static Problem DatabaseNotMigrated() =>
        new(ProblemKinds.DatabaseNotMigrated, "Run `photolambda migrate`.");

    public static Problem DatabaseUnavailable() =>
        new(ProblemKinds.DatabaseUnavailable, "Try again in a few seconds.");

    public static Problem StoreUnavailable() => new(ProblemKinds.StoreUnavailable, "Try again in a few seconds.");

    public static Problem QueueUnavailable() => new(ProblemKinds.QueueUnavailable, "Try again in a few seconds.");

    public static Problem Internal() => new(ProblemKinds.InternalError);
}
