namespace PhotoLambda;

/// <summary>What a function is told by its environment.</summary>
internal static class Settings
{
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
}
