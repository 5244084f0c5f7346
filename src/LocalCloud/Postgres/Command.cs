using System.ComponentModel;
using System.Diagnostics;

namespace PhotoLambda.Local.Postgres;

/// <summary>A program that ran to its end, with what it wrote to both of its outputs.</summary>
internal sealed record Command(int ExitCode, string Output)
{
    private const int NotFound = 127;

    public bool Succeeded => ExitCode == 0;

    /// <summary>The program, or the one that it is a script of, is not on the machine.</summary>
    public bool IsMissing => ExitCode == NotFound;

    /// <summary>Runs a program; one that is not on the machine ends with 127, as in a shell.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="line">The program and its arguments.</param>
    /// <param name="input">What it reads from its standard input.</param>
    public static async Task<Command> RunAsync(
        string folder, IEnumerable<string> line, CancellationToken cancellationToken, string input = "")
    {
        using var process = new Process { StartInfo = StartInfo(folder, line) };
        process.StartInfo.RedirectStandardOutput = true;
        process.StartInfo.RedirectStandardError = true;
        try
        {
            process.Start();
        }
        catch (Win32Exception missing)
        {
            return new(NotFound, missing.Message);
        }

        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await WriteAsync(process, input, cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new(process.ExitCode, (await output + await errors).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    /// <summary>How to start this line in this folder, with the standard input in our hand.</summary>
    public static ProcessStartInfo StartInfo(string folder, IEnumerable<string> line)
    {
        var words = line.ToList();
        return new(words[0], words.Skip(1)) { WorkingDirectory = folder, RedirectStandardInput = true };
    }

    private static async Task WriteAsync(Process process, string input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading; its exit code tells the rest.
        }
    }
}
