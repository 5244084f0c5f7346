using Microsoft.CodeAnalysis;
#pragma warning disable IDE0005 // A project for the web has it already, the others do not.
using Microsoft.Extensions.Logging;
#pragma warning restore IDE0005

namespace PhotoLambda;

[Embedded]
internal static class LambdaLoggerFactory
{
    public static ILoggerFactory Create() => LoggerFactory.Create(builder => builder.AddLambdaLogger());
}
