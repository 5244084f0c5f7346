namespace PhotoLambda.UploadUrl.Http;

/// <summary>Every problem that the API answers with, in one place.</summary>
internal static class Problems
{
    public static Problem Invalid(IReadOnlyList<FieldError> errors) =>
        new("invalid-request", "The request has fields that cannot be accepted", 400) { Errors = errors };

    public static Problem MalformedJson(string detail) =>
        new("malformed-json", "The body is not valid JSON", 400, detail);

    public static Problem BodyTooLarge(int limit) =>
        new("body-too-large", "The body is too large", 413, $"The body must be at most {limit} bytes.");

    public static Problem NotJson(string? contentType) =>
        new("unsupported-media-type", "The body must be JSON", 415,
            $"Content-Type must be application/json; it was {contentType ?? "missing"}.");

    public static Problem Unauthorized(string detail) =>
        new("unauthorized", "A valid access token is needed", 401, detail);

    public static Problem Forbidden(string detail) =>
        new("forbidden", "The access token does not allow this", 403, detail);

    public static Problem KeysUnavailable(string detail) =>
        new("keys-unavailable", "The service is temporarily unavailable", 503, detail);

    /// <summary>The same for what does not exist and for what belongs to somebody else.</summary>
    public static Problem ProjectNotFound(Guid id) =>
        new("project-not-found", "There is no such project", 404, $"Your organization has no project {id}.");

    public static Problem PhotoNotFound(Guid id) =>
        new("photo-not-found", "There is no such photo", 404, $"Your organization has no photo {id}.");

    public static Problem OrganizationUnknown() =>
        new("organization-unknown", "The organization is not set up", 403,
            "Nobody has made the organization of this token here: run `photolambda org create`.");

    public static Problem RouteNotFound(string path) =>
        new("route-not-found", "There is no such route", 404, $"Nothing is served at {path}.");

    public static Problem MethodNotAllowed(string method) =>
        new("method-not-allowed", "The route does not take this method", 405, $"{method} is not allowed here.");

    public static Problem IllegalTransition(string from, string to) =>
        new("illegal-transition", "The photo's status does not allow this change", 409,
            $"The status is {from}; it cannot become {to}.");

    /// <summary>The server refused the request before a route saw it.</summary>
    public static Problem BadRequest(int status, string detail) =>
        new("bad-request", "The request cannot be read", status, detail);

    public static Problem DatabaseNotMigrated() =>
        new("database-not-migrated", "The database has no tables", 503, "Run `photolambda migrate`.");

    public static Problem DatabaseUnavailable() =>
        new("database-unavailable", "The service is temporarily unavailable", 503, "Try again in a few seconds.");

    public static Problem Internal() => new("internal-error", "The service failed", 500);
}
