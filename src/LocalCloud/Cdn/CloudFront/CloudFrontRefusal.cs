namespace PhotoLambda.Local.Cdn;

/// <summary>A request that CloudFront refuses, be it a viewer's or one to its API.</summary>
/// <param name="code">CloudFront's own, e.g. <c>InvalidKey</c>.</param>
internal sealed class CloudFrontRefusal(int status, string code, string message) : Exception(message)
{
    public int Status => status;

    public string Code => code;

    public static CloudFrontRefusal Denied(string why) => new(403, "AccessDenied", $"Access denied: {why}");

    public static CloudFrontRefusal InvalidArgument(string message) => new(400, "InvalidArgument", message);
}
