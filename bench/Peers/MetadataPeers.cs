using System.Diagnostics;
using System.Globalization;
using PhotoLambda.Local.Postgres;

namespace PhotoLambda.Bench;

/// <summary>Others' readers of metadata, in processes that stay; those that are not there are left out.</summary>
internal sealed class MetadataPeers : IDisposable
{
    public const string Exifr = "exifr 7.1.3";

    private readonly TemporaryFolder _folder = new();
    private readonly List<Talk> _processes = [];
    private readonly List<MetadataPeer> _all = [];

    public IReadOnlyList<MetadataPeer> All => _all;

    /// <param name="paths">Of the files that are read.</param>
    public static async Task<MetadataPeers> StartAsync(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        var peers = new MetadataPeers();
        var list = peers._folder.Below("files.txt");
        await File.WriteAllLinesAsync(list, paths, cancellation);
        await peers.AddNodeAsync(list, cancellation);
        await peers.AddPillowAsync(list, cancellation);
        await peers.AddExifToolAsync(paths, cancellation);
        return peers;
    }

    public void Dispose()
    {
        _processes.ForEach(p => p.Dispose());
        _folder.Dispose();
    }

    private async Task AddNodeAsync(string list, CancellationToken cancellation)
    {
        var npm = await Command.RunAsync(
            _folder.Path,
            [
                "npm", "install", "--prefix", _folder.Path, "--ignore-scripts", "--no-audit", "--no-fund",
                "exifr@7.1.3", "sharp@0.35.5",
            ],
            cancellation);
        if (!npm.Succeeded)
        {
            await LeaveOutAsync("exifr and sharp", "Node.js 20, npm and its registry");
            return;
        }

        var node = Start("node", Python.Script("metadata.mjs"), list, _folder.Path);
        _all.Add(new MetadataPeer(Exifr, c => AskAsync(node, "exifr", c)));
        _all.Add(new MetadataPeer("sharp 0.35.5 `metadata()`", c => AskAsync(node, "sharp", c)));
    }

    private async Task AddPillowAsync(string list, CancellationToken cancellation)
    {
        if (!await Python.HaveAsync(cancellation, "PIL"))
        {
            await LeaveOutAsync("Pillow", Python.Install("python3-pil"));
            return;
        }

        var python = Start(Python.Program, Python.Script("metadata.py"), list);
        _all.Add(new MetadataPeer("Pillow", c => AskAsync(python, "pillow", c)));
    }

    private async Task AddExifToolAsync(IReadOnlyList<string> paths, CancellationToken cancellation)
    {
        if (!(await Command.RunAsync("/", ["/usr/bin/env", "exiftool", "-ver"], cancellation)).Succeeded)
        {
            await LeaveOutAsync("exiftool", Python.Install("libimage-exiftool-perl"));
            return;
        }

        // Without maker notes and without what follows the picture: the least that it can be told to read.
        var tool = Start("exiftool", "-stay_open", "True", "-@", "-", "-common_args", "-fast2", "-json", "-n");
        var question = string.Join('\n', paths) + "\n-execute\n";
        _all.Add(new MetadataPeer("exiftool, one process, `-stay_open`", async c =>
        {
            var start = Stopwatch.GetTimestamp();
            await tool.AskAsync(question, line => line.StartsWith("{ready", StringComparison.Ordinal), c);
            return paths.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }));
    }

    private Talk Start(string program, params string[] arguments)
    {
        var process = new Talk(program, arguments);
        _processes.Add(process);
        return process;
    }

    private static async Task<double> AskAsync(Talk process, string name, CancellationToken cancellation)
    {
        var question = $"{name} {MetadataPeer.Turn.TotalMilliseconds:0}\n";
        return double.Parse(await process.AskAsync(question, _ => true, cancellation), CultureInfo.InvariantCulture);
    }

    private static Task LeaveOutAsync(string what, string how) =>
        Console.Error.WriteLineAsync($"{what} left out; to have it: {how}");
}
