using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.S3;

/// <summary>S3's REST API over an <see cref="ObjectStore"/>.</summary>
internal sealed class S3Endpoint
{
    private readonly SignatureVerifier _verifier;
    private readonly Cors _cors;
    private readonly S3Routes _routes;
    private readonly PostUploads _posts;

    public S3Endpoint(ObjectStore store, TimeProvider clock)
    {
        _verifier = new SignatureVerifier(clock);
        _cors = new Cors(store);
        _routes = new S3Routes(store);
        _posts = new PostUploads(store, _verifier, clock);
    }

    /// <summary>A <see cref="RequestDelegate"/> that answers every request, errors included.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        var requestId = Convert.ToHexString(Guid.NewGuid().ToByteArray(), 0, 8);
        context.Response.Headers["x-amz-request-id"] = requestId;
        context.Response.Headers["x-amz-id-2"] = requestId;
        try
        {
            await HandleAsync(new S3Request(context, requestId));
        }
        catch (S3Exception error)
        {
            await RefuseAsync(context, error, requestId);
        }
        catch (BadHttpRequestException)
        {
            // The client stopped in the middle of the body.
            await RefuseAsync(context, S3Error.IncompleteBody(), requestId);
        }
        catch (Exception error) when (error is ConnectionResetException
            || (error is OperationCanceledException && context.RequestAborted.IsCancellationRequested))
        {
            // The client has gone: nobody is there to be answered.
        }
    }

    private Task HandleAsync(S3Request request)
    {
        if (HttpMethods.IsOptions(request.Method))
        {
            _cors.Preflight(request);
            return Task.CompletedTask;
        }

        _cors.Announce(request);
        // A form is authenticated by its policy, which is in the body.
        if (HttpMethods.IsPost(request.Method) && request is { Bucket: not null, Key: null } && PostForm.Is(request))
        {
            return _posts.PostAsync(request);
        }

        request.Signature = _verifier.Verify(request);
        return _routes.DispatchAsync(request);
    }

    private static Task RefuseAsync(HttpContext context, S3Exception error, string requestId)
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = error.Status;
            return Task.CompletedTask;
        }

        return context.Response.WriteErrorAsync(error, context.Request.Path, requestId);
    }
}
