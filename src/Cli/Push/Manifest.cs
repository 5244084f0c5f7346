using System.Text;
using System.Text.Json;

namespace PhotoLambda.Cli.Push;

/// <summary>
/// A list of files: a path in a line, or an object <c>{"path":…,"session_id":…}</c>. Paths are relative to the
/// manifest. A retry list is one, and names the journal of its push in its first line.
/// </summary>
/// <param name="Journal">Where a retry list's journal is; null for other manifests.</param>
internal sealed record Manifest(IReadOnlyList<ManifestLine> Lines, string? Journal)
{
    private const int LongestLine = 16 * 1024;

    /// <exception cref="FormatException">A line is no path; the message names it.</exception>
    public static async Task<Manifest> ReadAsync(string place, CancellationToken cancellation)
    {
        var lines = new List<ManifestLine>();
        string? journal = null;
        var number = 0;
        try
        {
            await foreach (var line in File.ReadLinesAsync(place, new UTF8Encoding(false, true), cancellation))
            {
                number++;
                if (string.IsNullOrWhiteSpace(line))
                {
                    continue;
                }

                var read = Read(line);
                if (number == 1 && read is { Journal: not null, Path: null })
                {
                    journal = Path.GetFullPath(read.Journal, Path.GetDirectoryName(place)!);
                }
                else
                {
                    lines.Add(Checked(read));
                }
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or DecoderFallbackException)
        {
            var reason = e is DecoderFallbackException ? "it or what follows is no text in UTF-8." : e.Message;
            throw new FormatException($"{Shown.Text(place)} is no list of files: line {number}: {reason}", e);
        }

        return new Manifest(lines, journal);
    }

    /// <param name="paths">Names places as the journal does.</param>
    public async Task<Selected> FindAsync(string folder, Func<string, string> paths, CancellationToken cancellation)
    {
        var selected = new Selected();
        foreach (var line in Lines)
        {
            cancellation.ThrowIfCancellationRequested();
            var place = Path.GetFullPath(line.Path!, folder);
            var path = paths(place);
            var target = Links.Follow(place);
            if (target is FileInfo file)
            {
                await selected.AddAsync(path, place, file, isNamed: true, line.SessionId, cancellation);
            }
            else
            {
                selected.Refused.Add((path, target is null ? "there is no such file" : "a folder; push it by itself"));
            }
        }

        return selected;
    }

    private static ManifestLine Read(string line) =>
        line.Length > LongestLine
            ? throw new FormatException($"it must have {LongestLine} characters at most; it has {line.Length}.")
        : line[0] == '{'
            ? JsonSerializer.Deserialize(line, PushJson.Lines.ManifestLine)!
        : new ManifestLine(line);

    private static ManifestLine Checked(ManifestLine line) =>
        string.IsNullOrEmpty(line.Path) || line.Path.Contains('\0', StringComparison.Ordinal)
            ? throw new FormatException("it has no path.")
        : line.SessionId is { } session && !PushOptions.IsName(session)
            ? throw new FormatException(
                $"session_id must be {PushOptions.NameLimit}; it was '{Shown.Text(session)}'.")
        : line;
}

/// <param name="Journal">Of a retry list's first line, which has no path.</param>
internal sealed record ManifestLine(string? Path, string? SessionId = null, string? Journal = null);
