using System.Text.Json.Serialization;
using PhotoLambda.UploadUrl.Multipart;
using PhotoLambda.UploadUrl.Photos;
using PhotoLambda.UploadUrl.Projects;

namespace PhotoLambda.UploadUrl.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DownloadAnswer))]
[JsonSerializable(typeof(Timeline))]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(ProjectPage))]
[JsonSerializable(typeof(CompletionAnswer))]
[JsonSerializable(typeof(PartPage))]
[JsonSerializable(typeof(PartUrls))]
internal sealed partial class ApiJson : JsonSerializerContext;
