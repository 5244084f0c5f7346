using System.Text.Json;

namespace PhotoLambda.Migrate;

/// <summary>What an administrator asks for: <c>aws lambda invoke --payload '{"command": …}'</c>.</summary>
/// <param name="Organization">That is to be made; null: the database is to be migrated.</param>
internal sealed record MigrateCommand(string? Organization)
{
    private const string Migrate = "migrate";
    private const string CreateOrganization = "create_organization";

    /// <exception cref="FormatException">It is no such command; the message names what is wrong.</exception>
    public static MigrateCommand Read(JsonElement root)
    {
        string? command = null;
        string? name = null;
        foreach (var member in root.EnumerateObject())
        {
            switch (member.Name)
            {
                case "command": command = Text(member); break;
                case "name": name = Text(member); break;
                default: throw new FormatException($"The event has a member that is not known: '{member.Name}'.");
            }
        }

        return (command ?? Migrate, name) switch
        {
            (Migrate, null) => new MigrateCommand(Organization: null),
            (Migrate, _) => throw new FormatException($"The command {Migrate} takes no 'name'."),
            (CreateOrganization, null) => throw new FormatException(
                $"The command {CreateOrganization} needs a 'name': the organization's id."),
            (CreateOrganization, _) => new MigrateCommand(name),
            _ => throw new FormatException(
                $"The command is '{command}'; it must be {Migrate} or {CreateOrganization}."),
        };
    }

    private static string Text(JsonProperty member) => member.Value.ValueKind is JsonValueKind.String
        ? member.Value.GetString()!
        : throw new FormatException($"'{member.Name}' must be a string; it is {member.Value.GetRawText()}.");
}
