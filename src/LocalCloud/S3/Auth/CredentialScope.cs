namespace PhotoLambda.Local.S3;

/// <summary>The credential of SigV4: <c>access key / yyyyMMdd / region / s3 / aws4_request</c>.</summary>
/// <param name="Scope">Without the access key.</param>
internal sealed record CredentialScope(string AccessKeyId, string Date, string Scope)
{
    /// <returns>Null when it is not of this form or is for another service.</returns>
    public static CredentialScope? Parse(string? credential)
    {
        var parts = (credential ?? "").Split('/');
        if (parts.Length < 5 || parts[^1] != "aws4_request" || parts[^2] != "s3" || parts[^3].Length == 0)
        {
            return null;
        }

        return new(string.Join('/', parts[..^4]), parts[^4], string.Join('/', parts[^4..]));
    }
}
