using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.Serialization.SystemTextJson;
using Microsoft.CodeAnalysis;
using PhotoLambda.Lambda;

namespace PhotoLambda;

[Embedded]
internal static class LambdaHosting
{
    /// <summary>As Amazon's method of this name, which reads events by reflection and trusts them more.</summary>
    /// <exception cref="InvalidOperationException">Amazon's method would take this host for none of Lambda.</exception>
    public static IServiceCollection AddAWSLambdaHosting(
        this IServiceCollection services, LambdaEventSource eventSource)
    {
        if (Has("AWS_LAMBDA_RUNTIME_API") && !Has("AWS_LAMBDA_FUNCTION_NAME"))
        {
            throw new InvalidOperationException(
                "AWS_LAMBDA_FUNCTION_NAME is not set: without it Amazon's packages take no events.");
        }

        var serializer = new HttpEventSerializer();
        services.AddSingleton(serializer).AddSingleton<IStartupFilter, LastFlush>();
        return services.AddAWSLambdaHosting(eventSource, serializer, options =>
        {
            // The function verifies tokens itself: what an authorizer says makes nobody a user.
            options.PostMarshallHttpAuthenticationFeature = (authentication, _, _) => authentication.User = null;
            options.PostMarshallRequestFeature = (request, _, context) =>
            {
                // Always https there, also where the host in front is not.
                request.Scheme = request.Headers["X-Forwarded-Proto"] is [{ Length: > 0 } scheme] ? scheme : "https";
                if (request.Headers.TraceParent.Count == 0)
                {
                    request.Headers.TraceParent = XRayTrace.TraceParent(context.TraceId);
                }
            };
            options.PostMarshallItemsFeature = (_, _, context) => serializer.Context = context;
        });
    }

    /// <summary>Done before the answer leaves, since nothing tells when it has; gets the time left.</summary>
    public static IServiceCollection AfterEachLambdaResponse(this IServiceCollection services, Action<TimeSpan> action)
    {
        foreach (var serializer in services.Select(s => s.ImplementationInstance).OfType<HttpEventSerializer>())
        {
            serializer.AfterResponse = action;
        }

        return services;
    }

    private static bool Has(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}

/// <summary>Flushes at the end of a request, as other servers do: else what was written last is missing.</summary>
[Embedded]
internal sealed class LastFlush : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => application =>
    {
        application.Use(async (HttpContext http, RequestDelegate inner) =>
        {
            await inner(http);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        });
        next(application);
    };
}

/// <summary>Writes the answer when all of the request has ended, its activity too, and is the last to do so.</summary>
[Embedded]
internal sealed class HttpEventSerializer : SourceGeneratorLambdaJsonSerializer<HttpEventJson>
{
    /// <summary>Of the one request in hand.</summary>
    public ILambdaContext? Context { get; set; }

    public Action<TimeSpan>? AfterResponse { get; set; }

    protected override void InternalSerialize<T>(Utf8JsonWriter writer, T response)
    {
        base.InternalSerialize(writer, response);
        AfterResponse?.Invoke(Context?.RemainingTime ?? TimeSpan.Zero);
    }
}

[Embedded]
[JsonSerializable(typeof(APIGatewayHttpApiV2ProxyRequest))]
[JsonSerializable(typeof(APIGatewayHttpApiV2ProxyResponse))]
internal sealed partial class HttpEventJson : JsonSerializerContext;
