using System.Xml.Linq;
using Microsoft.AspNetCore.Http;
using PhotoLambda.Local.Iam;

namespace PhotoLambda.Local.S3;

/// <summary>DeleteObject and DeleteObjects.</summary>
internal sealed class ObjectDeletes(ObjectStore store)
{
    private const int MaximumKeys = 1000;
    private const string EventName = "ObjectRemoved:Delete";

    public Task DeleteAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        store.Delete(request.Bucket!, request.Key!, WriteCondition.Of(request), request.Origin(EventName));
        request.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public async Task DeleteManyAsync(S3Request request)
    {
        store.RequireBucket(request.Bucket!);
        if (request.Header("Content-MD5") is null && DeclaredChecksum.Read(request.Header) is null)
        {
            throw S3Error.InvalidRequest("Missing required header for this request: Content-MD5");
        }

        var document = S3Xml.Parse(await RequestBody.ReadDocumentAsync(request), "Delete");
        var items = document.Children("Object").ToList();
        if (items.Count is 0 or > MaximumKeys || items.Any(item => string.IsNullOrEmpty(item.Child("Key"))))
        {
            throw S3Error.MalformedXml();
        }

        var results = items.Select(item => Delete(request, item)).ToList();
        var quiet = document.Child("Quiet") == "true";
        await request.Response.WriteAsync(S3Xml.Root("DeleteResult",
            results.Where(result => !quiet || result.Name.LocalName == "Error")));
    }

    private XElement Delete(S3Request request, XElement item)
    {
        var key = item.Child("Key")!;
        try
        {
            BucketAddress.CheckKey(key);
            request.Access!.Require("s3:DeleteObject", $"{CloudIdentity.BucketArn(request.Bucket!)}/{key}");
            store.Delete(request.Bucket!, key, new WriteCondition(item.Child("ETag"), null), request.Origin(EventName));
            return new XElement("Deleted", new XElement("Key", key));
        }
        catch (AccessDeniedException denied)
        {
            return Failed(key, "AccessDenied", denied.Message);
        }
        catch (S3Exception error)
        {
            return Failed(key, error.Code, error.Message);
        }
    }

    private static XElement Failed(string key, string code, string message) => new(
        "Error", new XElement("Key", key), new XElement("Code", code), new XElement("Message", message));
}
