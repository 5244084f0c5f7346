using System.Xml.Linq;

namespace PhotoLambda.Local.S3;

/// <summary>PutObject and CopyObject.</summary>
internal sealed class ObjectWrites(ObjectStore store)
{
    public async Task PutAsync(S3Request request)
    {
        var (bucket, key) = (request.Bucket!, request.Key!);
        var condition = WriteCondition.Of(request);
        condition.Check(key, store.Find(bucket, key));
        var headers = ObjectHeaders.From(request.Headers());
        await using var blob = store.Blobs.Create();
        var body = await RequestBody.ReceiveAsync(request, blob.Stream);
        var stored = store.Put(
            bucket, body.ToObject(key, blob, headers), blob, condition, request.Origin("ObjectCreated:Put"));
        request.Response.Headers.ETag = $"\"{stored.ETag}\"";
        ObjectHeaders.Write(request.Response, stored.Checksum);
    }

    public async Task CopyAsync(S3Request request)
    {
        RequestBody.ExpectNone(request);
        var (bucket, key) = (request.Bucket!, request.Key!);
        store.RequireBucket(bucket);
        var source = CopySource.Of(request);
        using var reader = store.OpenRead(source.Bucket, source.Key);
        ReadConditions.Of(request, CopySource.HeaderPrefix).Require(reader.Object);
        var headers = Headers(request, reader.Object, source == new CopySource(bucket, key));
        var condition = WriteCondition.Of(request);
        condition.Check(key, store.Find(bucket, key));
        var algorithm = ChecksumNames.Parse(request.Header("x-amz-checksum-algorithm"))
            ?? (reader.Object.Checksum.IsFullObject ? reader.Object.Checksum.Algorithm : ChecksumAlgorithm.Crc64Nvme);
        await using var blob = store.Blobs.Create();
        var body = await CopySource.CopyAsync(
            reader, new ByteRange(0, reader.Object.Size), blob, algorithm, request.Aborted);
        var stored = store.Put(
            bucket, body.ToObject(key, blob, headers), blob, condition, request.Origin("ObjectCreated:Copy"));
        await request.Response.WriteAsync(S3Xml.Root("CopyObjectResult",
            new XElement("ETag", $"\"{stored.ETag}\""),
            new XElement("LastModified", S3Time.Iso(stored.Modified)),
            S3Xml.Of(stored.Checksum), new XElement("ChecksumType", stored.Checksum.Type)));
    }

    private static Dictionary<string, string> Headers(S3Request request, StoredObject source, bool ontoItself)
    {
        var directive = Directive(request, "x-amz-metadata-directive");
        if (ontoItself && directive == "COPY")
        {
            throw S3Error.InvalidRequest(
                "This copy request is illegal: it would copy an object to itself without changing its metadata.");
        }

        var given = ObjectHeaders.From(request.Headers());
        var headers = new Dictionary<string, string>(directive == "COPY" ? source.Headers : given);
        // Tags have a directive of their own.
        headers.Remove(ObjectHeaders.Tagging);
        var tagged = Directive(request, "x-amz-tagging-directive") == "COPY" ? source.Headers : given;
        if (tagged.TryGetValue(ObjectHeaders.Tagging, out var tags))
        {
            headers.Add(ObjectHeaders.Tagging, tags);
        }

        return headers;
    }

    private static string Directive(S3Request request, string header) => request.Header(header) switch
    {
        null => "COPY",
        "COPY" or "REPLACE" => request.Header(header)!,
        var other => throw S3Error.InvalidArgument("Unknown metadata directive.", header, other),
    };
}
