using PhotoLambda.UploadUrl.Http;

namespace PhotoLambda.UploadUrl.Projects;

internal static class ProjectRoutes
{
    public static void MapProjects(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/projects", ListAsync).RequireAuthorization("photos:read");
        routes.MapPost("/api/v1/projects", CreateAsync).RequireAuthorization("projects:write");
    }

    private static async Task<IResult> ListAsync(HttpContext http, ProjectStore projects)
    {
        Guid? after = null;
        if (http.Request.Query["cursor"] is [{ } cursor])
        {
            if (!Guid.TryParseExact(cursor, "N", out var id))
            {
                return Problems.Invalid([new FieldError("cursor", "a next_cursor of an earlier answer", cursor)]);
            }

            after = id;
        }

        var page = await projects.ListAsync(http.Caller().OrganizationId, after, http.RequestAborted);
        return TypedResults.Ok(page);
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ProjectStore projects)
    {
        var (request, problem) = await JsonBody.ReadAsync(http, NewProject.Read);
        if (request is null)
        {
            return problem!;
        }

        var project = await projects.CreateAsync(http.Caller().OrganizationId, request.Name, http.RequestAborted);
        return project is null
            ? Problems.OrganizationUnknown()
            : TypedResults.Created($"/api/v1/projects/{project.Id}", project);
    }
}

internal sealed record NewProject(string Name)
{
    public static NewProject Read(Fields fields) => new(
        fields.Text("name", 200, required: true, n => !string.IsNullOrWhiteSpace(n) && !n.Any(char.IsControl),
            "text of 1 to 200 characters without control characters") ?? "");
}
