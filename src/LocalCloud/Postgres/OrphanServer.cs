using System.Diagnostics;
using System.Globalization;

namespace PhotoLambda.Local.Postgres;

/// <summary>
/// The server of a local cloud that was killed. It stops by itself, but its successor may be here sooner; whoever holds
/// the cluster's lock knows that no one else needs it.
/// </summary>
internal static class OrphanServer
{
    public static async Task StopAsync(
        PostgresCluster cluster, PostgresBinaries binaries, Action<string> say, CancellationToken cancellationToken)
    {
        if (Find(cluster) is not { } id)
        {
            return;
        }

        say($"stopping the PostgreSQL (process {id}) that an earlier local cloud left");
        string[] line = [binaries["pg_ctl"], "stop", "-D", cluster.Data, "-m", "fast", "-w", "-t", "60", "-s"];
        var stopped = await Command.RunAsync(
            cluster.Folder, ServerAccount.Current.Line(line), cancellationToken);
        if (!stopped.Succeeded && Find(cluster) == id)
        {
            throw new LocalCloudException(
                $"The PostgreSQL with process id {id} that runs on {cluster.Data} does not stop: {stopped.Output}");
        }
    }

    /// <summary>
    /// The server that postmaster.pid names. A file that a power failure emptied, or that names what is something else
    /// since a reboot, would keep PostgreSQL from starting, and goes. That of a dead server stays: PostgreSQL reads in
    /// it whether processes of that one still live.
    /// </summary>
    private static int? Find(PostgresCluster cluster)
    {
        var file = Path.Combine(cluster.Data, "postmaster.pid");
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            if (int.TryParse(File.ReadLines(file).FirstOrDefault(), CultureInfo.InvariantCulture, out var id))
            {
                using var process = Process.GetProcessById(id);
                if (IsServerOf(cluster, process))
                {
                    return id;
                }
            }

            File.Delete(file);
        }
        catch (Exception dead) when (dead is ArgumentException or InvalidOperationException or IOException)
        {
            // Nothing runs under this number, or no longer.
        }

        return null;
    }

    private static bool IsServerOf(PostgresCluster cluster, Process process) =>
        process.ProcessName.StartsWith("postgres", StringComparison.Ordinal)
        && (!OperatingSystem.IsLinux()
            || File.ReadAllText($"/proc/{process.Id}/cmdline").Split('\0').Contains(cluster.Data));
}
