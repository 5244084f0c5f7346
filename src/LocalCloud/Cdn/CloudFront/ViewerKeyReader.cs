using System.Security.Cryptography;
using System.Text.Json;

namespace PhotoLambda.Local.Cdn;

/// <summary>Reads a key to be registered from JSON, and says all that is wrong with that.</summary>
internal sealed class ViewerKeyReader
{
    private const int LongestId = 128;

    // AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html: RSA of 2048 bits, or ECDSA of 256.
    private const int KeySize = 2_048;

    /// <summary>What is wrong, by the name of the field.</summary>
    public SortedDictionary<string, string> Errors { get; } = new(StringComparer.Ordinal);

    /// <returns>Null when there are <see cref="Errors"/>.</returns>
    public ViewerKey? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                Errors["body"] = "must be an object with id and public_key";
                return null;
            }

            foreach (var name in json.RootElement.EnumerateObject().Select(member => member.Name))
            {
                if (name is not ("id" or "public_key"))
                {
                    Errors[name] = "is not known here; there are id, public_key";
                }
            }

            var (id, pem) = (Text(json.RootElement, "id"), Text(json.RootElement, "public_key"));
            CheckId(id);
            CheckKey(pem);
            return Errors.Count == 0 ? new ViewerKey(id, pem) : null;
        }
        catch (JsonException e)
        {
            Errors["body"] = $"is not JSON: {e.Message}";
            return null;
        }
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private void CheckId(string id)
    {
        if (id.Length is 0 or > LongestId || !id.All(char.IsAsciiLetterOrDigit))
        {
            Errors["id"] = $"must have 1 to {LongestId} letters and digits; it is '{id}'";
        }
    }

    private void CheckKey(string pem)
    {
        // A private key would do as well, and be in the wrong hands.
        if (!pem.Contains("PUBLIC KEY-----", StringComparison.Ordinal))
        {
            Errors["public_key"] = "must be the PEM of a public key";
            return;
        }

        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(pem);
            if (key.KeySize != KeySize)
            {
                Errors["public_key"] = $"must be of RSA with {KeySize} bits; it has {key.KeySize}";
            }
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException)
        {
            Errors["public_key"] = $"must be of RSA with {KeySize} bits: {e.Message}";
        }
    }
}
