using Microsoft.AspNetCore.Http;

namespace PhotoLambda.Local.Cdn;

/// <summary><c>POST /api/v1/files/upload</c></summary>
internal sealed class ImageKitUploads(MediaLibrary library, RemoteFile remote, PublicUrls urls)
{
    /// <remarks>
    /// "Upload file" API: an existing file is replaced, unless overwriteFile and useUniqueFileName are both false:
    /// then the upload fails.
    /// </remarks>
    /// <exception cref="ImageKitError">The form is not valid, or the file cannot be had.</exception>
    public async Task<ImageKitAnswer> UploadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var form = await UploadForm.ReadAsync(request, cancellation);
        var options = UploadOptions.From(form);
        var bytes = await UploadedFile.TakeAsync(form, remote, cancellation);
        var content = await MediaContent.OfAsync(bytes, options.Name, cancellation);
        var path = options.NewPath();
        var file = await library.PutAsync(path, content, options.Pre, options.Overwrite, cancellation)
            ?? throw ImageKitError.Field(
                "fileName", "is taken, and neither overwriteFile nor useUniqueFileName is true", path);
        return ImageKitAnswer.Object(200, json => file.Write(json, urls.Of(file)));
    }
}
