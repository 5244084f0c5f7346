using System.CommandLine;
using Npgsql;
using PhotoLambda.Database;

namespace PhotoLambda.Cli;

/// <summary>The command line <c>photolambda</c>.</summary>
internal static class PhotoLambdaCommand
{
    private const string Variable = "PHOTOLAMBDA_DATABASE_URL";

    private static readonly Option<string> Database = new("--database")
    {
        Description = $"postgresql://user:password@host:5432/name of the tables' owner; {Variable} when not given.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(Variable) ?? "",
        Recursive = true,
    };

    public static RootCommand Create() => new("Tends a PhotoLambda installation.")
    {
        Options = { Database },
        Subcommands = { Migrate(), new Command("org", "Organizations.") { CreateOrganization() } },
    };

    private static Command Migrate()
    {
        var command = new Command("migrate", "Brings the database up to date. Safe at any time, also twice at once.");
        command.SetAction((parsed, cancellation) => RunAsync(parsed, async (database, console) =>
        {
            var applied = await Migrations.ApplyAsync(database, line => console.WriteLine(line), cancellation);
            await console.WriteLineAsync(applied == 0 ? "The database is up to date." : $"Applied {applied}.");
        }));
        return command;
    }

    private static Command CreateOrganization()
    {
        var id = new Argument<string>("id") { Description = "As the identity provider has it in the org_id claim." };
        var command = new Command("create", "Makes an organization; does nothing when it is there.") { id };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, async (database, console) =>
        {
            var made = await Organizations.CreateAsync(database, parsed.GetValue(id)!, cancellation);
            await console.WriteLineAsync(made ? "Made." : "It was there.");
        }));
        return command;
    }

    /// <summary>What the user can mend is told in a line; the rest is a defect and shows its stack.</summary>
    private static async Task<int> RunAsync(ParseResult parsed, Func<string, TextWriter, Task> action)
    {
        try
        {
            var url = parsed.GetValue(Database);
            if (string.IsNullOrEmpty(url))
            {
                throw new FormatException($"No database is named: give --database or set {Variable}.");
            }

            await action(DatabaseUrl.ToConnectionString(url), parsed.InvocationConfiguration.Output);
            return 0;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(
                "The database has no tables yet: run `photolambda migrate` first.");
            return 1;
        }
        catch (Exception e) when (e is FormatException or MigrationException or NpgsqlException)
        {
            await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }
}
