using System.Security.Cryptography;
using System.Text;
using PhotoLambda.Aws;
using PhotoLambda.Local.Template;

namespace PhotoLambda.Local.Iam;

/// <summary>Who signs requests: the administrator, or a function in its role.</summary>
/// <param name="Arn">As messages name it; of a function, that of its role's session.</param>
/// <param name="RoleArn">What policies name; the administrator's is the account's.</param>
/// <param name="Function">Null: the administrator.</param>
internal sealed record Principal(
    string AccessKeyId, string SecretAccessKey, string Arn, string RoleArn, FunctionResource? Function)
{
    private readonly DaySigningKey _signingKey = new(SecretAccessKey);

    /// <summary>What developers, tests, tools and detectors are: as the owner of the account, all is allowed.</summary>
    public static Principal Administrator { get; } = new(
        CloudIdentity.AccessKeyId, CloudIdentity.SecretAccessKey, CloudIdentity.RootArn, CloudIdentity.RootArn, null);

    /// <summary>The key is derived, not random: what was signed before a restart is good after it.</summary>
    public static Principal Of(FunctionResource function)
    {
        var secret = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(CloudIdentity.SecretAccessKey), Encoding.UTF8.GetBytes(function.LogicalId));
        var role = CloudIdentity.RoleOf(function.FunctionName);
        return new Principal(
            $"{CloudIdentity.AccessKeyId}-{function.LogicalId}", Convert.ToHexStringLower(secret),
            $"arn:aws:sts::{CloudIdentity.AccountId}:assumed-role/{role}/{function.FunctionName}",
            CloudIdentity.RoleArn(role), function);
    }

    /// <param name="scope">Of SigV4.</param>
    public byte[] SigningKey(string scope) => _signingKey.For(scope);
}
