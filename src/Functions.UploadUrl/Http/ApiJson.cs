using System.Text.Json.Serialization;
using PhotoLambda.UploadUrl.Multipart;
using PhotoLambda.UploadUrl.Photos;
using PhotoLambda.UploadUrl.Projects;
using PhotoLambda.UploadUrl.Uppy;

namespace PhotoLambda.UploadUrl.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DownloadAnswer))]
[JsonSerializable(typeof(Timeline))]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(ProjectPage))]
[JsonSerializable(typeof(CompletionAnswer))]
[JsonSerializable(typeof(PartPage))]
[JsonSerializable(typeof(PartUrls))]
[JsonSerializable(typeof(SignedRequest))]
[JsonSerializable(typeof(UploadParameters))]
internal sealed partial class ApiJson : JsonSerializerContext;
