namespace PhotoLambda.UploadUrl.OpenApi;

internal static class OpenApiRoutes
{
    public static void MapOpenApi(this IEndpointRouteBuilder routes)
    {
        // Made when somebody asks for the first time: few instances ever are.
        var document = new Lazy<string>(() => OpenApiDocument.Write(routes.Endpoints()));
        routes.MapGet("/openapi/v1.json", () => TypedResults.Text(document.Value, "application/json"));
    }
}
