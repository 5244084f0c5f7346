using System.Text.Json;
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
                Description = "What the policy leaves out has its default.",
                Body = fields => NewProject.Read(fields),
                TakesIdempotencyKey = true,
                Answers = [new Answer(201, "The project", Project.Shape) { Headers = [("Location", "Its path")] }],
                Problems = [ProblemKinds.OrganizationUnknown],
            });
        routes.MapGet("/api/v1/projects/{id}", GetAsync)
            .RequireAuthorization(Scopes.ReadPhotos)
            .Describe(new Operation("getProject", "projects", "Read a project and its policy")
            {
                Answers = [new Answer(200, "The project", Project.Shape)],
                Problems = [ProblemKinds.ProjectNotFound],
            });
        routes.MapPatch("/api/v1/projects/{id}", ChangeAsync)
            .RequireAuthorization(Scopes.WriteProjects)
            .Describe(new Operation("changeProject", "projects", "Change a project's name or policy")
            {
                Description = "What is left out stays as it is. Tickets that were given before stay good.",
                Body = fields => ProjectChange.Read(fields),
                Answers = [new Answer(200, "The project as it is now", Project.Shape)],
                Problems = [ProblemKinds.ProjectNotFound],
            });
    }

    private static async Task<IResult> ListAsync(HttpContext http, ProjectStore projects, Cursors cursors)
    {
        var organization = http.Caller().OrganizationId;
        var seal = await cursors.SealAsync(organization, "projects", http.RequestAborted);
        var (after, problem) = Fields.ReadQuery(http, fields => ReadCursor(fields, seal));
        if (problem is not null)
        {
            return problem;
        }

        var (items, hasMore) = await projects.ListAsync(organization, after, http.RequestAborted);
        return TypedResults.Ok(new ProjectPage(
            items, hasMore ? seal.Seal(new Position(default, items[^1].Id)) : null));
    }

    private static Guid? ReadCursor(Fields fields, CursorSeal? seal = null)
    {
        Position? position = null;
        return fields.Text("cursor", CursorSeal.Length, isFit: c => (position = seal?.Open(c)) is not null,
            limit: "a next_cursor of an earlier answer") is null ? null : position?.Id;
    }

    private static async Task<IResult> CreateAsync(HttpContext http, ProjectStore projects, TimeProvider time)
    {
        var (request, key, problem) = await JsonBody.ReadWithKeyAsync(http, NewProject.Read);
        if (request is null)
        {
            return problem!;
        }

        // The answer is made before the row, to be stored with it, so the time is one that PostgreSQL can hold.
        var now = time.GetUtcNow().UtcDateTime;
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        var project = new Project(
            Guid.CreateVersion7(now), request.Name, request.Policy.Over(ProjectPolicy.Default), now);
        var answer = JsonAnswer.Write(
            StatusCodes.Status201Created, project,
            static (json, project) => JsonSerializer.Serialize(json, project, ApiJson.Default.Project),
            location: $"/api/v1/projects/{project.Id}");
        var (isMade, kept) = await projects.CreateAsync(
            http.Caller(), project, key is null ? null : new KeyedAnswer(key, answer), http.RequestAborted);
        return isMade ? answer : kept ?? Problems.OrganizationUnknown();
    }

    private static async Task<IResult> GetAsync(HttpContext http, ProjectStore projects)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        return await projects.FindAsync(http.Caller().OrganizationId, id, http.RequestAborted) is { } project
            ? TypedResults.Ok(project)
            : Problems.ProjectNotFound(id);
    }

    private static async Task<IResult> ChangeAsync(HttpContext http, ProjectStore projects)
    {
        var (id, problem) = PathId.Read(http);
        if (problem is not null)
        {
            return problem;
        }

        (var change, problem) = await JsonBody.ReadAsync(http, ProjectChange.Read);
        if (change is null)
        {
            return problem!;
        }

        return await projects.ChangeAsync(http.Caller().OrganizationId, id, change, http.RequestAborted) is { } project
            ? TypedResults.Ok(project)
            : Problems.ProjectNotFound(id);
    }
}
