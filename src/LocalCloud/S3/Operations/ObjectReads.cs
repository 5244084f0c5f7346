using System.Globalization;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.S3;

/// <summary>GetObject, HeadObject and GetObjectTagging.</summary>
internal sealed class ObjectReads(ObjectStore store)
{
    private static readonly string[] Overridable =
        ["Content-Type", "Content-Language", "Expires", "Cache-Control", "Content-Disposition", "Content-Encoding"];

    public async Task GetAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        using var reader = store.OpenRead(request.Bucket!, request.Key!);
        var item = reader.Object;
        var outcome = ReadConditions.Of(request).Test(item);
        if (outcome == ConditionOutcome.Failed)
        {
            throw S3Error.PreconditionFailed(request.Header("If-Match") is null ? "If-Unmodified-Since" : "If-Match");
        }

        if (outcome == ConditionOutcome.NotModified)
        {
            ObjectHeaders.Write(request.Response, item);
            request.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        // Before any header is written: a refusal must not carry the object's own.
        var range = Part(request, item) ?? Range(request, item);
        ObjectHeaders.Write(request.Response, item);
        Describe(request, item, range);
        await SendAsync(request, reader, range ?? new ByteRange(0, item.Size));
    }

    public Task GetTaggingAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        using var reader = store.OpenRead(request.Bucket!, request.Key!);
        var tags = reader.Object.Headers.GetValueOrDefault(ObjectHeaders.Tagging, "");
        return request.Response.WriteAsync(S3Xml.Root("Tagging", new XElement("TagSet", tags
            .Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(tag => tag.Split('=', 2).Select(Uri.UnescapeDataString).ToArray())
            .Select(tag => new XElement("Tag",
                new XElement("Key", tag[0]), new XElement("Value", tag.ElementAtOrDefault(1)))))));
    }

    private static void Describe(S3Request request, StoredObject item, ByteRange? range)
    {
        var response = request.Response;
        foreach (var name in Overridable)
        {
            if (request.Query("response-" + name) is { } value)
            {
                response.Headers[name] = value;
            }
        }

        response.ContentLength = range?.Length ?? item.Size;
        if (range is not null)
        {
            response.StatusCode = StatusCodes.Status206PartialContent;
            response.Headers.ContentRange = range.ContentRange(item.Size);
        }
        else if (request.Header("x-amz-checksum-mode") is { } mode
            && mode.Equals("ENABLED", StringComparison.OrdinalIgnoreCase))
        {
            ObjectHeaders.Write(response, item.Checksum);
        }
    }

    private static async Task SendAsync(S3Request request, ObjectReader reader, ByteRange range)
    {
        if (!HttpMethods.IsHead(request.Method))
        {
            await reader.CopyToAsync(range.Offset, range.Length,
                piece => request.Response.Body.WriteAsync(piece, request.Aborted), request.Aborted);
        }
    }

    private static ByteRange? Range(S3Request request, StoredObject item)
    {
        var current = request.Header("If-Range") is not { } tag
            || (S3Time.ParseHttp(tag) is { } time
                ? S3Time.Http(item.Modified) == S3Time.Http(time)
                : EntityTags.Match(tag, item.ETag));
        return current ? ByteRange.Parse(request.Header("Range"), item.Size) : null;
    }

    /// <summary>By <c>partNumber</c>, as transfer managers fetch an object the way it was uploaded.</summary>
    private static ByteRange? Part(S3Request request, StoredObject item)
    {
        if (request.Query("partNumber") is not { } text)
        {
            return null;
        }

        var count = item.PartCount ?? 1;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < 1 || number > count)
        {
            throw new S3Exception(416, "InvalidPartNumber", "The requested partnumber is not satisfiable",
                ("PartNumberRequested", text), ("ActualPartCount", $"{count}"));
        }

        request.Response.Headers["x-amz-mp-parts-count"] = item.PartCount?.ToString(CultureInfo.InvariantCulture);
        return item.Size == 0 ? null
            : new(item.Segments.Take(number - 1).Sum(part => part.Size), item.Segments[number - 1].Size);
    }
}
