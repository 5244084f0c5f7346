namespace PhotoLambda;

/// <summary>
/// A variable of the environment is missing or wrong. The message is one line, begins with the variable's name and has
/// no secret in it.
/// </summary>
/// <param name="name">Of the variable.</param>
/// <param name="problem">Goes on after the name, and says what to set.</param>
internal sealed class SettingException(string name, string problem)
    : InvalidOperationException(OneLine($"{name} {problem}"))
{
    // Those that Lambda refuses in a template.
    private static readonly string[] OfLambda =
        ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

    public string Name => name;

    /// <param name="logicalId">Of the function in template.yaml.</param>
    /// <returns>The message with the place where the variable is set.</returns>
    public string At(string logicalId) => $"{Message.TrimEnd('.')} (" + (OfLambda.Contains(name)
        ? "Lambda sets it by itself)."
        : $"template.yaml: {logicalId}.Environment.Variables.{name}).");

    private static string OneLine(string text) =>
        string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c));
}
