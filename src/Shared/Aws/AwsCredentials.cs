namespace PhotoLambda.Aws;

/// <param name="SessionToken">Present with temporary credentials, such as those of a function's role.</param>
internal sealed record AwsCredentials(string AccessKeyId, string SecretAccessKey, string? SessionToken = null)
{
    /// <summary>Names the key, never the secret, so that a log of the record gives nothing away.</summary>
    public override string ToString() => $"{nameof(AwsCredentials)} {{ {nameof(AccessKeyId)} = {AccessKeyId} }}";
}
