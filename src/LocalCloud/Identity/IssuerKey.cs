using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PhotoLambda.Local.Identity;

/// <summary>A signing key in a file that only its owner may read.</summary>
internal sealed class IssuerKey
{
    public const string Es256 = "ES256";
    public const string Rs256 = "RS256";

    private const int RsaBits = 2048;

    private readonly Lock _gate = new();
    private readonly AsymmetricAlgorithm _key;
    private readonly SortedDictionary<string, string> _members;

    private IssuerKey(string algorithm, AsymmetricAlgorithm key)
    {
        (Algorithm, _key) = (algorithm, key);
        _members = new(StringComparer.Ordinal);
        if (key is ECDsa ec)
        {
            var point = ec.ExportParameters(includePrivateParameters: false).Q;
            (_members["kty"], _members["crv"]) = ("EC", "P-256");
            (_members["x"], _members["y"]) = (Base64Url.EncodeToString(point.X), Base64Url.EncodeToString(point.Y));
        }
        else
        {
            var numbers = ((RSA)key).ExportParameters(includePrivateParameters: false);
            _members["kty"] = "RSA";
            _members["n"] = Base64Url.EncodeToString(numbers.Modulus);
            _members["e"] = Base64Url.EncodeToString(numbers.Exponent);
        }

        // The thumbprint of RFC 7638: the required members, in this order, without spaces.
        var canonical = string.Join(',', _members.Select(m => $"\"{m.Key}\":\"{m.Value}\""));
        Id = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($"{{{canonical}}}")));
    }

    public string Algorithm { get; }

    /// <summary>The <c>kid</c>.</summary>
    public string Id { get; }

    public static bool IsIn(string folder, string algorithm) => File.Exists(PathOf(folder, algorithm));

    /// <summary>Reads the key of this algorithm from the folder, or makes it.</summary>
    public static IssuerKey Open(string folder, string algorithm)
    {
        var path = PathOf(folder, algorithm);
        AsymmetricAlgorithm key = algorithm == Rs256
            ? RSA.Create(RsaBits)
            : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            if (File.Exists(path))
            {
                key.ImportFromPem(File.ReadAllText(path));
            }
            else
            {
                Write(path, key.ExportPkcs8PrivateKeyPem());
            }

            return new(algorithm, key);
        }
        catch (Exception broken) when (broken is ArgumentException or CryptographicException)
        {
            throw new LocalCloudException(
                $"The issuer's key {path} cannot be read ({broken.Message}). Delete it: a new one is made, and " +
                "tokens signed with the old one are no longer accepted.", broken);
        }
    }

    public byte[] Sign(byte[] data)
    {
        lock (_gate)
        {
            return _key is ECDsa ec
                ? ec.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
                : ((RSA)_key).SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }
    }

    /// <summary>Writes the public key as a JWK.</summary>
    public void WritePublic(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in _members)
        {
            json.WriteString(name, value);
        }

        json.WriteString("kid", Id);
        json.WriteString("alg", Algorithm);
        json.WriteString("use", "sig");
        json.WriteEndObject();
    }

    private static string PathOf(string folder, string algorithm) => Path.Combine(folder, $"issuer-{algorithm}.pem");

    private static void Write(string path, string pem)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(temporary, options))
        {
            file.Write(Encoding.ASCII.GetBytes(pem));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
