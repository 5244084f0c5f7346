using Microsoft.Extensions.Logging;

namespace PhotoLambda.Lambda;

public static class LambdaLoggingExtensions
{
    /// <summary>
    /// Within Lambda, writes what is logged to the function's log alone, in the format and from the level that the
    /// function is configured for. Elsewhere it changes nothing, so that the console shows what it always does.
    /// </summary>
    public static ILoggingBuilder AddLambdaLogger(this ILoggingBuilder builder) =>
        LambdaEnvironment.Process.RuntimeApi is null
            ? builder
            : builder.AddLambdaLogger(LambdaEnvironment.Process.Log);

    internal static ILoggingBuilder AddLambdaLogger(this ILoggingBuilder builder, LambdaLog log)
    {
        builder.ClearProviders().AddProvider(new LambdaLoggerProvider(log));
        if (log.ConfiguredLevel is { } level)
        {
            builder.SetMinimumLevel(level).AddFilter(null, level);
        }

        return builder;
    }
}
