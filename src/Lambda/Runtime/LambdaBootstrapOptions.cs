namespace PhotoLambda.Lambda;

public class LambdaBootstrapOptions
{
    /// <summary>The Runtime API as <c>host:port</c>, in place of AWS_LAMBDA_RUNTIME_API; for tests.</summary>
    public string? RuntimeApiEndpoint { get; set; }
}

/// <summary>Runs once before the first event is asked for. False ends the function without an error.</summary>
public delegate Task<bool> LambdaBootstrapInitializer();
