using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.Identity;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Projects;

internal static class ProjectRoutes
{
    public static void MapProjects(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/projects", ListAsync)
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("listProjects", "projects", "List the organization's projects, oldest first")
            {
                Query = fields => ReadCursor(fields),
                Answers = [new Answer(200, "A page of up to 100", ProjectPage.Shape)],
            });
        routes.MapPost("/api/v1/projects", CreateAsync)
            .RequireAuthorization(Scopes.WriteProjects)
            .Describe(new Operation("createProject", "projects", "Create a project")
            {
                Body = fields => NewProject.Read(fields),
                Answers = [new Answer(201, "The project", Project.Shape)],
                Problems = [ProblemKinds.OrganizationUnknown],
            });
    }

    private static async Task<IResult> ListAsync(HttpContext http, ProjectStore projects, Cursors cursors)
    {
        var fields = Fields.OfQuery(http.Request.Query);
        var organization = http.Caller().OrganizationId;
        var seal = await cursors.SealAsync(organization, "projects", http.RequestAborted);
        var after = ReadCursor(fields, seal);
        if (fields.Errors.Count > 0)
        {
            return Problems.Invalid(fields.Errors);
        }

        var page = await projects.ListAsync(organization, after, http.RequestAborted);
        return TypedResults.Ok(page with
        {
            NextCursor = page.NextCursor is null ? null : seal.Seal(new Position(default, page.Items[^1].Id)),
        });
    }

    private static Guid? ReadCursor(Fields fields, CursorSeal? seal = null)
    {
        Position? position = null;
        return fields.Text("cursor", CursorSeal.Length, isFit: c => (position = seal?.Open(c)) is not null,
            limit: "a next_cursor of an earlier answer") is null ? null : position?.Id;
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
