namespace PhotoLambda.Aws;

/// <summary>
/// Passwords for databases of RDS and for RDS Proxy that know their users by IAM: a presigned request to connect, which
/// is made without asking anyone.
/// </summary>
/// <seealso href="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html"/>
internal static class RdsToken
{
    /// <summary>For a connection to begin in; one that is open stays open.</summary>
    private const int Seconds = 900;

    /// <param name="host">As the client connects to it: the name of a CNAME is not the database's.</param>
    /// <param name="user">Of the database.</param>
    /// <returns>A URL without its scheme, valid for 15 minutes.</returns>
    public static string Make(AwsEnvironment aws, string host, int port, string user, DateTimeOffset now)
    {
        host = $"{host.ToLowerInvariant()}:{port}";
        var timestamp = SigV4.Timestamp(now);
        var scope = SigV4.Scope(timestamp, aws.Region, "rds-db");
        List<KeyValuePair<string, string>> parameters =
        [
            new("Action", "connect"), new("DBUser", user),
            new("X-Amz-Algorithm", SigV4.Algorithm),
            new("X-Amz-Credential", $"{aws.Credentials.AccessKeyId}/{scope}"),
            new("X-Amz-Date", timestamp), new("X-Amz-Expires", $"{Seconds}"), new("X-Amz-SignedHeaders", "host"),
        ];
        if (aws.Credentials.SessionToken is { } token)
        {
            parameters.Add(new("X-Amz-Security-Token", token));
        }

        var query = SigV4.CanonicalQuery(parameters);
        var request = SigV4.CanonicalRequest("GET", "/", query, [new("host", host)], SigV4.EmptyPayloadHash);
        var key = SigV4.SigningKey(aws.Credentials.SecretAccessKey, scope);
        return $"{host}/?{query}&X-Amz-Signature={SigV4.Sign(key, timestamp, scope, request)}";
    }
}
