using System.Text.Json.Serialization;
using PhotoLambda.UploadUrl.Photos;
using PhotoLambda.UploadUrl.Projects;

namespace PhotoLambda.UploadUrl.Http;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DownloadAnswer))]
[JsonSerializable(typeof(Timeline))]
[JsonSerializable(typeof(Project))]
[JsonSerializable(typeof(ProjectPage))]
internal sealed partial class ApiJson : JsonSerializerContext;
