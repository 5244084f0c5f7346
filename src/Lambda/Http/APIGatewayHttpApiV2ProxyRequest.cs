using System.Diagnostics.CodeAnalysis;

namespace PhotoLambda.Lambda;

/// <summary>
/// The event of an HTTP API or a function URL, as <c>HttpContext.Items["LambdaRequestObject"]</c> has it. Members that
/// the host did not send are null or empty.
/// <see href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html"/>
/// </summary>
public class APIGatewayHttpApiV2ProxyRequest
{
    public string? Version { get; set; }

    public string? RouteKey { get; set; }

    public string? RawPath { get; set; }

    public string? RawQueryString { get; set; }

    [SuppressMessage("Performance", "CA1819", Justification = "Amazon's shape.")]
    public string[]? Cookies { get; set; }

    public IDictionary<string, string>? Headers { get; set; }

    public IDictionary<string, string>? PathParameters { get; set; }

    public IDictionary<string, string>? StageVariables { get; set; }

    public ProxyRequestContext RequestContext { get; set; } = new();

    public class ProxyRequestContext
    {
        public string? AccountId { get; set; }

        public string? ApiId { get; set; }

        /// <summary>Null when the route has no authorizer, and with hosts that do not run it.</summary>
        public AuthorizerDescription? Authorizer { get; set; }

        public string? DomainName { get; set; }

        public HttpDescription Http { get; set; } = new();

        public string? RequestId { get; set; }

        public string? RouteKey { get; set; }

        public string? Stage { get; set; }

        /// <summary>When the request arrived, in milliseconds since 1970; 0 if not sent.</summary>
        public long TimeEpoch { get; set; }
    }

    public class HttpDescription
    {
        public string? Method { get; set; }

        public string? Path { get; set; }

        public string? Protocol { get; set; }

        public string? SourceIp { get; set; }

        public string? UserAgent { get; set; }
    }

    public class AuthorizerDescription
    {
        public JwtDescription? Jwt { get; set; }

        /// <summary>What a Lambda authorizer returned.</summary>
        public IDictionary<string, object>? Lambda { get; set; }

        public IAMDescription? IAM { get; set; }

        public class JwtDescription
        {
            public IDictionary<string, string>? Claims { get; set; }

            [SuppressMessage("Performance", "CA1819", Justification = "Amazon's shape.")]
            public string[]? Scopes { get; set; }
        }

        public class IAMDescription
        {
            public string? AccessKey { get; set; }

            public string? AccountId { get; set; }

            public string? CallerId { get; set; }

            public string? UserARN { get; set; }

            public string? UserId { get; set; }
        }
    }
}
