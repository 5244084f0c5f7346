using System.Globalization;
using System.Security.Cryptography;

namespace PhotoLambda.Local.Postgres;

/// <summary>The database cluster on disk. Held by one local cloud at a time.</summary>
internal sealed class PostgresCluster : IDisposable
{
    // The password goes in by standard input and stays in a file beside the data, both readable by the account alone.
    // The data get their name last, so that an initialisation that was cut short is simply done again.
    private const string InitScript =
        """umask 077 && rm -rf data.new && cat >password && "$@" -D data.new --pwfile=password && mv data.new data""";

    private readonly FileStream _lock;
    private readonly ServerAccount _account = ServerAccount.Current;

    private PostgresCluster(string folder, FileStream held)
    {
        Folder = folder;
        _lock = held;
    }

    /// <summary>Owned by the account that PostgreSQL runs as.</summary>
    public string Folder { get; }

    public string Data => Path.Combine(Folder, "data");

    public string Log => Path.Combine(Folder, "postgres.log");

    /// <summary>The version that made the data; null if there are none yet.</summary>
    public int? Major => File.Exists(Path.Combine(Data, "PG_VERSION"))
        ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture)
        : null;

    public string Password => File.Exists(Path.Combine(Folder, "password"))
        ? File.ReadAllText(Path.Combine(Folder, "password"))
        : throw new LocalCloudException(
            $"The file {Folder}/password, without which the database beside it cannot be opened, is gone. " +
            "Delete the folder to start with an empty database.");

    /// <exception cref="LocalCloudException">Another local cloud holds the folder, or it cannot be made.</exception>
    public static async Task<PostgresCluster> OpenAsync(
        string folder, Action<string> say, CancellationToken cancellationToken)
    {
        var account = ServerAccount.Current;
        try
        {
            folder = account.Reachable(folder, say);
            await account.MakeFolderAsync(folder, cancellationToken);
        }
        catch (Exception denied) when (denied is IOException or UnauthorizedAccessException)
        {
            throw new LocalCloudException($"The database folder {folder} cannot be made: {denied.Message}", denied);
        }

        return new(folder, Hold(folder));
    }

    public async Task InitialiseAsync(PostgresBinaries binaries, CancellationToken cancellationToken)
    {
        // macOS has no C.UTF-8; a UTF-8 database under plain C sorts the same but knows only ASCII's lower case.
        var locale = OperatingSystem.IsMacOS() ? "C" : "C.UTF-8";
        string[] line =
        [
            "sh", "-c", InitScript, "sh", binaries["initdb"], "--username=postgres", "--auth=scram-sha-256",
            "--encoding=UTF8", $"--locale={locale}",
        ];
        var password = RandomNumberGenerator.GetHexString(32, lowercase: true);
        var made = await Command.RunAsync(Folder, _account.Line(line), cancellationToken, password);
        if (!made.Succeeded)
        {
            throw new LocalCloudException($"The database in {Folder} could not be initialised: {made.Output}");
        }
    }

    public void Dispose() => _lock.Dispose();

    private static FileStream Hold(string folder)
    {
        try
        {
            return new(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException held)
        {
            throw new LocalCloudException(
                $"The database folder {folder} is held by another local cloud ({held.Message}): stop that one, or " +
                "give this one a folder of its own.", held);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new LocalCloudException(
                $"The database folder {folder} belongs to another user: {denied.Message}", denied);
        }
    }
}
