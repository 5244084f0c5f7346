namespace PhotoLambda.Aws;

/// <summary>Clients of AWS's services, which are one for a process: their connections are pooled.</summary>
internal static class AwsHttp
{
    // Whoever is to be asked is asked, and nothing is remembered of an answer.
    public static HttpClient NewClient() => new(new SocketsHttpHandler { UseProxy = false, UseCookies = false });
}
