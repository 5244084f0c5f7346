using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.S3;

/// <summary>S3's REST API over an <see cref="ObjectStore"/>.</summary>
internal sealed class S3Endpoint
{
    private readonly AccessControl _access;
    private readonly TimeProvider _clock;
    private readonly SignatureVerifier _verifier;
    private readonly Cors _cors;
    private readonly S3Routes _routes;
    private readonly PostUploads _posts;

    /// <param name="access">Null: there is but the administrator.</param>
    public S3Endpoint(ObjectStore store, TimeProvider clock, AccessControl? access = null)
    {
        _access = access ?? AccessControl.None;
        _clock = clock;
        _verifier = new SignatureVerifier(_access, clock);
        _cors = new Cors(store);
        _routes = new S3Routes(store);
        _posts = new PostUploads(store, _verifier, _access, clock);
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
        catch (AccessDeniedException denied)
        {
            await RefuseAsync(context, S3Error.AccessDenied(denied.Message), requestId);
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

    private async Task HandleAsync(S3Request request)
    {
        if (HttpMethods.IsOptions(request.Method))
        {
            _cors.Preflight(request);
            return;
        }

        _cors.Announce(request);
        // A form is authenticated by its policy, which is in the body.
        if (HttpMethods.IsPost(request.Method) && request is { Bucket: not null, Key: null } && PostForm.Is(request))
        {
            await _posts.PostAsync(request);
            return;
        }

        request.Signature = _verifier.Verify(request);
        request.Access = new S3Access(_access, request, request.Signature, _clock.GetUtcNow());
        try
        {
            request.Access.Require();
            await _routes.DispatchAsync(request);
        }
        catch (S3Exception missing) when (missing.Code == "NoSuchKey" && !request.Access.MayKnowOfMissing(missing))
        {
            throw S3Error.AccessDenied();
        }
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
