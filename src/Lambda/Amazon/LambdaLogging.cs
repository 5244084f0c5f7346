using Microsoft.CodeAnalysis;
#pragma warning disable IDE0005 // A project for the web has it already, the others do not.
using Microsoft.Extensions.Logging;
#pragma warning restore IDE0005
using PhotoLambda.Lambda;

namespace PhotoLambda;

[Embedded]
internal static class LambdaLogging
{
    /// <summary>
    /// Within Lambda, writes what is logged to the function's log alone. Elsewhere it changes nothing, where Amazon's
    /// method of this name would write to the console, beside the console's own logger.
    /// </summary>
    public static ILoggingBuilder AddLambdaLogger(this ILoggingBuilder builder)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")))
        {
            return builder;
        }

        if (LogLevels.Parse(Environment.GetEnvironmentVariable("AWS_LAMBDA_LOG_LEVEL")) is { } level)
        {
            builder.SetMinimumLevel(level).AddFilter(null, level);
        }

        // The line that the runtime client makes of it has the level and the line end already.
        return builder.ClearProviders().AddLambdaLogger(new LambdaLoggerOptions
        {
            IncludeException = true,
            IncludeScopes = true,
            IncludeLogLevel = false,
            IncludeNewline = false,
        });
    }
}
