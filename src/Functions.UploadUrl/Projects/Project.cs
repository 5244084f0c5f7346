using PhotoLambda.UploadUrl.Http;
using PhotoLambda.UploadUrl.OpenApi;

namespace PhotoLambda.UploadUrl.Projects;

internal sealed record Project(Guid Id, string Name, ProjectPolicy Policy, DateTime CreatedAt)
{
    public static readonly NamedSchema Shape = new("Project", components => Schema.Object(
        ("id", Schema.Uuid()),
        ("name", Schema.Text()),
        ("policy", components.Refer(ProjectPolicy.Shape)),
        ("created_at", Schema.Instant())));
}

/// <param name="NextCursor">Null on the last page.</param>
internal sealed record ProjectPage(IReadOnlyList<Project> Items, string? NextCursor)
{
    public static readonly NamedSchema Shape = new("ProjectPage", components => Schema.Object(
        ("items", Schema.Array(components.Refer(Project.Shape))),
        ("next_cursor", Schema.Nullable(Schema.Text("For the next page; null on the last")))));
}

internal sealed record NewProject(string Name, PolicyChange Policy)
{
    public static NewProject Read(Fields fields) =>
        new(ProjectChange.ReadName(fields, required: true) ?? "",
            fields.Object("policy", PolicyChange.Read) ?? PolicyChange.None);
}

/// <summary>What is null stays as it is.</summary>
internal sealed record ProjectChange(string? Name, PolicyChange Policy)
{
    public static ProjectChange Read(Fields fields) =>
        new(ReadName(fields, required: false), fields.Object("policy", PolicyChange.Read) ?? PolicyChange.None);

    public static string? ReadName(Fields fields, bool required) => fields.Text(
        "name", 200, required, n => !string.IsNullOrWhiteSpace(n) && !n.Any(char.IsControl),
        "text of 1 to 200 characters without control characters");
}
