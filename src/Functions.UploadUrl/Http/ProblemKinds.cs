namespace PhotoLambda.UploadUrl.Http;

/// <summary>Every problem that the API answers with, in one place.</summary>
internal static class ProblemKinds
{
    public static readonly ProblemKind InvalidRequest = new(
        "invalid-request", 400, "The request has fields that cannot be accepted",
        "A member of the body, a query parameter or an id in the path is missing or breaks its limit.",
        "`errors` names each field with its limit and the value that was sent: correct them.");

    public static readonly ProblemKind MalformedJson = new(
        "malformed-json", 400, "The body is not valid JSON",
        "The body is empty, no JSON object, not UTF-8, or nested too deeply.",
        "`detail` says where it cannot be read: send one JSON object in UTF-8.");

    public static readonly ProblemKind BadRequest = new(
        "bad-request", 400, "The request cannot be read",
        "The server could not make sense of the HTTP request itself.",
        "Look at `detail`; an HTTP library in place of hand-made requests helps most.");

    public static readonly ProblemKind Unauthorized = new(
        "unauthorized", 401, "A valid access token is needed",
        "There is no bearer token, or it is malformed, expired, of another issuer or audience, or wrongly signed.",
        "Get a fresh token from your identity provider; `detail` says what is wrong with this one.");

    public static readonly ProblemKind Forbidden = new(
        "forbidden", 403, "The access token does not allow this",
        "The token is good but lacks the scope that the route asks for.",
        "Ask for a token with the scope that `detail` names.");

    public static readonly ProblemKind OrganizationUnknown = new(
        "organization-unknown", 403, "The organization is not set up",
        "Nobody has made the organization of this token in this installation.",
        "Run `photolambda org create <id>` with the token's `org_id`.");

    /// <summary>The same for what does not exist and for what belongs to somebody else.</summary>
    public static readonly ProblemKind ProjectNotFound = new(
        "project-not-found", 404, "There is no such project",
        "Your organization has no project of this id.",
        "List the projects with `GET /api/v1/projects`, or create one.");

    /// <inheritdoc cref="ProjectNotFound"/>
    public static readonly ProblemKind PhotoNotFound = new(
        "photo-not-found", 404, "There is no such photo",
        "Your organization has no photo of this id; it may have been deleted.",
        "Check the id; `GET /api/v1/photos` lists what there is.");

    /// <inheritdoc cref="ProjectNotFound"/>
    public static readonly ProblemKind BatchNotFound = new(
        "batch-not-found", 404, "There is no such batch",
        "Your organization has no batch of this id.",
        "Check the id: it is the `batch_id` of the answer that accepted the batch.");

    public static readonly ProblemKind VariantNotFound = new(
        "variant-not-found", 404, "The photo has no such variant",
        "Nothing has made a thumbnail or a visualization of this photo so far.",
        "Ask for `variant=original`, or again when the photo has been processed.");

    public static readonly ProblemKind RouteNotFound = new(
        "route-not-found", 404, "There is no such route",
        "Nothing is served at this path.",
        "Compare the path with `/openapi/v1.json`.");

    public static readonly ProblemKind MethodNotAllowed = new(
        "method-not-allowed", 405, "The route does not take this method",
        "The path is served, but not for this method.",
        "Use a method that the header `Allow` names.");

    public static readonly ProblemKind IllegalTransition = new(
        "illegal-transition", 409, "The photo's status does not allow this change",
        "A photo goes from pending_upload over uploaded and processing to completed or failed, and from failed back to "
            + "uploaded when it is processed again; no other way.",
        "Read the photo again: somebody else may have changed it.");

    public static readonly ProblemKind NotUploaded = new(
        "not-uploaded", 409, "The photo has no object that could be used",
        "Nothing was uploaded for it, or what was uploaded is not what its ticket said.",
        "Upload the file by the photo's ticket; after a failure, by a new one.");

