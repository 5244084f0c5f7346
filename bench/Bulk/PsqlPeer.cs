using System.Globalization;

namespace PhotoLambda.Bench;

/// <summary><c>psql \copy</c> of a binary file, by one psql that goes on; it measures the time itself.</summary>
internal sealed class PsqlPeer(string url) : IDisposable
{
    private const string Time = "Time: ";

    private readonly Talk _psql = new("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", url]);

    /// <param name="status">That the rows get, whatever they have in the table.</param>
    public Task SaveAsync(string file, string status, CancellationToken cancellation) => CopyAsync(
        $"\\copy (select {OneLine(BulkTable.Columns).Replace(" status,", $" '{status}',", StringComparison.Ordinal)} "
        + $"from photos) to '{file}' (format binary)", cancellation);

    /// <returns>Milliseconds.</returns>
    public Task<double> LoadAsync(string file, CancellationToken cancellation) =>
        CopyAsync($"\\copy photos ({OneLine(BulkTable.Columns)}) from '{file}' (format binary)", cancellation);

    public void Dispose() => _psql.Dispose();

    private async Task<double> CopyAsync(string command, CancellationToken cancellation)
    {
        var line = await _psql.AskAsync(
            $"\\timing on\n{command}\n\\timing off\n",
            l => l.StartsWith(Time, StringComparison.Ordinal), cancellation);
        return double.Parse(line[Time.Length..].Split(' ')[0], CultureInfo.InvariantCulture);
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
