using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace PhotoLambda.Local.Cdn;

/// <summary>The form of an upload as it came.</summary>
/// <param name="fields">All but <c>file</c>.</param>
internal sealed class UploadForm(Dictionary<string, string> fields)
{
    private const int LongestField = 64 * 1024;

    // Of 25 MB in base64, with what stands before a data URI's.
    private const int LongestText = (UploadedFile.MaximumSize / 3 * 4) + 1024;

    /// <summary>Sent as bytes.</summary>
    public byte[]? FileBytes { get; private set; }

    /// <summary>Sent as text: a URL, or base64.</summary>
    public string? FileText { get; private set; }

    public IReadOnlyDictionary<string, string> Fields => fields;

    /// <exception cref="ImageKitError">It is no form, torn or too large, or has a field twice.</exception>
    public static async Task<UploadForm> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
        {
            throw ImageKitError.Field(
                "Content-Type", "must be multipart/form-data with a boundary", request.ContentType ?? "");
        }

        var form = new UploadForm(new Dictionary<string, string>(StringComparer.Ordinal));
        try
        {
            var reader = new MultipartReader(boundary, request.Body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                await form.TakeAsync(section, cancellation);
            }
        }
        // What MultipartReader throws at a missing boundary or a broken header.
        catch (Exception e) when (e is InvalidDataException || e.GetType() == typeof(IOException))
        {
            throw ImageKitError.Invalid($"The form is not whole: {e.Message}");
        }

        return form;
    }

    private async Task TakeAsync(MultipartSection section, CancellationToken cancellation)
    {
        var disposition = section.GetContentDispositionHeader()
            ?? throw ImageKitError.Invalid("Each part of the form must have a Content-Disposition.");
        var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        if (fields.ContainsKey(name) || (name == "file" && (FileBytes is not null || FileText is not null)))
        {
            throw ImageKitError.Invalid($"{name} is given more than once.");
        }

        var isBytes = disposition.FileName.HasValue || disposition.FileNameStar.HasValue
            || section.ContentType?.StartsWith("application/octet-stream", StringComparison.Ordinal) == true;
        if (name == "file" && isBytes)
        {
            FileBytes = await ReadAsync(section.Body, UploadedFile.MaximumSize, name, cancellation);
        }
        else if (name == "file")
        {
            FileText = Encoding.UTF8.GetString(await ReadAsync(section.Body, LongestText, name, cancellation));
        }
        else
        {
            fields[name] = Encoding.UTF8.GetString(await ReadAsync(section.Body, LongestField, name, cancellation));
        }
    }

    private static async Task<byte[]> ReadAsync(
        Stream body, int limit, string name, CancellationToken cancellation) =>
        await UploadedFile.ReadAsync(body, limit, cancellation)
        ?? throw ImageKitError.Invalid($"{name} may have {limit} bytes and has more.");
}
