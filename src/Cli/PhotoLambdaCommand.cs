using System.CommandLine;
using PhotoLambda.Cli.Adoption;
using PhotoLambda.Cli.Backfill;
using PhotoLambda.Cli.Cost;
using PhotoLambda.Cli.Push;
using PhotoLambda.Cli.Reconcile;
using PhotoLambda.Cli.Redrive;
using PhotoLambda.Cli.Reprocess;
using PhotoLambda.Database;

namespace PhotoLambda.Cli;

/// <summary>The command line <c>photolambda</c>.</summary>
internal static class PhotoLambdaCommand
{
    public static RootCommand Create() => new("Tends a PhotoLambda installation.")
    {
        Options = { CommandRun.Database },
        Subcommands =
        {
            Migrate(),
            new Command("org", "Organizations.") { CreateOrganization() },
            ReconcileCommand.Create(),
            ReprocessCommand.Create(),
            AdoptCommand.Create(),
            StraysCommand.Create(),
            PushCommand.Create(),
            BackfillCommand.Create(),
            RedriveCommand.Create(),
            CostCommand.Create(),
        },
    };

    private static Command Migrate()
    {
        var command = new Command("migrate", "Brings the database up to date. Safe at any time, also twice at once.");
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, async (database, console) =>
        {
            var applied = await Migrations.ApplyAsync(
                database, name => console.WriteLine($"applied {name}"), cancellation);
            await console.WriteLineAsync(applied == 0 ? "The database is up to date." : $"Applied {applied}.");
            return CommandRun.Done;
        }));
        return command;
    }

    private static Command CreateOrganization()
    {
        var id = new Argument<string>("id") { Description = "As the identity provider has it in the org_id claim." };
        var command = new Command("create", "Makes an organization; does nothing when it is there.") { id };
        command.SetAction((parsed, cancellation) => CommandRun.RunAsync(parsed, async (database, console) =>
        {
            var made = await Organizations.CreateAsync(database, parsed.GetValue(id)!, cancellation);
            await console.WriteLineAsync(made ? "Made." : "It was there.");
            return CommandRun.Done;
        }));
        return command;
    }
}
