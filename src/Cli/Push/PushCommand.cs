using System.CommandLine;

namespace PhotoLambda.Cli.Push;

/// <summary><c>photolambda push</c>: what a user types; no database and no keys of AWS.</summary>
internal static class PushCommand
{
    public const string ApiVariable = "PHOTOLAMBDA_API_URL";
    public const string TokenVariable = "PHOTOLAMBDA_TOKEN";

    public static readonly Argument<string> Source = new("source")
    {
        Description = "A folder, or a manifest: a path in a line, or {\"path\":…,\"session_id\":…}.",
    };

    public static readonly Option<string> Api = new("--api")
    {
        Description = $"URL of the API; {ApiVariable} when not given.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(ApiVariable) ?? "",
    };

    public static readonly Option<string> Token = new("--token")
    {
        Description = $"An access token; {TokenVariable} when not given. Others may see what is typed.",
    };

    public static readonly Option<string> TokenCommand = new("--token-command")
    {
        Description = "A shell command that prints an access token; run again when that is about to end.",
    };

    public static readonly Option<string> Project = new("--project") { Description = "The project's UUID." };

    public static readonly Option<string> Parallel = new("--parallel")
    {
        Description = "Uploads at a time, 1 to 64.",
        DefaultValueFactory = _ => "8",
    };

    public static readonly Option<string> Session = new("--session") { Description = "The photos' session_id." };

    public static readonly Option<string> Detect = new("--detect")
    {
        Description = "What is to be detected, with commas between.",
    };

    public static readonly Option<string> Priority = new("--priority") { Description = "low, normal or high." };

    public static readonly Option<string> Patience = new("--patience")
    {
        Description = "How long a request is tried while nobody answers it well, 1s to 1d.",
        DefaultValueFactory = _ => "5m",
    };

    public static readonly Option<string> Wait = new("--wait")
    {
        Description = "Waits so long for the server to accept what was uploaded, 1s to 1d.",
    };

    public static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Says what would be uploaded, and uploads nothing.",
    };

    public static readonly Option<string> Journal = new("--journal")
    {
        Description = "Where it is noted what is done; in the folder, or beside the manifest, when not given.",
    };

    public static readonly Option<string> Receipt = new("--receipt")
    {
        Description = "Where the receipt goes; beside the journal when not given.",
    };

    public static readonly Option<string> RetryList = new("--retry-list")
    {
        Description = "Where a manifest of what failed goes; beside the journal when not given.",
    };

    public static Command Create()
    {
        var command = new Command("push",
            "Uploads a folder of photos. Stopped or killed, the same command goes on where it was. "
            + "Ends with 2 when some files are not there.")
        {
            Source, Api, Token, TokenCommand, Project, Parallel, Session, Detect, Priority, Patience, Wait, DryRun,
            Journal, Receipt, RetryList,
        };
        command.SetAction((parsed, cancellation) =>
            CommandRun.RunAsync(parsed, console => RunAsync(parsed, console, cancellation)));
        return command;
    }

    private static async Task<int> RunAsync(
        ParseResult parsed, TextWriter console, CancellationToken cancellation)
    {
        var options = PushOptions.Read(parsed);
        var files = await PushFiles.ReadAsync(parsed, options, cancellation);
        var given = parsed.GetValue(Token);
        var command = parsed.GetValue(TokenCommand);
        if (given is null && command is null)
        {
            given = Environment.GetEnvironmentVariable(TokenVariable);
        }

        using var token = BearerToken.Of(given, command);
        using var run = new PushRun(options, files, token, console);
        return await run.RunAsync(cancellation);
    }
}
