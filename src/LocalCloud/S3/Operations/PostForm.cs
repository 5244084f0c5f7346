using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace PhotoLambda.Local.S3;

/// <summary>A browser's upload form: its fields, read whole, and the file behind them, still to be read.</summary>
internal sealed class PostForm(IReadOnlyDictionary<string, string> fields, Stream file)
{
    private const int MaximumFields = 20 * 1024;

    public IReadOnlyDictionary<string, string> Fields { get; } = fields;

    public static bool Is(S3Request request) =>
        request.Header("Content-Type")?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    public string? Field(string name) => Fields.GetValueOrDefault(name);

    /// <exception cref="S3Exception">It is no form, has too much before the file, or has no file.</exception>
    public static async Task<PostForm> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            throw S3Error.PreconditionFailed("Bucket POST must be of the enclosure-type multipart/form-data");
        }

        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var left = MaximumFields;
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                var disposition = section.GetContentDispositionHeader() ?? throw Malformed();
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
                if (name.Equals("file", StringComparison.OrdinalIgnoreCase))
                {
                    Expand(fields, disposition);
                    return new(fields, section.Body);
                }

                var value = await ReadFieldAsync(section.Body, left, cancellation);
                left -= value.Length;
                fields[name] = value;
            }
        }
        catch (Exception error) when (IsTorn(error))
        {
            throw Malformed();
        }

        throw S3Error.InvalidArgument("POST requires exactly one file upload per request.", "file", "0");
    }

    /// <summary>Reads on in the file.</summary>
    /// <returns>0 at its end.</returns>
    /// <exception cref="S3Exception">The form ends before the file does.</exception>
    public async ValueTask<int> ReadFileAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await file.ReadAsync(buffer, cancellation);
        }
        catch (Exception error) when (IsTorn(error))
        {
            throw Malformed();
        }
    }

    // What MultipartReader throws at a missing boundary or a broken header.
    private static bool IsTorn(Exception error) =>
        error is InvalidDataException || error.GetType() == typeof(IOException);

    /// <summary>All variables of the form are expanded before the policy is validated.</summary>
    private static void Expand(Dictionary<string, string> fields, ContentDispositionHeaderValue file)
    {
        var given = file.FileNameStar.HasValue ? file.FileNameStar : HeaderUtilities.RemoveQuotes(file.FileName);
        // Some browsers send the whole path.
        var name = given.ToString().Split('/', '\\')[^1];
        foreach (var (field, value) in fields.ToList())
        {
            fields[field] = value.Replace("${filename}", name, StringComparison.Ordinal);
        }
    }

    private static async Task<string> ReadFieldAsync(Stream body, int limit, CancellationToken cancellation)
    {
        var buffer = new byte[limit + 1];
        var size = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return size <= limit ? Encoding.UTF8.GetString(buffer, 0, size) : throw new S3Exception(
            400, "MaxPostPreDataLengthExceeded", "Your POST request fields preceding the upload file were too large.");
    }

    private static S3Exception Malformed() => new(400, "MalformedPOSTRequest",
        "The body of your POST request is not well-formed multipart/form-data.");
}