    public static readonly ProblemKind NotScrubbed = new(
        "not-scrubbed", 409, "The file may tell where it was made",
        "The project has `scrub_gps`, and nobody can say that the file holds no position: its type or structure cannot "
            + "be scrubbed, it is too large, or it came before the project had `scrub_gps`.",
        "Ask for another variant; a file that came before can be read again.");

    public static readonly ProblemKind NotPending = new(
        "not-pending", 409, "The photo waits for no file",
        "The file has come, the upload has failed or runs in parts: there is no ticket to renew.",
        "Read the photo; ask for a new ticket to upload another file.");

    public static readonly ProblemKind UploadClosed = new(
        "upload-closed", 409, "The upload is not open",
        "The photo is no longer pending, its upload in parts has expired or was aborted, or it is not uploaded in "
            + "parts.",
        "Read the photo: if its file is not there, begin another upload.");

    public static readonly ProblemKind BodyTooLarge = new(
        "body-too-large", 413, "The body is too large",
        "The body is longer than the route takes.",
        "Send less at a time; files go to the store, by a ticket.");

    public static readonly ProblemKind UnsupportedMediaType = new(
        "unsupported-media-type", 415, "The body must be JSON",
        "The request has a body whose `Content-Type` is not `application/json`.",
        "Send JSON, and say so in `Content-Type`.");

    public static readonly ProblemKind IdempotencyKeyReused = new(
        "idempotency-key-reused", 422, "The idempotency key belongs to another request",
        "Within 24 hours the same user has sent this `Idempotency-Key` with another method, path or body.",
        "Make a new key for each request, and keep it for the retries of that one.");

    public static readonly ProblemKind RateLimited = new(
        "rate-limited", 429, "Too many upload URLs in a minute",
        "The user got as many upload URLs in the last minute, over all projects, as the project's policy allows.",
        "Wait for the seconds of `Retry-After`; `RateLimit-Remaining` tells beforehand how many are left.");

    public static readonly ProblemKind KeysUnavailable = new(
        "keys-unavailable", 503, "The service is temporarily unavailable",
        "The keys of the identity provider cannot be fetched at the moment, so no token can be checked.",
        "Try again after the time in `Retry-After`.");

    public static readonly ProblemKind DatabaseUnavailable = new(
        "database-unavailable", 503, "The service is temporarily unavailable",
        "The database does not answer.",
        "Try again after the time in `Retry-After`; with an `Idempotency-Key` nothing is done twice.");

    public static readonly ProblemKind StoreUnavailable = new(
        "store-unavailable", 503, "The service is temporarily unavailable",
        "The store of the files does not answer, or not in time.",
        "Try again after the time in `Retry-After`; what is done already is not done twice.");

    public static readonly ProblemKind QueueUnavailable = new(
        "queue-unavailable", 503, "The service is temporarily unavailable",
        "The queue has not confirmed all of the request; a part of it may be done.",
        "Send the same again after the time in `Retry-After`; what is done already is not done twice.");

    public static readonly ProblemKind DatabaseNotMigrated = new(
        "database-not-migrated", 503, "The database has no tables",
        "The installation is not finished.",
        "Run `photolambda migrate`.");

    public static readonly ProblemKind InternalError = new(
        "internal-error", 500, "The service failed",
        "A defect of ours.",
        "Report it with the `correlation_id`, by which the log line is found.");

    public static readonly IReadOnlyList<ProblemKind> All =
    [
        InvalidRequest, MalformedJson, BadRequest, Unauthorized, Forbidden, OrganizationUnknown, ProjectNotFound,
        PhotoNotFound, BatchNotFound, VariantNotFound, RouteNotFound, MethodNotAllowed, IllegalTransition, NotUploaded,
        NotScrubbed, NotPending, UploadClosed, BodyTooLarge, UnsupportedMediaType, IdempotencyKeyReused, RateLimited,
        InternalError, KeysUnavailable, DatabaseUnavailable, StoreUnavailable, QueueUnavailable, DatabaseNotMigrated,
    ];
}
