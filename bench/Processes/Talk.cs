using System.Diagnostics;

namespace PhotoLambda.Bench;

/// <summary>A program that answers lines on its standard input, and ends with this object.</summary>
internal sealed class Talk : IDisposable
{
    private readonly Process _process;

    public Talk(string program, IEnumerable<string> arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = Release.Root,
            },
        };
        _process.Start();
        _process.BeginErrorReadLine();
    }

    /// <returns>The last line of the answer.</returns>
    /// <exception cref="BenchException">The program ended.</exception>
    public async Task<string> AskAsync(string question, Predicate<string> isLast, CancellationToken cancellation)
    {
        await _process.StandardInput.WriteAsync(question.AsMemory(), cancellation);
        await _process.StandardInput.FlushAsync(cancellation);
        while (await _process.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            if (isLast(line))
            {
                return line;
            }
        }

        throw new BenchException($"{_process.StartInfo.FileName} ended before it answered.");
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
}
