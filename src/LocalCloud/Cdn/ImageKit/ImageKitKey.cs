using System.Security.Cryptography;
using System.Text;

namespace PhotoLambda.Local.Cdn;

/// <summary>The private key that the local ImageKit knows.</summary>
internal static class ImageKitKey
{
    public const string Private = "private_local";

    private const string Scheme = "Basic ";

    /// <remarks>
    /// "ImageKit API overview", Authentication: Basic, the private key as the user and no password. Error codes: 401
    /// without a valid key, 403 where the account cannot be authenticated with it.
    /// </remarks>
    /// <exception cref="ImageKitError">There is no key, or another.</exception>
    public static void Require(string? authorization)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            throw new ImageKitError(401, "Authorization must be Basic, with the private key as the user.");
        }

        var given = new byte[authorization.Length];
        if (!Convert.TryFromBase64String(authorization[Scheme.Length..].Trim(), given, out var size))
        {
            throw new ImageKitError(401, "Authorization must have the base64 of the private key and a colon.");
        }

        // The password is not looked at by name: the colon must be the last character.
        if (!CryptographicOperations.FixedTimeEquals(given.AsSpan(0, size), Encoding.UTF8.GetBytes(Private + ":")))
        {
            throw new ImageKitError(403,
                $"The private key is not that of this account: the local one is '{Private}', without a password.");
        }
    }
}
