using System.CommandLine;

namespace PhotoLambda.Cli.Push;

/// <summary>What a push was told, checked.</summary>
/// <param name="Source">Full path of a folder or manifest.</param>
/// <param name="Api">Ends with a slash.</param>
/// <param name="Patience">How long a request is tried while nobody answers it well.</param>
/// <param name="Wait">How long uploaded photos are waited for; null: not at all.</param>
internal sealed record PushOptions(
    string Source,
    Uri Api,
    Guid Project,
    int Parallel,
    string? Session,
    string[] Detections,
    string? Priority,
    TimeSpan Patience,
    TimeSpan? Wait,
    bool IsDryRun)
{
    public const string NameLimit = "1 to 64 letters, digits, '-', '_' or '.'";

    private const int MostDetections = 16;

    private static readonly string[] Priorities = ["low", "normal", "high"];

    /// <exception cref="FormatException">Something is missing or wrong; the message names it.</exception>
    public static PushOptions Read(ParseResult parsed)
    {
        var given = parsed.GetValue(PushCommand.Source)!;
        var source = given.Length == 0 ? "" : Path.GetFullPath(given);
        if (!Directory.Exists(source) && !File.Exists(source))
        {
            throw new FormatException($"There is no folder or manifest '{Shown.Text(given)}'.");
        }

        var session = parsed.GetValue(PushCommand.Session);
        if (session is not null && !IsName(session))
        {
            throw new FormatException($"--session must be {NameLimit}; it was '{Shown.Text(session)}'.");
        }

        var priority = parsed.GetValue(PushCommand.Priority);
        if (priority is not null && !Priorities.Contains(priority))
        {
            throw new FormatException($"--priority must be low, normal or high; it was '{Shown.Text(priority)}'.");
        }

        return new PushOptions(
            source,
            ReadApi(parsed.GetValue(PushCommand.Api)),
            Given.Id("--project", parsed.GetValue(PushCommand.Project)),
            Given.Number("--parallel", parsed.GetValue(PushCommand.Parallel)!, 1, 64),
            session,
            ReadDetections(parsed.GetValue(PushCommand.Detect)),
            priority,
            Given.Duration("--patience", parsed.GetValue(PushCommand.Patience)!,
                TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            parsed.GetValue(PushCommand.Wait) is { } wait
                ? Given.Duration("--wait", wait, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1))
                : null,
            parsed.GetValue(PushCommand.DryRun));
    }

    public static bool IsName(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static Uri ReadApi(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new FormatException($"No API is named: give --api or set {PushCommand.ApiVariable}.");
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var api) && api.Scheme is "http" or "https"
            && api.Query.Length == 0 && api.Fragment.Length == 0 && api.UserInfo.Length == 0
            ? new Uri(api.AbsoluteUri.TrimEnd('/') + "/")
            : throw new FormatException("--api must be an http or https URL without a query or a user; "
                + $"it was '{Shown.Text(text)}'.");
    }

    private static string[] ReadDetections(string? text)
    {
        var names = text?.Split(',') ?? [];
        return names.Length <= MostDetections && names.All(IsName)
            ? names
            : throw new FormatException($"--detect must be up to {MostDetections} names with commas between them, each "
                + $"of {NameLimit}; it was '{Shown.Text(text!)}'.");
    }
}
