namespace PhotoLambda;

/// <summary>What a function is told by its environment.</summary>
internal static class Settings
{
    /// <param name="first">Stand before the variables of the environment; null: nothing does.</param>
    /// <returns>Gives the value of a variable, or null.</returns>
    public static Func<string, string?> Of(IReadOnlyDictionary<string, string?>? first) =>
        name => first?.GetValueOrDefault(name) ?? Environment.GetEnvironmentVariable(name);

    /// <param name="variable">Gives the value of a variable, or null.</param>
    /// <exception cref="InvalidOperationException">It is missing or empty; the message names it.</exception>
    public static string Required(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } value
        ? value
        : throw new InvalidOperationException($"{name} is not set. Set it in the environment of the function.");

    /// <inheritdoc cref="Required"/>
    public static Uri RequiredUrl(Func<string, string?> variable, string name) =>
        Uri.TryCreate(Required(variable, name), UriKind.Absolute, out var url)
        ? url
        : throw new InvalidOperationException($"{name} is '{variable(name)}'; set it to a URL.");

    /// <returns>Null where it is not set.</returns>
    /// <exception cref="InvalidOperationException">It is no URL; the message names it.</exception>
    public static Uri? OptionalUrl(Func<string, string?> variable, string name) =>
        variable(name) is { Length: > 0 } ? RequiredUrl(variable, name) : null;

    /// <param name="otherwise">Counts where it is not set; null: it must be.</param>
    /// <exception cref="InvalidOperationException">It is missing, or no http or https URL without a query.</exception>
    public static Uri WebUrl(Func<string, string?> variable, string name, string? otherwise = null)
    {
        var value = variable(name) is { Length: > 0 } given ? given : otherwise ?? Required(variable, name);
        return Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
            && url is { Query: "", Fragment: "", UserInfo: "" }
            ? url
            : throw new InvalidOperationException($"{name} is '{value}'; set it to an http or https URL.");
    }
}
