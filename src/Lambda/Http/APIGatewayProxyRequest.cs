namespace PhotoLambda.Lambda;

/// <summary>
/// The event of a REST API, as <c>HttpContext.Items["LambdaRequestObject"]</c> has it. Members that the host did not
/// send are null or empty.
/// <see href="https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html"/>
/// </summary>
public class APIGatewayProxyRequest
{
    public string? Resource { get; set; }

    public string? Path { get; set; }

    public string? HttpMethod { get; set; }

    public IDictionary<string, string>? Headers { get; set; }

    public IDictionary<string, IList<string>>? MultiValueHeaders { get; set; }

    public IDictionary<string, string>? QueryStringParameters { get; set; }

    public IDictionary<string, IList<string>>? MultiValueQueryStringParameters { get; set; }

    public IDictionary<string, string>? PathParameters { get; set; }

    public IDictionary<string, string>? StageVariables { get; set; }

    public ProxyRequestContext RequestContext { get; set; } = new();

    public class ProxyRequestContext
    {
        public string? AccountId { get; set; }

        public string? ApiId { get; set; }

        /// <summary>What the authorizer returned; null when there is none.</summary>
        public IDictionary<string, object>? Authorizer { get; set; }

        public string? DomainName { get; set; }

        public RequestIdentity Identity { get; set; } = new();

        /// <summary>With the stage in front, where <see cref="APIGatewayProxyRequest.Path"/> has none.</summary>
        public string? Path { get; set; }

        public string? RequestId { get; set; }

        public string? Stage { get; set; }
    }

    public class RequestIdentity
    {
        public string? SourceIp { get; set; }

        public string? UserAgent { get; set; }
    }
}
