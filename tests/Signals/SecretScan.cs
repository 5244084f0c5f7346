using System.Text.RegularExpressions;

namespace PhotoLambda.Tests;

/// <summary>Looks through everything that a run left behind for what must be in none of it.</summary>
internal sealed partial class SecretScan
{
    private readonly Dictionary<string, string> _secrets = [];

    /// <param name="name">What it is, for the message.</param>
    public SecretScan Add(string name, string secret)
    {
        // A short text is found by chance.
        Assert.True(secret.Length >= 6, $"{name} is too short to search for.");
        _secrets[name] = secret;
        return this;
    }

    /// <summary>A token as a whole and each of its parts: half a token in a log is enough of a leak.</summary>
    public SecretScan AddToken(string name, string token)
    {
        foreach (var (part, i) in token.Split('.').Select((part, i) => (part, i)).Where(p => p.part.Length >= 20))
        {
            Add($"part {i} of {name}", part);
        }

        return this;
    }

    /// <returns>What was found, with the line it stands in.</returns>
    public IReadOnlyList<string> Find(IEnumerable<string> lines) =>
    [
        .. from line in lines
           from found in _secrets.Where(s => line.Contains(s.Value, StringComparison.OrdinalIgnoreCase))
               .Select(s => s.Key)
               .Concat(Suspicious().Matches(line).Select(m => m.Value))
           select $"{found} in: {line}",
    ];

    // Whatever is signed, whoever signed it: signatures, their headers, tokens and passwords within URLs.
    [GeneratedRegex(
        @"X-Amz-(Signature|Credential|Security-Token)|AWS4-HMAC-SHA256|Signature=|Password=|\bBearer ey"
            + @"|\bey[\w-]{10,}\.ey[\w-]+|://[^/\s:]*:[^/\s@]+@",
        RegexOptions.IgnoreCase)]
    private static partial Regex Suspicious();
}
