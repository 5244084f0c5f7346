namespace PhotoLambda.Lambda;

/// <summary>Where the HTTP events come from. The format of each event is told from the event itself.</summary>
public enum LambdaEventSource
{
    /// <summary>API Gateway REST API, payload format 1.0.</summary>
    RestApi,

    /// <summary>API Gateway HTTP API, or a function URL; payload format 2.0.</summary>
    HttpApi,
}
