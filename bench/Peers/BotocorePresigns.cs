using System.Globalization;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>The same URLs from botocore, in a Python process for each turn; nothing where Python has no boto3.</summary>
internal sealed class BotocorePresigns(string bucket, string region, string key, string checksum)
{
    private readonly Samples _perSecond = new();
    private readonly Samples _first = new();
    private string _version = "";

    public async Task MeasureAsync(CancellationToken cancellation)
    {
        if (!await Python.HaveAsync(cancellation, "boto3"))
        {
            await Console.Error.WriteLineAsync($"botocore is left out; to have it: {Python.Install("python3-boto3")}");
            return;
        }

        var run = await Command.RunAsync(
            "/", [Python.Program, Python.Script("presign.py"), bucket, region, key, checksum], cancellation);
        if (!run.Succeeded)
        {
            throw new BenchException($"presign.py failed: {run.Output}");
        }

        var lines = run.Output.Split('\n');
        _version = lines[0];
        _first.Add(Number(lines[1]));
        foreach (var line in lines[2..])
        {
            _perSecond.Add(Number(line));
        }
    }

    public IEnumerable<string[]> Rows() => _perSecond.Count == 0
        ? []
        : [PresignPeer.Row($"botocore {_version}", _perSecond.Median, double.NaN, _first.Median)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
