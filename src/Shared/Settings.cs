using System.Globalization;

namespace PhotoLambda;

/// <summary>
/// What a function is told by its environment. White space around a value is no part of it: it came with pasting.
/// </summary>
internal static class Settings
{
    private const int MostShown = 100;

    /// <param name="first">Stand before the variables of the environment; null: nothing does.</param>
    /// <returns>Gives the value of a variable, or null.</returns>
    public static Func<string, string?> Of(IReadOnlyDictionary<string, string?>? first) =>
        name => first?.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name);

    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <returns>Null where it is not set, or blank.</returns>
    public static string? Optional(Func<string, string?> variable, string name) =>
        variable(name)?.Trim() is { Length: > 0 } value ? value : null;

    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <exception cref="SettingException">It is not set, or blank.</exception>
    public static string Required(Func<string, string?> variable, string name) =>
        Optional(variable, name) ?? throw new SettingException(name, "is not set.");

    /// <param name="otherwise">Counts where it is not set.</param>
    /// <exception cref="SettingException">It is no whole number from least to most.</exception>
    public static int Number(Func<string, string?> variable, string name, int otherwise, int least, int most) =>
        Optional(variable, name) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most ? number
        : throw new SettingException(name, $"is {Quoted(text)}; set it to a whole number from {least} to {most}.");

    /// <returns>Of a queue, as SQS gives it out.</returns>
    /// <exception cref="SettingException">It is missing, or no URL of a standard queue.</exception>
    public static Uri QueueUrl(Func<string, string?> variable, string name)
    {
        var url = WebUrl(variable, name);
        if (url.AbsolutePath.Split('/') is not ["", { Length: > 0 }, { Length: > 0 } queue])
        {
            throw new SettingException(
                name, $"is {Quoted(url.OriginalString)}; set it to the URL of a queue: https://host/account/queue.");
        }

        return queue.EndsWith(".fifo", StringComparison.Ordinal)
            ? throw new SettingException(name, $"names the FIFO queue {Quoted(queue)}; set it to a standard queue.")
            : url;
    }

    /// <returns>Null where it is not set.</returns>
    /// <inheritdoc cref="QueueUrl"/>
    public static Uri? OptionalQueueUrl(Func<string, string?> variable, string name) =>
        Optional(variable, name) is null ? null : QueueUrl(variable, name);

    /// <exception cref="SettingException">It is missing, or no name of a bucket.</exception>
    /// <remarks>AmazonS3/latest/userguide/bucketnamingrules.html</remarks>
    public static string Bucket(Func<string, string?> variable, string name) =>
        Required(variable, name) is var bucket && IsBucket(bucket)
            ? bucket
            : throw new SettingException(name, $"is {Quoted(bucket)}; set it to the name of a bucket: 3 to 63 "
                + "lower-case letters, digits, dots and hyphens.");

    /// <param name="otherwise">Counts where it is not set; null: it must be.</param>
    /// <exception cref="SettingException">It is missing, or no http or https URL without a query.</exception>
    public static Uri WebUrl(Func<string, string?> variable, string name, string? otherwise = null)
    {
        var value = Optional(variable, name) ?? otherwise ?? Required(variable, name);
        return Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url is { Query: "", Fragment: "", UserInfo: "", Host.Length: > 0 }
            ? url
            : throw new SettingException(name, $"is {Quoted(value)}; set it to an http or https URL without a query.");
    }

    /// <returns>
    /// A value for a message: not longer than a line, and without what stands before an @, which may be a password.
    /// </returns>
    public static string Quoted(string value)
    {
        var at = value.LastIndexOf('@');
        var shown = at < 0 ? value : "…" + value[at..];
        return $"'{(shown.Length > MostShown ? shown[..MostShown] + "…" : shown)}'";
    }

    // By hand: a regular expression would cost the start its library.
    private static bool IsBucket(string name) =>
        name.Length is >= 3 and <= 63
        && name.All(c => IsLowerOrDigit(c) || c is '.' or '-')
        && IsLowerOrDigit(name[0]) && IsLowerOrDigit(name[^1])
        && !name.Contains("..", StringComparison.Ordinal);

    private static bool IsLowerOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
