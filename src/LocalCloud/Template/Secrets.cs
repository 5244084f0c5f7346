using System.Text.Json;
using System.Text.RegularExpressions;

namespace PhotoLambda.Local.Template;

/// <summary>
/// What stands for Secrets Manager: secrets by name, put in place of <c>{{resolve:secretsmanager:…}}</c>. No message
/// has a value of one.
/// </summary>
/// <remarks>AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html</remarks>
internal sealed partial class Secrets(IReadOnlyDictionary<string, string> values)
{
    /// <param name="variables">Whose property has the text, for the message when something is wrong.</param>
    public string Resolve(Properties variables, string property, string text) => Reference().Replace(text, match =>
    {
        var id = match.Groups["id"].Value;
        var parts = match.Groups["rest"].Value.Split(':');
        if (!values.TryGetValue(NameOf(id), out var value))
        {
            throw variables.Error(
                property,
                $"the local cloud has no secret '{NameOf(id)}'; give it with --secret {NameOf(id)}=VALUE, or name one "
                + $"of {string.Join(", ", values.Keys.Order(StringComparer.Ordinal))}.");
        }

        if (parts.Length > 4 || parts[0] is not ("" or "SecretString")
            || parts.ElementAtOrDefault(2) is not (null or "" or "AWSCURRENT")
            || parts.ElementAtOrDefault(3) is not (null or ""))
        {
            throw variables.Error(
                property,
                $"of the secret '{NameOf(id)}' there is SecretString, at the stage AWSCURRENT; write "
                + "{{resolve:secretsmanager:name:SecretString:key}}, or without the key.");
        }

        return parts.ElementAtOrDefault(1) is { Length: > 0 } key
            ? Member(variables, property, NameOf(id), key, value)
            : value;
    });

    /// <summary>An ARN ends with the name, a hyphen and six characters.</summary>
    private static string NameOf(string id)
    {
        var name = id[(id.LastIndexOf(':') + 1)..];
        return id.StartsWith("arn:", StringComparison.Ordinal) && ArnSuffix().IsMatch(name) ? name[..^7] : name;
    }

    private static string Member(Properties variables, string property, string name, string key, string value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            if (json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty(key, out var member))
            {
                return member.ToString();
            }
        }
        catch (JsonException)
        {
            // A text that is no JSON has no keys either.
        }

        throw variables.Error(property, $"the secret '{name}' is not a JSON object with the key '{key}'.");
    }

    [GeneratedRegex("""
        \{\{resolve:secretsmanager:
        (?<id>arn:[^:}]*:secretsmanager:[^:}]*:[^:}]*:secret:[^:}]+|[^:}]+)(:(?<rest>[^}]*))?\}\}
        """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Reference();

    [GeneratedRegex("-[A-Za-z0-9]{6}$")]
    private static partial Regex ArnSuffix();
}
