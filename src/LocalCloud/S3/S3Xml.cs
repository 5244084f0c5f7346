using System.Text;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.S3;

/// <summary>S3's documents, in and out.</summary>
internal static class S3Xml
{
    /// <summary>The root element of an answer; its children share its namespace.</summary>
    public static XElement Root(string name, params object?[] content)
    {
        XNamespace space = "http://s3.amazonaws.com/doc/2006-03-01/";
        var root = new XElement(space + name, content);
        foreach (var element in root.Descendants())
        {
            element.Name = space + element.Name.LocalName;
        }

        return root;
    }

    public static XElement Owner(string name = "Owner") =>
        new(name, new XElement("ID", EventDocument.OwnerId), new XElement("DisplayName", "local"));

    /// <summary>The element of an object's or part's checksum.</summary>
    public static XElement Of(Checksum checksum) => new(checksum.Algorithm.Element(), checksum.Value);

    public static async Task WriteAsync(this HttpResponse response, XElement root, int status = 200)
    {
        using var memory = new MemoryStream();
        // Keys may hold characters that XML 1.0 cannot; S3 writes them as references all the same.
        var settings = new XmlWriterSettings
        {
            Async = true,
            CheckCharacters = false,
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        };
        await using (var writer = XmlWriter.Create(memory, settings))
        {
            await root.WriteToAsync(writer, CancellationToken.None);
        }

        response.StatusCode = status;
        response.ContentType = "application/xml";
        response.ContentLength = memory.Length;
        await response.Body.WriteAsync(memory.GetBuffer().AsMemory(0, (int)memory.Length));
    }

    /// <summary>A request's document. Elements are looked up by local name: clients differ in namespaces.</summary>
    /// <exception cref="S3Exception">It is not well-formed, or has another root.</exception>
    public static XElement Parse(byte[] document, string root)
    {
        try
        {
            // Document types are prohibited by default, which keeps entities from growing.
            using var reader = XmlReader.Create(new MemoryStream(document));
            var element = XElement.Load(reader);
            return element.Name.LocalName == root ? element : throw S3Error.MalformedXml();
        }
        catch (XmlException)
        {
            throw S3Error.MalformedXml();
        }
    }

    public static IEnumerable<XElement> Children(this XElement parent, string name) =>
        parent.Elements().Where(element => element.Name.LocalName == name);

    /// <returns>Null when there is no such child.</returns>
    public static string? Child(this XElement parent, string name) => parent.Children(name).FirstOrDefault()?.Value;

    public static Task WriteErrorAsync(this HttpResponse response, S3Exception error, string resource, string requestId)
    {
        var root = new XElement("Error", new XElement("Code", error.Code), new XElement("Message", error.Message));
        root.Add(error.Details.Select(detail => new XElement(detail.Name, detail.Value)));
        root.Add(new XElement("Resource", resource), new XElement("RequestId", requestId),
            new XElement("HostId", requestId));
        return response.WriteAsync(root, error.Status);
    }
}
