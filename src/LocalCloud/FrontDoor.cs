using Microsoft.AspNetCore.Http;
using PhotoLambda.Database;
using PhotoLambda.Local.Cdn;
using PhotoLambda.Local.Chaos;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Gateway;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.Identity;
using PhotoLambda.Local.S3;
using PhotoLambda.Local.Schedules;
using PhotoLambda.Local.Sqs;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local;

/// <summary>The API as API Gateway serves it, and below <c>/_local</c> what only a laptop needs.</summary>
internal sealed class FrontDoor(
    LocalCloud cloud,
    LocalIssuer issuer,
    LambdaService lambda,
    QueueService queues,
    ObjectStore store,
    IReadOnlyList<RunningSchedule> schedules,
    LocalCdn cdn,
    ChaosEndpoint chaos,
    AccessControl access)
{
    private readonly HttpApiEndpoint _gateway = new(
        Single(cloud.Stack.HttpApis),
        cloud.Stack.Functions,
        (id, invocation, c) => lambda[id].InvokeAsync(invocation, c));

    private readonly StateEndpoint _state = new(lambda, queues, store, schedules, cdn);
    private readonly PermissionsEndpoint _permissions = new(access.Record);
    private readonly ScheduleEndpoint _schedules = new(schedules);
    private readonly IdentityEndpoints _identity = new(
        issuer,
        KnownParameters.Audience,
        (organization, c) => Organizations.CreateAsync(new(cloud.Database.Owner), organization, c));

    public Task HandleAsync(HttpContext http) => http.Request.Path.Value switch
    {
        "/_local/token" => _identity.TokenAsync(http),
        "/_local/jwks.json" => _identity.KeySetAsync(http),
        "/_local/.well-known/openid-configuration" => _identity.DiscoveryAsync(http),
        "/_local/state" => _state.HandleAsync(http),
        "/_local/permissions" => _permissions.HandleAsync(http),
        "/_local/chaos" => chaos.HandleAsync(http),
        { } path when path.StartsWith(ScheduleEndpoint.Prefix, StringComparison.Ordinal) =>
            _schedules.HandleAsync(http),
        { } path when path.StartsWith(ImageKitEndpoint.Prefix, StringComparison.Ordinal) =>
            cdn.ImageKit.HandleAsync(http),
        { } path when path.StartsWith(CloudFrontEndpoint.Prefix, StringComparison.Ordinal) =>
            cdn.CloudFront.HandleAsync(http),
        _ => _gateway.HandleAsync(http),
    };

    private static HttpApiResource Single(IReadOnlyList<HttpApiResource> apis) => apis is [var api]
        ? api
        : throw new LocalCloudException(
            $"The template must declare one HTTP API, which the local cloud serves; it declares {apis.Count}.");
}
