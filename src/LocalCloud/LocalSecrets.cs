using System.Text.Json;
using System.Text.RegularExpressions;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local;

/// <summary>In place of Secrets Manager: what the template's dynamic references name.</summary>
/// <remarks>AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html</remarks>
/// <param name="secrets">Texts by name or ARN.</param>
internal sealed partial class LocalSecrets(IReadOnlyDictionary<string, string> secrets)
{
    /// <returns>The function with the secrets in its variables: from here on, nothing of it may be shown.</returns>
    /// <exception cref="LocalCloudException">There is no such secret; the message says who wants it.</exception>
    public FunctionResource Reveal(FunctionResource function) => function with
    {
        Environment = function.Environment.ToDictionary(
            v => v.Key,
            v => Reference().Replace(v.Value, m => Find(m, $"{function.LogicalId}: {v.Key}")),
            StringComparer.Ordinal),
    };

    private string Find(Match reference, string who)
    {
        var name = reference.Groups["id"].Value;
        if (!secrets.TryGetValue(name, out var secret))
        {
            throw new LocalCloudException(
                $"{who} is the secret '{name}', which is not here. Give it with --secret {name}=VALUE.");
        }

        return reference.Groups["key"].Value is { Length: > 0 } key ? Member(secret, key, $"{who}: the secret '{name}'")
            : secret;
    }

    private static string Member(string secret, string key, string who)
    {
        try
        {
            using var json = JsonDocument.Parse(secret);
            return json.RootElement.GetProperty(key).GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // Not handed on as the cause, which may quote it.
            throw new LocalCloudException($"{who} is no JSON object with the text '{key}'.");
        }
    }

    [GeneratedRegex(@"\{\{resolve:secretsmanager:(?<id>.+?)(:SecretString(:(?<key>[^:}]*))?(:[^}]*)?)?\}\}")]
    private static partial Regex Reference();
}
