using Microsoft.AspNetCore.Cors.Infrastructure;
using PhotoLambda.Signals;

namespace PhotoLambda.UploadUrl.Http;

/// <summary>What stands around every request: headers, log line, metrics, traces.</summary>
internal static class SignalsExtensions
{
    /// <exception cref="SettingException">A setting is wrong; the message names it.</exception>
    public static void AddSignals(this IServiceCollection services, Func<string, string?> variable)
    {
        var function = variable("AWS_LAMBDA_FUNCTION_NAME") ?? "upload-url";
        services.AddSingleton(new RequestMetrics(MetricsLog.Open(variable), function));
        if (Traces.Open("photolambda-upload-url", variable) is { } traces)
        {
            services.AfterEachLambdaResponse(traces.Flush);
            services.AddSingleton(_ => traces);
        }

        if (CrossOrigin.ReadPolicy(variable) is { } policy)
        {
            services.AddCors(cors => cors.AddDefaultPolicy(policy));
        }
    }

    /// <summary>Goes before all else.</summary>
    public static void UseSignals(this WebApplication app)
    {
        // The container disposes of what it has given out, and so the last spans are sent at the end.
        _ = app.Services.GetService<Traces>();
        app.Use(SecurityHeaders.AddAsync);
        app.Use(Correlation.AssignAsync);
        app.UseMiddleware<RequestLog>();
        if (app.Services.GetService<ICorsService>() is not null)
        {
            app.UseCors();
        }
    }
}
