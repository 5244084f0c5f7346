using Microsoft.Extensions.Logging;

namespace PhotoLambda.Lambda;

public static class LambdaLoggerFactory
{
    /// <summary>
    /// What <c>LoggerFactory.Create(builder => builder.AddLambdaLogger())</c> gives, without the container of services
    /// that it makes for that.
    /// </summary>
    public static ILoggerFactory Create()
    {
        if (LambdaEnvironment.Process.RuntimeApi is null)
        {
            return new LoggerFactory();
        }

        var log = LambdaEnvironment.Process.Log;
        var filter = new LoggerFilterOptions { MinLevel = log.ConfiguredLevel ?? LogLevel.Information };
        return new LoggerFactory([new LambdaLoggerProvider(log)], filter);
    }
}
