using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Photos;

namespace PhotoLambda.UploadUrl.Multipart;

/// <summary>What a client says of a file that it wants to upload in parts.</summary>
/// <param name="PartChecksum"><c>sha256</c> when each part will come with its own; null: with none.</param>
internal sealed record MultipartRequest(UploadRequest File, string? PartChecksum)
{
    public static MultipartRequest Read(Fields fields) => new(
        UploadRequest.ReadParted(fields), fields.Choice("part_checksum", ["sha256"]));
}
