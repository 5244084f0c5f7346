using System.Globalization;
using System.Text;
using System.Xml;

namespace PhotoLambda.S3;

/// <summary>The parts that make an object, as the body of CompleteMultipartUpload.</summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html"/>
internal static class CompletionList
{
    /// <param name="parts">In the order of their numbers; ETags without quotes, SHA-256 in base64.</param>
    public static byte[] Of(IEnumerable<(int Number, string ETag, string? Sha256)> parts)
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement("CompleteMultipartUpload", "http://s3.amazonaws.com/doc/2006-03-01/");
            foreach (var (number, etag, sha256) in parts)
            {
                xml.WriteStartElement("Part");
                xml.WriteElementString("PartNumber", number.ToString(CultureInfo.InvariantCulture));
                xml.WriteElementString("ETag", $"\"{etag}\"");
                if (sha256 is not null)
                {
                    xml.WriteElementString("ChecksumSHA256", sha256);
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return buffer.ToArray();
    }
}
