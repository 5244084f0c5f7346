using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace PhotoLambda.Bench;

/// <summary>A program of the release build in a process of its own, which ends with this object.</summary>
/// <remarks>A variable that is null is not passed on.</remarks>
internal sealed class Child : IDisposable
{
    private const int LinesKept = 30;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _last = new();
    private readonly string _program;

    private Child(string program, ProcessStartInfo start)
    {
        _program = Path.GetFileNameWithoutExtension(program);
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    /// <param name="program">An assembly of the release build.</param>
    public static Child Start(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        new(program, StartInfo("dotnet", [program, .. arguments], environment));

    /// <param name="program">Any program of the machine.</param>
    public static Child StartProgram(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment) =>
        new(program, StartInfo(program, arguments, environment));

    private static ProcessStartInfo StartInfo(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string?> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Release.Root,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment.Remove(name);
            if (value is not null)
            {
                start.Environment[name] = value;
            }
        }

        return start;
    }

    /// <summary>Waits for its next line with this beginning.</summary>
    /// <exception cref="BenchException">The program ended without it.</exception>
    public async Task<string> LineAsync(string beginning, CancellationToken cancellation)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(cancellation))
        {
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line[beginning.Length..].Trim();
            }
        }

        throw Failure($"ended before it said '{beginning.Trim()}'");
    }

    public BenchException Failure(string what) =>
        new($"{_program} {what}. Its last lines:\n{string.Join('\n', _last)}");

    /// <summary>Asks it to end, and waits until it has, or until that takes too long.</summary>
    public async Task StopAsync(TimeSpan patience)
    {
        // Not SIGINT: started by a shell in the background, programs ignore that one.
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(patience));
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        Keep(line);
        if (line is null)
        {
            _lines.Writer.TryComplete();
        }
        else
        {
            _lines.Writer.TryWrite(line);
        }
    }

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _last.Enqueue(line);
        }

        if (_last.Count > LinesKept)
        {
            _last.TryDequeue(out _);
        }
    }
}
