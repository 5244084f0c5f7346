using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PhotoLambda.Local.S3;

namespace PhotoLambda.Local.Cdn;

/// <summary>What viewers get by signed URL: the buckets' objects, as two origins of one distribution.</summary>
internal sealed class Distribution(CloudFrontStore keys, ObjectStore store, string prefix, TimeProvider time)
{
    // By logical id, since a bucket's name has the stack's in it.
    private readonly string? _originals = NameOf(store, "OriginalsBucket");
    private readonly string? _visualizations = NameOf(store, "VisualizationsBucket");

    public async Task ServeAsync(HttpContext http)
    {
        try
        {
            var raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
            new SignedUrl($"{http.Request.Scheme}://{http.Request.Host}", raw).Verify(keys.FindKey, time.GetUtcNow());
            await SendAsync(http, new RequestTarget(raw).Path[prefix.Length..]);
        }
        catch (CloudFrontRefusal e)
        {
            var error = new XElement("Error", new XElement("Code", e.Code), new XElement("Message", e.Message));
            await http.Response.WriteAsync(error, e.Status);
        }
        catch (S3Exception e)
        {
            await http.Response.WriteErrorAsync(e, http.Request.Path, http.TraceIdentifier);
        }
    }

    private async Task SendAsync(HttpContext http, string key)
    {
        // What is made of photos, and the copies that are free of positions.
        var isMade = key.StartsWith("public/", StringComparison.Ordinal)
            || key.StartsWith("thumbnails/", StringComparison.Ordinal);
        var bucket = (isMade ? _visualizations : _originals) ?? throw S3Error.NoSuchKey(key);
        using var reader = store.OpenRead(bucket, key);
        var item = reader.Object;
        var range = ByteRange.Parse(
            http.Request.Headers.Range is { Count: 1 } header ? header.ToString() : null, item.Size);
        ObjectHeaders.Write(http.Response, item);
        http.Response.ContentLength = range?.Length ?? item.Size;
        if (range is not null)
        {
            http.Response.StatusCode = StatusCodes.Status206PartialContent;
            http.Response.Headers.ContentRange = range.ContentRange(item.Size);
        }

        if (HttpMethods.IsGet(http.Request.Method))
        {
            await reader.CopyToAsync(
                range?.Offset ?? 0, range?.Length ?? item.Size,
                piece => http.Response.Body.WriteAsync(piece, http.RequestAborted), http.RequestAborted);
        }
    }

    private static string? NameOf(ObjectStore store, string logicalId) =>
        store.Resources.Values.FirstOrDefault(bucket => bucket.LogicalId == logicalId)?.BucketName;
}
