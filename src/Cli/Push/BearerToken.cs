using System.Buffers.Text;
using System.Diagnostics;
using System.Text.Json;

namespace PhotoLambda.Cli.Push;

/// <summary>The user's access token: given, or told by a command that is run again when the token ends.</summary>
internal sealed class BearerToken(string? given, string? command) : IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CommandTimeout = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _turn = new(1);
    private string? _token;
    private DateTimeOffset _ends = DateTimeOffset.MaxValue;

    /// <exception cref="FormatException">Neither or both are given, or the token cannot stand in a header.</exception>
    public static BearerToken Of(string? token, string? command) =>
        (string.IsNullOrEmpty(token), string.IsNullOrWhiteSpace(command)) switch
        {
            (true, true) => throw new FormatException(
                $"There is no token: give --token-command or --token, or set {PushCommand.TokenVariable}."),
            (false, false) => throw new FormatException("--token and --token-command cannot be given together."),
            (false, true) => new BearerToken(Checked(token!, "--token"), null),
            (true, false) => new BearerToken(null, command),
        };

    /// <param name="refused">A token that the API did not take.</param>
    /// <returns>Null when there is no other than the one refused.</returns>
    /// <exception cref="CommandException">The command does not tell one.</exception>
    public async Task<string?> GetAsync(string? refused, CancellationToken cancellation)
    {
        if (given is not null)
        {
            return given == refused ? null : given;
        }

        await _turn.WaitAsync(cancellation);
        try
        {
            if (_token is null || _token == refused || DateTimeOffset.UtcNow > _ends)
            {
                _token = await RunAsync(cancellation);
                // One that is about to end when it is new would have every request run the command.
                _ends = End(_token) is { } end && end - Margin > DateTimeOffset.UtcNow
                    ? end - Margin
                    : DateTimeOffset.MaxValue;
            }

            return _token == refused ? null : _token;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static string Checked(string token, string origin) =>
        token.Length > 0 && token.All(c => c is > ' ' and <= '~')
            ? token
            : throw new FormatException(
                $"{origin} must be printable ASCII characters without spaces; it has {token.Length} characters.");

    private async Task<string> RunAsync(CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(CommandTimeout);
        string[] shell = OperatingSystem.IsWindows() ? ["cmd.exe", "/c"] : ["/bin/sh", "-c"];
        using var process = Process.Start(
            new ProcessStartInfo(shell[0], [shell[1], command!]) { RedirectStandardOutput = true })!;
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? Checked(output.Trim(), "What --token-command prints")
                : throw new CommandException($"--token-command ended with exit code {process.ExitCode}.");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellation.ThrowIfCancellationRequested();
            throw new CommandException(
                $"--token-command did not end within {Shown.Duration(CommandTimeout)}.");
        }
    }

    /// <returns>The claim <c>exp</c> (RFC 7519, 4.1.4); null when there is none. Nothing is verified here.</returns>
    private static DateTimeOffset? End(string token)
    {
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1]));
            return DateTimeOffset.FromUnixTimeSeconds(claims.RootElement.GetProperty("exp").GetInt64());
        }
        catch (Exception e) when (e is IndexOutOfRangeException or FormatException or JsonException
            or InvalidOperationException or KeyNotFoundException or ArgumentOutOfRangeException)
        {
            // Not every token is a JWT.
            return null;
        }
    }
}
