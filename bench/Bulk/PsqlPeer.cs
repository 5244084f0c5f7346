using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PhotoLambda.Bench;

/// <summary><c>psql \copy</c> of a binary file, by one psql that goes on; it measures the time itself.</summary>
internal sealed partial class PsqlPeer : IAsyncDisposable
{
    private readonly Process _psql;

    public PsqlPeer(string url)
    {
        var start = new ProcessStartInfo("psql") { RedirectStandardInput = true, RedirectStandardOutput = true };
        Array.ForEach(["-X", "-q", "-v", "ON_ERROR_STOP=1", url], start.ArgumentList.Add);
        start.Environment["LC_ALL"] = "C";
        _psql = Process.Start(start)!;
    }

    public Task SaveAsync(string file, CancellationToken cancellation) => CopyAsync(
        $"\\copy (select {OneLine(BulkTable.Columns)} from photos) to '{file}' (format binary)", cancellation);

    /// <returns>Milliseconds.</returns>
    public Task<double> LoadAsync(string file, CancellationToken cancellation) =>
        CopyAsync($"\\copy photos ({OneLine(BulkTable.Columns)}) from '{file}' (format binary)", cancellation);

    public async ValueTask DisposeAsync()
    {
        _psql.StandardInput.Close();
        await _psql.WaitForExitAsync();
        _psql.Dispose();
    }

    private async Task<double> CopyAsync(string command, CancellationToken cancellation)
    {
        await _psql.StandardInput.WriteLineAsync("\\timing on");
        await _psql.StandardInput.WriteLineAsync(command);
        await _psql.StandardInput.WriteLineAsync("\\timing off");
        await _psql.StandardInput.FlushAsync(cancellation);
        while (await _psql.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (Time().Match(line) is { Success: true } match)
            {
                return double.Parse(match.Value, CultureInfo.InvariantCulture);
            }
        }

        throw new BenchException("psql ended; what it says stands above.");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    [GeneratedRegex(@"(?<=Time: )[0-9.]+(?= ms)")]
    private static partial Regex Time();
}
