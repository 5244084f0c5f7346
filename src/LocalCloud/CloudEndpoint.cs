using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Cdn;
using PhotoLambda.Local.Functions;
using PhotoLambda.Local.Iam;
using PhotoLambda.Local.S3;
using PhotoLambda.Local.Sqs;

namespace PhotoLambda.Local;

/// <summary>One endpoint for all services, as <c>aws --endpoint-url</c> wants it.</summary>
internal sealed class CloudEndpoint(
    ObjectStore store,
    QueueService queues,
    LambdaService lambda,
    EventSources sources,
    InvalidationApi invalidations,
    AccessControl access)
{
    private readonly S3Endpoint _s3 = new(store, TimeProvider.System, access);
    private readonly SqsEndpoint _sqs = new(queues, TimeProvider.System, access);
    private readonly InvokeApi _lambda = new(lambda, sources.EnqueueAsync, access);

    public Task HandleAsync(HttpContext http) =>
        SqsEndpoint.Accepts(http.Request) ? _sqs.HandleAsync(http)
        : InvokeApi.Matches(http.Request) ? _lambda.HandleAsync(http)
        : InvalidationApi.Matches(http.Request) ? invalidations.HandleAsync(http)
        : _s3.HandleAsync(http);
}
